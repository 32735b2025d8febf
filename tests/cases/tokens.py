"""Tokens by a path of its own: compact JWS and SD-JWT, from `json`, `base64` and raw keys."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cases.keyring import Key, b64url
from cases.signing import ALGORITHMS, Json

_P = int(
    "f3c2b6361cf96565fd0214938b8878da12f932f14e63a6409f1308ac75e4d6d63c821a5cccae7b66d8c084e52c57a168"
    "79ceba2bed163f5d1bafc3a4e5de288d4b61c23836679999818c10cd437512e40103035094e7ce239175c5a13bcbdb21"
    "3e950ce05cd00bd90259e745c06365055e1e73695aaff4cca91e30d9fab51971",
    16,
)
_Q = int(
    "f219b388d10a886409b41b4452a2ad355c22467a8363a17a178258fd4564fdea786df33223859a542fc4a6595ef10a3c"
    "a20b0e0315b45985716b73194999c255ea067575b5dad28c060626018576740477725813f8e12d482e2d6881a1b959e9"
    "e883bf13000b706490affa039991342ed53d5d6feb1ada9b2e7f53aa0cb1fe47",
    16,
)


def compact_json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def joined(header: Json | bytes, payload: Any, sign: Callable[[bytes], bytes]) -> str:
    """A compact JWS of any header and payload; bytes are taken as they are."""
    parts = [b64url(part if isinstance(part, bytes) else compact_json(part)) for part in (header, payload)]
    signing_input = ".".join(parts)
    return f"{signing_input}.{b64url(sign(signing_input.encode()))}"


def token(payload: Any, key: Key, *, typ: str | None = "vc+jwt", **header: Any) -> str:
    """A token by `key`, whose did:key method is its `kid`. Header members given replace, None removes."""
    members: Json = {"alg": ALGORITHMS[key.kind], "typ": typ, "kid": key.method} | header
    return joined({name: value for name, value in members.items() if value is not None}, payload, key.signature)


def seconds(text: str) -> int:
    """The NumericDate of a dateTimeStamp."""
    return int(datetime.fromisoformat(text).timestamp())


def claims(document: Json, **more: Any) -> Json:
    """The claims that Open Badges 3.0 §8.2.6 asks for beside a document. None removes one."""
    said: Json = {}
    issuer = document.get("issuer")
    if issuer is not None:
        said["iss"] = issuer["id"] if isinstance(issuer, dict) else issuer
    if "id" in document:
        said["jti"] = document["id"]
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and "id" in subject:
        said["sub"] = subject["id"]
    for claim, names in (("nbf", ("validFrom", "issuanceDate")), ("exp", ("validUntil", "expirationDate"))):
        for name in names:
            if name in document:
                said[claim] = seconds(document[name])
    return {name: value for name, value in (said | more).items() if value is not None}


def signed(document: Json, key: Key, *, typ: str | None = "vc+jwt", header: Json | None = None, **more: Any) -> str:
    """The token of a VCDM 2.0 document: the payload itself, with its claims. `more` are claims."""
    return token({**document, **claims(document, **more)}, key, typ=typ, **(header or {}))


def signed_v1(document: Json, key: Key, *, header: Json | None = None, **more: Any) -> str:
    """The token of a VCDM 1.1 credential: under the `vc` claim."""
    return token({**claims(document, **more), "vc": document}, key, typ="JWT", **(header or {}))


def envelope(text: str, kind: str = "vc", *, media: str | None = None, **members: Any) -> Json:
    """An EnvelopedVerifiableCredential (of `vp`: Presentation) of VCDM 2.0 §4.13."""
    name = "EnvelopedVerifiableCredential" if kind == "vc" else "EnvelopedVerifiablePresentation"
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:{media or f'application/{kind}+jwt'},{text}",
        "type": name,
        **members,
    }


def recoded(text: str, part: int, change: Callable[[str], str]) -> str:
    """The token with the text of one of its parts changed."""
    parts = text.split(".")
    parts[part] = change(parts[part])
    return ".".join(parts)


# RSA ------------------------------------------------------------------------------------------------


def _private() -> rsa.RSAPrivateKey:
    d = rsa.rsa_recover_private_exponent(65537, _P, _Q)
    numbers = rsa.RSAPrivateNumbers(
        p=_P,
        q=_Q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, _P),
        dmq1=rsa.rsa_crt_dmq1(d, _Q),
        iqmp=rsa.rsa_crt_iqmp(_P, _Q),
        public_numbers=rsa.RSAPublicNumbers(65537, _P * _Q),
    )
    return numbers.private_key()


def number(value: int) -> str:
    return b64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


RSA_JWK = {"kty": "RSA", "n": number(_P * _Q), "e": "AQAB"}


def rsa_signature(algorithm: str) -> Callable[[bytes], bytes]:
    """Signs by an RS or PS algorithm; the salt of PSS is a hash of the message, so that two runs agree."""
    name = f"SHA{algorithm[2:]}"
    if algorithm.startswith("RS"):
        return lambda message: _private().sign(message, padding.PKCS1v15(), getattr(hashes, name)())
    return lambda message: _pss(message, f"sha{algorithm[2:]}")


def _pss(message: bytes, name: str) -> bytes:
    """RFC 8017 §8.1.1 with §9.1.1, by the numbers."""
    size = hashlib.new(name).digest_size
    digest = hashlib.new(name, message).digest()
    salt = hashlib.new(name, b"salt" + message).digest()
    inner = hashlib.new(name, bytes(8) + digest + salt).digest()
    length = ((_P * _Q).bit_length() + 7) // 8
    block = bytes(length - 2 * size - 2) + b"\x01" + salt
    mask = b"".join(
        hashlib.new(name, inner + count.to_bytes(4, "big")).digest() for count in range(-(-len(block) // size))
    )
    masked = bytearray(one ^ other for one, other in zip(block, mask, strict=False))
    masked[0] &= 0x7F
    encoded = int.from_bytes(bytes(masked) + inner + b"\xbc", "big")
    d = rsa.rsa_recover_private_exponent(65537, _P, _Q)
    return pow(encoded, d, _P * _Q).to_bytes(length, "big")


# SD-JWT ---------------------------------------------------------------------------------------------


def digest(text: str, algorithm: str = "sha-256") -> str:
    return b64url(hashlib.new(algorithm.replace("-", ""), text.encode()).digest())


def disclosure(*parts: Any) -> str:
    """The text of a disclosure: a salt of its own before the name and value, or before the value."""
    salt = b64url(hashlib.sha256(b"salt" + compact_json(parts)).digest()[:16])
    return b64url(compact_json([salt, *parts]))


def hide(holder: Json, name: str, algorithm: str = "sha-256") -> str:
    """Hides a member of an object in place; answers its disclosure."""
    text = disclosure(name, holder.pop(name))
    holder.setdefault("_sd", []).append(digest(text, algorithm))
    holder["_sd"].sort()
    return text


def hide_item(items: list[Any], position: int, algorithm: str = "sha-256") -> str:
    """Hides an element of an array in place; answers its disclosure."""
    text = disclosure(items[position])
    items[position] = {"...": digest(text, algorithm)}
    return text


def selective(
    payload: Json,
    key: Key,
    disclosures: Sequence[str],
    *,
    binding: str = "",
    typ: str | None = "vc+sd-jwt",
    **header: Any,
) -> str:
    """An SD-JWT: the issuer's token, these disclosures, and a key binding if there is one."""
    return "~".join([token(payload, key, typ=typ, **header), *disclosures, binding])


def bound(text: str, holder: Key, *, algorithm: str = "sha-256", header: Json | None = None, **more: Any) -> str:
    """An SD-JWT with the holder's key binding at its end. `more` are claims of the binding; None removes one."""
    said: Json = {
        "iat": seconds("2026-05-31T12:00:00Z"),
        "aud": "https://registrar.example",
        "nonce": "c82f7883-42a1-4b78",
        "sd_hash": digest(text, algorithm),
    } | more
    payload = {name: value for name, value in said.items() if value is not None}
    return text + token(payload, holder, typ="kb+jwt", **({"kid": None} | (header or {})))


def deep(document: Json) -> Json:
    """A copy to hide members of."""
    return copy.deepcopy(document)
