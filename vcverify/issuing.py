"""Issuing: from an unsecured document and a private key to a document that verifies.

1  Lint: what a signature would not cover, or what the standards do not allow, is refused before anything is signed.
2  Sign: a Data Integrity proof beside those that are there, or a token around the document.
3  Verify what was made, by the procedure that everybody's documents go through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypedDict, Unpack, overload

from vcverify import suites
from vcverify.crypto.private import PrivateKey
from vcverify.datetimes import format_instant
from vcverify.documents import EmbeddedDocument, ReceivedProof, parse
from vcverify.jose.writing import write_token
from vcverify.jsontypes import JsonObject, JsonValue, copy
from vcverify.loading import Loader
from vcverify.pipeline import ASSERTION, AUTHENTICATION, PRESENTATION
from vcverify.policy import Policy
from vcverify.problems import Problem, ProblemError, Severity
from vcverify.report import Outcome, Report
from vcverify.suites.proofs import read_proof
from vcverify.suites.signing import SigningSuite
from vcverify.suites.unsecured import Unsecured
from vcverify.verifier import Data, Verifier

JWT: Final = "jwt"
"""The suite that is none: a token around the document (VC-JOSE-COSE, Open Badges 3.0 §8.2)."""

DEFAULT_SUITE: Final = "eddsa-rdfc-2022"

_CONTEXTS: Final = {
    "DataIntegrityProof": "https://w3id.org/security/data-integrity/v2",
    "Ed25519Signature2020": "https://w3id.org/security/suites/ed25519-2020/v1",
    "Ed25519Signature2018": "https://w3id.org/security/suites/ed25519-2018/v1",
    "JsonWebSignature2020": "https://w3id.org/security/suites/jws-2020/v1",
}
"""What defines the members of a proof, by its type, where the base context does not (VCDM 2.0's has the first, that
of 1.1 the third)."""

_OTHER_SUITE: Final = "Sign with a suite that takes keys of this kind, or with `jwt`, which takes all."

_OF_ITS_TIME: Final = frozenset({"validity.not-yet", "validity.expired"})
"""True of a document at an instant, and no reason not to sign it: it can be for tomorrow, or of last year."""


class IssueRefused(Exception):
    """Nothing was signed, or what was signed would not verify. `report` says why, with places and remedies."""

    def __init__(self, report: Report, stops: Sequence[Problem]) -> None:
        said = "; ".join(f"{item.code} at {item.pointer or '/'}: {item.detail}" for item in stops[:3])
        super().__init__(f"refused: {said}")
        self.report = report
        self.problems = tuple(stops)
        """Those that stand in the way, the report's warnings left out."""


SuiteName = Literal[
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "eddsa-2022",
    "ecdsa-rdfc-2019",
    "ecdsa-jcs-2019",
    "Ed25519Signature2020",
    "Ed25519Signature2018",
    "JsonWebSignature2020",
]
"""The Data Integrity suites that come with the package and sign."""


class Options(TypedDict, total=False):
    """What `issue` takes by keyword, besides the suite."""

    verification_method: str | None
    created: datetime | None
    expires: datetime | None
    purpose: str | None
    challenge: str | None
    domain: str | Iterable[str] | None
    proof_id: str | None
    previous_proof: str | Iterable[str]
    algorithm: str | None
    loader: Loader | None
    policy: Policy | None
    check: bool


@overload
def issue(document: Data, key: PrivateKey, *, suite: Literal["jwt"], **options: Unpack[Options]) -> str: ...


@overload
def issue(document: Data, key: PrivateKey, *, suite: SuiteName = ..., **options: Unpack[Options]) -> JsonObject: ...


@overload
def issue(document: Data, key: PrivateKey, *, suite: str, **options: Unpack[Options]) -> JsonObject | str: ...


def issue(
    document: Data,
    key: PrivateKey,
    *,
    suite: str = DEFAULT_SUITE,
    verification_method: str | None = None,
    created: datetime | None = None,
    expires: datetime | None = None,
    purpose: str | None = None,
    challenge: str | None = None,
    domain: str | Iterable[str] | None = None,
    proof_id: str | None = None,
    previous_proof: str | Iterable[str] = (),
    algorithm: str | None = None,
    loader: Loader | None = None,
    policy: Policy | None = None,
    check: bool = True,
) -> JsonObject | str:
    """The document, signed: with one more proof, or as the text of a token.

    Args:
        document: Bytes, text or a JSON object; proofs that it has are kept (Data Integrity: a proof set).
        key: Whose signature it will be.
        suite: A Data Integrity suite that signs, or "jwt".
        verification_method: The URL of the key in its controller's document; by default that of the key's own DID
            (`PrivateKey.did`), which then has to be the issuer.
        created: The instant of the signature, aware; now unless given. All is judged for that instant.
        expires: When the proof (a token: the token itself) does.
        purpose: By default `assertionMethod`, for presentations `authentication`.
        challenge: What a presentation answers (a token: its `nonce`).
        domain: Whom it is for (a token: its `aud`).
        proof_id: The proof's `id`, a URL by which a later one can build on it.
        previous_proof: Ids of proofs of the document that this one covers (DI §4.5, proof chains).
        algorithm: Of a token, by its JOSE name; by default the key's own, of RSA `RS256`.
        loader: Where contexts that are not bundled, and the controller's document, come from.
        policy: What is accepted; the default is strict.
        check: Whether what was made is verified before it is handed out.

    Raises:
        IssueRefused: the document would lose data, breaks the rules, or would not verify.
        ValueError: the arguments do not fit together: no such suite, no such earlier proof, a naive instant.
    """
    verifier = Verifier(policy=policy, loader=loader)
    asked = _Asked(
        key=key,
        method=verification_method or key.verification_method,
        expires=_aware(expires, "expires"),
        purpose=purpose,
        challenge=challenge,
        domain=domain if domain is None or isinstance(domain, str) else tuple(domain),
        proof_id=proof_id,
        previous=(previous_proof,) if isinstance(previous_proof, str) else tuple(previous_proof),
        algorithm=algorithm,
    )
    maker = None if suite == JWT else _suite(suite)
    asked.hold_together(suite)

    # Step 1: lint.
    found = verifier.lint(document, at=created)
    _refuse_if_stopped(found)
    try:
        parsed = parse(document, verifier.policy.limits)
        assert isinstance(parsed, EmbeddedDocument), "lint refuses tokens"
        # Step 2: sign.
        asked = replace(asked, purpose=purpose or _usual_purpose(parsed))
        if maker is None:
            made: JsonObject | str = _token(parsed, asked, found.at)
        else:
            made, problems = _with_proof(parsed, asked, found.at, maker, verifier)
            # The policy cannot grade away that a signature leaves something out.
            _refuse_if_stopped(_with_problems(found, problems))
    except ProblemError as error:
        stop = error.problem if error.problem.code != "proof.invalid" else replace(error.problem, remedy=_OTHER_SUITE)
        raise IssueRefused(_with_problems(found, [stop]), [stop]) from None
    # Step 3: verify.
    if check:
        options = {"challenge": challenge, "domain": asked.domain, "purpose": asked.purpose}
        _refuse_if_stopped(verifier.verify(made, at=found.at, **options), _unpublished)  # type: ignore[arg-type]
    return made


def signing_suites() -> tuple[str, ...]:
    """The names that `issue` takes as its `suite`."""
    return (*sorted(name for name, suite in suites.installed().items() if isinstance(suite, SigningSuite)), JWT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the caller asks of the signature."""

    key: PrivateKey
    method: str
    expires: datetime | None
    purpose: str | None
    challenge: str | None
    domain: str | tuple[str, ...] | None
    proof_id: str | None
    previous: tuple[str, ...]
    algorithm: str | None

    def hold_together(self, suite: str) -> None:
        """Returns where all that was asked belongs to signatures of that kind.

        Raises:
            ValueError: something does not.
        """
        if suite == JWT and (self.proof_id is not None or self.previous):
            raise ValueError("proof_id, previous_proof: a token has no proofs that could build on each other")
        if suite != JWT and self.algorithm is not None:
            raise ValueError(f"algorithm: the suite {suite} has its own")

    @property
    def audience(self) -> JsonValue:
        return list(self.domain) if isinstance(self.domain, tuple) else self.domain


# --- 1: lint --------------------------------------------------------------------------------------


def _unpublished(item: Problem) -> bool:
    """Whether the problem is that the method's own URL alone tells its key: the document is not at hand (yet)."""
    return item.code == "issuer.self-asserted" and item.found == "self-asserted"


def _refuse_if_stopped(report: Report, passed_over: Callable[[Problem], bool] = lambda item: False) -> None:
    """Returns where the report has nothing that stands in the way of a signature.

    What could not be found out (a status list that is not published yet, a key's document that is not at hand) does
    not, unless it is what the terms mean; nor do the problems that are `passed_over`.
    """
    stops = [
        item
        for item in report.own_problems()
        if (item.severity is Severity.ERROR and item.code not in _OF_ITS_TIME and not passed_over(item))
        or (item.severity is Severity.INCONCLUSIVE and (item.check == "terms" or item.code == "internal.error"))
    ]
    if stops:
        raise IssueRefused(report, stops)


def _with_problems(report: Report, problems: Iterable[Problem]) -> Report:
    """The report with more problems in the checks that own them."""
    added = [item for item in problems if item not in report.own_problems()]
    if not any(item.severity is not Severity.WARNING for item in added):
        return report
    owners = {item.check for item in added}
    checks = tuple(
        replace(
            check,
            outcome=Outcome.FAILED,
            reason="",
            problems=(*check.problems, *(item for item in added if item.check == check.name)),
        )
        if check.name in owners
        else check
        for check in report.checks
    )
    return replace(report, outcome=Outcome.FAILED, checks=checks)


# --- 2: sign --------------------------------------------------------------------------------------


def _suite(name: str) -> SigningSuite:
    found: object = suites.builtin().get(name) or suites.installed().get(name)
    if not isinstance(found, SigningSuite):
        raise ValueError(f"suite: {name!r} is none of {', '.join(signing_suites())}")
    return found


def _usual_purpose(document: EmbeddedDocument) -> str:
    return AUTHENTICATION if document.media_type.startswith(PRESENTATION) else ASSERTION


def _token(document: EmbeddedDocument, asked: _Asked, at: datetime) -> str:
    return write_token(
        document.received,
        asked.key,
        kid=asked.method,
        algorithm=asked.algorithm,
        issued=at,
        expires=asked.expires,
        nonce=asked.challenge,
        audience=asked.audience,
    )


def _with_proof(
    document: EmbeddedDocument, asked: _Asked, at: datetime, suite: SigningSuite, verifier: Verifier
) -> tuple[JsonObject, tuple[Problem, ...]]:
    """The document with the proof at the end of its set (DI §4.2, §4.3), and what that does not cover."""
    covered: JsonObject = document.unsecured
    if asked.previous:
        covered = {**covered, "proof": _earlier(document, asked.previous)}
    members: JsonObject = {
        **suite.members(document.unsecured),
        "id": asked.proof_id,
        "created": format_instant(at.replace(microsecond=0)),
        "expires": None if asked.expires is None else format_instant(asked.expires),
        "verificationMethod": asked.method,
        "proofPurpose": asked.purpose,
        "domain": asked.audience,
        "challenge": asked.challenge,
        "previousProof": asked.previous[0] if len(asked.previous) == 1 else list(asked.previous) or None,
    }
    _, value = copy({name: member for name, member in members.items() if member is not None}, verifier.policy.limits)
    held = [received.value for received in document.proofs]
    pointer = f"/proof/{len(held)}" if held else "/proof"
    proof = read_proof(ReceivedProof(value=value, pointer=pointer))
    unsecured = Unsecured(covered, (verifier.contexts,), verifier.policy.limits, verifier.engine)
    made = suite.sign(unsecured, proof, asked.key)
    signed: JsonObject = {**document.unsecured, "proof": [*held, made.value] if held else made.value}
    return signed, tuple(_with_remedy(item, pointer, proof.type) for item in made.problems)


def _with_remedy(found: Problem, pointer: str, proof_type: str) -> Problem:
    """A proof's own members are defined by a context that the document has to name."""
    context = _CONTEXTS.get(proof_type)
    if context is None or found.code != "terms.undefined" or not found.pointer.startswith(pointer + "/"):
        return found
    return replace(found, remedy=f"Add {context} to the document's `@context`: it defines the members of such proofs.")


def _earlier(document: EmbeddedDocument, names: Sequence[str]) -> list[JsonValue]:
    """The proofs of these ids, in the order in which a verifier gathers them (DI §4.5 step 3)."""
    found: list[JsonValue] = []
    for name in names:
        matching = [
            proof.value for proof in document.proofs if isinstance(proof.value, dict) and proof.value.get("id") == name
        ]
        if not matching:
            raise ValueError(f"previous_proof: no proof of the document has the id {name!r}")
        found.extend(value for value in matching if value not in found)
    return found


def _aware(instant: datetime | None, name: str) -> datetime | None:
    if instant is not None and instant.utcoffset() is None:
        raise ValueError(f"{name}: an aware datetime is asked for; this one names no offset")
    return instant


__all__ = ["DEFAULT_SUITE", "JWT", "IssueRefused", "issue", "signing_suites"]
