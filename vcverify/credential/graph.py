"""Readings of statements: by IRI, merged by subject within the credential's own subtree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from vcverify import vocabulary
from vcverify.credential.nodes import Literal, Node, class_order
from vcverify.rdf import Statement
from vcverify.vocabulary import CLASS_BY_IRI, Class, Term, Terms

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT[match[3]]


def _text(term: str) -> str:
    """The text of a literal, whatever its datatype."""
    text = term[1 : term.rindex('"')]
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def literal(term: str) -> Literal:
    """The literal that an N-Quads term says (`"..."`, `"..."@en`, `"..."^^<iri>`)."""
    end = term.rindex('"')
    text = term[1:end]
    if "\\" in text:
        text = _ESCAPE.sub(_unescape, text)
    suffix = term[end + 1 :]
    if suffix.startswith("@"):
        return Literal(text, language=suffix[1:])
    return Literal(text, datatype=suffix[3:-1]) if suffix else Literal(text)


Interval = tuple[int, int]


class GraphReading:
    """The statements of one credential's own subtree, merged by subject.

    Args:
        statements: All statements of the walk that holds the credential.
        subject: The credential's N-Quads term.
        graph: The graph that its statements stand in ("" for the default graph).
        own: The indexes of its subtree, start and end.
        nested: The intervals within that belong to the credentials inside it.
        base: Its JSON Pointer in the walked document.
        explain: Gives the pointer of each statement, when a problem needs one.
    """

    __slots__ = ("_explain", "_found", "_index", "_nested", "_own", "base", "graph", "statements", "subject")

    def __init__(
        self,
        statements: Sequence[Statement],
        subject: str,
        graph: str,
        own: Interval,
        nested: Sequence[Interval],
        base: str,
        explain: Callable[[], Sequence[str]],
    ) -> None:
        self.statements = statements
        self.subject = subject
        self.graph = graph
        self.base = base
        self._own = own
        self._nested = nested
        self._explain = explain
        self._index: dict[str, dict[str, list[str]]] | None = None
        self._found: tuple[dict[tuple[str, str], dict[str, int]], dict[str, int]] | None = None

    def positions(self) -> Iterator[int]:
        """Indexes of the statements of the credential's own subtree, the nested ones left out."""
        start, end = self._own
        for first, last in self._nested:
            yield from range(start, first)
            start = last
        yield from range(start, end)

    @property
    def index(self) -> dict[str, dict[str, list[str]]]:
        """Objects by predicate by subject, each object once."""
        index = self._index
        if index is None:
            index = {}
            statements, graph = self.statements, self.graph
            start, end = self._own
            for first, last in (*self._nested, (end, end)):
                for subject, predicate, value, name in statements[start:first]:
                    if name != graph:
                        continue
                    about = index.get(subject)
                    if about is None:
                        index[subject] = {predicate: [value]}
                        continue
                    values = about.get(predicate)
                    if values is None:
                        about[predicate] = [value]
                    elif value not in values:
                        values.append(value)
                start = last
            self._index = index
        return index

    def root(self) -> GraphNode:
        return GraphNode(self, self.subject)

    def explain(self, position: int) -> str:
        """Pointer, from the walked document, of the statement at that index."""
        return self._explain()[position]

    def pointer_of(self, subject: str, predicates: Sequence[str], position: int) -> str | None:
        """Where the statement stands that gave the value at `position`; None if there is none."""
        said, _ = self._places
        places = {value: at for key in predicates for value, at in said.get((subject, key), {}).items()}
        if position >= len(places):
            return None
        # Values of one term under several IRIs are told in the order of the IRIs, as `index` has them.
        return self._explain()[list(places.values())[position]][len(self.base) :]

    def pointer_to(self, subject: str) -> str:
        """Where the thing stands: the first statement that leads to it; "" for the credential itself."""
        at = None if subject == self.subject else self._places[1].get(subject)
        return "" if at is None else self._explain()[at][len(self.base) :]

    @property
    def _places(self) -> tuple[dict[tuple[str, str], dict[str, int]], dict[str, int]]:
        """The first statement that gave each value, and the first that leads to each thing; made for the
        first problem that asks, so that many problems cost no more than one."""
        if self._found is None:
            said: dict[tuple[str, str], dict[str, int]] = {}
            links: dict[str, int] = {}
            for at in self.positions():
                subject, predicate, value, name = self.statements[at]
                if name == self.graph:
                    said.setdefault((subject, predicate), {}).setdefault(value, at)
                    if subject != value:
                        links.setdefault(value, at)
            self._found = said, links
        return self._found


_NOTHING: Final[dict[str, list[str]]] = {}


class GraphNode(Node):
    """A subject of signed statements. The things that it leads to are remembered: checks ask again."""

    __slots__ = ("_about", "_things", "reading", "subject")

    def __init__(self, reading: GraphReading, subject: str) -> None:
        self.reading = reading
        self.subject = subject
        self._about = reading.index.get(subject, _NOTHING)
        self._things: dict[tuple[str, ...], tuple[Node | Literal, ...]] = {}

    @property
    def id(self) -> str | None:
        return self.subject[1:-1] if self.subject.startswith("<") else None

    @property
    def types(self) -> tuple[str, ...]:
        iris = [term[1:-1] for term in self._objects(_TYPE) if term[0] == "<"]
        known = sorted((CLASS_BY_IRI[iri].name for iri in iris if iri in CLASS_BY_IRI), key=class_order)
        return (*known, *sorted(iri for iri in iris if iri not in CLASS_BY_IRI))

    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        objects = self._objects(term.keys)
        if not objects:
            return ()
        known = self._things.get(term.keys)
        if known is None:
            reading = self.reading
            known = tuple([literal(value) if value[0] == '"' else GraphNode(reading, value) for value in objects])
            if objects[0][0] != '"':
                self._things[term.keys] = known
        return known

    def nodes(self, *terms: Term) -> tuple[Node, ...]:
        if len(terms) == 1:
            values = self.values(terms[0])
            if len(values) == 1:
                return () if isinstance(values[0], Literal) else (values[0],)
        return super().nodes(*terms)

    def texts(self, term: Term) -> tuple[str, ...]:
        objects = self._objects(term.keys)
        if not objects:
            return ()
        return tuple([_text(value) if value[0] == '"' else value[1:-1] if value[0] == "<" else "" for value in objects])

    def says(self, term: Term) -> bool:
        about = self._about
        for key in term.keys:  # noqa: SIM110 (a generator would cost more than the look-up)
            if key in about:
                return True
        return False

    def says_any(self, terms: Terms) -> bool:
        return not terms.keys.isdisjoint(self._about)

    def is_a(self, *classes: Class) -> bool:
        types = self._objects(_TYPE)
        for item in classes:  # noqa: SIM110 (as above)
            if item.key in types:
                return True
        return False

    def repeats(self, term: Term) -> bool:
        return len(self._objects(term.keys)) > 1

    def where(self, term: Term, position: int = 0) -> str:
        pointer = self.reading.pointer_of(self.subject, term.keys, position)
        return self.pointer if pointer is None else pointer

    @property
    def pointer(self) -> str:
        return self.reading.pointer_to(self.subject)

    def described(self) -> frozenset[str]:
        return frozenset(subject[1:-1] for subject in self.reading.index if subject[0] == "<")

    def _objects(self, predicates: Sequence[str]) -> Sequence[str]:
        about = self._about
        if len(predicates) == 1:
            return about.get(predicates[0], ())
        said = [about[predicate] for predicate in predicates if predicate in about]
        if len(said) < 2:
            return said[0] if said else ()
        return list(dict.fromkeys([value for values in said for value in values]))


_TYPE: Final = (f"<{vocabulary.RDF_TYPE}>",)
