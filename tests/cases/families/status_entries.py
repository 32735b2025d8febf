"""The entry: an index, a size and messages that can be used, or `status.malformed`."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.families.status import AT, ENTRY, GOOD, REVOKED, VALIDATE, looked_up, malformed
from cases.lists import ENTRIES, entry, signed_list
from cases.mutations import drop
from cases.registry import Family, Scenario, fails, passes
from cases.signing import Json

FAMILY = Family("status-entry", "status")
case = FAMILY.case

_INDEXES: dict[str, tuple[Any, str]] = {
    "beyond": ("1000000", "A million, in a list of 131,072"),
    "one-beyond": (str(ENTRIES), "One past the last"),
    "negative": ("-1", "It would count from the end"),
    "spaces": (" 7 ", "Lenient readers of numbers take it"),
    "plus": ("+7", "Lenient readers of numbers take it"),
    "underscore": ("0_7", "Lenient readers of numbers take it"),
    "arabic-indic": ("٧", "A digit of another script"),
    "true": (True, "Some languages take true for 1"),
    "fraction": ("7.0", "No whole number"),
    "hexadecimal": ("0x7", "Base 10 is asked for"),
    "empty": ("", "No digit at all"),
    "five-thousand-digits": ("7" * 5000, "A number larger than any list"),
    "two": (["7", "8"], "A reader could pick the one it likes"),
}

for _name, (_value, _why) in _INDEXES.items():
    FAMILY.add(
        f"index-{_name}",
        f"An index that cannot be used: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(looked_up, malformed(), entry(_value), listed=signed_list({7: 1, 1: 1})),
        spec=[*ENTRY, "BSL §3.2 RANGE_ERROR"],
    )


@case("No index", spec=ENTRY)
def index_missing() -> Scenario:
    """Which bit, then?"""
    return looked_up(malformed(), drop(entry(), "/statusListIndex"))


@case("No list", spec=ENTRY)
def list_missing() -> Scenario:
    """Where, then?"""
    return looked_up(malformed(), entry(url=None))


@case("No purpose", spec=ENTRY)
def purpose_missing() -> Scenario:
    """What would the bit mean?"""
    return looked_up(malformed(), entry(purpose=None), listed=signed_list({7: 1}))


@case("An index that is a JSON number", spec=ENTRY, importance="medium")
def index_number() -> Scenario:
    """Text is asked for; a whole number says the same and hides nothing."""
    return looked_up(REVOKED, entry(7), listed=signed_list({7: 1}))


def messages(size: int) -> list[Json]:
    """A message for each value of so many bits."""
    return [{"status": f"0x{value:x}", "message": f"Stage {value}"} for value in range(2**size)]


for _size, _index, _value in ((2, 7, 2), (2, 7, 1), (3, 7, 4), (4, 1000, 15), (8, 0, 255), (8, 7, 1)):
    _sized = entry(str(_index), statusSize=_size, statusMessage=messages(_size))
    FAMILY.add(
        f"size-{_size}-value-{_value}",
        f"Value {_value} of an entry of {_size} bits revokes",
        "Entries lie one after another, each with its highest bit first; any value but 0 counts.",
        partial(looked_up, REVOKED, _sized, listed=signed_list({_index: _value}, size=_size)),
        spec=[*ENTRY, *VALIDATE],
    )
    FAMILY.add(
        f"size-{_size}-clear-beside-{_value}",
        f"Neighbours of an entry of {_size} bits do not revoke it (beside {_value})",
        "The entries before and after have all their bits set.",
        partial(
            looked_up,
            GOOD,
            _sized,
            listed=signed_list({at: 2**_size - 1 for at in (_index - 1, _index + 1) if at >= 0}, size=_size),
        ),
        spec=[*ENTRY, *VALIDATE],
        importance="medium",
    )


@case("A message is told", spec=ENTRY)
def message() -> Scenario:
    """Two bits, four messages: the badge stands, and the reader sees which."""
    return looked_up(
        passes(("status.message", AT), facts={"status": {"checked": "message: 2 (Stage 2)"}}, status="passed"),
        entry("12", "message", statusSize=2, statusMessage=messages(2)),
        listed=signed_list({12: 2}, purpose="message", size=2),
    )


_SIZES: dict[str, tuple[Json, str]] = {
    "zero": ({"statusSize": 0}, "Nothing would be read"),
    "negative": ({"statusSize": -1}, "No size"),
    "fraction": ({"statusSize": 1.5}, "No size"),
    "huge": ({"statusSize": 100000}, "A value of a hundred thousand bits"),
    "text": ({"statusSize": "two"}, "No number"),
    "no-messages": ({"statusSize": 2}, "More than one bit asks for a message for each value"),
    "few-messages": ({"statusSize": 2, "statusMessage": messages(1)}, "Two messages for four values"),
    "many-messages": ({"statusMessage": messages(2)}, "Four messages for two values"),
    "same-messages": (
        {"statusMessage": [{"status": "0x1", "message": "a"}, {"status": "0x1", "message": "b"}]},
        "Two messages for one value, none for the other",
    ),
    "unreadable-messages": (
        {"statusMessage": [{"status": "zero", "message": "a"}, {"status": "0x1"}]},
        "No value, and no message",
    ),
}

for _name, (_members, _why) in _SIZES.items():
    FAMILY.add(
        f"size-{_name}",
        f"Size or messages that cannot be used: {_name.replace('-', ' ')}",
        f"{_why}.",
        partial(
            looked_up,
            fails("status.malformed", proof="passed", status="failed"),
            entry(**_members),
            listed=signed_list(),
        ),
        spec=["BSL §2.1 statusSize", "BSL §2.1 statusMessage"],
    )


@case("Messages for the two values of one bit", spec=ENTRY, importance="medium")
def size_one_messages() -> Scenario:
    """They may be there."""
    return looked_up(GOOD, entry(statusSize=1, statusMessage=messages(1)))
