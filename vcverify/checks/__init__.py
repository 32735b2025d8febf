"""Checks: one rule each, on a credential whose signature holds.

A check is a generator function `(credential, method, environment) -> findings`; its name is the
function's. It yields problems, facts for the reader, or `NotRun` where there is nothing to judge.
What it reads of the credential comes from the signed bytes; the JSON form in the environment serves
only what is said to be about JSON (schemas, the shape of values), and can only add refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from vcverify.credential import Credential
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import JsonObject
from vcverify.loading import Purpose, Request, Resource
from vcverify.policy import Policy
from vcverify.problems import Fact, Problem
from vcverify.report import Report


@dataclass(frozen=True, slots=True)
class NotRun:
    """There was nothing to judge; `reason` is a phrase for the reader."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A credential inside the one that is judged, and what came of it.

    Attributes:
        pointer: Where it stands, counting from the document around it.
        outcome: `passed`, `failed` or `indeterminate`.
        credential: Its reading; None where nothing vouches for it.
        secured: Whether it has a proof of its own.
        reasons: Codes of what kept it from passing.
        report: Its whole report; None where it was judged without one.
    """

    pointer: str
    relation: str
    outcome: str
    credential: Credential | None
    secured: bool
    reasons: tuple[str, ...] = ()
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of a credential from outside: a status list, a schema credential.

    `unavailable` says why it could not be had; `credential` is None unless its proof verified.
    """

    outcome: str = "indeterminate"
    credential: Credential | None = None
    reasons: tuple[str, ...] = ()
    unavailable: str | None = None


Shared = TypeVar("Shared")


class Resources(Protocol):
    """What a check may load; each load is counted, and each URL loaded once in a run."""

    def load(self, request: Request) -> Resource:
        """The resource.

        Raises:
            Unavailable: it could not be had.
            ProblemError: `limit.exceeded` past the fetches of a run.
        """
        ...

    def credential(self, url: str, purpose: Purpose) -> Loaded:
        """The credential at a URL, verified by the procedure that verified this one.

        Raises:
            ProblemError: `limit.exceeded` past the fetches of a run, or the bytes of such a document.
        """
        ...

    def shared(self, make: Callable[[], Shared]) -> Shared:
        """What `make` (a class, a function) answered when it was first called in this run."""
        ...


Finding: TypeAlias = Problem | Fact | NotRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a check may know besides the credential.

    Attributes:
        at: The instant of the verification, aware.
        document: The JSON form of the document with its proofs, as received.
        methods: The verification methods whose signatures held, one for each proof.
        subject: What the caller knows of the learner (`checks.subject.Known`); empty if not asked.
        children: The credentials directly inside, judged.
        relation: "root", "member", "credential" or "endorsement".
        respelled: Whether the JSON says by other names what was signed, so that what judges JSON by its
            names has not seen all of it.
        secured: False where the document has no proof of its own and another's signature covers it.
        signer: Who vouches for what the document holds without proof: whose signature covers it all.
    """

    at: datetime
    policy: Policy
    resources: Resources
    document: JsonObject
    methods: tuple[VerificationMethod, ...] = ()
    children: tuple[Child, ...] = ()
    subject: tuple[Any, ...] = ()
    relation: str = "root"
    secured: bool = True
    signer: str | None = None
    respelled: bool = False


CheckFunction: TypeAlias = Callable[[Credential, VerificationMethod | None, Environment], Iterator[Finding]]
