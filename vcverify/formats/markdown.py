"""A report in Markdown, for issue trackers and mails.

Words of the document stand in code spans or escaped: they are neither markup, nor links, nor mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vcverify.achieving import State, achievements
from vcverify.datetimes import format_instant
from vcverify.problems import Problem
from vcverify.rendering import (
    MARK,
    OUTCOME_WORD,
    count,
    facts_of,
    is_proven,
    quoted,
    sentence,
    shown,
    tally_of,
    told_below,
)
from vcverify.report import Check, Outcome, Report
from vcverify.wording import wording_of

EXPLAINED: Final = 100
"""Problems, credentials and achievements that are told one by one."""

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>#|~&!@]|(?<=[a-z]):(?=//)|(?<=www)\.", re.IGNORECASE)
_FENCE: Final = re.compile("`+")


def render_markdown(report: Report) -> str:
    """The report as Markdown (CommonMark and GitHub's tables), without a newline at the end."""
    return "\n".join(_lines(report))


def code(text: str) -> str:
    """A code span that the text cannot end (CommonMark §6.1); a bar in it is escaped, for tables."""
    held = shown(text).replace("|", "\\|")
    fence = "`" * (max(map(len, _FENCE.findall(held)), default=0) + 1)
    pad = " " if held[:1] == "`" or held[-1:] == "`" or not held else ""
    return f"{fence}{pad}{held}{pad}{fence}"


def plain(text: str) -> str:
    """A sentence of ours that may quote the document: nothing in it is markup."""
    return _MARKUP.sub(lambda match: "\\" + match.group(), sentence(text))


def _claim(text: str) -> str:
    return code(quoted(text))


def _lines(report: Report) -> Iterator[str]:
    yield f"# {MARK[report.outcome]} {wording_of(report).first[report.outcome].capitalize()}"
    if tally := tally_of(report.problems()):
        yield from ("", tally)
    yield ""
    yield from _identity(report)
    yield from ("", "| | check | |", "|---|---|---|")
    yield from (_check(check, report) for check in report.checks)
    yield from _problems(report)
    yield from _achievements(report)
    if report.children:
        yield from ("", "## Credentials inside", "")
        yield from _tree(report, "")


def _identity(report: Report) -> Iterator[str]:
    credential = report.credential
    if credential is None:
        yield f"- Content: {wording_of(report).content}"
    else:
        if credential.name:
            yield f"- Name: {_claim(credential.name)}"
        yield "- Type: " + ", ".join(code(kind) for kind in credential.types[:5])
        if credential.id:
            yield f"- Id: {code(credential.id)}"
        yield f"- {'Holder' if credential.is_presentation else 'Issuer'}: {_party(report)}"
        if credential.subject:
            yield f"- Subject: {code(credential.subject)}"
    yield f"- Judged as of: {format_instant(report.at.replace(microsecond=0))}"


def _party(report: Report) -> str:
    credential = report.credential
    issuer = credential.issuer if credential is not None else None
    name = credential.issuer_name if credential is not None else None
    told = code(issuer) if issuer else "nobody that is named by an id"
    told += f", calling itself {_claim(name)}" if name else ""
    return told if is_proven(report) else f"{told} (not proven)"


def _check(check: Check, report: Report) -> str:
    below = told_below(check, report)
    facts = "; ".join(filter(None, (check.reason, *facts_of(check))))
    told = f"{count(len(below), 'credential', 'credentials')} inside, see there" if below else plain(facts)
    return f"| {MARK[check.outcome]} {OUTCOME_WORD[check.outcome]} | {plain(check.name)} | {told} |"


def _problems(report: Report) -> Iterator[str]:
    found: list[tuple[str, Problem]] = []
    for each in report.walk():
        below = {id(item) for check in each.checks for item in told_below(check, each)}
        found.extend((each.pointer, item) for item in each.own_problems() if id(item) not in below)
    if not found:
        return
    yield from ("", "## Problems", "")
    for base, item in found[:EXPLAINED]:
        where = code(base + item.pointer) if base + item.pointer else "the document"
        yield f"- {MARK[item.severity]} **{plain(item.title)}** ({code(item.code)}) at {where}  "
        yield f"  {plain(item.detail)}" + (f" [{plain(item.spec)}]" if item.spec else "")
        if item.expected is not None:
            yield f"  - expected: {code(item.expected)}"
        if item.found is not None:
            yield f"  - found: {code(item.found)}"
        if item.remedy:
            yield f"  - remedy: {plain(item.remedy)}"
    if len(found) > EXPLAINED:
        yield f"- and {len(found) - EXPLAINED:,} more"


_SIGN: Final = {State.VERIFIED: MARK[Outcome.PASSED], State.INDETERMINATE: MARK[Outcome.INDETERMINATE]}


def _achievements(report: Report) -> Iterator[str]:
    found = [item for item in achievements(report) if item.awarded]
    if not found:
        return
    yield from ("", "## Achievements", "", "| state | achievement | asserted by | results |", "|---|---|---|---|")
    for item in found[:EXPLAINED]:
        state = f"{_SIGN.get(item.state, MARK[Outcome.FAILED])} {item.state.value}"
        name = _claim(item.name) if item.name else "unnamed"
        asserted = code(item.asserted_by) if item.asserted_by else "nobody that is named by an id"
        if item.vouched:
            asserted += f", vouched for by {code(item.signed_by)}" if item.signed_by else ", vouched for"
        elif not item.proven:
            asserted += " (not proven)"
        results = [result.value or result.level or result.status for result in item.results]
        yield f"| {state} | {name} | {asserted} | {', '.join(_claim(text) for text in results if text)} |"
    if len(found) > EXPLAINED:
        yield f"| | and {len(found) - EXPLAINED:,} more | | |"


def _tree(report: Report, indent: str) -> Iterator[str]:
    for child in report.children[:EXPLAINED]:
        name = child.credential.name if child.credential is not None else None
        told = f" {_claim(name)}" if name else ""
        by = f", by {_party(child)}" if child.credential is not None else ""
        by += f" ({child.binding})" if child.binding else ""
        word = wording_of(child).each[child.outcome]
        yield f"{indent}- {MARK[child.outcome]} {word}: {plain(child.relation)}{told} at {code(child.pointer)}{by}"
        yield from _tree(child, indent + "  ")
    if len(report.children) > EXPLAINED:
        yield f"{indent}- and {len(report.children) - EXPLAINED:,} more"
