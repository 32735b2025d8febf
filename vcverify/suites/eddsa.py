"""EdDSA suites: Ed25519 over RDFC-1.0 or JCS (VC-DI-EDDSA §3)."""

from __future__ import annotations

from typing import Final

from vcverify.crypto import KeyKind
from vcverify.suites.data_integrity import Algorithm, DataIntegritySuite
from vcverify.suites.transformation import JCS, RDFC

_ED25519: Final = {KeyKind.ED25519: Algorithm(name="EdDSA", hash="sha256", signature_bytes=64)}

SUITES: Final = (
    DataIntegritySuite(name="eddsa-rdfc-2022", transform=RDFC, keys=_ED25519),
    DataIntegritySuite(name="eddsa-2022", transform=RDFC, keys=_ED25519),
    DataIntegritySuite(name="eddsa-jcs-2022", transform=JCS, keys=_ED25519),
    DataIntegritySuite(name="Ed25519Signature2020", transform=RDFC, keys=_ED25519, proof_type="Ed25519Signature2020"),
)
