"""Status of older kinds: StatusList2021, RevocationList2020, the 1EdTech revocation list."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import BADGE_CONTEXTS, COLLEGE, GUILD, badge, badge_v1, signed_clr
from cases.families.status import AT, GOOD, REVOKED, malformed
from cases.lists import (
    EXTENSIONS,
    LIST,
    REVOCATION_2020,
    STATUS_2021,
    list_2020,
    list_2021,
    revocation_list,
    signed_list,
)
from cases.mutations import drop
from cases.registry import Expectation, Family, Scenario, fails, inconclusive
from cases.signing import Json, sign

FAMILY = Family("status-older", "status")
case = FAMILY.case

SL2021 = ("StatusList2021 §3.2",)
RL2020 = ("RevocationList2020 §3",)
VCRL = ("OB 3.0 §9.1", "1EdTech Revocation List 1.0")
BADGE = badge()["id"]


def entry_2021(index: object = "7", **members: Any) -> Json:
    """A StatusList2021Entry."""
    return {
        "id": f"{LIST}#{index}",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": LIST,
        **members,
    }


def entry_2020(index: object = "7") -> Json:
    """A RevocationList2020Status."""
    return {
        "id": f"{LIST}#{index}",
        "type": "RevocationList2020Status",
        "revocationListIndex": index,
        "revocationListCredential": LIST,
    }


def in_2021(expect: Expectation, listed: Json, held: Json | None = None, suite: str = "eddsa-rdfc-2022") -> Scenario:
    """A badge with a StatusList2021Entry."""
    document = badge(context=[*BADGE_CONTEXTS, STATUS_2021], credentialStatus=held or entry_2021())
    return Scenario(document=sign(document, COLLEGE, suite), resources={LIST: listed}, expect=expect)


def in_2020(expect: Expectation, listed: Json, held: Json | None = None) -> Scenario:
    """A badge of version 1.1 with a RevocationList2020Status."""
    document = badge_v1()
    document = {
        **document,
        "@context": [*document["@context"], REVOCATION_2020],
        "credentialStatus": held or entry_2020(),
    }
    return Scenario(document=sign(document, COLLEGE), resources={LIST: listed}, expect=expect)


for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
    FAMILY.add(
        f"2021-clear-{_suite}",
        f"StatusList2021, clear ({_suite})",
        "The list's text has no multibase prefix.",
        partial(in_2021, GOOD, list_2021({6: 1}), suite=_suite),
        spec=SL2021,
    )
    FAMILY.add(
        f"2021-revoked-{_suite}",
        f"StatusList2021, revoked ({_suite})",
        "Bit 7 is set.",
        partial(in_2021, REVOKED, list_2021({7: 1}), suite=_suite),
        spec=SL2021,
        importance="critical",
    )


@case("StatusList2021, suspended", spec=SL2021)
def suspended_2021() -> Scenario:
    """The purposes are those of the newer lists."""
    return in_2021(
        fails(("status.suspended", AT), status="failed"),
        list_2021({7: 1}, statusPurpose="suspension"),
        entry_2021(statusPurpose="suspension"),
    )


@case("StatusList2021, another purpose", spec=SL2021)
def purpose_2021() -> Scenario:
    """The list is about suspension."""
    return in_2021(malformed(f"{AT}/statusPurpose"), list_2021({7: 1}, statusPurpose="suspension"))


@case("A bitstring list for a StatusList2021Entry", spec=SL2021)
def newer_list_2021() -> Scenario:
    """It is encoded in another way, and of another type."""
    return in_2021(malformed(), signed_list())


@case("An unsigned StatusList2021", spec=SL2021, importance="critical")
def unsigned_2021() -> Scenario:
    """A list is a credential."""
    return in_2021(malformed(), drop(list_2021(), "/proof"))


@case("A StatusList2021 with the multibase prefix of its successor", spec=SL2021, importance="medium")
def multibase_2021() -> Scenario:
    """Base64url all the way, but no gzip: the two are not mixed up."""
    text = list_2021()["credentialSubject"]["encodedList"]
    return in_2021(malformed(), list_2021(encodedList="u" + text))


@case("StatusList2021, index beyond the list", spec=SL2021)
def index_2021() -> Scenario:
    """A million."""
    return in_2021(malformed(), list_2021(), entry_2021("1000000"))


@case("RevocationList2020, clear", spec=RL2020)
def clear_2020() -> Scenario:
    """A credential of version 1.1; the list in base64 with padding."""
    return in_2020(GOOD, list_2020({6: 1}))


@case("RevocationList2020, revoked", spec=RL2020, importance="critical")
def revoked_2020() -> Scenario:
    """It knows no purposes: a set bit revokes."""
    return in_2020(REVOKED, list_2020({7: 1}))


@case("RevocationList2020, index not a number", spec=RL2020)
def index_2020() -> Scenario:
    """Seven, in words."""
    return in_2020(malformed(), list_2020(), entry_2020("seven"))


@case("RevocationList2020, list of the wrong kind", spec=RL2020)
def kind_2020() -> Scenario:
    """A StatusList2021 stands there."""
    return in_2020(malformed(), list_2021())


# 1EdTech revocation lists ------------------------------------------------------------------------------


def in_names(expect: Expectation, listed: Any, suite: str = "eddsa-rdfc-2022", **members: Any) -> Scenario:
    """A badge with a 1EdTechRevocationList, and what stands at its URL (None: nothing)."""
    held = {"id": LIST, "type": "1EdTechRevocationList"}
    document = badge(context=[*BADGE_CONTEXTS, EXTENSIONS], **({"credentialStatus": held} | members))
    return Scenario(
        document=sign(document, COLLEGE, suite), resources={} if listed is None else {LIST: listed}, expect=expect
    )


_OTHER = {"id": "urn:uuid:00000000-0000-4000-8000-000000000001", "revoked": True}
_NAMES: dict[str, tuple[str, Expectation, Any, str]] = {
    "clear": ("A revocation list that names others", GOOD, revocation_list(_OTHER), "Another badge is revoked"),
    "empty": ("An empty revocation list", GOOD, revocation_list(), "Nothing is revoked"),
    "no-entries": (
        "A revocation list without the member for its entries",
        GOOD,
        revocation_list(revokedCredential=None),
        "Nothing is revoked",
    ),
    "revoked": (
        "A revocation list that names the badge",
        REVOKED,
        revocation_list(_OTHER, {"id": BADGE, "revoked": True, "revocationReason": "Issued in error"}),
        "With a reason",
    ),
    "revoked-absent": (
        "An entry without `revoked` revokes",
        REVOKED,
        revocation_list({"id": BADGE}),
        "Being on the list is enough",
    ),
    "not-revoked": (
        "An entry whose `revoked` is false does not revoke",
        GOOD,
        revocation_list({"id": BADGE, "revoked": False}),
        "It was, and is no more",
    ),
    "both": (
        "Of two entries the one that revokes counts",
        REVOKED,
        revocation_list({"id": BADGE, "revoked": False}, {"id": BADGE, "revoked": True}),
        "In doubt against it",
    ),
    "single": (
        "A single entry that is not in an array",
        REVOKED,
        revocation_list(revokedCredential={"id": BADGE}),
        "One object for one entry",
    ),
    "escaped": (
        "An id that is percent-encoded in the list",
        REVOKED,
        revocation_list({"id": f" {BADGE.replace(':', '%3A')}"}),
        "Ids are compared decoded and trimmed",
    ),
    "issuer-text": (
        "A revocation list whose issuer is its id alone",
        GOOD,
        revocation_list(_OTHER, issuer=COLLEGE.did),
        "Text for an object",
    ),
    "issuer-absent": (
        "A revocation list that names no issuer",
        malformed(),
        revocation_list(_OTHER, issuer=None) | {"issuer": None},
        "Nobody knows for whose credentials it counts",
    ),
    "misspelled": (
        "A revocation list whose entries have another name",
        malformed(),
        revocation_list(revokedCredential=None, revokedCredentials=[{"id": BADGE}]),
        "`revokedCredentials` names the badge; that must not read as an empty list",
    ),
    "id-alone": ("A revocation list of its id alone", malformed(), {"id": LIST}, "It names neither issuer nor entries"),
    "id-absent": (
        "A revocation list without an id",
        malformed(),
        revocation_list(_OTHER, id=None),
        "Nothing says that it is this list",
    ),
    "issuer-other": (
        "A revocation list of another issuer leaves the question open",
        inconclusive(("status.issuer", AT), status="indeterminate"),
        revocation_list(_OTHER, issuer={"id": GUILD.did}),
        "The guild's list says nothing of the college's badges",
    ),
    "issuer-other-revoked": (
        "A revocation list of another issuer that names the badge",
        fails(("status.revoked", AT), "status.issuer", status="failed"),
        revocation_list({"id": BADGE}, issuer={"id": GUILD.did}),
        "A set entry fails, whoever wrote it",
    ),
    "issuer-array": (
        "A revocation list whose issuer is an array",
        inconclusive(("status.issuer", AT), status="indeterminate"),
        revocation_list(_OTHER, issuer=[COLLEGE.did]),
        "No issuer that can be compared",
    ),
    "swapped": (
        "A revocation list from another URL",
        malformed(),
        revocation_list(_OTHER, url="https://college.example/status/old"),
        "Its id is not where it stands",
    ),
    "unrelated": ("JSON that is no revocation list", malformed(), {"hello": "world"}, "It has nothing of one"),
    "array": ("An array at the list's URL", malformed(), [], "No object"),
    "text": ("Text at the list's URL", malformed(), "Not found", "No JSON"),
    "entries-text": (
        "Entries that are text",
        malformed(),
        revocation_list("urn:x:1"),
        "An object with an id is asked for",
    ),
    "revoked-text": (
        "An entry whose `revoked` is text",
        malformed(),
        revocation_list({"id": BADGE, "revoked": "false"}),
        "Neither true nor false",
    ),
    "entry-without-id": (
        "An entry without an id",
        malformed(),
        revocation_list({"revoked": True}),
        "Nobody knows whom it means",
    ),
    "unavailable": (
        "A revocation list that cannot be had",
        inconclusive(("status.unavailable", AT), status="indeterminate"),
        None,
        "Neither a yes nor a no",
    ),
}

for _name, (_title, _expect, _listed, _why) in _NAMES.items():
    FAMILY.add(
        f"names-{_name}",
        _title,
        f"{_why}.",
        partial(in_names, _expect, _listed),
        spec=VCRL,
        importance="critical" if _name in ("revoked", "revoked-absent", "unavailable") else "high",
    )


@case("A revocation list that names a badge whose JSON was signed", spec=VCRL, features=["jcs"])
def names_json() -> Scenario:
    """By name, without JSON-LD."""
    return in_names(REVOKED, revocation_list({"id": BADGE}), suite="eddsa-jcs-2022")


@case("A revocation list without a URL", spec=VCRL)
def names_without_url() -> Scenario:
    """Where, then?"""
    return in_names(malformed(), None, credentialStatus={"type": "1EdTechRevocationList"})


@case("A badge without an id cannot be looked up by name", spec=VCRL)
def names_without_id() -> Scenario:
    """Nothing to look for."""
    return in_names(fails(("status.malformed", AT), "data-model.required"), revocation_list(), id=None)


@case("A revocation list of more bytes than are read", spec=["security model, limits"], importance="medium")
def names_too_many_bytes() -> Scenario:
    """One hundred are allowed here."""
    scenario = in_names(fails("limit.exceeded"), revocation_list(_OTHER))
    return Scenario(
        document=scenario.document,
        resources=scenario.resources,
        expect=scenario.expect,
        policy={"limits": {"status_list_bytes": 100}},
    )


@case("A revocation list that names a member", spec=["CLR 2.0 §B", *VCRL], features=["clr"], importance="critical")
def names_member() -> Scenario:
    """The record fails with it."""
    member = in_names(REVOKED, None).document
    return Scenario(
        document=signed_clr([member]),
        resources={LIST: revocation_list({"id": BADGE})},
        expect=fails(("status.revoked", f"/credentialSubject/verifiableCredential/0{AT}"), "member.failed"),
    )
