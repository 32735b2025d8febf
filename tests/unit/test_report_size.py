"""How much a report lists: as much as somebody will read, without changing what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import COLLEGE, achievement, badge, clr
from cases.families.associations import link
from cases.signing import sign

import vcverify
from vcverify import Limits, Policy, Report
from vcverify.problems import Problem, Severity

SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
HERE = achievement("A")
AT = datetime(2026, 6, 1, tzinfo=UTC)


def dangling(count: int, suite: str = "eddsa-rdfc-2022", **links: Any) -> dict[str, Any]:
    """A signed record with that many associations whose targets are nowhere."""
    ends = [link("isRelatedTo", HERE["id"], f"urn:example:{number}") for number in range(count)]
    return sign(clr([], subject={"achievement": [HERE], "association": [*ends, *links.values()]}), COLLEGE, suite)


def told(report: Report, code: str = "association.dangling") -> list[Problem]:
    return [item for item in report.check("associations").problems if item.code == code]


def limited(limit: int) -> Policy:
    return Policy(limits=Limits(listed_problems=limit))


@pytest.mark.parametrize("suite", SUITES)
def test_at_the_limit_all_are_listed_and_past_it_their_number(suite: str) -> None:
    """One past it: the last says how many there are beside those listed, where they begin, and nothing is guessed."""
    at = vcverify.verify(dangling(5, suite), policy=limited(5))
    assert [item.pointer for item in told(at)] == [
        f"/credentialSubject/association/{number}/targetId" for number in range(5)
    ]
    past = vcverify.verify(dangling(7, suite), policy=limited(5))
    assert told(past)[:5] == told(at)
    (last,) = told(past)[5:]
    assert last.pointer == "/credentialSubject/association/5/targetId"
    assert last.detail.startswith("2 more of this kind, from here on, are not listed")
    assert (last.severity, last.found) == (Severity.ERROR, None)


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_no_code_and_no_outcome_is_lost(limit: int) -> None:
    """Each code of a check is listed for itself; what was found decides, not what is listed."""
    odd = {"type": "Association", "associationType": "likes", "sourceId": HERE["id"], "targetId": HERE["id"]}
    document = dangling(40, itself=link("isPartOf", HERE["id"], HERE["id"]), odd=odd)
    whole, short = vcverify.verify(document), vcverify.verify(document, policy=limited(limit))
    assert {item.code for item in whole.problems()} == {item.code for item in short.problems()}
    assert [(check.name, check.outcome) for check in whole.checks] == [
        (check.name, check.outcome) for check in short.checks
    ]
    assert len(told(short)) == limit + 1


def test_warnings_never_stand_for_errors_of_the_same_code() -> None:
    """Many weak findings before one that fails: the one is listed, and decides."""
    members = [badge(name=f"{number}", subject=None) for number in range(6)]
    members.append(badge(name="other", subject="did:example:somebody"))
    report = vcverify.verify(sign(clr(members), COLLEGE), policy=limited(2))
    found = [item for item in report.check("members").problems if item.code == "member.subject"]
    assert [item.severity for item in found] == ["warning", "warning", "error", "warning"]
    assert report.check("members").outcome == "failed"


def test_the_report_on_ten_thousand_faults_is_of_a_size_to_read() -> None:
    """A megabyte and a half of input must not become twenty of output; and two runs write the same bytes."""
    document = dangling(10_000, "eddsa-jcs-2022")
    first, again = (vcverify.verify(document, at=AT) for _ in range(2))
    texts = {json.dumps(report.to_dict()["checks"]) for report in (first, again)}
    assert len(texts) == 1
    assert len(texts.pop()) < 1_000_000
    assert len(told(first)) == Limits().listed_problems + 1
    assert told(first)[-1].to_dict()["count"] == 9_000
    text = " ".join(str(first).split())
    assert "(10,001 errors" in text  # one for the members that a record has
    assert "and 9,997 more of association.dangling; --format json lists the first 1,000" in text
