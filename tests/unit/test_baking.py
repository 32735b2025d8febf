"""Credentials baked into images and read out again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cases.documents import COLLEGE, badge, signed_badge, signed_clr
from cases.families.images import (
    CLR_SPACE,
    END,
    HEADER,
    OB_SPACE,
    PIXEL,
    SIGNATURE,
    as_bytes,
    chunk,
    element,
    international,
    png,
    svg,
)
from cases.tokens import signed, signed_v1
from conftest import CHECKOUT

import vcverify
from vcverify.baking import bake, extract, is_image, is_signed
from vcverify.cli import main
from vcverify.limits import Limits
from vcverify.problems import ProblemError

BADGE = as_bytes(signed_badge())
RECORD = as_bytes(signed_clr([signed_badge()]))
TOKEN = signed(badge(), COLLEGE).encode()
IMAGES = {"png": png(), "svg": svg(spaces="")}
SAMPLES = CHECKOUT.parent / "shared" / "vectors" / "ob3" / "1edtech-validator"


@pytest.mark.parametrize("kind", IMAGES)
@pytest.mark.parametrize("credential", [BADGE, RECORD, TOKEN], ids=["json", "record", "token"])
def test_what_was_baked_comes_out_again(kind: str, credential: bytes) -> None:
    """Byte for byte: a token would be broken by a change, JCS readers would be confused by one."""
    assert extract(bake(IMAGES[kind], credential)) == credential


@pytest.mark.parametrize("kind", IMAGES)
def test_a_baked_credential_verifies(kind: str) -> None:
    """The whole way, as a learner sends it."""
    assert vcverify.verify(bake(IMAGES[kind], BADGE)).verified


def test_the_types_choose_keyword_and_namespace() -> None:
    """A reader of badges looks for its own name only."""
    assert b"iTXtopenbadgecredential\0" in bake(png(), BADGE)
    assert b"iTXtclrcredential\0" in bake(png(), RECORD)
    assert f'<openbadges:credential xmlns:openbadges="{OB_SPACE}"'.encode() in bake(svg(spaces=""), BADGE)
    assert f'<clr:credential xmlns:clr="{CLR_SPACE}"'.encode() in bake(svg(spaces=""), RECORD)
    record = json.loads(RECORD)
    del record["proof"]
    for token in (signed(record, COLLEGE), signed_v1(record, COLLEGE)):
        assert b"iTXtclrcredential\0" in bake(png(), token.encode())


def test_the_caller_may_choose_instead() -> None:
    """Types that nobody here knows may still be those of a record."""
    assert b"iTXtclrcredential\0" in bake(png(), BADGE, record=True)
    assert b"iTXtopenbadgecredential\0" in bake(png(), RECORD, record=False)


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_takes_one_credential_only(kind: str) -> None:
    """With two, readers would differ."""
    with pytest.raises(ProblemError, match="holds a credential already"):
        bake(bake(IMAGES[kind], BADGE), BADGE)


def test_a_png_gets_its_credential_before_its_real_end() -> None:
    """Bytes behind the end may look like an end too; a chunk there would be in no image."""
    image = png() + b"junk" + END + b"more"
    baked = bake(image, BADGE)
    assert extract(baked) == BADGE
    assert baked.endswith(b"junk" + END + b"more")


def test_an_svg_gets_its_credential_inside_its_real_root() -> None:
    """Comments and attributes may hold what looks like a start tag."""
    image = b"""<!-- <svg> --><svg xmlns='http://www.w3.org/2000/svg' data-x="1>0" data-y='"/>'><g/></svg>"""
    baked = bake(image, BADGE)
    assert extract(baked) == BADGE
    assert baked.index(b"<openbadges:credential") > baked.index(b"data-y")


def test_text_that_would_end_the_element_stays_text() -> None:
    """JSON may hold `]]>`, markup and characters that XML does not have."""
    document = signed_badge(name="]]> </openbadges:credential> \uffff & <svg> \x85")
    assert json.loads(extract(bake(svg(spaces=""), as_bytes(document)))) == document
    assert vcverify.verify(bake(svg(spaces=""), as_bytes(document))).verified


@pytest.mark.parametrize(
    "credential",
    [
        b"",
        b"Well done!",
        b"[]",
        b'"text"',
        b"{",
        b'a.b" onload="alert(1).c',
        b"\xff",
        b"a.b.c",
        *(b"e30.e30.~" + more for more in (b"\xff", b'" onload="alert(1)~', b"><g/>~")),
    ],
    ids=repr,
)
def test_only_credentials_are_baked(credential: bytes) -> None:
    """Anything else could not be read again, or would be markup."""
    for image in IMAGES.values():
        with pytest.raises(ProblemError):
            bake(image, credential)


@pytest.mark.parametrize(
    "image",
    [b"", b"GIF89a", SIGNATURE, SIGNATURE + HEADER + PIXEL, b"<svg/>", b"<svg", b"<html></html>", b"{}"],
    ids=repr,
)
def test_only_images_are_baked_into(image: bytes) -> None:
    """What is no image, or has no room, stays as it is."""
    with pytest.raises(ProblemError):
        bake(image, BADGE)


def test_what_could_not_be_read_again_is_not_written() -> None:
    """The limits of reading hold for writing."""
    with pytest.raises(ProblemError, match="bytes of text"):
        bake(png(), BADGE, limits=Limits(image_text_bytes=100))
    with pytest.raises(ProblemError, match="bytes of an SVG"):
        bake(svg(spaces=""), BADGE, limits=Limits(svg_bytes=len(BADGE)))


@pytest.mark.parametrize("kind", IMAGES)
def test_limits_hold_at_their_bounds(kind: str) -> None:
    """At the bound it passes, one byte past it does not."""
    baked = bake(IMAGES[kind], BADGE)
    name = {"png": "image_bytes", "svg": "svg_bytes"}[kind]
    assert extract(baked, Limits(**{name: len(baked)})) == BADGE
    with pytest.raises(ProblemError, match=r"limit\.exceeded"):
        extract(baked, Limits(**{name: len(baked) - 1}))


def test_the_text_of_an_image_is_bounded() -> None:
    """The chunk is copied: at the bound it passes, one byte past it does not."""
    body = len(b"openbadgecredential") + 5 + len(BADGE)
    image = png(international(BADGE))
    assert extract(image, Limits(image_text_bytes=body)) == BADGE
    with pytest.raises(ProblemError, match="bytes of text in an image"):
        extract(image, Limits(image_text_bytes=body - 1))


def test_other_data_passes_through() -> None:
    """Most credentials come without an image."""
    for data in (BADGE, TOKEN, b"", b"  {}"):
        assert not is_image(data)
        assert extract(data) is data


def test_an_unsigned_credential_is_told_from_a_signed_one() -> None:
    """The command line warns of it."""
    assert is_signed(BADGE) and is_signed(TOKEN)
    assert not is_signed(as_bytes(badge())) and not is_signed(as_bytes({**badge(), "proof": []}))


def test_a_problem_says_how_to_mend_it() -> None:
    """Whoever sent an image by messenger has lost what was in it."""
    with pytest.raises(ProblemError) as caught:
        extract(png())
    assert "messengers" in caught.value.problem.remedy
    assert caught.value.problem.spec.startswith("OB 3.0")


@pytest.mark.parametrize("name", ["simple-json.png", "simple-jwt.png", "simple-json.svg", "simple-jwt.svg"])
def test_published_images_are_read(name: str, vectors: Path) -> None:
    """The official validator's own samples."""
    text = extract((SAMPLES / name).read_bytes()).strip()
    assert text.startswith(b"{" if "json" in name else b"eyJ")


def test_the_command_bakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command to bake, and the image is verified like a file of JSON."""
    image, credential, out = tmp_path / "dot.png", tmp_path / "badge.json", tmp_path / "out.png"
    image.write_bytes(png())
    credential.write_bytes(BADGE)
    assert main(["bake", str(image), str(credential), "-o", str(out)]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["verify", str(out)]) == 0


def test_the_command_says_what_it_cannot_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written then."""
    image, credential, out = tmp_path / "dot.png", tmp_path / "badge.json", tmp_path / "out.png"
    image.write_bytes(png(chunk(b"tEXt", b"openbadgecredential\0")))
    credential.write_bytes(BADGE)
    assert main(["bake", str(image), str(credential), "-o", str(out)]) == 2
    assert "holds a credential already" in capsys.readouterr().err
    assert not out.exists()
    assert main(["bake", str(tmp_path / "none.png"), str(credential), "-o", str(out)]) == 2
    image.write_bytes(png())
    assert main(["bake", str(image), str(credential), "-o", str(tmp_path / "no" / "such" / "folder")]) == 2


def test_the_command_warns_of_an_unsigned_credential(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is baked all the same: drafts have images too."""
    image, credential, out = tmp_path / "dot.svg", tmp_path / "badge.json", tmp_path / "out.svg"
    image.write_bytes(svg(element("{}")).replace(element("{}").encode(), b""))
    credential.write_bytes(as_bytes(badge()))
    assert main(["bake", str(image), str(credential), "-o", str(out)]) == 0
    assert "not signed" in capsys.readouterr().err
    assert out.exists()
