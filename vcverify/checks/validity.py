"""Is it valid at this instant? (VCDM 2.0 §4.9, VCDM 1.1 §4.5 and §4.6)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.credential import Credential
from vcverify.datetimes import format_instant, parse_stamp
from vcverify.identifiers import VerificationMethod
from vcverify.problems import Fact, problem
from vcverify.vocabulary import Term

STARTS = (vocabulary.VALID_FROM, vocabulary.ISSUANCE_DATE)
ENDS = (vocabulary.VALID_UNTIL, vocabulary.EXPIRATION_DATE)


def validity(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """The credential's period holds the instant. Values that are no dates are `data_model`'s to say.

    Every value counts, whichever of the terms it is said by: a period cannot be widened by saying
    it twice.
    """
    root = credential.root
    starts = list(_entries(credential, STARTS))
    ends = list(_entries(credential, ENDS))
    if not starts and not ends:
        yield NotRun("the document says no period")
        return
    skew = env.policy.clock_skew
    for entry in starts:
        yield Fact("validFrom", entry.text)
        if entry.instant - env.at > skew:  # CHECK: credentials to come
            now = format_instant(env.at)
            yield problem(
                "validity.not-yet",
                f"Valid only from {entry.text}; it is {now}.",
                root.where(entry.term, entry.position),
                expected=f"at or before {now}",
                found=entry.text,
            )
    for entry in ends:
        yield Fact("validUntil", entry.text)
        if env.at - entry.instant > skew:  # CHECK: expired credentials
            now = format_instant(env.at)
            yield problem(
                "validity.expired",
                f"Valid only until {entry.text}; it is {now}.",
                root.where(entry.term, entry.position),
                expected=f"at or after {now}",
                found=entry.text,
            )
    if starts and ends:
        latest = max(starts, key=lambda entry: entry.instant)
        earliest = min(ends, key=lambda entry: entry.instant)
        if earliest.instant < latest.instant:  # CHECK: periods that end before they begin
            yield problem(
                "validity.order",
                f"It ends at {earliest.text}, before it begins at {latest.text}.",
                root.where(earliest.term, earliest.position),
                expected=f"at or after {latest.text}",
                found=earliest.text,
            )


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    instant: datetime
    term: Term
    position: int


def _entries(credential: Credential, terms: tuple[Term, ...]) -> Iterator[_Entry]:
    for term in terms:
        if not credential.root.says(term):
            continue
        for position, text in enumerate(credential.root.texts(term)):
            stamp = parse_stamp(text)
            if stamp is not None:
                yield _Entry(text, stamp.instant, term, position)
