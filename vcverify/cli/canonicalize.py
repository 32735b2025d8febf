"""`vcverify canonicalize`: the bytes that a signature covers, to be compared with somebody else's."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vcverify.cli.inputs import InputError, Source, byte_limit, world_of
from vcverify.cli.terminal import Terminal
from vcverify.jsontypes import JsonObject, JsonValue, loads
from vcverify.limits import DEFAULT_LIMITS
from vcverify.problems import Problem, ProblemError, Severity

if TYPE_CHECKING:
    from vcverify.suites.unsecured import Unsecured

DEFAULT_HASH: Final = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonicalized:
    """A canonical text, the algorithm that hashes it, and what of the document it does not say."""

    text: str
    hash_name: str
    problems: tuple[Problem, ...] = ()
    note: str = ""


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Prints the canonical form or its hash. Answers 1 where something of the document is not covered by it.

    A document without statements has an empty form, which a signature over it would share with every other such
    document: that is said, and answered with 1 as well.
    """
    data = Source(arguments.file).read(byte_limit(DEFAULT_LIMITS))
    try:
        canonical = _of_nquads(data, arguments) if arguments.form == "nquads" else _of_json(data, arguments)
    except ProblemError as error:
        terminal.complain_of(error.problem)
        return 1
    if arguments.hash:
        terminal.say(hashlib.new(canonical.hash_name, canonical.text.encode("utf-8")).hexdigest())
    else:
        terminal.exactly(canonical.text)
    if canonical.note:
        terminal.complain(canonical.note)
    if not canonical.text:
        terminal.complain(f"{Source(arguments.file).name}: there are no statements; a signature would cover nothing")
    for problem in canonical.problems:
        terminal.complain_of(problem)
    lost = any(problem.severity is Severity.ERROR for problem in canonical.problems)
    return 1 if lost or not canonical.text else 0


def _of_nquads(data: bytes, arguments: Namespace) -> Canonicalized:
    from vcverify.rdf import canonicalize, parse_nquads

    if arguments.proof_config or arguments.method == "jcs":
        raise InputError("--from nquads: statements have no proof and no JSON form")
    try:
        statements = parse_nquads(data.decode("utf-8"), DEFAULT_LIMITS)
    except UnicodeDecodeError as error:
        raise InputError(f"{Source(arguments.file).name}: not UTF-8: {error.reason} at byte {error.start}") from None
    hash_name = arguments.hash_algorithm or DEFAULT_HASH
    return Canonicalized(text=canonicalize(statements, hash_algorithm=hash_name).nquads, hash_name=hash_name)


def _of_json(data: bytes, arguments: Namespace) -> Canonicalized:
    value = loads(data, DEFAULT_LIMITS)
    proofs = _proofs(value)
    if arguments.proof_config or (arguments.method is None and proofs):
        if arguments.proof >= len(proofs):
            raise InputError(f"--proof {arguments.proof}: the document has {len(proofs)} proofs")
        return _of_proof(value, arguments)
    return _of_document(value, arguments)


def _proofs(value: JsonValue) -> list[JsonValue]:
    proof = value.get("proof") if isinstance(value, dict) else None
    return proof if isinstance(proof, list) else [] if proof is None else [proof]


def _of_document(value: JsonValue, arguments: Namespace) -> Canonicalized:
    """The document alone, by the method that was named, else RDFC-1.0."""
    from vcverify.jcs import canonicalize as canonical_json

    hash_name = arguments.hash_algorithm or DEFAULT_HASH
    unsecured = {name: item for name, item in value.items() if name != "proof"} if isinstance(value, dict) else value
    if arguments.method == "jcs":
        return Canonicalized(text=canonical_json(unsecured).decode("utf-8"), hash_name=hash_name)
    if not isinstance(unsecured, dict):
        raise InputError(f"{Source(arguments.file).name}: a JSON-LD document is an object; --method jcs takes any JSON")
    walk = _walk(unsecured, arguments)
    return Canonicalized(text=walk.canonical(hash_name).nquads, hash_name=hash_name, problems=tuple(walk.rdf.problems))


def _of_proof(value: JsonValue, arguments: Namespace) -> Canonicalized:
    """What the suite of the chosen proof hashes."""
    from vcverify import suites
    from vcverify.documents import embedded
    from vcverify.suites.data_integrity import DataIntegritySuite
    from vcverify.suites.proofs import read_proof

    assert isinstance(value, dict)
    document = embedded(value, DEFAULT_LIMITS)
    proof = read_proof(document.proofs[arguments.proof])
    suite = suites.find(proof.suite_name, proof.type)
    if not isinstance(suite, DataIntegritySuite):
        raise InputError(f"{proof.pointer}: no suite {proof.suite_name} is installed whose steps can be shown")
    hash_name = arguments.hash_algorithm or DEFAULT_HASH
    hashes = {algorithm.hash for algorithm in suite.keys.values()}
    note = ""
    if arguments.hash_algorithm is None and len(hashes) > 1:
        note = f"{suite.name} hashes with {' or '.join(sorted(hashes))}, by its key; --hash-algorithm chooses"
    walk = _walk(document.unsecured, arguments)
    if arguments.proof_config:
        text, problems = suite.proof_config(walk, proof, hash_name)
    else:
        text, _ = suite.transform.document_digest(walk, proof, hash_name)
        problems = suite.transform.read(walk, proof)[1]
    return Canonicalized(text=text, hash_name=hash_name, problems=tuple(problems), note=note)


def _walk(document: JsonObject, arguments: Namespace) -> Unsecured:
    from vcverify.suites.unsecured import Unsecured
    from vcverify.verifier import Verifier

    verifier = Verifier(loader=world_of(arguments, DEFAULT_LIMITS), engine=arguments.engine)
    return Unsecured(document, (verifier.contexts,), DEFAULT_LIMITS, arguments.engine)
