"""Several proofs: which of them vouch, the best bound first, and what is said of them (VC Data Integrity §4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vcverify.checks.issuer import grade_of
from vcverify.datetimes import format_instant
from vcverify.policy import BINDINGS, Policy
from vcverify.problems import Problem, Severity
from vcverify.proving import ProofResult
from vcverify.report import NO_FACTS


def weigh(results: Sequence[ProofResult], policy: Policy) -> tuple[list[Problem], list[ProofResult]]:
    """All problems of the proofs, and the proofs that vouch, the best bound first.

    Every supported proof must hold, unless the policy asks for any; unsupported ones beside one
    that holds are warnings.
    """
    if len(results) == 1:
        return list(results[0].problems), [results[0]] if results[0].verified is not None else []
    holding = sorted((result for result in results if result.holds), key=_rank)
    problems: list[Problem] = []
    for result in results:
        lenient = bool(holding) and not result.holds
        for item in result.problems:
            if lenient and (item.code == "proof.unsupported" or policy.proofs == "any"):
                item = replace(item, severity=Severity.WARNING)
            problems.append(item)
    vouching = holding or sorted((result for result in results if result.verified is not None), key=_rank)
    return problems, vouching


def _rank(result: ProofResult) -> tuple[int, bool, int]:
    """The best bound first; among these what does not depend on the order of the proofs: statements before
    JSON, and the fewest earlier proofs."""
    assert result.method is not None and result.verified is not None
    grade = BINDINGS.index(grade_of(result.method, result.verified.credential.issuer))
    return grade, result.verified.walk is None, len(result.proof.previous) if result.proof is not None else 0


def proof_facts(results: Sequence[ProofResult]) -> Mapping[str, Any]:
    """The facts of the `proof` check: of the first proof that could be read, and how many there are."""
    read = [result for result in results if result.proof is not None]
    if not read:
        return NO_FACTS
    proof = read[0].proof
    assert proof is not None
    facts: dict[str, Any] = {
        "type": proof.type,
        "cryptosuite": read[0].suite,
        "verificationMethod": proof.verification_method,
        "proofPurpose": proof.purpose,
    }
    if proof.created is not None:
        facts["created"] = format_instant(proof.created)
    if len(read) > 1:
        facts["proofs"] = len(read)
    return facts
