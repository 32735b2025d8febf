"""Credentials in images: what is baked comes out again, and what comes out another reader finds too."""

from __future__ import annotations

import json
import struct
import zlib
from xml.etree import ElementTree

from vcverify.baking import KEYWORDS, NAMESPACES, PNG_SIGNATURE, bake, extract, is_image
from vcverify.limits import Limits
from vcverify.problems import ProblemError

LIMITS = Limits(image_bytes=262_144, image_text_bytes=65_536, svg_bytes=262_144)
_CODES = ("input.malformed", "limit.exceeded")

CREDENTIAL = b'{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"]}'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><circle r="1"/></svg>'


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG (§5.3)."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def deflated(data: bytes) -> bytes:
    """A zlib stream of one stored block: the same bytes with every zlib (RFC 1950, RFC 1951 §3.2.4)."""
    size = len(data)
    return b"\x78\x01\x01" + struct.pack("<HH", size, size ^ 0xFFFF) + data + struct.pack(">I", zlib.adler32(data))


PNG = (
    PNG_SIGNATURE
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", deflated(b"\0\x7f"))
    + chunk(b"IEND", b"")
)


def image(data: bytes) -> None:
    """One credential is in an image or none, and every reader finds the same.

    The data is read as an image, as one whose checksums were mended, and as a credential to be baked.
    """
    _extracted(data)
    if data.startswith(PNG_SIGNATURE):
        _extracted(mended(data))
        _baked(mended(data), CREDENTIAL)
    elif is_image(data):
        _baked(data, CREDENTIAL)
    else:
        _baked(PNG, data)
        _baked(SVG, data)


def mended(data: bytes) -> bytes:
    """The PNG with lengths and checksums that fit, so that chance gets past them."""
    out, at = bytearray(PNG_SIGNATURE), len(PNG_SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        length = min(length, len(data) - at - 8)
        out += chunk(kind, data[at + 8 : at + 8 + length])
        at += 12 + length
    return bytes(out)


def _extracted(data: bytes) -> None:
    try:
        found = extract(data, LIMITS)
    except ProblemError as error:
        assert error.problem.code in _CODES
        return
    if not is_image(data):
        assert found == data
    elif data.startswith(PNG_SIGNATURE):
        assert [found] == _texts_of_png(data)
    else:
        assert [found] == _texts_of_svg(data)


def _texts_of_png(data: bytes) -> list[bytes]:
    """Every credential up to IEND."""
    found, at, kind = [], len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        keyword, _, rest = body.partition(b"\0")
        if kind == b"iTXt" and keyword.decode("latin-1") in KEYWORDS:
            found.append(rest[2:].split(b"\0", 2)[2])
        at += 12 + length
    return found


def _texts_of_svg(data: bytes) -> list[bytes]:
    root = ElementTree.fromstring(data)
    elements = [element for element in root.iter() if element.tag in {f"{{{name}}}credential" for name in NAMESPACES}]
    return [(element.get("verify") or (element.text or "").strip()).encode() for element in elements]


def _baked(picture: bytes, credential: bytes) -> None:
    try:
        baked = bake(picture, credential, limits=LIMITS)
    except ProblemError as error:
        assert error.problem.code in (*_CODES, "jose.disclosure")
        return
    wanted = credential.strip(b" \t\r\n")
    found = extract(baked, LIMITS)
    # XML cannot hold every character that JSON can, so that some are escaped there.
    assert found == wanted or json.loads(found) == json.loads(wanted)
    try:
        bake(baked, credential, limits=LIMITS)
    except ProblemError as error:
        assert error.problem.code in _CODES
    else:
        raise AssertionError("a second credential was baked into the same image")
