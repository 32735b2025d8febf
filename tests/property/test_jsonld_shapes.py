"""Every odd value at every kind of place, through both JSON-LD engines.

The made-up credentials of `test_jsonld_engines` are mostly in order; here is what is mostly not:
value, list, set and graph objects where they do not belong, null where something is due, arrays in arrays.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.engines import EX, EXAMPLE, agree, explained, narrowed

from vcverify.jsonld import Contexts

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")

CONTAINERS: dict[str, Any] = {
    "list": "@list",
    "set": "@set",
    "graph": "@graph",
    "index": "@index",
    "ids": "@id",
    "types": "@type",
    "languages": "@language",
    "graphIndex": ["@graph", "@index"],
    "graphId": ["@graph", "@id"],
    "graphSet": ["@graph", "@set"],
    "setIndex": ["@set", "@index"],
}
CONTEXT: dict[str, Any] = {
    **EX,
    "T": {"@id": "ex:T", "@context": {"inner": "ex:inner"}},
    "N": {"@id": "ex:N", "@context": {"only": "ex:only", "list": {"@id": "ex:other", "@container": "@list"}}},
    **{name: {"@id": f"ex:{name}", "@container": container} for name, container in CONTAINERS.items()},
    "back": {"@reverse": "ex:back"},
    "json": {"@id": "ex:json", "@type": "@json"},
    "reference": {"@id": "ex:reference", "@type": "@id"},
    "word": {"@id": "ex:word", "@type": "@vocab"},
    "date": {"@id": "ex:date", "@type": "ex:date"},
}
ODD: tuple[Any, ...] = (
    "a", None, True, 1.5, [], {},
    {"id": "urn:x:1"}, {"id": "rel"}, {"id": None, "ex:q": "b"}, {"id": 5, "ex:q": "b"},
    {"ex:q": "b"}, {"id": "urn:x:1", "ex:q": "b"}, {"ex:q": None}, {"undefined": None}, {"undefined": "a"},
    {"type": "ex:T"}, {"type": "@foo"}, {"type": ["@foo", "ex:T"], "ex:q": "b"}, {"type": None, "ex:q": "b"},
    {"type": 5}, {"@type": "@id"}, {"@foo": "a"}, {"@none": "a"},
    {"@value": "a"}, {"@value": None}, {"@value": 5}, {"@value": ["a"]}, {"@value": {"a": 1}},
    {"@value": "a", "@type": "ex:T"}, {"@value": None, "@type": 5}, {"@value": "a", "@type": "@foo"},
    {"@value": "a", "@type": "@none"}, {"@value": "a", "@type": "rel"}, {"@value": "a", "@type": ["ex:T"]},
    {"@value": "a", "@type": None}, {"@value": {"b": [1, None]}, "@type": "@json"},
    {"@value": 5, "@language": "en"}, {"@value": "a", "@language": None}, {"@value": "a", "@language": 5},
    {"@value": "a", "@type": "ex:T", "@language": "en"}, {"@value": "a", "@index": "i"}, {"@value": "a", "@index": 5},
    {"@value": "a", "ex:q": "b"}, {"@value": "a", "undefined": "b"}, {"@value": "a", "id": "urn:x:1"},
    {"@language": "en"}, {"@index": "i"}, {"@index": "i", "ex:q": "b"},
    {"@reverse": {"ex:r": {"id": "urn:x:2"}}}, {"@reverse": {"ex:r": "a"}}, {"@reverse": None},
    {"@nest": {"ex:q": "b"}}, {"@included": [{"ex:q": "b"}]},
    {"@graph": []}, {"@graph": ["a"]}, {"@graph": {"ex:q": "b"}}, {"@graph": [{"ex:q": "b"}], "id": "urn:x:g"},
    {"@graph": [{"ex:q": "b"}], "ex:s": "c"},
)  # fmt: skip
WRAPPINGS: tuple[Callable[[Any], Any], ...] = (
    lambda value: value,
    lambda value: [value],
    lambda value: [[value]],
    lambda value: [value, "z"],
    lambda value: {"@list": value},
    lambda value: {"@list": [value]},
    lambda value: {"@list": [[value]]},
    lambda value: {"@list": value, "ex:q": "b"},
    lambda value: {"@list": value, "@index": "i"},
    lambda value: {"@list": {"@set": value}},
    lambda value: {"@list": {"@list": value}},
    lambda value: [{"@list": value}],
    lambda value: {"@set": value},
    lambda value: {"@set": [value]},
    lambda value: {"@set": [[value]]},
    lambda value: {"@set": value, "undefined": "x"},
    lambda value: {"@set": {"@list": value}},
    lambda value: {"@graph": value},
    lambda value: {"@graph": [{"@list": value}]},
    lambda value: {"key": value},
    lambda value: {"@none": value},
    lambda value: {"urn:x:5": value},
    lambda value: {"T": value},
    lambda value: {"en": value},
)
PROPERTIES = ("ex:p", *(name for name in CONTEXT if name not in (*EX, "T", "N")))


def placed(value: Any) -> Iterator[dict[str, Any]]:
    """Documents with the value under properties of every kind, under keywords, and as the document itself."""
    for name in PROPERTIES:
        yield {name: value}
    yield {"@graph": value}
    for keyword in ("@graph", "@included", "@nest"):
        yield {keyword: value, "ex:o": "o"}
    yield {"@reverse": {"ex:r": value}, "ex:o": "o"}
    if isinstance(value, dict):
        yield value


def all_documents() -> Iterator[dict[str, Any]]:
    for value in ODD:
        for wrap in WRAPPINGS:
            yield from placed(wrap(value))


def random_document(seed: int) -> dict[str, Any]:
    """An odd value, wrapped some times, somewhere; now and then under a type that has a context of its own."""
    chosen = random.Random(seed)
    value = chosen.choice(ODD)
    for _ in range(chosen.choice((1, 2, 2, 3))):
        value = chosen.choice(WRAPPINGS)(value)
    members = chosen.choice(list(placed(value)))
    return {"type": "N", **members} if chosen.random() < 0.3 else members


def hold(documents: Iterator[dict[str, Any]]) -> tuple[int, int]:
    """How many documents there were, and of how many the list of departures has to tell."""
    contexts = Contexts(lambda url: {"@context": CONTEXT})
    loaded: dict[str, Any] = {}
    count = departures = 0
    for members in documents:
        document = {"@context": [EXAMPLE], **members}
        count += 1
        if not agree(document, contexts, loaded):
            assert explained(document), f"{json.dumps(members)}: {narrowed(document, contexts)}"
            departures += 1
    return count, departures


def test_the_engines_agree_on_odd_values() -> None:
    """Every eleventh of all, and as many with more around them."""
    every = list(all_documents())
    count, departures = hold(iter([*every[::11], *map(random_document, range(3_000))]))
    assert count > 5_000
    assert departures < count / 4


@pytest.mark.long
def test_the_engines_agree_on_all_odd_values() -> None:
    """Each value in each wrapping at each place, and 60,000 with more around them."""
    assert hold(all_documents())[0] > 30_000
    hold(map(random_document, range(3_000, 63_000)))
