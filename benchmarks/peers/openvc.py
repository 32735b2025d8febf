"""openvc-core: its Data Integrity suite, which canonicalizes with PyLD."""

from __future__ import annotations

import json

from openvc.proof.data_integrity import DataIntegrityProofSuite

from benchmarks.contestant import Contestant, Contexts


class Openvc(Contestant):
    """The outer proof, its purpose and the validity period, with `DataIntegrityProofSuite.verify`."""

    distributions = "openvc-core PyLD cryptography"

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._suite = DataIntegrityProofSuite()

    def verify(self, prepared: bytes) -> bool:
        self._suite.verify(json.loads(prepared), extra_contexts=self.contexts)
        return True
