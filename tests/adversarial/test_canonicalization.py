"""Datasets made to be expensive to canonicalize (RDFC-1.0 §7.1), and large honest ones."""

from __future__ import annotations

import itertools
import random
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pytest

from vcverify.problems import ProblemError
from vcverify.rdf import Statement, canonicalize

Edge = tuple[int, int]

MIB: Final = 1024 * 1024
PROCESSOR_SECONDS: Final = 0.5
SLACK: Final = 0.5
"""For what is stopped by the clock: until it is next looked at, on the slowest machine that runs the tests."""


def clique(n: int) -> list[Edge]:
    return [(a, b) for a in range(n) for b in range(n) if a != b]


def ring(n: int) -> list[Edge]:
    return [(a, (a + 1) % n) for a in range(n)]


def both_ways(edges: Iterable[Edge]) -> list[Edge]:
    return [edge for a, b in edges for edge in ((a, b), (b, a))]


def path(n: int) -> list[Edge]:
    return [(a, a + 1) for a in range(n - 1)]


def copies(edges: Callable[[int], list[Edge]], number: int, size: int) -> list[Edge]:
    return [(copy * size + a, copy * size + b) for copy in range(number) for a, b in edges(size)]


def bipartite(n: int) -> list[Edge]:
    return [(a, n + b) for a in range(n) for b in range(n)]


def grid(n: int) -> list[Edge]:
    across = [(row * n + column, row * n + column + 1) for row in range(n) for column in range(n - 1)]
    return across + [(place, place + n) for place in range(n * (n - 1))]


def torus(n: int) -> list[Edge]:
    across = [(row * n + column, row * n + (column + 1) % n) for row in range(n) for column in range(n)]
    return across + [(place, (place + n) % (n * n)) for place in range(n * n)]


def cube(n: int) -> list[Edge]:
    return [(a, a | 1 << bit) for a in range(1 << n) for bit in range(n) if not a >> bit & 1]


def ladder(n: int) -> list[Edge]:
    return ring(n) + [(n + a, n + b) for a, b in ring(n)] + [(a, n + a) for a in range(n)]


def moebius_ladder(n: int) -> list[Edge]:
    return ring(2 * n) + [(a, a + n) for a in range(n)]


def binary_tree(depth: int) -> list[Edge]:
    return [((node - 1) // 2, node) for node in range(1, 2**depth - 1)]


def two_stars(n: int) -> list[Edge]:
    return [(star * (n + 1), star * (n + 1) + ray) for star in range(2) for ray in range(1, n + 1)]


def wheel(n: int) -> list[Edge]:
    return both_ways(ring(n)) + [(n, a) for a in range(n)]


def three_regular(n: int) -> list[Edge]:
    random_ = random.Random(n)
    edges: list[Edge] = []
    for _ in range(3):
        order = list(range(n))
        random_.shuffle(order)
        edges += zip(order, order[1:] + order[:1], strict=True)
    return edges


def rook(n: int) -> list[Edge]:
    return [(a, b) for a, b in clique(n * n) if a // n == b // n or a % n == b % n]


SHAPES: Final[Mapping[str, tuple[Callable[[int], list[Edge]], tuple[int, ...]]]] = {
    "clique": (clique, (6, 7, 8, 9, 12, 20, 40, 60)),
    "ring": (ring, (30, 40, 60, 120, 250, 500, 2_000, 10_000)),
    "two-way ring": (lambda n: both_ways(ring(n)), (32, 40, 64, 90, 120, 250, 500, 2_000)),
    "path": (path, (66, 80, 95, 120, 150, 500, 2_000, 10_000)),
    "three paths": (lambda n: copies(path, 3, n), (66, 80, 95, 120, 150, 300, 600, 1_000)),
    "bipartite": (bipartite, (4, 5, 6, 8, 12, 20, 40, 60)),
    "grid": (grid, (5, 6, 7, 8, 10, 20, 30, 40)),
    "two-way grid": (lambda n: both_ways(grid(n)), (5, 6, 7, 8, 10, 20, 30, 40)),
    "torus": (torus, (4, 5, 6, 8, 10, 20, 30, 40)),
    "hypercube": (cube, (4, 5, 6, 7, 8, 9, 10, 11)),
    "ladder": (ladder, (20, 24, 30, 40, 60, 100, 300, 1_000)),
    "Moebius ladder": (moebius_ladder, (16, 20, 24, 30, 40, 60, 100, 1_000)),
    "binary tree": (binary_tree, (5, 6, 7, 8, 9, 10, 11, 12)),
    "two stars": (two_stars, (5, 6, 7, 10, 30, 100, 300, 2_000)),
    "many cliques": (lambda n: copies(clique, n, 4), (10, 20, 30, 50, 100, 200, 300, 500)),
    "many rings": (lambda n: copies(ring, 20, n), (8, 10, 15, 20, 30, 50, 100, 200)),
    "wheel": (wheel, (30, 40, 60, 100, 200, 500, 1_000, 2_000)),
    "three-regular": (three_regular, (30, 40, 60, 100, 200, 500, 1_000, 2_000)),
    "rook's moves": (rook, (3, 4, 5, 6, 7, 8, 9, 10)),
}

POISON = [pytest.param(make, size, id=f"{name} {size}") for name, (make, sizes) in SHAPES.items() for size in sizes]


def statements_of(edges: Iterable[Edge]) -> list[Statement]:
    return [(f"_:n{a}", "<https://example.org/p>", f"_:n{b}", "") for a, b in edges]


@pytest.mark.parametrize(("make", "size"), POISON)
def test_poison_is_refused_within_its_budget(make: Callable[[int], list[Edge]], size: int) -> None:
    """The work is bounded by what an honest dataset of that size needs, whatever the shape."""
    statements = statements_of(make(size))
    began = time.thread_time()
    with pytest.raises(ProblemError) as refused:
        canonicalize(statements)
    assert time.thread_time() - began < PROCESSOR_SECONDS
    assert refused.value.problem.code == "limit.exceeded"


def test_there_are_enough_shapes_and_sizes() -> None:
    """Target R5: 15 shapes, each in 8 sizes."""
    assert len(SHAPES) >= 15
    assert all(len(set(sizes)) == 8 for _, sizes in SHAPES.values())


@pytest.mark.parametrize(("make", "size"), POISON)
def test_poison_takes_little_memory(make: Callable[[int], list[Edge]], size: int) -> None:
    """Issuers are not copied and paths not kept."""
    statements = statements_of(make(size))
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError):
            canonicalize(statements)
        assert tracemalloc.get_traced_memory()[1] < 64 * MIB
    finally:
        tracemalloc.stop()


def test_a_dense_dataset_is_refused_in_time() -> None:
    """Few calls, each looking at hundreds of nodes: calls and permutations alone would let seconds pass."""
    statements = statements_of(clique(250))
    began = time.thread_time()
    with pytest.raises(ProblemError) as refused:
        canonicalize(statements)
    assert refused.value.problem.code == "limit.exceeded"
    assert time.thread_time() - began < 2 * (PROCESSOR_SECONDS + SLACK)


def test_harmless_nodes_do_not_buy_time_for_a_dense_core() -> None:
    """The calls granted grow with the nodes that share a hash; the clock does not."""
    statements = statements_of(ring(60))
    statements += [(f"_:n{a}", "<a:much>", f"<a:{i}>", "") for a in range(60) for i in range(200)]
    statements += [("<a:root>", "<a:decoy>", f"_:d{i}", "") for i in range(20_000)]
    began = time.thread_time()
    try:
        canonicalize(statements)
    except ProblemError as error:
        assert error.problem.code == "limit.exceeded"
    assert time.thread_time() - began < 2 * (PROCESSOR_SECONDS + SLACK)


def test_graphs_named_by_blank_nodes_are_poison_too() -> None:
    """A node leads to the name of its graph, and the name to all of its nodes."""
    statements = [(f"_:n{a}", "<a:p>", f"_:n{b}", f"_:g{(a + b) % 9}") for a, b in clique(9)]
    with pytest.raises(ProblemError) as refused:
        canonicalize(statements)
    assert refused.value.problem.code == "limit.exceeded"


@pytest.mark.parametrize("links", [1, 2, 3])
def test_ten_thousand_members_with_unnamed_parts_pass(links: int) -> None:
    """An honest record of any size: the unnamed parts that each member repeats, and theirs."""
    statements: list[Statement] = []
    for i in range(10_000):
        chain = ["<a:issuer>", *(f"_:x{i}n{part}" for part in range(links))]
        statements += [(a, "<a:p>", b, "") for a, b in itertools.pairwise(chain)]
        statements.append((chain[-1], "<a:name>", '"Main Street 1"', ""))
    canonical = canonicalize(statements)
    assert canonical.nquads.count("\n") == len(statements)
    assert len(set(canonical.issued.values())) == 10_000 * links


@pytest.mark.parametrize("parents", [1, 2_000])
def test_two_thousand_unnamed_nodes_that_are_all_alike_pass(parents: int) -> None:
    """Target R5: results of one learner, or the one address of each; nothing tells them apart, and nothing has to."""
    statements = [(f"<a:{i % parents}>", "<a:result>", f"_:r{i}", "") for i in range(2_000)]
    statements += [(f"_:r{i}", "<a:value>", '"A"', "") for i in range(2_000)]
    began = time.thread_time()
    canonical = canonicalize(statements)
    assert time.thread_time() - began < PROCESSOR_SECONDS
    assert len(set(canonical.issued.values())) == 2_000
    assert canonical.nquads.count("\n") == 4_000


def test_three_hundred_results_under_an_unnamed_subject_pass() -> None:
    """Alike, and each with an unnamed description of its own: 300 calls and 300 more."""
    statements: list[Statement] = [("<a:credential>", "<a:subject>", "_:s", "")]
    for i in range(300):
        statements += [("_:s", "<a:result>", f"_:r{i}", ""), (f"_:r{i}", "<a:described>", f"_:d{i}", "")]
        statements += [(f"_:d{i}", "<a:name>", '"Grade"', ""), (f"_:r{i}", "<a:value>", '"A"', "")]
    assert canonicalize(statements).nquads.count("\n") == len(statements)


def test_a_term_of_a_megabyte_is_not_multiplied() -> None:
    """One long identifier and ten thousand members: refused before gigabytes of lines are written."""
    subject = f"<urn:{'x' * 1_000_000}>"
    statements = [(subject, "<a:p>", f'"{i}"', "") for i in range(10_000)]
    tracemalloc.start()
    try:
        with pytest.raises(ProblemError) as refused:
            canonicalize(statements)
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
    finally:
        tracemalloc.stop()
    assert refused.value.problem.code == "limit.exceeded"
