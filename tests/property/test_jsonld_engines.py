"""Our JSON-LD engine says what PyLD says, apart from a written list of what PyLD does otherwise than the letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.credentials import Documents, invented_context, names_of, smaller

from vcverify.bundled import bundled
from vcverify.jsonld import Contexts, pyld_engine, to_rdf
from vcverify.jsonld.processing import process
from vcverify.jsonld.syntax import JsonLdError
from vcverify.limits import Limits
from vcverify.problems import ProblemError, refuse
from vcverify.rdf import canonicalize

LIMITS = Limits(contexts=10_000, contexts_in_array=64, node_types=64)
V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")


# What PyLD does otherwise ---------------------------------------------------------------------------


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
    "nothing is kept under a name that makes no valid IRI (§8.2 drops the statement, not the nodes below)": (
        in_objects(lambda item: any(_unwritable(name) for name in item)),
        under(EX, **{"ex:a b": {"ex:p": "a"}}),
    ),
    "a graph that is no object stops (step 13.4.5 drops it)": (
        in_objects(lambda item: any(not isinstance(item.get(name, {}), (dict, list)) for name in ("@graph", "graph"))),
        under(EX, **{"_at_graph": None, "ex:p": "a"}),
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
    try:
        return canonicalize(to_rdf(document, contexts, limits=LIMITS).statements).nquads
    except ProblemError as error:
        return f"stops: {error.problem.code}"


def reference(document: Any, contexts: Contexts, loaded: dict[str, Any] | None = None) -> str:
    try:
        made = pyld_engine.statements(document, contexts, limits=LIMITS, loaded=loaded)
        return canonicalize(made.statements).nquads
    except ProblemError as error:
        return f"stops: {error.problem.code}"


def agree(document: Any, contexts: Contexts, loaded: dict[str, Any] | None = None) -> bool:
    ours, theirs = outcome(document, contexts), reference(document, contexts, loaded)
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
    return any(applies(value) for applies, _ in DEPARTURES.values() for value in values)


# Published contexts ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published() -> Contexts:
    return Contexts(lambda url: bundled().context(url) or {})


@pytest.fixture(scope="module")
def arrays(published: Contexts) -> list[list[str]]:
    """The context arrays that the bundled contexts can stand in: under either base context, alone or in pairs."""
    urls = [url for url in bundled() if "@context" in published.document(url)]
    found = []
    for base in (V1, V2):
        for first in urls:
            for second in urls[::4]:
                array = list(dict.fromkeys((base, first, second)))
                if array not in found and _processes(published, array):
                    found.append(array)
    assert {url for array in found for url in array} == set(urls)
    return found


def _processes(contexts: Contexts, array: list[str]) -> bool:
    context = contexts.root
    try:
        for url in array:
            context = process(context, url)
    except JsonLdError:
        return False
    return True


def wanted_names(contexts: Contexts, arrays: list[list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Every name of every context, with an array that has the context."""
    for url in sorted({url for array in arrays for url in array}):
        array = min((array for array in arrays if url in array), key=len)
        for name in names_of(contexts, url):
            yield name, array


def words(value: Any) -> Iterator[str]:
    """Every member name and string of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value:
            yield from words(item)
        for item in value.values() if isinstance(value, dict) else ():
            yield from words(item)


def compare(contexts: Contexts, arrays: list[list[str]], seeds: range) -> None:
    documents = Documents(contexts, arrays)
    loaded: dict[str, Any] = {}
    names = list(wanted_names(contexts, arrays))
    written: set[str] = set()
    stopped = unusual = 0
    for seed in seeds:
        name, array = names[2 * seed // 3 % len(names)] if seed % 3 else (None, None)
        document = documents.document(seed, array=array, wanted=name)
        before = json.dumps(document)
        if not agree(document, contexts, loaded):
            assert explained(document), f"seed {seed}: {narrowed(document, contexts)}"
            unusual += 1
        assert json.dumps(document) == before
        stopped += outcome(document, contexts).startswith("stops")
        written |= set(words(document))
    assert {name for name, _ in names} <= written
    assert stopped < len(seeds) / 20
    assert unusual < len(seeds) / 50


def test_the_engines_agree_under_published_contexts(published: Contexts, arrays: list[list[str]]) -> None:
    """The canonical documents of 2,000 made-up credentials, with every defined name, are equal byte for byte."""
    compare(published, arrays, range(2_000))


@pytest.mark.long
def test_the_engines_agree_on_many_more(published: Contexts, arrays: list[list[str]]) -> None:
    """R7: 100,000 of them."""
    compare(published, arrays, range(2_000, 102_000))


# Invented contexts ----------------------------------------------------------------------------------


def compare_invented(seeds: range) -> None:
    ran = unusual = 0
    for seed in seeds:
        made = invented_context(seed)

        def load(url: str, made: dict[str, Any] = made) -> Any:
            return made

        contexts = Contexts(load)
        empty = {"@context": [EXAMPLE], "https://example.org/p": "a"}
        if outcome(empty, contexts).startswith("stops"):
            assert agree(empty, contexts) or explained(made), f"seed {seed}"
            continue
        documents = Documents(contexts, [[EXAMPLE]], oddity=0.1)
        for turn in range(3):
            document = documents.document(3 * seed + turn)
            ran += 1
            if not agree(document, contexts):
                assert explained(document, made), f"seed {seed}: {json.dumps(made)} {narrowed(document, contexts)}"
                unusual += 1
    assert ran > len(seeds)
    assert unusual < ran / 5


def test_the_engines_agree_under_invented_contexts() -> None:
    """Whatever JSON-LD 1.1 has: containers of every kind, scoped, protected, nested, reverse, null."""
    compare_invented(range(500))


@pytest.mark.long
def test_the_engines_agree_under_many_more_invented_contexts() -> None:
    """20,000 contexts."""
    compare_invented(range(500, 20_500))


@pytest.mark.parametrize("name", DEPARTURES)
def test_what_pyld_does_otherwise_is_still_so(name: str) -> None:
    """The list stays true: an entry that PyLD has mended is taken out."""
    applies, (made, document) = DEPARTURES[name]

    def load(url: str) -> Any:
        if url != EXAMPLE:
            raise refuse("terms.unknown-context", "Not made up.")
        return made

    assert not agree(document, Contexts(load)), (outcome(document, Contexts(load)), reference(document, Contexts(load)))
    assert applies(document) or applies(made)
