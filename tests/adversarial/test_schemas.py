"""Schemas that a stranger wrote to cost much, to lead elsewhere, or to mean nothing."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from vcverify import jsonschemas
from vcverify.jsonschemas import Failure, Indeterminate, Success, Verdict
from vcverify.jsonschemas.patterns import states_of
from vcverify.limits import DEFAULT_LIMITS, KIB

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SECONDS = 2.0
"""Of processor time: what a hostile document may cost at most."""


def judged(schema: Any, document: Any = None) -> Verdict:
    body = schema if isinstance(schema, bytes) else json.dumps({"$schema": DIALECT, **schema}).encode()
    read = jsonschemas.read(body)
    return read if isinstance(read, Indeterminate) else read.judge({} if document is None else document)


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """No schema may cost more than the limit, whatever comes of it."""
    start = time.thread_time()
    yield
    assert time.thread_time() - start < SECONDS


def refers(count: int, width: int, last: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Definitions that each apply the one before `width` times."""
    steps = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n - 1}"}] * width, **more} for n in range(1, count)}
    return {"$defs": {"d0": last, **steps}, "$ref": f"#/$defs/d{count - 1}"}


def test_a_simple_schema_is_evaluated() -> None:
    """The control: without it every refusal below would be worth nothing."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert judged(schema, {"a": 1}) == Success()
    assert isinstance(judged(schema, {"a": "1"}), Failure)
    assert isinstance(judged(schema, {}), Failure)


@pytest.mark.parametrize(
    "reference",
    [
        "https://example.com/other.json",
        "http://127.0.0.1:1/other.json",
        "file:///etc/passwd",
        "other.json",
        "urn:example:other",
        "https://example.com/own.json/../other.json",
        "//example.com/other.json",
        "http://[",
    ],
)
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_no_reference_leaves_the_document(reference: str, keyword: str) -> None:
    """A schema that fetches could reach the verifier's own network, and mean another thing tomorrow."""
    verdict = judged({"$id": "https://example.com/own.json", "properties": {"a": {keyword: reference}}})
    assert isinstance(verdict, Indeterminate)
    assert verdict.code == "schema.unsupported"


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {
            "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
            "properties": {"never": {"$ref": "#/$defs/a"}},
        },
        {"$defs": {"a": {"allOf": [{"not": {"$ref": "#/$defs/a"}}]}}, "$ref": "#/$defs/a"},
        {"anyOf": [{"type": "object"}, {"if": {"$ref": "#"}}]},
        {"$dynamicAnchor": "a", "$dynamicRef": "#a"},
        {"$anchor": "a", "dependentSchemas": {"x": {"$ref": "#a"}}},
    ],
)
def test_references_in_a_circle_are_refused(schema: dict[str, Any]) -> None:
    """Such a schema means nothing; validators answer what they like, or not at all."""
    verdict = judged(schema)
    assert isinstance(verdict, Indeterminate)
    assert "circle" in verdict.reason


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("keyword", ["unevaluatedProperties", None])
def test_a_schema_that_doubles_its_work_is_not_evaluated(width: int, keyword: str | None) -> None:
    """Forty definitions, a kilobyte each way, would run for years; the validator cannot be stopped."""
    more = {keyword: True} if keyword else {}
    verdict = judged(refers(40, width, {"type": "object"}, **more), {"a": 1})
    assert isinstance(verdict, Indeterminate)
    assert "too much work" in verdict.reason


def test_a_schema_that_doubles_its_work_by_depth_is_not_evaluated() -> None:
    """The same across the levels of a document, where no two steps look at one value."""
    node = {"allOf": [{"properties": {"a": {"$ref": "#/$defs/n"}}, "minProperties": n} for n in (0, 1)]}
    document: dict[str, Any] = {"a": 1}
    for _ in range(40):
        document = {"a": document}
    assert isinstance(judged({"$defs": {"n": node}, "$ref": "#/$defs/n"}, document), Indeterminate)


def test_a_long_chain_of_references_is_refused() -> None:
    """Each reference is a call of the validator on a stack that nobody knows the size of."""
    verdict = judged(refers(2_000, 1, {"type": "object"}))
    assert isinstance(verdict, Indeterminate)
    assert "too deep" in verdict.reason


def test_the_longest_chain_fits_on_a_small_stack() -> None:
    """Threads of other systems have half a megabyte."""
    schema = refers(98, 1, {"type": "object"})
    results: list[Verdict] = []
    size = threading.stack_size(512 * KIB)
    try:
        thread = threading.Thread(target=lambda: results.append(judged(schema)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
    assert results == [Success()]


@pytest.mark.parametrize("pattern", ["(?=a)a", "(?!a)b", "(?<=a)b", r"(a)\1", "(?<n>a)\\k<n>", "(", "a{2,1}", "(?>a)"])
def test_expressions_that_are_not_linear_are_refused(pattern: str) -> None:
    """Look-around and back-references need a backtracking engine, which a text can keep busy for ever."""
    assert isinstance(judged({"pattern": pattern}, "a"), Indeterminate)
    assert isinstance(judged({"patternProperties": {pattern: {}}}, {}), Indeterminate)


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|a)*$", "^(a|b|ab)*c$", "(x+x+)+y", r"^([a-zA-Z0-9_.\-])+@(([a-z])+.)+$"]
)
def test_expressions_that_backtrack_elsewhere_are_quick(pattern: str) -> None:
    """They are legal, so they must be answered, and soon."""
    text = "a" * 100_000 + "!"
    assert judged({"pattern": pattern}, text) in (Success(), *_failures({"pattern": pattern}, text))


def _failures(schema: dict[str, Any], document: Any) -> tuple[Verdict, ...]:
    verdict = judged(schema, document)
    return (verdict,) if isinstance(verdict, Failure) else ()


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(a|b|ab|ba|aab|bba){1,2000}x"},
        {"pattern": "[ab]{500}a[ab]{500}[^ab]"},
        {"patternProperties": {"(a|b|ab|ba|aab|bba){1,2000}x": True}},
        {"propertyNames": {"pattern": "(a|b|ab|ba|aab|bba){1,2000}x"}},
    ],
)
def test_a_large_expression_is_not_run_over_a_large_text(schema: dict[str, Any]) -> None:
    """A linear engine takes time in proportion to text and expression: a megabyte by thousands is minutes."""
    text = "ab" * 400_000
    document = text if "pattern" in schema else {text: 1}
    assert isinstance(judged(schema, document), Indeterminate)
    assert not isinstance(judged(schema, "ab" if "pattern" in schema else {"ab": 1}), Indeterminate)


def test_expressions_that_grow_are_refused_before_they_are_compiled() -> None:
    """Compiling takes time and memory too."""
    for pattern in ("((a{100}){100}){100}", "a{1000}{1000}", r"\p{L}{1,999}"):
        assert isinstance(judged({"pattern": pattern}, "a"), Indeterminate)
    many = {"allOf": [{"pattern": f"(a{{100}}b?){{90}}{n}"} for n in range(200)]}
    assert isinstance(judged(many, "a"), Indeterminate)


@pytest.mark.parametrize(
    ("pattern", "states"),
    [("abc", 3), ("a{10}", 10), ("(ab){3}c", 7), (r"\d{4}-\d{2}", 7), ("[^]x]{5}", 5), ("{a}", 3)],
)
def test_the_size_of_an_expression_is_about_its_states(pattern: str, states: int) -> None:
    """An estimate far too large would refuse honest schemas."""
    assert states <= states_of(pattern) <= 2 * states


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"true", "schema.unsupported"),
        (b"[]", "schema.unsupported"),
        (b'"text"', "schema.unsupported"),
        (b"{", "schema.unsupported"),
        (b"", "schema.unsupported"),
        (b"\xff", "schema.unsupported"),
        (b'{"type": "object"}', "schema.unsupported"),
        (b'{"$schema": null}', "schema.unsupported"),
        (b'{"$schema": ["https://json-schema.org/draft/2020-12/schema"]}', "schema.unsupported"),
        (b'{"$schema": "http://json-schema.org/draft-04/schema#"}', "schema.unsupported"),
        (b'{"$schema": "https://example.com/dialect"}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema##"}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$schema": "x"}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "objects"}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": []}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": 5}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/nowhere"}', "schema.unsupported"),
        (b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#nowhere"}', "schema.unsupported"),
        (
            b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "a": ' + b"[" * 1_000 + b"]" * 1_000 + b"}",
            "limit.exceeded",
        ),
        (b'{"$schema": "x"' + b" " * (256 * KIB) + b"}", "limit.exceeded"),
    ],
)
def test_what_is_no_usable_schema_decides_nothing(body: bytes, code: str) -> None:
    """Neither a pass nor a fail of the credential: nobody can say (VC JSON Schema §4)."""
    verdict = judged(body)
    assert isinstance(verdict, Indeterminate)
    assert verdict.code == code


def test_the_limits_hold_to_the_byte() -> None:
    """A limit is tested at it and past it."""
    body = json.dumps({"$schema": DIALECT, "type": "object"}).encode()
    limits = replace(DEFAULT_LIMITS, schema_bytes=len(body))
    assert not isinstance(jsonschemas.read(body, limits), Indeterminate)
    assert isinstance(jsonschemas.read(body + b" ", limits), Indeterminate)


def test_the_time_of_the_policy_counts() -> None:
    """A caller who trusts a source may give it more, and one in a hurry less."""
    read = jsonschemas.read(json.dumps({"$schema": DIALECT, **refers(12, 2, {"type": "object"})}).encode())
    assert not isinstance(read, Indeterminate)
    assert read.judge({}, replace(DEFAULT_LIMITS, schema_seconds=1.0)) == Success()
    assert isinstance(read.judge({}, replace(DEFAULT_LIMITS, schema_seconds=0.0001)), Indeterminate)


def test_many_errors_are_told_by_a_few() -> None:
    """A hundred thousand places help nobody, and each would hold a copy of what is wrong."""
    members = [{"type": ["VerifiableCredential"], "issuer": {"n": n}} for n in range(20_000)]
    url = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
    schema = jsonschemas.published(url)
    assert schema is not None
    verdict = schema.judge({"credentialSubject": {"verifiableCredential": members}})
    assert isinstance(verdict, Failure)
    assert 1 <= len(verdict.places) <= 20


def test_places_are_shown_safely() -> None:
    """What the document says goes into reports: short, and without what a terminal would obey."""
    name = "\x1b[31m\u202e" + "x" * 1_000_000
    verdict = judged({"additionalProperties": False, "properties": {"a": {"const": 1}}}, {name: 1, "a": name})
    assert isinstance(verdict, Failure)
    for place in verdict.places:
        shown = f"{place.detail}{place.expected}{place.found}"
        assert len(shown) < 1_000
        assert not re.search("[\x00-\x1f\u202e]", shown)


def test_an_object_that_looks_like_a_schema_is_compared_as_data() -> None:
    """`$id` and `$ref` inside `const`, `enum` or `default` are values; reading them as schemas would refuse good ones."""
    schema = {
        "enum": [{"$ref": "https://example.com/x"}, {"$id": "https://example.com/y", "$ref": "#/a"}],
        "default": {"$ref": "x"},
    }
    assert judged(schema, {"$ref": "https://example.com/x"}) == Success()


def test_threads_share_a_schema() -> None:
    """One service, many requests: a compiled schema is kept and used by all of them."""
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}, "required": ["n"]}
    wrong: list[Any] = []

    def work(seed: int) -> None:
        for n in range(300):
            good = judged(schema, {"n": n * seed}) == Success()
            bad = isinstance(judged(schema, {"n": -1 - n}), Failure)
            if not good or not bad:
                wrong.append((seed, n))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
