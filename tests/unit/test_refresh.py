"""The newest version of a credential, from Python and from the command line; the cases `refresh/*` hold the rules."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cases.documents import AT, BADGE_CONTEXTS, COLLEGE, GUILD, badge, endorsement, signed_badge, signed_clr, urn
from cases.families.refresh import FAILED, NEWER, URL, original
from cases.families.status_older import EXTENSIONS
from cases.signing import sign

import vcverify
from vcverify.cli import main
from vcverify.loading import Purpose, Request, Resource, Unavailable
from vcverify.loading.memory import StaticLoader
from vcverify.report import Outcome

INSTANT = datetime.fromisoformat(AT)


def endorsement_of(number: int, **members: Any) -> dict[str, Any]:
    """An endorsement of the badge by the guild."""
    return sign(endorsement(badge()["id"], GUILD, id=urn(f"praise {number}"), **members), GUILD)


def praise(number: int) -> dict[str, Any]:
    """One that says where its newest version is."""
    service = {"id": f"{URL}/{number}", "type": "1EdTechCredentialRefresh"}
    return endorsement_of(number, context=[*BADGE_CONTEXTS, EXTENSIONS], refreshService=service)


NEWEST = json.dumps(signed_badge(validFrom=NEWER)).encode()


class Asked:
    """Remembers what it was asked for; has the newest version, or nothing."""

    def __init__(self, body: bytes | None = NEWEST) -> None:
        self.body = body
        self.requests: list[Request] = []

    def load(self, request: Request) -> Resource:
        self.requests.append(request)
        if self.body is None:
            raise Unavailable(request.url, "the server is away")
        return Resource(url=request.url, body=self.body)


def test_a_report_is_refreshed_by_itself() -> None:
    """A caller may show the original first, and ask then."""
    loader = Asked()
    report = vcverify.verify(original(), at=INSTANT)
    newest = vcverify.refresh(report, loader)
    assert report.check("validity").facts["validFrom"] != NEWER
    assert newest.check("validity").facts["validFrom"] == NEWER
    assert newest.check("validity").facts["refreshed"] == URL
    assert newest.at == report.at
    assert loader.requests == [Request(url=URL, purpose=Purpose.REFRESH)]


def test_a_refresh_that_fails_leaves_the_report_with_a_warning() -> None:
    """The outcome is the original's; the reason is told."""
    report = vcverify.refresh(vcverify.verify(original(), at=INSTANT), Asked(None))
    assert report.verified
    (found,) = report.problems()
    assert (found.code, found.pointer) == FAILED
    assert "the server is away" in found.detail


def test_a_policy_grades_the_failure() -> None:
    """The outcome of the check and of the whole follow."""
    policy = vcverify.Policy(severities={"refresh.failed": "inconclusive"})  # type: ignore[dict-item]
    report = vcverify.refresh(vcverify.verify(original(), at=INSTANT, policy=policy), Asked(None), policy=policy)
    assert report.outcome is Outcome.INDETERMINATE
    assert report.check("validity").outcome is Outcome.INDETERMINATE


@pytest.mark.parametrize("document", [signed_badge(), signed_badge() | {"refreshService": {"id": URL}}, {}, "x"])
def test_nothing_is_asked_where_no_signature_says_whom(document: object) -> None:
    """An address that anybody may have written would tell them who verifies."""
    loader = Asked()
    report = vcverify.verify(document, at=INSTANT)  # type: ignore[arg-type]
    assert vcverify.refresh(report, loader) == report
    assert loader.requests == []


def test_members_are_not_refreshed() -> None:
    """What a record holds is what its issuer signed."""
    loader = Asked()
    report = vcverify.verify(signed_clr([original()]), at=INSTANT, loader=loader, refresh=True)
    assert report.verified
    assert loader.requests == []


def test_endorsements_are_refreshed_within_the_fetches_of_a_run() -> None:
    """Each may name a server; those beyond the limit count as they are, and say so."""
    limit = vcverify.Limits().fetches_per_host
    held = [praise(number) for number in range(limit + 2)]
    loader = Asked(None)
    report = vcverify.verify(sign(badge(endorsement=held), COLLEGE), at=INSTANT, loader=loader, refresh=True)
    assert report.verified
    found = [problem.detail for problem in report.problems() if problem.code == "refresh.failed"]
    assert len(found) == limit + 2
    assert ["the server is away" in detail for detail in found] == [True] * limit + [False] * 2
    assert len({request.url for request in loader.requests}) == limit


def test_the_coverage_stays_that_of_the_document() -> None:
    """A newer endorsement stands in no place of it."""
    document = sign(badge(endorsement=[praise(0)]), COLLEGE)
    newest = json.dumps(endorsement_of(0, validFrom=NEWER)).encode()
    before = vcverify.verify(document, at=INSTANT, coverage=True)
    report = vcverify.verify(document, at=INSTANT, loader=Asked(newest), refresh=True, coverage=True)
    (inside,) = report.children
    assert inside.pointer == "/endorsement/0"
    assert inside.check("validity").facts["refreshed"] == f"{URL}/0"
    assert report.coverage == before.coverage


def test_what_was_given_once_is_held_against_both() -> None:
    """`subject` and `domain` may be iterators, which end."""
    known = iter([{"id": "did:example:other"}])
    loader = Asked(json.dumps(original(validFrom=NEWER)).encode())
    report = vcverify.verify(original(), at=INSTANT, loader=loader, refresh=True, subject=known)
    assert "subject.mismatch" in {problem.code for problem in report.problems()}


def test_the_newest_version_is_loaded_once_and_judged_as_was_asked() -> None:
    """What the caller knows of the learner is held against the newest version too."""
    loader = Asked(json.dumps(original(validFrom=NEWER)).encode())
    report = vcverify.verify(
        original(), at=INSTANT, loader=loader, refresh=True, coverage=True, subject=[{"id": "did:example:other"}]
    )
    assert [request.url for request in loader.requests] == [URL]
    assert "subject.mismatch" in {problem.code for problem in report.problems()}
    assert report.coverage is not None


def test_many_are_refreshed_each() -> None:
    """`verify_many` asks for each."""
    loader = StaticLoader({URL: NEWEST})
    reports = vcverify.verify_many([original(), signed_badge()], at=INSTANT, loader=loader, refresh=True)
    assert ["refreshed" in report.check("validity").facts for report in reports] == [True, False]


def test_the_command_refreshes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says where the judged version came from."""
    badge, newest = tmp_path / "badge.json", tmp_path / "newest.json"
    badge.write_text(json.dumps(original()))
    newest.write_bytes(NEWEST)
    at = ["--at", AT]
    assert main(["verify", *at, "--refresh", "--document", f"{URL}={newest}", str(badge)]) == 0
    assert f"refreshed from {URL}" in " ".join(capsys.readouterr().out.split())
    assert main(["verify", *at, "--refresh", str(badge)]) == 0
    assert "refresh.failed" in capsys.readouterr().out
    assert main(["verify", *at, str(badge)]) == 0
    assert "refresh" not in capsys.readouterr().out
