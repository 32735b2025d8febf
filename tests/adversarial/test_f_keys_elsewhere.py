"""Neighbours of family F: keys in a host's key set, and keys that are their own identifier (did:jwk)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, STRANGER, badge
from cases.families.jose_keys import HTTPS, SET
from cases.keyring import b64url
from cases.registry import Scenario
from cases.signing import sign
from cases.tokens import signed
from support.catalogue import Attacks, accepted, rejected
from support.confined import Confinement

ATTACKS = Attacks("f2")
KEY = {**COLLEGE.jwk, "kid": "k1"}

_SETS: dict[str, Any] = {
    "private": {"keys": [{**KEY, "d": b64url(bytes(32))}]},
    "symmetric": {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]},
    "two_of_one_name": {"keys": [KEY, {**STRANGER.jwk, "kid": "k1"}]},
    "two_of_one_name_last": {"keys": [{**STRANGER.jwk, "kid": "k1"}, KEY]},
    "thousands": {"keys": [{**STRANGER.jwk, "kid": f"x{number}"} for number in range(2_500)] + [KEY]},
    "object": {"keys": {"k1": KEY}},
    "null": {"keys": None},
    "array": [KEY],
    "nested": {"keys": [[KEY]]},
    "wrapped": {"jwks": {"keys": [KEY]}},
    "empty": {"keys": []},
    "name_number": {"keys": [{**KEY, "kid": 1}]},
    "name_missing": {"keys": [COLLEGE.jwk]},
    "name_in_capitals": {"keys": [{**KEY, "kid": "K1"}]},
    "name_with_space": {"keys": [{**KEY, "kid": "k1 "}]},
    "use_enc": {"keys": [{**KEY, "use": "enc"}]},
    "operations": {"keys": [{**KEY, "key_ops": ["sign"]}]},
    "other_algorithm": {"keys": [{**KEY, "alg": "ES256"}]},
    "other_key": {"keys": [{**STRANGER.jwk, "kid": "k1"}]},
}
"""What stands at the well-known place of the issuer's host."""


def _set(name: str) -> Scenario:
    token = signed(badge(HTTPS), COLLEGE, header={"kid": "k1"})
    return Scenario(document=token, resources={SET: _SETS[name]}, expect=rejected())


for _name in _SETS:
    ATTACKS.add(f"set_{_name}", partial(_set, _name))


@ATTACKS
def control_of_a_set() -> Scenario:
    """The key under its name: nothing else is wrong with these."""
    token = signed(badge(HTTPS), COLLEGE, header={"kid": "k1"})
    return Scenario(document=token, resources={SET: {"keys": [KEY]}}, expect=accepted())


def did_jwk(content: Any) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
    return "did:jwk:" + b64url(data)


JWK = COLLEGE.jwk

_DIDS: dict[str, Callable[[], str]] = {
    "private": lambda: did_jwk({**JWK, "d": b64url(bytes(32))}),
    "use_enc": lambda: did_jwk({**JWK, "use": "enc"}),
    "array": lambda: did_jwk([JWK]),
    "text": lambda: did_jwk(json.dumps(JWK)),
    "twice_named": lambda: did_jwk(json.dumps(JWK)[:-1].encode() + b',"kty":"EC"}'),
    "mark": lambda: did_jwk(b"\xef\xbb\xbf" + json.dumps(JWK).encode()),
    "utf_16": lambda: did_jwk(json.dumps(JWK).encode("utf-16")),
    "deep": lambda: did_jwk(b"[" * 700),
    "padded": lambda: did_jwk(JWK) + "=",
    "spare_bits": lambda: did_jwk(JWK)[:-1] + chr(ord(did_jwk(JWK)[-1]) + 1),
    "nul": lambda: did_jwk(JWK) + "%00",
    "query": lambda: did_jwk(JWK) + "?x",
    "path": lambda: did_jwk(JWK) + "/x",
    "large": lambda: did_jwk({**JWK, "x": "A" * 200_000}),
    "empty": lambda: "did:jwk:",
    "weak": lambda: did_jwk({**JWK, "x": b64url(b"\x01" + bytes(31))}),
    "symmetric": lambda: did_jwk({"kty": "oct", "k": "AAAA"}),
    "rsa_of_1024": lambda: did_jwk({"kty": "RSA", "n": b64url(b"\xc3" * 128), "e": "AQAB"}),
}


def _did(name: str) -> Scenario:
    did = _DIDS[name]()
    return Scenario(document=sign(badge(did), COLLEGE, method=f"{did}#0"), expect=rejected())


for _name in _DIDS:
    ATTACKS.add(f"did_jwk_{_name}", partial(_did, _name))


def _fragment(text: str) -> Scenario:
    did = did_jwk(JWK)
    return Scenario(document=sign(badge(did), COLLEGE, proof={"verificationMethod": did + text}), expect=rejected())


for _name, _text in {
    "one": "#1", "empty": "#", "none": "", "zeros": "#00", "named": "#key-0", "twice": "#0#0", "query": "?x#0",
}.items():  # fmt: skip
    ATTACKS.add(f"did_jwk_fragment_{_name}", partial(_fragment, _text))


@ATTACKS
def did_jwk_spelled_otherwise() -> Scenario:
    """The same key in an identifier with white space: another identifier, so another controller."""
    issuer, other = did_jwk(JWK), did_jwk(json.dumps(JWK).encode())
    assert issuer != other
    return Scenario(document=sign(badge(issuer), COLLEGE, method=f"{other}#0"), expect=rejected("issuer.unbound"))


@ATTACKS
def control_of_a_did_jwk() -> Scenario:
    """As it should be."""
    did = did_jwk(JWK)
    return Scenario(document=sign(badge(did), COLLEGE, method=f"{did}#0"), expect=accepted())


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
