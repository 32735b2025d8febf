"""What all documents of one verification share: policy, loader, budget, and what was loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from vcverify.checks import CheckFunction, Loaded, Shared
from vcverify.identifiers import Lookup
from vcverify.jsonld import Contexts
from vcverify.limits import Budget, exceeded
from vcverify.loading import Loader, Purpose, Request, Resource, Unavailable
from vcverify.policy import Policy
from vcverify.problems import Problem
from vcverify.proving import Revisions

if TYPE_CHECKING:
    from vcverify.coverage import Layer
    from vcverify.report import Report

Renew: TypeAlias = "Callable[[Report, Loader, Callable[[bytes], Report]], Report]"
"""From a report, a loader and what judges its answer, to the report that counts (`refreshing.refreshed`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What all documents of one verification share."""

    at: datetime
    policy: Policy
    loader: Loader
    lookup: Lookup
    budget: Budget
    contexts: Callable[[Revisions], tuple[Contexts, ...]]
    checks: tuple[CheckFunction, ...]
    engine: str
    purpose: str | None = None
    challenge: str | None = None
    domain: frozenset[str] | None = None
    subject: tuple[Any, ...] = ()
    notices: tuple[Problem, ...] = ()
    """Problems of the call itself, reported with the root document."""
    loaded: dict[str, Resource | Loaded | Unavailable] = field(default_factory=dict)
    """What was loaded for checks, by URL."""
    layers: list[Layer] | None = None
    """The documents whose signatures hold, collected where the coverage was asked for."""
    renew: Renew | None = None
    """Asks for the newest version of an endorsement inside, where the newest versions were asked for."""
    made: dict[Callable[[], Any], Any] = field(default_factory=dict)
    """What checks keep for the length of the run, by what made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document stands in the root document, and as what."""

    pointer: str = ""
    relation: str = "root"
    depth: int = 0


class RunResources:
    """Loads for the checks of a run, through its loader and within its budget.

    Args:
        judge: Verifies the body of a credential that was loaded for a purpose.
    """

    __slots__ = ("_judge", "_run")

    def __init__(self, run: Run, judge: Callable[[bytes, Purpose, Run], Loaded]) -> None:
        self._run = run
        self._judge = judge

    def load(self, request: Request) -> Resource:
        """See `vcverify.checks.Resources.load`."""
        held = self._run.loaded.get(request.url)
        if isinstance(held, Resource):
            return held
        if isinstance(held, Unavailable):
            raise held
        from urllib.parse import urlsplit  # with `ipaddress`, 4 ms

        try:
            host = urlsplit(request.url).netloc
        except ValueError as error:
            raise Unavailable(request.url, f"not a URL: {error}") from None
        with self._run.budget.fetch(host) as seconds:
            try:
                resource = self._run.loaded[request.url] = self._run.loader.load(replace(request, seconds=seconds))
            except Unavailable as unavailable:
                self._run.loaded[request.url] = unavailable
                raise
        return resource

    def credential(self, url: str, purpose: Purpose) -> Loaded:
        """See `vcverify.checks.Resources.credential`."""
        key = f"{purpose.value} {url}"
        held = self._run.loaded.get(key)
        if not isinstance(held, Loaded):
            try:
                body = self.load(Request(url=url, purpose=purpose)).body
                limit = self._run.policy.limits.status_list_bytes
                if purpose is Purpose.STATUS_LIST and len(body) > limit:
                    raise exceeded("bytes of a status list", limit, len(body))
                held = self._judge(body, purpose, self._run)
            except Unavailable as unavailable:
                held = Loaded(unavailable=unavailable.reason)
            self._run.loaded[key] = held
        return held

    def shared(self, make: Callable[[], Shared]) -> Shared:
        """See `vcverify.checks.Resources.shared`."""
        if make not in self._run.made:
            self._run.made[make] = make()
        held: Shared = self._run.made[make]
        return held
