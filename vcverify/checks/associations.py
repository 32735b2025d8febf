"""The graph of achievements that a record draws (CLR 2.0 Association; rules V19 to V22).

An association holds two achievements by id. Its ends may stand in the record itself or in any
credential inside it, at any depth, as long as that credential was itself accepted: an association
whose only end is in a credential that failed is dangling after verification.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from vcverify import vocabulary
from vcverify.checks import Child, Environment, Finding, NotRun
from vcverify.credential import Credential, Node
from vcverify.identifiers import VerificationMethod
from vcverify.problems import Fact, Problem, problem, quote
from vcverify.report import Report
from vcverify.vocabulary import Term

TYPES: Final = frozenset(
    {
        "exactMatchOf",
        "isChildOf",
        "isParentOf",
        "isPartOf",
        "isPeerOf",
        "isRelatedTo",
        "precedes",
        "replacedBy",
    }
)
"""The association types of CLR 2.0."""

_UPWARD: Final[Mapping[str, tuple[str, bool]]] = {
    "isChildOf": ("hierarchy", True),
    "isParentOf": ("hierarchy", False),
    "isPartOf": ("parts", True),
    "precedes": ("order", True),
    "replacedBy": ("replacement", True),
}
"""Types with a direction: the relation that they are one edge of, and whether it runs from source to target."""

_TOLD: Final = (vocabulary.NAME, vocabulary.DESCRIPTION, vocabulary.ACHIEVEMENT_KIND)
"""What two descriptions of one achievement must agree on."""


@dataclass(slots=True)
class _Achievements:
    """Where each achievement is described, by id, and which of those places were accepted."""

    accepted: dict[str, list[tuple[Node, str]]] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)

    def add(self, node: Node, pointer: str, *, accepted: bool) -> None:
        if node.id is None:
            return
        if accepted:
            self.accepted.setdefault(node.id, []).append((node, pointer))
        else:
            self.rejected.setdefault(node.id, pointer)


def associations(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """Every association has a known type and two ends that are here; together they make sense."""
    if not credential.root.is_a(vocabulary.CLR_CREDENTIAL):
        yield NotRun("only learner records have associations")
        return
    entries = [node for subject in credential.subjects for node in subject.nodes(vocabulary.ASSOCIATION)]
    known = _collect(credential, env.children)
    yield from _conflicts(known)
    if not entries:
        yield NotRun("no association is declared")
        return
    yield Fact("count", len(entries))
    edges: dict[tuple[str, str, str], Node] = {}
    used: set[str] = set()
    for entry in entries:
        kind = yield from _kind(entry)
        ends = []
        for term in (vocabulary.SOURCE_ID, vocabulary.TARGET_ID):
            end = yield from _end(entry, term, known)
            ends.append(end)
        source, target = ends
        used.update(end for end in ends if end is not None)
        if kind is None or source is None or target is None:
            continue
        if source == target:
            yield problem(
                "association.self", f"{quote(source)} is associated with itself.", entry.pointer, found=source
            )
            continue
        if (kind, source, target) in edges:
            yield problem(
                "association.duplicate",
                f"{quote(source)} {kind} {quote(target)} is said twice.",
                entry.pointer,
                found=kind,
            )
            continue
        edges[kind, source, target] = entry
    yield from _contradictions(edges)
    yield from _cycles(edges)
    own = {node.id for subject in credential.subjects for node in subject.nodes(vocabulary.CLR_ACHIEVEMENT)}
    inside = {name for name, places in known.accepted.items() if any(pointer for _, pointer in places)}
    orphans = sorted(name for name in own if name is not None and name not in used and name not in inside)
    if orphans:
        yield Fact("unrelated", orphans[:20])


def _collect(credential: Credential, children: Iterable[Child]) -> _Achievements:
    known = _Achievements()
    for subject in credential.subjects:
        for node in subject.nodes(vocabulary.CLR_ACHIEVEMENT, vocabulary.ACHIEVEMENT):
            known.add(node, "", accepted=True)
    for child in children:
        if child.relation in ("member", "credential") and child.report is not None:
            _collect_inside(child.report, child.outcome == "passed", known)
    return known


def _collect_inside(report: Report, accepted: bool, known: _Achievements) -> None:
    accepted = accepted and report.outcome.value == "passed"
    if report.credential is not None:
        for subject in report.credential.subjects:
            for node in subject.nodes(vocabulary.ACHIEVEMENT, vocabulary.CLR_ACHIEVEMENT):
                known.add(node, report.pointer, accepted=accepted)
    for child in report.children:
        if child.relation in ("member", "credential"):
            _collect_inside(child, accepted, known)


def _kind(entry: Node) -> Generator[Problem, None, str | None]:
    texts = entry.texts(vocabulary.ASSOCIATION_TYPE)
    if len(texts) == 1 and texts[0] in TYPES:
        return texts[0]
    instead = next((name for name in entry.types if name.rpartition("#")[2] in TYPES), None)
    yield problem(
        "association.type",
        "The association has no `associationType`; its `type` names one, so its ends are not what they seem."
        if instead
        else "The association's `associationType` is none of the eight.",
        entry.where(vocabulary.ASSOCIATION_TYPE),
        expected=", ".join(sorted(TYPES)),
        found=instead or ", ".join(texts) or "none",
        remedy='Write `"type": "Association"` and the relation as `associationType`.',
    )
    return None


def _end(entry: Node, term: Term, known: _Achievements) -> Generator[Problem, None, str | None]:
    texts = entry.texts(term)
    if len(texts) != 1 or not texts[0]:
        yield problem(
            "association.dangling",
            f"The association has no single `{term.name}`.",
            entry.where(term),
            expected=f"one `{term.name}`",
            found=", ".join(texts) or "none",
        )
        return None
    name = texts[0]
    if name in known.accepted:
        return name
    place = known.rejected.get(name)
    yield problem(
        "association.dangling",
        f"`{term.name}` leads to an achievement that only a credential which was not accepted describes."
        if place is not None
        else f"`{term.name}` leads to no achievement of the record or of a credential inside it.",
        entry.where(term),
        expected="the id of an achievement in an accepted place",
        found=name if place is None else f"{name} at {place}",
    )
    return None


def _contradictions(edges: Mapping[tuple[str, str, str], Node]) -> Iterator[Problem]:
    """Two edges of one relation that run against each other: A above B and B above A."""
    seen: dict[tuple[str, str, str], str] = {}
    for (kind, source, target), entry in edges.items():
        if kind not in _UPWARD:
            continue
        relation, forward = _UPWARD[kind]
        lower, upper = (source, target) if forward else (target, source)
        if (relation, upper, lower) in seen:
            yield problem(
                "association.contradiction",
                f"{quote(source)} {kind} {quote(target)} contradicts that {seen[relation, upper, lower]}.",
                entry.pointer,
                expected=seen[relation, upper, lower],
                found=f"{source} {kind} {target}",
            )
        seen.setdefault((relation, lower, upper), f"{source} {kind} {target}")


def _cycles(edges: Mapping[tuple[str, str, str], Node]) -> Iterator[Problem]:
    """Circles of three or more in a relation with a direction; each strongly connected part once."""
    graphs: dict[str, dict[str, list[str]]] = {}
    first: dict[tuple[str, str], Node] = {}
    for (kind, source, target), entry in edges.items():
        if kind in _UPWARD:
            relation, forward = _UPWARD[kind]
            lower, upper = (source, target) if forward else (target, source)
            graphs.setdefault(relation, {}).setdefault(lower, []).append(upper)
            first.setdefault((relation, lower), entry)
    for relation, graph in graphs.items():
        for part in strongly_connected(graph):
            if len(part) > 2:
                entry = next(first[relation, name] for name in part if (relation, name) in first)
                yield problem(
                    "association.cycle",
                    f"{len(part)} achievements are above each other in a circle.",
                    entry.pointer,
                    found=sorted(part)[:5],
                )


def strongly_connected(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """The strongly connected parts of a graph (Tarjan's algorithm, without recursion: linear in its edges)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    parts: list[list[str]] = []
    for root in graph:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(graph.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, following = work[-1]
            step = next(following, None)
            if step is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    part = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        part.append(member)
                        if member == node:
                            break
                    parts.append(part)
            elif step not in index:
                index[step] = low[step] = len(index)
                stack.append(step)
                on_stack.add(step)
                work.append((step, iter(graph.get(step, ()))))
            elif step in on_stack:
                low[node] = min(low[node], index[step])
    return parts


def _conflicts(known: _Achievements) -> Iterator[Problem]:
    """One achievement, told in two ways in two places."""
    for name, places in known.accepted.items():
        if len(places) < 2:
            continue
        told: dict[Term, tuple[frozenset[str], str]] = {}
        for node, pointer in places:
            for term in _TOLD:
                texts = frozenset(node.texts(term))
                if not texts:
                    continue
                before, where = told.setdefault(term, (texts, pointer))
                if before != texts:
                    yield problem(
                        "achievement.conflict",
                        f"The achievement {quote(name)} has another `{term.name}` elsewhere in the record.",
                        (pointer or where) + (node.where(term) if pointer else ""),
                        expected=", ".join(sorted(before)),
                        found=", ".join(sorted(texts)),
                    )
