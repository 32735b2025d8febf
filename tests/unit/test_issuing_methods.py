"""Issuing under a method of the caller's: with its document at hand, and before that is published."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import badge

import vcverify
from vcverify.crypto.private import PrivateKey
from vcverify.issuing import IssueRefused, issue
from vcverify.loading.memory import StaticLoader
from vcverify.policy import Policy

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = PrivateKey.generate()
OTHER = PrivateKey.generate()
HOST = "did:web:aldermoor.example"
METHOD = f"{HOST}#{KEY.public.multikey}"


def signed(document: Any, **options: Any) -> Any:
    return issue(document, KEY, created=AT, **options)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "jwt"])
def test_a_host_signs_before_its_document_is_published(suite: str) -> None:
    """Also where the method's URL tells the key, which a verifier takes for no more than the signer's word."""
    made = signed(badge(HOST), suite=suite, verification_method=METHOD)
    (told,) = vcverify.verify(made, at=AT).own_problems()
    assert (told.code, told.found) == ("issuer.self-asserted", "self-asserted")
    assert "could not be had: not at hand" in told.detail

    entry = {"id": METHOD, "type": "Multikey", "controller": HOST, "publicKeyMultibase": KEY.public.multikey}
    document = {"id": HOST, "verificationMethod": [entry], "assertionMethod": [METHOD]}
    published = StaticLoader({"https://aldermoor.example/.well-known/did.json": json.dumps(document).encode()})
    assert vcverify.verify(made, at=AT, loader=published)


@pytest.mark.parametrize(
    ("issuer", "options", "code"),
    [
        (HOST, {"verification_method": f"{HOST}#{OTHER.public.multikey}"}, "proof.invalid"),
        (HOST, {"verification_method": f"did:web:elsewhere.example#{KEY.public.multikey}"}, "issuer.unbound"),
        (KEY.did, {"policy": Policy(minimum_binding="resolved")}, "issuer.self-asserted"),
    ],
    ids=["another key", "another's method", "a stricter policy"],
)
def test_what_no_document_could_mend_is_not_signed(issuer: str, options: dict[str, Any], code: str) -> None:
    """Another's key, another than the issuer's, one that the policy does not take."""
    with pytest.raises(IssueRefused) as caught:
        signed(badge(issuer), **options)
    assert [item.code for item in caught.value.problems] == [code]


def test_a_suite_for_other_keys_is_told_to_the_issuer() -> None:
    """There is no holder yet who could be asked for anything."""
    with pytest.raises(IssueRefused) as caught:
        signed(badge(KEY.did), suite="ecdsa-rdfc-2019")
    (stop,) = caught.value.problems
    assert (stop.code, stop.found) == ("proof.invalid", "Ed25519")
    assert "`jwt`" in (stop.remedy or "")
