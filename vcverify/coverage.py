"""Which signature covers which place of a document, and why nothing covers the others.

Every JSON Pointer of the document, objects and arrays included, gets one answer:

    its own      the innermost credential around it whose signature holds and covers it, by its pointer
    "outer"      the signature of the document as a whole
    unsigned     none, with the reason and what mends it

The signature itself (`proofValue`) is neither: it is what signs. The other members of a proof are covered by
the proof's configuration (DI §4.3). Under an RDFC-1.0 suite a place is covered where a statement comes from it,
or where it is part of one: an id, a type, a language. `@context` is covered by what it makes the names mean. An
object or array is covered where anything in it is, or where it says of something that it exists. Under JCS and
JOSE all the text is covered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vcverify.documents import EmbeddedDocument
from vcverify.jsontypes import JsonObject, JsonValue, as_list, escape_token
from vcverify.problems import Problem, ProblemError, quote
from vcverify.proving import ProofResult
from vcverify.report import OUTER, Coverage, Report, Unsigned
from vcverify.suites.unsecured import Unsecured


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One document whose signature holds, or is supposed to.

    Attributes:
        pointer: Where the document stands in the root document.
        results: What was found of the proofs that vouch for it.
        supposed: The document as an RDFC-1.0 suite would sign it; None where `results` say what was signed.
    """

    pointer: str
    document: EmbeddedDocument
    results: tuple[ProofResult, ...] = ()
    supposed: Unsecured | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Why no signature covers a place, and what would mend it."""

    reason: str
    remedy: str


Cover = dict[str, Loss | None]
"""By pointer: None where the place is covered. Signatures themselves are not in it."""

_SIGNATURES: Final = frozenset({"proofValue", "jws", "signatureValue"})
_JSON: Final = '"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'

_KEYWORDS: Final = frozenset({"id", "type", "@id", "@type", "@value", "@language"})

_NULL: Final = Loss(
    "`null` says nothing: the signature does not tell it from an absent member.", "Leave the member out."
)
_EMPTY: Final = Loss(
    "An empty array says nothing: the signature does not tell it from an absent member.", "Leave the member out."
)
_UNSAID: Final = Loss("No signed statement comes from it.", "Define the term in a context, or remove it.")
_NOTHING_IN_IT: Final = Loss("Nothing in it is signed.", "See what is in it.")
_OTHER_PROOF: Final = Loss("This proof was not verified, so nothing vouches for what it says.", "")
_ADDED_CONTEXT: Final = Loss(
    "The proof was made under fewer contexts: this one was added afterwards.", "Remove it, or ask for a new proof."
)
_NO_PROOF: Final = Loss("No proof vouches for it.", "Ask the issuer for the signed credential.")


def map_coverage(
    report: Report, layers: Sequence[Layer], *, document: JsonValue = None, why: Loss | None = None
) -> Coverage:
    """The coverage of the whole document that the report is about.

    Args:
        layers: Every document of it whose signature holds.
        document: The document, where it is another than the report's.
        why: Why there is no signature over it, where the report does not say.

    Raises:
        ProblemError: as the walk of a document does.
    """
    places: dict[str, Loss] = {}
    signed: dict[str, str] = {}
    if not any(layer.pointer == "" for layer in layers):
        why = why or _why_nothing(report)
        received = report.unverified_document if document is None else document
        if isinstance(received, dict):
            places = {pointer: why for pointer in pointers_of(received) if pointer.split("/")[-1] not in _SIGNATURES}
    for layer in sorted(layers, key=lambda layer: layer.pointer.count("/")):
        name = layer.pointer or OUTER
        if layer.pointer:
            signed[layer.pointer] = name
        for pointer, loss in cover(layer).items():
            where = layer.pointer + pointer
            if loss is None:
                signed[where] = name
            elif where not in signed:
                places[where] = loss
    unsigned = tuple(
        Unsigned(pointer=pointer, reason=loss.reason, steps=(loss.remedy,) if loss.remedy else ())
        for pointer, loss in places.items()
        if pointer not in signed
    )
    return Coverage(unsigned=unsigned, signed_by=signed)


def covered(report: Report, layers: Sequence[Layer]) -> Report:
    """The report with its coverage."""
    try:
        return replace(report, coverage=map_coverage(report, layers))
    except ProblemError:  # only of a walk that was refused; the report says so already
        return replace(report, coverage=map_coverage(report, ()))


def cover(layer: Layer) -> Cover:
    """What the signatures of one document cover of it; pointers count from the document."""
    document = layer.document
    if layer.supposed is not None:
        return cover_statements(document.unsecured, layer.supposed)
    found: Cover = {}
    for result in layer.results:
        verified = result.verified
        if verified is None:
            continue
        one = (
            cover_statements(document.unsecured, verified.walk)
            if verified.walk is not None
            else _cover_text(document.unsecured, result)
        )
        for pointer, loss in one.items():
            if loss is None or pointer not in found:
                found[pointer] = loss
        if result.proof is None:  # what stands beside a token
            found.update(_losses(result.problems))
    found.update(_cover_proofs(layer))
    return found


def _cover_text(document: JsonObject, result: ProofResult) -> Cover:
    """All of it, but contexts behind those that the proof names (VC-DI-EDDSA §3.3.2)."""
    found: Cover = dict.fromkeys(pointers_of(document))
    if result.proof is not None and "@context" in result.proof.value:
        signed = len(as_list(result.proof.value["@context"]))
        contexts = document.get("@context")
        if isinstance(contexts, list):
            for at, context in enumerate(contexts[signed:], start=signed):
                where = f"/@context/{at}"
                found.update(dict.fromkeys((where, *(where + inner for inner in pointers_of(context))), _ADDED_CONTEXT))
    return found


def _cover_proofs(layer: Layer) -> Cover:
    """The members of the document's own proofs, each by its configuration."""
    received = layer.document.received.get("proof")
    if received is None or not layer.document.proofs:
        return {}
    found: Cover = {"/proof": None}
    held = {result.pointer: result for result in layer.results if result.proof is not None}
    for proof in layer.document.proofs:
        result = held.get(proof.pointer)
        lost = {} if result is None or result.verified is None else _losses(result.verified.problems)
        found[proof.pointer] = None if result is not None else _OTHER_PROOF
        for pointer, value in _places(proof.value, proof.pointer):
            name = pointer.removeprefix(proof.pointer + "/")
            if name in _SIGNATURES:
                continue
            if result is None:
                found[pointer] = _OTHER_PROOF
            else:
                found[pointer] = next((lost[above] for above in _upwards(pointer) if above in lost), None)
                if value is None and result.verified is not None and result.verified.walk is not None:
                    found[pointer] = _NULL
    return found


def _upwards(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


# --- statements -----------------------------------------------------------------------------------


def cover_statements(document: JsonObject, walk: Unsecured) -> Cover:
    """What the statements of a document cover of it.

    Raises:
        ProblemError: as the walk of a document does.
    """
    found: Cover = {}
    _Said(walk, found).visit_object(document, "", None)
    return found


def _losses(problems: Sequence[Problem]) -> dict[str, Loss]:
    return {
        item.pointer: Loss(item.detail, item.remedy)
        for item in problems
        if item.code == "terms.undefined" and item.pointer
    }


class _Said:
    """Where the statements of one document come from, while its places are visited."""

    __slots__ = ("_all_told", "_found", "_inside", "_literals", "_lost", "_said")

    def __init__(self, walk: Unsecured, found: Cover) -> None:
        origins = walk.explain()
        self._said = frozenset(origins)
        self._inside: set[str] = set()
        """Places that have a statement from further inside."""
        for pointer in self._said:
            above = pointer.rpartition("/")[0] if pointer else ""
            while above not in self._inside:
                self._inside.add(above)
                above = above.rpartition("/")[0]
        self._literals = {
            pointer for pointer, said in zip(origins, walk.rdf.statements, strict=True) if said[2].endswith(_JSON)
        }
        self._lost = _losses(walk.rdf.problems)
        # Of very many losses the last are only counted, at the document; then a silent place is no part of a statement.
        self._all_told = not any(item.code == "terms.undefined" and not item.pointer for item in walk.rdf.problems)
        self._found = found

    def visit_object(self, value: JsonObject, pointer: str, above: Loss | None, *, whole: bool = False) -> None:
        """Answers for all that is in an object.

        Args:
            above: Why nothing of it is covered, where that is known of what it stands in.
            whole: One statement comes from something around it, and none from inside: it is all part of that.
        """
        for name, item in value.items():
            where = f"{pointer}/{escape_token(name)}"
            if name == "@context" and above is None:
                self._found[where] = None
                self._found.update(dict.fromkeys(where + inner for inner in pointers_of(item)))
            else:
                part = whole or pointer == "" or self._live(pointer)
                self._visit(item, where, above, part=part, whole=whole)

    def _visit(self, value: JsonValue, pointer: str, above: Loss | None, *, part: bool, whole: bool) -> None:
        """`part`: what no statement comes from is part of one, since the object that it belongs to has some."""
        loss = self._lost.get(pointer)
        if isinstance(value, (dict, list)) and value:
            self._visit_container(value, pointer, loss, above, whole=whole)
            return
        if loss is None and pointer not in self._said:
            if above is not None:
                loss = above
            elif value is None:
                loss = _NULL
            elif value == []:
                loss = _EMPTY
            elif not (part and (self._all_told or pointer.rpartition("/")[2] in _KEYWORDS)):
                loss = _UNSAID
        self._found[pointer] = loss

    def _visit_container(
        self, value: JsonObject | list[JsonValue], pointer: str, loss: Loss | None, above: Loss | None, *, whole: bool
    ) -> None:
        if pointer in self._literals and loss is None and pointer not in self._inside:
            self._found[pointer] = None
            self._found.update(dict.fromkeys(pointer + inner for inner in pointers_of(value)))
            return
        whole = whole and loss is None
        live = whole or self._live(pointer)
        if loss is None and not live:
            loss = above
        self._found[pointer] = loss if loss is not None or live else _NOTHING_IN_IT
        # Statements about what stands inside may be kept where the link to it is lost.
        inner: Loss | None = None
        if not live:
            inner = above or self._explained(value, pointer, loss)
        whole = whole or (pointer in self._said and pointer not in self._inside)
        if isinstance(value, dict):
            self.visit_object(value, pointer, inner, whole=whole)
        else:
            for at, item in enumerate(value):
                self._visit(item, f"{pointer}/{at}", inner, part=whole, whole=whole)

    def _explained(self, value: JsonObject | list[JsonValue], pointer: str, loss: Loss | None) -> Loss | None:
        """Why nothing inside is covered: the place is lost, or one of its members that the others depend on."""
        if loss is not None:
            return Loss(f"It stands inside {quote(pointer)}: {loss.reason}", loss.remedy)
        if isinstance(value, dict):
            for name in value:
                found = self._lost.get(f"{pointer}/{escape_token(name)}")
                if found is not None:
                    return found
        return None

    def _live(self, pointer: str) -> bool:
        return pointer in self._said or pointer in self._inside


# --- places ---------------------------------------------------------------------------------------


def pointers_of(value: JsonValue) -> Iterator[str]:
    """The JSON Pointer of everything inside a value, in document order, outer before inner."""
    return (pointer for pointer, _ in _places(value, ""))


def _places(value: JsonValue, pointer: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, dict):
        for name, item in value.items():
            where = f"{pointer}/{escape_token(name)}"
            yield where, item
            yield from _places(item, where)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            where = f"{pointer}/{at}"
            yield where, item
            yield from _places(item, where)


def _why_nothing(report: Report) -> Loss:
    """Why no proof of the root document vouches for it: what its report says first."""
    for problem in report.own_problems():
        if problem.check in ("proof", "issuer") or problem.code == "terms.unknown-context":
            return Loss(f"No proof vouches for it. {problem.detail}", problem.remedy)
    return _NO_PROOF


def leaves_of(places: Mapping[str, object] | Sequence[str]) -> list[str]:
    """Those places that have no others inside: what people count."""
    outer = {pointer.rpartition("/")[0] for pointer in places}
    return [pointer for pointer in places if pointer not in outer]
