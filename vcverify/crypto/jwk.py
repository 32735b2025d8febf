"""JSON Web Keys: strictly from JSON to key material, and their thumbprints."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from vcverify.crypto.material import COORDINATE_BYTES, KeyKind, compress, load, malformed, rsa_material
from vcverify.jsontypes import JsonObject, JsonValue, compact
from vcverify.limits import Limits
from vcverify.multiformats import base64url_decode, base64url_encode
from vcverify.problems import refuse

PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")
_EC_CURVES: Final = {
    "P-256": KeyKind.P256,
    "P-384": KeyKind.P384,
    "P-521": KeyKind.P521,
    "secp256k1": KeyKind.SECP256K1,
}
_REQUIRED: Final = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}


def checked(jwk: JsonValue) -> JsonObject:
    """The members of a JWK that is public and meant for verifying signatures.

    Raises:
        ProblemError: `key.malformed` where it is not an object or holds private members;
            `key.unauthorized` where its `use` or `key_ops` are others (RFC 7517 §4.2, §4.3).
    """
    if not isinstance(jwk, dict):  # CHECK: keys that are no object
        raise malformed("A JWK is a JSON object.", spec="RFC 7517 §4")
    for name in PRIVATE:
        if name in jwk:  # CHECK: private keys
            raise malformed(f"The JWK has the private member `{name}`.", spec="RFC 7517 §9.2; CID 1.0 §2.2.3")
    use = jwk.get("use", "sig")
    if use != "sig":  # CHECK: keys for encryption
        raise refuse(
            "key.unauthorized",
            "The JWK is not meant for signatures.",
            expected="use: sig",
            found=use,
            spec="RFC 7517 §4.2",
        )
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:  # CHECK: keys for other operations
        raise refuse(
            "key.unauthorized",
            "The JWK is not meant for verifying signatures.",
            expected="key_ops: [verify]",
            found=operations,
            spec="RFC 7517 §4.3",
        )
    if len(set(map(str, operations))) != len(operations):  # CHECK: operations named twice
        raise malformed("The `key_ops` name an operation twice.", spec="RFC 7517 §4.3")
    return jwk


def material(jwk: JsonObject, limits: Limits) -> tuple[KeyKind, bytes]:
    """The kind and the key material that a JWK says.

    Raises:
        ProblemError: `key.malformed`, `key.weak`, `limit.exceeded`.
    """
    match jwk.get("kty"):
        case "OKP":
            if jwk.get("crv") != "Ed25519":  # CHECK: other curves of octet keys
                raise malformed("The JWK's curve is not supported.", jwk.get("crv"), spec="RFC 8037 §2")
            return KeyKind.ED25519, _octets(jwk, "x", 32, limits)
        case "EC":
            curve = jwk.get("crv")
            kind = _EC_CURVES.get(curve) if isinstance(curve, str) else None
            if kind is None:  # CHECK: other curves
                raise malformed("The JWK's curve is not supported.", curve, spec="RFC 7518 §6.2.1.1")
            return kind, _point(jwk, kind, limits)
        case "RSA":
            return KeyKind.RSA, rsa_material(_number(jwk, "n", limits), _number(jwk, "e", limits))
        case other:
            raise malformed("The JWK's key type is not one of a signature key.", other, spec="RFC 7518 §6.1")


def members(kind: KeyKind, material: bytes) -> JsonObject:
    """The JWK of key material, with the required members only (RFC 7518 §6, RFC 8037 §2, RFC 8812 §3)."""
    if kind is KeyKind.ED25519:
        return {"kty": "OKP", "crv": kind.value, "x": base64url_encode(material)}
    numbers: Any = load(kind, material).public_numbers()  # type: ignore[union-attr]
    if kind is KeyKind.RSA:
        return {"kty": "RSA", "n": _number_text(numbers.n), "e": _number_text(numbers.e)}
    size = COORDINATE_BYTES[kind]
    x, y = (base64url_encode(number.to_bytes(size, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": kind.value, "x": x, "y": y}


def _number_text(number: int) -> str:
    return base64url_encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def thumbprint(jwk: JsonObject) -> str | None:
    """The SHA-256 thumbprint in base64url (RFC 7638 §3), or None where the JWK lacks a member that it needs."""
    kty = jwk.get("kty")
    required = _REQUIRED.get(kty) if isinstance(kty, str) else None
    if required is None or not all(isinstance(jwk.get(name), str) for name in required):
        return None
    return base64url_encode(hashlib.sha256(compact({name: jwk[name] for name in required})).digest())


def _point(jwk: JsonObject, kind: KeyKind, limits: Limits) -> bytes:
    size = COORDINATE_BYTES[kind]
    x, y = _octets(jwk, "x", size, limits), _octets(jwk, "y", size, limits)
    material = compress(x, y)
    # The compressed point says only whether y is odd: that y is the curve's other coordinate is still to be seen.
    numbers = load(kind, material).public_numbers()  # type: ignore[union-attr]
    if numbers.y != int.from_bytes(y, "big"):  # type: ignore[union-attr]  # CHECK: points off the curve
        raise malformed(f"The point is not on the curve {kind.value}.", spec="RFC 7518 §6.2.1")
    return material


def _octets(jwk: JsonObject, name: str, size: int, limits: Limits) -> bytes:
    data = _decoded(jwk, name, limits)
    if len(data) != size:
        raise malformed(f"The JWK's `{name}` has {len(data)} bytes, not {size}.", spec="RFC 7518 §6.2.1.2")
    return data


def _number(jwk: JsonObject, name: str, limits: Limits) -> int:
    data = _decoded(jwk, name, limits)
    if not data or data[0] == 0:  # CHECK: numbers in another form
        raise malformed(f"The JWK's `{name}` is not a number in minimal form.", spec="RFC 7518 §2 Base64urlUInt")
    return int.from_bytes(data, "big")


def _decoded(jwk: JsonObject, name: str, limits: Limits) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str):  # CHECK: members that are no text
        raise malformed(f"The JWK has no text as its `{name}`.", value, spec="RFC 7518 §6")
    return base64url_decode(value, limit=limits.rsa_key_characters, code="key.malformed")
