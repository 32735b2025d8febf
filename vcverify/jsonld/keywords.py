"""Keywords as members of node objects, and the members that are handled apart (JSON-LD 1.1 API §5.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from vcverify.jsonld.containers import Place, same_index, say
from vcverify.jsonld.context import ActiveContext
from vcverify.jsonld.explain import Path
from vcverify.jsonld.members import Entry, Member, keyword_entry, lost_entry
from vcverify.jsonld.shapes import SHAPES, adds, free_items, shape_of
from vcverify.jsonld.syntax import KEYWORDS
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import quote

if TYPE_CHECKING:
    from vcverify.jsonld.ground import Ground
    from vcverify.jsonld.walk import Walk


def keyword(walk: Ground, context: ActiveContext, key: str, name: str, value: JsonValue, where: Path) -> Entry:
    """The entry of the keyword `name`, written `key`, after what there is to say about it."""
    if name in ("@id", "@type"):
        alias = next((term for term, meant in context.aliases.items() if meant == name and term != name), None)
        if key == name and alias is not None:
            walk.form(f"`{name}` is written for `{quote(alias)}`.", where, f"Write `{quote(alias)}`.")
    elif name in ("@graph", "@included", "@nest", "@reverse"):
        walk.form(f"`{name}` hides from readers of the JSON what the statements say.", where)
    elif name in ("@index", "@direction", "@language"):
        if not isinstance(value, str):  # CHECK: keywords with values that are no text
            code = {"@direction": "invalid base direction", "@language": "invalid language-tagged string"}
            raise walk.stop(code.get(name, "invalid @index value"), f"`{quote(key)}` is {quote(value)}", where)
        if name == "@direction" and value not in ("ltr", "rtl"):  # CHECK: other directions
            raise walk.stop("invalid base direction", f"`{quote(key)}` is {quote(value)}", where)
        walk.miss(context, key, where)
        if name != "@index":
            return lost_entry(context)
    elif name not in ("@context", *SHAPES):
        walk.miss(context, key, where)
        return lost_entry(context)
    return keyword_entry(context, key, name)


def _once(walk: Walk, place: Place, name: str, where: Path) -> None:
    """Step 13.4.2: a keyword stands once in an object, by whatever name."""
    # CHECK: a keyword twice
    if sum(key == name or place.context.aliases.get(key) == name for key in place.element) > 1:
        raise walk.stop("colliding keywords", f"`{name}` stands twice", where)


def _graph(walk: Walk, inner: Member, key: str, place: Place) -> str | None:
    """Step 13.4.5; a top object that has nothing but a graph stands for its contents (§9.2)."""
    where = (place.path, key)
    _once(walk, place, "@graph", where)
    graph = place.subject
    if place.path is None and not any(
        adds(place.context, name, value) for name, value in place.element.items() if name != key
    ):
        walk.bare_graph = True
        graph = ""
    free_items(walk, place.element[key], place.context, graph, where)
    return None


def _included(walk: Walk, inner: Member, key: str, place: Place) -> str | None:
    """Step 13.4.6."""

    def check(value: JsonValue, where: Path) -> None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                check(item, (where, index))
        # CHECK: included values that are no nodes
        elif value is not None and (not isinstance(value, dict) or shape_of(place.context, value) is not None):
            raise walk.stop("invalid @included value", "what is included is not a node object", where)

    where = (place.path, key)
    check(place.element[key], where)
    free_items(walk, place.element[key], place.context, place.graph, where)
    return None


def _index(walk: Walk, inner: Member, key: str, place: Place) -> str | None:
    """Step 13.4.10, and §7.2.2 step 6.9.2: one node has one index."""
    where = (place.path, key)
    _once(walk, place, "@index", where)
    same_index(walk, place.subject, place.graph, str(place.element[key]), where)
    return None


def _nest(walk: Walk, inner: Member, key: str, place: Place) -> str | None:
    """Step 14: the members of nested objects are the node's own."""
    value = place.element[key]
    term = place.context.terms.get(key)
    inside = place.context
    if term is not None:
        inside = walk.scoped(inside, term, (place.path, key))
    subject = place.subject
    renamed: str | None = None
    for index, nested in enumerate(value if isinstance(value, list) else [value]):
        where: Path = ((place.path, key), index) if isinstance(value, list) else (place.path, key)
        # CHECK: nested values that are no nodes
        if not isinstance(nested, dict) or shape_of(inside, nested) is not None:
            raise walk.stop("invalid @nest value", "what is nested is not a node object", where)
        if "@context" in nested:
            walk.miss(inside, "@context", (where, "@context"))
        name = walk.own_name(nested, inside, where)
        if name is not None:
            if _names(place.element, place.context) > 1:  # CHECK: a name twice
                raise walk.stop("colliding keywords", "the node has `@id` twice", where)
            renamed = walk.identify(name, nested, inside, where)
            subject = renamed
        names = walk.type_names(nested, inside)
        if names is not None:
            walk.types(inside, names, nested, where)
            walk.add_types(names, inside, nested, subject, place.graph, where)
        found = walk.members(nested, inside, subject, place.graph, where, None)
        if isinstance(found, str):
            subject = renamed = found
    return renamed


def _names(element: JsonObject, context: ActiveContext) -> int:
    """How often a node is named, by itself and by what is nested in it."""
    count = 0
    for key, value in element.items():
        meant = context.aliases.get(key, key)
        if meant == "@id":
            count += 1
        elif meant == "@nest":
            items = value if isinstance(value, list) else [value]
            count += sum(_names(item, context) for item in items if isinstance(item, dict))
    return count


def rename(walk: Walk, start: int, old: str, new: str) -> None:
    """Gives the node that was `old` its name, in everything said since `start`."""
    statements = walk.statements
    for position in range(start, len(statements)):
        if old in statements[position]:
            s, p, o, g = statements[position]
            statements[position] = (new if s == old else s, p, new if o == old else o, new if g == old else g)
    for span in reversed(walk.spans):
        if span.start < start:
            break
        span.subject = new if span.subject == old else span.subject
        span.graph = new if span.graph == old else span.graph


def _reverse(walk: Walk, inner: Member, key: str, place: Place) -> str | None:
    """Step 13.4.13."""
    value, where = place.element[key], (place.path, key)
    if not isinstance(value, dict):  # CHECK: reverse maps that are none
        raise walk.stop("invalid @reverse value", "the value is not an object", where)
    _once(walk, place, "@reverse", where)
    inside = place.context if place.context.previous is None else place.context.previous
    if "@context" in value:
        inside = walk.enter(value["@context"], inside, where)
    for name, item in value.items():
        if name in KEYWORDS or name in inside.aliases:  # CHECK: reversed keywords
            if name == "@context":
                continue
            raise walk.stop("invalid reverse property map", f"`{quote(name)}` stands for a keyword", (where, name))
        member = (inside.entries.get(name) or walk.look_up(inside, name, item, where))[5]
        if member.key is not None:
            here = Place({}, inside, place.subject, place.graph, where)
            say(walk, member, item, here, (where, name), reverse=not member.reverse)
            if walk.pointers is not None:
                walk.mark((where, name))
    return None


def _property(walk: Walk, inner: Member, key: str, place: Place) -> str | None:
    say(walk, inner, place.element[key], place, (place.path, key), reverse=inner.reverse)
    return None


Handler: TypeAlias = "Callable[[Walk, Member, str, Place], str | None]"
"""Handles the member of that name; what it answers is the node's name, found where it was hidden."""

HANDLERS: Final[dict[str, Handler]] = {
    "property": _property,
    "@graph": _graph,
    "@included": _included,
    "@index": _index,
    "@nest": _nest,
    "@reverse": _reverse,
}
