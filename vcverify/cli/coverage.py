"""`vcverify coverage`: which signature covers which place of a document."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from vcverify.cli.inputs import Source, byte_limit, options_of, policy_of, world_of
from vcverify.cli.places import gathered, told_by_reason, total_of, unsigned_of
from vcverify.cli.terminal import Terminal
from vcverify.coverage import leaves_of
from vcverify.jsontypes import pretty
from vcverify.report import OUTER

if TYPE_CHECKING:
    from vcverify.report import Coverage, Report

UNREADABLE: Final = 2


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Prints the coverage of one document: 0 if signatures cover all of it, 1 if not, 2 if it is no document."""
    from vcverify.verifier import Verifier

    policy = policy_of(arguments)
    verifier = Verifier(policy=policy, loader=world_of(arguments, policy.limits), engine=arguments.engine)
    source = Source(arguments.file)
    options: dict[str, Any] = {"at": arguments.at, **options_of(arguments)}
    report = verifier.verify(source.read(byte_limit(policy.limits)), coverage=True, **options)
    coverage = report.coverage
    if coverage is None or not (coverage.signed_by or coverage.unsigned):
        for problem in report.own_problems()[:1]:
            terminal.complain_of(problem)
        return UNREADABLE
    if arguments.format == "json":
        terminal.say(pretty(coverage.to_dict()))
    else:
        for line in _lines(report, coverage, terminal, every=arguments.verbose):
            terminal.say(line)
    return 1 if coverage.unsigned else 0


def _lines(report: Report, coverage: Coverage, terminal: Terminal, *, every: bool) -> Iterator[str]:
    from vcverify.rendering import count, mark

    unsigned = unsigned_of(coverage)
    total = total_of(coverage)
    sign = mark(not unsigned, colour=terminal.colour, plain=terminal.plain)
    if not unsigned:
        yield f"{sign} A signature covers each of the {total:,} places of the document."
    elif len(unsigned) == total:
        yield f"{sign} No signature covers any of the {total:,} places of the document."
    else:
        yield f"{sign} No signature covers {len(unsigned):,} of the {total:,} places of the document."
    signers = _signers(coverage)
    if signers:
        yield ""
        yield "signed by"
        for name, places in signers.items():
            told = count(len(places), "place", "places")
            yield f"  {told:>14}  {_signer(name, report)}"
            if every:
                for line in gathered(places, every=True):
                    yield f"      {line}"
    if unsigned:
        yield ""
        yield "not signed"
        yield from told_by_reason(unsigned, terminal.width, every=every)
    if not report.verified:
        yield ""
        yield "The document is not verified; `vcverify verify` says why."
    if not coverage.signed_by:
        yield "`vcverify lint` says what a signature would cover."


def _signers(coverage: Coverage) -> dict[str, list[str]]:
    """The places of each signature, the outer one first, then in document order."""
    leaves = leaves_of([*coverage.signed_by, *(place.pointer for place in coverage.unsigned)])
    found: dict[str, list[str]] = {OUTER: []}
    for pointer in leaves:
        if pointer in coverage.signed_by:
            found.setdefault(coverage.signed_by[pointer], []).append(pointer)
    return {name: places for name, places in found.items() if places}


def _signer(name: str, report: Report) -> str:
    from vcverify.rendering import identifier, quoted, shown

    pointer = "" if name == OUTER else name
    what = "the document's own signature" if name == OUTER else f"that of {shown(name)}"
    signer = next((item for item in report.walk() if item.pointer == pointer), None)
    if signer is None or signer.credential is None:
        return what
    suites = Counter(str(item.get("cryptosuite", item.get("algorithm", ""))) for item in signer.evidence)
    told = ", ".join(shown(suite) for suite in suites if suite)
    named = f" {quoted(signer.credential.name)}" if signer.credential.name else ""
    by = f", by {identifier(signer.issuer)}" if signer.issuer else ""
    return f"{what}{named}{by}{f' ({told})' if told else ''}"
