"""From a token to what it vouches for: compact JWS, with disclosures or without (VC-JOSE-COSE, Open Badges 3.0 §8.2).

    1  Read: three parts, strictly; disclosures to their places; the document and its claims told apart.
    2  Header: what it must not say; whether it is that of such a document.
    3  Key: by `kid`, by `jwk`, or the issuer's only one.
    4  Signature.
    5  Claims: they agree with the document; key binding, nonce and audience are as asked.

What comes out has the form of a document with a proof that was judged (`proving.ProofResult`), so that the
procedure goes on as with an embedded one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from vcverify import vocabulary
from vcverify.checks.issuer import grade_of
from vcverify.credential import Credential, JsonNode, read_json
from vcverify.crypto import PublicKey
from vcverify.documents import EmbeddedDocument, EnvelopedDocument, embedded
from vcverify.identifiers import VerificationMethod, only_key, retrieve_jwk, retrieve_kid
from vcverify.jose import (
    Binding,
    Combined,
    Compact,
    Contents,
    Presented,
    binding_problems,
    claim_problems,
    disclose,
    header_problems,
    read_compact,
    read_contents,
    split_combined,
    type_problems,
)
from vcverify.jose.binding import audience_of
from vcverify.jose.claims import is_badge
from vcverify.jose.contents import is_sd_jwt_vc, read_payload
from vcverify.jsontypes import JsonObject, as_list
from vcverify.nesting import find_in_json
from vcverify.problems import Problem, ProblemError, Severity, problem, quote, refuse
from vcverify.proving import ProofResult
from vcverify.runs import Place, Run
from vcverify.suites import Verified
from vcverify.suites.transformation import json_terms
from vcverify.suites.unsecured import Unsecured
from vcverify.vocabulary import Term

_PURPOSES: Final = {"vc": "assertionMethod", "vp": "authentication"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The document in a token, and the token as its proof.

    Attributes:
        facts: Of the `proof` check.
    """

    document: EmbeddedDocument
    result: ProofResult
    facts: Mapping[str, Any]


def open_token(document: EnvelopedDocument, run: Run, place: Place, *, covered: bool) -> Opened:
    """What the token holds, and whether its signature holds.

    Args:
        covered: whether a signature around it covers the object that the token came in.

    Raises:
        ProblemError: `input.malformed`, `jose.disclosure`, `limit.exceeded` where there is no document to judge.
    """
    token = _read(document, run)
    media_type = f"application/{token.contents.kind}+{'sd-' if token.combined.selective else ''}jwt"
    inside = embedded(token.contents.document, run.policy.limits, media_type)
    result = _Judge(token, document, inside, run, place, covered).result()
    facts = token.facts
    if "verificationMethod" not in facts and result.method is not None and result.method.source != "header":
        facts = {**facts, "verificationMethod": result.method.id}
    return Opened(document=inside, result=result, facts=facts)


# --- 1: read --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    combined: Combined
    compact: Compact
    signed: JsonObject
    """The payload as it was signed, with digests in place of what was hidden."""
    contents: Contents
    facts: Mapping[str, Any]


def _read(document: EnvelopedDocument, run: Run) -> _Token:
    limits = run.policy.limits
    combined = split_combined(document.token)
    compact = read_compact(combined.token, limits)
    signed = read_payload(compact.payload, limits)
    header = compact.header
    facts: dict[str, Any] = {}
    for name, member in _FACTS:
        value = header.get(member)
        if isinstance(value, str):
            facts[name] = value
    payload = signed
    if combined.selective:
        payload, undisclosed = disclose(signed, combined.disclosures, limits)
        facts |= {"disclosures": len(combined.disclosures), "undisclosed": undisclosed}
    return _Token(
        combined=combined,
        compact=compact,
        signed=signed,
        contents=read_contents(payload, combined.selective),
        facts=facts,
    )


_FACTS: Final = (("algorithm", "alg"), ("verificationMethod", "kid"), ("kid", "kid"), ("typ", "typ"))
"""Of the check `proof`, and the members of the header that say them."""


# --- 2 to 5 ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Judge:
    token: _Token
    document: EnvelopedDocument
    inside: EmbeddedDocument
    run: Run
    place: Place
    covered: bool

    def result(self) -> ProofResult:
        """What was found out about the token, in the form of a proof's result."""
        # Step 2: the header.
        policy = self.run.policy
        compact, contents = self.token.compact, self.token.contents
        header = compact.header
        typed = list(type_problems(header, contents.kind, self.token.combined.selective))
        problems = [*header_problems(header, policy.algorithms), *self._names(), *self._envelope()]
        problems += [item for item in typed if item.code == "jose.header"]
        if problems:  # CHECK: headers, before any key is asked for
            return self._found(problems)
        # Step 3: the key.
        try:
            method = self._method()
        except ProblemError as error:
            return self._found([error.problem])
        if method.problem is not None:  # CHECK: what is wrong with the method's URL
            problems.append(replace(method.problem, pointer="/header/kid"))
        # Step 4: the signature.
        try:
            compact.verify(method.key)
        except ProblemError as error:
            return self._found([*problems, error.problem], method)
        # Step 5: the claims, and what the caller asked.
        problems += [*self._asked(), *typed, *claim_problems(contents, self.run.at, policy.clock_skew)]
        if self.document.kind:
            problems += self._context()
        if self.document.extra and not self.covered:
            problems += self._uncovered()
        if contents.kind == "vp":
            problems += self._presenter(method)
        return self._found(problems, method, self._verified())

    def _found(
        self, problems: list[Problem], method: VerificationMethod | None = None, verified: Verified | None = None
    ) -> ProofResult:
        return ProofResult(pointer="", suite="jose", method=method, verified=verified, problems=tuple(problems))

    def _names(self) -> Iterator[Problem]:
        """One of `kid` and `jwk`, where Open Badges 3.0 §8.2 or VCDM 1.1 asks for one."""
        header, contents = self.token.compact.header, self.token.contents
        named = ("kid" in header) + ("jwk" in header)
        if named == 1:
            return
        badge = is_badge(contents)
        if named and (badge or contents.member):  # CHECK: two keys in one header
            yield problem(
                "jose.header",
                "The header names its key twice, by `kid` and by `jwk`.",
                "/header",
                expected="one of `kid` and `jwk`",
                found="both",
            )
        issuer = contents.issuer
        by_did = not contents.member and contents.kind == "vc" and issuer is not None and issuer.startswith("did:")
        if not named and (badge or by_did):  # CHECK: a header without a key
            yield problem(
                "jose.header",
                "The header names no key.",
                "/header",
                expected="`kid` or `jwk`" if badge else "`kid`",
                found="neither",
                spec="OB 3.0 §8.2" if badge else "VC-JOSE-COSE §3.3.2",
            )

    def _envelope(self) -> Iterator[Problem]:
        """A token of the kind that its envelope and its `data:` URL name; inside a document, a credential's."""
        kind, selective = self.token.contents.kind, self.token.combined.selective
        declared = self.document.declared
        if declared is None and not self.document.kind and self.place.relation == "root":
            return
        said = declared.kind if declared is not None else ""
        place = "" if self.place.relation == "root" else "vc"
        wrong = not {self.document.kind, said, place} <= {"", kind}
        if declared is not None and declared.selective not in (None, selective):
            wrong = True
        if wrong:  # CHECK: a token of another kind than its place
            yield problem(
                "jose.header",
                "The token is not of the kind that belongs here.",
                "/id" if declared is not None else "/header/typ",
                expected="a credential's" if place else declared.media_type if declared else self.document.kind,
                found=self.inside.media_type,
                spec="VCDM 2.0 §4.13",
            )

    def _method(self) -> VerificationMethod:
        header, issuer, lookup = self.token.compact.header, self.token.contents.issuer, self.run.lookup
        relationship = self._purpose()
        kid, jwk = header.get("kid"), header.get("jwk")
        metadata = is_sd_jwt_vc(self.token.contents.document)
        if isinstance(kid, str):
            return retrieve_kid(kid, relationship, issuer, lookup, metadata=metadata)
        if jwk is not None:
            return retrieve_jwk(jwk, relationship, issuer, lookup, metadata=metadata)
        if issuer is None:  # CHECK: no key and no issuer
            raise refuse("jose.header", "The header names no key, and the document no issuer.", "/header")
        return only_key(issuer, relationship, lookup, metadata=metadata)

    def _purpose(self) -> str:
        if self.place.relation == "root" and self.run.purpose:
            return self.run.purpose
        return _PURPOSES[self.token.contents.kind]

    def _presenter(self, method: VerificationMethod) -> Iterator[Problem]:
        """A presentation's `iss` is whose key signed it (VC-JOSE-COSE §3.1.3).

        Where a key binding presents, it is by the holder's key, and the issuer of the token may be another.
        """
        named = self.token.contents.payload.get("iss")
        if named is None or self.token.combined.key_binding is not None:
            return
        # CHECK: a presentation that somebody else signed
        if not isinstance(named, str) or grade_of(method, named) == "unbound":
            yield problem(
                "issuer.unbound",
                "The token says that somebody else made it than its key belongs to.",
                "/iss",
                expected=method.controller,
                found=named,
            )

    def _asked(self) -> Iterator[Problem]:
        """Nonce and audience, as asked.

        RFC 7519 §4.1.3 refuses an audience that is not the reader's own. Of a presentation nobody knows what it
        should be unless the caller says; published credentials have one too, which is then a warning.
        """
        run, combined = self.run, self.token.combined
        payload = self.token.contents.payload
        if not combined.selective and "aud" not in payload and run.challenge is None and run.domain is None:
            return
        root = self.place.relation == "root"
        presented = Presented(challenge=run.challenge if root else None, domain=run.domain if root else None)
        if combined.selective:
            policy = run.policy
            binding = Binding(
                algorithms=policy.algorithms,
                at=run.at,
                skew=policy.clock_skew,
                limits=policy.limits,
                key_of=self._holder_key,
            )
            yield from binding_problems(combined, self.token.signed, presented, binding)
        else:
            yield from presented.problems(payload)
        audience = audience_of(payload)
        # CHECK: a credential for another audience
        if self.token.contents.kind == "vc" and audience and presented.domain is None:
            yield problem(
                "proof.domain",
                "The credential names an audience, and nobody asked whether that is this verifier.",
                "/aud",
                expected="no `aud`, or the verifier's own",
                found=sorted(audience),
                spec="RFC 7519 §4.1.3",
                severity=Severity.WARNING,
                remedy="Give the verifier's own domain, and it has to be this.",
            )

    def _holder_key(self, kid: str) -> PublicKey:
        """The key that the issuer named for the holder, who authenticates with it."""
        return retrieve_kid(kid, _PURPOSES["vp"], None, self.run.lookup, "/cnf/kid").key

    def _context(self) -> Iterator[Problem]:
        """An envelope says by a context of its own, not by one around it, what `id` and its type mean."""
        context = self.document.context
        # CHECK: envelopes under other contexts
        if vocabulary.CREDENTIALS_V2 not in as_list(context):
            yield problem(
                "data-model.context",
                "The envelope lacks the context that says what it is.",
                "/@context" if context is not None else "",
                expected=vocabulary.CREDENTIALS_V2,
                found="none" if context is None else context,
                spec="VCDM 2.0 §4.13",
            )

    def _uncovered(self) -> Iterator[Problem]:
        """What stands beside the token in the object that it came in, where nothing signs that."""
        for name, value in self.document.extra.items():  # CHECK: members beside the token
            yield problem(
                "terms.undefined",
                f"The signature does not cover {quote(name)}, which stands beside the token.",
                f"/{name}",
                expected="the token alone",
                found=value,
                spec="VCDM 2.0 §4.13",
                remedy="Remove it: all that is said has to be in the token.",
            )

    def _verified(self) -> Verified:
        run, compact, contents = self.run, self.token.compact, self.token.contents
        document = self.inside.unsecured
        terms: list[Problem] = []
        if not is_sd_jwt_vc(document):  # whose names mean what the type says
            terms = _terms(document, Unsecured(document, run.contexts(()), run.policy.limits, run.engine))
        return Verified(
            credential=_reading(document, contents.told_by),
            problems=tuple(terms),
            evidence={
                "proof": "",
                **self.token.facts,
                "header": compact.header,
                "signingInputHash": hashlib.sha256(compact.signing_input).hexdigest(),
            },
        )


def _terms(document: JsonObject, unsecured: Unsecured) -> list[Problem]:
    """As `json_terms`, but for the text of tokens: contexts of version 1.1 take it for an IRI, and it is none."""
    problems = json_terms(document, unsecured)
    if not problems:
        return problems
    tokens = {inside.pointer for inside in find_in_json(document) if isinstance(inside.value, str)}
    return [item for item in problems if item.code != "terms.undefined" or item.pointer not in tokens]


def _reading(document: JsonObject, told_by: Mapping[str, str]) -> Credential:
    credential = read_json(document)
    if told_by:
        credential = replace(credential, root=_ToldNode(document, told_by))
    return credential


class _ToldNode(JsonNode):
    """A document of which claims say some members: their places are the claims'."""

    __slots__ = ("_told_by",)

    def __init__(self, value: JsonObject, told_by: Mapping[str, str]) -> None:
        super().__init__(value)
        self._told_by = told_by

    def where(self, term: Term, position: int = 0) -> str:
        pointer = super().where(term, position)
        return self._told_by.get(pointer, pointer)
