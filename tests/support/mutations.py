"""Other spellings of a signed JSON-LD document, such as a holder could make without a key.

A respelling changes a draft in place and answers whether it found anything to change. Most keep every
statement, so that a signature over the statements still holds; those of `HARMLESS` also keep the form
in which credentials are written. What moves statements to where a reader of the JSON would not look
is in `moves`.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from support.places import Json, Place, item, places, spelled

from vcverify.jsonld.context import ABSENT, Contexts


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that is being changed, and where chance comes from; `proofs` of credentials inside are
    left alone where these must go on verifying.
    """

    document: Json
    random: random.Random
    contexts: Contexts
    proofs: bool = True

    def places(self) -> list[Place]:
        found = places(self.document, self.contexts)
        return found if self.proofs else [place for place in found if "proof" not in place.path]

    def place(self) -> Place | None:
        """A node of the document."""
        found = self.places()
        return self.random.choice(found) if found else None

    def member(self, *, but: Callable[[Place, str], bool] | None = None) -> tuple[Place, str] | None:
        """A node and one of its properties, one of which `but` does not hold."""
        found = [
            (place, name) for place in self.places() for name in place.properties() if self.proofs or name != "proof"
        ]
        found = [pair for pair in found if but is None or not but(*pair)]
        return self.random.choice(found) if found else None

    def name(self, kind: str) -> str:
        """A name that no document has."""
        return f"{kind}{self.random.randrange(10**6)}"


Respelling = Callable[[Draft], bool]


def respelled(
    document: Json, steps: Sequence[tuple[Respelling, int]], contexts: Contexts, *, proofs: bool = True
) -> tuple[Json, tuple[str, ...]]:
    """The document after these respellings, each with its seed, and the names of those that found something."""
    result: Json = json.loads(json.dumps(document))
    applied = [how.__name__ for how, seed in steps if how(Draft(result, random.Random(seed), contexts, proofs))]
    return result, tuple(applied)


def renamed(node: Json, old: str, new: str, value: Any) -> None:
    """The member under another name and with another value, where it stood."""
    members = [(new, value) if name == old else (name, held) for name, held in node.items()]
    node.clear()
    node.update(members)


# --- names ----------------------------------------------------------------------------------------


def absolute_key(draft: Draft) -> bool:
    """A member under the IRI that its name stands for."""
    found = draft.member()
    return found is not None and _spelled_out(*found)


def all_keys_absolute(draft: Draft) -> bool:
    """Every member of a node under its IRI."""
    place = draft.place()
    names = [] if place is None else [name for name in place.properties() if draft.proofs or name != "proof"]
    return place is not None and sum(_spelled_out(place, name) for name in names) > 0


def _spelled_out(place: Place, name: str) -> bool:
    term = place.term(name)
    assert term is not None
    value = spelled(term, place.node[name], place.context)
    if value is None or term.iri is None or term.iri in place.node:
        return False
    renamed(place.node, name, term.iri, value)
    return True


def compact_key(draft: Draft) -> bool:
    """A member under a compact IRI, by a prefix that the document's own context defines."""
    found = draft.member()
    if found is None:
        return False
    place, name = found
    term, home = place.term(name), place.home()
    if home is None or term is None or term.iri is None:
        return False
    value = spelled(term, place.node[name], place.context)
    cut = max(term.iri.rfind("#"), term.iri.rfind("/")) + 1
    if value is None or cut in (0, len(term.iri)):
        return False
    prefix = draft.name("p")
    home["@context"].append({prefix: term.iri[:cut]})
    renamed(place.node, name, f"{prefix}:{term.iri[cut:]}", value)
    return True


def vocabulary_key(draft: Draft) -> bool:
    """A member under the end of its IRI, whose beginning the document's own context makes the vocabulary."""
    found = draft.member()
    if found is None:
        return False
    place, name = found
    term, home = place.term(name), place.home()
    if home is None or term is None or term.iri is None:
        return False
    value = spelled(term, place.node[name], place.context)
    cut = draft.random.randrange(max(term.iri.find(":") + 1, len(term.iri) - 12), len(term.iri))
    rest = term.iri[cut:]
    if value is None or ":" in rest or rest in place.context.terms or rest in place.node:
        return False
    home["@context"].append({"@vocab": term.iri[:cut]})
    renamed(place.node, name, rest, value)
    return True


def alias_key(draft: Draft) -> bool:
    """A member under another name, which the document's own context defines just as the published one."""
    found = draft.member()
    if found is None:
        return False
    place, name = found
    term, home = place.term(name), place.home()
    if home is None or term is None or term.context is not ABSENT or term.reverse:
        return False
    definition: Json = {"@id": term.iri}
    if term.type:
        definition["@type"] = term.type
    if term.containers:
        definition["@container"] = sorted(term.containers)
    alias = draft.name("a")
    home["@context"].append({alias: definition})
    renamed(place.node, name, alias, place.node[name])
    return True


def keyword_key(draft: Draft) -> bool:
    """`id` or `type` as the keyword that it stands for, or under another name for that."""
    place = draft.place()
    names = (
        [] if place is None else [name for name in place.node if place.context.aliases.get(name) in ("@id", "@type")]
    )
    if place is None or not names:
        return False
    name = draft.random.choice(names)
    keyword = place.context.aliases[name]
    home = place.home()
    new = keyword
    if draft.random.random() < 0.5 and home is not None:
        new = draft.name("k")
        home["@context"].append({new: keyword})
    if new in place.node or name == new:
        return False
    assert keyword is not None
    renamed(place.node, name, new, place.node[name])
    return True


# --- values ---------------------------------------------------------------------------------------


def array_of_one(draft: Draft) -> bool:
    """A value as an array of one."""
    return _wrapped(draft, lambda value: [value], but=lambda place, name: isinstance(place.node[name], list))


def out_of_array(draft: Draft) -> bool:
    """An array of one as its item."""

    def other(place: Place, name: str) -> bool:
        value = place.node[name]
        return not isinstance(value, list) or len(value) != 1

    return _wrapped(draft, lambda value: value[0], but=other)


def nested_array(draft: Draft) -> bool:
    """A value inside several arrays."""
    return _wrapped(draft, lambda value: [[value]] if draft.random.random() < 0.7 else [[], [[value]]])


def set_object(draft: Draft) -> bool:
    """A value inside `@set`."""
    return _wrapped(draft, lambda value: {"@set": value})


def repeated_item(draft: Draft) -> bool:
    """A value that is said twice."""

    def twice(value: Any) -> Any:
        items = value if isinstance(value, list) else [value]
        return [*items, copy.deepcopy(draft.random.choice(items))] if items else items

    return _wrapped(draft, twice)


def _wrapped(draft: Draft, how: Callable[[Any], Any], but: Callable[[Place, str], bool] | None = None) -> bool:
    found = draft.member(but=but)
    if found is None:
        return False
    place, name = found
    place.node[name] = how(place.node[name])
    return True


def value_object(draft: Draft) -> bool:
    """A literal as a value object, a reference as a node object."""
    found = draft.member(but=lambda place, name: not isinstance(place.node[name], str | bool | int | float))
    if found is None:
        return False
    place, name = found
    term = place.term(name)
    assert term is not None
    value = item(term, place.node[name], place.context)
    place.node[name] = value if isinstance(value, dict) else {"@value": value}
    return True


def empty_member(draft: Draft) -> bool:
    """A member that says nothing, of a name that says something where it has a value."""
    place = draft.place()
    names = (
        [] if place is None else [name for name in place.context.terms if place.term(name) and name not in place.node]
    )
    if place is None or not names:
        return False
    telling = [name for name in _TELLING if name in names]
    name = draft.random.choice(telling if telling and draft.random.random() < 0.7 else names)
    place.node[name] = draft.random.choice((None, [], [None], {"@set": []}, {"@value": None}, [[]]))
    return True


_TELLING = ("validUntil", "validFrom", "expirationDate", "issuanceDate", "credentialStatus", "issuer", "proof")


# --- order ----------------------------------------------------------------------------------------


def shuffled_members(draft: Draft) -> bool:
    """The members of a node in another order."""
    place = draft.place()
    if place is None:
        return False
    members = list(place.node.items())
    draft.random.shuffle(members)
    place.node.clear()
    place.node.update(members)
    return True


def shuffled_items(draft: Draft) -> bool:
    """The items of an array in another order."""

    def other(place: Place, name: str) -> bool:
        term = place.term(name)
        return not isinstance(place.node[name], list) or term is None or "@list" in term.containers

    found = draft.member(but=other)
    if found is None:
        return False
    draft.random.shuffle(found[0].node[found[1]])
    return True


def shuffled_types(draft: Draft) -> bool:
    """The types of a node in another order."""
    place = draft.place()
    for name in [] if place is None else place.keys("@type"):
        assert place is not None
        if isinstance(place.node[name], list):
            draft.random.shuffle(place.node[name])
            return True
    return False


HARMLESS: tuple[Respelling, ...] = (
    absolute_key,
    all_keys_absolute,
    array_of_one,
    out_of_array,
    shuffled_members,
    shuffled_items,
    shuffled_types,
)
"""A credential that verifies does so in these spellings too, if with warnings."""

NAMES: tuple[Respelling, ...] = (absolute_key, all_keys_absolute, compact_key, vocabulary_key, alias_key, keyword_key)
VALUES: tuple[Respelling, ...] = (
    array_of_one,
    out_of_array,
    nested_array,
    set_object,
    repeated_item,
    value_object,
    empty_member,
)
ORDER: tuple[Respelling, ...] = (shuffled_members, shuffled_items, shuffled_types)
