"""The older suites JsonWebSignature2020 and Ed25519Signature2018: what verifies, whose key, what is covered."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases.documents import (
    COLLEGE,
    ED25519_2018,
    JWS_2020,
    LEARNER,
    OB,
    OB_2,
    V1,
    V2,
    badge,
    badge_v1,
    controller_document,
    presentation,
    signed_clr,
)
from cases.keyring import Key, ec_key, method_entry
from cases.mutations import put, rekey, tamper
from cases.registry import Expectation, Family, Scenario, fails, passes
from cases.signing import Json, hash_data, sign
from cases.tokens import RSA_JWK, rsa_signature

FAMILY = Family("linked-jws", "embedded", "older-suites")
case = FAMILY.case

JWS = ("JWS2020 §3",)
TABLE = ("JWS2020 §3.1",)
COVERED = ("JWS2020 §3", "DI §2.4.3")
TERMS = ("DI §2.4.1",)
CONTEXT = ("DI §2.4.2", "JSON-LD 1.1 §4.1")
KEYS = ("JWS2020 §3.2", "CID 1.0 §3.3")
E2018 = ("LDS-ED25519-2018 §3",)

SUITE = "JsonWebSignature2020"
OLDER = "Ed25519Signature2018"
CONTEXTS = [V2, OB, JWS_2020]
WEB = "did:web:aldermoor.example"
WEB_URL = "https://aldermoor.example/.well-known/did.json"
METHOD = f"{WEB}#key-1"

P256 = ec_key("college", "P-256")
P384 = ec_key("college", "P-384")
P521 = ec_key("college", "P-521")
K256 = ec_key("college", "secp256k1")
RSA = Key("college", "RSA", b"", b"", rsa_signature("PS256"), RSA_JWK)


def unsigned(issuer: Key | str = COLLEGE, **members: Any) -> Json:
    """A badge that names the suite's context."""
    return badge(issuer, **{"context": CONTEXTS, **members})


def signed(key: Key = COLLEGE, **options: Any) -> Json:
    """A badge by a did:key issuer, signed with the suite."""
    return sign(unsigned(key), key, SUITE, **options)


def data_of(document: Json, key: Key = COLLEGE, hash_name: str = "sha256") -> bytes:
    """The hashes that the proof of a signed document is over: of its options, and of the rest."""
    options = {name: value for name, value in document["proof"].items() if name != "jws"}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    config = {**options, "@context": document["@context"]}
    return hash_data(unsecured, config, key, "rdfc", hash_name=hash_name)


def by_web(key: Key, entry: Json, suite: str = SUITE, document: Json | None = None, **options: Any) -> Json:
    """A badge by a did:web issuer with this verification method; `document` replaces the badge."""
    return {
        "document": sign(document or unsigned(WEB), key, suite, method=METHOD, **options),
        "resources": {WEB_URL: controller_document(WEB, entry)},
    }


def _verified(method: str, binding: str = "did-key") -> Expectation:
    return passes(
        facts={"proof": {"verificationMethod": method}, "issuer": {"binding": binding}},
        issuer="passed",
        terms="passed",
        data_model="passed",
    )


# What verifies ----------------------------------------------------------------------------------------

_KINDS = {"eddsa": COLLEGE, "es256": P256, "es384": P384, "es256k": K256}


def _of_kind(key: Key) -> Scenario:
    return Scenario(document=signed(key), expect=_verified(key.method))


for _name, _key in _KINDS.items():
    FAMILY.add(
        _name,
        f"An Open Badge signed with JsonWebSignature2020 by a key of kind {_key.kind} verifies",
        "SHA-256 hashes document and proof options whatever the algorithm's own hash is; the header and a dot come "
        "before the raw bytes of both.",
        partial(_of_kind, _key),
        spec=TABLE,
        importance="critical",
    )


@case("An Open Badge signed with JsonWebSignature2020 by an RSA key verifies", spec=TABLE, importance="critical")
def ps256() -> Scenario:
    """PS256, of a did:jwk."""
    method = f"{RSA.did_jwk}#0"
    return Scenario(document=sign(unsigned(RSA.did_jwk), RSA, SUITE, method=method), expect=_verified(method))


@case("A badge of the VCDM 1.1 era with JsonWebSignature2020 verifies", spec=JWS, features=["vcdm-1.1"])
def vcdm_1() -> Scenario:
    """The generation of documents that the suite was made for."""
    document = badge_v1(context=[V1, OB_2, JWS_2020])
    return Scenario(document=sign(document, COLLEGE, SUITE), expect=_verified(COLLEGE.method))


@case("A JsonWebKey2020 of a did:web verifies", spec=KEYS)
def json_web_key_2020() -> Scenario:
    """The suite's own type of verification method."""
    entry = method_entry(P256, METHOD, WEB, form="JsonWebKey2020")
    return Scenario(**by_web(P256, entry), expect=_verified(METHOD, "resolved"))


@case("Ed25519Signature2018 verifies under the base context of version 1.1", spec=E2018, features=["vcdm-1.1"])
def ed25519_2018() -> Scenario:
    """That context defines the suite, so no other is needed."""
    document = badge_v1(context=[V1, OB_2])
    return Scenario(document=sign(document, COLLEGE, OLDER), expect=_verified(COLLEGE.method))


@case("Ed25519Signature2018 verifies under version 2.0 with its own context", spec=E2018)
def ed25519_2018_vcdm_2() -> Scenario:
    """The base context of version 2.0 does not define it any more."""
    document = badge(context=[V2, OB, ED25519_2018])
    return Scenario(document=sign(document, COLLEGE, OLDER), expect=_verified(COLLEGE.method))


@case("An Ed25519VerificationKey2018 of a did:web verifies", spec=["LDS-ED25519-2018 §4", *KEYS])
def ed25519_2018_base58() -> Scenario:
    """`publicKeyBase58`: the bare 32 bytes."""
    entry = method_entry(COLLEGE, METHOD, WEB, form="Ed25519VerificationKey2018")
    made = by_web(COLLEGE, entry, OLDER, badge_v1(WEB, context=[V1, OB_2]))
    return Scenario(**made, expect=_verified(METHOD, "resolved"))


@case("A record whose member has a JsonWebSignature2020 verifies", spec=["CLR 2.0", *JWS], features=["clr"])
def member() -> Scenario:
    """Each is judged by its own suite."""
    return Scenario(document=signed_clr([signed()]), expect=passes(members="passed"))


@case("A presentation signed with JsonWebSignature2020 verifies", spec=JWS, features=["presentation"])
def presented() -> Scenario:
    """For authentication, with the challenge that was given."""
    held = presentation([signed()], context=[V2, JWS_2020])
    document = sign(held, LEARNER, SUITE, purpose="authentication", proof={"challenge": "c82f7883-42a1"})
    return Scenario(document=document, options={"challenge": "c82f7883-42a1"}, expect=passes(members="passed"))


@case("A proof may bring the suite's context itself", spec=CONTEXT)
def own_context() -> Scenario:
    """The document does not name it; the proof is read under the document's contexts and its own, as it stands."""
    document = sign(badge(), COLLEGE, SUITE, proof={"@context": JWS_2020})
    return Scenario(document=document, expect=_verified(COLLEGE.method))


@case("The suite's context may be named by document and proof", spec=CONTEXT, importance="medium")
def own_context_twice() -> Scenario:
    """Added to the proof after signing, it changes nothing: every term means what it meant."""
    return Scenario(document=put(signed(), "/proof/@context", [JWS_2020]), expect=passes(terms="passed"))


# What is covered --------------------------------------------------------------------------------------


@case("JsonWebSignature2020: a changed document fails", spec=JWS, importance="critical")
def tampered() -> Scenario:
    """The name of the badge, after signing."""
    return Scenario(document=tamper(signed()), expect=fails(("proof.invalid", "/proof/jws"), proof="failed"))


@case("Ed25519Signature2018: a changed document fails", spec=E2018, importance="critical")
def ed25519_2018_tampered() -> Scenario:
    """The same of the older suite."""
    document = tamper(sign(badge_v1(context=[V1, OB_2]), COLLEGE, OLDER))
    return Scenario(document=document, expect=fails(("proof.invalid", "/proof/jws"), proof="failed"))


@case("JsonWebSignature2020 does not cover a member that no context defines", spec=COVERED, importance="critical")
def unsigned_member() -> Scenario:
    """The signature holds, for JSON-LD drops the member; it is refused as not signed."""
    return Scenario(
        document=put(signed(), "/shelfmark", "A 12"),
        expect=fails(("terms.undefined", "/shelfmark"), proof="passed", terms="failed"),
    )


@case("JsonWebSignature2020 does not cover a member of the proof that no context defines", spec=COVERED)
def unsigned_proof_member() -> Scenario:
    """The suite's context has no `proofValue`."""
    return Scenario(
        document=put(signed(), "/proof/proofValue", "z3EXAMPLE"),
        expect=fails(("terms.undefined", "/proof/proofValue"), terms="failed"),
    )


_OPTIONS: dict[str, tuple[str, Any, str]] = {
    "created": ("created", "2026-02-01T00:00:00Z", "the creation date"),
    "challenge": ("challenge", "c82f7883-42a1", "a challenge that was not there"),
    "domain": ("domain", "https://wallet.example", "a domain that was not there"),
    "nonce": ("nonce", "c82f7883", "a nonce that was not there"),
}


def _option_changed(member: str, value: str) -> Scenario:
    return Scenario(
        document=put(signed(), f"/proof/{member}", value), expect=fails(("proof.invalid", "/proof/jws"), proof="failed")
    )


for _name, (_member, _value, _what) in _OPTIONS.items():
    FAMILY.add(
        f"option-{_name}",
        f"JsonWebSignature2020 covers the proof's `{_member}`",
        f"Changed after signing: {_what}.",
        partial(_option_changed, _member, _value),
        spec=JWS,
    )


@case("An end of the proof under its absolute IRI is no way around it", spec=TERMS, importance="critical")
def hidden_expires() -> Scenario:
    """The same statement, hidden from whoever looks for `expires`."""
    document = signed(proof={"expires": "2026-03-01T00:00:00Z"})
    end = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-03-01T00:00:00Z"}
    hidden = rekey(document, "/proof/expires", "https://w3id.org/security#expiration", end)
    return Scenario(document=hidden, expect=fails("proof.malformed", proof="failed"))


@case("What the proof says of another thing is not said of the proof", spec=TERMS)
def said_of_another() -> Scenario:
    """Signed that way: an end, of something inside the proof. Readers differ in whose it is."""
    end = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-03-01T00:00:00Z"}
    inside = {"id": "urn:example:part", "https://w3id.org/security#expiration": end}
    return Scenario(
        document=signed(proof={"https://example.org/part": inside}),
        expect=fails(("proof.malformed", "/proof"), proof="failed"),
    )


@case("An expired JsonWebSignature2020 fails", spec=["DI §2.1"])
def expired() -> Scenario:
    """The suite's context defines `expires`."""
    return Scenario(
        document=signed(proof={"expires": "2026-03-01T00:00:00Z"}),
        expect=fails(("proof.expired", "/proof/expires"), proof="failed"),
    )


@case("JsonWebSignature2020 for another purpose fails", spec=["DI §4.4 step 5"], importance="critical")
def purpose() -> Scenario:
    """A key that may log in does not thereby issue."""
    return Scenario(
        document=signed(purpose="authentication"),
        expect=fails(("proof.purpose", "/proof/proofPurpose"), proof="failed"),
    )


@case("A suite exchanged for the other older one fails", spec=JWS)
def type_exchanged() -> Scenario:
    """The same form of signature and the same key: the proof's type is one of the options that were signed."""
    document = sign(unsigned(context=[V2, OB, JWS_2020, ED25519_2018]), COLLEGE, SUITE)
    return Scenario(
        document=put(document, "/proof/type", OLDER), expect=fails(("proof.invalid", "/proof/jws"), proof="failed")
    )


# Contexts ---------------------------------------------------------------------------------------------


@case("Without the suite's context its terms are not signed", spec=COVERED)
def no_context() -> Scenario:
    """Signed by careless software: purpose, key and date of the proof are not in the signature."""
    return Scenario(
        document=sign(badge(), COLLEGE, SUITE),
        expect=fails(("terms.undefined", "/proof/proofPurpose"), terms="failed"),
    )


_OWN_CONTEXTS: dict[str, tuple[Any, str]] = {
    "other": (V1, "a published context that is not the suite's"),
    "other-suite": (ED25519_2018, "the context of another suite"),
    "inline": ({"nonce": "https://example.org/nonce"}, "definitions of the proof's own"),
    "mixed": ([JWS_2020, {"nonce": None}], "the suite's context and definitions behind it"),
    "empty": ([], "an empty list is neither the document's contexts nor the suite's"),
    "null": (None, "null would drop what the document's contexts define"),
}


def _own_context(context: Any) -> Scenario:
    return Scenario(
        document=put(signed(), "/proof/@context", context),
        expect=fails(("proof.context", "/proof/@context"), proof="failed"),
    )


for _name, (_context, _what) in _OWN_CONTEXTS.items():
    FAMILY.add(
        f"own-context-{_name}",
        f"A proof may bring the suite's context, and no other ({_name})",
        f"Added after signing: {_what}.",
        partial(_own_context, _context),
        spec=CONTEXT,
    )

_DATE = {"@id": "http://purl.org/dc/terms/created", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
_METHOD = {"@id": "https://w3id.org/security#verificationMethod", "@type": "@id"}
_SCOPED = {"jws": "https://w3id.org/security#jws", "created": _DATE, "verificationMethod": _METHOD}
_PURPOSE = {
    "@id": "https://w3id.org/security#proofPurpose",
    "@type": "@vocab",
    "@context": {"assertionMethod": "https://w3id.org/security#assertionMethod"},
}
_MEANINGS: dict[str, tuple[str, Json, str]] = {
    "type": ("/proof/type", {"@id": "https://example.org/NotASignature"}, "the type is that of something else"),
    "purpose": (
        "/proof/proofPurpose",
        {"@context": {**_SCOPED, "proofPurpose": {**_PURPOSE, "@id": "https://example.org/mood"}}},
        "`proofPurpose` is no purpose",
    ),
    "method": (
        "/proof/verificationMethod",
        {"@context": {**_SCOPED, "proofPurpose": _PURPOSE, "verificationMethod": {**_METHOD, "@id": "urn:example:m"}}},
        "`verificationMethod` is no verification method",
    ),
    "created": (
        "/proof/created",
        {"@context": {**_SCOPED, "proofPurpose": _PURPOSE, "created": "https://example.org/made"}},
        "`created` is no date of the proof",
    ),
    "purpose-value": (
        "/proof",
        {
            "@context": {
                **_SCOPED,
                "proofPurpose": {**_PURPOSE, "@context": {"assertionMethod": "https://example.org/notAssertion"}},
            }
        },
        "`assertionMethod` is another purpose",
    ),
}


def _meaning(pointer: str, definition: Json) -> Scenario:
    usual = {
        "@id": "https://w3id.org/security#JsonWebSignature2020",
        "@context": {**_SCOPED, "proofPurpose": _PURPOSE},
    }
    document = unsigned(context=[V2, OB, {SUITE: usual | definition}])
    return Scenario(document=sign(document, COLLEGE, SUITE), expect=fails(("proof.malformed", pointer), proof="failed"))


for _name, (_pointer, _definition, _what) in _MEANINGS.items():
    FAMILY.add(
        f"meaning-{_name}",
        f"A context of the document's own cannot give the proof's terms another meaning ({_name})",
        f"Signed that way, under a context that defines the suite: {_what}.",
        partial(_meaning, _pointer, _definition),
        spec=TERMS,
    )


@case("A context of the document's own may define the suite as it is published", spec=TERMS, importance="medium")
def meaning_usual() -> Scenario:
    """With the published meanings, as some software writes it."""
    usual = {
        "@id": "https://w3id.org/security#JsonWebSignature2020",
        "@context": {**_SCOPED, "proofPurpose": _PURPOSE},
    }
    document = unsigned(context=[V2, OB, {SUITE: usual}])
    return Scenario(
        document=sign(document, COLLEGE, SUITE), expect=passes(("terms.form", "/@context/2"), terms="passed")
    )
