"""Where a JSON Pointer stands in the text of a document: line and column, as editors count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vcverify.jsontypes import escape_token, loads
from vcverify.problems import ProblemError

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Region:
    """Part of a text; lines and columns count from 1, columns in characters, the end is exclusive (SARIF §3.30)."""

    line: int
    column: int
    end_line: int
    end_column: int


class Positions:
    """The places of a JSON text. A member's place is its name, an item's its first mark.

    Args:
        text: JSON. Where it is none, there are places up to where it stops being one.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._found: dict[str, tuple[int, int]] = {}
        for pointer, place in _places(text):
            self._found.setdefault(pointer, place)

    def region(self, pointer: str) -> Region | None:
        """Where the value at the pointer stands, or the innermost place around it; None where there is no JSON."""
        while pointer not in self._found:
            if not pointer:
                return None
            pointer = pointer.rpartition("/")[0]
        start, end = self._found[pointer]
        return Region(*self._at(start), *self._at(end))

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(slots=True)
class _Open:
    """A container that is being read: of an object, `place` is that of the member whose value comes next."""

    pointer: str
    array: bool
    at: int = 0
    place: tuple[str, int, int] | None = None


def _places(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    stack: list[_Open] = []
    for match in _TOKEN.finditer(text):
        mark = match.group()
        top = stack[-1] if stack else None
        if mark in ("}", "]"):
            if stack:
                stack.pop()
            continue
        if mark == ":":
            continue
        if mark == ",":
            if top is not None:
                top.at += 1
                top.place = None
            continue
        if top is not None and not top.array and top.place is None:
            top.place = (f"{top.pointer}/{escape_token(_name(mark))}", match.start(), match.end())
            continue
        if top is None:
            pointer, start, end = "", match.start(), match.end()
        elif top.place is not None:
            pointer, start, end = top.place
        else:
            pointer, start, end = f"{top.pointer}/{top.at}", match.start(), match.end()
        yield pointer, (start, end)
        if mark in ("{", "["):
            stack.append(_Open(pointer, mark == "["))


def _name(mark: str) -> str:
    if "\\" not in mark:
        return mark[1:-1]
    try:
        return str(loads(mark))
    except ProblemError:
        return mark[1:-1]
