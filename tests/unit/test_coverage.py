"""The coverage map: one answer for each place, and the answer is true."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CHECKOUT

from vcverify.cli import main
from vcverify.coverage import leaves_of, pointers_of
from vcverify.jsontypes import resolve_pointer
from vcverify.report import OUTER, Coverage, Report
from vcverify.verifier import Verifier

CASES = CHECKOUT / "test_vectors" / "cases"
AT = datetime(2026, 2, 1, tzinfo=UTC)
SIGNATURES = ("/proofValue", "/jws")
MEMBER = "/credentialSubject/verifiableCredential/0"


def case(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text())["input"]
    return value


FAMILIES = ("clr-", "contexts-", "endorsement-", "respelled-", "suites-", "terms-", "proof-jcs-")


def inputs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Documents of the families that differ in what is signed."""
    for path in sorted(CASES.glob("*.json")):
        if not path.name.startswith(FAMILIES):
            continue
        value = json.loads(path.read_text()).get("input")
        if isinstance(value, dict) and "jwt" not in value and "Enveloped" not in str(value.get("type")):
            yield path.stem, value


def judged(document: dict[str, Any]) -> tuple[Report, Coverage]:
    report = Verifier().verify(document, at=AT, coverage=True)
    assert report.coverage is not None
    return report, report.coverage


def test_there_is_no_coverage_unless_it_is_asked_for() -> None:
    """It costs a second walk, and the report of a thousand members would double."""
    report = Verifier().verify(case("clr-jcs-record"), at=AT)
    assert report.coverage is None
    assert "coverage" not in report.to_dict()


def test_every_place_of_every_case_has_one_answer() -> None:
    """A place without an answer would be one that nobody looked at."""
    for name, document in inputs():
        report, coverage = judged(document)
        if not isinstance(report.unverified_document, dict):
            continue
        unsigned = [place.pointer for place in coverage.unsigned]
        wanted = {pointer for pointer in pointers_of(document) if not pointer.endswith(SIGNATURES)}
        given = {*coverage.signed_by, *unsigned}
        assert len(unsigned) == len(set(unsigned)), name
        assert not set(unsigned) & set(coverage.signed_by), name
        assert wanted <= given, name


def test_what_no_statement_comes_from_is_always_explained() -> None:
    """The places that statements come from, and the losses that the walk reports, are found on two ways."""
    for name, document in inputs():
        for report in (judged(document)[0], Verifier().lint(document, at=AT)):
            if report.coverage is not None:
                reasons = {place.reason for place in report.coverage.unsigned}
                assert "No signed statement comes from it." not in reasons, name


@pytest.mark.parametrize("name", ["clr-expired-two-levels-down", "clr-jcs-record", "clr-member-undefined"])
def test_a_place_is_signed_exactly_if_changing_it_breaks_a_signature(name: str) -> None:
    """That is what signed means. What is said twice can go once, if the report then says that it is lost."""
    document = case(name)
    report, coverage = judged(document)
    unsigned = {place.pointer for place in coverage.unsigned}
    for pointer in leaves_of([*coverage.signed_by, *unsigned]):
        if "/@context/" in pointer or not isinstance(resolve_pointer(document, pointer), str):
            continue
        changed = copy.deepcopy(document)
        holder, _, token = pointer.rpartition("/")
        target: Any = resolve_pointer(changed, holder)
        target[int(token) if isinstance(target, list) else token] += "0"
        after = Verifier().verify(changed, at=AT)
        broken = {
            item.pointer
            for item, now in zip(report.walk(), after.walk(), strict=False)
            if item.credential is not None and now.credential is None
        }
        signer = coverage.signed_by.get(pointer)
        if not broken and signer is not None:
            assert pointer in {item.pointer for item in after.problems() if item.code == "terms.undefined"}, pointer
            continue
        assert (pointer in unsigned) == (not broken), pointer
        if signer is not None:
            assert ("" if signer == OUTER else signer) in broken or "" in broken, pointer


def test_a_member_with_a_signature_of_its_own_answers_for_itself() -> None:
    """Both signatures cover it; the one of its own issuer says more."""
    _, coverage = judged(case("clr-jcs-record"))
    signed = coverage.signed_by
    assert signed["/name"] == OUTER
    assert signed["/@context/0"] == OUTER
    assert signed[MEMBER] == MEMBER
    assert signed[f"{MEMBER}/name"] == MEMBER
    assert signed[f"{MEMBER}/issuer/id"] == MEMBER
    assert signed[f"{MEMBER}/proof/created"] == MEMBER
    assert signed[f"{MEMBER}/proof/proofValue"] == OUTER
    assert coverage.unsigned == ()


def test_the_innermost_signature_answers() -> None:
    """A record inside a record is covered three times."""
    _, coverage = judged(case("clr-expired-two-levels-down"))
    inner = "/credentialSubject/verifiableCredential/1/credentialSubject/verifiableCredential/0"
    assert coverage.signed_by[f"{inner}/validUntil"] == inner


def test_a_signature_is_neither_signed_nor_unsigned() -> None:
    """It is what signs; in either list it would mislead. The other members of its proof are signed."""
    _, coverage = judged(case("clr-jcs-record"))
    assert "/proof/proofValue" not in coverage.signed_by
    assert coverage.signed_by["/proof/verificationMethod"] == OUTER


def test_a_term_that_nobody_defines_is_not_signed_and_the_reason_is_told() -> None:
    """The report names the place, and the coverage does too."""
    report, coverage = judged(case("clr-member-undefined"))
    assert [place.pointer for place in coverage.unsigned] == [f"{MEMBER}/honours"]
    assert "no context defines the term" in coverage.unsigned[0].reason
    assert coverage.unsigned[0].remedy
    assert report.to_dict()["coverage"]["unsigned"][0].keys() == {"pointer", "reason", "remedy"}


def test_where_no_proof_holds_only_the_members_are_signed() -> None:
    """The record is worth nothing, what others signed in it is still theirs."""
    document = case("clr-expired-two-levels-down")
    document["name"] = "Another record"
    report, coverage = judged(document)
    assert report.credential is None
    assert coverage.signed_by[f"{MEMBER}/name"] == MEMBER
    assert OUTER not in coverage.signed_by.values()
    assert all("does not fit the document" in place.reason for place in coverage.unsigned)


def test_what_was_added_to_the_contexts_of_a_jcs_proof_is_not_signed() -> None:
    """The proof names the contexts that it was made under (VC-DI-EDDSA §3.3.2)."""
    _, coverage = judged(case("proof-jcs-context-appended"))
    assert [place.pointer for place in coverage.unsigned] == ["/@context/2"]


def test_null_says_nothing_under_rdf_and_is_text_under_jcs() -> None:
    """A member that is null is dropped by one transformation and kept by the other."""
    document = case("clr-jcs-record")
    assert judged(document)[1].unsigned == ()
    _, coverage = judged(case("terms-null-member"))
    assert [place.pointer for place in coverage.unsigned] == ["/description"]


def test_the_same_is_found_in_a_process_of_its_own() -> None:
    """Reports come back from workers."""
    import pickle

    report, coverage = judged(case("clr-member-undefined"))
    again = pickle.loads(pickle.dumps(report))
    assert again.coverage == coverage


# --- the command ----------------------------------------------------------------------------------


def written(tmp_path: Path, name: str) -> str:
    path = tmp_path / "document.json"
    path.write_text(json.dumps(case(name)))
    return str(path)


def test_the_command_says_how_much_is_signed_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then by whom, then what is not, and why."""
    assert main(["coverage", "--at", "2026-02-01", written(tmp_path, "clr-member-undefined")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "✘ No signature covers 1 of the 42 places of the document."
    assert f"  {MEMBER}/honours" in lines
    assert any(line.lstrip().startswith("19 places  the document's own signature") for line in lines)


def test_the_command_is_content_where_all_is_signed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit code is for scripts."""
    assert main(["coverage", "--at", "2026-02-01", written(tmp_path, "clr-jcs-record")]) == 0
    assert capsys.readouterr().out.startswith("✔ A signature covers each of the 67 places")


def test_the_command_lists_every_place_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The form of `Report.to_dict()`."""
    assert main(["coverage", "--format", "json", "--at", "2026-02-01", written(tmp_path, "clr-member-undefined")]) == 1
    values = json.loads(capsys.readouterr().out)
    assert values.keys() == {"unsigned", "signedBy"}
    assert values["signedBy"]["/id"] == "outer"


def test_the_command_needs_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a file that holds none, no place can be named."""
    path = tmp_path / "no.json"
    path.write_text("[]")
    assert main(["coverage", str(path)]) == 2
    assert "input.malformed" in capsys.readouterr().err
