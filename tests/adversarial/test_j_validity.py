"""Family J of the catalogue: periods that readers of dates read differently."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, CREDENTIALS, XSD_DATE_TIME, badge, badge_v1, signed_badge
from cases.registry import Scenario
from cases.signing import sign
from cases.tokens import claims, seconds, token
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("j")

# Judged at 2026-06-01T00:00:00Z.
_ENDS: dict[str, Any] = {
    "past_without_offset": "2026-01-31T00:00:00",
    "past_with_offset": "2026-06-01T00:00:00+14:00",
    "past_of_24_hours": "2026-05-30T24:00:00Z",
    "week_date": "2027-W01-1T00:00:00Z",
    "ordinal_date": "2027-001T00:00:00Z",
    "basic_form": "20270101T000000Z",
    "date_only": "2027-01-01",
    "time_only": "00:00:00Z",
    "no_seconds": "2027-01-01T00:00Z",
    "no_minutes": "2027-01-01T00Z",
    "comma_fraction": "2027-01-01T00:00:00,5Z",
    "point_without_fraction": "2027-01-01T00:00:00.Z",
    "month_13": "2027-13-01T00:00:00Z",
    "month_0": "2027-00-01T00:00:00Z",
    "day_0": "2027-01-00T00:00:00Z",
    "february_30": "2028-02-30T00:00:00Z",
    "february_29_1900": "2100-02-29T00:00:00Z",
    "hour_25": "2027-01-01T25:00:00Z",
    "hour_24_and_a_second": "2027-01-01T24:00:01Z",
    "minute_60": "2027-01-01T00:60:00Z",
    "second_60": "2027-06-30T23:59:60Z",
    "second_61": "2027-06-30T23:59:61Z",
    "offset_99": "2027-01-01T00:00:00+99:99",
    "offset_14_01": "2027-01-01T00:00:00+14:01",
    "offset_minutes_60": "2027-01-01T00:00:00+01:60",
    "offset_without_colon": "2027-01-01T00:00:00+0100",
    "offset_of_hours": "2027-01-01T00:00:00+01",
    "offset_with_seconds": "2027-01-01T00:00:00+01:00:00",
    "offset_minus_sign": "2027-01-01T00:00:00\u221201:00",
    "offset_twice": "2027-01-01T00:00:00Z+01:00",
    "zone_name": "2027-01-01T00:00:00Europe/London",
    "zone_utc": "2027-01-01T00:00:00UTC",
    "zone_in_brackets": "2027-01-01T00:00:00Z[Europe/London]",
    "lower_case": "2027-01-01t00:00:00z",
    "lower_case_zone": "2027-01-01T00:00:00z",
    "space_for_t": "2027-01-01 00:00:00Z",
    "spaces_around": " 2027-01-01T00:00:00Z ",
    "newline": "2027-01-01T00:00:00Z\n",
    "tab": "\t2027-01-01T00:00:00Z",
    "no_break_space": "2027-01-01T00:00:00Z\u00a0",
    "nul": "2027-01-01T00:00:00Z\x00",
    "empty": "",
    "only_spaces": "   ",
    "prose": "next year",
    "never": "never",
    "infinity": "infinity",
    "null_text": "null",
    "arabic_indic": "\u0662\u0660\u0662\u0667-01-01T00:00:00Z",
    "full_width": "\uff12\uff10\uff12\uff17-01-01T00:00:00Z",
    "other_hyphens": "2027\u201001\u201001T00:00:00Z",
    "five_digits_zero": "02027-01-01T00:00:00Z",
    "three_digits": "999-01-01T00:00:00Z",
    "two_digits": "27-01-01T00:00:00Z",
    "plus_year": "+2027-01-01T00:00:00Z",
    "year_zero": "-0000-01-01T00:00:00Z",
    "negative_year": "-2027-01-01T00:00:00Z",
    "rfc_2822": "Fri, 01 Jan 2027 00:00:00 +0000",
    "american": "01/01/2027",
    "epoch": "1798761600",
    "epoch_number": 1798761600,
    "epoch_float": 1798761600.5,
    "true": True,
    "two_past_future": ["2026-01-31T00:00:00Z", "2036-01-31T00:00:00Z"],
    "two_future_past": ["2036-01-31T00:00:00Z", "2026-01-31T00:00:00Z"],
    "two_future": ["2036-01-31T00:00:00Z", "2037-01-31T00:00:00Z"],
    "array_empty_text": [""],
    "before_start": "2026-01-14T00:00:00Z",
    "of_100000_digits": "2027-01-01T00:00:00." + "1" * 100_000 + "!",
    "year_of_100000_digits": "9" * 100_000 + "-01-01T00:00:00",
    "object": {"@value": "2026-01-31T00:00:00Z", "@type": XSD_DATE_TIME},
    "duration": "P1Y",
    "interval": "2026-01-01T00:00:00Z/2027-01-01T00:00:00Z",
}  # fmt: skip
"""Ends that have passed, or are none."""


def _end(name: str, suite: str) -> Scenario:
    if name == "year_of_100000_digits":
        return Scenario(document=sign(badge(validUntil=_ENDS[name] + "?"), COLLEGE, suite), expect=rejected())
    return Scenario(document=sign(badge(validUntil=_ENDS[name]), COLLEGE, suite), expect=rejected())


def _end_in_token(name: str) -> Scenario:
    return Scenario(document=token(badge(validUntil=_ENDS[name]), COLLEGE), expect=rejected())


for _name in _ENDS:
    ATTACKS.add(f"end_{_name}", partial(_end, _name, "eddsa-rdfc-2022"))
    ATTACKS.add(f"end_{_name}_in_signed_json", partial(_end, _name, "eddsa-jcs-2022"))
    if _name != "year_of_100000_digits":
        ATTACKS.add(f"end_{_name}_in_a_token", partial(_end_in_token, _name))

_STARTS: dict[str, Any] = {
    "2099": "2099-01-01T00:00:00Z",
    "in_two_minutes": "2026-06-01T00:02:00Z",
    "in_an_hour_by_offset": "2026-06-01T00:00:00-01:00",
    "without_offset": "2026-06-02T00:00:00",
    "prose": "soon",
    "week_date": "2024-W01-1T00:00:00Z",
    "two": ["2024-01-01T00:00:00Z", "2099-01-01T00:00:00Z"],
    "year_10000": "10000-01-01T00:00:00Z",
    "number": 0,
}


def _start(name: str) -> Scenario:
    return Scenario(document=signed_badge(validFrom=_STARTS[name]), expect=rejected())


for _name in _STARTS:
    ATTACKS.add(f"start_{_name}", partial(_start, _name))

_LEGAL: dict[str, tuple[str, str]] = {
    "year_9999": ("validUntil", "9999-12-31T23:59:59Z"),
    "year_10000": ("validUntil", "10000-01-01T00:00:00Z"),
    "year_9999_west": ("validUntil", "9999-12-31T23:59:59-14:00"),
    "year_1_east": ("validFrom", "0001-01-01T00:00:00+14:00"),
    "negative_year": ("validFrom", "-0044-03-15T12:00:00Z"),
    "thirty_digits": ("validUntil", "2027-01-01T00:00:00.000000000000000000000000000001Z"),
    "midnight_24": ("validUntil", "2026-12-31T24:00:00Z"),
    "offset_14": ("validUntil", "2027-01-01T00:00:00-14:00"),
    "without_offset": ("validUntil", "2027-01-01T00:00:00"),
    "this_second": ("validUntil", "2026-06-01T00:00:00Z"),
    "within_skew": ("validFrom", "2026-06-01T00:01:00Z"),
}


def _legal(name: str) -> Scenario:
    member, text = _LEGAL[name]
    return Scenario(document=signed_badge(**{member: text}), expect=accepted())


for _name in _LEGAL:
    ATTACKS.add(f"legal_{_name}", partial(_legal, _name))


@ATTACKS
def ends_of_both_versions() -> Scenario:
    """`validUntil` in the future beside an `expirationDate` that has passed, by its IRI."""
    past = {"@type": XSD_DATE_TIME, "@value": "2026-01-31T00:00:00Z"}
    document = signed_badge(validUntil="2027-01-01T00:00:00Z", **{CREDENTIALS + "expirationDate": past})
    return Scenario(document=document, expect=rejected())


@ATTACKS
def older_version_expired() -> Scenario:
    """`expirationDate` of version 1.1."""
    return Scenario(document=sign(badge_v1(expirationDate="2026-01-31T00:00:00Z"), COLLEGE), expect=rejected())


@ATTACKS
def end_in_the_claims_alone() -> Scenario:
    """A token whose `exp` has passed, and whose credential says no end."""
    body = {**badge(), **claims(badge()), "exp": seconds("2026-01-31T00:00:00Z")}
    return Scenario(document=token(body, COLLEGE), expect=rejected("validity.expired"))


@ATTACKS
def wide_skew() -> Scenario:
    """A policy may not stretch the skew beyond five minutes: two hours late is late."""
    return Scenario(
        document=signed_badge(validUntil="2026-05-31T22:00:00Z"), policy={"clock_skew": 300}, expect=rejected()
    )


SHOWN = table("""
J01  validity-no-offset-past #end_past_without_offset
J02  validity-no-offset-future #legal_without_offset
J04  validity-year-9999 #legal_year_9999
J05  validity-year-10000 #legal_year_10000
J06  validity-negative-year #legal_negative_year
J07  validity-inverted #end_before_start
J08  validity-not-yet-beyond-skew validity-not-yet-within-skew #start_in_two_minutes
J11  validity-week-date #end_week_date
J13  validity-offset-99 #end_offset_99
J14  validity-surrounding-space #end_spaces_around
J15  validity-lower-case #end_lower_case
J16  validity-space-separator #end_space_for_t
J17  validity-many-fraction-digits #legal_thirty_digits
J18  validity-empty #end_empty
J19  validity-only-space #end_only_spaces
J20  #end_two_past_future validity-two-ends
J21  validity-other-digits #end_arabic_indic
J22  #start_2099
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("J", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
