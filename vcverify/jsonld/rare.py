"""What the walk meets rarely: keywords as members, containers, value objects, lists, sets (JSON-LD 1.1 API §5.1.2).

Functions of the walk that they take; the step numbers are those of §5.1.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from vcverify.jsonld import explain
from vcverify.jsonld.context import ABSENT, ActiveContext
from vcverify.jsonld.explain import Path
from vcverify.jsonld.members import LOST, LOST_TEXT, Entry, Member, compile_property, keyword_entry, literal_suffix, lost_entry, scoped
from vcverify.jsonld.syntax import KEYWORDS, JsonLdError, like_iri
from vcverify.jsonld.values import RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, boolean, json_literal, number
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import quote
from vcverify.rdf.terms import literal

if TYPE_CHECKING:
    from vcverify.jsonld.walk import Walk

_MAPS: Final = frozenset({"@id", "@index", "@type"})
_GRAPHED: Final = "it stands in a graph of its own, which says nothing of it"
_SHAPES: Final = ("@value", "@list", "@set")


# Keywords as members --------------------------------------------------------------------------------


def keyword(walk: Walk, context: ActiveContext, key: str, name: str, value: JsonValue, where: Path) -> Entry:
    """The entry of the keyword `name`, written `key`, after what there is to say about it."""
    if name in ("@id", "@type"):
        alias = next((term for term, meant in context.aliases.items() if meant == name and term != name), None)
        if key == name and alias is not None:
            walk.add(explain.form(f"`{name}` is written for `{quote(alias)}`.", walk.at(where), f"Write `{quote(alias)}`."))
    elif name in ("@graph", "@included", "@nest", "@reverse"):
        walk.add(
            explain.form(f"`{name}` hides from readers of the JSON what the statements say.", walk.at(where))
        )
    elif name in ("@index", "@direction", "@language"):
        if not isinstance(value, str):
            code = {"@direction": "invalid base direction", "@language": "invalid language-tagged string"}
            raise walk.stop(code.get(name, "invalid @index value"), f"`{quote(key)}` is {quote(value)}", where)
        if name == "@direction" and value not in ("ltr", "rtl"):
            raise walk.stop("invalid base direction", f"`{quote(key)}` is {quote(value)}", where)
        walk.add(explain.undefined_member(context, key, walk.at(where)))
        if name != "@index":
            return lost_entry(context)
    elif name not in ("@context", *_SHAPES):
        walk.add(explain.undefined_member(context, key, walk.at(where)))
        return lost_entry(context)
    return keyword_entry(context, key, name)


def _once(walk: Walk, element: JsonObject, context: ActiveContext, name: str, where: Path) -> None:
    """Step 13.4.2: a keyword stands once in an object, by whatever name."""
    if sum(key == name or context.aliases.get(key) == name for key in element) > 1:
        raise walk.stop("colliding keywords", f"`{name}` stands twice", where)


def _graph(
    walk: Walk, inner: Member, element: JsonObject, key: str, context: ActiveContext, subject: str, graph: str, path: Path
) -> str | None:
    """Step 13.4.5; a top object that has nothing but a graph stands for its contents (§9.2)."""
    where = (path, key)
    _once(walk, element, context, "@graph", where)
    if path is None and not any(_adds(context, name, value) for name, value in element.items() if name != key):
        walk.bare_graph = True
        subject = ""
    free_items(walk, element[key], context, subject, where)
    return None


def _adds(context: ActiveContext, key: str, value: JsonValue) -> bool:
    """Whether the member leaves an entry in the expanded object."""
    expanded = context.expand(key, vocab=True)
    if expanded == "@context" or expanded is None or (expanded not in KEYWORDS and ":" not in expanded):
        return False
    if expanded in KEYWORDS:
        return expanded in ("@direction", "@id", "@included", "@index", "@language", "@nest", "@reverse", "@type")
    term = context.terms.get(key)
    if term is not None and term.type == "@json":
        return True
    if isinstance(value, dict):
        meant = {name: context.aliases.get(name, name) for name in value}
        return not any(meant[name] == "@value" and value[name] is None for name in value)
    return value is not None


def is_only_language(element: JsonObject, context: ActiveContext) -> bool:
    """Step 18: an object that has nothing but a language is no node."""
    names = [key for key in element if key == "@language" or context.aliases.get(key) == "@language"]
    return bool(names) and not any(_adds(context, key, value) for key, value in element.items() if key not in names)


def _included(
    walk: Walk, inner: Member, element: JsonObject, key: str, context: ActiveContext, subject: str, graph: str, path: Path
) -> str | None:
    """Step 13.4.6."""

    def check(value: JsonValue, where: Path) -> None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                check(item, (where, index))
        elif value is not None and (not isinstance(value, dict) or _shape_of(context, value) is not None):
            raise walk.stop("invalid @included value", "what is included is not a node object", where)

    where = (path, key)
    check(element[key], where)
    free_items(walk, element[key], context, graph, where)
    return None


def _index(
    walk: Walk, inner: Member, element: JsonObject, key: str, context: ActiveContext, subject: str, graph: str, path: Path
) -> str | None:
    """Step 13.4.10, and §7.2.2 step 6.9.2: one node has one index."""
    where = (path, key)
    _once(walk, element, context, "@index", where)
    _same_index(walk, subject, graph, str(element[key]), where)
    return None


def _same_index(walk: Walk, subject: str, graph: str, index: str, where: Path) -> None:
    if walk.indexes.setdefault((subject, graph), index) != index:
        raise walk.stop("conflicting indexes", "the node has another `@index` elsewhere", where)


def _nest(
    walk: Walk, inner: Member, element: JsonObject, key: str, context: ActiveContext, subject: str, graph: str, path: Path
) -> str | None:
    """Step 14: the members of nested objects are the node's own."""
    value = element[key]
    term = context.terms.get(key)
    inside = context
    if term is not None and term.context is not ABSENT:
        try:
            inside = scoped(context, term)
        except JsonLdError as error:
            raise explain.stopped(error, walk.at((path, key))) from None
    renamed: str | None = None
    for index, nested in enumerate(value if isinstance(value, list) else [value]):
        where: Path = ((path, key), index) if isinstance(value, list) else (path, key)
        if not isinstance(nested, dict) or _shape_of(inside, nested) is not None:
            raise walk.stop("invalid @nest value", "what is nested is not a node object", where)
        if "@context" in nested:
            walk.add(explain.undefined_member(inside, "@context", walk.at((where, "@context"))))
        name = walk.own_name(nested, inside, where)
        if name is not None:
            if renamed is not None or walk.own_name(element, context, path) is not None:
                raise walk.stop("colliding keywords", "the node has `@id` twice", where)
            renamed = walk.identify(name, nested, inside, where)
            subject = renamed
        names = walk.type_names(nested, inside)
        if names is not None:
            walk.types(inside, names, nested, where)
            walk.add_types(names, inside, nested, subject, graph, where)
        found = walk.members(nested, inside, subject, graph, where, None)
        if isinstance(found, str):
            subject = renamed = found
    return renamed


def rename(walk: Walk, start: int, old: str, new: str) -> None:
    """Gives the node that was `old` its name, in everything said since `start`."""
    statements = walk.statements
    for position in range(start, len(statements)):
        if old in statements[position]:
            s, p, o, g = statements[position]
            statements[position] = (new if s == old else s, p, new if o == old else o, new if g == old else g)
    for span in walk.spans:
        if span is not None and span.start >= start and span.graph == old:
            span.graph = new


def _reverse(
    walk: Walk, inner: Member, element: JsonObject, key: str, context: ActiveContext, subject: str, graph: str, path: Path
) -> str | None:
    """Step 13.4.13."""
    value, where = element[key], (path, key)
    if not isinstance(value, dict):
        raise walk.stop("invalid @reverse value", "the value is not an object", where)
    _once(walk, element, context, "@reverse", where)
    inside = context if context.previous is None else context.previous
    if "@context" in value:
        inside = walk.enter(value["@context"], inside, where)
    for name, item in value.items():
        if name in KEYWORDS or name in inside.aliases:
            if name == "@context":
                continue
            raise walk.stop("invalid reverse property map", f"`{quote(name)}` stands for a keyword", (where, name))
        member = inside.entries.get(name, None) or walk.look_up(inside, name, item, where)
        if member[5].key is not None:
            terms = _values(walk, member[5], item, inside, graph, (where, name), reverse=not member[5].reverse)
            _link(walk, member[5], terms, subject, graph, reverse=not member[5].reverse)
            if walk.pointers is not None:
                walk.mark((where, name))
    return None


# Properties -----------------------------------------------------------------------------------------


def _property(
    walk: Walk, inner: Member, element: JsonObject, key: str, context: ActiveContext, subject: str, graph: str, path: Path
) -> str | None:
    terms = _values(walk, inner, element[key], context, graph, (path, key), reverse=inner.reverse)
    _link(walk, inner, terms, subject, graph, reverse=inner.reverse)
    return None


def _link(walk: Walk, member: Member, terms: list[str], subject: str, graph: str, *, reverse: bool) -> None:
    """Steps 13.13 and 13.14."""
    for term in terms:
        if reverse:
            walk.statements.append((term, member.predicate, subject, graph))
        else:
            walk.statements.append((subject, member.predicate, term, graph))


def _values(
    walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path, *, reverse: bool
) -> list[str]:
    """Steps 13.6 to 13.13: the terms of the value of a property, whatever its containers are."""
    containers = member.containers
    if member.json:  # 13.6, 13.11, 13.12
        if "@graph" in containers and not containers & _MAPS:
            walk.add(explain.undefined("this value", _GRAPHED, walk.at(where)))
            return [walk.fresh()]
        terms = [json_literal(value)]
        if "@list" in containers:
            terms = [make_list(walk, terms, graph)]
    elif value is None:
        walk.say_nothing("`null`", where)
        return []
    elif "@language" in containers and isinstance(value, dict):  # 13.7
        terms = _language_map(walk, member, value, context, where)
    elif containers & _MAPS and isinstance(value, dict):  # 13.8
        terms = _index_map(walk, member, value, context, graph, where)
    elif "@list" in containers:  # 13.9, 13.11
        terms = _list(walk, member, value, context, graph, where)
    elif "@graph" in containers and not containers & _MAPS:  # 13.12
        terms = _graphs(walk, member, value, context, where)
    else:
        terms = walk.objects(value, context, member, graph, where)
    if reverse and (
        any(term[0] == '"' for term in terms) or (isinstance(value, dict) and _shape_of(context, value) == "@list")
    ):
        raise walk.stop("invalid reverse property value", "a reverse property has a value that is no node", where)
    return terms


def _language_map(walk: Walk, member: Member, value: JsonObject, context: ActiveContext, where: Path) -> list[str]:
    terms = []
    for language, texts in value.items():
        tag = None if context.expand(language, vocab=True) == "@none" else language.lower()
        for index, text in enumerate(texts if isinstance(texts, list) else [texts]):
            at: Path = ((where, language), index) if isinstance(texts, list) else (where, language)
            if text is None:
                walk.say_nothing("`null`", at)
            elif isinstance(text, str):
                if member.direction is not None:
                    _lose_direction(walk, member.direction, at)
                terms.append(walk.text(text, tag, at))
            else:
                raise walk.stop("invalid language map value", "a text that is not a string", at)
    return terms


def _index_map(
    walk: Walk, member: Member, value: JsonObject, context: ActiveContext, graph: str, where: Path
) -> list[str]:
    """Step 13.8. Of the contexts of type maps the other implementations are followed: not propagated, and
    applied to the previous context; so are they of id maps, which keep the active context."""
    containers = member.containers
    assert member.key is not None
    terms: list[str] = []
    for index, items in value.items():
        at = (where, index)
        inside = _type_map_member(walk, member, index, context, at) if "@type" in containers else member
        inside = inside.unreverted()
        expanded = context.expand(index, vocab=True)
        given: str | None = None
        types: tuple[str, ...] = ()
        extra: tuple[str, str] | None = None
        plain: str | None = None
        if expanded != "@none":
            if "@type" in containers:
                types = (type_term(walk, index, context, at),)
            elif "@id" in containers:
                given = walk.resource(context.expand(index, relative=True), index, context.iris, at, "id")
            elif member.index is None:
                plain = index
                walk.add(explain.undefined(f"the index `{quote(index)}`", "RDF has no place for it", walk.at(at)))
            else:
                extra = _indexed_by(walk, member.index, index, context, at)
        for position, item in enumerate(items if isinstance(items, list) else [items]):
            spot: Path = (at, position) if isinstance(items, list) else at
            found = _indexed(walk, inside, item, context, graph, spot, given, types, extra)
            if plain is not None and not (isinstance(item, dict) and _has(inside.kept, item, "@index")):
                for term in found:
                    if term[0] != '"' and term is not LOST:
                        _same_index(walk, term, graph, plain, spot)
            terms += found
            if walk.pointers is not None:
                walk.mark(spot)
    return terms


def _type_map_member(walk: Walk, member: Member, index: str, context: ActiveContext, at: Path) -> Member:
    base = context if context.previous is None else context.previous
    term = base.terms.get(index)
    assert member.key is not None
    try:
        if term is not None:
            base = scoped(base, term, propagate=False)
        definition = base.terms.get(member.key)
        if definition is None or definition.iri is None:
            return member
        return compile_property(base, member.key, definition, definition.iri)[5]
    except JsonLdError as error:
        raise explain.stopped(error, walk.at(at)) from None


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
        _in_graph(walk, member, item, context, name, spot)
        terms = [name]
    elif isinstance(item, dict) and _shape_of(context, item) is None:
        found = walk.node(item, member.kept, member, graph, spot, given, types)
        terms = [found] if isinstance(found, str) else found
        types = ()
    else:
        terms = walk.objects(item, context, member, graph, spot)
    if (given or types or extra) and any(term[0] == '"' for term in terms):
        raise walk.stop("invalid value object", "an index says something of what is no node", spot)
    for term in terms:
        for type_ in types:
            walk.statements.append((term, RDF_TYPE, type_, graph))
        if extra is not None:
            walk.statements.append((term, extra[0], extra[1], graph))
    for span in reversed(walk.spans):
        if span.start == start and span.subject in terms:
            span.end = len(walk.statements)
    return terms


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
    if isinstance(value, dict) and _shape_of(context, value) == "@set":
        _say_set(walk, where)
        inner = next(key for key in value if key == "@set" or context.aliases.get(key) == "@set")
        return _graphs(walk, member, value[inner], context, (where, inner))
    name = walk.fresh()
    return [name] if _in_graph(walk, member, value, context, name, where) else []


def _in_graph(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, name: str, where: Path) -> bool:
    """Walks a value inside the graph `name`; whether there is a value. What is no node object is lost there."""
    before, reported = len(walk.statements), len(walk.problems)
    if isinstance(value, dict) and _shape_of(context, value) == "@list":
        key = next(key for key in value if key == "@list" or context.aliases.get(key) == "@list")
        list_items(walk, member, value[key], context, name, (where, key), nested=True)
        terms = [LOST]
    else:
        terms = walk.objects(value, context, member, name, where)
    if terms and len(walk.statements) == before and len(walk.problems) == reported and value != {}:
        walk.add(explain.undefined("this value", _GRAPHED, walk.at(where)))
    return bool(terms)


# Free-floating things -------------------------------------------------------------------------------


def free_items(walk: Walk, value: JsonValue, context: ActiveContext, graph: str, path: Path) -> None:
    """Walks what stands under no property: the items of `@graph` and `@included` (steps 5 and 19)."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            free_items(walk, item, context, graph, (path, index))
    elif value is None:
        walk.say_nothing("`null`", path)
    elif not isinstance(value, dict) or _shape_of(context, value) == "@value":
        walk.add(explain.undefined("this value", "it stands under no property", walk.at(path)))
    else:
        start = len(walk.statements)
        found = walk.node(value, context if context.previous is None else context.previous, None, graph, path)
        if isinstance(found, str):
            say_if_empty(walk, value, found, start, path)


def say_if_empty(walk: Walk, element: JsonObject, subject: str, start: int, path: Path) -> None:
    """Step 19.2: a node of which nothing is said is dropped with its name."""
    if len(walk.statements) > start or subject == LOST:
        return
    key = next((key for key in element if key in ("@id", "id") and isinstance(element[key], str)), None)
    if key is not None:
        walk.add(explain.undefined("this id", "nothing is said of it", walk.at((path, key))))


# Value, list and set objects ------------------------------------------------------------------------


def _shape_of(context: ActiveContext, element: JsonObject) -> str | None:
    """`@value`, `@list` or `@set` where the object is of that shape."""
    for name in _SHAPES:
        if name in element:
            return name
    if context.shapes:
        for key in element:
            if context.aliases.get(key) in _SHAPES:
                return context.aliases[key]
    return None


def _say_set(walk: Walk, path: Path) -> None:
    walk.add(explain.form("`@set` says nothing.", walk.at(path), "Write the array alone."))


def shape(
    walk: Walk, element: JsonObject, context: ActiveContext, member: Member | None, graph: str, path: Path
) -> list[str]:
    """The terms of an object that is a value, a list or a set (steps 13.4.11, 13.4.12, 15 and 17)."""
    name = _shape_of(context, element)
    if name == "@value":
        if member is None:
            walk.add(explain.undefined("this value", "it stands under no property", walk.at(path)))
            return []
        return value_object(walk, element, context, path)
    inner = ""
    for key, value in element.items():
        meant = context.expand(key, vocab=True)
        if meant in ("@list", "@set"):
            if inner:
                raise walk.stop("invalid set or list object", "it is a list or set twice", (path, key))
            inner = key
        elif meant == "@index":
            if not isinstance(value, str):
                raise walk.stop("invalid @index value", f"`{quote(key)}` is {quote(value)}", (path, key))
            walk.add(explain.undefined_member(context, key, walk.at((path, key))))
        elif meant == "@context":
            continue
        elif meant is None or (meant not in KEYWORDS and ":" not in meant) or meant in ("@none", "@json", "@default"):
            walk.add(explain.undefined_member(context, key, walk.at((path, key))))
        else:
            raise walk.stop("invalid set or list object", f"it has `{quote(key)}` too", (path, key))
    where = (path, inner)
    if name == "@set":
        _say_set(walk, path)
        if member is None:
            free_items(walk, element[inner], context, graph, where)
            return []
        here = _here(member, context)
        if "@list" in here.containers:
            return list_items(walk, here, element[inner], context, graph, where, nested=True)
        return walk.objects(element[inner], context, here, graph, where)
    if member is None:
        walk.add(explain.undefined("this list", "it stands under no property", walk.at(path)))
        return []
    if member.reverse:
        raise walk.stop("invalid reverse property value", "a reverse property has a list", path)
    here = _here(member, context)
    items = list_items(walk, here, element[inner], context, graph, where, nested="@list" in here.containers)
    return [make_list(walk, items, graph)]


def _here(member: Member, context: ActiveContext) -> Member:
    """What the property means to what stands inside a list or set object (the recursion of steps 13.4.11 and
    13.4.12): the object was not `@value`, so that the context was reverted, and the name may mean nothing here."""
    assert member.key is not None
    term = context.terms.get(member.key)
    if term is not None and term.context is ABSENT and context is member.kept:
        return member
    if term is None or term.iri is None or term.iri in KEYWORDS:
        here = Member(member.key, member.predicate, "property", context)
        here.language, here.direction = context.language, context.direction
    else:
        here = compile_property(context, member.key, term, term.iri)[5]
        here.predicate = member.predicate
    here.reverse = member.reverse
    return here


def _list(walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path) -> list[str]:
    """The value of a property whose values are lists: one list, or what is a list object already."""
    if isinstance(value, dict) and _shape_of(context, value) == "@list":
        return walk.objects(value, context, member, graph, where)
    if not isinstance(value, list):
        terms = walk.objects(value, context, member, graph, where)
        is_set = isinstance(value, dict) and _shape_of(context, value) == "@set"
        return [make_list(walk, terms, graph)] if terms or is_set else []
    return [make_list(walk, list_items(walk, member, value, context, graph, where, nested=True), graph)]


def list_items(
    walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path, *, nested: bool
) -> list[str]:
    """The terms of the items of a list; with `nested`, an array inside is a list of its own (step 5.2.2)."""
    if not isinstance(value, list):
        return walk.objects(value, context, member, graph, where)
    terms: list[str] = []
    for index, item in enumerate(value):
        at = (where, index)
        if isinstance(item, list):
            inner = list_items(walk, member, item, context, graph, at, nested=nested)
            terms += [make_list(walk, inner, graph)] if nested else inner
        elif nested and isinstance(item, dict) and _shape_of(context, item) == "@set":
            terms.append(make_list(walk, walk.objects(item, context, member, graph, at), graph))
        else:
            terms += walk.objects(item, context, member, graph, at)
    return terms


def make_list(walk: Walk, terms: list[str], graph: str) -> str:
    """List to RDF Conversion (§8.3): the head of the list."""
    if not terms:
        return RDF_NIL
    cells = [walk.fresh() for _ in terms]
    for cell, term, rest in zip(cells, terms, [*cells[1:], RDF_NIL], strict=True):
        walk.statements.append((cell, RDF_FIRST, term, graph))
        walk.statements.append((cell, RDF_REST, rest, graph))
    return cells[0]


def _lose_direction(walk: Walk, direction: str, path: Path) -> None:
    walk.add(
        explain.undefined("the base direction of this text", "RDF has no place for it", walk.at(path), found=direction)
    )


def value_object(walk: Walk, element: JsonObject, context: ActiveContext, path: Path) -> list[str]:
    """The term of a value object; none for a null value (steps 13.4.7 to 13.4.10 and 15; §8.6)."""
    if "@context" in element:
        context = walk.enter(element["@context"], context, path)
    names = walk.type_names(element, context)
    type_scope = context
    if isinstance(names, str) and names in context.terms:
        context = walk.types(context, names, element, path).context
    held: dict[str, Any] = {}
    keys: dict[str, str] = {}
    for key, item in element.items():
        meant = context.expand(key, vocab=True)
        if meant == "@context":
            continue
        if meant is None or (meant not in KEYWORDS and ":" not in meant) or meant in ("@none", "@json"):
            walk.add(explain.undefined_member(context, key, walk.at((path, key))))
        elif meant in ("@direction", "@index", "@language", "@type", "@value"):
            if meant in held:
                raise walk.stop("colliding keywords", f"`{meant}` stands twice", (path, key))
            held[meant], keys[meant] = item, key
        else:
            raise walk.stop("invalid value object", f"it has `{quote(key)}` too", (path, key))
    value = held["@value"]
    datatype, language = _typing(walk, held, keys, type_scope, path)
    if datatype == "@json":
        return [json_literal(value)]
    at = (path, keys["@value"])
    if isinstance(value, (dict, list)):
        raise walk.stop("invalid value object value", "`@value` is no string, number or boolean", at)
    if "@index" in held:
        walk.add(explain.undefined_member(context, keys["@index"], walk.at((path, keys["@index"]))))
    if "@direction" in held:
        _lose_direction(walk, held["@direction"], (path, keys["@direction"]))
    if value is None:
        walk.say_nothing("`null`", at)
        return []
    if language is not None:
        if not isinstance(value, str):
            raise walk.stop("invalid language-tagged value", "only strings have a language", at)
        return [walk.text(value, language, (path, keys["@language"]))]
    if datatype is not None and literal_suffix(datatype) is None:
        why = f"its datatype `{quote(datatype)}` is not a valid IRI"
        return [walk.lose(explain.undefined("this value", why, walk.at((path, keys["@type"]))), LOST_TEXT)]
    if isinstance(value, str):
        return [literal(value, datatype)]
    return [boolean(value, datatype) if isinstance(value, bool) else number(value, datatype)]


def _typing(
    walk: Walk, held: dict[str, Any], keys: dict[str, str], context: ActiveContext, path: Path
) -> tuple[str | None, str | None]:
    """The datatype and the language of a value object, checked."""
    datatype: str | None = None
    if "@type" in held:
        where = (path, keys["@type"])
        if "@language" in held or "@direction" in held:
            raise walk.stop("invalid value object", "it has a type, and a language or direction", where)
        given = held["@type"]
        if isinstance(given, list):
            raise walk.stop("invalid typed value", "a value has one type", where)
        if not isinstance(given, str):
            raise walk.stop("invalid type value", "a type that is not a string", where)
        datatype = context.expand(given, vocab=True, relative=True)
        if datatype != "@json" and (datatype is None or not like_iri(datatype) or datatype.startswith("_:")):
            raise walk.stop("invalid typed value", f"the type {quote(given)} is no IRI", where)
    language = held.get("@language")
    if "@language" in held and not isinstance(language, str):
        raise walk.stop("invalid language-tagged string", f"the language is {quote(language)}", (path, keys["@language"]))
    if "@direction" in held and held["@direction"] not in ("ltr", "rtl"):
        raise walk.stop("invalid base direction", f"the direction is {quote(held['@direction'])}", (path, keys["@direction"]))
    if "@index" in held and not isinstance(held["@index"], str):
        raise walk.stop("invalid @index value", f"the index is {quote(held['@index'])}", (path, keys["@index"]))
    return datatype, None if language is None else language.lower()


# Types and spelling ---------------------------------------------------------------------------------


def type_term(walk: Walk, name: str, context: ActiveContext, where: Path) -> str:
    """The term of a type; LOST, with the reason said, if it has none."""
    expanded = context.expand(name, vocab=True, relative=True)
    if expanded is not None and expanded.startswith("_:"):
        return walk.blank(expanded)
    if expanded is None or expanded in KEYWORDS or literal_suffix(expanded) is None:
        return walk.lose(explain.undefined_type(context, name, walk.at(where)))
    if ":" in name and name not in context.terms:
        _say_name(walk, context, name, expanded, where)
    return f"<{expanded}>"


def say_spelling(walk: Walk, context: ActiveContext, key: str, expanded: str, where: Path) -> None:
    """Says of a member that its name is an IRI, or a compact IRI where a term would do."""
    if key == expanded:
        walk.add(explain.form(f"`{quote(key)}` is an IRI for a name.", walk.at(where), _term_for(context, expanded)))
    else:
        _say_name(walk, context, key, expanded, where)


def _say_name(walk: Walk, context: ActiveContext, name: str, expanded: str, where: Path) -> None:
    remedy = _term_for(context, expanded)
    if remedy is not None:
        walk.add(explain.form(f"`{quote(name)}` is written for a term.", walk.at(where), remedy))


def _term_for(context: ActiveContext, iri: str) -> str | None:
    for name, term in context.terms.items():
        if term.iri == iri:
            return f"Write `{quote(name)}`."
    return None


Handler = Callable[["Walk", Member, JsonObject, str, ActiveContext, str, str, Path], "str | None"]

HANDLERS: Final[dict[str, Handler]] = {
    "property": _property,
    "@graph": _graph,
    "@included": _included,
    "@index": _index,
    "@nest": _nest,
    "@reverse": _reverse,
}
