"""The little of CBOR (RFC 8949) that selective disclosure proofs are made of.

Unsigned integers, byte strings, arrays and maps of definite length, in their shortest form. A
general library would also read tags, floats and recursion that no proof has.
"""

from __future__ import annotations

from typing import Final, TypeAlias

CborValue: TypeAlias = "int | bytes | list[CborValue] | dict[int, CborValue]"

_DEPTH: Final = 3
"""A proof is an array of arrays and maps."""


class CborError(ValueError):
    """Not CBOR, or CBOR that no proof has."""


def decode(data: bytes) -> CborValue:
    """The one value that the bytes hold.

    Raises:
        CborError: anything else.
    """
    value, end = _value(data, 0, 0)
    if end != len(data):  # CHECK: bytes after the value
        raise CborError("more follows after the value")
    return value


def _value(data: bytes, at: int, depth: int) -> tuple[CborValue, int]:
    if depth > _DEPTH:  # CHECK: deep CBOR
        raise CborError("too many levels")
    kind, number, at = _head(data, at)
    if kind == 0:
        return number, at
    if kind == 2:
        if number > len(data) - at:
            raise CborError("a byte string is cut off")
        return data[at : at + number], at + number
    if kind not in (4, 5):  # CHECK: other types of values
        raise CborError(f"a value of major type {kind}")
    # Every item takes a byte at least, so a length beyond the data is refused before anything is built.
    if number * (kind - 3) > len(data) - at:
        raise CborError("an array or map is cut off")
    if kind == 4:
        items: list[CborValue] = []
        for _ in range(number):
            item, at = _value(data, at, depth + 1)
            items.append(item)
        return items, at
    entries: dict[int, CborValue] = {}
    for _ in range(number):
        name, at = _value(data, at, depth + 1)
        if not isinstance(name, int) or name in entries:  # CHECK: duplicate keys
            raise CborError("a map key that is not a number, or stands twice")
        entries[name], at = _value(data, at, depth + 1)
    return entries, at


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the rest begins (RFC 8949 §3)."""
    if at >= len(data):  # CHECK: values past the end
        raise CborError("it is cut off")
    kind, short = data[at] >> 5, data[at] & 31
    at += 1
    if short < 24:
        return kind, short, at
    if short > 27:  # CHECK: indefinite lengths
        raise CborError("a length of indefinite or reserved form")
    size = 1 << (short - 24)
    if at + size > len(data):
        raise CborError("a number is cut off")
    number = int.from_bytes(data[at : at + size], "big")
    if number < (24 if size == 1 else 1 << (4 * size)):  # CHECK: numbers in a longer form
        raise CborError("a number that is not in its shortest form")
    return kind, number, at + size
