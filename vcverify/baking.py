"""Credentials baked into images (Open Badges 3.0 §5.3, CLR 2.0): PNG and SVG to the credential inside, and back.

Exactly one credential is in an image, in the one place that the standard names; an image that holds
two would show one reader the first and another the second. Everything is bounded before it is built.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from vcverify.jose import read_compact, split_combined
from vcverify.jsontypes import JsonObject, as_list, loads
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.problems import ProblemError, quote, refuse
from vcverify.vocabulary import CLR_CREDENTIAL

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORDS: Final = ("openbadgecredential", "clrcredential")
NAMESPACES: Final = ("https://purl.imsglobal.org/ob/v3p0", "https://purl.imsglobal.org/clr/v2p0")
_PREFIXES: Final = ("openbadges", "clr")
_SPEC: Final = "OB 3.0 §5.3"
_KEYWORD_BYTES: Final = 79
"""PNG §11.3.4.2."""
_CHUNK_BYTES: Final = 2**31 - 1
"""PNG §5.3."""
_CHUNKS: Final = 65_536
"""Chunks of a PNG: 20 MiB in the smallest pieces that encoders write have a few thousand."""
_ELEMENTS: Final = 200_000
"""Elements of an SVG; the most detailed drawings have some ten thousand."""
_DEPTH: Final = 256
"""Elements inside each other in an SVG; drawings have a few dozen."""
_SPACE: Final = b" \t\r\n"
_TOKEN: Final = re.compile(rb"[A-Za-z0-9_.~-]+")
"""The characters of a compact token and of what is attached to it by tildes."""


def is_image(data: bytes) -> bool:
    """Whether the bytes begin like a PNG or like XML."""
    return data.startswith(PNG_SIGNATURE) or data[:512].lstrip(b"\xef\xbb\xbf" + _SPACE).startswith(b"<")


def extract(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The credential inside an image, JSON or a token; the data itself where it is no image.

    Raises:
        ProblemError: `input.malformed` (broken image, no credential or several), `limit.exceeded`.
    """
    if not is_image(data):
        return data
    if data.startswith(PNG_SIGNATURE):
        return _from_png(data, limits)
    return _from_svg(data, limits)


def bake(image: bytes, credential: bytes, *, record: bool | None = None, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The image with the credential inside; `extract` of it answers the credential.

    Args:
        image: A PNG or an SVG without a credential.
        credential: UTF-8 JSON or a compact token; nothing of it is verified.
        record: Whether it is a CLR, whose place has another name; told by its types unless given.

    Raises:
        ProblemError: `input.malformed` where the image is not one, or has a credential already, or the credential
            is none; `jose.disclosure` where a token's disclosures are none; `limit.exceeded` where the result could
            not be read again.
    """
    text = credential.strip(_SPACE)
    document = _document(text, limits)
    if record is None:
        record = _is_record(document)
    if image.startswith(PNG_SIGNATURE):
        baked = _into_png(image, text, KEYWORDS[record], limits)
    elif is_image(image):
        baked = _into_svg(image, text.decode("utf-8"), record, limits)
    else:
        raise _broken("neither a PNG nor an SVG")
    extract(baked, limits)
    return baked


def is_signed(credential: bytes, limits: Limits = DEFAULT_LIMITS) -> bool:
    """Whether there is a signature to verify: it is a token, or JSON with a `proof`.

    Raises:
        ProblemError: `input.malformed`, `limit.exceeded`.
    """
    text = credential.strip(_SPACE)
    return bool(_document(text, limits).get("proof")) if text.startswith(b"{") else True


def _document(text: bytes, limits: Limits) -> JsonObject:
    """The credential that is to be baked, read for its types only."""
    if text.startswith(b"{"):
        value = loads(text, limits)
    else:
        if _TOKEN.fullmatch(text) is None:  # disclosures could be markup
            raise refuse("input.malformed", "What is to be baked is neither a JSON object nor a token.", spec=_SPEC)
        value = loads(read_compact(split_combined(text.decode("ascii")).token, limits).payload, limits)
        if isinstance(value, dict) and isinstance(value.get("vc"), dict):
            value = value["vc"]
    if not isinstance(value, dict):  # CHECK: baking of what is no credential
        raise refuse("input.malformed", "What is to be baked is neither a JSON object nor a token of one.")
    return value


def _is_record(document: JsonObject) -> bool:
    types = as_list(document.get("type", document.get("@type")))
    return any(name in types for name in (*CLR_CREDENTIAL.names, CLR_CREDENTIAL.iri))


def _broken(reason: str, **more: Any) -> ProblemError:
    return refuse(
        "input.malformed",
        f"Not a usable image: {reason}.",
        spec=_SPEC,
        remedy="Send the image as the issuer made it; editors and messengers drop what is inside.",
        **more,
    )


# --- PNG ------------------------------------------------------------------------------------------


class _Chunk(NamedTuple):
    kind: bytes
    body: memoryview
    at: int
    """Where it begins in the file."""


def _chunks(data: bytes, limits: Limits) -> Iterator[_Chunk]:
    """Each chunk from IHDR to IEND (PNG §5.3, §5.6); what follows IEND is no part of the image."""
    if len(data) > limits.image_bytes:  # CHECK: large images
        raise exceeded("bytes of an image", limits.image_bytes, len(data))
    view = memoryview(data)
    at = len(PNG_SIGNATURE)
    for position in range(_CHUNKS):
        if at + 12 > len(view):  # CHECK: a PNG that ends early
            raise _broken("the PNG is cut off")
        length, kind = struct.unpack_from(">I4s", view, at)
        if length > _CHUNK_BYTES or at + 12 + length > len(view):  # CHECK: a chunk beyond the end
            raise _broken("a chunk is longer than the PNG", found=length)
        (stated,) = struct.unpack_from(">I", view, at + 8 + length)
        if zlib.crc32(view[at + 4 : at + 8 + length]) != stated:  # CHECK: damaged chunks
            raise _broken(f"the checksum of a {quote(kind.decode('latin-1'))} chunk is wrong")
        if (kind == b"IHDR") is not (position == 0):  # CHECK: a PNG with another first chunk
            raise _broken("the PNG does not begin with its one header", expected="IHDR", found=kind.decode("latin-1"))
        yield _Chunk(kind, view[at + 8 : at + 8 + length], at)
        if kind == b"IEND":
            return
        at += 12 + length
    raise exceeded("chunks of a PNG", _CHUNKS, "more")


def _keyword(chunk: _Chunk) -> str:
    """The keyword of a text chunk that is one of ours, else ""."""
    if chunk.kind not in (b"iTXt", b"tEXt", b"zTXt"):
        return ""
    keyword = bytes(chunk.body[: _KEYWORD_BYTES + 1]).partition(b"\0")[0].decode("latin-1")
    return keyword if keyword in KEYWORDS else ""


def _from_png(data: bytes, limits: Limits) -> bytes:
    found: bytes | None = None
    for chunk in _chunks(data, limits):
        keyword = _keyword(chunk)
        if not keyword:
            continue
        if chunk.kind != b"iTXt":
            raise _broken("the credential is in a chunk of another kind", expected="iTXt", found=chunk.kind.decode())
        if found is not None:  # CHECK: two credentials in a PNG
            raise _broken("it holds more than one credential", expected="one")
        if len(chunk.body) > limits.image_text_bytes:  # CHECK: long texts
            raise exceeded("bytes of text in an image", limits.image_text_bytes, len(chunk.body))
        found = _text_of(bytes(chunk.body[len(keyword) + 1 :]))
    if found is None:  # CHECK: a PNG without a credential
        raise _broken("no credential is in the PNG", expected=" or ".join(KEYWORDS))
    return found


def _text_of(rest: bytes) -> bytes:
    """The text of an iTXt body after its keyword: flag, method, language, translated keyword, text (PNG §11.3.4.5)."""
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3:  # CHECK: a chunk without its parts
        raise _broken("the text chunk is not well formed")
    if rest[0] != 0:  # CHECK: compressed texts
        raise _broken("the credential is compressed", expected="uncompressed text")
    try:
        parts[2].decode("utf-8")
    except UnicodeDecodeError:
        raise _broken("the credential's text is not UTF-8") from None
    return parts[2]


def _into_png(image: bytes, text: bytes, keyword: str, limits: Limits) -> bytes:
    end = 0
    for held in _chunks(image, limits):
        if _keyword(held):  # CHECK: baking twice into a PNG
            raise _broken("it holds a credential already")
        end = held.at
    body = keyword.encode() + b"\0\0\0\0\0" + text
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    return image[:end] + chunk + image[end:]


# --- SVG ------------------------------------------------------------------------------------------

_TAGS: Final = frozenset(f"{{{namespace}}}credential" for namespace in NAMESPACES)
_ROOTS: Final = frozenset({"svg", "{http://www.w3.org/2000/svg}svg"})
_PUBLISHED: Final = "-//W3C//DTD SVG "
"""How the public identifiers of SVG's own document types begin. They are named, never loaded."""

_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_READ_AS_UTF8: Final = frozenset({b"utf-8", b"us-ascii"})
_START_TAG: Final = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")
_NOT_XML: Final = re.compile("[\x7f-\x9f\ufffe\uffff]")
"""Characters that JSON takes as they are and XML does not, or would rather not (XML 1.0 §2.2)."""


class _Collector:
    """Takes from the parser what belongs to a credential element, and forgets the drawing."""

    def __init__(self) -> None:
        self.found: list[tuple[str | None, list[str]]] = []
        self.root_at = 0
        self.expat: Any = None
        self._depth = 0
        self._elements = 0
        self._inside = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEPTH:  # CHECK: deep SVG
            raise exceeded("elements of an SVG inside each other", _DEPTH, "more")
        if self._elements > _ELEMENTS:  # CHECK: large SVG
            raise exceeded("elements of an SVG", _ELEMENTS, "more")
        if self._depth == 1:
            if tag not in _ROOTS:  # CHECK: XML that is no SVG
                raise _broken("the XML is no SVG", expected="an `svg` element", found=tag)
            self.root_at = self.expat.CurrentByteIndex
        if self._inside:  # CHECK: elements inside the credential
            raise _broken("the credential element has others inside", expected="JSON, or a token", found=tag)
        if tag in _TAGS:
            self.found.append((attributes.get("verify"), []))
            self._inside = self._depth

    def end(self, tag: str) -> None:
        if self._inside == self._depth:
            self._inside = 0
        self._depth -= 1

    def data(self, text: str) -> None:
        if self._inside:
            self.found[-1][1].append(text)

    def close(self) -> None:
        """Nothing is built."""


def _document_type(name: str, system: str | None, public: str | None, has_subset: int) -> None:
    """Refuses declarations of the document's own, which could give attributes values that nobody sees."""
    if has_subset or ((system or public) and not (public or "").startswith(_PUBLISHED)):  # CHECK: document types
        raise _broken("the SVG has a document type of its own making", expected="none, or SVG's")


def _read_svg(data: bytes, limits: Limits) -> _Collector:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, XMLParser

    if len(data) > limits.svg_bytes:  # CHECK: large SVG files
        raise exceeded("bytes of an SVG", limits.svg_bytes, len(data))
    declared = _DECLARED.match(data[:512].lstrip(b"\xef\xbb\xbf" + _SPACE))
    if declared is not None and declared[1].lower() not in _READ_AS_UTF8:  # CHECK: declared encodings
        raise _broken("the SVG is not UTF-8", expected="UTF-8", found=declared[1].decode())
    # expat takes it for a sign of UTF-16, whatever encoding it was told
    if b"\0" in data:  # CHECK: UTF-16
        raise _broken("the SVG is not UTF-8", expected="UTF-8", found="a zero byte")
    collector = _Collector()
    parser = XMLParser(target=collector, encoding="utf-8", forbid_entities=True, forbid_external=True)
    collector.expat = parser.parser
    parser.parser.StartDoctypeDeclHandler = _document_type
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        # CHECK: XML that is not well formed
        raise _broken(f"the SVG is not well formed: {quote(str(error))}") from None
    except DefusedXmlException:
        raise _broken("the SVG has entities", expected="none") from None
    return collector


def _from_svg(data: bytes, limits: Limits) -> bytes:
    found = _read_svg(data, limits).found
    if not found:  # CHECK: an SVG without a credential
        raise _broken("no credential is in the SVG", expected=f"one `credential` element of {' or '.join(NAMESPACES)}")
    if len(found) > 1:  # CHECK: two credentials in an SVG
        raise _broken("it holds more than one credential", expected="one", found=len(found))
    token, texts = found[0]
    text = "".join(texts).strip()
    if token and text:  # CHECK: a token and JSON at once
        raise _broken("the credential is there as a token and as JSON", expected="one of them")
    if not token and not text:
        raise _broken("the credential element is empty")
    return (token or text).encode("utf-8")


def _into_svg(image: bytes, text: str, record: bool, limits: Limits) -> bytes:
    held = _read_svg(image, limits)
    if held.found:  # CHECK: baking twice into an SVG
        raise _broken("it holds a credential already")
    opening = _START_TAG.match(image, held.root_at)
    if opening is None or opening[0].endswith(b"/>"):
        raise _broken("its `svg` element has no room for a credential", expected="an end tag")
    prefix, namespace = _PREFIXES[record], NAMESPACES[record]
    name = f"{prefix}:credential"
    if text.startswith("{"):
        json = _NOT_XML.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
        inner = "><![CDATA[" + json.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    else:
        inner = f' verify="{text}">'
    element = f'<{name} xmlns:{prefix}="{namespace}"{inner}</{name}>'
    return image[: opening.end()] + element.encode("utf-8") + image[opening.end() :]
