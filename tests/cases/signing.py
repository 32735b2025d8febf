"""Data Integrity proofs, and those before them, by a path of its own: PyLD's expansion, `rdfc`, `rfc8785` and raw keys.

Nothing of the verifier is used but its bundled contexts. A document that loses data is signed all
the same: what is dropped is simply not covered, as with a careless issuer.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785
from pyld import jsonld

from cases.keyring import Key, b64url, multibase58
from cases.rdfc import canonical_nquads, quads_of
from vcverify.bundled import bundled

Json = dict[str, Any]

CREATED = "2026-01-15T12:00:00Z"
"""When every proof was made, unless a case says otherwise."""


@dataclass(frozen=True, slots=True)
class Suite:
    """How a proof is made: its `type` and `cryptosuite` members, the transformation, and the signature's member."""

    type: str
    cryptosuite: str | None
    transformation: str
    member: str = "proofValue"


SUITES = {
    "eddsa-rdfc-2022": Suite("DataIntegrityProof", "eddsa-rdfc-2022", "rdfc"),
    "eddsa-2022": Suite("DataIntegrityProof", "eddsa-2022", "rdfc"),
    "eddsa-jcs-2022": Suite("DataIntegrityProof", "eddsa-jcs-2022", "jcs"),
    "ecdsa-rdfc-2019": Suite("DataIntegrityProof", "ecdsa-rdfc-2019", "rdfc"),
    "ecdsa-jcs-2019": Suite("DataIntegrityProof", "ecdsa-jcs-2019", "jcs"),
    "Ed25519Signature2020": Suite("Ed25519Signature2020", None, "rdfc"),
    "Ed25519Signature2018": Suite("Ed25519Signature2018", None, "rdfc", "jws"),
    "JsonWebSignature2020": Suite("JsonWebSignature2020", None, "rdfc", "jws"),
}

ALGORITHMS = {
    "Ed25519": "EdDSA",
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "secp256k1": "ES256K",
    "RSA": "PS256",
}
"""Names of algorithms in JOSE, by key kind (JWS2020 §3.1)."""

_HASHES = {"P-384": "sha384"}
"""By key kind; SHA-256 for the others (DI-ECDSA §3.2.1)."""


def sign(
    document: Json,
    key: Key,
    suite: str = "eddsa-rdfc-2022",
    *,
    method: str | None = None,
    created: str | None = CREATED,
    purpose: str | None = "assertionMethod",
    revisions: Mapping[str, str] | None = None,
    proof: Json | None = None,
    over: Json | None = None,
    header: Json | bytes | None = None,
) -> Json:
    """The document with one more proof by `key`.

    Args:
        document: Unsecured, or with proofs, beside which the new one stands in a set.
        key: Signs; its did:key is the verification method unless `method` names another.
        suite: A name of `SUITES`.
        created, purpose: None leaves the member out.
        revisions: Older revisions of contexts to sign under, by URL.
        proof: Further members of the proof, signed with it; None as a value removes a member.
        over: What is signed where it is not `document` itself (a proof that leaves something out).
        header: Of a detached JWS, members that replace the usual ones, None removing one; or all of its bytes.
    """
    how = SUITES[suite]
    options: Json = {"type": how.type}
    if how.cryptosuite:
        options["cryptosuite"] = how.cryptosuite
    options |= {"created": created, "verificationMethod": method or key.method, "proofPurpose": purpose}
    context = document.get("@context")
    if how.transformation == "jcs" and context is not None:
        options = {"@context": copy.deepcopy(context), **options}
    options = {name: value for name, value in (options | (proof or {})).items() if value is not None}
    unsecured = {name: value for name, value in (over or document).items() if name != "proof"}
    if over is not None and "proof" in over:
        unsecured["proof"] = over["proof"]
    config = options if how.transformation == "jcs" else {**options, "@context": context}
    if how.member == "jws":
        if "@context" in options:
            config["@context"] = [*_listed(context), *_listed(options["@context"])]
        data = hash_data(unsecured, config, key, how.transformation, revisions, hash_name="sha256")
        return attach(document, {**options, "jws": detached(data, key, header)})
    value = key.signature(hash_data(unsecured, config, key, how.transformation, revisions))
    return attach(document, {**options, "proofValue": multibase58(value)})


def detached(data: bytes, key: Key, header: Json | bytes | None = None) -> str:
    """A JWS of an unencoded payload that stands elsewhere (RFC 7797, RFC 7515 appendix F)."""
    if not isinstance(header, bytes):
        members: Json = {"alg": ALGORITHMS[key.kind], "b64": False, "crit": ["b64"]} | (header or {})
        kept = {name: value for name, value in members.items() if value is not None}
        header = json.dumps(kept, separators=(",", ":")).encode()
    head = b64url(header)
    return f"{head}..{b64url(key.signature(head.encode() + b'.' + data))}"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def attach(document: Json, proof: Any) -> Json:
    """The document with one more proof: alone, or at the end of the set."""
    present = document.get("proof")
    if present is None:
        return {**document, "proof": proof}
    return {**document, "proof": [*(present if isinstance(present, list) else [present]), proof]}


def chain(document: Json, key: Key, previous: list[str], suite: str = "eddsa-rdfc-2022", **options: Any) -> Json:
    """The document with a proof over itself and the proofs of these ids (DI §4.5, proof chains)."""
    present = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    matching = [proof for proof in present if proof.get("id") in previous]
    extra = {"previousProof": previous[0] if len(previous) == 1 else previous} | options.pop("proof", {})
    return sign(document, key, suite, proof=extra, over={**document, "proof": matching}, **options)


def hash_data(
    unsecured: Json,
    config: Json,
    key: Key,
    transformation: str,
    revisions: Mapping[str, str] | None = None,
    hash_name: str | None = None,
) -> bytes:
    """Proof configuration hash ‖ document hash, of the suite family's hash for the key unless another is named."""
    name = hash_name or _HASHES.get(key.kind, "sha256")
    parts = []
    for document in (config, unsecured):
        if transformation == "jcs":
            canonical = rfc8785.dumps(document)
        else:
            canonical = canonical_document(document, name, revisions).encode()
        parts.append(hashlib.new(name, canonical).digest())
    return b"".join(parts)


def canonical_document(document: Json, hash_name: str = "sha256", revisions: Mapping[str, str] | None = None) -> str:
    """The canonical N-Quads of a JSON-LD document; the base IRI is null."""
    plain = copy.deepcopy(document)
    if revisions:
        plain = _inlined(plain, revisions)
    dataset = jsonld.to_rdf(plain, {"base": None, "documentLoader": _load, "rdfDirection": None})
    return canonical_nquads(quads_of(dataset), hash_name)


def _load(url: str, options: object) -> Json:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": _context(url)}


@functools.cache
def _context(url: str, revision: str | None = None) -> Json:
    document = SUPPLIED.get(url) or bundled().context(url, revision)
    if document is None:
        raise LookupError(f"{url} is neither bundled nor supplied")
    return document


SUPPLIED: dict[str, Json] = {}
"""Contexts that cases bring with them, by URL."""


def _inlined(value: Any, revisions: Mapping[str, str]) -> Any:
    """The document with these contexts written out in their older revisions."""
    if isinstance(value, list):
        return [_inlined(item, revisions) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: _inlined(item, revisions) for name, item in value.items()}
    if "@context" in value:
        contexts = value["@context"] if isinstance(value["@context"], list) else [value["@context"]]
        result["@context"] = [
            _context(url, revisions[url])["@context"] if isinstance(url, str) and url in revisions else url
            for url in contexts
        ]
    return result
