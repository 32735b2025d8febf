"""Status lists: from the encoded list to an entry's value. Pure: nothing here loads or trusts.

Bitstring Status List 1.0 §2, §3.2      multibase base64url of gzip
StatusList2021, RevocationList2020      base64 of gzip, without the multibase prefix
1EdTech revocation list                 JSON that names the revoked credentials
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar
from urllib.parse import unquote

from vcverify.jsontypes import JsonObject, as_list, loads
from vcverify.limits import Limits, exceeded
from vcverify.multiformats import base64url_decode
from vcverify.problems import Problem, ProblemError, refuse

MINIMUM_ENTRIES: Final = 131_072
"""Entries that a list must have for the privacy of its holders (BSL §2.2)."""

MAXIMUM_SIZE: Final = 64
"""Bits of one entry that are still read."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_TO_URL: Final = str.maketrans("+/", "-_")

_OF_EMPTY_LISTS: Final = frozenset({"@context", "type", "id", "issuer", "revokedCredential"})
"""What a revocation list may hold that has no entries: a further member may be its entries, misspelled."""

Revocations: TypeAlias = Mapping[str, JsonObject]
"""The entries of a 1EdTech revocation list that revoke, by the normal form of the credential's id."""


def decode_list(encoded: str, limits: Limits, *, multibase: bool, room: int | None = None) -> bytes:
    """The bits of a list, first entry in the highest bit of the first byte.

    Args:
        multibase: Whether the text begins with the `u` of multibase. Without it, both alphabets of
            base64 and padding are taken: the older specifications leave that open.
        room: Bytes that it may inflate to; `Limits.status_list_inflated_bytes` unless given.

    Raises:
        ProblemError: `status.malformed` (not base64 of one gzip member), `limit.exceeded`.
    """
    if not multibase:
        encoded = encoded.rstrip("=").translate(_TO_URL)
    elif encoded.startswith("u"):
        encoded = encoded[1:]
    else:
        raise refuse(
            "status.malformed",
            "The `encodedList` is not multibase base64url.",
            expected="text that begins with u",
            found=encoded,
            spec="BSL §2.2",
        )
    packed = base64url_decode(encoded, limit=limits.status_list_bytes * 2, code="status.malformed")
    most = limits.status_list_inflated_bytes if room is None else room
    inflate = zlib.decompressobj(_GZIP)
    try:
        bits = inflate.decompress(packed, most + 1)
    except zlib.error as error:
        # CHECK: what is not gzip
        raise refuse("status.malformed", f"The list is not gzip: {error}.", spec="RFC 1952") from None
    if len(bits) > most:  # CHECK: inflation without bound
        raise exceeded("bytes of inflated status lists", limits.status_list_inflated_bytes, "more")
    if not inflate.eof or inflate.unused_data:  # CHECK: further or cut-off gzip members
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
    if not (text.isascii() and text.isdigit() and len(text) <= 15):  # CHECK: an index that is no number
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
    if start + size > len(bits) * 8:  # CHECK: an index past the end
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


def read_message(text: str) -> int | None:
    """The value that a `status` of a status message stands for (`0x1f`); None where it is none (BSL §2.1)."""
    try:
        return int(text, 16) if text.isascii() and text.isalnum() and len(text) <= MAXIMUM_SIZE // 4 + 2 else None
    except ValueError:
        return None


def revocations(body: bytes, url: str, limits: Limits) -> tuple[JsonObject, Revocations]:
    """A 1EdTech revocation list, and its entries that revoke.

    An entry revokes when its `revoked` is true or absent.

    Raises:
        ProblemError: `status.malformed` where it is no such list, `limit.exceeded`.
    """
    try:
        document = loads(body, limits, max_bytes=limits.status_list_bytes)
    except ProblemError as error:
        if error.problem.code != "input.malformed":  # CHECK: limits in a revocation list
            raise
        raise refuse("status.malformed", f"The revocation list is not JSON: {error.problem.detail}") from None
    if not isinstance(document, dict):  # CHECK: a revocation list that is no object
        raise refuse("status.malformed", "The revocation list is not an object.", found=document)
    named = document.get("revokedCredential") is not None
    lacking = [name for name in ("id", "issuer") if not document.get(name)]
    # CHECK: JSON that is no revocation list
    if lacking or not (named or document.keys() <= _OF_EMPTY_LISTS):
        raise refuse(
            "status.malformed",
            "The JSON is no revocation list.",
            expected=", ".join(f"`{name}`" for name in lacking) or "`revokedCredential`",
            found=document,
        )
    if document["id"] != url:  # CHECK: another's revocation list
        raise refuse(
            "status.malformed",
            "The revocation list is another's: its id is not the URL it came from.",
            expected=url,
            found=document["id"],
        )
    revoking: dict[str, JsonObject] = {}
    for entry in as_list(document.get("revokedCredential")):
        name = entry.get("id") if isinstance(entry, dict) else None
        said = entry.get("revoked", True) if isinstance(entry, dict) else None
        # CHECK: entries that cannot be read
        if not isinstance(entry, dict) or not isinstance(name, str) or not isinstance(said, bool):
            raise refuse(
                "status.malformed",
                "An entry of `revokedCredential` cannot be read.",
                expected="an object with an `id`, and `revoked` true, false or absent",
                found=entry,
            )
        if said:
            revoking.setdefault(normal_id(name), entry)
    return document, revoking


def normal_id(name: str) -> str:
    """The form in which ids of credentials are compared (Open Badges 3.0, Credential Equality: decoded, trimmed)."""
    return unquote(name.strip())


_Key = TypeVar("_Key")
_Read = TypeVar("_Read")


class Lists:
    """The lists of one run: each read once, all together inflated within the limit."""

    __slots__ = ("_bits", "_revocations", "_used")

    def __init__(self) -> None:
        self._bits: dict[tuple[str, bool], bytes | Problem] = {}
        self._revocations: dict[str, tuple[JsonObject, Revocations] | Problem] = {}
        self._used = 0

    def bits(self, url: str, encoded: str, limits: Limits, *, multibase: bool) -> bytes:
        """The bits of the list at a URL. Raises as `decode_list`."""

        def read() -> bytes:
            room = limits.status_list_inflated_bytes - self._used
            bits = decode_list(encoded, limits, multibase=multibase, room=room)
            self._used += len(bits)
            return bits

        return _once(self._bits, (url, multibase), read)

    def revocations(self, url: str, body: bytes, limits: Limits) -> tuple[JsonObject, Revocations]:
        """The 1EdTech revocation list at a URL. Raises as `revocations`."""
        return _once(self._revocations, url, lambda: revocations(body, url, limits))


def _once(held: dict[_Key, _Read | Problem], key: _Key, read: Callable[[], _Read]) -> _Read:
    """What `read` answered, or raised, the first time that it was asked for."""
    if key not in held:
        try:
            held[key] = read()
        except ProblemError as error:
            held[key] = error.problem
    found = held[key]
    if isinstance(found, Problem):
        raise ProblemError(found)
    return found
