"""The published RDF canonicalization suites: RDFC-1.0 (W3C) and its predecessor URDNA2015 (JSON-LD community)."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from vcverify.problems import ProblemError
from vcverify.rdf import canonicalize, parse_nquads

SUITES = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "rdf-canon"
RDFC10 = SUITES / "rdfc10-suite"
URDNA2015 = SUITES / "urdna2015-suite"

ESCAPED_OTHERWISE = "test060"
"""URDNA2015 writes U+0008, U+000C, U+007F and other controls raw, RDFC-1.0 escapes them (§5)."""


def _entries(kind: str) -> list[Any]:
    manifest = RDFC10 / "manifest.jsonld"
    if not manifest.is_file():
        return []
    return [
        pytest.param(entry, id=entry["id"].lstrip("#"))
        for entry in json.loads(manifest.read_text(encoding="utf-8"))["entries"]
        if entry["type"] == kind and (RDFC10 / entry["action"]).is_file()
    ]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _algorithm(entry: dict[str, str]) -> str:
    return entry.get("hashAlgorithm", "SHA256").lower()


@pytest.mark.parametrize("entry", _entries("rdfc:RDFC10EvalTest"))
def test_the_canonical_document_is_the_published_one(entry: dict[str, str]) -> None:
    """A signature is over these bytes."""
    canonical = canonicalize(parse_nquads(_text(RDFC10 / entry["action"])), hash_algorithm=_algorithm(entry))
    assert canonical.nquads == _text(RDFC10 / entry["result"])


@pytest.mark.parametrize("entry", _entries("rdfc:RDFC10MapTest"))
def test_the_issued_identifiers_are_the_published_ones(entry: dict[str, str]) -> None:
    """Selective disclosure names blank nodes by them."""
    canonical = canonicalize(parse_nquads(_text(RDFC10 / entry["action"])), hash_algorithm=_algorithm(entry))
    assert canonical.issued == json.loads(_text(RDFC10 / entry["result"]))


@pytest.mark.parametrize("entry", _entries("rdfc:RDFC10NegativeEvalTest"))
def test_a_poisoned_dataset_is_refused_in_half_a_second(entry: dict[str, str]) -> None:
    """Its cost is exponential (RDFC-1.0 §7.1)."""
    statements = parse_nquads(_text(RDFC10 / entry["action"]))
    began = time.thread_time()
    with pytest.raises(ProblemError) as refused:
        canonicalize(statements, hash_algorithm=_algorithm(entry))
    assert time.thread_time() - began < 0.5
    assert refused.value.problem.code == "limit.exceeded"


@pytest.mark.parametrize("path", sorted(URDNA2015.glob("*-in.nq")), ids=lambda path: path.name[:7])
def test_urdna2015_gives_the_same_but_for_escapes(path: Path) -> None:
    """RDFC-1.0 kept the algorithm; older signatures verify where no control character is signed."""
    ours = canonicalize(parse_nquads(_text(path))).nquads
    theirs = _text(path.with_name(path.name.replace("-in", "-urdna2015")))
    if path.name.startswith(ESCAPED_OTHERWISE):
        assert ours != theirs
        assert parse_nquads(ours) == parse_nquads(theirs)
    else:
        assert ours == theirs


def test_the_suites_were_found(vectors: Path) -> None:
    """A parametrized test with no entries says nothing."""
    assert len(_entries("rdfc:RDFC10EvalTest")) >= 40
    assert len(_entries("rdfc:RDFC10MapTest")) >= 15
    assert len(_entries("rdfc:RDFC10NegativeEvalTest")) >= 1
    assert any(_algorithm(entry.values[0]) == "sha384" for entry in _entries("rdfc:RDFC10EvalTest"))
    assert len(list(URDNA2015.glob("*-in.nq"))) >= 40
