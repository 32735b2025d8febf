"""Tokens: the forms in which credentials travel as compact JWS."""

from __future__ import annotations

import json

from cases.documents import (
    COLLEGE,
    LEARNER,
    STRANGER,
    V1,
    V2,
    badge,
    badge_v1,
    presentation,
    urn,
)
from cases.mutations import drop, tamper
from cases.registry import Family, Scenario, fails, passes
from cases.tokens import claims, seconds, signed, signed_v1, token

FAMILY = Family("jose", "jose")
case = FAMILY.case

VC_JOSE = ("VC-JOSE-COSE §3.1",)
OB = ("OB 3.0 §8.2",)
CLAIMS = ("OB 3.0 §8.2.6.1", "VC-JOSE-COSE §3.1.3")
V1_CLAIMS = ("VCDM 1.1 §6.3.1",)
DATES = ("RFC 7519 §2", "RFC 7519 §4.1")

BOUND = {"issuer": {"binding": "did-key"}}


# Forms ------------------------------------------------------------------------------------------------


@case("A badge as a token verifies", spec=[*VC_JOSE, *OB], importance="critical")
def plain() -> Scenario:
    """The payload is the credential, its claims agree, `kid` is the issuer's did:key."""
    return Scenario(
        document=signed(badge(), COLLEGE),
        expect=passes(
            issuer="passed",
            terms="passed",
            data_model="passed",
            validity="passed",
            facts={
                **BOUND,
                "proof": {"algorithm": "EdDSA", "verificationMethod": COLLEGE.method, "typ": "vc+jwt"},
            },
        ),
    )


@case("A badge altered in its token fails", spec=VC_JOSE, importance="critical")
def altered() -> Scenario:
    """The payload was exchanged, the signature kept."""
    genuine = signed(badge(), COLLEGE).split(".")
    other = signed(tamper(badge()), COLLEGE).split(".")
    return Scenario(
        document=".".join([genuine[0], other[1], genuine[2]]), expect=fails("proof.invalid", proof="failed")
    )


@case("An altered header fails", spec=VC_JOSE)
def altered_header() -> Scenario:
    """The signature is over the header too."""
    text = signed(badge(), COLLEGE)
    _header, payload, signature = text.split(".")
    other = token({}, COLLEGE, typ="JWT").split(".")[0]
    return Scenario(document=f"{other}.{payload}.{signature}", expect=fails("proof.invalid", proof="failed"))


@case("A token by another key fails", spec=VC_JOSE, importance="critical")
def other_key() -> Scenario:
    """`kid` names the college's key; the stranger's signed."""
    return Scenario(
        document=signed(badge(), STRANGER, header={"kid": COLLEGE.method}),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("`typ: JWT` is as good", spec=OB)
def typ_jwt() -> Scenario:
    """What Open Badges 3.0 asks for."""
    return Scenario(document=signed(badge(), COLLEGE, typ="JWT"), expect=passes(issuer="passed"))


@case("A `typ` in upper case, with its tree, is the same", spec=["RFC 7515 §4.1.9"], importance="low")
def typ_full() -> Scenario:
    """Media types have no case, and `application/` may be left out."""
    return Scenario(document=signed(badge(), COLLEGE, typ="Application/VC+JWT"), expect=passes(issuer="passed"))


@case("A token without `typ` is noted", spec=VC_JOSE)
def typ_absent() -> Scenario:
    """It verifies; what it is, was told by its contents alone."""
    return Scenario(document=signed(badge(), COLLEGE, typ=None), expect=passes("jose.typ", issuer="passed"))


@case("An older `typ` is noted", spec=VC_JOSE, importance="medium")
def typ_older() -> Scenario:
    """`vc+ld+jwt`, of the drafts."""
    return Scenario(
        document=signed(badge(), COLLEGE, typ="vc+ld+jwt"),
        expect=passes(("jose.typ", "/header/typ"), issuer="passed"),
    )


for _value in ("at+jwt", "logout+jwt", "vp+jwt", "vc+sd-jwt", "kb+jwt", "JOSE", 7, ["vc+jwt"]):

    def _typed(value: object = _value) -> Scenario:
        return Scenario(
            document=token({**badge(), **claims(badge())}, COLLEGE, typ=value),  # type: ignore[arg-type]
            expect=fails(("jose.header", "/header/typ"), proof="failed"),
        )

    FAMILY.add(
        f"typ-{''.join(c if c.isalnum() else '-' for c in str(_value)).strip('-').lower()}",
        f"A token of `typ` {_value} is no credential's",
        "Tokens that were made for another use are not to be taken for credentials.",
        _typed,
        spec=["RFC 8725 §3.11"],
        importance="critical" if _value == "at+jwt" else "medium",
    )


@case("A credential of version 1.1 in the `vc` claim verifies", spec=V1_CLAIMS, importance="critical")
def version_1() -> Scenario:
    """The older form, `typ: JWT`."""
    return Scenario(
        document=signed_v1(badge_v1(), COLLEGE), expect=passes(issuer="passed", data_model="passed", validity="passed")
    )


@case("Claims stand for members that the `vc` claim leaves out", spec=V1_CLAIMS)
def version_1_told() -> Scenario:
    """`iss`, `sub`, `jti`, `nbf` and `exp` say what the credential does not repeat."""
    whole = badge_v1(expirationDate="2030-01-01T00:00:00Z")
    said = claims(whole)
    document = drop(drop(drop(drop(whole, "/issuer/id"), "/id"), "/issuanceDate"), "/expirationDate")
    return Scenario(
        document=token({**said, "vc": drop(document, "/credentialSubject/id")}, COLLEGE, typ="JWT"),
        expect=passes(
            issuer="passed", validity="passed", facts={**BOUND, "validity": {"validUntil": "2030-01-01T00:00:00Z"}}
        ),
    )


@case("`sub` is the id of the one subject in an array", spec=V1_CLAIMS)
def version_1_told_in_array() -> Scenario:
    """An array of one is that one: whoever is asked for is the subject."""
    said = claims(badge_v1())
    document = drop(badge_v1(), "/credentialSubject/id")
    document["credentialSubject"] = [document["credentialSubject"]]
    return Scenario(
        document=token({**said, "vc": document}, COLLEGE, typ="JWT"),
        options={"subject": [{"id": LEARNER.did}]},
        expect=passes(issuer="passed", data_model="passed", subject="passed"),
    )


@case("A `sub` where several subjects have no id is noted", spec=V1_CLAIMS, importance="medium")
def version_1_told_of_several() -> Scenario:
    """Nothing says which of them it is."""
    document = {
        "@context": [V1, {"name": "https://schema.org/name"}],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "issuanceDate": "2026-01-15T00:00:00Z",
        "credentialSubject": [{"name": "One"}, {"name": "Two"}],
    }
    return Scenario(
        document=token({**claims(document), "sub": LEARNER.did, "vc": document}, COLLEGE, typ="JWT"),
        expect=passes(("jose.claims", "/sub"), ("terms.form", "/@context/1"), issuer="passed"),
    )


@case("A `sub` and a `jti` that the credential does not have are noted", spec=CLAIMS)
def names_of_claims_alone() -> Scenario:
    """Version 2.0: the credential keeps its own words, so that nobody is its subject by the claim alone."""
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "credentialSubject": {"description": "Somebody"},
    }
    return Scenario(
        document=token({**document, "sub": LEARNER.did, "jti": urn("credential")}, COLLEGE),
        expect=passes(("jose.claims", "/sub"), ("jose.claims", "/jti"), issuer="passed"),
    )


@case("An end that only `exp` says counts", spec=[*V1_CLAIMS, *CLAIMS])
def version_1_expired() -> Scenario:
    """Version 1.1: `exp` stands for `expirationDate`."""
    return Scenario(
        document=signed_v1(badge_v1(), COLLEGE, exp=seconds("2026-03-01T00:00:00Z")),
        expect=fails(("validity.expired", "/exp"), proof="passed", validity="failed"),
    )


@case("Pointers go into the `vc` object", spec=V1_CLAIMS)
def version_1_pointer() -> Scenario:
    """A date that has passed is found at `/expirationDate`."""
    return Scenario(
        document=signed_v1(badge_v1(expirationDate="2026-03-01T00:00:00Z"), COLLEGE),
        expect=fails(("validity.expired", "/expirationDate"), proof="passed"),
    )


@case("A credential of version 2.0 in the `vc` claim fails", spec=["OB 3.0 implementation guide", *VC_JOSE])
def version_2_in_claim() -> Scenario:
    """The form and the context name different versions."""
    return Scenario(document=signed_v1(badge(), COLLEGE), expect=fails(("jose.claims", "/vc"), proof="passed"))


@case("A credential of version 1.1 as the payload fails", spec=["OB 3.0 implementation guide"])
def version_1_as_payload() -> Scenario:
    """The reverse."""
    return Scenario(
        document=signed(badge_v1(), COLLEGE, typ="JWT"), expect=fails(("jose.claims", "/@context"), proof="passed")
    )


@case("A `vc` claim beside a credential fails", spec=VC_JOSE)
def vc_claim_beside() -> Scenario:
    """Two credentials in one token: which would be read?"""
    return Scenario(
        document=signed(badge(), COLLEGE, vc=badge(name="Another"), vp="text"),
        expect=fails(("jose.claims", "/vc"), ("jose.claims", "/vp"), proof="passed"),
    )


for _name, _held in (("text", "a credential"), ("null", None), ("array", []), ("number", 1)):

    def _no_object(held: object = _held) -> Scenario:
        return Scenario(
            document=token({"iss": COLLEGE.did, "vc": held}, COLLEGE, typ="JWT"),
            expect=fails(("input.malformed", "/vc")),
        )

    FAMILY.add(
        f"vc-claim-{_name}",
        f"A `vc` claim that is {_name} is no credential",
        "There is nothing to read.",
        _no_object,
        spec=V1_CLAIMS,
        importance="medium",
    )


@case("A token without a credential is none", spec=VC_JOSE)
def no_credential() -> Scenario:
    """Claims alone."""
    return Scenario(
        document=token({"iss": COLLEGE.did, "sub": LEARNER.did}, COLLEGE, typ="JWT"), expect=fails("input.malformed")
    )


@case("A payload that is no object", spec=["RFC 7519 §7.2"], importance="medium")
def payload_array() -> Scenario:
    """An array of a credential."""
    return Scenario(document=token([badge()], COLLEGE), expect=fails("input.malformed"))


# As it arrives ----------------------------------------------------------------------------------------


@case("White space around a token is nothing", spec=["RFC 7515 §7.1"])
def white_space() -> Scenario:
    """As editors leave it."""
    return Scenario(text=f"\n  {signed(badge(), COLLEGE)}\r\n", expect=passes(issuer="passed"))


@case("Much white space before a token is nothing", spec=["RFC 7515 §7.1"], importance="medium")
def white_space_much() -> Scenario:
    """More than a reader would look at to see what it is."""
    return Scenario(
        text="\n" * 600 + " " * 5000 + signed(badge(), COLLEGE) + "\n" * 600, expect=passes(issuer="passed")
    )


@case("A token in a `data:` URL", spec=["RFC 2397", "VCDM 2.0 §4.13"], importance="medium")
def data_url() -> Scenario:
    """As the text of a file: the `id` of an envelope, copied without it."""
    return Scenario(text=f"\n data:application/vc+jwt,{signed(badge(), COLLEGE)}\n", expect=passes(issuer="passed"))


@case("A presentation's token in the `data:` URL of a credential", spec=["VCDM 2.0 §4.13"], importance="medium")
def data_url_of_other_kind() -> Scenario:
    """The URL says what it holds, and holds something else."""
    text = token(presentation([]), LEARNER, typ="vp+jwt")
    return Scenario(text=f"data:application/vc+jwt,{text}", expect=fails("jose.header", proof="failed"))


@case("A `data:` URL inside a `data:` URL", spec=["RFC 2397"], importance="medium")
def data_url_nested() -> Scenario:
    """One is opened, and holds no token."""
    text = "data:application/vc+jwt," * 500 + signed(badge(), COLLEGE)
    return Scenario(text=text, expect=fails("input.malformed"))


@case("A token in JSON quotes", spec=VC_JOSE, importance="medium")
def quoted() -> Scenario:
    """As an API answers it."""
    return Scenario(text=json.dumps(signed(badge(), COLLEGE)), expect=passes(issuer="passed"))


@case("A token in a `jwt` member", spec=VC_JOSE, importance="medium")
def wrapped() -> Scenario:
    """As test suites store it."""
    return Scenario(document={"jwt": signed(badge(), COLLEGE)}, expect=passes(issuer="passed"))


@case("What stands beside a wrapped token is not signed", spec=VC_JOSE)
def wrapped_with_more() -> Scenario:
    """Nobody vouches for it, and a reader may take it for the credential's."""
    return Scenario(
        document={"jwt": signed(badge(), COLLEGE), "validUntil": "2099-01-01T00:00:00Z"},
        expect=fails(("terms.undefined", "/validUntil"), proof="passed", terms="failed"),
    )
