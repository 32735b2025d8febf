"""Our JSON-LD engine says what PyLD says, apart from a written list of what PyLD does otherwise than the letter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.credentials import Documents, invented_context, names_of
from support.engines import (
    DEPARTURES,
    EXAMPLE,
    agree,
    explained,
    narrowed,
    outcome,
    reference,
    same,
)

from vcverify.bundled import bundled
from vcverify.jsonld import Contexts
from vcverify.jsonld.processing import process
from vcverify.jsonld.syntax import JsonLdError
from vcverify.problems import refuse

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")


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


def compare(contexts: Contexts, arrays: list[list[str]], seeds: range) -> dict[str, int]:
    """Documents of these seeds through both engines; how many there were of each kind."""
    documents = Documents(contexts, arrays)
    loaded: dict[str, Any] = {}
    names = list(wanted_names(contexts, arrays))
    written: set[str] = set()
    stopped = unusual = 0
    for seed in seeds:
        name, array = names[2 * seed // 3 % len(names)] if seed % 3 else (None, None)
        document = documents.document(seed, array=array, wanted=name)
        before = json.dumps(document)
        ours = outcome(document, contexts)
        if not same(ours, reference(document, contexts, loaded)):
            assert explained(document), f"seed {seed}: {narrowed(document, contexts)}"
            unusual += 1
        assert json.dumps(document) == before
        stopped += ours.startswith("stops")
        written |= set(words(document))
    assert {name for name, _ in names} <= written
    assert stopped < len(seeds) / 20
    assert unusual < len(seeds) / 50
    return {"documents": len(seeds), "stopped": stopped, "departures": unusual}


def test_the_engines_agree_under_published_contexts(published: Contexts, arrays: list[list[str]]) -> None:
    """The canonical documents of 2,000 made-up credentials, with every defined name, are equal byte for byte."""
    compare(published, arrays, range(2_000))


@pytest.mark.long
@pytest.mark.parametrize("start", range(2_000, 102_000, 10_000))
def test_the_engines_agree_on_many_more(start: int, published: Contexts, arrays: list[list[str]]) -> None:
    """Target R7: 100,000 of them, in parts of some minutes each."""
    print(compare(published, arrays, range(start, start + 10_000)))


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


def test_the_list_of_departures_is_in_the_documentation(checkout: Path) -> None:
    """Who compares verifiers needs to know where the reference departs from the letter."""
    told = (checkout / "docs" / "jsonld.md").read_text(encoding="utf-8")
    listed = [line[2:] for line in told.partition("## Decided")[0].splitlines() if line.startswith("- ")]
    assert listed == list(DEPARTURES)
