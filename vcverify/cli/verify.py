"""`vcverify verify`: one report for each document, and one exit code for all."""

from __future__ import annotations

from argparse import Namespace
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from vcverify.cli.batch import Item, read_all, show, show_all
from vcverify.cli.inputs import InputError, byte_limit, only_file, options_of, policy_of, sources, world_of
from vcverify.cli.pages import WHOLE, write
from vcverify.cli.terminal import Terminal

if TYPE_CHECKING:
    from vcverify.verifier import Verifier


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Verifies every document that the arguments name and answers the exit code."""
    from vcverify.verifier import Verifier

    policy = policy_of(arguments)
    verifier = Verifier(policy=policy, loader=world_of(arguments, policy.limits), engine=arguments.engine)
    items = list(sources(arguments.files))
    options: dict[str, Any] = {"at": arguments.at, **options_of(arguments)}
    limit = byte_limit(policy.limits)
    if arguments.format in WHOLE:
        judge = partial(verifier.verify_many, workers=arguments.workers, coverage=True, **options)
        return write(arguments, terminal, items, judge, limit)
    if only := only_file(arguments.files, items):
        return show(terminal, arguments.format, only.name, verifier.verify(only.read(limit), **options))
    answers = _verified(verifier, read_all(items, limit), arguments.workers, options)
    return show_all(terminal, arguments.format, answers, total=len(items), verbose=arguments.verbose)


def _verified(
    verifier: Verifier, items: Iterator[tuple[str, bytes | InputError]], workers: int, options: dict[str, Any]
) -> Iterator[Item]:
    """The reports in the order of the documents, and between them why some could not be read."""
    waiting: deque[tuple[str, InputError | None]] = deque()

    def readable() -> Iterator[bytes]:
        for name, data in items:
            if isinstance(data, InputError):
                waiting.append((name, data))
            else:
                waiting.append((name, None))
                yield data

    for report in verifier.verify_many(readable(), workers=workers, **options):
        yield from _unreadable(waiting)
        yield waiting.popleft()[0], report
    yield from _unreadable(waiting)


def _unreadable(waiting: deque[tuple[str, InputError | None]]) -> Iterator[Item]:
    """Those at the head that could not be read, taken off."""
    while waiting:
        name, error = waiting[0]
        if error is None:
            return
        waiting.popleft()
        yield name, error
