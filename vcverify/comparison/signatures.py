"""Which signatures of a document survive in another version of it, and what breaks the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vcverify import suites
from vcverify.comparison.values import REMOVED, Difference, changed, differences, identity, same
from vcverify.documents import EmbeddedDocument, ReceivedProof, embedded
from vcverify.jsontypes import JsonObject, JsonValue, compact
from vcverify.limits import MIB, Limits
from vcverify.nesting import find_in_json
from vcverify.problems import ProblemError
from vcverify.suites.data_integrity import DataIntegritySuite
from vcverify.suites.proofs import Proof, read_proof
from vcverify.suites.unsecured import Unsecured

KEPT: Final = "kept"
BROKEN: Final = "broken"
DROPPED: Final = "dropped"

MOST_TRIED: Final = 400
"""Differences of one credential that are tried one by one; each costs a walk."""

MOST_WALKED: Final = 3 * MIB
"""Bytes of JSON that are walked for all those trials together; a second and a half."""

Walk = Callable[[JsonObject], Unsecured]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureChange:
    """What became of one signature.

    Attributes:
        pointer: Where the proof, or the token, stands in the first document.
        state: `kept`; `broken`: it is there, and what it signs is not; `dropped`: it is not there.
        causes: Of a broken one, the differences each of which alone would break it; pointers count from the document.
            All differences where none does, or none could be tried (`MOST_TRIED`, `MOST_WALKED`).
    """

    pointer: str
    state: str
    causes: tuple[Difference, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON values."""
        values: dict[str, Any] = {"pointer": self.pointer, "state": self.state}
        if self.state == BROKEN:
            values["causes"] = [cause.to_dict() for cause in self.causes]
        return values


def signature_changes(first: JsonObject, second: JsonObject, walk: Walk, limits: Limits) -> list[SignatureChange]:
    """What became of every signature of the first document, and of the credentials in it at every level."""
    return list(_changes(first, second, "", _Trials(walk, limits)))


class _Trials:
    """What one comparison tries, and how much more of it there may be."""

    def __init__(self, walk: Walk, limits: Limits) -> None:
        self.walk = walk
        self.limits = limits
        self._left = MOST_WALKED

    def of(self, found: Sequence[Difference], document: JsonObject) -> Sequence[Difference]:
        """Those of the differences that may still be tried on a document."""
        size = len(compact(document))
        most = min(MOST_TRIED, self._left // size)
        self._left -= size * min(most, len(found))
        return found[:most]


def _changes(first: JsonObject, second: JsonObject | None, pointer: str, trials: _Trials) -> Iterator[SignatureChange]:
    yield from _of_proofs(first, second, pointer, trials)
    found = {} if second is None else {nested.pointer: nested.value for nested in find_in_json(second)}
    tokens = {value for value in found.values() if isinstance(value, str)}
    named = _by_id(found.values())
    for nested in find_in_json(first):
        where = pointer + nested.pointer
        if isinstance(nested.value, str):
            state = KEPT if nested.value in tokens else DROPPED
            yield SignatureChange(pointer=where, state=state)
        elif isinstance(nested.value, dict):
            counterpart = _counterpart(nested.value, found.get(nested.pointer), named)
            yield from _changes(nested.value, counterpart, where, trials)


def _by_id(values: Iterable[JsonValue]) -> dict[str, JsonObject]:
    """The objects among the values by their ids; of several, the first."""
    named: dict[str, JsonObject] = {}
    for value in values:
        name = value.get("id") if isinstance(value, dict) else None
        if isinstance(value, dict) and isinstance(name, str):
            named.setdefault(name, value)
    return named


def _counterpart(value: JsonObject, there: JsonValue, named: Mapping[str, JsonObject]) -> JsonObject | None:
    """The same credential in the other document: of the same id, else at the same place without another id."""
    name = value.get("id")
    if isinstance(name, str) and name in named:
        return named[name]
    if isinstance(there, dict) and (name is None or there.get("id") is None):
        return there
    return None


def _of_proofs(
    first: JsonObject, second: JsonObject | None, pointer: str, trials: _Trials
) -> Iterator[SignatureChange]:
    walk = trials.walk
    try:
        document = embedded(first, trials.limits)
        other = None if second is None else embedded(second, trials.limits)
    except ProblemError:
        return
    for proof in document.proofs:
        where = pointer + proof.pointer
        now = None if other is None else _same_proof(proof, other)
        if other is None or now is None or second is None:
            yield SignatureChange(pointer=where, state=DROPPED)
        elif same(first, second) or _signed(document, proof, walk) == _signed(other, now, walk):
            yield SignatureChange(pointer=where, state=KEPT)
        else:
            causes = _causes(first, second, proof, trials)
            yield SignatureChange(pointer=where, state=BROKEN, causes=tuple(cause.below(pointer) for cause in causes))


def _same_proof(proof: ReceivedProof, other: EmbeddedDocument) -> ReceivedProof | None:
    """The proof with the same signature."""
    value = _signature(proof)
    return next((each for each in other.proofs if value is not None and _signature(each) == value), None)


def _signature(proof: ReceivedProof) -> JsonValue:
    return proof.value.get("proofValue", proof.value.get("jws")) if isinstance(proof.value, dict) else None


def _causes(first: JsonObject, second: JsonObject, proof: ReceivedProof, trials: _Trials) -> list[Difference]:
    walk, limits = trials.walk, trials.limits
    document = embedded(first, limits)
    signed = _signed(document, proof, walk)
    found = [item for item in differences(first, second) if _concerns(item, document, proof)]
    causes = []
    for item in trials.of(found, first):
        try:
            trial = embedded(changed(first, item, limits), limits)
        except ProblemError:
            causes.append(item)
            continue
        now = _same_proof(proof, trial)
        if now is None or _signed(trial, now, walk) != signed:
            causes.append(item)
    return causes or found


def _concerns(item: Difference, document: EmbeddedDocument, proof: ReceivedProof) -> bool:
    """Whether a difference is not one of another proof, which no signature but its own covers."""
    if item.kind == REMOVED and item.pointer == "/proof":
        return True
    others = [each.pointer for each in document.proofs if each.pointer != proof.pointer]
    return not any(item.pointer == pointer or item.pointer.startswith(pointer + "/") for pointer in others)


def _signed(document: EmbeddedDocument, received: ReceivedProof, walk: Walk) -> tuple[object, ...]:
    """What the signature is over: equal for two documents exactly if it holds for both or for none."""
    try:
        proof = read_proof(received)
        suite = suites.find(proof.suite_name, proof.type)
        if not isinstance(suite, DataIntegritySuite):
            return ("text", identity(document.unsecured), identity(received.value))
        unsecured = walk(_covered(document, proof))
        return (
            suite.transform.document_digest(unsecured, proof, "sha256")[1],
            suite.proof_config(unsecured, proof, "sha256")[0],
        )
    except ProblemError as error:
        return ("refused", error.problem.code, error.problem.pointer)


def _covered(document: EmbeddedDocument, proof: Proof) -> JsonObject:
    """The document that the proof is over: with the proofs that it builds on (DI §4.5)."""
    earlier: list[JsonValue] = [
        each.value
        for each in document.proofs
        if isinstance(each.value, dict) and each.value.get("id") in proof.previous
    ]
    return {**document.unsecured, "proof": earlier} if earlier else document.unsecured
