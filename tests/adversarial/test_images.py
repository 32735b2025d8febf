"""Images that are built to cost much, or to say one thing to one reader and another to another."""

from __future__ import annotations

import resource
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from cases.families.images import BADGE, ELEMENT, END, HEADER, SIGNATURE, chunk, international, png, svg
from hypothesis import given
from hypothesis import strategies as st

import vcverify
from vcverify.baking import extract
from vcverify.limits import DEFAULT_LIMITS, MIB
from vcverify.problems import ProblemError

SECONDS = 4.0
"""Processor time; each takes less than two on the machine that this was written on."""

SVG_BYTES = DEFAULT_LIMITS.svg_bytes
IMAGE_BYTES = DEFAULT_LIMITS.image_bytes


def _filled(head: bytes, piece: bytes, tail: bytes, size: int = SVG_BYTES) -> bytes:
    return head + piece * ((size - len(head) - len(tail)) // len(piece)) + tail


BOMBS: dict[str, Callable[[], bytes]] = {
    "a compressed text of 200 MB": lambda: png(international(zlib.compress(bytes(200 * MIB), 9), flag=1)),
    "a zTXt of 200 MB": lambda: png(chunk(b"zTXt", b"openbadgecredential\0\0" + zlib.compress(bytes(200 * MIB), 9))),
    "a length of 4 GiB": lambda: SIGNATURE + HEADER + chunk(b"iTXt", b"", length=0xFFFFFFFF),
    "a million empty chunks": lambda: _filled(SIGNATURE + HEADER, chunk(b"tEXt", b""), END, IMAGE_BYTES),
    "keywords without an end": lambda: _filled(SIGNATURE + HEADER, chunk(b"tEXt", b"o" * 400), END, IMAGE_BYTES),
    "more than the limit": lambda: png(international(BADGE)) + bytes(IMAGE_BYTES),
    "text of 15 MB": lambda: png(international(b" " * 15 * MIB)),
    "a million elements": lambda: _filled(b"<svg>", b"<a/>", b"</svg>"),
    "100,000 elements deep": lambda: b"<svg>" + b"<g>" * 100_000 + b"</g>" * 100_000 + b"</svg>",
    "an element that never ends": lambda: _filled(b'<svg a="', b"x", b""),
    "nothing but openings": lambda: b"<" * SVG_BYTES,
    "character references": lambda: _filled(b"<svg>", b"&#65;", b"</svg>"),
    "comments": lambda: _filled(b"<svg>", b"<!---->", b"</svg>"),
    "instructions": lambda: _filled(b"<svg>", b"<?a?>", b"</svg>"),
    "namespaces": lambda: b"<svg>" + b"".join(b'<a xmlns:a%d="%d"/>' % (n, n) for n in range(150_000)) + b"</svg>",
    "names": lambda: b"<svg>" + b"".join(b"<a%d/>" % n for n in range(190_000)) + b"</svg>",
    "a laugh of four levels and no more": lambda: svg(
        ELEMENT, before="<!DOCTYPE svg [<!ENTITY a '" + "ha" * 50_000 + "'><!ENTITY b '" + "&a;" * 50 + "'>]>"
    ),
    "parameter entities": lambda: svg(ELEMENT, before="<!DOCTYPE svg [<!ENTITY % a 'b'> %a; %a;]>"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_bounded_time_and_memory(name: str) -> None:
    """An image is read before anything is known of its sender."""
    data = BOMBS[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with pytest.raises(ProblemError) as caught:
        extract(data)
    assert time.process_time() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024
    assert caught.value.problem.code in {"input.malformed", "limit.exceeded"}


def test_what_is_compressed_is_never_inflated() -> None:
    """A thousandth of what it would become is all that may be held."""
    data = png(international(zlib.compress(bytes(200 * MIB), 9), flag=1))
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError, match="compressed"):
            extract(data)
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=400))
def test_no_bytes_behind_a_signature_bring_the_reader_down(data: bytes) -> None:
    """Whatever it is: a credential, or a problem."""
    for image in (SIGNATURE + data, SIGNATURE + HEADER + data, b"<svg>" + data, b"<" + data):
        try:
            extract(image)
        except ProblemError as error:
            assert error.problem.code in {"input.malformed", "limit.exceeded"}


@given(st.data())
def test_no_damage_to_an_image_brings_the_verifier_down(data: st.DataObject) -> None:
    """A byte changed anywhere, or the rest cut off: the credential is verified as it is, or it is refused."""
    image = data.draw(st.sampled_from([png(international(BADGE)), svg(ELEMENT)]))
    at = data.draw(st.integers(0, len(image) - 1))
    value = data.draw(st.integers(0, 255))
    damaged = data.draw(
        st.sampled_from([image[:at], image[:at] + bytes([value]) + image[at + 1 :], image[:at] + image[at + 1 :]])
    )
    report = vcverify.verify(damaged)
    assert "internal.error" not in {problem.code for problem in report.problems()}
    if report.verified:
        assert extract(damaged).strip() == BADGE


def test_a_problem_quotes_only_escaped_text() -> None:
    """Names of chunks and elements are the sender's words."""
    for image in (
        SIGNATURE + HEADER + chunk(b"\x1b]0;", b"", crc=0),
        SIGNATURE + chunk(b"\x1b[2J", b""),
        "<\u202eevil xmlns='\u202e'/>".encode(),
        b"<svg>\x1b[31m</svg>",
    ):
        with pytest.raises(ProblemError) as caught:
            extract(image)
        told = str(caught.value.problem.to_dict())
        assert told.isprintable()
        assert "\u202e" not in told and "\x1b" not in told
