"""The graph of achievements that a record draws (CLR 2.0 Association; rules V19 to V22).

An association holds two achievements by id. Its ends may stand in the record itself or in any
credential inside it, at any depth, as long as that credential was itself accepted: an association
whose only end is in a credential that failed, or that the record does not accept, is dangling after
verification; one whose only end is in a credential that could not be judged is as open as that.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from typing import Final, TypeAlias

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.checks.described import Achievements, collect
from vcverify.checks.descriptions import conflicts
from vcverify.checks.shapes import items
from vcverify.credential import Credential, Literal, Node
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import JsonObject, as_list, resolve_pointer
from vcverify.problems import Fact, Problem, Severity, problem, quote
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

_CIRCLES: Final[Mapping[str, str]] = {
    "hierarchy": "hierarchy",
    "parts": "hierarchy",
    "order": "order",
    "replacement": "replacement",
}
"""The relations that a circle can run through together: a child and a part are both below."""

_LISTED: Final = 20
"""Names in a fact; the reader has the record for the rest."""

_Edge: TypeAlias = tuple[str, str, str]
"""Type, source, target."""


def associations(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """Every association has a known type and two ends that are here; together they make sense.

    Problem codes: `association.*`, `achievement.conflict`. Facts: `count` of associations;
    `unrelated`, achievements of the record that no association and no credential inside speaks of.
    """
    if not credential.root.is_a(vocabulary.CLR_CREDENTIAL):
        yield NotRun("only learner records have associations")
        return
    entries = [value for subject in credential.subjects for value in _entries(subject)]
    known = collect(credential, method, env, judging=bool(entries))
    yield from conflicts(known.accepted)
    edges: dict[_Edge, Node] = {}
    used: set[str] = set()
    if entries:
        yield Fact("count", len(entries))
    else:
        yield NotRun("no association is declared")
    for entry, where in entries:
        if isinstance(entry, Literal):  # CHECK: an association that is no object
            yield problem("association.type", "The association is no object.", where(), found=entry.text)
            continue
        kind = yield from _kind(entry, env.document)
        source = yield from _end(entry, vocabulary.SOURCE_ID, known)
        target = yield from _end(entry, vocabulary.TARGET_ID, known)
        used.update(end for end in (source, target) if end is not None)
        if kind is None or source is None or target is None:
            continue
        if source == target:  # CHECK: an association with itself
            yield problem("association.self", f"{quote(source)} is associated with itself.", entry.pointer, found=kind)
        elif (kind, source, target) in edges:  # CHECK: one association twice
            yield problem(
                "association.duplicate",
                f"{quote(source)} {kind} {quote(target)} is said twice.",
                entry.pointer,
                found=kind,
            )
        else:
            edges[kind, source, target] = entry
    yield from _spelled(env.document)
    yield from _contradictions(edges)
    yield from _cycles(edges)
    unrelated = [
        name
        for name, places in known.accepted.items()
        if name not in used and name not in known.rejected and not any(pointer for _, pointer in places)
    ]
    if unrelated:
        yield Fact("unrelated", [quote(name) for name in unrelated[:_LISTED]])


def _entries(subject: Node) -> Iterator[tuple[Node | Literal, Callable[[], str]]]:
    for position, value in enumerate(subject.values(vocabulary.ASSOCIATION)):
        yield value, partial(subject.where, vocabulary.ASSOCIATION, position)


def _kind(entry: Node, document: JsonObject) -> Generator[Problem, None, str | None]:
    texts = entry.texts(vocabulary.ASSOCIATION_TYPE)
    if len(texts) == 1 and texts[0] in TYPES and entry.is_a(vocabulary.ASSOCIATION_CLASS):
        return texts[0]
    pointer = entry.pointer
    received = _received(document, pointer)
    written = as_list(received.get("type", received.get("@type")))
    instead = next((name for name in written if isinstance(name, str) and name in TYPES), None)
    if instead is not None:
        detail = "The `type` of the association holds the relation, so that nothing else of it is signed."
    elif not entry.is_a(vocabulary.ASSOCIATION_CLASS):
        detail = "The association does not say that it is an Association."
    else:
        detail = "The `associationType` is not one of the eight."
    # CHECK: associations of no known type
    yield problem(
        "association.type",
        detail,
        entry.where(vocabulary.ASSOCIATION_TYPE),
        expected=", ".join(sorted(TYPES)),
        found=instead or ", ".join(texts) or "none",
        remedy='Write `"type": "Association"` and the relation as `associationType`.',
    )
    return None


def _spelled(document: JsonObject) -> Iterator[Problem]:
    """The `type` of an association is text: readers that go by the schema refuse it in an array."""
    for subject, at in items(document, "credentialSubject"):
        for entry, where in items(subject, "association", at) if isinstance(subject, dict) else ():
            if isinstance(entry, dict) and entry.get("type") == ["Association"]:  # CHECK: types in arrays
                yield problem(
                    "association.type",
                    "The `type` of an association stands in an array; the schema of CLR asks for text.",
                    f"{where}/type",
                    severity=Severity.WARNING,
                    expected='"Association"',
                    found='["Association"]',
                    remedy='Write `"type": "Association"`.',
                )


def _received(document: JsonObject, pointer: str) -> JsonObject:
    """The object as it was received, to explain what was not signed of it."""
    try:
        held = resolve_pointer(document, pointer)
    except KeyError:
        return {}
    return held if isinstance(held, dict) else {}


def _end(entry: Node, term: Term, known: Achievements) -> Generator[Problem, None, str | None]:
    texts = entry.texts(term)
    if len(texts) != 1 or not texts[0]:  # CHECK: associations with nothing
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
    if name in known.of_credentials and name not in known.rejected:
        meant = known.of_credentials[name]
        # CHECK: associations with credentials
        yield problem(
            "association.dangling",
            f"`{term.name}` names a credential; associations are between achievements.",
            entry.where(term),
            expected=f"the id of its achievement, {quote(meant[0])}" if len(meant) == 1 else "the id of an achievement",
            found=name,
            remedy="Write the id of the credential's achievement instead of the credential's.",
        )
        return None
    place = known.undecided.get(name)
    if place is None and name not in known.rejected:
        place = known.unread.get(name, known.opaque)
    if place is not None:
        # CHECK: associations with what is undecided
        yield problem(
            "association.dangling",
            f"`{term.name}` leads to an achievement that only a credential which could not be judged describes.",
            entry.where(term),
            severity=Severity.INCONCLUSIVE,
            expected="the id of an achievement in an accepted place",
            found=f"{quote(name)} at {place}",
        )
        return None
    place = known.rejected.get(name)
    # CHECK: associations that lead nowhere
    yield problem(
        "association.dangling",
        f"`{term.name}` leads to no achievement of the record or of a credential inside it that verified."
        if place is None
        else f"`{term.name}` leads to an achievement that only a credential which was not accepted describes.",
        entry.where(term),
        expected="the id of an achievement in an accepted place",
        found=name if place is None else f"{quote(name)} at {place}",
    )
    return None


def _contradictions(edges: Mapping[_Edge, Node]) -> Iterator[Problem]:
    """Two edges of one relation that run against each other: A above B and B above A."""
    seen: dict[tuple[str, str, str], str] = {}
    for (kind, source, target), entry in edges.items():
        if kind not in _UPWARD:
            continue
        relation, forward = _UPWARD[kind]
        lower, upper = (source, target) if forward else (target, source)
        if (relation, upper, lower) in seen:  # CHECK: associations that contradict each other
            yield problem(
                "association.contradiction",
                f"{quote(source)} {kind} {quote(target)} contradicts that {seen[relation, upper, lower]}.",
                entry.pointer,
                expected=seen[relation, upper, lower],
                found=f"{source} {kind} {target}",
            )
        seen.setdefault((relation, lower, upper), f"{source} {kind} {target}")


def _cycles(edges: Mapping[_Edge, Node]) -> Iterator[Problem]:
    """Circles in relations with a direction; each strongly connected part once.

    Two that are above each other by one relation contradict each other, which is told by itself.
    """
    graphs: dict[str, dict[str, list[str]]] = {}
    first: dict[tuple[str, str], Node] = {}
    told: set[tuple[str, str, str]] = set()
    for (kind, source, target), entry in edges.items():
        if kind in _UPWARD:
            relation, forward = _UPWARD[kind]
            lower, upper = (source, target) if forward else (target, source)
            told.add((relation, lower, upper))
            circle = _CIRCLES[relation]
            graphs.setdefault(circle, {}).setdefault(lower, []).append(upper)
            first.setdefault((circle, lower), entry)
    for circle, graph in graphs.items():
        for part in strongly_connected(graph):
            if len(part) > 2 or (len(part) == 2 and not _contradicts(part, told)):
                entry = next(first[circle, name] for name in part if (circle, name) in first)
                yield problem(
                    "association.cycle",
                    f"{len(part)} achievements are above each other in a circle.",
                    entry.pointer,
                    found=sorted(part)[:5],
                )


def _contradicts(pair: list[str], told: set[tuple[str, str, str]]) -> bool:
    one, other = pair
    return any((name, one, other) in told and (name, other, one) in told for name in _CIRCLES)


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
