"""did:jwk: the identifier is a JSON Web Key (did:jwk, *Read*)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vcverify.crypto import PublicKey
from vcverify.identifiers.base import Lookup
from vcverify.jsontypes import JsonObject, JsonValue, loads
from vcverify.multiformats import base64url_decode
from vcverify.problems import ProblemError, refuse

_PREFIX: Final = "did:jwk:"
_SIGNING: Final = ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation")
_AGREEMENT_CURVES: Final = ("X25519", "X448")


@dataclass(frozen=True, slots=True)
class DidJwk:
    """The resolver of did:jwk."""

    method: str = "jwk"
    source: str = "did-jwk"

    def resolve(self, did: str, env: Lookup) -> JsonObject:
        """The DID document of a did:jwk: its one method, `#0`, under the relationships that its `use` allows.

        Raises:
            ProblemError: `key.malformed`, `key.weak`, `limit.exceeded`.
        """
        text = did.removeprefix(_PREFIX)
        data = base64url_decode(text, limit=env.limits.url_characters, code="key.malformed")
        jwk = _parse(data, env)
        use = jwk.get("use")
        relationships: tuple[str, ...] = (*_SIGNING, "keyAgreement")
        if use == "sig":
            relationships = _SIGNING
        elif use == "enc":
            relationships = ("keyAgreement",)
        if use != "enc" and jwk.get("crv") not in _AGREEMENT_CURVES:
            PublicKey.from_jwk(jwk, env.limits)
        method = f"{did}#0"
        verification_method: JsonValue = {
            "id": method,
            "type": "JsonWebKey2020",
            "controller": did,
            "publicKeyJwk": jwk,
        }
        document: JsonObject = {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
            "id": did,
            "verificationMethod": [verification_method],
        }
        for relationship in relationships:
            document[relationship] = [method]
        return document


def _parse(data: bytes, env: Lookup) -> JsonObject:
    try:
        jwk = loads(data, env.limits)
    except ProblemError as error:
        if error.problem.code != "input.malformed":  # CHECK: limits in a did:jwk
            raise
        raise refuse(
            "key.malformed", f"The did:jwk holds no JSON. {error.problem.detail}", spec="did:jwk Read"
        ) from None
    if not isinstance(jwk, dict):  # CHECK: JSON that is no key
        raise refuse("key.malformed", "The did:jwk holds no JSON object.", spec="did:jwk Read")
    return jwk
