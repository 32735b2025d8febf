"""Whatever stands in a URL, a key or a controller document: an answer or a problem, never another exception."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cases.keyring import ec_key, ed25519_key, method_entry, multibase58
from hypothesis import example, given
from hypothesis import strategies as st

from vcverify.crypto import PublicKey
from vcverify.identifiers import RELATIONSHIPS, Lookup, installed_resolvers, retrieve, retrieve_kid
from vcverify.identifiers.documents import DID
from vcverify.identifiers.web import web_url
from vcverify.loading.memory import StaticLoader
from vcverify.problems import ProblemError

AT = datetime(2026, 6, 1, tzinfo=UTC)
KEY = ed25519_key("issuer")
DID_WEB = "did:web:issuer.example"
METHOD = DID_WEB + "#key-1"

words = st.sampled_from(
    [METHOD, DID_WEB, "#key-1", KEY.multikey, KEY.did, KEY.method, "Multikey", "JsonWebKey", "", "2025-01-01T00:00:00Z"]
)
scalars = st.none() | st.booleans() | st.integers(-1, 2) | words | st.text(max_size=5)
MEMBERS = [
    "id",
    "type",
    "controller",
    "publicKeyMultibase",
    "publicKeyJwk",
    "publicKeyBase58",
    "revoked",
    "expires",
    "deactivated",
    "verificationMethod",
    "kty",
    "crv",
    "x",
    "y",
    "n",
    "e",
    "use",
    "key_ops",
    "alg",
    "kid",
    "keys",
]
names = st.sampled_from([*MEMBERS, *RELATIONSHIPS])
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4))


def lookup(document: Any) -> Lookup:
    body = json.dumps(document).encode()
    urls = ("https://issuer.example/.well-known/did.json", "https://issuer.example/.well-known/jwks.json")
    return Lookup(loader=StaticLoader(dict.fromkeys(urls, body)), resolvers=installed_resolvers(), at=AT)


def allowed(error: ProblemError) -> bool:
    code = error.problem.code
    return code.startswith("key.") or code in {"limit.exceeded", "jose.algorithm"}


@given(st.dictionaries(names, values, max_size=5), st.dictionaries(names, values, max_size=3))
def test_any_document_is_answered(changes: dict[str, Any], method_changes: dict[str, Any]) -> None:
    """A good document with parts replaced; what is found is found by the rules."""
    entry = method_entry(KEY, METHOD, DID_WEB) | method_changes
    document = {"id": DID_WEB, "verificationMethod": [entry], "assertionMethod": [METHOD]} | changes
    try:
        found = retrieve(METHOD, "assertionMethod", lookup(document))
    except ProblemError as error:
        assert allowed(error)
    else:
        assert document["id"] == found.controller == DID_WEB
        assert not document.get("deactivated")
    try:
        retrieve_kid("key-1", "assertionMethod", "https://issuer.example/", lookup(document))
    except ProblemError as error:
        assert allowed(error)


@given(st.one_of(st.text(), st.lists(words | st.text("#:/?%.@[]did \n", max_size=3), max_size=5).map("".join)))
@example("did:web:" + "%" * 900 + "#k")
@example("https://[::1#z")
@example("https://a\u2100b.example/#k")
def test_any_url_is_answered(url: str) -> None:
    """Also where the standard library's URL parser would raise."""
    for find in (
        lambda: retrieve(url, "assertionMethod", lookup({})),
        lambda: retrieve_kid(url, "assertionMethod", url, lookup({})),
    ):
        try:
            find()
        except ProblemError as error:
            assert allowed(error)


@given(st.text(st.sampled_from("abc.:%234AFx-_~é0\n"), max_size=40))
def test_a_did_web_maps_to_nothing_but_a_host_and_a_path(rest: str) -> None:
    """Of whatever maps, each part of the URL is that of the DID."""
    did = "did:web:" + rest
    try:
        url = web_url(did)
    except ProblemError as error:
        assert allowed(error)
        return
    assert DID.fullmatch(did) or "~" in did
    authority, *path = url.removeprefix("https://").split("/")
    assert authority.isascii()
    assert authority == did.split(":")[2].replace("%3A", ":").replace("%3a", ":").lower()
    assert path[-1] == "did.json"
    assert path[:-1] == (did.split(":")[3:] or [".well-known"])


@given(st.binary(max_size=80), st.sampled_from([b"", KEY.prefix, ec_key("k").prefix, b"\x85\x24"]))
def test_any_key_bytes_are_answered(data: bytes, prefix: bytes) -> None:
    """A key that is read verifies or does not; nothing else comes out."""
    try:
        key = PublicKey.from_multikey(multibase58(prefix + data))
    except ProblemError as error:
        assert allowed(error)
        return
    for algorithm in key.algorithms:
        assert not key.verifies(bytes(64), b"message", algorithm)


@given(st.dictionaries(names, values, max_size=6), st.sampled_from([KEY.jwk, ec_key("k").jwk, {}]))
def test_any_jwk_is_answered(changes: dict[str, Any], base: dict[str, Any]) -> None:
    """Members of every type in every place."""
    try:
        PublicKey.from_jwk(base | changes)
    except ProblemError as error:
        assert allowed(error)
