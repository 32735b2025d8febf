"""What Open Badges 3.0 and CLR 2.0 require beyond the data model: members, types, contexts in their places."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import CLR, COLLEGE, GUILD, OB, V2, badge, badge_v1, changed, clr, endorsement, signed_badge
from cases.mutations import drop, put
from cases.registry import Family, Scenario, fails, passes
from cases.signing import Json, sign

FAMILY = Family("required")
case = FAMILY.case

SUITES = {"rdfc": "eddsa-rdfc-2022", "jcs": "eddsa-jcs-2022"}
SUBJECT = "/credentialSubject"
ACHIEVED = f"{SUBJECT}/achievement"
MEMBERS = f"{SUBJECT}/verifiableCredential"
ORDER = ("CLR 2.0 §B", "certification CLR-ISS-1")

BADGE = badge()
RECORD = clr([signed_badge(GUILD)])
IDENTITY: Json = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "ada@aldermoor.example",
    "identityType": "emailAddress",
}
PRAISE = endorsement(BADGE["id"], COLLEGE)

# document -> (what is left out, the code, where it is told, the clause)
_ABSENT: dict[str, tuple[Json, tuple[tuple[str, str, str, str], ...]]] = {
    "badge": (
        BADGE,
        (
            ("/id", "data-model.required", "", "OB 3.0 §B.1"),
            ("/validFrom", "data-model.required", "", "OB 3.0 §B.1"),
            (f"{SUBJECT}/id", "data-model.subject", SUBJECT, "OB 3.0 §9.1 step 1"),
            (ACHIEVED, "data-model.required", SUBJECT, "OB 3.0 §B.1"),
            *((f"{ACHIEVED}/{name}", "data-model.required", ACHIEVED, "OB 3.0 §B.3") for name in ("id", "name")),
            *(
                (f"{ACHIEVED}/{name}", "data-model.required", ACHIEVED, "OB 3.0 §B.3")
                for name in ("description", "criteria")
            ),
        ),
    ),
    "badge-of-1-1": (
        badge_v1(),
        (
            ("/id", "data-model.required", "", "OB 3.0 §B, VCDM 1.1"),
            ("/name", "data-model.required", "", "OB 3.0 §B, VCDM 1.1"),
            ("/issuanceDate", "data-model.required", "", "VCDM 1.1 §4.6"),
        ),
    ),
    "record": (
        RECORD,
        (
            ("/id", "data-model.required", "", "CLR 2.0 §B"),
            ("/name", "data-model.required", "", "CLR 2.0 §B"),
            ("/validFrom", "data-model.required", "", "CLR 2.0 §B"),
            (f"{SUBJECT}/id", "data-model.subject", SUBJECT, "CLR 2.0 §B ClrSubject"),
            (MEMBERS, "data-model.required", SUBJECT, "CLR 2.0 §B ClrSubject"),
        ),
    ),
    "endorsement": (
        PRAISE,
        (
            ("/id", "data-model.required", "", "OB 3.0 §B.2"),
            ("/name", "data-model.required", "", "OB 3.0 §B.2"),
            ("/validFrom", "data-model.required", "", "OB 3.0 §B.2"),
            (f"{SUBJECT}/id", "data-model.subject", SUBJECT, "OB 3.0 §B.2"),
        ),
    ),
}


def _absent(document: Json, suite: str, member: str, code: str, where: str) -> Scenario:
    return Scenario(
        document=sign(drop(document, member), COLLEGE, suite),
        expect=fails((code, where), proof="passed", issuer="passed", data_model="failed"),
    )


for _name, (_document, _rows) in _ABSENT.items():
    for _member, _code, _where, _spec in _rows:
        for _short, _suite in SUITES.items():
            FAMILY.add(
                f"{_name}-{_member[1:].replace('/', '-').lower()}-{_short}",
                f"A {_name.replace('-', ' ')} without {_member} fails ({_short})",
                "The issuer signed it as it stands: the signature holds, and what the standard requires is not there.",
                partial(_absent, _document, _suite, _member, _code, _where),
                spec=[_spec],
            )

# name -> (document, member, value, code, where it is told, the clause); signed as JSON, where a type loses no terms
_WRONG: dict[str, tuple[Json, str, Any, str, str, str]] = {
    "badge-subject-type": (BADGE, f"{SUBJECT}/type", ["Person"], "data-model.type", f"{SUBJECT}/type", "OB 3.0 §B.1"),
    "badge-achievement-type": (
        BADGE,
        f"{ACHIEVED}/type",
        ["Skill"],
        "data-model.type",
        f"{ACHIEVED}/type",
        "OB 3.0 §B.3",
    ),
    "badge-two-achievements": (
        BADGE,
        ACHIEVED,
        [
            BADGE["credentialSubject"]["achievement"],
            {**BADGE["credentialSubject"]["achievement"], "id": "urn:example:2"},
        ],
        "data-model.value",
        ACHIEVED,
        "OB 3.0 §B.1",
    ),
    "badge-other-context": (BADGE, "/@context", [V2, CLR, OB], "data-model.context", "/@context/1", "OB 3.0 §9.1"),
    "record-subject-type": (RECORD, f"{SUBJECT}/type", ["Person"], "data-model.type", f"{SUBJECT}/type", "CLR 2.0 §B"),
    "record-without-ob-context": (RECORD, "/@context", [V2, CLR], "data-model.context", "/@context", ORDER[0]),
    "endorsement-subject-type": (
        PRAISE,
        f"{SUBJECT}/type",
        ["Person"],
        "data-model.type",
        f"{SUBJECT}/type",
        "OB 3.0 §B.2",
    ),
}


def _wrong(document: Json, member: str, value: Any, code: str, where: str) -> Scenario:
    return Scenario(
        document=sign(put(document, member, value), COLLEGE, SUITES["jcs"]),
        expect=fails((code, where), proof="passed", issuer="passed", data_model="failed"),
    )


for _name, (_document, _member, _value, _code, _where, _spec) in _WRONG.items():
    FAMILY.add(
        f"wrong-{_name}",
        f"Something else than the standard asks for: {_name.replace('-', ' ')}",
        "Signed as it stands, and not what a reader of the standard looks for there.",
        partial(_wrong, _document, _member, _value, _code, _where),
        spec=[_spec],
    )


@case("A record whose contexts stand in another order fails", spec=ORDER, importance="high")
def record_contexts_in_order() -> Scenario:
    """Both places are told. What the contexts have in common means what the last of them says."""
    document = put(RECORD, "/@context", [V2, OB, CLR])
    return Scenario(
        document=sign(document, COLLEGE),
        expect=fails(
            ("data-model.context", "/@context/1"),
            ("data-model.context", "/@context/2"),
            proof="passed",
            data_model="failed",
        ),
    )


@case("A subject may be named by an identifier alone", spec=["OB 3.0 §9.1 step 1"])
def badge_identifier() -> Scenario:
    """That is as good as an id."""
    document = put(drop(BADGE, f"{SUBJECT}/id"), f"{SUBJECT}/identifier", [IDENTITY])
    return Scenario(document=sign(document, COLLEGE), expect=passes(data_model="passed"))


# name -> (what is changed of an identity object, the code, the member that it is told of)
_IDENTITIES: dict[str, tuple[Json, str, str]] = {
    "hashed-in-plain": ({"hashed": True, "salt": "Kosher"}, "data-model.value", "/identityHash"),
    "plain-as-hash": ({"identityHash": "sha256$" + "5f" * 32}, "data-model.value", "/identityHash"),
    "unknown-type": ({"identityType": "shoeSize"}, "data-model.value", "/identityType"),
    "hashed-perhaps": ({"hashed": "perhaps"}, "data-model.value", "/hashed"),
    "without-hashed": ({"hashed": None}, "data-model.required", ""),
    "without-type": ({"identityType": None}, "data-model.required", ""),
    "without-value": ({"identityHash": None}, "data-model.required", ""),
}


def _identity(changes: Json, code: str, member: str) -> Scenario:
    document = put(BADGE, f"{SUBJECT}/identifier", [changed(IDENTITY, changes)])
    where = f"{SUBJECT}/identifier/0{member}"
    return Scenario(document=sign(document, COLLEGE), expect=passes((code, where), data_model="passed"))


for _name, (_changes, _code, _member) in _IDENTITIES.items():
    FAMILY.add(
        f"identity-{_name}",
        f"An identifier that nobody could compare is told: {_name.replace('-', ' ')}",
        "The badge is none the worse for it; but whoever is asked for the identifier would look in vain.",
        partial(_identity, _changes, _code, _member),
        spec=["OB 3.0 §B IdentityObject"],
        importance="medium",
    )


@case("An achievement whose criteria is told by a URL", spec=["OB 3.0 §B Criteria"])
def badge_criteria_url() -> Scenario:
    """An `id` is as good as a narrative."""
    document = put(BADGE, f"{ACHIEVED}/criteria", {"id": "https://college.example/criteria/1"})
    return Scenario(document=sign(document, COLLEGE), expect=passes(data_model="passed"))
