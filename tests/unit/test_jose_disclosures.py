"""Selective disclosure: digests to values, and nothing that the issuer did not hide (RFC 9901 §7.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cases.keyring import b64url
from cases.tokens import digest, disclosure, hide, hide_item
from hypothesis import given
from hypothesis import strategies as st

from vcverify.jose import disclose
from vcverify.limits import Limits
from vcverify.problems import ProblemError


def refusal(payload: Any, *disclosures: str, limits: Limits | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        disclose(payload, disclosures, limits or Limits())
    return caught.value.problem.code


def test_the_example_of_the_specification() -> None:
    """RFC 9901 §4.2.1: the disclosure of `family_name` and its digest."""
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert disclose({"_sd": [digest(text)]}, [text]).payload == {"family_name": "Möbius"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text("abc~é", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("uvwxyz"), JSON, max_size=5), st.randoms(use_true_random=False))
def test_what_is_hidden_and_disclosed_is_what_was_there(document: dict[str, Any], random: Any) -> None:
    """Whatever is hidden, at whatever depth, in whatever order it is disclosed."""
    hidden = json.loads(json.dumps(document))
    disclosures: list[str] = []
    # A salt is a function of the content here, so a content is hidden once only: digests do not stand twice.
    seen: set[str] = set()

    def visit(value: Any) -> None:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            visit(inner)
        if isinstance(value, dict):
            for name in list(value):
                text = disclosure(name, value[name])
                if name != "_sd" and random.random() < 0.5 and text not in seen:
                    seen.add(text)
                    disclosures.append(hide(value, name))
        elif isinstance(value, list):
            for at in range(len(value)):
                text = disclosure(value[at])
                if random.random() < 0.5 and text not in seen:
                    seen.add(text)
                    disclosures.append(hide_item(value, at))

    visit(hidden)
    random.shuffle(disclosures)
    assert disclose(hidden, disclosures).payload == document


def test_what_is_withheld_leaves_no_trace() -> None:
    """Neither digests nor placeholders nor the function's name."""
    payload: dict[str, Any] = {"a": 1, "b": [1, 2], "_sd_alg": "sha-256"}
    hide(payload, "a")
    hide_item(payload["b"], 0)
    assert disclose(payload, []) == ({"b": [2]}, 2)


def test_the_payload_is_not_changed() -> None:
    """It is what was signed."""
    payload: dict[str, Any] = {"a": {"b": 1}}
    text = hide(payload["a"], "b")
    before = json.dumps(payload)
    disclose(payload, [text])
    assert json.dumps(payload) == before


def test_a_digest_counts_wherever_it_stands_again() -> None:
    """In another object, as an element, inside a disclosed value."""
    text = disclosure("a", 1)
    inside = disclosure("x", {"_sd": [digest(text)]})
    element = disclosure(1)
    assert refusal({"_sd": [digest(text), digest(text)]}, text) == "jose.disclosure"
    assert refusal({"_sd": [digest(text)], "y": {"_sd": [digest(text)]}}, text) == "jose.disclosure"
    assert refusal({"_sd": [digest(text), digest(inside)]}, text, inside) == "jose.disclosure"
    assert refusal({"y": [{"...": digest(element)}, {"...": digest(element)}]}, element) == "jose.disclosure"
    assert refusal({"_sd": [digest("decoy")], "y": {"_sd": [digest("decoy")]}}) == "jose.disclosure"


def test_an_object_with_more_than_a_placeholder_is_none() -> None:
    """RFC 9901 §7.1 step 3: the key `...` and no other."""
    element = disclosure(1)
    assert refusal({"y": [{"...": digest(element), "z": 1}]}, element) == "jose.disclosure"


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "status", "_sd_alg"])
def test_claims_of_the_token_are_not_hidden(name: str) -> None:
    """A holder could withhold them; members of these names deeper inside are somebody else's."""
    text = disclosure(name, "x")
    assert refusal({"_sd": [digest(text)]}, text) == "jose.disclosure"
    assert disclose({"y": {"_sd": [digest(text)]}}, [text]).payload == {"y": {name: "x"}}


@pytest.mark.parametrize(
    "text", ["", "!", "e30", b64url(b"[]"), b64url(b'["salt"]'), b64url(b'[1,"a",2]'), b64url(b"[")]
)
def test_other_texts_are_no_disclosures(text: str) -> None:
    """Not base64url, not JSON, not an array of two or three with a salt."""
    assert refusal({"_sd": [digest(text)]}, text) == "jose.disclosure"


def test_disclosed_json_is_as_strict_as_all_json() -> None:
    """Duplicate members, and depth: each disclosure, and all together."""
    twice = b64url(b'["salt","a",{"b":1,"b":2}]')
    assert refusal({"_sd": [digest(twice)]}, twice) == "jose.disclosure"
    deep = b64url(b'["salt","a",' + b"[" * 99 + b"]" * 99 + b"]")
    assert refusal({"_sd": [digest(deep)]}, deep) == "limit.exceeded"
    payload: dict[str, Any] = {"a": {"b": [{"c": 1}]}}
    texts = [hide(payload["a"]["b"][0], "c"), hide_item(payload["a"]["b"], 0), hide(payload["a"], "b")]
    assert disclose(payload, texts, Limits(json_depth=4)).payload == {"a": {"b": [{"c": 1}]}}
    assert refusal(payload, *texts, limits=Limits(json_depth=3)) == "limit.exceeded"


@pytest.mark.parametrize("algorithm", ["sha-224", "SHA-256", "", None, 1, ["sha-256"]])
def test_other_functions_are_not_known(algorithm: Any) -> None:
    """Names are exact (IANA Named Information Hash Algorithm registry)."""
    assert refusal({"_sd_alg": algorithm}) == "jose.disclosure"
