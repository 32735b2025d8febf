"""A member of a record is judged by the statements that the record's walk made of it, where it makes no others alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cases.documents import AT, BADGE_CONTEXTS, CLR_CONTEXTS, COLLEGE, GUILD, OB, V2, badge, clr, urn
from cases.signing import sign

from vcverify import Outcome, Policy, Report, Verifier
from vcverify.jsonld import RdfDocument
from vcverify.replay import read_case, replay_case
from vcverify.suites import unsecured

INSTANT = datetime.fromisoformat(AT)
FOLDER = Path(__file__).resolve().parents[2] / "test_vectors" / "cases"
WITH_MEMBERS = [path for path in sorted(FOLDER.glob("*.json")) if '"ClrCredential"' in path.read_text(encoding="utf-8")]
VERIFIER = Verifier(policy=Policy())


class Counted:
    """How often the statements of a credential inside were taken from the walk around it."""

    def __init__(self) -> None:
        self.asked = 0
        self.shared = 0


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, *, sharing: bool) -> Iterator[Counted]:
    counted = Counted()
    standing = unsecured._standing

    def watch(*arguments: Any) -> RdfDocument | None:
        found = standing(*arguments) if sharing else None
        counted.asked += 1
        counted.shared += found is not None
        return found

    with monkeypatch.context() as patch:
        patch.setattr(unsecured, "_standing", watch)
        yield counted


def told(report: Report) -> dict[str, Any]:
    """All of a report but how long it took."""
    return {**report.to_dict(), "timings": None}


def judged(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[Report, int]:
    """The report, the same without sharing, and how many members shared."""
    VERIFIER.verify(json.dumps(document), at=INSTANT)  # contexts are compiled at the first sight of them
    with watched(monkeypatch, sharing=True) as counted:
        report = VERIFIER.verify(json.dumps(document), at=INSTANT)
    with watched(monkeypatch, sharing=False):
        assert told(report) == told(VERIFIER.verify(json.dumps(document), at=INSTANT))
    return report, counted.shared


def record(*members: dict[str, Any], **more: Any) -> dict[str, Any]:
    return sign(clr(list(members), **more), COLLEGE)


def test_no_case_is_judged_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a member's statements come from may cost less; it may never be told."""
    shared = 0
    for path in WITH_MEMBERS:
        case = read_case(path.read_text(encoding="utf-8"), path=path.name)
        replay_case(case)
        with watched(monkeypatch, sharing=True) as counted:
            once = replay_case(case)
        with watched(monkeypatch, sharing=False):
            again = replay_case(case)
        assert told(once.report) == told(again.report), path.stem
        shared += counted.shared
    assert shared > len(WITH_MEMBERS) / 4


def test_members_share_what_they_would_say_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record's contexts add types to a badge's; a badge that uses none of them is not walked twice."""
    report, shared = judged(record(*(sign(badge(GUILD, name=f"Skill {at}"), GUILD) for at in range(3))), monkeypatch)
    assert report and shared == 3


def test_what_only_the_record_defines_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that lost the context it was signed under means less alone, though the record's walk still knows all."""
    whole = badge(GUILD, evidence=[{"id": urn("evidence"), "type": ["Evidence", "Association"]}])
    signed = sign({**whole, "@context": CLR_CONTEXTS}, GUILD)
    kept, shared = judged(record(signed), monkeypatch)
    assert kept.children[0].check("proof").outcome is Outcome.PASSED and shared == 1
    stripped, shared = judged(record({**signed, "@context": BADGE_CONTEXTS}), monkeypatch)
    assert stripped.children[0].check("proof").outcome is Outcome.FAILED and shared == 0


def test_a_record_with_terms_of_its_own_shares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an inline context means inside a member is not what the member means."""
    inline = {"remark": "https://school.example/remark"}
    document = clr([sign(badge(GUILD), GUILD)])
    _, shared = judged(sign({**document, "@context": [*CLR_CONTEXTS, inline]}, COLLEGE), monkeypatch)
    assert shared == 0


def test_statements_that_were_not_signed_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that was changed is told what a member alone is told, whichever statements were tried first."""
    signed = sign(badge(GUILD), GUILD)
    report, shared = judged(record({**signed, "name": "Another name"}), monkeypatch)
    assert shared == 1
    assert [problem.code for problem in report.children[0].problems()] == ["proof.invalid"]


@pytest.mark.parametrize(
    "changes",
    [
        {"proof": [{"type": "DataIntegrityProof"}, {"type": "DataIntegrityProof"}]},
        {"@context": [V2, OB, {"remark": "https://school.example/remark"}]},
        {"@context": V2},
        {"endorsement": [sign(badge(COLLEGE, name="inside"), COLLEGE)]},
    ],
    ids=["two proofs", "inline context", "one context", "endorsement"],
)
def test_unusual_members_are_walked_by_themselves(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a plain member with one proof has its statements cut out of the record's."""
    document = {**sign(badge(GUILD), GUILD), **changes}
    _, shared = judged(record(document), monkeypatch)
    assert shared == 0
