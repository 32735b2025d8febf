"""The catalogue as a whole: every family has its file, and every open line is decided in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases.registry import Scenario
from support.catalogue import CHECKOUT, Attacks, Line, gaps, lines, rejected, table

MODEL = CHECKOUT / "docs" / "security-model.md"
HERE = Path(__file__).parent


def decided() -> dict[str, str]:
    """By line: the decision that the page on security tells."""
    text = MODEL.read_text(encoding="utf-8").partition("## Decided where the standards leave it open")[2]
    rows = re.findall(r"^\| (.*?) \| (.*) \|$", text.partition("\n## ")[0], re.MULTILINE)
    return {name: decision for question, decision in rows for name in re.findall(r"\b[A-M]\d\d\b", question)}


def test_every_open_line_is_decided_in_writing() -> None:
    """Where either answer is defensible, users have to be able to look up ours."""
    open_lines = {line.id for line in lines().values() if line.policy}
    assert open_lines <= decided().keys()
    assert all(decision.strip() for decision in decided().values())


def test_no_decision_is_about_nothing() -> None:
    """A line that is named in the page stands in the catalogue."""
    assert decided().keys() <= lines().keys()


def test_every_family_has_its_file() -> None:
    """A family without a file would be without attacks, and no test would say so."""
    letters = {
        letter
        for path in HERE.glob("test_*.py")
        for letter in path.name.split("_")[1]
        if len(path.name.split("_")[1]) < 3
    }
    for letter in {line.id[0] for line in lines().values()}:
        assert letter.lower() in letters, letter


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("A04", "A04: nothing shows it"),
        ("A04  input-nann", "A04: there is no input-nann"),
        ("A04  #nothing", "A04: there is no #nothing"),
        ("A04  adversarial/test_catalogue.py::test_nothing", "A04: there is no test"),
        ("A04  suites-eddsa-rdfc-2022", "A04: suites-eddsa-rdfc-2022 is judged otherwise"),
        ("A33  input-nan", "A33: input-nan is judged otherwise"),
        ("A99  input-nan", "A99: not in the catalogue"),
    ],
)
def test_a_table_with_a_gap_is_found(row: str, fault: str) -> None:
    """The tables of the families are held by this; it has to be able to say no."""
    found = gaps("A", table(row), Attacks("a"))
    assert any(item.startswith(fault) for item in found), found


def test_a_line_has_an_id_a_verdict_and_an_attack() -> None:
    """The catalogue is read by columns."""
    assert len(lines()) == 332
    for line in lines().values():
        assert re.fullmatch(r"[A-M]\d\d[a-g]?", line.id)
        assert line.verdict in {"reject", "accept", "safe"}
        assert line.text
    assert lines()["A09"] == Line("A09", "reject", True, "integer beyond 2**53 (signed 9007199254740993)")


def test_an_attack_has_a_reason() -> None:
    """Its docstring says what is attacked."""

    def undocumented() -> Scenario:
        return Scenario(text="", expect=rejected())

    with pytest.raises(AssertionError):
        Attacks("x")(undocumented)
