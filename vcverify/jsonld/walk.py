"""One pass from JSON to statements (JSON-LD 1.1 API §5.1 Expansion, §7.2 Node Map Generation and §8
Deserialization to RDF at once), with nothing in between.

`Walk.node` and `Walk.members` are the hot path: everything that they cannot decide with one look-up
they hand to a slower method, and whatever is unusual to `keywords`, `containers` and `shapes`. The path
is a linked tuple, turned into a JSON Pointer only when there is something to say.
"""

from __future__ import annotations

from typing import Any

from vcverify.jsonld import keywords, shapes
from vcverify.jsonld.containers import Place
from vcverify.jsonld.context import ActiveContext
from vcverify.jsonld.documents import RdfDocument, Span
from vcverify.jsonld.entering import Entering
from vcverify.jsonld.explain import NESTED_ARRAY, Path
from vcverify.jsonld.members import LITERAL, LOST, RARE, REFERENCE, SKIP, Member, Typed
from vcverify.jsonld.values import RDF_TYPE
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.rdf.terms import literal


class Walk(Entering):
    """One document, walked."""

    def run(self, document: JsonValue) -> RdfDocument:
        """The document's statements. A document of several nodes (an array) is for the conformance suites."""
        self.contexts.make_room()
        root = ""
        if isinstance(document, dict):
            found = self.node(document, self.contexts.root, None, "", None)
            if isinstance(found, str):
                shapes.say_if_empty(self, document, found, 0, None)
                root = "" if self.bare_graph or found == LOST else found
        else:
            shapes.free_items(self, document, self.contexts.root, "", None)
        return RdfDocument(self.statements, root, self.spans, self.problems, self.pointers, "fast")

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
        before = context
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
            known = context.iris.get(name) if type(name) is str else None
            subject = self.identify(name, element, context, path) if known is None else known
        slot = -1
        if self.spanning and (
            (member is not None and member.predicate in self.rule.property_terms)
            or (typed is not None and not self.rule.type_terms.isdisjoint(typed.terms))
        ):
            slot = len(self.spans)
            under = None if member is None else member.predicate[1:-1]
            self.spans.append(Span(self.at(path), subject, graph, start, start, under, before))
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
                    inside = self.at(path) + "/"
                    self.spans = [span for span in self.spans if not span.pointer.startswith(inside)]
                return found
            keywords.rename(self, start, subject, found)  # type: ignore[arg-type]
            subject = found  # type: ignore[assignment]
        if len(statements) == start and name is None and shapes.is_only_language(element, context):
            if slot >= 0:
                del self.spans[slot]
            return []
        if len(statements) > self.most_long:
            self.hold(0, path)
        if slot >= 0:
            self.spans[slot].end = len(statements)
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
                    elif len(value) > self.most_long:
                        self.hold(len(value), (path, key))
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
                if value is None and inner.key is not None and key != "@context":  # CHECK: keywords without value
                    raise self.stop(f"invalid {inner.handler} value", f"`{key}` is null", (path, key))
            elif kind == RARE:
                place = Place(element, context, subject, graph, path)
                name = keywords.HANDLERS[inner.handler](self, inner, key, place)
                if name is not None:
                    subject = renamed = name
                if track:
                    self.mark((path, key))
            else:
                return shapes.shape(self, element, context, member, graph, path)
        return renamed

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
            return [found] if type(found) is str else found  # type: ignore[return-value]
        if type(value) is list:
            if not value:
                self.say_nothing("An empty array", path)
            elif nested:
                self.form(NESTED_ARRAY, path)
            if len(value) > self.most_long:
                self.hold(len(value), path)
            terms = []
            for index, item in enumerate(value):
                terms += self.objects(item, context, member, graph, (path, index), nested=True)
            return terms
        if value is None:
            self.say_nothing("`null`", path)
            return []
        return [self.scalar(value, member, path)]

    def map(self, value: JsonObject, context: ActiveContext, member: Member, graph: str, path: Path) -> str | list[str]:
        """The terms of any JSON object under a property, in the active context of the property (§5.1.2 step 7)."""
        aliases = context.aliases
        if "@value" in value or (context.shapes and any(aliases.get(key) == "@value" for key in value)):
            return shapes.value_object(self, value, member.kept, path)
        if len(value) == 1:
            key = next(iter(value))
            if key == "@id" or aliases.get(key) == "@id":
                return self.node(value, member.kept, member, graph, path)
        return self.node(value, member.child, member, graph, path)
