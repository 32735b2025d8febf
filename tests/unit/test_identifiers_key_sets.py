"""`kid` headers: verification methods, JWKs by URL, JWK sets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cases.keyring import ec_key, ed25519_key, method_entry

from vcverify.crypto import PublicKey, thumbprint
from vcverify.identifiers import Lookup, VerificationMethod, installed_resolvers, retrieve_kid, shares_authority
from vcverify.loading.memory import StaticLoader
from vcverify.problems import ProblemError

KEY = ed25519_key("issuer")
OTHER = ec_key("other")
ISSUER = "https://issuer.example/profile"
SET = "https://issuer.example/keys"
WELL_KNOWN = "https://issuer.example/.well-known/jwks.json"
PUBLIC = PublicKey.from_jwk(KEY.jwk)


def find(kid: str, resources: dict[str, Any], issuer: str | None = ISSUER) -> VerificationMethod:
    loader = StaticLoader({url: json.dumps(body).encode() for url, body in resources.items()})
    env = Lookup(loader=loader, resolvers=installed_resolvers(), at=datetime(2026, 6, 1, tzinfo=UTC))
    return retrieve_kid(kid, "assertionMethod", issuer, env)


def refused(kid: str, resources: dict[str, Any], issuer: str | None = ISSUER) -> str:
    with pytest.raises(ProblemError) as error:
        find(kid, resources, issuer)
    assert error.value.problem.pointer == "/header/kid"
    return error.value.problem.code


def test_a_did_url_names_a_verification_method() -> None:
    """VC-JOSE-COSE §4.1.1: as in a proof."""
    assert find(KEY.method, {}).source == "did-key"
    assert find(KEY.did_jwk + "#0", {}).source == "did-jwk"
    assert refused("did:web:issuer.example", {}) == "key.unresolved"


def test_a_url_in_a_controller_document_names_a_verification_method() -> None:
    """Then the document's relationships hold."""
    method = ISSUER + "#key-1"
    document = {"id": ISSUER, "verificationMethod": [method_entry(KEY, method, ISSUER, form="JsonWebKey")]}
    assert find(method, {ISSUER: document | {"assertionMethod": [method]}}).source == "document"
    assert refused(method, {ISSUER: document}) == "key.unauthorized"


def test_a_url_may_be_that_of_a_jwk() -> None:
    """Open Badges 3.0 §8.2: `kid` can be dereferenced to a JWK."""
    found = find(SET, {SET: KEY.jwk | {"kid": "whatever"}})
    assert (found.source, found.document_url, found.key) == ("key-set", SET, PUBLIC)


@pytest.mark.parametrize(("kid", "name"), [(SET, SET), (SET + "#key-1", SET + "#key-1"), (SET + "#key-1", "key-1")])
def test_a_key_of_a_set_is_found_by_its_kid(kid: str, name: str) -> None:
    """The set may say the whole URL or its fragment."""
    assert find(kid, {SET: {"keys": [OTHER.jwk | {"kid": "other"}, KEY.jwk | {"kid": name}]}}).key == PUBLIC


def test_a_key_of_a_set_is_found_by_its_thumbprint() -> None:
    """RFC 7638, where no `kid` fits."""
    name = thumbprint(KEY.jwk)
    assert find(f"{SET}#{name}", {SET: {"keys": [OTHER.jwk, KEY.jwk]}}).key == PUBLIC
    assert refused(f"{SET}#{name}", {SET: {"keys": [OTHER.jwk]}}) == "key.unresolved"


def test_a_bare_kid_is_looked_for_in_the_well_known_set_of_the_issuer() -> None:
    """And nowhere else; the key is at the issuer's own host."""
    keys = {WELL_KNOWN: {"keys": [KEY.jwk | {"kid": "key-1"}]}}
    found = find("key-1", keys)
    assert (found.key, found.document_url) == (PUBLIC, WELL_KNOWN)
    assert shares_authority(found.document_url, ISSUER)
    assert refused("key-2", keys) == "key.unresolved"
    assert refused("key-1", {}) == "key.unavailable"
    assert refused("key-1", keys, "https://other.example/") == "key.unavailable"
    for issuer in (None, KEY.did, "did:web:issuer.example", "http://issuer.example/", "urn:uuid:1", "https://[bad"):
        assert refused("key-1", keys, issuer) == "key.unresolved"


@pytest.mark.parametrize("kid", ["", "#key-1", "../../../../dev/null", "key 1", "\0"])
def test_a_kid_is_never_a_path(kid: str) -> None:
    """It is compared with names, not put into a URL."""
    assert refused(kid, {WELL_KNOWN: {"keys": [KEY.jwk | {"kid": "key-1"}]}}) == "key.unresolved"


def test_two_keys_of_one_name_are_nobodys() -> None:
    """Which one verifies would depend on the reader; the same key told twice is one."""
    one, other = KEY.jwk | {"kid": "k"}, OTHER.jwk | {"kid": "k"}
    assert refused(SET + "#k", {SET: {"keys": [one, other]}}) == "key.unauthorized"
    assert find(SET + "#k", {SET: {"keys": [one, one]}}).key == PUBLIC


@pytest.mark.parametrize("body", ["<p>", [], {"keys": 1}, {"keys": []}, {"keys": [KEY.jwk]}])
def test_a_url_that_the_well_known_set_does_not_name_stays_unavailable(body: Any) -> None:
    """What is wrong with the set is not what is wrong with the token."""
    assert refused(SET, {WELL_KNOWN: body}) == "key.unavailable"
    assert refused(SET, {WELL_KNOWN: {"keys": [KEY.jwk | {"kid": SET}]}}, KEY.did) == "key.unavailable"


def test_a_url_at_which_no_document_stands_may_name_a_key_of_the_well_known_set() -> None:
    """Whatever else stands there, if it is not too much of it."""
    keys = {WELL_KNOWN: {"keys": [KEY.jwk | {"kid": SET}]}}
    assert find(SET, keys | {SET: ["a page"]}).document_url == WELL_KNOWN
    assert refused(SET, keys | {SET: {"a": "x" * 300_000}}) == "limit.exceeded"


def test_a_jwk_of_another_issuer_is_refused() -> None:
    """Hosts serve several issuers; 1EdTech's JWKs may say whose they are."""
    assert find(SET, {SET: KEY.jwk | {"iss": ISSUER}})
    assert refused(SET, {SET: KEY.jwk | {"iss": "https://issuer.example/other"}}) == "key.unauthorized"
    assert refused(SET, {SET: KEY.jwk | {"iss": ISSUER}}, None) == "key.unauthorized"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"keys": {}}, "key.unresolved"),
        ({"keys": []}, "key.unresolved"),
        ({"keys": ["k", None, 1]}, "key.unresolved"),
        ({"keys": [{"kid": "k"}]}, "key.malformed"),
        ({"keys": [KEY.jwk | {"kid": "k", "d": "AA"}]}, "key.malformed"),
        ({"keys": [KEY.jwk | {"kid": "k", "use": "enc"}]}, "key.unauthorized"),
        ({"keys": [{"kty": "oct", "kid": "k", "k": "AAAA"}]}, "key.malformed"),
        ({"keys": [KEY.jwk | {"kid": str(number)} for number in range(65)]}, "limit.exceeded"),
        ([], "key.unresolved"),
        ({"id": SET}, "key.unresolved"),
    ],
)
def test_a_set_is_read_strictly(body: Any, code: str) -> None:
    """Symmetric and private keys, other uses, other shapes."""
    assert refused(SET + "#k", {SET: body}) == code


def test_a_url_that_cannot_be_had_decides_nothing() -> None:
    """Unless its fragment is a Multikey, as in proofs."""
    assert refused(SET, {}) == "key.unavailable"
    assert refused(SET + "#k", {}) == "key.unavailable"
    assert refused(SET + "#" + "k" * 1_024, {}) == "limit.exceeded"
    assert find(f"{SET}#{KEY.multikey}", {}).source == "fragment"


@pytest.mark.parametrize(
    ("url", "issuer", "same"),
    [
        (SET, ISSUER, True),
        ("https://ISSUER.example:443/a", ISSUER, True),
        ("https://issuer.example:8443/", ISSUER, False),
        ("https://issuer.example.evil.example/", ISSUER, False),
        ("https://issuer.example@evil.example/", ISSUER, False),
        ("https://evil@issuer.example/", ISSUER, False),
        ("http://issuer.example/", "http://issuer.example/", False),
        ("urn:uuid:1", "urn:uuid:1", False),
        ("https://issuer.example:99999/", "https://issuer.example:99999/", False),
        ("https:///", "https:///", False),
    ],
)
def test_an_authority_is_host_and_port(url: str, issuer: str, same: bool) -> None:
    """What stands before an `@`, in other schemes or on other ports is not the issuer's own place."""
    assert shares_authority(url, issuer) is same
