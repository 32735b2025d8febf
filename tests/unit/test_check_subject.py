"""The `subject` check: what a caller knows, read and compared; identity objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cases.documents import LEARNER, STRANGER, badge, presentation
from cases.families.subject import MAIL, digest, hashed, identifier
from cases.mutations import put
from hypothesis import given
from hypothesis import strategies as st
from support.checking import BOTH, Json, as_signed_json, child, facts, judge, not_run, problems

from vcverify.checks.identities import Identity, Learner, identities, identity_hash
from vcverify.checks.subject import Known, read_known, subject
from vcverify.credential import Credential, read_json
from vcverify.problems import Problem

AT = "/credentialSubject"
BY_MAIL = {"identityType": "emailAddress", "value": MAIL}


def about(*identifiers: Json, named: str | None = None) -> Json:
    document = badge(subject=named)
    return put(document, f"{AT}/identifier", list(identifiers)) if identifiers else document


def asked(document: Json, *known: Any, read: Callable[[Json], Credential] = as_signed_json, **more: Any) -> list[Any]:
    return judge(subject, document, read=read, subject=read_known(known), **more)


@pytest.mark.parametrize("read", BOTH)
def test_one_match_is_enough(read: Callable[[Json], Credential]) -> None:
    """By id, or by an identifier of its type; the report says which kind, and no more."""
    document = about(identifier("anna", "userName"), hashed(), named=LEARNER.did)
    for known, how in (
        ({"id": LEARNER.did}, "id"),
        (BY_MAIL, "emailAddress"),
        ({"sourcedId": "7", "username": "anna"}, "userName"),
    ):
        assert asked(document, {"id": "urn:x:nobody"}, known, read=read)[-1:] and facts(
            asked(document, {"id": "urn:x:nobody"}, known, read=read)
        ) == {"matched": how}


@pytest.mark.parametrize("read", BOTH)
def test_no_match_names_kinds_but_repeats_no_values(read: Callable[[Json], Credential]) -> None:
    """A report travels further than the question that was asked."""
    for document, said in (
        (about(identifier("b@example.com"), named=STRANGER.did), "an id and identifiers of type emailAddress"),
        (about(identifier("b@example.com")), "identifiers of type emailAddress"),
        (about(named=STRANGER.did), "an id"),
        (about(), "neither id nor identifiers"),
    ):
        found = asked(document, BY_MAIL, read=read)
        assert problems(found) == [("subject.mismatch", AT)]
        (only,) = [item for item in found if isinstance(item, Problem)]
        assert only.found == said
        assert "example" not in f"{only.detail} {only.expected} {only.found}"


def test_presentations_leave_it_to_what_is_in_them() -> None:
    """If there is anything; nothing at all is nobody's."""
    document = presentation([badge()])
    assert not_run(asked(document, BY_MAIL, children=[child(badge(), "/x", relation="credential")]))
    assert problems(asked(document, BY_MAIL)) == [("subject.mismatch", "")]


def test_nobody_asked() -> None:
    """Weak hashes are told all the same."""
    found = asked(about(hashed(salt=""), identifier("x"), hashed(algorithm="md5")))
    assert not_run(found)
    assert problems(found) == [
        ("identity.weak", f"{AT}/identifier/0/identityHash"),
        ("identity.weak", f"{AT}/identifier/2/identityHash"),
    ]


SHA1 = hashlib.sha1(f"mailto:{MAIL}".encode()).hexdigest()


@pytest.mark.parametrize(
    ("actor", "document", "matched"),
    [
        ({"mbox": f"mailto:{MAIL}"}, about(hashed()), "emailAddress"),
        ({"mbox": MAIL}, about(named=f"mailto:{MAIL}"), "id"),
        ({"mbox_sha1sum": SHA1}, about(identifier("x", "userName"), hashed(), identifier(MAIL)), "emailAddress"),
        ({"mbox_sha1sum": SHA1}, about(named=f"mailto:{MAIL.upper()}"), "id"),
        ({"mbox_sha1sum": SHA1}, about(named="mailto:b@example.com"), None),
        ({"mbox_sha1sum": SHA1}, about(named=LEARNER.did), None),
        ({"openid": "https://id.example/a"}, about(identifier("https://id.example/a", "accountId")), "accountId"),
        ({"account": {"name": "7"}}, about(identifier("7", "systemId")), "systemId"),
        ({"account": {"name": "7", "homePage": "https://h.example/"}}, about(named="https://h.example/7"), "id"),
        ({"account": {"name": "7"}}, about(named="/7"), None),
        ({"sourcedId": "7", "email": MAIL}, about(identifier(MAIL)), "emailAddress"),
    ],
)
def test_actors_of_other_systems(actor: Json, document: Json, matched: str | None) -> None:
    """xAPI actors and OneRoster users name identifiers in words of their own."""
    assert facts(asked(document, actor)).get("matched") == matched


@pytest.mark.parametrize(
    "entry",
    [
        "did:example:a",
        {},
        {"name": "Anna"},
        {"id": ""},
        {"id": 7},
        {"identityType": "emailAddress"},
        {"value": MAIL},
        {"value": MAIL, "identityType": None},
        {"mbox": ["mailto:a@example.com"]},
        {"account": "7"},
        {"account": {"homePage": "https://h.example"}},
        {"account": {"name": "7", "homePage": 7}},
        {"id": "urn:x:1", "email": 7},
    ],
)
def test_a_question_that_is_badly_put_is_refused(entry: Any) -> None:
    """A mistyped identifier would otherwise be compared with nothing."""
    with pytest.raises(ValueError, match="subject"):
        read_known([entry])


def test_text_that_utf_8_cannot_say_is_compared_all_the_same() -> None:
    """A caller's data is a caller's data; it must not end in an error of ours."""
    assert problems(asked(about(identifier("x")), {"identityType": "emailAddress", "value": "\ud800"}))


@given(st.text(), st.text(), st.sampled_from(["md5", "sha256"]))
def test_a_hash_holds_its_identifier_and_no_other(value: str, other: str, algorithm: str) -> None:
    """With any salt; but only with that salt."""
    node = read_json({}).root
    told = Identity(node, "userName", identity_hash(value, "salt", algorithm), True, "salt")
    assert told.holds(value)
    assert told.holds(other) == (value == other)
    assert not Identity(node, "userName", told.value, True, "other").holds(value)
    assert not Identity(node, "userName", told.value, True, None).holds(value)


def test_the_example_of_the_specification() -> None:
    """Open Badges 3.0 §9.3 with the salt `Kosher`."""
    expected = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    assert identity_hash("a@example.com", "Kosher", "sha256") == expected == digest(MAIL, "Kosher")


def test_objects_without_type_or_value_are_passed_over() -> None:
    """They identify nobody."""
    held = about({"type": "IdentityObject"}, identifier("", "userName"), identifier("x"))
    (learner,) = read_json(held).subjects
    assert [identity.value for identity in identities(learner)] == ["x"]


def _same(outer: Json, inner: Json) -> bool | None:
    (subject,) = read_json(inner).subjects
    return Learner(read_json(outer).subjects).is_same(subject)


@pytest.mark.parametrize(
    ("outer", "inner", "verdict"),
    [
        (about(named="urn:x:a"), about(named="urn:x:a"), True),
        (about(named="urn:x:a"), about(named="urn:x:b"), False),
        (about(named="urn:x:a"), about(), None),
        (about(), about(named="urn:x:a"), None),
        (about(identifier(MAIL)), about(identifier(MAIL.upper())), True),
        (about(identifier("a", "userName")), about(identifier("A", "userName")), False),
        (about(identifier(MAIL)), about(hashed()), True),
        (about(hashed()), about(identifier(MAIL)), True),
        (about(hashed()), about(hashed()), True),
        (about(hashed()), about(hashed(salt="other")), None),
        (about(hashed()), about(hashed("b@example.com"), identifier(MAIL)), True),
        (about({**hashed(), "salt": ["a", "b"]}), about(identifier(MAIL)), None),
        (about({**hashed(), "salt": ["a", "b"]}), about({**hashed(), "salt": ["c", "d"]}), True),
        (about(identifier(MAIL)), about({**hashed(), "identityHash": "sha1$00"}), None),
    ],
)
def test_two_subjects_are_one_learner_if_anything_ties_them(outer: Json, inner: Json, verdict: bool | None) -> None:
    """Ids first, then identifiers; what cannot be compared says neither yes nor no."""
    assert _same(outer, inner) is verdict


def test_comparing_costs_the_same_however_many_identifiers_a_record_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand addresses against ten thousand hashes would be a hundred million hashes."""
    asked: list[str] = []
    holds = Identity.holds
    monkeypatch.setattr(Identity, "holds", lambda self, text: asked.append(text) or holds(self, text))
    outer = about(*(identifier(f"{number}@example.com") for number in range(500)))
    assert _same(outer, about(hashed("nobody@example.com"))) is False
    assert len(asked) < 50


def test_known_things_are_values() -> None:
    """They stand in the environment of every check."""
    assert read_known([{"id": "urn:x:1"}]) == (Known(id="urn:x:1"),)
