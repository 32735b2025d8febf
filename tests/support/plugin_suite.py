"""A suite as another distribution would bring it: JCS, SHA-384 and Ed25519, which no published suite combines."""

from __future__ import annotations

from vcverify.crypto import KeyKind
from vcverify.suites.data_integrity import Algorithm, DataIntegritySuite
from vcverify.suites.transformation import JCS

SUITE = DataIntegritySuite(
    name="example-jcs-2026",
    transform=JCS,
    keys={KeyKind.ED25519: Algorithm(name="EdDSA", hash="sha384", signature_bytes=64)},
)
