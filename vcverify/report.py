"""What a verification answers: a tree of reports, each a list of named checks.

Outcomes are the three of ETSI EN 319 102-1 §5.1.3 (passed, failed, indeterminate), and *not-run*
with its reason. Nothing here decides; it only says what follows from the problems found.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from vcverify.credential import Credential
from vcverify.datetimes import format_instant
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import Problem, Severity, printable

CHECKS: Final = (
    "proof",
    "issuer",
    "trust",
    "terms",
    "data_model",
    "validity",
    "status",
    "schema",
    "subject",
    "members",
    "endorsements",
    "associations",
)
"""The names of the built-in checks, in the order of a report."""


class Outcome(enum.StrEnum):
    """Passed, failed, or could not find out; or the check was not run."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    NOT_RUN = "not-run"


NO_FACTS: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One named check of one credential. `reason` says why it was not run."""

    name: str
    outcome: Outcome
    facts: Mapping[str, Any] = field(default_factory=lambda: NO_FACTS)
    problems: tuple[Problem, ...] = ()
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "name": self.name,
            "outcome": self.outcome.value,
            "facts": dict(self.facts),
            "problems": [problem.to_dict() for problem in self.problems],
        }
        if self.reason:
            result["reason"] = self.reason
        return result


OUTER: Final = "outer"
"""In a coverage: the signature of the document as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A place that no signature covers, why, and what would mend it, step by step."""

    pointer: str
    reason: str
    steps: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        return " ".join(self.steps)

    def to_dict(self) -> dict[str, str]:
        return {"pointer": self.pointer, "reason": self.reason, "remedy": self.remedy}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """For every JSON Pointer of a document, which signature covers it.

    Attributes:
        unsigned: Those that none covers, in document order.
        signed_by: For the others `OUTER`, or the pointer of the credential inside whose own signature does; of
            several that cover a place, the innermost.
    """

    unsigned: tuple[Unsigned, ...]
    signed_by: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        return {"unsigned": [place.to_dict() for place in self.unsigned], "signedBy": dict(self.signed_by)}


class VerificationFailed(Exception):
    """Raised by `Report.raise_for_problems` for a report that is not verified."""

    def __init__(self, report: Report) -> None:
        worst = [p for p in report.problems() if p.severity is not Severity.WARNING]
        said = "; ".join(f"{p.code} at {p.pointer or '/'}: {p.detail}" for p in worst[:3])
        if not said and report.draft:
            said = "the document was only judged as one to sign, not verified"
        super().__init__(f"{report.outcome.value}: {said}")
        self.report = report


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What holds of one document, and of every credential inside it.

    `pointer` is where the document stands in the root document (JSON Pointer; "" for the root);
    the pointers of `checks` count from this document. `credential` is None unless a proof
    verified (or, for an unsecured member, unless the signature around it did). `coverage` is of the
    whole tree, and only there where it was asked for. `draft` says that the document was judged as one
    that is still to be signed (lint), or stands in such a one without a proof of its own: it may be
    `ready`, but it is never `verified`.
    """

    outcome: Outcome
    at: datetime
    pointer: str = ""
    relation: str = "root"
    media_type: str = ""
    credential: Credential | None = None
    checks: tuple[Check, ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()
    children: tuple[Report, ...] = ()
    unverified_document: JsonValue = field(default=None, repr=False)
    coverage: Coverage | None = field(default=None, repr=False)
    draft: bool = False
    _controller_document: JsonObject | None = field(default=None, repr=False, compare=False)

    @property
    def verified(self) -> bool:
        """True only if it is signed and every part passed."""
        return self.outcome is Outcome.PASSED and not self.draft

    @property
    def ready(self) -> bool:
        """Whether a draft may be signed as it is; False for what is signed already."""
        return self.draft and self.outcome is Outcome.PASSED

    def __bool__(self) -> bool:
        return self.verified

    @property
    def authentic(self) -> bool:
        """The signature holds and its key is the issuer's; says nothing of dates or status."""
        return all(self._outcome_of(name) is Outcome.PASSED for name in ("proof", "issuer"))

    @property
    def id(self) -> str | None:
        return self.credential.id if self.credential else None

    @property
    def types(self) -> tuple[str, ...]:
        return self.credential.types if self.credential else ()

    @property
    def issuer(self) -> str | None:
        return self.credential.issuer if self.credential else None

    @property
    def subject(self) -> str | None:
        return self.credential.subject if self.credential else None

    @property
    def binding(self) -> str | None:
        """How the key is tied to the issuer, a grade of `policy.BINDINGS`; None where no proof verified."""
        grade = next((check.facts.get("binding") for check in self.checks if check.name == "issuer"), None)
        return grade if isinstance(grade, str) else None

    @property
    def controller_document(self) -> JsonObject | None:
        """A copy of the document that the key was found in (VCDM 2.0 §7.1 `controlledIdentifierDocument`).

        None where there is none: nothing verified, or the proof brought its key along.
        """
        return None if self._controller_document is None else deepcopy(self._controller_document)

    def check(self, name: str) -> Check:
        """The check of that name.

        Raises:
            KeyError: there is none.
        """
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    def own_problems(self) -> tuple[Problem, ...]:
        """This document's own problems, pointers counting from it."""
        return tuple(problem for check in self.checks for problem in check.problems)

    def problems(self) -> Iterator[Problem]:
        """Every problem of the tree, each once, with its pointer from the root document."""
        seen: set[tuple[str, str, str]] = set()
        for report in self.walk():
            for problem in report.own_problems():
                pointer = report.pointer + problem.pointer
                key = (problem.code, pointer, problem.detail)
                if key not in seen:
                    seen.add(key)
                    yield replace(problem, pointer=pointer)

    def walk(self) -> Iterator[Report]:
        """This report and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def raise_for_problems(self) -> Report:
        """The report itself, where it is verified.

        Raises:
            VerificationFailed: it is not.
        """
        if not self.verified:
            raise VerificationFailed(self)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values (schemas/report.json; the form of `vcverify verify --format json`)."""
        values: dict[str, Any] = {
            "outcome": self.outcome.value,
            "verified": self.verified,
            "authentic": self.authentic,
            "at": format_instant(self.at),
            "pointer": self.pointer,
            "relation": self.relation,
            "mediaType": self.media_type,
            "id": self.id,
            "types": list(self.types),
            "issuer": self.issuer,
            "subject": self.subject,
            "credential": self.credential.to_dict() if self.credential else None,
            "checks": [check.to_dict() for check in self.checks],
            "problems": [problem.to_dict() for problem in self.own_problems()],
            "evidence": [dict(item) for item in self.evidence],
            "children": [child.to_dict() for child in self.children],
        }
        if self.draft:
            values["ready"] = self.ready
        if self.coverage is not None:
            values["coverage"] = self.coverage.to_dict()
        return values

    def __str__(self) -> str:
        from vcverify.rendering import render_text

        return render_text(self)

    def _outcome_of(self, name: str) -> Outcome:
        return next((check.outcome for check in self.checks if check.name == name), Outcome.NOT_RUN)


def outcome_of_problems(problems: Sequence[Problem]) -> Outcome:
    """Failed if one is an error, indeterminate if one is inconclusive, passed otherwise."""
    outcome = Outcome.PASSED
    for problem in problems:
        if problem.severity is Severity.ERROR:
            return Outcome.FAILED
        if problem.severity is Severity.INCONCLUSIVE:
            outcome = Outcome.INDETERMINATE
    return outcome


def overall(checks: Sequence[Check], *, secured: bool) -> Outcome:
    """The outcome of a report: passed only when its proof passed and nothing failed or is open.

    `secured` is False for a document whose security is another's business (an unsecured member
    under the outer signature); its proof need not have been run.
    """
    outcomes = {check.outcome for check in checks}
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    if Outcome.INDETERMINATE in outcomes:
        return Outcome.INDETERMINATE
    if secured and not any(check.name == "proof" and check.outcome is Outcome.PASSED for check in checks):
        return Outcome.INDETERMINATE
    return Outcome.PASSED


def as_draft(report: Report) -> Report:
    """The report as one on a document that is still to be signed, and on what stands in it without a proof."""
    children = tuple(
        as_draft(child) if child._outcome_of("proof") is Outcome.NOT_RUN else child for child in report.children
    )
    return replace(report, draft=True, children=children)


def describe(report: Report) -> str:
    """The credential's own name or id, fit for a line of output."""
    credential = report.credential
    if credential is None:
        return "unverified document"
    return printable(credential.name or credential.id or "unnamed credential")
