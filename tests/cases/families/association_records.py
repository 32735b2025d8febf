"""Associations in larger records and in records inside others; achievements that are told in two ways."""

from __future__ import annotations

from functools import partial

from cases.documents import (
    COLLEGE,
    GUILD,
    STRANGER,
    achievement,
    badge,
    clr,
    signed_badge,
    signed_clr,
    signed_presentation,
    urn,
)
from cases.families.associations import ABSENT, AT, FIRST, GOOD, MEMBER, SECOND, SPEC, THIRD, A, B, link, member, record
from cases.mutations import put
from cases.registry import Family, Scenario, fails, passes
from cases.tokens import envelope, signed

FAMILY = Family("association-record", "clr", "association")
case = FAMILY.case


# Descriptions ------------------------------------------------------------------------------------------


@case("One achievement, told in the same words twice", spec=["CLR 2.0 ClrSubject"], importance="medium")
def told_alike() -> Scenario:
    """In the record and in a member."""
    return record(GOOD, link("isChildOf", FIRST, SECOND), members=[member(A)])


for _what, _value in {
    "name": "Module Z",
    "description": "Something else.",
    "criteria": {"narrative": "Attendance."},
    "achievementType": "Badge",
    "creditsAvailable": 30,
    "creator": {"id": "urn:uuid:9b0c0a9e-1d9f-4f3b-8d6b-0a6f3f6c1c55", "type": ["Profile"]},
    "version": "2",
    "fieldOfStudy": "Law",
    "specialization": "Contracts",
    "humanCode": "L-2",
    "inLanguage": "de",
    "alignment": [{"type": ["Alignment"], "targetName": "Another", "targetUrl": "https://framework.example/2"}],
}.items():
    _here = {
        **A,
        "achievementType": "Course",
        "creditsAvailable": 3,
        "creator": {"id": COLLEGE.did, "type": ["Profile"]},
        "version": "1",
        "fieldOfStudy": "Wood",
        "specialization": "Chairs",
        "humanCode": "W-1",
        "inLanguage": "en",
        "alignment": [{"type": ["Alignment"], "targetName": "Chairs", "targetUrl": "https://framework.example/1"}],
    }
    FAMILY.add(
        f"conflict-{_what.lower()}",
        f"One achievement with two values of {_what}",
        "The record tells it in one way, its member in another: a warning at the member's.",
        partial(
            record,
            passes("achievement.conflict", associations="passed", only=False),
            link("isChildOf", FIRST, SECOND),
            members=[member({**_here, _what: _value})],
            achievements=(_here, B),
        ),
        spec=["CLR 2.0 ClrSubject"],
        importance="medium",
    )


_ALIGNED = [
    {"type": ["Alignment"], "targetName": "Chairs", "targetUrl": "https://framework.example/1"},
    {"type": ["Alignment"], "targetName": "Tables", "targetUrl": "https://framework.example/2"},
]


@case("One achievement whose member tells less of it", spec=["CLR 2.0 ClrSubject"], importance="medium")
def told_less() -> Scenario:
    """Silence is no other word; 3 is 3.0, and alignments have no order."""
    return record(
        passes(associations="passed", absent=["achievement.conflict"], only=False),
        link("isChildOf", FIRST, SECOND),
        members=[
            member({**A, "version": "1", "creator": {"type": ["Profile"], "name": "Nobody"}}),
            member({**A, "creditsAvailable": 3.0, "alignment": _ALIGNED[::-1]}),
        ],
        achievements=({**A, "creditsAvailable": 3, "version": "1", "alignment": _ALIGNED}, B),
    )


@case("An association whose type stands in an array", spec=["CLR 2.0 §B Association"], importance="medium")
def type_in_array() -> Scenario:
    """The statements are the same, but the schema asks for text: a warning."""
    odd = {**link("isChildOf", FIRST, SECOND), "type": ["Association"]}
    return record(passes(("association.type", f"{AT}/0/type"), associations="passed", only=False), odd)


@case("One achievement twice in the record, in two ways", spec=["CLR 2.0 ClrSubject"])
def conflict_in_record() -> Scenario:
    """One id, two names: in the graph they are one thing with two names."""
    return record(
        passes("achievement.conflict", associations="passed", only=False),
        link("isChildOf", FIRST, SECOND),
        achievements=(A, {**A, "name": "Module Z"}, B),
    )


@case("One achievement with a name in two languages", spec=["VCDM 2.0 §11.1"], importance="low")
def languages() -> Scenario:
    """No conflict: each reader has one."""
    names = [{"@value": "Module A", "@language": "en"}, {"@value": "Modul A", "@language": "de"}]
    return record(
        passes(associations="passed", absent=["achievement.conflict"], only=False),
        link("isChildOf", FIRST, SECOND),
        achievements=({**A, "name": names}, B),
    )


# Larger records, and records elsewhere -----------------------------------------------------------------


@case("Many associations", spec=SPEC, importance="medium")
def many() -> Scenario:
    """Sixty modules in a chain, each related to the one before it as well."""
    modules = [achievement(f"Module {number}") for number in range(60)]
    links = [
        link(kind, modules[at]["id"], modules[at + 1]["id"]) for at in range(59) for kind in ("precedes", "isRelatedTo")
    ]
    return record(
        passes(facts={"associations": {"count": 118}}, associations="passed"), *links, achievements=tuple(modules)
    )


@case("A record in a presentation", spec=SPEC, features=["presentation"])
def in_presentation() -> Scenario:
    """Its associations are judged there, with pointers from the root."""
    inner = record(GOOD, link("isChildOf", ABSENT, SECOND)).document
    return Scenario(
        document=signed_presentation([inner]),
        expect=fails(("association.dangling", f"/verifiableCredential/0{AT}/0/sourceId"), "member.failed"),
    )


@case("An inner record's conflict has its pointer from the root", spec=SPEC, importance="medium")
def inner_conflict() -> Scenario:
    """A member of the inner record tells the achievement in another way."""
    inner = signed_clr([member({**A, "name": "Module Z"})], GUILD, id=urn("inner record"), subject={"achievement": [A]})
    return record(
        passes(("achievement.conflict", f"{MEMBER}/0{MEMBER}/0/credentialSubject/achievement/name"), only=False),
        members=[inner],
        achievements=(),
    )


@case("An inner record's association of its own", spec=SPEC)
def inner_association() -> Scenario:
    """It hangs on a badge of the outer record, which the inner record does not hold."""
    inner = signed_clr(
        [signed_badge(GUILD)],
        GUILD,
        id=urn("inner record"),
        subject={"achievement": [A], "association": [link("isChildOf", FIRST, SECOND)]},
    )
    return record(
        fails(("association.dangling", f"{MEMBER}/0{AT}/0/targetId"), ("member.failed", f"{MEMBER}/0")),
        members=[inner, member(B)],
        achievements=(),
    )


@case("An association changed after signing", spec=["DI §4.4"], importance="critical")
def altered() -> Scenario:
    """Another achievement takes the place of the parent."""
    scenario = record(fails("proof.invalid", proof="failed"), link("isChildOf", FIRST, SECOND))
    return Scenario(document=put(scenario.document, f"{AT}/0/targetId", THIRD), expect=scenario.expect)


# Tokens ------------------------------------------------------------------------------------------------


@case("An association with a member that is a token", spec=SPEC, features=["jose"])
def token_member() -> Scenario:
    """The achievement is described in what the token carries."""
    held = envelope(signed(badge(GUILD, achieved=A, id=urn("badge for Module A")), GUILD))
    return record(GOOD, link("isChildOf", FIRST, SECOND), members=[held], achievements=(B,))


@case("An association with a member that is a bad token", spec=SPEC, features=["jose"])
def bad_token_member() -> Scenario:
    """Signed by a stranger: dangling after verification."""
    held = envelope(signed(badge(GUILD, achieved=A), STRANGER))
    return record(
        fails(("association.dangling", f"{AT}/0/sourceId"), ("member.failed", f"{MEMBER}/0")),
        link("isChildOf", FIRST, SECOND),
        members=[held],
        achievements=(B,),
    )


@case("A record that is a token", spec=SPEC, features=["jose"])
def token_record() -> Scenario:
    """Its associations are read from the signed payload."""
    held = clr([member(A)], subject={"achievement": [B], "association": [link("isChildOf", FIRST, ABSENT)]})
    return Scenario(
        text=signed(held, COLLEGE),
        expect=fails(("association.dangling", f"{AT}/0/targetId"), proof="passed", associations="failed"),
    )
