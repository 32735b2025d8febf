"""The document that a token's payload carries, and what the claims beside it say of it.

VCDM 2.0   the payload is the credential or presentation; claims stand among its members
VCDM 1.1   it is under `vc` or `vp`; claims stand beside it and can stand for its members (§6.3.1)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from vcverify.datetimes import MAX, MIN, format_instant
from vcverify.jsontypes import JsonObject, JsonValue, as_list, loads
from vcverify.limits import DEFAULT_LIMITS, Limits
from vcverify.problems import refuse

CLAIMS: Final = frozenset(
    {"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf", "vct", "vct#integrity", "vc", "vp"}
)
"""Members of a payload that are the token's, not the document's (RFC 7519 §4.1, RFC 7800, VC-JOSE-COSE §3)."""

_MARKS: Final = ("@context", "type", "credentialSubject", "issuer")
_OF_W3C: Final = ("type", "@type", "credentialSubject", "credentialStatus", "credentialSchema", "verifiableCredential")
"""By what a credential of the W3C's can be told though its contexts were withheld."""
_PRESENTATIONS: Final = frozenset({"VerifiablePresentation", "EnvelopedVerifiablePresentation"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A payload, told apart.

    Attributes:
        payload: All of it.
        document: The credential or presentation, with what claims say in place of absent members.
        kind: "vc" or "vp".
        member: Where it stood: "vc", "vp" (VCDM 1.1), or "" for the payload itself.
        told_by: By pointer of a member of `document` that a claim stands for: the claim's pointer.
    """

    payload: JsonObject
    document: JsonObject
    kind: str
    member: str
    told_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str | None:
        """Who the document says that made it (of a presentation: the holder), else the `iss` claim."""
        named = name_of(self.document.get("issuer" if self.kind == "vc" else "holder"))
        claimed = self.payload.get("iss")
        return named or (claimed if isinstance(claimed, str) else None)


def read_payload(data: bytes, limits: Limits = DEFAULT_LIMITS) -> JsonObject:
    """The payload's claims.

    Raises:
        ProblemError: `input.malformed` where it is not a strict JSON object, `limit.exceeded`.
    """
    payload = loads(data, limits)
    if not isinstance(payload, dict):  # CHECK: payloads that are no object
        raise refuse(
            "input.malformed",
            "The token's payload is not a JSON object.",
            expected="an object",
            found=payload,
            spec="RFC 7519 §7.2",
        )
    return payload


def read_contents(payload: JsonObject, selective: bool = False) -> Contents:
    """The document in a payload.

    Args:
        selective: whether it came with disclosures.

    Raises:
        ProblemError: `input.malformed` where there is none.
    """
    if selective and is_sd_jwt_vc(payload):
        return _by_type(payload)
    if payload.keys().isdisjoint(_MARKS):  # CHECK: payloads without a credential
        for member in ("vc", "vp"):
            if member in payload:
                return _beside(payload, member)
        raise refuse(
            "input.malformed",
            "No credential is in the token: its payload has no `@context`, `type`, `vc` or `vp`.",
            spec="VC-JOSE-COSE §3.1; VCDM 1.1 §6.3.1",
        )
    document = {name: value for name, value in payload.items() if name not in CLAIMS}
    kind = "vc" if _PRESENTATIONS.isdisjoint(_texts(payload.get("type"))) else "vp"
    told_by: dict[str, str] = {}
    if kind == "vc" and "validUntil" not in document:
        _tell_date(document, "validUntil", payload, "exp", told_by)
    return Contents(payload=payload, document=document, kind=kind, member="", told_by=told_by)


def is_sd_jwt_vc(document: JsonObject) -> bool:
    """Whether a document has a `vct` and no contexts: it is none of the W3C's, and follows other rules."""
    return "vct" in document and "@context" not in document


def _by_type(payload: JsonObject) -> Contents:
    """An SD-JWT VC (SD-JWT VC §2.2.2): what VCDM says by members of its own, it says by claims.

    A credential of the W3C's whose contexts a presenter withheld is none: its names would mean something else.
    """
    for name in _OF_W3C:
        if name in payload:  # CHECK: credentials whose contexts are withheld
            raise refuse(
                "jose.disclosure",
                f"The token has the `{name}` of a W3C credential, but shows no `@context` that says what it means.",
                f"/{name}",
                expected="`@context`, or an SD-JWT VC without such members",
                found=payload[name],
                spec="VCDM 2.0 §4.3; SD-JWT VC §2.2.2",
            )
    document = {name: value for name, value in payload.items() if name not in CLAIMS}
    document["vct"] = payload["vct"]
    told_by: dict[str, str] = {}
    _tell(document, "id", payload, "jti", told_by)
    _tell(document, "issuer", payload, "iss", told_by)
    _tell(document, "credentialSubject", payload, "sub", told_by)
    _tell_date(document, "validFrom", payload, "nbf", told_by)
    _tell_date(document, "validUntil", payload, "exp", told_by)
    return Contents(payload=payload, document=document, kind="vc", member="", told_by=told_by)


def _beside(payload: JsonObject, member: str) -> Contents:
    held = payload[member]
    # CHECK: claims without a credential
    if not isinstance(held, dict) or not any(name in held for name in _MARKS) or is_sd_jwt_vc(held):
        raise refuse(
            "input.malformed",
            f"The `{member}` claim is not a credential or presentation.",
            f"/{member}",
            expected="an object with `@context` and `type`",
            found=held,
            spec="VCDM 1.1 §6.3.1",
        )
    document = dict(held)
    told_by: dict[str, str] = {}
    _tell(document, "id", payload, "jti", told_by)
    if member == "vp":
        _tell(document, "holder", payload, "iss", told_by)
    else:
        _tell_issuer(document, payload, told_by)
        _tell_subject(document, payload, told_by)
        if "validFrom" not in document:
            _tell_date(document, "issuanceDate", payload, "nbf", told_by)
        if "validUntil" not in document:
            _tell_date(document, "expirationDate", payload, "exp", told_by)
    return Contents(payload=payload, document=document, kind=member, member=member, told_by=told_by)


def _tell(document: JsonObject, name: str, payload: JsonObject, claim: str, told_by: dict[str, str]) -> None:
    value = payload.get(claim)
    if name not in document and isinstance(value, str):
        document[name] = value
        told_by[f"/{name}"] = f"/{claim}"


def _tell_date(document: JsonObject, name: str, payload: JsonObject, claim: str, told_by: dict[str, str]) -> None:
    instant = numeric_date(payload.get(claim))
    if name not in document and instant is not None:
        document[name] = format_instant(instant)
        told_by[f"/{name}"] = f"/{claim}"


def _tell_issuer(document: JsonObject, payload: JsonObject, told_by: dict[str, str]) -> None:
    issuer, claimed = document.get("issuer"), payload.get("iss")
    if isinstance(issuer, dict) and "id" not in issuer and isinstance(claimed, str):
        document["issuer"] = {"id": claimed, **issuer}
        told_by["/issuer/id"] = "/iss"
    else:
        _tell(document, "issuer", payload, "iss", told_by)


def _tell_subject(document: JsonObject, payload: JsonObject, told_by: dict[str, str]) -> None:
    """Of the one subject, however it is written; which of several is meant, nothing says."""
    value, claimed = document.get("credentialSubject"), payload.get("sub")
    subject = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(subject, dict) and "id" not in subject and isinstance(claimed, str):
        told = {"id": claimed, **subject}
        document["credentialSubject"] = [told] if isinstance(value, list) else told
        told_by["/credentialSubject/0/id" if isinstance(value, list) else "/credentialSubject/id"] = "/sub"


def numeric_date(value: JsonValue) -> datetime | None:
    """The instant of a NumericDate (RFC 7519 §2); None for what is none. Far ones are the nearest that Python has."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return _EPOCH + timedelta(seconds=value)
    except OverflowError:
        return MAX if value > 0 else MIN


def name_of(value: JsonValue) -> str | None:
    """The id of a thing that is given by its id or as an object; None where it is neither, or empty."""
    name = value.get("id") if isinstance(value, dict) else value
    return name if isinstance(name, str) and name else None


def _texts(value: JsonValue) -> list[str]:
    return [item for item in as_list(value) if isinstance(item, str)]
