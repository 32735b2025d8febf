"""What is told of a document beside its report: work that grows with the document, not with its square.

Each input has thousands of places to tell of. A second and a half is some four times what each takes; where every place
was compared with every other, each took five seconds and more.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cases import documents as make

import vcverify
from vcverify.comparison import compare
from vcverify.formats.html import render_html

AT = datetime.fromisoformat(make.AT)
COUNT = 4_000
SECONDS = 1.5


def spent(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.thread_time()
    result = work()
    return result, time.thread_time() - began


def with_evidence(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**make.badge(), **more, "evidence": list(items)}


def evidence(name: str, count: int) -> list[dict[str, Any]]:
    return [{"id": f"urn:{name}:{at}", "type": ["Evidence"]} for at in range(count)]


def test_a_page_about_the_coverage_of_many_places_is_made_in_time() -> None:
    """The signature is another's, and covers none of them."""
    document = with_evidence(*evidence("x", COUNT), proof=make.signed_badge()["proof"])
    report = vcverify.verify(document, at=AT, coverage=True)
    assert report.coverage is not None and len(report.coverage.unsigned) >= COUNT
    page, seconds = spent(lambda: render_html([("x", report)]))
    assert "Not covered" in page
    assert seconds < SECONDS


@pytest.mark.parametrize("item", ["bad ids", "unknown terms", "no types"])
def test_the_changes_that_many_places_need_are_found_in_time(item: str) -> None:
    """Each place needs a change of its own."""
    made: dict[str, Callable[[int], dict[str, Any]]] = {
        "bad ids": lambda at: {"id": f"r{at}"},
        "unknown terms": lambda at: {"id": f"urn:x:{at}", "type": ["Evidence"], "zz": at},
        "no types": lambda at: {"zz": at},
    }
    document = with_evidence(*map(made[item], range(COUNT)))
    report, seconds = spent(lambda: vcverify.lint(document, at=AT))
    assert not report.verified
    assert seconds < SECONDS


def test_what_breaks_the_signatures_of_many_differences_is_looked_for_in_time() -> None:
    """Some differences are tried one by one, in all signatures together; the others are not."""
    proof = make.signed_badge()["proof"]
    first, second = (with_evidence(*evidence(name, 1_000), proof=proof) for name in "ab")
    found, seconds = spent(lambda: compare(first, second, vcverify.Verifier(), at=AT))
    (change,) = found.signatures
    assert change.state == "broken" and change.causes
    assert seconds < 3 * SECONDS


def test_many_changed_members_share_what_may_be_tried() -> None:
    """Not each of them may take as long as one document may."""
    members = [make.signed_badge(id=make.urn(f"member {at}")) for at in range(60)]
    changed = [{**member, **{f"u{at}": at for at in range(40)}, "name": "changed"} for member in members]
    first, second = make.clr(members), json.loads(json.dumps(make.clr(changed)))
    found, seconds = spent(lambda: compare(first, second, vcverify.Verifier(), at=AT))
    assert {change.state for change in found.signatures} == {"broken"}
    assert all(change.causes for change in found.signatures)
    assert seconds < 3 * SECONDS
