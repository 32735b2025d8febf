"""Claims of a token against the credential beside them, and what a token says by itself."""

from __future__ import annotations

from cases.documents import (
    COLLEGE,
    LEARNER,
    STRANGER,
    V2,
    badge,
    signed_badge,
    urn,
)
from cases.keyring import ec_key
from cases.mutations import append_context, tamper
from cases.registry import Family, Named, Scenario, fails, inconclusive, passes
from cases.tokens import claims, compact_json, joined, seconds, signed, token

FAMILY = Family("jose-claims", "jose", "claims")
case = FAMILY.case

VC_JOSE = ("VC-JOSE-COSE §3.1",)
CLAIMS = ("OB 3.0 §8.2.6.1", "VC-JOSE-COSE §3.1.3")
DATES = ("RFC 7519 §2", "RFC 7519 §4.1")


# Claims -----------------------------------------------------------------------------------------------

_CONTRADICTIONS: dict[str, tuple[object, str]] = {
    "iss": (STRANGER.did, "the issuer"),
    "sub": (STRANGER.did, "the subject"),
    "jti": (urn("badge/another"), "the id"),
    "nbf": (seconds("2024-01-01T00:00:00Z"), "the start"),
}
for _claim, (_other, _what) in _CONTRADICTIONS.items():

    def _contradiction(claim: str = _claim, other: object = _other) -> Scenario:
        return Scenario(
            document=signed(badge(), COLLEGE, **{claim: other}),
            expect=fails(("jose.claims", f"/{claim}"), proof="passed", data_model="failed"),
        )

    FAMILY.add(
        f"{_claim}-contradicts",
        f"A claim `{_claim}` that contradicts {_what} fails",
        "Signed, but two things at once: readers would differ.",
        _contradiction,
        spec=CLAIMS,
        importance="critical" if _claim == "iss" else "high",
    )


@case("An `exp` that contradicts the end fails", spec=CLAIMS)
def exp_contradicts() -> Scenario:
    """Both in the future, a year apart."""
    return Scenario(
        document=signed(badge(validUntil="2099-01-01T00:00:00Z"), COLLEGE, exp=seconds("2098-01-01T00:00:00Z")),
        expect=fails(("jose.claims", "/exp"), proof="passed"),
    )


@case("An `exp` that has passed fails, though the credential says a later end", spec=CLAIMS, importance="critical")
def exp_passed() -> Scenario:
    """Whichever says the earlier end."""
    return Scenario(
        document=signed(badge(validUntil="2099-01-01T00:00:00Z"), COLLEGE, exp=seconds("2026-03-01T00:00:00Z")),
        expect=fails(("validity.expired", "/exp"), ("jose.claims", "/exp")),
    )


@case("An `exp` sets the end of a credential that says none", spec=CLAIMS, importance="critical")
def exp_sets_end() -> Scenario:
    """Open Badges 3.0 §8.2.6.1: the credential has it from the claim."""
    return Scenario(
        document=signed(badge(), COLLEGE, exp=seconds("2030-01-01T00:00:00Z")),
        expect=passes(validity="passed", facts={"validity": {"validUntil": "2030-01-01T00:00:00Z"}}),
    )


@case("An end that only `exp` says, passed", spec=CLAIMS, importance="critical")
def exp_alone_passed() -> Scenario:
    """The token has expired, and the credential with it."""
    return Scenario(
        document=signed(badge(), COLLEGE, exp=seconds("2026-03-01T00:00:00Z")),
        expect=fails(("validity.expired", "/exp"), proof="passed", validity="failed"),
    )


@case("Fractions of a second are no contradiction", spec=DATES, importance="medium")
def fractions() -> Scenario:
    """A date with milliseconds beside a NumericDate without, and the reverse."""
    return Scenario(
        document=signed(
            badge(validFrom="2026-01-15T00:00:00.292Z", validUntil="2027-01-15T00:00:00Z"),
            COLLEGE,
            nbf=seconds("2026-01-15T00:00:00Z"),
            exp=seconds("2027-01-15T00:00:00Z") + 0.5,
        ),
        expect=passes(validity="passed", data_model="passed"),
    )


@case("A token for later is not valid yet", spec=DATES)
def nbf_future() -> Scenario:
    """`nbf` counts where the credential says no start."""
    return Scenario(
        document=signed(badge(validFrom=None), COLLEGE, nbf=seconds("2027-01-01T00:00:00Z")),
        expect=fails(("validity.not-yet", "/nbf"), proof="passed"),
    )


_NO_DATES = {"null": None, "true": True, "text": "2030-01-01T00:00:00Z", "digits": "1893456000", "array": [1893456000]}
for _name, _no_date in _NO_DATES.items():

    def _malformed_date(value: object = _no_date) -> Scenario:
        document = badge()
        return Scenario(
            document=token({**document, **claims(document), "exp": value}, COLLEGE),
            expect=fails(("jose.claims", "/exp"), proof="passed"),
        )

    FAMILY.add(
        f"exp-{_name}",
        f"An `exp` that is {_name} is no date",
        "An end that cannot be read is not an open end.",
        _malformed_date,
        spec=DATES,
    )

for _name, _text in (("nan", "NaN"), ("infinity", "Infinity"), ("overflow", "1e999")):

    def _no_number(text: str = _text) -> Scenario:
        body = compact_json({**badge(), **claims(badge())})[:-1] + f',"exp":{text}}}'.encode()
        return Scenario(
            document=joined({"alg": "EdDSA", "typ": "vc+jwt", "kid": COLLEGE.method}, body, COLLEGE.signature),
            expect=fails("input.malformed"),
        )

    FAMILY.add(
        f"exp-{_name}",
        f"An `exp` of {_text} is not JSON",
        "Some readers take it for a number that no instant reaches.",
        _no_number,
        spec=["RFC 8259 §6", *DATES],
    )


@case("An `exp` before 1970", spec=DATES, importance="medium")
def exp_negative() -> Scenario:
    """A number of seconds all the same, long past."""
    return Scenario(document=signed(badge(), COLLEGE, exp=-1), expect=fails(("validity.expired", "/exp")))


@case("An `exp` beyond all calendars", spec=DATES, importance="low")
def exp_far() -> Scenario:
    """It has not passed."""
    return Scenario(document=signed(badge(), COLLEGE, exp=1e15), expect=passes(validity="passed"))


@case("A badge token without claims is noted", spec=CLAIMS)
def claims_missing() -> Scenario:
    """VC-JOSE-COSE does not ask for them, Open Badges does."""
    missing: list[Named] = [("jose.claims-missing", f"/{name}") for name in ("iss", "jti", "sub", "nbf")]
    return Scenario(document=token(badge(), COLLEGE), expect=passes(*missing, issuer="passed"))


@case("A `sub` that is an object", spec=["RFC 7519 §4.1.2"], importance="medium")
def sub_object() -> Scenario:
    """Some issuers put the subject itself there."""
    return Scenario(
        document=signed(badge(), COLLEGE, sub=badge()["credentialSubject"]),
        expect=fails(("jose.claims", "/sub"), proof="passed"),
    )


@case("A credential token with an audience", spec=["RFC 7519 §4.1.3"])
def audience() -> Scenario:
    """Published credentials have one. Nobody asked whether it is us: noted, and no more."""
    return Scenario(
        document=signed(badge(), COLLEGE, aud="https://elsewhere.example"),
        expect=passes(("proof.domain", "/aud"), issuer="passed"),
    )


@case("A credential token with another audience than was asked for", spec=["RFC 7519 §4.1.3"])
def audience_asked() -> Scenario:
    """The caller says who it is, and the token that it is for somebody else."""
    return Scenario(
        document=signed(badge(), COLLEGE, aud="https://elsewhere.example"),
        options={"domain": "https://registrar.example"},
        expect=fails(("proof.domain", "/aud"), proof="failed"),
    )


@case("Unknown claims are ignored, and said to mean nothing", spec=VC_JOSE, importance="medium")
def unknown_claim() -> Scenario:
    """Signed, without a context that gives it a meaning."""
    return Scenario(
        document=signed(badge(), COLLEGE, favouriteColour="green"),
        expect=passes(("terms.undefined", "/favouriteColour")),
    )


@case("An unknown context does not stop a token", spec=VC_JOSE)
def unknown_context() -> Scenario:
    """Its names are signed as they stand."""
    document = append_context(badge(), "https://terms.example/v1")
    return Scenario(document=signed(document, COLLEGE), expect=passes("terms.unknown-context", issuer="passed"))


@case("A context that redefines a term fails, signed or not", spec=["JSON-LD 1.1 §4.1.11"])
def redefined() -> Scenario:
    """Names mean what the base context says."""
    document = append_context(badge(), {"name": "https://terms.example/name"})
    return Scenario(document=signed(document, COLLEGE), expect=fails("terms.redefined", proof="passed", terms="failed"))


@case("A W3C credential that is no badge needs no claims", spec=VC_JOSE)
def plain_credential() -> Scenario:
    """VCDM 2.0 alone, by an ES256 key."""
    key = ec_key("college")
    document = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": key.did,
        "credentialSubject": {"id": LEARNER.did},
    }
    return Scenario(
        document=token(document, key), expect=passes(issuer="passed", facts={"proof": {"algorithm": "ES256"}})
    )


@case("The proof of a payload that has one is judged too", spec=["VCDM 2.0 §4.12"], importance="medium")
def embedded_as_well() -> Scenario:
    """Secured twice: each proof has to hold."""
    both = signed_badge()
    broken = tamper(both)
    return Scenario(
        document=token({**broken, **claims(broken)}, COLLEGE),
        expect=fails(("proof.invalid", "/proof/proofValue"), proof="failed"),
    )


@case("Both of two ways to secure it hold", spec=["VCDM 2.0 §4.12"], importance="medium")
def embedded_as_well_holds() -> Scenario:
    """A badge with an embedded proof, in a token."""
    both = signed_badge()
    return Scenario(document=token({**both, **claims(both)}, COLLEGE), expect=passes(issuer="passed"))


@case("A key that cannot be had decides nothing", spec=["CID 1.0 §3.3"], importance="medium")
def unavailable_key() -> Scenario:
    """Nothing is known about the signature."""
    method = "did:web:aldermoor.example#key-1"
    return Scenario(
        document=signed(badge("did:web:aldermoor.example"), COLLEGE, header={"kid": method}),
        expect=inconclusive(("key.unavailable", "/header/kid"), proof="indeterminate", issuer="indeterminate"),
    )
