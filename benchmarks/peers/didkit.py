"""didkit, in the fork that still gets wheels: Rust, with contexts of its own and no way to give it others.

It takes neither VCDM 2.0 nor eddsa-rdfc-2022. It is given the same document in the words of VCDM 1.1,
with a vocabulary for the terms that it does not know, so that nearly as many statements are signed,
and signs it itself.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import didkit

from benchmarks.contestant import Contestant, Contexts

_TERMS = {"@vocab": "https://vcverify.dev/benchmarks/terms#"}


class Didkit(Contestant):
    """The outer proof of a VCDM 1.1 credential of like size, with Ed25519Signature2020."""

    distributions = "openedx-didkit"

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self._loop = asyncio.new_event_loop()
        self._key = didkit.generate_ed25519_key()
        self._did = didkit.key_to_did("key", self._key)
        self._options = json.dumps({"proofPurpose": "assertionMethod"})

    def secure(self, data: bytes) -> str:
        document = _reworded(json.loads(data))
        document["issuer"] = {**document["issuer"], "id": self._did}
        document["issuanceDate"] = document.pop("validFrom")
        document.pop("validUntil", None)
        document = {"@context": ["https://www.w3.org/2018/credentials/v1", _TERMS], **document}
        options = json.dumps({"type": "Ed25519Signature2020", "proofPurpose": "assertionMethod"})

        async def issue() -> str:
            return str(await didkit.issue_credential(json.dumps(document), options, self._key))

        return self._loop.run_until_complete(issue())

    def verify(self, prepared: str) -> bool:
        async def check() -> dict[str, Any]:
            found: dict[str, Any] = json.loads(await didkit.verify_credential(prepared, self._options))
            return found

        found = self._loop.run_until_complete(check())
        if found["errors"]:
            raise ValueError("; ".join(found["errors"]))
        return bool(found["checks"] == ["proof"])


def _reworded(value: Any) -> Any:
    """The document without the proofs and contexts inside it, which it could not read."""
    if isinstance(value, list):
        return [_reworded(item) for item in value]
    if isinstance(value, dict):
        return {name: _reworded(item) for name, item in value.items() if name not in ("@context", "proof")}
    return value
