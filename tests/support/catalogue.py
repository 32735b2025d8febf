"""The catalogue of attacks (tests/adversarial/catalogue.txt), and the attacks that show its lines.

ATTACKS = Attacks("a")      the attacks of a family: documented functions, each answering a `Scenario`
table(text)                 which cases, attacks and tests show which line
gaps(letter, shown, ...)    what is wrong with such a table
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases.registry import Expectation, Scenario

CHECKOUT = Path(__file__).resolve().parents[2]
CASES = CHECKOUT / "test_vectors" / "cases"

Shown = Mapping[str, tuple[str, ...]]
"""By line: names of cases, `#name` of attacks of the family's own, `folder/file.py::name` of tests. `=name` is an
attack that is a respelling of the same signed statements: accepted, and read as what was signed. A sentence in
parentheses says why there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the catalogue. `verdict` is "reject", "accept" or "safe"; `policy`: either way is defensible."""

    id: str
    verdict: str
    policy: bool
    text: str


@functools.cache
def lines() -> dict[str, Line]:
    """The catalogue, by id."""
    found = {}
    for row in (CHECKOUT / "tests" / "adversarial" / "catalogue.txt").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            verdict = row[5:21].strip()
            line = Line(row[:4].strip(), verdict.partition(" ")[0], verdict.endswith("(policy)"), row[21:])
            found[line.id] = line
    return found


class Attacks(Mapping[str, Callable[[], Scenario]]):
    """The attacks of one family, by name; a decorator enters each."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._builders: dict[str, Callable[[], Scenario]] = {}
        self._expected: dict[str, dict[str, Any]] = {}

    def __call__(self, build: Callable[[], Scenario]) -> Callable[[], Scenario]:
        assert inspect.getdoc(build), build.__name__
        self.add(build.__name__, build)
        return build

    def add(self, name: str, build: Callable[[], Scenario]) -> None:
        """Enters one of a row of attacks that differ only in a value."""
        assert name not in self._builders, name
        self._builders[name] = build

    def __getitem__(self, name: str) -> Callable[[], Scenario]:
        return self._builders[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)

    def expectation(self, name: str) -> dict[str, Any]:
        """What the attack expects; remembered, because attacks are dear to build."""
        if name not in self._expected:
            self._expected[name] = self[name]().expect.to_json()
        return self._expected[name]

    def case(self, name: str) -> dict[str, Any]:
        """The attack as a case (docs/cases.md)."""
        scenario = self[name]()
        case: dict[str, Any] = {"id": f"{self.family}/{name}", "title": name}
        if scenario.text is not None:
            case["inputText"] = scenario.text
        elif scenario.base64 is not None:
            case["input"] = {"base64": scenario.base64}
        else:
            case["input"] = scenario.document
        for member in ("resources", "at", "policy", "options"):
            if value := getattr(scenario, member):
                case[member] = value
        self._expected[name] = scenario.expect.to_json()
        return {**case, "expect": self._expected[name]}


def table(text: str) -> Shown:
    """A line of the text for each line of the catalogue: its id, and what shows it."""
    found: dict[str, tuple[str, ...]] = {}
    for row in text.strip().splitlines():
        line, _, rest = row.partition(" ")
        assert line not in found, line
        found[line] = (rest.strip(),) if rest.strip().startswith("(") else tuple(rest.split())
    return found


def gaps(letters: str, shown: Shown, attacks: Attacks) -> list[str]:
    """Lines that nothing shows, names of nothing, and verdicts that are not the catalogue's."""
    wanted = {line.id: line for line in lines().values() if line.id[0] in letters}
    found = [f"{name}: nothing shows it" for name in wanted if not shown.get(name)]
    found += [f"{name}: not in the catalogue" for name in shown if name not in wanted]
    for line in wanted.values():
        for name in shown.get(line.id, ()):
            found += [f"{line.id}: {fault}" for fault in _faults(line, name, attacks)]
    return found


def _faults(line: Line, name: str, attacks: Attacks) -> Iterator[str]:
    if name.startswith("("):
        return
    if "::" in name:
        file, _, test = name.partition("::")
        path = CHECKOUT / "tests" / file
        if not path.is_file() or f"\ndef {test}(" not in path.read_text(encoding="utf-8"):
            yield f"there is no test {name}"
        return
    expect = _expectation(name, attacks)
    if expect is None:
        yield f"there is no {name}"
    elif line.policy or line.verdict == "safe":
        return
    elif (expect.get("outcome") == "passed") != (line.verdict == "accept" or name.startswith("=")):
        yield f"{name} is judged otherwise"


def _expectation(name: str, attacks: Attacks) -> dict[str, Any] | None:
    if name[0] in "#=":
        return attacks.expectation(name[1:]) if name[1:] in attacks else None
    path = CASES / f"{name}.json"
    if not path.is_file():
        return None
    expect: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["expect"]
    return expect


def rejected(*codes: str) -> Expectation:
    """It does not pass, and these problems are among the reasons."""
    return Expectation(outcome_not="passed", problems=codes)


def accepted(*warnings: str) -> Expectation:
    """It passes, with these warnings and perhaps others."""
    return Expectation(outcome="passed", problems=warnings)
