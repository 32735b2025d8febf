"""Status lists that cases bring with them, the same bytes at every run and with every zlib."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from cases.documents import COLLEGE, V1, V2, VALID_FROM, changed, profile
from cases.keyring import Key, b64url
from cases.signing import Json, sign

ENTRIES = 131_072
"""Entries of every list that does not say otherwise: the fewest that there may be."""
LIST = "https://college.example/status/3"
STATUS_2021 = "https://w3id.org/vc/status-list/2021/v1"
REVOCATION_2020 = "https://w3id.org/vc-revocation-list-2020/v1"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def bits(values: Mapping[int, int] | None = None, *, size: int = 1, entries: int = ENTRIES) -> bytes:
    """The bits of a list: by index, the values that are not zero."""
    whole = bytearray(entries * size // 8)
    for index, value in (values or {}).items():
        for offset in range(size):
            if value >> (size - 1 - offset) & 1:
                position = index * size + offset
                whole[position >> 3] |= 0x80 >> (position & 7)
    return bytes(whole)


def gzipped(data: bytes) -> bytes:
    """One gzip member: fixed Huffman codes, and runs of one byte as matches (RFC 1951 §3.2.6, RFC 1952)."""
    stream = _Bits()
    stream.put(0b1, 1)
    stream.put(0b01, 2)
    at = 0
    while at < len(data):
        if at and data[at - 1] == data[at] and data[at : at + 258] == data[at : at + 1] * 258:
            stream.code(0xC5, 8)  # length 258
            stream.code(0, 5)  # distance 1
            at += 258
            continue
        byte = data[at]
        stream.code(*((0x30 + byte, 8) if byte < 144 else (0x190 + byte - 144, 9)))
        at += 1
    stream.code(0, 7)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return head + stream.bytes() + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


class _Bits:
    """A stream of bits, lowest first; Huffman codes enter it highest bit first."""

    def __init__(self) -> None:
        self._done = bytearray()
        self._held = 0
        self._count = 0

    def put(self, value: int, count: int) -> None:
        self._held |= value << self._count
        self._count += count
        while self._count >= 8:
            self._done.append(self._held & 0xFF)
            self._held >>= 8
            self._count -= 8

    def code(self, value: int, count: int) -> None:
        self.put(int(f"{value:0{count}b}"[::-1], 2), count)

    def bytes(self) -> bytes:
        return bytes(self._done) + (bytes([self._held]) if self._count else b"")


def encoded(data: bytes) -> str:
    """`encodedList` of a Bitstring Status List."""
    return "u" + b64url(gzipped(data))


def entry(index: object = "7", purpose: str | None = "revocation", url: str | None = LIST, **members: Any) -> Json:
    """A BitstringStatusListEntry; None leaves a member out."""
    return changed(
        {
            "id": f"{url}#{index}" if url and isinstance(index, str) and index.isascii() and index.isdigit() else None,
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": index,
            "statusListCredential": url,
        },
        members,
    )


def status_list(
    values: Mapping[int, int] | None = None,
    *,
    issuer: Key = COLLEGE,
    purpose: object = "revocation",
    url: str | None = LIST,
    size: int = 1,
    entries: int = ENTRIES,
    subject: Json | None = None,
    **members: Any,
) -> Json:
    """An unsecured BitstringStatusListCredential; `subject` adds to its list or replaces, None removes."""
    listed = {
        "id": f"{url or LIST}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": encoded(bits(values, size=size, entries=entries)),
    }
    return changed(
        {
            "@context": [V2],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer.did,
            "validFrom": VALID_FROM,
            "credentialSubject": changed(listed, subject or {}),
        },
        members,
    )


def signed_list(
    values: Mapping[int, int] | None = None, *, issuer: Key = COLLEGE, suite: str = "eddsa-rdfc-2022", **more: Any
) -> Json:
    """A signed list of bits."""
    return sign(status_list(values, issuer=issuer, **more), issuer, suite)


def list_2021(values: Mapping[int, int] | None = None, **subject: Any) -> Json:
    """A signed StatusList2021Credential, base64url without multibase."""
    return _older(
        [V1, STATUS_2021],
        "StatusList2021",
        {"statusPurpose": "revocation", "encodedList": b64url(gzipped(bits(values)))} | subject,
    )


def list_2020(values: Mapping[int, int] | None = None) -> Json:
    """A signed RevocationList2020Credential, in plain base64 with padding as its first writers had it."""
    packed = base64.b64encode(gzipped(bits(values))).decode()
    return _older([V1, REVOCATION_2020], "RevocationList2020", {"encodedList": packed})


def _older(contexts: list[str], kind: str, listed: Json) -> Json:
    document = {
        "@context": [*contexts, "https://w3id.org/security/data-integrity/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", f"{kind}Credential"],
        "issuer": COLLEGE.did,
        "issuanceDate": VALID_FROM,
        "credentialSubject": {"id": f"{LIST}#list", "type": kind, **listed},
    }
    return sign(document, COLLEGE)


def revocation_list(*entries: Any, issuer: object = None, url: str = LIST, **members: Any) -> Json:
    """A 1EdTech revocation list: plain JSON."""
    return changed(
        {"id": url, "issuer": issuer or profile(COLLEGE), "revokedCredential": list(entries)},
        members,
    )
