"""A policy may take presentations without a proof; the credentials in them must then be signed all the same."""

from __future__ import annotations

from typing import Any

import pytest
from cases import documents as make
from support.simulator import AT, badge, loader, plain, signed

import vcverify
from vcverify import Policy

LENIENT = Policy(allow_unsecured_presentation=True)
PROOF = "https://w3id.org/security#proof"


def codes(report: vcverify.Report) -> set[str]:
    return {problem.code for problem in report.problems()}


def verify(credentials: list[Any], policy: Policy = LENIENT) -> vcverify.Report:
    return vcverify.verify(make.presentation(credentials, make.COLLEGE), policy=policy, loader=loader(), at=AT)


def test_signed_credentials_in_it_verify() -> None:
    """The holder hands over what others signed; that is all that this policy takes."""
    report = verify([signed(plain()), signed(badge())])
    assert report.verified, list(report.problems())
    assert report.credential is None
    assert all(child.credential is not None for child in report.children)


def test_the_default_policy_asks_for_a_proof() -> None:
    """Without one nobody knows who presents."""
    assert "proof.missing" in codes(verify([signed(plain())], Policy()))


@pytest.mark.parametrize("document", [plain(), badge(credentialStatus=None)], ids=["plain", "badge"])
def test_a_credential_that_nobody_signed_is_vouched_for_by_nobody(document: dict[str, Any]) -> None:
    """The presentation's own holder has signed nothing either, even where it names the issuer as the holder."""
    report = verify([document])
    assert report.outcome == "failed"
    assert "proof.missing" in codes(report)
    assert report.children[0].credential is None


def test_a_credential_whose_proof_has_another_name_counts_as_unsigned() -> None:
    """Where no signature covers it, a proof is looked for under its own name only."""
    document = signed(plain())
    report = verify(
        [{**{name: value for name, value in document.items() if name != "proof"}, PROOF: document["proof"]}]
    )
    assert report.outcome == "failed"


@pytest.mark.parametrize("credentials", [[], None])
def test_a_presentation_of_nothing_is_missing_its_proof(credentials: list[Any] | None) -> None:
    """Where nothing is signed, nothing verifies."""
    document = make.changed(make.presentation([], make.COLLEGE), {"verifiableCredential": credentials})
    report = vcverify.verify(document, policy=LENIENT, at=AT)
    assert report.outcome == "failed"
    assert "proof.missing" in codes(report)
