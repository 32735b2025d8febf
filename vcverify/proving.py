"""One proof after another: which suite, whose key, does the signature hold? (VC Data Integrity §4.4, §4.5)"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from vcverify import suites
from vcverify.bundled import bundled
from vcverify.datetimes import format_instant
from vcverify.documents import EmbeddedDocument, ReceivedProof, contexts_in
from vcverify.identifiers import Lookup, VerificationMethod, retrieve
from vcverify.jsonld import Contexts
from vcverify.jsontypes import JsonObject
from vcverify.policy import Policy
from vcverify.problems import Problem, ProblemError, problem, quote
from vcverify.suites import Suite, Verified
from vcverify.suites.proofs import Proof, read_proof, suite_of
from vcverify.suites.unsecured import Unsecured

Revisions = tuple[tuple[str, str], ...]
"""Older revisions to use: pairs of a context URL and the revision's name."""

MAX_REVISIONS: Final = 12
"""Combinations of older context revisions that are tried; more do not occur in published documents."""
MOST_REVISED: Final = 120_000
"""Statements of a run that are made again under older revisions in vain: a second's work. A record of 500 members has
17,000, and its contexts have seven older combinations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the caller asks of the proofs of a document."""

    purpose: str
    challenge: str | None = None
    domain: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofResult:
    """What was found out about one proof. `verified` is None unless the key agreed."""

    pointer: str
    suite: str = ""
    proof: Proof | None = None
    method: VerificationMethod | None = None
    verified: Verified | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """The key agreed, and nothing else is wrong with the proof."""
        return self.verified is not None and not any(
            p.check == "proof" and p.severity != "warning" for p in self.problems
        )


@dataclass(slots=True)
class Prover:
    """Judges the proofs of one document.

    Attributes:
        contexts: Gives the compiled contexts, with older revisions of some where asked; several
            are tried in order until one knows all that a document names.
        around: The verified document that this one stands in, and its place among the spans of that.
    """

    document: EmbeddedDocument
    policy: Policy
    lookup: Lookup
    contexts: Callable[[Revisions], tuple[Contexts, ...]]
    engine: str
    expected: Expected
    at: datetime
    around: tuple[Unsecured, int] | None = None
    _unsecured: dict[tuple[tuple[str, ...], Revisions], Unsecured] = field(default_factory=dict)
    _results: dict[int, ProofResult] = field(default_factory=dict)

    def judge_all(self) -> list[ProofResult]:
        """A result for each proof, in order."""
        return [self._judge(position, ()) for position in range(len(self.document.proofs))]

    def _judge(self, position: int, chain: tuple[int, ...]) -> ProofResult:
        result = self._results.get(position)
        if result is None:
            received = self.document.proofs[position]
            try:
                result = self._judge_one(received, (*chain, position))
            except ProblemError as error:
                result = ProofResult(pointer=received.pointer, problems=(error.problem,))
            self._results[position] = result
        return result

    def _judge_one(self, received: ReceivedProof, chain: tuple[int, ...]) -> ProofResult:
        # Step 1: the suite, if it is accepted and installed.
        name, proof_type = suite_of(received)
        suite = suites.find(name, proof_type) if name in self.policy.suites else None
        if suite is None:  # CHECK: suites that are not accepted or not installed
            raise ProblemError(self._unsupported(name, received.pointer))
        # Step 2: the proof's own members.
        proof = read_proof(received)
        problems = [*self._purpose(proof), *self._dates(proof), *self._presented(proof)]
        # Step 3: the proofs that it builds on (§4.5).
        earlier, chain_problems = self._previous(proof, chain) if proof.previous else ((), [])
        problems.extend(chain_problems)
        if chain_problems:  # CHECK: a chain of proofs that does not hold
            return ProofResult(pointer=received.pointer, suite=name, proof=proof, problems=tuple(problems))
        # Step 4: the key.
        where = f"{proof.pointer}/verificationMethod"
        try:
            method = retrieve(proof.verification_method, proof.purpose, self.lookup, where)
        except ProblemError as error:
            return ProofResult(pointer=received.pointer, suite=name, proof=proof, problems=(*problems, error.problem))
        if method.problem is not None:  # CHECK: what is wrong with the method's URL
            problems.append(replace(method.problem, pointer=where))
        # Step 5: the signature.
        verified, found = self._verify(suite, proof, method, earlier)
        return ProofResult(
            pointer=received.pointer,
            suite=name,
            proof=proof,
            method=method,
            verified=verified,
            problems=(*problems, *found),
        )

    def _verify(
        self, suite: Suite, proof: Proof, method: VerificationMethod, earlier: tuple[int, ...]
    ) -> tuple[Verified | None, tuple[Problem, ...]]:
        """The signature, under the contexts as they are and, if it does not hold, as they were."""
        try:
            return suite.verify(self._unsecured_document(earlier, ()), proof, method.key), ()
        except ProblemError as error:
            first = error.problem
        if self._unsecured_document(earlier, ()).shares:
            # What it says where it stands was not signed; what it says by itself may have been.
            self.around = None
            self._unsecured.clear()
            return self._verify(suite, proof, method, earlier)
        budget = self.lookup.budget
        tried = first.code == "proof.invalid" and self._unsecured_document(earlier, ()).used_contexts
        if tried and budget.fruitless < self.policy.limits.fruitless_revisions:
            before = budget.revised
            size = len(self._unsecured_document(earlier, ()).rdf.statements)
            for revisions in _older_revisions(self.document.unsecured):
                budget.revised += size
                if budget.revised > MOST_REVISED:  # CHECK: large documents under all revisions
                    break
                try:
                    verified = suite.verify(self._unsecured_document(earlier, revisions), proof, method.key)
                except ProblemError as error:
                    self._unsecured.pop((tuple(map(str, earlier)), revisions), None)
                    if error.problem.code != "proof.invalid":
                        break
                else:
                    budget.revised = before
                    return verified, (_revision_problem(revisions),)
            budget.fruitless += 1
        return None, (first,)

    def _unsecured_document(self, earlier: tuple[int, ...], revisions: Revisions) -> Unsecured:
        key = (tuple(map(str, earlier)), revisions)
        unsecured = self._unsecured.get(key)
        if unsecured is None:
            document: JsonObject = self.document.unsecured
            if earlier:
                document = {**document, "proof": [self.document.proofs[at].value for at in earlier]}
            around = None if earlier or revisions else self.around
            unsecured = Unsecured(document, self.contexts(revisions), self.policy.limits, self.engine, around)
            self._unsecured[key] = unsecured
        return unsecured

    def _unsupported(self, name: str, pointer: str) -> Problem:
        installed = name in suites.installed()
        return problem(
            "proof.unsupported",
            f"The policy does not accept proofs of the suite {quote(name)}."
            if installed
            else f"No suite for proofs of {quote(name)} is installed.",
            pointer,
            expected=", ".join(sorted(self.policy.suites)) or "none",
            found=name,
        )

    def _purpose(self, proof: Proof) -> Iterator[Problem]:
        if proof.purpose != self.expected.purpose:  # CHECK: a proof for another purpose
            yield problem(
                "proof.purpose",
                f"The proof is for {quote(proof.purpose)}, not for {self.expected.purpose}.",
                f"{proof.pointer}/proofPurpose",
                expected=self.expected.purpose,
                found=proof.purpose,
            )

    def _dates(self, proof: Proof) -> Iterator[Problem]:
        skew = self.policy.clock_skew
        if proof.created is not None and proof.created - self.at > skew:  # CHECK: a proof from the future
            yield problem(
                "proof.not-yet",
                "The proof was created after the instant of this verification.",
                f"{proof.pointer}/created",
                expected=f"at or before {format_instant(self.at)}",
                found=format_instant(proof.created),
            )
        if proof.expires is not None and self.at - proof.expires > skew:  # CHECK: an expired proof
            yield problem(
                "proof.expired",
                f"The proof expired at {format_instant(proof.expires)}.",
                f"{proof.pointer}/expires",
                expected=f"at or after {format_instant(self.at)}",
                found=format_instant(proof.expires),
            )

    def _presented(self, proof: Proof) -> Iterator[Problem]:
        wanted = self.expected.domain
        if wanted is not None and frozenset(proof.domain) != wanted:  # CHECK: a proof for another domain
            yield problem(
                "proof.domain",
                "The proof is not for the domain that was asked for."
                if proof.domain
                else "The proof names no domain, and one was asked for.",
                f"{proof.pointer}/domain" if proof.domain else proof.pointer,
                expected=", ".join(sorted(wanted)),
                found=", ".join(proof.domain) or "none",
            )
        challenge = self.expected.challenge
        if challenge is not None and proof.challenge != challenge:  # CHECK: a proof that answers another challenge
            yield problem(
                "proof.challenge",
                "The proof does not answer the challenge that was given."
                if proof.challenge is not None
                else "The proof answers no challenge, and one was given.",
                f"{proof.pointer}/challenge" if proof.challenge is not None else proof.pointer,
                expected=challenge,
                found=proof.challenge or "none",
            )

    def _previous(self, proof: Proof, chain: tuple[int, ...]) -> tuple[tuple[int, ...], list[Problem]]:
        """The positions of the proofs that it names, and what is wrong with them."""
        positions: list[int] = []
        problems: list[Problem] = []
        where = f"{proof.pointer}/previousProof"
        for wanted in proof.previous:
            matching = [
                at
                for at, other in enumerate(self.document.proofs)
                if isinstance(other.value, dict) and other.value.get("id") == wanted
            ]
            if not matching:  # CHECK: an earlier proof that is not there
                problems.append(
                    problem(
                        "proof.chain", f"No proof has the id {quote(wanted)}.", where, expected=wanted, found="none"
                    )
                )
            for at in matching:
                if at in chain:  # CHECK: proofs in a circle
                    problems.append(problem("proof.chain", "The proof builds on itself.", where, found=wanted))
                elif not self._judge(at, chain).holds:  # CHECK: an earlier proof that does not hold
                    problems.append(
                        problem(
                            "proof.chain",
                            f"The proof {quote(wanted)}, on which this one builds, does not verify.",
                            where,
                            expected="a proof that verifies",
                            found=wanted,
                        )
                    )
                if at not in positions:
                    positions.append(at)
        return tuple(positions), problems


def _revision_problem(revisions: Revisions) -> Problem:
    named = " and ".join(f"{url} of {revision}" for url, revision in revisions)
    return problem(
        "document.revision",
        f"The signature holds only under an older revision: {named}.",
        "/@context",
        expected="current",
        found=", ".join(revision for _, revision in revisions),
    )


def _older_revisions(document: JsonObject) -> Iterator[Revisions]:
    """Combinations of revisions of the contexts that the document names, the newest mix first."""
    store = bundled()
    urls: dict[str, Sequence[str]] = {}
    for url in dict.fromkeys(item for item in contexts_in(document) if isinstance(item, str)):
        canonical = store.canonical_url(url)
        if canonical is not None and len(store.revisions(canonical)) > 1:
            urls[canonical] = store.revisions(canonical)
    if not urls:
        return
    current: Mapping[str, str] = {url: revisions[0] for url, revisions in urls.items()}
    combinations = itertools.product(*urls.values())
    next(combinations)
    for combination in itertools.islice(combinations, MAX_REVISIONS):
        yield tuple(
            (url, revision) for url, revision in zip(urls, combination, strict=True) if revision != current[url]
        )
