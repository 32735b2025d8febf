"""What a failed validation says, in our words: places in the document, and what is wrong there.

The validator's own messages quote the document and change between its releases, so they are not
passed on. Alternatives (`anyOf`, `oneOf`) are followed into the one that the document comes closest to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vcverify.jsontypes import JsonObject, pointer
from vcverify.problems import quote

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

MAX_PLACES: Final = 20
"""A reader mends a few places and tries again; the rest would only be noise."""

_DEPTH: Final = 8
"""Alternatives inside alternatives that are followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place where a document does not fit: JSON Pointer, the schema's keyword, and a sentence."""

    pointer: str
    keyword: str
    detail: str
    expected: str | None = None
    found: str | None = None


def places(errors: Iterable[ValidationError], schema: JsonObject) -> tuple[Place, ...]:
    """At most `MAX_PLACES` places, in the order of the document, each once."""
    found = {(place.pointer, place.detail): (path, place) for path, place in _all(errors, schema, 0)}
    ordered = sorted(found.values(), key=lambda pair: ([_order(part) for part in pair[0]], pair[1].keyword))
    return tuple(place for _, place in ordered[:MAX_PLACES])


Path = list[str | int]


def _all(errors: Iterable[ValidationError], schema: JsonObject, depth: int) -> Iterator[tuple[Path, Place]]:
    for error in errors:
        branch = _closest(error, depth)
        if branch is None:
            yield from _place(error, schema)
        else:
            yield from _all(branch, schema, depth + 1)


def _closest(error: ValidationError, depth: int) -> list[ValidationError] | None:
    """The errors of the alternative that the value comes closest to; None if the alternatives are one choice."""
    here = error.instance_path
    branches = [branch for branch in _branches(error) if not _is_other_type(branch, here, depth)]
    if not branches or depth >= _DEPTH:
        return None
    if len(branches) > 1 and all(
        inner.instance_path == here and inner.kind.name in _OF_VALUES for branch in branches for inner in branch
    ):
        return None
    return min(branches, key=lambda branch: _count(branch, depth))


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    return [branch for branch in getattr(error.kind, "context", []) if branch]


def _is_other_type(branch: list[ValidationError], here: Path, depth: int) -> bool:
    """Whether the alternative is for values of another JSON type."""
    return any(
        inner.instance_path == here
        and (
            inner.kind.name == "type"
            or (
                depth < _DEPTH
                and bool(inners := _branches(inner))
                and all(_is_other_type(nested, here, depth + 1) for nested in inners)
            )
        )
        for inner in branch
    )


def _count(branch: list[ValidationError], depth: int) -> int:
    """How many things are wrong with the value, seen as the alternative."""
    if depth >= _DEPTH:
        return len(branch)
    return sum(min((_count(inner, depth + 1) for inner in _branches(error)), default=1) for error in branch)


def _order(part: str | int) -> tuple[int, int, str]:
    return (0, part, "") if isinstance(part, int) else (1, 0, part)


def _place(error: ValidationError, schema: JsonObject) -> Iterator[tuple[Path, Place]]:
    kind, path = error.kind, error.instance_path
    keyword = kind.name
    detail, expected = _SENTENCES.get(keyword, _unnamed)(kind, keyword)
    found: str | None = quote(error.instance)
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        for name in kind.unexpected[:MAX_PLACES]:  # type: ignore[attr-defined]
            yield (
                [*path, name],
                Place(
                    pointer=pointer(*path, name), keyword=keyword, detail=f"The schema takes no `{quote(name)}` here."
                ),
            )
        return
    if keyword == "required":
        found = None
    elif keyword == "propertyNames":
        path = [*path, str(error.instance)] if isinstance(error.instance, str) else _named(kind, path)
        found = quote(path[-1]) if path else None
    elif keyword == "contains":
        expected = _wanted(error.schema_path, schema)
    elif keyword in ("anyOf", "oneOf"):
        expected = _choice(error)
    yield path, Place(pointer=pointer(*path), keyword=keyword, detail=detail, expected=expected, found=found)


def _named(kind: Any, path: Path) -> Path:
    name = kind.error.instance
    return [*path, name] if isinstance(name, str) else path


def _wanted(path: Path, schema: JsonObject) -> str | None:
    """What a `contains` asks for, where it says so by name."""
    value: Any = schema
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    if not isinstance(value, Mapping):
        return None
    if "const" in value:
        return quote(value["const"])
    return _listed(value["enum"]) if "enum" in value else None


def _choice(error: ValidationError) -> str | None:
    """The values listed by one of the alternatives."""
    for branch in getattr(error.kind, "context", []):
        for inner in branch:
            if inner.kind.name in ("enum", "const"):
                return _SENTENCES[inner.kind.name](inner.kind, "")[1]  # type: ignore[no-any-return]
    return None


_OF_VALUES: Final = frozenset({"enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "not"})
"""Keywords that ask for one value or another: alternatives of them are one choice."""

Sentence = tuple[str, str | None]


def _unnamed(kind: Any, keyword: str) -> Sentence:
    return f"It does not fit the schema's `{quote(keyword)}`.", None


def _limited(what: str, relation: str) -> Any:
    def say(kind: Any, keyword: str) -> Sentence:
        limit = quote(getattr(kind, "limit", ""))
        return f"{what}.", f"{relation} {limit}".strip()

    return say


def _listed(values: Any) -> str:
    return quote(", ".join(quote(value) for value in values))


_SENTENCES: Final[dict[str, Any]] = {
    "required": lambda kind, _: (f"`{quote(kind.property)}` is missing.", quote(kind.property)),
    "type": lambda kind, _: ("It is of another type than the schema asks for.", _listed(kind.types)),
    "enum": lambda kind, _: ("It is none of the values that the schema lists.", _listed(kind.options)),
    "const": lambda kind, _: ("It is not the value that the schema asks for.", quote(kind.expected_value)),
    "pattern": lambda kind, _: ("It is not of the form that the schema asks for.", quote(kind.pattern)),
    "contains": lambda kind, _: ("It lacks an item that the schema asks for.", None),
    "anyOf": lambda kind, _: ("It fits none of the schema's alternatives.", None),
    "oneOf": lambda kind, _: ("It does not fit exactly one of the schema's alternatives.", None),
    "propertyNames": lambda kind, _: ("The schema takes no such name here.", None),
    "uniqueItems": lambda kind, _: ("It has an item twice.", None),
    "not": lambda kind, _: ("The schema excludes it.", None),
    "false": lambda kind, _: ("The schema takes nothing here.", None),
    "minItems": _limited("It has too few items", "at least"),
    "maxItems": _limited("It has too many items", "at most"),
    "minLength": _limited("It is too short", "at least"),
    "maxLength": _limited("It is too long", "at most"),
    "minProperties": _limited("It has too few members", "at least"),
    "maxProperties": _limited("It has too many members", "at most"),
    "minimum": _limited("It is too small", "at least"),
    "maximum": _limited("It is too large", "at most"),
    "exclusiveMinimum": _limited("It is too small", "more than"),
    "exclusiveMaximum": _limited("It is too large", "less than"),
}
