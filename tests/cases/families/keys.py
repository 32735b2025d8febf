"""Keys as text: did:key and Multikey, JWKs, and points that are none."""

from __future__ import annotations

from functools import partial

from cases.documents import COLLEGE, badge, controller_document, signed_badge
from cases.families.issuer import DID, METHOD, by_web
from cases.keyring import b64url, did_key, ec_key, ed25519_key, method_entry, multibase58
from cases.mutations import put
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import Json, sign

FAMILY = Family("keys")
case = FAMILY.case

DID_KEY = ("did:key §3", "CID 1.0 §2.2.2")
WEAK = ("DI-EDDSA §5", "RFC 8032 §5.1.7")
JWK = ("RFC 7517 §4", "CID 1.0 §2.2.3")
AT_METHOD = "/proof/verificationMethod"

_PRIME = 2**255 - 19


def named(did: str, method: str) -> Json:
    """The signed badge with issuer and verification method exchanged for these."""
    document = put(signed_badge(), "/issuer/id", did)
    return put(document, AT_METHOD, method)


def _universal(public: bytes) -> Json:
    """A badge by that Ed25519 point, with a signature that holds for every message if the point is of small order."""
    did, method = did_key(b"\xed\x01" + public)
    identity = (1).to_bytes(32, "little")
    document = named(did, method)
    return put(document, "/proof/proofValue", multibase58(identity + bytes(32)))


_SMALL = {
    "identity": ((1).to_bytes(32, "little"), "the neutral element"),
    "order-2": ((_PRIME - 1).to_bytes(32, "little"), "the point of order 2"),
    "order-4": (bytes(32), "a point of order 4"),
    "order-8": (
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        "a point of order 8",
    ),
}


def _of_small_order(public: bytes) -> Scenario:
    return Scenario(document=_universal(public), expect=fails(("key.weak", AT_METHOD), proof="failed"))


for _name, (_public, _what) in _SMALL.items():
    FAMILY.add(
        f"small-order-{_name}",
        f"An Ed25519 key of small order is weak: {_what}",
        f"Under {_what} one signature fits every document. The verification equation holds; the key must be refused.",
        partial(_of_small_order, _public),
        spec=WEAK,
        importance="critical",
    )

_MALFORMED: dict[str, tuple[bytes, str]] = {
    "y-not-reduced": (b"\xed\x01" + (_PRIME + 3).to_bytes(32, "little"), "y is not below the prime: not canonical"),
    "31-bytes": (b"\xed\x01" + COLLEGE.public[:31], "31 bytes"),
    "33-bytes": (b"\xed\x01" + COLLEGE.public + b"\x00", "33 bytes"),
    "no-bytes": (b"\xed\x01", "a prefix and nothing after it"),
    "long-varint": (b"\xed\x81\x00" + COLLEGE.public, "the multicodec in more bytes than it needs"),
    "private-prefix": (b"\x80\x26" + COLLEGE.public, "the multicodec of a private key"),
    "p256-not-on-curve": (b"\x80\x24" + b"\x02" + b"\xff" * 32, "no point of P-256 has this x"),
    "p256-uncompressed": (b"\x80\x24" + b"\x04" + bytes(64), "an uncompressed point"),
    "p384-short": (b"\x81\x24" + ec_key("college", "P-384").public[:-1], "48 bytes where 49 belong"),
}


def _no_key(content: bytes) -> Scenario:
    return Scenario(document=named(*did_key(content)), expect=fails(("key.malformed", AT_METHOD), proof="failed"))


for _name, (_bytes, _what) in _MALFORMED.items():
    FAMILY.add(
        f"malformed-{_name}",
        f"A did:key that holds no key: {_what}",
        f"The identifier is well formed as text and decodes to no acceptable public key: {_what}.",
        partial(_no_key, _bytes),
        spec=DID_KEY,
        importance="medium",
    )


@case("An Ed25519 key that is no point of the curve verifies nothing", spec=["RFC 8032 §5.1.3"])
def not_on_curve() -> Scenario:
    """No point has this y. Whether the key or the signature is said to be bad, the proof fails."""
    return Scenario(document=named(*did_key(b"\xed\x01" + (2).to_bytes(32, "little"))), expect=fails(proof="failed"))


@case("A did:key in base64url is malformed", spec=DID_KEY)
def multibase_u() -> Scenario:
    """did:key is base58btc only; the `u` form holds the same bytes."""
    text = "u" + b64url(b"\xed\x01" + COLLEGE.public)
    return Scenario(
        document=sign(badge(f"did:key:{text}"), COLLEGE, method=f"did:key:{text}#{text}"),
        expect=fails(("key.malformed", AT_METHOD), proof="failed"),
    )


@case("A did:key of 20,000 characters is refused before it is decoded", spec=["DI §5.12"])
def did_key_huge() -> Scenario:
    """Decoding base58 costs the square of its length."""
    text = "z6Mk" + "2" * 20_000
    return Scenario(document=named(f"did:key:{text}", f"did:key:{text}#{text}"), expect=fails("limit.exceeded"))


@case("A fragment that names another key is not in the did:key's document", spec=DID_KEY, importance="critical")
def other_fragment() -> Scenario:
    """The key after `#` is the signer's; the DID before it is not."""
    signer = ed25519_key("signer")
    return Scenario(
        document=sign(badge(), signer, method=f"{COLLEGE.did}#{signer.multikey}"),
        expect=fails(("key.unresolved", AT_METHOD), issuer="failed"),
    )


@case("A verification method without a fragment names no key", spec=["CID 1.0 §3.3"])
def no_fragment() -> Scenario:
    """The DID alone is the controller, not a method."""
    return Scenario(document=sign(badge(), COLLEGE, method=COLLEGE.did), expect=fails())


@case("A verification method with a query is another URL", spec=["DID Core §3.2"])
def query() -> Scenario:
    """The exact id counts; `?x=1` is part of it."""
    return Scenario(document=sign(badge(), COLLEGE, method=f"{COLLEGE.did}?x=1#{COLLEGE.multikey}"), expect=refused())


@case("A verification method that is no URL is refused", spec=["CID 1.0 §3.3"])
def no_url() -> Scenario:
    """A bare key is not an identifier of one."""
    return Scenario(document=sign(badge(), COLLEGE, method=COLLEGE.multikey), expect=refused())


@case("P-521 has no Data Integrity suite here", spec=["DI-ECDSA §3.2"], importance="low")
def p521() -> Scenario:
    """The key is sound; ecdsa-rdfc-2019 knows P-256 and P-384."""
    key = ec_key("college", "P-521")
    return Scenario(document=sign(badge(key), key, "ecdsa-rdfc-2019"), expect=refused())


@case("secp256k1 has no Data Integrity suite here", spec=["DI-ECDSA §3.2"], importance="low")
def secp256k1() -> Scenario:
    """Its curve is not among those of ecdsa-rdfc-2019."""
    key = ec_key("college", "secp256k1")
    return Scenario(document=sign(badge(key), key, "ecdsa-rdfc-2019"), expect=refused())


# JWKs in controller documents ----------------------------------------------------------------------------


def _with_jwk(**members: object) -> Json:
    """A did:web issuer whose only method is a JWK with these further members."""
    entry = method_entry(COLLEGE, METHOD, DID, form="JsonWebKey")
    entry["publicKeyJwk"] |= members
    return controller_document(DID, entry)


@case("A JWK that says what it is for verifies", spec=JWK)
def jwk_with_use() -> Scenario:
    """`use`, `key_ops`, `alg` and `kid` that fit are no obstacle."""
    document = _with_jwk(use="sig", key_ops=["verify"], alg="EdDSA", kid="key-1")
    return Scenario(**by_web(document), expect=passes(issuer="passed"))


_BAD_JWK: dict[str, tuple[dict[str, object], str]] = {
    "private": ({"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}, "it holds a private member"),
    "use-enc": ({"use": "enc"}, "it is for encryption"),
    "key-ops-encrypt": ({"key_ops": ["encrypt"]}, "its operations do not include verifying"),
    "other-alg": ({"alg": "ES256"}, "its `alg` belongs to another key type"),
    "other-crv": ({"crv": "X25519"}, "its curve does not sign"),
    "short-x": ({"x": b64url(COLLEGE.public[:31])}, "31 bytes"),
    "padded-x": ({"x": b64url(COLLEGE.public) + "="}, "padding is not base64url as JOSE has it"),
}


def _bad_jwk(members: dict[str, object]) -> Scenario:
    return Scenario(**by_web(_with_jwk(**members)), expect=fails())


for _name, (_members, _what) in _BAD_JWK.items():
    FAMILY.add(
        f"jwk-{_name}",
        f"A JWK in a controller document is refused: {_what}",
        f"The signature would fit the key, and the document lists it; but {_what}.",
        partial(_bad_jwk, _members),
        spec=JWK,
        importance="medium",
    )


@case("A method without a key is malformed", spec=["CID 1.0 §2.2"])
def no_key() -> Scenario:
    """The document lists it, and it holds nothing."""
    entry: Json = {"id": METHOD, "type": "Multikey", "controller": DID}
    return Scenario(**by_web(controller_document(DID, entry)), expect=fails("key.malformed", proof="failed"))


@case("A method with two keys is malformed", spec=["CID 1.0 §2.2"])
def two_keys() -> Scenario:
    """The same material in two forms, of which one is another key."""
    entry = method_entry(COLLEGE, METHOD, DID, publicKeyJwk=ed25519_key("other").jwk)
    return Scenario(**by_web(controller_document(DID, entry)), expect=refused())
