"""The newest version of a credential, where the credential says where it is (Open Badges 3.0 §9.1 step 3)."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import BADGE_CONTEXTS, COLLEGE, GUILD, STRANGER, badge, clr, endorsement, signed_badge, urn
from cases.families.status_older import EXTENSIONS
from cases.keyring import Key
from cases.mutations import tamper
from cases.registry import Expectation, Family, Scenario, fails, passes
from cases.signing import Json, sign
from cases.tokens import signed as token_of

FAMILY = Family("refresh", "refresh")
case = FAMILY.case

SPEC = ("OB 3.0 §9.1 step 3", "1EdTech Credential Refresh Service 1.0")
URL = "https://college.example/refresh/1"
SERVICE: Json = {"id": URL, "type": "1EdTechCredentialRefresh"}
NEWER = "2026-04-01T00:00:00Z"
PAST = "2026-02-01T00:00:00Z"


def original(key: Key = COLLEGE, suite: str = "eddsa-rdfc-2022", **members: Any) -> Json:
    """A badge that says where its newest version is."""
    document = badge(context=[*BADGE_CONTEXTS, EXTENSIONS], **({"refreshService": SERVICE} | members))
    return sign(document, key, suite)


def asked(document: Any, answer: Any, expect: Expectation, **more: Any) -> Scenario:
    """The document, and what stands where its newest version should be (None: nothing)."""
    resources = {} if answer is None else {URL: answer}
    return Scenario(document=document, resources=resources, options={"refresh": True}, expect=expect, **more)


FAILED = ("refresh.failed", "/refreshService")
KEPT = passes(FAILED, validity="passed")
REFRESHED = passes(facts={"validity": {"refreshed": URL, "validFrom": NEWER}})


@case("The newest version is judged", spec=SPEC, importance="high")
def newer() -> Scenario:
    """It has the issuer and the id of the original, and a later `validFrom`."""
    return asked(original(), signed_badge(validFrom=NEWER), REFRESHED)


@case("An expired credential may be refreshed", spec=SPEC, importance="high")
def expired() -> Scenario:
    """That is what the service is for."""
    return asked(original(validUntil=PAST), signed_badge(validFrom=NEWER), REFRESHED)


@case("The same version may come back", spec=SPEC)
def same() -> Scenario:
    """Nothing has changed since: equally new is new enough."""
    return asked(original(), original(), passes(facts={"validity": {"refreshed": URL}}))


@case("The newest version may be a token", spec=SPEC, features=["jose"])
def token() -> Scenario:
    """In whatever form it comes, it is verified like any credential."""
    return asked(
        original(),
        token_of(badge(validFrom=NEWER), COLLEGE),
        passes(only=False, absent=["refresh.failed"], facts={"validity": {"refreshed": URL}}),
    )


@case("Nobody asked for a refresh", spec=SPEC)
def not_asked() -> Scenario:
    """What is not asked for is not loaded."""
    return Scenario(
        document=original(),
        resources={URL: signed_badge(validFrom=NEWER)},
        expect=passes(facts={"validity": {"validFrom": "2026-01-15T00:00:00Z"}}),
    )


@case("A credential without a refresh service is what it is", spec=SPEC, importance="low")
def no_service() -> Scenario:
    """There is nothing to ask."""
    return Scenario(document=signed_badge(), options={"refresh": True}, expect=passes())


@case("A service of another kind is not asked", spec=SPEC, importance="low")
def other_service() -> Scenario:
    """Nobody here knows how."""
    document = original(suite="eddsa-jcs-2022", refreshService={"id": URL, "type": "ManualRefreshService2018"})
    return asked(document, signed_badge(validFrom=NEWER), passes(only=False, absent=["refresh.failed"]))


@case("The newest version may have ended", spec=SPEC, importance="high")
def newest_is_expired() -> Scenario:
    """The issuer's latest word counts, also where it is no good news: this one has ended."""
    return asked(
        original(), signed_badge(validFrom=NEWER, validUntil="2026-05-01T00:00:00Z"), fails("validity.expired")
    )


@case("A refresh happens once", spec=SPEC)
def once() -> Scenario:
    """The newest version names a service too, which is not asked again."""
    return asked(original(), original(validFrom=NEWER, refreshService=SERVICE | {"id": URL + "/2"}), REFRESHED)


OF_ENDORSEMENT = ("OB 3.0 §9.2 step 3", *SPEC)
PRAISE = "/endorsement/0"


def _praise(*, service: bool = True, **members: Any) -> Json:
    """An endorsement of the badge by the guild, which says where its newest version is."""
    more: Json = {"context": [*BADGE_CONTEXTS, EXTENSIONS], "refreshService": SERVICE} if service else {}
    return sign(endorsement(badge()["id"], GUILD, **(more | members)), GUILD)


def _endorsed(praise: Json) -> Json:
    return sign(badge(endorsement=[praise]), COLLEGE)


@case("An endorsement inside is refreshed as well", spec=OF_ENDORSEMENT, importance="high")
def endorsement_newer() -> Scenario:
    """It has expired since; the guild renewed it."""
    return asked(
        _endorsed(_praise(validUntil=PAST)),
        _praise(service=False, validFrom=NEWER),
        passes(endorsements="passed"),
    )


@case("An endorsement that cannot be refreshed is what it is", spec=OF_ENDORSEMENT)
def endorsement_unavailable() -> Scenario:
    """It still holds, and counts, with a warning in its own report."""
    found = ("refresh.failed", f"{PRAISE}/refreshService")
    return asked(_endorsed(_praise()), None, passes(found, endorsements="passed"))


@case("An endorsement that has ended in its newest version", spec=OF_ENDORSEMENT, importance="high")
def endorsement_ended() -> Scenario:
    """Its issuer's latest word counts."""
    return asked(
        _endorsed(_praise()),
        _praise(service=False, validFrom=NEWER, validUntil="2026-05-01T00:00:00Z"),
        fails(("validity.expired", f"{PRAISE}/validUntil"), ("endorsement.failed", PRAISE), endorsements="failed"),
    )


@case("A newer endorsement by somebody else does not count", spec=OF_ENDORSEMENT, importance="critical")
def endorsement_by_another() -> Scenario:
    """A stranger's praise in the place of the guild's, which has expired."""
    newest = sign(endorsement(badge()["id"], STRANGER, validFrom=NEWER), STRANGER)
    return asked(
        _endorsed(_praise(validUntil=PAST)),
        newest,
        fails("validity.expired", ("refresh.failed", f"{PRAISE}/refreshService"), endorsements="failed"),
    )


@case("What failed is not refreshed", spec=SPEC, importance="critical")
def tampered_original() -> Scenario:
    """An address from text that nobody signed is nobody's address."""
    return asked(tamper(original()), signed_badge(validFrom=NEWER), fails("proof.invalid", absent=["refresh.failed"]))


@case("An added service is not asked", spec=SPEC, importance="critical")
def added_service() -> Scenario:
    """It was put in after signing."""
    document = signed_badge() | {"refreshService": SERVICE}
    return asked(document, signed_badge(validFrom=NEWER), fails("proof.invalid", absent=["refresh.failed"]))


_UNFIT: dict[str, tuple[Any, str]] = {
    "unavailable": (None, "nothing stands there"),
    "no-credential": ({"error": "gone"}, "what stands there is no credential"),
    "no-json": ("Not found", "what stands there is prose"),
    "unsigned": (badge(validFrom=NEWER), "nobody signed what stands there"),
    "tampered": (tamper(signed_badge(validFrom=NEWER)), "what stands there was changed after signing"),
    "other-issuer": (sign(badge(GUILD, validFrom=NEWER), GUILD), "somebody else's credential stands there"),
    "by-a-stranger": (sign(badge(validFrom=NEWER), STRANGER), "somebody else signed it in the issuer's name"),
    "other-id": (signed_badge(id=urn("another"), validFrom=NEWER), "another credential of the issuer's stands there"),
    "older": (signed_badge(validFrom="2025-12-01T00:00:00Z"), "an older version stands there"),
    "without-start": (
        sign(clr([signed_badge()], id=badge()["id"], validFrom=None), COLLEGE),
        "how new it is, nobody can tell",
    ),
}

for _name, (_answer, _why) in _UNFIT.items():
    FAMILY.add(
        f"unfit-{_name}",
        f"A refresh that does not work leaves the original: {_name}",
        f"The original is judged, and the report warns: {_why}.",
        partial(asked, original(), _answer, KEPT),
        spec=SPEC,
    )


@case("An expired original that could not be refreshed is expired", spec=SPEC)
def unfit_and_expired() -> Scenario:
    """The warning does not hide it."""
    return asked(original(validUntil=PAST), None, fails(FAILED, ("validity.expired", "/validUntil")))


@case("A policy may ask that refreshing works", spec=SPEC, importance="low")
def graded() -> Scenario:
    """A code like any other."""
    return asked(original(), None, fails(FAILED, validity="failed"), policy={"severities": {"refresh.failed": "error"}})


@case("A service without an address", spec=SPEC, importance="low")
def no_address() -> Scenario:
    """Where, then?"""
    document = original(suite="eddsa-jcs-2022", refreshService={"type": "1EdTechCredentialRefresh"})
    return asked(document, None, passes("refresh.failed", only=False))
