"""Documents that cases start from: a badge, a record, an endorsement, a presentation, and who signs them."""

from __future__ import annotations

import uuid
from typing import Any

from cases.keyring import Key, ed25519_key, method_entry
from cases.signing import Json, sign

AT = "2026-06-01T00:00:00Z"
"""The instant at which cases are judged, unless one says otherwise."""

VALID_FROM = "2026-01-15T00:00:00Z"

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_2 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
"""The last one that goes with VCDM 1.1."""
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
ED25519_2018 = "https://w3id.org/security/suites/ed25519-2018/v1"
JWS_2020 = "https://w3id.org/security/suites/jws-2020/v1"
SUITE_CONTEXTS = {
    "Ed25519Signature2020": ED25519_2020,
    "Ed25519Signature2018": ED25519_2018,
    "JsonWebSignature2020": JWS_2020,
}
"""By suite: what a document names besides, to have its proof defined."""
UNDEFINED_TERMS = "https://www.w3.org/ns/credentials/undefined-terms/v2"

CREDENTIALS = "https://www.w3.org/2018/credentials#"
XSD_DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"

BADGE_CONTEXTS = [V2, OB]
CLR_CONTEXTS = [V2, CLR, OB]

COLLEGE = ed25519_key("college")
"""Issues most badges and all records."""
GUILD = ed25519_key("guild")
"""Issues badges that records hold, and endorses."""
STRANGER = ed25519_key("stranger")
"""Signs what is not its own."""
LEARNER = ed25519_key("learner")
"""Holds presentations; whom badges speak of."""

_NAMES = {"college": "Aldermoor College", "guild": "Guild of Instrument Makers", "stranger": "Nobody in particular"}


def urn(name: str) -> str:
    """A `urn:uuid:` of that name, the same at every run."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'https://vcverify.dev/cases/' + name)}"


def profile(issuer: Key | str, name: str | None = None) -> Json:
    """An issuer as a Profile object; a key stands for its did:key."""
    did = issuer if isinstance(issuer, str) else issuer.did
    known = _NAMES.get(issuer.name) if isinstance(issuer, Key) else None
    return {"id": did, "type": ["Profile"], "name": name or known or "An issuer"}


def achievement(name: str = "Soldering, level 2", **members: Any) -> Json:
    """An achievement with all that Open Badges 3.0 asks for."""
    return {
        "id": urn(f"achievement/{name}"),
        "type": ["Achievement"],
        "name": name,
        "description": f"The holder has shown: {name}.",
        "criteria": {"narrative": "Three joints, inspected by two makers."},
        **members,
    }


def badge(
    issuer: Key | str = COLLEGE,
    *,
    name: str = "Soldering, level 2",
    subject: str | None = LEARNER.did,
    achieved: Json | None = None,
    **members: Any,
) -> Json:
    """An unsecured Open Badge 3.0 (VCDM 2.0). `members` are added or replace; None removes."""
    about: Json = {"id": subject} if subject else {}
    about |= {"type": ["AchievementSubject"], "achievement": achieved or achievement(name)}
    return changed(
        {
            "@context": list(BADGE_CONTEXTS),
            "id": urn(f"badge/{name}"),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": name,
            "issuer": profile(issuer),
            "validFrom": VALID_FROM,
            "credentialSubject": about,
        },
        members,
    )


def badge_v1(issuer: Key | str = COLLEGE, **members: Any) -> Json:
    """An unsecured Open Badge 3.0 of the VCDM 1.1 era: `issuanceDate`, contexts of version 1."""
    document = badge(issuer)
    document["@context"] = [V1, OB_2, DATA_INTEGRITY]
    document = {("issuanceDate" if name == "validFrom" else name): value for name, value in document.items()}
    return changed(document, members)


def clr(
    members: list[Any],
    issuer: Key | str = COLLEGE,
    *,
    subject: Json | None = None,
    **more: Any,
) -> Json:
    """An unsecured Comprehensive Learner Record 2.0 with these members; `subject` adds to its ClrSubject."""
    return changed(
        {
            "@context": list(CLR_CONTEXTS),
            "id": urn("record"),
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": "Learner record",
            "issuer": profile(issuer),
            "validFrom": VALID_FROM,
            "credentialSubject": {
                "id": LEARNER.did,
                "type": ["ClrSubject"],
                "verifiableCredential": members,
                **(subject or {}),
            },
        },
        more,
    )


def endorsement(of: str, issuer: Key | str = GUILD, **members: Any) -> Json:
    """An unsecured endorsement of the thing with that id."""
    return changed(
        {
            "@context": list(BADGE_CONTEXTS),
            "id": urn(f"endorsement/{of}"),
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": profile(issuer),
            "validFrom": VALID_FROM,
            "credentialSubject": {
                "id": of,
                "type": ["EndorsementSubject"],
                "endorsementComment": "We know this work and stand by it.",
            },
        },
        members,
    )


def presentation(credentials: list[Any], holder: Key | str | None = LEARNER, **members: Any) -> Json:
    """An unsecured VCDM 2.0 presentation."""
    document: Json = {"@context": [V2], "id": urn("presentation"), "type": ["VerifiablePresentation"]}
    if holder is not None:
        document["holder"] = holder if isinstance(holder, str) else holder.did
    document["verifiableCredential"] = credentials
    return changed(document, members)


def signed_badge(issuer: Key = COLLEGE, **members: Any) -> Json:
    """A badge by a did:key issuer, signed with eddsa-rdfc-2022."""
    return sign(badge(issuer, **members), issuer)


def signed_clr(members: list[Any], issuer: Key = COLLEGE, **more: Any) -> Json:
    """A record by a did:key issuer, signed with eddsa-rdfc-2022."""
    return sign(clr(members, issuer, **more), issuer)


def signed_endorsement(of: str, issuer: Key = GUILD, **members: Any) -> Json:
    """An endorsement by a did:key issuer, signed with eddsa-rdfc-2022."""
    return sign(endorsement(of, issuer, **members), issuer)


def signed_presentation(
    credentials: list[Any], holder: Key = LEARNER, *, proof: Json | None = None, **more: Any
) -> Json:
    """A presentation signed by its holder for `authentication`; `proof` adds `challenge` and `domain`."""
    return sign(presentation(credentials, holder, **more), holder, purpose="authentication", proof=proof)


def controller_document(
    subject: str,
    *methods: Json,
    relationship: str | None = "assertionMethod",
    **members: Any,
) -> Json:
    """A controller document (CID 1.0 §2) that lists these methods under one relationship."""
    document: Json = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": subject,
        "verificationMethod": list(methods),
    }
    if relationship:
        document[relationship] = [method["id"] for method in methods]
    return changed(document, members)


def single_key_document(subject: str, key: Key, *, fragment: str = "key-1", **options: Any) -> Json:
    """The controller document of a subject with one Multikey."""
    return controller_document(subject, method_entry(key, f"{subject}#{fragment}", subject), **options)


def changed(document: Json, members: Json) -> Json:
    """The document with members added or replaced; None removes one. `context` stands for `@context`."""
    result = document | {("@context" if name == "context" else name): value for name, value in members.items()}
    return {name: value for name, value in result.items() if value is not None}
