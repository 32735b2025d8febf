"""From a document to the bytes that are hashed, and from these to what is read.

A `Transform` is the half of a suite that knows documents: RDFC-1.0 over the statements of a JSON-LD
document, or JCS over its JSON. The other half knows keys (`data_integrity`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from vcverify import vocabulary
from vcverify.compaction import Whole, read_graph
from vcverify.credential import Credential, GraphReading, read_json
from vcverify.jcs import canonicalize as canonical_json
from vcverify.jsonld import Contexts, RdfDocument, Span, SpanRule, to_rdf
from vcverify.jsontypes import JsonObject, JsonValue, as_list
from vcverify.limits import Limits
from vcverify.problems import Problem, ProblemError, Severity, problem, refuse
from vcverify.rdf import Canonical, Statement, canonicalize
from vcverify.suites.proofs import Proof

SPANS: Final = SpanRule(
    types=frozenset({vocabulary.VERIFIABLE_CREDENTIAL_TYPE.iri, vocabulary.VERIFIABLE_PRESENTATION_TYPE.iri}),
    properties=frozenset(iri for term in vocabulary.NESTING_TERMS for iri in term.iris),
)
"""What counts as a credential inside a document: by its type, or by the property it stands under."""


class Unsecured:
    """A document without its proof (or with the earlier proofs that a later one covers), and what
    was worked out of it. Several proofs of one document share the work.
    """

    def __init__(self, document: JsonObject, contexts: Sequence[Contexts], limits: Limits, engine: str) -> None:
        self.document = document
        self._contexts = contexts
        self.limits = limits
        self.engine = engine
        self._rdf: RdfDocument | None = None
        self._places: Places | None = None
        self._canonical: dict[str, Canonical] = {}
        self._digests: dict[str, bytes] = {}
        self._readings: dict[int, GraphReading] = {}

    @property
    def rdf(self) -> RdfDocument:
        """The document's statements.

        Raises:
            ProblemError: `terms.redefined`, `terms.unknown-context`, `limit.exceeded`.
        """
        if self._rdf is None:
            self._rdf = self.walk(self.document, spans=SPANS)
        return self._rdf

    @property
    def contexts(self) -> Contexts:
        """The compiled contexts that are in use."""
        return self._contexts[0]

    def walk(self, document: JsonObject, **options: Any) -> RdfDocument:
        """The statements of a document under the first of the contexts that know all that it names.

        Raises:
            ProblemError: as `rdf`.
        """
        while True:
            try:
                return to_rdf(document, self._contexts[0], limits=self.limits, engine=self.engine, **options)
            except ProblemError as error:
                if error.problem.code != "terms.unknown-context" or len(self._contexts) == 1:
                    raise
                self._contexts = self._contexts[1:]

    @property
    def used_contexts(self) -> bool:
        """Whether the contexts had a part in what was hashed."""
        return self._rdf is not None

    def canonical(self, hash_name: str) -> Canonical:
        """The canonical document (RDFC-1.0 with that hash inside).

        Raises:
            ProblemError: as `rdf`; `limit.exceeded` where canonicalization costs too much.
        """
        canonical = self._canonical.get(hash_name)
        if canonical is None:
            canonical = canonicalize(self.rdf.statements, hash_algorithm=hash_name, limits=self.limits)
            self._canonical[hash_name] = canonical
        return canonical

    def digest(self, hash_name: str) -> bytes:
        """The hash of the canonical document."""
        digest = self._digests.get(hash_name)
        if digest is None:
            digest = hashlib.new(hash_name, self.canonical(hash_name).nquads.encode()).digest()
            self._digests[hash_name] = digest
        return digest

    @property
    def spans(self) -> Sequence[Span]:
        """The document's own span first, then those of the credentials inside, in document order."""
        rdf = self.rdf
        if rdf.spans and rdf.spans[0].pointer == "":
            return rdf.spans
        own = Span(pointer="", subject=rdf.root, graph="", start=0, end=len(rdf.statements), property=None)
        return (own, *rdf.spans)

    def reading(self, position: int = 0) -> GraphReading:
        """The reading of the credential at that position of `spans`."""
        reading = self._readings.get(position)
        if reading is None:
            spans = self.spans
            span = spans[position]
            nested = [(inner.start, inner.end) for inner in self._inside(position)]
            reading = self._readings[position] = GraphReading(
                self.rdf.statements,
                span.subject,
                span.graph,
                (span.start, span.end),
                nested,
                span.pointer,
                self.explain,
            )
        return reading

    def credential(self, position: int = 0) -> Credential:
        """The credential at that position of `spans`, read from the document's statements."""
        return read_graph(self.reading(position), lambda: self._whole(position), self._labels)

    @property
    def explain(self) -> Places:
        """The JSON Pointer of each statement, when it is called."""
        if self._places is None:
            self._places = Places(self.document, self.contexts, self.limits, self.rdf)
        return self._places

    def _inside(self, position: int) -> list[Span]:
        spans = self.spans
        inside: list[Span] = []
        end = spans[position].start
        for span in spans[position + 1 :]:
            if span.start >= spans[position].end:
                break
            if span.start >= end and span.end > span.start:
                inside.append(span)
                end = span.end
        return inside

    def _whole(self, position: int) -> Whole:
        span = self.spans[position]
        extent = (span.start, span.end)
        reading = GraphReading(self.rdf.statements, span.subject, span.graph, extent, (), span.pointer, self.explain)
        return Whole(reading, lambda: dict(self._told_apart(position)))

    def _told_apart(self, position: int) -> Iterator[tuple[str, Whole]]:
        """The nearest credentials inside that have a proof or a graph of their own, by their names."""
        outer = self.spans[position]
        end = outer.start
        for at, span in enumerate(self.spans[position + 1 :], position + 1):
            if span.start >= outer.end:
                return
            if span.start < end or span.end == span.start:
                continue
            if span.graph != outer.graph or self.reading(at).root().says(vocabulary.PROOF):
                end = span.end
                whole = self._whole(at)
                yield span.subject, whole
                if span.graph:
                    yield span.graph, whole

    def _labels(self) -> Mapping[str, str]:
        return self.canonical(min(self._canonical, default="sha256")).issued


class Places:
    """The JSON Pointer of each statement: at the first call the document is walked once more.

    Apart from `Unsecured`, whose readings hold it: a circle would leave every verification's statements
    to the garbage collector.
    """

    __slots__ = ("_contexts", "_document", "_limits", "_rdf", "_told")

    def __init__(self, document: JsonObject, contexts: Contexts, limits: Limits, rdf: RdfDocument) -> None:
        self._document = document
        self._contexts = contexts
        self._limits = limits
        self._rdf = rdf
        self._told: Sequence[str] | None = None

    def __call__(self) -> Sequence[str]:
        if self._told is None:
            again = to_rdf(self._document, self._contexts, limits=self._limits, spans=SPANS, pointers=True)
            told = again.pointers or [""] * len(again.statements)
            if self._rdf.engine != again.engine:
                # Another engine's expansion forgets where it was; the same statement stands where our walk meets it.
                places = {_unnamed(found): place for found, place in zip(again.statements, told, strict=True)}
                told = [places.get(_unnamed(found), "") for found in self._rdf.statements]
            self._told = told
        return self._told


def _unnamed(statement: Statement) -> Statement:
    """The statement with its blank nodes without labels, which each engine gives in its own order."""
    subject, predicate, value, graph = ("_:" if term.startswith("_:") else term for term in statement)
    return subject, predicate, value, graph


class Transform(Protocol):
    """The bytes that a suite hashes."""

    @property
    def reads_statements(self) -> bool:
        """Whether statements were signed, or the JSON itself."""
        ...

    def proof_config(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, tuple[Problem, ...]]:
        """The canonical proof configuration, and what of the proof it does not cover.

        Raises:
            ProblemError: `proof.context`, `proof.malformed`, `terms.*`.
        """
        ...

    def document_digest(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, bytes]:
        """The canonical document and its hash."""
        ...

    def read(self, unsecured: Unsecured, proof: Proof) -> tuple[Credential, tuple[Problem, ...]]:
        """The reading of what was hashed, and what of the document that does not cover."""
        ...


_CONFIGS: Final[dict[Hashable, str]] = {}
"""Canonical proof configurations by what they are made of. The members of a record that one issuer
signed at one time have the same; only those without any problem are kept."""

_MOST_CONFIGS: Final = 512


def _config_key(unsecured: Unsecured, context: JsonValue, config: JsonObject, hash_name: str) -> Hashable | None:
    """Everything that the canonical configuration depends on; None where that is not all plain text."""
    if not isinstance(context, list) or not all(type(item) is str for item in context):
        return None
    if not all(type(value) is str and len(value) <= _SHORT for value in config.values()):
        return None
    return (unsecured.contexts, unsecured.engine, hash_name, *context, None, *sorted(config.items()))


_SHORT: Final = 1_024


class _Rdfc:
    """RDFC-1.0 over JSON-LD (VC-DI-EDDSA §3.2.3, VC-DI-ECDSA §3.2.3)."""

    reads_statements = True

    def proof_config(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, tuple[Problem, ...]]:
        context = unsecured.document.get("@context")
        if "@context" in proof.value and proof.value["@context"] != context:
            raise refuse(
                "proof.context",
                "The proof's `@context` is not the document's, under which it was hashed.",
                f"{proof.pointer}/@context",
                expected=context,
                found=proof.value["@context"],
                spec="VC-DI-EDDSA §3.2.5",
            )
        config = {name: value for name, value in proof.value.items() if name not in ("proofValue", "@context")}
        key = _config_key(unsecured, context, config, hash_name)
        known = _CONFIGS.get(key) if key is not None else None
        if known is not None:
            return known, ()
        rdf = unsecured.walk({"@context": context, **config}, base_pointer=proof.pointer)
        _hold_equal(rdf, proof)
        canonical = canonicalize(rdf.statements, hash_algorithm=hash_name, limits=unsecured.limits)
        problems = tuple(_of_proof(rdf.problems, proof))
        if key is not None and not problems:
            if len(_CONFIGS) >= _MOST_CONFIGS:
                _CONFIGS.clear()
            _CONFIGS[key] = canonical.nquads
        return canonical.nquads, problems

    def document_digest(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, bytes]:
        return unsecured.canonical(hash_name).nquads, unsecured.digest(hash_name)

    def read(self, unsecured: Unsecured, proof: Proof) -> tuple[Credential, tuple[Problem, ...]]:
        return unsecured.credential(), tuple(unsecured.rdf.problems)


class _Jcs:
    """JCS over JSON (VC-DI-EDDSA §3.3.3, VC-DI-ECDSA §3.3.3)."""

    reads_statements = False

    def proof_config(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, tuple[Problem, ...]]:
        config = {name: value for name, value in proof.value.items() if name != "proofValue"}
        return canonical_json(config).decode(), ()

    def document_digest(self, unsecured: Unsecured, proof: Proof, hash_name: str) -> tuple[str, bytes]:
        text = canonical_json(self._signed(unsecured, proof))
        return text.decode(), hashlib.new(hash_name, text).digest()

    def read(self, unsecured: Unsecured, proof: Proof) -> tuple[Credential, tuple[Problem, ...]]:
        signed = self._signed(unsecured, proof)
        return read_json(signed), tuple(json_terms(signed, unsecured))

    def _signed(self, unsecured: Unsecured, proof: Proof) -> JsonObject:
        """The document as it was signed: under the proof's contexts, with which it must begin (§3.3.2)."""
        if "@context" not in proof.value:
            return unsecured.document
        claimed = proof.value["@context"]
        held = unsecured.document.get("@context")
        wanted = as_list(claimed)
        if as_list(held)[: len(wanted)] != wanted:
            raise refuse(
                "proof.context",
                "The document does not begin with the proof's `@context`.",
                f"{proof.pointer}/@context",
                expected=held,
                found=claimed,
                spec="VC-DI-EDDSA §3.3.2",
            )
        return {**unsecured.document, "@context": claimed}


RDFC: Final[Transform] = _Rdfc()
JCS: Final[Transform] = _Jcs()


def json_terms(signed: JsonObject, unsecured: Unsecured) -> list[Problem]:
    """What names of signed JSON mean under the document's contexts; undefined ones are signed, but mean nothing."""
    try:
        problems = unsecured.walk(signed).problems
    except ProblemError as error:
        found = error.problem
        if found.code != "terms.unknown-context":
            return [found]
        return [problem(found.code, found.detail, found.pointer, severity=Severity.WARNING)]
    return [
        problem(
            item.code,
            item.detail.replace("The signature does not cover", "No context gives a meaning to"),
            item.pointer,
            expected=item.expected,
            found=item.found,
            severity=_in_json(item),
            remedy=item.remedy,
        )
        for item in problems
    ]


_WRAPPERS: Final = ("/@nest", "/@included", "/@graph", "/@reverse")


def _in_json(item: Problem) -> Severity:
    """Signed JSON is read by its names: an undefined one is there to be read, one in a wrapper is not."""
    if item.code == "terms.form" and item.pointer.endswith(_WRAPPERS):
        return Severity.ERROR
    return Severity.WARNING if item.code == "terms.undefined" else item.severity


_CONFIG_TERMS: Final = {
    "created": ("<http://purl.org/dc/terms/created>",),
    "expires": (f"<{vocabulary.SEC}expiration>",),
    "domain": (f"<{vocabulary.SEC}domain>",),
    "challenge": (f"<{vocabulary.SEC}challenge>",),
    "previousProof": (f"<{vocabulary.SEC}previousProof>",),
    "verificationMethod": (f"<{vocabulary.SEC}verificationMethod>",),
    "proofPurpose": (f"<{vocabulary.SEC}proofPurpose>",),
    "cryptosuite": (f"<{vocabulary.SEC}cryptosuite>",),
}
_CONFIG_NAMES: Final = {iri: name for name, iris in _CONFIG_TERMS.items() for iri in iris}


def _hold_equal(rdf: RdfDocument, proof: Proof) -> None:
    """Refuses a proof whose members say less, or other, than the statements that were signed.

    The members of a proof steer the verification; a holder can re-key `expires` to its absolute IRI
    without changing a statement, so the members count only where they are what was signed.
    """
    said: dict[str, set[str]] = {}
    for subject, predicate, value, _ in rdf.statements:
        name = _CONFIG_NAMES.get(predicate)
        if name is not None:
            if subject != rdf.root:
                raise _other_form(name, proof, "another thing's")
            said.setdefault(name, set()).add(_bare(value))
    for name, signed in said.items():
        received = {str(item) for item in as_list(proof.value.get(name)) if isinstance(item, str)}
        if name == "proofPurpose":
            received |= {vocabulary.SEC + item for item in received} | {
                f"{vocabulary.SEC}{item}Method" for item in received
            }
        if not signed <= received:
            raise _other_form(name, proof, ", ".join(sorted(signed)))


def _other_form(name: str, proof: Proof, signed: str) -> ProblemError:
    return refuse(
        "proof.malformed",
        f"The proof says its `{name}` in a form that hides what was signed.",
        proof.pointer,
        expected=f"`{name}`: {signed}",
        found=proof.value.get(name),
        spec="DI §2.1",
    )


def _bare(term: str) -> str:
    if term[0] == '"':
        return term[1 : term.rindex('"')]
    return term[1:-1] if term[0] == "<" else term


def _of_proof(problems: Sequence[Problem], proof: Proof) -> list[Problem]:
    """The problems of the proof's own members; those of the contexts are the document's."""
    inside = proof.pointer + "/"
    context = inside + "@context"
    return [item for item in problems if item.pointer.startswith(inside) and not item.pointer.startswith(context)]
