"""Two versions of a credential: the same one, the newer one, what differs, and which signatures survive."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cases.documents import badge, signed_badge
from conftest import CHECKOUT
from hypothesis import example, given
from hypothesis import strategies as st

from vcverify.cli import main
from vcverify.comparison import BROKEN, DROPPED, KEPT, Comparison, compare
from vcverify.comparison.values import changed, differences, same
from vcverify.limits import DEFAULT_LIMITS
from vcverify.problems import ProblemError
from vcverify.verifier import Verifier

AT = datetime(2026, 2, 2, tzinfo=UTC)
MEMBER = "/credentialSubject/verifiableCredential/0"
OTHER = "/credentialSubject/verifiableCredential/1"


def case(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((CHECKOUT / "test_vectors/cases" / f"{name}.json").read_text())["input"]
    return value


def record() -> dict[str, Any]:
    return case("clr-expired-two-levels-down")


def against(change: Callable[[dict[str, Any]], object], original: dict[str, Any] | None = None) -> Comparison:
    """The record against a changed copy of itself."""
    first = original or record()
    second = copy.deepcopy(first)
    change(second)
    return compare(first, second, Verifier(), at=AT)


def states(comparison: Comparison) -> dict[str, str]:
    return {change.pointer: change.state for change in comparison.signatures}


def causes(comparison: Comparison, pointer: str) -> set[str]:
    (change,) = (change for change in comparison.signatures if change.pointer == pointer)
    return {cause.pointer for cause in change.causes}


# --- JSON -----------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a", "b", "~/"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "a", "b", "~/"]), inner),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_values_differ_exactly_if_a_difference_is_told(first: Any, second: Any) -> None:
    """None is missed, none made up."""
    assert bool(differences(first, second)) == (not same(first, second))


@given(st.dictionaries(st.sampled_from(["a", "b", "~/"]), VALUES), st.dictionaries(st.just("a"), VALUES))
@example({"a": [[True, True]]}, {"a": [[False, True]]})
def test_a_difference_can_be_made_alone(first: Any, second: Any) -> None:
    """That is how the cause of a broken signature is found."""
    for difference in differences(first, second):
        if difference.place:
            assert not same(changed(first, difference, DEFAULT_LIMITS), first)


def test_items_of_an_array_are_matched_before_they_are_compared() -> None:
    """One item less at the front is one difference."""
    first = [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": "c", "n": 3}]
    second = [{"id": "b", "n": 2}, {"id": "c", "n": 4}]
    found = {(item.kind, item.pointer) for item in differences(first, second)}
    assert found == {("removed", "/0"), ("changed", "/2/n")}


def test_true_is_not_one_and_one_is_one_point_nought() -> None:
    """JSON has one kind of number, and Python's booleans are numbers."""
    assert not same(True, 1)
    assert same(1, 1.0)


# --- which is which -------------------------------------------------------------------------------


def test_the_same_bytes_are_the_same() -> None:
    """Nothing differs, every signature fits."""
    comparison = against(lambda document: None)
    assert comparison.same
    assert comparison.same_credential is True
    assert comparison.supersedes is None
    assert set(states(comparison).values()) == {KEPT}


def test_ids_are_compared_decoded_and_trimmed() -> None:
    """OB 3.0, *Equality and comparison*."""

    def respell(document: dict[str, Any]) -> None:
        document["id"] = f" {document['id'].replace(':', '%3A')} "
        document["validFrom"] = "2026-02-01T00:00:00+01:00"

    comparison = against(respell)
    assert comparison.same_credential is True
    assert comparison.supersedes == "B"


def test_the_newer_of_the_same_credential_supersedes() -> None:
    """Instants are compared, not texts."""
    assert against(lambda document: document.update(validFrom="2026-01-15T00:30:00+01:00")).supersedes == "A"
    assert against(lambda document: document.update(validFrom="2026-01-15T01:00:00+01:00")).supersedes is None


def test_another_issuer_makes_it_another_credential() -> None:
    """Then neither supersedes the other, whatever their dates."""

    def move(document: dict[str, Any]) -> None:
        document["issuer"]["id"] = "did:example:other"
        document["validFrom"] = "2026-02-01T00:00:00Z"

    comparison = against(move)
    assert comparison.same_credential is False
    assert comparison.supersedes is None


def test_what_cannot_be_read_is_refused() -> None:
    """The command answers 2 for it."""
    with pytest.raises(ProblemError):
        compare(b"[]", record(), Verifier(), at=AT)


# --- statements -----------------------------------------------------------------------------------


def test_another_order_says_the_same() -> None:
    """Arrays are sets in RDF, unless a context says otherwise: the JSON differs, nothing that is signed does."""
    comparison = against(lambda document: document["credentialSubject"]["verifiableCredential"].reverse())
    assert [(item.kind, item.pointer) for item in comparison.differences] == [
        ("reordered", "/credentialSubject/verifiableCredential")
    ]
    assert comparison.statements == ()
    assert set(states(comparison).values()) == {KEPT}
    assert not comparison.same


def test_a_changed_value_is_one_statement_also_deep_in_unnamed_things() -> None:
    """Labels of unnamed things are no names: the others are the same statements."""
    document = case("clr-member-undefined")

    def mend(changed: dict[str, Any]) -> None:
        member = changed["credentialSubject"]["verifiableCredential"][0]
        member["credentialSubject"]["achievement"]["criteria"]["narrative"] = "Another one."

    comparison = against(mend, document)
    assert comparison.statements is not None
    (only,) = comparison.statements
    assert only.kind == "changed"
    assert only.pointer == f"{MEMBER}/credentialSubject/achievement/criteria/narrative"
    assert only.subject == f"[{MEMBER}/credentialSubject/achievement/criteria]"
    assert only.after == '"Another one."'


def test_statements_are_not_told_where_the_contexts_cannot_be_used() -> None:
    """The JSON is still compared."""
    comparison = against(lambda document: document["@context"].append("https://nobody.example/context"))
    assert comparison.statements is None
    assert comparison.differences


# --- what a host did ------------------------------------------------------------------------------


def test_a_host_that_drops_a_member_of_a_proof_breaks_that_proof_and_the_one_around_it() -> None:
    """The configuration of a proof is signed with it, and the record signs the proofs in it."""

    def drop(document: dict[str, Any]) -> None:
        del document["credentialSubject"]["verifiableCredential"][0]["proof"]["created"]

    comparison = against(drop)
    assert states(comparison) == {
        "/proof": BROKEN,
        f"{MEMBER}/proof": BROKEN,
        f"{OTHER}/proof": KEPT,
        f"{OTHER}{MEMBER}/proof": KEPT,
    }
    assert causes(comparison, "/proof") == {f"{MEMBER}/proof/created"}
    assert causes(comparison, f"{MEMBER}/proof") == {f"{MEMBER}/proof/created"}


def test_a_host_that_keeps_only_the_id_of_a_subject_breaks_the_credential() -> None:
    """As an API does that documents nothing else of it."""

    def keep_id(document: dict[str, Any]) -> None:
        member = document["credentialSubject"]["verifiableCredential"][0]
        member["credentialSubject"] = {"id": member["credentialSubject"]["id"]}

    comparison = against(keep_id)
    assert causes(comparison, f"{MEMBER}/proof") == {
        f"{MEMBER}/credentialSubject/type",
        f"{MEMBER}/credentialSubject/achievement",
    }


def test_a_proof_in_an_array_signs_the_same() -> None:
    """A host that asks for an array of proofs breaks nothing by it."""
    comparison = against(lambda document: document.update(proof=[document["proof"]]))
    assert [item.kind for item in comparison.differences] == ["wrapped"]
    assert set(states(comparison).values()) == {KEPT}


def test_only_what_breaks_a_signature_is_a_cause() -> None:
    """A member that no signature covers is a difference, and no cause."""

    def change(document: dict[str, Any]) -> None:
        document["nothing"] = "is signed of this"
        document["name"] = "Another record"

    comparison = against(change)
    assert {item.pointer for item in comparison.differences} == {"/nothing", "/name"}
    assert causes(comparison, "/proof") == {"/name"}


def test_under_jcs_every_difference_is_a_cause() -> None:
    """All the text is signed."""
    comparison = against(lambda document: document.update(nothing="more"), case("clr-jcs-record"))
    assert causes(comparison, "/proof") == {"/nothing"}


def test_proofs_and_members_that_are_gone_are_told() -> None:
    """A host that cannot store them."""

    def drop(document: dict[str, Any]) -> None:
        del document["proof"]
        del document["credentialSubject"]["verifiableCredential"][1]

    found = states(against(drop))
    assert found == {
        "/proof": DROPPED,
        f"{MEMBER}/proof": KEPT,
        f"{OTHER}/proof": DROPPED,
        f"{OTHER}{MEMBER}/proof": DROPPED,
    }


def test_it_needs_no_key() -> None:
    """Whether a signature still fits is told by what it is over."""
    document = record()
    document["proof"]["verificationMethod"] = "did:web:unreachable.example#key"
    assert states(against(lambda changed: None, document))["/proof"] == KEPT
    assert states(against(lambda changed: changed.update(name="x"), document))["/proof"] == BROKEN


# --- the command ----------------------------------------------------------------------------------


def files(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> list[str]:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    document = record()
    first.write_text(json.dumps(document))
    change(document)
    second.write_text(json.dumps(document))
    return [str(first), str(second)]


def test_the_command_answers_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 the same, 1 different, 2 unreadable."""
    at = ["--at", "2026-02-02"]
    assert main(["diff", *at, *files(tmp_path, lambda document: None)]) == 0
    assert main(["diff", *at, *files(tmp_path, lambda document: document.update(name="x"))]) == 1
    (tmp_path / "c.json").write_text("no")
    assert main(["diff", *at, str(tmp_path / "a.json"), str(tmp_path / "c.json")]) == 2
    assert main(["diff", "-", "-"]) == 2


def test_the_command_says_what_broke_the_signature(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """First which it is, then the signatures, then every difference."""
    main(["diff", "--at", "2026-02-02", *files(tmp_path, lambda document: document.update(name="x"))])
    printed = capsys.readouterr().out
    assert printed.startswith("✘ They differ.\n  The same credential: urn:uuid:")
    assert '  ✘ /proof no longer fits\n      because of /name: "Learner record" became "x"\n' in printed
    assert '\n  ~ /name: "Learner record" became "x"\n' in printed


def test_the_command_gives_the_comparison_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs."""
    main(["diff", "--format", "json", "--at", "2026-02-02", *files(tmp_path, lambda document: document.pop("name"))])
    values = json.loads(capsys.readouterr().out)
    assert values["same"] is False
    assert values["sameCredential"] is True
    assert values["differences"] == [{"kind": "removed", "pointer": "/name", "before": "Learner record"}]
    assert values["signatures"][0] == {
        "pointer": "/proof",
        "state": "broken",
        "causes": [{"kind": "removed", "pointer": "/name", "before": "Learner record"}],
    }


def test_what_does_not_verify_would_only_supersede(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Anybody can write a later date and the same id."""
    old, new = signed_badge(), {**badge(), "validFrom": "2026-02-01T00:00:00Z"}
    bare = copy.deepcopy(old)
    bare["proof"]["expires"] = "2030-01-01T00:00:00Z"
    paths = [tmp_path / name for name in ("old.json", "new.json", "bare.json")]
    for path, document in zip(paths, (old, new, bare), strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["diff", "--at", "2026-06-01T00:00:00Z", str(paths[0]), str(paths[1])]) == 1
    assert "B would supersede A, but does not verify" in " ".join(capsys.readouterr().out.split())
    assert main(["diff", "--at", "2026-06-01T00:00:00Z", str(paths[0]), str(paths[2])]) == 1
    told = capsys.readouterr().out
    assert "the same, but for those of the proofs that differ" in told
    assert "one of form" not in told
