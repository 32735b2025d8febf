"""What was found of documents, as a SARIF 2.1.0 log: for editors and code scanning.

Each problem is a result whose logical location is the JSON Pointer; where the document is JSON text, its
physical location has line and column too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote as percent

from vcverify.formats.positions import Positions, Region
from vcverify.problems import CATALOGUE, Problem, Severity, printable
from vcverify.report import Report

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL: Final = {Severity.ERROR: "error", Severity.INCONCLUSIVE: "none", Severity.WARNING: "warning"}
_KIND: Final = {Severity.ERROR: "fail", Severity.INCONCLUSIVE: "open", Severity.WARNING: "fail"}
"""`open`: there was not enough to decide; its level has to be `none` (§3.27.9, §3.27.10)."""


@dataclass(frozen=True, slots=True)
class Linted:
    """A document by its path ("" for standard input), its bytes, and the report on it."""

    path: str
    data: bytes
    report: Report


def sarif(items: Iterable[Linted], *, version: str) -> dict[str, Any]:
    """One log of all documents.

    Args:
        version: Of this package.
    """
    rules: dict[str, int] = {}
    results = [result for item in items for result in _results(item, rules)]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "vcverify",
                        "semanticVersion": version,
                        "rules": [_rule(code) for code in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    kind = CATALOGUE[code]
    rule: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": f"{kind.title}."},
        "defaultConfiguration": {"level": "warning" if kind.severity is Severity.WARNING else "error"},
    }
    if kind.remedy:
        rule["help"] = {"text": kind.remedy}
    if kind.spec:
        rule["properties"] = {"specification": kind.spec}
    return rule


def _results(item: Linted, rules: dict[str, int]) -> Iterable[dict[str, Any]]:
    positions = Positions(item.data.decode("utf-8", "replace"))
    for problem in item.report.problems():
        rule = rules.setdefault(problem.code, len(rules))
        yield {
            "ruleId": problem.code,
            "ruleIndex": rule,
            "kind": _KIND[problem.severity],
            "level": _LEVEL[problem.severity],
            "message": {"text": _message(problem)},
            "locations": [_location(item.path, problem.pointer, positions.region(problem.pointer))],
        }


def _message(problem: Problem) -> str:
    told = [problem.detail]
    if problem.expected is not None:
        told.append(f"Expected: {problem.expected}.")
    if problem.found is not None:
        told.append(f"Found: {problem.found}.")
    if problem.remedy:
        told.append(problem.remedy)
    return " ".join(told)


def _location(path: str, pointer: str, region: Region | None) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if path:
        uri = percent(path.replace("\\", "/"), safe="/~!$&'()*+,;=@")
        place: dict[str, Any] = {"artifactLocation": {"uri": f"file://{uri}" if uri.startswith("/") else uri}}
        if region is not None:
            place["region"] = {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.end_line,
                "endColumn": region.end_column,
            }
        location["physicalLocation"] = place
    if pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(pointer), "kind": "value"}]
    return location
