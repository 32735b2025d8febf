"""What differs between two JSON values, by JSON Pointer; items of arrays are matched before they are compared."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from vcverify.jsontypes import JsonObject, JsonValue, compact, escape_token, loads, resolve_pointer
from vcverify.limits import Limits

REMOVED: Final = "removed"
ADDED: Final = "added"
CHANGED: Final = "changed"
REORDERED: Final = "reordered"
WRAPPED: Final = "wrapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference between a first and a second value.

    Attributes:
        kind: `removed`, `added`, `changed`, `reordered` (an array with the same items), or `wrapped` (a value alone,
            in one of them in an array).
        pointer: Where it stands in the first value; of what was added, in the second.
        before: What the first value has there; None where it has nothing.
        after: What the second value has there; None where it has nothing.
        place: Where the first value has to be changed to have this difference.
    """

    kind: str
    pointer: str
    before: JsonValue = None
    after: JsonValue = None
    place: str

    def to_dict(self) -> dict[str, Any]:
        """The difference as JSON values."""
        values: dict[str, Any] = {"kind": self.kind, "pointer": self.pointer}
        if self.kind in (REMOVED, CHANGED):
            values["before"] = self.before
        if self.kind in (ADDED, CHANGED):
            values["after"] = self.after
        return values

    def below(self, pointer: str) -> Difference:
        """The same difference, of values that stand at a pointer."""
        return replace(self, pointer=pointer + self.pointer, place=pointer + self.place)


def differences(first: JsonValue, second: JsonValue) -> list[Difference]:
    """Every difference, as deep as it can be told, in the order of the first value."""
    return list(_compare(first, second, "", ""))


def changed(document: JsonObject, difference: Difference, limits: Limits) -> JsonObject:
    """A copy of the first value that has that difference, and no other."""
    copy: Any = loads(compact(document), limits)
    parent, _, token = difference.place.rpartition("/")
    name = token.replace("~1", "/").replace("~0", "~")
    holder: Any = resolve_pointer(copy, parent)
    key: Any = int(name) if isinstance(holder, list) else name
    if difference.kind == REMOVED:
        del holder[key]
    elif isinstance(holder, list) and difference.kind == ADDED:
        holder.insert(key, difference.after)
    else:
        holder[key] = difference.after
    return copy  # type: ignore[no-any-return]


def same(first: JsonValue, second: JsonValue) -> bool:
    """Whether two values are the same JSON: the order of members says nothing, 1 and 1.0 are one number."""
    return identity(first) == identity(second)


def _compare(first: JsonValue, second: JsonValue, place: str, other: str) -> Iterator[Difference]:
    """`place` is where `first` stands in the first value, `other` where `second` stands in the second."""
    if same(first, second):
        return
    if isinstance(first, dict) and isinstance(second, dict):
        for name, value in first.items():
            token = "/" + escape_token(name)
            if name in second:
                yield from _compare(value, second[name], place + token, other + token)
            else:
                yield Difference(kind=REMOVED, pointer=place + token, before=value, place=place + token)
        for name, value in second.items():
            if name not in first:
                token = "/" + escape_token(name)
                yield Difference(kind=ADDED, pointer=other + token, after=value, place=place + token)
    elif isinstance(first, list) and isinstance(second, list):
        yield from _compare_arrays(first, second, place, other)
    elif isinstance(second, list) and len(second) == 1:
        yield Difference(kind=WRAPPED, pointer=place, before=first, after=[first], place=place)
        yield from _compare(first, second[0], place, f"{other}/0")
    elif isinstance(first, list) and len(first) == 1:
        yield Difference(kind=WRAPPED, pointer=place, before=first, after=first[0], place=place)
        yield from _compare(first[0], second, f"{place}/0", other)
    else:
        yield Difference(kind=CHANGED, pointer=place, before=first, after=second, place=place)


def _compare_arrays(first: list[JsonValue], second: list[JsonValue], place: str, other: str) -> Iterator[Difference]:
    pairs = _matched(first, second)
    for at, value in enumerate(first):
        if at in pairs:
            yield from _compare(value, second[pairs[at]], f"{place}/{at}", f"{other}/{pairs[at]}")
        else:
            yield Difference(kind=REMOVED, pointer=f"{place}/{at}", before=value, place=f"{place}/{at}")
    taken = set(pairs.values())
    for at, value in enumerate(second):
        if at not in taken:
            yield Difference(kind=ADDED, pointer=f"{other}/{at}", after=value, place=f"{place}/{min(at, len(first))}")
    order = sorted(pairs, key=pairs.__getitem__)
    if order != sorted(order):
        arranged = [first[at] for at in order] + [value for at, value in enumerate(first) if at not in pairs]
        if not same(arranged, first):  # items that are equal can change places unseen
            yield Difference(kind=REORDERED, pointer=place, before=first, after=arranged, place=place)


def _matched(first: list[JsonValue], second: list[JsonValue]) -> dict[int, int]:
    """Positions in the second array by positions in the first: equal items, then those of one id, then in order."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def match(key_of: Any) -> None:
        waiting: dict[Hashable, deque[int]] = {}
        for at, value in enumerate(second):
            if at not in taken and (key := key_of(value)) is not None:
                waiting.setdefault(key, deque()).append(at)
        for at, value in enumerate(first):
            if at not in pairs and (key := key_of(value)) is not None and waiting.get(key):
                pairs[at] = waiting[key].popleft()
                taken.add(pairs[at])

    match(identity)
    match(_id)
    match(lambda value: type(value).__name__)
    return pairs


def _id(value: JsonValue) -> Hashable:
    name = value.get("id", value.get("@id")) if isinstance(value, dict) else None
    return name if isinstance(name, str) else None


def identity(value: JsonValue) -> Hashable:
    """Equal for values that are the same JSON."""
    if isinstance(value, dict):
        return "object", tuple(sorted((name, identity(item)) for name, item in value.items()))
    if isinstance(value, list):
        return "array", tuple(map(identity, value))
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, int | float):
        return "number", value
    return ("text", value) if isinstance(value, str) else ("null",)
