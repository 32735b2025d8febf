"""The documents of the W3C VCDM 2.0 test suite that say by their file names whether they conform.

The suite fills them in before it sends them: an issuer where none is given, a date where a
placeholder stands. They are unsigned, so `lint` answers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.vectors import VECTORS

from vcverify.problems import Severity
from vcverify.verifier import Verifier

FOLDERS = (VECTORS / "vc" / "w3c-vcdm2-test-suite", VECTORS / "presentations" / "w3c-vcdm2-test-suite")
AT = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"
DATES = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2040-01-01T00:00:00Z"}

pytestmark = pytest.mark.skipif(not FOLDERS[0].is_dir(), reason="the suite's documents are not beside the checkout")

STRUCTURE = frozenset({"data_model", "terms"})

DIRECTION = (
    "DI §2.4.3: RDF has no place for @direction, so no RDFC-1.0 suite signs it; VCDM 2.0 §11.1 allows it. "
    "The data model is satisfied, and lint says what would not be covered."
)
EXCEPTIONS: dict[str, tuple[str, str, str]] = {
    "credential-description-language-direction-en-ok": ("terms.undefined", "/description/@direction", DIRECTION),
    "issuer-description-language-direction-en-ok": ("terms.undefined", "/issuer/description/@direction", DIRECTION),
    "issuer-name-language-direction-en-ok": ("terms.undefined", "/issuer/name/@direction", DIRECTION),
}
"""Documents that are answered in another way: by which problem, where, and why."""

ABOUT_KEYS = frozenset(
    {
        "presentation-self-asserted-vc-holder-mismatch",
        "presentation-self-asserted-vc-issuer-mismatch",
    }
)
"""Structurally sound; whom their proofs should belong to is no question of the data model."""

NO_ISSUER = "credential-no-issuer-fail"


def files() -> list[Any]:
    return [pytest.param(path, id=path.stem) for folder in FOLDERS for path in sorted(folder.rglob("*.json"))]


def filled_in(path: Path) -> dict[str, Any]:
    """The document as the suite sends it."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not path.stem.startswith("presentation-") and path.stem != NO_ISSUER:
        issuer = document.setdefault("issuer", ISSUER)
        if isinstance(issuer, dict):
            issuer.setdefault("id", ISSUER)
    for name in ("validFrom", "validUntil"):
        if document.get(name) in DATES:
            document[name] = DATES[document[name]]
    return document


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier()


@pytest.mark.parametrize("path", files())
def test_a_document_is_judged_as_its_name_says(path: Path, verifier: Verifier) -> None:
    """`-ok` has no problem of structure, `-fail` has one."""
    report = verifier.lint(filled_in(path), at=AT)
    problems = [
        (problem.code, problem.pointer)
        for problem in report.problems()
        if problem.severity is not Severity.WARNING
        and (problem.check in STRUCTURE or problem.code == "input.malformed")
    ]
    exception = EXCEPTIONS.get(path.stem)
    if exception is not None:
        assert problems == [exception[:2]]
        assert report.check("data_model").outcome == "passed"
    elif "-fail" in path.stem:
        assert problems
    else:
        assert path.stem.endswith("-ok") or path.stem in ABOUT_KEYS
        assert problems == []


def test_no_exception_outlives_its_document() -> None:
    """A table of exceptions that nothing uses hides what changed."""
    stems = {path.stem for folder in FOLDERS for path in folder.rglob("*.json")}
    assert len(stems) == 80
    assert EXCEPTIONS.keys() | ABOUT_KEYS <= stems
