"""The floor, and this package in its several forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from benchmarks import tokens
from benchmarks.contestant import Contestant, Contexts
from benchmarks.documents import Json, hashed
from vcverify import Outcome, Verifier
from vcverify.crypto import PublicKey
from vcverify.jose import read_compact
from vcverify.jsonld import to_rdf
from vcverify.jsontypes import JsonObject, loads
from vcverify.rdf import canonicalize


@dataclass(frozen=True, slots=True)
class _Signed:
    """What cannot be avoided: the bytes to parse, and for each proof its key, its signature, its two texts."""

    data: bytes | str
    proofs: list[tuple[Ed25519PublicKey, bytes, bytes, bytes]]


class Floor(Contestant):
    """JSON parse, SHA-256 of the canonical texts and Ed25519, once for each proof; `tokens.floor` of a token."""

    distributions = "cryptography"

    def prepare(self, data: bytes | str) -> _Signed | tokens.Token:
        if _is_token(data):
            return tokens.read(_text(data))
        return _Signed(data, [_proof_of(document) for document in self._secured(json.loads(data))])

    def verify(self, prepared: _Signed | tokens.Token) -> bool:
        try:
            if isinstance(prepared, tokens.Token):
                tokens.floor(prepared)
                return True
            json.loads(prepared.data)
            for key, signature, config, document in prepared.proofs:
                key.verify(signature, hashlib.sha256(config).digest() + hashlib.sha256(document).digest())
        except InvalidSignature:
            return False
        return True

    def _secured(self, document: Json) -> Iterator[Json]:
        yield document
        for member in document["credentialSubject"].get("verifiableCredential", []):
            if "proof" in member:
                yield member


class OuterFloor(Floor):
    """The floor of the outer proof alone."""

    def _secured(self, document: Json) -> Iterator[Json]:
        yield document


def _text(data: bytes | str) -> str:
    return data if isinstance(data, str) else data.decode()


def _is_token(data: bytes | str) -> bool:
    return not _text(data[:1]).startswith("{")


def _proof_of(document: Json) -> tuple[Ed25519PublicKey, bytes, bytes, bytes]:
    proof = document["proof"]
    material = base58.b58decode(proof["verificationMethod"].partition("#")[2][1:])[2:]
    return Ed25519PublicKey.from_public_bytes(material), base58.b58decode(proof["proofValue"][1:]), *hashed(document)


class Whole(Contestant):
    """`verify()`: every proof, every check, the report."""

    distributions = "vcverify cryptography jsonschema-rs"
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._verifier = Verifier(**self.options)

    def verify(self, prepared: bytes) -> bool:
        return bool(self._verifier.verify(prepared))


class WithPyld(Whole):
    """`verify()` with the statements made by PyLD."""

    distributions = "vcverify PyLD"
    options: ClassVar = {"engine": "pyld"}


class Proofs(Whole):
    """`verify()` without checks: the proofs, and the report."""

    options: ClassVar = {"checks": ()}

    def verify(self, prepared: bytes) -> bool:
        report = self._verifier.verify(prepared)
        return all(
            one.check("proof").outcome is Outcome.PASSED or one.check("proof").reason
            for one in (report, *report.children)
        )


class OneProof(Contestant):
    """The outer proof from the package's parts: parse, statements, canonical form (or payload), key, signature."""

    distributions = "vcverify cryptography"

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._contexts = Verifier().contexts

    def prepare(self, data: bytes | str) -> bytes | str:
        return _text(data) if _is_token(data) else data

    def verify(self, prepared: bytes | str) -> bool:
        if _is_token(prepared):
            return self._verify_token(_text(prepared))
        document = loads(prepared)
        assert isinstance(document, dict)
        proof = document.pop("proof")
        assert isinstance(proof, dict)
        method, value = str(proof["verificationMethod"]), str(proof.pop("proofValue"))
        config = self._digest({**proof, "@context": document["@context"]})
        key = PublicKey.from_multikey(method.partition("#")[2])
        return key.verifies(base58.b58decode(value[1:]), config + self._digest(document), "EdDSA")

    def _verify_token(self, text: str) -> bool:
        compact = read_compact(text)
        key = PublicKey.from_multikey(str(compact.header["kid"]).partition("#")[2])
        compact.verify(key)
        return isinstance(loads(compact.payload), dict)

    def _digest(self, document: JsonObject) -> bytes:
        rdf = to_rdf(document, self._contexts)
        if rdf.problems:
            raise ValueError(str(rdf.problems[0]))
        return hashlib.sha256(canonicalize(rdf.statements).nquads.encode()).digest()
