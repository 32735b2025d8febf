"""The verifier: policy, loader, checks and engine put together. The only module that reads the clock."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from vcverify.bundled import bundled
from vcverify.checks import CheckFunction
from vcverify.checks.associations import associations
from vcverify.checks.data_model import data_model
from vcverify.checks.issuer import issuer
from vcverify.checks.members import endorsements, members
from vcverify.checks.schema import schema
from vcverify.checks.status import status
from vcverify.checks.subject import read_known, subject
from vcverify.checks.trust import trust
from vcverify.checks.validity import validity
from vcverify.identifiers import ControllerCache, Lookup, Resolver, installed_resolvers
from vcverify.identifiers.resolvers import InstalledResolvers
from vcverify.jsonld import Contexts
from vcverify.jsontypes import JsonObject, loads
from vcverify.limits import Budget
from vcverify.loading import Loader, Purpose, Request, Unavailable
from vcverify.loading.memory import NullLoader
from vcverify.pipeline import lint_data, report_problem, verify_data
from vcverify.policy import Policy
from vcverify.problems import Problem, ProblemError, problem, quote, refuse
from vcverify.proving import Revisions
from vcverify.report import Report, as_draft
from vcverify.runs import Run

DEFAULT_CHECKS: Final[tuple[CheckFunction, ...]] = (
    issuer,
    trust,
    data_model,
    validity,
    status,
    schema,
    members,
    endorsements,
    associations,
    subject,
)
"""The checks that run unless others are given. Add your own: `(*DEFAULT_CHECKS, ours)`."""

_ONLY_SIGNED: Final = frozenset({"issuer", "status", "trust"})
"""Checks that mean nothing before a signature."""

ENGINES: Final = ("fast", "pyld")

Data: TypeAlias = "bytes | str | JsonObject"


class Verifier:
    """Verifies credentials under one policy, with one loader. Immutable in use; threads may share it.

    Args:
        policy: What is accepted; the default is strict.
        loader: Where documents from outside come from; the default has none, and nothing is fetched.
        checks: Check functions, `DEFAULT_CHECKS` unless given.
        engine: "fast", or "pyld" to have PyLD make the statements.
        resolvers: DID methods by name; all installed ones unless given.
    """

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        loader: Loader | None = None,
        checks: Iterable[CheckFunction] = DEFAULT_CHECKS,
        engine: str = "fast",
        resolvers: Mapping[str, Resolver] | None = None,
    ) -> None:
        if engine not in ENGINES:
            raise ValueError(f"engine: {engine!r} is none of {', '.join(ENGINES)}")
        self.policy = policy or Policy()
        self.engine = engine
        self._loader = loader or NullLoader()
        self._checks = tuple(checks)
        self._resolvers = installed_resolvers() if resolvers is None else resolvers
        self._supplied = None if loader is None else functools.cache(_context_source(loader))
        self._notices = tuple(_known_urls(self._loader))

    def verify(
        self,
        data: Data,
        *,
        at: datetime | None = None,
        purpose: str | None = None,
        challenge: str | None = None,
        domain: str | Iterable[str] | None = None,
        subject: Iterable[Mapping[str, Any]] = (),
        coverage: bool = False,
        refresh: bool = False,
    ) -> Report:
        """The report on one credential or presentation.

        Args:
            data: Bytes or text (JSON or a compact JWS), or a JSON object.
            at: The instant to judge for, aware; now unless given.
            purpose: The purpose that the outer proof must have; by default `assertionMethod`, for
                presentations `authentication`.
            challenge: What the outer proof must answer.
            domain: The domain or domains that the outer proof must be for.
            subject: What is known of the learner: `{"id": ...}`, `{"identityType": ..., "value": ...}`, xAPI actors
                (`mbox`, `mbox_sha1sum`, `openid`, `account`) or OneRoster users (`sourcedId`, `username`, `email`).
                One match is enough; none is `subject.mismatch`.
            coverage: Whether `report.coverage` says of every place of the document which signature covers it.
            refresh: Whether the newest version counts, where the credential or an endorsement inside says where it
                is (`refresh.failed`).

        Raises:
            ValueError: `at` is naive, `subject` says nothing. Nothing that a document or a network does raises.
        """
        run = self._run(at, purpose=purpose, challenge=challenge, domain=domain, subject=subject)
        if coverage:
            run = replace(run, layers=[])
        if not refresh:
            return verify_data(data, run)
        from vcverify.refreshing import refreshed  # for those who ask

        renew = functools.partial(refreshed, policy=self.policy)
        run = replace(run, renew=renew)

        def judge(body: bytes) -> Report:
            own = self._run(run.at, purpose=purpose, challenge=challenge)
            own = replace(own, domain=run.domain, subject=run.subject, layers=[] if coverage else None, renew=renew)
            return verify_data(body, own)

        return renew(verify_data(data, run), self._loader, judge)

    def lint(self, data: Data, *, at: datetime | None = None) -> Report:
        """The report on an unsecured document: its structure, and what a signature would not cover.

        `report.coverage` says of every place whether an RDFC-1.0 signature would cover it and, where it would not,
        by which changes it would. The report is of a `draft`: `ready` where it passed, and never `verified`.
        """
        run = replace(self._run(at), layers=[])
        checks = tuple(check for check in run.checks if check.__name__ not in _ONLY_SIGNED)
        return as_draft(lint_data(data, replace(run, checks=checks)))

    def verify_many(
        self,
        items: Iterable[Data | os.PathLike[str]],
        *,
        workers: int = 1,
        at: datetime | None = None,
        purpose: str | None = None,
        challenge: str | None = None,
        domain: str | Iterable[str] | None = None,
        subject: Iterable[Mapping[str, Any]] = (),
        coverage: bool = False,
        refresh: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[Report]:
        """A report for each item (data, or the path of a file), in order, all for one instant.

        Args:
            workers: Processes, 1 or more; 1 works in this one. With more, policy, loader and checks must pickle.
            progress: Called with the number of items done.

        The other arguments are those of `verify`, the same for all items.

        Raises:
            ValueError: `workers` is less than 1; or as `verify`. At the call, before any item is taken.
        """
        if workers < 1:
            raise ValueError(f"workers: {workers} is not a number of processes, 1 or more")
        instant = self._instant(at)
        domains = [domain] if isinstance(domain, str) else None if domain is None else list(domain)
        asked: dict[str, Any] = {
            "purpose": purpose,
            "challenge": challenge,
            "domain": domains,
            "subject": list(subject),
            "coverage": coverage,
            "refresh": refresh,
        }
        read_known(asked["subject"])
        work = functools.partial(self._verify_item, at=instant, **asked)
        reports: Iterator[Report]
        if workers == 1:
            reports = map(work, items)
        else:
            from vcverify.batches import in_processes  # 18 ms that a single document need not pay

            reports = in_processes(work, items, workers=workers, failed=functools.partial(self._died, at=instant))
        return reports if progress is None else _counted(reports, progress)

    @property
    def contexts(self) -> Contexts:
        """The compiled contexts that this verifier knows, in their newest revisions."""
        return self._contexts(())[-1]

    def _contexts(self, revisions: Revisions) -> tuple[Contexts, ...]:
        shared = bundled_contexts(revisions)
        return (shared,) if self._supplied is None else (shared, self._supplied(revisions))

    def _verify_item(self, item: Data | os.PathLike[str], at: datetime, **asked: Any) -> Report:
        if not isinstance(item, os.PathLike):
            return self.verify(item, at=at, **asked)
        try:
            with open(item, "rb") as file:
                data = file.read(self.policy.limits.input_bytes + 1)
        except OSError as error:
            detail = f"The file cannot be read: {quote(error.strerror or str(error))}."
            return report_problem(problem("input.malformed", detail, found=os.fspath(item)), self._run(at))
        return self.verify(data, at=at, **asked)

    def _died(self, item: Data | os.PathLike[str], at: datetime) -> Report:
        return report_problem(problem("internal.error", "The process that verified it died."), self._run(at))

    def __reduce__(self) -> tuple[Any, ...]:
        loader = None if isinstance(self._loader, NullLoader) else self._loader
        resolvers = None if isinstance(self._resolvers, InstalledResolvers) else self._resolvers
        return _rebuild, (self.policy, loader, self._checks, self.engine, resolvers)

    def _run(self, at: datetime | None, **asked: Any) -> Run:
        instant = self._instant(at)
        budget = Budget(limits=self.policy.limits)
        domain = asked.pop("domain", None)
        return Run(
            at=instant,
            policy=self.policy,
            loader=self._loader,
            lookup=Lookup(
                loader=self._loader,
                resolvers=self._resolvers,
                at=instant,
                limits=self.policy.limits,
                budget=budget,
                cache=ControllerCache(),
            ),
            budget=budget,
            contexts=self._contexts,
            checks=self._checks,
            engine=self.engine,
            subject=read_known(asked.pop("subject", ())),
            domain=None if domain is None else frozenset([domain] if isinstance(domain, str) else domain),
            notices=self._notices,
            **asked,
        )

    def _instant(self, at: datetime | None) -> datetime:
        if at is None:
            return datetime.now(UTC)
        if at.tzinfo is None or at.utcoffset() is None:
            raise ValueError("at: an aware datetime is asked for; this one names no offset")
        try:
            return at.astimezone(UTC)
        except OverflowError:
            raise ValueError("at: outside the years 1 to 9999 in UTC") from None


def _counted(reports: Iterator[Report], progress: Callable[[int], None]) -> Iterator[Report]:
    for count, report in enumerate(reports, start=1):
        yield report
        progress(count)


def verify(data: Data, **options: Any) -> Report:
    """The report on one credential or presentation, under the strict default policy unless one is given.

    Options are those of `Verifier` (`policy`, `loader`, `checks`, `engine`, `resolvers`) and of
    `Verifier.verify` (`at`, `purpose`, `challenge`, `domain`, `subject`, `coverage`, `refresh`).
    """
    return _made_of(options).verify(data, **options)


def refresh(report: Report, loader: Loader, **options: Any) -> Report:
    """The report on the newest version of a credential that says where it is (Open Badges 3.0 §9.1), or the report
    itself, with `refresh.failed` where there should have been one.

    Args:
        loader: Has the newest version.
        options: Those of `verify` that the report was made with; `at` is the report's own unless given.
    """
    at = options.pop("at", report.at)
    verifier = _made_of({**options, "loader": loader})
    asked = {name: value for name, value in options.items() if name not in _PARTS}
    from vcverify.refreshing import refreshed

    return refreshed(report, loader, functools.partial(verifier.verify, at=at, **asked), verifier.policy)


def lint(data: Data, **options: Any) -> Report:
    """The report on an unsecured document; options as for `verify`."""
    return _made_of(options).lint(data, **options)


def verify_many(items: Iterable[Data | os.PathLike[str]], **options: Any) -> Iterator[Report]:
    """A report for each item, in order; options as for `Verifier` and `Verifier.verify_many`."""
    return _made_of(options).verify_many(items, **options)


_PARTS: Final = ("policy", "loader", "checks", "engine", "resolvers")


def _made_of(options: dict[str, Any]) -> Verifier:
    """The verifier that the options ask for; its own options are taken out of them."""
    parts = {name: options.pop(name) for name in _PARTS if name in options}
    return Verifier(**parts) if parts else _default()


@functools.cache
def _default() -> Verifier:
    return Verifier()


def _rebuild(
    policy: Policy,
    loader: Loader | None,
    checks: tuple[CheckFunction, ...],
    engine: str,
    resolvers: Mapping[str, Resolver] | None,
) -> Verifier:
    return Verifier(policy=policy, loader=loader, checks=checks, engine=engine, resolvers=resolvers)


def _context_source(loader: Loader | None) -> Callable[[Revisions], Contexts]:
    """Compiled contexts by the older revisions asked for: bundled ones first, then what the loader has."""

    def source(revisions: Revisions) -> Contexts:
        chosen = dict(revisions)
        store = bundled()

        def load(url: str) -> JsonObject:
            canonical = store.canonical_url(url)
            if canonical is not None:
                context = store.context(canonical, chosen.get(canonical))
                if context is not None:
                    return context
            return _supplied(url, loader)

        return Contexts(load)

    return source


def _supplied(url: str, loader: Loader | None) -> JsonObject:
    reason = "it is not bundled"
    if loader is not None:
        try:
            value = loads(loader.load(Request(url=url, purpose=Purpose.CONTEXT)).body)
        except Unavailable as unavailable:
            reason = unavailable.reason
        except ProblemError as error:
            reason = error.problem.detail
        else:
            if isinstance(value, dict):
                return value
            reason = "it is not a JSON object"
    raise refuse("terms.unknown-context", f"The context {quote(url)} is not known here: {reason}.", found=url)


bundled_contexts: Final = functools.cache(_context_source(None))
"""The compiled bundled contexts, shared by all verifiers that are given no loader."""


def _known_urls(loader: Loader) -> Iterator[Problem]:
    contains = getattr(loader, "__contains__", None)
    if contains is None or loader is bundled():
        return
    for url in bundled():
        if contains(url):
            yield problem(
                "document.known-url",
                f"A body was supplied for {quote(url)}, which is bundled; it is not used.",
                found=url,
            )


__all__ = ["DEFAULT_CHECKS", "ENGINES", "Verifier", "lint", "refresh", "verify", "verify_many"]
