"""A Data Integrity proof, typed (VC Data Integrity §2.1). Received, not yet believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcverify.datetimes import parse_stamp
from vcverify.documents import ReceivedProof
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import ProblemError, quote, refuse

DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A proof whose members have the types that the specification asks for.

    Attributes:
        value: The proof as received.
        pointer: Where it stands in the document.
        cryptosuite: The suite's name; "" for proof types that are a suite of their own.
        previous: Ids of the proofs that must verify first.
        domain: All domains; a single one is a set of one.
    """

    value: JsonObject
    pointer: str
    type: str
    cryptosuite: str
    verification_method: str
    purpose: str
    id: str | None
    created: datetime | None
    expires: datetime | None
    domain: tuple[str, ...]
    challenge: str | None
    previous: tuple[str, ...]

    @property
    def suite_name(self) -> str:
        return self.cryptosuite or self.type


def suite_of(received: ReceivedProof) -> tuple[str, str]:
    """The suite's name and the proof's type.

    Raises:
        ProblemError: `proof.malformed` where the proof names none.
    """
    value, pointer = received.value, received.pointer
    if not isinstance(value, dict):  # CHECK: proofs that are no object
        raise refuse(
            "proof.malformed",
            "A proof that is not an object.",
            pointer,
            expected="an object",
            found=value,
            spec="DI §4.4",
        )
    proof_type = _text(value, "type", pointer)
    if proof_type != DATA_INTEGRITY_PROOF:
        return proof_type, proof_type
    return _text(value, "cryptosuite", pointer), proof_type


def read_proof(received: ReceivedProof) -> Proof:
    """The proof, typed.

    Raises:
        ProblemError: `proof.malformed` with the place.
    """
    suite, proof_type = suite_of(received)
    value, pointer = received.value, received.pointer
    assert isinstance(value, dict)
    return Proof(
        value=value,
        pointer=pointer,
        type=proof_type,
        cryptosuite=suite if proof_type == DATA_INTEGRITY_PROOF else "",
        verification_method=_text(value, "verificationMethod", pointer),
        purpose=_text(value, "proofPurpose", pointer),
        id=_optional_text(value, "id", pointer),
        created=_instant(value, "created", pointer),
        expires=_instant(value, "expires", pointer),
        domain=_texts(value, "domain", pointer),
        challenge=_optional_text(value, "challenge", pointer),
        previous=_texts(value, "previousProof", pointer),
    )


def _malformed(name: str, pointer: str, expected: str, found: JsonValue) -> ProblemError:
    return refuse(
        "proof.malformed",
        f"The proof's `{name}` is not {expected}.",
        f"{pointer}/{name}",
        expected=expected,
        found=found,
    )


def _text(value: JsonObject, name: str, pointer: str) -> str:
    found = value.get(name)
    if found is None:
        raise refuse("proof.malformed", f"The proof has no `{name}`.", pointer, expected=f"`{name}`", spec="DI §2.1")
    if not isinstance(found, str) or not found:  # CHECK: members that are no text
        raise _malformed(name, pointer, "text", found)
    return found


def _optional_text(value: JsonObject, name: str, pointer: str) -> str | None:
    return None if value.get(name) is None else _text(value, name, pointer)


def _texts(value: JsonObject, name: str, pointer: str) -> tuple[str, ...]:
    found = value.get(name)
    if found is None:
        return ()
    items = found if isinstance(found, list) else [found]
    if not all(isinstance(item, str) and item for item in items):  # CHECK: lists of what is no text
        raise _malformed(name, pointer, "text or a list of texts", found)
    return tuple(str(item) for item in items)


def _instant(value: JsonObject, name: str, pointer: str) -> datetime | None:
    text = _optional_text(value, name, pointer)
    if text is None:
        return None
    stamp = parse_stamp(text)
    if stamp is None or not stamp.has_offset:  # CHECK: dates that are no dateTimeStamp
        raise _malformed(name, pointer, "a dateTimeStamp such as 2026-01-31T12:00:00Z", quote(text))
    return stamp.instant
