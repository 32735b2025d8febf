"""The words of JSON-LD 1.1: keywords, the forms of IRIs, and the error that names a processing error."""

from __future__ import annotations

import re
from typing import Final

CONTAINERS: Final = frozenset({"@graph", "@id", "@index", "@language", "@list", "@set", "@type"})

SETTINGS: Final = frozenset(
    {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab"}
)
"""What a context says of itself, not of a term."""

KEYWORDS: Final = (
    CONTAINERS | SETTINGS | {"@context", "@included", "@json", "@nest", "@none", "@prefix", "@reverse", "@value"}
)

like_keyword: Final = re.compile("@[A-Za-z]+").fullmatch
"""Matches what is reserved for keywords (JSON-LD 1.1 §9.16); such a string never becomes an IRI."""

like_iri: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|_):\S*").fullmatch
"""Matches a string that has the form of an IRI or of a blank node identifier; whether it is one is told later."""

_SCHEME: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|_):").match
_LONG: Final = 256

_REFERENCE: Final = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL).fullmatch


class JsonLdError(Exception):
    """A JSON-LD processing error (JSON-LD 1.1 API §9.4.3), before it is known where in the document it arose.

    `code` is the name that the specification gives it. `about_context` tells errors of contexts from
    errors of the document that stands under them.
    """

    def __init__(self, code: str, detail: str, *, about_context: bool = True) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.about_context = about_context


def begins_like_iri(value: str) -> bool:
    """`like_iri`, or for a long ASCII text (an image in a `data:` URL) only whether it begins so.

    The difference is a text with white space, and that makes no IRI whatever it is appended to.
    """
    if len(value) > _LONG and value.isascii():
        return _SCHEME(value) is not None
    return like_iri(value) is not None


def resolve(reference: str, base: str) -> str:
    """The IRI that `reference` means relative to `base` (RFC 3986 §5.2, without normalizing absolute IRIs)."""
    scheme, authority, path, query, fragment = _split(reference)
    if scheme is not None:
        return reference
    base_scheme, base_authority, base_path, base_query, _ = _split(base)
    if authority is None:
        authority = base_authority
        if not path:
            path = base_path
            query = base_query if query is None else query
        elif path.startswith("/"):
            path = _without_dots(path)
        elif base_authority is not None and not base_path:
            path = _without_dots("/" + path)
        else:
            path = _without_dots(base_path[: base_path.rfind("/") + 1] + path)
    else:
        path = _without_dots(path)
    return "".join(
        (
            "" if base_scheme is None else base_scheme + ":",
            "" if authority is None else "//" + authority,
            path,
            "" if query is None else "?" + query,
            "" if fragment is None else "#" + fragment,
        )
    )


def _split(text: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    match = _REFERENCE(text)
    assert match is not None, "the pattern of RFC 3986 appendix B matches every string"
    scheme, authority, path, query, fragment = match.groups()
    return scheme, authority, path, query, fragment


def _without_dots(path: str) -> str:
    """RFC 3986 §5.2.4."""
    rooted = path.startswith("/")
    kept: list[str] = []
    segments = path.split("/")[1:] if rooted else path.split("/")
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return ("/" if rooted else "") + "/".join(kept)
