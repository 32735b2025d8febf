"""Reports that are written as a whole: a page for people, a log for tools. Text goes out as it is, in UTF-8."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from vcverify.cli.batch import CODES, RANK, UNREADABLE
from vcverify.cli.inputs import STDIN, InputError, Source
from vcverify.cli.terminal import Terminal

if TYPE_CHECKING:
    from vcverify.report import Report

WHOLE: Final = frozenset({"html", "markdown", "sarif"})
"""The formats that are written here."""


def write(
    arguments: Namespace,
    terminal: Terminal,
    items: Iterable[Source | InputError],
    judge: Callable[[Iterable[bytes]], Iterable[Report]],
    limit: int,
) -> int:
    """Judges every document and writes what was found of all of them; answers the exit code.

    Args:
        judge: Answers a report for each document, in order.
    """
    read: list[tuple[Source, bytes]] = []
    worst = 0
    for item in items:
        try:
            if isinstance(item, InputError):
                raise item
            read.append((item, item.read(limit)))
        except InputError as error:
            terminal.complain(str(error))
            worst = UNREADABLE
    found: list[tuple[Source, bytes, Report]] = []
    for (item, data), report in zip(read, judge(data for _, data in read), strict=True):
        found.append((item, data, report))
        worst = max(worst, CODES[report.outcome], key=RANK.index)
    if found:
        terminal.exactly(_WRITERS[arguments.format](found) + "\n")
    return worst


def _html(found: list[tuple[Source, bytes, Report]]) -> str:
    from vcverify.formats.html import render_html

    return render_html([(source.name, report) for source, _, report in found]).removesuffix("\n")


def _markdown(found: list[tuple[Source, bytes, Report]]) -> str:
    from vcverify.formats.markdown import code, render_markdown

    if len(found) == 1:
        return render_markdown(found[0][2])
    return "\n\n---\n\n".join(f"{code(source.name)}\n\n{render_markdown(report)}" for source, _, report in found)


def _sarif(found: list[tuple[Source, bytes, Report]]) -> str:
    from vcverify import __version__
    from vcverify.formats.sarif import Linted, sarif
    from vcverify.jsontypes import pretty

    items = (Linted("" if source.path == STDIN else source.path, data, report) for source, data, report in found)
    return pretty(sarif(items, version=__version__))


_WRITERS: Final = {"html": _html, "markdown": _markdown, "sarif": _sarif}
