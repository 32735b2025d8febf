"""Family A of the catalogue: JSON text that readers read differently, or that costs too much to read."""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, OB, V2, badge, signed_badge
from cases.registry import Scenario
from cases.signing import sign
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

from vcverify.jsontypes import loads
from vcverify.limits import Limits
from vcverify.problems import ProblemError

ATTACKS = Attacks("a")
MANY = 1_500_000
"""Values in texts that are within the bytes that are read."""


def text_of(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def spliced(member: str) -> str:
    """A signed badge's text with one more member before all others."""
    return "{" + member + "," + text_of(signed_badge())[1:]


def in_bytes(data: bytes) -> Scenario:
    return Scenario(base64=base64.b64encode(data).decode(), expect=rejected("input.malformed"))


@ATTACKS
def overflow_signed() -> Scenario:
    """1e999 for the credits of an achievement, under a signature by the presenter himself."""
    document = badge()
    document["credentialSubject"]["achievement"]["creditsAvailable"] = 12.5
    text = text_of(sign(document, COLLEGE)).replace("12.5", "1e999")
    assert "1e999" in text
    return Scenario(text=text, expect=rejected("input.malformed"))


@ATTACKS
def number_in_achievement() -> Scenario:
    """NaN for the credits of an achievement: a term that the contexts define."""
    document = badge()
    document["credentialSubject"]["achievement"]["creditsAvailable"] = 12.5
    return Scenario(text=text_of(sign(document, COLLEGE)).replace("12.5", "NaN"), expect=rejected("input.malformed"))


@ATTACKS
def large_integer_signed() -> Scenario:
    """2^53 + 1 for the credits, signed: other readers would see 2^53."""
    document = badge()
    document["credentialSubject"]["achievement"]["creditsAvailable"] = 2**53 + 1
    return Scenario(document=sign(document, COLLEGE), expect=rejected("input.malformed"))


@ATTACKS
def surrogate_in_narrative() -> Scenario:
    """Half a character in the narrative of the criteria, an unnamed node, signed as a replacement character."""
    document = badge()
    document["credentialSubject"]["achievement"]["criteria"] = {"narrative": "Three joints \ufffd"}
    text = text_of(sign(document, COLLEGE)).replace("\ufffd", "\\ud800")
    assert "ud800" in text
    return Scenario(text=text, expect=rejected("input.malformed"))


@ATTACKS
def members_without_end() -> Scenario:
    """200,000 members in one object."""
    extra = ",".join(f'"m{number}":1' for number in range(200_000))
    return Scenario(text=spliced('"extra":{' + extra + "}"), expect=rejected("limit.exceeded"))


@ATTACKS
def issuer_homoglyph() -> Scenario:
    """`\u0456ssuer`, its first letter Cyrillic, beside the real issuer: a screen shows two alike."""
    return Scenario(
        document={**signed_badge(), "\u0456ssuer": {"id": "did:web:ministry.example", "name": "The Ministry"}},
        expect=rejected("terms.undefined"),
    )


@ATTACKS
def issuer_in_other_case() -> Scenario:
    """`Issuer` beside `issuer`: a reader that ignores case takes either."""
    return Scenario(
        document={**signed_badge(), "Issuer": {"id": "did:web:ministry.example"}}, expect=rejected("terms.undefined")
    )


# --- neighbours -----------------------------------------------------------------------------------

_MALFORMED = {
    "minus_alone": '"a":-',
    "plus_sign": '"a":+1',
    "no_digit_after_point": '"a":1.',
    "no_digit_before_point": '"a":.5',
    "hexadecimal": '"a":0x10',
    "underscores": '"a":1_000',
    "other_digits": '"a":\u0661\u0662',
    "true_in_capitals": '"a":True',
    "none": '"a":None',
    "undefined": '"a":undefined',
    "two_commas": '"a":1,',
    "no_value": '"a":',
    "nul": '"a":"\x00"',
    "escape_of_three": '"a":"\\u12"',
    "surrogates_swapped": '"a":"\\udc00\\ud800"',
    "surrogate_before_escape": '"a":"\\ud800\\\\udc00"',
    "upper_case_escape": '"a":"\\U0041"',
    "unescaped_escape": '"a":"\x1b[31m"',
    "duplicate_deep": '"a":{"b":{"c":1,"c":2}}',
    "duplicate_empty": '"":1,"":2',
    "duplicate_context": '"@context":[]',
    "duplicate_type": '"type":["VerifiableCredential"]',
    "large_float": '"a":1E400',
    "minus_infinity": '"a":-1e309',
    "digits": '"a":' + "9" * 5_000,
    "fraction_digits": '"a":0.' + "1" * 100_000,
    "exponent_digits": '"a":1e' + "0" * 100_000,
    "negative_zero_integer": '"a":-9007199254740992',
    "form_feed_between": '"a":\x0c1',
    "no_break_space_between": '"a":\u00a01',
    "line_separator_between": '"a":\u20281',
}


def _malformed(member: str) -> Scenario:
    return Scenario(text=spliced(member), expect=rejected("input.malformed"))


for _name, _member in _MALFORMED.items():
    ATTACKS.add(_name, partial(_malformed, _member))

_COSTLY = {
    "empty_arrays": lambda: '"a":[' + "[]," * MANY + "0]",
    "arrays_of_arrays": lambda: '"a":[' + ("[" * 60 + "]" * 60 + ",") * 60_000 + "0]",
    "open_brackets": lambda: '"a":' + "[" * 6_000_000,
    "levels": lambda: '"a":' + "[" * 3_000_000 + "]" * 3_000_000,
    "objects": lambda: '"a":[' + '{"":0},' * MANY + "0]",
    "objects_of_objects": lambda: '"a":[' + ('{"a":' * 60 + "1" + "}" * 60 + ",") * 60_000 + "0]",
    "numbers": lambda: '"a":[' + "1," * 3 * MANY + "0]",
    "fractions": lambda: '"a":[' + "1.5," * MANY + "0]",
    "texts": lambda: '"a":[' + '"",' * 2 * MANY + "0]",
    "long_texts": lambda: '"a":[' + ('"' + "x" * 2_000_000 + '",') * 4 + "0]",
    "escaped_marks": lambda: '"a":"' + '\\"' * 3_000_000 + '"',
    "escaped_backslashes": lambda: '"a":"' + "\\\\" * 3_000_000 + '"',
    "escaped_characters": lambda: '"a":["' + "\\u00e9" * 1_000_000 + '"]',
    "surrogate_pairs": lambda: '"a":["' + "\\ud834\\udd1e" * 500_000 + '"]',
    "members_nearly_enough": lambda: (
        '"a":[' + "{" + ",".join(f'"{n}":0' for n in range(9_999)) + "}" + ",0" * 900_000 + "]"
    ),
    "duplicate_at_the_end": lambda: '"a":{' + ",".join(f'"{n}":0' for n in range(900_000)) + ',"0":1}',
    "white_space": lambda: '"a":' + " \n\t" * 2_000_000 + "?",
    "brackets_in_text": lambda: '"a":"' + "[{" * 500_000 + '","b":"' + "[{," * 333_000 + '"',
}
"""Texts within the bytes that are read; each costs far more to parse than to refuse."""


def _costly(member: str) -> Scenario:
    return Scenario(text=spliced(_COSTLY[member]()), expect=rejected())


for _name in _COSTLY:
    ATTACKS.add(f"many_{_name}", partial(_costly, _name))


@ATTACKS
def input_of_33_mebibytes() -> Scenario:
    """One byte too many, whatever it is."""
    return Scenario(text=spliced('"a":"' + "x" * (33 << 20) + '"'), expect=rejected("limit.exceeded"))


_BYTES = {
    "utf_16_be": lambda text: text.encode("utf-16-be"),
    "utf_32_be": lambda text: text.encode("utf-32-be"),
    "latin_1": lambda text: text.replace("Aldermoor", "Aldermo\u00f6r").encode("latin-1"),
    "cesu_8": lambda text: text.encode().replace(b"Aldermoor", b"\xed\xa0\xb4\xed\xb4\x9e"),
    "five_bytes": lambda text: text.encode().replace(b"Aldermoor", b"\xf8\x88\x80\x80\x80"),
    "beyond_unicode": lambda text: text.encode().replace(b"Aldermoor", b"\xf4\x90\x80\x80"),
    "overlong_quote": lambda text: text.encode().replace(b"Aldermoor", b"\xc0\xa2"),
    "cut_in_a_character": lambda text: text.encode()[:-2] + b"\xe2\x82",
    "two_marks": lambda text: b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(),
    "gzipped": lambda text: __import__("gzip").compress(text.encode()),
}


def _encoded(name: str) -> Scenario:
    return in_bytes(_BYTES[name](text_of(signed_badge())))


@ATTACKS
def bytes_of_utf_7() -> Scenario:
    """UTF-7 is ASCII to whoever does not know it: another name than was signed."""
    text = text_of(signed_badge(name="S\u00f6ldering"))
    return Scenario(base64=base64.b64encode(text.encode("utf-7")).decode(), expect=rejected("proof.invalid"))


for _name in _BYTES:
    ATTACKS.add(f"bytes_{_name}", partial(_encoded, _name))


@ATTACKS
def escaped_everything() -> Scenario:
    """Every character of every string as an escape: the same JSON."""

    def escaped(value: Any) -> str:
        if isinstance(value, str):
            return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'
        if isinstance(value, dict):
            return "{" + ",".join(f"{escaped(name)}:{escaped(item)}" for name, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(escaped, value)) + "]"
        return json.dumps(value)

    return Scenario(text=escaped(signed_badge()), expect=accepted())


@ATTACKS
def surrogate_pair() -> Scenario:
    """A character beyond the first plane, escaped as JSON has it: one character, not two halves."""
    document = badge(name="Viola \U0001d121")
    return Scenario(text=json.dumps(sign(document, COLLEGE)), expect=accepted())


@ATTACKS
def deepest_that_is_read() -> Scenario:
    """64 levels are read, and judged by what they say: nothing that was signed."""
    return Scenario(text=spliced('"a":' + "[" * 63 + "]" * 63), expect=rejected("terms.undefined"))


@ATTACKS
def names_like_methods() -> Scenario:
    """Names that are attributes in some languages are names."""
    return Scenario(
        document={**signed_badge(), "__proto__": {"verified": True}, "constructor": 1, "__class__": "x"},
        expect=rejected("terms.undefined"),
    )


@ATTACKS
def contexts_as_text() -> Scenario:
    """The array of contexts as one text of JSON."""
    return Scenario(document={**signed_badge(), "@context": text_of([V2, OB])}, expect=rejected())


SHOWN = table("""
A04  input-nan #number_in_achievement
A05  input-overflow #overflow_signed
A08  input-float-last-digit
A09  input-big-integer #large_integer_signed
A10  limits-depth-90
A11  limits-depth-400 limits-depth-arrays
A15  input-lone-surrogate #surrogate_in_narrative
A16  input-lone-surrogate-name
A18  input-utf-16-le input-utf-16
A19  input-utf-32
A20  input-invalid-byte
A22  input-overlong
A24  limits-members #members_without_end
A26  input-raw-newline
A28  input-array
A30  terms-undefined-homoglyph input-homoglyph-only #issuer_homoglyph
A32  terms-undefined-other-case #issuer_in_other_case
A33  input-escaped-names #escaped_everything
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("A", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()


@pytest.mark.parametrize(("text", "count"), [("[0,0,{}]", 4), ('["[{,",0]', 5), ('{"a":[],"b":""}', 3)])
def test_values_are_counted_before_they_are_read(text: str, count: int) -> None:
    """Each comma and opening bracket may be one more value; at the bound it is read, beyond it is not."""
    assert loads(text, Limits(json_values=count)) == json.loads(text)
    with pytest.raises(ProblemError, match=r"limit\.exceeded"):
        loads(text, Limits(json_values=count - 1))
    with pytest.raises(ProblemError, match=r"limit\.exceeded"):
        loads(text.replace("0", "?"), Limits(json_values=count - 1))


@pytest.mark.parametrize(
    "text", ['[[{"a":[]}]]', "[[[[]]],[]]", '["]]]]",[["[[[[",[[]]]]]', '[["\\"[[[[",{"a":{"]":{}}}]]']
)
def test_levels_are_counted_exactly(text: str) -> None:
    """Brackets in strings are no levels."""

    def levels(value: Any) -> int:
        inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inside is None else 1 + max(map(levels, inside), default=0)

    depth = levels(json.loads(text))
    assert loads(text, Limits(json_depth=depth)) == json.loads(text)
    with pytest.raises(ProblemError, match=r"limit\.exceeded"):
        loads(text, Limits(json_depth=depth - 1))
