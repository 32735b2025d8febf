"""Every case of `test_vectors/cases`, replayed; and what the cases together have to show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vcverify.problems import CATALOGUE
from vcverify.replay import Replay, read_case, replay_case

FOLDER = Path(__file__).resolve().parents[2] / "test_vectors" / "cases"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}

NOT_YET: dict[str, str] = {}
"""Codes that no case expects, with the reason."""

NEVER = {"internal.error": "says that the verifier has a bug; no input may raise it"}


def _case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case


def _replay(path: Path, engine: str = "fast") -> Replay:
    return replay_case(read_case(path.read_text(encoding="utf-8"), path=path.name), engine=engine)


def _codes(replay: Replay) -> Iterator[str]:
    return (problem.code for problem in replay.report.problems())


@pytest.mark.parametrize("name", FILES)
def test_the_verifier_answers_as_the_case_says(name: str) -> None:
    """A case is what we promise; nothing in it may bring the verifier down either."""
    replay = _replay(FILES[name])
    assert not replay.mismatches, f"{replay.id}: " + "; ".join(replay.mismatches)
    assert "internal.error" not in set(_codes(replay))


@pytest.mark.long
def test_the_reference_engine_has_the_same_outcomes() -> None:
    """Which engine turns JSON into statements must not decide what is accepted."""
    differing = [name for name, path in FILES.items() if _replay(path, "pyld").outcome != _replay(path).outcome]
    assert differing == []


def test_every_code_is_expected_by_a_case() -> None:
    """A code that no case raises is a promise that nobody keeps: it is listed here with the reason."""
    expected = {problem["code"] for path in FILES.values() for problem in _case(path)["expect"].get("problems", [])}
    assert CATALOGUE.keys() - expected == NOT_YET.keys() | NEVER.keys()


def test_no_case_names_an_unknown_code() -> None:
    """A mistyped code in `problemsNot` would be absent for ever."""
    for path in FILES.values():
        expect = _case(path)["expect"]
        for problem in (*expect.get("problems", []), *expect.get("problemsNot", [])):
            assert problem["code"] in CATALOGUE, path.name


def test_two_cases_in_three_are_negative() -> None:
    """A verifier that says yes to everything must fail most of the cases."""
    negative = [path for path in FILES.values() if _case(path)["expect"].get("outcome") != "passed"]
    assert 3 * len(negative) >= 2 * len(FILES) >= 300


def test_every_case_says_what_it_is() -> None:
    """Whoever reads a failing case needs its reason and its clause; whoever picks cases needs their ids."""
    for name, path in FILES.items():
        case = _case(path)
        assert case["id"].replace("/", "-") == name
        assert case["title"] and case["description"] and case["spec"] and case["features"], name
        assert case["importance"] in {"critical", "high", "medium", "low"}, name
        assert {"outcome", "outcomeNot"} & case["expect"].keys(), name
        assert "at" in case, name
