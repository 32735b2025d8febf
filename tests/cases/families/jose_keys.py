"""Whose key signed a token: `kid`, `jwk`, key sets at the issuer's host, and what is not trusted."""

from __future__ import annotations

from typing import Any

from cases.documents import (
    COLLEGE,
    GUILD,
    LEARNER,
    STRANGER,
    V2,
    badge,
    badge_v1,
    controller_document,
    profile,
    single_key_document,
)
from cases.keyring import b64url, ec_key, method_entry
from cases.registry import Family, Scenario, fails, inconclusive, passes
from cases.signing import Json
from cases.tokens import claims, signed, signed_v1, token

FAMILY = Family("jose-keys", "jose", "keys")
case = FAMILY.case

RETRIEVE = ("CID 1.0 §3.3",)
KID = ("OB 3.0 §8.2.2", "VC-JOSE-COSE §4.1")
PROVENANCE = ("OB 3.0 implementation guide",)

DID = "did:web:aldermoor.example"
DID_URL = "https://aldermoor.example/.well-known/did.json"
METHOD = f"{DID}#key-1"
HTTPS = "https://aldermoor.example/issuers/5"
SET = "https://aldermoor.example/.well-known/jwks.json"
JWK_URL = "https://aldermoor.example/keys/5.json"


def jwk(key: Any = COLLEGE, **members: Any) -> Json:
    return {**key.jwk, **members}


def by_web(document: Json, **header: Any) -> Json:
    """A badge token by the did:web issuer, and this as the issuer's document."""
    return {
        "document": signed(badge(DID), COLLEGE, header={"kid": METHOD, **header}),
        "resources": {DID_URL: document},
    }


def by_https(resources: Json, **header: Any) -> Json:
    """A badge token by the https issuer, and the world."""
    return {"document": signed(badge(HTTPS), COLLEGE, header=header), "resources": resources}


# Documents --------------------------------------------------------------------------------------------


@case("A did:web issuer's key", spec=[*KID, *RETRIEVE], importance="critical")
def did_web() -> Scenario:
    """Listed in the issuer's own document."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE)),
        expect=passes(
            issuer="passed", facts={"issuer": {"binding": "resolved"}, "proof": {"verificationMethod": METHOD}}
        ),
    )


@case("A did:jwk issuer's key", spec=KID)
def did_jwk() -> Scenario:
    """The identifier is the key."""
    key = ec_key("college")
    return Scenario(
        document=signed(badge(key.did_jwk), key, header={"kid": f"{key.did_jwk}#0"}),
        expect=passes(issuer="passed", facts={"issuer": {"binding": "did-key"}}),
    )


@case("An https issuer's own document", spec=KID)
def https_document() -> Scenario:
    """`kid` is the URL of a method in the controller document at the issuer's URL."""
    return Scenario(
        **by_https({HTTPS: single_key_document(HTTPS, COLLEGE)}, kid=f"{HTTPS}#key-1"),
        expect=passes(issuer="passed", facts={"issuer": {"binding": "resolved"}}),
    )


@case("A key that is not listed for assertions", spec=RETRIEVE, importance="critical")
def not_listed() -> Scenario:
    """It is in the document, under no relationship."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE, relationship=None)),
        expect=fails(("key.unauthorized", "/header/kid"), issuer="failed"),
    )


@case("A key that is listed for authentication alone", spec=RETRIEVE)
def other_relationship() -> Scenario:
    """It may sign presentations."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE, relationship="authentication")),
        expect=fails(("key.unauthorized", "/header/kid")),
    )


@case("A key that the document does not have", spec=RETRIEVE)
def not_there() -> Scenario:
    """Rotated, perhaps."""
    return Scenario(
        **by_web(single_key_document(DID, COLLEGE, fragment="key-2")), expect=fails(("key.unresolved", "/header/kid"))
    )


@case("A key with another controller", spec=RETRIEVE)
def other_controller() -> Scenario:
    """The document lists it, but says that it is somebody else's."""
    entry = method_entry(COLLEGE, METHOD, GUILD.did)
    return Scenario(**by_web(controller_document(DID, entry)), expect=fails(("key.unauthorized", "/header/kid")))


@case("A key that was revoked", spec=["CID 1.0 §2.2"])
def revoked() -> Scenario:
    """Before the instant of the verification."""
    entry = method_entry(COLLEGE, METHOD, DID, revoked="2026-02-01T00:00:00Z")
    return Scenario(**by_web(controller_document(DID, entry)), expect=fails(("key.revoked", "/header/kid")))


_JWKS: dict[str, tuple[Json, str, str]] = {
    "private": ({"d": b64url(b"x" * 32)}, "key.malformed", "RFC 7517 §9.2"),
    "use-enc": ({"use": "enc"}, "key.unauthorized", "RFC 7517 §4.2"),
    "key-ops-encrypt": ({"key_ops": ["encrypt"]}, "key.unauthorized", "RFC 7517 §4.3"),
    "alg-other": ({"alg": "ES256"}, "key.malformed", "RFC 7517 §4.4"),
}
for _name, (_members, _code, _spec) in _JWKS.items():

    def _listed_jwk(members: Json = _members, code: str = _code) -> Scenario:
        entry = method_entry(COLLEGE, METHOD, DID, form="JsonWebKey")
        entry["publicKeyJwk"] |= members
        return Scenario(**by_web(controller_document(DID, entry)), expect=fails((code, "/header/kid")))

    FAMILY.add(
        f"listed-jwk-{_name}",
        "A listed JWK that is not one for verifying this",
        "What the key says of itself counts.",
        _listed_jwk,
        spec=[_spec],
    )


for _name, _kid in (("fragment", "#key-1"), ("bare", "key-1"), ("path", "../../../../dev/null")):
    FAMILY.add(
        f"kid-{_name}",
        f"A `kid` of {_kid} names no key of a DID",
        "Only the full URL does.",
        lambda kid=_kid: Scenario(
            **by_web(single_key_document(DID, COLLEGE), kid=kid), expect=fails(("key.unresolved", "/header/kid"))
        ),
        spec=RETRIEVE,
        importance="medium",
    )


@case("Another DID's key", spec=["RFC 8725 §3.8", *RETRIEVE], importance="critical")
def others_key() -> Scenario:
    """The stranger signs in the college's name, with its own `kid`."""
    return Scenario(document=signed(badge(), STRANGER), expect=fails("issuer.unbound", proof="passed", issuer="failed"))


@case("Another DID with the same fragment", spec=RETRIEVE)
def same_fragment() -> Scenario:
    """The stranger's DID, the college's fragment."""
    return Scenario(
        document=signed(badge(), STRANGER, header={"kid": f"{STRANGER.did}#{COLLEGE.multikey}"}),
        expect=fails(("key.unresolved", "/header/kid")),
    )


@case("A method of another DID in the issuer's document", spec=RETRIEVE)
def foreign_method() -> Scenario:
    """`kid` leads to the other DID, whose own document has to say so."""
    foreign = "did:web:elsewhere.example#key-1"
    entry = method_entry(COLLEGE, foreign, DID)
    return Scenario(
        **by_web(controller_document(DID, entry), kid=foreign), expect=inconclusive(("key.unavailable", "/header/kid"))
    )


@case("A bare did:key as `kid`", spec=RETRIEVE, importance="medium")
def did_without_fragment() -> Scenario:
    """There is no doubt which key is meant, but it names no method."""
    return Scenario(
        document=signed(badge(), COLLEGE, header={"kid": COLLEGE.did}), expect=fails(("key.unresolved", "/header/kid"))
    )


# Key sets ---------------------------------------------------------------------------------------------


def key_set(*keys: Json) -> Json:
    return {"keys": list(keys)}


JWKS = passes(issuer="passed", facts={"issuer": {"binding": "jwks"}})


@case("A bare `kid` in the set of the issuer's host", spec=[*KID, *PROVENANCE], importance="critical")
def well_known() -> Scenario:
    """Found by its `kid` among others."""
    keys = key_set(jwk(GUILD, kid="other"), jwk(kid="key-1"))
    return Scenario(**by_https({SET: keys}, kid="key-1"), expect=JWKS)


@case("A bare `kid` that is a thumbprint", spec=["RFC 7638", *KID])
def thumbprint() -> Scenario:
    """Of a key in the set that has no `kid`."""
    import hashlib

    from cases.tokens import compact_json

    members = {name: COLLEGE.jwk[name] for name in ("crv", "kty", "x")}
    name = b64url(hashlib.sha256(compact_json(members)).digest())
    return Scenario(**by_https({SET: key_set(jwk())}, kid=name), expect=JWKS)


@case("A `kid` that is the URL of a JWK at the issuer's host", spec=KID)
def jwk_by_url() -> Scenario:
    """Open Badges 3.0: the URL dereferences to a JWK."""
    return Scenario(**by_https({JWK_URL: jwk()}, kid=JWK_URL), expect=JWKS)


@case("A `kid` that is the URL of a key in a set", spec=KID)
def set_by_url() -> Scenario:
    """The fragment is the key's `kid`."""
    return Scenario(**by_https({SET: key_set(jwk(kid="key-1"))}, kid=f"{SET}#key-1"), expect=JWKS)


@case("A JWK at another host", spec=[*KID, *PROVENANCE], importance="critical")
def jwk_elsewhere() -> Scenario:
    """A good signature by a key that nothing ties to the issuer."""
    url = "https://elsewhere.example/keys/5.json"
    return Scenario(
        **by_https({url: jwk()}, kid=url),
        expect=fails("issuer.unbound", proof="passed", facts={"issuer": {"binding": "unbound"}}),
    )


@case("A JWK that says it is another issuer's", spec=PROVENANCE)
def jwk_of_other() -> Scenario:
    """`iss` in the set names the neighbour."""
    keys = key_set(jwk(kid="key-1", iss="https://aldermoor.example/issuers/6"))
    return Scenario(**by_https({SET: keys}, kid="key-1"), expect=fails(("key.unauthorized", "/header/kid")))


@case("A JWK that says it is this issuer's", spec=PROVENANCE)
def jwk_of_issuer() -> Scenario:
    """`iss` is the issuer."""
    return Scenario(**by_https({SET: key_set(jwk(kid="key-1", iss=HTTPS))}, kid="key-1"), expect=JWKS)


@case("A key that the set does not have", spec=[*KID, *PROVENANCE])
def not_in_set() -> Scenario:
    """Rotated, or never there."""
    return Scenario(
        **by_https({SET: key_set(jwk(GUILD, kid="other"))}, kid="key-1"),
        expect=fails(("key.unresolved", "/header/kid")),
    )


@case("A set that cannot be had", spec=KID)
def no_set() -> Scenario:
    """Nothing is known of the signature."""
    return Scenario(
        **by_https({}, kid="key-1"), expect=inconclusive(("key.unavailable", "/header/kid"), proof="indeterminate")
    )


@case("Keys of a set with one name", spec=["RFC 7517 §4.5"])
def twice_in_set() -> Scenario:
    """Which of the two?"""
    keys = key_set(jwk(kid="key-1"), jwk(GUILD, kid="key-1"))
    return Scenario(**by_https({SET: keys}, kid="key-1"), expect=fails(("key.unauthorized", "/header/kid")))


NEIGHBOUR = "https://aldermoor.example/issuers/6"

_OF_ONE_NAME: dict[str, tuple[str, Json]] = {
    "neighbour": ("The neighbour's key has the same name", {"iss": NEIGHBOUR}),
    "encryption": ("A key for encryption has the same name", {"use": "enc"}),
    "derivation": ("A key for other operations has the same name", {"key_ops": ["deriveBits"]}),
}
for _name, (_title, _members) in _OF_ONE_NAME.items():
    FAMILY.add(
        f"same-name-{_name}",
        _title,
        "It cannot be meant, so the other is.",
        lambda members=_members: Scenario(
            **by_https({SET: key_set(jwk(GUILD, kid="key-1", **members), jwk(kid="key-1", iss=HTTPS))}, kid="key-1"),
            expect=JWKS,
        ),
        spec=["RFC 7517 §4.5", *PROVENANCE],
    )


@case("Keys of a set with one name, and neither is the issuer's", spec=["RFC 7517 §4.5", *PROVENANCE])
def twice_of_others() -> Scenario:
    """Nothing is chosen among them."""
    keys = key_set(jwk(kid="key-1", iss=NEIGHBOUR), jwk(GUILD, kid="key-1", iss=NEIGHBOUR))
    return Scenario(**by_https({SET: keys}, kid="key-1"), expect=fails(("key.unauthorized", "/header/kid")))


_URL_SHAPED = {
    "url": "https://aldermoor.example/keys/2024",
    "fragment": "https://aldermoor.example/keys#2024",
    "thumbprint": "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
    "scheme": "sig:2024-01",
}
for _name, _kid in _URL_SHAPED.items():
    FAMILY.add(
        f"set-names-{_name}",
        f"A `kid` of {_kid} in the set of the issuer's host",
        "A document is not to be had there, and the set has a key of exactly that name.",
        lambda kid=_kid: Scenario(**by_https({SET: key_set(jwk(GUILD, kid="a"), jwk(kid=kid))}, kid=kid), expect=JWKS),
        spec=["RFC 7517 §4.5", *PROVENANCE],
        importance="medium",
    )


@case("A `kid` that the set has, whose document does not list it", spec=RETRIEVE, importance="critical")
def document_decides() -> Scenario:
    """A controller document that can be had decides of its methods."""
    kid = f"{HTTPS}#key-2"
    return Scenario(
        **by_https({HTTPS: single_key_document(HTTPS, COLLEGE), SET: key_set(jwk(kid=kid))}, kid=kid),
        expect=fails(("key.unresolved", "/header/kid")),
    )


# `jwk` ------------------------------------------------------------------------------------------------


def brought(issuer: str = HTTPS, key: Any = COLLEGE, **header: Any) -> str:
    """A badge token that brings its key with it."""
    return signed(badge(issuer), key, header={"kid": None, "jwk": key.jwk, **header})


@case("A key in the header alone", spec=["OB 3.0 §8.2.2", *PROVENANCE], importance="critical")
def header_key() -> Scenario:
    """The signature holds; whose key it is, only the token says."""
    return Scenario(
        document=brought(),
        expect=fails("issuer.self-asserted", proof="passed", facts={"issuer": {"binding": "self-asserted"}}),
    )


@case("A key in the header, for a policy that takes the token's word", spec=["OB 3.0 §8.2.2"])
def header_key_accepted() -> Scenario:
    """Knowingly."""
    return Scenario(document=brought(), policy={"minimumBinding": "self-asserted"}, expect=passes(issuer="passed"))


@case("A key in the header that the issuer publishes", spec=["OB 3.0 §8.2.2", *PROVENANCE])
def header_key_published() -> Scenario:
    """The very key is in the set of the issuer's host."""
    return Scenario(document=brought(), resources={SET: key_set(jwk(GUILD, kid="a"), jwk(kid="b"))}, expect=JWKS)


@case("A key in the header that an https issuer's document lists", spec=["OB 3.0 §8.2.2", *PROVENANCE])
def header_key_document() -> Scenario:
    """The controller document at the issuer's URL says so; the set of the host does not have to."""
    return Scenario(
        document=brought(),
        resources={HTTPS: single_key_document(HTTPS, COLLEGE), SET: key_set(jwk(GUILD, kid="a"))},
        expect=passes(issuer="passed", facts={"issuer": {"binding": "resolved"}}),
    )


@case("A key in the header that an https issuer's document does not list", spec=PROVENANCE, importance="critical")
def header_key_document_unlisted() -> Scenario:
    """The document is at hand, so it is nobody's, whatever the policy takes the token's word for."""
    return Scenario(
        document=brought(key=STRANGER),
        resources={HTTPS: single_key_document(HTTPS, COLLEGE)},
        policy={"minimumBinding": "self-asserted"},
        expect=fails("issuer.unbound", proof="passed"),
    )


@case("A key in the header that was revoked", spec=["CID 1.0 §2.2"], importance="critical")
def header_key_revoked() -> Scenario:
    """The issuer's document lists it, with the instant of its end."""
    entry = method_entry(COLLEGE, METHOD, DID, revoked="2026-02-01T00:00:00Z")
    return Scenario(
        document=brought(DID),
        resources={DID_URL: controller_document(DID, entry)},
        policy={"minimumBinding": "self-asserted"},
        expect=fails(("key.revoked", "/header/jwk")),
    )


@case("A key in the header of an issuer that is no more", spec=["DID Resolution §4"], importance="critical")
def header_key_deactivated() -> Scenario:
    """Its DID was deactivated."""
    return Scenario(
        document=brought(DID),
        resources={DID_URL: single_key_document(DID, COLLEGE) | {"deactivated": True}},
        policy={"minimumBinding": "self-asserted"},
        expect=fails(("key.revoked", "/header/jwk")),
    )


@case("A key in the header that the issuer does not publish", spec=PROVENANCE, importance="critical")
def header_key_unpublished() -> Scenario:
    """The set is known, and the key is not in it: it is nobody's, whatever the policy takes the token's word for."""
    return Scenario(
        document=brought(key=STRANGER),
        resources={SET: key_set(jwk(kid="b"))},
        policy={"minimumBinding": "self-asserted"},
        expect=fails("issuer.unbound", proof="passed"),
    )


@case("A stranger's key in the header, in a did:key's name", spec=["RFC 8725 §3.10"], importance="critical")
def header_key_stranger() -> Scenario:
    """The issuer is a key, and not this one."""
    return Scenario(document=brought(COLLEGE.did, STRANGER), expect=fails("issuer.unbound", proof="passed"))


@case("A did:key issuer's own key in the header", spec=["OB 3.0 §8.2.2"])
def header_key_did() -> Scenario:
    """The issuer is that key."""
    return Scenario(
        document=brought(COLLEGE.did), expect=passes(issuer="passed", facts={"issuer": {"binding": "did-key"}})
    )


@case("A did:web issuer's own key in the header", spec=["OB 3.0 §8.2.2"], importance="medium")
def header_key_web() -> Scenario:
    """Its document lists the key."""
    return Scenario(
        document=brought(DID),
        resources={DID_URL: single_key_document(DID, COLLEGE)},
        expect=passes(issuer="passed", facts={"issuer": {"binding": "resolved"}}),
    )


@case("A private key in the header", spec=["OB 3.0 §8.2.2", "RFC 7517 §9.2"], importance="critical")
def header_key_private() -> Scenario:
    """It is nobody's any more."""
    return Scenario(
        document=brought(jwk={**COLLEGE.jwk, "d": b64url(b"x" * 32)}),
        expect=fails(("jose.header", "/header/jwk"), proof="failed"),
    )


@case("A key in the header that cannot be read", spec=["RFC 7517 §4"], importance="medium")
def header_key_malformed() -> Scenario:
    """No point."""
    return Scenario(
        document=brought(jwk={"kty": "OKP", "crv": "Ed25519"}), expect=fails(("key.malformed", "/header/jwk"))
    )


@case("Both `kid` and `jwk`", spec=["OB 3.0 §8.2.2"])
def both() -> Scenario:
    """One of them, says Open Badges."""
    return Scenario(
        document=signed(badge(), COLLEGE, header={"jwk": COLLEGE.jwk}), expect=fails(("jose.header", "/header"))
    )


@case("Neither `kid` nor `jwk`", spec=["OB 3.0 §8.2.2"])
def neither() -> Scenario:
    """One of them, says Open Badges."""
    return Scenario(document=signed(badge(), COLLEGE, header={"kid": None}), expect=fails(("jose.header", "/header")))


@case("Neither, of version 1.1", spec=["OB 3.0 §8.2.2"])
def neither_v1() -> Scenario:
    """The same of the older form."""
    return Scenario(
        document=signed_v1(badge_v1(), COLLEGE, header={"kid": None}), expect=fails(("jose.header", "/header"))
    )


def _plain(issuer: str, **members: Any) -> Json:
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": LEARNER.did},
    }


@case("A W3C credential by a DID without `kid`", spec=["VC-JOSE-COSE §3.3.2"])
def plain_without_kid() -> Scenario:
    """The key of a DID is named by its URL."""
    return Scenario(document=token(_plain(COLLEGE.did), COLLEGE, kid=None), expect=fails(("jose.header", "/header")))


@case("A W3C credential of version 1.1 without `kid`", spec=["VCDM 1.1 §6.3.1"], importance="medium")
def plain_v1_without_kid() -> Scenario:
    """The issuer has one key only, so it is that one."""
    document = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": COLLEGE.did,
        "issuanceDate": "2026-01-15T00:00:00Z",
        "credentialSubject": {"id": LEARNER.did},
    }
    return Scenario(
        document=token({"vc": document, **claims(document)}, COLLEGE, typ="JWT", kid=None),
        expect=passes(issuer="passed", facts={"proof": {"verificationMethod": COLLEGE.method}}),
    )


@case("A W3C credential by an https issuer without `kid`", spec=["VC-JOSE-COSE §4.1.2"], importance="medium")
def plain_https_without_kid() -> Scenario:
    """The set of its host has one key."""
    document = _plain(HTTPS)
    return Scenario(
        document=token({**document, "iss": HTTPS}, COLLEGE, kid=None),
        resources={SET: key_set(jwk(kid="a"))},
        expect=JWKS,
    )


@case("An https issuer's document, for a token without `kid`", spec=["VCDM 1.1 §6.3.1"], importance="medium")
def plain_https_document() -> Scenario:
    """It lists one key."""
    document = _plain(HTTPS)
    return Scenario(
        document=token({**document, "iss": HTTPS}, COLLEGE, kid=None),
        resources={HTTPS: single_key_document(HTTPS, COLLEGE)},
        expect=passes(issuer="passed", facts={"issuer": {"binding": "resolved"}}),
    )


@case("The one key of an issuer was revoked", spec=["CID 1.0 §2.2"], importance="medium")
def plain_revoked() -> Scenario:
    """There is no other that the token could mean."""
    entry = method_entry(COLLEGE, f"{HTTPS}#key-1", HTTPS, revoked="2026-02-01T00:00:00Z")
    return Scenario(
        document=token({**_plain(HTTPS), "iss": HTTPS}, COLLEGE, kid=None),
        resources={HTTPS: controller_document(HTTPS, entry)},
        expect=fails(("key.revoked", "/header")),
    )


@case("Without `kid`, and several keys", spec=["VC-JOSE-COSE §4.1.2"], importance="medium")
def plain_https_several() -> Scenario:
    """Which one?"""
    document = _plain(HTTPS)
    return Scenario(
        document=token({**document, "iss": HTTPS}, COLLEGE, kid=None),
        resources={SET: key_set(jwk(kid="a"), jwk(GUILD, kid="b"))},
        expect=fails(("jose.header", "/header")),
    )


@case("An issuer's profile data does not bind", spec=PROVENANCE, importance="medium")
def profile_url() -> Scenario:
    """A profile's own `jwk` or `url` says nothing of keys."""
    issuer = {**profile(HTTPS), "url": STRANGER.did}
    return Scenario(
        document=signed({**badge(HTTPS), "issuer": issuer}, STRANGER), expect=fails("issuer.unbound", proof="passed")
    )
