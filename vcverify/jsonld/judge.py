"""What a document's own contexts do to the terms that published contexts gave it.

A context that is written in the document, instead of named by its URL, is the document's author speaking.
It may add terms. One that makes a known term mean another thing is refused, protected or not: who
reads the document by its published contexts would read what was not signed (DI §2.4.1).
"""

from __future__ import annotations

from typing import Any, Final

from vcverify.jsonld.context import ActiveContext
from vcverify.jsonld.syntax import JsonLdError
from vcverify.problems import quote

_SCHEMES: Final = frozenset({"data", "did", "file", "ftp", "http", "https", "mailto", "tag", "tel", "urn", "ws", "wss"})
"""As prefixes these would change what absolute URLs mean."""

_REDEFINED: Final = "redefinition"


def refuse_form(local: Any) -> None:
    """Refuses what a document's own context must not do, whatever its effect.

    Raises:
        JsonLdError: a null context, `@import` or `@propagate`.
    """
    if local is None:
        raise JsonLdError(_REDEFINED, "a null context drops what the published contexts define")
    if isinstance(local, dict):
        for entry in ("@import", "@propagate"):
            if entry in local:  # CHECK: entries that change how all is read
                raise JsonLdError(_REDEFINED, f"the document's own context has `{entry}`")


def judge(before: ActiveContext, after: ActiveContext) -> None:
    """Refuses a step that changes the meaning of anything that had one.

    Raises:
        JsonLdError: naming the first term that means another thing afterwards.
    """
    terms = after.terms
    for name, term in before.terms.items():
        other = terms.get(name)
        if other is not term and other != term:  # CHECK: redefined terms
            now = "nothing" if other is None or other.iri is None else _meaning(other.iri)
            was = "nothing" if term.iri is None else _meaning(term.iri)
            raise JsonLdError(
                _REDEFINED, f"`{quote(name)}` means {was}, and would mean {now if now != was else 'it in another way'}"
            )
    for setting in ("vocab", "base", "language", "direction"):
        held = getattr(before, setting)
        if held is not None and getattr(after, setting) != held:  # CHECK: redefined defaults
            raise JsonLdError(
                _REDEFINED, f"`@{setting}` is {quote(held)}, and would be {quote(getattr(after, setting))}"
            )
    for name, term in terms.items():
        if name in _SCHEMES and term.prefix and name not in before.terms:  # CHECK: redefined schemes
            raise JsonLdError(_REDEFINED, f"the prefix `{name}` changes what URLs that begin with `{name}:` mean")


def notice(local: Any) -> str:
    """What a reader should know of a context that passed: which names the document gives a meaning itself."""
    if not isinstance(local, dict):
        return ""
    defined = sorted(name for name in local if name not in ("@version", "@protected"))
    if not defined:
        return ""
    shown = ", ".join(f"`{quote(name)}`" for name in defined[:5])
    more = f" and {len(defined) - 5} more" if len(defined) > 5 else ""
    return f"The document's own context defines {shown}{more}."


def _meaning(iri: str) -> str:
    return f"`{quote(iri)}`"
