"""Checks called by themselves: readings, environments and children made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from vcverify.checks import CheckFunction, Child, Environment, Loaded, NotRun, Shared
from vcverify.credential import Credential, read_json
from vcverify.limits import DEFAULT_LIMITS
from vcverify.loading import Purpose, Request, Resource, Unavailable
from vcverify.policy import Policy
from vcverify.problems import Fact, Problem
from vcverify.report import Outcome, Report
from vcverify.suites.unsecured import Unsecured
from vcverify.verifier import bundled_contexts

Json = dict[str, Any]
AT = datetime(2026, 6, 1, tzinfo=UTC)


def as_signed_json(document: Json) -> Credential:
    return read_json(document)


def as_statements(document: Json) -> Credential:
    return Unsecured(document, (bundled_contexts(()),), DEFAULT_LIMITS, "fast").credential()


BOTH: tuple[Callable[[Json], Credential], ...] = (as_signed_json, as_statements)


class World:
    """What checks may load: bodies and judged credentials by URL; how often each was asked for."""

    def __init__(self, bodies: Mapping[str, bytes] | None = None, loaded: Mapping[str, Loaded] | None = None) -> None:
        self._bodies, self._loaded = bodies or {}, loaded or {}
        self._made: dict[Any, Any] = {}

    def load(self, request: Request) -> Resource:
        if request.url not in self._bodies:
            raise Unavailable(request.url, "nothing is there")
        return Resource(url=request.url, body=self._bodies[request.url])

    def credential(self, url: str, purpose: Purpose) -> Loaded:
        return self._loaded.get(url, Loaded(unavailable="nothing is there"))

    def shared(self, make: Callable[[], Shared]) -> Shared:
        made: Shared = self._made.setdefault(make, make())
        return made


def child(document: Json, pointer: str, **more: Any) -> Child:
    """A credential inside, judged: passed unless `outcome` says otherwise."""
    read = more.pop("read", as_signed_json)
    credential = read(document) if more.pop("known", True) else None
    outcome = more.pop("outcome", "passed")
    relation = more.pop("relation", "member")
    report = Report(
        outcome=Outcome(outcome),
        at=AT,
        pointer=more.pop("root", "") + pointer,
        relation=relation,
        credential=credential,
        children=tuple(inner.report for inner in more.pop("inside", ()) if inner.report is not None),
    )
    return Child(
        pointer=pointer,
        relation=relation,
        outcome=outcome,
        credential=credential,
        secured=more.pop("secured", True),
        report=report,
        **more,
    )


def judge(
    check: CheckFunction,
    document: Json,
    *,
    read: Callable[[Json], Credential] = as_signed_json,
    children: Iterable[Child] = (),
    world: World | None = None,
    **known: Any,
) -> list[Problem | Fact | NotRun]:
    """All that a check finds. `known` are further members of the environment."""
    method = known.pop("method", None)
    env = Environment(
        at=AT,
        policy=known.pop("policy", Policy()),
        resources=world or World(),
        document=document,
        children=tuple(children),
        **known,
    )
    return list(check(read(document), method, env))


def problems(found: Iterable[object]) -> list[tuple[str, str]]:
    return [(item.code, item.pointer) for item in found if isinstance(item, Problem)]


def facts(found: Iterable[object]) -> Json:
    return {item.name: item.value for item in found if isinstance(item, Fact)}


def not_run(found: Iterable[object]) -> bool:
    return any(isinstance(item, NotRun) for item in found)
