"""A verification method's JSON to its key (CID 1.0 §2.2, and the older types that are in use)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from vcverify.crypto import KeyKind, PublicKey
from vcverify.datetimes import parse_stamp
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import Limits
from vcverify.problems import refuse

_ECDSA: Final = frozenset({KeyKind.P256, KeyKind.P384, KeyKind.P521, KeyKind.SECP256K1})
_ANY: Final = frozenset(KeyKind)
_ED25519: Final = frozenset({KeyKind.ED25519})
_SECP256K1: Final = frozenset({KeyKind.SECP256K1})

_MULTIBASE: Final = "publicKeyMultibase"
_JWK: Final = "publicKeyJwk"
_BASE58: Final = "publicKeyBase58"
_MATERIAL: Final = (_MULTIBASE, _JWK, _BASE58)

_TYPES: Final[Mapping[str, tuple[frozenset[KeyKind], tuple[str, ...]]]] = MappingProxyType(
    {
        "Multikey": (_ANY, (_MULTIBASE,)),
        "JsonWebKey": (_ANY, (_JWK,)),
        "JsonWebKey2020": (_ANY, (_JWK,)),
        "Ed25519VerificationKey2018": (_ED25519, _MATERIAL),
        "Ed25519VerificationKey2020": (_ED25519, _MATERIAL),
        "EcdsaSecp256k1VerificationKey2019": (_SECP256K1, _MATERIAL),
        "EcdsaSecp256r1VerificationKey2019": (frozenset({KeyKind.P256}), _MATERIAL),
        "P256Key2021": (frozenset({KeyKind.P256}), _MATERIAL),
        "P384Key2021": (frozenset({KeyKind.P384}), _MATERIAL),
        "P521Key2021": (frozenset({KeyKind.P521}), _MATERIAL),
        "EcdsaMultikey": (_ECDSA, (_MULTIBASE,)),
        "RsaVerificationKey2018": (frozenset({KeyKind.RSA}), (_JWK,)),
    }
)
"""By type: the kinds of key that it stands for, and the members that may hold one."""

_SECRETS: Final = ("secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk", "privateKeyBase58")


def read_key(method: JsonObject, limits: Limits) -> tuple[str, PublicKey]:
    """The type and the key of a verification method.

    Raises:
        ProblemError: `key.malformed` for an unknown type, a key of another kind than its type's, none or several
            keys, or private ones; `key.weak`; `key.unauthorized` (a JWK for another use); `limit.exceeded`.
    """
    name = method.get("type")
    known = _TYPES.get(name) if isinstance(name, str) else None
    if not isinstance(name, str) or known is None:  # CHECK: unknown types of methods
        raise refuse("key.malformed", "The verification method's type is not known here.", found=name)
    for secret in _SECRETS:
        if secret in method:  # CHECK: private keys
            raise refuse("key.malformed", f"The verification method shows its `{secret}`: the key is not private.")
    kinds, members = known
    present = [member for member in _MATERIAL if member in method]
    if len(present) != 1 or present[0] not in members:  # CHECK: several keys in one method
        raise refuse(
            "key.malformed",
            f"A verification method of type {name} has one key.",
            expected=" or ".join(members),
            found=" and ".join(present) or "none",
        )
    key = _read_material(present[0], method[present[0]], kinds, limits)
    if key.kind not in kinds:  # CHECK: keys of another kind
        raise refuse(
            "key.malformed",
            f"A verification method of type {name} has a key of another kind.",
            expected=" or ".join(sorted(kinds)),
            found=key.kind.value,
        )
    return name, key


def _read_material(member: str, value: JsonValue, kinds: frozenset[KeyKind], limits: Limits) -> PublicKey:
    if member == _JWK:
        return PublicKey.from_jwk(value, limits)
    if not isinstance(value, str):  # CHECK: keys that are no text
        raise refuse("key.malformed", f"The verification method's `{member}` is not text.", found=value)
    if member == _MULTIBASE:
        return PublicKey.from_multikey(value, limits)
    (kind,) = kinds  # types with bare base58 stand for one kind
    return PublicKey.from_base58(kind, value, limits)


def read_date(method: JsonObject, member: str) -> datetime | None:
    """The instant of `revoked` or `expires`, or None where it is absent.

    Raises:
        ProblemError: `key.malformed` where it is not a dateTimeStamp.
    """
    value = method.get(member)
    if value is None:
        return None
    stamp = parse_stamp(value) if isinstance(value, str) else None
    if stamp is None:  # CHECK: dates that are none
        raise refuse("key.malformed", f"The verification method's `{member}` is not a dateTimeStamp.", found=value)
    return stamp.instant
