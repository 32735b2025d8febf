"""Changes to documents, each answering a new one. Pointers are JSON Pointers (RFC 6901)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cases.documents import CREDENTIALS, XSD_DATE_TIME
from cases.signing import Json

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def escaped(name: str) -> str:
    """A member name as a reference token."""
    return name.replace("~", "~0").replace("/", "~1")


def get(document: Any, pointer: str) -> Any:
    value = document
    for token in _tokens(pointer):
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def put(document: Json, pointer: str, value: Any) -> Json:
    """The document with the member or item at the pointer set; `-` appends to an array."""

    def change(parent: Any, token: str) -> None:
        if not isinstance(parent, list):
            parent[token] = value
        elif token == "-":
            parent.append(value)
        else:
            parent[int(token)] = value

    return _changed(document, pointer, change)


def drop(document: Json, pointer: str) -> Json:
    """The document without the member or item at the pointer."""

    def change(parent: Any, token: str) -> None:
        del parent[int(token) if isinstance(parent, list) else token]

    return _changed(document, pointer, change)


def edit(document: Json, pointer: str, how: Callable[[Any], Any]) -> Json:
    """The document with the value at the pointer replaced by what `how` makes of it."""
    return put(document, pointer, how(get(document, pointer)))


def rekey(document: Json, pointer: str, name: str, value: Any = None) -> Json:
    """The document with the member at the pointer under another name, and another spelling of its value if given."""

    def change(parent: Any, token: str) -> None:
        members = [(name, m if value is None else value) if n == token else (n, m) for n, m in parent.items()]
        parent.clear()
        parent.update(members)

    return _changed(document, pointer, change)


def append_context(document: Json, context: Any) -> Json:
    """The document with one more context at the end of `@context`."""
    return put(document, "/@context/-", context)


def date_literal(text: str) -> Json:
    """The value object that `validFrom` and `validUntil` coerce their string to."""
    return {"@type": XSD_DATE_TIME, "@value": text}


def rekey_date(document: Json, name: str = "validUntil") -> Json:
    """The date under its absolute IRI: the same statement by another name."""
    return rekey(document, f"/{name}", CREDENTIALS + name, date_literal(document[name]))


def move_to_included(document: Json, name: str = "validUntil") -> Json:
    """The date stated in an `@included` node of the same id."""
    node = {"id": document["id"], CREDENTIALS + name: date_literal(document[name])}
    return drop(document, f"/{name}") | {"@included": [node]}


def move_under(document: Json, pointer: str, name: str = "validUntil") -> Json:
    """The date stated by a second description of the credential, as the value of a member at `pointer`."""
    node = {"id": document["id"], CREDENTIALS + name: date_literal(document[name])}
    return put(drop(document, f"/{name}"), pointer, node)


def nest(document: Json, name: str = "validUntil") -> Json:
    """The member under `@nest`."""
    return drop(document, f"/{name}") | {"@nest": {name: document[name]}}


def wrap_graph(document: Json) -> Json:
    """Everything but `@context` and `proof` inside a top-level `@graph`."""
    inner = {name: value for name, value in document.items() if name not in ("@context", "proof")}
    return {"@context": document["@context"], "@graph": [inner], "proof": document["proof"]}


def tamper(document: Json, pointer: str = "/name", value: Any = "Soldering, level 9") -> Json:
    """The document with something in it changed after signing."""
    return put(document, pointer, value)


def altered_signature(document: Json, pointer: str = "/proof/proofValue") -> Json:
    """The document with one character of a signature exchanged for its neighbour in the alphabet."""

    def other(text: str) -> str:
        middle = len(text) // 2
        follower = _ALPHABET[(_ALPHABET.index(text[middle]) + 1) % len(_ALPHABET)]
        return text[:middle] + follower + text[middle + 1 :]

    return edit(document, pointer, other)


def _tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _changed(document: Json, pointer: str, change: Callable[[Any, str], None]) -> Json:
    result: Json = json.loads(json.dumps(document))  # not deepcopy: what two members share must not change in both
    *parents, last = _tokens(pointer)
    target: Any = result
    for token in parents:
        target = target[int(token)] if isinstance(target, list) else target[token]
    change(target, last)
    return result
