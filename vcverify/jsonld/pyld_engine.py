"""The reference engine: PyLD expands the document, we turn the expanded form into statements.

PyLD processes the contexts and expands (JSON-LD 1.1 API §4 and §5); of its further steps none is
used, because its escaping, its language tags and its blank nodes are not what RDFC-1.0 wants. It runs
with the base IRI null and with the contexts of the caller's `Contexts`, copied for each document,
because PyLD writes into what it is given.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from pyld import jsonld as pyld
from pyld.context_resolver import ContextResolver

from vcverify.jsonld import explain
from vcverify.jsonld.context import Contexts, unshared
from vcverify.jsonld.documents import NO_SPANS, RdfDocument, Span, SpanRule
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError
from vcverify.jsonld.values import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, json_literal, literal_suffix, native
from vcverify.jsontypes import JsonValue
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.problems import ProblemError, quote
from vcverify.rdf.terms import Statement, is_language_tag, literal
from vcverify.rdf.terms import iri as iri_term

_DOCUMENT_ERRORS: Final = frozenset(
    {
        "colliding keywords",
        "conflicting indexes",
        "invalid @id value",
        "invalid @included value",
        "invalid @index value",
        "invalid @reverse value",
        "invalid language map value",
        "invalid language-tagged string",
        "invalid language-tagged value",
        "invalid reverse property map",
        "invalid reverse property value",
        "invalid set or list object",
        "invalid type value",
        "invalid typed value",
        "invalid value object",
        "invalid value object value",
    }
)
"""The codes of PyLD's errors that are the document's; all others are its contexts'."""


class _Processor(pyld.JsonLdProcessor):  # type: ignore[misc]
    """PyLD, remembering which object of the document each expanded object came from."""

    def __init__(self, base: str | None) -> None:
        self.dropped: list[str | None] = []
        super().__init__(on_property_dropped=self.dropped.append)
        self.base = base
        self.places: dict[int, explain.Path] | None = None
        self.origins: dict[int, explain.Path] = {}
        self.held: list[Any] = []

    def _get_initial_context(self, options: Mapping[str, Any]) -> Any:
        initial: dict[str, Any] = {
            "_uuid": "initial",
            "processingMode": "json-ld-1.1",
            "mappings": {},
            "@base": self.base,
        }
        return pyld.freeze(initial)

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, *more: Any, **options: Any) -> Any:
        if self.places is None:
            self.places = {}
            self._place(element, None)
        result = super()._expand(active_ctx, active_property, element, *more, **options)
        if isinstance(element, dict) and isinstance(result, dict) and id(result) not in self.origins:
            self.origins[id(result)] = self.places.get(id(element))
            self.held.append(result)
        return result

    def _expand_object(
        self, active_ctx: Any, active: Any, expanded: Any, element: Any, *more: Any, **options: Any
    ) -> Any:
        if None in element.values():  # an undefined member that is null loses nothing by being dropped
            element = {
                name: value for name, value in element.items() if value is not None or self._means(name, active_ctx)
            }
        return super()._expand_object(active_ctx, active, expanded, element, *more, **options)

    def _means(self, name: str, active_ctx: Any) -> bool:
        meant = self._expand_iri(active_ctx, name, vocab=True)
        return meant is not None and (":" in meant or meant in KEYWORDS)

    def _place(self, value: Any, path: explain.Path) -> None:
        assert self.places is not None
        if isinstance(value, dict):
            self.places[id(value)] = path
            self.held.append(value)
            for name, item in value.items():
                self._place(item, (path, name))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._place(item, (path, index))


def replace(
    walked: RdfDocument,
    document: JsonValue,
    contexts: Contexts,
    limits: Limits,
    rule: SpanRule,
    base_pointer: str,
    *,
    pointers: bool,
) -> RdfDocument:
    """What the walk found out, with the statements that PyLD makes of the document.

    PyLD does not say where it drops something, so its word is added only where the walk had none.
    """
    made = statements(document, contexts, limits=limits, rule=rule, base_pointer=base_pointer)
    problems = walked.problems
    if not any(found.code == "terms.undefined" for found in problems):
        problems = problems + made.problems
    return dataclasses.replace(made, problems=problems, pointers=made.pointers if pointers else None)


def statements(
    document: JsonValue,
    contexts: Contexts,
    *,
    limits: Limits = DEFAULT_LIMITS,
    rule: SpanRule = NO_SPANS,
    base_pointer: str = "",
    loaded: dict[str, Any] | None = None,
) -> RdfDocument:
    """The statements of a document as PyLD expands it; the pointers are those of the node objects.

    Args:
        loaded: where PyLD may keep the contexts it processed. Only for documents that can be trusted not
            to have an `@import`, which would change what is kept.

    Raises:
        ProblemError: `terms.redefined`, `terms.unknown-context`, `limit.exceeded`, `input.malformed`.
    """
    processor = _Processor(contexts.root.base)
    # PyLD's own copy keeps shared parts shared, and one object then stands in several places.
    expanded = _expanded(processor, unshared(document), contexts, {} if loaded is None else loaded)
    conversion = Conversion(processor.origins, limits, rule, base_pointer)
    roots = [conversion.node(item, "", None) for item in expanded if _is_node(item)]
    root = roots[0] if len(roots) == 1 and processor.origins.get(id(expanded[0]), ()) is None else ""
    problems = [
        explain.undefined(f"`{quote(name)}`", "PyLD drops it", base_pointer)
        for name in sorted(map(str, processor.dropped))
    ]
    return RdfDocument(conversion.statements, root or "", conversion.spans, problems, conversion.pointers, "pyld")


def _expanded(processor: _Processor, document: JsonValue, contexts: Contexts, loaded: dict[str, Any]) -> list[Any]:
    unknown: list[ProblemError] = []

    def load(url: str, options: Any) -> dict[str, Any]:
        try:
            found = contexts.document(url)
        except ProblemError as error:
            unknown.append(error)
            raise
        return {
            "contextUrl": None,
            "documentUrl": url,
            "contentType": "application/ld+json",
            "document": copy.deepcopy(found),
            "tag": "static",
        }

    options = {
        "base": contexts.root.base or "",
        "documentLoader": load,
        "contextResolver": ContextResolver(loaded, load),
        "processingMode": "json-ld-1.1",
    }
    try:
        expanded: list[Any] = processor.expand(document, options)
    except pyld.JsonLdError as error:
        if unknown:
            raise unknown[0] from None
        raise _translated(error) from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # what PyLD has no check for
        raise explain.stopped(
            JsonLdError("processing error", f"PyLD raises {type(error).__name__}", about_context=False), ""
        ) from None
    return expanded


def _translated(error: pyld.JsonLdError) -> ProblemError:
    innermost: Any = error
    codes = []
    while innermost is not None:
        if getattr(innermost, "code", None):
            codes.append(innermost.code)
        innermost = innermost.__cause__
    code = codes[0] if codes else "processing error"
    detail = ", ".join(codes[1:]) or "PyLD says no more"
    return explain.stopped(JsonLdError(code, detail, about_context=code not in _DOCUMENT_ERRORS), "")


def _is_node(item: Any) -> bool:
    return isinstance(item, dict) and not ("@value" in item or "@list" in item or "@set" in item)


class Conversion:
    """Expanded form to statements (§7.2 and §8), depth first, so that the statements of a node are together."""

    def __init__(self, origins: dict[int, explain.Path], limits: Limits, rule: SpanRule, base_pointer: str) -> None:
        self.origins = origins
        self.limits = limits
        self.rule = rule
        self.base_pointer = base_pointer
        self.statements: list[Statement] = []
        self.pointers: list[str] = []
        self.spans: list[Span] = []
        self.labels: dict[str, str] = {}
        self.blanks = 0
        self.indexes: dict[tuple[str, str], Any] = {}
        self.pointer = base_pointer

    def node(self, item: dict[str, Any], graph: str | None, under: str | None) -> str | None:
        """The subject of an expanded node object after its statements; None where it has no usable name."""
        subject = self.fresh() if "@id" not in item else self.resource(item["@id"])
        types = [self.resource(name) for name in item.get("@type", ())]
        origin = self.origins.get(id(item), ())
        slot = -1
        outer = self.pointer
        if origin != ():
            self.pointer = explain.pointer_of(origin, self.base_pointer)  # type: ignore[arg-type]
            if (under is not None and under in self.rule.properties) or any(
                term in self.rule.type_terms for term in types
            ):
                slot = len(self.spans)
                start = len(self.statements)
                self.spans.append(Span(self.pointer, subject or "", graph or "", start, start, under))
        for term in types:
            self.emit(subject, RDF_TYPE, term, graph)
        if "@index" in item and self.indexes.setdefault((str(subject), str(graph)), item["@index"]) != item["@index"]:
            raise explain.stopped(JsonLdError("conflicting indexes", "`@index` differs", about_context=False), "")
        for name, values in item.items():
            if name == "@graph":
                for value in values:
                    self.free(value, subject, under if origin == () else None)
            elif name == "@included":
                for value in values:
                    if not isinstance(value, dict):  # PyLD lets texts of a list through
                        raise explain.stopped(JsonLdError("invalid @included value", "", about_context=False), "")
                    self.node(value, graph, None)
            elif name == "@reverse":
                for property_, subjects in values.items():
                    for value in subjects:
                        self.emit(self.node(value, graph, property_), self.predicate(property_), subject, graph)
            elif name not in KEYWORDS:
                predicate = self.predicate(name)
                for value in values:
                    self.emit(subject, predicate, self.object(value, graph, name), graph)
        if slot >= 0:
            self.spans[slot].end = len(self.statements)
        self.pointer = outer
        return subject

    def free(self, value: dict[str, Any], graph: str | None, under: str | None) -> None:
        """What stands under no property; values and lists are dropped, the nodes in lists are not."""
        if _is_node(value):
            self.node(value, graph, under)
        for item in value.get("@list", ()):
            self.free(item, graph, under)

    def emit(self, subject: str | None, predicate: str | None, value: str | None, graph: str | None) -> None:
        """One statement, if all its terms can be written (§8.2)."""
        if subject is None or predicate is None or value is None or graph is None:
            return
        self.statements.append((subject, predicate, value, graph))
        self.pointers.append(self.pointer)
        if len(self.statements) > self.limits.quads:
            raise exceeded("statements of one document", self.limits.quads, len(self.statements))

    def object(self, value: dict[str, Any], graph: str | None, under: str) -> str | None:
        if "@value" in value:
            return self.literal(value)
        if "@list" in value:
            return self.list([self.object(item, graph, under) for item in value["@list"]], graph)
        return self.node(value, graph, under)

    def list(self, terms: list[str | None], graph: str | None) -> str:
        if not terms:
            return RDF_NIL
        cells = [self.fresh() for _ in terms]
        for cell, term, rest in zip(cells, terms, [*cells[1:], RDF_NIL], strict=True):
            self.emit(cell, RDF_FIRST, term, graph)
            self.emit(cell, RDF_REST, rest, graph)
        return cells[0]

    def literal(self, item: dict[str, Any]) -> str | None:
        """§8.6."""
        value, datatype = item["@value"], item.get("@type")
        if datatype == "@json":
            return json_literal(value)
        if isinstance(datatype, list):  # PyLD lets a type map say so
            raise explain.stopped(JsonLdError("invalid typed value", "a value has one type", about_context=False), "")
        suffix = None if datatype is None else literal_suffix(datatype)
        if datatype is not None and suffix is None:
            return None
        if isinstance(value, (bool, int, float)):
            return native(value, datatype, suffix)
        if not isinstance(value, str):
            raise explain.stopped(
                JsonLdError("invalid value object value", f"`@value` is {quote(value)}", about_context=False), ""
            )
        language = item.get("@language")
        if language is not None:
            return literal(value, language=language) if is_language_tag(language) else None
        return literal(value, datatype)

    def resource(self, name: Any) -> str | None:
        if not isinstance(name, str):
            return None
        if name.startswith("_:"):
            term = self.labels.get(name)
            if term is None:
                term = self.labels[name] = self.fresh()
            return term
        return iri_term(name)

    def predicate(self, name: str) -> str | None:
        return None if name.startswith("_:") else iri_term(name)

    def fresh(self) -> str:
        self.blanks += 1
        return f"_:b{self.blanks - 1}"
