"""Status lists: from the encoded list to an entry's value. Pure: nothing here loads or trusts.

Bitstring Status List 1.0 §2, §3.2      multibase base64url of gzip
StatusList2021, RevocationList2020      base64url of gzip, without the multibase prefix
1EdTech revocation list                 JSON that names the revoked credentials
"""

from __future__ import annotations

import zlib
from typing import Final

from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import Limits, exceeded
from vcverify.multiformats import base64url_decode
from vcverify.problems import refuse

MINIMUM_ENTRIES: Final = 131_072
"""Entries that a list must have for the privacy of its holders (BSL §2.2)."""

_GZIP: Final = 16 + zlib.MAX_WBITS


def decode_list(encoded: str, limits: Limits, *, multibase: bool) -> bytes:
    """The bits of a list, first entry in the highest bit of the first byte.

    Raises:
        ProblemError: `status.malformed` (not base64url of one gzip member), `limit.exceeded`.
    """
    if multibase:
        if not encoded.startswith("u"):
            raise refuse(
                "status.malformed",
                "The `encodedList` is not multibase base64url.",
                expected="text that begins with u",
                found=encoded,
                spec="BSL §2.2",
            )
        encoded = encoded[1:]
    packed = base64url_decode(
        encoded.rstrip("=") if not multibase else encoded, limit=limits.status_list_bytes * 2, code="status.malformed"
    )
    inflate = zlib.decompressobj(_GZIP)
    try:
        bits = inflate.decompress(packed, limits.status_list_inflated_bytes + 1)
    except zlib.error as error:
        raise refuse("status.malformed", f"The list is not gzip: {error}.", spec="RFC 1952") from None
    if len(bits) > limits.status_list_inflated_bytes:
        raise exceeded("bytes of an inflated status list", limits.status_list_inflated_bytes, "more")
    if not inflate.eof or inflate.unused_data:
        raise refuse(
            "status.malformed",
            "The list is not exactly one gzip member.",
            expected="one whole member",
            found="an unfinished one" if not inflate.eof else "more after it",
            spec="RFC 1952 §2.2",
        )
    return bits


def read_index(text: str) -> int:
    """The index that an entry names, in ASCII digits.

    Raises:
        ProblemError: `status.malformed`.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise refuse(
            "status.malformed", "The index is not a whole number.", expected="ASCII digits", found=text, spec="BSL §2.1"
        )
    return int(text)


def look_up(bits: bytes, index: int, size: int = 1) -> int:
    """The value of the entry at `index` where each has `size` bits (BSL §3.2, steps 8 to 12).

    Raises:
        ProblemError: `status.malformed` where the list has no such entry.
    """
    start = index * size
    if start + size > len(bits) * 8:
        raise refuse(
            "status.malformed",
            "The index is beyond the end of the list.",
            expected=f"below {len(bits) * 8 // size:,}",
            found=f"{index:,}",
            spec="BSL §3.2 RANGE_ERROR",
        )
    value = 0
    for position in range(start, start + size):
        value = value << 1 | bits[position >> 3] >> (7 - (position & 7)) & 1
    return value


def revocation(document: JsonObject, credential_id: str) -> JsonObject | None:
    """The entry that revokes a credential in a 1EdTech revocation list; None where there is none.

    An entry counts when its id is the credential's and `revoked` is true or absent.

    Raises:
        ProblemError: `status.malformed` where the list is not one.
    """
    entries: JsonValue = document.get("revokedCredential", [])
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise refuse("status.malformed", "`revokedCredential` is not a list of objects.", found=entries)
    for entry in entries:
        if isinstance(entry, dict) and entry.get("id") == credential_id and entry.get("revoked", True) is not False:
            return entry
    return None
