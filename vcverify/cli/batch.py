"""Reports of one or of many documents, shown in the format that was asked for, and their exit code.

    0  every document passed
    1  at least one failed
    2  at least one could not be read
    3  none failed, at least one is open

Several apply: 2 before 1 before 3. An unreadable file never hides what the others say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from vcverify.cli.inputs import InputError, Source
from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import line, pretty
from vcverify.report import Outcome, Report

if TYPE_CHECKING:
    from vcverify.wording import Wording

Item: TypeAlias = "tuple[str, Report | InputError]"
"""The name of a document, and its report or why there is none."""

UNREADABLE: Final = 2
CODES: Final = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.INDETERMINATE: 3, Outcome.NOT_RUN: 3}
RANK: Final = (0, 3, 1, UNREADABLE)


def read_all(items: Iterable[Source | InputError], limit: int) -> Iterator[tuple[str, bytes | InputError]]:
    """The bytes of each source, one after the other as they are asked for, or why there are none."""
    for item in items:
        if isinstance(item, InputError):
            yield "", item
            continue
        try:
            yield item.name, item.read(limit)
        except InputError as error:
            yield item.name, error


def show(
    terminal: Terminal,
    form: str,
    name: str,
    report: Report,
    wording: Wording | None = None,
    after: Callable[[Terminal, Report], None] | None = None,
) -> int:
    """The report of the only document, as text followed by what `after` says; answers the exit code."""
    if form == "json":
        terminal.say(pretty(report.to_dict()))
    elif form == "jsonl":
        terminal.say(line(named(name, report)))
    else:
        terminal.report(report, **_wording(wording))
        if after is not None:
            after(terminal, report)
    return CODES[report.outcome]


def show_all(
    terminal: Terminal,
    form: str,
    items: Iterator[Item],
    *,
    total: int,
    verbose: bool = False,
    wording: Wording | None = None,
    after: Callable[[Terminal, Report], None] | None = None,
) -> int:
    """The reports of several documents as they come; answers the exit code."""
    worst = 0
    outcomes: Counter[str] = Counter()
    shown = 0
    if form == "json":
        terminal.say("[")
    for name, report in _with_progress(items, total, terminal):
        if isinstance(report, InputError):
            terminal.complain(str(report))
            code, outcome = UNREADABLE, "unreadable"
        else:
            code, outcome = CODES[report.outcome], report.outcome.value
            if form == "json":
                terminal.say((",\n" if shown else "") + pretty(named(name, report)))
            elif form == "jsonl":
                terminal.say(line(named(name, report)))
            else:
                _tell(terminal, name, report, verbose=verbose, wording=wording, after=after)
            shown += 1
        outcomes[outcome] += 1
        worst = max(worst, code, key=RANK.index)
    if form == "json":
        terminal.say("]")
    elif form == "text" and total > 1:
        terminal.say(_summary(outcomes, wording))
    return worst


def named(name: str, report: Report) -> dict[str, Any]:
    """The report as JSON values, the document's name first."""
    return {"file": name, **report.to_dict()}


def _tell(
    terminal: Terminal,
    name: str,
    report: Report,
    *,
    verbose: bool,
    wording: Wording | None,
    after: Callable[[Terminal, Report], None] | None,
) -> None:
    """One line for a document that is well; the whole report for one that is not."""
    from vcverify.rendering import one_line

    if report.outcome is Outcome.PASSED and not verbose:
        terminal.say(one_line(report, colour=terminal.colour, plain=terminal.plain, name=name, **_wording(wording)))
        return
    terminal.say(f"{name}:")
    terminal.report(report, **_wording(wording))
    if after is not None:
        after(terminal, report)
    terminal.say()


def _wording(wording: Wording | None) -> dict[str, Any]:
    return {} if wording is None else {"wording": wording}


def _summary(outcomes: Counter[str], wording: Wording | None) -> str:
    from vcverify.rendering import count
    from vcverify.wording import VERIFICATION

    words = (wording or VERIFICATION).each
    parts = [f"{outcomes[outcome.value]:,} {word}" for outcome, word in words.items() if outcomes[outcome.value]]
    if outcomes["unreadable"]:
        parts.append(f"{outcomes['unreadable']:,} unreadable")
    return f"{count(outcomes.total(), 'document', 'documents')}: " + ", ".join(parts)


def _with_progress(items: Iterator[Item], total: int, terminal: Terminal) -> Iterator[Item]:
    """The items; long work shows a bar on a terminal's standard error, out of the way of the output."""
    if total < 2 or not terminal.err.isatty():
        yield from items
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="file", delay=1, leave=False, file=terminal.err, dynamic_ncols=True) as bar:
        for item in items:
            bar.clear()
            yield item
            bar.update()
