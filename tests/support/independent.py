"""Verification of what we issue by a path of its own: PyLD, `rfc8785`, `json` and raw keys; nothing of the verifier.

The public keys are taken from the signer's side of the test, never from the document.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import base58
from cases.signing import SUITES, Json, hash_data
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils


class _Kind:
    """The one attribute of a key that `cases.signing.hash_data` asks for."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


def verify_document(document: Json, public: Any, position: int = 0) -> None:
    """Returns where that proof of the document is the key's.

    Args:
        public: A public key of the `cryptography` library.

    Raises:
        cryptography.exceptions.InvalidSignature: it is not.
    """
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    proof = dict(proofs[position])
    suite = SUITES[proof.get("cryptosuite", proof["type"])]
    value = proof.pop(suite.member)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    previous = proof.get("previousProof", [])
    previous = previous if isinstance(previous, list) else [previous]
    if previous:
        unsecured["proof"] = [earlier for name in previous for earlier in proofs if earlier.get("id") == name]
    if suite.transformation == "jcs":
        assert proof["@context"] == document["@context"]
        config = proof
    else:
        assert "@context" not in proof
        config = {**proof, "@context": document["@context"]}
    kind = "P-384" if isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name == "secp384r1" else ""
    if suite.member == "jws":
        _verify_detached(value, public, hash_data(unsecured, config, _Kind(""), suite.transformation))  # type: ignore[arg-type]
        return
    message = hash_data(unsecured, config, _Kind(kind), suite.transformation)  # type: ignore[arg-type]
    _verify(public, base58.b58decode(value[1:]), message, "sha384" if kind else "sha256")


def _verify_detached(jws: str, public: Any, payload: bytes) -> None:
    head, between, tail = jws.split(".")
    header = json.loads(_decoded(head))
    assert between == ""
    assert header == {"alg": header["alg"], "b64": False, "crit": ["b64"]}
    hash_name = "sha384" if header["alg"] == "ES384" else "sha256"
    _verify(public, _decoded(tail), head.encode() + b"." + payload, hash_name, pss=header["alg"] == "PS256")


def verify_token(token: str, public: Any) -> tuple[Json, Json]:
    """The header and the payload of a token that is the key's.

    Raises:
        cryptography.exceptions.InvalidSignature: it is not.
    """
    head, body, tail = token.split(".")
    header = json.loads(_decoded(head))
    algorithm = header["alg"]
    hash_name = "sha256" if algorithm in ("EdDSA", "ES256K") else f"sha{algorithm[2:]}"
    _verify(public, _decoded(tail), f"{head}.{body}".encode(), hash_name, pss=algorithm.startswith("PS"))
    return header, json.loads(_decoded(body))


def _verify(public: Any, signature: bytes, message: bytes, hash_name: str, *, pss: bool = False) -> None:
    hashed = getattr(hashes, hash_name.upper())()
    if isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, message)
    elif isinstance(public, rsa.RSAPublicKey):
        scheme: Any = padding.PSS(padding.MGF1(hashed), hashed.digest_size) if pss else padding.PKCS1v15()
        public.verify(signature, message, scheme, hashed)
    else:
        half = len(signature) // 2
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashed))


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
