"""Whatever a holder does to a signed credential without a key: it is refused, or reads as it was signed.

Embedded proofs of every suite and tokens of every form, in every state that there is something to hide of.
`support.mutants` makes the mutants and judges them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support import mutants
from support.mutants import Mutant, judge, known, mutant, own, tally
from support.specimens import AT, SPECIMENS, specimen
from support.token_changes import TOKEN_CHANGES

import vcverify
from vcverify.credential import read_json

PART = 1_000


def hold(start: int, end: int) -> None:
    """None of the mutants is read otherwise than signed, and enough are accepted for that to mean something."""
    found = tally(range(start, end))
    assert not found.broken, "\n".join(found.broken)
    assert found.accepted > (end - start) / 50


# --- what mutants are made of ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", SPECIMENS)
def test_a_specimen_verifies_or_is_refused_for_what_ails_it(name: str) -> None:
    """A mutant of one that is refused for another reason would show nothing."""
    held = specimen(name)
    report = mutants.verifier().verify(held.document, at=AT)
    assert report.verified == (held.code is None), list(report.problems())
    if held.code is not None:
        assert held.code in {found.code for found in report.problems()}
        assert own(name) is None


def test_a_mutant_is_the_same_at_every_run() -> None:
    """A seed in a report of a failure is all that it takes to see it again."""
    assert [mutant(seed) for seed in range(50)] == [mutant(seed) for seed in range(50)]


def test_every_change_is_made() -> None:
    """And leads somewhere: of most kinds, some mutants are accepted among the first thousands."""
    made = [mutant(seed) for seed in range(3_000)]
    changes = {change.__name__ for change in (*mutants.RESPELLINGS, *mutants.CHANGES)}
    changes |= {change.__name__.strip("_") for change in TOKEN_CHANGES} | {"damaged"}
    assert {how for one in made for how in one.how} >= changes
    assert {one.name for one in made} == set(SPECIMENS)


# --- the oracle -----------------------------------------------------------------------------------------


def test_what_may_be_shown_of_a_specimen_is_what_verifies_of_it() -> None:
    """Its members stand alone; fewer disclosures are a choice; what ails it is not left out."""
    assert own("badge") in known("badge")
    assert len(known("record")) == 3
    assert len(known("record/member-expired")) == 1
    assert len(known("sd-jwt")) > 2
    assert known("sd-jwt/expired") == known("jwt/expired") == known("plain/expired") == frozenset()


FALSE_READINGS: dict[str, tuple[str, Any]] = {
    "another end": ("validUntil", "2099-01-01T00:00:00Z"),
    "no status": ("credentialStatus", None),
    "another issuer": ("issuer", "did:example:other"),
    "another name": ("name", "Master of all trades"),
}
READ = ["badge", "jcs", "jwt/v1", "record"]


def judged(name: str, monkeypatch: pytest.MonkeyPatch, members: dict[str, Any]) -> str:
    """The verdict on the specimen itself by a verifier whose report tells these members instead."""
    held = specimen(name)
    report = mutants.verifier().verify(held.document, at=AT)
    assert report.credential is not None
    told = replace(report, credential=read_json({**report.credential.to_dict(), **members}))

    class Fooled:
        def verify(self, data: bytes, at: object) -> vcverify.Report:
            return told

    assert own(name) in known(name)
    monkeypatch.setattr(mutants, "verifier", Fooled)
    return judge(Mutant(0, name, name, (), json.dumps(held.document).encode()))


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("how", FALSE_READINGS)
def test_a_verifier_that_told_of_something_else_would_be_found_out(
    how: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oracle must be able to fail."""
    member, value = FALSE_READINGS[how]
    with pytest.raises(AssertionError):
        judged(name, monkeypatch, {member: value})


@pytest.mark.parametrize("name", READ)
def test_a_verifier_that_told_the_same_would_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it must fail for what is told, not for how."""
    assert judged(name, monkeypatch, {}) in ("unchanged", "respelled")


# --- the rule -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", range(0, 10_000, PART))
def test_a_mutant_is_refused_or_reads_the_same(start: int) -> None:
    """Ten thousand: no exception, no bug of ours, and nothing hidden, added or changed in what is accepted."""
    hold(start, start + PART)


@pytest.mark.long
@pytest.mark.parametrize("start", range(10_000, 100_000, 5 * PART))
def test_a_hundred_thousand_mutants(start: int) -> None:
    """The other ninety thousand."""
    hold(start, start + 5 * PART)
