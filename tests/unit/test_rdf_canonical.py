"""Canonicalization: sets and lists, labels, limits at their bounds."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Iterator

import pytest

from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.rdf import Statement, canonicalize, parse_nquads, serialize

P = "<https://example.org/p>"
Q = "<https://example.org/q>"


def links(*edges: str, graph: str = "") -> list[Statement]:
    """`ab` is a link from _:a to _:b."""
    return [(f"_:{edge[0]}", P, f"_:{edge[1]}", graph) for edge in edges]


def code_of(statements: list[Statement], limits: Limits) -> str:
    with pytest.raises(ProblemError) as refused:
        canonicalize(statements, limits=limits)
    return refused.value.problem.code


def test_lines_are_a_set_in_code_point_order() -> None:
    """The document is the dataset, not the order or the number of times it was said in."""
    lines = [
        '<a:1> <p:> "\U0001f393" .\n',
        '<a:1> <p:> "\ufffd" .\n',
        '<a:1> <p:> "a" .\n',
        '<a:1> <p:> "a" <g:> .\n',
        '<a:1> <p:> "a"@en .\n',
        "<a:1> <p:> <a:> .\n",
        "<a:1/2> <p:> <a:> .\n",
        "<a:1> <p:> <a:> <g:> .\n",
        '<a:12> <p:> "\\u0000" .\n',
        "<e:> <p:> <a:> .\n",
    ]
    for order in (lines, lines[::-1], lines * 2):
        assert canonicalize(parse_nquads("".join(order))).nquads == "".join(sorted(lines))


def test_an_empty_dataset_is_the_empty_document() -> None:
    """Nothing is said; nothing is added."""
    empty = canonicalize([])
    assert (empty.nquads, empty.issued) == ("", {})


def test_many_labels_sort_as_text() -> None:
    """`_:c14n10` stands before `_:c14n2`, and `_:c14n1` before both."""
    statements = [(f"_:x{i}", P, f'"{i}"', "") for i in range(120)]
    document = canonicalize(statements).nquads
    assert document.splitlines() == sorted(document.splitlines())
    assert document.count("\n") == 120


def test_labels_of_the_input_do_not_matter() -> None:
    """Not even those that look like the ones issued here, exchanged."""
    statements = [("_:c14n0", P, '"b"', ""), ("_:c14n1", P, '"a"', ""), ("_:c14n0", Q, "_:c14n1", "")]
    exchanged = {"_:c14n0": "_:c14n1", "_:c14n1": "_:c14n0"}
    others = [tuple(exchanged.get(term, term) for term in statement) for statement in statements]
    assert canonicalize(others).nquads == canonicalize(statements).nquads  # type: ignore[arg-type]


def test_the_issued_map_leads_from_the_input_to_the_document() -> None:
    """Relabelled with it, the statements are the lines of the document."""
    canonical = canonicalize([("_:x", P, "_:y", "_:z"), ("_:y", Q, '"y"', "")])
    x, y, z = (f"_:{canonical.issued[node]}" for node in "xyz")
    assert sorted((x, y, z)) == ["_:c14n0", "_:c14n1", "_:c14n2"]
    assert canonical.nquads == "".join(sorted([f"{x} {P} {y} {z} .\n", f'{y} {Q} "y" .\n']))


def test_a_self_reference_counts_once() -> None:
    """The quads of a blank node are a set; the hash is over one line."""
    statements = [("_:x", P, "_:x", ""), ("_:y", P, '"y"', "")]
    own = hashlib.sha256(f"_:a {P} _:a .\n".encode()).hexdigest()
    other = hashlib.sha256(f'_:a {P} "y" .\n'.encode()).hexdigest()
    assert canonicalize(statements).issued == dict(
        zip([name for _, name in sorted([(own, "x"), (other, "y")])], ["c14n0", "c14n1"], strict=True)
    )


def test_repeated_statements_do_not_change_hashes() -> None:
    """A walk may emit a statement twice; a set holds it once, in the hashes as well."""
    statements = [*links("ab", "ac"), ("_:b", Q, '"b"', ""), ("_:c", Q, '"b"', ""), ("_:c", Q, "_:b", "")]
    assert canonicalize(statements * 3).nquads == canonicalize(statements).nquads


def test_two_links_of_one_kind_are_two_lines() -> None:
    """Deduplicating the lines of a first-degree hash would give two different nodes one hash."""
    statements = [*links("ax", "ay"), *links("bz")]
    lines = {"a": f"_:a {P} _:z .\n" * 2, "b": f"_:a {P} _:z .\n"}
    hashes = sorted((hashlib.sha256(text.encode()).hexdigest(), node) for node, text in lines.items())
    issued = canonicalize(statements).issued
    assert [issued[node] for _, node in hashes] == ["c14n0", "c14n1"]


def test_the_hash_algorithm_is_sha256_or_sha384() -> None:
    """Suites name it; nothing in a document can."""
    statements = [(f"_:x{i}", P, f'"{i}"', "") for i in range(8)]
    assert canonicalize(statements).nquads != canonicalize(statements, hash_algorithm="sha384").nquads
    with pytest.raises(ValueError, match="sha1"):
        canonicalize(statements, hash_algorithm="sha1")


def test_any_iterable_of_statements_will_do() -> None:
    """A generator is read once."""

    def statements() -> Iterator[Statement]:
        yield from links("ab", "bc")

    assert canonicalize(statements()) == canonicalize(list(statements()))


def test_serialized_statements_are_read_back() -> None:
    """`serialize` and `parse_nquads` are inverse on statements."""
    statements = [*links("ab", graph="_:g"), ("<a:>", P, '"x"@en', "<g:>"), ("<a:>", P, "<b:>", "")]
    assert parse_nquads(serialize(statements)) == statements


def test_two_thousand_identical_unnamed_nodes_pass() -> None:
    """Addresses, criteria and results are repeated in every member: common, not hostile."""
    for parent in ("<a:parent>", "_:parent"):
        statements = [("<a:root>", P, parent, "")]
        for i in range(2_000):
            statements += [(parent, P, f"_:r{i}", ""), (f"_:r{i}", Q, '"A"', "")]
        canonical = canonicalize(statements)
        assert canonical.nquads.count("\n") == len(statements)
        assert len(set(canonical.issued.values())) == 2_000 + (parent == "_:parent")


@pytest.mark.parametrize("connected", [False, True])
def test_a_thousand_identical_chains_pass(connected: bool) -> None:
    """Unnamed criteria under an unnamed achievement under an unnamed subject, in every member."""
    statements: list[Statement] = []
    for i in range(1_000):
        parent = "_:root" if connected else "<a:root>"
        statements += [
            (parent, P, f"_:s{i}", ""),
            (f"_:s{i}", P, f"_:a{i}", ""),
            (f"_:a{i}", P, f"_:c{i}", ""),
            (f"_:c{i}", Q, '"Pass all."', ""),
        ]
    canonical = canonicalize(statements)
    assert canonical.nquads.count("\n") == 4_000
    for i in range(1_000):
        ranks = sorted(int(canonical.issued[f"{part}{i}"].removeprefix("c14n")) for part in "sac")
        assert ranks[2] - ranks[0] == 2


def test_five_thousand_learners_with_one_address_pass() -> None:
    """The unnamed learner of each member is told by the member, the same address of each by the learner."""
    statements: list[Statement] = []
    for i in range(5_000):
        statements += [(f"<a:{i}>", P, f"_:s{i}", ""), (f"_:s{i}", P, f"_:a{i}", ""), (f"_:a{i}", Q, '"ada@a"', "")]
    issued = canonicalize(statements, limits=Limits(canonicalization_permutations=0)).issued
    learners = sorted(range(5_000), key=lambda i: issued[f"s{i}"])
    assert len(set(issued.values())) == 10_000
    assert {issued[f"s{i}"] for i in learners} == {f"c14n{rank}" for rank in range(5_000)}


def test_calls_are_limited() -> None:
    """Twice the nodes that share a hash, and a fixed number more: a ring of n takes n for each of its n nodes."""
    ring = links("ab", "bc", "cd", "de", "ea")
    assert canonicalize(ring, limits=Limits(canonicalization_calls=15)).nquads
    assert code_of(ring, Limits(canonicalization_calls=14)) == "limit.exceeded"


def test_permutations_are_limited() -> None:
    """Two nodes with three like links: six orders for each, or two for each of the six ends. Twelve."""
    stars = links("ax", "ay", "az", "bu", "bv", "bw")
    assert canonicalize(stars, limits=Limits(canonicalization_permutations=12)).nquads
    assert code_of(stars, Limits(canonicalization_permutations=11)) == "limit.exceeded"


def test_a_list_with_one_node_in_it_has_one_order() -> None:
    """All statements of a graph lead to its name; a thousand of them are no thousand! orders."""
    statements = [(f"_:{node}", f"<a:{i}>", '"x"', f"_:g{node}") for node in "ab" for i in range(1_000)]
    assert canonicalize(statements, limits=Limits(canonicalization_permutations=0)).nquads.count("\n") == 2_000


def test_depth_is_limited() -> None:
    """A ring of n is walked n calls deep."""
    ring = links("ab", "bc", "cd", "de", "ea")
    assert canonicalize(ring, limits=Limits(canonicalization_depth=5)).nquads
    assert code_of(ring, Limits(canonicalization_depth=4)) == "limit.exceeded"


def test_a_depth_limit_beyond_the_interpreters_stack_is_still_a_limit() -> None:
    """A policy may raise the limits; the stack's own end is then the limit."""
    ring = [(f"_:n{i}", P, f"_:n{(i + 1) % 5_000}", "") for i in range(5_000)]
    limits = Limits(canonicalization_depth=10**9, canonicalization_calls=10**9, canonicalization_seconds=60)
    assert code_of(ring, limits) == "limit.exceeded"


def test_processor_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """What calls and permutations let through is stopped by the clock of the thread."""
    clique = [(f"_:n{i}", P, f"_:n{j}", "") for i in range(40) for j in range(40) if i != j]
    generous = {"canonicalization_calls": 600, "canonicalization_permutations": 10**9}
    ticks = itertools.count()
    monkeypatch.setattr(time, "thread_time", lambda: float(next(ticks)))
    assert code_of(clique, Limits(**generous, canonicalization_seconds=3.0)) == "limit.exceeded"
    seen = next(ticks)
    assert seen <= 6


def test_statements_are_limited() -> None:
    """At the limit they pass, one past it they are refused before any work."""
    statements = links("ab", "bc", "cd")
    assert canonicalize(statements, limits=Limits(quads=3)).nquads
    assert code_of(statements, Limits(quads=2)) == "limit.exceeded"


def test_text_is_limited() -> None:
    """One long identifier with many members would be gigabytes of N-Quads."""
    subject = f"<a:{'x' * 1_000}>"
    statements = [(subject, P, f'"{i:03}"', "") for i in range(100)]
    size = len(serialize(statements))
    assert len(canonicalize(statements, limits=Limits(input_bytes=size // 6 + 1)).nquads) == size
    assert code_of(statements, Limits(input_bytes=size // 6 - 1)) == "limit.exceeded"
