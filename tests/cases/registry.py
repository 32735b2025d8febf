"""The table of cases: each a documented function that answers a `Scenario`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.documents import AT
from cases.signing import Json

Named = str | tuple[str, str]
"""A problem that is expected: its code, or its code and its pointer."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the report must say (`expect` of a case)."""

    outcome: str | None = None
    outcome_not: str | None = None
    checks: dict[str, str] = field(default_factory=dict)
    facts: Json = field(default_factory=dict)
    problems: tuple[Named, ...] = ()
    absent: tuple[Named, ...] = ()
    only: bool = False

    def to_json(self) -> Json:
        result: Json = {}
        if self.outcome:
            result["outcome"] = self.outcome
        if self.outcome_not:
            result["outcomeNot"] = self.outcome_not
        if self.checks:
            result["checks"] = self.checks
        if self.facts:
            result["facts"] = self.facts
        if self.problems or self.only:
            result["problems"] = [_named(item) for item in self.problems]
        if self.absent:
            result["problemsNot"] = [_named(item) for item in self.absent]
        if self.only:
            result["only"] = True
        return result


def _named(item: Named) -> Json:
    return {"code": item} if isinstance(item, str) else {"code": item[0], "pointer": item[1]}


NEVER = ("internal.error",)


def passes(
    *warnings: Named, only: bool = True, facts: Json | None = None, absent: Iterable[Named] = (), **checks: str
) -> Expectation:
    """It passes, with these warnings and (unless `only` is lifted) no other problem."""
    return Expectation(
        outcome="passed",
        checks={"proof": "passed", **checks},
        facts=facts or {},
        problems=warnings,
        absent=tuple(absent),
        only=only,
    )


def fails(*problems: Named, absent: Iterable[Named] = (), facts: Json | None = None, **checks: str) -> Expectation:
    """It fails, and these problems say why."""
    return Expectation(outcome="failed", checks=checks, facts=facts or {}, problems=problems, absent=(*NEVER, *absent))


def inconclusive(
    *problems: Named, absent: Iterable[Named] = (), facts: Json | None = None, **checks: str
) -> Expectation:
    """It cannot be decided, and these problems say why."""
    return Expectation(
        outcome="indeterminate", checks=checks, facts=facts or {}, problems=problems, absent=(*NEVER, *absent)
    )


def refused(*problems: Named, absent: Iterable[Named] = (), **checks: str) -> Expectation:
    """It does not pass; whether it fails or cannot be decided is left open."""
    return Expectation(outcome_not="passed", checks=checks, problems=problems, absent=(*NEVER, *absent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """An input, the world around it and what is expected. One of `document`, `text`, `base64` is given."""

    expect: Expectation
    document: Any = None
    text: str | None = None
    base64: str | None = None
    resources: Json = field(default_factory=dict)
    at: str = AT
    policy: Json = field(default_factory=dict)
    options: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row of the table."""

    id: str
    title: str
    description: str
    spec: tuple[str, ...]
    features: tuple[str, ...]
    importance: str
    build: Callable[[], Scenario]

    @property
    def file_name(self) -> str:
        return self.id.replace("/", "-") + ".json"

    def to_json(self) -> Json:
        scenario = self.build()
        result: Json = {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "spec": list(self.spec),
            "features": list(self.features),
            "importance": self.importance,
        }
        if scenario.text is not None:
            result["inputText"] = scenario.text
        elif scenario.base64 is not None:
            result["input"] = {"base64": scenario.base64}
        else:
            result["input"] = scenario.document
        for name in ("resources", "at", "policy", "options"):
            if value := getattr(scenario, name):
                result[name] = value
        result["expect"] = scenario.expect.to_json()
        return result


class Family:
    """The cases of one kind; their ids begin with its name."""

    def __init__(self, name: str, *features: str) -> None:
        self.name = name
        self.features = (name, *features)
        self.cases: list[Case] = []

    def case(
        self,
        title: str,
        *,
        spec: Sequence[str],
        importance: str = "high",
        features: Sequence[str] = (),
        name: str | None = None,
    ) -> Callable[[Callable[[], Scenario]], Callable[[], Scenario]]:
        """Enters the function as a case: its name is the case's, its docstring the description."""

        def enter(build: Callable[[], Scenario]) -> Callable[[], Scenario]:
            self.add(
                name or build.__name__.replace("_", "-"),
                title,
                inspect.getdoc(build) or "",
                build,
                spec=spec,
                importance=importance,
                features=features,
            )
            return build

        return enter

    def add(
        self,
        name: str,
        title: str,
        description: str,
        build: Callable[[], Scenario],
        *,
        spec: Sequence[str],
        importance: str = "high",
        features: Sequence[str] = (),
    ) -> None:
        """Enters one case of a row of cases that differ only in a value."""
        if not description:
            raise ValueError(f"{self.name}/{name} has no description")
        self.cases.append(
            Case(
                id=f"{self.name}/{name}",
                title=title,
                description=" ".join(description.split()),
                spec=tuple(spec),
                features=tuple(dict.fromkeys((*self.features, *features))),
                importance=importance,
                build=build,
            )
        )
