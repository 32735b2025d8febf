"""Signed statements as JSON in a stable order: the same statements always give the same text.

Names come from the bundled contexts, not from the received one, so that the spelling of the input
(prefixes, aliases, order, `@graph`, `@included`) leaves no trace. A thing is told once, and where it
is met again by its id. Unnamed things stand in the order of what is said of them, and those that are met
again get a label, which holds within the credential.

Where a statement stands leaves no trace either. What one signature covers is told as one: a record's
issuer or learner has all that is said of it anywhere in the record. Only credentials that are secured
by themselves, or stand in a graph of their own, are told again by themselves, as their own proofs have them.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vcverify import vocabulary
from vcverify.bundled import bundled
from vcverify.credential import Credential, GraphReading, literal
from vcverify.jsontypes import JsonObject, JsonValue, loads
from vcverify.vocabulary import XSD


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that one signature covers.

    Attributes:
        reading: All its statements, those of the credentials inside with them.
        inside: The credentials inside that are told by themselves, by their subject and by their graph.
    """

    reading: GraphReading
    inside: Callable[[], Mapping[str, Whole]]


_FIRST: Final = (
    vocabulary.CREDENTIALS_V2,
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    vocabulary.CREDENTIALS_V1,
)
"""Contexts whose names win where several name the same IRI."""

_TYPE: Final = f"<{vocabulary.RDF_TYPE}>"
_PROOF: Final = vocabulary.PROOF.keys[0]
_FIRST_ITEM: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"
_REST: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
_NIL: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
_NUMBERS: Final[Mapping[str, re.Pattern[str]]] = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,14}"),
    XSD + "boolean": re.compile(r"true|false"),
}
"""Literals that are told as JSON has them; all others are told by their text."""


def read_graph(
    reading: GraphReading, whole: Callable[[], Whole], labels: Callable[[], Mapping[str, str]]
) -> Credential:
    """The credential that a reading holds.

    Args:
        reading: Its own statements, which the checks read.
        whole: What is told of it.
        labels: Canonical labels by blank node label (without `_:`).
    """
    return Credential(reading.root(), lambda: _Teller(labels()).tell(whole()))


@functools.cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names of properties and of types by IRI."""
    properties: dict[str, str] = {}
    types: dict[str, str] = {}
    store = bundled()
    urls = (*_FIRST, *(url for url in sorted(store) if url not in _FIRST))
    for url in urls:
        context = (store.context(url) or {}).get("@context")
        for part in context if isinstance(context, list) else [context]:
            if isinstance(part, dict):
                _collect(part, {}, properties, types)
    return properties, types


def _collect(
    context: Mapping[str, Any], outer: Mapping[str, Any], properties: dict[str, str], types: dict[str, str]
) -> None:
    scope = {**outer, **context}
    for name, definition in context.items():
        iri = _expand(definition, scope, 0)
        if name.startswith("@") or iri is None:
            continue
        table = types if name[0].isupper() else properties
        table.setdefault(iri, name)
        if isinstance(definition, dict) and isinstance(definition.get("@context"), dict):
            _collect(definition["@context"], scope, properties, types)


def _expand(definition: Any, scope: Mapping[str, Any], depth: int) -> str | None:
    iri = definition.get("@id") if isinstance(definition, dict) else definition
    if not isinstance(iri, str) or iri.startswith("@") or depth > 4:
        return None
    if iri in scope and scope[iri] is not definition:
        return _expand(scope[iri], scope, depth + 1)
    prefix, colon, rest = iri.partition(":")
    if colon and not rest.startswith("//") and prefix in scope:
        base = _expand(scope[prefix], scope, depth + 1)
        return None if base is None else base + rest
    return iri if colon else None


_DEPTH: Final = 40
"""Levels told inside each other; what lies deeper is told apart, under `@included`."""


_ROUNDS: Final = 8
"""Links that are followed from an unnamed thing to find its place among others; no published document has more."""

_NESTING: Final = frozenset(key for term in vocabulary.NESTING_TERMS for key in term.keys)


class _Teller:
    """Tells readings as JSON."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._properties, self._types = _names()

    def tell(self, whole: Whole) -> JsonObject:
        reading = whole.reading
        told = _Telling(reading=reading, nested=whole.inside(), labels=self._labels)
        self._place(told, reading.subject)
        result = self._node(told, reading.subject)
        apart: list[JsonValue] = []
        for subject in told.ordered(reading.index):
            if subject not in told.homes and not told.is_told_inside(subject):
                self._place(told, subject)
                apart.append(self._node(told, subject))
        if apart:
            result["@included"] = apart
        return result

    def _place(self, told: _Telling, root: str) -> None:
        """Finds for each thing the place nearest to the root, where it is told."""
        told.homes[root] = None
        level = [root]
        for _ in range(_DEPTH):
            following: list[str] = []
            for subject in level:
                for predicate, values in self._members(told, subject):
                    for value in values:
                        told.mentions[value] = told.mentions.get(value, 0) + 1
                        if value in told.nested:
                            if predicate in _NESTING:
                                told.homes.setdefault(value, (subject, predicate))
                        elif value not in told.homes and value in told.reading.index:
                            told.homes[value] = (subject, predicate)
                            # The cells of a list stand side by side, not inside each other.
                            (level if predicate == _REST else following).append(value)
            if not following:
                return
            level = following

    def _members(self, told: _Telling, subject: str) -> list[tuple[str, list[str]]]:
        about = told.reading.index.get(subject, {})
        ordered = sorted((self._property(predicate), predicate) for predicate in about if predicate != _PROOF)
        return [(predicate, told.ordered(about[predicate])) for _, predicate in ordered]

    def _node(self, told: _Telling, subject: str) -> JsonObject:
        result: JsonObject = {}
        if subject.startswith("<"):
            result["id"] = subject[1:-1]
        elif told.mentions.get(subject, 0) > 1 or (subject not in told.homes and subject in told.reading.index):
            result["id"] = told.label(subject)
        for predicate, values in self._members(told, subject):
            if predicate == _TYPE:
                names = {self._types.get(value[1:-1], told.name(value)) for value in values}
                result["type"] = list[JsonValue](sorted(names))
                continue
            items = [self._item(told, subject, predicate, value) for value in values]
            name = self._property(predicate)
            # Contexts gave one name to several IRIs; the second that a thing has is told by its IRI.
            result[predicate[1:-1] if name in result else name] = items[0] if len(items) == 1 else items
        return result

    def _item(self, told: _Telling, subject: str, predicate: str, value: str) -> JsonValue:
        if value[0] == '"':
            return _value(value)
        if value == _NIL:
            return {"list": []}
        if told.homes.get(value) == (subject, predicate):
            if value in told.nested:
                return self.tell(told.nested[value])
            if value[0] == "_" and _FIRST_ITEM in told.reading.index[value]:
                return {"list": self._list(told, value)}
            return self._node(told, value)
        return {"id": told.name(value)} if value[0] == "<" or value in told.reading.index else {}

    def _list(self, told: _Telling, head: str) -> list[JsonValue]:
        items: list[JsonValue] = []
        seen: set[str] = set()
        while head != _NIL and head not in seen:
            seen.add(head)
            about = told.reading.index.get(head, {})
            firsts = told.ordered(about.get(_FIRST_ITEM, ()))
            items.extend(self._item(told, head, _FIRST_ITEM, value) for value in firsts)
            rest: Sequence[str] = about.get(_REST, ())
            head = rest[0] if rest else _NIL
        return items

    def _property(self, predicate: str) -> str:
        return "type" if predicate == _TYPE else self._properties.get(predicate[1:-1], predicate[1:-1])


@dataclass(slots=True, kw_only=True)
class _Telling:
    """One reading while it is told: where each thing has its place, and how often it is mentioned.

    Attributes:
        labels: Canonical labels by blank node label (without `_:`): the order of unnamed things of
            which the same is said.
    """

    reading: GraphReading
    nested: Mapping[str, Whole]
    labels: Mapping[str, str]
    homes: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    mentions: dict[str, int] = field(default_factory=dict)
    _described: dict[str, list[dict[str, list[str]]]] | None = None
    _contents: dict[str, str] | None = None
    _given: dict[str, str] = field(default_factory=dict)

    def name(self, term: str) -> str:
        """The id of a named thing, the label of an unnamed one, the term of a literal."""
        if term.startswith("_:"):
            return self.label(term)
        return term[1:-1] if term[0] == "<" else term

    def label(self, blank: str) -> str:
        """The label of an unnamed thing: they are numbered as they come."""
        return self._given.setdefault(blank, f"_:b{len(self._given)}")

    def ordered(self, terms: Collection[str]) -> list[str]:
        """The terms in an order that does not depend on where they stood."""
        return sorted(terms, key=self._key) if len(terms) > 1 else list(terms)

    def _key(self, term: str) -> tuple[str, int]:
        if not term.startswith("_:"):
            return term, 0
        if self._contents is None:
            self._contents = _contents(self.reading.index)
        return "_:" + self._contents.get(term, ""), int(self.labels.get(term[2:], "c14n0")[4:])

    def is_told_inside(self, subject: str) -> bool:
        """Whether all that is said of the thing is said in a credential that is told by itself."""
        if self._described is None:
            self._described = {}
            for inner in {id(whole): whole for whole in self.nested.values()}.values():
                if inner.reading.graph == self.reading.graph:
                    for name, about in inner.reading.index.items():
                        self._described.setdefault(name, []).append(about)
        descriptions = self._described.get(subject, ())
        return all(
            any(value in about.get(predicate, ()) for about in descriptions)
            for predicate, values in self.reading.index[subject].items()
            for value in values
        )


def _contents(index: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, str]:
    """Of each unnamed thing a digest of what is said of it, and of the unnamed things that this leads to."""
    found = dict.fromkeys((subject for subject in index if subject.startswith("_:")), "")
    kinds = 0
    for _ in range(_ROUNDS):
        if len(set(found.values())) == kinds:
            break
        kinds = len(set(found.values()))
        following = {}
        for subject in found:
            said = sorted(
                (predicate, found.get(value, "") if value.startswith("_:") else value)
                for predicate, values in index[subject].items()
                for value in values
            )
            following[subject] = hashlib.sha256(repr(said).encode()).hexdigest()
        found = following
    return found


def _value(term: str) -> JsonValue:
    said = literal(term)
    if said.language:
        return {"language": said.language, "value": said.text}
    number = _NUMBERS.get(said.datatype)
    return said.text if number is None or not number.fullmatch(said.text) else loads(said.text)
