"""ECDSA suites on P-256 and P-384 over RDFC-1.0 or JCS (VC-DI-ECDSA §3).

The key's curve chooses the hash, inside RDFC-1.0 too: SHA-256 for P-256, SHA-384 for P-384.
"""

from __future__ import annotations

from typing import Final

from vcverify.crypto import KeyKind
from vcverify.suites.data_integrity import Algorithm, DataIntegritySuite
from vcverify.suites.transformation import JCS, RDFC

_CURVES: Final = {
    KeyKind.P256: Algorithm(name="ES256", hash="sha256", signature_bytes=64),
    KeyKind.P384: Algorithm(name="ES384", hash="sha384", signature_bytes=96),
}

SUITES: Final = (
    DataIntegritySuite(name="ecdsa-rdfc-2019", transform=RDFC, keys=_CURVES),
    DataIntegritySuite(name="ecdsa-jcs-2019", transform=JCS, keys=_CURVES),
)
