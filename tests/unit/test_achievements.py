"""The achievements of a report: who asserts each, who signed, and what may be relied on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import AT, COLLEGE, GUILD, LEARNER, STRANGER, achievement, badge, clr, signed_badge, signed_clr
from cases.mutations import put, tamper
from cases.signing import sign
from conftest import CHECKOUT

import vcverify
from vcverify.achieving import Achievement, State, achievements
from vcverify.loading.memory import StaticLoader
from vcverify.policy import Policy

INSTANT = datetime.fromisoformat(AT)


def told(document: Any, **options: Any) -> tuple[Achievement, ...]:
    return achievements(vcverify.verify(document, at=INSTANT, **options))


def test_a_badge_has_one_achievement() -> None:
    """Its id, its name, whose word it is, and that the word holds."""
    (found,) = told(signed_badge())
    assert found.id == achievement()["id"]
    assert found.name == "Soldering, level 2"
    assert (found.asserted_by, found.asserted_by_name) == (COLLEGE.did, "Aldermoor College")
    assert found.signed_by == COLLEGE.did
    assert (found.state, found.vouched, found.proven, found.awarded) == (State.VERIFIED, False, True, True)
    assert (found.subject, found.valid_from, found.pointer) == (LEARNER.did, "2026-01-15T00:00:00Z", "")


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_every_member_of_a_record_is_listed_where_it_stands(suite: str) -> None:
    """In the order of the record, each with the pointer of its credential."""
    members = [sign(badge(issuer, name=name), issuer, suite) for issuer, name in ((COLLEGE, "One"), (GUILD, "Two"))]
    found = told(sign(clr(members), COLLEGE, suite))
    assert [(item.name, item.asserted_by) for item in found] == [("One", COLLEGE.did), ("Two", GUILD.did)]
    assert [item.pointer for item in found] == [f"/credentialSubject/verifiableCredential/{at}" for at in (0, 1)]
    assert {item.state for item in found} == {State.VERIFIED}


def test_a_member_without_a_proof_is_the_word_of_the_records_issuer() -> None:
    """Asserted by one, signed by another: both are said."""
    (found,) = told(signed_clr([badge(COLLEGE)]))
    assert (found.asserted_by, found.signed_by, found.vouched) == (COLLEGE.did, COLLEGE.did, True)
    assert found.state is State.VERIFIED
    (found,) = told(signed_clr([badge(GUILD)]))
    assert (found.asserted_by, found.signed_by, found.vouched) == (GUILD.did, COLLEGE.did, True)
    assert (found.state, found.reasons) == (State.FAILED, ("member.issuer",))


def test_nothing_is_told_of_what_no_signature_covers() -> None:
    """A page that listed it would lend it credit."""
    assert told(badge()) == ()
    assert told(tamper(signed_badge())) == ()
    assert told(b"no credential") == ()


def test_a_tampered_member_is_left_out_and_the_others_stand() -> None:
    """Each credential has its own proof; that the record failed is the record's matter."""
    members = [tamper(signed_badge(name="One")), signed_badge(name="Two")]
    assert [(item.name, item.state) for item in told(signed_clr(members))] == [("Two", State.VERIFIED)]


def test_members_with_their_own_proof_outlive_the_record() -> None:
    """An expired record does not take its members back; those that it only vouches for go with it."""
    members = [signed_badge(name="One"), badge(name="Two")]
    found = told(signed_clr(members, validUntil="2026-02-01T00:00:00Z"))
    assert [(item.name, item.state) for item in found] == [("One", State.VERIFIED), ("Two", State.EXPIRED)]


@pytest.mark.parametrize(
    ("member", "state"),
    [
        ({"validUntil": "2026-02-01T00:00:00Z"}, State.EXPIRED),
        ({"validFrom": "2027-02-01T00:00:00Z"}, State.NOT_YET_VALID),
        (
            {"credentialStatus": {"id": "https://lists.example/1", "type": "1EdTechRevocationList"}},
            State.INDETERMINATE,
        ),
    ],
)
def test_the_state_says_what_stands_against_it(member: dict[str, Any], state: State) -> None:
    """A word that a registrar can act on."""
    (found,) = told(sign(badge(**member), COLLEGE, "eddsa-jcs-2022"))
    assert found.state is state
    assert found.reasons


@pytest.mark.parametrize(
    ("extra", "state"), [({}, State.REVOKED), ({"validUntil": "2026-02-01T00:00:00Z"}, State.REVOKED)]
)
def test_revoked_outranks_expired(extra: dict[str, Any], state: State) -> None:
    """Both are true of it; the issuer's own word weighs more than the calendar."""
    url = "https://lists.example/1"
    document = badge(credentialStatus={"id": url, "type": "1EdTechRevocationList"}, **extra)
    body = f'{{"id": "{url}", "issuer": "{COLLEGE.did}", "revokedCredential": [{{"id": "{document["id"]}"}}]}}'
    (found,) = told(sign(document, COLLEGE, "eddsa-jcs-2022"), loader=StaticLoader({url: body.encode()}))
    assert found.state is state


def test_what_was_never_genuine_is_not_called_expired() -> None:
    """`expired` says that it was good once."""
    forged = sign(badge(COLLEGE, validUntil="2026-02-01T00:00:00Z"), STRANGER)
    (found,) = told(forged)
    assert (found.state, found.proven) == (State.FAILED, False)
    assert set(found.reasons) == {"issuer.unbound", "validity.expired"}


def test_a_policy_that_takes_less_shows_in_the_state() -> None:
    """Severities are the policy's; the state follows the report."""
    (found,) = told(
        signed_badge(validUntil="2026-02-01T00:00:00Z"), policy=Policy(severities={"validity.expired": "warning"})
    )  # type: ignore[dict-item]
    assert found.state is State.VERIFIED


def test_what_the_record_has_against_a_member_counts() -> None:
    """A badge of somebody else, properly signed, is no achievement of this learner."""
    found = told(signed_clr([signed_badge(name="One"), signed_badge(name="Two", subject=STRANGER.did)]))
    assert [(item.name, item.state) for item in found] == [("One", State.VERIFIED), ("Two", State.FAILED)]
    assert found[1].reasons == ("member.subject",)


def test_described_achievements_are_told_from_awarded_ones() -> None:
    """A record may describe what it awards, and programmes that it only refers to."""
    described = [achievement("Soldering, level 2"), achievement("The whole programme")]
    found = told(signed_clr([signed_badge()], subject={"achievement": described}))
    assert [(item.name, item.awarded) for item in found] == [
        ("The whole programme", False),
        ("Soldering, level 2", True),
    ]
    assert {item.state for item in found} == {State.VERIFIED}
    failing = told(signed_clr([tamper(signed_badge())], subject={"achievement": described}))
    assert [(item.name, item.state) for item in failing] == [(item["name"], State.VERIFIED) for item in described]


def test_the_reading_is_of_the_signed_statements() -> None:
    """A second name for the achievement, or another spelling of the first, changes nothing that was signed."""
    document = signed_badge()
    achieved = document["credentialSubject"]["achievement"]
    respelled = {"https://schema.org/name" if name == "name" else name: value for name, value in achieved.items()}
    assert told(put(document, "/credentialSubject/achievement", respelled)) == told(document)


def test_results_are_told_with_their_descriptions() -> None:
    """A grade means something only beside its scale."""
    transcript = (CHECKOUT / "test_vectors/clr/transcript.json").read_bytes()
    found = {item.name: item for item in achievements(vcverify.verify(transcript, at=datetime(2026, 6, 1, tzinfo=UTC)))}
    grades = [(result.name, result.value, result.level) for result in found["Violin Making I"].results]
    assert grades == [("Final grade", "B", None), ("Independence at the bench", None, "Works alone")]
    assert found["Instrument Making, two years"].awarded is False
    told_as_json = found["Violin Making I"].to_dict()
    assert told_as_json["state"] == "verified"
    assert told_as_json["results"][0] == {"name": "Final grade", "type": "LetterGrade", "value": "B"}


def test_endorsements_are_no_achievements() -> None:
    """Whoever endorses awards nothing."""
    transcript = (CHECKOUT / "test_vectors/clr/transcript.json").read_bytes()
    assert not any("endorsement" in item.pointer for item in achievements(vcverify.verify(transcript, at=INSTANT)))


def test_many_members_cost_no_more_than_their_number() -> None:
    """A record of ten thousand failing members is judged by nobody if this takes a minute."""
    import time

    from vcverify.problems import problem
    from vcverify.report import Check, Outcome, Report

    base = vcverify.verify(signed_badge(), at=INSTANT)
    pointers = [f"/credentialSubject/verifiableCredential/{at}" for at in range(5000)]
    children = tuple(
        Report(
            outcome=base.outcome,
            at=base.at,
            pointer=at,
            relation="member",
            credential=base.credential,
            checks=base.checks,
        )
        for at in pointers
    )
    against = tuple(problem("member.subject", "Somebody else's.", at) for at in pointers)
    checks = (Check(name="members", outcome=Outcome.FAILED, problems=against),)
    record = Report(outcome=Outcome.FAILED, at=base.at, checks=checks, children=children)
    started = time.process_time()
    assert {item.state for item in achievements(record)} == {State.FAILED}
    assert time.process_time() - started < 2
