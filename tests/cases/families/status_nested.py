"""Status inside other credentials: members, endorsements, presentations."""

from __future__ import annotations

from cases.documents import (
    BADGE_CONTEXTS,
    COLLEGE,
    GUILD,
    LEARNER,
    V2,
    badge,
    endorsement,
    signed_badge,
    signed_clr,
    signed_presentation,
    urn,
)
from cases.families.status import AT, REVOKED, VALIDATE, with_status
from cases.lists import EXTENSIONS, LIST, entry, signed_list
from cases.registry import Family, Scenario, fails, inconclusive, passes
from cases.signing import sign

FAMILY = Family("status-nested", "status", "nested")
case = FAMILY.case

MEMBER = "/credentialSubject/verifiableCredential/0"


@case("A revoked member fails the record", spec=["CLR 2.0 §B", *VALIDATE], features=["clr"], importance="critical")
def in_member() -> Scenario:
    """The record has no status; one of its members has."""
    return Scenario(
        document=signed_clr([with_status(entry()), signed_badge(GUILD, name="Tuning, level 1")]),
        resources={LIST: signed_list({7: 1})},
        expect=fails(
            ("status.revoked", f"{MEMBER}{AT}"),
            ("member.failed", MEMBER),
            proof="passed",
            status="not-run",
            members="failed",
        ),
    )


@case("Members whose status is clear", spec=["CLR 2.0 §B", *VALIDATE], features=["clr"])
def in_members_clear() -> Scenario:
    """Each is looked up, in one list that is loaded once."""
    members = [with_status(entry(str(at)), name=f"Exercise {at}", id=urn(f"exercise {at}")) for at in range(12)]
    return Scenario(
        document=signed_clr(members), resources={LIST: signed_list({12: 1})}, expect=passes(members="passed")
    )


@case("A revoked member without a proof fails the record", spec=["CLR 2.0 §B", *VALIDATE], features=["clr"])
def in_unsecured_member() -> Scenario:
    """The record's issuer vouches for it; it is revoked all the same."""
    return Scenario(
        document=signed_clr([badge(credentialStatus=entry())]),
        resources={LIST: signed_list({7: 1})},
        expect=fails(("status.revoked", f"{MEMBER}{AT}"), ("member.failed", MEMBER), members="failed"),
    )


@case("A member whose list cannot be had leaves the record open", spec=["CLR 2.0 §B", *VALIDATE], features=["clr"])
def in_member_unavailable() -> Scenario:
    """Nobody knows whether the member stands."""
    return Scenario(
        document=signed_clr([with_status(entry())]),
        expect=inconclusive(
            ("status.unavailable", f"{MEMBER}{AT}"), ("member.indeterminate", MEMBER), members="indeterminate"
        ),
    )


@case("A member of a member that is revoked", spec=["CLR 2.0 §B", *VALIDATE], features=["clr"])
def in_deep_member() -> Scenario:
    """Two levels down, and the pointer leads there."""
    inner = signed_clr([with_status(entry())], GUILD, id=urn("inner record"))
    return Scenario(
        document=signed_clr([inner]),
        resources={LIST: signed_list({7: 1})},
        expect=fails(("status.revoked", f"{MEMBER}{MEMBER}{AT}"), members="failed"),
    )


@case("A record that is revoked itself", spec=["CLR 2.0 §B", *VALIDATE], features=["clr"], importance="critical")
def of_record() -> Scenario:
    """Its members stand; the record does not."""
    return Scenario(
        document=signed_clr([signed_badge()], credentialStatus=entry()),
        resources={LIST: signed_list({7: 1})},
        expect=fails(("status.revoked", AT), members="passed", status="failed"),
    )


@case("A revoked endorsement fails the badge", spec=["OB 3.0 §9.2", *VALIDATE], features=["nested"])
def of_endorsement() -> Scenario:
    """The guild has taken it back."""
    praise = sign(endorsement(badge()["id"], GUILD, credentialStatus=entry()), GUILD)
    return Scenario(
        document=sign(badge(endorsement=[praise]), COLLEGE),
        resources={LIST: signed_list({7: 1}, issuer=GUILD)},
        expect=fails(
            ("status.revoked", f"/endorsement/0{AT}"), ("endorsement.failed", "/endorsement/0"), endorsements="failed"
        ),
    )


@case("A revoked endorsement in a member fails the record", spec=["OB 3.0 §9.2", *VALIDATE], features=["clr"])
def of_endorsement_in_member() -> Scenario:
    """The failure climbs: endorsement, member, record."""
    praise = sign(endorsement(badge()["id"], GUILD, credentialStatus=entry()), GUILD)
    return Scenario(
        document=signed_clr([sign(badge(endorsement=[praise]), COLLEGE)]),
        resources={LIST: signed_list({7: 1}, issuer=GUILD)},
        expect=fails(("status.revoked", f"{MEMBER}/endorsement/0{AT}"), ("member.failed", MEMBER), members="failed"),
    )


@case("A revoked credential fails the presentation", spec=["VCDM 2.0 §4.13", *VALIDATE], features=["presentation"])
def in_presentation() -> Scenario:
    """The holder shows what the issuer has taken back."""
    return Scenario(
        document=signed_presentation([with_status(entry())]),
        resources={LIST: signed_list({7: 1})},
        expect=fails(
            ("status.revoked", f"/verifiableCredential/0{AT}"),
            ("member.failed", "/verifiableCredential/0"),
            members="failed",
        ),
    )


@case("A plain credential is looked up too", spec=VALIDATE)
def plain() -> Scenario:
    """Status belongs to the data model, not to badges."""
    document = {
        "@context": [V2],
        "id": urn("plain"),
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "credentialStatus": entry(),
        "credentialSubject": {"id": LEARNER.did, "name": "A learner"},
    }
    return Scenario(document=sign(document, COLLEGE), resources={LIST: signed_list({7: 1})}, expect=REVOKED)


@case("An entry of two types is judged by both", spec=VALIDATE, importance="medium")
def two_types() -> Scenario:
    """A clear bit, and a list of names that names it: the entry's id is the URL of that list."""
    names = "https://college.example/revoked"
    both = entry(id=names, type=["BitstringStatusListEntry", "1EdTechRevocationList"])
    return Scenario(
        document=with_status(both, context=[*BADGE_CONTEXTS, EXTENSIONS]),
        resources={
            LIST: signed_list(),
            names: {"id": names, "issuer": COLLEGE.did, "revokedCredential": [{"id": badge()["id"]}]},
        },
        expect=fails(("status.revoked", AT), status="failed"),
    )
