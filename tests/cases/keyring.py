"""Key pairs by name, the same at every run: derived from one fixed seed, worth nothing outside tests."""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import base58
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SEED = b"vcverify test vectors, seed 1"


@dataclass(frozen=True, slots=True)
class Curve:
    """What differs between the elliptic curves: prefix is the multicodec, size of a coordinate in bytes."""

    jwk_name: str
    prefix: bytes
    curve: ec.EllipticCurve
    hash: hashes.HashAlgorithm
    size: int
    order: int


CURVES = {
    "P-256": Curve(
        "P-256",
        b"\x80\x24",
        ec.SECP256R1(),
        hashes.SHA256(),
        32,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    "P-384": Curve(
        "P-384",
        b"\x81\x24",
        ec.SECP384R1(),
        hashes.SHA384(),
        48,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ),
    "P-521": Curve(
        "P-521",
        b"\x82\x24",
        ec.SECP521R1(),
        hashes.SHA512(),
        66,
        0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    ),
    "secp256k1": Curve(
        "secp256k1",
        b"\xe7\x01",
        ec.SECP256K1(),
        hashes.SHA256(),
        32,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
    ),
}

ED25519_PREFIX = b"\xed\x01"


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair. `public` is the key as a Multikey holds it, after the multicodec prefix."""

    name: str
    kind: str
    prefix: bytes
    public: bytes
    signature: Callable[[bytes], bytes] = field(repr=False)
    public_jwk: dict[str, str] = field(repr=False)

    @property
    def multikey(self) -> str:
        """`z6Mk...`: multibase base58btc of the multicodec prefix and the public key."""
        return multibase58(self.prefix + self.public)

    @property
    def did(self) -> str:
        return f"did:key:{self.multikey}"

    @property
    def method(self) -> str:
        """The verification method URL of the did:key."""
        return f"{self.did}#{self.multikey}"

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as a JWK, a copy."""
        return dict(self.public_jwk)

    @property
    def did_jwk(self) -> str:
        import json

        return "did:jwk:" + b64url(json.dumps(self.jwk, separators=(",", ":")).encode())


def ed25519_key(name: str) -> Key:
    """An Ed25519 key pair; signatures are R‖S, 64 bytes."""
    return _ed25519(name)


@functools.cache
def _ed25519(name: str) -> Key:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(_derive(f"Ed25519/{name}", 32))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64url(public)}
    return Key(name, "Ed25519", ED25519_PREFIX, public, private.sign, jwk)


@functools.cache
def ec_key(name: str, curve: str = "P-256") -> Key:
    """A key pair on a curve of `CURVES`; signatures are r‖s, deterministic (RFC 6979)."""
    how = CURVES[curve]
    scalar = int.from_bytes(_derive(f"{curve}/{name}", how.size + 8), "big") % (how.order - 1) + 1
    private = ec.derive_private_key(scalar, how.curve)
    point = private.public_key()
    numbers = point.public_numbers()

    def signature(message: bytes) -> bytes:
        der = private.sign(message, ec.ECDSA(how.hash, deterministic_signing=True))
        r, s = utils.decode_dss_signature(der)
        return r.to_bytes(how.size, "big") + s.to_bytes(how.size, "big")

    jwk = {
        "kty": "EC",
        "crv": how.jwk_name,
        "x": b64url(numbers.x.to_bytes(how.size, "big")),
        "y": b64url(numbers.y.to_bytes(how.size, "big")),
    }
    public = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return Key(name, curve, how.prefix, public, signature, jwk)


def multibase58(value: bytes) -> str:
    return "z" + base58.b58encode(value).decode()


def b64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def did_key(prefix_and_key: bytes) -> tuple[str, str]:
    """The did:key of these bytes, whatever they are, and its verification method."""
    text = multibase58(prefix_and_key)
    return f"did:key:{text}", f"did:key:{text}#{text}"


def _derive(info: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=info.encode()).derive(SEED)


def method_entry(key: Key, method: str, controller: str, *, form: str = "Multikey", **more: Any) -> dict[str, Any]:
    """A verification method of a controller document, in one of the forms that are in use."""
    entry: dict[str, Any] = {"id": method, "type": form, "controller": controller}
    if form in ("Multikey", "Ed25519VerificationKey2020"):
        entry["publicKeyMultibase"] = key.multikey
    elif form in ("JsonWebKey", "JsonWebKey2020"):
        entry["publicKeyJwk"] = key.jwk
    elif form == "Ed25519VerificationKey2018":
        entry["publicKeyBase58"] = base58.b58encode(key.public).decode()
    else:
        raise ValueError(form)
    return entry | more
