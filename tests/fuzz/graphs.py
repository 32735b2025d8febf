"""JSON-LD to canonical N-Quads: two engines that agree, and canonical text that stays what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from support.damage import damaged
from support.engines import explained, in_objects

from vcverify.jsonld import pyld_engine, to_rdf
from vcverify.jsontypes import JsonObject, loads
from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.rdf import Statement, canonicalize, parse_nquads, serialize
from vcverify.verifier import bundled_contexts

LIMITS = Limits(contexts=64, quads=2_000, canonicalization_seconds=0.2)
_CONTEXTS = ["https://www.w3.org/ns/credentials/v2"]

_UNLIKE_PYLD = (
    # A context in a wrapper: ours unwraps it whatever it holds, PyLD where that is an object.
    in_objects(lambda item: item.keys() == {"@context"}),
    # Names with a colon and no scheme: properties by §5.1.2 step 13.3, nothing to PyLD.
    in_objects(lambda item: any(":" in name and not _SCHEME.match(name) for name in _names(item))),
)


def _names(item: JsonObject) -> Iterator[str]:
    yield from item
    yield str(item.get("@vocab", ""))


_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")


def mutated(data: bytes, seed: int) -> bytes:
    """Another JSON document, or other N-Quads."""
    try:
        return damaged(json.loads(data), seed)
    except (ValueError, RecursionError):
        return damaged(data, seed)


def graph(data: bytes) -> None:
    """A document makes the same statements by both engines; N-Quads and their canonical form say the same.

    Data that begins with a brace is a document, anything else is N-Quads.
    """
    if data.startswith(b"{"):
        try:
            document = loads(data)
        except ProblemError:
            return
        assert isinstance(document, dict)
        _document(document)
    else:
        try:
            statements = parse_nquads(data.decode("utf-8", "replace"), LIMITS)
        except ProblemError as error:
            assert error.problem.code in ("input.malformed", "limit.exceeded")
            return
        assert parse_nquads(serialize(statements), LIMITS) == statements
        _canonical(statements)


def _document(document: JsonObject) -> None:
    if "@context" not in document:
        document = {"@context": list(_CONTEXTS), **document}
    before = json.dumps(document)
    ours = _outcome(document, "fast")
    theirs = _outcome(document, "pyld")
    assert json.dumps(document) == before
    if "limit.exceeded" in (ours, theirs) or ours == "terms.redefined":
        return  # what a document's own contexts may not do is a rule of ours
    if ours != theirs and not (_stopped(ours) and _stopped(theirs)):
        assert explained(document) or any(holds(document) for holds in _UNLIKE_PYLD), (ours, theirs)


def _stopped(outcome: str) -> bool:
    return outcome in ("terms.redefined", "terms.unknown-context", "input.malformed")


def _outcome(document: JsonObject, engine: str) -> str:
    """The canonical document, or the code of what stops the engine."""
    try:
        if engine == "fast":
            statements = to_rdf(document, bundled_contexts(()), limits=LIMITS).statements
        else:
            statements = pyld_engine.statements(document, bundled_contexts(()), limits=LIMITS).statements
        return _canonical(statements)
    except ProblemError as error:
        assert error.problem.code in ("terms.redefined", "terms.unknown-context", "input.malformed", "limit.exceeded")
        return error.problem.code


def _canonical(statements: list[Statement]) -> str:
    try:
        made = canonicalize(statements, limits=LIMITS)
    except ProblemError as error:
        assert error.problem.code == "limit.exceeded"
        return error.problem.code
    lines = made.nquads.split("\n")[:-1]
    assert lines == sorted(set(lines))
    assert len(lines) <= len(set(statements))
    again = parse_nquads(made.nquads, LIMITS)
    assert serialize(again) == made.nquads
    if made.issued:
        try:
            assert canonicalize(again, limits=LIMITS).nquads == made.nquads
            assert canonicalize(statements[::-1], limits=LIMITS).nquads == made.nquads
        except ProblemError as error:
            assert error.problem.code == "limit.exceeded"
    return made.nquads
