"""N-Quads (W3C RDF 1.1 N-Quads): a strict, bounded reader, and the writer."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import Final

from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.problems import ProblemError, quote, refuse
from vcverify.rdf.terms import DEFAULT_GRAPH, Statement, iri, literal

_SPEC: Final = "RDF 1.1 N-Quads §4"

_LETTER: Final = (
    "A-Za-z_:\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_BLANK: Final = f"_:[{_LETTER}0-9](?:\\.*[{_LETTER}0-9\\-\u00b7\u0300-\u036f\u203f\u2040])*+"
_IRI: Final = "<[^>]*+>"
_LITERAL: Final = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(?:@([A-Za-z0-9-]++)|\^\^(<[^>]*+>))?'

# What the pattern leaves open (the characters of an IRI, escapes, tags) is settled when the term is made.
_STATEMENT: Final = re.compile(
    rf"[ \t]*+(?P<s>{_IRI}|{_BLANK})[ \t]*+(?P<p>{_IRI})[ \t]*+(?P<o>{_IRI}|{_BLANK}|{_LITERAL})"
    rf"[ \t]*+(?P<g>{_IRI}|{_BLANK})?[ \t]*+\.[ \t]*+(?:#.*+)?+"
).fullmatch
_NOTHING: Final = re.compile(r"[ \t]*+(?:#.*+)?+").fullmatch

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)
_CHARACTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def parse_nquads(text: str, limits: Limits = DEFAULT_LIMITS) -> list[Statement]:
    """The statements of an N-Quads document, in order, repeats kept.

    Terms are made anew, so that one term has one text however it was escaped; blank nodes keep
    their labels. IRIs are absolute. Lines end with U+000A or U+000D and with nothing else.

    Raises:
        ProblemError: `input.malformed` with the number of the line (from 1), `limit.exceeded`.
    """
    if len(text) > limits.input_bytes:  # CHECK: long N-Quads
        raise exceeded("characters of N-Quads", limits.input_bytes, len(text))
    statements: list[Statement] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        match = _STATEMENT(line)
        if match is not None:
            try:
                statements.append(_statement(match))
            except ProblemError as error:
                raise _malformed(number, error.problem.detail) from None
            if len(statements) > limits.quads:  # CHECK: many statements
                raise exceeded("statements", limits.quads, len(statements))
        elif _NOTHING(line) is None:  # CHECK: what is no statement
            raise _malformed(number, f"Not a statement: `{quote(line)}`.")
    return statements


def serialize(statements: Iterable[Statement]) -> str:
    """The N-Quads document of the statements: a line each, in their order, repeats kept."""
    return "".join([f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in statements])


def _statement(match: re.Match[str]) -> Statement:
    subject, predicate, obj, value, language, datatype, graph = match.groups()
    if value is None:
        made = _node(obj)
    else:
        type_iri = None if datatype is None else _unescape(datatype[1:-1], {})
        made = literal(_unescape(value, _CHARACTERS), type_iri, language)
    return _node(subject), _node(predicate), made, DEFAULT_GRAPH if graph is None else _node(graph)


def _node(text: str) -> str:
    if text[0] == "_":
        return text
    term = iri(_unescape(text[1:-1], {}))
    if term is None:  # CHECK: IRIs that are none
        raise refuse("input.malformed", f"Not an absolute IRI: `{quote(text)}`.")
    return term


def _unescape(text: str, characters: Mapping[str, str]) -> str:
    """`text` with its escapes read: by code point anywhere, by letter where `characters` lists it."""
    if "\\" not in text:
        return text

    def read(match: re.Match[str]) -> str:
        short, long, letter = match.groups()
        if letter is None:
            code = int(short or long, 16)
            if code <= sys.maxunicode:
                return chr(code)
        elif letter in characters:
            return characters[letter]
        raise refuse("input.malformed", f"Not an escape of N-Quads: `{quote(match.group())}`.")

    return _ESCAPE.sub(read, text)


def _malformed(number: int, detail: str) -> ProblemError:
    return refuse("input.malformed", f"N-Quads, line {number}: {detail}", spec=_SPEC)
