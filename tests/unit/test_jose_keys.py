"""Keys that a token brings with it, or does not name: whose they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, controller_document, single_key_document
from cases.keyring import method_entry

from vcverify.checks.issuer import grade_of
from vcverify.identifiers import Lookup, VerificationMethod, installed_resolvers, only_key, retrieve_jwk
from vcverify.loading import Resource
from vcverify.loading.memory import StaticLoader
from vcverify.problems import ProblemError

ISSUER = "https://aldermoor.example/issuers/5"
SET = "https://aldermoor.example/.well-known/jwks.json"
WEB = "did:web:aldermoor.example"
WEB_URL = "https://aldermoor.example/.well-known/did.json"
PURPOSE = "assertionMethod"


def world(**documents: Any) -> Lookup:
    named = {"set": SET, "web": WEB_URL, "own": ISSUER}
    resources = {
        named[name]: Resource(url=named[name], body=json.dumps(body).encode()) for name, body in documents.items()
    }
    return Lookup(loader=StaticLoader(resources), resolvers=installed_resolvers(), at=datetime(2026, 6, 1, tzinfo=UTC))


def brought(issuer: str | None, env: Lookup) -> VerificationMethod:
    return retrieve_jwk(COLLEGE.jwk, PURPOSE, issuer, env)


@pytest.mark.parametrize(
    ("issuer", "documents", "grade"),
    [
        (ISSUER, {}, "self-asserted"),
        (ISSUER, {"set": {"keys": [COLLEGE.jwk]}}, "jwks"),
        (ISSUER, {"set": {"keys": [GUILD.jwk, {"kty": "oct"}, 7, COLLEGE.jwk]}}, "jwks"),
        (ISSUER, {"set": {"keys": [GUILD.jwk]}}, "unbound"),
        (ISSUER, {"set": {"keys": []}}, "unbound"),
        (ISSUER, {"set": {"keys": [{**COLLEGE.jwk, "iss": ISSUER}]}}, "jwks"),
        (ISSUER, {"set": {"keys": [{**COLLEGE.jwk, "iss": ISSUER + "/6"}]}}, "unbound"),
        (ISSUER, {"set": {"keys": "x"}}, "self-asserted"),
        (ISSUER, {"set": []}, "self-asserted"),
        (ISSUER, {"own": single_key_document(ISSUER, COLLEGE), "set": {"keys": [COLLEGE.jwk]}}, "resolved"),
        (ISSUER, {"own": single_key_document(ISSUER, GUILD), "set": {"keys": [COLLEGE.jwk]}}, "jwks"),
        (ISSUER, {"own": single_key_document(ISSUER, GUILD)}, "unbound"),
        (ISSUER, {"own": {**single_key_document(ISSUER, COLLEGE), "verificationMethod": 1}}, "unbound"),
        (ISSUER, {"own": single_key_document(WEB, COLLEGE)}, "self-asserted"),
        (ISSUER, {"own": {"id": ISSUER, "type": "Profile"}}, "self-asserted"),
        (ISSUER, {"own": []}, "self-asserted"),
        (f"{ISSUER}#me", {"set": {"keys": [COLLEGE.jwk]}}, "jwks"),
        (
            WEB,
            {"web": {**single_key_document(WEB, COLLEGE), "assertionMethod": ["did:web:b.example#key-1"]}},
            "unbound",
        ),
        (COLLEGE.did, {}, "did-key"),
        (GUILD.did, {}, "unbound"),
        (COLLEGE.did_jwk, {}, "did-key"),
        (WEB, {}, "self-asserted"),
        (WEB, {"web": single_key_document(WEB, COLLEGE)}, "resolved"),
        (WEB, {"web": single_key_document(WEB, GUILD)}, "unbound"),
        (WEB, {"web": single_key_document(WEB, COLLEGE, relationship="authentication")}, "unbound"),
        ("urn:x:issuer", {}, "self-asserted"),
        ("http://aldermoor.example/5", {"set": {"keys": [COLLEGE.jwk]}}, "self-asserted"),
        (None, {}, "unbound"),
    ],
)
def test_a_key_is_the_issuers_where_the_issuer_publishes_it(
    issuer: str | None, documents: dict[str, Any], grade: str
) -> None:
    """What could not be read leaves the token's own word; what was read, and lacks the key, takes that away too."""
    assert grade_of(brought(issuer, world(**documents)), issuer) == grade


def test_the_key_that_is_used_is_the_tokens() -> None:
    """Its own `alg` limits it, whatever the published copy says."""
    env = world(set={"keys": [COLLEGE.jwk]})
    assert brought(ISSUER, env).key.algorithms == {"EdDSA", "Ed25519"}


@pytest.mark.parametrize("jwk", [{}, {"kty": "OKP"}, [], {**COLLEGE.jwk, "use": "enc"}])
def test_what_is_no_key_is_refused_where_it_stands(jwk: Any) -> None:
    """In the header."""
    with pytest.raises(ProblemError) as caught:
        retrieve_jwk(jwk, PURPOSE, ISSUER, world())
    assert caught.value.problem.pointer == "/header/jwk"


def test_the_only_key_is_found_without_a_name() -> None:
    """Of a DID's document, or of the set at the host."""
    assert only_key(COLLEGE.did, PURPOSE, world()).id == COLLEGE.method
    assert only_key(WEB, PURPOSE, world(web=single_key_document(WEB, COLLEGE))).source == "document"
    assert only_key(ISSUER, PURPOSE, world(set={"keys": [COLLEGE.jwk]})).source == "key-set"


def test_a_key_that_cannot_be_used_is_not_counted() -> None:
    """One good key beside one of an unknown type is the only one."""
    entries = [method_entry(COLLEGE, f"{WEB}#a", WEB), {"id": f"{WEB}#b", "type": "X", "controller": WEB}]
    assert only_key(WEB, PURPOSE, world(web=controller_document(WEB, *entries))).id == f"{WEB}#a"


def test_a_key_that_is_told_twice_is_one_key() -> None:
    """In the document and in the set, or under a name that has ended and one that has not."""
    documents = {"own": single_key_document(ISSUER, COLLEGE), "set": {"keys": [COLLEGE.jwk]}}
    assert only_key(ISSUER, PURPOSE, world(**documents)).source == "document"
    ended = method_entry(COLLEGE, f"{WEB}#a", WEB, revoked="2026-02-01T00:00:00Z")
    renamed = controller_document(WEB, ended, method_entry(COLLEGE, f"{WEB}#b", WEB))
    assert only_key(WEB, PURPOSE, world(web=renamed)).id == f"{WEB}#b"
    rolled = controller_document(WEB, ended, method_entry(GUILD, f"{WEB}#b", WEB))
    assert only_key(WEB, PURPOSE, world(web=rolled)).id == f"{WEB}#b"


@pytest.mark.parametrize(
    ("issuer", "documents", "code"),
    [
        (ISSUER, {}, "key.unavailable"),
        (ISSUER, {"set": {"keys": []}}, "jose.header"),
        (ISSUER, {"set": {"keys": [COLLEGE.jwk, GUILD.jwk]}}, "jose.header"),
        (ISSUER, {"set": {"keys": 1}}, "key.unresolved"),
        ("urn:x:issuer", {}, "key.unavailable"),
        (WEB, {"web": {"id": WEB}}, "jose.header"),
        ("did:unheard:of", {}, "key.unavailable"),
    ],
)
def test_without_just_one_key_there_is_none(issuer: str, documents: dict[str, Any], code: str) -> None:
    """Guessing is not an option."""
    with pytest.raises(ProblemError) as caught:
        only_key(issuer, PURPOSE, world(**documents))
    assert caught.value.problem.code == code
