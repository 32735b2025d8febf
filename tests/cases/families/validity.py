"""Validity periods: dates that pass, dates that do not, and text that is no date."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, badge, badge_v1, signed_badge
from cases.registry import Family, Scenario, fails, passes
from cases.signing import sign

FAMILY = Family("validity")
case = FAMILY.case

PERIOD = ("VCDM 2.0 §4.9", "OB 3.0 §9.1")
STAMP = ("VCDM 2.0 §4.9", "XSD 1.1 §3.4.28")


@case("A badge whose validUntil has passed fails", spec=PERIOD, importance="critical")
def expired() -> Scenario:
    """The signature still holds; only the validity check says no, at the date that has passed."""
    return Scenario(
        document=signed_badge(validUntil="2026-03-31T23:59:59Z"),
        expect=fails(
            ("validity.expired", "/validUntil"),
            absent=["proof.invalid"],
            proof="passed",
            issuer="passed",
            terms="passed",
            data_model="passed",
            validity="failed",
        ),
    )


@case("A badge whose validFrom is ahead fails", spec=PERIOD, importance="critical")
def not_yet() -> Scenario:
    """It begins in 2099."""
    return Scenario(
        document=signed_badge(validFrom="2099-01-01T00:00:00Z"),
        expect=fails(("validity.not-yet", "/validFrom"), proof="passed", issuer="passed", validity="failed"),
    )


@case("A period that ends before it begins fails", spec=PERIOD)
def inverted() -> Scenario:
    """Both dates are ahead, so the order is wrong whatever the instant."""
    return Scenario(
        document=signed_badge(validFrom="2027-01-01T00:00:00Z", validUntil="2026-12-01T00:00:00Z"),
        expect=fails("validity.order", proof="passed", validity="failed"),
    )


@case("A period that ended before it began, both in the past, fails", spec=PERIOD)
def inverted_past() -> Scenario:
    """Neither *expired* alone nor anything else may hide that the order is wrong."""
    return Scenario(
        document=signed_badge(validFrom="2026-03-01T00:00:00Z", validUntil="2026-02-01T00:00:00Z"),
        expect=fails("validity.order", proof="passed", validity="failed"),
    )


@case("A period that holds the instant passes", spec=PERIOD, importance="critical")
def within() -> Scenario:
    """The plain positive case of the family."""
    return Scenario(document=signed_badge(validUntil="2027-01-15T00:00:00Z"), expect=passes(validity="passed"))


@case("The very second of validUntil still passes", spec=PERIOD)
def last_second() -> Scenario:
    """Expired is *after* validUntil: now > validUntil."""
    return Scenario(
        document=signed_badge(validUntil="2026-06-01T00:00:00Z"),
        at="2026-06-01T00:00:00Z",
        expect=passes(validity="passed"),
    )


@case("59 seconds after validUntil is within the skew", spec=PERIOD)
def expired_within_skew() -> Scenario:
    """Clocks differ: the default tolerance is 60 s."""
    return Scenario(
        document=signed_badge(validUntil="2026-06-01T00:00:00Z"),
        at="2026-06-01T00:00:59Z",
        expect=passes(validity="passed"),
    )


@case("61 seconds after validUntil is beyond the skew", spec=PERIOD)
def expired_beyond_skew() -> Scenario:
    """The other side of the 60 s."""
    return Scenario(
        document=signed_badge(validUntil="2026-06-01T00:00:00Z"),
        at="2026-06-01T00:01:01Z",
        expect=fails(("validity.expired", "/validUntil"), proof="passed", validity="failed"),
    )


@case("30 seconds before validFrom is within the skew", spec=PERIOD)
def not_yet_within_skew() -> Scenario:
    """A badge verified at once by a machine whose clock is a little behind."""
    return Scenario(
        document=signed_badge(validFrom="2026-06-01T00:00:30Z"),
        at="2026-06-01T00:00:00Z",
        expect=passes(validity="passed"),
    )


@case("Two minutes before validFrom is beyond the default skew", spec=PERIOD)
def not_yet_beyond_skew() -> Scenario:
    """Two minutes are more than 60 s."""
    return Scenario(
        document=signed_badge(validFrom="2026-06-01T00:02:00Z"),
        at="2026-06-01T00:00:00Z",
        expect=fails(("validity.not-yet", "/validFrom"), proof="passed", validity="failed"),
    )


@case("Two minutes before validFrom pass with a skew of five", spec=PERIOD, features=["policy"])
def not_yet_wider_skew() -> Scenario:
    """The policy may widen the tolerance to at most 300 s."""
    return Scenario(
        document=signed_badge(validFrom="2026-06-01T00:02:00Z"),
        at="2026-06-01T00:00:00Z",
        policy={"clock_skew": 300},
        expect=passes(validity="passed"),
    )


@case("Offsets are honoured", spec=STAMP)
def offset() -> Scenario:
    """Midnight at +14:00 was ten in the morning of the day before, UTC: not yet over is over."""
    return Scenario(
        document=signed_badge(validUntil="2026-06-01T00:00:00+14:00"),
        at="2026-05-31T12:00:00Z",
        expect=fails(("validity.expired", "/validUntil"), proof="passed", validity="failed"),
    )


@case("VCDM 1.1: expirationDate is the end", spec=["VCDM 1.1 §4.6", "OB 3.0 §9.1"], features=["vcdm-1.1"])
def v1_expired() -> Scenario:
    """The older data model has other names for the same dates."""
    return Scenario(
        document=sign(badge_v1(expirationDate="2026-03-31T23:59:59Z"), COLLEGE),
        expect=fails(("validity.expired", "/expirationDate"), proof="passed", issuer="passed", validity="failed"),
    )


@case("VCDM 1.1: issuanceDate is the beginning", spec=["VCDM 1.1 §4.6"], features=["vcdm-1.1"])
def v1_not_yet() -> Scenario:
    """A credential issued tomorrow is not valid today."""
    return Scenario(
        document=sign(badge_v1(issuanceDate="2026-06-02T00:00:00Z"), COLLEGE),
        expect=fails(("validity.not-yet", "/issuanceDate"), proof="passed", issuer="passed", validity="failed"),
    )


@case("A policy may take an expired badge with a warning", spec=PERIOD, features=["policy"])
def regraded() -> Scenario:
    """The problem is still reported; its weight is the caller's."""
    return Scenario(
        document=signed_badge(validUntil="2026-03-31T23:59:59Z"),
        policy={"severities": {"validity.expired": "warning"}},
        expect=passes(("validity.expired", "/validUntil"), validity="passed"),
    )


@case("A past validUntil without an offset is read as UTC", spec=STAMP)
def no_offset_past() -> Scenario:
    """VCDM 2.0 lets a verifier accept a missing offset as UTC; it does not make the date void."""
    return Scenario(
        document=signed_badge(validUntil="2026-03-31T23:59:59"),
        expect=fails(("validity.expired", "/validUntil"), proof="passed", validity="failed"),
    )


@case("A future validUntil without an offset is accepted", spec=STAMP)
def no_offset_future() -> Scenario:
    """Accepted as UTC; a note may say so."""
    return Scenario(
        document=signed_badge(validUntil="2027-03-31T23:59:59"),
        expect=passes(only=False, validity="passed"),
    )


_ACCEPTED = {
    "year-9999": ("validUntil", "9999-12-31T23:59:59Z", "the last year that most libraries know"),
    "year-10000": ("validUntil", "10000-01-01T00:00:00Z", "legal XSD; compares as later than any instant we can name"),
    "negative-year": (
        "validFrom",
        "-0044-03-15T12:00:00Z",
        "legal XSD; compares as earlier than any instant we can name",
    ),
    "many-fraction-digits": (
        "validUntil",
        "2027-01-01T00:00:00.000000000000000000000000000001Z",
        "XSD sets no bound on the fraction",
    ),
    "offset-14": ("validUntil", "2027-01-01T00:00:00+14:00", "the largest offset that XSD has"),
}


def _legal(member: str, text: Any) -> Scenario:
    return Scenario(document=signed_badge(**{member: text}), expect=passes(validity="passed", data_model="passed"))


for _name, (_member, _text, _why) in _ACCEPTED.items():
    FAMILY.add(
        _name,
        f"A legal {_member} passes: {_text}",
        f"The text is a dateTimeStamp: {_why}.",
        partial(_legal, _member, _text),
        spec=STAMP,
        importance="low",
    )

_REFUSED = {
    "not-a-date": ("validFrom", "soon", "a word is no date"),
    "impossible-date": ("validUntil", "2027-13-45T99:99:99Z", "there is no such month, day or hour"),
    "no-such-day": ("validUntil", "2027-02-29T00:00:00Z", "2027 is no leap year"),
    "week-date": ("validFrom", "2026-W01-1T00:00:00Z", "ISO 8601 has week dates, XSD has not"),
    "date-only": ("validUntil", "2027-01-15", "a date is not a dateTime"),
    "offset-99": ("validUntil", "2027-01-15T00:00:00+99:99", "offsets end at 14:00"),
    "offset-15": ("validUntil", "2027-01-15T00:00:00+15:00", "offsets end at 14:00"),
    "surrounding-space": ("validUntil", " 2027-01-15T00:00:00Z ", "white space is not part of the form"),
    "trailing-newline": ("validUntil", "2027-01-15T00:00:00Z\n", "`$` in a pattern would let it pass"),
    "lower-case": ("validUntil", "2027-01-15t00:00:00z", "`T` and `Z` are upper case"),
    "space-separator": ("validUntil", "2027-01-15 00:00:00Z", "RFC 3339 tolerates a space, XSD does not"),
    "leap-second": ("validUntil", "2027-06-30T23:59:60Z", "seconds end at 59"),
    "empty": ("validUntil", "", "an empty string is no absence"),
    "only-space": ("validUntil", "   ", "white space is no absence"),
    "other-digits": ("validUntil", "٢٠٢٧-01-15T00:00:00Z", "only ASCII digits count"),
    "number": ("validUntil", 1800000000, "seconds since 1970 are no dateTimeStamp"),
}


def _no_date(member: str, value: Any) -> Scenario:
    return Scenario(
        document=signed_badge(**{member: value}),
        expect=fails(("data-model.date", f"/{member}"), proof="passed", issuer="passed", data_model="failed"),
    )


for _name, (_member, _value, _why) in _REFUSED.items():
    FAMILY.add(
        _name,
        f"A {_member} that is not a dateTimeStamp fails: {_value!r}",
        f"The issuer signed it so, and it cannot be compared with anything: {_why}. It must not count as absent.",
        partial(_no_date, _member, _value),
        spec=STAMP,
        importance="medium",
    )


@case("Two ends at once fail", spec=STAMP)
def two_ends() -> Scenario:
    """`validUntil` is one value; with a past and a future one a reader could pick what it likes."""
    return Scenario(
        document=signed_badge(validUntil=["2026-03-31T23:59:59Z", "2099-01-01T00:00:00Z"]),
        expect=fails(proof="passed"),
    )


@case("The JCS suites know validity too", spec=PERIOD, features=["jcs"])
def jcs_expired() -> Scenario:
    """What was signed is read by member name here, not from statements."""
    return Scenario(
        document=sign(badge(validUntil="2026-03-31T23:59:59Z"), COLLEGE, "eddsa-jcs-2022"),
        expect=fails(("validity.expired", "/validUntil"), proof="passed", issuer="passed", validity="failed"),
    )
