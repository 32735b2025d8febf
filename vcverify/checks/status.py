"""Is it still good? Declared status is always looked up (BSL §3.2; OB 3.0 §9.1; StatusList2021).

A status list is a credential like any other: it is verified by the same procedure, and read from
what its own signature says. Problems name no place; the check gives them the entry's.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Final

from vcverify import statuslists, vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.credential import Credential, Literal, Node
from vcverify.identifiers import VerificationMethod
from vcverify.limits import exceeded
from vcverify.loading import Purpose, Request, Unavailable
from vcverify.problems import Fact, Problem, ProblemError, Severity, problem, quote, refuse
from vcverify.vocabulary import Class, Term

INVALIDATING: Final = {"revocation": "status.revoked", "suspension": "status.suspended"}
"""The purposes that take a credential back, and the code that says so."""
INFORMING: Final = frozenset({"message", "refresh"})
"""The purposes that leave a message and no more (BSL §2.1). What others mean, nobody here knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """How one kind of entry names its list, and how the list is encoded."""

    entry: Class
    index: Term
    reference: Term
    credential: Class
    subject: Class
    multibase: bool = False
    purposes: bool = True


_FAMILIES: Final = (
    _Family(
        entry=vocabulary.BITSTRING_ENTRY,
        index=vocabulary.STATUS_LIST_INDEX,
        reference=vocabulary.STATUS_LIST_REFERENCE,
        credential=vocabulary.STATUS_LIST_CREDENTIAL,
        subject=vocabulary.BITSTRING_LIST,
        multibase=True,
    ),
    _Family(
        entry=vocabulary.STATUS_LIST_2021_ENTRY,
        index=vocabulary.STATUS_LIST_INDEX,
        reference=vocabulary.STATUS_LIST_REFERENCE,
        credential=vocabulary.STATUS_LIST_2021_CREDENTIAL,
        subject=vocabulary.STATUS_LIST_2021,
    ),
    _Family(
        entry=vocabulary.REVOCATION_LIST_2020_STATUS,
        index=vocabulary.REVOCATION_LIST_INDEX,
        reference=vocabulary.REVOCATION_LIST_REFERENCE,
        credential=vocabulary.REVOCATION_LIST_2020_CREDENTIAL,
        subject=vocabulary.REVOCATION_LIST_2020,
        purposes=False,
    ),
)


def status(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """Every entry of `credentialStatus` says that the credential stands.

    Problem codes: `status.*`, `limit.exceeded`. Facts: `entries`, their number; `checked`, what each
    says; `ttl`, the milliseconds after which to ask again.
    """
    root = credential.root
    if not root.says(vocabulary.CREDENTIAL_STATUS):
        yield NotRun("no status is declared")
        return
    values = root.values(vocabulary.CREDENTIAL_STATUS)
    limit = env.policy.limits.status_entries
    if len(values) > limit:  # CHECK: many status entries
        raise exceeded("status entries of one credential", limit, len(values), "/credentialStatus")
    yield Fact("entries", len(values))
    checked: list[str] = []
    for position, value in enumerate(values):
        try:
            if isinstance(value, Literal):  # CHECK: a status that is text
                raise refuse("status.malformed", "A status that is no object.", expected="an object", found=value.text)
            for finding in _judge(value, credential, env, checked):
                yield _placed(finding, credential, position) if isinstance(finding, Problem) else finding
        except ProblemError as error:
            yield _placed(error.problem, credential, position)
    if checked:
        yield Fact("checked", "; ".join(checked))


def _placed(found: Problem, credential: Credential, position: int) -> Problem:
    if found.pointer:
        return found
    return replace(found, pointer=credential.root.where(vocabulary.CREDENTIAL_STATUS, position))


def _judge(entry: Node, credential: Credential, env: Environment, checked: list[str]) -> Iterator[Finding]:
    """By each of the types that are known: an entry of several types has to stand by all of them."""
    known = False
    for family in _FAMILIES:
        if entry.is_a(family.entry):
            known = True
            yield from _bitstring(entry, family, credential, env, checked)
    if entry.is_a(vocabulary.ONE_EDTECH_REVOCATION_LIST):
        known = True
        yield from _one_edtech(entry, credential, env, checked)
    if not known:  # CHECK: unknown types of status
        yield problem(
            "status.unsupported",
            "The status is of a type that is not known here.",
            expected=", ".join(family.entry.name for family in _FAMILIES) + " or 1EdTechRevocationList",
            found=list(entry.types) or "no type",
        )


def _by_another(issuer: object, credential: Credential, env: Environment) -> Iterator[Problem]:
    """A list counts for the credentials of its own issuer, and where the policy names that one."""
    if issuer == credential.issuer or (isinstance(issuer, str) and issuer in env.policy.status_issuers):
        return
    yield problem(
        "status.issuer",
        "The list is by somebody else than the credential.",
        expected=credential.issuer,
        found=issuer or "no issuer",
    )


# --- lists of bits --------------------------------------------------------------------------------


def _bitstring(
    entry: Node, family: _Family, credential: Credential, env: Environment, checked: list[str]
) -> Iterator[Finding]:
    """BSL §3.2, step by step; the older kinds differ only in names and encoding."""
    purpose = _only(entry, vocabulary.STATUS_PURPOSE) if family.purposes else "revocation"
    index = statuslists.read_index(_only(entry, family.index))
    url = _only(entry, family.reference)
    size = _size(entry)
    messages = yield from _messages(entry, size)
    listed = yield from _list(url, family, credential, env)
    if listed is None:
        return
    subject, bits = listed
    offered = subject.texts(vocabulary.STATUS_PURPOSE)
    if family.purposes and purpose not in offered:  # CHECK: a list for another purpose
        yield problem(
            "status.malformed",
            "The list does not serve the entry's purpose.",
            entry.where(vocabulary.STATUS_PURPOSE),
            expected=purpose,
            found=", ".join(offered) or "no purpose",
            spec="BSL §3.2 STATUS_VERIFICATION_ERROR",
        )
        return
    told = subject.texts(vocabulary.STATUS_SIZE)
    if told and told != (str(size),):  # CHECK: entries of another size
        yield problem(
            "status.malformed",
            "The list has entries of another size than the entry says.",
            expected=f"{size}",
            found=", ".join(told),
            spec="BSL §2.1 statusSize",
        )
        return
    entries = len(bits) * 8 // size
    if entries < env.policy.minimum_status_entries:  # CHECK: short lists
        yield problem(
            "status.malformed",
            "The list is too short to hide whose status is asked for.",
            expected=f"at least {env.policy.minimum_status_entries:,} entries",
            found=f"{entries:,}",
            spec="BSL §3.2 STATUS_LIST_LENGTH_ERROR",
        )
    value = statuslists.look_up(bits, index, size)
    said = messages.get(value)
    checked.append(f"{quote(purpose)}: {value}" + (f" ({quote(said)})" if said else ""))
    if value:  # CHECK: the bit itself
        yield _set(purpose, index, value, said)


def _set(purpose: str, index: int, value: int, said: str | None) -> Problem:
    """What follows from a value that is not zero."""
    meaning = purpose.lower()
    detail = f"The list says {quote(purpose)} for entry {index:,}" + (f": {quote(said)}." if said else ".")
    if meaning in INVALIDATING or meaning in INFORMING:  # CHECK: what the bit means
        return problem(INVALIDATING.get(meaning, "status.message"), detail, expected="0", found=f"{value}")
    return problem(
        "status.unsupported",
        detail + " What that means for the credential is not known here.",
        expected=", ".join(sorted({*INVALIDATING, *INFORMING})),
        found=purpose,
        spec="BSL §2.1 statusPurpose",
    )


def _list(
    url: str, family: _Family, credential: Credential, env: Environment
) -> Generator[Finding, None, tuple[Node, bytes] | None]:
    """The list's subject and bits; None where it cannot be used."""
    found = env.resources.credential(url, Purpose.STATUS_LIST)
    listing = found.credential
    if found.unavailable is not None:
        yield problem("status.unavailable", f"The list could not be loaded: {found.unavailable}.", found=url)
    elif found.outcome == "failed":  # CHECK: lists that do not verify
        yield problem(
            "status.malformed",
            f"The list {quote(url)} does not verify: {', '.join(found.reasons) or 'see its proof'}.",
            expected="a list whose own proof and period hold",
            found=found.outcome,
        )
    elif found.outcome != "passed" or listing is None:  # CHECK: lists in doubt
        yield problem(
            "status.unavailable",
            f"The list could not be judged: {', '.join(found.reasons) or 'its proof is open'}.",
            found=url,
        )
    elif listing.root.says(vocabulary.CREDENTIAL_STATUS):  # CHECK: lists with a status of their own
        yield problem("status.malformed", "The list has a status of its own, which might never end.", found=url)
    else:
        if listing.id != url:  # CHECK: another's list
            # No list to rely on; but what it says against the credential is said.
            yield problem(
                "status.malformed",
                "The list is another's: its id is not the URL it came from.",
                expected=url,
                found=listing.id or "no id",
                spec="BSL §2.2",
            )
        subjects = listing.subjects
        # CHECK: what is no list
        if not listing.root.is_a(family.credential) or len(subjects) != 1 or not subjects[0].is_a(family.subject):
            yield problem(
                "status.malformed",
                "What was loaded is not a list of this kind.",
                expected=f"a {family.credential.name} with one {family.subject.name}",
                found=[*listing.types, *(name for subject in subjects for name in subject.types)],
            )
            return None
        yield from _by_another(listing.issuer, credential, env)
        yield from _ttl(subjects[0])
        bits = env.resources.shared(statuslists.Lists).bits(
            url, _only(subjects[0], vocabulary.ENCODED_LIST), env.policy.limits, multibase=family.multibase
        )
        return subjects[0], bits
    return None


def _ttl(subject: Node) -> Iterator[Finding]:
    """How long a caller may keep the list; here every run asks for it anew (BSL §2.2)."""
    for text in subject.texts(vocabulary.TTL):
        if text.isascii() and text.isdigit() and len(text) <= 15:
            yield Fact("ttl", int(text))
        else:
            yield problem(
                "status.malformed",
                "The list's `ttl` is no number of milliseconds; it is not used.",
                severity=Severity.WARNING,
                expected="a whole number",
                found=text,
                spec="BSL §2.2",
            )


def _only(node: Node, term: Term) -> str:
    texts = node.texts(term)
    if len(texts) != 1 or not texts[0]:  # CHECK: entries without their members
        raise refuse(
            "status.malformed",
            f"The status has no single `{term.name}`.",
            expected=f"one `{term.name}`",
            found=", ".join(texts) or "none",
        )
    return texts[0]


def _size(entry: Node) -> int:
    if not entry.says(vocabulary.STATUS_SIZE):
        return 1
    size = statuslists.read_index(_only(entry, vocabulary.STATUS_SIZE))
    if not 1 <= size <= statuslists.MAXIMUM_SIZE:  # CHECK: sizes that cannot be
        raise refuse(
            "status.malformed",
            "The `statusSize` is not usable.",
            expected=f"1 to {statuslists.MAXIMUM_SIZE}",
            found=f"{size}",
            spec="BSL §2.1 statusSize",
        )
    return size


def _messages(entry: Node, size: int) -> Generator[Problem, None, dict[int, str]]:
    """The message of each value. Where entries have more than one bit, every value has one (BSL §2.1)."""
    values = entry.values(vocabulary.STATUS_MESSAGE)
    messages: dict[int, str] = {}
    for value in values:
        if isinstance(value, Node):
            number = statuslists.read_message(value.text(vocabulary.MESSAGE_STATUS) or "")
            said = value.text(vocabulary.MESSAGE)
            if number is not None and said is not None:
                messages.setdefault(number, said)
    # CHECK: messages that do not fit
    if (size > 1 or values) and (len(messages) != 2**size or len(values) != 2**size or max(messages) >= 2**size):
        yield problem(
            "status.malformed",
            "There is not one message for each value.",
            entry.where(vocabulary.STATUS_MESSAGE),
            expected=f"{2**size} messages, each with `status` and `message`",
            found=f"{len(values)} of which {len(messages)} can be used",
            spec="BSL §2.1 statusMessage",
        )
    return messages


# --- lists of names -------------------------------------------------------------------------------


def _one_edtech(entry: Node, credential: Credential, env: Environment, checked: list[str]) -> Iterator[Finding]:
    """1EdTech revocation list: plain JSON, trusted for standing where the signed entry says."""
    url = entry.id
    if url is None:  # CHECK: a revocation list without URL
        raise refuse("status.malformed", "The revocation list has no URL as its id.", expected="a URL", found="none")
    if credential.id is None:  # CHECK: a credential without id
        raise refuse("status.malformed", "The credential has no id to look up.", expected="an id", found="none")
    try:
        body = env.resources.load(Request(url=url, purpose=Purpose.STATUS_LIST)).body
    except Unavailable as unavailable:
        yield problem(
            "status.unavailable", f"The revocation list could not be loaded: {unavailable.reason}.", found=url
        )
        return
    lists = env.resources.shared(statuslists.Lists)
    document, revoking = lists.revocations(url, body, env.policy.limits)
    issuer = document["issuer"]
    yield from _by_another(issuer.get("id") if isinstance(issuer, dict) else issuer, credential, env)
    hit = revoking.get(statuslists.normal_id(credential.id))
    checked.append("1EdTechRevocationList: " + ("listed" if hit else "not listed"))
    if hit is not None:
        reason = hit.get("revocationReason")
        yield problem(
            "status.revoked",
            "The issuer's revocation list names it" + (f": {quote(reason)}." if isinstance(reason, str) else "."),
            expected="not listed",
            found=credential.id,
            spec="OB 3.0 §9.1; 1EdTech Revocation List 1.0",
        )
