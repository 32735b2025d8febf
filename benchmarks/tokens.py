"""Badges as compact JWS, and the floor of one: what nobody who verifies it can leave out."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import base58
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Json = dict[str, Any]

_P256: Final = 32
"""Bytes of a coordinate."""
_MULTICODEC: Final = {"EdDSA": b"\xed\x01", "ES256": b"\x80\x24"}


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A key of an algorithm, derived from its name and worth nothing."""

    algorithm: str
    did: str
    sign: Callable[[bytes], bytes]

    @property
    def method(self) -> str:
        return f"{self.did}#{self.did.removeprefix('did:key:')}"


@functools.cache
def signer(name: str, algorithm: str) -> Signer:
    seed = hashlib.sha256(f"vcverify benchmarks: {name}".encode()).digest()
    if algorithm == "EdDSA":
        private = Ed25519PrivateKey.from_private_bytes(seed)
        material = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        sign = private.sign
    else:
        secret = ec.derive_private_key(int.from_bytes(seed, "big") >> 1, ec.SECP256R1())
        material = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        sign = functools.partial(_p256_signature, secret)
    did = "did:key:z" + base58.b58encode(_MULTICODEC[algorithm] + material).decode()
    return Signer(algorithm=algorithm, did=did, sign=sign)


def _p256_signature(secret: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    pair = decode_dss_signature(secret.sign(message, ec.ECDSA(hashes.SHA256())))
    return b"".join(number.to_bytes(_P256, "big") for number in pair)


def token(document: Json, by: Signer) -> str:
    """The document as payload, with the claims that Open Badges 3.0 §8.2.6 asks for."""
    claims = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(document["validFrom"]).timestamp()),
    }
    header = {"alg": by.algorithm, "typ": "JWT", "kid": by.method}
    signed = ".".join(b64url(json.dumps(part).encode()) for part in (header, {**document, **claims}))
    return f"{signed}.{b64url(by.sign(signed.encode()))}"


# --- the floor ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the key that its `kid` names, loaded beforehand."""

    text: str
    verify: Callable[[bytes, bytes], None]


def read(text: str) -> Token:
    """The token, ready for `floor`."""
    header = json.loads(unb64url(text.partition(".")[0]))
    material = base58.b58decode(header["kid"].partition("#")[2][1:])[2:]
    if header["alg"] == "EdDSA":
        return Token(text, Ed25519PublicKey.from_public_bytes(material).verify)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), material)
    return Token(text, functools.partial(_p256_verify, key))


def _p256_verify(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> None:
    r, s = (int.from_bytes(half, "big") for half in (signature[:_P256], signature[_P256:]))
    key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


def floor(prepared: Token) -> None:
    """Base64 of three parts, one signature, one JSON document.

    Raises:
        cryptography.exceptions.InvalidSignature: the key did not sign it.
    """
    signed, _, signature = prepared.text.rpartition(".")
    header, _, payload = signed.partition(".")
    unb64url(header)
    prepared.verify(unb64url(signature), signed.encode())
    json.loads(unb64url(payload))
