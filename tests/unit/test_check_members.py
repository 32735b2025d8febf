"""The `members` and `endorsements` checks: what the credentials inside mean for the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, LEARNER, STRANGER, V2, badge, clr, endorsement, presentation, urn
from cases.mutations import drop, put
from support.checking import BOTH, Json, as_signed_json, as_statements, child, facts, judge, not_run, problems

from vcverify.checks.members import endorsements, members
from vcverify.credential import Credential
from vcverify.problems import Problem, Severity

AT = "/credentialSubject/verifiableCredential/0"
RECORD = clr([])


def inside(document: Json, *children: Any, **more: Any) -> list[Any]:
    return judge(members, document, children=children, **more)


def test_nothing_inside_is_nothing_to_judge() -> None:
    """Neither members nor endorsements."""
    assert not_run(inside(badge()))
    assert not_run(judge(endorsements, badge(), children=[child(badge(), AT)]))
    assert not_run(inside(badge(), child(endorsement("urn:x:1"), "/endorsement/0", relation="endorsement")))


@pytest.mark.parametrize(
    ("outcome", "expected"), [("passed", []), ("failed", ["failed"]), ("indeterminate", ["indeterminate"])]
)
def test_what_came_of_each_counts(outcome: str, expected: list[str]) -> None:
    """The child says why, in a report of its own."""
    found = inside(RECORD, child(badge(GUILD), AT, outcome=outcome, reasons=("proof.invalid",)))
    assert problems(found) == [(f"member.{code}", AT) for code in expected]
    assert facts(found) == {"count": 1}
    held = child(endorsement(badge()["id"]), "/endorsement/0", relation="endorsement", outcome=outcome)
    assert problems(judge(endorsements, badge(), children=[held])) == [
        (f"endorsement.{code}", "/endorsement/0") for code in expected
    ]


UNSECURED, ISSUER = "member.unsecured", "member.issuer"
EVIDENCE = [{"id": "https://guild.example/ob2/7", "type": ["Evidence"]}]


@pytest.mark.parametrize(
    ("outer", "inner", "relation", "codes"),
    [
        (RECORD, badge(), "member", ["member.unsecured"]),
        (RECORD, badge(GUILD), "member", ["member.unsecured", "member.issuer"]),
        (RECORD, badge(GUILD, evidence=EVIDENCE), "member", ["member.unsecured"]),
        (RECORD, badge(GUILD, evidence=[{"type": ["Evidence"]}]), "member", ["member.unsecured", "member.issuer"]),
        (
            RECORD,
            badge(GUILD, evidence=[{"id": "data:text/plain,ey.a.b", "type": ["Evidence"]}]),
            "member",
            [UNSECURED],
        ),
        *(
            (RECORD, badge(GUILD, evidence=[{"id": name, "type": ["Evidence"]}]), "member", [UNSECURED, ISSUER])
            for name in (
                "urn:uuid:7",
                "did:web:guild.example",
                "https:/x",
                "https://",
                "ftp://guild.example/7",
                "data:7",
            )
        ),
        (
            RECORD,
            put(badge(GUILD), "/credentialSubject/achievement/related", [{"id": "https://guild.example/a"}]),
            "member",
            ["member.unsecured"],
        ),
        (presentation([]), badge(COLLEGE), "credential", ["member.unsecured"]),
        (presentation([]), badge(GUILD, evidence=EVIDENCE), "credential", ["member.unsecured", "member.issuer"]),
        (RECORD, drop(badge(), "/issuer"), "member", ["member.unsecured", "member.issuer"]),
    ],
)
def test_an_unsecured_member_stands_in_its_containers_name(
    outer: Json, inner: Json, relation: str, codes: list[str]
) -> None:
    """Or leads to the original; the name is that of whoever signed around it."""
    found = inside(outer, child(inner, AT, secured=False, relation=relation), signer=COLLEGE.did)
    assert [code for code, _ in problems(found)] == codes
    assert facts(found) == {"count": 1, "unsecured": 1}


def test_an_unsecured_presentation_vouches_for_nothing() -> None:
    """There is no key whose controller could."""
    found = inside(presentation([]), child(badge(), AT, secured=False, relation="credential"))
    assert [code for code, _ in problems(found)] == ["member.unsecured", "member.issuer"]
    silent = child(badge(), AT, secured=False, known=False, outcome="failed")
    assert problems(inside(RECORD, silent)) == [("member.failed", AT)]


@pytest.mark.parametrize("read", BOTH)
def test_issuers_of_one_name_are_told(read: Callable[[Json], Credential]) -> None:
    """A member by "the guild" of another key may pass for the guild's with whoever reads names."""
    guild = badge(GUILD)["issuer"]["name"]
    posing = put(badge(STRANGER), "/issuer/name", guild)
    held = [child(badge(GUILD), "/m/0", read=read), child(posing, "/m/1", read=read), child(badge(), "/m/2", read=read)]
    assert facts(inside(RECORD, *held)) == {"count": 3, "namesakes": [guild]}
    posing = put(badge(STRANGER), "/issuer/name", badge()["issuer"]["name"])
    alone = [child(posing, "/m/0", read=read), child(put(badge(GUILD), "/issuer", GUILD.did), "/m/1", read=read)]
    assert facts(inside(RECORD, *alone)) == {"count": 2, "namesakes": [RECORD["issuer"]["name"]]}


def test_ids_are_each_members_own() -> None:
    """The warning names the other place."""
    twice = [child(badge(), f"/m/{at}") for at in range(3)] + [child(drop(badge(), "/id"), "/m/3")]
    assert problems(inside(RECORD, *twice)) == [
        ("data-model.duplicate-id", "/m/1"),
        ("data-model.duplicate-id", "/m/2"),
    ]


@pytest.mark.parametrize("read", BOTH)
def test_members_are_about_the_records_learner(read: Callable[[Json], Credential]) -> None:
    """Every subject of every member; endorsements are about something else, and records alone have a learner."""
    subject = "/credentialSubject"
    two = {**badge(), "credentialSubject": [{"id": LEARNER.did}, {"id": STRANGER.did}]}
    for inner, expected in (
        (badge(), []),
        (badge(subject=STRANGER.did), [("member.subject", AT + subject)]),
        (badge(subject=None), [("member.subject", AT + subject)]),
        (two, [("member.subject", f"{AT}{subject}/1")]),
        (endorsement("urn:x:1"), []),
    ):
        assert problems(inside(RECORD, child(inner, AT, read=read), read=read)) == expected
    assert problems(inside(badge(), child(badge(subject=STRANGER.did), AT, read=read), read=read)) == []


def test_what_cannot_be_compared_is_a_warning() -> None:
    """Q12: nothing comparable is no refusal."""
    found = inside(RECORD, child(badge(subject=None), AT))
    assert [item.severity for item in found if isinstance(item, Problem)] == [Severity.WARNING]


def test_a_member_of_an_unknown_type_is_named() -> None:
    """Its proof was judged, its meaning was not; a plain one is unknown too."""
    for types in (["VerifiableCredential", "https://x.example/Licence"], ["VerifiableCredential"]):
        plain = {"@context": [V2], "type": types, "credentialSubject": {"id": LEARNER.did}}
        assert problems(inside(RECORD, child(plain, AT))) == [("member.type", AT)]


def test_an_endorsement_has_a_proof_of_its_own() -> None:
    """The credential's proof does not vouch for what others say of it."""
    held = child(endorsement(badge()["id"]), "/endorsement/0", relation="endorsement", secured=False)
    assert problems(judge(endorsements, badge(), children=[held])) == [("endorsement.unsecured", "/endorsement/0")]
    broken = child(endorsement("urn:x:1"), "/e", relation="endorsement", outcome="failed", known=False)
    assert problems(judge(endorsements, badge(), children=[broken])) == [("endorsement.failed", "/e")]


@pytest.mark.parametrize("read", [as_signed_json, as_statements])
def test_an_endorsement_is_of_something_that_is_here(read: Callable[[Json], Credential]) -> None:
    """The credential, what it describes, its members and what those describe, and the endorsements beside it."""
    other = child(
        endorsement("urn:x:other", COLLEGE, id=urn("other")), "/endorsement/0", relation="endorsement", read=read
    )
    member = child(badge(GUILD), AT, read=read)
    here = [RECORD["id"], COLLEGE.did, LEARNER.did, badge()["id"], GUILD.did, urn("other")]
    here.append(badge()["credentialSubject"]["achievement"]["id"])
    for target, known in ((name, True) for name in here):
        held = child(endorsement(target), "/endorsement/1", relation="endorsement", read=read)
        found = problems(judge(endorsements, RECORD, read=read, children=[other, held, member]))
        assert (("endorsement.target", "/endorsement/1/credentialSubject") not in found) is known, target
        assert ("endorsement.target", "/endorsement/0/credentialSubject") in found


def test_an_endorsement_of_nothing_that_is_named() -> None:
    """Its data model says that; a missing issuer is said elsewhere too."""
    held = child(endorsement(None, id=None), "/e", relation="endorsement")  # type: ignore[arg-type]
    broken = child(badge(), "/m", outcome="failed", known=False)
    assert problems(judge(endorsements, drop(badge(), "/issuer"), children=[held, broken])) == []


def test_what_is_described_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand endorsements must not each read the whole document."""
    document = badge()
    credential = as_signed_json(document)
    calls: list[int] = []
    described = type(credential.root).described
    monkeypatch.setattr(type(credential.root), "described", lambda node: calls.append(1) or described(node))
    held = [
        child(endorsement(document["id"], id=f"urn:e:{at}"), f"/endorsement/{at}", relation="endorsement")
        for at in range(50)
    ]
    assert problems(judge(endorsements, document, children=held)) == []
    assert len(calls) == 1


def test_endorsements_among_members_may_endorse_what_is_deeper() -> None:
    """In records in the record; what another endorsement says of itself makes nothing of it part of the record."""
    held = child(endorsement(LEARNER.did + "#deep"), "/m/1")
    deep = child(badge(subject=LEARNER.did + "#deep"), "/m/0/m/0")
    said = child(endorsement(LEARNER.did + "#deep"), "/m/0/m/0")
    aside = child(badge(subject=LEARNER.did + "#deep"), "/m/0/endorsement/0", relation="endorsement")
    target = [("endorsement.target", "/m/1/credentialSubject")]
    for inside_of_it, expected in (([deep], []), ([said], target), ([aside], target), ([], target)):
        outer = child(clr([], id=urn("inner record")), "/m/0", inside=inside_of_it)
        assert problems(judge(endorsements, RECORD, children=[outer, held])) == expected
    alone = replace(child(badge(), "/m/0"), report=None)
    assert problems(judge(endorsements, RECORD, children=[alone, held])) == target
