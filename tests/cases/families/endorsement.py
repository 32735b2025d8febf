"""Endorsements: credentials about a credential, an achievement or a profile, wherever they stand."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    GUILD,
    STRANGER,
    badge,
    clr,
    endorsement,
    signed_badge,
    signed_clr,
    signed_endorsement,
    signed_presentation,
    urn,
)
from cases.mutations import put, tamper
from cases.registry import Expectation, Family, Scenario, fails, inconclusive, passes
from cases.signing import Json, sign

FAMILY = Family("endorsement", "nested")
case = FAMILY.case

SPEC = ("OB 3.0 §9.2",)
ACHIEVEMENT = badge()["credentialSubject"]["achievement"]["id"]
PAST = "2026-03-31T23:59:59Z"

_PLACES = {
    "credential": ("/endorsement", badge()["id"]),
    "achievement": ("/credentialSubject/achievement/endorsement", ACHIEVEMENT),
    "issuer": ("/issuer/endorsement", COLLEGE.did),
}


def endorsed(*endorsements: Any, place: str = "credential") -> Json:
    """The badge with these endorsements at one of the places where they may stand, signed."""
    return sign(put(badge(), _PLACES[place][0], list(endorsements)), COLLEGE)


def _good(place: str, target: str) -> Scenario:
    return Scenario(document=endorsed(signed_endorsement(target), place=place), expect=passes(endorsements="passed"))


def _altered(place: str, target: str, pointer: str) -> Scenario:
    return Scenario(
        document=endorsed(
            tamper(signed_endorsement(target), "/credentialSubject/endorsementComment", "The best there is."),
            place=place,
        ),
        expect=fails("proof.invalid", ("endorsement.failed", f"{pointer}/0"), proof="passed", endorsements="failed"),
    )


for _place, (_pointer, _target) in _PLACES.items():
    FAMILY.add(
        f"of-{_place}",
        f"A signed endorsement of the {_place} verifies",
        f"It stands at {_pointer} and endorses the {_place}: a child with a report of its own.",
        partial(_good, _place, _target),
        spec=SPEC,
        importance="critical",
    )
    FAMILY.add(
        f"of-{_place}-tampered",
        f"An altered endorsement of the {_place} fails the badge",
        f"The badge's issuer signed around it. The endorsement at {_pointer} was altered after the endorser signed it.",
        partial(_altered, _place, _target, _pointer),
        spec=SPEC,
        importance="critical",
    )


@case("An endorsement that expired fails the badge", spec=["VCDM 2.0 §4.9", *SPEC], importance="high")
def expired() -> Scenario:
    """Endorsements have periods too."""
    return Scenario(
        document=endorsed(signed_endorsement(badge()["id"], validUntil=PAST)),
        expect=fails(
            ("validity.expired", "/endorsement/0/validUntil"),
            ("endorsement.failed", "/endorsement/0"),
            proof="passed",
            validity="passed",
            endorsements="failed",
        ),
    )


@case("An endorsement without a proof fails the badge", spec=SPEC, importance="critical")
def unsecured() -> Scenario:
    """Anyone can write praise; its proof is mandatory, whoever signed around it."""
    return Scenario(
        document=endorsed(endorsement(badge()["id"])),
        expect=fails(("endorsement.unsecured", "/endorsement/0"), proof="passed", endorsements="failed"),
    )


@case("An endorsement by the badge's own issuer needs a proof as well", spec=SPEC)
def unsecured_own() -> Scenario:
    """An endorsement is not vouched for as a member of a record may be."""
    return Scenario(
        document=endorsed(endorsement(badge()["id"], COLLEGE)),
        expect=fails(("endorsement.unsecured", "/endorsement/0"), endorsements="failed"),
    )


@case("An endorsement in another's name fails the badge", spec=["DI §5.9", *SPEC], importance="critical")
def unbound() -> Scenario:
    """A stranger signed it as the guild."""
    return Scenario(
        document=endorsed(sign(endorsement(badge()["id"], GUILD), STRANGER)),
        expect=fails("issuer.unbound", ("endorsement.failed", "/endorsement/0"), proof="passed", endorsements="failed"),
    )


@case("An endorsement whose key cannot be had leaves the badge open", spec=["CID 1.0 §3.3", *SPEC])
def indeterminate() -> Scenario:
    """A did:web endorser, offline."""
    did = "did:web:guild.example"
    return Scenario(
        document=endorsed(sign(endorsement(badge()["id"], did), GUILD, method=f"{did}#key-1")),
        expect=inconclusive(
            "key.unavailable",
            ("endorsement.indeterminate", "/endorsement/0"),
            proof="passed",
            endorsements="indeterminate",
        ),
    )


def _no_endorsement(suite: str) -> Scenario:
    inner = signed_badge(STRANGER, name="Tuning, level 1")
    return Scenario(
        document=sign(badge(endorsement=[inner]), COLLEGE, suite),
        expect=fails(("endorsement.target", "/endorsement/0"), proof="passed", endorsements="failed"),
    )


for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
    FAMILY.add(
        f"no-endorsement-{_suite.split('-')[1]}",
        f"A badge in the place of an endorsement, {_suite}",
        "However well a stranger signed it, it endorses nothing.",
        partial(_no_endorsement, _suite),
        spec=SPEC,
        importance="critical",
    )


@case("An endorsement of something else fails the badge", spec=SPEC, importance="critical")
def other_target() -> Scenario:
    """Genuine praise for a thing that this badge does not contain."""
    return Scenario(
        document=endorsed(signed_endorsement(urn("somebody else's badge"))),
        expect=fails("endorsement.target", proof="passed", endorsements="failed"),
    )


@case("Two endorsements, one of them bad", spec=SPEC)
def one_of_two() -> Scenario:
    """Every one is judged; the good one does not excuse the other."""
    good = signed_endorsement(badge()["id"])
    bad = tamper(signed_endorsement(badge()["id"], id=urn("second")), "/name", "Warm endorsement")
    return Scenario(
        document=endorsed(good, bad),
        expect=fails(
            ("endorsement.failed", "/endorsement/1"),
            absent=[("endorsement.failed", "/endorsement/0")],
            proof="passed",
            endorsements="failed",
        ),
    )


@case("An endorsement of an endorsement verifies", spec=SPEC, importance="medium")
def nested() -> Scenario:
    """The guild endorses the badge, the college the guild's endorsement."""
    inner = signed_endorsement(endorsement(badge()["id"])["id"], COLLEGE, id=urn("of the endorsement"))
    outer = sign(endorsement(badge()["id"], endorsement=[inner]), GUILD)
    return Scenario(document=endorsed(outer), expect=passes(endorsements="passed"))


@case(
    "A failing endorsement in a member fails the record",
    spec=["CLR 2.0 §B", *SPEC],
    features=["clr"],
    importance="critical",
)
def in_member() -> Scenario:
    """The failure climbs: endorsement, member, record, each with its pointer."""
    member = endorsed(tamper(signed_endorsement(badge()["id"])))
    at = "/credentialSubject/verifiableCredential/0"
    return Scenario(
        document=signed_clr([member]),
        expect=fails(
            ("endorsement.failed", f"{at}/endorsement/0"),
            ("member.failed", at),
            proof="passed",
            members="failed",
        ),
    )


@case("A good endorsement in a member", spec=["CLR 2.0 §B", *SPEC], features=["clr"])
def in_member_good() -> Scenario:
    """The record, its member and the member's endorsement all verify."""
    return Scenario(
        document=signed_clr(
            [endorsed(signed_endorsement(ACHIEVEMENT), place="achievement"), signed_badge(name="Other")]
        ),
        expect=passes(members="passed"),
    )


@case("An endorsement of the record verifies", spec=["CLR 2.0 §B", *SPEC], features=["clr"])
def of_record() -> Scenario:
    """Records are endorsed as badges are."""
    return Scenario(
        document=signed_clr([signed_badge()], endorsement=[signed_endorsement(urn("record"))]),
        expect=passes(members="passed", endorsements="passed"),
    )


@case(
    "An altered endorsement that is not in an array fails the badge",
    spec=["JSON-LD 1.1 §4.3", *SPEC],
    importance="medium",
)
def single() -> Scenario:
    """One endorsement as an object: the same statements, and it is not overlooked."""
    document = sign(badge(endorsement=tamper(signed_endorsement(badge()["id"]))), COLLEGE)
    return Scenario(
        document=document,
        expect=fails(("endorsement.failed", "/endorsement"), proof="passed", endorsements="failed"),
    )


@case("An endorsement of something else fails a badge whose JSON was signed", spec=SPEC, features=["jcs"])
def other_target_json() -> Scenario:
    """What an endorsement says of itself does not make its target part of the badge."""
    document = badge(endorsement=[signed_endorsement(urn("somebody else's badge"))])
    return Scenario(
        document=sign(document, COLLEGE, "eddsa-jcs-2022"),
        expect=fails("endorsement.target", proof="passed", endorsements="failed"),
    )


@case("An endorsement of the badge whose JSON was signed", spec=SPEC, features=["jcs"])
def own_target_json() -> Scenario:
    """Found by name."""
    document = badge(endorsement=[signed_endorsement(badge()["id"]), signed_endorsement(ACHIEVEMENT)])
    return Scenario(document=sign(document, COLLEGE, "eddsa-jcs-2022"), expect=passes(endorsements="passed"))


for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
    for _name, _target in {
        "member": badge()["id"],
        "achievement": ACHIEVEMENT,
        "issuer": COLLEGE.did,
        "stranger": STRANGER.did,
    }.items():
        FAMILY.add(
            f"in-record-of-{_name}-{_suite.split('-')[1]}",
            f"A record's endorsement of {'a ' if _name == 'stranger' else 'its '}{_name} ({_suite})",
            "A record holds its members, and what they describe; nothing else.",
            lambda target=_target, suite=_suite: Scenario(
                document=sign(clr([signed_badge()], endorsement=[signed_endorsement(target)]), COLLEGE, suite),
                expect=fails("endorsement.target") if target == STRANGER.did else passes(endorsements="passed"),
            ),
            spec=["CLR 2.0 §B", *SPEC],
            features=["clr"],
        )


@case("An endorsement beside it may be endorsed", spec=SPEC, importance="medium")
def sibling() -> Scenario:
    """The college endorses the guild's endorsement of the badge; both stand in the badge."""
    first = signed_endorsement(badge()["id"])
    second = signed_endorsement(first["id"], COLLEGE, id=urn("of the endorsement"))
    return Scenario(document=endorsed(first, second), expect=passes(endorsements="passed"))


@case("An endorsement of the issuer that is only named", spec=SPEC, importance="medium")
def named_issuer() -> Scenario:
    """The badge names its issuer by id alone."""
    document = badge(issuer=COLLEGE.did, endorsement=[signed_endorsement(COLLEGE.did)])
    return Scenario(document=sign({**document, "issuer": COLLEGE.did}, COLLEGE), expect=passes(endorsements="passed"))


# Among the members -------------------------------------------------------------------------------------

_BESIDE = "/credentialSubject/verifiableCredential/1"
_SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")


def _beside(suite: str, held: Any, expect: Expectation) -> Scenario:
    return Scenario(document=sign(clr([signed_badge(GUILD), held]), COLLEGE, suite), expect=expect)


for _suite in _SUITES:
    _how = _suite.split("-")[1]
    for _name, _target in {
        "member": badge()["id"],
        "achievement": ACHIEVEMENT,
        "issuer": GUILD.did,
        "record": urn("record"),
        "nothing": urn("nowhere"),
    }.items():
        FAMILY.add(
            f"as-member-of-{_name}-{_how}",
            f"A signed endorsement among the members, of {_name} ({_suite})",
            "It may endorse the record, its members, and what they describe; nothing else.",
            partial(
                _beside,
                _suite,
                signed_endorsement(_target, COLLEGE),
                fails(("endorsement.target", f"{_BESIDE}/credentialSubject"), proof="passed", endorsements="failed")
                if _name == "nothing"
                else passes(members="passed", endorsements="passed"),
            ),
            spec=["CLR 2.0 §B", *SPEC],
            features=["clr"],
            importance="critical" if _name in ("member", "nothing") else "high",
        )
    FAMILY.add(
        f"as-member-unsecured-{_how}",
        f"An endorsement without a proof among the members ({_suite})",
        "By the record's own issuer: it is not vouched for as a badge may be.",
        partial(
            _beside,
            _suite,
            endorsement(ACHIEVEMENT, COLLEGE),
            fails(
                ("endorsement.unsecured", _BESIDE),
                absent=["member.unsecured"],
                proof="passed",
                endorsements="failed",
            ),
        ),
        spec=["CLR 2.0 §B", *SPEC],
        features=["clr"],
        importance="critical",
    )


@case("A member that says more of another than an endorsement may", spec=["DI §2.4.1", *SPEC], importance="critical")
def as_member_says_more() -> Scenario:
    """Under the other's id it gives a name, which the other's own reading would not show."""
    about = {**endorsement(badge()["id"])["credentialSubject"], "name": "Soldering, level 9"}
    held = sign(endorsement(badge()["id"], COLLEGE, credentialSubject=about), COLLEGE)
    return _beside("eddsa-rdfc-2022", held, fails("member.shape", proof="passed", members="failed"))


@case("A badge that calls another badge endorsed", spec=["DI §2.4.1", *SPEC], importance="critical")
def badge_endorses() -> Scenario:
    """It has no type of an endorsement; whose statements these are, nobody would look for."""
    about = endorsement(badge()["id"])["credentialSubject"]
    held = sign({**badge(name="Other"), "credentialSubject": [badge()["credentialSubject"], about]}, COLLEGE)
    return _beside("eddsa-rdfc-2022", held, fails("member.shape", proof="passed"))


@case("An endorsement of a member of a member", spec=["CLR 2.0 §B", *SPEC], features=["clr"], importance="medium")
def deeper_target() -> Scenario:
    """The badge stands in a record in the record."""
    inner = signed_clr([signed_badge(GUILD)], GUILD, id=urn("inner record"))
    return Scenario(
        document=signed_clr([inner, signed_endorsement(badge()["id"], COLLEGE)]),
        expect=passes(members="passed", endorsements="passed"),
    )


@case("An endorsement that is also a badge is about the learner", spec=["CLR 2.0 ClrSubject", *SPEC], features=["clr"])
def also_a_badge() -> Scenario:
    """Its second type does not make somebody else's badge the learner's."""
    held = badge(GUILD, name="Other", subject=STRANGER.did)
    held = {**held, "type": [*held["type"], "EndorsementCredential"]}
    return _beside(
        "eddsa-rdfc-2022",
        sign(held, GUILD),
        fails(("member.subject", f"{_BESIDE}/credentialSubject"), proof="passed", members="failed"),
    )


@case("A presented endorsement of a presented badge", spec=["VCDM 2.0 §4.13", *SPEC], features=["presentation"])
def presented() -> Scenario:
    """Both are credentials of the presentation."""
    return Scenario(
        document=signed_presentation([signed_badge(GUILD), signed_endorsement(badge()["id"], COLLEGE)]),
        expect=passes(members="passed", endorsements="passed"),
    )


@case("A presented endorsement of something elsewhere", spec=["VCDM 2.0 §4.13", *SPEC], features=["presentation"])
def presented_alone() -> Scenario:
    """A holder may show what was said of a thing without the thing."""
    return Scenario(
        document=signed_presentation([signed_endorsement(badge()["id"])]),
        expect=passes(members="passed", endorsements="passed"),
    )
