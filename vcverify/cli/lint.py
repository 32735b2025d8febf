"""`vcverify lint`: what an issuer has to know before signing."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from vcverify.cli.batch import Item, read_all, show, show_all
from vcverify.cli.inputs import InputError, byte_limit, only_file, policy_of, sources, world_of
from vcverify.cli.pages import WHOLE, write
from vcverify.cli.terminal import Terminal

if TYPE_CHECKING:
    from vcverify.report import Report


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Judges every unsigned document that the arguments name and answers the exit code."""
    from vcverify.verifier import Verifier
    from vcverify.wording import LINT

    policy = policy_of(arguments)
    verifier = Verifier(policy=policy, loader=world_of(arguments, policy.limits), engine=arguments.engine)
    items = list(sources(arguments.files))
    limit = byte_limit(policy.limits)
    if arguments.format in WHOLE:
        return write(arguments, terminal, items, partial(map, partial(verifier.lint, at=arguments.at)), limit)
    wording = replace(LINT, apart=frozenset({"terms.undefined"}))
    if only := only_file(arguments.files, items):
        report = verifier.lint(only.read(limit), at=arguments.at)
        return show(terminal, arguments.format, only.name, report, wording=wording, after=tell_coverage)

    def judged() -> Iterator[Item]:
        for name, data in read_all(items, limit):
            yield name, data if isinstance(data, InputError) else verifier.lint(data, at=arguments.at)

    return show_all(
        terminal,
        arguments.format,
        judged(),
        total=len(items),
        verbose=arguments.verbose,
        wording=wording,
        after=tell_coverage,
    )


def tell_coverage(terminal: Terminal, report: Report) -> None:
    """What a signature would not cover, place by place, and the changes that would have it signed."""
    from vcverify.cli.places import told_by_step, total_of, unsigned_of

    if report.coverage is None:
        return
    unsigned = unsigned_of(report.coverage)
    if not unsigned:
        return
    total = total_of(report.coverage)
    amount = "none" if len(unsigned) == total else f"{total - len(unsigned):,}"
    terminal.say()
    terminal.say(f"A signature would cover {amount} of the {total:,} places of the document. What would mend that:")
    for line in told_by_step(unsigned, terminal.width):
        terminal.say(line)
