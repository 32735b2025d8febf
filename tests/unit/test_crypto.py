"""Public keys: what is a key, and which signatures are its."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import Any

import pytest
from cases.keyring import CURVES, Key, b64url, ec_key, ed25519_key, multibase58
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vcverify.crypto import KeyKind, PublicKey, is_known_algorithm, material, thumbprint
from vcverify.crypto.keys import ORDERS
from vcverify.limits import Limits
from vcverify.problems import ProblemError

MESSAGE = b"what was hashed"
ALGORITHMS = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "secp256k1": "ES256K"}
NAMES = tuple(ALGORITHMS)


def key_of(kind: str) -> Key:
    return ed25519_key("crypto") if kind == "Ed25519" else ec_key("crypto", kind)


@cache
def rsa_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def rsa_jwk(n: int, e: int = 65537, **more: Any) -> dict[str, Any]:
    def number(value: int) -> str:
        return b64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))

    return {"kty": "RSA", "n": number(n), "e": number(e), **more}


def refused(jwk: Any) -> str:
    with pytest.raises(ProblemError) as error:
        PublicKey.from_jwk(jwk)
    return error.value.problem.code


@pytest.mark.parametrize("kind", NAMES)
def test_a_key_is_the_same_from_every_form(kind: str) -> None:
    """Bindings compare keys by fingerprint, wherever they were read."""
    key = key_of(kind)
    forms = [
        PublicKey.from_multikey(key.multikey),
        PublicKey.from_multicodec(key.prefix + key.public),
        PublicKey.from_base58(KeyKind(kind), multibase58(key.public)[1:]),
        PublicKey.from_jwk(key.jwk),
    ]
    assert {form.fingerprint for form in forms} == {key.prefix + key.public}
    assert len(set(forms)) == 1
    assert {form.kind for form in forms} == {KeyKind(kind)}


@pytest.mark.parametrize("kind", NAMES)
def test_a_key_knows_its_signature(kind: str) -> None:
    """And no other: another message, another key, a flipped bit."""
    key, public = key_of(kind), PublicKey.from_multikey(key_of(kind).multikey)
    algorithm = ALGORITHMS[kind]
    signature = key.signature(MESSAGE)
    assert public.verifies(signature, MESSAGE, algorithm)
    assert not public.verifies(signature, MESSAGE + b".", algorithm)
    for position in range(0, len(signature), 7):
        flipped = bytearray(signature)
        flipped[position] ^= 1
        assert not public.verifies(bytes(flipped), MESSAGE, algorithm)
    for other in (b"", signature[:-1], signature + b"\0", b"\0" + signature, signature * 2):
        assert not public.verifies(other, MESSAGE, algorithm)


@pytest.mark.parametrize("kind", NAMES)
def test_the_key_decides_which_algorithms_it_takes(kind: str) -> None:
    """A header that says otherwise is refused, whether the name is known or not (RFC 8725 §3.1)."""
    public = PublicKey.from_multikey(key_of(kind).multikey)
    for algorithm in ("none", "HS256", "RS256", "eddsa", "", *ALGORITHMS.values()):
        if algorithm == ALGORITHMS[kind]:
            continue
        with pytest.raises(ProblemError) as error:
            public.verifies(bytes(64), MESSAGE, algorithm)
        assert error.value.problem.code == "jose.algorithm"


@pytest.mark.parametrize("kind", [kind for kind in NAMES if kind != "Ed25519"])
def test_an_ecdsa_signature_has_numbers_from_1_to_the_order(kind: str) -> None:
    """CVE-2022-21449: zeros once were a signature of everything."""
    key = key_of(kind)
    public = PublicKey.from_multikey(key.multikey)
    how = CURVES[kind]
    signature = key.signature(MESSAGE)
    r, s = signature[: how.size], signature[how.size :]
    zero, order = bytes(how.size), how.order.to_bytes(how.size, "big")
    for bad in (zero + zero, r + zero, zero + s, order + order, r + order, order + s, b"\xff" * 2 * how.size):
        assert not public.verifies(bad, MESSAGE, ALGORITHMS[kind])
    twin = (how.order - int.from_bytes(s, "big")).to_bytes(how.size, "big")
    assert public.verifies(r + twin, MESSAGE, ALGORITHMS[kind]), "high s is legal in JOSE and Data Integrity"


def test_an_ed25519_signature_has_a_number_below_the_order() -> None:
    """RFC 8032 §5.1.7: S + L verifies the same equation and is another text."""
    key = ed25519_key("crypto")
    public = PublicKey.from_multikey(key.multikey)
    signature = key.signature(MESSAGE)
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    assert public.verifies(signature, MESSAGE, "Ed25519"), "RFC 9864's name of the algorithm"
    assert not public.verifies(signature[:32] + s.to_bytes(32, "little"), MESSAGE, "EdDSA")
    assert not public.verifies(signature[:32] + b"\xff" * 32, MESSAGE, "EdDSA")


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_an_rsa_key_takes_six_algorithms(algorithm: str) -> None:
    """RFC 7518 §3.3 and §3.5; a PSS salt has the hash's length, no other."""
    private = rsa_key()
    public = PublicKey.from_jwk(rsa_jwk(private.public_key().public_numbers().n))
    hash_algorithm = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[2:]]
    salted = algorithm.startswith("PS")
    scheme = padding.PSS(padding.MGF1(hash_algorithm), hash_algorithm.digest_size) if salted else padding.PKCS1v15()
    signature = private.sign(MESSAGE, scheme, hash_algorithm)
    assert public.verifies(signature, MESSAGE, algorithm)
    assert not public.verifies(signature, MESSAGE + b".", algorithm)
    assert not public.verifies(b"\0" + signature, MESSAGE, algorithm)
    assert not public.verifies(signature[1:], MESSAGE, algorithm)
    if salted:
        other = padding.PSS(padding.MGF1(hash_algorithm), hash_algorithm.digest_size - 1)
        assert not public.verifies(private.sign(MESSAGE, other, hash_algorithm), MESSAGE, algorithm)


def test_an_rsa_key_of_odd_length_has_signatures_of_whole_bytes() -> None:
    """A modulus of 2,049 bits has 257 bytes."""
    private = rsa_key(2049)
    public = PublicKey.from_jwk(rsa_jwk(private.public_key().public_numbers().n))
    assert public.verifies(private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()), MESSAGE, "RS256")


def test_an_rsa_multikey_is_pkcs1_in_der() -> None:
    """did:key §3.1.3: RSAPublicKey; the key info of X.509 has the same key and is another text."""
    public = rsa_key().public_key()
    prefix = b"\x85\x24"
    der = public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    key = PublicKey.from_multikey(multibase58(prefix + der))
    assert key == PublicKey.from_jwk(rsa_jwk(public.public_numbers().n))
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for other in (info, der + b"\0", der[:-1], b"", der.replace(b"\x02\x03\x01\x00\x01", b"\x02\x04\x00\x01\x00\x01")):
        with pytest.raises(ProblemError) as error:
            PublicKey.from_multicodec(prefix + other)
        assert error.value.problem.code == "key.malformed"


def test_the_multicodecs_are_those_of_the_table() -> None:
    """multiformats/multicodec, table.csv."""
    assert {kind.value: hex(code) for kind, code in material.MULTICODECS.items()} == {
        "Ed25519": "0xed",
        "secp256k1": "0xe7",
        "P-256": "0x1200",
        "P-384": "0x1201",
        "P-521": "0x1202",
        "RSA": "0x1205",
    }


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
def test_a_private_jwk_is_refused(member: str) -> None:
    """Whoever reads the document could sign (RFC 7517 §9.2)."""
    assert refused(ed25519_key("crypto").jwk | {member: "AA"}) == "key.malformed"


@pytest.mark.parametrize(
    "members", [{"use": "enc"}, {"use": None}, {"key_ops": ["encrypt"]}, {"key_ops": []}, {"key_ops": "verify"}]
)
def test_a_jwk_for_another_use_is_refused(members: dict[str, Any]) -> None:
    """RFC 7517 §4.2, §4.3."""
    assert refused(ed25519_key("crypto").jwk | members) == "key.unauthorized"


def test_a_jwk_for_signatures_is_accepted() -> None:
    """`use`, `key_ops` and `alg` may stand there, unknown members too."""
    more = {"use": "sig", "key_ops": ["verify"], "alg": "EdDSA", "kid": "k", "x5c": [], "ext": True}
    assert PublicKey.from_jwk(ed25519_key("crypto").jwk | more).kind is KeyKind.ED25519


@pytest.mark.parametrize("algorithm", ["ES256", "ES521", "none", 7, "eddsa"])
def test_a_jwk_whose_alg_is_of_another_kind_is_refused(algorithm: object) -> None:
    """RFC 7517 §4.4."""
    assert refused(ed25519_key("crypto").jwk | {"alg": algorithm}) == "key.malformed"


def test_the_alg_of_an_rsa_jwk_binds_it() -> None:
    """A key for PSS takes no PKCS #1 v1.5 signatures."""
    private = rsa_key()
    public = PublicKey.from_jwk(rsa_jwk(private.public_key().public_numbers().n, alg="PS256"))
    with pytest.raises(ProblemError) as error:
        public.verifies(private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()), MESSAGE, "RS256")
    assert error.value.problem.code == "jose.algorithm"


@pytest.mark.parametrize("kind", NAMES)
def test_jwk_coordinates_have_their_full_length(kind: str) -> None:
    """RFC 7518 §6.2.1.2: neither padded nor stripped; and base64url has no other spelling."""
    jwk = key_of(kind).jwk
    x = base64.urlsafe_b64decode(jwk["x"] + "==")
    for other in (b64url(x[1:]), b64url(b"\0" + x), jwk["x"] + "=", "", " " + jwk["x"], None, 1, [jwk["x"]]):
        assert refused(jwk | {"x": other}) == "key.malformed"


@pytest.mark.parametrize("kind", [kind for kind in NAMES if kind != "Ed25519"])
def test_a_jwk_point_lies_on_its_curve(kind: str) -> None:
    """Also where only y is wrong but of the same parity, so that the compressed form would hide it."""
    jwk = key_of(kind).jwk
    y = bytearray(base64.urlsafe_b64decode(jwk["y"] + "=="))
    y[-1] ^= 2
    assert refused(jwk | {"y": b64url(bytes(y))}) == "key.malformed"
    assert refused({name: value for name, value in jwk.items() if name != "y"}) == "key.malformed"
    other = ec_key("crypto", "P-384" if kind != "P-384" else "P-256").jwk["crv"]
    assert refused(jwk | {"crv": other}) == "key.malformed"


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        [],
        "key",
        {},
        {"kty": "oct"},
        {"kty": "EC"},
        {"kty": ["EC"]},
        {"kty": "OKP", "crv": "X25519", "x": "A" * 43},
        {"kty": "OKP", "crv": "Ed448", "x": "A" * 76},
        {"kty": "EC", "crv": ["P-256"], "x": "", "y": ""},
        {"kty": "EC", "crv": "BP-256", "x": "", "y": ""},
    ],
)
def test_what_is_no_signature_key_is_refused(jwk: Any) -> None:
    """Other types, other curves, no members at all."""
    assert refused(jwk) == "key.malformed"


def test_an_rsa_key_has_2048_to_4096_bits() -> None:
    """The least of RFC 7518 §3.3; the most, so that a verification costs little."""
    odd = 2**2047 + 1
    assert refused(rsa_jwk(2**2046 + 1)) == "key.weak"
    assert PublicKey.from_jwk(rsa_jwk(odd)).kind is KeyKind.RSA
    assert PublicKey.from_jwk(rsa_jwk(2**4095 + 1)).kind is KeyKind.RSA
    assert refused(rsa_jwk(2**4096 + 1)) == "key.malformed"
    assert refused(rsa_jwk(2**16384 - 1)) == "limit.exceeded"
    assert refused(rsa_jwk(2**1023 + 1)) == "key.weak"
    assert refused(rsa_jwk(3)) == "key.weak"


def test_an_rsa_exponent_is_odd_from_3_and_small() -> None:
    """With 1 every padded hash is its own signature; a huge one only costs time."""
    n = 2**2047 + 1
    for weak in (1, 2, 65536):
        assert refused(rsa_jwk(n, weak)) == "key.weak"
    assert PublicKey.from_jwk(rsa_jwk(n, 3)).kind is KeyKind.RSA
    assert PublicKey.from_jwk(rsa_jwk(n, 2**64 - 1)).kind is KeyKind.RSA
    for large in (2**64 + 1, 2**2046 + 1):
        assert refused(rsa_jwk(n, large)) == "key.malformed"
    assert refused(rsa_jwk(2**2047, 3)) == "key.malformed", "an even modulus"


def test_an_rsa_number_has_minimal_form() -> None:
    """RFC 7518 §2, Base64urlUInt: a leading zero would be a second spelling."""
    jwk = rsa_jwk(2**2047 + 1)
    n = base64.urlsafe_b64decode(jwk["n"] + "==")
    assert refused(jwk | {"n": b64url(b"\0" + n)}) == "key.malformed"
    assert refused(jwk | {"e": ""}) == "key.malformed"
    assert refused(jwk | {"e": "AAEAAQ"}) == "key.malformed"


def test_the_length_of_a_multikey_is_bounded() -> None:
    """Bounds of `Limits.key_characters` and, for RSA alone, `rsa_key_characters`."""
    text = ed25519_key("crypto").multikey
    assert PublicKey.from_multikey(text, Limits(key_characters=len(text), rsa_key_characters=len(text)))
    for limits in (Limits(key_characters=len(text) - 1), Limits(rsa_key_characters=len(text) - 1)):
        with pytest.raises(ProblemError) as error:
            PublicKey.from_multikey(text, limits)
        assert error.value.problem.code == "limit.exceeded"
    with pytest.raises(ProblemError) as error:
        PublicKey.from_multikey("z" * 1_000_000)
    assert error.value.problem.code == "limit.exceeded"


def test_the_largest_rsa_multikey_fits() -> None:
    """4,096 bits are 711 characters, within the 1,024."""
    der = rsa_key(4096).public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert PublicKey.from_multikey(multibase58(b"\x85\x24" + der)).kind is KeyKind.RSA


def test_known_algorithms_are_those_that_some_key_takes() -> None:
    """An algorithm nobody implements is another problem than one that the key excludes."""
    assert all(map(is_known_algorithm, ("EdDSA", "ES256", "ES384", "ES512", "ES256K", "RS256", "PS512")))
    assert not any(map(is_known_algorithm, ("none", "HS256", "ES224", "RSA1_5", "")))


def test_a_thumbprint_is_that_of_rfc_7638() -> None:
    """The required members alone, in order; a `kid` or `alg` beside them changes nothing."""
    jwk = ec_key("crypto").jwk
    text = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    assert thumbprint(jwk | {"kid": "k", "alg": "ES256"}) == b64url(hashlib.sha256(text.encode()).digest())
    assert thumbprint({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}) == (
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    ), "RFC 8037 §A.3"
    for lacking in ({}, {"kty": "oct", "k": "AA"}, {"kty": ["EC"]}, {"kty": "EC", "crv": "P-256", "x": 1, "y": "AA"}):
        assert thumbprint(lacking) is None


@pytest.mark.parametrize("kind", [kind for kind in NAMES if kind != "Ed25519"])
def test_the_orders_are_those_of_the_curves(kind: str) -> None:
    """The last private key of a curve is its order less one."""
    order, curve = ORDERS[KeyKind(kind)], material.CURVES[KeyKind(kind)]
    ec.derive_private_key(order - 1, curve)
    with pytest.raises(ValueError, match="Invalid EC key"):
        ec.derive_private_key(order, curve)
