"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation of 21 May 2024).

The numbers in the comments are the steps of §4.4.3. What the specification does quad by quad is
done here subject by subject: the statements of one subject share their first term, so the rest of
the line (predicate, object, graph, full stop: a *tail*) is written once and serves both the
first-degree hash, after `_:a`, and the canonical document, after the subject's label. Sorting
subjects and then tails is sorting lines: no IRI holds the `>` that ends its term, and the space
after a label is less than any digit.
"""

from __future__ import annotations

import hashlib
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.rdf.ndegree import label_shared
from vcverify.rdf.terms import Statement

_GROWTH: Final = 6
"""N-Quads text takes at most this many times `Limits.input_bytes`; that of the densest real credential takes 5.
Without it one long identifier with many members grows with the square of its length."""

_Tails: TypeAlias = defaultdict[str, set[str]]
"""What is known of each subject: the rest of its lines."""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sha384(text: str) -> str:
    return hashlib.sha384(text.encode()).hexdigest()


_DIGESTS: Final[Mapping[str, Callable[[str], str]]] = {"sha256": _sha256, "sha384": _sha384}


@dataclass(frozen=True, slots=True)
class Canonical:
    """A canonicalized dataset.

    `nquads` is the serialized canonical form: every line once, in code point order. `issued` is the
    issued identifiers map (§4.4.3 step 7): label in the input to canonical label, both without `_:`.
    """

    nquads: str
    issued: Mapping[str, str]


def canonicalize(
    statements: Iterable[Statement], *, hash_algorithm: str = "sha256", limits: Limits = DEFAULT_LIMITS
) -> Canonical:
    """The canonical form of the dataset that the statements make; a repeated statement counts once.

    Blank nodes that share a first-degree hash are labelled under a budget (`vcverify.rdf.ndegree`).

    Args:
        statements: terms as `vcverify.rdf.terms` makes them.
        hash_algorithm: `sha256` or `sha384`.

    Raises:
        ProblemError: `limit.exceeded` for more statements, text or work than the limits allow.
        ValueError: another `hash_algorithm`.
    """
    digest = _DIGESTS.get(hash_algorithm)
    if digest is None:
        raise ValueError(f"RDFC-1.0 takes sha256 or sha384, not {hash_algorithm}")
    quads = statements if isinstance(statements, (list, tuple)) else list(statements)
    if len(quads) > limits.quads:  # CHECK: many statements
        raise exceeded("statements", limits.quads, len(quads))
    began = time.thread_time()
    tails, links = _group(quads, limits)
    labels = _label(tails, links, digest, limits, began)
    if labels:
        tails = _relabel(tails, links, labels)
    # 6, 7  Each line once, sorted; what is written is dropped, for there may be much of it.
    document = "".join([subject + subject.join(sorted(tails.pop(subject))) for subject in sorted(tails)])
    return Canonical(document, {node[2:]: label[2:] for node, label in labels.items()})


def _group(quads: Iterable[Statement], limits: Limits) -> tuple[_Tails, dict[Statement, None]]:
    """1, 2: tails by subject, and apart from them the quads whose object or graph name is a blank node."""
    tails: _Tails = defaultdict(set)
    links: dict[Statement, None] = {}
    bound = _GROWTH * limits.input_bytes
    size = 0
    for quad in quads:
        subject, predicate, obj, graph = quad
        if graph:
            tail = f" {predicate} {obj} {graph} .\n"
            links_to_blank = obj[0] == "_" or graph[0] == "_"
        else:
            tail = f" {predicate} {obj} .\n"
            links_to_blank = obj[0] == "_"
        if links_to_blank:
            links[quad] = None
            size += len(subject)
        else:
            tails[subject].add(tail)
        size += len(tail)
        if size > bound:
            raise exceeded("characters of N-Quads", bound, "more")
    # Subjects stand once in the tails, and before each of them in the document.
    size += sum([len(subject) * len(known) for subject, known in tails.items()])
    if size > bound:
        raise exceeded("characters of N-Quads", bound, "more")
    return tails, links


def _label(
    tails: _Tails, links: Iterable[Statement], digest: Callable[[str], str], limits: Limits, began: float
) -> dict[str, str]:
    """3 to 5: the canonical label of every blank node, in the order of issue."""
    # 3  Hash First Degree Quads; nodes by hash.
    nodes_by_hash: defaultdict[str, list[str]] = defaultdict(list)
    for node, text in _first_degree(tails, links):
        nodes_by_hash[digest(text)].append(node)
    # 4  A node with a hash of its own is labelled at once, in the order of the hashes.
    labels: dict[str, str] = {}
    shared: dict[str, list[str]] = {}
    for key in sorted(nodes_by_hash):
        nodes = nodes_by_hash[key]
        if len(nodes) == 1:
            labels[nodes[0]] = f"_:c14n{len(labels)}"
        else:
            shared[key] = nodes
    # 5  The others by what surrounds them.
    if shared:
        label_shared(shared, links, labels, digest, limits, began + limits.canonicalization_seconds)
    return labels


def _first_degree(tails: _Tails, links: Iterable[Statement]) -> Iterable[tuple[str, str]]:
    """Hash First Degree Quads (§4.6.3) up to the hashing: every blank node and its sorted lines.

    The node itself is `_:a`, all others are `_:z`. Its quads are a set, their lines a list: links
    of one kind to two nodes are two equal lines.
    """
    own = defaultdict(list, {node: list(known) for node, known in tails.items() if node[0] == "_"})
    others: defaultdict[str, list[str]] = defaultdict(list)
    for subject, predicate, obj, graph in links:
        s = "_:z" if subject[0] == "_" else subject
        if not graph or graph[0] != "_":
            end = f" {graph} .\n" if graph else " .\n"
            if subject == obj:
                own[obj].append(f" {predicate} _:a{end}")
            else:
                if s == "_:z":
                    own[subject].append(f" {predicate} _:z{end}")
                others[obj].append(f"{s} {predicate} _:a{end}")
            continue
        o = "_:z" if obj[0] == "_" else obj
        if s == "_:z":
            own[subject].append(
                f" {predicate} {'_:a' if obj == subject else o} {'_:a' if graph == subject else '_:z'} .\n"
            )
        if o == "_:z" and obj != subject:
            others[obj].append(f"{s} {predicate} _:a {'_:a' if graph == obj else '_:z'} .\n")
        if graph != subject and graph != obj:
            others[graph].append(f"{s} {predicate} {o} _:a .\n")
    for node, known in own.items():
        known.sort()
        text = "_:a" + "_:a".join(known)
        lines = others.pop(node, None)
        if lines is None:
            yield node, text
        else:
            # An IRI's line is before those of `_:a`, a blank node's after them.
            lines.sort()
            middle = bisect_left(lines, "_:a")
            yield node, "".join(lines[:middle]) + text + "".join(lines[middle:])
    for node, lines in others.items():
        lines.sort()
        yield node, "".join(lines)


def _relabel(tails: _Tails, links: Iterable[Statement], labels: Mapping[str, str]) -> _Tails:
    """6: the tails under canonical labels, the links among them."""
    relabelled: _Tails = defaultdict(set, {labels.get(subject, subject): known for subject, known in tails.items()})
    for subject, predicate, obj, graph in links:
        end = f" {labels.get(graph, graph)} .\n" if graph else " .\n"
        relabelled[labels.get(subject, subject)].add(f" {predicate} {labels.get(obj, obj)}{end}")
    return relabelled
