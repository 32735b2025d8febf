"""Terms: valid by construction, canonical in their text."""

from __future__ import annotations

import pytest

from vcverify.problems import ProblemError
from vcverify.rdf import iri, is_blank, is_iri, is_language_tag, literal


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a",
        "urn:uuid:0",
        "did:key:z6Mk#z6Mk",
        "tag:",
        "data:,%20",
        "a+b-c.9:x",
        "https://example.org/é?q=ü#ß",
        "https://example.org/\U0001f393",
    ],
)
def test_absolute_iris_are_terms(text: str) -> None:
    """RFC 3987: a scheme and characters beyond ASCII."""
    assert is_iri(text)
    assert iri(text) == f"<{text}>"


@pytest.mark.parametrize(
    "text",
    ["", "a", "/path", "//host/path", "#fragment", "?q", "_:b0", "1a:b", "é:b", ":a", "a b:c"]
    + [f"https://example.org/{character}" for character in '\x00\x01\t\n\r \x1f"<>{}|\\^`\x7f\x85\x9f\ud800\udfff']
    + ["https://example.org/\n", "\nhttps://example.org/", " https://example.org/"],
)
def test_nothing_else_is_an_iri(text: str) -> None:
    """A relative IRI has no base here, and these characters would break out of the term."""
    assert not is_iri(text)
    assert iri(text) is None


@pytest.mark.parametrize("text", ["e", "en", "en-US", "zh-Hant-TW", "i-klingon", "de-1996", "abcdefgh-12345678"])
def test_language_tags_have_the_form_of_bcp_47(text: str) -> None:
    """One to eight letters, then subtags of one to eight letters or digits."""
    assert is_language_tag(text)
    assert literal("x", language=text) == f'"x"@{text}'


@pytest.mark.parametrize(
    "text", ["", "-", "en-", "-en", "en_US", "en US", "1en", "abcdefghi", "en-123456789", "en\n", "ën"]
)
def test_other_language_tags_are_refused(text: str) -> None:
    """A tag that is let through unread could carry the rest of a line."""
    assert not is_language_tag(text)
    with pytest.raises(ProblemError) as refused:
        literal("x", language=text)
    assert refused.value.problem.code == "input.malformed"


def test_literals_are_escaped_as_rdfc_1_0_says() -> None:
    """Seven short escapes, upper-case \\u for the other controls and U+007F, everything else as it is (§5)."""
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
    for code in [*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFF, 0x10000, 0x1F393, 0x10FFFF]:
        expected = short.get(code) or (f"\\u{code:04X}" if code < 0x20 or code == 0x7F else chr(code))
        assert literal(f"a{chr(code)}b") == f'"a{expected}b"'


def test_a_literal_has_a_tag_or_a_datatype_or_neither() -> None:
    """xsd:string is what a bare literal is, so it is left out; a language tag implies its datatype."""
    assert literal("x") == '"x"'
    assert literal("x", "http://www.w3.org/2001/XMLSchema#string") == '"x"'
    assert literal("x", "https://example.org/t") == '"x"^^<https://example.org/t>'
    assert literal("x", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en") == '"x"@en'


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", "\ud83c\udf93"])
def test_surrogates_are_no_characters(value: str) -> None:
    """They have no UTF-8, so they could not be hashed."""
    with pytest.raises(ProblemError) as refused:
        literal(value)
    assert refused.value.problem.code == "input.malformed"


def test_a_datatype_is_an_absolute_iri() -> None:
    """A context may say anything of a term's type."""
    with pytest.raises(ProblemError) as refused:
        literal("x", "xsd:date> <b")
    assert refused.value.problem.code == "input.malformed"


def test_only_blank_nodes_begin_with_an_underscore() -> None:
    """Canonicalization tells them by it."""
    assert is_blank("_:b0")
    assert not any(is_blank(term) for term in ("<https://example.org/>", '"_:b0"', ""))
