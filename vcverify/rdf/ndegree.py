"""Blank nodes that share a first-degree hash: RDFC-1.0 §4.4.3 step 5, §4.7 and §4.8, under a budget.

The numbers in the comments are the steps of the specification. Its temporary issuers are dicts
from blank node to label, in the order of issue. Where it copies an issuer for a permutation, here
the labels issued since are taken back; where a list has but one permutation, nothing is copied.

A hostile dataset makes these steps exponential (§7.1), so each run has a budget, whichever is
used up first: for n nodes with a shared hash 2 n + `Limits.canonicalization_calls` calls of Hash
N-Degree Quads; `canonicalization_permutations` orders of lists that hold different nodes;
`canonicalization_depth` calls inside one another; and, past what is linear in the dataset, a
deadline. An honest credential needs about n calls, whatever its size: unnamed nodes repeated in
every member lead only to a few others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from operator import itemgetter
from typing import Final

from vcverify.limits import Limits, exceeded
from vcverify.rdf.terms import Statement

_CLOCK_INTERVAL: Final = 256
"""Related nodes looked at between two looks at the clock: some 0.1 ms of work, where a look costs 1 µs."""

_HONEST: Final = 2
"""Times that each related node of each node may be looked at without a look at the clock. Honest
credentials need one, so that no slow machine refuses what a quick one takes."""

_NESTED: Final = "calls of Hash N-Degree Quads inside one another"

_HASH: Final = itemgetter(0)

_MEMO_SIZE: Final = 4096
"""Related hashes remembered. Repeated members ask for the same few."""


def label_shared(
    shared: Mapping[str, list[str]],
    links: Iterable[Statement],
    labels: dict[str, str],
    digest: Callable[[str], str],
    limits: Limits,
    deadline: float,
) -> None:
    """Adds to `labels` the canonical labels of the nodes that share a first-degree hash (§4.4.3 step 5).

    Args:
        shared: the nodes by hash, the hashes in code point order.
        links: the quads whose object or graph name is a blank node, each once.
        labels: the canonical labels issued so far, blank node to `_:c14n…`.
        digest: text to the hexadecimal digits of its hash.
        deadline: the reading of `time.thread_time` (seconds) past which no more than linear work is done.

    Raises:
        ProblemError: `limit.exceeded`.
    """
    first = {node: key for key, nodes in shared.items() for node in nodes}
    walk = _Walk(first, _neighbours(first, links), labels, digest, limits, deadline)
    # 5  In the order of the hashes:
    for nodes in shared.values():
        # 5.1, 5.2  What surrounds each node that no earlier one has led to.
        results: list[tuple[str, tuple[str, ...]]] = []
        for node in nodes:
            if node not in labels:
                issuer = {node: "_:b0"}
                try:
                    results.append((walk.hash_n_degree(node, issuer, 1), tuple(issuer)))
                except RecursionError:
                    raise exceeded(_NESTED, limits.canonicalization_depth, "many more") from None  # CHECK: recursion
        # 5.3  In the order of those hashes, everything that each has led to.
        results.sort(key=_HASH)
        for _, found in results:
            for node in found:
                if node not in labels:
                    labels[node] = f"_:c14n{len(labels)}"


def _neighbours(first: Mapping[str, str], links: Iterable[Statement]) -> dict[str, list[tuple[str, str]]]:
    """For each node in `first` the other blank nodes of its quads, repeats kept (§4.8.3 step 3).

    Each comes with what precedes its label in the input of Hash Related Blank Node (§4.7.3): the
    position and, but for graph names, the predicate.
    """
    neighbours: dict[str, list[tuple[str, str]]] = {node: [] for node in first}
    prefixes: dict[str, tuple[str, str]] = {}
    for subject, predicate, obj, graph in links:
        prefix = prefixes.get(predicate)
        if prefix is None:
            prefix = prefixes[predicate] = (f"s{predicate}", f"o{predicate}")
        if graph and graph[0] == "_":
            blank = [part for part in ((prefix[0], subject), (prefix[1], obj), ("g", graph)) if part[1][0] == "_"]
            for node in {subject, obj, graph}:
                if node in neighbours:
                    neighbours[node] += [part for part in blank if part[1] != node]
        elif subject[0] == "_" and subject != obj:
            if subject in neighbours:
                neighbours[subject].append((prefix[1], obj))
            if obj in neighbours:
                neighbours[obj].append((prefix[0], subject))
    return neighbours


class _Walk:
    """One run of step 5: the state that Hash N-Degree Quads consults, and what it may still spend."""

    __slots__ = (
        "_call_limit",
        "_calls",
        "_clock_in",
        "_deadline",
        "_digest",
        "_first",
        "_labels",
        "_limits",
        "_neighbours",
        "_permutations",
        "_related",
    )

    def __init__(
        self,
        first: Mapping[str, str],
        neighbours: Mapping[str, list[tuple[str, str]]],
        labels: Mapping[str, str],
        digest: Callable[[str], str],
        limits: Limits,
        deadline: float,
    ) -> None:
        self._first = first
        self._neighbours = neighbours
        self._labels = labels
        self._digest = digest
        self._limits = limits
        self._related: dict[str, str] = {}
        self._calls = 0
        self._call_limit = 2 * len(first) + limits.canonicalization_calls
        self._permutations = 0
        self._deadline = deadline
        self._clock_in = _HONEST * sum(len(related) + 1 for related in neighbours.values())

    def hash_n_degree(self, node: str, issuer: dict[str, str], depth: int) -> str:
        """Hash N-Degree Quads (§4.8.3) of `node`; `issuer` becomes the issuer of the result."""
        neighbours = self._neighbours[node]
        self._count_call(depth, len(neighbours))
        if len(neighbours) == 1:
            return self._hash_of_one(*neighbours[0], issuer, depth)
        # 1 to 3  Related nodes by what their hash is made of: the label, or else the first-degree hash.
        labels, first = self._labels, self._first
        related: dict[str, list[str]] = {}
        for prefix, other in neighbours:
            text = prefix + (labels.get(other) or issuer.get(other) or first[other])
            if text in related:
                related[text].append(other)
            else:
                related[text] = [other]
        # 4, 5  In the order of the hashes:
        data: list[str] = []
        for key, nodes in sorted([(self._hash_related(text), nodes) for text, nodes in related.items()], key=_HASH):
            other = nodes[0]
            # 5.1
            data.append(key)
            if len(nodes) > 1 and nodes.count(other) != len(nodes):
                data.append(self._choose_path(nodes, issuer, depth))
                continue
            # 5.2 to 5.6 with a single permutation, which is the chosen one.
            label = labels.get(other) or issuer.get(other)
            if label is not None:
                data.append(label * len(nodes))
            else:
                label = issuer[other] = f"_:b{len(issuer)}"
                data.append(f"{label * len(nodes)}{label}<{self.hash_n_degree(other, issuer, depth + 1)}>")
        # 6
        return self._digest("".join(data))

    def _hash_of_one(self, prefix: str, other: str, issuer: dict[str, str], depth: int) -> str:
        """Hash N-Degree Quads of a node with one related node, by far the most frequent: one list, one order."""
        label = self._labels.get(other) or issuer.get(other)
        if label is not None:
            return self._digest(self._hash_related(prefix + label) + label)
        key = self._hash_related(prefix + self._first[other])
        label = issuer[other] = f"_:b{len(issuer)}"
        return self._digest(f"{key}{label}{label}<{self.hash_n_degree(other, issuer, depth + 1)}>")

    def _hash_related(self, text: str) -> str:
        """Hash Related Blank Node (§4.7.3) of its whole input."""
        key = self._related.get(text)
        if key is None:
            if len(self._related) >= _MEMO_SIZE:
                self._related.clear()
            key = self._related[text] = self._digest(text)
        return key

    def _choose_path(self, nodes: list[str], issuer: dict[str, str], depth: int) -> str:
        """§4.8.3 steps 5.2 to 5.6: the least path over all orders of `nodes`; `issuer` gets its labels.

        Orders that differ only in equal entries give equal paths: one of them is tried.
        """
        labels = self._labels
        before = len(issuer)
        # 5.2, 5.3
        chosen: str | None = None
        issued: list[str] = []
        # 5.4
        for order in _orders(nodes):
            self._count_permutation(len(order))
            # 5.4.1 to 5.4.4
            path = ""
            deeper: list[str] = []
            for other in order:
                label = labels.get(other) or issuer.get(other)
                if label is None:
                    label = issuer[other] = f"_:b{len(issuer)}"
                    deeper.append(other)
                path += label
                if chosen is not None and len(path) >= len(chosen) and path > chosen:
                    break
            else:
                # 5.4.5
                for other in deeper:
                    path += f"{issuer[other]}<{self.hash_n_degree(other, issuer, depth + 1)}>"
                    if chosen is not None and len(path) >= len(chosen) and path > chosen:
                        break
                else:
                    # 5.4.6
                    if chosen is None or path < chosen:
                        chosen = path
                        issued = list(islice(reversed(issuer), len(issuer) - before))
            while len(issuer) > before:
                issuer.popitem()
        # 5.5, 5.6
        assert chosen is not None
        for other in reversed(issued):
            issuer[other] = f"_:b{len(issuer)}"
        return chosen

    def _count_call(self, depth: int, neighbours: int) -> None:
        self._calls += 1
        if self._calls > self._call_limit:  # CHECK: many calls
            raise exceeded("calls of Hash N-Degree Quads for this dataset", self._call_limit, self._calls)
        if depth > self._limits.canonicalization_depth:  # CHECK: deep calls
            raise exceeded(_NESTED, self._limits.canonicalization_depth, depth)
        self._count_work(neighbours + 1)

    def _count_permutation(self, length: int) -> None:
        self._permutations += 1
        if self._permutations > self._limits.canonicalization_permutations:  # CHECK: many permutations
            raise exceeded(
                "permutations of blank nodes", self._limits.canonicalization_permutations, self._permutations
            )
        self._count_work(length)

    def _count_work(self, steps: int) -> None:
        self._clock_in -= steps
        if self._clock_in < 0:
            self._clock_in = _CLOCK_INTERVAL
            if time.thread_time() > self._deadline:  # CHECK: time
                raise exceeded("seconds of canonicalization", self._limits.canonicalization_seconds, "more")


def _orders(nodes: list[str]) -> Iterator[list[str]]:
    """The distinct orders of a list with repeats, each in the same list (Knuth, TAOCP 7.2.1.2, algorithm L)."""
    rank = {node: position for position, node in enumerate(dict.fromkeys(nodes))}
    order = sorted(nodes, key=rank.__getitem__)
    last = len(order) - 1
    while True:
        yield order
        rise = last - 1
        while rise >= 0 and rank[order[rise]] >= rank[order[rise + 1]]:
            rise -= 1
        if rise < 0:
            return
        other = last
        while rank[order[rise]] >= rank[order[other]]:
            other -= 1
        order[rise], order[other] = order[other], order[rise]
        order[rise + 1 :] = order[:rise:-1]
