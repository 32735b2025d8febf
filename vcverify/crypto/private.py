"""Private keys: made here, or read strictly from a JWK, PKCS #8 or a secret Multikey. They sign, and are never shown.

What goes wrong while one is read is told without a word of what was read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from vcverify.crypto import jwk as json_web_key
from vcverify.crypto.keys import ECDSA, RSA_SCHEMES, PublicKey
from vcverify.crypto.material import COORDINATE_BYTES, CURVES, KeyKind, compress, malformed, multicodec
from vcverify.jsontypes import JsonObject, JsonValue, compact, loads
from vcverify.limits import DEFAULT_LIMITS, KIB
from vcverify.multiformats import (
    base58_encode,
    base64url_decode,
    base64url_encode,
    encode_varint,
    multibase_decode,
    varint,
)
from vcverify.problems import ProblemError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

Secret = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

RSA_BITS: Final = 3_072
"""Of a key that is made here: fit beyond 2030 (NIST SP 800-57 part 1, table 4)."""

KEY_BYTES: Final = 64 * KIB
"""A file with one key has less than 16 KiB in any of the forms."""

_DEFAULT_ALGORITHMS: Final = {
    KeyKind.ED25519: "EdDSA",
    KeyKind.P256: "ES256",
    KeyKind.P384: "ES384",
    KeyKind.P521: "ES512",
    KeyKind.SECP256K1: "ES256K",
    KeyKind.RSA: "RS256",
}
_MULTIKEY_CODES: Final = {KeyKind.ED25519: 0x1300, KeyKind.P256: 0x1306, KeyKind.P384: 0x1307}
"""The secret keys that a Multikey can hold (CID 1.0 §2.2.2)."""
_MULTIKEY_KINDS: Final = {code: kind for kind, code in _MULTIKEY_CODES.items()}
_MULTIKEY_MEMBERS: Final = ("secretKeyMultibase", "privateKeyMultibase")
_SECRET_BYTES: Final = {KeyKind.ED25519: 32, **COORDINATE_BYTES}
_NUMBERS: Final = ("n", "e", "d", "p", "q", "dp", "dq", "qi")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class PrivateKey:
    """A key that signs, with its public half. Neither `repr` nor an error shows the secret; it does not pickle."""

    public: PublicKey
    secret: Any = field(repr=False)

    @property
    def kind(self) -> KeyKind:
        return self.public.kind

    @property
    def algorithm(self) -> str:
        """The JOSE algorithm that it signs with unless another is asked for."""
        usual = _DEFAULT_ALGORITHMS[self.kind]
        return usual if usual in self.public.algorithms else min(self.public.algorithms)

    @property
    def did(self) -> str:
        """The DID that is this key: its did:key, of RSA its did:jwk, for a did:key would be too long for a URL."""
        if self.kind is not KeyKind.RSA:
            return f"did:key:{self.public.multikey}"
        return f"did:jwk:{base64url_encode(compact(self.public.to_jwk()))}"

    @property
    def verification_method(self) -> str:
        """The URL of the one verification method of that DID."""
        return f"{self.did}#{'0' if self.kind is KeyKind.RSA else self.public.multikey}"

    def signature(self, message: bytes, algorithm: str | None = None) -> bytes:
        """The signature over the message, in JOSE's form (`PublicKey.verifies`); ECDSA deterministic (RFC 6979).

        It is held against the public key before it leaves: one that a fault has spoilt can give the secret away.

        Raises:
            ProblemError: `jose.algorithm` where the key does not take the algorithm.
            RuntimeError: the machine computed wrongly.
        """
        name = self.algorithm if algorithm is None else algorithm
        if name not in self.public.algorithms:
            self.public.verifies(b"", message, name)  # refuses, in its own words
        if self.kind is KeyKind.ED25519:
            made = bytes(self.secret.sign(message))
        elif self.kind is KeyKind.RSA:
            made = bytes(self.secret.sign(message, *RSA_SCHEMES[name]))
        else:
            r, s = decode_dss_signature(self.secret.sign(message, _deterministic(name)))
            size = COORDINATE_BYTES[self.kind]
            made = r.to_bytes(size, "big") + s.to_bytes(size, "big")
        if not self.public.verifies(made, message, name):
            raise RuntimeError("a signature was computed that does not verify; it was thrown away")
        return made

    def to_jwk(self) -> JsonObject:
        """The private JWK (RFC 7518 §6, RFC 8037 §2). Whoever has it can sign."""
        public = self.public.to_jwk()
        if self.kind is not KeyKind.RSA:
            return {**public, "d": base64url_encode(self._secret_bytes())}
        numbers = self.secret.private_numbers()
        parts = (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
        return {
            **public,
            **{
                name: base64url_encode(part.to_bytes((part.bit_length() + 7) // 8, "big"))
                for name, part in zip(_NUMBERS[2:], parts, strict=True)
            },
        }

    def to_pem(self) -> str:
        """The key as PKCS #8 in PEM, not encrypted."""
        return str(self.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))

    def to_multikey(self) -> str:
        """The secret Multikey (`z3u2...`, `z42t...`).

        Raises:
            ValueError: Multikeys hold no secret keys of this kind.
        """
        code = _MULTIKEY_CODES.get(self.kind)
        if code is None:
            kinds = ", ".join(kind.value for kind in _MULTIKEY_CODES)
            raise ValueError(f"a secret Multikey is of one of {kinds}; this key is of kind {self.kind.value}")
        return "z" + base58_encode(encode_varint(code) + self._secret_bytes())

    @classmethod
    def generate(cls, kind: KeyKind | str = KeyKind.ED25519, *, bits: int = RSA_BITS) -> Self:
        """A new key of that kind; `bits` is the length of an RSA key, 2,048 to 4,096.

        Raises:
            ValueError: there is no such kind, or an RSA key of that length is not taken.
        """
        chosen = KeyKind(kind)
        if chosen is KeyKind.ED25519:
            return cls._of(ed25519.Ed25519PrivateKey.generate())
        if chosen is not KeyKind.RSA:
            return cls._of(ec.generate_private_key(CURVES[chosen]))
        if not 2_048 <= bits <= 4_096:
            raise ValueError(f"an RSA key has 2,048 to 4,096 bits here, not {bits:,}")
        return cls._of(rsa.generate_private_key(public_exponent=65_537, key_size=bits))

    @classmethod
    def read(cls, data: bytes | str) -> Self:
        """The key of a file: a private JWK, a JSON object with `secretKeyMultibase`, PEM, or a secret Multikey.

        Raises:
            ProblemError: `key.malformed`, `key.weak`, `key.unauthorized`.
        """
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
        if len(raw) > KEY_BYTES:
            raise malformed(f"A key has at most {KEY_BYTES:,} bytes.")
        text = raw.strip()
        if text.startswith(b"-----BEGIN"):
            return cls.from_pem(text)
        if not text.startswith(b"{"):
            return cls.from_multikey(text.decode("ascii", "replace"))
        with _discreet("The key is not a JSON object."):
            value = loads(text)
        assert isinstance(value, dict)
        for name in _MULTIKEY_MEMBERS:
            secret = value.get(name)
            if isinstance(secret, str):
                key = cls.from_multikey(secret)
                if value.get("publicKeyMultibase", key.public.multikey) != key.public.multikey:
                    raise _no_pair()
                return key
        return cls.from_jwk(value)

    @classmethod
    def from_jwk(cls, jwk: JsonValue) -> Self:
        """The key of a private JWK.

        Raises:
            ProblemError: `key.malformed`, also where its halves are not one pair; `key.weak`; `key.unauthorized`
                where its `use` or `key_ops` are others.
        """
        if not isinstance(jwk, dict):
            raise malformed("A JWK is a JSON object.", spec="RFC 7517 §4")
        if "d" not in jwk:
            raise malformed("The JWK is not a private key: it has no `d`.", spec="RFC 7518 §6; RFC 8037 §2")
        operations = jwk.get("key_ops", ["sign"])
        if not isinstance(operations, list) or "sign" not in operations:
            raise refuse("key.unauthorized", "The JWK is not meant for signing.", spec="RFC 7517 §4.3")
        stripped = (*json_web_key.PRIVATE, "key_ops")
        public = PublicKey.from_jwk({name: value for name, value in jwk.items() if name not in stripped})
        with _discreet("The private members of the JWK are not those of such a key."):
            secret = _rsa(jwk) if public.kind is KeyKind.RSA else _secret(public.kind, _bytes(jwk, "d"))
        key = cls._of(secret)
        if key.public.fingerprint != public.fingerprint:
            raise _no_pair()
        return cls(public=public, secret=secret)

    @classmethod
    def from_pem(cls, data: bytes | str, password: bytes | None = None) -> Self:
        """The key of a PEM file: PKCS #8, or the older form of its kind.

        Raises:
            ProblemError: `key.malformed` where it is not one, is encrypted otherwise, or of a kind that does not sign
                credentials; `key.weak`.
        """
        raw = data.encode("ascii", "replace") if isinstance(data, str) else data
        try:
            secret = load_pem_private_key(raw, password)
        except TypeError:
            wanted = "is encrypted, and no password was given" if password is None else "is not encrypted"
            raise malformed(f"The private key {wanted}.", spec="RFC 5958") from None
        except (ValueError, UnsupportedAlgorithm):
            raise malformed("The PEM does not hold a private key that can be read.", spec="RFC 7468 §10") from None
        if not isinstance(secret, Secret):
            raise malformed("The private key is of a kind that does not sign credentials.", type(secret).__name__)
        return cls._of(secret)

    @classmethod
    def from_multikey(cls, text: str) -> Self:
        """The key of a secret Multikey (CID 1.0 §2.2.2).

        Older writers of Ed25519 keys append the public half: it has to be the pair's.

        Raises:
            ProblemError: `key.malformed`.
        """
        with _discreet("Not a secret Multikey: neither `z` and base58, nor one of a key that signs here."):
            code, material = varint(multibase_decode(text, limit=DEFAULT_LIMITS.key_characters, bases="z"))
            kind = _MULTIKEY_KINDS[code]
            tail = b""
            if kind is KeyKind.ED25519 and len(material) == 64:
                material, tail = material[:32], material[32:]
            key = cls._of(_secret(kind, material))
        if tail and multicodec(kind, tail) != key.public.fingerprint:
            raise _no_pair()
        return key

    @classmethod
    def _of(cls, secret: Secret) -> Self:
        if isinstance(secret, ed25519.Ed25519PrivateKey):
            material = secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return cls(public=PublicKey.from_multicodec(multicodec(KeyKind.ED25519, material)), secret=secret)
        if isinstance(secret, rsa.RSAPrivateKey):
            material = secret.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
            return cls(public=PublicKey.from_multicodec(multicodec(KeyKind.RSA, material)), secret=secret)
        kinds = [kind for kind, curve in CURVES.items() if curve.name == secret.curve.name]
        if not kinds:
            raise malformed("The private key is on a curve that is not supported.", secret.curve.name)
        numbers = secret.public_key().public_numbers()
        size = COORDINATE_BYTES[kinds[0]]
        material = compress(numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big"))
        return cls(public=PublicKey.from_multicodec(multicodec(kinds[0], material)), secret=secret)

    def _secret_bytes(self) -> bytes:
        """32 bytes of Ed25519, or the scalar in the coordinate's length."""
        if self.kind is KeyKind.ED25519:
            return bytes(self.secret.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        scalar: int = self.secret.private_numbers().private_value
        return scalar.to_bytes(COORDINATE_BYTES[self.kind], "big")

    def __repr__(self) -> str:
        return f"<PrivateKey {self.kind.value} of {self.public.multikey[:20]}...>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled: write it with to_jwk, to_pem or to_multikey, where you mean to")


generate_key: Final[Callable[..., PrivateKey]] = PrivateKey.generate


def _secret(kind: KeyKind, data: bytes) -> Secret:
    """The key of its secret bytes.

    Raises:
        ValueError: another length, or a scalar that is none.
    """
    if len(data) != _SECRET_BYTES[kind]:
        raise ValueError
    if kind is KeyKind.ED25519:
        return ed25519.Ed25519PrivateKey.from_private_bytes(data)
    return ec.derive_private_key(int.from_bytes(data, "big"), CURVES[kind])


def _rsa(jwk: JsonObject) -> Secret:
    if "oth" in jwk:
        raise ValueError
    given = {name: int.from_bytes(_bytes(jwk, name), "big") for name in _NUMBERS if name in jwk}
    n, e, d = given["n"], given["e"], given["d"]
    if "p" in given and "q" in given:
        p, q = given["p"], given["q"]
    else:
        p, q = rsa.rsa_recover_prime_factors(n, e, d)
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=given.get("dp", rsa.rsa_crt_dmp1(d, p)),
        dmq1=given.get("dq", rsa.rsa_crt_dmq1(d, q)),
        iqmp=given.get("qi", rsa.rsa_crt_iqmp(p, q)),
        public_numbers=rsa.RSAPublicNumbers(e, n),
    )
    return numbers.private_key()


def _bytes(jwk: JsonObject, name: str) -> bytes:
    value = jwk[name]
    if not isinstance(value, str):
        raise ValueError
    return base64url_decode(value, limit=DEFAULT_LIMITS.rsa_key_characters)


def _no_pair() -> ProblemError:
    return malformed("The public and the private half are not one pair.", spec="RFC 7517 §9.2; CID 1.0 §2.2")


@contextmanager
def _discreet(detail: str) -> Iterator[None]:
    """Whatever went wrong inside becomes this `key.malformed`: what was read is a secret, and is not quoted."""
    try:
        yield
    except (ProblemError, ValueError, KeyError, ArithmeticError, UnsupportedAlgorithm):
        problem = malformed(detail)
    else:
        return
    raise problem from None


@cache
def _deterministic(algorithm: str) -> ec.ECDSA:
    """The scheme with nonces of RFC 6979, where the library's OpenSSL (3.2 or newer) has them."""
    scheme = ECDSA[algorithm][1]
    try:
        return ec.ECDSA(scheme.algorithm, deterministic_signing=True)
    except UnsupportedAlgorithm:
        return scheme


__all__ = ["PrivateKey", "generate_key"]
