"""Contexts, types and names of node objects: what the walk looks up, worked out where it is met first."""

from __future__ import annotations

import json
from typing import Any, Final

from vcverify.jsonld import explain, judge, keywords
from vcverify.jsonld.context import ActiveContext, Term
from vcverify.jsonld.explain import Path
from vcverify.jsonld.ground import Ground
from vcverify.jsonld.members import (
    LOST,
    MEMO_LENGTH,
    MEMO_SIZE,
    Entry,
    Member,
    Typed,
    compile_defined,
    compile_property,
    compile_types,
    compile_undefined,
    lost_entry,
    scoped,
)
from vcverify.jsonld.processing import MOST_COST, MOST_OWN_COST, process
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError, like_iri
from vcverify.jsonld.values import RDF_TYPE, literal_suffix
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.limits import exceeded
from vcverify.problems import ProblemError, problem, quote

_INLINE_MEMO: Final = 64
_INLINE_LENGTH: Final = 16_384
_LOCAL_MEMO: Final = 1024


class Groups(list[str]):
    """The types of a node that names them under several keys, flattened; `scoping` is the order of their contexts."""

    scoping: tuple[str, ...] = ()


class Entering(Ground):
    """How a walk enters a node object."""

    def enter(self, value: JsonValue, context: ActiveContext, path: Path) -> ActiveContext:
        """The active context inside a node object that has a `@context` (§5.1.2 step 9)."""
        items: list[JsonValue] = value if type(value) is list else [value]
        if len(items) > self.limits.contexts_in_array:  # CHECK: many contexts in an array
            raise exceeded(
                "contexts in one array", self.limits.contexts_in_array, len(items), self.at((path, "@context"))
            )
        self.local_contexts += len(items)
        if self.local_contexts > self.limits.contexts:  # CHECK: many contexts
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
            self.form("A context wrapped in `@context`.", where, "Take it out of its wrapper.")
            item = item["@context"]
        try:
            if isinstance(item, list):  # CHECK: arrays in arrays of contexts
                raise JsonLdError("invalid local context", "an array inside an array of contexts")
            if type(item) is str:
                if base is None and not like_iri(item):
                    raise ProblemError(
                        problem("terms.unknown-context", "A relative reference to a context means nothing.", found=item)
                    )
                known = context.local_memo.get((item,))
                if known is None:
                    known = context.local_memo[(item,)] = process(context, item, base_url=base)
                return known
            after, notice = self.apply_inline(item, context, base)
        except JsonLdError as error:
            raise explain.stopped(error, self.at(where)) from None
        except ProblemError as error:
            raise self.placed(error, where) from None
        if notice:
            self.form(notice, where)
        return after

    def apply_inline(self, item: JsonValue, context: ActiveContext, base: str | None) -> tuple[ActiveContext, str]:
        """A context that the document writes out, applied and judged, and what its reader should know of it."""
        judge.refuse_form(item)
        text = json.dumps(item, sort_keys=True)
        known = context.inline_memo.get(text) or self.own_contexts.get((context, text))
        if known is None:
            after = process(context, item, base_url=base, inline=True)
            judge.judge(context, after)
            known = self.own_contexts[context, text] = after, judge.notice(item)
            if len(text) <= _INLINE_LENGTH:
                if len(context.inline_memo) >= _INLINE_MEMO:
                    context.inline_memo.clear()
                context.inline_memo[text] = known
        return known

    def meet(self, context: ActiveContext, path: Path) -> None:
        """Counts what the contexts of the document cost to make; the same whether they were made just now or before."""
        origin: ActiveContext | None = context
        while origin is not None and origin not in self.seen:
            self.seen.add(origin)
            self.cost += origin.cost
            if origin.inline:
                self.own_cost += origin.cost
                self.lengthen(origin.longest, path)
            origin = origin.origin
        if self.cost > MOST_COST:  # CHECK: costly contexts
            raise exceeded("steps of work on contexts", MOST_COST, self.cost, self.at(path))
        if self.own_cost > MOST_OWN_COST:  # CHECK: costly contexts of its own
            raise exceeded("steps of work on contexts of its own", MOST_OWN_COST, self.own_cost, self.at(path))

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
        if not all(type(name) is str for name in listed):  # CHECK: types that are no text
            raise self.stop("invalid type value", "a type that is not a string", where)
        if len(listed) > self.most_types:  # CHECK: many types
            raise exceeded("types of one node", self.most_types, len(listed), self.at(where))
        order = names.scoping if isinstance(names, Groups) else tuple(sorted(set(listed)))
        key = (context, tuple(listed), order)
        typed = self.own_types.get(key)
        if typed is not None:
            return typed
        try:
            typed = self.own_types[key] = compile_types(context, tuple(listed), order)
        except JsonLdError as error:
            raise explain.stopped(error, self.at(where)) from None
        except ProblemError as error:
            raise self.placed(error, where) from None
        if not isinstance(names, Groups) and sum(map(len, listed)) <= MEMO_LENGTH:
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
                term = self.type_term(name, context, where)
                self.statements.append((subject, RDF_TYPE, term, graph))
                if self.pointers is not None:
                    self.mark(where)

    def type_term(self, name: str, context: ActiveContext, where: Path) -> str:
        """The term of a type; LOST, with the reason said, if it has none."""
        expanded = context.expand(name, vocab=True, relative=True)
        if expanded is not None and expanded.startswith("_:"):
            return self.blank(expanded)
        if expanded is None or expanded in KEYWORDS or literal_suffix(expanded) is None:
            if self.room():
                self.problems.append(explain.undefined_type(self.names(context), name, self.at(where)))
            self.lost = True
            return LOST
        if ":" in name and name not in context.terms:
            self.say_name(context, name, expanded, where)
        return f"<{expanded}>"

    def own_name(self, element: JsonObject, context: ActiveContext, path: Path) -> Any:
        """The value of `@id`, by whatever key the node has it."""
        keys = [key for key in element if key == "@id" or context.aliases.get(key) == "@id"]
        if len(keys) > 1:  # CHECK: two ids
            raise self.stop("colliding keywords", "the node has `@id` twice", (path, keys[1]))
        return element[keys[0]] if keys else None

    def identify(self, name: Any, element: JsonObject, context: ActiveContext, path: Path) -> str:
        """The term of a node's `@id` (§5.1.2 step 13.4.3)."""
        key = next(key for key in element if key == "@id" or context.aliases.get(key) == "@id")
        if type(name) is not str:  # CHECK: ids that are no text
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

    def meaning(self, context: ActiveContext, key: str, path: Path) -> Member | None:
        """What a property means in another context than the one that it was met in; None if nothing there."""
        try:
            entry = context.entries.get(key) or compile_defined(context, key)
        except JsonLdError as error:
            raise explain.stopped(error, self.at(path)) from None
        except ProblemError as error:
            raise self.placed(error, path) from None
        return None if entry is None or entry[5].handler != "property" else entry[5]

    def scoped(self, context: ActiveContext, term: Term, path: Path, *, propagate: bool = True) -> ActiveContext:
        """The context that follows from a term's own."""
        try:
            return scoped(context, term, propagate=propagate)
        except JsonLdError as error:
            raise explain.stopped(error, self.at(path)) from None
        except ProblemError as error:
            raise self.placed(error, path) from None

    def look_closer(self, context: ActiveContext, key: str, value: JsonValue, path: Path) -> Entry:
        where = (path, key)
        keyword = key if key in KEYWORDS else context.aliases.get(key)
        if keyword is not None:
            return keywords.keyword(self, context, key, keyword, value, where)
        expanded = context.expand(key, vocab=True)
        if expanded is None or ":" not in expanded:  # 13.3
            if value is None:
                self.say_nothing("`null`", where)
            else:
                self.miss(context, key, where)
            return lost_entry(context)
        term = context.terms.get(key)
        if term is None:
            entry = compile_undefined(context, key, expanded)
        else:
            entry = compile_property(context, key, term, expanded)
        if entry[1] is LOST:
            why = "a blank node cannot be a property" if expanded.startswith("_:") else "its name makes no valid IRI"
            self.lose(f"`{quote(key)}`", why, where)
        elif ":" in key and term is None:
            self.say_spelling(context, key, expanded, where)
        elif len(context.entries) < MEMO_SIZE and len(key) <= MEMO_LENGTH:
            context.entries[key] = entry
        return entry

    def say_spelling(self, context: ActiveContext, key: str, expanded: str, where: Path) -> None:
        """Says of a member that its name is an IRI, or a compact IRI where a term would do."""
        if key != expanded:
            self.say_name(context, key, expanded, where)
        elif self.room():
            remedy = self.names(context).term_for(expanded)
            self.problems.append(explain.form(f"`{quote(key)}` is an IRI for a name.", self.at(where), remedy))

    def say_name(self, context: ActiveContext, name: str, expanded: str, where: Path) -> None:
        """Says of an IRI or a compact IRI that there is a term for it."""
        remedy = self.names(context).term_for(expanded)
        if remedy is not None and self.room():
            self.problems.append(explain.form(f"`{quote(name)}` is written for a term.", self.at(where), remedy))
