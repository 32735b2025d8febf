"""The page of rules names what exists, and leaves no rule out."""

from __future__ import annotations

import re

import pytest
from conftest import CHECKOUT

PAGE = CHECKOUT / "docs" / "implemented-standards.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]


def test_every_rule_has_one_row_in_order() -> None:
    """A rule that is not here is a rule that nobody looks after."""
    assert [int(row[0]) for row in ROWS] == list(range(1, 55))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"rule-{row[0]}")
def test_a_rule_names_modules_and_cases_that_exist(row: list[str]) -> None:
    """Modules are renamed and cases are rewritten; the page has to follow."""
    _, rule, clause, modules, cases = row
    assert rule and clause
    for name in (named := re.findall(r"`([^`]+)`", modules)):
        assert (CHECKOUT / "vcverify" / name).is_file(), name
    assert named
    for name in (named := re.findall(r"`([^`]+)`", cases)):
        assert (CHECKOUT / "test_vectors" / "cases" / f"{name.replace('/', '-')}.json").is_file(), name
    assert named
