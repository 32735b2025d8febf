"""The newest version of a credential that says where it is to be had (Open Badges 3.0 §9.1 step 3).

The credential that was asked about, and each endorsement inside it (§9.2 step 3), in its place. Members of a record
are not: what a record holds is what its issuer signed.

    1  Only after the proof: the address is read from what was signed.
    2  Once: what comes back is not refreshed again.
    3  It is verified like any credential, and has to be the same one (issuer and id), no older, and as well bound.
    4  If any of this does not work out, the original counts, with the warning `refresh.failed`.

A refreshed credential that is revoked or expired counts: it is its issuer's latest word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from vcverify import vocabulary
from vcverify.credential import Credential, Literal
from vcverify.datetimes import parse_stamp
from vcverify.loading import Loader, Purpose, Request, Unavailable
from vcverify.policy import Policy
from vcverify.problems import Problem, ProblemError, problem, quote
from vcverify.report import Outcome, Report, outcome_of_problems, overall
from vcverify.statuslists import normal_id

FACT: Final = "refreshed"
"""Of the check `validity`: where the judged version came from."""


def refreshed(report: Report, loader: Loader, judge: Callable[[bytes], Report], policy: Policy) -> Report:
    """The report on the refreshed credential, or the report itself.

    Of several services the first by URL is asked.

    Args:
        judge: Verifies what was loaded.
        policy: Grades `refresh.failed`.
    """
    credential = report.credential
    if credential is None or not _has_proof(report):
        return report
    services = [
        value
        for value in credential.root.values(vocabulary.REFRESH_SERVICE)
        if not isinstance(value, Literal) and value.is_a(vocabulary.ONE_EDTECH_REFRESH)
    ]
    if not services:
        return report
    url = min((service.id for service in services if service.id), default=None)
    if url is None:
        return _failed(report, policy, "its refresh service has no URL", None)
    try:
        body = loader.load(Request(url=url, purpose=Purpose.REFRESH)).body
    except Unavailable as unavailable:
        return _failed(report, policy, unavailable.reason, url)
    except ProblemError as error:  # the run has loaded all that it may
        return _failed(report, policy, error.problem.detail, url)
    newer = judge(body)
    reason = _unfit(newer, report, credential)
    if reason is not None:
        return _failed(report, policy, reason, url)
    return _with_validity(newer, facts={FACT: url})


def _has_proof(report: Report) -> bool:
    return any(check.name == "proof" and check.outcome is Outcome.PASSED for check in report.checks)


def _unfit(newer: Report, report: Report, original: Credential) -> str | None:
    """Why what was loaded cannot stand for the original; None where it can."""
    credential = newer.credential
    if credential is None or not _has_proof(newer):
        codes = dict.fromkeys(item.code for item in newer.own_problems())
        return f"what stands there does not verify ({', '.join(codes) or 'no proof'})"
    if report.authentic and not newer.authentic:  # CHECK: newer versions by another key
        return "what stands there is not signed with a key of the issuer's"
    if credential.issuer != original.issuer:  # CHECK: newer versions by another issuer
        return f"what stands there is by another issuer, {quote(credential.issuer)}"
    if _name(credential) != _name(original):  # CHECK: another credential instead
        return f"what stands there is another credential, {quote(credential.id)}"
    before, after = _start(original), _start(credential)
    if before is not None and (after is None or after < before):  # CHECK: older versions
        return "what stands there is older"
    return None


def _name(credential: Credential) -> str | None:
    """OB 3.0, Equality and Comparison: ids are compared percent-decoded."""
    return None if credential.id is None else normal_id(credential.id)


def _start(credential: Credential) -> Any:
    root = credential.root
    stamp = parse_stamp(root.text(vocabulary.VALID_FROM) or root.text(vocabulary.ISSUANCE_DATE) or "")
    return None if stamp is None else stamp.instant


def _failed(report: Report, policy: Policy, reason: str, url: str | None) -> Report:
    credential = report.credential
    place = credential.root.where(vocabulary.REFRESH_SERVICE) if credential is not None else ""
    found = problem("refresh.failed", f"The credential was not refreshed: {reason}.", place, found=url)
    return _with_validity(report, problems=(policy.grade(found),))


def _with_validity(
    report: Report, *, problems: tuple[Problem, ...] = (), facts: Mapping[str, Any] | None = None
) -> Report:
    """The report with more to its `validity`, and the outcomes that follow."""
    checks = []
    for check in report.checks:
        if check.name == "validity":
            own = (*check.problems, *problems)
            outcome = outcome_of_problems(own) if own else check.outcome
            check = replace(check, problems=own, outcome=outcome, facts={**check.facts, **(facts or {})})
        checks.append(check)
    return replace(report, checks=tuple(checks), outcome=overall(checks, secured=True))
