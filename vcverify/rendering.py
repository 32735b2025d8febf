"""A report as text for people: the outcome first, then why.

Text of the input is always escaped, shortened and in quotation marks, and our own marks are escaped
in it, so that a name cannot look like a verdict (docs/security-model.md, *Output*). A name stands
beside the id that was verified, never alone.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vcverify.datetimes import format_instant
from vcverify.problems import Problem, Severity, quote
from vcverify.report import Check, Outcome, Report
from vcverify.wording import Wording, wording_of

LISTED: Final = 12
"""Credentials inside one document that are listed one by one; of more, only those that are not well."""

EXPLAINED: Final = 3
"""Credentials with the same problems that are explained one by one, and problems of one code in one check."""

MIN_WIDTH: Final = 40

_JOINT: Final = "\x00"
"""A space that no line is broken at; never in text of the input, which is escaped."""

MARK: Final = {
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
OUTCOME_WORD: Final = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.INDETERMINATE: "open",
    Outcome.NOT_RUN: "not run",
}
_TOLD: Final[Mapping[str, Mapping[str, str]]] = {
    "terms": {"unsigned": "places not signed: {}"},
    "proof": {
        "cryptosuite": "{}",
        "created": "made {}",
        "proofs": "{} proofs",
        "algorithm": "JWT {}",
        "disclosures": "{} disclosed",
        "undisclosed": "{} not disclosed",
    },
    "issuer": {"binding": "{}"},
    "data_model": {"dataModel": "VCDM {}", "profile": "{}", "partial": "says that it is partial"},
    "validity": {"validFrom": "from {}", "validUntil": "until {}", "refreshed": "refreshed from {}"},
    "members": {
        "count": "{} inside",
        "unsecured": "{} without a proof of their own",
        "namesakes": "several issuers call themselves {}",
    },
    "schema": {"judgedBy": "{}"},
    "subject": {"matched": "by {}"},
    "endorsements": {"count": "{} inside"},
    "associations": {"count": "{} inside"},
    "status": {"checked": "{}"},
    "trust": {"entry": "listed as {}", "name": "named {} there"},
}
"""How the facts of our own checks are told; the others are for machines."""

TOLD_BELOW: Final = frozenset(
    {"member.failed", "member.indeterminate", "endorsement.failed", "endorsement.indeterminate"}
)
"""Problems that only say that a report below has problems."""

_SEVERITY_NOUN: Final = {
    Severity.ERROR: ("error", "errors"),
    Severity.INCONCLUSIVE: ("open question", "open questions"),
    Severity.WARNING: ("warning", "warnings"),
}


def render_text(
    report: Report, *, colour: bool = False, width: int = 80, plain: bool = False, wording: Wording | None = None
) -> str:
    """The report as lines of text, without a newline at the end.

    Args:
        report: What to tell.
        colour: Marks and the outcome in ANSI colours.
        width: Columns to wrap at, at least 40; ids and pointers are never broken.
        plain: Our own marks in ASCII.
        wording: What the outcomes are called; usually as `wording_of` has it.
    """
    page = _Page(width=max(width, MIN_WIDTH), colour=colour, plain=plain, wording=wording or wording_of(report))
    page.root(report)
    return "\n".join(page.lines)


def one_line(
    report: Report, *, name: str, colour: bool = False, plain: bool = False, wording: Wording | None = None
) -> str:
    """The outcome, the file's `name` (escaped already) and the issuer of a report, in one line."""
    wording = wording or wording_of(report)
    told = f"{MARK[report.outcome]} {wording.each[report.outcome]:<12}  {_ours(name)}"
    credential = report.credential
    if credential is not None:
        told += ", by " + _party(credential.issuer, credential.issuer_name, is_proven(report))
    if tally := tally_of(report.problems()):
        told += f" ({tally})"
    return _Page(width=MIN_WIDTH, colour=colour, plain=plain, wording=wording).painted(told)


def mark(good: bool, *, colour: bool = False, plain: bool = False) -> str:
    """Our mark for a yes or a no."""
    sign = MARK[Outcome.PASSED if good else Outcome.FAILED]
    if plain:
        return sign.translate(_PLAIN)
    return f"\x1b[{_COLOUR[sign]}m{sign}\x1b[0m" if colour else sign


def shown(value: object) -> str:
    """Text of the input, fit for a line of output: shortened, escaped, our marks escaped in it."""
    return _ours(quote(value))


def _ours(text: str) -> str:
    return _OURS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def sentence(text: str) -> str:
    """A sentence that quotes its input already, our marks escaped in it."""
    return _ours(text)


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
    remedies: set[str] = field(default_factory=set)
    """Those that were told already: once is enough."""

    # --- lines ------------------------------------------------------------------------------------

    def put(self, text: str, indent: int = 0, hang: int = 0) -> None:
        """A paragraph, wrapped; the lines after the first stand `hang` columns further in."""
        wrapper = textwrap.TextWrapper(
            self.width,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_long_words=False,
            break_on_hyphens=False,
        )
        self.lines.extend(self.painted(line.replace(_JOINT, " ")) for line in wrapper.wrap(text) or [""])

    def row(self, name: str, text: str, indent: int) -> None:
        """A named value; its first word stays on the line of the name, however long it is."""
        label = f"{name:<9} ".replace(" ", _JOINT)
        self.put(label + text, indent, hang=10)

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
        self.checks(report, indent=2)
        self.children(report, indent=2)

    def headline(self, report: Report) -> None:
        mark, word = MARK[report.outcome], self.wording.first[report.outcome]
        tally = tally_of(report.problems())
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
        rows = list(identity_of(report))
        if report.credential is None and not report.draft:
            rows.insert(0, ("content", self.wording.content))
        for name, text in rows:
            self.row(name, text, 2)

    def checks(self, report: Report, indent: int) -> None:
        """A line for each check that was run; those that were not share a line where they share the reason."""
        idle: dict[str, list[str]] = {}
        for check in report.checks:
            if check.outcome is Outcome.NOT_RUN and not check.problems:
                if check.name in self.wording.silent:
                    continue
                idle.setdefault(check.reason, []).append(check.name)
            else:
                self.check(check, report, indent)
        for reason, names in idle.items():
            told = ", ".join(names) + (f": {reason}" if reason else "")
            self.put(f"{MARK[Outcome.NOT_RUN]} {'not run':<12} {told}", indent, hang=15)

    def check(self, check: Check, report: Report, indent: int) -> None:
        head = f"{MARK[check.outcome]} {check.name:<12} {OUTCOME_WORD[check.outcome]:<7}"
        told = check.reason or "; ".join(facts_of(check))
        below = told_below(check, report)
        if below:
            told = f"{count(len(below), 'credential', 'credentials')} inside, see below"
        self.put(f"{head} {told}".rstrip(), indent, hang=23)
        apart = self.wording.apart if report.relation == "root" else ()
        told_here = [item for item in check.problems if item not in below and item.code not in apart]
        self.problems(told_here, report.pointer, indent + 4)

    def problems(self, problems: Sequence[Problem], base: str, indent: int) -> None:
        """Each problem with place, values and remedy; of many with one code the first few."""
        told: Counter[str] = Counter()
        more: Counter[str] = Counter()
        for problem in problems:
            told[problem.code] += 1
            if told[problem.code] <= EXPLAINED:
                self.problem(problem, base, indent)
            else:
                more[problem.code] += problem.count
        for code, number in more.items():
            those = "them all" if number == told[code] - EXPLAINED else f"the first {told[code] - 1:,}"
            self.put(f"and {number:,} more of {code}; --format json lists {those}", indent)

    def problem(self, problem: Problem, base: str, indent: int) -> None:
        self.put(f"{MARK[problem.severity]} {problem.code} {_place(base + problem.pointer)}", indent, hang=2)
        spec = f" [{problem.spec}]".replace(" ", _JOINT).replace(_JOINT, " ", 1) if problem.spec else ""
        self.put(_ours(problem.detail) + spec, indent + 2)
        if problem.expected is not None:
            self.row("expected", _ours(problem.expected), indent + 2)
        if problem.found is not None:
            self.row("found", _ours(problem.found), indent + 2)
        if problem.remedy and problem.severity is not Severity.WARNING and problem.remedy not in self.remedies:
            self.remedies.add(problem.remedy)
            self.row("remedy", _ours(problem.remedy), indent + 2)

    # --- the credentials inside -------------------------------------------------------------------

    def children(self, report: Report, indent: int) -> None:
        if not report.children:
            return
        self.lines.append("")
        self.put(summary_of(report.children, self.wording), indent)
        if len(report.children) <= LISTED:
            for child in report.children:
                self.child(child, report, indent + 2)
            return
        groups: dict[object, list[Report]] = {}
        for child in report.children:
            if not _well(child):
                groups.setdefault(_signature(child), []).append(child)
        for group in list(groups.values())[:LISTED]:
            for child in group[:EXPLAINED]:
                self.child(child, report, indent + 2)
            rest = group[EXPLAINED:]
            if rest:
                what = count(len(rest), "more credential", "more credentials")
                self.put(f"and {what} with the same problems as the one above, at", indent + 2)
                self.put(_places(child.pointer for child in rest), indent + 4)
        untold = sum(len(group) for group in list(groups.values())[LISTED:])
        if untold:
            what = count(untold, "more credential", "more credentials")
            self.put(f"and {what} with other problems; --format json lists them all", indent + 2)

    def child(self, child: Report, parent: Report, indent: int) -> None:
        word = self.wording.each[child.outcome]
        credential = child.credential
        name = " " + quoted(credential.name) if credential is not None and credential.name else ""
        self.put(f"{MARK[child.outcome]} {word:<12}  {child.relation}{name}", indent, hang=2)
        about = _place(child.pointer)
        if credential is not None:
            same = credential.issuer == parent.issuer and is_proven(child) and is_proven(parent)
            by = "the same issuer" if same else _party(credential.issuer, credential.issuer_name, is_proven(child))
            about += f", by {by}" + (f" ({child.binding})" if child.binding else "")
        self.put(about, indent + 2)
        for check in child.checks:
            if check.outcome in (Outcome.FAILED, Outcome.INDETERMINATE):
                self.check(check, child, indent + 2)
            else:
                self.problems(check.problems, child.pointer, indent + 2)
        self.children(child, indent + 2)


def identity_of(report: Report) -> Iterator[tuple[str, str]]:
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
        yield role, _party(credential.issuer, credential.issuer_name, is_proven(report))
        if credential.subject:
            yield "subject", identifier(credential.subject)
    key = _fact(report, "proof", "verificationMethod")
    if credential is not None and isinstance(key, str):
        yield "key", identifier(key)
    yield "judged at", format_instant(report.at.replace(microsecond=0))


def _fact(report: Report, check: str, name: str) -> object:
    return next((item.facts.get(name) for item in report.checks if item.name == check), None)


def is_proven(report: Report) -> bool:
    return any(check.name == "issuer" and check.outcome is Outcome.PASSED for check in report.checks)


def _party(party: str | None, name: str | None, proven: bool) -> str:
    text = identifier(party) if party else "nobody that is named by an id"
    if name:
        text += f", calling itself {quoted(name)}"
    return text if proven else text + " (not proven)"


def facts_of(check: Check) -> Iterator[str]:
    """What a check established, in few words; of a check that came from outside, every plain value."""
    words = _TOLD.get(check.name)
    for name, value in check.facts.items():
        form = f"{shown(name)} {{}}" if words is None else words.get(name)
        if form is None or value is None or value is False:
            continue
        if isinstance(value, (str, int, float)):
            yield form.format(shown(value))
        elif isinstance(value, (list, tuple)) and value and all(isinstance(item, str) for item in value):
            yield form.format(", ".join(shown(item) for item in value[:3]) + (", ..." if len(value) > 3 else ""))


def told_below(check: Check, report: Report) -> list[Problem]:
    inside = {child.pointer.removeprefix(report.pointer) for child in report.children}
    return [problem for problem in check.problems if problem.code in TOLD_BELOW and problem.pointer in inside]


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
    return report.outcome is Outcome.PASSED and all(not each.own_problems() for each in report.walk())


def _signature(report: Report) -> Any:
    """Equal for reports whose problems are of the same kinds at the same places."""
    return tuple(
        (each.pointer.removeprefix(report.pointer), problem.code, problem.pointer)
        for each in report.walk()
        for problem in each.own_problems()
    )


def summary_of(children: Sequence[Report], wording: Wording) -> str:
    every = [report for child in children for report in child.walk()]
    outcomes = Counter(report.outcome for report in every)
    warned = sum(1 for report in every if report.outcome is Outcome.PASSED and report.own_problems())
    parts = [f"{outcomes[outcome]:,} {word}" for outcome, word in wording.each.items() if outcomes[outcome]]
    if warned:
        parts.append(f"{warned:,} with warnings")
    return f"{count(len(every), 'credential', 'credentials')} inside: " + ", ".join(parts)


def tally_of(problems: Iterable[Problem]) -> str:
    numbers: Counter[Severity] = Counter()
    for problem in problems:
        if problem.code not in TOLD_BELOW:
            numbers[problem.severity] += problem.count
    return ", ".join(count(numbers[severity], *noun) for severity, noun in _SEVERITY_NOUN.items() if numbers[severity])
