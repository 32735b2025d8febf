"""Several proofs: which of them vouch, the best bound first, and what is said of them (VC Data Integrity §4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from vcverify.checks.issuer import grade_of
from vcverify.datetimes import format_instant
from vcverify.documents import EmbeddedDocument, contexts_in
from vcverify.jsontypes import JsonObject, as_list, line
from vcverify.policy import BINDINGS, Policy
from vcverify.problems import Problem, Severity, problem
from vcverify.proving import ProofResult
from vcverify.report import NO_FACTS
from vcverify.suites.aliases import FAMILIAR
from vcverify.suites.proofs import Proof


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


def as_signed(document: EmbeddedDocument, proof: Proof) -> tuple[EmbeddedDocument, list[Problem]]:
    """The document under the contexts that its JCS proof was made with, and those that were added since.

    Further contexts may follow those of the proof (VC-DI-EDDSA §3.3.2); they were not signed, so nothing
    is judged by them.
    """
    if "@context" not in proof.value or proof.value["@context"] == document.received.get("@context"):
        return document, []
    signed = {"@context": proof.value["@context"]}
    count = len(as_list(proof.value["@context"]))
    added = [
        problem(
            "terms.form",
            "This context was added after signing; the document is judged without it.",
            f"/@context/{at}",
            expected=f"the {count} contexts that the proof names",
            spec="VC-DI-EDDSA §3.3.2",
            remedy="Leave out what the issuer did not sign.",
        )
        for at in range(count, len(as_list(document.received.get("@context"))))
    ]
    return replace(document, received=document.received | signed, unsecured=document.unsecured | signed), added


_ABSENT: Final = "does not tell it from an absent member."
"""How a note ends on null members and empty arrays (`jsonld.ground`)."""


def hides_from_json(document: JsonObject, problems: Sequence[Problem]) -> bool:
    """Whether the JSON says something under another name than the contexts give it.

    Members that say nothing hide nothing; a context of the document's own does where it names what the
    published vocabularies already name.
    """
    for item in problems:
        if item.code != "terms.form" or item.detail.endswith(_ABSENT):
            continue
        if "@context" not in item.pointer:  # CHECK: statements by other names than the JSON's
            return True
        # CHECK: a context of its own over known names
        if any(iri in line(part) for part in contexts_in(document) if isinstance(part, dict) for iri in FAMILIAR):
            return True
    return False
