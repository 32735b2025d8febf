"""The credentials inside a record or presentation (CLR 2.0; VCDM 2.0 §4.13).

Each was judged by itself; here it is asked what that means for the whole, and what the members are
to each other: about the same learner, each with an id of its own, unsecured ones in whose name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from vcverify import vocabulary
from vcverify.checks import Child, Environment, Finding, NotRun
from vcverify.checks.identities import Learner
from vcverify.checks.subject import Known, is_known
from vcverify.credential import Credential
from vcverify.identifiers import VerificationMethod
from vcverify.problems import Fact, Problem, Severity, problem, quote
from vcverify.report import Report

KNOWN_TYPES = (
    vocabulary.OPEN_BADGE_CREDENTIAL,
    vocabulary.CLR_CREDENTIAL,
    vocabulary.ENDORSEMENT_CREDENTIAL,
)


def members(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """Every member passed; unsecured ones are named; all are about the learner of the record.

    Problem codes: `member.*`, `data-model.duplicate-id`. Facts: `count`; `unsecured`, how many have no proof of their
    own; `namesakes`, names that issuers with different ids share.
    """
    inside = [child for child in env.children if child.relation in ("member", "credential")]
    if not inside:
        yield NotRun("no credential is inside")
        return
    yield Fact("count", len(inside))
    unsecured = [child for child in inside if not child.secured]
    if unsecured:
        yield Fact("unsecured", len(unsecured))
    for child in inside:
        yield from _outcome(child, "member", "credential inside")
    for child in unsecured:
        yield from _vouched(child, env.signer)
    yield from _identities(inside)
    if namesakes := _namesakes(credential, inside):
        yield Fact("namesakes", namesakes)
    is_record = credential.root.is_a(vocabulary.CLR_CREDENTIAL)
    learner = Learner(credential.subjects) if is_record else None
    for child in inside:
        if child.relation == "member" and child.credential is not None:
            yield from _meaning(child, child.credential, credential, learner, env.subject)


def endorsements(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """Every endorsement has a proof that holds, and endorses something that is here (OB 3.0 §9.2).

    Endorsements among the members are held to the same; what came of them the members check tells.
    """
    inside = [child for child in env.children if child.relation == "endorsement"]
    beside = [child for child in env.children if child.relation != "endorsement" and _is_endorsement(child)]
    if not inside and not beside:
        yield NotRun("no endorsement is inside")
        return
    yield Fact("count", len(inside) + len(beside))
    here = _endorsable(credential, env.children)
    for child in beside:
        if not child.secured:  # CHECK: endorsements nobody signed, as members
            yield problem("endorsement.unsecured", "The endorsement has no proof of its own.", child.pointer)
        # What is presented may be endorsements alone; a record holds what its members endorse.
        if child.relation == "member" and child.credential is not None:
            yield from _target(child, child.credential, here)
    for child in inside:
        if not child.secured:  # CHECK: endorsements nobody signed
            yield problem("endorsement.unsecured", "The endorsement has no proof of its own.", child.pointer)
        else:
            yield from _outcome(child, "endorsement", "endorsement")
        # CHECK: endorsements that are none
        if child.credential is not None and not child.credential.root.is_a(vocabulary.ENDORSEMENT_CREDENTIAL):
            yield problem(
                "endorsement.target",
                "It is a credential of another kind, and endorses nothing.",
                child.pointer,
                expected=vocabulary.ENDORSEMENT_CREDENTIAL.name,
                found=list(child.credential.types),
            )
        elif child.credential is not None:
            yield from _target(child, child.credential, here)


def _is_endorsement(child: Child) -> bool:
    return child.credential is not None and child.credential.root.is_a(vocabulary.ENDORSEMENT_CREDENTIAL)


def _outcome(child: Child, family: str, what: str) -> Iterator[Problem]:
    if child.outcome == "failed":  # CHECK: failed members
        yield problem(
            f"{family}.failed",
            f"The {what} does not verify: {', '.join(child.reasons) or 'see its report'}.",
            child.pointer,
            expected="passed",
            found=child.outcome,
        )
    elif child.outcome != "passed":  # CHECK: members in doubt
        yield problem(
            f"{family}.indeterminate",
            f"The {what} could not be judged: {', '.join(child.reasons) or 'see its report'}.",
            child.pointer,
            expected="passed",
            found=child.outcome,
        )


def _vouched(child: Child, signer: str | None) -> Iterator[Problem]:
    """An unsecured member stands in the name of whoever signed around it, or leads to the original (V20).

    That is not always its container's issuer: the container may be without proof itself.
    """
    inner = child.credential
    if inner is None:
        return
    if not inner.root.is_a(vocabulary.ENDORSEMENT_CREDENTIAL):  # of these nobody vouches for another's
        yield problem(
            "member.unsecured",
            f"It has no proof of its own; {quote(signer or 'the signer')} vouches for it.",
            child.pointer,
        )
    if inner.issuer is not None and inner.issuer == signer:
        return
    if child.relation == "member" and _leads_to_original(inner):
        return
    # CHECK: unsigned members in another's name
    yield problem(
        "member.issuer",
        "It names another issuer, but nothing of that issuer's secures it.",
        child.pointer + inner.root.where(vocabulary.ISSUER),
        expected=signer,
        found=inner.issuer or "no issuer",
    )


_ORIGINAL: Final = re.compile(r"https?://[^\s/?#]+\S*|data:[^\s,]*,\S+", re.I)
"""Where an older badge stands: hosted, or signed and brought along as a data URL."""


def _leads_to_original(inner: Credential) -> bool:
    """Whether `evidence`, or an achievement's `related`, leads to where something stands (OB 3.0 migration guide).

    Names alone (`urn:`, `did:`) lead nowhere: nobody could look.
    """
    named = list(inner.root.nodes(vocabulary.EVIDENCE))
    for subject in inner.subjects:
        for achievement in subject.nodes(vocabulary.ACHIEVEMENT):
            named.extend(achievement.nodes(vocabulary.RELATED))
    # CHECK: originals where nobody could look
    return any(node.id is not None and _ORIGINAL.fullmatch(node.id) is not None for node in named)


def _identities(inside: list[Child]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for child in inside:
        name = child.credential.id if child.credential is not None else None
        if name is None:
            continue
        if name in seen:  # CHECK: two members of one id
            yield problem(
                "data-model.duplicate-id",
                f"Two credentials inside have the id {quote(name)}; the other is at {seen[name]}.",
                child.pointer,
                found=name,
            )
        seen.setdefault(name, child.pointer)


_LISTED: Final = 20
"""Names in a fact."""


def _namesakes(outer: Credential, inside: Iterable[Child]) -> list[str]:
    """Names that several issuers give themselves here, whose ids differ: one may pass for the other."""
    ids: dict[str, str] = {}
    found: dict[str, None] = {}
    for credential in (outer, *(child.credential for child in inside)):
        for issuer in () if credential is None else credential.root.nodes(vocabulary.ISSUER):
            name = issuer.text(vocabulary.NAME)
            if name and issuer.id is not None and ids.setdefault(name, issuer.id) != issuer.id:
                found[name] = None
    return [quote(name) for name in list(found)[:_LISTED]]


def _meaning(
    child: Child, inner: Credential, outer: Credential, learner: Learner | None, known: tuple[Known, ...]
) -> Iterator[Problem]:
    if not inner.root.is_a(*KNOWN_TYPES):  # CHECK: members of unknown types
        yield problem(
            "member.type",
            "It is of no type whose meaning is known here; its proof was judged.",
            child.pointer,
            found=[name for name in inner.types if name != "VerifiableCredential"] or "VerifiableCredential",
        )
    about_learners = inner.root.is_a(vocabulary.OPEN_BADGE_CREDENTIAL, vocabulary.CLR_CREDENTIAL)
    if learner is None or (inner.root.is_a(vocabulary.ENDORSEMENT_CREDENTIAL) and not about_learners):
        return
    for position, subject in enumerate(inner.subjects):
        verdict = learner.is_same(subject)
        asked = is_known(subject, known) if verdict is None and known else None
        if verdict is True or asked is True:
            continue
        where = child.pointer + inner.root.where(vocabulary.CREDENTIAL_SUBJECT, position)
        if asked is False:  # CHECK: members about somebody else than the caller knows
            yield problem(
                "subject.mismatch",
                "Nothing ties it to the learner of the record, and nothing that is known of the learner is in it.",
                where,
                expected="one of the known identifiers",
            )
        elif verdict is None:  # CHECK: members about nobody
            yield problem(
                "member.subject",
                "Nothing says whether it is about the learner of the record: no id or identifier can be compared.",
                where,
                severity=Severity.WARNING,
                remedy="Give both subjects the same id, or identifiers of the same type.",
            )
        else:
            yield problem(
                "member.subject",
                "It is about somebody else than the record.",
                where,
                expected=outer.subject or "the learner of the record",
                found=subject.id or "other identifiers",
            )


def _endorsable(outer: Credential, children: Iterable[Child]) -> frozenset[str]:
    """Ids of the credential, of what it describes, and of the credentials inside with what those describe."""
    here = set(outer.root.described())
    if outer.issuer is not None:
        here.add(outer.issuer)
    for child in children:
        inner = child.credential
        if inner is not None and (child.relation == "endorsement" or _is_endorsement(child)):
            here.update(filter(None, (inner.id, inner.issuer)))
        elif inner is not None:
            here |= inner.root.described()
            if child.report is not None:
                here.update(*_deeper(child.report))
    return frozenset(here)


def _deeper(report: Report) -> Iterator[frozenset[str]]:
    """What the members of a member describe, at any depth."""
    for child in report.children:
        if child.relation != "endorsement" and child.credential is not None:
            if not child.credential.root.is_a(vocabulary.ENDORSEMENT_CREDENTIAL):
                yield child.credential.root.described()
            yield from _deeper(child)


def _target(child: Child, inner: Credential, here: frozenset[str]) -> Iterator[Problem]:
    """The endorsed thing is the credential, or something that it holds."""
    for position, subject in enumerate(inner.subjects):
        if subject.id is not None and subject.id not in here:  # CHECK: endorsements of something else
            yield problem(
                "endorsement.target",
                "It endorses something that this credential does not contain.",
                child.pointer + inner.root.where(vocabulary.CREDENTIAL_SUBJECT, position),
                expected="the id of the credential, or of something in it",
                found=subject.id,
            )
