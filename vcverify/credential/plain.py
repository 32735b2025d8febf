"""Readings of JSON that was signed as it stands (JCS, JOSE): by name, or by the IRI in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from vcverify import vocabulary
from vcverify.credential.nodes import Literal, Node, class_order
from vcverify.jsontypes import JsonValue, as_list, escape_token
from vcverify.vocabulary import CLASS_BY_IRI, CLASS_BY_NAME, Term


class JsonNode(Node):
    """An object of signed JSON, or a string that names a thing. Answers are remembered: checks ask again."""

    __slots__ = ("_entries_of", "_pointer", "_types", "_value")

    def __init__(self, value: Mapping[str, JsonValue] | str, pointer: str = "") -> None:
        self._value = value
        self._pointer = pointer
        self._types: tuple[str, ...] | None = None
        self._entries_of: dict[tuple[str, ...], list[Entry]] = {}

    @property
    def id(self) -> str | None:
        value = self._value if isinstance(self._value, str) else self._value.get("id", self._value.get("@id"))
        return value if isinstance(value, str) else None

    @property
    def types(self) -> tuple[str, ...]:
        if self._types is None:
            self._types = () if isinstance(self._value, str) else _types(self._value)
        return self._types

    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        return tuple([value for value, _ in self._entries(term)])

    def says(self, term: Term) -> bool:
        return bool(self._entries(term))

    def where(self, term: Term, position: int = 0) -> str:
        entries = self._entries(term)
        return entries[position][1] if position < len(entries) else self._pointer

    @property
    def pointer(self) -> str:
        return self._pointer

    def described(self) -> frozenset[str]:
        return frozenset(_ids(self._value))

    def _entries(self, term: Term) -> list[Entry]:
        value = self._value
        if type(value) is str:
            return _NOTHING
        entries = self._entries_of.get(term.keys)
        if entries is None:
            entries = _NOTHING
            for name in (term.name, *term.iris):
                if name in value:
                    pointer = f"{self._pointer}/{escape_token(name)}"
                    entries = [*entries, *_json_entries(value[name], term, pointer)]  # type: ignore[index]
            self._entries_of[term.keys] = entries
        return entries


Entry: TypeAlias = tuple[Node | Literal, str]
"""A value and its JSON Pointer."""

_NOTHING: Final[list[Entry]] = []


def _json_entries(held: JsonValue, term: Term, pointer: str) -> Iterator[Entry]:
    if not isinstance(held, list):
        for value in _json_values(held, term, pointer):
            yield value, pointer
        return
    for position, item in enumerate(held):
        where = f"{pointer}/{position}"
        for value in _json_values(item, term, where):
            yield value, where


def _types(value: Mapping[str, JsonValue]) -> tuple[str, ...]:
    names = [item for item in as_list(value.get("type", value.get("@type"))) if isinstance(item, str)]
    classes = [CLASS_BY_NAME.get(name) or CLASS_BY_IRI.get(name) for name in names]
    known = {item.name for item in classes if item is not None}
    rest = {name for name, item in zip(names, classes, strict=True) if item is None}
    return (*sorted(known, key=class_order), *sorted(rest))


def _ids(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, Mapping):
            stack.extend(inner for name, inner in item.items() if name not in _APART)
            name = item.get("id", item.get("@id"))
            if isinstance(name, str):
                yield name


_APART: Final = frozenset(
    {"@context", "proof", *(name for term in vocabulary.NESTING_TERMS for name in (term.name, *term.iris))}
)
"""Members whose values describe something else than the document does: credentials inside it, its proofs."""

_REFERENCES: Final = frozenset(
    term.name
    for term in (
        vocabulary.ISSUER,
        vocabulary.HOLDER,
        vocabulary.CREDENTIAL_SUBJECT,
        vocabulary.CREATOR,
        vocabulary.CREDENTIAL_STATUS,
        vocabulary.CREDENTIAL_SCHEMA,
        vocabulary.EVIDENCE,
        vocabulary.RELATED_RESOURCE,
    )
)
"""Names of the terms whose text values name things (`@type: @id` in the contexts)."""


def _json_values(item: JsonValue, term: Term, where: str) -> Iterator[Node | Literal]:
    if isinstance(item, dict):
        if "@value" in item:
            text, language = item["@value"], item.get("@language")
            if isinstance(text, str) and isinstance(language, str):
                yield Literal(text, language=language.lower())
            else:
                yield from _json_values(text, term, where)
        else:
            yield JsonNode(item, where)
    elif isinstance(item, list):
        for inner in item:
            yield from _json_values(inner, term, where)
    elif isinstance(item, str):
        yield JsonNode(item, where) if term.name in _REFERENCES else Literal(item)
    elif isinstance(item, bool):
        yield Literal("true" if item else "false", vocabulary.XSD + "boolean")
    elif item is not None:
        yield Literal(str(item), vocabulary.XSD + ("integer" if isinstance(item, int) else "double"))
