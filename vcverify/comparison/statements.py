"""What differs between the signed statements of two documents, told by place.

Labels of unnamed things mean nothing across documents. They are compared by all that is said of them; of those
that differ, the ones that are most alike are taken for one thing that changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from vcverify.comparison.values import ADDED, CHANGED, REMOVED
from vcverify.rdf import Statement
from vcverify.suites.unsecured import Unsecured

ROUNDS: Final = 24
"""Unnamed things inside each other, further than which their differences are told at the link."""

MOST_PAIRED: Final = 200
"""Unnamed things under one property that are compared with each other; others are paired in order."""

Node = tuple[str, str]
"""A subject and the graph that it is described in."""

_IN_GRAPH: Final = "a statement of the graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDifference:
    """A signed statement that only one of two documents makes, or that they make with another value.

    Attributes:
        kind: `removed`, `added` or `changed`.
        pointer: Where it stands: in the second document if it was added, else in the first.
        subject, predicate: N-Quads terms; of an unnamed thing its place, in brackets.
        before, after: N-Quads terms of the value; None where there is none.
    """

    kind: str
    pointer: str
    subject: str
    predicate: str
    before: str | None = None
    after: str | None = None

    def to_dict(self) -> dict[str, str]:
        """The difference as JSON values."""
        values = {
            "kind": self.kind,
            "pointer": self.pointer,
            "subject": self.subject,
            "predicate": self.predicate,
            "before": self.before,
            "after": self.after,
        }
        return {name: value for name, value in values.items() if value is not None}


def statement_differences(first: Unsecured, second: Unsecured) -> list[StatementDifference]:
    """Every statement that the documents do not share.

    Raises:
        ProblemError: as the walk of either document.
    """
    one, other = _Graph(first), _Graph(second)
    _colour(one, other)
    return list(_Comparing(one, other).run())


@dataclass(slots=True)
class _Value:
    """An object of a statement, and where the statement stands."""

    term: str
    pointer: str


class _Graph:
    """The statements of one document by subject, and the colours of its unnamed things."""

    def __init__(self, walk: Unsecured) -> None:
        statements: Sequence[Statement] = walk.rdf.statements
        self.root = walk.rdf.root
        self.nodes: dict[Node, dict[str, list[_Value]]] = {}
        self.graphs: dict[str, list[Node]] = {}
        seen: set[Statement] = set()
        for statement, pointer in zip(statements, walk.explain(), strict=True):
            if statement in seen:
                continue
            seen.add(statement)
            subject, predicate, value, graph = statement
            node = (subject, graph)
            if node not in self.nodes:
                self.nodes[node] = {}
                if graph:
                    self.graphs.setdefault(graph, []).append(node)
            self.nodes[node].setdefault(predicate, []).append(_Value(value, pointer))
        self.colours: dict[Node, int] = {}

    def key(self, term: str, graph: str) -> str | int:
        """Equal for values that are the same in both documents."""
        return self.colours.get((term, graph), 0) if term.startswith("_:") else term

    def members(self, node: Node) -> dict[str, list[_Value]]:
        """What is said of a node; of the name of a graph also what is said in it."""
        said = dict(self.nodes.get(node, {}))
        inside = self.graphs.get(node[0], ()) if not node[1] else ()
        if inside:
            said[_IN_GRAPH] = [_Value(subject, "") for subject, _ in inside]
        return said


def _graph_of(predicate: str, node: Node) -> str:
    """The graph in which the values of a member are described."""
    return node[0] if predicate == _IN_GRAPH else node[1]


def _colour(*graphs: _Graph) -> None:
    """Gives unnamed things of either graph one colour where all that is said of them is the same."""
    names: dict[object, int] = {}
    every = [
        (
            graph,
            [node for node in graph.nodes if node[0].startswith("_:")]
            + [(name, "") for name in graph.graphs if name.startswith("_:") and (name, "") not in graph.nodes],
        )
        for graph in graphs
    ]
    kinds = 0
    for _ in range(ROUNDS):
        for graph, nodes in every:
            fresh: dict[Node, int] = {}
            for node in nodes:
                said = frozenset(
                    (predicate, graph.key(value.term, _graph_of(predicate, node)))
                    for predicate, values in graph.members(node).items()
                    for value in values
                )
                fresh[node] = names.setdefault((graph.colours.get(node), said), len(names) + 1)
            graph.colours = fresh
        found = len({colour for graph in graphs for colour in graph.colours.values()})
        if found == kinds:
            return
        kinds = found


@dataclass(slots=True)
class _Comparing:
    first: _Graph
    second: _Graph
    done: set[tuple[Node, Node]] = field(default_factory=set)
    told: tuple[set[Node], set[Node]] = field(default_factory=lambda: (set(), set()))

    def run(self) -> Iterator[StatementDifference]:
        one, other = self.first, self.second
        if one.root.startswith("_:") or other.root.startswith("_:"):  # else each is compared by its name
            yield from self.compare((one.root, ""), (other.root, ""), "", "")
        paired = {node for pair in self.done for node in pair}
        for node in [*one.nodes, *(node for node in other.nodes if node not in one.nodes)]:
            if node not in paired and not node[0].startswith("_:") and not node[1].startswith("_:"):
                yield from self.compare(node, node, "", "")

    def compare(self, a: Node, b: Node, at: str, there: str) -> Iterator[StatementDifference]:
        """The differences of what is said of two nodes that are taken for one; `at` and `there` are their places."""
        if (a, b) in self.done:
            return
        self.done.add((a, b))
        said, now = self.first.members(a), self.second.members(b)
        for predicate in [*said, *(name for name in now if name not in said)]:
            yield from self._values(predicate, said.get(predicate, []), now.get(predicate, []), a, b, at, there)

    def _values(
        self, predicate: str, said: list[_Value], now: list[_Value], a: Node, b: Node, at: str, there: str
    ) -> Iterator[StatementDifference]:
        inside, within = _graph_of(predicate, a), _graph_of(predicate, b)
        left, right = self._unshared(said, inside, now, within)
        pairs = self._pairs(left, inside, right, within)
        for before, after in pairs:
            yield from self.compare(
                (before.term, inside), (after.term, within), before.pointer or at, after.pointer or there
            )
        left = [value for value in left if all(value is not pair[0] for pair in pairs)]
        right = [value for value in right if all(value is not pair[1] for pair in pairs)]
        if predicate == _IN_GRAPH:
            left, right = [], []
        if len(left) == 1 and len(right) == 1 and not (left[0].term[:2] == "_:" or right[0].term[:2] == "_:"):
            yield StatementDifference(
                kind=CHANGED,
                pointer=left[0].pointer,
                subject=_named(a, at),
                predicate=predicate,
                before=left[0].term,
                after=right[0].term,
            )
            return
        for value in left:
            yield from self._alone(self.first, 0, REMOVED, a, at, predicate, value)
        for value in right:
            yield from self._alone(self.second, 1, ADDED, b, there, predicate, value)

    def _unshared(
        self, said: list[_Value], inside: str, now: list[_Value], within: str
    ) -> tuple[list[_Value], list[_Value]]:
        before = Counter(self.first.key(value.term, inside) for value in said)
        after = Counter(self.second.key(value.term, within) for value in now)
        shared = before & after
        left = _without(said, shared.copy(), lambda value: self.first.key(value.term, inside))
        right = _without(now, shared.copy(), lambda value: self.second.key(value.term, within))
        return left, right

    def _pairs(self, left: list[_Value], inside: str, right: list[_Value], within: str) -> list[tuple[_Value, _Value]]:
        """Unnamed things on both sides, the most alike first."""
        blank = [value for value in left if value.term.startswith("_:")]
        other = [value for value in right if value.term.startswith("_:")]
        if len(blank) * len(other) > MOST_PAIRED:
            return list(zip(blank, other, strict=False))
        ranked = sorted(
            (-self._alike((one.term, inside), (two.term, within)), at, by)
            for at, one in enumerate(blank)
            for by, two in enumerate(other)
        )
        pairs: dict[int, int] = {}
        for _, at, by in ranked:
            if at not in pairs and by not in pairs.values():
                pairs[at] = by
        return [(blank[at], other[by]) for at, by in sorted(pairs.items())]

    def _alike(self, a: Node, b: Node) -> int:
        def said(graph: _Graph, node: Node) -> set[tuple[str, str | int]]:
            return {
                (predicate, graph.key(value.term, _graph_of(predicate, node)))
                for predicate, values in graph.members(node).items()
                for value in values
            }

        return len(said(self.first, a) & said(self.second, b))

    def _alone(
        self, graph: _Graph, side: int, kind: str, node: Node, at: str, predicate: str, value: _Value
    ) -> Iterator[StatementDifference]:
        """A statement that one document makes, and what only that one says of an unnamed value."""
        blank = value.term.startswith("_:")
        term = _named((value.term, node[1]), value.pointer)
        yield StatementDifference(
            kind=kind,
            pointer=value.pointer,
            subject=_named(node, at),
            predicate=predicate,
            before=term if kind == REMOVED else None,
            after=term if kind == ADDED else None,
        )
        inner = (value.term, node[1])
        if not blank or inner in self.told[side]:
            return
        self.told[side].add(inner)
        for name, values in graph.members(inner).items():
            if name != _IN_GRAPH:
                for each in values:
                    yield from self._alone(graph, side, kind, inner, value.pointer, name, each)
        for subject in graph.graphs.get(value.term, ()):
            for name, values in graph.nodes[subject].items():
                for each in values:
                    yield from self._alone(graph, side, kind, subject, value.pointer, name, each)


def _without(values: list[_Value], shared: Counter[str | int], key: object) -> list[_Value]:
    assert callable(key)
    left = []
    for value in values:
        if shared[key(value)] > 0:
            shared[key(value)] -= 1
        else:
            left.append(value)
    return left


def _named(node: Node, pointer: str) -> str:
    """The N-Quads term of a node; of an unnamed thing its place."""
    return f"[{pointer or 'the document'}]" if node[0].startswith("_:") else node[0]
