"""RDF terms as N-Quads text, valid by construction.

A term is the text that stands for it in canonical N-Quads (RDFC-1.0 §5): equal terms are equal
strings, and no term can break out of its line. `<iri>`, `_:label`, `"text"`, `"text"@tag`,
`"text"^^<datatype>`; the graph name of the default graph is the empty string.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from vcverify.problems import quote, refuse

Statement: TypeAlias = tuple[str, str, str, str]
"""(subject, predicate, object, graph), each the N-Quads text of a term; graph "" is the default graph."""

DEFAULT_GRAPH: Final = ""
XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"

_NOT_IN_IRI: Final = '\x00-\x20<>"{}|\\\\^`\x7f-\x9f\ud800-\udfff'
_ABSOLUTE_IRI: Final = re.compile(f"[A-Za-z][A-Za-z0-9+.-]*:[^{_NOT_IN_IRI}]*").fullmatch
_LANGUAGE_TAG: Final = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*").fullmatch
_TO_ESCAPE: Final = re.compile('["\\\\\x00-\x1f\x7f\ud800-\udfff]')

_ESCAPES: Final[dict[str, str]] = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI: a scheme, and no space, control, surrogate or any of ``<>"{}|\\^` ``."""
    return _ABSOLUTE_IRI(text) is not None  # CHECK: IRIs that would break out of their line


def iri(text: str) -> str | None:
    """`<text>`, or None where `text` is not an absolute IRI (`is_iri`)."""
    return f"<{text}>" if _ABSOLUTE_IRI(text) is not None else None  # CHECK: what is no absolute IRI


def is_language_tag(text: str) -> bool:
    """Whether `text` has the form of a language tag (BCP 47 §2.1): 1 to 8 letters, then subtags."""
    return _LANGUAGE_TAG(text) is not None


def is_blank(term: str) -> bool:
    """Whether the term is a blank node. No other term begins with an underscore."""
    return term[:1] == "_"


def literal(value: str, datatype_iri: str | None = None, language: str | None = None) -> str:
    """The literal `value` in canonical N-Quads; a language tag outranks a datatype, xsd:string is left out.

    Raises:
        ProblemError: `input.malformed` for a surrogate, a datatype that is no absolute IRI, or a
            language tag out of form.
    """
    quoted = f'"{value}"' if _is_plain(value) else f'"{_escape(value)}"'
    if language is not None:
        if _LANGUAGE_TAG(language) is None:  # CHECK: language tags that are none
            raise refuse(
                "input.malformed", f"Not a language tag: {quote(language)}.", spec="BCP 47 §2.1", found=language
            )
        return f"{quoted}@{language}"
    if datatype_iri is None or datatype_iri == XSD_STRING:
        return quoted
    if _ABSOLUTE_IRI(datatype_iri) is None:  # CHECK: datatypes that are no IRI
        raise refuse("input.malformed", f"Not an absolute IRI: {quote(datatype_iri)}.", spec="RFC 3987 §2.2")
    return f"{quoted}^^<{datatype_iri}>"


def _is_plain(value: str) -> bool:
    # isprintable() is the quickest single test and is false for every control and surrogate.
    return (value.isprintable() and '"' not in value and "\\" not in value) or _TO_ESCAPE.search(value) is None


def _escape(value: str) -> str:
    return _TO_ESCAPE.sub(_escaped, value)


def _escaped(match: re.Match[str]) -> str:
    try:
        return _ESCAPES[match.group()]
    except KeyError:
        code = ord(match.group())
        raise refuse(
            "input.malformed",
            f"A string holds the surrogate U+{code:04X}, which is no character.",
            spec="RFC 8259 §8.2",
        ) from None
