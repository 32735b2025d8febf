"""A Data Integrity suite as a value: a transform, and the keys it takes with their hash.

The steps are those of VC-DI-EDDSA §3.2.1 to §3.2.7 and VC-DI-ECDSA §3.2.1 to §3.2.7, which are the same for
all suites of the family; making a proof and verifying it share all but the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vcverify.crypto import KeyKind, PublicKey
from vcverify.jsontypes import JsonObject
from vcverify.problems import Problem, ProblemError, refuse
from vcverify.suites import Verified
from vcverify.suites.forms import MULTIBASE, Algorithm, SignatureForm
from vcverify.suites.proofs import DATA_INTEGRITY_PROOF, Proof
from vcverify.suites.signing import MadeProof
from vcverify.suites.transformation import Transform
from vcverify.suites.unsecured import Unsecured

if TYPE_CHECKING:
    from vcverify.crypto.private import PrivateKey

__all__ = ["Algorithm", "DataIntegritySuite"]


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
    """A cryptosuite of `DataIntegrityProof`, or an older proof type that works the same way.

    Attributes:
        form: How the signature stands in the proof.
    """

    name: str
    transform: Transform
    keys: Mapping[KeyKind, Algorithm]
    proof_type: str = DATA_INTEGRITY_PROOF
    form: SignatureForm = MULTIBASE

    def verify(self, unsecured: Unsecured, proof: Proof, key: PublicKey) -> Verified:
        """What the key vouched for. See `vcverify.suites.Suite.verify`."""
        algorithm = self._algorithm(proof, key.kind)
        received = self.form.read(proof, algorithm, unsecured.limits)
        hashed = self._hash(unsecured, proof, algorithm)
        # Proof verification (§3.2.7).
        # CHECK: signatures that do not fit
        if not self._fits(key, received.signature, received.prefix + hashed.data, algorithm, proof):
            if not key.is_point():  # CHECK: keys off their curve
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
                f"{proof.pointer}/{self.form.member}",
                found=proof.value.get(self.form.member),
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
        text = self.form.write(algorithm, hashed.data, lambda message: key.signature(message, algorithm.name))
        return MadeProof(value={**proof.value, self.form.member: text}, problems=(*problems, *hashed.problems))

    def proof_config(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, tuple[Problem, ...]]:
        """The canonical proof configuration. See `Transform.proof_config`."""
        return self.transform.proof_config(unsecured, proof, hash_name, self.form)

    def _fits(self, key: PublicKey, signature: bytes, message: bytes, algorithm: Algorithm, proof: Proof) -> bool:
        try:
            return key.verifies(signature, message, algorithm.name)
        except ProblemError as error:
            raise ProblemError(replace(error.problem, pointer=f"{proof.pointer}/verificationMethod")) from None

    def _algorithm(self, proof: Proof, kind: KeyKind) -> Algorithm:
        algorithm = self.keys.get(kind)
        if algorithm is None:  # CHECK: keys of another kind
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
        config, problems = self.proof_config(unsecured, proof, algorithm.hash)
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
