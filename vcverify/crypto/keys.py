"""A public key, and whether a signature is its."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from vcverify.crypto import jwk as json_web_key
from vcverify.crypto.material import (
    COORDINATE_BYTES,
    KeyKind,
    Loaded,
    is_ed25519_point,
    load,
    malformed,
    multicodec,
    split_multicodec,
)
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.multiformats import base58_decode, base58_encode, multibase_decode
from vcverify.problems import refuse

_ED25519_ORDER: Final = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "big")
ORDERS: Final = {
    KeyKind.P256: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    KeyKind.P384: int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16
    ),
    KeyKind.P521: int(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
    KeyKind.SECP256K1: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}

ECDSA: Final[Mapping[str, tuple[KeyKind, ec.ECDSA]]] = {
    "ES256": (KeyKind.P256, ec.ECDSA(hashes.SHA256())),
    "ES384": (KeyKind.P384, ec.ECDSA(hashes.SHA384())),
    "ES512": (KeyKind.P521, ec.ECDSA(hashes.SHA512())),
    "ES256K": (KeyKind.SECP256K1, ec.ECDSA(hashes.SHA256())),
}


def _pss(hash_algorithm: hashes.HashAlgorithm) -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(hash_algorithm), salt_length=hash_algorithm.digest_size)


RSA_SCHEMES: Final[Mapping[str, tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]]] = {
    "RS256": (padding.PKCS1v15(), hashes.SHA256()),
    "RS384": (padding.PKCS1v15(), hashes.SHA384()),
    "RS512": (padding.PKCS1v15(), hashes.SHA512()),
    "PS256": (_pss(hashes.SHA256()), hashes.SHA256()),
    "PS384": (_pss(hashes.SHA384()), hashes.SHA384()),
    "PS512": (_pss(hashes.SHA512()), hashes.SHA512()),
}

_ALGORITHMS: Final[Mapping[KeyKind, frozenset[str]]] = {
    KeyKind.ED25519: frozenset({"EdDSA", "Ed25519"}),
    **{kind: frozenset({name}) for name, (kind, _) in ECDSA.items()},
    KeyKind.RSA: frozenset(RSA_SCHEMES),
}
_KNOWN: Final = frozenset().union(*_ALGORITHMS.values())


def is_known_algorithm(name: str) -> bool:
    """Whether some kind of key takes the JOSE algorithm (RFC 7518 §3.1, RFC 8037, RFC 8812, RFC 9864)."""
    return name in _KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A key that passed every check of its kind.

    `fingerprint` is its multicodec bytes: two keys are one if these are equal. `algorithms` are the
    JOSE names that it takes, fewer than its kind's where a JWK names its `alg`.
    """

    kind: KeyKind
    fingerprint: bytes
    algorithms: frozenset[str]
    loaded: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and (self.fingerprint, self.algorithms) == (
            other.fingerprint,
            other.algorithms,
        )

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    @property
    def multikey(self) -> str:
        """The Multikey, `z6Mk...` of Ed25519 (CID 1.0 §2.2.2)."""
        return "z" + base58_encode(self.fingerprint)

    def to_jwk(self) -> JsonObject:
        """The JWK, with the members that its thumbprint is made of and no others."""
        return json_web_key.members(*split_multicodec(self.fingerprint))

    def verifies(self, signature: bytes, message: bytes, algorithm: str) -> bool:
        """Whether the key made the signature over the message.

        Signatures have JOSE's forms: 64 bytes `R ‖ S` with `S < L` of Ed25519, `r ‖ s` of twice the
        coordinate's length with `1 <= r, s < n` of ECDSA, the modulus's length of RSA. PSS salts have the
        hash's length. Anything else is no signature.

        Raises:
            ProblemError: `jose.algorithm` where the key does not take the algorithm.
        """
        if algorithm not in self.algorithms:  # CHECK: algorithms that are not the key's
            raise refuse(
                "jose.algorithm",
                f"The key does not sign with this algorithm; it is of kind {self.kind.value}.",
                expected=" or ".join(sorted(self.algorithms)),
                found=algorithm,
                spec="RFC 8725 §3.1; RFC 7517 §4.4",
            )
        try:
            if self.kind is KeyKind.ED25519:
                # In big-endian form: bytes compare as the numbers do.
                # CHECK: Ed25519 signatures in another form
                if len(signature) != 64 or signature[:31:-1] >= _ED25519_ORDER:
                    return False
                self.loaded.verify(signature, message)
            elif self.kind is KeyKind.RSA:
                # CHECK: RSA signatures of another length
                if len(signature) * 8 != self.loaded.key_size + -self.loaded.key_size % 8:
                    return False
                scheme, hash_algorithm = RSA_SCHEMES[algorithm]
                self.loaded.verify(signature, message, scheme, hash_algorithm)
            else:
                der = self._der(signature)
                if der is None:
                    return False
                self.loaded.verify(der, message, ECDSA[algorithm][1])
        except InvalidSignature:
            return False  # CHECK: signatures that do not fit
        return True

    def is_point(self) -> bool:
        """Whether the key is a point of its curve: told after a failure, for Ed25519 keys load unchecked."""
        return self.kind is not KeyKind.ED25519 or is_ed25519_point(self.fingerprint[2:])

    def _der(self, signature: bytes) -> bytes | None:
        size = COORDINATE_BYTES[self.kind]
        if len(signature) != 2 * size:  # CHECK: ECDSA signatures of another length
            return None
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        order = ORDERS[self.kind]
        return encode_dss_signature(r, s) if 0 < r < order and 0 < s < order else None  # CHECK: r and s out of range

    @classmethod
    def from_multikey(cls, text: str, limits: Limits = DEFAULT_LIMITS) -> PublicKey:
        """The key of a Multikey: base58btc multibase of multicodec bytes (CID 1.0 §2.2.2).

        Raises:
            ProblemError: `key.malformed`, `key.weak`; `limit.exceeded` past `Limits.key_characters`
                (`rsa_key_characters` for RSA).
        """
        if len(text) > limits.rsa_key_characters:  # CHECK: long keys
            raise exceeded("characters of a key", limits.rsa_key_characters, len(text))
        # CHECK: long keys that are not RSA
        if len(text) > limits.key_characters and split_multicodec(_multikey_bytes(text))[0] is not KeyKind.RSA:
            raise exceeded("characters of a key", limits.key_characters, len(text))
        return _from_multikey(text)

    @classmethod
    def from_multicodec(cls, data: bytes) -> PublicKey:
        """The key of multicodec bytes.

        Raises:
            ProblemError: `key.malformed`, `key.weak`.
        """
        return cls._of(*split_multicodec(data))

    @classmethod
    def from_base58(cls, kind: KeyKind, text: str, limits: Limits = DEFAULT_LIMITS) -> PublicKey:
        """The key of raw material in base58btc, as in `publicKeyBase58`: 32 bytes of Ed25519, a compressed point.

        Raises:
            ProblemError: `key.malformed`, `key.weak`, `limit.exceeded`.
        """
        bound = limits.rsa_key_characters if kind is KeyKind.RSA else limits.key_characters
        return cls._of(kind, base58_decode(text, limit=bound, code="key.malformed"))

    @classmethod
    def from_jwk(cls, jwk: JsonValue, limits: Limits = DEFAULT_LIMITS) -> PublicKey:
        """The key of a public JSON Web Key for signatures (RFC 7517, RFC 7518 §6, RFC 8037, RFC 8812).

        Raises:
            ProblemError: `key.malformed`, also where it has private members or an `alg` of another kind;
                `key.weak`; `key.unauthorized` where its `use` or `key_ops` are others; `limit.exceeded` past
                `Limits.rsa_key_characters` in one member.
        """
        members = json_web_key.checked(jwk)
        kind, material = json_web_key.material(members, limits)
        algorithms = _ALGORITHMS[kind]
        declared = members.get("alg")
        if declared is not None:
            if not isinstance(declared, str) or declared not in algorithms:  # CHECK: algorithms of other keys
                raise malformed("The JWK's `alg` is not one of its kind of key.", declared, spec="RFC 7517 §4.4")
            if kind is KeyKind.RSA:
                algorithms = frozenset({declared})
        return cls._of(kind, material, algorithms)

    @classmethod
    def _of(cls, kind: KeyKind, material: bytes, algorithms: frozenset[str] | None = None) -> PublicKey:
        loaded: Loaded = load(kind, material)
        return cls(
            kind=kind,
            fingerprint=multicodec(kind, material),
            algorithms=_ALGORITHMS[kind] if algorithms is None else algorithms,
            loaded=loaded,
        )


@lru_cache(maxsize=4096)
def _from_multikey(text: str) -> PublicKey:
    return PublicKey.from_multicodec(_multikey_bytes(text))


def _multikey_bytes(text: str) -> bytes:
    return multibase_decode(text, limit=len(text), bases="z", code="key.malformed")
