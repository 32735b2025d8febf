"""JSON and dateTime: what our readers take, read again by other code."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import rfc8785

from vcverify import datetimes, jcs, jsontypes
from vcverify.limits import Limits
from vcverify.problems import ProblemError

LIMITS = Limits(json_depth=16, object_members=64, string_characters=4_096, number_digits=40)
"""Low enough for a fuzzer to reach them."""

_POINTERS = 50
"""Places of one document whose JSON Pointers are tried."""


# --- JSON -----------------------------------------------------------------------------------------


def json_text(data: bytes) -> None:
    """`jsontypes.loads` takes what the standard library takes under the same rules, and reads the same."""
    expected: Any = _NOTHING
    try:
        expected = strict_json(data)
    except (ValueError, RecursionError):
        pass
    try:
        value = jsontypes.loads(data, LIMITS)
    except ProblemError as error:
        assert error.problem.code in ("input.malformed", "limit.exceeded")
        assert expected is _NOTHING, error.problem.detail
        return
    assert repr(value) == repr(expected)
    _same_again(value)
    if isinstance(value, dict):
        raw = jsontypes.raw_members(data.decode())
        assert {name: repr(jsontypes.loads(text, LIMITS)) for name, text in raw.items()} == {
            name: repr(member) for name, member in value.items()
        }


_NOTHING = object()


def strict_json(data: bytes) -> Any:
    """The value, by the standard library with every rule put on top.

    Raises:
        ValueError, RecursionError: it is not JSON, or breaks one of the rules.
    """
    value = json.loads(
        data.decode("utf-8"),
        object_pairs_hook=_unique,
        parse_constant=_never,
        parse_int=lambda text: _number(text, int(text)),
        parse_float=lambda text: _number(text, float(text)),
    )
    level, levels = [value], 0
    while level := [item for item in level if isinstance(item, (dict, list))]:
        levels += 1
        below: list[Any] = []
        for item in level:
            below += [*item, *item.values()] if isinstance(item, dict) else item
        for text in (item for item in [*below] if isinstance(item, str)):
            _text(text)
        level = below
    if isinstance(value, str):
        _text(value)
    if levels > LIMITS.json_depth:
        raise ValueError("too deep")
    return value


def _text(text: str) -> None:
    text.encode("utf-8")
    if len(text) > LIMITS.string_characters:
        raise ValueError("too long")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs) or len(pairs) > LIMITS.object_members:
        raise ValueError("a name stands twice, or too many")
    return dict(pairs)


def _never(text: str) -> NoReturn:
    raise ValueError(text)


def _number(text: str, value: float) -> float:
    if len(text) > LIMITS.number_digits or not math.isfinite(value):
        raise ValueError("no number")
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError("too large")
    return value


def _same_again(value: Any) -> None:
    """Written and read again it is the same value; its places are found; RFC 8785 has one text for it."""
    assert repr(jsontypes.loads(jsontypes.compact(value), LIMITS)) == repr(value)
    assert repr(jsontypes.copy(value, LIMITS)[1]) == repr(value)
    assert json.loads(jsontypes.line(value)) == value
    canonical = jcs.canonicalize(value)
    assert canonical == rfc8785.dumps(value)
    assert json.loads(canonical, parse_int=float) == value
    for path, item in _places(value, ()):
        assert jsontypes.resolve_pointer(value, jsontypes.pointer(*path)) is item


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    queue: list[tuple[tuple[str | int, ...], Any]] = [(path, value)]
    for count, (where, item) in enumerate(queue):
        yield where, item
        if count < _POINTERS and isinstance(item, (dict, list)):
            inside = item.items() if isinstance(item, dict) else enumerate(item)
            queue += [((*where, key), inner) for key, inner in inside]


# --- dateTime -------------------------------------------------------------------------------------


def date_time(data: bytes) -> None:
    """`datetimes.parse_stamp` reads what a reader by columns reads, and so does Python where it takes the text."""
    text = data.decode("latin-1") if data[:1] == b"\xff" else data.decode("utf-8", "replace")
    stamp = datetimes.parse_stamp(text)
    expected = by_columns(text)
    assert (stamp is None) == (expected is None), text
    if stamp is None or expected is None:
        return
    year, microseconds, has_offset = expected
    if year < 1 or microseconds < 0:
        assert stamp.instant == datetimes.MIN
    elif year > 9999 or microseconds > _MICROSECONDS:
        assert stamp.instant == datetimes.MAX
    else:
        assert stamp.instant == _BEGINNING + timedelta(microseconds=microseconds), text
        _as_python(text, stamp.instant)
    assert stamp.has_offset is has_offset
    assert stamp.instant.utcoffset() == timedelta(0)
    told = datetimes.format_instant(stamp.instant)
    again = datetimes.parse_stamp(told)
    assert again is not None
    assert (again.instant, again.has_offset) == (stamp.instant, True)


_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_MICROSECONDS = (datetimes.MAX - _BEGINNING) // timedelta(microseconds=1)
_LONGEST = 64
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def by_columns(text: str) -> tuple[int, int, bool] | None:
    """The year as it is written, microseconds since the year 1 began, and whether an offset is named (XSD 1.1 §3.3.7)."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    before_christ = text.startswith("-")
    date, mark, time = text[before_christ:].partition("T")
    year_text, *rest = date.split("-")
    if not mark or len(rest) != 2 or not _digits(year_text, None) or not all(_digits(part, 2) for part in rest):
        return None
    if len(year_text) < 4 or (len(year_text) > 4 and year_text[0] == "0"):
        return None
    year = -int(year_text) if before_christ else int(year_text)
    month, day = map(int, rest)
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month - 1] + (month == 2 and _is_leap(year)):
        return None
    offset, has_offset = 0, True
    if time.endswith("Z"):
        time = time[:-1]
    elif len(time) > 6 and time[-6] in "+-":
        zone, time = time[-6:], time[:-6]
        if zone[3] != ":" or not _digits(zone[1:3] + zone[4:], 4) or int(zone[4:]) > 59:
            return None
        offset = (int(zone[1:3]) * 60 + int(zone[4:])) * (1 if zone[0] == "+" else -1)
        if abs(offset) > 14 * 60:
            return None
    else:
        has_offset = False
    clock, point, fraction = time.partition(".")
    if point and not _digits(fraction, None):
        return None
    if len(clock) != 8 or clock[2] != ":" or clock[5] != ":" or not _digits(clock[:2] + clock[3:5] + clock[6:], 6):
        return None
    hour, minute, second = int(clock[:2]), int(clock[3:5]), int(clock[6:])
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second or fraction.strip("0"))):
        return None
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 + sum(_DAYS[: month - 1]) + day - 1
    days += month > 2 and _is_leap(year)
    seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
    return year, seconds * 1_000_000 + int((fraction + "000000")[:6]), has_offset


def _digits(text: str, count: int | None) -> bool:
    return text.isdigit() and (count is None or len(text) == count)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _as_python(text: str, instant: datetime) -> None:
    try:
        theirs = datetime.fromisoformat(text)
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        theirs = theirs.astimezone(UTC)
    except (ValueError, OverflowError):
        return
    assert theirs == instant, text
