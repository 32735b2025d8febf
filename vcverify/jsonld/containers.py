"""The values of properties with containers, and of reverse properties (JSON-LD 1.1 API §5.1.2, its step numbers)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from vcverify.jsonld.context import ActiveContext
from vcverify.jsonld.explain import NESTED_ARRAY, Path
from vcverify.jsonld.members import LOST, Member
from vcverify.jsonld.shapes import inner_key, is_only_language, list_items, make_list, say_set, shape_of
from vcverify.jsonld.values import RDF_TYPE, json_literal
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import quote

if TYPE_CHECKING:
    from vcverify.jsonld.walk import Walk

_MAPS: Final = frozenset({"@id", "@index", "@type"})
_ITEM_BY_ITEM: Final = frozenset({"@graph", "@set"})
_GRAPHED: Final = "it stands in a graph of its own, which says nothing of it"


class Place(NamedTuple):
    """A node object on its way: what is written there, and what was made of it so far."""

    element: JsonObject
    context: ActiveContext
    subject: str
    graph: str
    path: Path


Found: TypeAlias = "list[tuple[str, Path]]"
"""Terms, each with the place of what it stands for."""


def say(walk: Walk, member: Member, value: JsonValue, place: Place, where: Path, *, reverse: bool) -> None:
    """Makes the statements of a property with whatever value (steps 13.6 to 13.14)."""
    if isinstance(value, list) and value and not member.json and member.containers <= _ITEM_BY_ITEM:
        for index, item in enumerate(value):
            if isinstance(item, list):
                walk.form(NESTED_ARRAY, (where, index))
            _say(walk, member, item, place, (where, index), reverse)
    else:
        _say(walk, member, value, place, where, reverse)


def _say(walk: Walk, member: Member, value: JsonValue, place: Place, where: Path, reverse: bool) -> None:
    found = _values(walk, member, value, place.context, place.graph, where)
    if reverse and (
        any(term[0] == '"' for term, _ in found)
        or (isinstance(value, dict) and shape_of(place.context, value) == "@list")
    ):  # CHECK: reversed literals
        raise walk.stop("invalid reverse property value", "a reverse property has a value that is no node", where)
    for term, spot in found:
        subject, object_ = (term, place.subject) if reverse else (place.subject, term)
        walk.statements.append((subject, member.predicate, object_, place.graph))
        if walk.pointers is not None:
            walk.mark(spot)


def _values(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path) -> Found:
    """Steps 13.6 to 13.12: the terms of the value of a property, whatever its containers are."""
    containers = member.containers
    terms: list[str]
    if member.json:  # 13.6, 13.11, 13.12
        if "@graph" in containers and not containers & _MAPS:
            walk.unsigned("this value", _GRAPHED, where)
            return [(walk.fresh(), where)]
        terms = [json_literal(value)]
        if "@list" in containers:
            terms = [make_list(walk, [(terms[0], where)], graph, where)]
    elif value is None:
        walk.say_nothing("`null`", where)
        return []
    elif "@language" in containers and isinstance(value, dict):  # 13.7
        return _language_map(walk, member, value, context, where)
    elif containers & _MAPS and isinstance(value, dict):  # 13.8
        return _index_map(walk, member, value, context, graph, where)
    elif "@list" in containers:  # 13.9, 13.11
        terms = _list(walk, member, value, context, graph, where)
    elif "@graph" in containers and not containers & _MAPS:  # 13.12
        terms = _graphs(walk, member, value, context, where)
    else:
        terms = walk.objects(value, context, member, graph, where)
    return [(term, where) for term in terms]


def _language_map(walk: Walk, member: Member, value: JsonObject, context: ActiveContext, where: Path) -> Found:
    found: Found = []
    for language, texts in value.items():
        tag = None if context.expand(language, vocab=True) == "@none" else language.lower()
        for index, text in enumerate(texts if isinstance(texts, list) else [texts]):
            at: Path = ((where, language), index) if isinstance(texts, list) else (where, language)
            if text is None:
                walk.say_nothing("`null`", at)
            elif isinstance(text, str):
                if member.direction is not None:
                    walk.lose_direction(member.direction, at)
                found.append((walk.text(text, tag, at), at))
            else:
                raise walk.stop("invalid language map value", "a text that is not a string", at)
    return found


def _index_map(walk: Walk, member: Member, value: JsonObject, context: ActiveContext, graph: str, where: Path) -> Found:
    """Step 13.8. As in the other implementations, the contexts of type maps are not propagated and apply to the
    previous context, and id maps keep the active context: the letter can be read both ways."""
    containers = member.containers
    found: Found = []
    for index, items in value.items():
        at = (where, index)
        below = _type_map_member(walk, member, index, context, at) if "@type" in containers else member
        inside = below.unreverted()
        expanded = context.expand(index, vocab=True)
        given: str | None = None
        types: tuple[str, ...] = ()
        extra: tuple[str, str] | None = None
        plain: str | None = None
        if expanded != "@none":
            if "@type" in containers:
                types = (walk.type_term(index, context, at),)
            elif "@id" in containers:
                given = walk.resource(context.expand(index, relative=True), index, context.iris, at, "id")
            elif member.index is None:
                plain = index
                walk.unsigned(f"the index `{quote(index)}`", "RDF has no place for it", at)
            else:
                extra = _indexed_by(walk, member.index, index, context, at)
        for item, spot, in_set in _flattened(walk, items, context, at):
            meaning = below if in_set else inside
            terms = _indexed(walk, meaning, item, context, graph, spot, given, types, extra)
            if plain is not None and not (isinstance(item, dict) and _has(inside.kept, item, "@index")):
                for term in terms:
                    if term[0] != '"' and term is not LOST:
                        same_index(walk, term, graph, plain, spot)
            found += [(term, spot) for term in terms]
            if walk.pointers is not None:
                walk.mark(spot)
    return found


def _flattened(
    walk: Walk, value: JsonValue, context: ActiveContext, where: Path, *, in_set: bool = False
) -> Iterator[tuple[JsonValue, Path, bool]]:
    """Step 13.8.3.6: the items under an index, however they are nested, and whether a set object is around them."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flattened(walk, item, context, (where, index), in_set=in_set)
    elif isinstance(value, dict) and "@context" not in value and shape_of(context, value) == "@set":
        say_set(walk, where)
        key = inner_key(walk, value, context, where)
        yield from _flattened(walk, value[key], context, (where, key), in_set=True)
    else:
        yield value, where, in_set


def _type_map_member(walk: Walk, member: Member, index: str, context: ActiveContext, at: Path) -> Member:
    assert member.key is not None
    base = context if context.previous is None else context.previous
    term = base.terms.get(index)
    if term is not None:
        base = walk.scoped(base, term, at, propagate=False)
    return walk.meaning(base, member.key, at) or member


def _indexed_by(walk: Walk, property_: str, index: str, context: ActiveContext, at: Path) -> tuple[str, str]:
    """Steps 13.8.3.7.2.1 and .2: the property that holds an index, and the index as its value."""
    entry = context.entries.get(property_) or walk.look_up(context, property_, index, at)
    return entry[1], walk.string(index, entry[5], at)


def _indexed(
    walk: Walk,
    member: Member,
    item: JsonValue,
    context: ActiveContext,
    graph: str,
    spot: Path,
    given: str | None,
    types: tuple[str, ...],
    extra: tuple[str, str] | None,
) -> list[str]:
    """Step 13.8.3.7: the terms of one item of a map."""
    start = len(walk.statements)
    if "@graph" in member.containers and not (isinstance(item, dict) and _is_graph_object(context, item)):
        if item is None:
            walk.say_nothing("`null`", spot)
            return []
        name = given or walk.fresh()
        terms = [name] if _in_graph(walk, member, item, context, name, spot) else []
    elif isinstance(item, dict) and is_only_language(item, member.kept):
        terms = walk.objects(item, context, member, graph, spot)
    elif isinstance(item, dict) and shape_of(context, item) is None:
        found = walk.node(item, member.kept, member, graph, spot, given, types)
        terms = [found] if isinstance(found, str) else found
        types = ()
    else:
        terms = walk.objects(item, context, member, graph, spot)
    if (given or types or extra) and any(term[0] == '"' for term in terms):  # CHECK: an index beside a value
        raise walk.stop("invalid value object", "an index says something of what is no node", spot)
    for term in terms:
        for type_ in types:
            walk.statements.append((term, RDF_TYPE, type_, graph))
        if extra is not None:
            walk.statements.append((term, extra[0], extra[1], graph))
    for span in reversed(walk.spans):
        if span.start < start:
            break
        if span.start == start and span.subject in terms:
            span.end = len(walk.statements)
    return terms


def same_index(walk: Walk, subject: str, graph: str, index: str, where: Path) -> None:
    """§7.2.2 step 6.9.2: a node has one index."""
    if walk.indexes.setdefault((subject, graph), index) != index:  # CHECK: another index
        raise walk.stop("conflicting indexes", "the node has another `@index` elsewhere", where)


def _has(context: ActiveContext, item: JsonObject, name: str) -> bool:
    return any(key == name or context.aliases.get(key) == name for key in item)


def _is_graph_object(context: ActiveContext, item: JsonObject) -> bool:
    meant = {context.expand(key, vocab=True) for key in item}
    return "@graph" in meant and meant <= {"@graph", "@id", "@index", "@context"}


def _graphs(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, where: Path) -> list[str]:
    """Step 13.12: every value is in a graph of its own."""
    if isinstance(value, list):
        if not value:
            walk.say_nothing("An empty array", where)
        names = []
        for index, item in enumerate(value):
            names += _graphs(walk, member, item, context, (where, index))
            if walk.pointers is not None:
                walk.mark((where, index))
        return names
    if value is None:
        walk.say_nothing("`null`", where)
        return []
    if isinstance(value, dict) and shape_of(context, value) == "@set":
        say_set(walk, where)
        inner = next(key for key in value if key == "@set" or context.aliases.get(key) == "@set")
        return _graphs(walk, member, value[inner], context, (where, inner))
    name = walk.fresh()
    return [name] if _in_graph(walk, member, value, context, name, where) else []


def _in_graph(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, name: str, where: Path) -> bool:
    """Walks a value inside the graph `name`; whether there is a value. What is no node object is lost there."""
    before, reported = len(walk.statements), len(walk.problems)
    if isinstance(value, dict) and shape_of(context, value) == "@list":
        walk.unsigned("this list", _GRAPHED, where)
        _unlisted(walk, member, value, context, name, where)
        terms = [LOST]
    else:
        terms = walk.objects(value, context, member, name, where)
    if terms and len(walk.statements) == before and len(walk.problems) == reported and value != {}:
        walk.unsigned("this value", _GRAPHED, where)
    return bool(terms)


def _unlisted(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path) -> None:
    """The nodes in a list that no statement has, and in the lists in it: they alone are kept (§7.2.2 step 2)."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _unlisted(walk, member, item, context, graph, (where, index))
    elif isinstance(value, dict) and shape_of(context, value) in ("@list", "@set"):
        key = inner_key(walk, value, context, where)
        _unlisted(walk, member, value[key], context, graph, (where, key))
    else:
        walk.objects(value, context, member, graph, where)


def _list(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path) -> list[str]:
    """The value of a property whose values are lists: one list, or what is a list object already."""
    if isinstance(value, dict) and shape_of(context, value) == "@list":
        return walk.objects(value, context, member, graph, where)
    if not isinstance(value, list):
        terms = walk.objects(value, context, member, graph, where)
        is_set = isinstance(value, dict) and shape_of(context, value) == "@set"
        return [make_list(walk, [(term, where) for term in terms], graph, where)] if terms or is_set else []
    return [make_list(walk, list_items(walk, member, value, context, graph, where, nested=True), graph, where)]
