"""Damage done to documents by chance: to their bytes, or to the JSON that these say.

Unlike a respelling, damage means nothing: what is left may be no JSON, no credential, or the same one.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

BYTES = b'{}[],:"\\\x00\xff\x7f\xc3\xe2\x80eE+-.0189truefalsn /u\t\n\r<~'
TOKENS = (
    b"null", b"true", b"NaN", b"Infinity", b"1e999", b"-0", b"1E400", b"\\ud800", b"\\u0000", b'"@id"', b'"@type"',
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"9" * 50, b'{"a":' * 70, b"[" * 70, b'"proof":[],', b'"id":"",',
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**53, 10**30, 1e300, "", " ", "\x00", "\n", "a" * 5000, "é", "\u202e", "_:b", "@id",
    "@none", "did:key:", "did:key:z", "did:web:", "did:web:%00", "https://", "https://[", "urn:x", "data:,", "z", "u", "#",
    "2026-13-40T99:99:99Z", "0000-00-00", "9" * 400, "z" + "1" * 500, "eyJ.e30.", "..", [], {}, [[]], [None], [{}], {"": {}},
    {"@value": 1}, {"@id": "x"}, {"@set": []}, {"@list": []}, {"@graph": []}, {"id": 1}, {"type": 1}, ["a", 1, None],
)  # fmt: skip
NAMES = (
    "", "@", "@id", "@type", "@context", "@graph", "@value", "@list", "@set", "@included", "@nest", "@reverse", "@index",
    "@language", "@direction", "@json", "@none", "@vocab", "@base", "id", "type", "proof", "issuer", "credentialSubject",
    "validFrom", "validUntil", "credentialStatus", "credentialSchema", "endorsement", "verifiableCredential", "__proto__",
    "https://schema.org/name", "https://www.w3.org/2018/credentials#validUntil", "https://w3id.org/security#proof", "a b",
    "previousProof", "cryptosuite", "verificationMethod", "proofValue", "created", "expires", "domain", "x" * 300, "\x00",
)  # fmt: skip


def damaged(document: Any, seed: int) -> bytes:
    """The document with one to four pieces of damage, the same for the same seed. Bytes stay bytes."""
    chance = random.Random(seed)
    if isinstance(document, bytes) or chance.random() < 0.4:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        for _ in range(chance.randint(1, 4)):
            data = chance.choice(_TO_BYTES)(data, chance)
        return data
    value = json.loads(json.dumps(document))
    for _ in range(chance.randint(1, 4)):
        hurt(value, chance)
    return json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


# --- bytes ----------------------------------------------------------------------------------------


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :] if data else b"x"


def _replace(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([chance.choice(BYTES)]) + data[at + 1 :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + (chance.choice(TOKENS) if chance.random() < 0.5 else bytes([chance.choice(BYTES)])) + data[at:]


def _remove(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + data[at + chance.choice((1, 1, 2, 10, 200)) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    end = at + chance.choice((1, 5, 50, 500))
    return data[:end] + data[at:end] + data[end:]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) or 1)]


_TO_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip,
    _flip,
    _replace,
    _insert,
    _remove,
    _repeat,
    _cut,
)


# --- JSON -----------------------------------------------------------------------------------------


def holders(value: Any) -> Iterator[Any]:
    """Every array and object that is not empty."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict | list) and item:
            yield item
            stack.extend(item.values() if isinstance(item, dict) else item)


def _value(chance: random.Random) -> Any:
    return copy.deepcopy(chance.choice(VALUES))


def hurt(document: Any, chance: random.Random) -> None:
    """Changes one thing somewhere in the document, in place."""
    containers = list(holders(document))
    if not containers:
        return
    holder = chance.choice(containers)
    key: Any = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    chance.choice(_TO_JSON)(holder, key, chance, containers)


def _drop(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    del holder[key]


def _set(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    holder[key] = _value(chance)


def _wrap(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    value = holder[key]
    holder[key] = chance.choice(
        ([value], [[value]], {"@set": value}, {"@value": value}, {"@graph": value}, {"id": value})
    )


def _rename(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    if isinstance(holder, dict):
        holder[chance.choice(NAMES)] = holder.pop(key)
    else:
        holder.append(holder[key])


def _add(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    if isinstance(holder, dict):
        holder[chance.choice(NAMES)] = _value(chance)
    else:
        holder.insert(chance.randrange(len(holder) + 1), _value(chance))


def _copy(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    """A value from somewhere in the document put somewhere else."""
    source = chance.choice(containers)
    value = chance.choice(list(source.values()) if isinstance(source, dict) else source)
    holder[key] = json.loads(json.dumps(value))


def _text(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    """One character of a text changed; of other things, their type."""
    value = holder[key]
    if not isinstance(value, str) or not value:
        holder[key] = str(value)
        return
    at = chance.randrange(len(value))
    other = chance.choice(("", "A", "1", "z", " ", "\n", "\x00", "\ud800", "é", "\u0456", "%", "#", ":", '"', "\\"))
    holder[key] = value[:at] + other + value[at + 1 :]


def _deepen(holder: Any, key: Any, chance: random.Random, containers: list[Any]) -> None:
    value = holder[key]
    for _ in range(chance.choice((5, 60, 70, 400))):
        value = [value] if chance.random() < 0.5 else {"id": "urn:x", "evidence": value}
    holder[key] = value


_TO_JSON = (_drop, _drop, _set, _set, _wrap, _rename, _add, _copy, _text, _text, _deepen)
