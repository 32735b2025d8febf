"""Contexts of a document's own, by which signed JSON could say what its readers do not look for."""

from __future__ import annotations

from typing import Any

import pytest

from vcverify.suites.aliases import other_names

UNTIL = "https://www.w3.org/2018/credentials#validUntil"


@pytest.mark.parametrize(
    "context",
    [
        {"until": UNTIL},
        {"@context": {"until": UNTIL}},
        [[{"until": UNTIL}]],
        {"wrapper": {"@id": "https://school.example/#wrapper", "@context": [{"until": {"@id": UNTIL}}]}},
    ],
    ids=["plain", "in a wrapper", "in arrays", "in a definition"],
)
def test_another_name_is_found_wherever_it_stands(context: Any) -> None:
    """The forms that contexts take are not a place to hide in."""
    found = list(other_names({"@context": ["https://www.w3.org/ns/credentials/v2", context]}))
    assert [(problem.code, problem.pointer.startswith("/@context/1")) for problem in found] == [
        ("terms.redefined", True)
    ]


def test_what_means_nothing_or_something_else_is_left_alone() -> None:
    """Names of other vocabularies, names that are taken away and flags rename nothing."""
    context = {"remark": "https://school.example/#remark", "gone": None, "@protected": True, "validUntil": UNTIL}
    assert list(other_names({"@context": context})) == []
