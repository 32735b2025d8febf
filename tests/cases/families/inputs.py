"""The input as text: strict JSON, or a problem with a position."""

from __future__ import annotations

import base64
import json
from functools import partial
from typing import Any

from cases.documents import COLLEGE, STRANGER, badge, signed_badge
from cases.mutations import edit, put
from cases.registry import Family, Scenario, fails, passes, refused
from cases.signing import sign

FAMILY = Family("input", "json")
case = FAMILY.case

JSON = ("RFC 8259",)


def as_text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def spliced(member: str) -> str:
    """A signed badge's text with one more member, written as it is, before all others."""
    return "{" + member + "," + as_text(signed_badge())[1:]


_TEXTS: dict[str, tuple[str, str, str]] = {
    "nothing": ("", "RFC 8259 §2", "an empty text is no JSON"),
    "only-space": (" \n", "RFC 8259 §2", "white space is no JSON value"),
    "prose": ("Dear registrar, please find enclosed", "RFC 8259 §2", "prose is no JSON"),
    "truncated": (as_text(signed_badge())[:-40], "RFC 8259 §2", "the text ends in the middle"),
    "trailing": (as_text(signed_badge()) + "}", "RFC 8259 §2", "something stands after the value"),
    "two-documents": (as_text(signed_badge()) * 2, "RFC 8259 §2", "two values are not one"),
    "comment": ("/* badge */" + as_text(signed_badge()), "RFC 8259 §2", "JSON has no comments"),
    "trailing-comma": (as_text(signed_badge())[:-1] + ",}", "RFC 8259 §4", "a comma before the end"),
    "single-quotes": (as_text(signed_badge()).replace('"', "'"), "RFC 8259 §7", "strings have double quotes"),
    "array": ("[" + as_text(signed_badge()) + "]", "DI §4.4 step 2", "a list of credentials is not a credential"),
    "string": (as_text("badge"), "DI §4.4 step 2", "a string is no credential"),
    "number": ("42", "DI §4.4 step 2", "a number is no credential"),
    "null": ("null", "DI §4.4 step 2", "null is no credential"),
    "other-object": ('{"hello":"world"}', "VCDM 2.0 §4", "nothing in it belongs to a credential"),
    "empty-object": ("{}", "VCDM 2.0 §4", "nothing at all is in it"),
    "duplicate-name": (
        spliced('"name":"Brain surgery"'),
        "RFC 8259 §4; RFC 7493 §2.3",
        "readers differ on which of two equal names counts",
    ),
    "duplicate-proof": (spliced('"proof":{}'), "RFC 8259 §4; RFC 7493 §2.3", "the same with the proof"),
    "duplicate-escaped": (
        spliced('"\\u006eame":"Brain surgery"'),
        "RFC 8259 §8.3",
        "an escape does not make it another name",
    ),
    "nan": (spliced('"honours":NaN'), "RFC 8259 §6", "JSON has no NaN"),
    "infinity": (spliced('"honours":-Infinity'), "RFC 8259 §6", "JSON has no infinity"),
    "overflow": (
        spliced('"honours":1e999'),
        "RFC 8259 §6; RFC 7493 §2.2",
        "it is read as infinity where it is read at all",
    ),
    "big-integer": (
        spliced('"honours":9007199254740993'),
        "RFC 7493 §2.2",
        "readers that use floating point see another number",
    ),
    "long-number": (spliced('"honours":1.' + "0" * 60), "RFC 7493 §2.2", "more than 40 digits"),
    "leading-zero": (spliced('"honours":017'), "RFC 8259 §6", "numbers have no leading zero"),
    "lone-surrogate": (spliced('"honours":"\\ud800"'), "RFC 8259 §8.2; RFC 7493 §2.1", "half of a character"),
    "lone-surrogate-name": (spliced('"\\udfff":1'), "RFC 8259 §8.2; RFC 7493 §2.1", "half of a character, in a name"),
    "raw-newline": (spliced('"honours":"a\nb"'), "RFC 8259 §7", "control characters have to be escaped"),
    "raw-tab": (spliced('"honours":"a\tb"'), "RFC 8259 §7", "control characters have to be escaped"),
    "bad-escape": (spliced('"honours":"\\x41"'), "RFC 8259 §7", "there is no such escape"),
    "byte-order-mark": ("\ufeff" + as_text(signed_badge()), "RFC 8259 §8.1", "no byte order mark may stand before it"),
}


def _malformed_text(text: str) -> Scenario:
    return Scenario(text=text, expect=fails("input.malformed", absent=["proof.missing"]))


for _name, (_text, _spec, _why) in _TEXTS.items():
    FAMILY.add(
        _name,
        f"Text that is not a credential in strict JSON is malformed: {_name}",
        f"Refused before anything is judged: {_why}.",
        partial(_malformed_text, _text),
        spec=_spec.split("; "),
        importance="high" if _name.startswith("duplicate") else "medium",
    )

_GOOD = as_text(signed_badge())
_BYTES: dict[str, tuple[bytes, str, str]] = {
    "utf-16": (_GOOD.encode("utf-16"), "RFC 8259 §8.1", "UTF-16 with its mark"),
    "utf-16-le": (_GOOD.encode("utf-16-le"), "RFC 8259 §8.1", "UTF-16 without a mark"),
    "utf-32": (_GOOD.encode("utf-32"), "RFC 8259 §8.1", "UTF-32"),
    "utf-8-mark": (b"\xef\xbb\xbf" + _GOOD.encode(), "RFC 8259 §8.1", "UTF-8 with a byte order mark"),
    "invalid-byte": (
        _GOOD.replace("Aldermoor", "Alderm\u00f6or").encode("latin-1"),
        "RFC 3629",
        "a byte that no UTF-8 text has",
    ),
    "overlong": (_GOOD.encode().replace(b"Aldermoor", b"Alder\xc0\xafmoor"), "RFC 3629 §10", "a slash in two bytes"),
    "encoded-surrogate": (
        _GOOD.encode().replace(b"Aldermoor", b"Alder\xed\xa0\x80moor"),
        "RFC 3629 §3",
        "half of a character, in UTF-8's own form",
    ),
    "binary": (bytes(range(256)), "RFC 8259 §2", "no text at all"),
}


def _malformed_bytes(content: bytes) -> Scenario:
    return Scenario(base64=encoded(content), expect=fails("input.malformed"))


for _name, (_content, _spec, _why) in _BYTES.items():
    FAMILY.add(
        _name,
        f"Bytes that are not UTF-8 as JSON has it are malformed: {_name}",
        f"Only plain UTF-8 is read: {_why}.",
        partial(_malformed_bytes, _content),
        spec=[_spec],
        importance="medium",
    )


@case("Escaped member names are the same names", spec=["RFC 8259 §7"])
def escaped_names() -> Scenario:
    """`\\u0070roof` is `proof`."""
    return Scenario(
        text=_GOOD.replace('"proof":', '"\\u0070roof":').replace('"issuer":', '"\\u0069ssuer":'), expect=passes()
    )


@case("White space between tokens is free", spec=["RFC 8259 §2"])
def white_space() -> Scenario:
    """Indented, with line ends of both kinds."""
    return Scenario(text=json.dumps(signed_badge(), indent="\t").replace("\n", "\r\n") + "\n", expect=passes())


@case("The order of members is free", spec=["RFC 8259 §4"])
def member_order() -> Scenario:
    """The proof first, the contexts last: the statements are the same."""
    return Scenario(text=as_text(dict(reversed(list(signed_badge().items())))), expect=passes())


@case("The order of members is free in JCS suites too", spec=["RFC 8785 §3.2.3"], features=["jcs"])
def member_order_jcs() -> Scenario:
    """Canonical JSON sorts them."""
    document = sign(badge(), COLLEGE, "eddsa-jcs-2022")
    return Scenario(text=as_text(dict(reversed(list(document.items())))), expect=passes())


@case("Escapes and characters are the same text", spec=["RFC 8259 §7"])
def escaped_characters() -> Scenario:
    """Outside the basic plane an escape takes a surrogate pair, which is whole."""
    document = signed_badge(name="Löten \U0001f527 Stufe 2")
    return Scenario(text=json.dumps(document, ensure_ascii=True), expect=passes())


@case("Numbers are signed by value, not by spelling", spec=["RFC 8785 §3.2.2.3"], features=["jcs"], importance="low")
def number_spelling_jcs() -> Scenario:
    """`1.0e1` and `10` are one number in canonical JSON."""
    document = badge()
    document["credentialSubject"]["achievement"]["creditsAvailable"] = 10
    text = as_text(sign(document, COLLEGE, "eddsa-jcs-2022"))
    return Scenario(text=text.replace('"creditsAvailable":10', '"creditsAvailable":1.0e1'), expect=passes())


@case("JSON-LD numbers have fifteen digits after the point", spec=["JSON-LD 1.1 API §8.6"], importance="low")
def float_last_digit() -> Scenario:
    """0.30000000000000004 was signed, 0.3 is shown: one literal, 3.0E-1. Accepted; nothing else can be signed this way."""
    document = badge()
    document["credentialSubject"]["achievement"]["creditsAvailable"] = 0.30000000000000004
    text = as_text(sign(document, COLLEGE))
    return Scenario(text=text.replace("0.30000000000000004", "0.3"), expect=passes())


@case("A number with another value is another number", spec=["JSON-LD 1.1 API §8.6"])
def number_changed() -> Scenario:
    """3 credits for 0.3."""
    document = badge()
    document["credentialSubject"]["achievement"]["creditsAvailable"] = 0.3
    return Scenario(
        document=put(sign(document, COLLEGE), "/credentialSubject/achievement/creditsAvailable", 3),
        expect=fails("proof.invalid", proof="failed"),
    )


@case("A case's input may be the text of a credential", spec=["RFC 8259"])
def text_input() -> Scenario:
    """A string as `input` is text to be parsed as it is."""
    return Scenario(document=_GOOD, expect=passes())


@case("A credential in a wrapper is not a credential", spec=["VCDM 2.0 §4"])
def wrapped() -> Scenario:
    """`{"credential": {...}}` is an API's message."""
    return Scenario(document={"credential": signed_badge()}, expect=fails("input.malformed"))


@case("Terminal controls in a name are data", spec=["VCDM 2.0 §8.6"], importance="medium")
def terminal_controls() -> Scenario:
    """The signature holds; whoever prints the report has to escape them."""
    return Scenario(document=signed_badge(name="\u001b[2J\u001b[1;32mVERIFIED\u202e"), expect=passes())


@case("Line ends in an issuer's id are refused", spec=["VCDM 2.0 §4.4", "VCDM 2.0 §8.6"])
def issuer_with_controls() -> Scenario:
    """It is no URL, and it must not reach a log raw."""
    return Scenario(
        document=edit(signed_badge(), "/issuer/id", lambda did: did + "\n\u001b[32mverified: true"), expect=refused()
    )


@case("A second issuer in another alphabet does not count", spec=["DI §2.4.3", "UTS #39"])
def homoglyph_only() -> Scenario:
    """`issuer` itself was replaced by the look-alike: the badge names no issuer any more."""
    document = signed_badge()
    renamed = {("\u0456ssuer" if n == "issuer" else n): v for n, v in document.items()}
    renamed["\u0456ssuer"] = {**document["issuer"], "id": STRANGER.did}
    return Scenario(document=renamed, expect=fails("proof.invalid", proof="failed"))
