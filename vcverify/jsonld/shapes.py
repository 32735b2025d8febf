"""Value, list and set objects, and what stands under no property (JSON-LD 1.1 API §5.1.2, its step numbers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vcverify.jsonld.context import ABSENT, ActiveContext
from vcverify.jsonld.explain import Path
from vcverify.jsonld.members import LOST, Member
from vcverify.jsonld.syntax import KEYWORDS, like_iri
from vcverify.jsonld.values import RDF_FIRST, RDF_NIL, RDF_REST, json_literal, literal_suffix, native
from vcverify.jsontypes import JsonObject, JsonValue
from vcverify.problems import quote
from vcverify.rdf.terms import literal

if TYPE_CHECKING:
    from vcverify.jsonld.walk import Walk

SHAPES: Final = ("@value", "@list", "@set")


def shape_of(context: ActiveContext, element: JsonObject) -> str | None:
    """`@value`, `@list` or `@set` where the object is of that shape."""
    for name in SHAPES:
        if name in element:
            return name
    if context.shapes:
        for key in element:
            if context.aliases.get(key) in SHAPES:
                return context.aliases[key]
    return None


def say_set(walk: Walk, path: Path) -> None:
    """Reports a set object."""
    walk.form("`@set` says nothing.", path, "Write the array alone.")


def shape(
    walk: Walk, element: JsonObject, context: ActiveContext, member: Member | None, graph: str, path: Path
) -> list[str]:
    """The terms of an object that is a value, a list or a set (steps 13.4.11, 13.4.12, 15 and 17)."""
    name = shape_of(context, element)
    if name == "@value":
        terms = value_object(walk, element, context, path)
        if member is None:
            walk.unsigned("this value", "it stands under no property", path)
            return []
        return terms
    inner = inner_key(walk, element, context, path)
    where = (path, inner)
    if name == "@set":
        say_set(walk, path)
        if member is None:
            free_items(walk, element[inner], context, graph, where)
            return []
        here = _here(walk, member, context, path)
        if "@list" in here.containers:
            return [term for term, _ in list_items(walk, here, element[inner], context, graph, where, nested=True)]
        return walk.objects(element[inner], context, here, graph, where)
    if member is None:
        walk.unsigned("this list", "it stands under no property", path)
        return []
    if member.reverse:
        raise walk.stop("invalid reverse property value", "a reverse property has a list", path)
    here = _here(walk, member, context, path)
    if "@list" not in here.containers:
        walk.form("A list stands where the term has a set.", path, "Write the array alone.")
    items = list_items(walk, here, element[inner], context, graph, where, nested="@list" in here.containers)
    return [make_list(walk, items, graph, path)]


def inner_key(walk: Walk, element: JsonObject, context: ActiveContext, path: Path) -> str:
    """The name of the one member that the list or set object has (step 17)."""
    inner = ""
    for key, value in element.items():
        meant = context.expand(key, vocab=True)
        if meant in ("@list", "@set"):
            if inner:  # CHECK: lists of sets
                raise walk.stop("invalid set or list object", "it is a list or set twice", (path, key))
            inner = key
        elif meant == "@index":
            if not isinstance(value, str):  # CHECK: an index that is no text
                raise walk.stop("invalid @index value", f"`{quote(key)}` is {quote(value)}", (path, key))
            walk.miss(context, key, (path, key))
        elif meant == "@context":
            continue
        elif meant is None or (meant not in KEYWORDS and ":" not in meant) or meant in ("@none", "@json"):
            walk.miss(context, key, (path, key))
        else:
            raise walk.stop("invalid set or list object", f"it has `{quote(key)}` too", (path, key))
    return inner


def _here(walk: Walk, member: Member, context: ActiveContext, path: Path) -> Member:
    """What the property means to what stands inside a list or set object (the recursion of steps 13.4.11 and
    13.4.12): the object was not `@value`, so that the context was reverted, and the name may mean nothing here."""
    assert member.key is not None
    term = context.terms.get(member.key)
    if term is not None and term.context is ABSENT and context is member.kept:
        return member
    meant = walk.meaning(context, member.key, path)
    if meant is None:
        here = Member(member.key, member.predicate, "property", context)
        here.language, here.direction = context.language, context.direction
    else:
        here = meant.twin()
        here.predicate = member.predicate
    here.reverse = member.reverse
    return here


def list_items(
    walk: Walk, member: Member, value: JsonValue, context: ActiveContext, graph: str, where: Path, *, nested: bool
) -> list[tuple[str, Path]]:
    """The terms of the items of a list, each with its place; with `nested`, an array inside is a list of its own
    (step 5.2.2)."""
    if not isinstance(value, list):
        return [(term, where) for term in walk.objects(value, context, member, graph, where)]
    found: list[tuple[str, Path]] = []
    if len(value) > walk.most_long:
        walk.hold(len(value), where)
    for index, item in enumerate(value):
        at = (where, index)
        if isinstance(item, list):
            inner = list_items(walk, member, item, context, graph, at, nested=nested)
            found += [(make_list(walk, inner, graph, at), at)] if nested else inner
            continue
        terms = walk.objects(item, context, member, graph, at)
        if nested and isinstance(item, dict) and shape_of(context, item) == "@set":
            terms = [make_list(walk, [(term, at) for term in terms], graph, at)]
        found += [(term, at) for term in terms]
    return found


def make_list(walk: Walk, items: list[tuple[str, Path]], graph: str, where: Path) -> str:
    """List to RDF Conversion (§8.3): the head of the list."""
    if not items:
        return RDF_NIL
    cells = [walk.fresh() for _ in items]
    for cell, (term, spot), rest in zip(cells, items, [*cells[1:], RDF_NIL], strict=True):
        walk.statements.append((cell, RDF_FIRST, term, graph))
        if walk.pointers is not None:
            walk.mark(spot)
        walk.statements.append((cell, RDF_REST, rest, graph))
    if walk.pointers is not None:
        walk.mark(where)
    return cells[0]


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
            walk.miss(context, key, (path, key))
        elif meant in ("@direction", "@index", "@language", "@type", "@value"):
            if meant in held:  # CHECK: a keyword twice
                raise walk.stop("colliding keywords", f"`{meant}` stands twice", (path, key))
            held[meant], keys[meant] = item, key
        else:
            raise walk.stop("invalid value object", f"it has `{quote(key)}` too", (path, key))
    value = held["@value"]
    datatype, language = _typing(walk, held, keys, type_scope, path)
    if datatype == "@json":
        return [json_literal(value)]
    at = (path, keys["@value"])
    if isinstance(value, (dict, list)):  # CHECK: values that are no scalars
        raise walk.stop("invalid value object value", "`@value` is no string, number or boolean", at)
    if "@index" in held:
        walk.miss(context, keys["@index"], (path, keys["@index"]))
    if "@direction" in held:
        walk.lose_direction(held["@direction"], (path, keys["@direction"]))
    if value is None:
        walk.say_nothing("`null`", at)
        return []
    if language is not None:
        if not isinstance(value, str):  # CHECK: languages of what is no text
            raise walk.stop("invalid language-tagged value", "only strings have a language", at)
        return [walk.text(value, language, (path, keys["@language"]))]
    suffix = None if datatype is None else literal_suffix(datatype)
    if datatype is not None and suffix is None:
        return [walk.lose_typed(value, datatype, (path, keys["@type"]))]
    return [literal(value, datatype) if isinstance(value, str) else native(value, datatype, suffix)]


def _typing(
    walk: Walk, held: dict[str, Any], keys: dict[str, str], context: ActiveContext, path: Path
) -> tuple[str | None, str | None]:
    """The datatype and the language of a value object, checked."""
    datatype: str | None = None
    if "@type" in held:
        where = (path, keys["@type"])
        if "@language" in held or "@direction" in held:  # CHECK: a type beside a language
            raise walk.stop("invalid value object", "it has a type, and a language or direction", where)
        given = held["@type"]
        if isinstance(given, list):  # CHECK: two types
            raise walk.stop("invalid typed value", "a value has one type", where)
        if not isinstance(given, str):  # CHECK: types that are no text
            raise walk.stop("invalid type value", "a type that is not a string", where)
        datatype = context.expand(given, vocab=True, relative=True)
        # CHECK: types that are no IRI
        if datatype != "@json" and (datatype is None or not like_iri(datatype) or datatype.startswith("_:")):
            raise walk.stop("invalid typed value", f"the type {quote(given)} is no IRI", where)
    language = held.get("@language")
    if "@language" in held and not isinstance(language, str):  # CHECK: languages that are no text
        raise walk.stop(
            "invalid language-tagged string", f"the language is {quote(language)}", (path, keys["@language"])
        )
    if "@direction" in held and held["@direction"] not in ("ltr", "rtl"):  # CHECK: other directions
        raise walk.stop(
            "invalid base direction", f"the direction is {quote(held['@direction'])}", (path, keys["@direction"])
        )
    if "@index" in held and not isinstance(held["@index"], str):  # CHECK: an index that is no text, beside a value
        raise walk.stop("invalid @index value", f"the index is {quote(held['@index'])}", (path, keys["@index"]))
    return datatype, None if language is None else language.lower()


def free_items(walk: Walk, value: JsonValue, context: ActiveContext, graph: str, path: Path) -> None:
    """Walks what stands under no property: the items of `@graph` and `@included` (steps 5 and 19)."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            free_items(walk, item, context, graph, (path, index))
    elif value is None:
        walk.say_nothing("`null`", path)
    elif not isinstance(value, dict) or shape_of(context, value) == "@value":
        if isinstance(value, dict):
            value_object(walk, value, context, path)
        walk.unsigned("this value", "it stands under no property", path)
    else:
        start = len(walk.statements)
        found = walk.node(value, context if context.previous is None else context.previous, None, graph, path)
        if isinstance(found, str):
            say_if_empty(walk, value, found, start, path)


def say_if_empty(walk: Walk, element: JsonObject, subject: str, start: int, path: Path) -> None:
    """Step 19.2: a node of which nothing is said is dropped with its name."""
    if len(walk.statements) > start or subject == LOST:
        return
    key = next((key for key, value in element.items() if value == subject[1:-1] or key in ("@id", "id")), None)
    if key is not None:
        walk.unsigned("this id", "nothing is said of it", (path, key))


def adds(context: ActiveContext, key: str, value: JsonValue) -> bool:
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
    return bool(names) and not any(adds(context, key, value) for key, value in element.items() if key not in names)
