"""Documents to tokens: the payload with its claims, the header, the signature.

VCDM 2.0          the document is the payload (VC-JOSE-COSE §3.1.1, §3.1.2)
VCDM 1.1          it stands under `vc` or `vp`, with the claims that repeat it (VCDM 1.1 §6.3.1)
Open Badges, CLR  either way, with those claims beside it (Open Badges 3.0 §8.2.6)
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vcverify import vocabulary
from vcverify.datetimes import parse_stamp
from vcverify.jose.claims import is_badge
from vcverify.jose.contents import CLAIMS, Contents, name_of, read_contents
from vcverify.jsontypes import JsonObject, JsonValue, as_list, compact, pointer
from vcverify.multiformats import base64url_encode
from vcverify.problems import refuse

if TYPE_CHECKING:
    from vcverify.crypto.private import PrivateKey

_DATES: Final = {"nbf": ("validFrom", "issuanceDate"), "exp": ("validUntil", "expirationDate")}


def write_token(
    document: JsonObject,
    key: PrivateKey,
    *,
    kid: str,
    algorithm: str | None,
    issued: datetime,
    expires: datetime | None = None,
    nonce: str | None = None,
    audience: JsonValue = None,
) -> str:
    """The compact JWS of a document.

    Args:
        document: Unsecured: a credential or a presentation.
        kid: The URL of the key's verification method.
        algorithm: By its JOSE name; None takes the key's own.
        expires: When the token does; a credential's own end is said besides, where its form asks for that.

    Raises:
        ProblemError: `jose.algorithm` where the key does not take the algorithm; `jose.claims` where a member has the
            name of a claim; `input.malformed` where the object is no document.
    """
    name = key.algorithm if algorithm is None else algorithm
    contents = read_contents(document)
    payload = _payload(contents)
    payload["iat"] = _seconds(issued)
    if expires is not None:
        payload["exp"] = _seconds(expires)
    if nonce is not None:
        payload["nonce"] = nonce
    if audience is not None:
        payload["aud"] = audience
    header: JsonObject = {"alg": name, "typ": _type(contents), "kid": kid}
    signing_input = f"{base64url_encode(compact(header))}.{base64url_encode(compact(payload))}"
    return f"{signing_input}.{base64url_encode(key.signature(signing_input.encode('ascii'), name))}"


def _payload(contents: Contents) -> JsonObject:
    document = contents.payload
    if _is_v1(document):
        return {**_claims(contents), contents.kind: document}
    for name in document:
        if name in CLAIMS:
            raise refuse(
                "jose.claims",
                f"In a token, the member `{name}` would be read as a claim, not as the document's.",
                pointer(name),
                found=document[name],
                spec="RFC 7519 §4.1",
                remedy="Rename it, or sign with a proof inside the document.",
            )
    return {**document, **(_claims(contents) if is_badge(contents) else {})}


def _type(contents: Contents) -> str:
    if is_badge(contents) or _is_v1(contents.payload):
        return "JWT"  # Open Badges 3.0 §8.2.2, VCDM 1.1 §6.3.1
    return f"{contents.kind}+jwt"


def _is_v1(document: JsonObject) -> bool:
    return vocabulary.CREDENTIALS_V1 in as_list(document.get("@context"))[:1]


def _claims(contents: Contents) -> JsonObject:
    """What the document says, in claims: each only where the document says it."""
    document = contents.payload
    subjects = as_list(document.get("credentialSubject"))
    said: JsonObject = {
        "iss": name_of(document.get("issuer" if contents.kind == "vc" else "holder")),
        "jti": name_of(document.get("id")),
        "sub": name_of(subjects[0]) if len(subjects) == 1 else None,
    }
    for claim, names in _DATES.items():
        texts = (document.get(name) for name in names)
        stamps = [parse_stamp(text) for text in texts if isinstance(text, str)]
        if stamps and stamps[0] is not None:
            said[claim] = _seconds(stamps[0].instant)
    return {name: value for name, value in said.items() if value is not None}


def _seconds(instant: datetime) -> int:
    """A NumericDate of whole seconds, as all readers take it (RFC 7519 §2)."""
    return int(instant.timestamp() // 1)
