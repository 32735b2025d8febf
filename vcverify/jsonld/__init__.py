"""JSON-LD 1.1: a document to RDF statements, with everything that gets lost on the way reported.

to_rdf(document, Contexts(load)).statements
"""

from __future__ import annotations

from vcverify.jsonld.agreeing import part
from vcverify.jsonld.context import Contexts
from vcverify.jsonld.documents import NO_SPANS, RdfDocument, Span, SpanRule
from vcverify.jsonld.ground import MOST_PROBLEMS
from vcverify.jsonld.losses import has_lost_nodes, take_out, tidy
from vcverify.jsonld.walk import Walk
from vcverify.jsontypes import JsonObject
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded

__all__ = ["NO_SPANS", "Contexts", "RdfDocument", "Span", "SpanRule", "part", "to_rdf"]


def to_rdf(
    document: JsonObject,
    contexts: Contexts,
    *,
    limits: Limits = DEFAULT_LIMITS,
    engine: str = "fast",
    base_pointer: str = "",
    pointers: bool = False,
    spans: SpanRule = NO_SPANS,
) -> RdfDocument:
    """The statements of a document (JSON-LD 1.1 API §9.3.3 toRdf; base IRI null, processing mode json-ld-1.1,
    no rdfDirection), and everything that is not in them.

    Args:
        document: JSON as `jsontypes.loads` gives it; it is not changed.
        engine: "fast" is ours; "pyld" lets PyLD expand the document. What is lost is told by ours in either case.
        base_pointer: goes before every pointer.
        pointers: also say where each statement comes from, which costs more.
        spans: the node objects whose statements are to be found again.

    Raises:
        ProblemError: `terms.redefined` for errors of contexts, and for contexts of the document's own that
            change what a term means; `terms.unknown-context`; `limit.exceeded`; `input.malformed`
            for what JSON-LD stops at.
    """
    try:
        result = _walked(document, contexts, limits, spans, base_pointer, pointers)
    except RecursionError:
        # CHECK: recursion in the walk
        raise exceeded("levels of JSON", limits.json_depth, "many more", base_pointer) from None
    if engine == "pyld":
        from vcverify.jsonld import pyld_engine  # 200 ms that the fast engine need not pay

        return pyld_engine.replace(result, document, contexts, limits, spans, base_pointer, pointers=pointers)
    return result


def _walked(
    document: JsonObject, contexts: Contexts, limits: Limits, spans: SpanRule, base_pointer: str, pointers: bool
) -> RdfDocument:
    walk = Walk(contexts, limits, spans, base_pointer, track=pointers)
    result = walk.run(document)
    if walk.lost:
        if not pointers and has_lost_nodes(result):
            walk = Walk(contexts, limits, spans, base_pointer, track=True)
            result = walk.run(document)
        walk.unreported += take_out(result, MOST_PROBLEMS)
        if not pointers:
            result.pointers = None
    if result.problems:
        result.problems = tidy(result.problems, walk.unreported)
    return result
