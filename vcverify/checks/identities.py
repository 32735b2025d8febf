"""Identity objects: who a subject is besides its id (Open Badges 3.0 §B IdentityObject, §9.3).

Values are compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from vcverify import vocabulary
from vcverify.credential import Node
from vcverify.problems import Problem, Severity, problem
from vcverify.vocabulary import Term

EMAIL: Final = "emailAddress"

_HASHES: Final = {"md5": hashlib.md5, "sha256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity object, as it was signed.

    Attributes:
        kind: Its `identityType`.
        value: Its `identityHash`: the identifier in plain, or `algorithm$hex` of it and the salt.
        salt: "" where there is none; None where there are several, so that nobody knows which.
    """

    node: Node
    kind: str
    value: str
    hashed: bool
    salt: str | None

    @property
    def algorithm(self) -> str:
        """The name before the `$` of a hashed value, in lower case."""
        return self.value.partition("$")[0].lower()

    @property
    def comparable(self) -> bool:
        """Whether it can be said of an identifier in plain that this is its object."""
        return not self.hashed or (self.salt is not None and self.algorithm in _HASHES)

    def holds(self, identifier: str) -> bool:
        """Whether it is the object of the identifier, given in plain (§9.3)."""
        if not self.comparable:
            return False
        texts = spellings(identifier, self.kind)
        if not self.hashed:
            return any(equal(said, text) for said in spellings(self.value, self.kind) for text in texts)
        salt, said = self.salt or "", self.value.lower()
        return any(equal(said, identity_hash(text, salt, self.algorithm)) for text in texts)


def identities(subject: Node) -> Iterator[Identity]:
    """The identity objects of a subject that name their type and value."""
    if not subject.says(vocabulary.CLR_IDENTIFIER):
        return
    for node in subject.nodes(vocabulary.CLR_IDENTIFIER):
        kind, value = node.text(vocabulary.IDENTITY_TYPE), node.text(vocabulary.IDENTITY_HASH)
        if kind and value:
            hashed = not {"true", "1"}.isdisjoint(node.texts(vocabulary.HASHED))
            salts = node.texts(vocabulary.SALT)
            yield Identity(node, kind, value, hashed, "" if not salts else salts[0] if len(salts) == 1 else None)


TYPES: Final = frozenset(
    {
        *("name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "identifier"),
        *("nationalIdentityNumber", "isbn", "issn", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId"),
        *("ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId"),
    }
)
"""The identity types of Open Badges 3.0 (IdentifierTypeEnum); others begin with `ext:`."""

_SPEC: Final = "OB 3.0 §B IdentityObject"
_HASH: Final = re.compile(r"(?:md5\$[0-9a-f]{32}|sha256\$[0-9a-f]{64})", re.I)
_REQUIRED: Final = (vocabulary.IDENTITY_HASH, vocabulary.IDENTITY_TYPE, vocabulary.HASHED)


def forms(subject: Node) -> Iterator[Problem]:
    """What nobody could compare of the identity objects of a subject, as warnings.

    Problem codes: `data-model.required`, `data-model.value`.
    """
    for node in subject.nodes(vocabulary.CLR_IDENTIFIER):
        for term in _REQUIRED:
            if not node.says(term):  # CHECK: identifiers without their parts
                yield problem(
                    "data-model.required",
                    f"There is no `{term.name}`; the identifier matches nothing for sure.",
                    node.pointer,
                    severity=Severity.WARNING,
                    expected=f"`{term.name}`",
                    spec=_SPEC,
                )
        for position, kind in enumerate(node.texts(vocabulary.IDENTITY_TYPE)):
            if kind not in TYPES and not kind.startswith("ext:"):  # CHECK: identifiers of unknown types
                yield _odd(
                    node, vocabulary.IDENTITY_TYPE, position, "The `identityType` is not of the vocabulary.", kind
                )
        said = node.texts(vocabulary.HASHED)
        hashed = not {"true", "1"}.isdisjoint(said)
        for position, text in enumerate(said):
            if text not in ("true", "1", "false", "0"):  # CHECK: hashed or not
                yield _odd(node, vocabulary.HASHED, position, "`hashed` is neither true nor false.", text)
        for position, value in enumerate(node.texts(vocabulary.IDENTITY_HASH)):
            if hashed is not (_HASH.fullmatch(value) is not None):  # CHECK: hashes that are none
                detail = (
                    "The identifier is said to be hashed, and is not of the form of a hash."
                    if hashed
                    else "The identifier is said to be in plain, and has the form of a hash."
                )
                # Not repeated here: it may be somebody's address.
                yield _odd(node, vocabulary.IDENTITY_HASH, position, detail, "another form")


_EXPECTED: Final = {
    vocabulary.IDENTITY_TYPE: ", ".join(sorted(TYPES)) + " or ext:...",
    vocabulary.HASHED: "true or false",
    vocabulary.IDENTITY_HASH: "`md5$` or `sha256$` and hex digits where `hashed` is true, plain text where it is false",
}


def _odd(node: Node, term: Term, position: int, detail: str, found: str) -> Problem:
    return problem(
        "data-model.value",
        detail,
        node.where(term, position),
        severity=Severity.WARNING,
        expected=_EXPECTED[term],
        found=found,
        spec=_SPEC,
    )


def identity_hash(identifier: str, salt: str, algorithm: str) -> str:
    """`sha256$` or `md5$` and the hex digest of the identifier with its salt (Open Badges 3.0 IdentityHash)."""
    return f"{algorithm}${_HASHES[algorithm](octets(identifier + salt)).hexdigest()}"


def equal(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that does not depend on where they differ."""
    return hmac.compare_digest(octets(one), octets(other))


def octets(text: str) -> bytes:
    """UTF-8, of any text that a caller may have."""
    return text.encode("utf-8", "surrogatepass")


def spellings(value: str, kind: str) -> tuple[str, ...]:
    """The value; of an e-mail address also in lower case, as which most systems keep it."""
    return (value, value.lower()) if kind == EMAIL and value != value.lower() else (value,)


_COMPARED: Final = 32
"""Identifiers of a record's learner that are hashed to compare them with a hashed one; people have a few."""


_PERSONAL: Final = frozenset(
    {
        *("sourcedId", "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiUserId", "userName", "accountId"),
        *("emailAddress", "identifier", "nationalIdentityNumber"),
    }
)
"""Identity types that tell one person from another; names, and those of systems, courses and books, do not."""


class Learner:
    """Whom a record is about: ids first, then identifiers of one type, plain or hashed.

    Of two subjects with different ids only identifiers that tell persons apart can say that they are one.

    Comparing costs the same for each identifier, however many the record gives.
    """

    __slots__ = ("_hashed", "_ids", "_plain", "_said")

    def __init__(self, subjects: Iterable[Node]) -> None:
        self._ids: set[str] = set()
        self._said: dict[tuple[str, ...], set[str]] = {}
        self._plain: dict[str, list[Identity]] = {}
        self._hashed: dict[str, list[Identity]] = {}
        for node in subjects:
            if node.id is not None:
                self._ids.add(node.id)
            for identity in identities(node):
                self._said.setdefault(_group(identity), set()).add(_normal(identity))
                held = (self._hashed if identity.hashed else self._plain).setdefault(identity.kind, [])
                if identity.comparable and len(held) < _COMPARED:
                    held.append(identity)

    def is_same(self, subject: Node) -> bool | None:
        """Whether a subject is the learner; None where nothing can be compared."""
        if subject.id is not None and subject.id in self._ids:
            return True
        compared = different = subject.id is not None and bool(self._ids)
        for identity in identities(subject):
            if different and identity.kind not in _PERSONAL:  # CHECK: one system, two persons
                continue
            said = self._said.get(_group(identity))
            if said is not None:
                compared = True
                if _normal(identity) in said:
                    return True
            if not identity.comparable:
                continue
            if identity.hashed:
                others = self._plain.get(identity.kind, [])
                met = any(identity.holds(other.value) for other in others)
            else:
                others = self._hashed.get(identity.kind, [])
                met = any(other.holds(identity.value) for other in others)
            if met:
                return True
            compared = compared or bool(others)
        return False if compared else None


def _group(identity: Identity) -> tuple[str, ...]:
    """What makes two values comparable as they stand."""
    if not identity.hashed:
        return (identity.kind,)
    return (identity.kind, identity.algorithm, *(() if identity.salt is None else (identity.salt,)))


def _normal(identity: Identity) -> str:
    return identity.value.lower() if identity.hashed or identity.kind == EMAIL else identity.value
