"""One text for one JSON value, and none for what JSON cannot say."""

from __future__ import annotations

from typing import Any

import pytest

from vcverify.jcs import canonicalize
from vcverify.problems import ProblemError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}"),
        ([], "[]"),
        ([{}, [], "", None, True, False, 0, -1], '[{},[],"",null,true,false,0,-1]'),
        ({"b": 1, "a": {"d": 2, "c": [3]}}, '{"a":{"c":[3],"d":2},"b":1}'),
        ({"": 1, "A": 2, "a": 3, "\u00e9": 4}, '{"":1,"A":2,"a":3,"\u00e9":4}'),
        ({"\ufb33": 1, "\U0001f602": 2}, '{"\U0001f602":2,"\ufb33":1}'),
        (2**53 - 1, "9007199254740991"),
        (1.0, "1"),
        ('\b\t\n\f\r"\\/\x01\x7f\u2028', '"\\b\\t\\n\\f\\r\\"\\\\/\\u0001\x7f\u2028"'),
    ],
)
def test_members_are_sorted_and_nothing_is_spaced(value: Any, text: str) -> None:
    """By UTF-16 code units (§3.2.3), which is not the order of code points beyond the basic plane."""
    assert canonicalize(value) == text.encode()


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), float("nan"), float("inf"), -float("inf"), "\ud800", {"\udfff": 1}, {"\ud800": 1, "a": 2}],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    """The strict reader lets none of it in; a caller's own value might have it."""
    for where in (value, [value], {"a": value}):
        with pytest.raises(ProblemError) as error:
            canonicalize(where)
        assert error.value.problem.code == "input.malformed"
