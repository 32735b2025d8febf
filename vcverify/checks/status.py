"""Is it still good? Declared status is always looked up (BSL §3.2; OB 3.0 §9.1; StatusList2021).

A status list is a credential like any other: it is verified by the same procedure, and read from
what its own signature says.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from vcverify import statuslists, vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.credential import Credential, Node
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import loads
from vcverify.limits import exceeded
from vcverify.loading import Purpose, Request, Unavailable
from vcverify.problems import Fact, Problem, ProblemError, problem, quote, refuse
from vcverify.vocabulary import Class, Term

REVOKING = {"revocation": "status.revoked", "suspension": "status.suspended"}
"""The purposes that invalidate a credential; others carry a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """How one kind of entry names its list, and how the list is encoded."""

    entry: Class
    index: Term
    reference: Term
    list_type: Class
    multibase: bool
    purposes: bool = True


_FAMILIES = (
    _Family(
        entry=vocabulary.BITSTRING_ENTRY,
        index=vocabulary.STATUS_LIST_INDEX,
        reference=vocabulary.STATUS_LIST_REFERENCE,
        list_type=vocabulary.STATUS_LIST_CREDENTIAL,
        multibase=True,
    ),
    _Family(
        entry=vocabulary.STATUS_LIST_2021_ENTRY,
        index=vocabulary.STATUS_LIST_INDEX,
        reference=vocabulary.STATUS_LIST_REFERENCE,
        list_type=vocabulary.STATUS_LIST_2021_CREDENTIAL,
        multibase=False,
    ),
    _Family(
        entry=vocabulary.REVOCATION_LIST_2020_STATUS,
        index=vocabulary.REVOCATION_LIST_INDEX,
        reference=vocabulary.REVOCATION_LIST_REFERENCE,
        list_type=vocabulary.REVOCATION_LIST_2020_CREDENTIAL,
        multibase=False,
        purposes=False,
    ),
)


def status(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """Every entry of `credentialStatus` says that the credential stands."""
    entries = credential.root.nodes(vocabulary.CREDENTIAL_STATUS)
    values = credential.root.values(vocabulary.CREDENTIAL_STATUS)
    if not values:
        yield NotRun("no status is declared")
        return
    limit = env.policy.limits.status_entries
    if len(values) > limit:
        raise exceeded("status entries of one credential", limit, len(values), "/credentialStatus")
    yield Fact("entries", len(values))
    if len(entries) < len(values):
        yield problem("status.malformed", "A status that is text, not an object.", "/credentialStatus")
    for position, entry in enumerate(entries):
        try:
            yield from _judge(entry, credential, env)
        except ProblemError as error:
            yield _placed(error.problem, credential, position)


def _judge(entry: Node, credential: Credential, env: Environment) -> Iterator[Finding]:
    for family in _FAMILIES:
        if entry.is_a(family.entry):
            yield from _bitstring(entry, family, credential, env)
            return
    if entry.is_a(vocabulary.ONE_EDTECH_REVOCATION_LIST):
        yield from _one_edtech(entry, credential, env)
        return
    yield problem(
        "status.unsupported",
        "The status is of a type that is not known here.",
        entry.pointer,
        expected=", ".join(family.entry.name for family in _FAMILIES) + " or 1EdTechRevocationList",
        found=list(entry.types) or "no type",
    )


def _bitstring(entry: Node, family: _Family, credential: Credential, env: Environment) -> Iterator[Finding]:
    purpose = _required(entry, vocabulary.STATUS_PURPOSE) if family.purposes else "revocation"
    index = statuslists.read_index(_required(entry, family.index))
    url = _required(entry, family.reference)
    size = _size(entry)
    where = entry.pointer
    listed = yield from _list(url, family, credential, env, where)
    if listed is None:
        return
    subject, bits = listed
    if family.purposes:
        offered = subject.texts(vocabulary.STATUS_PURPOSE)
        if purpose not in offered:
            yield problem(
                "status.malformed",
                "The list does not serve the entry's purpose.",
                entry.where(vocabulary.STATUS_PURPOSE),
                expected=purpose,
                found=", ".join(offered) or "no purpose",
                spec="BSL §3.2 STATUS_VERIFICATION_ERROR",
            )
            return
    entries = len(bits) * 8 // size
    if entries < env.policy.minimum_status_entries:
        yield problem(
            "status.malformed",
            "The list is too short to hide whose status is asked for.",
            where,
            expected=f"at least {env.policy.minimum_status_entries:,} entries",
            found=f"{entries:,}",
            spec="BSL §3.2 STATUS_LIST_LENGTH_ERROR",
        )
    value = statuslists.look_up(bits, index, size)
    yield Fact("checked", f"{purpose}: {value}")
    if value == 0:
        return
    code = REVOKING.get(purpose, "status.message")
    said = _message(entry, value)
    yield problem(
        code,
        f"The list says {quote(purpose)} for entry {index:,}" + (f": {quote(said)}." if said else "."),
        where,
        expected="0",
        found=f"{value}",
    )


def _list(
    url: str, family: _Family, credential: Credential, env: Environment, where: str
) -> Generator[Finding, None, tuple[Node, bytes] | None]:
    """The list's subject and bits; None where it cannot be used."""
    report = env.resources.credential(url, Purpose.STATUS_LIST)
    if report.unavailable is not None:
        yield problem(
            "status.unavailable", f"The list {quote(url)} could not be loaded: {report.unavailable}.", where, found=url
        )
        return None
    listing = report.credential
    if listing is None or report.outcome == "failed":
        yield problem(
            "status.malformed",
            f"The list {quote(url)} does not verify: {', '.join(report.reasons) or 'see its proof'}.",
            where,
            expected="a list whose own proof and period hold",
            found=report.outcome,
        )
        return None
    if report.outcome != "passed":
        yield problem(
            "status.unavailable",
            f"The list {quote(url)} could not be judged: {', '.join(report.reasons)}.",
            where,
            found=url,
        )
        return None
    if listing.id != url:
        yield problem(
            "status.malformed",
            "The list is another's: its id is not the URL it came from.",
            where,
            expected=url,
            found=listing.id or "no id",
        )
        return None
    subjects = listing.subjects
    if not listing.root.is_a(family.list_type) or len(subjects) != 1:
        yield problem(
            "status.malformed",
            "What was loaded is not a list of this kind.",
            where,
            expected=family.list_type.name,
            found=list(listing.types),
        )
        return None
    bits = statuslists.decode_list(
        _required(subjects[0], vocabulary.ENCODED_LIST), env.policy.limits, multibase=family.multibase
    )
    if listing.root.values(vocabulary.CREDENTIAL_STATUS):
        yield problem("status.malformed", "The list has a status of its own, which would never end.", where, found=url)
        return None
    if listing.issuer != credential.issuer and listing.issuer not in env.policy.status_issuers:
        yield problem(
            "status.issuer",
            "The list is by somebody else than the credential.",
            where,
            expected=credential.issuer,
            found=listing.issuer or "no issuer",
        )
    return subjects[0], bits


def _one_edtech(entry: Node, credential: Credential, env: Environment) -> Iterator[Finding]:
    url = entry.id
    if url is None:
        raise refuse("status.malformed", "The revocation list has no URL as its id.", expected="a URL")
    try:
        resource = env.resources.load(Request(url=url, purpose=Purpose.STATUS_LIST))
    except Unavailable as unavailable:
        yield problem(
            "status.unavailable",
            f"The revocation list could not be loaded: {unavailable.reason}.",
            entry.pointer,
            found=url,
        )
        return
    try:
        document = loads(resource.body, env.policy.limits, max_bytes=env.policy.limits.status_list_bytes)
    except ProblemError as error:
        raise refuse("status.malformed", f"The revocation list is not JSON: {error.problem.detail}") from None
    if not isinstance(document, dict):
        raise refuse("status.malformed", "The revocation list is not an object.", found=document)
    issuer = document.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    if credential.id is None:
        raise refuse("status.malformed", "The credential has no id to look up.", expected="an id", found="none")
    hit = statuslists.revocation(document, credential.id)
    yield Fact("checked", "1EdTechRevocationList: " + ("listed" if hit else "not listed"))
    if hit is not None:
        reason = hit.get("revocationReason")
        yield problem(
            "status.revoked",
            "The issuer's revocation list names it" + (f": {quote(reason)}." if isinstance(reason, str) else "."),
            entry.pointer,
            expected="not listed",
            found=credential.id,
            spec="OB 3.0 §9.1; 1EdTech Revocation List 1.0",
        )
    if issuer_id is not None and issuer_id != credential.issuer and issuer_id not in env.policy.status_issuers:
        yield problem(
            "status.issuer",
            "The revocation list is by somebody else than the credential.",
            entry.pointer,
            expected=credential.issuer,
            found=issuer_id,
        )


def _required(node: Node, term: Term) -> str:
    texts = node.texts(term)
    if len(texts) != 1 or not texts[0]:
        raise refuse(
            "status.malformed",
            f"The status has no single `{term.name}`.",
            expected=f"one `{term.name}`",
            found=", ".join(texts) or "none",
        )
    return texts[0]


def _size(entry: Node) -> int:
    texts = entry.texts(vocabulary.STATUS_SIZE)
    if not texts:
        return 1
    size = statuslists.read_index(texts[0]) if len(texts) == 1 else 0
    if not 1 <= size <= 64:
        raise refuse("status.malformed", "The `statusSize` is not usable.", expected="1 to 64", found=", ".join(texts))
    if size > 1 and len(entry.nodes(vocabulary.STATUS_MESSAGE)) not in (0, 2**size):
        raise refuse(
            "status.malformed",
            "There is not a message for each value.",
            expected=f"{2**size} messages",
            found=len(entry.nodes(vocabulary.STATUS_MESSAGE)),
            spec="BSL §2.1 statusMessage",
        )
    return size


def _message(entry: Node, value: int) -> str | None:
    for message in entry.nodes(vocabulary.STATUS_MESSAGE):
        said = message.text(vocabulary.MESSAGE_STATUS) or ""
        try:
            if int(said, 16) == value:
                return message.text(vocabulary.MESSAGE)
        except ValueError:
            continue
    return None


def _placed(found: Problem, credential: Credential, position: int) -> Problem:
    if found.pointer:
        return found
    return problem(
        found.code,
        found.detail,
        credential.root.where(vocabulary.CREDENTIAL_STATUS, position),
        expected=found.expected,
        found=found.found,
        spec=found.spec,
        remedy=found.remedy,
    )
