"""Reports in other forms than text: pages for people, logs for tools.

html        one self-contained page, to keep or to print
markdown    for issue trackers and mails
sarif       what lint found, for editors and code scanning
"""
