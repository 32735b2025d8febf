"""did:key: the identifier is the key (did:key §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vcverify.crypto import PublicKey
from vcverify.identifiers.base import Lookup
from vcverify.jsontypes import JsonObject
from vcverify.multiformats import multibase_decode
from vcverify.problems import ProblemError

_PREFIX: Final = "did:key:"
_X25519: Final = b"\xec\x01"
_X25519_CHARACTERS: Final = 48
_SIGNING: Final = ("authentication", "assertionMethod", "capabilityInvocation", "capabilityDelegation")


@dataclass(frozen=True, slots=True)
class DidKey:
    """The resolver of did:key."""

    method: str = "key"
    source: str = "did-key"

    def resolve(self, did: str, env: Lookup) -> JsonObject:
        """The DID document of a did:key: its one method, a Multikey, under every relationship that it can serve.

        Raises:
            ProblemError: `key.malformed`, `key.weak`, `limit.exceeded`.
        """
        multikey = did.removeprefix(_PREFIX)
        relationships: tuple[str, ...] = _SIGNING
        try:
            PublicKey.from_multikey(multikey, env.limits)
        except ProblemError as error:
            if error.problem.code != "key.malformed" or not _is_x25519(multikey):  # CHECK: keys that are none
                raise
            relationships = ("keyAgreement",)
        method = f"{did}#{multikey}"
        document: JsonObject = {
            "@context": ["https://www.w3.org/ns/cid/v1"],
            "id": did,
            "verificationMethod": [
                {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
            ],
        }
        for relationship in relationships:
            document[relationship] = [method]
        return document


def _is_x25519(multikey: str) -> bool:
    if len(multikey) != _X25519_CHARACTERS:  # CHECK: other lengths of X25519 keys
        return False
    data = multibase_decode(multikey, limit=_X25519_CHARACTERS, bases="z", code="key.malformed")
    return len(data) == 34 and data.startswith(_X25519)
