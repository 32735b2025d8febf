"""Contexts: unknown, supplied, nearly the published ones, and inline ones that add or redefine."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, OB, UNDEFINED_TERMS, V2, badge, signed_badge
from cases.families.terms import expired
from cases.mutations import append_context, put
from cases.registry import Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import SUPPLIED, Json, sign

FAMILY = Family("contexts", "json-ld")
case = FAMILY.case

CONTEXTS = ("DI §2.4.1", "VCDM 2.0 §4.3")
REDEFINED = ("JSON-LD 1.1 §4.1.11", "VCDM 2.0 §4.3")


@case("A context that nobody knows leaves the question open", spec=CONTEXTS, importance="critical")
def unknown_context() -> Scenario:
    """It is neither bundled nor supplied, and it is not fetched: what the terms mean is unknown."""
    return Scenario(
        document=append_context(signed_badge(), "https://contexts.example/awards/v1"),
        expect=inconclusive("terms.unknown-context", absent=["proof.invalid"]),
    )


_NEARLY = {
    "http": OB.replace("https:", "http:"),
    "fragment": OB + "#",
    "slash": OB + "/",
    "upper-case-host": OB.replace("purl.imsglobal.org", "PURL.IMSGLOBAL.ORG"),
    "query": OB + "?v=3",
    "space": OB + " ",
}


def _nearly(url: str) -> Scenario:
    return Scenario(document=put(signed_badge(), "/@context/1", url), expect=refused("terms.unknown-context"))


for _name, _url in _NEARLY.items():
    FAMILY.add(
        f"nearly-{_name}",
        f"A context URL that is nearly the published one is another: {_name}",
        f"URLs are matched exactly; {_url!r} is not the published context.",
        partial(_nearly, _url),
        spec=CONTEXTS,
        importance="medium",
    )

_AWARDS = "https://contexts.example/awards/v1"
_AWARDS_CONTEXT: Json = {"@context": {"@protected": True, "award": "https://contexts.example/awards#award"}}
SUPPLIED[_AWARDS] = _AWARDS_CONTEXT


@case("A context that the caller supplies is known", spec=CONTEXTS)
def supplied_context() -> Scenario:
    """Whoever replays this trusts its source; its terms are signed like all others."""
    document = append_context(badge(award="Golden iron 2026"), _AWARDS)
    return Scenario(
        document=sign(document, COLLEGE), resources={_AWARDS: _AWARDS_CONTEXT}, expect=passes(terms="passed")
    )


@case("A body for a bundled URL is not used", spec=CONTEXTS, importance="critical")
def known_url() -> Scenario:
    """The supplied body would make `honours` a term; the bundled document is the one that counts."""
    forged = {"@context": {"honours": "https://schema.org/award"}}
    return Scenario(
        document=put(signed_badge(), "/honours", "summa cum laude"),
        resources={OB: forged},
        expect=fails("document.known-url", ("terms.undefined", "/honours"), proof="passed", terms="failed"),
    )


@case("A body for a bundled URL is only worth a warning", spec=CONTEXTS)
def known_url_harmless() -> Scenario:
    """Nothing depends on it."""
    return Scenario(document=signed_badge(), resources={OB: {"@context": {}}}, expect=passes("document.known-url"))


@case("Undefined terms can be given a meaning", spec=["VCDM 2.0 §5.2"])
def undefined_terms_context() -> Scenario:
    """The W3C context with a `@vocab` of its own: everything is then covered."""
    document = badge(context=[V2, OB, UNDEFINED_TERMS], honours="summa cum laude")
    return Scenario(document=sign(document, COLLEGE), expect=passes(terms="passed"))


@case("An inline context that only adds terms is a matter of form", spec=CONTEXTS)
def inline_addition() -> Scenario:
    """Signed by the issuer; nothing that another context says is changed."""
    document = append_context(badge(award="Golden iron 2026"), {"award": "https://schema.org/award"})
    return Scenario(document=sign(document, COLLEGE), expect=passes("terms.form", terms="passed"))


@case("Expired stays expired: validUntil nulled by an inline context", spec=REDEFINED, importance="critical")
def expired_by_null_term() -> Scenario:
    """The credential's own type defines `validUntil` after the inline context forgot it: nothing is changed by that,
    and nothing may be believed to have changed."""
    return Scenario(
        document=append_context(expired(), {"validUntil": None}),
        expect=fails("validity.expired", absent=["proof.invalid"], proof="passed"),
    )


_REDEFINING: dict[str, tuple[str, Any, str]] = {
    "null-term": ("/@context/-", {"description": None}, "`description` is made meaningless by an inline context"),
    "other-term": ("/@context/-", {"name": "https://schema.org/alternateName"}, "`name` is given another meaning"),
    "null-context": ("/@context/-", None, "a null context forgets all that stands before it"),
    "null-in-achievement": (
        "/credentialSubject/achievement/@context",
        None,
        "a null context forgets all, from here on",
    ),
    "import": ("/@context/-", {"@import": V2}, "`@import` in an inline context"),
    "issuer-in-subject": (
        "/issuer/@context",
        {"name": "https://schema.org/alternateName"},
        "`name` is given another meaning within the issuer",
    ),
}


def _redefining(pointer: str, context: Any) -> Scenario:
    return Scenario(document=put(expired(), pointer, context), expect=fails("terms.redefined", terms="failed"))


for _name, (_pointer, _context, _why) in _REDEFINING.items():
    FAMILY.add(
        f"redefined-{_name}",
        f"A context that redefines is refused: {_name}",
        f"Added after signing: {_why}. Whatever it was made for, protected terms cannot be redefined.",
        partial(_redefining, _pointer, _context),
        spec=REDEFINED,
        importance="critical",
    )
