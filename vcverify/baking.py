"""Credentials baked into images (Open Badges 3.0 §5.3, CLR 2.0): PNG and SVG to the credential inside, and back.

Exactly one credential is in an image, in the one place that the standard names; an image that holds
two would show one reader the first and another the second. Everything is bounded before it is built.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final

from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.problems import ProblemError, quote, refuse

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORDS: Final = ("openbadgecredential", "clrcredential")
NAMESPACES: Final = ("https://purl.imsglobal.org/ob/v3p0", "https://purl.imsglobal.org/clr/v2p0")
_SPEC: Final = "OB 3.0 §5.3"
_CRITICAL_BYTES: Final = 2**31 - 1
_DEPTH: Final = 256
"""Elements inside each other in an SVG; drawings have a few dozen."""

_SUBSET: Final = re.compile(rb"<!DOCTYPE[^>\[]*\[")
"""A document type with declarations of its own; SVG's published one is only named, and never loaded."""

_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def is_image(data: bytes) -> bool:
    """Whether the bytes begin like a PNG or like XML."""
    return data.startswith(PNG_SIGNATURE) or data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def extract(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The credential inside an image, JSON or a token; the data itself where it is no image.

    Raises:
        ProblemError: `input.malformed` (broken image, no credential or several), `limit.exceeded`.
    """
    if not is_image(data):
        return data
    if data.startswith(PNG_SIGNATURE):
        if len(data) > limits.image_bytes:
            raise exceeded("bytes of an image", limits.image_bytes, len(data))
        return _from_png(data, limits)
    if len(data) > limits.svg_bytes:
        raise exceeded("bytes of an SVG", limits.svg_bytes, len(data))
    return _from_svg(data)


def bake(image: bytes, credential: bytes, *, record: bool = False, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The image with the credential inside.

    Args:
        image: A PNG or an SVG without a credential.
        credential: UTF-8 JSON or a compact token.
        record: The credential is a CLR, whose place has another name.

    Raises:
        ProblemError: `input.malformed` where the image is not one, or has a credential already.
    """
    text = credential.strip()
    if image.startswith(PNG_SIGNATURE):
        return _into_png(image, text, KEYWORDS[1] if record else KEYWORDS[0], limits)
    if is_image(image):
        return _into_svg(image, text.decode("utf-8"), NAMESPACES[1] if record else NAMESPACES[0], limits)
    raise _broken("neither a PNG nor an SVG")


def _broken(reason: str, **more: Any) -> ProblemError:
    return refuse(
        "input.malformed",
        f"Not a usable image: {reason}.",
        spec=_SPEC,
        remedy="Send the image as the issuer made it; editors and messengers drop what is inside.",
        **more,
    )


# --- PNG ------------------------------------------------------------------------------------------


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Type and body of each chunk, up to IEND (PNG §5.3)."""
    view = memoryview(data)
    at = len(PNG_SIGNATURE)
    while True:
        if at + 12 > len(view):
            raise _broken("the PNG is cut off")
        length, kind = struct.unpack_from(">I4s", view, at)
        if length > _CRITICAL_BYTES or at + 12 + length > len(view):
            raise _broken("a chunk is longer than the PNG", found=length)
        body = view[at + 8 : at + 8 + length]
        (stated,) = struct.unpack_from(">I", view, at + 8 + length)
        if zlib.crc32(view[at + 4 : at + 8 + length]) != stated:
            raise _broken(f"the checksum of a {quote(kind.decode('latin-1'))} chunk is wrong")
        yield kind, body
        at += 12 + length
        if kind == b"IEND":
            return


def _from_png(data: bytes, limits: Limits) -> bytes:
    found: bytes | None = None
    for kind, body in _chunks(data):
        if kind not in (b"iTXt", b"tEXt", b"zTXt"):
            continue
        keyword, _, rest = bytes(body[:80]).partition(b"\0")
        if keyword.decode("latin-1") not in KEYWORDS:
            continue
        if kind != b"iTXt":
            raise _broken("the credential is in a chunk of another kind", expected="iTXt", found=kind.decode())
        if found is not None:
            raise _broken("it holds more than one credential", expected="one")
        if len(body) > limits.image_text_bytes:
            raise exceeded("bytes of text in an image", limits.image_text_bytes, len(body))
        found = _text_of(bytes(body[len(keyword) + 1 :]), rest[:1])
    if found is None:
        raise _broken("no credential is in the PNG", expected=" or ".join(KEYWORDS))
    return found


def _text_of(rest: bytes, flag: bytes) -> bytes:
    """The text of an iTXt body after its keyword: flag, method, language, translated keyword, text."""
    if flag != b"\0":
        raise _broken("the credential is compressed", expected="uncompressed text")
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3:
        raise _broken("the text chunk is not well formed")
    try:
        parts[2].decode("utf-8")
    except UnicodeDecodeError:
        raise _broken("the credential's text is not UTF-8") from None
    return parts[2]


def _into_png(image: bytes, text: bytes, keyword: str, limits: Limits) -> bytes:
    body = keyword.encode() + b"\0\0\0\0\0" + text
    if len(body) > limits.image_text_bytes:
        raise exceeded("bytes of text in an image", limits.image_text_bytes, len(body))
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    for kind, held in _chunks(image):
        if kind in (b"iTXt", b"tEXt", b"zTXt") and bytes(held[:80]).partition(b"\0")[0].decode("latin-1") in KEYWORDS:
            raise _broken("it holds a credential already")
    end = image.rindex(b"\0\0\0\0IEND")
    return image[:end] + chunk + image[end:]


# --- SVG ------------------------------------------------------------------------------------------


class _Collector:
    """Takes from the parser what belongs to a credential element, and forgets the drawing."""

    def __init__(self) -> None:
        self.found: list[tuple[str | None, list[str]]] = []
        self._depth = 0
        self._inside: list[int] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise exceeded("elements of an SVG inside each other", _DEPTH, "more")
        if tag in _TAGS:
            self.found.append((attributes.get("verify"), []))
            self._inside.append(self._depth)

    def end(self, tag: str) -> None:
        if self._inside and self._inside[-1] == self._depth:
            self._inside.pop()
        self._depth -= 1

    def data(self, text: str) -> None:
        if self._inside:
            self.found[-1][1].append(text)

    def close(self) -> None:
        """Nothing is built."""


_TAGS: Final = frozenset(f"{{{namespace}}}credential" for namespace in NAMESPACES)


def _credentials(data: bytes) -> list[tuple[str | None, list[str]]]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, XMLParser

    declared = _DECLARED.match(data[:512].lstrip(b"\xef\xbb\xbf \t\r\n"))
    if declared is not None and declared[1].lower() != b"utf-8":
        raise _broken("the SVG is not UTF-8", expected="UTF-8", found=declared[1].decode())
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise _broken("the SVG is not UTF-8") from None
    if _SUBSET.search(data):
        raise _broken("the SVG has a document type of its own making", expected="none, or SVG's")
    collector = _Collector()
    parser = XMLParser(target=collector, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        raise _broken(f"the SVG is not well formed: {quote(str(error))}") from None
    except DefusedXmlException:
        raise _broken("the SVG has entities", expected="none") from None
    return collector.found


def _from_svg(data: bytes) -> bytes:
    found = _credentials(data)
    if not found:
        raise _broken("no credential is in the SVG", expected=f"one `credential` element of {NAMESPACES[0]}")
    if len(found) > 1:
        raise _broken("it holds more than one credential", expected="one", found=len(found))
    token, texts = found[0]
    text = "".join(texts).strip()
    if token and text:
        raise _broken("the credential is there as a token and as JSON", expected="one of them")
    if not token and not text:
        raise _broken("the credential element is empty")
    return (token or text).encode("utf-8")


def _into_svg(image: bytes, text: str, namespace: str, limits: Limits) -> bytes:
    if len(image) > limits.svg_bytes:
        raise exceeded("bytes of an SVG", limits.svg_bytes, len(image))
    if _credentials(image):
        raise _broken("it holds a credential already")
    opening = re.search(rb"<(?:[A-Za-z_][\w.-]*:)?svg\b[^>]*?(/?)>", image)
    if opening is None or opening[1]:
        raise _broken("no `svg` element that can hold a credential")
    if text.startswith("{"):
        inner = "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
        element = f'<openbadges:credential xmlns:openbadges="{namespace}">{inner}</openbadges:credential>'
    else:
        element = f'<openbadges:credential xmlns:openbadges="{namespace}" verify="{text}"></openbadges:credential>'
    return image[: opening.end()] + element.encode("utf-8") + image[opening.end() :]
