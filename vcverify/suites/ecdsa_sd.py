"""ecdsa-sd-2023: selectively disclosed credentials (VC-DI-ECDSA §3.4 and §3.5), verification of derived proofs.

The issuer signed the mandatory statements together, and each other statement by itself with a key
made for this one credential; the holder passes on the statements that he chose, with their
signatures. Blank nodes bear labels made by the issuer's HMAC, which the proof brings along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from vcverify.crypto import KeyKind, PublicKey
from vcverify.limits import exceeded
from vcverify.multiformats import base64url_decode, base64url_encode
from vcverify.problems import ProblemError, refuse
from vcverify.rdf import Canonical, Statement
from vcverify.suites import Verified
from vcverify.suites.cbor import CborError, decode
from vcverify.suites.proofs import DATA_INTEGRITY_PROOF, Proof
from vcverify.suites.transformation import RDFC
from vcverify.suites.unsecured import Unsecured

_BASE_HEADER: Final = b"\xd9\x5d\x00"
_DERIVED_HEADER: Final = b"\xd9\x5d\x01"
_SIGNATURE_BYTES: Final = 64
_HMAC_BYTES: Final = 32
_SPEC: Final = "VC-DI-ECDSA §3.5.7"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedProofValue:
    """What a derived proof value says (§3.5.7 parseDerivedProofValue).

    Attributes:
        base_signature: 64 bytes, by the issuer's key over hash data.
        public_key: Multikey bytes of the key that signed the statements one by one.
        signatures: 64 bytes each, one for each statement that is not mandatory.
        labels: Canonical label to the label under which it was signed, both without `_:`.
        mandatory: Indexes of the mandatory statements among the sorted ones.
    """

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: Mapping[str, str]
    mandatory: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectiveDisclosureSuite:
    """The suite `ecdsa-sd-2023`; the issuer's key and the statements' key are on P-256."""

    name: str = "ecdsa-sd-2023"
    proof_type: str = DATA_INTEGRITY_PROOF

    def verify(self, unsecured: Unsecured, proof: Proof, key: PublicKey) -> Verified:
        """What the key vouched for: every statement of the derived document. See `Suite.verify`."""
        if key.kind is not KeyKind.P256:  # CHECK: keys of another kind
            raise refuse(
                "proof.invalid",
                f"The suite {self.name} does not sign with keys of this kind.",
                f"{proof.pointer}/verificationMethod",
                expected=KeyKind.P256.value,
                found=key.kind.value,
            )
        value = read_value(proof, unsecured)
        # Create Verify Data (§3.5.8): the statements under the issuer's labels, in order, in two groups.
        canonical = unsecured.canonical("sha256")
        lines = relabelled(unsecured.rdf.statements, canonical, value.labels)
        mandatory = "".join(line for at, line in enumerate(lines) if at in value.mandatory)
        others = [line for at, line in enumerate(lines) if at not in value.mandatory]
        config, config_problems = RDFC.proof_config(unsecured, proof, "sha256")
        proof_hash = hashlib.sha256(config.encode()).digest()
        mandatory_hash = hashlib.sha256(mandatory.encode()).digest()
        # Verify Derived Proof (§3.5.3): a signature for each statement, then the issuer's over all of this.
        limit = unsecured.limits.disclosed_statements
        if len(value.signatures) > limit:  # CHECK: many signatures
            raise exceeded("statements with a signature of their own", limit, len(value.signatures), proof.pointer)
        if len(others) != len(value.signatures):  # CHECK: statements without a signature
            raise self._invalid(
                proof, "There is not one signature for each statement.", len(others), len(value.signatures)
            )
        hash_data = proof_hash + value.public_key + mandatory_hash
        if not key.verifies(value.base_signature, hash_data, "ES256"):  # CHECK: a base signature that does not fit
            raise self._invalid(proof, "The base signature does not fit the mandatory statements and the key.")
        statement_key = self._statement_key(value, proof)
        for line, signature in zip(others, value.signatures, strict=True):
            # CHECK: a statement's signature that does not fit
            if not statement_key.verifies(signature, line.encode(), "ES256"):
                raise self._invalid(proof, "The signature of a disclosed statement does not fit it.", found=line)
        credential, problems = RDFC.read(unsecured, proof)
        return Verified(
            credential=credential,
            problems=(*problems, *config_problems),
            walk=unsecured,
            evidence={
                "proof": proof.pointer,
                "cryptosuite": self.name,
                "verificationMethod": proof.verification_method,
                "engine": unsecured.rdf.engine,
                "hashAlgorithm": "sha256",
                "proofConfig": config,
                "proofHash": proof_hash.hex(),
                "canonicalDocument": "".join(lines),
                "mandatoryHash": mandatory_hash.hex(),
                "mandatoryStatements": len(lines) - len(others),
                "disclosedStatements": len(others),
            },
        )

    def _statement_key(self, value: DerivedProofValue, proof: Proof) -> PublicKey:
        try:
            key = PublicKey.from_multicodec(value.public_key)
        except ProblemError as error:
            # CHECK: statement keys that are none
            raise _malformed(proof, f"The key of the statements cannot be read: {error.problem.detail}") from None
        if key.kind is not KeyKind.P256:  # CHECK: statement keys of another kind
            raise _malformed(proof, "The key of the statements is of another kind.", KeyKind.P256.value, key.kind.value)
        return key

    def _invalid(self, proof: Proof, detail: str, expected: object = None, found: object = None) -> ProblemError:
        return refuse(
            "proof.invalid", detail, f"{proof.pointer}/proofValue", expected=expected, found=found, spec=_SPEC
        )


def read_value(proof: Proof, unsecured: Unsecured) -> DerivedProofValue:
    """The proof value, taken apart.

    Raises:
        ProblemError: `proof.malformed`; `proof.unsupported` for a base proof, which is between issuer
            and holder only.
    """
    text = proof.value.get("proofValue")
    if not isinstance(text, str) or not text.startswith("u"):  # CHECK: values in another base
        raise _malformed(proof, "The `proofValue` is not multibase base64url.", "text that begins with u", text)
    data = base64url_decode(
        text[1:],
        limit=unsecured.limits.string_characters,
        code="proof.malformed",
        pointer=f"{proof.pointer}/proofValue",
    )
    if data.startswith(_BASE_HEADER):  # CHECK: base proofs
        raise refuse(
            "proof.unsupported",
            "This is the base proof, which the holder must keep; a verifier is shown a proof derived from it.",
            f"{proof.pointer}/proofValue",
            expected="a derived proof",
            found="a base proof",
            spec="VC-DI-ECDSA §3.4.2",
            remedy="Ask the holder to present a derived proof.",
        )
    if not data.startswith(_DERIVED_HEADER):  # CHECK: other headers
        raise _malformed(proof, "The `proofValue` is of no known form.", _DERIVED_HEADER.hex(), data[:3].hex())
    try:
        parts = decode(data[3:])
    except CborError as error:
        raise _malformed(proof, f"The `proofValue` is not CBOR: {error}.") from None  # CHECK: what is not CBOR
    return _checked(parts, proof)


def _checked(parts: object, proof: Proof) -> DerivedProofValue:
    if not isinstance(parts, list) or len(parts) != 5:  # CHECK: other components
        raise _malformed(proof, "The `proofValue` does not have its five components.")
    base, public_key, signatures, labels, mandatory = parts
    sound = (
        _is_bytes(base, _SIGNATURE_BYTES)
        and isinstance(public_key, bytes)
        and isinstance(signatures, list)
        and all(_is_bytes(item, _SIGNATURE_BYTES) for item in signatures)
        and isinstance(labels, dict)
        and all(isinstance(name, int) and _is_bytes(item, _HMAC_BYTES) for name, item in labels.items())
        and isinstance(mandatory, list)
        and all(isinstance(item, int) for item in mandatory)
    )
    if not sound:  # CHECK: components of another form
        raise _malformed(proof, "A component of the `proofValue` is not of its type or length.")
    return DerivedProofValue(
        base_signature=base,
        public_key=public_key,
        signatures=tuple(signatures),
        labels={f"c14n{name}": "u" + base64url_encode(item) for name, item in labels.items()},
        mandatory=frozenset(mandatory),
    )


def _is_bytes(value: object, length: int) -> bool:
    return isinstance(value, bytes) and len(value) == length


def relabelled(statements: list[Statement], canonical: Canonical, labels: Mapping[str, str]) -> list[str]:
    """The dataset's lines with its blank nodes under the given labels, sorted (§3.5.5 labelMap function).

    A canonical label that the map does not have is left as it is; nothing was signed under it.
    """
    names = {f"_:{node}": f"_:{labels.get(label, label)}" for node, label in canonical.issued.items()}
    return sorted(set(_lines(statements, names)))


def _lines(statements: list[Statement], names: Mapping[str, str]) -> Iterator[str]:
    for subject, predicate, value, graph in statements:
        end = f" {names.get(graph, graph)} .\n" if graph else " .\n"
        yield f"{names.get(subject, subject)} {predicate} {names.get(value, value)}{end}"


def _malformed(proof: Proof, detail: str, expected: object = None, found: object = None) -> ProblemError:
    return refuse("proof.malformed", detail, f"{proof.pointer}/proofValue", expected=expected, found=found, spec=_SPEC)


SUITES: Final = (SelectiveDisclosureSuite(),)
