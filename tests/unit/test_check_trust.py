"""Trusted issuers: what a policy and a registry may say, and whom an entry stands for."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, LEARNER, badge, endorsement, signed_badge, signed_clr, signed_presentation
from cases.signing import sign

from vcverify import Policy, lint, verify
from vcverify.checks.trust import domain_of, read_registry
from vcverify.policy import PolicyError, trusted_id
from vcverify.problems import ProblemError

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("issuer", "domain"),
    [
        ("did:web:Example.EDU", "example.edu"),
        ("did:web:example.edu:a:b", "example.edu"),
        ("did:web:example.edu%3A8443", None),
        ("did:web:example.edu%3A443", "example.edu"),
        ("did:web:Example.edu%3a443:a", "example.edu"),
        ("did:web:example.edu%3A4430", None),
        ("https://example.edu", "example.edu"),
        ("https://example.edu:443/issuers/5", "example.edu"),
        ("https://example.edu:8443/", None),
        ("https://a@example.edu/", None),
        ("https://[::1/", None),
        ("https://example.edu:x/", None),
        ("http://example.edu/", None),
        ("did:key:z6Mk", None),
        ("did:webvh:example.edu", None),
        ("urn:example.edu", None),
    ],
)
def test_the_domain_of_an_issuer(issuer: str, domain: str | None) -> None:
    """Only where whoever holds the domain decides whose key it is; a port may be somebody else's."""
    assert domain_of(issuer) == domain


@pytest.mark.parametrize(
    ("entry", "issuer", "same"),
    [
        ("did:web:Example.edu", "did:web:example.edu", True),
        ("did:web:example.edu", "did:web:EXAMPLE.edu%3A443", True),
        ("did:web:example.edu%3a443:Arts", "did:web:example.edu:Arts", True),
        ("did:web:example.edu%3A8443", "did:web:example.edu%3a8443", True),
        ("did:web:example.edu:Arts", "did:web:example.edu:arts", False),
        ("did:web:example.edu", "did:web:example.edu%3A8443", False),
        ("did:web:example.edu%3A443", "did:web:example.edu%3A4430", False),
        ("did:key:zAb", "did:key:zAB", False),
    ],
)
def test_hosts_have_one_spelling(entry: str, issuer: str, same: bool) -> None:
    """Names of hosts know no case and https has a port of its own; a path is compared as it is."""
    listed = Policy(trusted_issuers=frozenset({entry})).trusted_issuers
    registered = Policy(trust_registry={entry: "Name"}).trust_registry
    assert listed is not None
    assert registered is not None
    assert (trusted_id(issuer) in listed, trusted_id(issuer) in registered) == (same, same)


@pytest.mark.parametrize(
    "entry", ["example", "https//example.edu", "*.example.edu", "10.0.0.1", "", "a b:c", "localhost"]
)
def test_an_entry_that_can_match_nothing_is_refused(entry: str) -> None:
    """A mistyped rule must not silently be no rule."""
    with pytest.raises(PolicyError):
        Policy(trusted_issuers=frozenset({entry}))
    with pytest.raises(PolicyError):
        Policy.from_dict({"trustRegistry": {entry: "Name"}})


@pytest.mark.parametrize(
    "values",
    [{"trusted_issuers": "example.edu"}, {"trusted_issuers": [1]}, {"trusted_issuers": 7}, {"trust_registry": ["x"]},
     {"trust_registry": {"example.edu": 7}}, {"trust_registry": {"example.edu": {"name": 7}}}],
)  # fmt: skip
def test_a_policy_that_says_something_else_is_refused(values: dict[str, Any]) -> None:
    """As with every other rule."""
    with pytest.raises(PolicyError):
        Policy.from_dict(values)


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(trusted_issuers=frozenset()),
        Policy(trusted_issuers=frozenset({"Example.edu", "did:key:z6Mk"}), trust_registry={"did:web:a.example": "A"}),
        Policy.from_toml('trusted_issuers = ["example.edu"]\n[trust_registry]\n"did:web:a.example" = {name = "A"}'),
    ],
    ids=["not asked", "nobody", "both", "toml"],
)
def test_a_policy_travels(policy: Policy) -> None:
    """Between processes, and through JSON; nobody and not asked stay apart."""
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert Policy.from_dict(json.loads(json.dumps(policy.to_dict()))) == policy


def test_a_registry_file() -> None:
    """The form of the Digital Credentials Consortium; what else it says is ignored."""
    text = {
        "meta": {"created": "2026-01-01"},
        "registry": {
            COLLEGE.did: {"name": "Aldermoor College", "url": "https://aldermoor.example", "location": "Here"},
            "did:web:guild.example": {},
        },
    }
    names = read_registry(json.dumps(text).encode())
    assert names == {COLLEGE.did: "Aldermoor College", "did:web:guild.example": ""}
    report = verify(signed_badge(), at=AT, policy=Policy(trust_registry=names))
    assert report.check("trust").facts == {
        "trusted": True, "entry": COLLEGE.did, "list": "registry", "name": "Aldermoor College",
    }  # fmt: skip
    assert "listed as" in str(report)


def test_a_registry_may_be_large() -> None:
    """Larger than what a credential may hold."""
    registry = {f"did:web:issuer-{number}.example": {"name": str(number)} for number in range(20_000)}
    assert len(read_registry(json.dumps({"registry": registry}).encode())) == 20_000


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"registry": []}', b'{"registry": {"x": {}}}', b'{"registry": {"did:a:b": 5}}',
             b'{"registry": {"did:a:b": {}, "did:a:b": {}}}', b"\xff"],
)  # fmt: skip
def test_a_file_that_is_no_registry(data: bytes) -> None:
    """It is refused whole: half a list of trusted issuers is not one."""
    with pytest.raises(ProblemError) as caught:
        read_registry(data)
    assert caught.value.problem.code == "input.malformed"


def test_where_there_is_nothing_to_ask() -> None:
    """Holders are no issuers; what has no proof of its own is its carrier's matter; a draft has no signer."""
    policy = Policy(trusted_issuers=frozenset({COLLEGE.did}))
    presented = verify(signed_presentation([signed_badge()]), at=AT, policy=policy)
    assert presented.check("trust").outcome == "not-run"
    assert presented.children[0].check("trust").facts["trusted"] is True
    record = verify(signed_clr([badge()]), at=AT, policy=policy)
    assert record.check("trust").facts["trusted"] is True
    assert record.children[0].check("trust").outcome == "not-run"
    assert lint(badge(), at=AT, policy=policy).check("trust").outcome == "not-run"


def test_endorsers_are_issuers_too() -> None:
    """Whoever endorses is judged where the endorsement stands."""
    document = badge(endorsement=[sign(endorsement(badge()["id"], GUILD), GUILD)])
    report = verify(sign(document, COLLEGE), at=AT, policy=Policy(trusted_issuers=frozenset({COLLEGE.did})))
    assert report.check("trust").facts["trusted"] is True
    assert [found.pointer for found in report.problems() if found.code == "trust.unknown"] == ["/endorsement/0/issuer"]
    assert LEARNER.did not in str(report.check("trust"))
