"""Readings of JSON that was signed as it stands (JCS, JOSE): by name, or by the IRI in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from vcverify import vocabulary
from vcverify.credential.nodes import Literal, Node, class_order
from vcverify.jsontypes import JsonValue, escape_token
from vcverify.vocabulary import CLASS_BY_IRI, CLASS_BY_NAME, Term, Terms


class JsonNode(Node):
    """An object of signed JSON, or a string that names a thing. Answers are remembered: checks ask again."""

    __slots__ = ("_known", "_members", "_named", "_pointer", "_types")

    def __init__(self, value: Mapping[str, JsonValue] | str, pointer: str = "") -> None:
        named = isinstance(value, str)
        self._named = value if named else None
        self._members: Mapping[str, JsonValue] = _NO_MEMBERS if named else value  # type: ignore[assignment]
        self._pointer = pointer
        self._types: tuple[str, ...] | None = None
        self._known: dict[tuple[str, ...], Said] = {}

    @property
    def id(self) -> str | None:
        if self._named is not None:
            return self._named  # type: ignore[return-value]
        members = self._members
        value = members["id"] if "id" in members else members.get("@id")
        return value if isinstance(value, str) else None

    @property
    def types(self) -> tuple[str, ...]:
        if self._types is None:
            self._types = _types(self._members)
        return self._types

    def values(self, term: Term) -> tuple[Node | Literal, ...]:
        return self._said(term)[0]

    def says(self, term: Term) -> bool:
        return not self._members.keys().isdisjoint(term.names) and bool(self._said(term)[0])

    def says_any(self, terms: Terms) -> bool:
        return not self._members.keys().isdisjoint(terms.names)

    def where(self, term: Term, position: int = 0) -> str:
        pointers = self._said(term)[1]
        return pointers[position] if position < len(pointers) else self._pointer

    @property
    def pointer(self) -> str:
        return self._pointer

    def described(self) -> frozenset[str]:
        return frozenset(_ids(self._members if self._named is None else self._named))

    def _said(self, term: Term) -> Said:
        said = self._known.get(term.keys)
        if said is None:
            values: list[Node | Literal] = []
            pointers: list[str] = []
            members = self._members
            for name in term.names:
                if name in members:
                    where = f"{self._pointer}/{name if name is term.name else escape_token(name)}"
                    held = members[name]
                    if isinstance(held, list):
                        for position, item in enumerate(held):
                            _add(values, pointers, item, term, f"{where}/{position}")
                    else:
                        _add(values, pointers, held, term, where)
            said = self._known[term.keys] = (tuple(values), tuple(pointers)) if values else _NOTHING
        return said


Said: TypeAlias = tuple[tuple[Node | Literal, ...], tuple[str, ...]]
"""The values of a term, and the JSON Pointer of each."""

_NOTHING: Final[Said] = ((), ())
_NO_MEMBERS: Final[Mapping[str, JsonValue]] = {}


_CLASSES: Final = {
    name: (class_order(found.name), found.name)
    for known in (CLASS_BY_IRI, CLASS_BY_NAME)
    for name, found in known.items()
}
"""By every name and IRI of a familiar type: where it stands among the types of a thing, and its first name."""


def _types(value: Mapping[str, JsonValue]) -> tuple[str, ...]:
    held = value["type"] if "type" in value else value.get("@type")
    known: set[tuple[int, str]] = set()
    rest: set[str] = set()
    for name in held if isinstance(held, list) else (held,):
        if isinstance(name, str):
            if name in _CLASSES:
                known.add(_CLASSES[name])
            else:
                rest.add(name)
    names = [name for _, name in sorted(known)]
    return (*names, *sorted(rest)) if rest else tuple(names)


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


def _add(values: list[Node | Literal], pointers: list[str], item: JsonValue, term: Term, where: str) -> None:
    """Adds what a member's value, or an item of it, says."""
    if isinstance(item, str):
        values.append(JsonNode(item, where) if term.name in _REFERENCES else Literal(item))
    elif isinstance(item, dict):
        if "@value" in item:
            text, language = item["@value"], item.get("@language")
            if not (isinstance(text, str) and isinstance(language, str)):
                _add(values, pointers, text, term, where)
                return
            values.append(Literal(text, language=language.lower()))
        else:
            values.append(JsonNode(item, where))
    elif isinstance(item, list):
        for inner in item:
            _add(values, pointers, inner, term, where)
        return
    elif isinstance(item, bool):
        values.append(Literal("true" if item else "false", vocabulary.XSD + "boolean"))
    elif item is not None:
        values.append(Literal(str(item), vocabulary.XSD + ("integer" if isinstance(item, int) else "double")))
    else:
        return
    pointers.append(where)
