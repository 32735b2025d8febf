"""Respellings that say a statement somewhere else: where a reader of the JSON would not look for it."""

from __future__ import annotations

import copy
import json

from support.mutations import Draft, Respelling
from support.places import Json, Place, spelled

SEC_PROOF = "https://w3id.org/security#proof"


def to_included(draft: Draft) -> bool:
    """Statements of a named node said in `@included`, of the document or of any node."""
    found = _taken(draft)
    if found is None:
        return False
    name, members = found
    hosts = draft.places()
    host = draft.document if draft.random.random() < 0.5 or not hosts else draft.random.choice(hosts).node
    _include(host, {"@id": name, **members})
    return True


def to_mention(draft: Draft) -> bool:
    """Statements of a named node said at another mention of it: an object with its id, or a text that names it."""
    found = _taken(draft)
    if found is None:
        return False
    name, members = found
    mentions = [place.node for place in draft.places() if place.id == name]
    target: Json
    texts = [
        (place.node, key)
        for place in draft.places()
        for key in place.properties()
        if place.node[key] == name and (term := place.term(key)) is not None and term.type == "@id"
    ]
    if mentions and (not texts or draft.random.random() < 0.7):
        target = draft.random.choice(mentions)
    elif texts:
        node, key = draft.random.choice(texts)
        target = node[key] = {"@id": name}
    else:
        return False
    for key, value in members.items():
        held = target.get(key)
        both = [] if held is None else held if isinstance(held, list) else [held]
        target[key] = value if held is None else [*both, *(value if isinstance(value, list) else [value])]
    return True


def to_sibling(draft: Draft) -> bool:
    """A named node said in two objects beside each other, each with some of its members."""
    places = [place for place in draft.places() if place.parent is not None and _named(place)]
    if not places:
        return False
    place = draft.random.choice(places)
    assert place.parent is not None
    outer, key = place.parent
    taken = _members(draft, place, move=True)
    if not taken or key not in outer.node:
        return False
    held = outer.node[key]
    items = held if isinstance(held, list) else [held]
    outer.node[key] = [*items, {"@id": place.id, **taken}]
    if draft.random.random() < 0.5:
        outer.node[key].reverse()
    return True


def said_once(draft: Draft) -> bool:
    """A statement that was said of a named node in two places, taken out of one."""
    seen: dict[tuple[str | None, str | None, str], tuple[Place, str]] = {}
    twice: list[tuple[Place, str]] = []
    for place in draft.places():
        for name in place.properties() if _named(place) else ():
            term = place.term(name)
            key = (place.id, term.iri if term else None, json.dumps(place.node[name], sort_keys=True))
            other = seen.setdefault(key, (place, name))
            if other[0] is not place:
                twice += [other, (place, name)]
    if not twice:
        return False
    place, name = draft.random.choice(twice)
    del place.node[name]
    return True


def detached(draft: Draft) -> bool:
    """A node value replaced by its name, and itself said in `@included`; an unnamed one is given a label."""
    places = [place for place in draft.places() if place.parent is not None and "@value" not in place.node]
    if not places:
        return False
    place = draft.random.choice(places)
    assert place.parent is not None
    name = place.id
    node = dict(place.node)
    if name is None:
        name = node["@id"] = "_:" + draft.name("n")
    place.node.clear()
    place.node["@id"] = name
    hosts = [other for other in draft.places() if other.node is not place.node]
    host = draft.document if draft.random.random() < 0.5 or not hosts else draft.random.choice(hosts).node
    _include(host, node)
    return True


def labelled(draft: Draft) -> bool:
    """An unnamed node given a blank node label, by which it can be described elsewhere too."""
    places = [place for place in draft.places() if place.parent is not None and place.id is None]
    if not places:
        return False
    draft.random.choice(places).node["@id"] = "_:" + draft.name("n")
    return True


def under_nest(draft: Draft) -> bool:
    """Members of a node said under `@nest`."""
    place = draft.place()
    names = [] if place is None else place.properties()
    if place is None or not names or "@nest" in place.node:
        return False
    chosen = draft.random.sample(names, draft.random.randint(1, len(names)))
    nested = {name: place.node.pop(name) for name in chosen}
    place.node["@nest"] = nested if draft.random.random() < 0.7 else [{}, nested]
    return True


def reversed_link(draft: Draft) -> bool:
    """A link said from its other end, by `@reverse` of a node in `@included`."""
    places = [
        place for place in draft.places() if place.parent is not None and _named(place) and _named(place.parent[0])
    ]
    if not places:
        return False
    place = draft.random.choice(places)
    assert place.parent is not None
    outer, key = place.parent
    term = outer.term(key)
    held = outer.node.get(key)
    if (
        term is None
        or "@graph" in term.containers
        or not (held is place.node or (isinstance(held, list) and place.node in held))
    ):
        return False
    if isinstance(held, list) and len(held) > 1:
        outer.node[key] = [item for item in held if item is not place.node]
    else:
        del outer.node[key]
    _include(draft.document, {**place.node, "@reverse": {term.iri: {"@id": outer.id}}})
    return True


def turned_around(draft: Draft) -> bool:
    """The document begins with one of the credential's things, and has the credential as its `@reverse`."""
    document = draft.document
    places = [place for place in draft.places() if place.parent is not None and len(place.path) == 1]
    if not places:
        return False
    place = draft.random.choice(places)
    assert place.parent is not None
    term = place.parent[0].term(place.parent[1])
    if term is None or term.containers:
        return False
    inner = dict(place.node)
    rest = {name: value for name, value in document.items() if name not in ("@context", "proof", place.path[0])}
    kept = {name: document[name] for name in ("@context", "proof") if name in document}
    document.clear()
    document.update({**kept, **inner, "@reverse": {term.iri: rest}})
    return True


def wrapped_in_graph(draft: Draft) -> bool:
    """All but `@context` and `proof` inside a top-level `@graph`."""
    return _wrapped(draft, "@graph", {})


def wrapped_in_included(draft: Draft) -> bool:
    """All but `@context` and `proof` inside `@included`, perhaps of a node that cannot be said."""
    decoys: tuple[Json, ...] = (
        {},
        {"id": "not an iri", "type": ["VerifiableCredential"], "validFrom": "2026-01-01T00:00:00Z"},
        {"id": "relative"},
    )
    return _wrapped(draft, "@included", copy.deepcopy(draft.random.choice(decoys)))


def _wrapped(draft: Draft, keyword: str, around: Json) -> bool:
    document = draft.document
    if keyword in document:
        return False
    kept = {name: document.pop(name) for name in ("@context", "proof") if name in document}
    inner = dict(document)
    document.clear()
    document.update({**kept, **around, keyword: [inner] if draft.random.random() < 0.7 else inner})
    return True


def part_in_graph(draft: Draft) -> bool:
    """A node's value wrapped in a graph object, which names the graph that its statements stand in."""
    found = draft.member()
    if found is None:
        return False
    place, name = found
    place.node[name] = {"@graph": place.node[name]}
    return True


def proof_elsewhere(draft: Draft) -> bool:
    """The proof of a credential inside, under its IRI, or said of it in `@included`."""
    places = [place for place in draft.places() if place.parent is not None and "proof" in place.node]
    if not places:
        return False
    place = draft.random.choice(places)
    term = place.term("proof")
    if term is None:
        return False
    value = spelled(term, place.node["proof"], place.context)
    if value is None:
        return False
    del place.node["proof"]
    if place.id is not None and draft.random.random() < 0.5:
        _include(draft.document, {"@id": place.id, SEC_PROOF: value})
    else:
        place.node[SEC_PROOF] = value
    return True


# --- helpers --------------------------------------------------------------------------------------


def _named(place: Place) -> bool:
    return place.id is not None and ":" in place.id


def _include(host: Json, node: Json) -> None:
    held = host.get("@included", [])
    host["@included"] = [*(held if isinstance(held, list) else [held]), node]


def _taken(draft: Draft) -> tuple[str, Json] | None:
    """Some members of a named node, taken out of it or copied from it, spelled so as to mean the same anywhere."""
    places = [place for place in draft.places() if _named(place)]
    if not places:
        return None
    place = draft.random.choice(places)
    members = _members(draft, place, move=draft.random.random() < 0.8)
    assert place.id is not None
    return (place.id, members) if members else None


def _members(draft: Draft, place: Place, *, move: bool) -> Json:
    names = place.properties()
    chosen = draft.random.sample(names, draft.random.randint(0 if not move else 1, len(names))) if names else []
    taken: Json = {}
    for name in chosen:
        term = place.term(name)
        assert term is not None
        value = spelled(term, place.node[name], place.context)
        if value is None or term.iri is None:
            continue
        taken[term.iri] = copy.deepcopy(value)
        if move:
            del place.node[name]
    if draft.random.random() < 0.2 and place.types:
        taken["@type"] = place.types
        if move and draft.random.random() < 0.3:
            for key in place.keys("@type"):
                del place.node[key]
    return taken


MOVES: tuple[Respelling, ...] = (
    to_included,
    to_mention,
    to_sibling,
    said_once,
    detached,
    labelled,
    under_nest,
    reversed_link,
    turned_around,
    wrapped_in_graph,
    wrapped_in_included,
    part_in_graph,
    proof_elsewhere,
)
