"""One pass from JSON to statements (JSON-LD 1.1 API §5.1 Expansion, §7.2 Node Map Generation and §8
Deserialization to RDF at once), with nothing in between.

`Walk.node` and `Walk.members` are the hot path: everything that they cannot decide with one look-up
they hand to a slower method, and whatever is unusual to `rare`. The path is a linked tuple, turned
into a JSON Pointer only when there is something to say.
"""

from __future__ import annotations

import json
from typing import Any

from vcverify.jsonld import explain, judge, rare
from vcverify.jsonld.context import ActiveContext, Contexts, Notice, Term
from vcverify.jsonld.documents import RdfDocument, Span, SpanRule
from vcverify.jsonld.explain import Path
from vcverify.jsonld.members import (
    LITERAL,
    LOST,
    LOST_TEXT,
    MEMO_SIZE,
    RARE,
    REFERENCE,
    SKIP,
    Entry,
    Member,
    Typed,
    compile_defined,
    compile_property,
    compile_types,
    literal_suffix,
    lost_entry,
)
from vcverify.jsonld.processing import MOST_COST, process
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError, like_iri
from vcverify.jsonld.values import RDF_TYPE, boolean, number
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import Limits, exceeded
from vcverify.problems import Problem, ProblemError, problem, quote
from vcverify.rdf.terms import Statement, is_language_tag, literal
from vcverify.rdf.terms import iri as iri_term

MOST_PROBLEMS = 1_000
"""Reported one by one; a document with more is told how many more."""

_INLINE_MEMO = 64
_LOCAL_MEMO = 1024


class Groups(list[str]):
    """The types of a node that names them under several keys, flattened; `scoping` is the order of their contexts."""

    scoping: tuple[str, ...] = ()


class Walk:
    """One document on its way to statements."""

    def __init__(
        self, contexts: Contexts, limits: Limits, rule: SpanRule, base_pointer: str, *, track: bool
    ) -> None:
        self.contexts = contexts
        self.limits = limits
        self.most_quads = limits.quads
        self.most_types = limits.node_types
        self.rule = rule
        self.spanning = bool(rule.types or rule.properties)
        self.base_pointer = base_pointer
        self.statements: list[Statement] = []
        self.pointers: list[str] | None = [] if track else None
        self.spans: list[Span] = []
        self.problems: list[Problem] = []
        self.unreported = 0
        self.lost = False
        self.blanks = 0
        self.labels: dict[str, str] = {}
        self.indexes: dict[tuple[str, str], str] = {}
        self.local_contexts = 0
        self.seen: set[ActiveContext] = set()
        self.cost = 0
        self.bare_graph = False

    def run(self, document: JsonValue) -> RdfDocument:
        """The document's statements. A document of several nodes (an array) is for the conformance suites."""
        root = ""
        if isinstance(document, dict):
            found = self.node(document, self.contexts.root, None, "", None)
            if isinstance(found, str):
                rare.say_if_empty(self, document, found, 0, None)
                root = "" if self.bare_graph or found == LOST else found
        else:
            rare.free_items(self, document, self.contexts.root, "", None)
        return RdfDocument(self.statements, root, self.spans, self.problems, self.pointers, "fast")

    # The hot path -----------------------------------------------------------------------------

    def node(
        self,
        element: JsonObject,
        context: ActiveContext,
        member: Member | None,
        graph: str,
        path: Path,
        given: str | None = None,
        types: tuple[str, ...] = (),
    ) -> str | list[str]:
        """The subject of the node object after its statements were made.

        `context` is the active context after §5.1.2 steps 7 and 8. `given` names a node that does not
        name itself, `types` come from a type map. What turns out to be a value, list or set object
        gives the list of its terms.
        """
        statements = self.statements
        start = len(statements)
        outer = -1
        if "@context" in element:  # 9
            outer = self.local_contexts
            context = self.enter(element["@context"], context, path)
        if context.plain and "@type" not in element:  # 10, 11
            names: Any = element.get(context.type_key)
        else:
            names = self.type_names(element, context)
        typed: Typed | None = None
        if names is not None:
            memo = context.typed
            try:
                if type(names) is str:
                    typed = memo.get(names)
                elif type(names) is list and len(names) <= self.most_types:
                    typed = memo.get(tuple(names))
            except TypeError:
                pass
            if typed is None:
                typed = self.types(context, names, element, path)
            before = context
            context = typed.context
            if outer >= 0 and typed.is_credential:
                self.local_contexts -= outer
        if context not in self.seen:
            self.meet(context, path)
        if context.plain and "@id" not in element:
            name: Any = element.get(context.id_key)
        else:
            name = self.own_name(element, context, path)
        if name is None:
            if given is None:
                subject = f"_:b{self.blanks}"
                self.blanks += 1
            else:
                subject = given
        else:
            subject = context.iris.get(name) if type(name) is str else None  # type: ignore[assignment]
            if subject is None:
                subject = self.identify(name, element, context, path)
        slot = -1
        if self.spanning and (
            (member is not None and member.predicate in self.rule.property_terms)
            or (typed is not None and not self.rule.type_terms.isdisjoint(typed.terms))
        ):
            slot = len(self.spans)
            self.spans.append(None)  # type: ignore[arg-type]
        if typed is not None:
            if typed.plain and self.pointers is None:
                for term in typed.terms:
                    statements.append((subject, RDF_TYPE, term, graph))
            else:
                self.add_types(names, before, element, subject, graph, path)
        for term in types:
            statements.append((subject, RDF_TYPE, term, graph))
        found = self.members(element, context, subject, graph, path, member)
        if found is not None:
            if type(found) is list:  # a shape, not a node
                if slot >= 0:
                    del self.spans[slot]
                if typed is not None:  # only value objects have types, and these make no statements
                    del statements[start:]
                    if self.pointers is not None:
                        del self.pointers[start:]
                return found
            rare.rename(self, start, subject, found)  # type: ignore[arg-type]
            subject = found  # type: ignore[assignment]
        if len(statements) == start and name is None and rare.is_only_language(element, context):
            return []
        if len(statements) > self.most_quads:
            raise exceeded("statements of one document", self.most_quads, len(statements), self.at(path))
        if slot >= 0:
            self.spans[slot] = Span(
                self.at(path), subject, graph, start, len(statements), None if member is None else member.predicate[1:-1]
            )
        if outer >= 0 and typed is not None and typed.is_credential:
            self.local_contexts = outer
        return subject

    def members(
        self,
        element: JsonObject,
        context: ActiveContext,
        subject: str,
        graph: str,
        path: Path,
        member: Member | None,
    ) -> str | list[str] | None:
        """Makes the statements of a node's members (§5.1.2 step 13).

        None; or the terms of what is no node object after all; or, where `@nest` hid it, the node's name.
        """
        statements = self.statements
        get = context.entries.get
        iris = context.iris
        track = self.pointers is not None
        renamed: str | None = None
        for key, value in element.items():
            entry = get(key)
            if entry is None:
                entry = self.look_up(context, key, value, path)
            kind, predicate, suffix, child, kept, inner = entry
            if kind < SKIP:
                if type(value) is str:
                    if kind == LITERAL:
                        if value.isprintable() and '"' not in value and "\\" not in value:
                            term = f'"{value}{suffix}'
                        else:
                            term = literal(value)[:-1] + suffix
                    elif kind == REFERENCE:
                        term = kept.iris.get(value) or self.reference(value, kept, (path, key))
                    else:
                        term = kept.vocab_iris.get(value) or self.word(value, kept, (path, key))
                    statements.append((subject, predicate, term, graph))
                elif type(value) is dict:
                    if "@value" not in value and len(value) != 1 and not context.shapes:
                        found = self.node(value, child, inner, graph, (path, key))
                    else:
                        found = self.map(value, context, inner, graph, (path, key))
                    if type(found) is str:
                        statements.append((subject, predicate, found, graph))
                    else:
                        for term in found:
                            statements.append((subject, predicate, term, graph))
                elif type(value) is list:
                    if not value:
                        self.say_nothing("An empty array", (path, key))
                    for index, item in enumerate(value):
                        if type(item) is str:
                            if kind == LITERAL:
                                if item.isprintable() and '"' not in item and "\\" not in item:
                                    term = f'"{item}{suffix}'
                                else:
                                    term = literal(item)[:-1] + suffix
                            elif kind == REFERENCE:
                                term = kept.iris.get(item) or self.reference(item, kept, ((path, key), index))
                            else:
                                term = kept.vocab_iris.get(item) or self.word(item, kept, ((path, key), index))
                            statements.append((subject, predicate, term, graph))
                        elif type(item) is dict and "@value" not in item and len(item) != 1 and not context.shapes:
                            found = self.node(item, child, inner, graph, ((path, key), index))
                            if type(found) is str:
                                statements.append((subject, predicate, found, graph))
                            else:
                                for term in found:
                                    statements.append((subject, predicate, term, graph))
                        else:
                            for term in self.objects(item, context, inner, graph, ((path, key), index), nested=True):
                                statements.append((subject, predicate, term, graph))
                        if track:
                            self.mark(((path, key), index))
                elif value is None:
                    self.say_nothing("`null`", (path, key))
                else:
                    statements.append((subject, predicate, self.scalar(value, inner, path), graph))
                if track:
                    self.mark((path, key))
            elif kind == SKIP:
                if value is None and inner.key is not None and key != "@context":
                    raise self.stop(f"invalid {inner.handler} value", f"`{key}` is null", (path, key))
            elif kind == RARE:
                found = rare.HANDLERS[inner.handler](self, inner, element, key, context, subject, graph, path)
                if found is not None:
                    subject = renamed = found
                if track:
                    self.mark((path, key))
            else:
                return rare.shape(self, element, context, member, graph, path)
        return renamed

    # What members stand for -------------------------------------------------------------------

    def objects(
        self,
        value: JsonValue,
        context: ActiveContext,
        member: Member,
        graph: str,
        path: Path,
        *,
        nested: bool = False,
    ) -> list[str]:
        """The terms of any value under a property (Expansion of the value, flattened)."""
        if type(value) is str:
            return [self.string(value, member, path)]
        if type(value) is dict:
            found = self.map(value, context, member, graph, path)
            return [found] if type(found) is str else found  # type: ignore[list-item,return-value]
        if type(value) is list:
            if not value:
                self.say_nothing("An empty array", path)
            elif nested:
                self.add(explain.form("An array inside an array is read as one array.", self.at(path)))
            terms = []
            for index, item in enumerate(value):
                terms += self.objects(item, context, member, graph, (path, index), nested=True)
            return terms
        if value is None:
            self.say_nothing("`null`", path)
            return []
        return [self.scalar(value, member, path)]

    def map(
        self, value: JsonObject, context: ActiveContext, member: Member, graph: str, path: Path
    ) -> str | list[str]:
        """The terms of any JSON object under a property, in the active context of the property (§5.1.2 step 7)."""
        aliases = context.aliases
        if "@value" in value or (
            context.shapes and any(aliases.get(key) == "@value" for key in value)
        ):
            return rare.value_object(self, value, member.kept, path)
        if len(value) == 1:
            key = next(iter(value))
            if key == "@id" or aliases.get(key) == "@id":
                return self.node(value, member.kept, member, graph, path)
        return self.node(value, member.child, member, graph, path)

    def string(self, value: str, member: Member, path: Path) -> str:
        """The term of a string (Value Expansion, §5.3)."""
        coercion = member.coercion
        if coercion == "@id":
            return member.kept.iris.get(value) or self.reference(value, member.kept, path)
        if coercion == "@vocab":
            return member.kept.vocab_iris.get(value) or self.word(value, member.kept, path)
        if coercion is not None:
            suffix = literal_suffix(coercion)
            if suffix is None:
                why = f"its datatype `{quote(coercion)}` is not a valid IRI"
                return self.lose(explain.undefined(f"`{quote(value)}`", why, self.at(path)), LOST_TEXT)
            return literal(value)[:-1] + suffix
        if member.direction is not None:
            self.add(
                explain.undefined(
                    "the base direction of this text", "RDF has no place for it", self.at(path), found=member.direction
                )
            )
        return self.text(value, member.language, path)

    def text(self, value: str, language: str | None, path: Path) -> str:
        """The literal of a string in a language."""
        if language is not None and not is_language_tag(language):
            why = f"`{quote(language)}` is not a language tag"
            remedy = "Write the language as a BCP 47 tag, such as `en` or `pt-BR`."
            return self.lose(explain.undefined("this text", why, self.at(path), remedy=remedy), LOST_TEXT)
        return literal(value, language=language)

    def scalar(self, value: Any, member: Member, path: Path) -> str:
        """The literal of a number or boolean under a property."""
        coercion = member.coercion
        datatype = None if coercion is None or coercion[0] == "@" else coercion
        if datatype is not None and literal_suffix(datatype) is None:
            why = f"its datatype `{quote(datatype)}` is not a valid IRI"
            return self.lose(explain.undefined(f"`{quote(value)}`", why, self.at(path)), LOST_TEXT)
        return boolean(value, datatype) if value is True or value is False else number(value, datatype)

    def reference(self, value: str, context: ActiveContext, path: Path) -> str:
        """The term of a string that is an IRI, relative to the document."""
        return self.resource(context.expand(value, relative=True), value, context.iris, path)

    def word(self, value: str, context: ActiveContext, path: Path) -> str:
        """The term of a string that is a term of the vocabulary or an IRI."""
        return self.resource(context.expand(value, vocab=True, relative=True), value, context.vocab_iris, path)

    def resource(self, expanded: str | None, value: str, memo: dict[str, str], path: Path, role: str = "IRI") -> str:
        """The term of an expanded string, remembered if it is an IRI."""
        if expanded is not None:
            if expanded.startswith("_:"):
                return self.blank(expanded)
            term = iri_term(expanded)
            if term is not None:
                if len(memo) >= MEMO_SIZE:
                    memo.clear()
                memo[value] = term
                return term
        return self.lose(explain.unusable_iri(value, role, self.at(path)))

    def blank(self, label: str) -> str:
        """The blank node of a label of the document."""
        term = self.labels.get(label)
        if term is None:
            term = self.labels[label] = f"_:b{self.blanks}"
            self.blanks += 1
        return term

    def fresh(self) -> str:
        """A new blank node."""
        self.blanks += 1
        return f"_:b{self.blanks - 1}"

    # Contexts, types and names of nodes ---------------------------------------------------------

    def enter(self, value: JsonValue, context: ActiveContext, path: Path) -> ActiveContext:
        """The active context inside a node object that has a `@context` (§5.1.2 step 9)."""
        items: list[JsonValue] = value if type(value) is list else [value]
        if len(items) > self.limits.contexts_in_array:
            raise exceeded(
                "contexts in one array", self.limits.contexts_in_array, len(items), self.at((path, "@context"))
            )
        self.local_contexts += len(items)
        if self.local_contexts > self.limits.contexts:
            raise exceeded(
                "contexts of one credential", self.limits.contexts, self.local_contexts, self.at((path, "@context"))
            )
        try:
            known = context.local_memo.get(tuple(items))  # type: ignore[arg-type]
        except TypeError:
            known = None
        if known is not None:
            return known
        after = context
        for index, item in enumerate(items):
            where: Path = ((path, "@context"), index) if type(value) is list else (path, "@context")
            after = self.apply(item, after, where)
        if all(type(item) is str for item in items):
            if len(context.local_memo) >= _LOCAL_MEMO:
                context.local_memo.clear()
            context.local_memo[tuple(items)] = after  # type: ignore[arg-type]
        return after

    def apply(self, item: JsonValue, context: ActiveContext, where: Path) -> ActiveContext:
        """One context of a document's own array, applied and, if written out, judged."""
        base = self.contexts.root.base
        if where is not None and isinstance(where[1], int) and isinstance(item, dict) and item.keys() == {"@context"}:
            # Against the letter of §4.2.2 step 5, but published credentials are signed so, and every other
            # implementation unwraps it.
            self.add(explain.form("A context wrapped in `@context`.", self.at(where), "Take it out of its wrapper."))
            item = item["@context"]
            if not isinstance(item, dict):
                raise explain.stopped(JsonLdError("invalid local context", "a wrapped context"), self.at(where))
        try:
            if type(item) is str:
                if base is None and not like_iri(item):
                    raise ProblemError(
                        problem("terms.unknown-context", "A relative reference to a context means nothing.", found=item)
                    )
                known = context.local_memo.get((item,))
                if known is None:
                    known = context.local_memo[(item,)] = process(context, item, base_url=base)
                return known
            after, notices = self.apply_inline(item, context, base)
        except JsonLdError as error:
            raise explain.stopped(error, self.at(where)) from None
        except ProblemError as error:
            raise self.placed(error, where) from None
        for notice in notices:
            self.add(explain.form(notice.detail, self.at(where)))
        return after

    def apply_inline(
        self, item: JsonValue, context: ActiveContext, base: str | None
    ) -> tuple[ActiveContext, tuple[Notice, ...]]:
        judge.refuse_form(item)
        name = json.dumps(item, sort_keys=True)
        known = context.inline_memo.get(name)
        if known is None:
            after = process(context, item, base_url=base, inline=True)
            judge.judge(context, after)
            known = after, judge.notices(item)
            if len(context.inline_memo) >= _INLINE_MEMO:
                context.inline_memo.clear()
            context.inline_memo[name] = known
        return known

    def meet(self, context: ActiveContext, path: Path) -> None:
        """Counts what the contexts of the document cost to make; the same whether they were made just now or before."""
        origin: ActiveContext | None = context
        while origin is not None and origin not in self.seen:
            self.seen.add(origin)
            self.cost += origin.cost
            origin = origin.origin
        if self.cost > MOST_COST:
            raise exceeded("steps of work on contexts", MOST_COST, self.cost, self.at(path))

    def type_names(self, element: JsonObject, context: ActiveContext) -> Any:
        """The value of `@type`, by whatever keys the node has it (§5.1.2 step 11)."""
        keys = sorted(key for key in element if key == "@type" or context.aliases.get(key) == "@type")
        if not keys:
            return None
        if len(keys) == 1:
            return element[keys[0]]
        groups = Groups()
        scoping: list[str] = []
        for key in keys:
            value: Any = element[key]
            names = value if isinstance(value, list) else [value]
            groups += names
            scoping += sorted(name for name in names if isinstance(name, str))
        groups.scoping = tuple(scoping)
        return groups

    def types(self, context: ActiveContext, names: Any, element: JsonObject, path: Path) -> Typed:
        """What the types mean, worked out and remembered."""
        where = (path, self.type_key(element, context))
        listed = names if isinstance(names, list) else [names]
        if not all(type(name) is str for name in listed):
            raise self.stop("invalid type value", "a type that is not a string", where)
        if len(listed) > self.most_types:
            raise exceeded("types of one node", self.most_types, len(listed), self.at(where))
        try:
            typed = compile_types(
                context, tuple(listed), names.scoping if isinstance(names, Groups) else tuple(sorted(set(listed)))
            )
        except JsonLdError as error:
            raise explain.stopped(error, self.at(where)) from None
        except ProblemError as error:
            raise self.placed(error, where) from None
        if not isinstance(names, Groups):
            memo = context.typed
            if len(memo) >= MEMO_SIZE:
                memo.clear()
            memo[names if type(names) is str else tuple(listed)] = typed
        return typed

    def type_key(self, element: JsonObject, context: ActiveContext) -> str:
        """The key by which the node has its types; the first of several."""
        return min(key for key in element if key == "@type" or context.aliases.get(key) == "@type")

    def add_types(
        self, names: Any, context: ActiveContext, element: JsonObject, subject: str, graph: str, path: Path
    ) -> None:
        """The type statements of a node, looked at one by one. `context` is the one before type-scoped contexts."""
        for key in sorted(element):
            if key != "@type" and context.aliases.get(key) != "@type":
                continue
            value: Any = element[key]
            if value == []:
                self.say_nothing("An empty array", (path, key))
            for index, name in enumerate(value if type(value) is list else [value]):
                where: Path = ((path, key), index) if type(value) is list else (path, key)
                term = rare.type_term(self, name, context, where)
                self.statements.append((subject, RDF_TYPE, term, graph))
                if self.pointers is not None:
                    self.mark(where)

    def own_name(self, element: JsonObject, context: ActiveContext, path: Path) -> Any:
        """The value of `@id`, by whatever key the node has it."""
        keys = [key for key in element if key == "@id" or context.aliases.get(key) == "@id"]
        if len(keys) > 1:
            raise self.stop("colliding keywords", "the node has `@id` twice", (path, keys[1]))
        return element[keys[0]] if keys else None

    def identify(self, name: Any, element: JsonObject, context: ActiveContext, path: Path) -> str:
        """The term of a node's `@id` (§5.1.2 step 13.4.3)."""
        key = next(key for key in element if key == "@id" or context.aliases.get(key) == "@id")
        if type(name) is not str:
            raise self.stop("invalid @id value", "an id that is not a string", (path, key))
        return self.resource(context.expand(name, relative=True), name, context.iris, (path, key), "id")

    def look_up(self, context: ActiveContext, key: str, value: JsonValue, path: Path) -> Entry:
        """The entry of a member name that is met for the first time, or that there is something to say about."""
        try:
            entry = compile_defined(context, key)
            return self.look_closer(context, key, value, path) if entry is None else entry
        except JsonLdError as error:
            raise explain.stopped(error, self.at((path, key))) from None
        except ProblemError as error:
            raise self.placed(error, (path, key)) from None

    def look_closer(self, context: ActiveContext, key: str, value: JsonValue, path: Path) -> Entry:
        where = (path, key)
        keyword = key if key in KEYWORDS else context.aliases.get(key)
        if keyword is not None:
            return rare.keyword(self, context, key, keyword, value, where)
        expanded = context.expand(key, vocab=True)
        if expanded is None or ":" not in expanded:  # 13.3
            if value is None:
                self.say_nothing("`null`", where)
            else:
                self.add(explain.undefined_member(context, key, self.at(where)))
            return lost_entry(context)
        entry = compile_property(context, key, context.terms.get(key, Term(expanded)), expanded)
        if entry[1] is LOST:
            why = "a blank node cannot be a property" if expanded.startswith("_:") else "its name makes no valid IRI"
            self.lose(explain.undefined(f"`{quote(key)}`", why, self.at(where)))
        elif ":" in key and key not in context.terms:
            rare.say_spelling(self, context, key, expanded, where)
        elif len(context.entries) < MEMO_SIZE:
            context.entries[key] = entry
        return entry

    # Saying -----------------------------------------------------------------------------------------

    def at(self, path: Path) -> str:
        """The JSON Pointer of a path."""
        return explain.pointer_of(path, self.base_pointer)

    def mark(self, path: Path) -> None:
        """Says of the statements since the last mark where they come from."""
        pointers = self.pointers
        assert pointers is not None
        missing = len(self.statements) - len(pointers)
        if missing:
            pointers.extend([self.at(path)] * missing)

    def add(self, found: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(found)
        else:
            self.unreported += 1

    def lose(self, found: Problem, stand_in: str = LOST) -> str:
        """Reports a term that cannot be written; answers what stands for it."""
        self.add(found)
        self.lost = True
        return stand_in

    def say_nothing(self, what: str, path: Path) -> None:
        self.add(explain.form(f"{what} says nothing: the signature does not tell it from an absent member.", self.at(path), "Leave the member out."))

    def stop(self, code: str, detail: str, path: Path) -> ProblemError:
        """The exception for an error in the document itself; the caller raises it."""
        return explain.stopped(JsonLdError(code, detail, about_context=False), self.at(path))

    def placed(self, error: ProblemError, path: Path) -> ProblemError:
        """A problem of a context, at the place in the document that asked for the context."""
        return explain.placed(error, self.at(path))
