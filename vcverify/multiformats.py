"""Multibase, multicodec, multihash and digestSRI: text to bytes, strictly, in bounded time.

Base58btc and base64url are ours, because every proof and key passes through them; the other bases
are those of the `multiformats` library, imported when one is met. A decoder says with `code` and
`pointer` what a failure means where it is called: a key, a proof value, a digest.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import Final

from vcverify.limits import exceeded
from vcverify.problems import ProblemError, quote, refuse

_BASE58: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_DIGITS: Final = bytes(_BASE58.find(byte) & 0xFF for byte in range(256))
_BASE64URL: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_URL_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_URL_ONLY: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
"""To the standard alphabet; what only that has becomes what it does not have."""
_STANDARD_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_PADDING: Final = (b"", b"", b"==", b"=")
_SPARE_BITS: Final = {2: b"AQgw", 3: b"AEIMQUYcgkosw048"}
"""By `length % 4`: the last characters whose unused bits are zero (RFC 4648 §3.5)."""


def base58_decode(text: str, *, limit: int, code: str = "input.malformed", pointer: str = "") -> bytes:
    """The bytes of base58btc text without a multibase prefix. Quadratic, hence `limit` characters.

    Raises:
        ProblemError: `limit.exceeded`; `code` for a character outside the alphabet.
    """
    length = len(text)
    if length > limit:  # CHECK: long base58
        raise exceeded("characters of base58", limit, length, pointer)
    raw = text.encode("ascii", "replace")
    strangers = raw.translate(None, _BASE58)
    if strangers:  # CHECK: characters outside of base58
        raise refuse(
            code,
            f"{quote(strangers[:1].decode())!r} is not a base58 character.",
            pointer,
            found=text,
            spec="CID 1.0 §2.4",
        )
    digits = raw.translate(_BASE58_DIGITS)
    head = length % 4
    value = 0
    for digit in digits[:head]:
        value = value * 58 + digit
    rest = iter(digits[head:])
    for first, second, third, fourth in zip(rest, rest, rest, rest, strict=True):
        value = value * 11_316_496 + ((first * 58 + second) * 58 + third) * 58 + fourth  # 58 ** 4
    zeros = length - len(raw.lstrip(b"1"))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def base58_encode(data: bytes) -> str:
    """Base58btc text of the bytes, without a multibase prefix."""
    value = int.from_bytes(data, "big")
    digits = bytearray()
    while value:
        value, digit = divmod(value, 58)
        digits.append(_BASE58[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    digits.extend(b"1" * zeros)
    return digits[::-1].decode("ascii")


def base64url_decode(
    text: str | bytes, *, limit: int | None = None, code: str = "input.malformed", pointer: str = ""
) -> bytes:
    """The bytes of base64url text: its own alphabet, no padding, unused bits zero (RFC 7515 §2).

    Raises:
        ProblemError: `limit.exceeded` past `limit` characters; `code` for any other form.
    """
    if limit is not None and len(text) > limit:  # CHECK: long base64url
        raise exceeded("characters of base64url", limit, len(text), pointer)
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    remainder = len(raw) & 3
    if remainder == 1:
        reason = "its length is impossible"
    elif remainder and raw[-1] not in _SPARE_BITS[remainder]:
        reason = "the unused bits of its last character are not zero"
    else:
        try:
            return binascii.a2b_base64(raw.translate(_URL_ONLY) + _PADDING[remainder], strict_mode=True)
        except binascii.Error:
            reason = "it has characters outside the alphabet"
    if raw.translate(None, _BASE64URL):
        reason = "it has characters outside the alphabet"
    raise refuse(code, f"Not base64url: {reason}.", pointer, found=raw.decode("latin-1"), spec="RFC 4648 §3.5, §5")


def base64url_encode(data: bytes) -> str:
    """Base64url text of the bytes, without padding."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_STANDARD_TO_URL).decode("ascii")


def multibase_decode(
    text: str, *, limit: int, bases: str | None = None, code: str = "proof.malformed", pointer: str = ""
) -> bytes:
    """The bytes of multibase text (CID 1.0 §2.4). `bases` names the prefixes that are legal here, e.g. `"z"`.

    Raises:
        ProblemError: `limit.exceeded` past `limit` characters, the prefix included; `code` for a prefix that
            is unknown or not legal here and for text that its base does not have.
    """
    if len(text) > limit:  # CHECK: long multibase
        raise exceeded("characters of multibase", limit, len(text), pointer)
    prefix = text[:1]
    if not prefix or (bases is not None and prefix not in bases):  # CHECK: other bases
        raise refuse(
            code,
            f"The multibase prefix {quote(prefix)!r} does not stand for a base that is used here.",
            pointer,
            expected=None if bases is None else " or ".join(bases),
            found=text,
            spec="CID 1.0 §2.4",
        )
    if prefix == "z":
        return base58_decode(text[1:], limit=limit, code=code, pointer=pointer)
    if prefix == "u":
        return base64url_decode(text[1:], code=code, pointer=pointer)
    return _other_base(text, code, pointer)


def _other_base(text: str, code: str, pointer: str) -> bytes:
    from multiformats import multibase  # 63 ms

    try:
        data: bytes = multibase.decode(text)
        encoding = multibase.get(code=text[0])
        canonical: str = encoding.encode(data)
    except (KeyError, ValueError) as error:
        # CHECK: digits outside of the base
        raise refuse(code, f"Not multibase: {quote(str(error))}", pointer, found=text) from None
    # Bases of one letter case read the other as well, and the library pads some that are not padded; anything
    # else that reads twice is not canonical.
    # CHECK: other spellings of the same bytes
    if canonical != text and canonical.rstrip("=").lower() != text.rstrip("=").lower():
        raise refuse(code, "The multibase text is not the canonical one.", pointer, expected=canonical, found=text)
    return data


def varint(data: bytes, *, code: str = "key.malformed", pointer: str = "") -> tuple[int, bytes]:
    """The unsigned varint at the beginning, and what follows it.

    Raises:
        ProblemError: `code` where it does not end within 9 bytes, or is longer than its number needs.
    """
    value = 0
    for position, byte in enumerate(data[:9]):
        value |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:
            if byte == 0 and position:
                break
            return value, data[position + 1 :]
    raise refuse(
        code,
        "The multiformat code is not a varint of minimal form.",
        pointer,
        found=data[:9].hex(),
        spec="Multiformats unsigned-varint",
    )


def encode_varint(value: int) -> bytes:
    """The minimal varint of a number from 0."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


_MULTIHASHES: Final = {
    0x12: "sha256",
    0x13: "sha512",
    0x20: "sha384",
    0x14: "sha3_512",
    0x15: "sha3_384",
    0x16: "sha3_256",
}

_BARE: Final = {32: "sha256", 48: "sha384", 64: "sha512"}
"""Functions by the length of their digests; a multihash is two bytes longer than its digest."""

_SRI_STRENGTH: Final = ("sha256", "sha384", "sha512")
_SRI_HASH: Final = re.compile(r"([A-Za-z0-9]+)-([A-Za-z0-9+/_-]+={0,2})(?:\?[\x21-\x7e]*)?")
_DIGEST_CHARACTERS: Final = 1_024


def multihash_digest(data: bytes, *, code: str = "related.digest", pointer: str = "") -> tuple[str, bytes]:
    """The `hashlib` name and the digest that a multihash says (CID 1.0 §2.5).

    Raises:
        ProblemError: `code` for an unknown function or a digest of another length.
    """
    function, rest = varint(data, code=code, pointer=pointer)
    length, digest = varint(rest, code=code, pointer=pointer)
    name = _MULTIHASHES.get(function)
    if name is None:  # CHECK: unknown hash functions
        raise refuse(code, f"The hash function {function:#x} is not known here.", pointer, spec="CID 1.0 §2.5")
    if length != len(digest) or length != hashlib.new(name).digest_size:  # CHECK: digests of another length
        raise refuse(code, f"The digest is not one of {name}.", pointer, found=data.hex(), spec="CID 1.0 §2.5")
    return name, digest


def digest_multibase_matches(body: bytes, declared: str, *, pointer: str = "") -> bool:
    """Whether `digestMultibase` is the digest of the body (VCDM 2.0 §5.3).

    Raises:
        ProblemError: `related.digest` where it cannot be read.
    """
    name, digest = multibase_digest(declared, pointer=pointer)
    return hashlib.new(name, body).digest() == digest


def multibase_digest(declared: str, *, pointer: str = "") -> tuple[str, bytes]:
    """The `hashlib` name and the digest that a `digestMultibase` says.

    It should be a multihash; the W3C's own test suite writes the bare digest, whose length says of which function.

    Raises:
        ProblemError: `related.digest` where it cannot be read.
    """
    data = multibase_decode(declared, limit=_DIGEST_CHARACTERS, code="related.digest", pointer=pointer)
    bare = _BARE.get(len(data))
    return multihash_digest(data, pointer=pointer) if bare is None else (bare, data)


def digest_sri_matches(body: bytes, declared: str, *, pointer: str = "") -> bool:
    """Whether `digestSRI` is the digest of the body: one of its strongest function's has to be (SRI §3.3.4).

    Raises:
        ProblemError: `related.digest` where it cannot be read or names only functions that are not known here.
    """
    name, digests = sri_digests(declared, pointer=pointer)
    return hashlib.new(name, body).digest() in digests


def sri_digests(declared: str, *, pointer: str = "") -> tuple[str, list[bytes]]:
    """The strongest function that a `digestSRI` names, by its `hashlib` name, and its digests (SRI §3.3.4).

    Raises:
        ProblemError: as `digest_sri_matches`.
    """
    if len(declared) > _DIGEST_CHARACTERS:
        raise exceeded("characters of a digest", _DIGEST_CHARACTERS, len(declared), pointer)
    digests: dict[str, list[bytes]] = {}
    for item in declared.split():
        match = _SRI_HASH.fullmatch(item)
        if match is None:  # CHECK: texts that are no digest
            raise _unreadable_sri(declared, pointer)
        if match[1] in _SRI_STRENGTH:
            digests.setdefault(match[1], []).append(_sri_digest(match[1], match[2], declared, pointer))
    for name in reversed(_SRI_STRENGTH):
        if name in digests:
            return name, digests[name]
    raise _unreadable_sri(declared, pointer)


def _sri_digest(name: str, text: str, declared: str, pointer: str) -> bytes:
    try:
        digest = binascii.a2b_base64(text.encode("ascii").translate(_URL_TO_STANDARD), strict_mode=True)
    except binascii.Error:
        raise _unreadable_sri(declared, pointer) from None  # CHECK: base64 that is none
    if len(digest) != hashlib.new(name).digest_size:  # CHECK: digests cut short
        raise _unreadable_sri(declared, pointer)
    return digest


def _unreadable_sri(declared: str, pointer: str) -> ProblemError:
    return refuse(
        "related.digest",
        "The digest cannot be read.",
        pointer,
        expected="sha256-, sha384- or sha512- and base64",
        found=declared,
        spec="VCDM 2.0 §5.3; SRI §3.5",
    )
