"""Associations: the graph of achievements that a record draws."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, GUILD, STRANGER, achievement, badge, clr, signed_badge, signed_clr, urn
from cases.lists import LIST, entry, signed_list
from cases.mutations import tamper
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes
from cases.signing import Json, sign

FAMILY = Family("association", "clr")
case = FAMILY.case

SPEC = ("CLR 2.0 Association",)
AT = "/credentialSubject/association"
MEMBER = "/credentialSubject/verifiableCredential"
TYPES = (
    "exactMatchOf",
    "isChildOf",
    "isParentOf",
    "isPartOf",
    "isPeerOf",
    "isRelatedTo",
    "precedes",
    "replacedBy",
)
INVERSE = {"isChildOf": "isParentOf", "isParentOf": "isChildOf"}

A, B, C, D = (achievement(f"Module {letter}") for letter in "ABCD")
FIRST, SECOND, THIRD, FOURTH = (item["id"] for item in (A, B, C, D))
ABSENT = urn("an achievement of nobody")
PAST = "2026-03-31T23:59:59Z"


def link(kind: str, source: str, target: str, **members: Any) -> Json:
    """An association."""
    return {"type": "Association", "associationType": kind, "sourceId": source, "targetId": target, **members}


def member(achieved: Json, issuer: Any = GUILD, **members: Any) -> Json:
    """A signed badge for the achievement."""
    name = achieved["name"]
    return signed_badge(issuer, name=name, achieved=achieved, id=urn(f"badge for {name}"), **members)


def record(
    expect: Expectation,
    *links: Any,
    members: list[Json] | None = None,
    achievements: tuple[Json, ...] = (A, B, C, D),
    suite: str = "eddsa-rdfc-2022",
    **more: Any,
) -> Scenario:
    """A record with associations between its achievements and those of its members."""
    about: Json = {"association": list(links)} if links else {}
    if achievements:
        about["achievement"] = list(achievements)
    document = clr(members if members is not None else [signed_badge()], subject=about)
    return Scenario(document=sign(document, COLLEGE, suite), expect=expect, **more)


GOOD = passes(associations="passed", members="passed")


def one(code: str, at: str = f"{AT}/0", **checks: str) -> Expectation:
    """It fails for this reason alone."""
    others = {"dangling", "type", "cycle", "duplicate", "self", "contradiction"} - {code.partition(".")[2]}
    absent = [f"association.{other}" for other in sorted(others)]
    return fails((code, at), absent=absent, proof="passed", associations="failed", **checks)


@case("An association that names credentials instead of achievements", spec=SPEC)
def names_credentials() -> Scenario:
    """The badge is there and good; but what is above what is said of achievements."""
    return record(
        one("association.dangling", f"{AT}/0/sourceId"),
        link("isChildOf", urn(f"badge for {A['name']}"), SECOND),
        members=[member(A)],
        achievements=(B,),
    )


for _kind in TYPES:
    for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        FAMILY.add(
            f"{_kind}-{_suite.split('-')[1]}",
            f"{_kind} between two achievements of the record ({_suite})",
            "One of the eight types, both ends described in the record.",
            partial(record, GOOD, link(_kind, FIRST, SECOND), suite=_suite),
            spec=SPEC,
            importance="medium",
        )


@case("A record without associations", spec=SPEC)
def none() -> Scenario:
    """They are optional; achievements that nothing speaks of are told."""
    return record(
        passes(facts={"associations": {"unrelated": [FIRST, SECOND]}}, associations="not-run"), achievements=(A, B)
    )


# Ends --------------------------------------------------------------------------------------------------


@case("An association between two members", spec=SPEC, importance="critical")
def members() -> Scenario:
    """Both ends are described in badges inside the record."""
    return record(GOOD, link("isChildOf", FIRST, SECOND), members=[member(A), member(B)], achievements=())


@case("An association between a member and the record", spec=SPEC)
def member_and_record() -> Scenario:
    """One end here, one there."""
    return record(GOOD, link("isChildOf", FIRST, SECOND), members=[member(A)], achievements=(B,))


@case("An association with an end in a member's member", spec=SPEC)
def deep_end() -> Scenario:
    """The former school's record is a member; the badge is in that."""
    inner = signed_clr([member(A)], GUILD, id=urn("inner record"))
    return record(GOOD, link("isChildOf", FIRST, SECOND), members=[inner], achievements=(B,))


@case("An association with an end that the inner record itself describes", spec=SPEC, importance="medium")
def inner_record_end() -> Scenario:
    """No badge was given for it there; it is described all the same."""
    inner = signed_clr([signed_badge(GUILD)], GUILD, id=urn("inner record"), subject={"achievement": [A]})
    return record(GOOD, link("isChildOf", FIRST, SECOND), members=[inner], achievements=(B,))


@case("An association with an end in an unsigned member", spec=SPEC)
def unsecured_end() -> Scenario:
    """The record's issuer vouches for the member, and so for the achievement."""
    return record(
        passes("member.unsecured", associations="passed"),
        link("isChildOf", FIRST, SECOND),
        members=[badge(achieved=A)],
        achievements=(B,),
    )


for _side, _link in {
    "sourceId": link("isChildOf", ABSENT, SECOND),
    "targetId": link("isChildOf", FIRST, ABSENT),
}.items():
    for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        FAMILY.add(
            f"dangling-{_side.lower()}-{_suite.split('-')[1]}",
            f"A {_side} that leads nowhere ({_suite})",
            "No achievement of the record or of its members has that id.",
            partial(record, one("association.dangling", f"{AT}/0/{_side}"), _link, suite=_suite),
            spec=SPEC,
            importance="critical",
        )
    FAMILY.add(
        f"no-{_side.lower()}",
        f"An association without {_side}",
        "Nothing stands at that end.",
        partial(record, one("association.dangling"), {k: v for k, v in _link.items() if k != _side}),
        spec=SPEC,
    )
    FAMILY.add(
        f"two-{_side.lower()}s",
        f"An association with two values of {_side}",
        "A reader could pick the one it likes.",
        partial(
            record,
            one("association.dangling", f"{AT}/0/{_side}/0"),
            link("isChildOf", FIRST, SECOND) | {_side: [FIRST, SECOND]},
        ),
        spec=SPEC,
    )


@case("An association with a credential", spec=SPEC)
def credential_end() -> Scenario:
    """Its ends are achievements; the id of a badge is none."""
    return record(
        one("association.dangling", f"{AT}/0/targetId"),
        link("isChildOf", FIRST, urn("badge for Module B")),
        members=[member(B)],
    )


def _after(expect: Expectation, broken: Json, **more: Any) -> Scenario:
    """A record whose association has one end in a member that does not pass."""
    return record(expect, link("isChildOf", FIRST, SECOND), members=[broken], achievements=(B,), **more)


_OPEN = inconclusive(
    ("association.dangling", f"{AT}/0/sourceId"),
    ("member.indeterminate", f"{MEMBER}/0"),
    associations="indeterminate",
)
_DANGLING = fails(("association.dangling", f"{AT}/0/sourceId"), ("member.failed", f"{MEMBER}/0"), associations="failed")


@case("An association with a member that expired", spec=SPEC, features=["validity"], importance="critical")
def after_expiry() -> Scenario:
    """Dangling after verification: the only badge that describes the achievement is over."""
    return _after(_DANGLING, member(A, validUntil=PAST))


@case("An association with a member that is revoked", spec=SPEC, features=["status"], importance="critical")
def after_revocation() -> Scenario:
    """Dangling after verification: the only badge that describes the achievement was taken back."""
    return _after(_DANGLING, member(A, credentialStatus=entry()), resources={LIST: signed_list({7: 1}, issuer=GUILD)})


@case("An association with a member that was altered", spec=SPEC, importance="critical")
def after_tampering() -> Scenario:
    """Dangling after verification: nobody vouches for the achievement's description."""
    return _after(_DANGLING, tamper(member(A)))


@case("An association with a member by a stranger", spec=SPEC, importance="critical")
def after_impersonation() -> Scenario:
    """Signed well, in another's name."""
    return _after(_DANGLING, sign(badge(GUILD, achieved=A), STRANGER))


@case("An association with a member whose key cannot be had", spec=SPEC)
def after_open() -> Scenario:
    """The member is an open question; the association hangs on it, and is as open."""
    did = "did:web:guild.example"
    return _after(_OPEN, sign(badge(did, achieved=A), GUILD, method=f"{did}#key-1"))


@case("An association with a member whose status list cannot be had", spec=SPEC, features=["status"])
def after_no_list() -> Scenario:
    """It may be revoked or not; neither is known."""
    return _after(_OPEN, member(A, credentialStatus=entry()))


@case("An association with a good badge in a record that is open", spec=SPEC)
def after_outer_open() -> Scenario:
    """The inner record's status list cannot be had: what is inside it is as open."""
    return _after(_OPEN, signed_clr([member(A)], GUILD, id=urn("inner record"), credentialStatus=entry()))


@case("An association with an open badge in a bad record", spec=SPEC)
def after_outer_failure_open() -> Scenario:
    """However the badge turns out, the record around it has expired."""
    inner = signed_clr([member(A, credentialStatus=entry())], GUILD, id=urn("inner record"), validUntil=PAST)
    return _after(_DANGLING, inner)


@case("An association with an unsigned member in another's name", spec=SPEC, importance="critical")
def after_refusal() -> Scenario:
    """Nothing is wrong with the badge itself; the record has no right to it."""
    return _after(
        fails(("association.dangling", f"{AT}/0/sourceId"), ("member.issuer", f"{MEMBER}/0/issuer")),
        badge(GUILD, achieved=A),
    )


@case("An association with somebody else's badge", spec=SPEC, importance="critical")
def after_other_learner() -> Scenario:
    """The badge is good, and not the learner's."""
    return _after(
        fails(("association.dangling", f"{AT}/0/sourceId"), ("member.subject", f"{MEMBER}/0/credentialSubject")),
        member(A, subject=STRANGER.did),
    )


@case("An association with somebody else's badge, where the policy lets it pass", spec=SPEC, importance="medium")
def after_regraded() -> Scenario:
    """What the policy takes for a warning is no refusal."""
    return _after(
        passes(("member.subject", f"{MEMBER}/0/credentialSubject"), associations="passed"),
        member(A, subject=STRANGER.did),
        policy={"severities": {"member.subject": "warning"}},
    )


@case("An association with a good badge in a bad record", spec=SPEC)
def after_outer_failure() -> Scenario:
    """The inner record expired: what is inside it is not accepted either."""
    inner = signed_clr([member(A)], GUILD, id=urn("inner record"), validUntil=PAST)
    return _after(_DANGLING, inner)


@case("An achievement in two members of which one expired", spec=SPEC, importance="medium")
def after_one_of_two() -> Scenario:
    """The other still describes it: the record fails for the member, not for the association."""
    return record(
        fails(("member.failed", f"{MEMBER}/0"), absent=["association.dangling"], associations="passed"),
        link("isChildOf", FIRST, SECOND),
        members=[member(A, validUntil=PAST), signed_badge(COLLEGE, name="Other", achieved=A)],
        achievements=(B,),
    )


# Types -------------------------------------------------------------------------------------------------


@case("An association of an unknown type", spec=SPEC, importance="critical")
def unknown_kind() -> Scenario:
    """Nobody knows what it would mean."""
    return record(one("association.type", f"{AT}/0/associationType"), link("isBetterThan", FIRST, SECOND))


@case("An association in other letters", spec=SPEC, importance="medium")
def kind_case() -> Scenario:
    """The eight are written one way."""
    return record(one("association.type", f"{AT}/0/associationType"), link("ISCHILDOF", FIRST, SECOND))


@case("An association without its type", spec=SPEC, importance="critical")
def no_kind() -> Scenario:
    """Two ends, and nothing between them."""
    held = {k: v for k, v in link("isChildOf", FIRST, SECOND).items() if k != "associationType"}
    return record(one("association.type"), held)


@case("An association of two types", spec=SPEC)
def two_kinds() -> Scenario:
    """Child and parent at once."""
    held = link("isChildOf", FIRST, SECOND) | {"associationType": ["isChildOf", "isParentOf"]}
    return record(one("association.type", f"{AT}/0/associationType/0"), held)


@case("The relation in `type`, in signed statements", spec=["DI §2.4.3", *SPEC], importance="critical")
def type_holds_kind() -> Scenario:
    """A host's API has it so: then nothing defines `sourceId` and `targetId`, and they are not signed."""
    held = {"type": "isChildOf", "sourceId": FIRST, "targetId": SECOND}
    return record(
        fails(("terms.undefined", f"{AT}/0/sourceId"), ("association.type", f"{AT}/0"), associations="failed"), held
    )


@case("The relation in `type`, in signed JSON", spec=SPEC, features=["jcs"])
def type_holds_kind_json() -> Scenario:
    """All is signed; the association has no `associationType` all the same."""
    held = {"type": "isChildOf", "sourceId": FIRST, "targetId": SECOND}
    return record(fails(("association.type", f"{AT}/0"), associations="failed"), held, suite="eddsa-jcs-2022")


@case("An association that does not say what it is", spec=SPEC, features=["jcs"])
def no_type_json() -> Scenario:
    """`type` has to be `Association`."""
    held = {k: v for k, v in link("isChildOf", FIRST, SECOND).items() if k != "type"}
    return record(one("association.type", f"{AT}/0/associationType"), held, suite="eddsa-jcs-2022")


@case("An association that is text", spec=SPEC, importance="medium")
def text() -> Scenario:
    """No object with ends."""
    return record(one("association.type"), "A is a child of B", suite="eddsa-jcs-2022")


# Sense -------------------------------------------------------------------------------------------------


@case("An achievement associated with itself", spec=SPEC, importance="critical")
def itself() -> Scenario:
    """Its own child."""
    return record(one("association.self"), link("isChildOf", FIRST, FIRST))


@case("An association said twice", spec=SPEC)
def duplicate() -> Scenario:
    """Worth a warning: it says nothing new."""
    return record(
        passes(("association.duplicate", f"{AT}/1"), associations="passed"),
        link("isChildOf", FIRST, SECOND),
        link("isChildOf", FIRST, SECOND),
    )


@case("Two relations between two achievements", spec=SPEC, importance="medium")
def two_relations() -> Scenario:
    """A child may come first as well."""
    return record(GOOD, link("isChildOf", FIRST, SECOND), link("precedes", FIRST, SECOND))


@case("An association and its inverse agree", spec=SPEC, importance="critical")
def inverse() -> Scenario:
    """A is a child of B, and B is the parent of A: one fact, said from both sides."""
    return record(GOOD, link("isChildOf", FIRST, SECOND), link("isParentOf", SECOND, FIRST))


@case("A symmetric association from both sides", spec=SPEC, importance="medium")
def symmetric() -> Scenario:
    """Peers of each other."""
    return record(
        GOOD,
        *(
            link(kind, *ends)
            for kind in ("isPeerOf", "exactMatchOf", "isRelatedTo")
            for ends in ((FIRST, SECOND), (SECOND, FIRST))
        ),
    )


_AGAINST = {
    "child-child": (link("isChildOf", FIRST, SECOND), link("isChildOf", SECOND, FIRST)),
    "parent-parent": (link("isParentOf", FIRST, SECOND), link("isParentOf", SECOND, FIRST)),
    "child-parent": (link("isChildOf", FIRST, SECOND), link("isParentOf", FIRST, SECOND)),
    "part-part": (link("isPartOf", FIRST, SECOND), link("isPartOf", SECOND, FIRST)),
    "precedes-precedes": (link("precedes", FIRST, SECOND), link("precedes", SECOND, FIRST)),
    "replaced-replaced": (link("replacedBy", FIRST, SECOND), link("replacedBy", SECOND, FIRST)),
}

for _name, _pair in _AGAINST.items():
    FAMILY.add(
        f"contradiction-{_name}",
        f"Two associations that contradict each other: {_name.replace('-', ' and ')}",
        "Each is above, before or in place of the other; both cannot be.",
        partial(record, one("association.contradiction", f"{AT}/1"), *_pair),
        spec=SPEC,
        importance="critical" if _name == "child-child" else "high",
    )

_RINGS = {
    "three-children": [link("isChildOf", a, b) for a, b in ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST))],
    "four-parts": [
        link("isPartOf", a, b) for a, b in ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FOURTH), (FOURTH, FIRST))
    ],
    "mixed-sides": [
        link("isChildOf", FIRST, SECOND),
        link("isParentOf", THIRD, SECOND),
        link("isChildOf", THIRD, FIRST),
    ],
    "child-and-part": [link("isChildOf", FIRST, SECOND), link("isPartOf", SECOND, FIRST)],
    "parent-and-part": [link("isParentOf", SECOND, FIRST), link("isPartOf", SECOND, FIRST)],
    "children-and-part": [
        link("isChildOf", FIRST, SECOND),
        link("isPartOf", SECOND, THIRD),
        link("isChildOf", THIRD, FIRST),
    ],
    "precedes": [link("precedes", a, b) for a, b in ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST))],
    "replacedBy": [link("replacedBy", a, b) for a, b in ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST))],
}

for _name, _ring in _RINGS.items():
    FAMILY.add(
        f"cycle-{_name.lower()}",
        f"Associations in a circle: {_name.replace('-', ' ')}",
        "Each pair makes sense; together they lead back to where they began. A warning: graphs of CLRs may be cyclic.",
        partial(record, passes("association.cycle", associations="passed"), *_ring),
        spec=[*SPEC, "CLR 2.0 tutorial"],
    )


@case("A child that is a part as well", spec=SPEC, importance="medium")
def child_and_part() -> Scenario:
    """A is below B in two ways, which agree."""
    return record(
        GOOD,
        link("isChildOf", FIRST, SECOND),
        link("isPartOf", FIRST, SECOND),
        link("isParentOf", SECOND, FIRST),
        link("precedes", SECOND, FIRST),
    )


@case("A chain is no circle", spec=SPEC, importance="medium")
def chain() -> Scenario:
    """A, B, C, D, and a shortcut from A to D."""
    steps = ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FOURTH), (FIRST, FOURTH))
    return record(GOOD, *(link("isChildOf", a, b) for a, b in steps))


@case("A circle of peers is no circle", spec=SPEC, importance="medium")
def peers() -> Scenario:
    """Peers have no direction."""
    steps = ((FIRST, SECOND), (SECOND, THIRD), (THIRD, FIRST))
    return record(GOOD, *(link("isPeerOf", a, b) for a, b in steps))


@case("A circle that takes two relations is none", spec=SPEC, importance="medium")
def two_relations_ring() -> Scenario:
    """A is a child of B, B precedes C, C is a part of A: different things."""
    return record(
        GOOD, link("isChildOf", FIRST, SECOND), link("precedes", SECOND, THIRD), link("isPartOf", THIRD, FIRST)
    )
