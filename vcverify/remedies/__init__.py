"""What to change in an unsigned document so that a signature covers it: contexts, types, ids.

Nothing here is believed for its reasons: every change is tried on a copy, and is told only for the places that
are lost again when it alone is left out. One more is told because the schemas ask for it: the type of a thing that
has none, for what of it was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from vcverify import suites
from vcverify.coverage import Cover, Layer, Loss, cover_statements, leaves_of, map_coverage
from vcverify.documents import EmbeddedDocument
from vcverify.jsontypes import JsonObject, JsonValue, as_list, compact, escape_token, loads
from vcverify.problems import Problem, ProblemError, Severity
from vcverify.remedies.changes import Change, contexts, holder, ids, mend, type_of_untyped
from vcverify.report import Coverage, Report
from vcverify.suites.unsecured import Unsecured

MOST_ROUNDS: Final = 8
"""Each round mends what stands inside what the one before mended; a document is not nested deeper."""

MOST_GROUPS: Final = 60
"""Kinds of changes that are left out one by one to see what each is good for; each costs a walk."""

SEALED: Final = "It belongs to a credential that is signed already: only its issuer can mend it."

Walk = Callable[[JsonObject], Unsecured]


def foresee(
    report: Report,
    document: EmbeddedDocument,
    found: Unsecured | Problem | None,
    members: Sequence[Layer],
    walk: Walk,
) -> Report:
    """The report on an unsigned document, with what an RDFC-1.0 signature would cover, and what would mend the rest.

    Args:
        found: The walk of the document, or why there is none.
        members: The credentials inside whose own signatures hold.
        walk: Makes the walk of a changed copy.
    """
    layers = list(members)
    why: Loss | None = None
    if isinstance(found, Problem):
        why = Loss(f"Its contexts cannot be used, so nothing of it could be signed. {found.detail}", found.remedy)
    elif found is not None:
        layers.append(Layer(pointer="", document=document, supposed=found))
    coverage = map_coverage(report, layers, document=document.unsecured, why=why)
    coverage = with_remedies(coverage, document.unsecured, walk)
    remedies = {place.pointer: place.remedy for place in coverage.unsigned if place.remedy}

    def remedied(item: Problem) -> Problem:
        known = item.check == "terms" and item.severity is not Severity.WARNING
        return replace(item, remedy=remedies.get(item.pointer, item.remedy)) if known else item

    unsigned = len(leaves_of([place.pointer for place in coverage.unsigned]))
    checks = tuple(
        replace(
            check,
            problems=tuple(map(remedied, check.problems)),
            facts={**check.facts, "unsigned": unsigned} if check.name == "terms" and unsigned else check.facts,
        )
        for check in report.checks
    )
    return replace(report, checks=checks, coverage=coverage)


def with_remedies(coverage: Coverage, document: JsonObject, walk: Walk) -> Coverage:
    """The coverage, with the changes that would have each place signed.

    Args:
        document: The unsigned document that the coverage is of.
        walk: Makes the walk of a changed copy.
    """
    sealed = frozenset(_sealed(document, ""))
    search = _Search(document, walk, sealed)
    steps = search.steps(frozenset(place.pointer for place in coverage.unsigned))

    def remedied(pointer: str) -> tuple[str, ...] | None:
        if not sealed.isdisjoint(_around(pointer.rpartition("/")[0])):
            return (SEALED,)
        return steps.get(pointer)

    return replace(
        coverage,
        unsigned=tuple(
            place if (found := remedied(place.pointer)) is None else replace(place, steps=found)
            for place in coverage.unsigned
        ),
    )


def _around(pointer: str) -> Iterator[str]:
    """The place itself and all that it stands in: fewer than JSON has levels."""
    yield pointer
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _sealed(value: JsonValue, pointer: str) -> Iterator[str]:
    """Credentials inside that carry a proof of an installed suite."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _sealed(item, f"{pointer}/{at}")
    elif isinstance(value, dict):
        if pointer and any(map(_is_proof, as_list(value.get("proof")))):
            yield pointer
            return
        for name, item in value.items():
            yield from _sealed(item, f"{pointer}/{escape_token(name)}")


def _is_proof(value: JsonValue) -> bool:
    if not isinstance(value, dict):
        return False
    name, kind = value.get("cryptosuite", value.get("type")), value.get("type")
    return isinstance(name, str) and isinstance(kind, str) and suites.find(name, kind) is not None


class _Search:
    """Tries changes on copies of one document."""

    def __init__(self, document: JsonObject, walk: Walk, sealed: frozenset[str]) -> None:
        self._document = document
        self._walk = walk
        self._sealed = sealed
        self._changes: list[Change] = []
        self._usable = True
        self._asked: dict[str, frozenset[str]] = {}
        """What was lost of things that have no type, by thing."""

    def steps(self, unsigned: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """For each place that can be had signed: the changes that it takes, outer ones first."""
        try:
            signed = self._change_all(unsigned)
            recovered = {pointer for pointer in unsigned if signed.get(pointer, _GONE) is None}
            needed = {change.group: self._lost_without(change.group, recovered) for change in self._kinds()}
        except ProblemError:  # the contexts cannot be used, whatever is changed; the coverage says so
            return {}

        at_site: dict[str, list[int]] = {}
        for at, change in enumerate(self._changes):
            at_site.setdefault(change.site, []).append(at)

        def helps(change: Change, pointer: str) -> bool:
            return pointer in needed.get(change.group, ()) or pointer in self._asked.get(change.site, ())

        def helping(pointer: str) -> Iterator[str]:
            for at in sorted(at for site in _around(pointer) for at in at_site.get(site, ())):
                if helps(self._changes[at], pointer):
                    yield self._changes[at].text

        found = {pointer: tuple(helping(pointer)) for pointer in recovered}
        if not self._usable:  # what the contexts would leave open is only known now
            for pointer in unsigned - recovered:
                loss = signed.get(pointer)
                if loss is not None:
                    first = (change.text for change in self._changes if change.kind == "contexts" and not change.site)
                    found[pointer] = (*first, f"At {pointer}: {loss.remedy}")
        return found

    def _kinds(self) -> list[Change]:
        first: dict[tuple[str, str], Change] = {}
        for change in self._changes:
            first.setdefault(change.group, change)
        return list(first.values())[:MOST_GROUPS]

    def _lost_without(self, group: tuple[str, str], recovered: set[str]) -> set[str]:
        """The places that are not signed when only the changes of one group are left out."""
        try:
            found = self._cover(self._changed(change for change in self._changes if change.group != group))[0]
        except ProblemError:
            return recovered
        return {pointer for pointer in recovered if found.get(pointer, _GONE) is not None}

    def _change_all(self, unsigned: frozenset[str]) -> Cover:
        """Changes until nothing is left that a change could mend; the coverage then."""
        self._changes = [
            *contexts(self._document, "", self._open),
            *ids(self._document, "", self._open),
            *self._untyped(),
        ]
        made = {(change.kind, change.site) for change in self._changes}
        for _ in range(MOST_ROUNDS):
            document = self._changed(self._changes)
            found, lost = self._cover(document)
            fresh = []
            for pointer in lost:
                change = mend(document, pointer, lost) if self._open(pointer) else None
                if change is not None and (change.kind, change.site) not in made:
                    made.add((change.kind, change.site))
                    fresh.append(change)
            if not fresh:
                break
            self._changes += fresh
        return found

    def _untyped(self) -> Iterator[Change]:
        """The types of things that have none, and that lose something as they are."""
        try:
            lost = self._cover(self._document)[1]
        except ProblemError:
            self._usable = False
            return
        lost = frozenset(pointer for pointer in lost if not pointer.endswith(("/id", "/@id")))
        inside: dict[str, set[str]] = {}
        for pointer in lost:
            for site in _around(pointer):
                inside.setdefault(site, set()).add(pointer)
        for site in dict.fromkeys(holder(self._document, pointer)[0] for pointer in sorted(lost)):
            change = type_of_untyped(self._document, site) if self._open(site) else None
            if change is not None:
                self._asked[site] = frozenset(inside[site])
                yield change

    def _open(self, pointer: str) -> bool:
        return self._sealed.isdisjoint(_around(pointer))

    def _changed(self, changes: Iterator[Change] | Sequence[Change]) -> JsonObject:
        document: Any = loads(compact(self._document))
        for change in changes:
            change.make(document)
        return document  # type: ignore[no-any-return]

    def _cover(self, document: JsonObject) -> tuple[Cover, frozenset[str]]:
        """What is covered, and the places that JSON-LD drops by themselves."""
        walk = self._walk(document)
        lost = frozenset(item.pointer for item in walk.rdf.problems if item.code == "terms.undefined" and item.pointer)
        return cover_statements(document, walk), lost


_GONE: Final = object()
