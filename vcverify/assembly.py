"""Problems to the checks that own them, checks to outcomes, outcomes to the report."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from vcverify.checks import Finding
from vcverify.credential import Credential
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import Limits, exceeded
from vcverify.problems import Problem, Severity
from vcverify.report import CHECKS, NO_FACTS, Check, Outcome, Report, outcome_of_problems, overall
from vcverify.runs import Place, Run

_OURS: Final = frozenset(CHECKS)


def assemble(
    run: Run,
    place: Place,
    problems: Sequence[Problem],
    *,
    received: JsonValue = None,
    media_type: str = "",
    credential: Credential | None = None,
    facts: Mapping[str, Mapping[str, Any]] = NO_FACTS,
    evidence: tuple[Mapping[str, Any], ...] = (),
    children: Sequence[Report] = (),
    reasons: Mapping[str, str] = NO_FACTS,
    ran: Sequence[str] = (),
    owned: Mapping[str, Sequence[Problem]] = NO_FACTS,
    secured: bool = True,
    controller_document: JsonObject | None = None,
) -> Report:
    """The report: each problem graded and filed with the check that owns it, or with the one in `owned`."""
    filed: dict[str, list[Problem]] = {}
    if run.notices and place.relation == "root":
        problems = [*problems, *run.notices]
    for item in problems:
        filed.setdefault(item.check, []).append(run.policy.grade(item))
    for name, found in owned.items():
        filed.setdefault(name, []).extend(map(run.policy.grade, found))
    checks = []
    for name in CHECKS if _OURS.issuperset(ran) else (*CHECKS, *(name for name in ran if name not in _OURS)):
        own = _listed(filed[name], run.policy.limits.listed_problems) if name in filed else ()
        reason = ""
        if name == "proof":
            outcome, reason = _proof_outcome(own, credential, secured)
        elif own:
            outcome = outcome_of_problems(own)
        elif credential is None:
            outcome, reason = Outcome.NOT_RUN, "no proof verified"
        elif name in reasons:
            outcome, reason = Outcome.NOT_RUN, reasons[name]
        elif name in ran or name == "terms":
            outcome = Outcome.PASSED
        else:
            outcome, reason = Outcome.NOT_RUN, "the check is not among those asked for"
        said = facts.get(name)
        if own or said:
            checks.append(Check(name=name, outcome=outcome, facts=said or NO_FACTS, problems=own, reason=reason))
        else:
            checks.append(_plain(name, outcome, reason))
    return Report(
        outcome=overall(checks, secured=secured),
        at=run.at,
        pointer=place.pointer,
        relation=place.relation,
        media_type=media_type,
        credential=credential,
        checks=tuple(checks),
        evidence=evidence,
        children=tuple(children),
        unverified_document=received,
        _controller_document=controller_document,
    )


def bounded(findings: Iterable[Finding], limits: Limits) -> Iterator[Finding]:
    """What a check finds, in its order; past `Limits.findings` it is not asked on, and that is `limit.exceeded`."""
    for count, finding in enumerate(findings, 1):
        if count > limits.findings:  # CHECK: many findings of one check
            yield exceeded("findings of one check", limits.findings, "more").problem
            return
        yield finding


def _listed(found: Sequence[Problem], limit: int) -> tuple[Problem, ...]:
    """The problems, in their order; after `limit` of one code and severity, one more says how many there are.

    At least one of each code and severity is left, so that the outcome is that of all.
    """
    if len(found) <= limit:
        return tuple(found)
    counts: dict[tuple[str, Severity], int] = {}
    listed: list[Problem] = []
    beyond: dict[tuple[str, Severity], Problem] = {}
    for item in found:
        kind = (item.code, item.severity)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= limit:
            listed.append(item)
        else:
            beyond.setdefault(kind, item)
    for kind, first in beyond.items():
        more = counts[kind] - limit
        detail = f"{more:,} more of this kind, from here on, are not listed: the report lists at most {limit:,}."
        listed.append(replace(first, detail=detail, expected=None, found=None, count=more))
    return tuple(listed)


@functools.lru_cache(maxsize=256)
def _plain(name: str, outcome: Outcome, reason: str) -> Check:
    """A check with nothing to tell: most of a report's checks are the same few values."""
    return Check(name=name, outcome=outcome, reason=reason)


def _proof_outcome(own: Sequence[Problem], credential: Credential | None, secured: bool) -> tuple[Outcome, str]:
    outcome = outcome_of_problems(own)
    if outcome is not Outcome.PASSED:
        return outcome, ""
    if not secured:
        return Outcome.NOT_RUN, "it has no proof of its own; the document around it was signed"
    return (Outcome.PASSED, "") if credential is not None else (Outcome.INDETERMINATE, "no key could be had")
