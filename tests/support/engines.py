"""Two JSON-LD engines held to each other: what they make of a document, and the written list of where PyLD departs.

Each entry was decided by the text of JSON-LD 1.1 API (steps without a section are those of §5.1.2, Expansion).
`docs/jsonld.md` has the list for readers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from support.credentials import smaller

from vcverify.jsonld import Contexts, pyld_engine, to_rdf
from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.rdf import canonicalize

LIMITS = Limits(contexts=10_000, contexts_in_array=64, node_types=64)


def anywhere(value: Any, holds: Callable[[Any], bool]) -> bool:
    if holds(value):
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(anywhere(item, holds) for item in inner)


def in_objects(holds: Callable[[dict[str, Any]], bool]) -> Callable[[Any], bool]:
    return lambda value: anywhere(value, lambda item: isinstance(item, dict) and holds(item))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _has_map(definition: dict[str, Any]) -> bool:
    return bool({"@id", "@index", "@language", "@type"} & set(_items(definition.get("@container"))))


def _redefines_itself(local: dict[str, Any]) -> bool:
    return any(
        isinstance(definition, dict)
        and "@context" in definition
        and anywhere(definition["@context"], lambda item, name=name: isinstance(item, dict) and name in item)  # type: ignore[misc]
        for name, definition in local.items()
    )


def _unwritable(name: str) -> bool:
    return any(character <= " " or character in '<>"{}|\\^`\x7f' or character.isspace() for character in name)


def _like_keyword(types: Any) -> bool:
    return any(isinstance(name, str) and name.startswith("@") for name in _items(types))


def _is_only_language(value: Any) -> bool:
    return isinstance(value, dict) and "@language" in value


LISTS = ("@list", "list")
EXAMPLE = "https://context.example/"


def under(local: dict[str, Any], **members: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A context and a document under it."""
    return {"@context": local}, {
        "@context": [EXAMPLE],
        **{name.replace("_at_", "@"): members[name] for name in members},
    }


EX = {"ex": "https://example.org/", "id": "@id", "type": "@type"}

DEPARTURES: dict[str, tuple[Callable[[Any], bool], tuple[dict[str, Any], dict[str, Any]]]] = {
    "an array in a list object is a list of its own, whatever the property (§5.1.2 step 5.2.2 asks the property)": (
        in_objects(
            lambda item: any(
                isinstance(one, list) or (isinstance(one, dict) and "@set" in one) for one in _items(item.get("@list"))
            )
        ),
        under(EX, **{"ex:p": {"@list": [["a"]]}}),
    ),
    "what is included must say something (step 13.4.6 drops a bare reference)": (
        in_objects(lambda item: "@included" in item or "included" in item),
        under(EX, **{"ex:p": {"@included": [{"id": "urn:x:1"}]}}),
    ),
    "a null type beside another is no type (step 13.4.4.1 stops)": (
        in_objects(lambda item: item.get("type", 0) is None or item.get("@type", 0) is None),
        under(EX, type=None, _at_type=["ex:T"]),
    ),
    "a type that a context maps to null stops (step 13.4.4.4 keeps null)": (
        in_objects(lambda item: any(value is None for value in item.values())),
        under({**EX, "T": None}, type="T"),
    ),
    "a type in the form of a keyword stops (§5.2.2 step 2 makes it null)": (
        in_objects(lambda item: any(_like_keyword(item.get(name)) for name in ("type", "@type"))),
        under(EX, type="@foo", **{"ex:p": "a"}),
    ),
    "a datatype in the form of a keyword is no datatype (step 15.5 stops)": (
        in_objects(lambda item: "@value" in item and _like_keyword(item.get("@type"))),
        under(EX, **{"ex:p": {"@value": "a", "@type": "@foo"}}),
    ),
    "a list object whose value is nothing is a node (step 13.4.11.2 makes it an empty list)": (
        in_objects(lambda item: any(item.get(name, 0) is None or isinstance(item.get(name), dict) for name in LISTS)),
        under(EX, **{"ex:p": {"@list": None}}),
    ),
    "a list under no property is looked into (step 13.4.11.1 leaves it out)": (
        in_objects(lambda item: any(name in item for name in LISTS)),
        under(EX, _at_graph={"@list": [{"@id": 5}]}, **{"ex:p": "a"}),
    ),
    "a set object that holds nothing but a language is a node (steps 17.2 and 18 make it nothing)": (
        in_objects(lambda item: any(_is_only_language(item.get(name)) for name in ("@set", "set"))),
        under(EX, **{"ex:p": {"@set": {"@language": "en"}}}),
    ),
    "a set object that has a type too is a node where the set is empty (step 17.1 stops)": (
        in_objects(lambda item: "@set" in item and ("type" in item or "@type" in item)),
        under(EX, type="ex:T", _at_set=[]),
    ),
    "nothing is kept under a name that makes no valid IRI (§8.2 drops the statement, not the nodes below)": (
        in_objects(lambda item: any(_unwritable(name) for name in item)),
        under(EX, **{"ex:a b": {"ex:p": "a"}}),
    ),
    "a graph that is no object stops (step 13.4.5 drops it)": (
        in_objects(lambda item: any(not isinstance(item.get(name, {}), (dict, list)) for name in ("@graph", "graph"))),
        under(EX, **{"_at_graph": None, "ex:p": "a"}),
    ),
    "a value object whose value is an empty array is a node (step 13.4.7.2 stops)": (
        in_objects(lambda item: item.get("@value", 0) == []),
        under(EX, **{"ex:p": {"@value": []}}),
    ),
    "the null language of a value object is no language (step 13.4.8.1 stops)": (
        in_objects(lambda item: "@value" in item and item.get("@language", 0) is None),
        under(EX, **{"ex:p": {"@value": "a", "@language": None}}),
    ),
    "a map of JSON literals is a map (step 13.6 comes first)": (
        in_objects(lambda item: item.get("@type") == "@json" and "@container" in item),
        under({**EX, "p": {"@id": "ex:p", "@type": "@json", "@container": "@index"}}, p={"a": 1}),
    ),
    "the keys of a map mean what they mean under the scoped context of its term (step 13.8.3.4)": (
        in_objects(lambda item: _has_map(item) and "@context" in item),
        under(
            {**EX, "p": {"@id": "ex:p", "@container": "@type", "@context": {"T": "ex:inner"}}, "T": "ex:outer"},
            p={"T": {}},
        ),
    ),
    "the keys of a type map mean what they mean without the type-scoped context (step 13.8.3.4)": (
        in_objects(lambda item: "@type" in _items(item.get("@container"))),
        under(
            {**EX, "N": {"@id": "ex:N", "@context": {"T": "ex:inner", "p": {"@id": "ex:p", "@container": "@type"}}}},
            type="N",
            p={"T": {}},
        ),
    ),
    "`@none` in an id map names a literal (step 13.8.3.7.4)": (
        in_objects(lambda item: "@none" in item),
        under({**EX, "p": {"@id": "ex:p", "@container": "@id"}}, p={"@none": "a"}),
    ),
    "a property is reversed, or not, as its own scoped context says (step 13.13)": (
        in_objects(lambda item: "@reverse" in item and "@context" in item),
        under({**EX, "p": {"@reverse": "ex:p", "@context": None}}, p={"ex:q": "a"}),
    ),
    "a scoped context that redefines its own term is applied twice (step 8)": (
        in_objects(_redefines_itself),
        under(
            {**EX, "p": {"@id": "ex:p", "@context": {"p": {"@id": "ex:p", "@context": {"q": "ex:q2"}}, "q": "ex:q1"}}},
            p={"q": "a"},
        ),
    ),
    "nodes without a usable name have one index (§7.2.2 step 6.9.2 asks for one node)": (
        in_objects(lambda item: "@index" in _items(item.get("@container"))),
        under({**EX, "p": {"@id": "ex:p", "@container": "@index", "@type": "@id"}}, p={"a": "rel", "b": "rel"}),
    ),
    "`@protected` must not be false": (
        in_objects(lambda item: item.get("@protected") is False),
        under({**EX, "@protected": False}, **{"ex:p": "a"}),
    ),
    "`@vocab`, `@language` and `@direction` must not be null before they were something": (
        in_objects(lambda item: any(item.get(name, 0) is None for name in ("@vocab", "@language", "@direction"))),
        under({**EX, "@vocab": None}, **{"ex:p": "a"}),
    ),
    "`@base` counts in contexts by URL (§4.1.2 step 5.7)": (
        in_objects(lambda item: "@base" in item),
        under({**EX, "@base": "https://base.example/"}, id="a", **{"ex:p": "a"}),
    ),
    "`@propagate` cannot stand in a context by URL": (
        in_objects(lambda item: "@propagate" in item),
        under({**EX, "@propagate": True}, **{"ex:p": "a"}),
    ),
    "the property of an index need not be one (§4.2.2 step 20.2)": (
        in_objects(lambda item: "@index" in item and "@container" in item),
        under({**EX, "p": {"@id": "ex:p", "@container": "@index", "@index": "q"}}, p={"a": {}}),
    ),
    "the property of an index is no term where the base is null (step 13.8.3.7.2)": (
        in_objects(lambda item: "@index" in item and "@container" in item),
        under({**EX, "q": "ex:q", "p": {"@id": "ex:p", "@container": "@index", "@index": "q"}}, p={"a": {}}),
    ),
    "what is nested has contexts and types of its own (step 14.2.2)": (
        in_objects(lambda item: "@nest" in item or "nest" in item),
        under(
            {**EX, "T": {"@id": "ex:T", "@context": {"q": "ex:q"}}},
            **{"_at_nest": {"type": "T", "q": "a"}, "ex:p": "a"},
        ),
    ),
}
"""What PyLD does: whether it can matter to a document and its contexts, and a context with a document where it does."""


def outcome(document: Any, contexts: Contexts) -> str:
    """The canonical document by our own engine, or that it stops."""
    try:
        return canonicalize(to_rdf(document, contexts, limits=LIMITS).statements).nquads
    except ProblemError as error:
        return f"stops: {error.problem.code}"


def reference(document: Any, contexts: Contexts, loaded: dict[str, Any] | None = None) -> str:
    """The same by PyLD, which may keep the contexts it processed in `loaded`."""
    try:
        made = pyld_engine.statements(document, contexts, limits=LIMITS, loaded=loaded)
        return canonicalize(made.statements).nquads
    except ProblemError as error:
        return f"stops: {error.problem.code}"


def agree(document: Any, contexts: Contexts, loaded: dict[str, Any] | None = None) -> bool:
    """Whether the engines give the same canonical document, or both stop."""
    return same(outcome(document, contexts), reference(document, contexts, loaded))


def same(ours: str, theirs: str) -> bool:
    return ours == theirs or (ours.startswith("stops") and theirs.startswith("stops"))


def narrowed(document: Any, contexts: Contexts) -> str:
    """The smallest part of the document that the engines still disagree about."""
    shrinking = True
    while shrinking:
        shrinking = False
        for less in smaller(document):
            if less.get("@context") and not agree(less, contexts):
                document, shrinking = less, True
                break
    return json.dumps(document)


def explained(*values: Any) -> bool:
    """Whether something in the list can matter to these documents and contexts."""
    return any(applies(value) for applies, _ in DEPARTURES.values() for value in values)
