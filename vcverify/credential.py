"""A typed reading of what was signed.

A `Credential` is never made from received JSON members of a graph-signed document: a suite makes it
from the statements that it canonicalized (`GraphNode`), or, where the signature covers the JSON
itself (JCS, JOSE), from that JSON (`JsonNode`). Both answer the same questions, so a check does
not know which it reads.

Where a statement stands in the received document is only asked to explain a problem; the graph
reading finds out by walking the document again.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcverify import vocabulary
from vcverify.jsontypes import JsonObject, JsonValue, as_list, escape_token
from vcverify.rdf import Statement
from vcverify.vocabulary import CLASS_BY_IRI, CLASS_BY_NAME, Class, Term


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal value; `datatype` is an IRI or "" for plain text, `language` a tag or ""."""

    text: str
    datatype: str = ""
    language: str = ""


class Node(ABC):
    """A thing that the signed document describes."""

    __slots__ = ()

    @property
    @abstractmethod
    def id(self) -> str | None:
        """The absolute IRI; None for an unnamed thing."""

    @property
    @abstractmethod
    def types(self) -> tuple[str, ...]:
        """Names of the types: the familiar name where there is one, the IRI otherwise."""

    @abstractmethod
    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        """Everything that is said by the term, in no particular order."""

    @abstractmethod
    def where(self, term: Term, position: int = 0) -> str:
        """JSON Pointer of the value at `position` of `values(term)`; of the node itself if there is none."""

    @property
    @abstractmethod
    def pointer(self) -> str:
        """JSON Pointer of the node, counting from the credential."""

    @abstractmethod
    def described(self) -> frozenset[str]:
        """The ids of everything that the document around this node describes."""

    def nodes(self, *terms: Term) -> tuple[Node, ...]:
        """The things among the values of the terms."""
        return tuple(value for term in terms for value in self.values(term) if isinstance(value, Node))

    def texts(self, term: Term) -> tuple[str, ...]:
        """The values as text: of a literal its lexical form, of a thing its id ("" if unnamed)."""
        return tuple(v.text if isinstance(v, Literal) else v.id or "" for v in self.values(term))

    def text(self, term: Term) -> str | None:
        """The one value as text; None where there is none, or more than one."""
        texts = self.texts(term)
        return texts[0] if len(texts) == 1 else None

    def says(self, term: Term) -> bool:
        """Whether anything is said by the term."""
        return bool(self.values(term))

    def is_a(self, *classes: Class) -> bool:
        """Whether one of the classes is among the types."""
        types = self.types
        return any(item.name in types for item in classes)


# --- statements -----------------------------------------------------------------------------------

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT[match[3]]


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

    __slots__ = ("_explain", "_index", "_nested", "_own", "base", "graph", "statements", "subject")

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
        seen: list[str] = []
        for at in self.positions():
            said, predicate, value, name = self.statements[at]
            if said == subject and predicate in predicates and name == self.graph and value not in seen:
                if len(seen) == position:
                    return self._explain()[at][len(self.base) :]
                seen.append(value)
        return None

    def pointer_to(self, subject: str) -> str:
        """Where the thing stands: the first statement that leads to it; "" for the credential itself."""
        if subject == self.subject:
            return ""
        for at in self.positions():
            said, _, value, name = self.statements[at]
            if value == subject and name == self.graph and said != subject:
                return self._explain()[at][len(self.base) :]
        return ""


class GraphNode(Node):
    """A subject of signed statements."""

    __slots__ = ("reading", "subject")

    def __init__(self, reading: GraphReading, subject: str) -> None:
        self.reading = reading
        self.subject = subject

    @property
    def id(self) -> str | None:
        return self.subject[1:-1] if self.subject[0] == "<" else None

    @property
    def types(self) -> tuple[str, ...]:
        iris = [term[1:-1] for term in self._objects(_TYPE) if term[0] == "<"]
        known = sorted((CLASS_BY_IRI[iri].name for iri in iris if iri in CLASS_BY_IRI), key=_class_order)
        return (*known, *sorted(iri for iri in iris if iri not in CLASS_BY_IRI))

    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        return tuple(
            literal(value) if value[0] == '"' else GraphNode(self.reading, value) for value in self._objects(term.keys)
        )

    def says(self, term: Term) -> bool:
        about = self.reading.index.get(self.subject)
        return about is not None and not about.keys().isdisjoint(term.keys)

    def is_a(self, *classes: Class) -> bool:
        types = self._objects(_TYPE)
        return any(f"<{item.iri}>" in types for item in classes)

    def where(self, term: Term, position: int = 0) -> str:
        pointer = self.reading.pointer_of(self.subject, term.keys, position)
        return self.pointer if pointer is None else pointer

    @property
    def pointer(self) -> str:
        return self.reading.pointer_to(self.subject)

    def described(self) -> frozenset[str]:
        return frozenset(subject[1:-1] for subject in self.reading.index if subject[0] == "<")

    def _objects(self, predicates: Sequence[str]) -> list[str]:
        about = self.reading.index.get(self.subject)
        if about is None:
            return []
        if len(predicates) == 1:
            return about.get(predicates[0], [])
        return list(dict.fromkeys(value for predicate in predicates for value in about.get(predicate, ())))


_TYPE: Final = (f"<{vocabulary.RDF_TYPE}>",)
_ORDER: Final = {item.name: position for position, item in enumerate(vocabulary.CLASSES)}


def _class_order(name: str) -> int:
    return _ORDER[name]


# --- JSON -----------------------------------------------------------------------------------------


class JsonNode(Node):
    """An object of signed JSON, or a string that names a thing."""

    __slots__ = ("_pointer", "_value")

    def __init__(self, value: Mapping[str, JsonValue] | str, pointer: str = "") -> None:
        self._value = value
        self._pointer = pointer

    @property
    def id(self) -> str | None:
        value = self._value if isinstance(self._value, str) else self._value.get("id", self._value.get("@id"))
        return value if isinstance(value, str) else None

    @property
    def types(self) -> tuple[str, ...]:
        if isinstance(self._value, str):
            return ()
        names = [item for item in as_list(self._value.get("type", self._value.get("@type"))) if isinstance(item, str)]
        classes = [CLASS_BY_NAME.get(name) or CLASS_BY_IRI.get(name) for name in names]
        known = {item.name for item in classes if item is not None}
        rest = {name for name, item in zip(names, classes, strict=True) if item is None}
        return (*sorted(known, key=_class_order), *sorted(rest))

    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        return tuple(value for value, _ in self._entries(term))

    def says(self, term: Term) -> bool:
        value = self._value
        if isinstance(value, str) or not (term.name in value or any(iri in value for iri in term.iris)):
            return False
        return bool(self._entries(term))

    def where(self, term: Term, position: int = 0) -> str:
        entries = self._entries(term)
        return entries[position][1] if position < len(entries) else self._pointer

    @property
    def pointer(self) -> str:
        return self._pointer

    def described(self) -> frozenset[str]:
        return frozenset(_ids(self._value))

    def _entries(self, term: Term) -> list[tuple[Node | Literal, str]]:
        if isinstance(self._value, str):
            return []
        entries: list[tuple[Node | Literal, str]] = []
        for name in (term.name, *term.iris):
            if name not in self._value:
                continue
            held = self._value[name]
            at = f"{self._pointer}/{escape_token(name)}"
            for position, item in enumerate(as_list(held)):
                where = f"{at}/{position}" if isinstance(held, list) else at
                entries.extend((value, where) for value in _json_values(item, term, where))
        return entries


def _ids(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, Mapping):
            stack.extend(item.values())
            name = item.get("id", item.get("@id"))
            if isinstance(name, str):
                yield name


_REFERENCES: Final = frozenset(
    {
        vocabulary.ISSUER,
        vocabulary.HOLDER,
        vocabulary.CREDENTIAL_SUBJECT,
        vocabulary.CREATOR,
        vocabulary.CREDENTIAL_STATUS,
        vocabulary.CREDENTIAL_SCHEMA,
        vocabulary.EVIDENCE,
        vocabulary.RELATED_RESOURCE,
    }
)
"""Terms whose text values name things (`@type: @id` in the contexts)."""


def _json_values(item: JsonValue, term: Term, where: str) -> Iterator[Node | Literal]:
    if isinstance(item, dict):
        if "@value" in item:
            yield from _json_values(item["@value"], term, where)
        else:
            yield JsonNode(item, where)
    elif isinstance(item, list):
        for inner in item:
            yield from _json_values(inner, term, where)
    elif isinstance(item, str):
        yield JsonNode(item, where) if term in _REFERENCES else Literal(item)
    elif isinstance(item, bool):
        yield Literal("true" if item else "false", vocabulary.XSD + "boolean")
    elif item is not None:
        yield Literal(str(item), vocabulary.XSD + ("integer" if isinstance(item, int) else "double"))


# --- the credential -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential or presentation as its signature says it.

    Attributes:
        root: The credential itself.
        tell: Makes the whole reading as JSON; called when it is asked for.
    """

    root: Node
    tell: Callable[[], JsonObject]

    @property
    def id(self) -> str | None:
        return self.root.id

    @property
    def types(self) -> tuple[str, ...]:
        return self.root.types

    @property
    def name(self) -> str | None:
        texts = sorted(self.root.texts(vocabulary.NAME))
        return texts[0] if texts else None

    @property
    def issuer(self) -> str | None:
        """The issuer's id (of a presentation: the holder's), where there is exactly one."""
        return self.root.text(vocabulary.HOLDER if self.is_presentation else vocabulary.ISSUER) or None

    @property
    def issuer_name(self) -> str | None:
        """The name that the issuer gives itself: a claim, not a check."""
        nodes = self.root.nodes(vocabulary.ISSUER)
        return nodes[0].text(vocabulary.NAME) if len(nodes) == 1 else None

    @property
    def subjects(self) -> tuple[Node, ...]:
        return self.root.nodes(vocabulary.CREDENTIAL_SUBJECT)

    @property
    def subject(self) -> str | None:
        """The subject's id, where there is exactly one subject and it has one."""
        subjects = self.subjects
        return subjects[0].id if len(subjects) == 1 else None

    @property
    def is_presentation(self) -> bool:
        return self.root.is_a(vocabulary.VERIFIABLE_PRESENTATION_TYPE)

    def __reduce__(self) -> tuple[Any, ...]:
        return _told, (self.tell(),)

    def to_dict(self) -> JsonObject:
        """The whole reading as JSON, in a stable order, however the input was spelled."""
        return self.tell()


def _told(document: JsonObject) -> Credential:
    """A credential that came from another process: its reading as it was told there."""
    return Credential(JsonNode(document), lambda: document)


def read_json(document: JsonObject) -> Credential:
    """The reading of a document whose JSON itself was signed. `document` is without its proof."""
    return Credential(JsonNode(document), lambda: _sorted(document))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
