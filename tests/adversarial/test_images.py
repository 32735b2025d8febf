"""Images as bytes: what a reader of them may hold, and what no damage does to it (attacks: `test_k_images.py`)."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest
from cases.families.images import BADGE, ELEMENT, HEADER, SIGNATURE, chunk, international, png, svg
from hypothesis import given
from hypothesis import strategies as st

import vcverify
from vcverify.baking import extract
from vcverify.limits import MIB
from vcverify.problems import ProblemError


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
