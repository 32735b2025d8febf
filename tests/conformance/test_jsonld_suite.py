"""The JSON-LD 1.1 suites (toRdf and expand) on both engines; what is left out is said here, test by test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.vectors import VECTORS

from vcverify.jsonld import Contexts, RdfDocument, judge, pyld_engine, to_rdf
from vcverify.jsonld.documents import NO_SPANS
from vcverify.jsonld.pyld_engine import Conversion
from vcverify.limits import DEFAULT_LIMITS, Limits
from vcverify.problems import ProblemError, refuse
from vcverify.rdf import canonicalize, parse_nquads

SUITE = VECTORS / "jsonld" / "json-ld-api"
BASE = "https://w3c.github.io/json-ld-api/tests/"
LIMITS = Limits(node_types=64, contexts_in_array=64)
"""The suite has nodes with more types, and arrays with more contexts, than a credential may have."""

NOT_OURS = {
    ("specVersion", "json-ld-1.0"): "about JSON-LD 1.0, which credentials do not use",
    ("processingMode", "json-ld-1.0"): "about processing mode json-ld-1.0, which credentials do not use",
    (
        "rdfDirection",
        "i18n-datatype",
    ): "no rdfDirection, as Data Integrity has it; that a direction is lost is reported",
    (
        "rdfDirection",
        "compound-literal",
    ): "no rdfDirection, as Data Integrity has it; that a direction is lost is reported",
    ("produceGeneralizedRdf", True): "statements with a blank node as predicate cannot be canonicalized",
}

LEFT_OUT = {
    "toRdf#te111": "an IRI with a second number sign: RFC 3987 forbids it, every signer's library keeps it, and so do we",
}

CODES = {"loading remote context failed": "terms.unknown-context"}
"""Where our code says what the suite's code says."""


def cases_of(name: str) -> Iterator[Any]:
    manifest = SUITE / f"{name}-manifest.jsonld"
    if not manifest.is_file():
        yield pytest.param({}, marks=pytest.mark.skip(reason="the shared vectors are not beside this checkout"))
        return
    for test in json.loads(manifest.read_bytes())["sequence"]:
        reason = reason_to_skip(f"{name}{test['@id']}", test)
        yield pytest.param(test, id=test["@id"][1:], marks=pytest.mark.skip(reason=reason) if reason else ())


def reason_to_skip(name: str, test: dict[str, Any]) -> str | None:
    option = test.get("option", {})
    for (key, value), reason in NOT_OURS.items():
        if option.get(key) == value:
            return reason
    for key in ("input", "expect"):
        if key in test and not (SUITE / test[key]).is_file():
            return "the vectors do not hold this file of the suite"
    return LEFT_OUT.get(name)


def load(url: str) -> Any:
    path = SUITE / url.removeprefix(BASE)
    if not url.startswith(BASE) or not path.is_file():
        raise refuse("terms.unknown-context", "Not in the suite.")
    return json.loads(path.read_bytes())


def processed(engine: str, test: dict[str, Any]) -> RdfDocument:
    option = test.get("option", {})
    document = json.loads((SUITE / test["input"]).read_bytes())
    if "expandContext" in option:
        outer = json.loads((SUITE / option["expandContext"]).read_bytes())["@context"]
        document = {**document, "@context": [outer, *([document["@context"]] if "@context" in document else [])]}
    contexts = Contexts(load, base=option.get("base", BASE + test["input"]))
    if engine == "pyld":
        return pyld_engine.statements(document, contexts, limits=LIMITS)
    return to_rdf(document, contexts, limits=LIMITS)


def stops_with(engine: str, test: dict[str, Any]) -> None:
    with pytest.raises(ProblemError) as stopped:
        processed(engine, test)
    code = test["expectErrorCode"]
    problem = stopped.value.problem
    assert problem.code == CODES.get(code, problem.code)
    assert code in CODES or f"({code})" in problem.detail


@pytest.fixture(autouse=True)
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite's documents define their own terms as they like; what we refuse of that is tested elsewhere."""
    monkeypatch.setattr(judge, "judge", lambda before, after: None)
    monkeypatch.setattr(judge, "refuse_form", lambda local: None)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("engine", ["fast", "pyld"])
@pytest.mark.parametrize("test", list(cases_of("toRdf")))
def test_the_statements_are_those_of_the_suite(engine: str, test: dict[str, Any]) -> None:
    """Equal as datasets; or processing stops with the suite's error."""
    if "expectErrorCode" in test:
        stops_with(engine, test)
        return
    found = canonicalize(processed(engine, test).statements).nquads
    if "expect" in test:
        expected = parse_nquads((SUITE / test["expect"]).read_bytes().decode("utf-8"))
        assert found == canonicalize(expected).nquads


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("engine", ["fast", "pyld"])
@pytest.mark.parametrize("test", list(cases_of("expand")))
def test_the_statements_are_those_of_the_expanded_document(engine: str, test: dict[str, Any]) -> None:
    """Expansion and conversion are one in the fast engine, so the expected expansion is converted first."""
    if "expectErrorCode" in test:
        stops_with(engine, test)
        return
    found = canonicalize(processed(engine, test).statements).nquads
    if "expect" in test:
        conversion = Conversion({}, DEFAULT_LIMITS, NO_SPANS, "")
        for item in json.loads((SUITE / test["expect"]).read_bytes()):
            conversion.free(item, "", None)
        assert found == canonicalize(conversion.statements).nquads


@pytest.mark.parametrize("name", ["toRdf", "expand"])
def test_every_test_that_is_left_out_is_in_the_suite(name: str, vectors: Path) -> None:
    """A reason that explains nothing any more is taken out."""
    ids = {name + test["@id"] for test in json.loads((SUITE / f"{name}-manifest.jsonld").read_bytes())["sequence"]}
    assert {left for left in LEFT_OUT if left.startswith(name)} <= ids
