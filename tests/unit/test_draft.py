"""A report on what nobody has signed never says verified, in any of its forms."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cases.documents import GUILD, badge, clr, signed_badge

import vcverify
from vcverify.cli import main
from vcverify.formats.html import render_html
from vcverify.formats.markdown import render_markdown
from vcverify.rendering import one_line
from vcverify.report import VerificationFailed

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_a_draft_is_ready_and_never_verified() -> None:
    """`if report:` is how programs ask for a signature that holds."""
    report = vcverify.lint(badge(), at=AT)
    assert (report.outcome, report.ready, report.verified, bool(report)) == ("passed", True, False, False)
    assert report.to_dict()["verified"] is False
    assert report.to_dict()["ready"] is True
    with pytest.raises(VerificationFailed, match="only judged as one to sign"):
        report.raise_for_problems()


def test_what_was_verified_is_no_draft() -> None:
    """`ready` tells the reports of lint from those of verify."""
    report = vcverify.verify(signed_badge(GUILD), at=AT)
    assert report.verified
    assert not report.ready
    assert "ready" not in report.to_dict()


def test_a_draft_that_cannot_be_read_is_neither() -> None:
    """What lint could not even parse is a draft as well."""
    report = vcverify.lint(b"[]", at=AT)
    assert report.draft
    assert not report.ready
    assert report.to_dict()["ready"] is False


def test_members_without_a_proof_are_drafts_and_signed_ones_are_not() -> None:
    """An unsigned member has no signature around it yet; a signed one stands by its own."""
    report = vcverify.lint(clr([badge(name="a"), signed_badge(GUILD, name="b")]), at=AT)
    assert [(child.draft, child.verified) for child in report.children] == [(True, False), (False, True)]


def test_the_headings_of_a_draft_speak_of_readiness() -> None:
    """People read the first line, and no further."""
    report = vcverify.lint(badge(), at=AT)
    assert str(report).startswith("✔ READY TO SIGN")
    assert render_markdown(report).startswith("# ✔ Ready to sign\n")
    page = render_html([("", report)])
    assert "<h1>Ready to sign</h1>" in page
    assert "in order" in one_line(report, name="draft.json")
    for text in (str(report), render_markdown(report), page.split("<footer")[0].split("</style>")[-1]):
        assert "verif" not in text.lower().replace("vcverify", "")


def test_lint_as_json_does_not_say_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Machines read one member."""
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(badge()), encoding="utf-8")
    assert main(["lint", "--format", "json", "--at", "2026-06-01T00:00:00Z", str(path)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["verified"], said["ready"]) == (False, True)


def test_the_help_of_lint_speaks_of_readiness(capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit code 0 says nothing about a signature."""
    assert main(["lint", "--help"]) == 0
    assert "ready to sign; none is verified" in capsys.readouterr().out
