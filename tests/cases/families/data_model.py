"""The structure that the data models ask for. Where RDF would lose the fault, a JCS suite signs it."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    LEARNER,
    OB,
    STRANGER,
    V1,
    V2,
    badge,
    badge_v1,
    changed,
    profile,
    signed_badge,
    signed_clr,
    urn,
)
from cases.mutations import put
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import Json, sign

FAMILY = Family("data-model")
case = FAMILY.case


def by_json(**members: Any) -> Json:
    """A badge signed with eddsa-jcs-2022: every member counts, as it stands. None removes one."""
    return sign(changed(badge(), members), COLLEGE, "eddsa-jcs-2022")


def without(document: Json, *names: str) -> Json:
    """The document without these members, signed with eddsa-jcs-2022."""
    return sign({n: v for n, v in document.items() if n not in names}, COLLEGE, "eddsa-jcs-2022")


# Faults in one member, signed as they are: name -> (member, value, code, pointer or None, spec, why)
_FAULTS: dict[str, tuple[str, Any, str, str | None, str, str]] = {
    "context-order": (
        "context",
        [OB, V2],
        "data-model.context",
        None,
        "VCDM 2.0 §4.3",
        "the base context has to be the first",
    ),
    "context-without-base": (
        "context",
        [OB],
        "data-model.context",
        None,
        "VCDM 2.0 §4.3",
        "the base context is missing",
    ),
    "context-empty": (
        "context",
        [],
        "data-model.context",
        "/@context",
        "VCDM 2.0 §4.3",
        "an empty list has no first item",
    ),
    "type-missing-vc": (
        "type",
        ["OpenBadgeCredential"],
        "data-model.type",
        "/type",
        "VCDM 2.0 §4.5",
        "it is not even called a VerifiableCredential",
    ),
    "type-empty": ("type", [], "data-model.type", "/type", "VCDM 2.0 §4.5", "no type at all"),
    "type-number": (
        "type",
        ["VerifiableCredential", "OpenBadgeCredential", 3],
        "data-model.type",
        None,
        "VCDM 2.0 §4.5",
        "a number is no type",
    ),
    "id-relative": ("id", "badges/17", "data-model.id", "/id", "VCDM 2.0 §4.4", "a relative reference is no URL"),
    "id-two": ("id", [urn("one"), urn("two")], "data-model.id", "/id", "VCDM 2.0 §4.4", "it is a single URL"),
    "id-number": ("id", 17, "data-model.id", "/id", "VCDM 2.0 §4.4", "a number is no URL"),
    "id-object": ("id", {"id": urn("one")}, "data-model.id", "/id", "VCDM 2.0 §4.4", "a map is no URL"),
    "issuer-number": ("issuer", 5, "data-model.issuer", "/issuer", "VCDM 2.0 §4.7", "a number is no issuer"),
    "issuer-two": (
        "issuer",
        [COLLEGE.did, STRANGER.did],
        "data-model.issuer",
        "/issuer",
        "VCDM 2.0 §4.7",
        "there is one issuer",
    ),
    "issuer-not-url": (
        "issuer",
        "Aldermoor College",
        "data-model.issuer",
        "/issuer",
        "VCDM 2.0 §4.7",
        "a name is no URL",
    ),
    "issuer-without-id": (
        "issuer",
        {"type": ["Profile"], "name": "Aldermoor College"},
        "data-model.issuer",
        None,
        "VCDM 2.0 §4.7",
        "a profile without an id names nobody",
    ),
    "issuer-id-list": (
        "issuer",
        {"id": [COLLEGE.did, STRANGER.did], "type": ["Profile"]},
        "data-model.issuer",
        None,
        "VCDM 2.0 §4.7",
        "one id, not two",
    ),
    "subject-text": (
        "credentialSubject",
        LEARNER.did,
        "data-model.subject",
        "/credentialSubject",
        "VCDM 2.0 §4.8",
        "the subject is an object with claims",
    ),
    "subject-empty-object": (
        "credentialSubject",
        {},
        "data-model.subject",
        None,
        "VCDM 2.0 §4.8",
        "it claims nothing of anybody",
    ),
    "subject-empty-list": (
        "credentialSubject",
        [],
        "data-model.subject",
        "/credentialSubject",
        "VCDM 2.0 §4.8",
        "it speaks of nobody",
    ),
    "name-number": (
        "name",
        17,
        "data-model.value",
        "/name",
        "VCDM 2.0 §4.6",
        "a name is text or a language value object",
    ),
    "name-with-url": (
        "name",
        {"@value": "Soldering", "@language": "en", "url": "https://aldermoor.example/"},
        "data-model.value",
        None,
        "VCDM 2.0 §11.1",
        "a language value object has no such member",
    ),
    "evidence-without-type": (
        "evidence",
        [{"id": "https://aldermoor.example/evidence/1"}],
        "data-model.required",
        None,
        "VCDM 2.0 §4.5",
        "evidence must have a type",
    ),
    "terms-without-type": (
        "termsOfUse",
        [{"id": "https://aldermoor.example/terms"}],
        "data-model.required",
        None,
        "VCDM 2.0 §4.5",
        "terms of use must have a type",
    ),
    "refresh-without-type": (
        "refreshService",
        {"id": "https://aldermoor.example/refresh"},
        "data-model.required",
        None,
        "VCDM 2.0 §4.5",
        "a refresh service must have a type",
    ),
    "schema-without-type": (
        "credentialSchema",
        {"id": "https://aldermoor.example/schema.json"},
        "data-model.required",
        "/credentialSchema",
        "VCDM 2.0 §4.11",
        "nobody could say how it is to be applied",
    ),
    "schema-without-id": (
        "credentialSchema",
        {"type": "JsonSchema"},
        "data-model.required",
        "/credentialSchema",
        "VCDM 2.0 §4.11",
        "a schema is named by its URL",
    ),
    "schema-relative": (
        "credentialSchema",
        {"id": "schema.json", "type": "JsonSchema"},
        "data-model.id",
        "/credentialSchema/id",
        "VCDM 2.0 §4.11",
        "a schema is named by an absolute URL",
    ),
    "status-without-type": (
        "credentialStatus",
        {"id": "https://aldermoor.example/status/1"},
        "data-model.required",
        "/credentialStatus",
        "VCDM 2.0 §4.10",
        "nobody could say how it is to be asked",
    ),
}


def _fault(member: str, value: Any, code: str, pointer: str | None) -> Scenario:
    return Scenario(
        document=by_json(**{member: value}),
        expect=fails((code, pointer) if pointer else code, absent=["proof.invalid"], data_model="failed"),
    )


for _name, (_member, _value, _code, _pointer, _spec, _why) in _FAULTS.items():
    FAMILY.add(
        _name,
        f"A credential with this fault in {_member.replace('context', '@context')} fails: {_name}",
        f"The issuer signed it as it stands; the signature holds and the structure does not: {_why}.",
        partial(_fault, _member, _value, _code, _pointer),
        spec=[_spec],
        importance="medium",
    )


def _lacking(member: str, code: str) -> Scenario:
    return Scenario(
        document=without(badge(), member),
        expect=fails(code, absent=["proof.invalid"], proof="passed", data_model="failed"),
    )


for _member, _code, _spec in (
    ("@context", "data-model.context", "VCDM 2.0 §4.3"),
    ("type", "data-model.required", "VCDM 2.0 §4.5"),
    ("issuer", "data-model.required", "VCDM 2.0 §4.7"),
    ("credentialSubject", "data-model.required", "VCDM 2.0 §4.8"),
):
    FAMILY.add(
        f"no-{_member.lstrip('@').lower()}",
        f"A credential without {_member} fails",
        f"Signed without {_member}, which the data model asks for.",
        partial(_lacking, _member, _code),
        spec=[_spec],
    )


@case("VCDM 1.1: issuanceDate is required", spec=["VCDM 1.1 §4.6"], features=["vcdm-1.1"])
def v1_no_issuance_date() -> Scenario:
    """The older model has no default for it."""
    return Scenario(
        document=sign(badge_v1(issuanceDate=None), COLLEGE),
        expect=fails("data-model.required", proof="passed", data_model="failed"),
    )


@case("VCDM 2.0: the dates of 1.1 are other terms", spec=["VCDM 2.0 §4.9", "DI §2.4.3"])
def v2_with_issuance_date() -> Scenario:
    """`expirationDate` under the v2 context means nothing: it was dropped when the issuer signed."""
    return Scenario(
        document=signed_badge(expirationDate="2026-03-31T23:59:59Z"),
        expect=fails(("terms.undefined", "/expirationDate"), proof="passed", terms="failed"),
    )


@case("VCDM 1.1: validFrom is not the beginning", spec=["VCDM 1.1 §4.6"], features=["vcdm-1.1"], importance="low")
def v1_with_valid_from() -> Scenario:
    """The 1.1 context knows the term, the model asks for `issuanceDate`."""
    return Scenario(
        document=sign(badge_v1(issuanceDate=None, validFrom="2026-01-15T00:00:00Z"), COLLEGE),
        expect=fails("data-model.required", proof="passed", data_model="failed"),
    )


@case("A related resource is named once, with a digest", spec=["VCDM 2.0 §5.3"])
def related_without_digest() -> Scenario:
    """A resource that nothing pins is not related to anything in particular."""
    return Scenario(
        document=by_json(relatedResource=[{"id": "https://aldermoor.example/syllabus"}]),
        expect=fails("data-model.required", absent=["proof.invalid"], data_model="failed"),
    )


@case("Two descriptions of one related resource contradict", spec=["VCDM 2.0 §5.3"])
def related_twice() -> Scenario:
    """Each id once."""
    resource = {
        "id": "https://aldermoor.example/syllabus",
        "digestSRI": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    }
    other = resource | {"digestSRI": "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}
    return Scenario(
        document=by_json(relatedResource=[resource, other]),
        expect=fails("data-model.value", absent=["proof.invalid"], data_model="failed"),
    )


@case("An issuer by URL alone is an issuer", spec=["VCDM 2.0 §4.7"])
def issuer_url() -> Scenario:
    """A string in place of the profile."""
    return Scenario(document=sign(badge() | {"issuer": COLLEGE.did}, COLLEGE), expect=passes(issuer="passed"))


def _issuer_in_array(suite: str, value: Any) -> Scenario:
    return Scenario(
        document=sign(badge() | {"issuer": [value]}, COLLEGE, suite),
        expect=fails(("data-model.issuer", "/issuer"), proof="passed", issuer="passed", data_model="failed"),
    )


for _suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
    for _form, _value in (("url", COLLEGE.did), ("object", profile(COLLEGE))):
        FAMILY.add(
            f"issuer-array-{_form}-{_suite.split('-')[1]}",
            f"The issuer is an array of one {_form.replace('url', 'URL')}",
            "An issuer is a URL or an object. Readers that look for one find another thing than those that take arrays.",
            partial(_issuer_in_array, _suite, _value),
            spec=["VCDM 2.0 §4.7"],
        )


@case("Several subjects are allowed", spec=["VCDM 2.0 §4.8"])
def two_subjects() -> Scenario:
    """The data model's subject is a set."""
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "credentialSubject": [{"id": LEARNER.did, "name": "One"}, {"id": STRANGER.did, "name": "Another"}],
    }
    return Scenario(document=sign(document, COLLEGE), expect=passes(data_model="passed"))


@case("A type as text is a set of one", spec=["VCDM 2.0 §4.5"])
def type_as_text() -> Scenario:
    """`"type": "VerifiableCredential"`."""
    document = {
        "@context": [V2],
        "type": "VerifiableCredential",
        "issuer": COLLEGE.did,
        "credentialSubject": {"id": LEARNER.did, "name": "One"},
    }
    return Scenario(document=sign(document, COLLEGE), expect=passes(data_model="passed"))


@case("The order of types says nothing", spec=["VCDM 2.0 §4.5"])
def types_in_other_order() -> Scenario:
    """OpenBadgeCredential before VerifiableCredential."""
    return Scenario(
        document=signed_badge(type=["OpenBadgeCredential", "VerifiableCredential"]), expect=passes(data_model="passed")
    )


@case("AchievementCredential is OpenBadgeCredential by another name", spec=["OB 3.0 §B.1.1"])
def achievement_credential() -> Scenario:
    """Both terms are one IRI."""
    return Scenario(
        document=signed_badge(type=["VerifiableCredential", "AchievementCredential"]),
        expect=passes(data_model="passed"),
    )


# Profiles ---------------------------------------------------------------------------------------------


@case("A badge is not a record", spec=["CLR 2.0 §B"], features=["policy"], importance="critical")
def profile_clr_badge() -> Scenario:
    """The CLR profile asks for a ClrCredential."""
    return Scenario(
        document=signed_badge(),
        policy={"profile": "clr"},
        expect=fails("data-model.type", proof="passed", data_model="failed"),
    )


@case("A record is not a badge", spec=["OB 3.0 §B"], features=["policy"])
def profile_badge_clr() -> Scenario:
    """The Open Badges profile asks for an OpenBadgeCredential."""
    return Scenario(
        document=signed_clr([signed_badge()]),
        policy={"profile": "open_badges"},
        expect=fails("data-model.type", proof="passed", data_model="failed"),
    )


@case("A badge under the Open Badges profile verifies", spec=["OB 3.0 §9.1"], features=["policy"])
def profile_badge() -> Scenario:
    """The profile fits."""
    return Scenario(document=signed_badge(), policy={"profile": "open_badges"}, expect=passes(data_model="passed"))


@case("A record under the CLR profile verifies", spec=["CLR 2.0 §B"], features=["policy"], importance="critical")
def profile_clr() -> Scenario:
    """The profile fits; its members are badges all the same."""
    return Scenario(
        document=signed_clr([signed_badge()]),
        policy={"profile": "clr"},
        expect=passes(data_model="passed", members="passed"),
    )


@case("A badge under the plain VCDM profile verifies", spec=["VCDM 2.0 §4"], features=["policy"])
def profile_vcdm() -> Scenario:
    """Every badge is a verifiable credential."""
    return Scenario(document=signed_badge(), policy={"profile": "vcdm"}, expect=passes(data_model="passed"))


@case("Contexts of both data models at once fail", spec=["VCDM 2.0 §4.3", "OB 3.0 implementation guide"])
def both_models() -> Scenario:
    """The v2 context after the v1 context redefines its protected terms."""
    return Scenario(document=put(signed_badge(), "/@context", [V1, V2, OB]), expect=refused())
