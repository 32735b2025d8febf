"""The report as text: what a person reads first, and what a hostile document cannot make it say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import CHECKOUT

import vcverify
from vcverify.credential import Credential, read_json
from vcverify.problems import Problem, Severity, problem
from vcverify.rendering import EXPLAINED, LISTED, one_line, quoted, render_text, shown
from vcverify.report import Check, Outcome, Report

AT = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "https://issuer.example/1"


def credential(name: str = "Transcript", issuer_name: str = "Example University", **more: Any) -> Credential:
    return read_json(
        {
            "id": "urn:example:1",
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": name,
            "issuer": {"id": ISSUER, "type": ["Profile"], "name": issuer_name},
            "credentialSubject": {"id": "did:example:learner"},
            **more,
        }
    )


def check(name: str, *problems: Problem, **facts: Any) -> Check:
    outcome = Outcome.PASSED
    for item in problems:
        if item.severity is Severity.ERROR:
            outcome = Outcome.FAILED
        elif item.severity is Severity.INCONCLUSIVE and outcome is Outcome.PASSED:
            outcome = Outcome.INDETERMINATE
    return Check(name=name, outcome=outcome, facts=facts, problems=problems)


def report(*checks: Check, **more: Any) -> Report:
    outcomes = {item.outcome for item in checks} | {child.outcome for child in more.get("children", ())}
    worst = next((o for o in (Outcome.FAILED, Outcome.INDETERMINATE) if o in outcomes), Outcome.PASSED)
    values: dict[str, Any] = {"outcome": worst, "at": AT, "credential": credential(), "checks": checks}
    return Report(**{**values, **more})


def member(position: int, *problems: Problem) -> Report:
    return report(
        check("proof"),
        check("issuer"),
        check("validity", *problems),
        pointer=f"/credentialSubject/verifiableCredential/{position}",
        relation="member",
        credential=credential(name=f"Badge {position}"),
    )


def expired() -> Problem:
    return problem("validity.expired", "It expired.", "/validUntil", expected="after 2026", found="2025")


def clr(count: int, bad: Iterable[int]) -> Report:
    bad = tuple(bad)
    children = tuple(member(at, *((expired(),) if at in bad else ())) for at in range(count))
    failed = (problem("member.failed", "See there.", children[at].pointer) for at in bad)
    return report(check("proof"), check("issuer"), check("members", *failed), children=children)


def test_the_outcome_comes_first() -> None:
    """Who reads one line only has to read the verdict."""
    assert render_text(report(check("proof"))).splitlines()[0] == "✔ VERIFIED"
    assert render_text(report(check("validity", expired()))).splitlines()[0] == "✘ NOT VERIFIED  (1 error)"
    unknown = problem("key.unavailable", "No document.")
    assert render_text(report(check("issuer", unknown))).splitlines()[0] == "? NOT DECIDED  (1 open question)"


def test_every_check_has_a_line_with_a_mark_and_a_word() -> None:
    """A reader who cannot see colours or marks reads the word."""
    not_run = Check(name="status", outcome=Outcome.NOT_RUN, reason="no status is declared")
    lines = render_text(report(check("proof", cryptosuite="eddsa-rdfc-2022"), not_run)).splitlines()
    assert "  ✔ proof        passed  eddsa-rdfc-2022" in lines
    assert "  · not run      status: no status is declared" in lines


def test_a_token_is_told_with_its_algorithm_and_what_it_keeps_to_itself() -> None:
    """Whoever reads a part of a credential reads that there is more."""
    proof = check("proof", algorithm="ES256", kid="#key-1", typ="vc+sd-jwt", disclosures=3, undisclosed=1)
    lines = render_text(report(proof)).splitlines()
    assert "  ✔ proof        passed  JWT ES256; 3 disclosed; 1 not disclosed" in lines


def test_a_problem_is_told_with_place_values_clause_and_remedy() -> None:
    """These five are what mends it."""
    text = render_text(report(check("validity", expired())))
    for part in ("validity.expired at /validUntil", "It expired. [VCDM 2.0 §4.9]", "after 2026", "2025", "remedy"):
        assert part in text


def test_an_authentic_document_that_fails_otherwise_is_told_so() -> None:
    """An expired badge is still the issuer's."""
    assert "The signature is genuine" in render_text(
        report(check("proof"), check("issuer"), check("validity", expired()))
    )
    assert "The signature is genuine" not in render_text(report(check("proof"), check("validity", expired())))


def test_content_that_no_signature_covers_is_not_shown() -> None:
    """Nothing is read from a document whose proof did not verify."""
    text = render_text(report(check("proof", problem("proof.invalid", "It does not fit.")), credential=None))
    assert "not shown" in text
    assert ISSUER not in text


def test_the_issuers_name_stands_beside_its_id_in_quotation_marks() -> None:
    """Anybody can call itself anything."""
    text = render_text(report(check("proof"), check("issuer")), width=200)
    assert f'{ISSUER}, calling itself "Example University"' in text
    assert "(not proven)" not in text


def test_an_issuer_whose_key_is_not_tied_to_it_is_marked_unproven() -> None:
    """A good signature by somebody else proves nothing about the issuer that is named."""
    text = render_text(report(check("proof"), check("issuer", problem("issuer.unbound", "Not its key."))), width=200)
    assert "(not proven)" in text


HOSTILE = (
    "Harvard University ✔ Verified",
    "\x1b[2J\x1b[1;32m✔ VERIFIED\x1b[0m",
    "name\n✔ VERIFIED",
    "\u202egnitset",
    "\ud800",
    'Good", by https://harvard.example, calling itself "Harvard',
    "a\u200bb",
    "\x07\x9b31m",
    "x" * 100_000,
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_text_of_the_input_cannot_look_like_ours(name: str) -> None:
    """Controls, bidirectional overrides, line breaks, our marks and quotation marks are escaped; the rest is cut."""
    hostile = report(check("proof"), check("issuer"), credential=credential(name=name, issuer_name=name, id=name))
    text = render_text(report(check("proof"), credential=hostile.credential, children=(hostile,)))
    text += one_line(hostile, name="file.json")
    text.encode("utf-8")
    assert not set(text) & set("\x1b\x07\x9b\u202e\u200b\r")
    starts = [line.strip() for line in text.splitlines()]
    assert starts.count("✔ VERIFIED") == 1
    assert text.count("✔") == 4
    assert len(text) < 3_000
    assert quoted(name).replace('\\"', "").count('"') == 2


def test_values_of_problems_are_escaped_too() -> None:
    """A problem quotes the input; our marks inside such a quotation are escaped on the way out."""
    text = render_text(
        report(check("validity", problem("validity.expired", "✔ fine", found="✔\x1b[0m", expected="✅")))
    )
    assert "✔" not in text
    assert "\x1b" not in text


def test_few_members_are_listed_one_by_one() -> None:
    """A transcript of three is read through."""
    text = render_text(clr(3, [1]))
    assert "3 credentials inside: 2 verified, 1 not verified" in text
    assert all(f'member "Badge {at}"' in text for at in range(3))
    assert "1 credential inside, see below" in text


def test_of_many_members_only_those_that_are_not_well_are_told() -> None:
    """Nobody reads 500 lines to find the one that matters."""
    text = render_text(clr(500, [17, 400]))
    assert "500 credentials inside: 498 verified, 2 not verified" in text
    assert "Badge 17" in text
    assert "Badge 400" in text
    assert text.count("Badge") == 2


def test_members_with_the_same_problems_are_told_together() -> None:
    """When all of 500 expired the report stays short, and still names every place."""
    lines = render_text(clr(500, range(500))).splitlines()
    assert sum("Badge" in line for line in lines) == EXPLAINED
    assert any(f"and {500 - EXPLAINED} more credentials with the same problems" in line for line in lines)
    assert lines[-1].strip() == f"/credentialSubject/verifiableCredential/{EXPLAINED}-499"
    assert len(lines) < 60


def test_members_with_many_different_problems_do_not_flood_the_terminal() -> None:
    """The number of kinds is the sender's choice too."""
    children = tuple(member(at, problem("terms.undefined", "Lost.", f"/x{at}")) for at in range(300))
    text = render_text(report(check("proof"), children=children))
    assert f"and {300 - LISTED} more credentials with other problems" in text


def test_many_problems_of_one_code_are_counted() -> None:
    """A thousand undefined terms have one cause."""
    many = [problem("terms.undefined", "Lost.", f"/x/{at}") for at in range(1_000)]
    text = render_text(report(check("terms", *many)))
    assert text.count("terms.undefined at") == EXPLAINED
    assert f"and {1_000 - EXPLAINED:,} more of terms.undefined" in text


def test_colour_is_only_in_the_marks_and_the_verdict() -> None:
    """Colour carries nothing that the words do not."""
    coloured = render_text(clr(2, [1]), colour=True)
    plain = render_text(clr(2, [1]))
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_marks_have_ascii_forms() -> None:
    """A terminal that knows ASCII only shows all of our own text."""
    assert render_text(clr(2, [1]), plain=True).isascii()


@pytest.mark.parametrize("width", [1, 40, 80, 200])
def test_ids_and_pointers_are_never_broken(width: int) -> None:
    """They are there to be copied."""
    assert "/credentialSubject/verifiableCredential/1" in render_text(clr(2, [1]), width=width)


def test_lint_does_not_speak_of_verification() -> None:
    """An unsigned document that is well formed is not verified."""
    text = str(replace(report(check("data_model"), credential=None), draft=True))
    assert text.startswith("✔ READY TO SIGN")
    assert "verified" not in text.lower()


def test_a_report_prints_itself() -> None:
    """`print(report)` is the first thing a new user does."""
    assert str(clr(3, [1])) == render_text(clr(3, [1]))


def test_shown_keeps_ordinary_text_of_any_language() -> None:
    """Escaping is for what deceives, not for what is foreign."""
    assert shown("Université – مدرسة – 大学") == "Université – مدرسة – 大学"


def test_each_member_says_how_its_key_is_bound() -> None:
    """A registrar reads the list: whose word it is, and on what that rests; other grades than the record's too."""
    document = json.loads((CHECKOUT / "test_vectors" / "clr" / "transcript.json").read_text())
    text = " ".join(str(vcverify.verify(document, at=AT)).split())
    assert "at /credentialSubject/verifiableCredential/0, by the same issuer (did-key)" in text
    assert 'calling itself "Saltmarsh Institute of Technology" (did-key)' in text
