"""A Data Integrity suite as a value: a transform, and the keys it takes with their hash.

Verification is that of VC-DI-EDDSA §3.2.2 to §3.2.7 and VC-DI-ECDSA §3.2.2 to §3.2.7, whose steps
are the same for all suites of the family.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from vcverify.crypto import KeyKind, PublicKey
from vcverify.multiformats import base58_decode
from vcverify.problems import refuse
from vcverify.suites import Verified
from vcverify.suites.proofs import DATA_INTEGRITY_PROOF, Proof
from vcverify.suites.transformation import Transform, Unsecured


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """How a kind of key signs: JOSE name of the algorithm, hash of the transform, signature's length."""

    name: str
    hash: str
    signature_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataIntegritySuite:
    """A cryptosuite of `DataIntegrityProof`, or an older proof type that works the same way."""

    name: str
    transform: Transform
    keys: Mapping[KeyKind, Algorithm]
    proof_type: str = DATA_INTEGRITY_PROOF

    def verify(self, unsecured: Unsecured, proof: Proof, key: PublicKey) -> Verified:
        """What the key vouched for. See `vcverify.suites.Suite.verify`."""
        algorithm = self.keys.get(key.kind)
        if algorithm is None:
            raise refuse(
                "proof.invalid",
                f"The suite {self.name} does not sign with keys of this kind.",
                f"{proof.pointer}/verificationMethod",
                expected=" or ".join(kind.value for kind in self.keys),
                found=key.kind.value,
            )
        signature = self._signature(proof, algorithm, unsecured)
        # Transformation (§3.2.3) and proof configuration (§3.2.5).
        document, document_digest = self.transform.document_digest(unsecured, proof, algorithm.hash)
        config, config_problems = self.transform.proof_config(unsecured, proof, algorithm.hash)
        # Hashing (§3.2.4): the proof configuration first.
        config_digest = hashlib.new(algorithm.hash, config.encode()).digest()
        hash_data = config_digest + document_digest
        # Proof verification (§3.2.7).
        if not key.verifies(signature, hash_data, algorithm.name):
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
            problems=(*problems, *config_problems),
            walk=unsecured if self.transform.reads_statements else None,
            evidence={
                "proof": proof.pointer,
                "cryptosuite": self.name,
                "verificationMethod": proof.verification_method,
                "engine": unsecured.engine,
                "hashAlgorithm": algorithm.hash,
                "proofConfig": config,
                "proofConfigHash": config_digest.hex(),
                "canonicalDocument": document,
                "canonicalDocumentHash": document_digest.hex(),
                "hashData": hash_data.hex(),
            },
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
