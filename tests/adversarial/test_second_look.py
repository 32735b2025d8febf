"""What a second pair of eyes got past the first: each once accepted, or once fatal."""

from __future__ import annotations

import copy
import json
import os
import signal
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import BADGE_CONTEXTS, COLLEGE, GUILD, STRANGER, V2, badge, clr
from cases.signing import sign

import vcverify
from vcverify import proving
from vcverify.loading.memory import StaticLoader

AT = datetime(2026, 6, 1, tzinfo=UTC)
JCS = "eddsa-jcs-2022"
SCHEMA = "https://schemas.example/s.json"
UNTIL = "https://www.w3.org/2018/credentials#validUntil"


def verify(document: Any, **options: Any) -> vcverify.Report:
    return vcverify.verify(document, at=AT, **options)


def codes(report: vcverify.Report) -> set[str]:
    return {problem.code for problem in report.problems()}


def presentation(*credentials: Any) -> dict[str, Any]:
    return {"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": list(credentials)}


@pytest.mark.parametrize("respelling", ["iri", "nest", "alias"])
def test_a_schema_is_not_evaded_by_other_names(respelling: str) -> None:
    """The statements are the same, so the signature holds; the schema has not seen what was signed."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {"validUntil": {"const": "2026-07-01T00:00:00Z"}},
    }
    loader = StaticLoader({SCHEMA: json.dumps(schema).encode()})
    declared = [{"id": SCHEMA, "type": "JsonSchema"}]
    document = sign(badge(validUntil="2027-01-01T00:00:00Z", credentialSchema=declared), COLLEGE)
    assert "schema.failed" in codes(verify(document, loader=loader))
    changed = copy.deepcopy(document)
    value = changed.pop("validUntil")
    if respelling == "iri":
        changed[UNTIL] = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": value}
    elif respelling == "nest":
        changed["@nest"] = {"validUntil": value}
    else:
        term = {"@id": UNTIL, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
        changed["@context"] = [*changed["@context"], {"ends": term}]
        changed["ends"] = value
    report = verify(changed, loader=loader)
    assert report.check("proof").outcome == "passed"
    assert report.check("schema").outcome != "passed"
    assert not report.verified


def test_contexts_added_to_signed_json_give_it_no_meaning() -> None:
    """A proof over JSON covers the contexts that it names; the rest of them are nobody's."""
    signed = sign({**badge(), "@context": [V2]}, COLLEGE, JCS)
    assert not verify(signed).verified
    assert not verify({**signed, "@context": BADGE_CONTEXTS}).verified
    good = sign(badge(), COLLEGE, JCS)
    report = verify({**good, "@context": [*good["@context"], {"name": "http://schema.org/other"}]})
    assert ("terms.form", f"/@context/{len(good['@context'])}") in {(p.code, p.pointer) for p in report.problems()}


@pytest.mark.parametrize("asked", [{"challenge": "abc"}, {"domain": "x.example"}])
def test_what_is_asked_of_a_presentation_needs_a_proof_to_answer(asked: dict[str, str]) -> None:
    """However lenient the policy is with unsecured presentations."""
    document = presentation(sign(badge(), COLLEGE))
    policy = vcverify.Policy(allow_unsecured_presentation=True)
    assert verify(document, policy=policy).verified
    assert "proof.missing" in codes(verify(document, policy=policy, **asked))


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", JCS])
def test_an_endorsement_is_an_endorsement(suite: str) -> None:
    """An ordinary badge in its place endorses nothing, however well it is signed."""
    inner = sign(badge(STRANGER, id="urn:uuid:0c6f7e0a-0000-4000-8000-000000000001"), STRANGER)
    report = verify(sign(badge(endorsement=[inner]), COLLEGE, suite))
    assert "endorsement.target" in codes(report)
    assert report.check("endorsements").outcome == "failed"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", JCS])
def test_a_member_does_not_have_the_record_s_id(suite: str) -> None:
    """Whoever looks one up by its id must not find the other."""
    document = clr([])
    member = sign({**badge(GUILD), "id": document["id"]}, GUILD)
    assert "member.shape" in codes(verify(sign(clr([member]), COLLEGE, suite)))


@pytest.mark.parametrize("wrapper", ["@nest", "@included"])
def test_signed_json_says_nothing_in_wrappers(wrapper: str) -> None:
    """Names are read where they stand; in a wrapper they would not be."""
    inside: Any = {"validUntil": "2020-01-01T00:00:00Z"}
    document = sign(
        {**badge(), wrapper: inside if wrapper == "@nest" else [{"id": badge()["id"], **inside}]}, COLLEGE, JCS
    )
    assert not verify(document).verified


def test_broken_signatures_are_not_tried_under_every_revision_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of broken members costs little more than one of sound ones."""
    tried: list[Any] = []
    revisions = proving._older_revisions
    monkeypatch.setattr(proving, "_older_revisions", lambda document: tried.append(document) or revisions(document))
    members = []
    for number in range(20):
        member = sign(badge(GUILD, id=f"urn:uuid:0c6f7e0a-0000-4000-8000-{number:012d}"), GUILD)
        members.append({**member, "name": "changed"})
    document = sign(clr(members), COLLEGE)
    assert verify(document).outcome == "failed"
    assert len(tried) == vcverify.Limits().fruitless_revisions
    tried.clear()
    limited = vcverify.Policy(limits=vcverify.Limits(fruitless_revisions=0))
    assert verify(document, policy=limited).outcome == "failed"
    assert not tried


def test_large_documents_are_not_made_again_under_every_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made in vain is bounded by its statements too; what held in the end is not counted."""
    made: list[Any] = []
    contexts = proving.Prover._unsecured_document
    monkeypatch.setattr(
        proving.Prover, "_unsecured_document", lambda prover, *key: made.append(key[1]) or contexts(prover, *key)
    )
    document = {**sign(badge(GUILD), GUILD), "name": "changed"}
    assert verify(document).outcome == "failed"
    assert any(made)
    made.clear()
    monkeypatch.setattr(proving, "MOST_REVISED", 1)
    assert verify(document).outcome == "failed"
    assert made and not any(made)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals are POSIX")
def test_killed_workers_and_odd_items_harm_no_other() -> None:
    """Every item has its report, in order, whatever happens to the processes between."""
    good = json.dumps(sign(badge(), COLLEGE)).encode()
    items: list[Any] = [good] * 60
    items[7] = {"a": lambda: 0}
    items[20] = b"{}"
    verifier = vcverify.Verifier()
    outcomes = []
    for count, report in enumerate(verifier.verify_many(items, workers=2, at=AT)):
        outcomes.append(report.outcome.value)
        if count == 3:
            _kill_children()
    assert [at for at, outcome in enumerate(outcomes) if outcome != "passed"] == [7, 20]
    assert len(outcomes) == len(items)


def _kill_children() -> None:
    assert threading.active_count() >= 1
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            if parent == os.getpid():
                os.kill(int(name), signal.SIGKILL)
