"""Places of a document as lines for people: those of one object share a line, those of like objects too."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from vcverify.coverage import leaves_of
from vcverify.rendering import LISTED, count, sentence, shown
from vcverify.report import Coverage, Unsigned

_INDEX: Final = re.compile(r"(?<=/)\d+(?=[/.:,]|\s|$)")


def total_of(coverage: Coverage) -> int:
    """The places that have no others inside: what people count."""
    return len(leaves_of([*coverage.signed_by, *(place.pointer for place in coverage.unsigned)]))


def unsigned_of(coverage: Coverage) -> list[Unsigned]:
    """The unsigned places that have no others inside."""
    leaves = set(leaves_of([*coverage.signed_by, *(place.pointer for place in coverage.unsigned)]))
    return [place for place in coverage.unsigned if place.pointer in leaves]


def like(text: str) -> str:
    """The text with the indexes of its pointers left open, so that it is the same for like places."""
    return _INDEX.sub("*", text)


def gathered(pointers: Iterable[str], *, every: bool = False) -> Iterator[str]:
    """One line for the places of each object; for objects alike one line, with their number.

    Args:
        every: Objects that are alike get a line each.
    """
    members: dict[str, list[str]] = {}
    for pointer in pointers:
        site, name = _split(pointer)
        members.setdefault(site, []).append(name)
    alike: dict[tuple[str, ...], list[str]] = {}
    for site, names in members.items():
        alike.setdefault((site if every else like(site), *names), []).append(site)
    for (pattern, *names), sites in alike.items():
        site = sites[0] if len(sites) == 1 else pattern
        line = ", ".join(shown(f"{site}/{name}") for name in names)
        yield line + (f"  ({len(sites):,} alike)" if len(sites) > 1 else "")


def _split(pointer: str) -> tuple[str, str]:
    """The object that a place belongs to, and its name there: of an array item, name and index."""
    site, _, name = pointer.rpartition("/")
    while name.split("/")[0].isdigit() and site:
        site, _, more = site.rpartition("/")
        name = f"{more}/{name}"
    return site, name


def wrapped(text: str, width: int, indent: int = 0, hang: int = 0, lead: str = "") -> Iterator[str]:
    """The text in lines, behind a lead; words are never broken."""
    yield from textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent + lead,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def told_by_reason(places: Sequence[Unsigned], width: int, *, every: bool = False) -> Iterator[str]:
    """Unsigned places under why they are, and what would mend it."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for place in places:
        reasons.setdefault((like(place.reason), like(place.remedy)), []).append(place.pointer)
    for (reason, remedy), pointers in reasons.items():
        for line in _some(list(gathered(pointers, every=every)), every=every):
            yield from wrapped(line, width, 2, 4)
        yield from wrapped(sentence(reason), width, 6)
        if remedy:
            yield from wrapped(sentence(remedy), width, 6)


def told_by_step(places: Sequence[Unsigned], width: int) -> Iterator[str]:
    """The changes that would have the places signed, numbered, and the places by these numbers."""
    texts: dict[str, list[str]] = {}
    for place in places:
        for step in place.steps:
            alike = texts.setdefault(like(step), [])
            if step not in alike:
                alike.append(step)
    numbers: Mapping[str, int] = {key: number for number, key in enumerate(texts, start=1)}
    for key, alike in texts.items():
        text = alike[0] if len(alike) == 1 else f"{key}  ({len(alike):,} alike)"
        yield from wrapped(f"{numbers[key]:>2}  {sentence(text)}", width, 2, 4)
    by_steps: dict[tuple[int, ...], list[str]] = {}
    for place in places:
        by_steps.setdefault(tuple(sorted(numbers[like(step)] for step in place.steps)), []).append(place.pointer)
    yield ""
    for steps, pointers in sorted(by_steps.items(), key=lambda item: item[0][-1:]):
        for line in gathered(pointers):
            yield from wrapped(line + (f"  [{', '.join(map(str, steps))}]" if steps else ""), width, 2, 4)


def _some(lines: Sequence[str], *, every: bool) -> Iterator[str]:
    if every or len(lines) <= LISTED:
        yield from lines
        return
    yield from lines[:LISTED]
    yield f"and {count(len(lines) - LISTED, 'more place', 'more places')}; --format json lists them all"
