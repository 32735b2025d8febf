"""Is it about the learner that the caller knows? (Open Badges 3.0 §9.1 step 1 and §9.3)

What the caller knows is an id, identifiers by type, or an xAPI actor. Values are compared in
constant time and never repeated in the report: it says by which kind of identifier they matched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.checks.identities import EMAIL, equal, identities, octets, spellings
from vcverify.credential import Credential, Node
from vcverify.identifiers import VerificationMethod
from vcverify.problems import Fact, Severity, problem, quote

_MAILTO: Final = "mailto:"

_ACCOUNT_TYPES: Final = (
    "accountId",
    "userName",
    "identifier",
    "sourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "lisSourcedId",
    "systemId",
)
"""Identity types under which an account's name may stand (xAPI names none)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One thing that the caller knows of the learner.

    Attributes:
        id: An id that the subject itself may have; "" if the caller knows none.
        identity_types: Types of identifier that `value` may stand under.
        value: The identifier in plain.
        sha1_of_mbox: Hex SHA-1 of `mailto:` and the address (xAPI `mbox_sha1sum`).
    """

    id: str = ""
    identity_types: tuple[str, ...] = ()
    value: str = ""
    sha1_of_mbox: str = ""


_SOURCED: Final = ("sourcedId", "oneRosterSourcedId", "sisSourcedId", "lisSourcedId")
_TEXTS: Final = ("id", "value", "identityType", "mbox", "mbox_sha1sum", "openid", "sourcedId", "username", "email")


def read_known(given: Iterable[Any]) -> tuple[Known, ...]:
    """What a caller's list says: ids, identifiers by type, xAPI actors, OneRoster users.

    Raises:
        ValueError: an entry that says none of these, or says one badly.
    """
    known: list[Known] = []
    for entry in given:
        if not isinstance(entry, Mapping):
            raise ValueError(f"subject: {quote(entry)} is no object")
        found = list(_read_entry(entry))
        if not found:
            raise ValueError(
                "subject: each entry has an `id`, an `identityType` with its `value`, is an xAPI actor "
                "(`mbox`, `mbox_sha1sum`, `openid`, `account`) or a OneRoster user (`sourcedId`)"
            )
        known.extend(found)
    return tuple(known)


def _read_entry(entry: Mapping[str, Any]) -> Iterator[Known]:
    said: dict[str, str] = {}
    for name in _TEXTS:
        if name in entry:
            said[name] = _text(entry, name)
    if ("value" in said) != ("identityType" in said):
        raise ValueError("subject: `identityType` and `value` come together")
    if "value" in said:
        yield Known(identity_types=(said["identityType"],), value=said["value"])
    if "id" in said:
        yield Known(id=said["id"])
    if "mbox" in said:
        address = _bare(said["mbox"])
        yield Known(id=_MAILTO + address, identity_types=(EMAIL,), value=address)
    if "mbox_sha1sum" in said:
        yield Known(sha1_of_mbox=said["mbox_sha1sum"].lower())
    if "openid" in said:
        yield Known(id=said["openid"], identity_types=("identifier", "accountId"), value=said["openid"])
    if "account" in entry:
        yield _account(entry["account"])
    if "sourcedId" in said:
        yield Known(identity_types=_SOURCED, value=said["sourcedId"])
    if "username" in said:
        yield Known(identity_types=("userName",), value=said["username"])
    if "email" in said:
        yield Known(identity_types=(EMAIL,), value=said["email"])


def _account(account: object) -> Known:
    if not isinstance(account, Mapping):
        raise ValueError("subject: `account` is no object")
    name = _text(account, "name")
    home = _text(account, "homePage").rstrip("/") if "homePage" in account else ""
    return Known(id=f"{home}/{name}" if home else "", value=name, identity_types=_ACCOUNT_TYPES)


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"subject: `{name}` is no text")
    return value


def _bare(address: str) -> str:
    return address[len(_MAILTO) :] if address.lower().startswith(_MAILTO) else address


def subject(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """One of the things that the caller knows is the subject's id or one of its identifiers.

    Problem codes: `subject.mismatch`, `identity.weak`. Facts: `matched`, "id" or the identity type.
    """
    yield from _weak(credential)
    if not env.subject:
        yield NotRun("the caller did not say whose it should be")
        return
    if env.relation == "member":
        yield NotRun("the record around it compares its learner")
        return
    if credential.is_presentation and any(child.relation == "credential" for child in env.children):
        yield NotRun("the credentials inside are compared, one by one")
        return
    for learner in credential.subjects:
        for known in env.subject:
            how = _match(learner, known)
            if how is not None:
                yield Fact("matched", how)
                return
    # CHECK: digests that cannot be compared
    if any(
        identity.hashed and identity.kind == EMAIL
        for learner in credential.subjects
        for identity in identities(learner)
    ) and any(known.sha1_of_mbox for known in env.subject):
        yield problem(
            "subject.mismatch",
            "Whose it is cannot be said: the address is hashed here in one way and known in another.",
            credential.root.where(vocabulary.CREDENTIAL_SUBJECT),
            severity=Severity.INCONCLUSIVE,
            expected="one of the known identifiers",
            found="a hashed address",
            remedy="Ask with the address itself (`mbox`, or `emailAddress`).",
        )
        return
    kinds = sorted({identity.kind for learner in credential.subjects for identity in identities(learner)})
    parts = ["an id"] if any(learner.id for learner in credential.subjects) else []
    parts += [f"identifiers of type {', '.join(kinds)}"] if kinds else []
    yield problem(
        "subject.mismatch",
        "Nothing that is known of the learner is the subject's id or one of its identifiers.",
        credential.root.where(vocabulary.CREDENTIAL_SUBJECT),
        expected="one of the known identifiers",
        found=" and ".join(parts) or "neither id nor identifiers",
    )


def is_known(learner: Node, given: Iterable[Known]) -> bool | None:
    """Whether a subject is whom the caller knows; None where nothing of the two can be compared."""
    compared = False
    held = list(identities(learner))
    for known in given:
        if _match(learner, known) is not None:
            return True
        compared = compared or bool(known.id and learner.id is not None)
        for identity in held:
            if known.sha1_of_mbox:
                compared = compared or (identity.kind == EMAIL and not identity.hashed)
            elif identity.kind in known.identity_types:
                compared = compared or identity.comparable
    return False if compared else None


def _match(learner: Node, known: Known) -> str | None:
    """By what the learner is the known one: "id", or the type of the identifier that matched."""
    if learner.id is not None:
        if known.id and equal(learner.id, known.id):
            return "id"
        if known.sha1_of_mbox and learner.id.lower().startswith(_MAILTO) and _is_mbox(learner.id, known.sha1_of_mbox):
            return "id"
    for identity in identities(learner):
        if known.sha1_of_mbox:
            if identity.kind == EMAIL and not identity.hashed and _is_mbox(identity.value, known.sha1_of_mbox):
                return identity.kind
        elif identity.kind in known.identity_types and identity.holds(known.value):
            return identity.kind
    return None


def _is_mbox(address: str, digest: str) -> bool:
    """Whether the SHA-1 is of the address as a `mailto:` IRI (xAPI `mbox_sha1sum`)."""
    return any(
        equal(hashlib.sha1(octets(_MAILTO + text), usedforsecurity=False).hexdigest(), digest)
        for text in spellings(_bare(address), EMAIL)
    )


def _weak(credential: Credential) -> Iterator[Finding]:
    for learner in credential.subjects:
        for identity in identities(learner):
            unsalted = not identity.salt
            if identity.hashed and (identity.algorithm == "md5" or unsalted):  # CHECK: weak hashes
                yield problem(
                    "identity.weak",
                    "An identifier is hashed with md5."
                    if identity.algorithm == "md5"
                    else "An identifier is hashed without a salt, so that it can be guessed.",
                    identity.node.where(vocabulary.IDENTITY_HASH),
                    expected="sha256 with a salt",
                    found=quote(identity.algorithm) + (" without salt" if unsalted else ""),
                )
