"""EnvelopedVerifiableCredential and EnvelopedVerifiablePresentation: `data:` URLs and what is in them."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from cases.documents import COLLEGE, GUILD, LEARNER, V1, V2, badge, clr, presentation, signed_badge, signed_clr
from cases.mutations import drop, put, rekey
from cases.registry import Expectation, Family, Scenario, fails, passes, refused
from cases.signing import Json, sign
from cases.tokens import envelope, joined, signed, token

FAMILY = Family("enveloped", "jose", "nested")
case = FAMILY.case

SPEC = ("VCDM 2.0 §4.13",)
AT = "/verifiableCredential/0"


def shown(inside: Any) -> Json:
    """A presentation with an embedded proof around an envelope."""
    return sign(presentation([inside]), LEARNER, purpose="authentication")


def inside() -> str:
    return signed(badge(), COLLEGE)


PASSES = passes(members="passed", facts={"members": {"count": 1}})


@case("An enveloped badge in a presentation", spec=SPEC, importance="critical")
def presented() -> Scenario:
    """The holder's proof is embedded, the badge a token."""
    return Scenario(document=shown(envelope(inside())), expect=PASSES)


@case("An enveloped badge by itself", spec=SPEC)
def alone() -> Scenario:
    """The report is that of the credential in it."""
    return Scenario(
        document=envelope(inside()), expect=passes(issuer="passed", facts={"issuer": {"binding": "did-key"}})
    )


@case("An enveloped presentation by itself", spec=SPEC)
def presentation_alone() -> Scenario:
    """Around an enveloped badge."""
    text = token(presentation([envelope(inside())]), LEARNER, typ="vp+jwt")
    return Scenario(document=envelope(text, "vp"), expect=passes(issuer="passed", members="passed"))


@case("What stands beside the token in an envelope is not signed", spec=SPEC, importance="critical")
def with_more() -> Scenario:
    """A later end, added by the presenter."""
    return Scenario(
        document=envelope(inside(), validUntil="2099-01-01T00:00:00Z"),
        expect=fails(("terms.undefined", "/validUntil"), terms="failed"),
    )


_CONTEXTS: dict[str, tuple[str, Any]] = {
    "none": ("No context", None),
    "v1": ("The context of version 1.1, which does not know envelopes", V1),
    "other": ("Somebody else's context", "https://terms.example/v1"),
    "inline": ("A context of its own", [{"id": "@id", "EnvelopedVerifiableCredential": "urn:x"}]),
}
for _name, (_what, _context) in _CONTEXTS.items():

    def _other_context(context: Any = _context) -> Json:
        document = envelope(inside())
        return put(document, "/@context", context) if context is not None else drop(document, "/@context")

    _place = "" if _context is None else "/@context"
    FAMILY.add(
        f"context-{_name}",
        f"An envelope without the context of version 2.0: {_name}",
        f"{_what}: nothing says that it is an envelope.",
        lambda build=_other_context, place=_place: Scenario(
            document=build(), expect=fails(("data-model.context", place), proof="passed", data_model="failed")
        ),
        spec=SPEC,
    )
    FAMILY.add(
        f"context-{_name}-presented",
        f"An envelope in a presentation without the context of version 2.0: {_name}",
        f"{_what}. The presentation's own context is not the envelope's.",
        lambda build=_other_context, place=_place: Scenario(
            document=token(presentation([build()]), LEARNER, typ="vp+jwt"),
            expect=fails(("data-model.context", AT + place), ("member.failed", AT), members="failed"),
        ),
        spec=SPEC,
        importance="medium",
    )


@case("An envelope with more contexts than the one it needs", spec=SPEC, importance="medium")
def more_contexts() -> Scenario:
    """The one is among them."""
    document = put(envelope(inside()), "/@context", [V2, "https://terms.example/v1"])
    return Scenario(document=document, expect=passes(issuer="passed"))


@case("An enveloped presentation without a context", spec=SPEC)
def presentation_context() -> Scenario:
    """As for credentials."""
    text = token(presentation([envelope(inside())]), LEARNER, typ="vp+jwt")
    return Scenario(
        document=drop(envelope(text, "vp"), "/@context"),
        expect=fails("data-model.context", proof="passed", data_model="failed"),
    )


_FORMS: dict[str, Any] = {
    "percent": lambda text: "data:application/vc+jwt," + quote(text, safe="").replace(".", "%2E"),
    "base64": lambda text: "data:application/vc+jwt;base64," + base64.b64encode(text.encode()).decode(),
    "parameter": lambda text: "data:application/vc+jwt;charset=US-ASCII," + text,
    "upper-case": lambda text: "DATA:Application/VC+JWT," + text,
    "older-name": lambda text: "data:application/vc-ld+jwt," + text,
}
for _name, _form in _FORMS.items():
    FAMILY.add(
        f"url-{_name}",
        f"A `data:` URL: {_name.replace('-', ' ')}",
        "Another spelling of the same token (RFC 2397).",
        lambda form=_form: Scenario(document=shown({**envelope(""), "id": form(inside())}), expect=PASSES),
        spec=[*SPEC, "RFC 2397"],
        importance="medium",
    )

_BROKEN: dict[str, tuple[Any, Expectation]] = {
    "junk": (lambda text: "data:application/vc+jwt,junk", fails("input.malformed", ("member.failed", AT))),
    "junk-base64": (
        lambda text: "data:application/vc+jwt;base64,!!!!",
        fails("input.malformed", ("member.failed", AT)),
    ),
    "percent-broken": (lambda text: "data:application/vc+jwt,%zz" + text, fails(("member.failed", AT))),
    "not-ascii": (lambda text: "data:application/vc+jwt,%ff" + text, fails("input.malformed")),
    "other-media": (lambda text: "data:text/html," + text, refused(("proof.unsupported", AT + "/id"))),
    "no-media": (lambda text: "data:," + text, refused("proof.unsupported")),
    "cose": (lambda text: "data:application/vc+cose;base64,0oRD", refused("proof.unsupported")),
    "https": (lambda text: "https://aldermoor.example/badge.jwt", fails("data-model.id")),
    "wrong-kind": (lambda text: "data:application/vp+jwt," + text, fails("jose.header", ("member.failed", AT))),
    "wrong-form": (lambda text: "data:application/vc+sd-jwt," + text, fails("jose.header", ("member.failed", AT))),
}
for _name, (_form, _expect) in _BROKEN.items():
    FAMILY.add(
        f"broken-{_name}",
        f"An envelope that holds no credential: {_name.replace('-', ' ')}",
        "Nothing of what it may hold is taken for verified.",
        lambda form=_form, expect=_expect: Scenario(
            document=token(presentation([{**envelope(""), "id": form(inside())}]), LEARNER, typ="vp+jwt"),
            expect=expect,
        ),
        spec=SPEC,
    )


@case("An envelope without a token", spec=SPEC)
def no_id() -> Scenario:
    """No `id`."""
    return Scenario(document=shown(drop(envelope(inside()), "/id")), expect=fails(("member.failed", AT)))


@case("An enveloped badge that was altered", spec=SPEC, importance="critical")
def altered() -> Scenario:
    """The holder signs whatever it shows."""
    header, _payload, signature = inside().split(".")
    other = signed(badge(name="Soldering, level 9"), COLLEGE).split(".")[1]
    return Scenario(
        document=shown(envelope(f"{header}.{other}.{signature}")),
        expect=fails(("proof.invalid", AT), ("member.failed", AT), members="failed"),
    )


@case("An enveloped badge exchanged after the holder signed", spec=SPEC, importance="critical")
def exchanged() -> Scenario:
    """Another genuine badge: the holder's proof covers which."""
    other = signed(badge(GUILD, name="Brazing"), GUILD)
    return Scenario(
        document=put(shown(envelope(inside())), "/verifiableCredential/0/id", envelope(other)["id"]),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("An unsecured token in an envelope", spec=["VC-JOSE-COSE §3.1"])
def unsecured() -> Scenario:
    """`alg: none`."""
    text = joined({"alg": "none", "typ": "vc+jwt"}, badge(), lambda _: b"")
    return Scenario(document=shown(envelope(text)), expect=fails("proof.missing", ("member.failed", AT)))


@case("An envelope of a presentation where a credential belongs", spec=SPEC)
def presentation_as_credential() -> Scenario:
    """Its type says credential, the token is a presentation's."""
    text = token(presentation([signed_badge()]), LEARNER, typ="vp+jwt")
    return Scenario(document=shown(envelope(text, media="application/vp+jwt")), expect=fails(("member.failed", AT)))


@case("An envelope with its keywords spelled out", spec=SPEC, importance="medium")
def respelled() -> Scenario:
    """The same signed statements: the token is judged all the same."""
    document = shown(envelope(inside()))
    return Scenario(
        document=rekey(document, "/verifiableCredential/0/id", "@id"),
        expect=Expectation(outcome_not="passed", checks={"proof": "passed"}),
    )


@case("An enveloped member of a record", spec=["CLR 2.0", *SPEC], importance="medium")
def member() -> Scenario:
    """A record's token around an envelope."""
    return Scenario(document=signed(clr([envelope(inside())]), COLLEGE), expect=passes(members="passed"))


@case("An enveloped member of a record with an embedded proof", spec=["CLR 2.0", *SPEC], importance="medium")
def member_embedded() -> Scenario:
    """The record's statements name the envelope by its URL."""
    return Scenario(document=signed_clr([envelope(inside())]), expect=passes(members="passed"))


@case("An envelope without a context, in a record whose statements are signed", spec=["CLR 2.0", *SPEC])
def member_context() -> Scenario:
    """The record's own context is not the envelope's, whichever way the record is signed."""
    at = "/credentialSubject/verifiableCredential/0"
    return Scenario(
        document=signed_clr([drop(envelope(inside()), "/@context")]),
        expect=fails(("data-model.context", at), ("member.failed", at), proof="passed", members="failed"),
    )


@case("A proof on the envelope is no proof of what is in it", spec=SPEC)
def proof_on_envelope() -> Scenario:
    """The envelope's own proof says nothing that a reader needs, and is not judged."""
    return Scenario(
        document=sign(envelope(inside()), COLLEGE), expect=fails(("terms.undefined", "/proof"), terms="failed")
    )
