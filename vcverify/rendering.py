"""A report as text for people: the outcome first, then why.

Text of the input is always escaped, shortened and in quotation marks, and our own marks are escaped
in it, so that a name cannot look like a verdict (docs/security-model.md, *Output*). A name stands
beside the id that was verified, never alone.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vcverify.datetimes import format_instant
from vcverify.problems import Problem, Severity, quote
from vcverify.report import Check, Outcome, Report

LISTED: Final = 12
"""Credentials inside one document that are listed one by one; of more, only those that are not well."""

EXPLAINED: Final = 3
"""Credentials with the same problems that are explained one by one, and problems of one code in one check."""

MIN_WIDTH: Final = 40

_MARK: Final = {
    Outcome.PASSED: "✔",
    Outcome.FAILED: "✘",
    Outcome.INDETERMINATE: "?",
    Outcome.NOT_RUN: "·",
    Severity.ERROR: "✘",
    Severity.INCONCLUSIVE: "?",
    Severity.WARNING: "!",
}
_COLOUR: Final = {"✔": "32", "✘": "31", "?": "33", "!": "33", "·": "2"}
_PLAIN: Final = str.maketrans({"✔": "+", "✘": "x", "·": "-", "–": "-", "§": "sec. "})
_OURS: Final = re.compile("[✓✔✗✘☑☒✅❌❎]")
_NOT_ONE_WORD: Final = re.compile(r'[\s"(),]')
_OUTCOME_WORD: Final = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.INDETERMINATE: "open",
    Outcome.NOT_RUN: "not run",
}
_TOLD_BELOW: Final = frozenset(
    {"member.failed", "member.indeterminate", "endorsement.failed", "endorsement.indeterminate"}
)
"""Problems that only say that a report below has problems."""

_SEVERITY_NOUN: Final = {
    Severity.ERROR: ("error", "errors"),
    Severity.INCONCLUSIVE: ("open question", "open questions"),
    Severity.WARNING: ("warning", "warnings"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an outcome is called in the first line, and what the credentials inside are called then."""

    passed: str = "VERIFIED"
    failed: str = "NOT VERIFIED"
    indeterminate: str = "NOT DECIDED"
    each_passed: str = "verified"

    def of(self, outcome: Outcome) -> str:
        if outcome is Outcome.PASSED:
            return self.passed
        return self.failed if outcome is Outcome.FAILED else self.indeterminate


VERIFICATION: Final = Wording()
LINT: Final = Wording(passed="READY TO SIGN", failed="NOT READY TO SIGN", each_passed="well formed")


def render_text(
    report: Report, *, colour: bool = False, width: int = 80, plain: bool = False, wording: Wording = VERIFICATION
) -> str:
    """The report as lines of text, without a newline at the end.

    Args:
        report: What to tell.
        colour: Marks and the outcome in ANSI colours.
        width: Columns to wrap at, at least 40; ids and pointers are never broken.
        plain: Our own marks in ASCII.
        wording: What the outcomes are called.
    """
    page = _Page(width=max(width, MIN_WIDTH), colour=colour, plain=plain, wording=wording)
    page.root(report)
    return "\n".join(page.lines)


def one_line(
    report: Report, *, name: str, colour: bool = False, plain: bool = False, wording: Wording = VERIFICATION
) -> str:
    """The outcome, the file's `name` (escaped already) and the issuer of a report, in one line."""
    told = f"{_MARK[report.outcome]} {wording.of(report.outcome).lower():<12}  {_ours(name)}"
    credential = report.credential
    if credential is not None:
        told += ", by " + _party(credential.issuer, credential.issuer_name, proven=_proven(report))
    if tally := _tally(report.problems()):
        told += f" ({tally})"
    return _Page(width=MIN_WIDTH, colour=colour, plain=plain, wording=wording).painted(told)


def mark(good: bool, *, colour: bool = False, plain: bool = False) -> str:
    """Our mark for a yes or a no."""
    sign = _MARK[Outcome.PASSED if good else Outcome.FAILED]
    if plain:
        return sign.translate(_PLAIN)
    return f"\x1b[{_COLOUR[sign]}m{sign}\x1b[0m" if colour else sign


def shown(value: object) -> str:
    """Text of the input, fit for a line of output: shortened, escaped, our marks escaped in it."""
    return _ours(quote(value))


def _ours(text: str) -> str:
    return _OURS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def quoted(text: str) -> str:
    """`shown` text in quotation marks that it cannot close."""
    return '"' + shown(text).replace('"', '\\"') + '"'


def identifier(text: str) -> str:
    """An id, bare where it is one word; in quotation marks where it could be taken for more than an id."""
    return quoted(text) if _NOT_ONE_WORD.search(text) else shown(text)


def count(number: int, singular: str, plural: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {singular if number == 1 else plural}"


@dataclass(slots=True)
class _Page:
    width: int
    colour: bool
    plain: bool
    wording: Wording
    lines: list[str] = field(default_factory=list)

    # --- lines ------------------------------------------------------------------------------------

    def put(self, text: str, indent: int = 0, hang: int = 0) -> None:
        """A paragraph, wrapped; the lines after the first stand `hang` columns further in."""
        first, rest = " " * indent, " " * (indent + hang)
        wrapper = textwrap.TextWrapper(
            self.width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self.lines.extend(self.painted(line) for line in wrapper.wrap(text) or [""])

    def painted(self, line: str) -> str:
        if self.plain:
            line = line.translate(_PLAIN)
        if not self.colour:
            return line
        body = line.lstrip(" ")
        if len(body) < 2 or body[1] != " " or body[0] not in _COLOUR:
            return line
        code = _COLOUR[body[0]]
        head = body if code == "2" else body[0]
        return f"{line[: len(line) - len(body)]}\x1b[{code}m{head}\x1b[0m{body[len(head) :]}"

    # --- the document -----------------------------------------------------------------------------

    def root(self, report: Report) -> None:
        self.headline(report)
        self.identity(report)
        self.lines.append("")
        for check in report.checks:
            self.check(check, report, indent=2)
        self.children(report, indent=2)

    def headline(self, report: Report) -> None:
        mark, word = _MARK[report.outcome], self.wording.of(report.outcome)
        tally = _tally(report.problems())
        line = f"{mark} {word}" + (f"  ({tally})" if tally else "")
        if self.plain:
            line = line.translate(_PLAIN)
        if self.colour:
            head = f"{mark} {word}".translate(_PLAIN) if self.plain else f"{mark} {word}"
            line = f"\x1b[1;{_COLOUR[mark]}m{head}\x1b[0m{line[len(head) :]}"
        self.lines.append(line)
        if report.authentic and not report.verified:
            self.put("The signature is genuine and its key is the issuer's; the marked points stand against it.", 2)

    def identity(self, report: Report) -> None:
        rows = list(_identity(report))
        if report.credential is None and self.wording is VERIFICATION:
            rows.insert(0, ("content", "not shown: no signature over it verified"))
        for name, text in rows:
            self.put(f"{name:<9} {text}", 2, hang=10)

    def check(self, check: Check, report: Report, indent: int) -> None:
        head = f"{_MARK[check.outcome]} {check.name:<12} {_OUTCOME_WORD[check.outcome]:<8}"
        told = check.reason or "; ".join(_facts(check))
        below = _told_below(check, report)
        if below:
            told = f"{count(len(below), 'credential', 'credentials')} inside, see below"
        self.put(f"{head} {told}".rstrip(), indent, hang=24)
        self.problems([problem for problem in check.problems if problem not in below], indent + 4)

    def problems(self, problems: Sequence[Problem], indent: int, prefix: str = "") -> None:
        """Each problem with place, values and remedy; of many with one code the first few."""
        told: Counter[str] = Counter()
        remedies: set[str] = set()
        for problem in problems:
            told[problem.code] += 1
            if told[problem.code] <= EXPLAINED:
                self.problem(problem, indent, prefix, with_remedy=problem.remedy not in remedies)
                remedies.add(problem.remedy)
        for code, number in told.items():
            if number > EXPLAINED:
                self.put(f"and {number - EXPLAINED:,} more of {code}; --format json lists them all", indent)

    def problem(self, problem: Problem, indent: int, prefix: str, *, with_remedy: bool) -> None:
        place = _place(prefix + problem.pointer)
        self.put(f"{_MARK[problem.severity]} {problem.code} {place}", indent, hang=2)
        spec = f" [{problem.spec}]" if problem.spec else ""
        self.put(_ours(problem.detail) + spec, indent + 2)
        if problem.expected is not None:
            self.put(f"expected  {_ours(problem.expected)}", indent + 2, hang=10)
        if problem.found is not None:
            self.put(f"found     {_ours(problem.found)}", indent + 2, hang=10)
        if with_remedy and problem.remedy and problem.severity is not Severity.WARNING:
            self.put(f"remedy    {_ours(problem.remedy)}", indent + 2, hang=10)

    # --- the credentials inside -------------------------------------------------------------------

    def children(self, report: Report, indent: int) -> None:
        if not report.children:
            return
        self.lines.append("")
        self.put(_summary(report.children, self.wording), indent)
        if len(report.children) <= LISTED:
            for child in report.children:
                self.child(child, indent + 2)
            return
        groups: dict[object, list[Report]] = {}
        for child in report.children:
            if not _well(child):
                groups.setdefault(_signature(child), []).append(child)
        for group in list(groups.values())[:LISTED]:
            for child in group[:EXPLAINED]:
                self.child(child, indent + 2)
            rest = group[EXPLAINED:]
            if rest:
                what = count(len(rest), "more credential", "more credentials")
                self.put(f"and {what} with the same problems as the one above, at", indent + 2)
                self.put(_places(child.pointer for child in rest), indent + 4)
        untold = sum(len(group) for group in list(groups.values())[LISTED:])
        if untold:
            what = count(untold, "more credential", "more credentials")
            self.put(f"and {what} with other problems; --format json lists them all", indent + 2)

    def child(self, child: Report, indent: int) -> None:
        word = self.wording.of(child.outcome).lower()
        credential = child.credential
        name = " " + quoted(credential.name) if credential is not None and credential.name else ""
        self.put(f"{_MARK[child.outcome]} {word:<12}  {child.relation}{name}", indent, hang=2)
        about = _place(child.pointer)
        if credential is not None:
            about += ", by " + _party(credential.issuer, credential.issuer_name, proven=_proven(child))
        self.put(about, indent + 2)
        for check in child.checks:
            if check.outcome in (Outcome.FAILED, Outcome.INDETERMINATE):
                self.check(check, child, indent + 2)
            else:
                self.problems(check.problems, indent + 2)
        self.children(child, indent + 2)


def _identity(report: Report) -> Iterator[tuple[str, str]]:
    credential = report.credential
    if credential is not None:
        if credential.name:
            yield "name", quoted(credential.name)
        types = [kind for kind in credential.types if kind != "VerifiableCredential"] or list(credential.types)
        if types:
            yield "type", ", ".join(identifier(kind) for kind in types[:5]) + (", ..." if len(types) > 5 else "")
        if credential.id:
            yield "id", identifier(credential.id)
        role = "holder" if credential.is_presentation else "issuer"
        yield role, _party(credential.issuer, credential.issuer_name, proven=_proven(report))
        if credential.subject:
            yield "subject", identifier(credential.subject)
    yield "judged at", format_instant(report.at)


def _proven(report: Report) -> bool:
    return any(check.name == "issuer" and check.outcome is Outcome.PASSED for check in report.checks)


def _party(party: str | None, name: str | None, *, proven: bool) -> str:
    text = identifier(party) if party else "nobody that is named by an id"
    if name:
        text += f", calling itself {quoted(name)}"
    return text if proven else text + " (not proven)"


def _facts(check: Check) -> Iterator[str]:
    for name, value in check.facts.items():
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield f"{shown(name)} {shown(value)}"
        elif value is True:
            yield shown(name)
        elif isinstance(value, (list, tuple)) and value and all(isinstance(item, str) for item in value):
            yield f"{shown(name)} {', '.join(shown(item) for item in value[:3])}" + (", ..." if len(value) > 3 else "")


def _told_below(check: Check, report: Report) -> list[Problem]:
    inside = {child.pointer.removeprefix(report.pointer) for child in report.children}
    return [problem for problem in check.problems if problem.code in _TOLD_BELOW and problem.pointer in inside]


def _place(pointer: str) -> str:
    return "at " + (shown(pointer) if pointer else "the document")


def _places(pointers: Iterable[str]) -> str:
    """Where several things stand; array items that follow each other as a range (`/members/5-49`)."""
    found: dict[str, list[tuple[int, int]]] = {}
    for pointer in pointers:
        parent, _, last = pointer.rpartition("/")
        runs = found.setdefault(parent, [])
        if not (last.isascii() and last.isdigit()):
            found[pointer] = []
        elif runs and runs[-1][1] == int(last) - 1:
            runs[-1] = (runs[-1][0], int(last))
        else:
            runs.append((int(last), int(last)))
    texts = []
    for parent, runs in found.items():
        ranges = [str(first) if first == last else f"{first}-{last}" for first, last in runs]
        if ranges:
            texts.append(shown(parent) + "/" + ",".join(ranges[:LISTED]) + (",..." if len(ranges) > LISTED else ""))
        elif not any(other.startswith(parent + "/") for other in found):
            texts.append(shown(parent))
    return "; ".join(texts[:LISTED]) + ("; ..." if len(texts) > LISTED else "")


def _well(report: Report) -> bool:
    """Whether nothing of the report or below it has to be told."""
    return report.verified and all(not each.own_problems() for each in report.walk())


def _signature(report: Report) -> Any:
    """Equal for reports whose problems are of the same kinds at the same places."""
    return tuple(
        (each.pointer.removeprefix(report.pointer), problem.code, problem.pointer)
        for each in report.walk()
        for problem in each.own_problems()
    )


def _summary(children: Sequence[Report], wording: Wording) -> str:
    every = [report for child in children for report in child.walk()]
    outcomes = Counter(report.outcome for report in every)
    warned = sum(1 for report in every if report.verified and report.own_problems())
    parts = [f"{outcomes[Outcome.PASSED]:,} {wording.each_passed}" + (f" ({warned:,} with warnings)" if warned else "")]
    if outcomes[Outcome.FAILED]:
        parts.append(f"{outcomes[Outcome.FAILED]:,} {wording.failed.lower()}")
    if outcomes[Outcome.INDETERMINATE]:
        parts.append(f"{outcomes[Outcome.INDETERMINATE]:,} {wording.indeterminate.lower()}")
    return f"Inside: {count(len(every), 'credential', 'credentials')}; " + ", ".join(parts)


def _tally(problems: Iterable[Problem]) -> str:
    numbers = Counter(problem.severity for problem in problems if problem.code not in _TOLD_BELOW)
    return ", ".join(count(numbers[severity], *noun) for severity, noun in _SEVERITY_NOUN.items() if numbers[severity])
