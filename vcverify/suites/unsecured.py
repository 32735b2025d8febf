"""A document without its proof: its statements, their canonical form, and what is read from them.

What was worked out is kept, so that several proofs of one document share it, and a credential inside a
verified document takes its statements from there, where they are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from vcverify import vocabulary
from vcverify.compaction import Whole, read_graph
from vcverify.credential import Credential, GraphReading
from vcverify.jsonld import Contexts, RdfDocument, Span, SpanRule, part, to_rdf
from vcverify.jsontypes import JsonObject
from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.rdf import Canonical, Statement, canonicalize

SPANS: Final = SpanRule(
    types=frozenset({vocabulary.VERIFIABLE_CREDENTIAL_TYPE.iri, vocabulary.VERIFIABLE_PRESENTATION_TYPE.iri}),
    properties=frozenset(iri for term in vocabulary.NESTING_TERMS for iri in term.iris),
)
"""What counts as a credential inside a document: by its type, or by the property it stands under."""


class Unsecured:
    """A document without its proof (or with the earlier proofs that a later one covers), and what
    was worked out of it. Several proofs of one document share the work.

    Args:
        around: The document that it stands in, with its place among the spans of that: its statements need
            not be made again where they are the same. A signature says whether they are what was signed.
    """

    def __init__(
        self,
        document: JsonObject,
        contexts: Sequence[Contexts],
        limits: Limits,
        engine: str,
        around: tuple[Unsecured, int] | None = None,
    ) -> None:
        self.document = document
        self._contexts = contexts
        self.limits = limits
        self.engine = engine
        self._around = around
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
        if self._rdf is None and self._around is not None:
            self._rdf = _standing(self.document, self.contexts, *self._around)
        if self._rdf is None:
            self._around = None
            self._rdf = self.walk(self.document, spans=SPANS)
        return self._rdf

    @property
    def shares(self) -> bool:
        """Whether its statements are those that the document around it made."""
        return self._around is not None and self._rdf is not None

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


def _standing(document: JsonObject, contexts: Contexts, around: Unsecured, position: int) -> RdfDocument | None:
    """The statements of a credential inside without those of its proof, as the walk of the document around it
    made them; None if it might make others by itself."""
    listed = document.get("@context")
    if type(listed) is not list or around.contexts is not contexts:
        return None
    try:
        alone = contexts.root.local_memo.get(tuple(listed))  # type: ignore[arg-type]
    except TypeError:
        return None
    spans = around.spans
    span = spans[position]
    inner = position + 1 < len(spans) and spans[position + 1].start < span.end
    if alone is None or inner or span.graph:
        return None
    held = part(around.rdf, span, alone)
    if held is None:
        return None
    own = [statement for statement in held if not statement[3]]
    proofs = [statement for statement in own if statement[1] == _PROOF]
    if len(proofs) != 1 or proofs[0][0] != span.subject:
        return None
    named = proofs[0][2]
    if any(statement[3] != named for statement in held if statement[3]):
        return None
    own.remove(proofs[0])
    return RdfDocument(own, span.subject, [Span("", span.subject, "", 0, len(own), None)], [], None, "fast")


_PROOF: Final = f"<{vocabulary.SEC}proof>"


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
            if self._rdf.engine != again.engine or len(told) != len(self._rdf.statements):
                # Another engine's expansion forgets where it was; the same statement stands where our walk meets it.
                places = {_unnamed(found): place for found, place in zip(again.statements, told, strict=True)}
                told = [places.get(_unnamed(found), "") for found in self._rdf.statements]
            self._told = told
        return self._told


def _unnamed(statement: Statement) -> Statement:
    """The statement with its blank nodes without labels, which each engine gives in its own order."""
    subject, predicate, value, graph = ("_:" if term.startswith("_:") else term for term in statement)
    return subject, predicate, value, graph
