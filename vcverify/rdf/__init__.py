"""RDF: terms valid by construction, N-Quads, and RDFC-1.0 under a budget.

statements = parse_nquads('_:x <https://example.org/name> "Ada" .\\n')
canonicalize(statements).nquads     # '_:c14n0 <https://example.org/name> "Ada" .\\n'
canonicalize(statements).issued     # {'x': 'c14n0'}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vcverify.rdf.canonical import Canonical, canonicalize
from vcverify.rdf.terms import (
    DEFAULT_GRAPH,
    XSD_STRING,
    Statement,
    iri,
    is_blank,
    is_iri,
    is_language_tag,
    literal,
)

if TYPE_CHECKING:
    from vcverify.rdf.nquads import parse_nquads, serialize

__all__ = [
    "DEFAULT_GRAPH",
    "XSD_STRING",
    "Canonical",
    "Statement",
    "canonicalize",
    "iri",
    "is_blank",
    "is_iri",
    "is_language_tag",
    "literal",
    "parse_nquads",
    "serialize",
]


def __getattr__(name: str) -> Any:
    """The N-Quads reader is imported when it is first used: its patterns take 12 ms that verifying need not pay."""
    if name not in ("parse_nquads", "serialize"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vcverify.rdf import nquads

    return getattr(nquads, name)
