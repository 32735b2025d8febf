"""`vcverify diff`: two versions of a credential, and what became of its signatures."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from vcverify.cli.inputs import InputError, Source, byte_limit, policy_of, world_of
from vcverify.cli.places import wrapped
from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import JsonValue, compact, pretty
from vcverify.problems import ProblemError

if TYPE_CHECKING:
    from vcverify.comparison import Comparison, Difference, SignatureChange, StatementDifference, Version

_SIGNS: Final = {"removed": "- ", "added": "+ ", "changed": "~ ", "reordered": "~ ", "wrapped": "~ "}
_WIDE: Final = 72
"""Characters of a value that are shown."""

_SHOWN: Final = 40
"""Differences of a kind that are told; --format json has them all."""


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Prints what differs. Answers 0 for nothing, 1 for something, 2 where a file is no document."""
    from vcverify.comparison import compare
    from vcverify.verifier import Verifier

    policy = policy_of(arguments)
    verifier = Verifier(policy=policy, loader=world_of(arguments, policy.limits), engine=arguments.engine)
    limit = byte_limit(policy.limits)
    sources = [Source(arguments.first), Source(arguments.second)]
    if all(source.path == "-" for source in sources):
        raise InputError("standard input holds one document only")
    first, second = (source.read(limit) for source in sources)
    try:
        comparison = compare(first, second, verifier, at=arguments.at)
    except ProblemError as error:
        terminal.complain_of(error.problem)
        return 2
    if arguments.format == "json":
        terminal.say(pretty(comparison.to_dict()))
    else:
        for line in _lines(comparison, terminal):
            terminal.say(line)
    return 0 if comparison.same else 1


def _lines(comparison: Comparison, terminal: Terminal) -> Iterator[str]:
    from vcverify.rendering import mark

    sign = mark(comparison.same, colour=terminal.colour, plain=terminal.plain)
    yield f"{sign} {'They are the same.' if comparison.same else 'They differ.'}"
    yield from wrapped(_identity(comparison), terminal.width, 2, 2)
    yield from wrapped(_succession(comparison), terminal.width, 2, 2)
    for name, version in (("A", comparison.first), ("B", comparison.second)):
        yield from wrapped(_version(name, version), terminal.width, 2, 4)
    if comparison.signatures:
        yield ""
        yield "signatures of A, in B"
        for change in comparison.signatures:
            yield from _signature(change, comparison, terminal)
    if comparison.differences:
        yield ""
        yield f"members and items that differ: {len(comparison.differences):,}"
        for difference in comparison.differences[:_SHOWN]:
            yield from wrapped(_difference(difference), terminal.width, 2, 6, lead=_SIGNS[difference.kind])
        yield from _more(len(comparison.differences))
    yield from _statements(comparison, terminal)


def _statements(comparison: Comparison, terminal: Terminal) -> Iterator[str]:
    statements = comparison.statements
    if not comparison.differences:
        return
    yield ""
    if statements is None:
        yield "signed statements: not known, as the contexts of one of them cannot be used"
    elif not statements:
        if any("proof" in item.pointer.split("/") for item in comparison.differences):
            yield "signed statements (RDFC-1.0): the same, but for those of the proofs that differ"
        else:
            yield "signed statements (RDFC-1.0): the same; the difference is one of form, or not signed"
    else:
        yield f"signed statements (RDFC-1.0) that differ: {len(statements):,}"
        for statement in statements[:_SHOWN]:
            yield from wrapped(_statement(statement), terminal.width, 2, 6, lead=_SIGNS[statement.kind])
        yield from _more(len(statements))


def _more(number: int) -> Iterator[str]:
    if number > _SHOWN:
        yield f"  and {number - _SHOWN:,} more; --format json lists them all"


def _identity(comparison: Comparison) -> str:
    from vcverify.rendering import identifier

    one, other = comparison.first, comparison.second
    if comparison.same_credential is None:
        return "Whether they are the same credential cannot be told: it takes an issuer and an id in both."
    if comparison.same_credential:
        assert one.id is not None and one.issuer is not None
        return f"The same credential: {identifier(one.id)}, by {identifier(one.issuer)}."
    what = [
        f"{name} {identifier(a or '')} and {identifier(b or '')}"
        for name, a, b in (("ids", one.id, other.id), ("issuers", one.issuer, other.issuer))
        if a != b
    ]
    return f"Not the same credential: {'; '.join(what)}."


def _succession(comparison: Comparison) -> str:
    from vcverify.datetimes import format_instant

    if not comparison.same_credential:
        return "So neither supersedes the other."
    one, other = comparison.first.valid_from, comparison.second.valid_from
    if comparison.supersedes is None or one is None or other is None:
        return "Neither supersedes the other: neither is valid from a later instant."
    loser = "B" if comparison.supersedes == "A" else "A"
    newer, older = (one, other) if comparison.supersedes == "A" else (other, one)
    winner = comparison.first if comparison.supersedes == "A" else comparison.second
    when = f"valid from {format_instant(newer)}, after {format_instant(older)}"
    if not winner.report.verified:
        return f"{comparison.supersedes} would supersede {loser}, but does not verify: {when}."
    return f"{comparison.supersedes} supersedes {loser}: {when}."


def _version(name: str, version: Version) -> str:
    from vcverify.wording import VERIFICATION

    codes = Counter(item.code for item in version.report.problems() if item.severity != "warning")
    told = ", ".join(codes)
    return f"{name} is {VERIFICATION.each[version.report.outcome]}{f' ({told})' if told else ''}."


def _signature(change: SignatureChange, comparison: Comparison, terminal: Terminal) -> Iterator[str]:
    from vcverify.rendering import mark, shown

    sign = mark(change.state == "kept", colour=terminal.colour, plain=terminal.plain)
    words = {"kept": "still fits", "broken": "no longer fits", "dropped": "is not there any more"}
    yield from wrapped(f"{sign} {shown(change.pointer) or 'the token'} {words[change.state]}", terminal.width, 2, 4)
    for cause in change.causes[:_SHOWN]:
        yield from wrapped(_difference(cause), terminal.width, 6, 4, lead="because of ")
    yield from _more(len(change.causes))


def _difference(difference: Difference) -> str:
    from vcverify.rendering import shown

    place = shown(difference.pointer) or "the document"
    if difference.kind == "removed":
        return f"{place}, removed: {_value(difference.before)}"
    if difference.kind == "added":
        return f"{place}, added: {_value(difference.after)}"
    if difference.kind == "reordered":
        return f"{place}, in another order"
    if difference.kind == "wrapped":
        return f"{place}, {'no longer in an array' if isinstance(difference.before, list) else 'now in an array'}"
    return f"{place}: {_value(difference.before)} became {_value(difference.after)}"


def _value(value: JsonValue) -> str:
    from vcverify.rendering import shown

    text = compact(value).decode()
    return shown(text if len(text) <= _WIDE else text[: _WIDE - 3] + "...")


def _statement(statement: StatementDifference) -> str:
    from vcverify.rendering import shown

    predicate = statement.predicate.rstrip(">").replace("#", "/").rpartition("/")[2]
    head = f"{shown(statement.subject)} {shown(predicate)}"
    if statement.before is not None and statement.after is not None:
        return f"{head}: {shown(statement.before)} became {shown(statement.after)}"
    return f"{head}: {shown(statement.before or statement.after or '')}"
