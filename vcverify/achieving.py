"""What a learner achieved, as signatures say it: each achievement with who asserts it, who signed, and its state.

Everything is read from what was signed. A credential whose proof did not verify says nothing here; one
without a proof of its own says what the signature around it covers, and stands or falls with that.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcverify import vocabulary
from vcverify.credential import Node
from vcverify.problems import Problem, Severity
from vcverify.report import Outcome, Report


class State(enum.StrEnum):
    """What may be relied on. `VERIFIED` is the only yes."""

    VERIFIED = "verified"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result: what was measured, and what came of it. Texts are the issuer's."""

    name: str | None = None
    kind: str | None = None
    value: str | None = None
    level: str | None = None
    status: str | None = None

    def to_dict(self) -> dict[str, str]:
        values = {
            "name": self.name,
            "type": self.kind,
            "value": self.value,
            "achievedLevel": self.level,
            "status": self.status,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """One achievement in one credential.

    Attributes:
        id, name, kind: Of the achievement; `kind` is its `achievementType`.
        pointer: Where the credential stands that asserts it, from the root document.
        credential: The id of that credential.
        asserted_by, asserted_by_name: Its issuer's id, and the name that the issuer gives itself.
        signed_by: The id of the issuer whose signature covers it: its own, or that of the credential around it.
        vouched: Whether that is another credential's signature (the assertion has none of its own).
        proven: Whether that signature's key is the key of `signed_by`.
        awarded: False where the record only describes the achievement and no credential in it awards it.
        state: What may be relied on.
        reasons: Codes of what stands against it.
        subject: The learner's id.
        awarded_date, valid_from, valid_until: As the credential writes them.
    """

    id: str | None
    name: str | None
    kind: str | None
    pointer: str
    credential: str | None
    asserted_by: str | None
    asserted_by_name: str | None
    signed_by: str | None
    vouched: bool
    proven: bool
    awarded: bool
    state: State
    reasons: tuple[str, ...] = ()
    subject: str | None = None
    awarded_date: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    results: tuple[Result, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "achievementType": self.kind,
            "pointer": self.pointer,
            "credential": self.credential,
            "assertedBy": self.asserted_by,
            "assertedByName": self.asserted_by_name,
            "signedBy": self.signed_by,
            "vouched": self.vouched,
            "proven": self.proven,
            "awarded": self.awarded,
            "state": self.state.value,
            "reasons": list(self.reasons),
            "subject": self.subject,
            "awardedDate": self.awarded_date,
            "validFrom": self.valid_from,
            "validUntil": self.valid_until,
            "results": [result.to_dict() for result in self.results],
        }


def achievements(report: Report) -> tuple[Achievement, ...]:
    """Every achievement that the signed credentials of a report assert, in the order of the report.

    Achievements that a record describes are listed where none of its credentials awards them.
    """
    found = list(_walk(report, _NOBODY, ()))
    awarded = {item.id for item in found if item.awarded and item.id is not None}
    return tuple(item for item in found if item.awarded or item.id is None or item.id not in awarded)


@dataclass(frozen=True, slots=True)
class _Voucher:
    """The document whose signature covers what stands in it without a proof, and what stands against that."""

    report: Report | None
    against: tuple[Problem, ...]


_NOBODY: Final = _Voucher(None, ())

_OF_OTHERS: Final = frozenset({"members", "associations", "endorsements"})
"""Checks that speak of credentials inside: these count for whom they name, not for all that is vouched for."""

_BELOW: Final = frozenset({"member.failed", "member.indeterminate"})


def _walk(report: Report, around: _Voucher, said: Sequence[Problem]) -> Iterator[Achievement]:
    """Args: said: What the document around has against this very credential."""
    if report.relation == "endorsement":
        return
    secured = any(check.name == "proof" and check.outcome is not Outcome.NOT_RUN for check in report.checks)
    signer = report if secured else around.report
    record = report.credential is not None and report.credential.root.is_a(vocabulary.CLR_CREDENTIAL)
    inherited = (*said, *(() if secured else around.against))
    yield from _asserted(report, signer, (*_own(report, record=record), *inherited), record=record)
    if not report.children:
        return
    every = (problem for check in report.checks if check.name not in _OF_OTHERS for problem in check.problems)
    voucher = _Voucher(signer, (*filter(_weighs, every), *inherited))
    named = _by_child(report)
    for child in report.children:
        yield from _walk(child, voucher, named.get(child.pointer, ()))


def _own(report: Report, *, record: bool) -> Iterator[Problem]:
    for problem in report.own_problems():
        if _weighs(problem) and not (record and problem.code in _BELOW):
            yield problem


def _weighs(problem: Problem) -> bool:
    return problem.severity is not Severity.WARNING


def _by_child(report: Report) -> dict[str, list[Problem]]:
    """What a document has against each credential directly inside it, by pointer; that its report failed, it says
    itself."""
    found: dict[str, list[Problem]] = {child.pointer: [] for child in report.children}
    for check in report.checks:
        if check.name in _OF_OTHERS:
            for problem in check.problems:
                if _weighs(problem) and problem.code not in _BELOW:
                    where = report.pointer + problem.pointer
                    while where and where not in found:
                        where = where.rpartition("/")[0]
                    found.get(where, []).append(problem)
    return found


def _asserted(
    report: Report, signer: Report | None, against: tuple[Problem, ...], *, record: bool
) -> Iterator[Achievement]:
    credential = report.credential
    if credential is None or signer is None:
        return
    sound = (report.verified or record) and signer.check("proof").outcome is Outcome.PASSED
    root = credential.root
    for subject in credential.subjects:
        nodes = (record and subject.nodes(vocabulary.CLR_ACHIEVEMENT)) or subject.nodes(vocabulary.ACHIEVEMENT)
        for node in nodes:
            yield Achievement(
                id=node.id,
                name=min(node.texts(vocabulary.NAME), default=None),
                kind=node.text(vocabulary.ACHIEVEMENT_KIND),
                pointer=report.pointer,
                credential=credential.id,
                asserted_by=credential.issuer,
                asserted_by_name=credential.issuer_name,
                signed_by=signer.issuer,
                vouched=signer is not report,
                proven=signer.authentic,
                awarded=not record,
                state=_state(against, sound=sound),
                reasons=tuple(dict.fromkeys(item.code for item in against)),
                subject=subject.id,
                awarded_date=root.text(vocabulary.AWARDED_DATE),
                valid_from=root.text(vocabulary.VALID_FROM) or root.text(vocabulary.ISSUANCE_DATE),
                valid_until=root.text(vocabulary.VALID_UNTIL) or root.text(vocabulary.EXPIRATION_DATE),
                results=() if record else tuple(_results(subject, node)),
            )


_TAKEN_BACK: Final = (
    ("status.revoked", State.REVOKED),
    ("status.suspended", State.SUSPENDED),
    ("validity.expired", State.EXPIRED),
    ("validity.not-yet", State.NOT_YET_VALID),
)


def _state(against: Sequence[Problem], *, sound: bool) -> State:
    """Taken back or out of date only where nothing else is wrong: these states say that it was genuine."""
    errors = {problem.code for problem in against if problem.severity is Severity.ERROR}
    if errors - {code for code, _ in _TAKEN_BACK}:
        return State.FAILED
    for code, state in _TAKEN_BACK:
        if code in errors:
            return state
    return State.VERIFIED if sound and not against else State.INDETERMINATE


# --- results --------------------------------------------------------------------------------------


def _results(subject: Node, achievement: Node) -> Iterator[Result]:
    described = {node.id: node for node in achievement.nodes(vocabulary.RESULT_DESCRIPTION)}
    for result in subject.nodes(vocabulary.RESULT):
        named = result.text(vocabulary.RESULT_DESCRIPTION)
        description = described.get(named) if named else None
        levels = {node.id: node for node in description.nodes(vocabulary.RUBRIC_LEVEL)} if description else {}
        achieved = result.text(vocabulary.ACHIEVED_LEVEL)
        level = levels.get(achieved) if achieved else None
        yield Result(
            name=description.text(vocabulary.NAME) if description else None,
            kind=description.text(vocabulary.RESULT_TYPE) if description else None,
            value=result.text(vocabulary.RESULT_VALUE),
            level=(level.text(vocabulary.NAME) if level else None) or achieved,
            status=result.text(vocabulary.RESULT_STATUS),
        )
