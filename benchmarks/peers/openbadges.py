"""openbadgeslib: its verifier of Open Badges, and its proof check for records, both over PyLD."""

from __future__ import annotations

import json

from openbadgeslib.ob3.did import resolve_verification_method
from openbadgeslib.ob3.ldp import OB3LdpVerifier, verify_data_integrity_proof

from benchmarks.contestant import Contestant


class Openbadges(Contestant):
    """A badge with `OB3LdpVerifier`; a record, which that does not take, with `verify_data_integrity_proof`."""

    distributions = "openbadgeslib PyLD cryptography"

    def prepare(self, data: bytes | str) -> tuple[bytes | str, bool]:
        return data, "ClrCredential" in json.loads(data)["type"]

    def verify(self, prepared: tuple[bytes | str, bool]) -> bool:
        data, is_record = prepared
        if not is_record:
            OB3LdpVerifier().verify(data)
            return True
        document = json.loads(data)
        pem = resolve_verification_method(document["proof"]["verificationMethod"])
        clr = {url: context for url, context in self.contexts.items() if "/clr/" in url}
        verify_data_integrity_proof(document, pem, extra_contexts=clr)
        return True
