"""Changes of tokens: of the JSON in a part, of the parts, of their spelling, of what stands around them."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Callable
from typing import Any

from support.changes import CHANGES, text_of
from support.damage import damaged
from support.specimens import specimen

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_~.-]*")
"""A compact token and what is attached to it, anywhere in a text."""


def decoded(part: str) -> Any:
    """The JSON in a part of a token."""
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


def token_changed(token: str, donor: str, chance: random.Random) -> tuple[tuple[str, ...], bytes]:
    """The token after one to three changes, and their names; `donor` names a specimen, parts of which it may get."""
    other = specimen(donor).document
    if not isinstance(other, str):
        match = TOKEN.search(json.dumps(other))
        other = match[0] if match else specimen("jwt").document
    assert isinstance(other, str)
    how = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(TOKEN_CHANGES)
        token = change(token, other, chance)
        how.append(change.__name__.strip("_"))
    return tuple(how), token.encode("utf-8", "surrogatepass")


def _part_changed(token: str, other: str, chance: random.Random) -> str:
    """The JSON in a part: header, payload, disclosure, or the binding's."""
    parts = re.split(r"([.~])", token)
    at = chance.randrange(len(parts))
    donated = re.split(r"([.~])", other)
    try:
        boxed = [decoded(parts[at])]
        donor = decoded(donated[at % len(donated)])
    except ValueError:
        return _characters_changed(token, other, chance)
    chance.choice(CHANGES)(boxed, chance, donor)
    parts[at] = _encoded(text_of(boxed[0] if boxed else None, chance))
    return "".join(parts)


def _part_spliced(token: str, other: str, chance: random.Random) -> str:
    """A part of another token in place of one, or beside it."""
    parts, donated = re.split(r"([.~])", token), re.split(r"([.~])", other)
    at = chance.randrange(len(parts))
    if chance.random() < 0.5:
        parts[at] = donated[at % len(donated)]
    else:
        parts.insert(at, chance.choice(donated))
    return "".join(parts)


def _disclosures_changed(token: str, other: str, chance: random.Random) -> str:
    """Disclosures withheld, repeated, turned around, or another's."""
    first, *rest = token.split("~")
    donated = other.split("~")[1:] or [""]
    if not rest:
        return token + chance.choice(("~", "~~", "~W10~", "~" + chance.choice(donated) + "~"))
    at = chance.randrange(len(rest))
    how = chance.randrange(5)
    if how == 0:
        del rest[at]
    elif how == 1:
        rest.insert(at, chance.choice(rest))
    elif how == 2:
        chance.shuffle(rest)
    elif how == 3:
        rest[at] = ""
    else:
        rest.insert(at, chance.choice(donated))
    return "~".join([first, *rest])


def _parts_moved(token: str, other: str, chance: random.Random) -> str:
    """Two parts in each other's place, or one twice."""
    parts = re.split(r"([.~])", token)
    one, two = chance.randrange(len(parts)), chance.randrange(len(parts))
    if chance.random() < 0.7:
        parts[one], parts[two] = parts[two], parts[one]
    else:
        parts.insert(one, parts[two])
    return "".join(parts)


def _recoded(token: str, other: str, chance: random.Random) -> str:
    """A part in another spelling of the same bytes: padded, with spare bits, in the other alphabet, with space."""
    parts = re.split(r"([.~])", token)
    at = chance.randrange(len(parts))
    part = parts[at]
    spelled = [
        part + "=" * (-len(part) % 4),
        part.replace("-", "+").replace("_", "/"),
        part[:-1] + chance.choice("ABCDQgw48"),
    ]
    spelled += [part[:5] + "\n" + part[5:], part.replace("A", "%41", 1), part + " ", part.swapcase()]
    parts[at] = chance.choice(spelled)
    return "".join(parts)


def _presented(token: str, other: str, chance: random.Random) -> str:
    """The token as other things hold tokens: white space, JSON, an envelope, a `data:` URL."""
    text = base64.b64encode(token.encode("utf-8", "surrogatepass")).decode()
    url = f"data:application/vc+jwt,{token}"
    envelope = {"@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential"}
    ways = [f" {token}\n", f"\t{token}", f"\u00a0{token}", json.dumps(token), json.dumps({"jwt": token}), url]
    ways += [json.dumps(url), json.dumps({**envelope, "id": url}), json.dumps({"vc": token}), json.dumps([token])]
    ways += [
        f"data:application/vc+jwt;base64,{text}",
        json.dumps({**envelope, "id": url, "validUntil": "2099-01-01T00:00:00Z"}),
    ]
    ways += [json.dumps({"jwt": token, "validUntil": "2099-01-01T00:00:00Z"}), "\ufeff" + token, token + "\x00"]
    return chance.choice(ways)


def _characters_changed(token: str, other: str, chance: random.Random) -> str:
    """Characters, at random."""
    if chance.random() < 0.3:
        return damaged(token.encode("utf-8", "surrogatepass"), chance.randrange(2**32)).decode("latin-1")
    at = chance.randrange(len(token) or 1)
    how = chance.randrange(3)
    letter = chance.choice('ABab01-_.~=+/ \n{"é\x00')
    return token[:at] + ("" if how == 0 else letter) + token[at + (how != 1) :]


TOKEN_CHANGES: tuple[Callable[[str, str, random.Random], str], ...] = (
    _part_changed,
    _part_changed,
    _part_changed,
    _part_spliced,
    _disclosures_changed,
    _parts_moved,
    _recoded,
    _presented,
    _characters_changed,
    _characters_changed,
)
