"""A Data Integrity suite as a value: a transform, and the keys it takes with their hash.

The steps are those of VC-DI-EDDSA §3.2.1 to §3.2.7 and VC-DI-ECDSA §3.2.1 to §3.2.7, which are the same for
all suites of the family; making a proof and verifying it share all but the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vcverify.crypto import KeyKind, PublicKey
from vcverify.jsontypes import JsonObject
from vcverify.multiformats import base58_decode, base58_encode
from vcverify.problems import Problem, refuse
from vcverify.suites import Verified
from vcverify.suites.proofs import DATA_INTEGRITY_PROOF, Proof
from vcverify.suites.signing import MadeProof
from vcverify.suites.transformation import Transform, Unsecured

if TYPE_CHECKING:
    from vcverify.crypto.private import PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """How a kind of key signs: JOSE name of the algorithm, hash of the transform, signature's length."""

    name: str
    hash: str
    signature_bytes: int


@dataclass(slots=True, kw_only=True)
class _Hashed:
    """Canonical document and proof configuration, their digests, and `data`: configuration's digest ‖ document's."""

    document: str
    document_digest: bytes
    config: str
    config_digest: bytes
    data: bytes
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataIntegritySuite:
    """A cryptosuite of `DataIntegrityProof`, or an older proof type that works the same way."""

    name: str
    transform: Transform
    keys: Mapping[KeyKind, Algorithm]
    proof_type: str = DATA_INTEGRITY_PROOF

    def verify(self, unsecured: Unsecured, proof: Proof, key: PublicKey) -> Verified:
        """What the key vouched for. See `vcverify.suites.Suite.verify`."""
        algorithm = self._algorithm(proof, key.kind)
        signature = self._signature(proof, algorithm, unsecured)
        hashed = self._hash(unsecured, proof, algorithm)
        # Proof verification (§3.2.7).
        if not key.verifies(signature, hashed.data, algorithm.name):
            if not key.is_point():
                raise refuse(
                    "key.malformed",
                    "The key is not a point of its curve, so it never signed anything.",
                    f"{proof.pointer}/verificationMethod",
                    found=proof.verification_method,
                    spec="RFC 8032 §5.1.3",
                )
            raise refuse(
                "proof.invalid",
                f"The {self.name} signature does not fit the document and the key.",
                f"{proof.pointer}/proofValue" if "proofValue" in proof.value else proof.pointer,
                found=proof.value.get("proofValue"),
            )
        credential, problems = self.transform.read(unsecured, proof)
        return Verified(
            credential=credential,
            problems=(*problems, *hashed.problems),
            walk=unsecured if self.transform.reads_statements else None,
            evidence={
                "proof": proof.pointer,
                "cryptosuite": self.name,
                "verificationMethod": proof.verification_method,
                "engine": unsecured.engine,
                "hashAlgorithm": algorithm.hash,
                "proofConfig": hashed.config,
                "proofConfigHash": hashed.config_digest.hex(),
                "canonicalDocument": hashed.document,
                "canonicalDocumentHash": hashed.document_digest.hex(),
                "hashData": hashed.data.hex(),
            },
        )

    def members(self, document: JsonObject) -> JsonObject:
        """The suite's own members of a proof. See `vcverify.suites.signing.SigningSuite.members`."""
        named: JsonObject = {"type": self.proof_type}
        if self.proof_type == DATA_INTEGRITY_PROOF:
            named["cryptosuite"] = self.name
        if self.transform.reads_statements or "@context" not in document:
            return named
        # VC-DI-EDDSA §3.3.1 step 2: signed JSON carries its contexts in the proof.
        return {"@context": document["@context"], **named}

    def sign(self, unsecured: Unsecured, proof: Proof, key: PrivateKey) -> MadeProof:
        """The proof, signed (§3.2.1). See `vcverify.suites.signing.SigningSuite.sign`."""
        algorithm = self._algorithm(proof, key.kind)
        hashed = self._hash(unsecured, proof, algorithm)
        _, problems = self.transform.read(unsecured, proof)
        # Proof serialization (§3.2.6).
        signature = "z" + base58_encode(key.signature(hashed.data, algorithm.name))
        return MadeProof(value={**proof.value, "proofValue": signature}, problems=(*problems, *hashed.problems))

    def _algorithm(self, proof: Proof, kind: KeyKind) -> Algorithm:
        algorithm = self.keys.get(kind)
        if algorithm is None:
            raise refuse(
                "proof.invalid",
                f"The suite {self.name} does not sign with keys of this kind.",
                f"{proof.pointer}/verificationMethod",
                expected=" or ".join(kind.value for kind in self.keys),
                found=kind.value,
            )
        return algorithm

    def _hash(self, unsecured: Unsecured, proof: Proof, algorithm: Algorithm) -> _Hashed:
        # Transformation (§3.2.3) and proof configuration (§3.2.5).
        document, document_digest = self.transform.document_digest(unsecured, proof, algorithm.hash)
        config, problems = self.transform.proof_config(unsecured, proof, algorithm.hash)
        # Hashing (§3.2.4): the proof configuration first.
        config_digest = hashlib.new(algorithm.hash, config.encode()).digest()
        return _Hashed(
            document=document,
            document_digest=document_digest,
            config=config,
            config_digest=config_digest,
            data=config_digest + document_digest,
            problems=problems,
        )

    def _signature(self, proof: Proof, algorithm: Algorithm, unsecured: Unsecured) -> bytes:
        pointer = f"{proof.pointer}/proofValue"
        value = proof.value.get("proofValue")
        if not isinstance(value, str):
            where = pointer if "proofValue" in proof.value else proof.pointer
            raise refuse("proof.malformed", "The proof has no `proofValue` as text.", where, found=value)
        if not value.startswith("z"):
            raise refuse(
                "proof.malformed",
                "The `proofValue` is not multibase base58btc.",
                pointer,
                expected="text that begins with z",
                found=value,
                spec="CID 1.0 §2.4",
            )
        signature = base58_decode(
            value[1:], limit=unsecured.limits.signature_characters, code="proof.malformed", pointer=pointer
        )
        if len(signature) != algorithm.signature_bytes:
            raise refuse(
                "proof.malformed",
                "The signature has the wrong length.",
                pointer,
                expected=f"{algorithm.signature_bytes} bytes",
                found=f"{len(signature)} bytes",
            )
        return signature
