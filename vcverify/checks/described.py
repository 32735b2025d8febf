"""Where the achievements of a record are described, and which of those places count.

A description counts where the credential that holds it was accepted, with everything around it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from vcverify import vocabulary
from vcverify.checks import Environment
from vcverify.checks.members import members
from vcverify.credential import Credential, Node
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import JsonObject, JsonValue, resolve_pointer
from vcverify.problems import Problem, Severity
from vcverify.report import Outcome, Report

_INSIDE: Final = frozenset({"member", "credential"})


@dataclass(slots=True)
class Achievements:
    """Where each achievement is described, by id, and which of those places were accepted.

    Pointers count from the record; "" is the record itself.
    """

    accepted: dict[str, list[tuple[Node, str]]] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)
    """Those of the rejected that may yet be accepted: nothing is known against the credential."""
    unread: dict[str, str] = field(default_factory=dict)
    """The texts in credentials of which nothing may be relied on yet, not even what they say."""
    opaque: str | None = None
    """Where such a credential stands that is a token: it may describe anything."""
    of_credentials: dict[str, list[str]] = field(default_factory=dict)
    """By the id of a credential inside, what it describes: to explain an end that names the one for the other."""

    def add(self, credential: Credential, pointer: str, outcome: Outcome) -> None:
        for subject in credential.subjects:
            for node in subject.nodes(vocabulary.CLR_ACHIEVEMENT) or subject.nodes(vocabulary.ACHIEVEMENT):
                if node.id is None:
                    continue
                if pointer and credential.id is not None:
                    self.of_credentials.setdefault(credential.id, []).append(node.id)
                if outcome is Outcome.PASSED:
                    self.accepted.setdefault(node.id, []).append((node, pointer))
                    continue
                self.rejected.setdefault(node.id, pointer)
                if outcome is not Outcome.FAILED:
                    self.undecided.setdefault(node.id, pointer)

    def add_unread(self, received: JsonValue, pointer: str) -> None:
        """A credential that nobody vouches for yet, as it was received."""
        if not isinstance(received, dict):
            self.opaque = pointer
        stack = [received]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                stack += value.values()
            elif isinstance(value, list):
                stack += value
            elif isinstance(value, str):
                self.unread.setdefault(value, pointer)


_REFUSALS: Final = frozenset({"member.issuer", "member.subject", "subject.mismatch"})
"""What a record has against a member whose own report may be good."""


def _refused(credential: Credential, method: VerificationMethod | None, env: Environment) -> frozenset[str]:
    """The pointers of members that the record does not accept."""
    refused: set[str] = set()
    inside = {child.pointer for child in env.children}
    for found in members(credential, method, env):
        if isinstance(found, Problem) and found.code in _REFUSALS:
            where = found.pointer
            while where and where not in inside:
                where = where.rpartition("/")[0]
            if env.policy.grade(found).severity is Severity.ERROR:
                refused.add(where)
    return frozenset(refused)


def collect(
    credential: Credential, method: VerificationMethod | None, env: Environment, *, judging: bool
) -> Achievements:
    """The achievements of a record and of the credentials inside it, at any depth.

    Args:
        judging: Whether it matters which members the record itself does not accept.
    """
    known = Achievements()
    known.add(credential, "", Outcome.PASSED)
    refused = _refused(credential, method, env) if judging else frozenset()
    for child in env.children:
        if child.relation in _INSIDE and child.report is not None:
            around = Outcome.FAILED if child.pointer in refused else Outcome.PASSED
            _inside(child.report, around, known, len(child.report.pointer) - len(child.pointer), env.document)
    return known


def _inside(report: Report, around: Outcome, known: Achievements, cut: int, document: JsonObject) -> None:
    """Args: cut: Characters of the report's pointer that lead to the record."""
    outcome = report.outcome if around is Outcome.PASSED or report.outcome is Outcome.FAILED else around
    pointer = report.pointer[cut:]
    if report.credential is not None:
        known.add(report.credential, pointer, outcome)
    elif outcome is Outcome.INDETERMINATE:
        known.add_unread(_received(document, pointer), pointer)
    for child in report.children:
        if child.relation in _INSIDE:
            _inside(child, outcome, known, cut, document)


def _received(document: JsonObject, pointer: str) -> JsonValue:
    try:
        return resolve_pointer(document, pointer)
    except KeyError:  # inside a token
        return None
