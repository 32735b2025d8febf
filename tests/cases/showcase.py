"""The documents that the README shows: a student's transcript and a complete badge.

The people, schools and workshops are invented. Everybody who signs is a did:key, so that both
verify offline, under the strict default and without a warning.
"""

from __future__ import annotations

import hashlib
from typing import Any

from cases.documents import BADGE_CONTEXTS, CLR_CONTEXTS, urn
from cases.keyring import Key, ec_key, ed25519_key
from cases.signing import Json, sign

COLLEGE = ed25519_key("showcase college")
INSTITUTE = ec_key("showcase institute", "P-256")
WORKSHOP = ed25519_key("showcase workshop")
BOARD = ec_key("showcase board", "P-384")
STUDENT = ed25519_key("showcase student")

_SITE = "https://aldermoor.example"
_FRAMEWORK = "https://skills.northfold.example/framework/2025"


def _profile(key: Key, name: str, url: str, description: str, town: str, **members: Any) -> Json:
    return {
        "id": key.did,
        "type": ["Profile"],
        "name": name,
        "url": url,
        "description": description,
        "address": {"type": ["Address"], "addressLocality": town, "addressCountry": "Northfold"},
        **members,
    }


def _college() -> Json:
    return _profile(
        COLLEGE,
        "Aldermoor College of Instrument Making",
        _SITE,
        "A vocational college for makers of string instruments, founded in 1921.",
        "Aldermoor",
        email="registrar@aldermoor.example",
        phone="+1 555 0147",
    )


def _institute() -> Json:
    return _profile(
        INSTITUTE,
        "Saltmarsh Institute of Technology",
        "https://saltmarsh.example",
        "Applied chemistry and materials.",
        "Saltmarsh",
    )


def _workshop() -> Json:
    return _profile(
        WORKSHOP,
        "Lindqvist & Daughters, luthiers",
        "https://lindqvist.example",
        "A workshop for violins and cellos.",
        "Harrow Bridge",
    )


def _board() -> Json:
    return _profile(
        BOARD,
        "Northfold Board of Vocational Standards",
        "https://standards.northfold.example",
        "Endorses what vocational schools certify.",
        "Northfold",
    )


def _alignment(code: str, name: str, description: str) -> Json:
    return {
        "type": ["Alignment"],
        "targetCode": code,
        "targetName": name,
        "targetDescription": description,
        "targetFramework": "Northfold Skills Framework 2025",
        "targetType": "CFItem",
        "targetUrl": f"{_FRAMEWORK}/{code}",
    }


def _grade(key: str) -> Json:
    """A description of letter grades, under an id of its own for each course."""
    return {
        "id": urn(f"showcase/grade/{key}"),
        "type": ["ResultDescription"],
        "name": "Final grade",
        "resultType": "LetterGrade",
        "allowedValue": ["E", "D", "C", "B", "A"],
        "requiredValue": "D",
    }


def _credential(
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


def _endorsement(of: str, slug: str, comment: str) -> Json:
    document = {
        "@context": list(BADGE_CONTEXTS),
        "id": urn(f"showcase/endorsement/{slug}"),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement by the Northfold Board of Vocational Standards",
        "issuer": _board(),
        "validFrom": "2026-01-12T09:00:00Z",
        "credentialSubject": {"id": of, "type": ["EndorsementSubject"], "endorsementComment": comment},
    }
    return sign(document, BOARD, "ecdsa-rdfc-2019", created="2026-01-12T09:00:00Z")


def _course(
    slug: str,
    name: str,
    description: str,
    narrative: str,
    code: str,
    creditable: float,
    **members: Any,
) -> Json:
    return {
        "id": urn(f"showcase/achievement/{slug}"),
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": name,
        "description": description,
        "criteria": {"id": f"{_SITE}/courses/{slug}/criteria", "narrative": narrative},
        "humanCode": code,
        "fieldOfStudy": "Instrument making",
        "creditsAvailable": creditable,
        "resultDescription": [_grade(slug)],
        **members,
    }


def _taken(slug: str, grade: str, credit: float, start: str, end: str, term: str) -> Json:
    """What the subject of a course credential says: when, for how much, with which grade."""
    return {
        "activityStartDate": start,
        "activityEndDate": end,
        "creditsEarned": credit,
        "term": term,
        "result": [{"type": ["Result"], "resultDescription": urn(f"showcase/grade/{slug}"), "value": grade}],
    }


def _acoustics() -> Json:
    return _credential(
        COLLEGE,
        _college(),
        "acoustics",
        "Acoustics of Wood",
        _course(
            "acoustics",
            "Acoustics of Wood",
            "How plates of spruce and maple vibrate, and how thickness and arching change their sound.",
            "A written examination, and two plates tuned within five cents of the pitch asked for.",
            "IM-101",
            6.0,
            alignment=[_alignment("AC-3", "Tap-tone analysis", "Judges the tone of a free plate by ear and instrument.")],
        ),
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-23T10:00:00Z",
        subject=_taken("acoustics", "A", 6.0, "2025-09-01", "2026-01-16", "Autumn 2025"),
    )


def _violin() -> Json:
    levels = [
        ("trainee", "Works under guidance", "1"),
        ("maker", "Works alone", "2"),
        ("mentor", "Guides others", "3"),
    ]
    rubric = {
        "id": urn("showcase/rubric/violin"),
        "type": ["ResultDescription"],
        "name": "Independence at the bench",
        "resultType": "RubricCriterionLevel",
        "requiredLevel": urn("showcase/level/trainee"),
        "rubricCriterionLevel": [
            {
                "id": urn(f"showcase/level/{level}"),
                "type": ["RubricCriterionLevel"],
                "name": name,
                "level": level,
                "points": points,
            }
            for level, name, points in levels
        ],
    }
    subject = _taken("violin", "B", 12.0, "2025-02-03", "2025-12-19", "2025")
    subject["result"].append(
        {
            "type": ["Result"],
            "resultDescription": rubric["id"],
            "achievedLevel": urn("showcase/level/maker"),
        }
    )
    return _credential(
        COLLEGE,
        _college(),
        "violin",
        "Violin Making I",
        _course(
            "violin",
            "Violin Making I",
            "From the wedge of spruce to the white instrument.",
            "A violin in the white, inspected by two masters who did not teach the maker.",
            "IM-210",
            12.0,
            resultDescription=[_grade("violin"), rubric],
            alignment=[_alignment("LU-1", "Carving and arching", "Carves both plates to a given arching.")],
        ),
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-23T10:05:00Z",
        subject=subject,
        evidence=[
            {
                "id": f"{_SITE}/evidence/violin-2025-17",
                "type": ["Evidence"],
                "name": "Instrument no. 17",
                "narrative": "Photographs of the instrument and the plates' thickness maps.",
                "genre": "Portfolio",
            }
        ],
    )


def _varnish() -> Json:
    return _credential(
        INSTITUTE,
        _institute(),
        "varnish",
        "Chemistry of Varnish",
        _course(
            "varnish",
            "Chemistry of Varnish",
            "Resins, oils and solvents; colour that lasts.",
            "Laboratory work and an oral examination during a semester abroad.",
            "CH-318",
            4.5,
        ),
        suite="ecdsa-rdfc-2019",
        valid_from="2026-01-30T08:30:00Z",
        subject=_taken("varnish", "B", 4.5, "2025-03-03", "2025-07-18", "Spring 2025"),
    )


def _safety() -> Json:
    achievement = {
        "id": urn("showcase/achievement/safety"),
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": "Safe Use of Machine Tools",
        "description": "Band saw, pillar drill and bending iron, used without danger to oneself or others.",
        "criteria": {"narrative": "Four hours of instruction and a practical examination at each machine."},
        "endorsement": [
            _endorsement(
                urn("showcase/achievement/safety"),
                "safety",
                "Meets the board's standard VS-12 for workshops with machine tools.",
            )
        ],
    }
    return _credential(
        COLLEGE,
        _college(),
        "safety",
        "Safe Use of Machine Tools",
        achievement,
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-13T14:00:00Z",
    )


def _practice() -> Json:
    achievement = {
        "id": urn("showcase/achievement/practice"),
        "type": ["Achievement"],
        "achievementType": "Fieldwork",
        "name": "Workshop Practice, 24 weeks",
        "description": "Repair and set-up of violins for customers.",
        "criteria": {"narrative": "Twenty-four weeks at the bench, with a log signed every Friday."},
    }
    return _credential(
        WORKSHOP,
        _workshop(),
        "practice",
        "Workshop Practice, 24 weeks",
        achievement,
        suite="eddsa-jcs-2022",
        valid_from="2026-02-02T16:00:00Z",
        subject={
            "role": "Trainee",
            "activityStartDate": "2025-07-21",
            "activityEndDate": "2026-01-30",
        },
    )


def _diploma() -> Json:
    achievement = {
        "id": urn("showcase/achievement/diploma"),
        "type": ["Achievement"],
        "achievementType": "Diploma",
        "name": "Diploma in Instrument Making",
        "description": "The college's final qualification after two years.",
        "criteria": {
            "id": f"{_SITE}/diploma/criteria",
            "narrative": "All courses of the programme passed, the practice done, and an instrument judged by the masters.",
        },
        "creator": {"id": COLLEGE.did, "type": ["Profile"]},
        "tag": ["violin", "luthier", "vocational"],
    }
    return _credential(
        COLLEGE,
        _college(),
        "diploma",
        "Diploma in Instrument Making",
        achievement,
        suite="eddsa-rdfc-2022",
        valid_from="2026-02-13T11:00:00Z",
        subject={"licenseNumber": "AC-2026-0031"},
    )


def _programme() -> list[Json]:
    """The achievements that the record describes itself: what its members belong to."""
    return [
        {
            "id": urn("showcase/achievement/programme"),
            "type": ["Achievement"],
            "achievementType": "LearningProgram",
            "name": "Instrument Making, two years",
            "description": "Courses and practice that lead to the diploma.",
            "criteria": {"id": f"{_SITE}/programme"},
        },
        {
            "id": urn("showcase/achievement/tonal-judgement"),
            "type": ["Achievement"],
            "achievementType": "Competency",
            "name": "Tonal judgement",
            "description": "Hears what an instrument lacks, and knows where to take wood away.",
            "criteria": {"narrative": "Shown in the course on acoustics."},
        },
    ]


def _association(kind: str, source: str, target: str) -> Json:
    return {
        "type": "Association",
        "associationType": kind,
        "sourceId": urn(f"showcase/achievement/{source}"),
        "targetId": urn(f"showcase/achievement/{target}"),
    }


def transcript() -> Json:
    """The signed learner record: six credentials by three issuers in three suites, and how they belong together."""
    salt = "f2c7e1"
    address = "ines.calloway@student.aldermoor.example"
    document = {
        "@context": list(CLR_CONTEXTS),
        "id": urn("showcase/transcript"),
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript: Diploma in Instrument Making",
        "description": "Everything that Ines Calloway achieved at Aldermoor College, and elsewhere on the way.",
        "issuer": _college(),
        "validFrom": "2026-02-13T12:00:00Z",
        "awardedDate": "2026-02-13T12:00:00Z",
        "partial": False,
        "credentialSubject": {
            "id": STUDENT.did,
            "type": ["ClrSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "emailAddress",
                    "hashed": True,
                    "identityHash": "sha256$" + hashlib.sha256((address + salt).encode()).hexdigest(),
                    "salt": salt,
                }
            ],
            "verifiableCredential": [_diploma(), _acoustics(), _violin(), _varnish(), _safety(), _practice()],
            "achievement": _programme(),
            "association": [
                _association("isPartOf", "acoustics", "programme"),
                _association("isPartOf", "violin", "programme"),
                _association("isPartOf", "varnish", "programme"),
                _association("isPartOf", "practice", "programme"),
                _association("isPartOf", "tonal-judgement", "acoustics"),
                _association("precedes", "safety", "violin"),
                _association("isRelatedTo", "diploma", "programme"),
            ],
        },
    }
    return sign(document, COLLEGE, created="2026-02-13T12:00:00Z")


def badge() -> Json:
    """A complete Open Badge 3.0: most of what the data model offers, in one signed credential."""
    achievement = {
        "id": urn("showcase/achievement/french-polish"),
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "French Polishing",
        "description": "Brings shellac to a high gloss by hand.",
        "criteria": {
            "id": f"{_SITE}/badges/french-polish",
            "narrative": "A guitar back, polished in the college's workshop and inspected after a week.",
        },
        "creator": {"id": COLLEGE.did, "type": ["Profile"]},
        "image": {"id": f"{_SITE}/badges/french-polish.png", "type": "Image", "caption": "A shining guitar back"},
        "humanCode": "IM-P7",
        "fieldOfStudy": "Instrument making",
        "specialization": "Finishing",
        "inLanguage": "en-GB",
        "version": "2",
        "tag": ["shellac", "finishing"],
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "IM-P7-2026", "identifierType": "systemId"},
        ],
        "alignment": [_alignment("FI-4", "Spirit varnish", "Applies and polishes spirit varnish by hand.")],
        "related": [
            {"id": urn("showcase/achievement/oil-varnish"), "type": ["Related"], "inLanguage": "en-GB", "version": "1"}
        ],
        "resultDescription": [_grade("french-polish")],
        "endorsement": [
            _endorsement(
                urn("showcase/achievement/french-polish"),
                "french-polish",
                "A badge that employers in Northfold can rely on.",
            )
        ],
    }
    return _credential(
        COLLEGE,
        _college(),
        "french-polish",
        "French Polishing",
        achievement,
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-20T15:30:00Z",
        subject={
            "role": "Student",
            "creditsEarned": 1.5,
            "activityEndDate": "2026-01-19",
            "result": [
                {"type": ["Result"], "resultDescription": urn("showcase/grade/french-polish"), "value": "A"}
            ],
            "narrative": "Polished one guitar back and one violin neck.",
        },
        description="Awarded after inspection by two masters of the college.",
        image={"id": f"{_SITE}/badges/french-polish.png", "type": "Image"},
        validUntil="2099-12-31T23:59:59Z",
        evidence=[
            {
                "id": f"{_SITE}/evidence/french-polish-88",
                "type": ["Evidence"],
                "name": "Photographs before and after",
                "narrative": "Taken under raking light.",
                "genre": "Photography",
                "audience": "Makers",
            }
        ],
    )
