"""XSD 1.1 dateTimeStamp to an aware datetime. Nothing else in the library parses time.

The grammar is ours (XSD 1.1 §3.4.28, §3.3.7): `T` and `Z` in upper case, ASCII digits, seconds 00
to 59, offsets up to 14:00, no white space. Years before 0001 or after 9999 are legal XSD but have
no Python value: they are answered as the nearest representable instant, which compares the same.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_STAMP: Final = re.compile(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-4]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?"
    r"(Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
)

MIN: Final = datetime.min.replace(tzinfo=UTC)
MAX: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant, and whether its text named the offset (`dateTime` without one is read as UTC)."""

    instant: datetime
    has_offset: bool


@functools.lru_cache(maxsize=1024)
def parse_stamp(text: str) -> Stamp | None:
    """The instant of a dateTime, or None where the text is not one."""
    match = _STAMP.fullmatch(text) if len(text) <= 64 else None
    if match is None:  # CHECK: other grammars
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    fraction, zone = match[7] or "", match[8]
    end_of_day = hour == 24
    if end_of_day and (minute or second or fraction.strip("0")):  # CHECK: times after 24:00
        return None
    # Years outside Python's range keep their calendar check by a year of the same leap kind.
    inside = 1 <= year <= 9999
    stand_in = year if inside else 2000 + year % 400
    try:
        instant = datetime(
            stand_in, month, day, 0 if end_of_day else hour, minute, second, int((fraction + "000000")[:6])
        )
    except ValueError:
        return None
    offset = _offset(zone)
    if offset is None:  # CHECK: offsets beyond 14 hours
        return None
    if not inside:
        return Stamp(MAX if year > 0 else MIN, zone is not None)
    try:
        # In one step: the day that 24:00 ends may be the last there is, and its offset lead back into it.
        instant += timedelta(days=end_of_day) - offset
    except OverflowError:
        return Stamp(MAX if year > 5000 else MIN, zone is not None)
    return Stamp(instant.replace(tzinfo=UTC), zone is not None)


def _offset(zone: str | None) -> timedelta | None:
    if zone is None or zone == "Z":
        return timedelta(0)
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    if offset > timedelta(hours=14):  # CHECK: offsets beyond 14 hours, as such
        return None
    return -offset if zone[0] == "-" else offset


def format_instant(instant: datetime) -> str:
    """`2026-01-31T12:00:00Z`, with a fraction only where there is one."""
    text = instant.astimezone(UTC).replace(tzinfo=None).isoformat()
    return text + "Z"
