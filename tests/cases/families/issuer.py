"""Whose key it is: controller documents, binding grades, and what does not bind."""

from __future__ import annotations

from functools import partial

import base58

from cases.documents import (
    COLLEGE,
    GUILD,
    STRANGER,
    badge,
    controller_document,
    single_key_document,
)
from cases.keyring import ec_key, ed25519_key, method_entry
from cases.mutations import drop, put
from cases.registry import Family, Scenario, fails, inconclusive, passes, refused
from cases.signing import Json, sign

FAMILY = Family("issuer", "keys")
case = FAMILY.case

RETRIEVE = ("CID 1.0 §3.3",)
BINDING = ("DI §5.9", "CID 1.0 §3.3", "OB 3.0 implementation guide")
WEB = ("did:web §2.5.2",)

DID = "did:web:aldermoor.example"
URL = "https://aldermoor.example/.well-known/did.json"
METHOD = f"{DID}#key-1"
HTTPS = "https://aldermoor.example/issuers/5"


def by_web(document: Json, *, suite: str = "eddsa-rdfc-2022", key: object = COLLEGE) -> Json:
    """A badge by the did:web issuer, signed with `#key-1`, and this as the issuer's document."""
    return {
        "document": sign(badge(DID), key, suite, method=METHOD),  # type: ignore[arg-type]
        "resources": {URL: document},
    }


RESOLVED = passes(facts={"proof": {"verificationMethod": METHOD}, "issuer": {"binding": "resolved"}}, issuer="passed")


# Bound ------------------------------------------------------------------------------------------------


@case("A did:web issuer whose document lists the key", spec=[*RETRIEVE, *WEB], importance="critical")
def did_web() -> Scenario:
    """The issuer's own document, a Multikey, the right relationship."""
    return Scenario(**by_web(single_key_document(DID, COLLEGE)), expect=RESOLVED)


@case("A did:web with a path", spec=WEB)
def did_web_path() -> Scenario:
    """Colons become slashes, and the document is `did.json` there, not under `.well-known`."""
    did = "did:web:aldermoor.example:departments:metalwork"
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#key-1"),
        resources={"https://aldermoor.example/departments/metalwork/did.json": single_key_document(did, COLLEGE)},
        expect=passes(facts={"issuer": {"binding": "resolved"}}, issuer="passed"),
    )


@case("A did:web with a port", spec=WEB)
def did_web_port() -> Scenario:
    """`%3A` becomes the colon before a legal port."""
    did = "did:web:aldermoor.example%3A8443"
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#key-1"),
        resources={"https://aldermoor.example:8443/.well-known/did.json": single_key_document(did, COLLEGE)},
        expect=passes(facts={"issuer": {"binding": "resolved"}}, issuer="passed"),
    )


@case("A did:jwk issuer is its own key", spec=["did:jwk"])
def did_jwk() -> Scenario:
    """The key is in the identifier; its method is always `#0`."""
    did = COLLEGE.did_jwk
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#0"),
        expect=passes(facts={"proof": {"verificationMethod": f"{did}#0"}}, issuer="passed"),
    )


@case("A did:jwk of P-256", spec=["did:jwk", "DI-ECDSA §3.2"])
def did_jwk_p256() -> Scenario:
    """The same with an EC key."""
    key = ec_key("college")
    return Scenario(
        document=sign(badge(key.did_jwk), key, "ecdsa-rdfc-2019", method=f"{key.did_jwk}#0"),
        expect=passes(issuer="passed"),
    )


@case("An https issuer whose controller document lists the key", spec=RETRIEVE, importance="critical")
def https_issuer() -> Scenario:
    """No DID at all: the issuer's URL answers with a controller document."""
    return Scenario(
        document=sign(badge(HTTPS), COLLEGE, method=f"{HTTPS}#key-1"),
        resources={HTTPS: single_key_document(HTTPS, COLLEGE)},
        expect=passes(facts={"issuer": {"binding": "resolved"}}, issuer="passed"),
    )


@case("A multikey fragment that the issuer's document lists", spec=RETRIEVE)
def fragment_listed() -> Scenario:
    """If the document at the URL can be had, it decides; here it confirms the fragment."""
    method = f"{HTTPS}#{COLLEGE.multikey}"
    return Scenario(
        document=sign(badge(HTTPS), COLLEGE, method=method),
        resources={HTTPS: single_key_document(HTTPS, COLLEGE, fragment=COLLEGE.multikey)},
        expect=passes(facts={"issuer": {"binding": "resolved"}}, issuer="passed"),
    )


_FORMS = {
    "json-web-key": ("JsonWebKey", "CID 1.0 §2.2.3"),
    "json-web-key-2020": ("JsonWebKey2020", "VC JWS 2020"),
    "ed25519-2020": ("Ed25519VerificationKey2020", "DI-EDDSA §2.2"),
    "ed25519-2018": ("Ed25519VerificationKey2018", "Ed25519Signature2018"),
}


def _of_form(form: str) -> Scenario:
    return Scenario(**by_web(controller_document(DID, method_entry(COLLEGE, METHOD, DID, form=form))), expect=RESOLVED)


for _name, (_form, _spec) in _FORMS.items():
    FAMILY.add(
        f"method-{_name}",
        f"A verification method of type {_form}",
        f"A form of key that issuers' documents have in use: {_form}.",
        partial(_of_form, _form),
        spec=[_spec, *RETRIEVE],
        importance="medium",
    )


@case("Ed25519VerificationKey2020 with publicKeyBase58", spec=RETRIEVE, importance="low")
def method_2020_base58() -> Scenario:
    """A mixture of two generations that is found in the field; the key is unmistakable, so it is read."""
    entry: Json = {
        "id": METHOD,
        "type": "Ed25519VerificationKey2020",
        "controller": DID,
        "publicKeyBase58": base58.b58encode(COLLEGE.public).decode(),
    }
    return Scenario(**by_web(controller_document(DID, entry)), expect=passes(issuer="passed"))


@case("A method embedded in the relationship", spec=["CID 1.0 §2.3", *RETRIEVE])
def method_embedded() -> Scenario:
    """It stands under `assertionMethod` itself, not in `verificationMethod`."""
    document = controller_document(DID, relationship=None, assertionMethod=[method_entry(COLLEGE, METHOD, DID)])
    return Scenario(**by_web(drop(document, "/verificationMethod")), expect=RESOLVED)


@case("A P-256 Multikey in a controller document", spec=[*RETRIEVE, "DI-ECDSA §2.1.1"])
def method_p256() -> Scenario:
    """The key type need not be Ed25519."""
    key = ec_key("college")
    return Scenario(**by_web(single_key_document(DID, key), suite="ecdsa-rdfc-2019", key=key), expect=RESOLVED)


@case("A key that will be revoked tomorrow still signs today", spec=["CID 1.0 §2.2"])
def revoked_later() -> Scenario:
    """The dates of a method are judged against the instant."""
    entry = method_entry(COLLEGE, METHOD, DID, revoked="2026-06-02T00:00:00Z", expires="2026-07-01T00:00:00Z")
    return Scenario(**by_web(controller_document(DID, entry)), expect=RESOLVED)


# Self-asserted and unbound ------------------------------------------------------------------------------


def _self_asserted() -> Json:
    return sign(badge(HTTPS), COLLEGE, method=f"{HTTPS}#{COLLEGE.multikey}")


@case("A key that only the proof itself names is self-asserted", spec=BINDING, importance="critical")
def self_asserted() -> Scenario:
    """`https://issuer#z6Mk...` as in the official samples: the signature holds, nothing ties the key to the issuer."""
    return Scenario(
        document=_self_asserted(),
        expect=fails(
            "issuer.self-asserted",
            absent=["issuer.unbound", "proof.invalid"],
            facts={"issuer": {"binding": "self-asserted"}},
            proof="passed",
            issuer="failed",
        ),
    )


@case("A policy may accept self-asserted keys", spec=BINDING, features=["policy"])
def self_asserted_accepted() -> Scenario:
    """It has to say so by name."""
    return Scenario(
        document=_self_asserted(),
        policy={"minimum_binding": "self-asserted"},
        expect=passes(facts={"issuer": {"binding": "self-asserted"}}, issuer="passed"),
    )


@case("A self-asserted key must still verify", spec=BINDING, features=["policy"])
def self_asserted_tampered() -> Scenario:
    """Accepting the binding is not accepting the signature."""
    return Scenario(
        document=put(_self_asserted(), "/name", "Soldering, level 9"),
        policy={"minimum_binding": "self-asserted"},
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A document that can be had decides over the fragment", spec=RETRIEVE, importance="critical")
def fragment_not_listed() -> Scenario:
    """The issuer's document is there and knows nothing of the key in the fragment."""
    return Scenario(
        document=_self_asserted(),
        resources={HTTPS: single_key_document(HTTPS, GUILD)},
        expect=fails("key.unresolved", absent=["issuer.self-asserted"], issuer="failed"),
    )


@case("A stranger's did:key does not speak for a did:web issuer", spec=BINDING, importance="critical")
def impersonated_did() -> Scenario:
    """The stranger signed well, in the victim's name."""
    return Scenario(
        document=sign(badge(DID), STRANGER),
        resources={URL: single_key_document(DID, COLLEGE)},
        expect=fails("issuer.unbound", facts={"issuer": {"binding": "unbound"}}, proof="passed", issuer="failed"),
    )


@case("A did:key does not speak for an https issuer", spec=BINDING, importance="critical")
def impersonated_https() -> Scenario:
    """Nothing binds the two."""
    return Scenario(
        document=sign(badge(HTTPS), STRANGER),
        expect=fails("issuer.unbound", facts={"issuer": {"binding": "unbound"}}, proof="passed", issuer="failed"),
    )


@case("A did:key does not speak for another did:key", spec=BINDING, importance="critical")
def impersonated_did_key() -> Scenario:
    """Both are keys; they are not the same."""
    return Scenario(
        document=sign(badge(COLLEGE), STRANGER),
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case("Another controller's document does not bind", spec=BINDING)
def other_controller() -> Scenario:
    """A well-kept document of somebody else, resolved and in order, for a badge in the issuer's name."""
    other = "did:web:guild.example"
    return Scenario(
        document=sign(badge(DID), GUILD, method=f"{other}#key-1"),
        resources={
            "https://guild.example/.well-known/did.json": single_key_document(other, GUILD),
            URL: single_key_document(DID, COLLEGE),
        },
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case("alsoKnownAs binds nobody", spec=["DID Core §5.1.3", *BINDING])
def also_known_as() -> Scenario:
    """Anyone can claim to be also known as the victim."""
    other = "did:web:guild.example"
    return Scenario(
        document=sign(badge(DID), GUILD, method=f"{other}#key-1"),
        resources={
            "https://guild.example/.well-known/did.json": single_key_document(other, GUILD, alsoKnownAs=[DID]),
            URL: single_key_document(DID, COLLEGE),
        },
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case("unbound can be accepted by name", spec=BINDING, features=["policy"], importance="low")
def unbound_accepted() -> Scenario:
    """The loudest word of the policy; the grade is still reported."""
    return Scenario(
        document=sign(badge(HTTPS), STRANGER),
        policy={"minimum_binding": "unbound"},
        expect=passes(facts={"issuer": {"binding": "unbound"}}, issuer="passed"),
    )


# Not to be had ------------------------------------------------------------------------------------------


@case("A controller document that cannot be had leaves the question open", spec=RETRIEVE, importance="critical")
def unavailable() -> Scenario:
    """Offline, and nobody supplied it: neither verified nor refuted."""
    return Scenario(
        document=sign(badge(DID), COLLEGE, method=METHOD),
        expect=inconclusive("key.unavailable", absent=["proof.invalid"], proof="indeterminate", issuer="indeterminate"),
    )


@case("A DID method that nobody knows leaves the question open", spec=RETRIEVE)
def unknown_method() -> Scenario:
    """`did:example` resolves nowhere."""
    did = "did:example:aldermoor"
    return Scenario(
        document=sign(badge(did), COLLEGE, method=f"{did}#key-1"),
        expect=inconclusive("key.unavailable", proof="indeterminate", issuer="indeterminate"),
    )


@case("An https key that cannot be had leaves the question open", spec=RETRIEVE)
def unavailable_https() -> Scenario:
    """A plain fragment carries no key to fall back on."""
    return Scenario(
        document=sign(badge(HTTPS), COLLEGE, method=f"{HTTPS}#key-1"),
        expect=inconclusive("key.unavailable", proof="indeterminate", issuer="indeterminate"),
    )


# CID §3.3, step by step ---------------------------------------------------------------------------------


@case("A key that the document no longer lists fails", spec=RETRIEVE, importance="critical")
def rotated() -> Scenario:
    """The issuer rotated its key; this is told apart from a bad signature."""
    return Scenario(
        **by_web(single_key_document(DID, ed25519_key("college-new"), fragment="key-2")),
        expect=fails("key.unresolved", absent=["proof.invalid"], proof="indeterminate", issuer="failed"),
    )


@case("The same fragment with another key fails", spec=RETRIEVE)
def replaced() -> Scenario:
    """`#key-1` now names a new key: the old signature does not fit it."""
    return Scenario(
        **by_web(single_key_document(DID, ed25519_key("college-new"))), expect=fails("proof.invalid", proof="failed")
    )


@case("A document with another id fails", spec=["CID 1.0 §3.3", "DID Core §5.1.1"], importance="critical")
def other_id() -> Scenario:
    """It was found under the issuer's URL but says that it is somebody else's."""
    return Scenario(
        **by_web(put(single_key_document(DID, COLLEGE), "/id", "did:web:guild.example")),
        expect=fails("key.unauthorized", issuer="failed"),
    )


@case("A document without an id fails", spec=["CID 1.0 §3.3", "DID Core §5.1.1"])
def no_id() -> Scenario:
    """Whose document it is, it does not say."""
    return Scenario(**by_web(drop(single_key_document(DID, COLLEGE), "/id")), expect=fails(issuer="failed"))


@case("A key listed only for authentication fails", spec=["DI §5.10", *RETRIEVE], importance="critical")
def only_authentication() -> Scenario:
    """It may log in, not issue."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE, relationship="authentication")),
        expect=fails("key.unauthorized", issuer="failed"),
    )


@case("A key listed only for capabilityInvocation fails", spec=["DI §5.10", *RETRIEVE])
def only_capability() -> Scenario:
    """Yet another relationship."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE, relationship="capabilityInvocation")),
        expect=fails("key.unauthorized", issuer="failed"),
    )


@case("A key under no relationship fails", spec=["DI §5.10", *RETRIEVE])
def no_relationship() -> Scenario:
    """An absent list lists nothing."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE, relationship=None)),
        expect=fails("key.unauthorized", issuer="failed"),
    )


@case("A key with another controller fails", spec=RETRIEVE, importance="critical")
def method_controller() -> Scenario:
    """The method stands in the issuer's document and says that somebody else controls it."""
    entry = method_entry(COLLEGE, METHOD, "did:web:guild.example")
    return Scenario(**by_web(controller_document(DID, entry)), expect=fails("key.unauthorized", issuer="failed"))


@case("A method named with another DID's fragment fails", spec=RETRIEVE)
def relationship_of_other() -> Scenario:
    """`assertionMethod` refers to `did:web:guild.example#key-1`: the same fragment, another key."""
    document = single_key_document(DID, COLLEGE, relationship=None, assertionMethod=["did:web:guild.example#key-1"])
    return Scenario(**by_web(document), expect=fails("key.unauthorized", issuer="failed"))


@case("A method of another DID in the issuer's document does not bind", spec=RETRIEVE)
def foreign_method() -> Scenario:
    """The issuer's document lists a method whose id is a stranger's; its own document is the one that decides."""
    foreign = "did:web:stranger.example"
    entry = method_entry(STRANGER, f"{foreign}#key-1", foreign)
    return Scenario(
        document=sign(badge(DID), STRANGER, method=f"{foreign}#key-1"),
        resources={
            URL: controller_document(DID, entry),
            "https://stranger.example/.well-known/did.json": single_key_document(foreign, STRANGER),
        },
        expect=fails("issuer.unbound", proof="passed", issuer="failed"),
    )


@case("Two methods with one id fail", spec=["CID 1.0 §2.2"])
def duplicate_method() -> Scenario:
    """Embedded in the relationship with one key, listed at the top with another: which is meant?"""
    document = controller_document(
        DID,
        method_entry(GUILD, METHOD, DID),
        relationship=None,
        assertionMethod=[method_entry(COLLEGE, METHOD, DID)],
    )
    return Scenario(**by_web(document), expect=refused(issuer="failed"))


@case("verificationMethod as a map fails", spec=["DID Core §5.2"])
def methods_as_map() -> Scenario:
    """It is a list, even of one."""
    document = single_key_document(DID, COLLEGE, verificationMethod=method_entry(COLLEGE, METHOD, DID))
    return Scenario(**by_web(document), expect=refused())


@case("A deactivated document fails", spec=["DID Core §7.1.3"])
def deactivated() -> Scenario:
    """Its keys no longer speak for it."""
    return Scenario(**by_web(single_key_document(DID, COLLEGE, deactivated=True)), expect=refused())


@case("A controller document that is no JSON object fails", spec=RETRIEVE)
def document_array() -> Scenario:
    """An array of documents is none."""
    return Scenario(**by_web([single_key_document(DID, COLLEGE)]), expect=refused())  # type: ignore[arg-type]


@case("A controller document that is no JSON fails", spec=RETRIEVE)
def document_text() -> Scenario:
    """A friendly page where the document was expected."""
    return Scenario(
        document=sign(badge(DID), COLLEGE, method=METHOD),
        resources={URL: "<!doctype html><title>Not found</title>"},
        expect=refused(absent=["proof.invalid"]),
    )


@case("A revoked key fails", spec=["CID 1.0 §2.2"], importance="critical")
def revoked() -> Scenario:
    """Revoked before the instant."""
    entry = method_entry(COLLEGE, METHOD, DID, revoked="2026-03-01T00:00:00Z")
    return Scenario(**by_web(controller_document(DID, entry)), expect=fails("key.revoked", issuer="failed"))


@case("An expired key fails", spec=["CID 1.0 §2.2"], importance="critical")
def key_expired() -> Scenario:
    """Expired before the instant."""
    entry = method_entry(COLLEGE, METHOD, DID, expires="2026-03-01T00:00:00Z")
    return Scenario(**by_web(controller_document(DID, entry)), expect=fails("key.expired", issuer="failed"))


@case("A revocation date that is no date is no permission", spec=["CID 1.0 §2.2"])
def revoked_malformed() -> Scenario:
    """It cannot be compared, so it must not count as absent."""
    entry = method_entry(COLLEGE, METHOD, DID, revoked="last spring")
    return Scenario(**by_web(controller_document(DID, entry)), expect=refused())
