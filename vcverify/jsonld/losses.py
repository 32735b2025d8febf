"""Takes out of a walked document the statements that cannot be written, and says so of each."""

from __future__ import annotations

from vcverify.jsonld import explain
from vcverify.jsonld.documents import RdfDocument
from vcverify.jsonld.members import LOST, LOST_TEXT
from vcverify.problems import Problem

_LOST_SUBJECT = "the node that it is said of has no usable id"
_LOST_GRAPH = "the graph that it stands in has no usable name"


def has_lost_nodes(document: RdfDocument) -> bool:
    """Whether whole nodes or graphs are lost, so that `take_out` has something to say, for which it needs pointers."""
    return any(statement[0] is LOST or statement[3] is LOST for statement in document.statements)


def take_out(document: RdfDocument, most: int) -> int:
    """Drops statements with a lost term (JSON-LD 1.1 API §8.2: they are not well-formed), and moves the spans.

    What was lost with the subject or graph of a statement is reported here, at the statement's
    pointer; a lost object or predicate was reported where it was found.

    Returns:
        How many were not reported, for there were `most` already.
    """
    unreported = 0
    pointers = document.pointers
    kept = []
    places = []
    shift = [0]
    for position, statement in enumerate(document.statements):
        if LOST in statement or LOST_TEXT in statement:
            shift.append(shift[-1] + 1)
            if pointers is None or not (statement[0] is LOST or statement[3] is LOST):
                continue
            if len(document.problems) >= most:
                unreported += 1
            else:
                why = _LOST_SUBJECT if statement[0] is LOST else _LOST_GRAPH
                document.problems.append(explain.undefined("this", why, pointers[position]))
        else:
            shift.append(shift[-1])
            kept.append(statement)
            if pointers is not None:
                places.append(pointers[position])
    document.statements = kept
    for span in document.spans:
        span.start -= shift[span.start]
        span.end -= shift[span.end]
    if pointers is not None:
        document.pointers = places
    return unreported


def tidy(problems: list[Problem], unreported: int) -> list[Problem]:
    """One problem of a kind for each place, and a last one that counts what was not told."""
    told: dict[tuple[str, str, str], Problem] = {}
    for found in problems:
        detail = found.detail if found.code != "terms.undefined" else ""
        told.setdefault((found.code, found.pointer, detail), found)
    result = list(told.values())
    if unreported:
        why = "they are too many to name"
        result.append(explain.undefined(f"{unreported:,} more places, or they are spelled unusually", why, ""))
    return result
