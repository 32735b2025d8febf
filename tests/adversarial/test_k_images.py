"""Family K of the catalogue: images that hold no credential, several, or more than their bytes."""

from __future__ import annotations

import base64
import functools
import struct
import zlib
from collections.abc import Callable
from functools import partial

import pytest
from cases.documents import STRANGER, badge
from cases.families.images import (
    BADGE,
    CLR_SPACE,
    ELEMENT,
    END,
    HEADER,
    OB_SPACE,
    PIXEL,
    SIGNATURE,
    TOKEN,
    as_bytes,
    chunk,
    element,
    international,
    png,
    svg,
    verified,
)
from cases.registry import Scenario
from cases.signing import sign
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

from vcverify.limits import DEFAULT_LIMITS, MIB

ATTACKS = Attacks("k")
SVG_BYTES = DEFAULT_LIMITS.svg_bytes
IMAGE_BYTES = DEFAULT_LIMITS.image_bytes
FORGED = as_bytes({**sign(badge(), STRANGER), "name": "Brain surgery"})


def filled(head: bytes, piece: bytes, tail: bytes, size: int = SVG_BYTES) -> bytes:
    return head + piece * ((size - len(head) - len(tail)) // len(piece)) + tail


@functools.cache
def bomb() -> bytes:
    """200 MiB of zeros."""
    return zlib.compress(bytes(200 * MIB), 6)


def declared(text: str) -> str:
    return f'<?xml version="1.0" encoding="{text}"?>'


_IMAGES: dict[str, Callable[[], bytes]] = {
    # PNG
    "two_forged_first": lambda: png(international(FORGED), international(BADGE)),
    "two_forged_last": lambda: png(international(BADGE), international(FORGED)),
    "two_alike": lambda: png(international(BADGE), international(BADGE)),
    "badge_and_record": lambda: png(international(BADGE), international(BADGE, b"clrcredential")),
    "json_and_token": lambda: png(international(BADGE), international(TOKEN)),
    "text_chunk_and_forged": lambda: png(chunk(b"tEXt", b"openbadgecredential\0" + BADGE), international(FORGED)),
    "forged_behind_the_end": lambda: png() + international(FORGED),
    "before_the_header": lambda: SIGNATURE + international(BADGE) + HEADER + PIXEL + END,
    "two_headers": lambda: SIGNATURE + HEADER + HEADER + international(BADGE) + PIXEL + END,
    "no_header": lambda: SIGNATURE + international(BADGE) + END,
    "length_4_gib": lambda: SIGNATURE + HEADER + chunk(b"iTXt", b"", length=0xFFFFFFFF),
    "length_negative": lambda: SIGNATURE + HEADER + chunk(b"iTXt", b"x" * 99, length=0x80000000),
    "length_one_more": lambda: SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + BADGE, length=26 + len(BADGE)),
    "checksum": lambda: SIGNATURE + HEADER + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + BADGE, crc=0) + PIXEL + END,
    "not_utf_8": lambda: png(international(BADGE.replace(b"Aldermoor", b"Alder\xffmoor"))),
    "utf_16": lambda: png(international(BADGE.decode().encode("utf-16"))),
    "signature_only": lambda: SIGNATURE,
    "signature_and_header": lambda: SIGNATURE + HEADER,
    "signature_in_text_mode": lambda: png(international(BADGE)).replace(b"\r\n", b"\n"),
    "cut_in_the_text": lambda: png(international(BADGE))[:300],
    "compressed": lambda: png(international(zlib.compress(BADGE), flag=1)),
    "compressed_bomb": lambda: png(international(bomb(), flag=1)),
    "ztxt": lambda: png(chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(BADGE))),
    "ztxt_bomb": lambda: png(chunk(b"zTXt", b"openbadgecredential\0\0" + bomb())),
    "flag_of_2": lambda: png(international(BADGE, flag=2)),
    "keyword_in_capitals": lambda: png(international(BADGE, b"OpenBadgeCredential")),
    "keyword_with_space": lambda: png(international(BADGE, b" openbadgecredential")),
    "keyword_longer": lambda: png(international(BADGE, b"openbadgecredential2")),
    "keyword_of_version_2": lambda: png(international(BADGE, b"openbadges")),
    "keyword_empty": lambda: png(international(BADGE, b"")),
    "keyword_without_end": lambda: png(chunk(b"iTXt", b"openbadgecredential")),
    "private_chunk": lambda: png(chunk(b"obCr", BADGE)),
    "chunk_in_capitals": lambda: png(chunk(b"ITXT", b"openbadgecredential\0\0\0\0\0" + BADGE)),
    "chunk_of_controls": lambda: png(chunk(b"\x1b[2J", b"")),
    "nothing_in_it": lambda: png(international(b"")),
    "url_in_it": lambda: png(international(b"https://evil.example/credential")),
    "png_in_it": lambda: png(international(base64.b64encode(png(international(BADGE))))),
    "million_chunks": lambda: filled(SIGNATURE + HEADER, chunk(b"tEXt", b""), END, IMAGE_BYTES),
    "keywords_without_end": lambda: filled(SIGNATURE + HEADER, chunk(b"tEXt", b"o" * 400), END, IMAGE_BYTES),
    "more_than_the_limit": lambda: png(international(BADGE)) + bytes(IMAGE_BYTES),
    "text_of_15_mib": lambda: png(international(b" " * 15 * MIB)),
    "text_of_brackets": lambda: png(international(b'{"a":' * 380_000)),
    "other_image_gif": lambda: b"GIF89a" + BADGE,
    "other_image_jpeg": lambda: b"\xff\xd8\xff\xe0" + BADGE,
    "other_image_webp": lambda: b"RIFF" + struct.pack("<I", len(BADGE)) + b"WEBP" + BADGE,
    "pdf": lambda: b"%PDF-1.7\n" + BADGE,
    "zip": lambda: b"PK\x03\x04" + BADGE,
    # SVG
    "laughs": lambda: svg(
        ELEMENT,
        before="<!DOCTYPE svg ["
         "<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
        + "]>",
    ),
    "laughs_of_two_levels": lambda: svg(
        ELEMENT, before="<!DOCTYPE svg [<!ENTITY a '" + "ha" * 50_000 + "'><!ENTITY b '" + "&a;" * 50 + "'>]>"
    ),
    "parameter_entities": lambda: svg(ELEMENT, before="<!DOCTYPE svg [<!ENTITY % a 'b'> %a; %a;]>"),
    "external_entity": lambda: svg(
        element("&x;"), before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "external_subset": lambda: svg(ELEMENT, before='<!DOCTYPE svg SYSTEM "https://evil.example/svg.dtd" [<!ENTITY a "b">]>'),
    "include": lambda: svg('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    "stylesheet": lambda: svg(before='<?xml-stylesheet href="https://evil.example/x.xsl"?>'),
    "two_elements": lambda: svg(element(FORGED.decode()), ELEMENT),
    "two_elements_alike": lambda: svg(ELEMENT, ELEMENT),
    "element_in_element": lambda: svg(f"<openbadges:credential>{ELEMENT}</openbadges:credential>"),
    "badge_and_record_element": lambda: svg(
        ELEMENT, element(FORGED.decode(), "clr:credential"), spaces=f'xmlns:openbadges="{OB_SPACE}" xmlns:clr="{CLR_SPACE}"'
    ),
    "attribute_and_text": lambda: svg(
        f'<openbadges:credential verify="{TOKEN.decode()}">{FORGED.decode()}</openbadges:credential>'
    ),
    "attribute_twice": lambda: svg(f'<openbadges:credential verify="{TOKEN.decode()}" verify="x"/>'),
    "attribute_other": lambda: svg(f'<openbadges:credential href="{TOKEN.decode()}"/>'),
    "foreign_namespace": lambda: svg(ELEMENT, spaces='xmlns:openbadges="https://evil.example/ob"'),
    "namespace_with_slash": lambda: svg(ELEMENT, spaces=f'xmlns:openbadges="{OB_SPACE}/"'),
    "namespace_http": lambda: svg(ELEMENT, spaces=f'xmlns:openbadges="{OB_SPACE.replace("https", "http")}"'),
    "namespace_of_version_2": lambda: svg(ELEMENT, spaces='xmlns:openbadges="http://openbadges.org"'),
    "no_namespace": lambda: svg(element(BADGE.decode(), "credential")),
    "other_element": lambda: svg(element(BADGE.decode(), "openbadges:assertion")),
    "element_in_a_comment": lambda: svg(f"<!-- {ELEMENT} -->"),
    "element_in_a_script": lambda: svg(f"<script><![CDATA[{ELEMENT.replace(']]>', '')}]]></script>"),
    "root_is_the_credential": lambda: ELEMENT.replace(
        "<openbadges:credential>", f'<openbadges:credential xmlns:openbadges="{OB_SPACE}">', 1
    ).encode(),
    "root_is_html": lambda: svg(ELEMENT).replace(b"<svg ", b"<html ").replace(b"</svg>", b"</html>"),
    "deep": lambda: b"<svg>" + b"<g>" * 100_000 + b"</g>" * 100_000 + b"</svg>",
    "deep_with_credential": lambda: svg("<g>" * 5_000 + ELEMENT + "</g>" * 5_000),
    "elements": lambda: filled(b"<svg>", b"<a/>", b"</svg>"),
    "openings": lambda: b"<" * SVG_BYTES,
    "attribute_without_end": lambda: filled(b'<svg a="', b"x", b""),
    "character_references": lambda: filled(b"<svg>", b"&#65;", b"</svg>"),
    "comments": lambda: filled(b"<svg>", b"<!---->", b"</svg>"),
    "instructions": lambda: filled(b"<svg>", b"<?a?>", b"</svg>"),
    "sections": lambda: filled(b"<svg>", b"<![CDATA[]]>", b"</svg>"),
    "attributes": lambda: b"<svg " + b" ".join(b'a%d="x"' % n for n in range(300_000)) + b"/>",
    "namespaces": lambda: b"<svg>" + b"".join(b'<a xmlns:a%d="%d"/>' % (n, n) for n in range(150_000)) + b"</svg>",
    "names": lambda: b"<svg>" + b"".join(b"<a%d/>" % n for n in range(190_000)) + b"</svg>",
    "encoded_utf_16": lambda: svg(ELEMENT, before=declared("utf-16")).decode().encode("utf-16"),
    "encoded_utf_16_without_mark": lambda: svg(ELEMENT).decode().encode("utf-16-le"),
    "encoded_utf_32": lambda: svg(ELEMENT).decode().encode("utf-32"),
    "encoded_utf_7": lambda: svg(ELEMENT, before=declared("utf-7")).decode().encode("utf-7"),
    "declared_utf_7": lambda: svg(ELEMENT, before=declared("utf-7")),
    "declared_utf_16": lambda: svg(ELEMENT, before=declared("utf-16")),
    "declared_ebcdic": lambda: svg(ELEMENT, before=declared("cp037")),
    "declared_latin_1": lambda: svg(ELEMENT, before=declared("iso-8859-1")),
    "declared_unknown": lambda: svg(ELEMENT, before=declared("ministry")),
    "nul": lambda: svg(ELEMENT) + b"\x00",
    "two_roots": lambda: svg() + svg(ELEMENT),
    "element_token_and_forged": lambda: svg(verified(TOKEN.decode()), element(FORGED.decode())),
    "forged_alone": lambda: svg(element(FORGED.decode())),
    "forged_alone_png": lambda: png(international(FORGED)),
}  # fmt: skip


def _image(name: str) -> Scenario:
    return Scenario(base64=base64.b64encode(_IMAGES[name]()).decode(), expect=rejected())


for _name in _IMAGES:
    ATTACKS.add(_name, partial(_image, _name))


@ATTACKS
def control_png() -> Scenario:
    """One chunk with a token."""
    return Scenario(base64=base64.b64encode(png(international(TOKEN))).decode(), expect=accepted())


@ATTACKS
def control_svg() -> Scenario:
    """One element with JSON."""
    return Scenario(base64=base64.b64encode(svg(ELEMENT)).decode(), expect=accepted())


@ATTACKS
def method_of_text_that_is_not_compressed() -> Scenario:
    """Readers ignore the compression method of text that is not compressed (PNG §11.3.4.5)."""
    image = png(chunk(b"iTXt", b"openbadgecredential\0\0\x01\0\0" + BADGE))
    return Scenario(base64=base64.b64encode(image).decode(), expect=accepted())


SHOWN = table("""
K00  image-png-token #control_png
K01  image-png-compressed-bomb #compressed_bomb
K02  image-png-two #two_forged_first #two_forged_last
K03  image-png-huge-length #length_4_gib
K04  image-png-wrong-checksum #checksum
K05  image-png-not-utf-8 #not_utf_8
K06  image-png-signature-only #signature_only
K08  image-png-compressed-text-chunk #ztxt
K10  image-svg-entities #laughs
K11  image-svg-two #two_elements
K12  image-svg-foreign-namespace #foreign_namespace
K13  image-svg-deep #deep
K14  image-svg-utf-16 image-svg-utf-7 image-svg-utf-16-without-mark
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("K", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
