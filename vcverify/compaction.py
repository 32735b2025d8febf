"""Signed statements as JSON in a stable order: the same statements always give the same text.

Names come from the bundled contexts, not from the received one, so that the spelling of the input
(prefixes, aliases, order, `@graph`, `@included`) leaves no trace. Everything is told once: a thing
met again is told by its id. Unnamed things that are met again get the label of the canonical form.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vcverify import vocabulary
from vcverify.bundled import bundled
from vcverify.credential import Credential, GraphReading, literal
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.vocabulary import XSD

Nested = Mapping[str, GraphReading]
"""The credentials directly inside one, by their subject."""

_FIRST: Final = (
    vocabulary.CREDENTIALS_V2,
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    vocabulary.CREDENTIALS_V1,
)
"""Contexts whose names win where several name the same IRI."""

_TYPE: Final = f"<{vocabulary.RDF_TYPE}>"
_FIRST_ITEM: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"
_REST: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
_NIL: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
_NUMBERS: Final[Mapping[str, Callable[[str], JsonValue]]] = {
    XSD + "integer": int,
    XSD + "boolean": lambda text: {"true": True, "false": False}[text],
}


def read_graph(
    reading: GraphReading, inside: Callable[[GraphReading], Nested], labels: Callable[[], Mapping[str, str]]
) -> Credential:
    """The credential that a reading holds.

    Args:
        reading: Its own statements.
        inside: The readings of the credentials directly inside one.
        labels: Canonical labels by blank node label (without `_:`).
    """
    return Credential(reading.root(), lambda: _Teller(labels(), inside).tell(reading))


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


class _Teller:
    """Tells readings as JSON. One for each telling: it remembers what was told."""

    def __init__(self, labels: Mapping[str, str], inside: Callable[[GraphReading], Nested]) -> None:
        self._labels = labels
        self._inside = inside
        self._properties, self._types = _names()

    def tell(self, reading: GraphReading) -> JsonObject:
        counts: dict[str, int] = {}
        for about in reading.index.values():
            for values in about.values():
                for value in values:
                    counts[value] = counts.get(value, 0) + 1
        told: set[str] = set()
        nested = self._inside(reading)
        result = self._node(reading, reading.subject, nested, counts, told, 0)
        apart: list[JsonValue] = [
            self._node(reading, subject, nested, counts, told, 0)
            for subject in sorted(reading.index, key=self._key)
            if subject not in told
        ]
        if apart:
            result["@included"] = apart
        return result

    def _node(
        self, reading: GraphReading, subject: str, nested: Nested, counts: Mapping[str, int], told: set[str], depth: int
    ) -> JsonObject:
        result: JsonObject = {}
        if subject[0] == "<":
            result["id"] = subject[1:-1]
        elif subject != reading.subject and (counts.get(subject, 0) > 1 or depth > _DEPTH or depth == 0):
            result["id"] = self._key(subject)
        about = reading.index.get(subject, {})
        if subject in told or not about or depth > _DEPTH:
            return result
        told.add(subject)
        for name, predicate in sorted((self._property(predicate), predicate) for predicate in about):
            values = sorted(about[predicate], key=self._key)
            if predicate == _TYPE:
                names = {self._types.get(value[1:-1], self._key(value)) for value in values}
                result["type"] = list[JsonValue](sorted(names))
                continue
            items: list[JsonValue] = []
            for value in values:
                inner = nested.get(value)
                if inner is not None:
                    items.append(self.tell(inner))
                elif value[0] == '"':
                    items.append(_value(value))
                elif value == _NIL or _FIRST_ITEM in reading.index.get(value, {}):
                    items.append(self._list(reading, value, nested, counts, told, depth + 1))
                else:
                    items.append(self._node(reading, value, nested, counts, told, depth + 1))
            result[name] = items[0] if len(items) == 1 else items
        return result

    def _list(
        self, reading: GraphReading, head: str, nested: Nested, counts: Mapping[str, int], told: set[str], depth: int
    ) -> JsonObject:
        items: list[JsonValue] = []
        while head != _NIL and head not in told:
            told.add(head)
            about = reading.index.get(head, {})
            items.extend(
                _value(value) if value[0] == '"' else self._node(reading, value, nested, counts, told, depth)
                for value in sorted(about.get(_FIRST_ITEM, ()), key=self._key)
            )
            rest: Sequence[str] = about.get(_REST, ())
            head = rest[0] if rest else _NIL
        return {"list": items}

    def _property(self, predicate: str) -> str:
        return "type" if predicate == _TYPE else self._properties.get(predicate[1:-1], predicate[1:-1])

    def _key(self, term: str) -> str:
        if term.startswith("_:"):
            return "_:" + self._labels.get(term[2:], term[2:])
        return term[1:-1] if term[0] == "<" else term


def _value(term: str) -> JsonValue:
    said = literal(term)
    if said.language:
        return {"language": said.language, "value": said.text}
    try:
        return _NUMBERS[said.datatype](said.text)
    except (KeyError, ValueError):
        return said.text
