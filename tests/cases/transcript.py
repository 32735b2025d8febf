"""The learner record that the README shows: two years of an invented student at an invented college."""

from __future__ import annotations

import hashlib
from typing import Any

from cases.documents import CLR_CONTEXTS, urn
from cases.showcase import (
    COLLEGE,
    INSTITUTE,
    SITE,
    STUDENT,
    WORKSHOP,
    alignment,
    college,
    credential,
    endorsement,
    grade,
    institute,
    workshop,
)
from cases.signing import Json, sign


def course(
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
        "criteria": {"id": f"{SITE}/courses/{slug}/criteria", "narrative": narrative},
        "humanCode": code,
        "fieldOfStudy": "Instrument making",
        "creditsAvailable": creditable,
        "resultDescription": [grade(slug)],
        **members,
    }


def taken(slug: str, grade: str, credit: float, start: str, end: str, term: str) -> Json:
    """What the subject of a course credential says: when, for how much, with which grade."""
    return {
        "activityStartDate": start,
        "activityEndDate": end,
        "creditsEarned": credit,
        "term": term,
        "result": [{"type": ["Result"], "resultDescription": urn(f"showcase/grade/{slug}"), "value": grade}],
    }


def _acoustics() -> Json:
    return credential(
        COLLEGE,
        college(),
        "acoustics",
        "Acoustics of Wood",
        course(
            "acoustics",
            "Acoustics of Wood",
            "How plates of spruce and maple vibrate, and how thickness and arching change their sound.",
            "A written examination, and two plates tuned within five cents of the pitch asked for.",
            "IM-101",
            6.0,
            alignment=[
                alignment("AC-3", "Tap-tone analysis", "Judges the tone of a free plate by ear and instrument.")
            ],
        ),
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-23T10:00:00Z",
        subject=taken("acoustics", "A", 6.0, "2025-09-01", "2026-01-16", "Autumn 2025"),
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
    subject = taken("violin", "B", 12.0, "2025-02-03", "2025-12-19", "2025")
    subject["result"].append(
        {
            "type": ["Result"],
            "resultDescription": rubric["id"],
            "achievedLevel": urn("showcase/level/maker"),
        }
    )
    return credential(
        COLLEGE,
        college(),
        "violin",
        "Violin Making I",
        course(
            "violin",
            "Violin Making I",
            "From the wedge of spruce to the white instrument.",
            "A violin in the white, inspected by two masters who did not teach the maker.",
            "IM-210",
            12.0,
            resultDescription=[grade("violin"), rubric],
            alignment=[alignment("LU-1", "Carving and arching", "Carves both plates to a given arching.")],
        ),
        suite="eddsa-rdfc-2022",
        valid_from="2026-01-23T10:05:00Z",
        subject=subject,
        evidence=[
            {
                "id": f"{SITE}/evidence/violin-2025-17",
                "type": ["Evidence"],
                "name": "Instrument no. 17",
                "narrative": "Photographs of the instrument and the plates' thickness maps.",
                "genre": "Portfolio",
            }
        ],
    )


def _varnish() -> Json:
    return credential(
        INSTITUTE,
        institute(),
        "varnish",
        "Chemistry of Varnish",
        course(
            "varnish",
            "Chemistry of Varnish",
            "Resins, oils and solvents; colour that lasts.",
            "Laboratory work and an oral examination during a semester abroad.",
            "CH-318",
            4.5,
        ),
        suite="ecdsa-rdfc-2019",
        valid_from="2026-01-30T08:30:00Z",
        subject=taken("varnish", "B", 4.5, "2025-03-03", "2025-07-18", "Spring 2025"),
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
            endorsement(
                urn("showcase/achievement/safety"),
                "safety",
                "Meets the board's standard VS-12 for workshops with machine tools.",
            )
        ],
    }
    return credential(
        COLLEGE,
        college(),
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
    return credential(
        WORKSHOP,
        workshop(),
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
            "id": f"{SITE}/diploma/criteria",
            "narrative": "All courses of the programme passed, the practice done, and an instrument judged by the masters.",
        },
        "creator": {"id": COLLEGE.did, "type": ["Profile"]},
        "tag": ["violin", "luthier", "vocational"],
    }
    return credential(
        COLLEGE,
        college(),
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
            "criteria": {"id": f"{SITE}/programme"},
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
        "issuer": college(),
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
