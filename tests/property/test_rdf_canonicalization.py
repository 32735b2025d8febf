"""Canonicalization against three other readings of RDFC-1.0, on datasets nobody would think of.

`cases.rdfc` reads the specification step by step and is held equal everywhere. pyoxigraph and PyLD
are held equal where they follow it:

* Both: where the specification decides. Hash Related Blank Node does not say in which graph two
  nodes are linked (§4.7.3), so nodes linked in several graphs can share every hash without being
  alike, and their labels then depend on the order of the input: compared are datasets of one graph.
* pyoxigraph keeps the related nodes of Hash N-Degree Quads as a set, which shows where a graph is
  named by a blank node or one link stands in two graphs.
* PyLD counts a self-reference twice, leaves labels alone that look canonical, and does not escape
  U+0008, U+000C and the other controls that RDFC-1.0 escapes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pyoxigraph
import pytest
from cases.rdfc import canonical_nquads
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.rdf import Statement, canonicalize, iri, is_blank, is_language_tag, literal, parse_nquads, serialize

GENEROUS = Limits(canonicalization_calls=10**6, canonicalization_permutations=10**6, canonicalization_seconds=600.0)
LITERALS = ('"x"', '"x"@en', '"x"^^<https://example.org/t>', literal('\b\t\x01"\\é\U0001f393'))
IRIS = ("<https://example.org/0>", "<https://example.org/1>")


def dataset(random_: random.Random, graphs: Sequence[str]) -> list[Statement]:
    """1 to 9 statements over few terms, so that blank nodes are often alike and sometimes repeated."""
    nodes = [f"_:n{i}" for i in range(random_.randint(1, 5))]
    predicates = IRIS[: random_.randint(1, 2)]
    return [
        (
            random_.choice([*nodes, *nodes, *IRIS]),
            random_.choice(predicates),
            random_.choice([*nodes, *nodes, *nodes, *IRIS, *LITERALS]),
            random_.choice(graphs),
        )
        for _ in range(random_.randint(1, 9))
    ]


def blank_nodes(statements: Sequence[Statement]) -> list[str]:
    return sorted({term for statement in statements for term in statement if is_blank(term)})


def said_otherwise(statements: list[Statement], random_: random.Random) -> list[Statement]:
    """The same dataset: other labels, some of them confusing, another order, repeats."""
    nodes = blank_nodes(statements)
    names = random_.sample([f"_:{prefix}{i}" for prefix in ("c14n", "b", "n", "z") for i in range(4)], len(nodes))
    labels = dict(zip(nodes, names, strict=True))
    again = [
        (labels.get(s, s), p, labels.get(o, o), labels.get(g, g))
        for s, p, o, g in [*statements, *random_.choices(statements, k=2)]
    ]
    random_.shuffle(again)
    return again


def by_pyoxigraph(statements: list[Statement]) -> str:
    parsed = pyoxigraph.Dataset(pyoxigraph.parse(serialize(statements).encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    parsed.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    document = pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.N_QUADS)
    assert document is not None
    # pyoxigraph writes no canonical escapes: the lines are read and written again.
    return "".join(sorted(serialize(parse_nquads(document.decode())).splitlines(keepends=True)))


def by_pyld(statements: list[Statement]) -> str:
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    document = jsonld.normalize(serialize(statements), options)
    assert isinstance(document, str)
    return document


def compare(seed: int) -> dict[str, int]:
    """One dataset through everything that can judge it; which ones did."""
    random_ = random.Random(seed)
    graphs = random_.choice([[""], ["<a:g>"], ["_:n0"], ["_:g"], ["", "<a:g>"], ["", "_:n0", "_:n1"]])
    statements = dataset(random_, graphs)
    algorithm = random_.choice(["sha256", "sha256", "sha384"])
    canonical = canonicalize(statements, hash_algorithm=algorithm, limits=GENEROUS)
    judges = {"reference": 0, "pyoxigraph": 0, "pyld": 0}

    relabelled = {
        tuple(f"_:{canonical.issued[term[2:]]}" if is_blank(term) else term for term in statement)
        for statement in statements
    }
    assert canonical.nquads == "".join(sorted(map(_line, relabelled))), seed
    assert sorted(canonical.issued.values()) == sorted(f"c14n{i}" for i in range(len(blank_nodes(statements))))

    if len(graphs) == 1:
        judges["reference"] = 1
        assert canonical.nquads == canonical_nquads(list(dict.fromkeys(statements)), algorithm), seed
        again = said_otherwise(statements, random_)
        assert canonical.nquads == canonicalize(again, hash_algorithm=algorithm, limits=GENEROUS).nquads, seed
        if algorithm == "sha256" and not is_blank(graphs[0]):
            judges["pyoxigraph"] = 1
            assert canonical.nquads == by_pyoxigraph(statements), seed
        if algorithm == "sha256" and not any(_unfit_for_pyld(statement) for statement in statements):
            judges["pyld"] = 1
            assert canonical.nquads == by_pyld(statements), seed
    elif canonical.nquads != canonical_nquads(list(dict.fromkeys(statements)), algorithm):
        # Undecided by the specification, then: the reading must be one of those that an order gives.
        readings = {
            canonical_nquads(list(dict.fromkeys(said_otherwise(statements, random_))), algorithm) for _ in range(60)
        }
        assert len(readings) > 1, seed
        assert canonical.nquads in readings, seed
    return judges


def _line(statement: tuple[str, ...]) -> str:
    return " ".join(filter(None, statement)) + " .\n"


def _unfit_for_pyld(statement: Statement) -> bool:
    blank = [term for term in statement if is_blank(term)]
    return len(set(blank)) != len(blank) or "\\b" in statement[2]


def _agree(seeds: range) -> dict[str, int]:
    totals = {"reference": 0, "pyoxigraph": 0, "pyld": 0}
    for seed in seeds:
        for judge, judged in compare(seed).items():
            totals[judge] += judged
    return totals


def test_random_datasets_agree() -> None:
    """Any difference is a signature that fails, or worse, one that should."""
    totals = _agree(range(5_000))
    assert totals["reference"] > 3_000
    assert totals["pyoxigraph"] > 1_000
    assert totals["pyld"] > 500


@pytest.mark.long
def test_a_hundred_thousand_random_datasets_agree() -> None:
    """The same, in quantity."""
    assert _agree(range(10_000_000, 10_100_000))["pyoxigraph"] > 20_000


def crowd(random_: random.Random) -> list[Statement]:
    """Copies of one small tree of blank nodes, under one parent or several, as members of a record are."""
    tree = [(random_.randrange(i), i) for i in range(1, random_.randint(1, 4) + 1)]
    parents = random_.choice([["<a:root>"], ["_:root"], ["<a:1>", "<a:2>"]])
    statements: list[Statement] = [("<a:root>", IRIS[0], "_:root", "")]
    for copy in range(random_.randint(2, 12)):
        statements.append((random_.choice(parents), IRIS[0], f"_:m{copy}x0", ""))
        statements += [(f"_:m{copy}x{a}", IRIS[b % 2], f"_:m{copy}x{b}", "") for a, b in tree]
        statements.append((f"_:m{copy}x{len(tree)}", IRIS[1], random_.choice(LITERALS[:2]), ""))
    return statements


def test_repeated_members_agree() -> None:
    """The common shape of records is where the quick paths are."""
    for seed in range(400):
        random_ = random.Random(seed)
        statements = crowd(random_)
        nquads = canonicalize(statements, limits=GENEROUS).nquads
        assert nquads == canonical_nquads(statements), seed
        assert nquads == by_pyoxigraph(statements), seed
        assert nquads == canonicalize(said_otherwise_freely(statements, random_), limits=GENEROUS).nquads, seed


def said_otherwise_freely(statements: list[Statement], random_: random.Random) -> list[Statement]:
    names = list(range(len(blank_nodes(statements))))
    random_.shuffle(names)
    labels = dict(zip(blank_nodes(statements), (f"_:c14n{name}" for name in names), strict=True))
    again = [(labels.get(s, s), p, labels.get(o, o), labels.get(g, g)) for s, p, o, g in statements]
    random_.shuffle(again)
    return again


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(TEXTS)
def test_any_literal_is_read_back_as_it_was(value: str) -> None:
    """The text of a term says the term: our reader and pyoxigraph's find the value again."""
    line = f"<a:s> <a:p> {literal(value)} .\n"
    assert serialize(parse_nquads(line)) == line
    (quad,) = pyoxigraph.parse(line.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    assert quad.object == pyoxigraph.Literal(value)


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=300)
def test_no_term_breaks_out_of_its_line(value: str, datatype: str, tag: str) -> None:
    """Whatever a document says, a statement is one line and comes back as itself."""
    subject = iri(f"a:{datatype}")
    if subject is None:
        subject = "<a:s>"
    made = literal(value, language=tag) if is_language_tag(tag) else literal(value, subject[1:-1])
    statement = (subject, "<a:p>", made, subject)
    document = canonicalize([statement]).nquads
    assert document.count("\n") == 1
    assert parse_nquads(document) == [statement]


@given(st.text(max_size=60))
def test_the_reader_reads_or_refuses(text: str) -> None:
    """Any text at all: statements that come back as they are, or one problem."""
    try:
        statements = parse_nquads(text)
    except ProblemError as error:
        assert error.problem.code == "input.malformed"
        json.dumps(error.problem.to_dict(), ensure_ascii=False).encode()
    else:
        assert parse_nquads(serialize(statements)) == statements
