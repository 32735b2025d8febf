"""Two versions of a credential: is it the same one, which supersedes, what differs, which signatures break.

compare(a, b, verifier).differences
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from vcverify import vocabulary
from vcverify.comparison.signatures import BROKEN, DROPPED, KEPT, SignatureChange, Walk, signature_changes
from vcverify.comparison.statements import StatementDifference, statement_differences
from vcverify.comparison.values import ADDED, CHANGED, REMOVED, REORDERED, WRAPPED, Difference, differences
from vcverify.credential import Credential, read_json
from vcverify.datetimes import format_instant, parse_stamp
from vcverify.documents import Document, EmbeddedDocument, EnvelopedDocument, parse
from vcverify.jose import read_compact, read_contents, split_combined
from vcverify.jose.contents import read_payload
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.report import Report
from vcverify.suites.unsecured import Unsecured
from vcverify.verifier import Data, Verifier

__all__ = [
    "ADDED",
    "BROKEN",
    "CHANGED",
    "DROPPED",
    "KEPT",
    "REMOVED",
    "REORDERED",
    "WRAPPED",
    "Comparison",
    "Difference",
    "SignatureChange",
    "StatementDifference",
    "Version",
    "compare",
]

FIRST: Final = "A"
SECOND: Final = "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One of the two.

    Attributes:
        report: What verification says of it.
        id, issuer, valid_from: As it says them itself, whether or not its signature holds.
    """

    report: Report
    document: JsonObject
    id: str | None
    issuer: str | None
    valid_from: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """The version as JSON values, without the document."""
        return {
            "outcome": self.report.outcome.value,
            "id": self.id,
            "issuer": self.issuer,
            "validFrom": None if self.valid_from is None else format_instant(self.valid_from),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two versions have to do with each other.

    Attributes:
        same_credential: Whether issuer and id are the same (OB 3.0, *Equality and comparison*): percent-decoded,
            without white space around them. None where one of them has no issuer or no id.
        supersedes: "A" or "B", the one of the newer `validFrom`; None where they are not the same credential, or
            neither is newer.
        differences: Of the JSON.
        statements: Of the statements that an RDFC-1.0 signature is over; None where one has no usable contexts.
        signatures: What became of those of A in B.
    """

    first: Version
    second: Version
    same_credential: bool | None
    supersedes: str | None
    differences: tuple[Difference, ...]
    statements: tuple[StatementDifference, ...] | None
    signatures: tuple[SignatureChange, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs, signatures included."""
        return not self.differences and all(change.state == KEPT for change in self.signatures)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        return {
            "same": self.same,
            "sameCredential": self.same_credential,
            "supersedes": self.supersedes,
            "a": self.first.to_dict(),
            "b": self.second.to_dict(),
            "differences": [item.to_dict() for item in self.differences],
            "statements": None if self.statements is None else [item.to_dict() for item in self.statements],
            "signatures": [item.to_dict() for item in self.signatures],
        }


def compare(a: Data, b: Data, verifier: Verifier, *, at: datetime | None = None) -> Comparison:
    """What differs between two versions of a credential, A first.

    Raises:
        ProblemError: `input.malformed`, `limit.exceeded` where one of them cannot be read.
    """
    limits = verifier.policy.limits

    def walk(document: JsonObject) -> Unsecured:
        return Unsecured(document, (verifier.contexts,), limits, verifier.engine)

    received = parse(a, limits), parse(b, limits)
    one = _version(received[0], verifier.verify(a, at=at), walk, limits)
    other = _version(received[1], verifier.verify(b, at=at), walk, limits)
    same_credential = _same_credential(one, other)
    return Comparison(
        first=one,
        second=other,
        same_credential=same_credential,
        supersedes=_newer(one, other) if same_credential else None,
        differences=tuple(differences(one.document, other.document)),
        statements=_statements(one.document, other.document, walk),
        signatures=(*_tokens(*received), *signature_changes(one.document, other.document, walk, limits)),
    )


def _version(received: Document, report: Report, walk: Walk, limits: Limits) -> Version:
    document = _document(received, limits)
    credential = _reading({name: value for name, value in document.items() if name != "proof"}, walk)
    texts = (
        credential.root.text(term) or document.get(term.name)
        for term in (vocabulary.VALID_FROM, vocabulary.ISSUANCE_DATE)
    )
    stamps = (parse_stamp(text) for text in texts if isinstance(text, str))
    return Version(
        report=report,
        document=document,
        id=_named(document) or credential.id,
        issuer=_named(document.get("issuer", document.get("holder"))) or credential.issuer,
        valid_from=next((stamp.instant for stamp in stamps if stamp is not None), None),
    )


def _named(value: JsonValue) -> str | None:
    """The id as it stands there, before anything is made of it."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    return value if isinstance(value, str) else None


def _document(received: Document, limits: Limits) -> JsonObject:
    """The JSON that is compared: of a token, the document that it carries."""
    if isinstance(received, EmbeddedDocument):
        return received.received
    compact = read_compact(split_combined(received.token).token, limits)
    return read_contents(read_payload(compact.payload, limits)).document


def _reading(document: JsonObject, walk: Walk) -> Credential:
    """The reading of the statements, or by name where there are none."""
    try:
        return walk(document).credential()
    except ProblemError:
        return read_json(document)


def _same_credential(one: Version, other: Version) -> bool | None:
    if one.id is None or other.id is None or one.issuer is None or other.issuer is None:
        return None
    return _bare(one.id) == _bare(other.id) and _bare(one.issuer) == _bare(other.issuer)


def _bare(name: str) -> str:
    return unquote(name.strip()).strip()


def _newer(one: Version, other: Version) -> str | None:
    if one.valid_from is None or other.valid_from is None or one.valid_from == other.valid_from:
        return None
    return FIRST if one.valid_from > other.valid_from else SECOND


def _statements(one: JsonObject, other: JsonObject, walk: Walk) -> tuple[StatementDifference, ...] | None:
    bare = [{name: value for name, value in document.items() if name != "proof"} for document in (one, other)]
    try:
        return tuple(statement_differences(walk(bare[0]), walk(bare[1])))
    except ProblemError:
        return None


def _tokens(one: Document, other: Document) -> list[SignatureChange]:
    """What became of the signature of a token: any other text of it is another token."""
    if not isinstance(one, EnvelopedDocument):
        return []
    if not isinstance(other, EnvelopedDocument):
        return [SignatureChange(pointer="", state=DROPPED)]
    return [SignatureChange(pointer="", state=KEPT if one.token == other.token else DROPPED)]
