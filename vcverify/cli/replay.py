"""`vcverify replay`: case files, run again and compared with what they expect."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from vcverify.cli.inputs import InputError, Source, only_file, sources
from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import line
from vcverify.replay import Case, CaseError, Replay, read_case, replay_case

MAX_CASE_BYTES: Final = 1024 * 1024 * 1024
"""A case is ours; the bound is there so that an endless file ends."""


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Replays every case and answers 0 where all are as expected, 1 where one is not, 2 where one is no case."""
    good = total = 0
    malformed = False
    items = list(sources(arguments.files, endings=(".json",)))
    verbose = arguments.verbose or only_file(arguments.files, items) is not None
    for source in items:
        total += 1
        try:
            name, case = _read(source)
        except InputError as error:
            terminal.complain(str(error))
            malformed = True
            continue
        replay = replay_case(case, engine=arguments.engine)
        good += replay.ok
        if arguments.format == "json":
            terminal.say(line(replay.to_dict(name)))
            terminal.out.flush()
        else:
            _tell(terminal, replay, verbose=verbose)
    if arguments.format == "text" and total > 1:
        terminal.say(f"{good:,} of {total:,} cases as expected")
    if malformed:
        return 2
    return 0 if good == total else 1


def _read(source: Source | InputError) -> tuple[str, Case]:
    """The file's name, and the case that it holds."""
    if isinstance(source, InputError):
        raise source
    try:
        return source.name, read_case(source.read(MAX_CASE_BYTES), path=source.name)
    except CaseError as error:
        raise InputError(f"{source.name}: not a case: {error}") from None


def _tell(terminal: Terminal, replay: Replay, *, verbose: bool) -> None:
    """The report of a recording; of a case one line, and what differs."""
    from vcverify.rendering import mark, shown

    if not replay.expected:
        terminal.say(f"{shown(replay.id)}: a recording")
        terminal.report(replay.report)
        return
    if replay.ok and not verbose:
        return
    sign = mark(replay.ok, colour=terminal.colour, plain=terminal.plain)
    terminal.say(f"{sign} {shown(replay.id)}  {replay.outcome}, {replay.seconds * 1000:.1f} ms")
    for mismatch in replay.mismatches:
        terminal.say(f"    {shown(mismatch)}")
