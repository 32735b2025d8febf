"""A report as one page of HTML: nothing is loaded, nothing runs, and nothing of the document can become markup.

The content security policy allows the page's own style and no more, so that even markup that slipped
through would load and run nothing. A name stands beside the id that was verified, never alone.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Final

from vcverify.achieving import Achievement, State, achievements
from vcverify.coverage import leaves_of
from vcverify.datetimes import format_instant
from vcverify.formats.markup import Html, Part, claim, element, ident, join, told, value
from vcverify.problems import Problem, Severity
from vcverify.rendering import (
    MARK,
    OUTCOME_WORD,
    count,
    facts_of,
    is_proven,
    shown,
    tally_of,
    told_below,
)
from vcverify.report import OUTER, Check, Coverage, Outcome, Report
from vcverify.wording import VERIFICATION, wording_of

EXPLAINED: Final = 200
"""Problems, unsigned places and achievements that are told one by one on a page."""
LISTED: Final = 1_000
"""Credentials of one document that are listed; a page of more is read by nobody."""

_GENUINE: Final = "The signature is genuine and its key is the issuer’s; the problems below stand against it."
_SEVERITY_WORD: Final = {
    Severity.ERROR: "error",
    Severity.INCONCLUSIVE: "open question",
    Severity.WARNING: "warning",
}
_STATE: Final = {
    State.VERIFIED: ("passed", "✔ verified"),
    State.REVOKED: ("failed", "✘ revoked"),
    State.SUSPENDED: ("failed", "✘ suspended"),
    State.EXPIRED: ("failed", "✘ expired"),
    State.NOT_YET_VALID: ("failed", "✘ not yet valid"),
    State.FAILED: ("failed", "✘ not verified"),
    State.INDETERMINATE: ("indeterminate", "? not decided"),
}


@functools.cache
def _style() -> str:
    return resources.files("vcverify.formats").joinpath("page.css").read_text("utf-8")


def render_html(documents: Sequence[tuple[str, Report]]) -> str:
    """One page about all the documents.

    Args:
        documents: Each with its name, which may be empty where there is only one. Coverage is told where the
            reports have it.
    """
    digest = base64.b64encode(hashlib.sha256(_style().encode("utf-8")).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = _verdict(documents[0][1]) if len(documents) == 1 else count(len(documents), "report", "reports")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{title} – report of vcverify"),
        element("style", Html(_style())),
    )
    body = element(
        "body",
        _index(documents) if len(documents) > 1 else None,
        [_article(name, report, at) for at, (name, report) in enumerate(documents)],
        _footer(),
    )
    return "<!DOCTYPE html>\n" + element("html", head, "\n", body, lang="en") + "\n"


def _footer() -> Html:
    return element(
        "footer",
        element(
            "p",
            "Words in quotation marks are the document’s own; an id beside them is what was checked. ",
            "This page is no evidence: anybody can write one. Who has to rely on the document verifies the document.",
        ),
        element("p", "Made by vcverify."),
    )


def _index(documents: Sequence[tuple[str, Report]]) -> Html:
    rows = [
        element(
            "tr",
            element("td", _badge(report.outcome), class_="narrow"),
            element("td", element("a", ident(name), href=f"#document-{at}")),
            element("td", tally_of(report.problems()), class_="soft"),
        )
        for at, (name, report) in enumerate(documents)
    ]
    return element("nav", element("h2", "Documents"), element("table", element("tbody", rows)))


def _article(name: str, report: Report, at: int) -> Html:
    return element(
        "article",
        _banner(name, report),
        _identity(report),
        _problems(report),
        _achievements(report),
        _checks(report),
        _inside(report),
        _coverage(report.coverage, report) if report.coverage is not None else None,
        id=f"document-{at}",
    )


def _verdict(report: Report) -> str:
    return wording_of(report).first[report.outcome].capitalize()


def _banner(name: str, report: Report) -> Html:
    tally = tally_of(report.problems())
    genuine = report.authentic and not report.verified
    meaning = _GENUINE if genuine else wording_of(report).meaning[report.outcome]
    title = "Report before signing" if report.draft else "Verification report"
    return element(
        "header",
        element("div", MARK[report.outcome], class_="sign", aria_hidden="true"),
        element(
            "div",
            element(
                "p",
                title,
                [": ", ident(name)] if name else None,
                class_="kicker",
            ),
            element("h1", _verdict(report)),
            element("p", meaning),
            element("p", tally, class_="soft") if tally else None,
        ),
        class_=report.outcome.value,
    )


def _section(title: str, *parts: Part) -> Html:
    return element("section", element("h2", title), *parts)


def _badge(outcome: Outcome) -> Html:
    return element("span", f"{MARK[outcome]} {OUTCOME_WORD[outcome]}", class_=f"badge {outcome.value}")


# --- the document ---------------------------------------------------------------------------------


def _identity(report: Report) -> Html:
    rows = list(_rows(report))
    if report.credential is None:
        rows.insert(0, ("Content", wording_of(report).content))
    rows.append(("Judged as of", format_instant(report.at.replace(microsecond=0))))
    return _section("The document", _list(rows))


def _list(rows: Iterable[tuple[str, Part]]) -> Html:
    return element("dl", [[element("dt", name), element("dd", held)] for name, held in rows])


def _rows(report: Report) -> Iterator[tuple[str, Part]]:
    credential = report.credential
    if credential is None:
        return
    if credential.name:
        yield "Name", claim(credential.name)
    types = [kind for kind in credential.types if kind != "VerifiableCredential"] or list(credential.types)
    if types:
        yield "Type", [[", " if at else None, ident(kind)] for at, kind in enumerate(types[:5])]
    if credential.id:
        yield "Id", ident(credential.id)
    yield "Holder" if credential.is_presentation else "Issuer", _party(report)
    if credential.subject:
        yield "Subject", ident(credential.subject)
    key = next((check.facts.get("verificationMethod") for check in report.checks if check.name == "proof"), None)
    if isinstance(key, str):
        yield "Signed by key", ident(key)


def _party(report: Report) -> Html:
    credential = report.credential
    issuer, name = (credential.issuer, credential.issuer_name) if credential is not None else (None, None)
    return _named(issuer, name, proven=is_proven(report))


def _named(party: str | None, name: str | None, *, proven: bool) -> Html:
    return join(
        ident(party) if party else "nobody that is named by an id",
        [", calling itself ", claim(name)] if name else None,
        None if proven else [" ", element("span", "not proven", class_="badge warning")],
    )


# --- checks and problems --------------------------------------------------------------------------


def _checks(report: Report) -> Html:
    return _section("What was checked", _check_table(report))


def _check_table(report: Report) -> Html:
    rows = [
        element(
            "tr",
            element("td", _badge(check.outcome), class_="narrow"),
            element("td", shown(check.name.replace("_", " ")), class_="narrow"),
            element("td", _established(check, report), class_="soft"),
        )
        for check in report.checks
    ]
    return element("table", element("tbody", rows))


def _established(check: Check, report: Report) -> Html:
    below = told_below(check, report)
    if below:
        return join(count(len(below), "credential", "credentials"), " inside, see there")
    facts = "; ".join(facts_of(check))
    return told("; ".join(filter(None, (check.reason, facts))))


def _problems(report: Report) -> Html | None:
    blocks: list[Part] = []
    left = EXPLAINED
    hidden = 0
    remedies: set[str] = set()
    for each in report.walk():
        below = {id(item) for check in each.checks for item in told_below(check, each)}
        own = [item for item in each.own_problems() if id(item) not in below]
        hidden += max(0, len(own) - left)
        own = own[:left]
        left -= len(own)
        if own:
            blocks.append(element("h3", _label(each)) if each.pointer else None)
            blocks.append([_problem(item, each.pointer, remedies) for item in own])
    if not blocks:
        return None
    more = f"And {hidden:,} more; the report as JSON lists them all." if hidden else None
    return _section("Problems", blocks, element("p", more, class_="soft") if more else None)


def _label(report: Report) -> Html:
    name = report.credential.name if report.credential is not None else None
    return join(f"In the {shown(report.relation)} ", [claim(name), " "] if name else None, "at ", ident(report.pointer))


def _problem(problem: Problem, base: str, remedies: set[str]) -> Html:
    rows: list[tuple[str, Part]] = [
        ("Where", ident(base + problem.pointer) if base + problem.pointer else "the document")
    ]
    if problem.expected is not None:
        rows.append(("Expected", value(problem.expected)))
    if problem.found is not None:
        rows.append(("Found", value(problem.found)))
    if problem.remedy and problem.remedy not in remedies:
        remedies.add(problem.remedy)
        rows.append(("Remedy", told(problem.remedy)))
    if problem.spec:
        rows.append(("Rule", problem.spec))
    return element(
        "div",
        element(
            "p",
            element(
                "span",
                f"{MARK[problem.severity]} {_SEVERITY_WORD[problem.severity]}",
                class_=f"badge {problem.severity.value}",
            ),
            " ",
            element("strong", problem.title),
            " ",
            element("code", problem.code, class_="soft"),
        ),
        element("p", told(problem.detail)),
        _list(rows),
        class_=f"problem {problem.severity.value}",
    )


# --- achievements ---------------------------------------------------------------------------------


def _achievements(report: Report) -> Html | None:
    found = achievements(report)
    if not found:
        return None
    heads = ("State", "Achievement", "Asserted by", "Results")
    ordered = sorted(found, key=lambda item: not item.awarded)
    rows = [element("tr", _achievement(item)) for item in ordered[:EXPLAINED]]
    header = element("thead", element("tr", [element("th", head) for head in heads]))
    more = element("p", f"And {len(found) - EXPLAINED:,} more.", class_="soft") if len(found) > EXPLAINED else None
    return _section("Achievements", element("table", header, element("tbody", rows), class_="achievements"), more)


def _achievement(item: Achievement) -> Iterator[Html]:
    style, word = _STATE[item.state]
    if not item.awarded and item.state is State.VERIFIED:
        style, word = "not-run", "· described"
    yield element("td", element("span", word, class_=f"badge {style}"), class_="narrow")
    kind = [", ", element("bdi", shown(item.kind))] if item.kind else None
    yield element(
        "td",
        element("div", claim(item.name) if item.name else "unnamed", kind),
        element("small", ident(item.id), class_="soft") if item.id else None,
        element("div", element("small", "described in the record, not awarded in it")) if not item.awarded else None,
    )
    signer: Part = None
    if item.vouched:
        signer = element(
            "div", element("small", "no signature of its own; vouched for by ", ident(item.signed_by or "?"))
        )
    yield element(
        "td",
        element(
            "small",
            _named(item.asserted_by, item.asserted_by_name, proven=item.proven and item.asserted_by == item.signed_by),
            signer,
        ),
    )
    results = [
        element("div", [_result_name(result.name), claim(result.level or result.value or result.status or "")])
        for result in item.results
        if result.level or result.value or result.status
    ]
    dates = [
        element("div", element("small", f"{word} ", element("bdi", shown(date)), class_="soft"))
        for word, date in (("awarded", item.awarded_date), ("until", item.valid_until))
        if date and item.awarded
    ]
    yield element("td", results, dates)


def _result_name(name: str | None) -> Part:
    return [element("span", element("bdi", shown(name)), class_="soft"), ": "] if name else None


# --- the credentials inside -----------------------------------------------------------------------


def _inside(report: Report) -> Html | None:
    if not report.children:
        return None
    every = [each for child in report.children for each in child.walk()]
    outcomes = Counter(each.outcome for each in every)
    parts = [f"{outcomes[outcome]:,} {OUTCOME_WORD[outcome]}" for outcome in VERIFICATION.each if outcomes[outcome]]
    told_sum = f"{count(len(every), 'credential', 'credentials')}: {', '.join(parts)}."
    return _section("Credentials inside", element("p", told_sum), _tree(report))


def _tree(report: Report) -> Html:
    ranked = report.children
    if len(ranked) > LISTED:  # of so many, those that are not well
        ranked = tuple(sorted(ranked, key=lambda child: child.outcome is Outcome.PASSED))[:LISTED]
    rest = len(report.children) - len(ranked)
    return element(
        "ul",
        [element("li", _child(child, report)) for child in ranked],
        element("li", f"and {rest:,} more", class_="soft") if rest else None,
        class_="tree",
    )


def _child(child: Report, parent: Report) -> Html:
    name = child.credential.name if child.credential is not None else None
    same = child.credential is not None and child.issuer == parent.issuer and is_proven(child) and is_proven(parent)
    by: Part = "by the same issuer" if same else ["by ", _party(child)] if child.credential else "content not shown"
    return element(
        "details",
        element(
            "summary",
            _badge(child.outcome),
            f" {shown(child.relation)} ",
            claim(name) if name else None,
            element("span", by, class_="by"),
        ),
        _list([("At", ident(child.pointer)), *_rows(child)]),
        _check_table(child),
        _tree(child) if child.children else None,
        open=child.outcome is not Outcome.PASSED,
    )


# --- what signatures cover ------------------------------------------------------------------------


def _coverage(coverage: Coverage, report: Report) -> Html:
    leaves = frozenset(leaves_of([*coverage.signed_by, *(place.pointer for place in coverage.unsigned)]))
    signed = Counter(by for pointer, by in coverage.signed_by.items() if pointer in leaves)
    bare = [place for place in coverage.unsigned if place.pointer in leaves]
    names = {each.pointer: each for each in report.walk()}
    order = {OUTER: -1, **{name: at for at, name in enumerate(names)}}
    rows = [
        element(
            "tr",
            element("td", count(signed[name], "place", "places"), class_="narrow"),
            element("td", _signer(name, names)),
        )
        for name in sorted(signed, key=lambda name: order.get(name, 0))
    ]
    lost = [
        element(
            "tr",
            element("td", ident(place.pointer)),
            element("td", told(place.reason), [" ", told(place.remedy)] if place.remedy else None),
        )
        for place in bare[:EXPLAINED]
    ]
    if len(bare) > EXPLAINED:
        lost.append(element("tr", element("td", f"and {len(bare) - EXPLAINED:,} more"), element("td")))
    lead = (
        f"{len(leaves) - len(bare):,} of the {len(leaves):,} places of the document are covered by a signature."
        if bare
        else f"A signature covers each of the {len(leaves):,} places of the document."
    )
    return _section(
        "What each signature covers",
        element("p", lead),
        element("table", element("tbody", rows)) if rows else None,
        [element("h3", "Not covered"), element("table", element("tbody", lost))] if lost else None,
    )


def _signer(name: str, reports: dict[str, Report]) -> Part:
    signer = reports.get("" if name == OUTER else name)
    what: Part = "the document’s own signature" if name == OUTER else ["the signature of ", ident(name)]
    if signer is None or signer.credential is None:
        return what
    return [what, [" ", claim(signer.credential.name)] if signer.credential.name else None, ", by ", _party(signer)]
