"""Credentials baked into images: one in its place, or none at all."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from cases.documents import COLLEGE, STRANGER, badge, clr, signed_badge, signed_clr
from cases.mutations import tamper
from cases.registry import Expectation, Family, Scenario, fails, passes
from cases.tokens import signed as token_of

FAMILY = Family("image", "baked")
case = FAMILY.case

PNG = "OB 3.0 §5.3.1"
SVG = "OB 3.0 §5.3.2"
OB_SPACE = "https://purl.imsglobal.org/ob/v3p0"
CLR_SPACE = "https://purl.imsglobal.org/clr/v2p0"


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


BADGE = as_bytes(signed_badge())
TOKEN = token_of(badge(), COLLEGE).encode()


# PNG, chunk by chunk --------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes, *, crc: int | None = None, length: int | None = None) -> bytes:
    """A chunk of a PNG (§5.3); checksum and length are right unless given."""
    checksum = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body) if length is None else length) + kind + body + struct.pack(">I", checksum)


SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PIXEL = chunk(b"IDAT", zlib.compress(b"\0\x7f"))
END = chunk(b"IEND", b"")


def international(text: bytes, keyword: bytes = b"openbadgecredential", flag: int = 0) -> bytes:
    """An `iTXt` chunk: keyword, compression flag and method, language, translated keyword, text."""
    return chunk(b"iTXt", keyword + b"\0" + bytes([flag, 0]) + b"\0\0" + text)


def png(*chunks: bytes) -> bytes:
    """A grey pixel with these chunks in it."""
    return SIGNATURE + HEADER + b"".join(chunks) + PIXEL + END


# SVG, as text ---------------------------------------------------------------------------------------


def svg(*elements: str, before: str = "", spaces: str = f'xmlns:openbadges="{OB_SPACE}"') -> bytes:
    """A dot with these elements in it."""
    inside = "".join(elements)
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {spaces} viewBox="0 0 2 2">{inside}<circle r="1"/></svg>'.encode()


def element(text: str, name: str = "openbadges:credential") -> str:
    return f"<{name}><![CDATA[{text}]]></{name}>"


def verified(token: str, name: str = "openbadges:credential") -> str:
    return f'<{name} verify="{token}"></{name}>'


ELEMENT = element(BADGE.decode())


def _image(make: Callable[[], bytes], expect: Expectation) -> Scenario:
    return Scenario(base64=base64.b64encode(make()).decode(), expect=expect)


def _record() -> bytes:
    return as_bytes(signed_clr([signed_badge(COLLEGE)]))


_GOOD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "png-json": (lambda: png(international(BADGE)), PNG, "the JSON is the text of the one `iTXt` chunk"),
    "png-token": (lambda: png(international(TOKEN)), PNG, "so is a token"),
    "png-record": (
        lambda: png(international(_record(), b"clrcredential")),
        "CLR 2.0",
        "records have their own keyword",
    ),
    "png-at-the-end": (
        lambda: SIGNATURE + HEADER + PIXEL + international(BADGE) + END,
        "PNG §5.6",
        "text stands anywhere between header and end",
    ),
    "png-other-texts": (
        lambda: png(
            chunk(b"tEXt", b"Comment\0made by hand"),
            international(b"Soldering", b"Title"),
            international(BADGE),
            chunk(b"zTXt", b"Software\0\0" + zlib.compress(b"a pencil")),
        ),
        PNG,
        "chunks of other keywords are the image's own business",
    ),
    "png-behind-the-end": (
        lambda: png(international(BADGE)) + b"appended by a server",
        "PNG §13.2",
        "what follows the end is no part of the image",
    ),
    "png-language": (
        lambda: png(chunk(b"iTXt", b"openbadgecredential\0\0\0en\0Nachweis\0" + BADGE)),
        "PNG §11.3.4.5",
        "a language and a translated keyword may be named",
    ),
    "svg-json": (lambda: svg(ELEMENT), SVG, "the JSON is the text of the one element"),
    "svg-token": (lambda: svg(verified(TOKEN.decode())), SVG, "a token is its `verify` attribute"),
    "svg-record": (
        lambda: svg(element(_record().decode(), "clr:credential"), spaces=f'xmlns:clr="{CLR_SPACE}"'),
        "CLR 2.0",
        "records have a namespace of their own",
    ),
    "svg-other-prefix": (
        lambda: svg(element(BADGE.decode(), "b:credential"), spaces=f'xmlns:b="{OB_SPACE}"'),
        "XML Namespaces 1.0 §4",
        "a prefix is only a name for the namespace",
    ),
    "svg-escaped": (
        lambda: svg(
            f"<openbadges:credential>{BADGE.decode().replace('&', '&amp;').replace('<', '&lt;')}</openbadges:credential>"
        ),
        "XML 1.0 §2.7",
        "CDATA and escaped text are the same text",
    ),
    "svg-document-type": (
        lambda: svg(
            ELEMENT,
            before='<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
            '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        ),
        SVG,
        "the document type of SVG is named by many drawings, and never loaded",
    ),
    "svg-byte-order-mark": (lambda: b"\xef\xbb\xbf" + svg(ELEMENT), "XML 1.0 §4.3.3", "XML may begin with the mark"),
}

for _name, (_make, _spec, _why) in _GOOD.items():
    FAMILY.add(
        _name,
        f"A baked credential is read where the standard puts it: {_name}",
        f"The credential inside is verified like any other: {_why}.",
        partial(_image, _make, passes(only=True)),
        spec=[_spec],
    )

_DEFAULT_ATTRIBUTE = "<!DOCTYPE svg [<!ATTLIST openbadges:credential verify CDATA 'a.b.c'>]>"
_LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))

_BAD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "png-without": (lambda: png(), PNG, "there is no credential"),
    "png-two": (
        lambda: png(international(as_bytes(signed_badge(STRANGER))), international(BADGE)),
        PNG,
        "readers differ on which of two counts",
    ),
    "png-two-keywords": (
        lambda: png(international(BADGE), international(_record(), b"clrcredential")),
        PNG,
        "a badge and a record are two",
    ),
    "png-compressed": (
        lambda: png(international(zlib.compress(BADGE), flag=1)),
        PNG,
        "the text must not be compressed",
    ),
    "png-compressed-bomb": (
        lambda: png(international(zlib.compress(bytes(16 * 1024 * 1024), 9), flag=1)),
        "CWE-409",
        "what is compressed is not inflated",
    ),
    "png-text-chunk": (
        lambda: png(chunk(b"tEXt", b"openbadgecredential\0" + BADGE)),
        PNG,
        "the chunk has to be `iTXt`",
    ),
    "png-compressed-text-chunk": (
        lambda: png(chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(BADGE))),
        PNG,
        "the chunk has to be `iTXt`",
    ),
    "png-beside-text-chunk": (
        lambda: png(chunk(b"tEXt", b"openbadgecredential\0" + BADGE), international(BADGE)),
        PNG,
        "a second credential in a chunk of another kind is a second credential",
    ),
    "png-huge-length": (
        lambda: SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential", length=0xFFFFFFFF),
        "PNG §5.3",
        "a length beyond the file",
    ),
    "png-wrong-checksum": (
        lambda: png(chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + BADGE, crc=0)),
        "PNG §5.3",
        "the checksum says that it was changed",
    ),
    "png-not-utf-8": (lambda: png(international(BADGE[:-1] + b"\xff")), "RFC 3629", "a byte that no UTF-8 text has"),
    "png-signature-only": (lambda: SIGNATURE, "PNG §5.6", "an image without chunks"),
    "png-cut-off": (lambda: png(international(BADGE))[:-20], "PNG §5.6", "an image without its end"),
    "png-without-header": (
        lambda: SIGNATURE + international(BADGE) + END,
        "PNG §5.6",
        "an image begins with its header",
    ),
    "png-behind-the-end-only": (
        lambda: png() + international(BADGE),
        "PNG §5.6",
        "what follows the end is no part of the image",
    ),
    "png-chunk-of-keyword": (lambda: png(chunk(b"iTXt", b"openbadgecredential")), "PNG §11.3.4.5", "no text at all"),
    "png-prose": (lambda: png(international(b"Well done!")), PNG, "the text is no credential"),
    "svg-without": (lambda: svg(), SVG, "there is no credential"),
    "svg-two": (lambda: svg(ELEMENT, ELEMENT), SVG, "readers differ on which of two counts"),
    "svg-nested": (
        lambda: svg(f"<openbadges:credential>{ELEMENT}</openbadges:credential>"),
        SVG,
        "one inside the other",
    ),
    "svg-elements-inside": (
        lambda: svg(f"<openbadges:credential><g>{BADGE.decode().replace('&', '&amp;')}</g></openbadges:credential>"),
        SVG,
        "readers differ on whose text it is",
    ),
    "svg-token-and-json": (
        lambda: svg(verified(TOKEN.decode()).replace("></", f"><![CDATA[{BADGE.decode()}]]></")),
        SVG,
        "a token and JSON are two",
    ),
    "svg-empty": (lambda: svg("<openbadges:credential/>"), SVG, "an element with nothing in it"),
    "svg-foreign-namespace": (
        lambda: svg(ELEMENT, spaces='xmlns:openbadges="https://purl.example/ob/v3p0"'),
        SVG,
        "a foreign element of the same name",
    ),
    "svg-no-namespace": (lambda: svg(element(BADGE.decode(), "credential")), SVG, "an element of SVG's own namespace"),
    "svg-entities": (
        lambda: svg(
            "<openbadges:credential>&l9;</openbadges:credential>",
            before=f'<!DOCTYPE svg [<!ENTITY l0 "ha">{_LAUGHS}]>',
        ),
        "CVE-2013-0340",
        "a billion laughs",
    ),
    "svg-external-entity": (
        lambda: svg(
            "<openbadges:credential>&file;</openbadges:credential>",
            before='<!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        ),
        "CWE-611",
        "a file of the reader's",
    ),
    "svg-default-attribute": (
        lambda: svg("<openbadges:credential/>", before=_DEFAULT_ATTRIBUTE),
        "XML 1.0 §3.3.2",
        "an attribute that only some readers see",
    ),
    "svg-foreign-document-type": (
        lambda: svg(ELEMENT, before='<!DOCTYPE svg SYSTEM "https://attacker.example/svg.dtd">'),
        "CWE-611",
        "a document type from elsewhere",
    ),
    "svg-deep": (lambda: svg("<g>" * 1000, ELEMENT, "</g>" * 1000), "CWE-674", "elements a thousand deep"),
    "svg-utf-16": (lambda: svg(ELEMENT).decode().encode("utf-16"), "XML 1.0 §4.3.3", "UTF-16 with its mark"),
    "svg-utf-16-without-mark": (
        lambda: svg(ELEMENT).decode().encode("utf-16-le"),
        "XML 1.0 §4.3.3",
        "UTF-16 that only some readers guess",
    ),
    "svg-utf-7": (
        lambda: svg(ELEMENT, before='<?xml version="1.0" encoding="utf-7"?>'),
        "CWE-176",
        "an encoding under which the same bytes say something else",
    ),
    "svg-not-well-formed": (lambda: svg("<g>", ELEMENT), "XML 1.0 §2.1", "an element that never ends"),
    "svg-cut-off": (lambda: svg(ELEMENT)[:-60], "XML 1.0 §2.1", "the file ends in the middle"),
    "xml-that-is-no-svg": (
        lambda: f'<html xmlns:openbadges="{OB_SPACE}"><body>{ELEMENT}</body></html>'.encode(),
        SVG,
        "a page is no image",
    ),
}

_LIMITED = frozenset({"svg-deep"})

for _name, (_make, _spec, _why) in _BAD.items():
    FAMILY.add(
        _name,
        f"An image with none or more than one credential in its place is refused: {_name}",
        f"Nothing is looked for elsewhere, and nothing is guessed: {_why}.",
        partial(
            _image, _make, fails("limit.exceeded" if _name in _LIMITED else "input.malformed", absent=["proof.missing"])
        ),
        spec=[_spec],
    )


@case("A credential is as good in an image as outside", spec=[PNG], importance="critical")
def tampered() -> Scenario:
    """What was changed after signing fails in an image too."""
    changed = as_bytes(tamper(signed_badge()))
    return _image(lambda: png(international(changed)), fails("proof.invalid", proof="failed"))


@case("A badge under the keyword of records is still a badge", spec=["CLR 2.0"], importance="low")
def other_keyword() -> Scenario:
    """The types that were signed say what it is, not the chunk that it came in."""
    return _image(lambda: png(international(BADGE, b"clrcredential")), passes())


@case("An image that holds an unsigned record is unsigned", spec=[PNG])
def unsigned() -> Scenario:
    """Being in an image vouches for nothing."""
    return _image(lambda: png(international(as_bytes(clr([badge()])), b"clrcredential")), fails("proof.missing"))


@case("A damaged image is no credential, whatever else is in it", spec=["PNG §5.3"])
def damaged_pixels() -> Scenario:
    """The checksum of the pixels is wrong; a transfer that damaged these may have damaged more."""
    image = SIGNATURE + HEADER + international(BADGE) + chunk(b"IDAT", b"\0", crc=1) + END
    return _image(lambda: image, fails("input.malformed"))
