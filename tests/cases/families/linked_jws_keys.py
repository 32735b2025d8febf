"""Whose key made a signature of the older suites: other kinds, weak ones, strangers'; policies and proof sets."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import COLLEGE, OB_2, STRANGER, V1, badge_v1, controller_document
from cases.families.linked_jws import (
    E2018,
    JWS,
    KEYS,
    METHOD,
    OLDER,
    P256,
    P384,
    P521,
    RSA,
    SUITE,
    TABLE,
    WEB,
    WEB_URL,
    by_web,
    data_of,
    signed,
    unsigned,
)
from cases.keyring import ed25519_key, method_entry
from cases.mutations import put
from cases.registry import Family, Scenario, fails, inconclusive, passes
from cases.signing import Json, attach, detached, sign
from cases.tokens import RSA_JWK

FAMILY = Family("linked-jws-key", "embedded", "older-suites")
case = FAMILY.case


@case("JsonWebSignature2020 by another key than the one named fails", spec=JWS, importance="critical")
def other_key() -> Scenario:
    """The proof names the issuer's key and was made with a stranger's."""
    return Scenario(
        document=sign(unsigned(), STRANGER, SUITE, method=COLLEGE.method),
        expect=fails(("proof.invalid", "/proof/jws"), proof="failed"),
    )


@case("JsonWebSignature2020 by a stranger's own key does not speak for the issuer", spec=["DI §5.9", *KEYS])
def stranger() -> Scenario:
    """The signature holds, and its key belongs to somebody else."""
    return Scenario(
        document=sign(unsigned(), STRANGER, SUITE), expect=fails("issuer.unbound", proof="passed", issuer="failed")
    )


@case("JsonWebSignature2020 has no algorithm for P-521", spec=TABLE)
def p521() -> Scenario:
    """ES512 is not in the suite's table."""
    return Scenario(document=signed(P521), expect=fails(("proof.invalid", "/proof/verificationMethod"), proof="failed"))


@case("Ed25519Signature2018 by a key on P-256 fails", spec=E2018)
def ed25519_2018_other_kind() -> Scenario:
    """Its one algorithm is EdDSA; a header that says ES256 does not change that."""
    document = sign(badge_v1(P256, context=[V1, OB_2]), P256, OLDER)
    return Scenario(document=document, expect=fails(("proof.invalid", "/proof/verificationMethod"), proof="failed"))


@case("A P-384 signature over SHA-384 hashes fails", spec=["JWS2020 §3"])
def es384_other_hash() -> Scenario:
    """The suite's digest is SHA-256; the algorithm's own hash comes after it."""
    document = signed(P384)
    jws = detached(data_of(document, P384, "sha384"), P384)
    return Scenario(
        document=put(document, "/proof/jws", jws), expect=fails(("proof.invalid", "/proof/jws"), proof="failed")
    )


def _rsa(**members: Any) -> Json:
    """A verification method with the RSA key, its JWK changed."""
    return {"id": METHOD, "type": "JsonWebKey2020", "controller": WEB, "publicKeyJwk": {**RSA_JWK, **members}}


@case("A JWK for another algorithm refuses the signature", spec=["RFC 7517 §4.4", "RFC 8725 §3.1"])
def jwk_algorithm() -> Scenario:
    """The JWK says RS256, the suite and the header PS256."""
    return Scenario(
        **by_web(RSA, _rsa(alg="RS256")), expect=fails(("jose.algorithm", "/proof/verificationMethod"), proof="failed")
    )


_JWKS: dict[str, tuple[Json, str, str]] = {
    "weak-rsa": ({"n": "x" * 170 + "Q"}, "key.weak", "a modulus of 1,024 bits"),
    "private": ({"d": "AQAB"}, "key.malformed", "a private member"),
    "encryption": ({"use": "enc"}, "key.unauthorized", "for encryption"),
}


def _jwk(members: Json, code: str) -> Scenario:
    return Scenario(**by_web(RSA, _rsa(**members)), expect=fails(code))


for _name, (_members, _code, _what) in _JWKS.items():
    FAMILY.add(
        f"jwk-{_name}",
        f"A JWK that no signature may rest on is refused ({_name})",
        f"The issuer publishes {_what}.",
        partial(_jwk, _members, _code),
        spec=["JWS2020 §3.2.1", "RFC 7517 §9.2"],
    )


@case("A key that is not listed for assertions does not sign with JsonWebSignature2020", spec=KEYS)
def unlisted() -> Scenario:
    """Listed for authentication alone."""
    entry = method_entry(P256, METHOD, WEB, form="JsonWebKey2020")
    listed = controller_document(WEB, entry, relationship="authentication")
    made = by_web(P256, entry) | {"resources": {WEB_URL: listed}}
    return Scenario(**made, expect=fails("key.unauthorized", issuer="failed"))


# Policy and sets --------------------------------------------------------------------------------------


@case("A policy without the older suites does not accept them", spec=["DI §4.4"], features=["policy"])
def excluded() -> Scenario:
    """Installed does not mean accepted."""
    return Scenario(
        document=signed(),
        policy={"suites": ["eddsa-rdfc-2022"]},
        expect=inconclusive("proof.unsupported", proof="indeterminate"),
    )


@case("A set of an older and a newer proof, both good, verifies", spec=["DI §4.5"], features=["proof-set"])
def set_of_two() -> Scenario:
    """As issuers write them while they change suites."""
    return Scenario(document=sign(signed(), COLLEGE), expect=passes(issuer="passed"))


@case("A set whose older proof is bad fails", spec=["DI §4.5"], features=["proof-set"], importance="critical")
def set_bad() -> Scenario:
    """The newer proof does not excuse it."""
    good = sign(unsigned(), COLLEGE)
    bad = sign(unsigned(), ed25519_key("college-second"), SUITE, method=COLLEGE.method)["proof"]
    return Scenario(document=attach(good, bad), expect=fails(("proof.invalid", "/proof/1/jws"), proof="failed"))
