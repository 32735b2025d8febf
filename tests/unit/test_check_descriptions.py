"""Whether one achievement is told in one way, wherever a record describes it."""

from __future__ import annotations

import pytest
from cases.documents import achievement, badge

from vcverify import vocabulary
from vcverify.checks.descriptions import conflicts
from vcverify.credential import read_json


@pytest.mark.parametrize(
    ("one", "other", "conflict"), [(3, 3.0, False), (3, "3.0E0", False), (3, 30, True), ("three", "many", True)]
)
def test_credits_are_compared_as_numbers_where_they_are_some(one: object, other: object, conflict: bool) -> None:
    """Signed statements write 3 in other ways than JSON does."""
    places = []
    for value in (one, other):
        credential = read_json(badge(achieved=achievement("a", creditsAvailable=value)))
        (node,) = credential.subjects[0].nodes(vocabulary.ACHIEVEMENT)
        places.append((node, ""))
    found = list(conflicts({"urn:a": places}))
    assert bool(found) is conflict
