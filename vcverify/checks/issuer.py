"""Is the key the issuer's, and how well is it bound? (VC Data Integrity §5.9, CID 1.0 §3.3)"""

from __future__ import annotations

from collections.abc import Iterator

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.credential import Credential
from vcverify.identifiers import VerificationMethod, shares_authority
from vcverify.policy import BINDINGS
from vcverify.problems import Fact, problem, quote


def issuer(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """The best binding that one of the proofs' keys has to the issuer (of a presentation: the holder)."""
    if not env.methods:
        yield NotRun("the document has no proof of its own")
        return
    term = vocabulary.HOLDER if credential.is_presentation else vocabulary.ISSUER
    name = credential.issuer
    if name is None and credential.is_presentation:
        yield Fact("controller", env.methods[0].controller)
        yield Fact("binding", "unbound")
        return
    graded = [(grade_of(candidate, name), candidate) for candidate in env.methods]
    grade, best = graded[0] if len(graded) == 1 else min(graded, key=lambda pair: BINDINGS.index(pair[0]))
    yield Fact("binding", grade)
    yield Fact("controller", best.controller)
    if env.policy.accepts_binding(grade):  # CHECK: a weaker binding than the policy takes
        return
    where = credential.root.where(term)
    said = "holder" if credential.is_presentation else "issuer"
    if grade == "unbound":  # CHECK: another's key
        yield problem(
            "issuer.unbound",
            f"The signature holds, but its key belongs to {quote(best.controller)}, not to the {said}.",
            where,
            expected=name or f"one {said}",
            found=best.controller,
        )
    else:
        why = f" Its document could not be had: {quote(best.unavailable)}." if best.unavailable is not None else ""
        yield problem(
            "issuer.self-asserted",
            f"The key is bound to the {said} only as {grade}; the policy asks for {env.policy.minimum_binding}.{why}",
            where,
            expected=env.policy.minimum_binding,
            found=grade,
        )


def grade_of(method: VerificationMethod, issuer_id: str | None) -> str:
    """The grade of `policy.BINDINGS` that ties the method to the issuer.

    A JWK by URL is the issuer's where it stands at the issuer's own host (OB 3.0 implementation guide).
    """
    if method.source == "key-set":
        bound = issuer_id is not None and shares_authority(method.document_url, issuer_id)
        return "jwks" if bound else "unbound"
    if issuer_id is None or method.controller != issuer_id:
        return "unbound"
    return {"document": "resolved", "did-key": "did-key", "did-jwk": "did-key"}.get(method.source, "self-asserted")
