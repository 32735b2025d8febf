"""Readings of JSON that was signed as it stands (JCS, JOSE): by name, or by the IRI in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcverify import vocabulary
from vcverify.credential.nodes import Literal, Node, class_order
from vcverify.jsontypes import JsonValue, as_list, escape_token
from vcverify.vocabulary import CLASS_BY_IRI, CLASS_BY_NAME, Term


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
        return (*sorted(known, key=class_order), *sorted(rest))

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
