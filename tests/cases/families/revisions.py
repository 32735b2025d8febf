"""Contexts that were edited in place: one URL, several published texts."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import (
    CLR,
    COLLEGE,
    DATA_INTEGRITY,
    OB,
    UNDEFINED_TERMS,
    V1,
    V2,
    badge,
    badge_v1,
    clr,
    signed_badge,
)
from cases.mutations import tamper
from cases.registry import Family, Scenario, fails, passes
from cases.signing import Json, sign

FAMILY = Family("revisions", "json-ld")
case = FAMILY.case

SPEC = ("OB 3.0 context 3.0.3", "DI §2.4.1")


def _in_german(**members: Any) -> Json:
    """A badge that states the language of its achievement, with the catch-all vocabulary of W3C."""
    document = badge(context=[V2, OB, UNDEFINED_TERMS], **members)
    document["credentialSubject"]["achievement"]["inLanguage"] = "de"
    return document


@case("Signed under an older revision of OB 3.0.3", spec=SPEC, importance="critical")
def older() -> Scenario:
    """In 2024-02 the context did not know `inLanguage`, so W3C's catch-all vocabulary defined it; the newest text
    gives it another IRI. Only the older text verifies, nothing is lost under it, and the report says so."""
    return Scenario(
        document=sign(_in_german(), COLLEGE, revisions={OB: "2024-02"}),
        expect=passes("document.revision", issuer="passed", terms="passed"),
    )


@case("Signed under the newest revision of OB 3.0.3", spec=SPEC)
def newest() -> Scenario:
    """The same document under the text of today: no word about revisions."""
    return Scenario(
        document=sign(_in_german(), COLLEGE),
        expect=passes(issuer="passed", terms="passed"),
    )


@case("A term that the verifying revision drops is not covered", spec=[*SPEC, "DI §2.4.3"], importance="critical")
def older_drops_term() -> Scenario:
    """The issuer signed with the text of 2024-02, which dropped `awardedDate`. Choosing an older text adds nothing."""
    return Scenario(
        document=sign(badge(awardedDate="2026-01-10T00:00:00Z"), COLLEGE, revisions={OB: "2024-02"}),
        expect=fails("document.revision", ("terms.undefined", "/awardedDate"), proof="passed", terms="failed"),
    )


@case("An older revision does not help to add a term", spec=[*SPEC, "DI §2.4.3"], importance="critical")
def added_known_to_newest() -> Scenario:
    """Signed without it; `awardedDate`, which the newest text defines and the older one drops, was added afterwards."""
    return Scenario(
        document={**signed_badge(), "awardedDate": "2026-01-10T00:00:00Z"},
        expect=fails(("terms.undefined", "/awardedDate"), terms="failed"),
    )


@case("An older revision of CLR 2.0.1 drops partial", spec=["CLR 2.0 context 2.0.1", "DI §2.4.3"])
def clr_partial() -> Scenario:
    """In 2024-02 `partial` was not defined: a record that says it is partial was not signed as such."""
    member = signed_badge()
    document = clr([member], partial=True)
    return Scenario(
        document=sign(document, COLLEGE, revisions={CLR: "2024-02"}),
        expect=fails("document.revision", ("terms.undefined", "/partial"), proof="passed", terms="failed"),
    )


@case("No revision makes an altered badge good", spec=SPEC, importance="critical")
def altered() -> Scenario:
    """All published texts are tried; none fits."""
    return Scenario(
        document=tamper(sign(_in_german(), COLLEGE, revisions={OB: "2024-02"})),
        expect=fails("proof.invalid", absent=["document.revision"], proof="failed"),
    )


@case("A member under an older revision", spec=SPEC, features=["nested"])
def older_member() -> Scenario:
    """The record is signed today over a badge of 2024: each proof finds its own text."""
    member = sign(_in_german(), COLLEGE, revisions={OB: "2024-02"})
    return Scenario(
        document=sign(clr([member]), COLLEGE),
        expect=passes("document.revision", members="passed"),
    )


@case("Expired stays expired under an older revision", spec=[*SPEC, "VCDM 2.0 §4.9"])
def older_expired() -> Scenario:
    """The other checks read what that revision signed."""
    return Scenario(
        document=sign(_in_german(validUntil="2026-03-31T23:59:59Z"), COLLEGE, revisions={OB: "2024-02"}),
        expect=fails("document.revision", ("validity.expired", "/validUntil"), proof="passed", validity="failed"),
    )


def _of_version(url: str) -> Scenario:
    return Scenario(
        document=sign(badge_v1(context=[V1, url, DATA_INTEGRITY]), COLLEGE),
        expect=passes(issuer="passed", terms="passed"),
    )


for _version, _url in (
    ("3.0.0", "https://purl.imsglobal.org/spec/ob/v3p0/context.json"),
    ("3.0.1", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"),
    ("3.0.2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"),
):
    FAMILY.add(
        f"version-{_version}",
        f"A badge under Open Badges context {_version} verifies",
        f"Context {_version} is another URL, not another revision of the newest; it names some terms by other IRIs and "
        "is read all the same.",
        partial(_of_version, _url),
        spec=["OB 3.0 §9.1"],
        features=["vcdm-1.1"],
    )


@case("The first CLR context verifies", spec=["CLR 2.0"])
def clr_version_2_0_0() -> Scenario:
    """Context 2.0.0 with its own version of Open Badges."""
    document = clr(
        [signed_badge()],
        context=[V2, "https://purl.imsglobal.org/spec/clr/v2p0/context.json", OB],
    )
    return Scenario(document=sign(document, COLLEGE), expect=passes(only=False, issuer="passed", members="passed"))
