"""Is it about the learner that the caller knows? (Open Badges 3.0 §9.1 step 1 and §9.3)

What the caller knows is an id, identifiers by type, or an xAPI actor. Values are compared in
constant time and never repeated in the report: it says by which kind of identifier they matched.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vcverify import vocabulary
from vcverify.checks import Environment, Finding, NotRun
from vcverify.credential import Credential, Node
from vcverify.identifiers import VerificationMethod
from vcverify.problems import Fact, problem, quote

_HASHES: Final = {"md5": hashlib.md5, "sha256": hashlib.sha256}
_MAILTO: Final = "mailto:"
EMAIL: Final = "emailAddress"

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


def read_known(given: Iterable[Any]) -> tuple[Known, ...]:
    """What a caller's list says: ids, identifiers by type, xAPI actors.

    Raises:
        ValueError: an entry that says none of these.
    """
    known: list[Known] = []
    for entry in given:
        found = list(_read_entry(entry)) if isinstance(entry, Mapping) else []
        if not found:
            raise ValueError(
                "subject: each entry has an `id`, an `identityType` with its `value`, or is an xAPI actor "
                "(`mbox`, `mbox_sha1sum`, `openid`, `account`)"
            )
        known.extend(found)
    return tuple(known)


def _read_entry(entry: Mapping[str, Any]) -> Iterator[Known]:
    value, kind = entry.get("value"), entry.get("identityType")
    if isinstance(value, str) and value and isinstance(kind, str) and kind:
        yield Known(identity_types=(kind,), value=value)
    name = entry.get("id")
    if isinstance(name, str) and name:
        yield Known(id=name)
    mbox = entry.get("mbox")
    if isinstance(mbox, str) and mbox:
        address = mbox[len(_MAILTO) :] if mbox.lower().startswith(_MAILTO) else mbox
        yield Known(id=_MAILTO + address, identity_types=(EMAIL,), value=address)
    digest = entry.get("mbox_sha1sum")
    if isinstance(digest, str) and digest:
        yield Known(sha1_of_mbox=digest.lower())
    openid = entry.get("openid")
    if isinstance(openid, str) and openid:
        yield Known(id=openid, identity_types=("identifier", "accountId"), value=openid)
    account = entry.get("account")
    if isinstance(account, Mapping) and isinstance(account.get("name"), str) and account["name"]:
        home = account.get("homePage")
        home = home if isinstance(home, str) else ""
        yield Known(
            id=home.rstrip("/") + "/" + account["name"] if home else "",
            value=account["name"],
            identity_types=_ACCOUNT_TYPES,
        )


def subject(credential: Credential, method: VerificationMethod | None, env: Environment) -> Iterator[Finding]:
    """One of the things that the caller knows is the subject's id or one of its identifiers."""
    yield from _weak(credential)
    if not env.subject:
        yield NotRun("the caller did not say whose it should be")
        return
    if credential.is_presentation:
        yield NotRun("the credentials inside are compared, one by one")
        return
    for learner in credential.subjects:
        for known in env.subject:
            how = _match(learner, known)
            if how is not None:
                yield Fact("matched", how)
                return
    kinds = sorted(
        {entry.text(vocabulary.IDENTITY_TYPE) or "none" for s in credential.subjects for entry in _entries(s)}
    )
    yield problem(
        "subject.mismatch",
        "Nothing that is known of the learner is the subject's id or one of its identifiers.",
        credential.root.where(vocabulary.CREDENTIAL_SUBJECT),
        expected="one of the known identifiers",
        found=("an id and " if any(s.id for s in credential.subjects) else "")
        + (f"identifiers of type {', '.join(kinds)}" if kinds else "no identifiers"),
    )


def _match(learner: Node, known: Known) -> str | None:
    """By what the learner is the known one: "id", or the type of the identifier that matched."""
    if known.id and learner.id is not None and _equal(learner.id, known.id):
        return "id"
    for entry in _entries(learner):
        kind = entry.text(vocabulary.IDENTITY_TYPE)
        said = entry.text(vocabulary.IDENTITY_HASH)
        if said is not None and kind is not None and _holds(entry, kind, said, known):
            return kind
    return None


def _holds(entry: Node, kind: str, said: str, known: Known) -> bool:
    if known.sha1_of_mbox:
        return kind == EMAIL and not _is_hashed(entry) and _equal(_sha1(said), known.sha1_of_mbox)
    if not known.value or kind not in known.identity_types:
        return False
    return any(_same(said, value, entry) for value in _spellings(known.value, kind))


def _same(said: str, value: str, entry: Node) -> bool:
    """Whether an identity object holds the value, in plain or as its hash (§9.3)."""
    if not _is_hashed(entry):
        return _equal(said, value)
    hashes = (identity_hash(value, salt, name) for salt in _salts(entry) for name in _HASHES)
    return any(_equal(said.lower(), text) for text in hashes)


def identity_hash(value: str, salt: str, algorithm: str) -> str:
    """`sha256$` or `md5$` and the hex digest of the identifier with its salt (Open Badges 3.0 IdentityHash)."""
    return f"{algorithm}${_HASHES[algorithm]((value + salt).encode()).hexdigest()}"


def _spellings(value: str, kind: str) -> tuple[str, ...]:
    """The value; of an e-mail address also in lower case, as which most systems keep it."""
    return (value, value.lower()) if kind == EMAIL and value != value.lower() else (value,)


def _salts(entry: Node) -> tuple[str, ...]:
    return entry.texts(vocabulary.SALT) or ("",)


def _is_hashed(entry: Node) -> bool:
    return "true" in entry.texts(vocabulary.HASHED) or "1" in entry.texts(vocabulary.HASHED)


def _entries(learner: Node) -> tuple[Node, ...]:
    return learner.nodes(vocabulary.CLR_IDENTIFIER)


def _sha1(address: str) -> str:
    text = address if address.lower().startswith(_MAILTO) else _MAILTO + address
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _weak(credential: Credential) -> Iterator[Finding]:
    for learner in credential.subjects:
        for entry in _entries(learner):
            if not _is_hashed(entry):
                continue
            said = entry.text(vocabulary.IDENTITY_HASH) or ""
            algorithm = said.partition("$")[0].lower()
            unsalted = not entry.text(vocabulary.SALT)
            if algorithm == "md5" or unsalted:
                yield problem(
                    "identity.weak",
                    "An identifier is hashed with md5."
                    if algorithm == "md5"
                    else "An identifier is hashed without a salt, so that it can be guessed.",
                    entry.where(vocabulary.IDENTITY_HASH),
                    expected="sha256 with a salt",
                    found=quote(algorithm) + (" without salt" if unsalted else ""),
                )
