"""Writes what is generated in the pages: docs/problems.md, and the output that the README shows.

    python tools/pages.py

Tests compare both with what the package says.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

from vcverify.cli import main
from vcverify.cli.explain import markdown

ROOT = Path(__file__).resolve().parent.parent
COMMAND = re.compile(r"<!-- command: verify -->\n```sh\n.*vcverify (.*)\n```")
OUTPUT = re.compile(r"(<!-- output: verify -->\n```text\n).*?(```)", re.S)


def shown(readme: str) -> str:
    """The README with the output of its first command, as this checkout prints it."""
    command = COMMAND.search(readme)
    if command is None:
        raise SystemExit("the README has no first command")
    printed = io.StringIO()
    os.chdir(ROOT)
    with contextlib.redirect_stdout(printed):
        main(shlex.split(command[1]))
    return OUTPUT.sub(lambda match: match[1] + printed.getvalue() + match[2], readme, count=1)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(shown(readme.read_text()))
    (ROOT / "docs/problems.md").write_text(markdown() + "\n")
