"""A complete badge, and the invented school and people that the transcript shares with it.

Everybody who signs is a did:key, so that both verify offline, under the strict default and without
a warning.
"""

from __future__ import annotations

from typing import Any

from cases.documents import BADGE_CONTEXTS, urn
from cases.keyring import Key, ec_key, ed25519_key
from cases.signing import Json, sign

COLLEGE = ed25519_key("showcase college")
INSTITUTE = ec_key("showcase institute", "P-256")
WORKSHOP = ed25519_key("showcase workshop")
BOARD = ec_key("showcase board", "P-384")
STUDENT = ed25519_key("showcase student")

SITE = "https://aldermoor.example"
_FRAMEWORK = "https://skills.northfold.example/framework/2025"


def profile(key: Key, name: str, url: str, description: str, town: str, **members: Any) -> Json:
    return {
        "id": key.did,
        "type": ["Profile"],
        "name": name,
        "url": url,
        "description": description,
        "address": {"type": ["Address"], "addressLocality": town, "addressCountry": "Northfold"},
        **members,
    }


def college() -> Json:
    return profile(
        COLLEGE,
        "Aldermoor College of Instrument Making",
        SITE,
        "A vocational college for makers of string instruments, founded in 1921.",
        "Aldermoor",
        email="registrar@aldermoor.example",
        phone="+1 555 0147",
    )


def institute() -> Json:
    return profile(
        INSTITUTE,
        "Saltmarsh Institute of Technology",
        "https://saltmarsh.example",
        "Applied chemistry and materials.",
        "Saltmarsh",
    )


def workshop() -> Json:
    return profile(
        WORKSHOP,
        "Lindqvist & Daughters, luthiers",
        "https://lindqvist.example",
        "A workshop for violins and cellos.",
        "Harrow Bridge",
    )


def board() -> Json:
    return profile(
        BOARD,
        "Northfold Board of Vocational Standards",
        "https://standards.northfold.example",
        "Endorses what vocational schools certify.",
        "Northfold",
    )


def alignment(code: str, name: str, description: str) -> Json:
    return {
        "type": ["Alignment"],
        "targetCode": code,
        "targetName": name,
        "targetDescription": description,
        "targetFramework": "Northfold Skills Framework 2025",
        "targetType": "CFItem",
        "targetUrl": f"{_FRAMEWORK}/{code}",
    }


def grade(key: str) -> Json:
    """A description of letter grades, under an id of its own for each course."""
    return {
        "id": urn(f"showcase/grade/{key}"),
        "type": ["ResultDescription"],
        "name": "Final grade",
        "resultType": "LetterGrade",
        "allowedValue": ["E", "D", "C", "B", "A"],
        "requiredValue": "D",
    }


def credential(
    key: Key,
    issuer: Json,
    slug: str,
    name: str,
    achievement: Json,
    *,
    suite: str,
    valid_from: str,
    subject: Json | None = None,
    **members: Any,
) -> Json:
    document = {
        "@context": list(BADGE_CONTEXTS),
        "id": urn(f"showcase/credential/{slug}"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": issuer,
        "validFrom": valid_from,
        "awardedDate": valid_from,
        "credentialSubject": {
            "id": STUDENT.did,
            "type": ["AchievementSubject"],
            **(subject or {}),
            "achievement": achievement,
        },
        **members,
    }
    return sign(document, key, suite, created=valid_from)


def endorsement(of: str, slug: str, comment: str) -> Json:
    document = {
        "@context": list(BADGE_CONTEXTS),
        "id": urn(f"showcase/endorsement/{slug}"),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement by the Northfold Board of Vocational Standards",
        "issuer": board(),
        "validFrom": "2026-01-12T09:00:00Z",
        "credentialSubject": {"id": of, "type": ["EndorsementSubject"], "endorsementComment": comment},
    }
    return sign(document, BOARD, "ecdsa-rdfc-2019", created="2026-01-12T09:00:00Z")


def complete_badge() -> Json:
    """A complete Open Badge 3.0: most of what the data model offers, in one signed credential."""
    achievement = {
        "id": urn("showcase/achievement/french-polish"),
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "French Polishing",
        "description": "Brings shellac to a high gloss by hand.",
        "criteria": {
            "id": f"{SITE}/badges/french-polish",
            "narrative": "A guitar back, polished in the college's workshop and inspected after a week.",
        },
        "creator": {"id": COLLEGE.did, "type": ["Profile"]},
        "image": {"id": f"{SITE}/badges/french-polish.png", "type": "Image", "caption": "A shining guitar back"},
        "humanCode": "IM-P7",
        "fieldOfStudy": "Instrument making",
        "specialization": "Finishing",
        "inLanguage": "en-GB",
        "version": "2",
        "tag": ["shellac", "finishing"],
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "IM-P7-2026", "identifierType": "systemId"},
        ],
        "alignment": [alignment("FI-4", "Spirit varnish", "Applies and polishes spirit varnish by hand.")],
        "related": [
            {"id": urn("showcase/achievement/oil-varnish"), "type": ["Related"], "inLanguage": "en-GB", "version": "1"}
        ],
        "resultDescription": [grade("french-polish")],
        "endorsement": [
            endorsement(
                urn("showcase/achievement/french-polish"),
                "french-polish",
                "A badge that employers in Northfold can rely on.",
            )
        ],
    }
    return credential(
        COLLEGE,
        college(),
        "french-polish",
        "French Polishing",
        achievement,
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-20T15:30:00Z",
        subject={
            "role": "Student",
            "creditsEarned": 1.5,
            "activityEndDate": "2026-01-19",
            "result": [{"type": ["Result"], "resultDescription": urn("showcase/grade/french-polish"), "value": "A"}],
            "narrative": "Polished one guitar back and one violin neck.",
        },
        description="Awarded after inspection by two masters of the college.",
        image={"id": f"{SITE}/badges/french-polish.png", "type": "Image"},
        validUntil="2099-12-31T23:59:59Z",
        evidence=[
            {
                "id": f"{SITE}/evidence/french-polish-88",
                "type": ["Evidence"],
                "name": "Photographs before and after",
                "narrative": "Taken under raking light.",
                "genre": "Photography",
                "audience": "Makers",
            }
        ],
    )
