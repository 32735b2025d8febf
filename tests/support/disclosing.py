"""ecdsa-sd-2023 from the issuer's and the holder's side, straight from VC-DI-ECDSA §3.4 to §3.6.

The verifier under test only reads derived proofs; nothing of it is used here but its bundled contexts.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from cases.keyring import Key, b64url, ec_key
from cases.signing import CREATED, Json, canonical_document

_SECRET = b"a secret of the issuer, 32 bytes"
_LABEL = re.compile(r"_:(c14n[0-9]+)")
_FREE = re.compile(r"[^ ]+ <[^>]*[/#](?:name|description|narrative|tag|value)> ")
"""Statements that the holder may withhold; all others are mandatory: dates, status, types, links."""


def derived(document: Json, key: Key, *, method: str | None = None) -> Json:
    """The document with a derived proof that shows all of it.

    Statements that were withheld would leave no trace but the issuer's labels, which are random anyway.

    Args:
        key: On P-256.
        method: The verification method; that of the did:key unless given.
    """
    options: Json = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": CREATED,
        "verificationMethod": method or key.method,
        "proofPurpose": "assertionMethod",
    }
    statement_key = ec_key("statements of " + key.name)
    multikey = statement_key.prefix + statement_key.public
    config = canonical_document({"@context": document["@context"], **options})
    canonical = canonical_document(document)
    labels = {label: _hidden(label) for label in _LABEL.findall(canonical)}
    lines = sorted(
        _LABEL.sub(lambda match: f"_:u{b64url(labels[match[1]])}", line) for line in canonical.splitlines(keepends=True)
    )
    mandatory = [at for at, line in enumerate(lines) if _FREE.match(line) is None]
    told = "".join(lines[at] for at in mandatory)
    hash_data = hashlib.sha256(config.encode()).digest() + multikey + hashlib.sha256(told.encode()).digest()
    value = [
        key.signature(hash_data),
        multikey,
        [statement_key.signature(line.encode()) for at, line in enumerate(lines) if at not in mandatory],
        {int(label[4:]): name for label, name in sorted(labels.items())},
        mandatory,
    ]
    return {**document, "proof": {**options, "proofValue": "u" + b64url(b"\xd9\x5d\x01" + cbor(value))}}


def _hidden(label: str) -> bytes:
    return hmac.new(_SECRET, label.encode(), hashlib.sha256).digest()


def cbor(value: Any) -> bytes:
    """CBOR of numbers, bytes, arrays and maps in its shortest form (RFC 8949 §4.2.1; maps in their own order)."""
    if isinstance(value, int):
        return _head(0, value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    return _head(5, len(value)) + b"".join(cbor(name) + cbor(item) for name, item in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    power = next(power for power in range(4) if number < 1 << (8 << power))
    return bytes([kind << 5 | 24 + power]) + number.to_bytes(1 << power, "big")
