"""Claims of a token against the credential beside them, and what a token says by itself."""

from __future__ import annotations

from cases.documents import (
    AT,
    COLLEGE,
    LEARNER,
    STRANGER,
    V1,
    V2,
    badge,
    badge_v1,
    presentation,
    signed_badge,
    urn,
)
from cases.keyring import ec_key
from cases.mutations import append_context, tamper
from cases.registry import Family, Named, Scenario, fails, inconclusive, passes
from cases.tokens import claims, compact_json, joined, seconds, signed, signed_v1, token

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


_MISTYPED: dict[str, tuple[str, object]] = {
    "aud-number": ("An `aud` that is a number", 7),
    "aud-null": ("An `aud` that is null", None),
    "aud-object": ("An `aud` that is an object", {"id": "https://registrar.example"}),
    "aud-empty": ("An `aud` of nobody", []),
    "aud-mixed": ("An `aud` of a text and a number", ["https://registrar.example", 7]),
    "aud-nested": ("An `aud` of an array in an array", [["https://registrar.example"]]),
    "iat-null": ("An `iat` that is null", None),
    "iat-text": ("An `iat` that is text", "last Thursday"),
    "iat-digits": ("An `iat` of digits in text", "1768435200"),
    "iat-true": ("An `iat` that is true", True),
    "iat-array": ("An `iat` that is an array", [1_768_435_200]),
    "nbf-digits": ("An `nbf` of digits in text", "1768435200"),
    "nonce-number": ("A `nonce` that is a number", 7),
    "cnf-text": ("A `cnf` that is text", "did:example:holder"),
}
for _name, (_title, _value) in _MISTYPED.items():

    def _mistyped(name: str = _name, value: object = _value) -> Scenario:
        claim, document = name.partition("-")[0], badge()
        return Scenario(
            document=token({**document, **claims(document), claim: value}, COLLEGE),
            expect=fails(("jose.claims", f"/{claim}"), proof="passed", data_model="failed"),
        )

    FAMILY.add(
        _name,
        f"{_title} is none",
        "What one reader skips, another would heed: a claim of the wrong type is refused, whether it is needed or not.",
        _mistyped,
        spec=["RFC 7519 §2", "RFC 7519 §4.1"],
        importance="medium",
    )


@case("An `aud` of the wrong type is no audience, where one was asked for", spec=["RFC 7519 §4.1.3"])
def audience_mistyped_asked() -> Scenario:
    """The right name in a wrong place."""
    document = badge()
    return Scenario(
        document=token({**document, **claims(document), "aud": {"id": "https://registrar.example"}}, COLLEGE),
        options={"domain": "https://registrar.example"},
        expect=fails(("proof.domain", "/aud"), ("jose.claims", "/aud"), proof="failed"),
    )


@case("An `iat` in the words of a date is noted", spec=DATES, importance="medium")
def iat_stamp() -> Scenario:
    """No NumericDate, but the W3C's own test suite writes it so; nothing but its being past hangs on it."""
    return Scenario(
        document=signed(badge(), COLLEGE, iat="2026-01-15T00:00:00Z"), expect=passes(("jose.claims", "/iat"))
    )


@case("An `iat` in the words of a date to come", spec=[*DATES, "RFC 7519 §4.1.6"], importance="medium")
def iat_stamp_future() -> Scenario:
    """Read all the same."""
    return Scenario(
        document=signed(badge(), COLLEGE, iat="2026-07-01T00:00:00Z"),
        expect=fails(("proof.not-yet", "/iat"), ("jose.claims", "/iat"), proof="failed", data_model="passed"),
    )


@case("A token that was made after it was seen", spec=["RFC 7519 §4.1.6"])
def iat_future() -> Scenario:
    """As a `created` to come: one of the two clocks is wrong, or the date is made up."""
    return Scenario(
        document=signed(badge(), COLLEGE, iat=seconds("2026-07-01T00:00:00Z")),
        expect=fails(("proof.not-yet", "/iat"), proof="failed"),
    )


@case("A token that was made half a minute after it was seen", spec=["RFC 7519 §4.1.6"], importance="medium")
def iat_skewed() -> Scenario:
    """Within what clocks may differ."""
    return Scenario(document=signed(badge(), COLLEGE, iat=seconds(AT) + 30), expect=passes())


@case("A `sub` of a presentation that is no text", spec=["RFC 7519 §4.1.2"], importance="low")
def sub_of_presentation() -> Scenario:
    """Presentations have no subject to compare it with; text it is all the same."""
    return Scenario(
        document=token({**presentation([signed_badge()]), "sub": {"id": LEARNER.did}}, LEARNER, typ="vp+jwt"),
        expect=fails(("jose.claims", "/sub"), proof="passed"),
    )


_BESIDE: dict[str, object] = {
    "credentialStatus": {"id": "https://aldermoor.example/status/1#7", "type": "BitstringStatusListEntry"},
    "credentialSchema": {"id": "https://aldermoor.example/schema", "type": "JsonSchema"},
    "validUntil": "2026-03-01T00:00:00Z",
    "expirationDate": "2026-03-01T00:00:00Z",
    "id": urn("badge/another"),
    "evidence": [{"id": "https://aldermoor.example/photo"}],
    "termsOfUse": {"type": "Policy"},
    "proof": {"type": "DataIntegrityProof"},
    "vp": {"type": ["VerifiablePresentation"]},
}
for _name, _value in _BESIDE.items():

    def _beside(name: str = _name, value: object = _value) -> Scenario:
        return Scenario(
            document=signed_v1(badge_v1(), COLLEGE, **{name: value}),
            expect=fails(("jose.claims", f"/{name}"), proof="passed", data_model="failed"),
        )

    FAMILY.add(
        f"beside-vc-{_name.lower()}",
        f"`{_name}` beside the `vc` claim fails",
        "Signed, but not where the credential is read: one reader would heed it, another would not.",
        _beside,
        spec=["VCDM 1.1 §6.3.1"],
        importance="critical" if _name in ("credentialStatus", "validUntil", "expirationDate") else "high",
    )

for _name, _value in {
    "issuer": STRANGER.did,
    "type": ["VerifiableCredential"],
    "credentialSubject": {"id": STRANGER.did},
}.items():

    def _two(name: str = _name, value: object = _value) -> Scenario:
        return Scenario(document=signed_v1(badge_v1(), COLLEGE, **{name: value}), expect=fails(("jose.claims", "/vc")))

    FAMILY.add(
        f"beside-vc-{_name.lower()}",
        f"`{_name}` beside the `vc` claim makes two credentials",
        "The payload is one, and the `vc` claim another.",
        _two,
        spec=["VCDM 1.1 §6.3.1", *VC_JOSE],
        importance="critical" if _name == "issuer" else "high",
    )


@case("A member beside the `vc` claim that repeats it", spec=["VCDM 1.1 §6.3.1"], importance="medium")
def beside_repeated() -> Scenario:
    """Whoever reads which reads the same."""
    document = badge_v1()
    return Scenario(document=signed_v1(document, COLLEGE, id=document["id"]), expect=passes(data_model="passed"))


@case("A `status` claim beside the `vc` claim", spec=["VCDM 1.1 §6.3.1", "Token Status List §6"], importance="critical")
def beside_status() -> Scenario:
    """It may have been revoked, in a list of a kind that is not read here."""
    entry = {"status_list": {"idx": 3, "uri": "https://aldermoor.example/list"}}
    return Scenario(
        document=signed_v1(badge_v1(), COLLEGE, status=entry),
        expect=inconclusive(("status.unsupported", "/status"), proof="passed", status="indeterminate"),
    )


@case("A `status` claim beside the members of version 2.0", spec=["Token Status List §6"], importance="critical")
def status_claim() -> Scenario:
    """The same: no term of the credential, but a token's way to be revoked."""
    entry = {"status_list": {"idx": 3, "uri": "https://aldermoor.example/list"}}
    return Scenario(
        document=signed(badge(), COLLEGE, status=entry),
        expect=inconclusive(("status.unsupported", "/status"), proof="passed", status="indeterminate"),
    )


@case("A private claim beside the `vc` claim", spec=["VCDM 1.1 §6.3.1"], importance="medium")
def beside_unknown() -> Scenario:
    """Signed, and said to mean nothing."""
    return Scenario(
        document=signed_v1(badge_v1(), COLLEGE, favouriteColour="green"),
        expect=passes(("terms.undefined", "/favouriteColour")),
    )


@case("What stands beside the `vp` claim", spec=["VCDM 1.1 §6.3.1"])
def beside_vp() -> Scenario:
    """Another holder than the presentation's."""
    held = {**presentation([signed_badge()]), "@context": [V1]}
    return Scenario(
        document=token({"iss": LEARNER.did, "vp": held, "holder": STRANGER.did}, LEARNER, typ="JWT"),
        expect=fails(("jose.claims", "/holder"), proof="passed"),
    )


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
