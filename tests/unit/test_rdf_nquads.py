"""The N-Quads reader takes what the grammar says and names the line of what it refuses."""

from __future__ import annotations

import pytest

from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.rdf import parse_nquads, serialize

S, P, E, G = "<https://example.org/s>", "<https://example.org/p>", "<https://example.org/o>", "<https://example.org/g>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{S} {P} {E} .", (S, P, E, "")),
        (f"{S} {P} {E} {G} .", (S, P, E, G)),
        (f"{S}{P}{E}{G}.", (S, P, E, G)),
        (f"\t{S}\t{P} \t{E}  .\t # comment . \\", (S, P, E, "")),
        (f"_:a {P} _:b _:c .", ("_:a", P, "_:b", "_:c")),
        (f"_:a.b {P} _:a-b_c.", ("_:a.b", P, "_:a-b_c", "")),
        (f"_:0 {P} _:é·.", ("_:0", P, "_:é·", "")),
        (f'{S} {P} "" .', (S, P, '""', "")),
        (f'{S} {P} "a\\"b"@en-GB {G} .', (S, P, '"a\\"b"@en-GB', G)),
        (f'{S} {P} "1"^^<https://example.org/t> .', (S, P, '"1"^^<https://example.org/t>', "")),
        (f'{S} {P} "x"^^<http://www.w3.org/2001/XMLSchema#string> .', (S, P, '"x"', "")),
        (f'{S} {P} "\\u0041\\U0001F393\\\'\\u000A\\u007f\x01" .', (S, P, '"A\U0001f393\'\\n\\u007F\\u0001"', "")),
        (f'{S} {P} "\u2028\x85\x0b" .', (S, P, '"\u2028\x85\\u000B"', "")),
        (f"<https://example.org/\\u00E9> {P} {E} .", ("<https://example.org/é>", P, E, "")),
        (f'{S} {P} "# . <" .', (S, P, '"# . <"', "")),
    ],
)
def test_statements_are_read_and_their_terms_made_anew(line: str, expected: tuple[str, str, str, str]) -> None:
    """However a term was escaped, it has one text."""
    assert parse_nquads(line) == [expected]
    assert parse_nquads(serialize([expected])) == [expected]


def test_lines_end_as_the_grammar_says_and_nowhere_else() -> None:
    """U+000A and U+000D in any number; a literal may hold U+0085 or U+2028, which str.splitlines would cut."""
    text = f'# first\r\n\r{S} {P} "\x85" .\r\n\n  \t\n{S} {P} "\u2028\x1c" .\r# last'
    assert [statement[2] for statement in parse_nquads(text)] == ['"\x85"', '"\u2028\\u001C"']
    assert parse_nquads("") == []


@pytest.mark.parametrize(
    "line",
    [
        "x",
        f"{S} {P} {E}",
        f"{S} {P} .",
        f"{S} {P} {E} . .",
        f"{S} {P} {E} {G} {G} .",
        f"{S} _:p {E} .",
        f'"x" {P} {E} .',
        f'{S} {P} {E} "g" .',
        f"<relative> {P} {E} .",
        f"<https://example.org/a b> {P} {E} .",
        f"<https://example.org/\\u0020> {P} {E} .",
        f"<https://example.org/\\u003E> {P} {E} .",
        f"<https://example.org/\\n> {P} {E} .",
        f"<https://example.org/\\q> {P} {E} .",
        f"_:-a {P} {E} .",
        f"_: {P} {E} .",
        f"_:a. {P} {E} .",
        f'{S} {P} "a .',
        f'{S} {P} "a"b" .',
        f'{S} {P} "\\x" .',
        f'{S} {P} "\\u12" .',
        f'{S} {P} "\\uD83C\\uDF93" .',
        f'{S} {P} "\\U00110000" .',
        f'{S} {P} "a\\',
        f'{S} {P} "x"@ .',
        f'{S} {P} "x"@e_n .',
        f'{S} {P} "x"@abcdefghi .',
        f'{S} {P} "x"^^"y" .',
        f'{S} {P} "x"^^<t> .',
        f'{S} {P} "x"@en^^<https://example.org/t> .',
        f"\ufeff{S} {P} {E} .",
        f"{S}\u00a0{P} {E} .",
    ],
)
def test_what_is_no_statement_is_refused_with_its_line(line: str) -> None:
    """A reader that guesses would sign one thing and mean another."""
    with pytest.raises(ProblemError) as refused:
        parse_nquads(f"{S} {P} {E} .\n\n{line}\n")
    problem = refused.value.problem
    assert problem.code == "input.malformed"
    assert problem.detail.startswith("N-Quads, line 3: ")
    assert "\n" not in problem.detail


@pytest.mark.parametrize(("quads", "characters"), [(3, 10_000), (2, 10_000), (3, 0)])
def test_the_reader_is_bounded(quads: int, characters: int) -> None:
    """At the limit the document is read, one past it refused."""
    text = f"{S} {P} {E} .\n" * 3
    limits = Limits(quads=quads, input_bytes=characters or len(text) - 1)
    if quads == 3 and characters:
        assert len(parse_nquads(text, limits)) == 3
        assert len(parse_nquads(text, Limits(input_bytes=len(text)))) == 3
        return
    with pytest.raises(ProblemError) as refused:
        parse_nquads(text, limits)
    assert refused.value.problem.code == "limit.exceeded"


@pytest.mark.parametrize(
    "line",
    ["_:a" + "." * 200_000, '"' + "\\\\" * 200_000, "<" * 200_000, " " * 200_000 + "x", "_:" + "a." * 200_000 + "!"],
)
def test_long_lines_are_refused_at_once(line: str) -> None:
    """No pattern here looks at a character more than a few times."""
    for text in (line, f"{S} {P} {line}"):
        with pytest.raises(ProblemError):
            parse_nquads(text)


def test_repeats_and_order_are_kept() -> None:
    """The reader reads; canonicalization makes a set."""
    text = f"{S} {P} _:b .\n{S} {P} _:a .\n{S} {P} _:b .\n"
    assert serialize(parse_nquads(text)) == text
