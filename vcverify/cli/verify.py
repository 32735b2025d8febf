"""`vcverify verify`: one report for each document, and one exit code for all."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vcverify.cli.batch import Item, read_all, show, show_all
from vcverify.cli.inputs import byte_limit, options_of, policy_of, sources, world_of
from vcverify.cli.terminal import Terminal

if TYPE_CHECKING:
    from vcverify.verifier import Verifier


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Verifies every document that the arguments name and answers the exit code."""
    from vcverify.verifier import Verifier

    policy = policy_of(arguments)
    verifier = Verifier(policy=policy, loader=world_of(arguments, policy.limits), engine=arguments.engine)
    items = list(sources(arguments.files))
    options = {"at": arguments.at, **options_of(arguments)}
    limit = byte_limit(policy.limits)
    if len(items) == 1 and not isinstance(items[0], Exception):
        return show(terminal, arguments.format, items[0].name, verifier.verify(items[0].read(limit), **options))
    answers = _verified(verifier, read_all(items, limit), arguments.workers, options)
    return show_all(terminal, arguments.format, answers, total=len(items), verbose=arguments.verbose)


def _verified(
    verifier: Verifier, items: Iterator[tuple[str, bytes | Exception]], workers: int, options: dict[str, object]
) -> Iterator[Item]:
    """The reports in the order of the documents; what could not be read passes through."""
    waiting: list[tuple[str, Exception | None]] = []

    def readable() -> Iterator[bytes]:
        for name, data in items:
            unreadable = isinstance(data, Exception)
            waiting.append((name, data if unreadable else None))
            if not unreadable:
                yield data

    for report in verifier.verify_many(readable(), workers=workers, **options):
        while waiting[0][1] is not None:
            yield waiting.pop(0)
        yield waiting.pop(0)[0], report
    yield from waiting
