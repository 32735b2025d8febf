"""Contexts of a document's own that name over again what readers of its JSON find by name.

Signed JSON is read by its names. A context inside it that gives `validUntil` another name lets it say to
readers of JSON-LD what readers of JSON are not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vcverify import vocabulary
from vcverify.jsontypes import JsonObject, JsonValue, escape_token
from vcverify.problems import Problem, problem, quote

FAMILIAR: Final = (
    vocabulary.CRED,
    vocabulary.OB,
    vocabulary.CLR,
    vocabulary.SEC,
    vocabulary.SCHEMA,
    vocabulary.STATUS,
    vocabulary.LIST_2021,
    vocabulary.LIST_2020,
)
"""Where what is read by name is defined."""

_KEYWORDS: Final = frozenset(
    {"@direction", "@graph", "@id", "@included", "@json", "@language", "@list", "@nest", "@none", "@reverse", "@set"}
    | {"@type", "@value"}
)
_HARMLESS: Final = frozenset({("id", "@id"), ("type", "@type")})
"""What every published context says, too."""

_local: Final = re.compile(r"[^#/]*\Z").search


def other_names(document: JsonObject) -> Iterator[Problem]:
    """`terms.redefined` for each own context with another name for a keyword or a familiar IRI, or for its beginning.

    A name that is the last part of its IRI is where readers look for it. What contexts say of datatypes is no name.
    """
    stack: list[tuple[JsonValue, str]] = [(document, "")]
    while stack:
        value, at = stack.pop()
        if isinstance(value, list):
            stack.extend((item, f"{at}/{index}") for index, item in enumerate(value))
        elif isinstance(value, dict):
            for name, item in value.items():
                if name != "@context":
                    stack.append((item, f"{at}/{escape_token(name)}"))
                elif isinstance(item, list):
                    for index, part in enumerate(item):
                        yield from _judged(part, f"{at}/@context/{index}")
                else:
                    yield from _judged(item, f"{at}/@context")


def _judged(context: JsonValue, pointer: str) -> Iterator[Problem]:
    for name, meaning in _meanings(context):
        if _hides(name, meaning):  # CHECK: other names for what is read by name
            yield problem(
                "terms.redefined",
                f"The document's own context makes `{quote(name)}` another name for `{quote(meaning)}`, "
                "which readers of the JSON look for under its own.",
                pointer,
                remedy="Use the names that the published contexts define.",
            )
            return


def _meanings(context: JsonValue) -> Iterator[tuple[str, str]]:
    """Each name that the context, or one in its definitions, gives a meaning, and the text of that."""
    stack: list[JsonValue] = [context]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            stack.extend(part)
        if not isinstance(part, dict):
            continue
        for name, value in part.items():
            if name == "@context":  # a context in a wrapper
                stack.append(value)
            if name[:1] != "@":
                yield name, name
            if isinstance(value, str):
                yield name, value
            elif isinstance(value, dict):
                stack.append(value.get("@context"))
                for entry in ("@id", "@index", "@reverse"):
                    meaning = value.get(entry)
                    if isinstance(meaning, str):
                        yield name, meaning


def _hides(name: str, meaning: str) -> bool:
    if meaning in _KEYWORDS:
        return (name, meaning) not in _HARMLESS and name != "@direction"
    if ":" not in meaning:
        return False
    for iri in FAMILIAR:
        if iri.startswith(meaning):
            return True
        if meaning.startswith(iri):
            found = _local(meaning)
            return name == meaning or found is None or found[0] != name
    return False
