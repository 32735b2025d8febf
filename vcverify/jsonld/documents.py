"""What comes out: the statements of a document, where its credentials stand in them, and what got lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vcverify.problems import Problem
from vcverify.rdf.terms import Statement

if TYPE_CHECKING:
    from vcverify.jsonld.context import ActiveContext


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRule:
    """Which node objects get a `Span`: those with one of the types, or under one of the properties (IRIs)."""

    types: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()
    type_terms: frozenset[str] = field(init=False, repr=False, compare=False)
    property_terms: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "type_terms", frozenset(f"<{iri}>" for iri in self.types))
        object.__setattr__(self, "property_terms", frozenset(f"<{iri}>" for iri in self.properties))


NO_SPANS: Final = SpanRule()


@dataclass(slots=True)
class Span:
    """The statements that came out of one node object.

    Attributes:
        pointer: JSON Pointer of the node object.
        subject: its term.
        graph: the graph that its own statements are in; "" is the default graph.
        start, end: `statements[start:end]` were made inside the node object, the link to it was not.
        property: IRI of the property that it stands under; None for the root and the items of
            `@graph` and `@included`.
        context: the active context inside, before those of its types; None where it is not known.
    """

    pointer: str
    subject: str
    graph: str
    start: int
    end: int
    property: str | None
    context: ActiveContext | None = field(default=None, repr=False, compare=False)


@dataclass(slots=True)
class RdfDocument:
    """A document as RDF.

    Attributes:
        statements: in the order of the walk, depth first; may hold one statement several times.
        root: the subject term of the top node object; "" where there is none (a bare `@graph`).
        spans: outer before inner, in document order.
        problems: `terms.undefined` for everything that is lost, `terms.form` for unusual spellings.
        pointers: parallel to `statements`, where asked for: the JSON Pointer of what made the statement.
        engine: which engine ran, "fast" or "pyld".
    """

    statements: list[Statement]
    root: str
    spans: list[Span]
    problems: list[Problem]
    pointers: list[str] | None
    engine: str
