"""Project Wycheproof, through our functions: every signature and key as it says, the exceptions with their clause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from vcverify.crypto import PublicKey
from vcverify.crypto.material import KeyKind, compress, multicodec
from vcverify.multiformats import base64url_decode, base64url_encode
from vcverify.problems import ProblemError

CURVES = {"secp256r1": KeyKind.P256, "secp256k1": KeyKind.SECP256K1}

ACCEPTABLE_BUT_REFUSED = {"MissingNull"}
"""RFC 8017 §A.2.4: the parameters of these hash functions are NULL; a digest without them is another text."""

VALID_BUT_REFUSED = {
    346: "the JWK is for PS256, the token is PS384 (RFC 7517 §4.4, RFC 8725 §3.1)",
    350: "the same with key_ops",
    347: "the JWK is for ES521, which RFC 7518 §3.1 does not have (P-521 signs ES512)",
    351: "the same with key_ops",
}


def groups(vectors: Path, name: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads((vectors / "wycheproof" / name).read_bytes())["testGroups"]
    return result


def integer(text: str) -> str:
    return base64url_encode(bytes.fromhex(text).lstrip(b"\0"))


def key_of(group: dict[str, Any]) -> PublicKey:
    """The group's key: as a JWK where it has one, else from its numbers."""
    jwk = group.get("publicKeyJwk") or group.get("keyJwk")
    if jwk is not None:
        return PublicKey.from_jwk(jwk)
    numbers = group["publicKey"]
    if "modulus" in numbers:
        exponent = numbers["publicExponent"].rjust(6, "0")
        return PublicKey.from_jwk({"kty": "RSA", "n": integer(numbers["modulus"]), "e": integer(exponent)})
    kind = CURVES[numbers["curve"]]
    point = bytes.fromhex(numbers["uncompressed"])
    size = len(point) // 2
    return PublicKey.from_multicodec(multicodec(kind, compress(point[1 : 1 + size], point[1 + size :])))


SIGNATURES = [
    ("ed25519_test.json", "EdDSA", 151),
    ("ecdsa_secp256r1_sha256_p1363_test.json", "ES256", 262),
    ("ecdsa_secp256k1_sha256_p1363_test.json", "ES256K", 252),
    ("rsa_signature_2048_sha256_test.json", "RS256", 259),
    ("rsa_signature_2048_sha512_test.json", "RS512", 259),
    ("rsa_pss_2048_sha256_mgf1_32_test.json", "PS256", 108),
]
DER = "ecdsa_secp256r1_sha256_test.json"
KEYS = "json_web_key_test.json"
TOKENS = "json_web_signature_test.json"


def test_every_file_is_run(vectors: Path) -> None:
    """A file that is added there has to be taken up here."""
    found = {path.name for path in (vectors / "wycheproof").glob("*.json")}
    assert found == {name for name, _, _ in SIGNATURES} | {DER, KEYS, TOKENS}


@pytest.mark.parametrize(("name", "algorithm", "count"), SIGNATURES)
def test_every_signature_is_judged_as_published(name: str, algorithm: str, count: int, vectors: Path) -> None:
    """No difference, apart from what is `acceptable` there and refused here."""
    seen = 0
    for group in groups(vectors, name):
        key = key_of(group)
        for test in group["tests"]:
            verdict = key.verifies(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]), algorithm)
            if test["result"] == "acceptable":
                assert set(test["flags"]) <= ACCEPTABLE_BUT_REFUSED, test
                assert not verdict, test
            else:
                assert verdict is (test["result"] == "valid"), test
            seen += 1
    assert seen == count


def test_no_signature_in_der_is_one(vectors: Path) -> None:
    """JOSE and Data Integrity have r ‖ s (RFC 7518 §3.4): even the valid ones are no signatures in that form."""
    seen = 0
    for group in groups(vectors, DER):
        key = key_of(group)
        for test in group["tests"]:
            assert not key.verifies(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]), "ES256"), test
            seen += 1
    assert seen == 484


def test_what_der_signatures_say_is_judged_as_published(vectors: Path) -> None:
    """Written as r ‖ s. The others are no DER, or say numbers that 32 bytes do not hold: none of those is valid."""
    judged = 0
    for group in groups(vectors, DER):
        key = key_of(group)
        for test in group["tests"]:
            numbers = numbers_of(bytes.fromhex(test["sig"]))
            if numbers is None:
                assert test["result"] == "invalid", test
                continue
            signature = b"".join(number.to_bytes(32, "big") for number in numbers)
            verdict = key.verifies(signature, bytes.fromhex(test["msg"]), "ES256")
            assert verdict is (test["result"] == "valid"), test
            judged += 1
    assert judged == 249


def numbers_of(der: bytes) -> tuple[int, int] | None:
    """r and s of a signature in DER, if it is that, and they fit into 32 bytes."""
    try:
        r, s = decode_dss_signature(der)
    except ValueError:
        return None
    return (r, s) if encode_dss_signature(r, s) == der and 0 <= min(r, s) <= max(r, s) < 2**256 else None


def public_keys(group: dict[str, Any]) -> list[dict[str, Any]]:
    found = group.get("public") or {}
    keys: list[dict[str, Any]] = found.get("keys", [found] if found else [])
    return keys


def test_every_json_web_key_is_judged_as_published(vectors: Path) -> None:
    """Weak, for another use, of another algorithm, off its curve, from the faulty generator."""
    seen = 0
    for group in groups(vectors, KEYS):
        (test, *_) = group["tests"]
        for jwk in public_keys(group):
            if test["result"] == "valid":
                PublicKey.from_jwk(jwk)
            else:
                with pytest.raises(ProblemError):
                    PublicKey.from_jwk(jwk)
            seen += 1
    assert seen == 11


def test_the_keys_of_symmetric_algorithms_are_no_public_keys(vectors: Path) -> None:
    """`kty: oct`: whoever can verify with it can sign with it. All tests without a public key are of this kind."""
    seen = 0
    for name in (KEYS, TOKENS):
        for group in groups(vectors, name):
            private = group["private"]
            held = [jwk for jwk in private.get("keys", [private]) if jwk.get("kty") == "oct"]
            for jwk in held:
                with pytest.raises(ProblemError):
                    PublicKey.from_jwk(jwk)
                assert not any(verifies(jwk, test["jws"]) for test in group["tests"])
            assert held or public_keys(group), group
            seen += len(group["tests"]) if held else 0
    assert seen == 15 + 40


def test_every_compact_token_with_a_public_key_is_judged_as_published(vectors: Path) -> None:
    """Here with the key and the strict base64url alone; what a header may say is the JOSE suites' affair."""
    seen = 0
    for group in groups(vectors, TOKENS):
        for jwk in public_keys(group):
            for test in group["tests"]:
                expected = test["result"] == "valid" and test["tcId"] not in VALID_BUT_REFUSED
                assert verifies(jwk, test["jws"]) is expected, test
                seen += 1
    assert seen == 361


def verifies(jwk: dict[str, Any], token: str) -> bool:
    try:
        header, payload, signature = token.split(".")
        algorithm = json.loads(base64url_decode(header))["alg"]
        base64url_decode(payload)
        key = PublicKey.from_jwk(jwk)
        return key.verifies(base64url_decode(signature), f"{header}.{payload}".encode(), algorithm)
    except (ProblemError, ValueError, KeyError):
        return False
