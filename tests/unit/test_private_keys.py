"""Private keys: every form says the same key, halves have to match, signatures are what others make, secrets stay secret."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import traceback
from typing import Any

import pytest
from cases.keyring import CURVES, ec_key, ed25519_key
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, utils, x25519
from support.vectors import VECTORS

from vcverify.crypto import KeyKind, PublicKey
from vcverify.crypto import private as module
from vcverify.crypto.private import PrivateKey
from vcverify.identifiers.did_jwk import DidJwk
from vcverify.identifiers.did_key import DidKey
from vcverify.problems import ProblemError
from vcverify.verifier import Verifier

KEYS = {kind: PrivateKey.generate(kind, **({"bits": 2048} if kind is KeyKind.RSA else {})) for kind in KeyKind}
ALL = pytest.mark.parametrize("kind", list(KeyKind), ids=str)
IN_MULTIKEYS = (KeyKind.ED25519, KeyKind.P256, KeyKind.P384)


def secrets_of(key: PrivateKey) -> set[str]:
    """What must not be seen, in the forms in which it might be."""
    private = {name: value for name, value in key.to_jwk().items() if name in ("d", "p", "q", "dp", "dq", "qi")}
    texts = {str(value) for value in private.values()}
    for text in set(texts):
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        texts |= {raw.hex(), str(int.from_bytes(raw, "big")), repr(raw)[2:-1]}
    if key.kind in IN_MULTIKEYS:
        texts.add(key.to_multikey())
    return texts


def refused(call: Any, code: str = "key.malformed") -> str:
    """All that an error shows of itself, with its traceback."""
    with pytest.raises(ProblemError) as caught:
        call()
    assert caught.value.problem.code == code
    return json.dumps(caught.value.problem.to_dict()) + "".join(traceback.format_exception(caught.value))


@ALL
def test_a_key_reads_back_from_every_form(kind: KeyKind) -> None:
    """A key that is written and cannot be read again is lost."""
    key = KEYS[kind]
    forms = [json.dumps(key.to_jwk()), key.to_pem()]
    if kind in IN_MULTIKEYS:
        forms += [key.to_multikey(), json.dumps({"secretKeyMultibase": key.to_multikey()})]
    for form in forms:
        for data in (form, f"\n  {form}\n".encode()):
            again = PrivateKey.read(data)
            assert again.public == key.public
            assert again.to_jwk() == key.to_jwk()


@ALL
def test_the_library_reads_what_is_written(kind: KeyKind) -> None:
    """PKCS #8 and JWK are for other programs too."""
    key = KEYS[kind]
    loaded: Any = serialization.load_pem_private_key(key.to_pem().encode(), None)
    theirs = loaded.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    ours = key.public.loaded.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert theirs == ours


@ALL
def test_the_library_agrees_with_every_signature(kind: KeyKind) -> None:
    """Signatures that only their maker verifies are none."""
    key = KEYS[kind]
    public: Any = key.public.loaded
    for algorithm in sorted(key.public.algorithms):
        made = key.signature(b"message", algorithm)
        hashed_by = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
        hashed: Any = hashed_by.get(algorithm[2:5], hashes.SHA256())
        if kind is KeyKind.ED25519:
            public.verify(made, b"message")
        elif algorithm.startswith("RS"):
            public.verify(made, b"message", padding.PKCS1v15(), hashed)
        elif algorithm.startswith("PS"):
            public.verify(made, b"message", padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
        else:
            half = len(made) // 2
            der = utils.encode_dss_signature(int.from_bytes(made[:half], "big"), int.from_bytes(made[half:], "big"))
            public.verify(der, b"message", ec.ECDSA(hashed))


@pytest.mark.parametrize("curve", [name for name in CURVES if name in ("P-256", "P-384", "P-521", "secp256k1")])
def test_ecdsa_is_deterministic(curve: str) -> None:
    """A repeated nonce gives the key away, and a predictable document is easier to test (RFC 6979)."""
    key = ec_key("somebody", curve)
    ours = PrivateKey.generate(curve)
    assert ours.signature(b"one") == ours.signature(b"one") != ours.signature(b"two")
    assert PublicKey.from_multikey(key.multikey).verifies(key.signature(b"x"), b"x", ours.algorithm)


def test_the_published_multikeys_are_pairs() -> None:
    """W3C's key pairs: VC-DI-EDDSA §A.1, VC-DI-ECDSA §A.1."""
    names = (
        "eddsa/w3c-vc-di-eddsa/keyPair.json",
        "ecdsa/w3c-vc-di-ecdsa/p256KeyPair.json",
        "ecdsa/w3c-vc-di-ecdsa/p384KeyPair.json",
    )
    if not VECTORS.is_dir():
        pytest.skip("the published vectors are not beside this checkout (../shared/vectors)")
    for name in names:
        pair = json.loads((VECTORS / name).read_bytes())
        key = PrivateKey.read(json.dumps(pair))
        assert key.public.multikey == pair["publicKeyMultibase"]
        assert key.to_multikey() in pair.values()


def test_an_older_ed25519_multikey_holds_both_halves() -> None:
    """Keys of `Ed25519VerificationKey2020` writers have 64 bytes; the second half must be the pair's."""
    key = KEYS[KeyKind.ED25519]
    seed = module.multibase_decode(key.to_multikey(), limit=128)[2:]
    both = b"\x80\x26" + seed + key.public.fingerprint[2:]
    assert PrivateKey.from_multikey("z" + module.base58_encode(both)).to_jwk() == key.to_jwk()
    refused(lambda: PrivateKey.from_multikey("z" + module.base58_encode(both[:-1] + bytes([both[-1] ^ 1]))))


@ALL
def test_the_did_of_a_key_is_that_key(kind: KeyKind) -> None:
    """What `issue` names by default has to lead verifiers back to the key, within the length that URLs may have."""
    key = KEYS[kind]
    resolver = DidJwk() if kind is KeyKind.RSA else DidKey()
    run = Verifier()._run(None)
    document: Any = resolver.resolve(key.did, run.lookup)
    assert document["assertionMethod"] == [key.verification_method]
    assert len(key.verification_method) <= run.policy.limits.url_characters


def test_the_largest_rsa_key_has_a_did_that_is_short_enough() -> None:
    """Verifiers here take URLs of 1,024 characters; the modulus has nearly 700."""
    key = PrivateKey.generate("RSA", bits=4096)
    assert len(key.verification_method) <= 1_024


@ALL
def test_no_form_of_showing_a_key_shows_the_secret(kind: KeyKind) -> None:
    """Keys end up in logs, assertion messages and debuggers' views."""
    key = KEYS[kind]
    shown = repr(key) + str(key) + f"{key}" + repr([key]) + repr({"key": key}) + repr(key.public)
    assert not [text for text in secrets_of(key) if text in shown]
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(key)
    with pytest.raises(TypeError, match="not pickled"):
        copy.deepcopy(key)


BROKEN = {
    "d of another length": lambda jwk: jwk | {"d": jwk["d"][:-4]},
    "d that is no base64url": lambda jwk: jwk | {"d": jwk["d"][:-1] + "="},
    "d that is no text": lambda jwk: jwk | {"d": int.from_bytes(jwk["d"].encode(), "big")},
    "d of another key": lambda jwk: jwk | {"d": PrivateKey.generate(jwk["crv"]).to_jwk()["d"]},
    "no d": lambda jwk: {name: value for name, value in jwk.items() if name != "d"},
    "no x": lambda jwk: {name: value for name, value in jwk.items() if name != "x"},
    "d of zero": lambda jwk: jwk | {"d": "A" * len(jwk["d"])},
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("kind", [KeyKind.ED25519, KeyKind.P256, KeyKind.P384, KeyKind.P521], ids=str)
def test_a_broken_jwk_is_refused_without_its_secret(kind: KeyKind, how: str) -> None:
    """Errors are printed; whoever mistypes a key must not publish the rest of it."""
    key = KEYS[kind]
    jwk: Any = BROKEN[how](key.to_jwk())
    shown = refused(
        lambda: PrivateKey.read(json.dumps(jwk)) if how != "d that is no text" else PrivateKey.from_jwk(jwk)
    )
    assert str(key.to_jwk()["d"])[:12] not in shown
    assert str(jwk.get("d", "nothing"))[:12] not in shown


@pytest.mark.parametrize("name", ["d", "p", "q", "dp", "dq", "qi"])
def test_a_broken_rsa_jwk_is_refused_without_its_secret(name: str) -> None:
    """One wrong CRT number makes signatures from which the key can be computed."""
    jwk: Any = KEYS[KeyKind.RSA].to_jwk()
    changed = jwk[name][:20] + ("A" if jwk[name][20] != "A" else "B") + jwk[name][21:]
    shown = refused(lambda: PrivateKey.from_jwk(jwk | {name: changed}))
    assert changed[:12] not in shown


def test_an_rsa_jwk_needs_no_more_than_its_exponent() -> None:
    """The primes are optional (RFC 7518 §6.3.2); other primes are not read."""
    jwk: Any = KEYS[KeyKind.RSA].to_jwk()
    assert PrivateKey.from_jwk({name: jwk[name] for name in ("kty", "n", "e", "d")}).public == KEYS[KeyKind.RSA].public
    refused(lambda: PrivateKey.from_jwk(jwk | {"oth": []}))


def test_a_jwk_is_used_as_it_says() -> None:
    """RFC 7517 §4.2 to §4.4: a key for encryption does not sign, an RSA key of one algorithm has that one."""
    jwk: Any = KEYS[KeyKind.ED25519].to_jwk()
    refused(lambda: PrivateKey.from_jwk(jwk | {"use": "enc"}), "key.unauthorized")
    refused(lambda: PrivateKey.from_jwk(jwk | {"key_ops": ["verify"]}), "key.unauthorized")
    assert PrivateKey.from_jwk(jwk | {"use": "sig", "key_ops": ["sign"], "alg": "EdDSA", "kid": "1"})
    narrow = PrivateKey.from_jwk(KEYS[KeyKind.RSA].to_jwk() | {"alg": "PS384"})
    assert narrow.algorithm == "PS384"
    refused(lambda: narrow.signature(b"", "RS256"), "jose.algorithm")


def test_a_key_signs_by_its_own_algorithms_only() -> None:
    """The key decides, not the caller's header."""
    for name in ("none", "HS256", "ES256", ""):
        refused(lambda name=name: KEYS[KeyKind.ED25519].signature(b"", name), "jose.algorithm")


def pem(key: Any, password: bytes | None = None) -> bytes:
    how: Any = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(pem(x25519.X25519PrivateKey.generate()), id="key agreement"),
        pytest.param(pem(dsa.generate_private_key(1024)), id="DSA"),
        pytest.param(pem(ec.generate_private_key(ec.SECP224R1())), id="another curve"),
        pytest.param(pem(ed25519.Ed25519PrivateKey.generate(), b"secret"), id="encrypted"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", id="not DER"),
        pytest.param(b"{", id="not JSON"),
        pytest.param(b'{"kty":"oct","k":"AAAA","d":""}', id="symmetric"),
        pytest.param(b'{"d":1,"d":1}', id="a member twice"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"z", id="an empty Multikey"),
        pytest.param(KEYS[KeyKind.P256].public.multikey.encode(), id="a public Multikey"),
        pytest.param(b"\xff\xfe", id="bytes"),
        pytest.param(b"z" + b"2" * 100_000, id="very long"),
        pytest.param(
            json.dumps(
                {
                    "secretKeyMultibase": KEYS[KeyKind.P256].to_multikey(),
                    "publicKeyMultibase": KEYS[KeyKind.P384].public.multikey,
                }
            ).encode(),
            id="halves of two pairs",
        ),
    ],
)
def test_what_is_no_signing_key_is_refused(data: bytes) -> None:
    """Every file that is named as a key gets a sentence, not a traceback."""
    refused(lambda: PrivateKey.read(data))


def test_weak_rsa_keys_are_refused() -> None:
    """Nobody would verify what they sign (RFC 7518 §3.3)."""
    refused(lambda: PrivateKey.from_pem(pem(rsa.generate_private_key(65537, 1024))), "key.weak")
    for bits in (1024, 8192):
        with pytest.raises(ValueError, match="2,048 to 4,096"):
            PrivateKey.generate("RSA", bits=bits)


def test_an_encrypted_pem_opens_with_its_password() -> None:
    """Keys at rest are encrypted where people are careful."""
    made = ed25519.Ed25519PrivateKey.generate()
    assert PrivateKey.from_pem(pem(made, b"secret"), b"secret").kind is KeyKind.ED25519
    for data, password in ((pem(made, b"secret"), b"another"), (pem(made), b"secret")):
        refused(lambda data=data, password=password: PrivateKey.from_pem(data, password))


def test_a_signature_that_does_not_verify_never_leaves() -> None:
    """A fault while signing can give the key away (RFC 8032 §8.1 and the CRT attack on RSA)."""
    key = PrivateKey(
        public=PublicKey.from_multikey(ed25519_key("college").multikey), secret=KEYS[KeyKind.ED25519].secret
    )
    with pytest.raises(RuntimeError, match="does not verify"):
        key.signature(b"message")


def test_multikeys_hold_no_secrets_of_other_kinds() -> None:
    """CID 1.0 §2.2.2 has three of them."""
    for kind in set(KeyKind) - set(IN_MULTIKEYS):
        with pytest.raises(ValueError, match="Multikey"):
            KEYS[kind].to_multikey()
