"""The node objects of a JSON-LD document, and what a name means at each of them.

Asked of compiled contexts, so any document will do. A document that JSON-LD stops at has no places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from vcverify.jsonld.context import ABSENT, ActiveContext, Contexts, Term
from vcverify.jsonld.members import compile_types, scoped
from vcverify.jsonld.processing import process
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError
from vcverify.problems import ProblemError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node object of a document, and what its members mean.

    Attributes:
        path: Member names and indexes from the document.
        context: Of its members.
        parent: The node it is a value of, with the member's name there; None for the document.
    """

    path: tuple[str | int, ...]
    node: Json
    context: ActiveContext
    parent: tuple[Place, str] | None

    def keys(self, keyword: str) -> list[str]:
        """The members that are the keyword, by whatever name."""
        return [name for name in self.node if name == keyword or self.context.aliases.get(name) == keyword]

    @property
    def id(self) -> str | None:
        value = next((self.node[name] for name in self.keys("@id")), None)
        return value if isinstance(value, str) else None

    def term(self, name: str) -> Term | None:
        """What a member's name means; None for keywords, their aliases and names without a meaning."""
        term = self.context.terms.get(name)
        if term is None and ":" in name:
            iri = self.context.expand(name, vocab=True)
            term = None if iri is None else Term(iri)
        return None if term is None or term.iri is None or term.iri in KEYWORDS else term

    @property
    def types(self) -> list[str]:
        """Its types as IRIs."""
        outer = self.context if self.context.previous is None else self.context.previous
        found = [outer.expand(name, vocab=True) for name in type_names(self.node, outer)]
        return [iri for iri in found if iri and ":" in iri]

    def home(self) -> Json | None:
        """The nearest node around it, or itself, that has an array of contexts."""
        place: Place | None = self
        while place is not None:
            if isinstance(place.node.get("@context"), list):
                return place.node
            place = None if place.parent is None else place.parent[0]
        return None

    def properties(self) -> list[str]:
        """The names of its members that are properties, `proof` of the document itself not among them."""
        return [
            name for name in self.node if self.term(name) is not None and not (self.parent is None and name == "proof")
        ]


def type_names(node: Json, context: ActiveContext) -> list[str]:
    """The names of a node's types, in the context before those of its types."""
    keys = sorted(name for name in node if name == "@type" or context.aliases.get(name) == "@type")
    values = [item for name in keys for item in (node[name] if isinstance(node[name], list) else [node[name]])]
    return [value for value in values if isinstance(value, str)]


def places(document: Json, contexts: Contexts) -> list[Place]:
    """Every node object, the document first; the document's own proof is left out."""
    try:
        return list(_places(document, contexts.root, None, (), None))
    except (JsonLdError, ProblemError):
        return []


_KNOWN: dict[tuple[object, ...], ActiveContext] = {}


def _remembered(key: tuple[object, ...], make: Callable[[], ActiveContext]) -> ActiveContext:
    """What follows from a context; drafts ask the same over and over."""
    found = _KNOWN.get(key)
    if found is None:
        if len(_KNOWN) > 5_000:
            _KNOWN.clear()
        found = _KNOWN[key] = make()
    return found


def _entered(context: ActiveContext, local: Any) -> ActiveContext:
    for item in local if isinstance(local, list) else [local]:
        before = context
        context = _remembered((before, json.dumps(item)), partial(process, before, item, inline=True))
    return context


def _typed(context: ActiveContext, types: tuple[str, ...]) -> ActiveContext:
    return _remembered((context, types), lambda: compile_types(context, types, tuple(sorted(set(types)))).context)


def _places(
    node: Json, context: ActiveContext, parent: tuple[Place, str] | None, path: tuple[str | int, ...], term: Term | None
) -> Iterator[Place]:
    if "@context" in node:
        context = _entered(context, node["@context"])
    inside = _typed(context, tuple(type_names(node, context)))
    place = Place(path=path, node=node, context=inside, parent=parent)
    yield place
    for name, value in list(node.items()):
        keyword = name if name in KEYWORDS else inside.aliases.get(name)
        if keyword in ("@context", "@type", "@id", "@value") or (parent is None and name == "proof"):
            continue
        term = place.term(name)
        if term is not None and term.type == "@json":
            continue
        child = inside if inside.previous is None else inside.previous
        if term is not None and term.context is not ABSENT:
            child = _remembered((child, json.dumps(term.context)), partial(scoped, child, term))
        for inner, where in _objects(value, (*path, name)):
            if keyword == "@nest":
                yield Place(path=where, node=inner, context=inside, parent=(place, name))
            elif "@value" not in inner:
                yield from _places(inner, child, (place, name), where, term)


def _objects(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Json, tuple[str | int, ...]]]:
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _objects(item, (*path, at))
    elif isinstance(value, dict):
        if set(value) & {"@set", "@list", "@graph"} and not set(value) - {"@set", "@list", "@graph", "@index"}:
            for name, inner in value.items():
                yield from _objects(inner, (*path, name))
        else:
            yield value, path


def spelled(term: Term, value: Any, context: ActiveContext) -> Any:
    """The value in a form that means the same under the term's absolute IRI; None where there is none."""
    if term.context is not ABSENT or term.reverse or term.index or "@language" in term.containers:
        return None
    if "@list" in term.containers:
        inner = [item(term, one, context) for one in (value if isinstance(value, list) else [value])]
        return None if None in inner else {"@list": inner}
    items = value if isinstance(value, list) else [value]
    result = [item(term, one, context) for one in items]
    if not result or None in result:
        return None
    if "@graph" in term.containers:
        result = [{"@graph": one} for one in result]
    return result if isinstance(value, list) else result[0]


def item(term: Term, value: Any, context: ActiveContext) -> Any:
    """One value of the term, spelled out."""
    if isinstance(value, dict):
        return value
    if term.type == "@json" or isinstance(value, list) or value is None:
        return None
    if term.type in ("@id", "@vocab") and isinstance(value, str):
        iri = context.expand(value, vocab=term.type == "@vocab", relative=True)
        return {"@id": iri} if iri and ":" in iri else None
    if term.type and not term.type.startswith("@"):
        return {"@type": term.type, "@value": value}
    return value
