"""PyLD alone: its `normalize` for both texts of the proof, and `cryptography` for the signature."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pyld import jsonld

from benchmarks.contestant import Contestant


class Pyld(Contestant):
    """The outer proof, its contexts served from memory and kept resolved between documents."""

    distributions = "PyLD cryptography"

    def verify(self, prepared: bytes) -> bool:
        document = json.loads(prepared)
        proof = document.pop("proof")
        signature = base58.b58decode(proof.pop("proofValue")[1:])
        material = base58.b58decode(proof["verificationMethod"].partition("#")[2][1:])
        config = {**proof, "@context": document["@context"]}
        hash_data = b"".join(hashlib.sha256(self.canonical(text)).digest() for text in (config, document))
        try:
            Ed25519PublicKey.from_public_bytes(material[2:]).verify(signature, hash_data)
        except InvalidSignature:
            return False
        return True

    def canonical(self, document: dict[str, Any]) -> bytes:
        options = {"algorithm": "URDNA2015", "format": "application/n-quads", **self.options()}
        text: str = jsonld.normalize(document, options)
        return text.encode()

    def options(self) -> dict[str, Any]:
        return {"base": "", "documentLoader": self._load}

    def _load(self, url: str, options: object) -> dict[str, Any]:
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self.contexts[url],
            "tag": "static",
        }
