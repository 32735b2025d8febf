"""Changes of JSON that ask for no understanding of it: re-key, move, duplicate, wrap, retype, splice, Unicode.

Each changes one thing somewhere in a value, in place. `damage` has the plainer ones (drop, set, add, deepen);
`mutations` and `moves` those that know JSON-LD.
"""

from __future__ import annotations

import copy
import json
import random
import unicodedata
from collections.abc import Callable
from typing import Any

from support.damage import NAMES, holders, hurt

Spot = tuple[Any, Any]
"""A container, and a key or an index in it."""

TWICE = "\ue000"
"""Ends a member name that is to be written without it: beside its namesake, where JSON allows one."""

_IRIS = {
    "validUntil": "https://www.w3.org/2018/credentials#validUntil",
    "validFrom": "https://www.w3.org/2018/credentials#validFrom",
    "expirationDate": "https://www.w3.org/2018/credentials#expirationDate",
    "credentialStatus": "https://www.w3.org/2018/credentials#credentialStatus",
    "issuer": "https://www.w3.org/2018/credentials#issuer",
    "credentialSubject": "https://www.w3.org/2018/credentials#credentialSubject",
    "verifiableCredential": "https://www.w3.org/2018/credentials#verifiableCredential",
    "proof": "https://w3id.org/security#proof",
    "name": "https://schema.org/name",
    "id": "@id",
    "type": "@type",
}
_ALIKE = str.maketrans("aceiopsxyABEHKMOPTX", "асеіорѕхуАВЕНКМОРТХ")
"""Latin letters to Cyrillic ones of the same look."""
_MARKS = ("\u200b", "\u200d", "\u00ad", "\u202e", "\u2066", "\ufeff", "\u0301", "\u00a0", "\x00", "\x7f", "\u2028")


def rekeyed(value: Any, chance: random.Random, donor: Any) -> None:
    """A member under another name: its IRI, a compact one, a keyword, a look-alike, another member's."""
    spot = _spot(value, chance, dict)
    if spot is None:
        return
    holder, name = spot
    other = chance.choice(
        (
            _IRIS.get(name, f"https://www.w3.org/2018/credentials#{name}"),
            f"cred:{name}",
            f"@{name}",
            name.translate(_ALIKE),
            name.swapcase(),
            f"{name} ",
            f"{name}\n",
            chance.choice(NAMES),
            chance.choice(list(holder)),
        )
    )
    members = [(other if held == name else held, item) for held, item in holder.items()]
    holder.clear()
    holder.update(members)


def moved(value: Any, chance: random.Random, donor: Any) -> None:
    """A value put somewhere else, under its own name or one that is there."""
    source, target = _spot(value, chance), _spot(value, chance)
    if source is None or target is None:
        return
    holder, key = source
    item = holder[key]
    if isinstance(item, dict | list) and any(inside is target[0] for inside in holders(item)):
        return
    if chance.random() < 0.7:
        del holder[key]
    else:
        item = copy.deepcopy(item)
    where, at = target
    if isinstance(where, list):
        where.insert(at, item)
    elif isinstance(key, str) and chance.random() < 0.7:
        where[key] = item
    else:
        where[at] = item


def doubled(value: Any, chance: random.Random, donor: Any) -> None:
    """A value said twice: in an array, or as a second member of the same name with this value or another."""
    spot = _spot(value, chance)
    if spot is None:
        return
    holder, key = spot
    if isinstance(holder, list):
        holder.insert(chance.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
    elif chance.random() < 0.5:
        held = holder[key]
        items = held if isinstance(held, list) else [held]
        holder[key] = [*items, copy.deepcopy(chance.choice(items))] if items else [held, held]
    else:
        other = copy.deepcopy(chance.choice((holder[key], "2099-01-01T00:00:00Z", None, [])))
        members = list(holder.items())
        members.insert(chance.randrange(len(members) + 1), (key + TWICE, other))
        holder.clear()
        holder.update(members)


def wrapped(value: Any, chance: random.Random, donor: Any) -> None:
    """A value inside arrays or one of JSON-LD's objects, or taken out of them."""
    spot = _spot(value, chance)
    if spot is None:
        return
    holder, key = spot
    item = holder[key]
    if isinstance(item, list) and len(item) == 1 and chance.random() < 0.5:
        holder[key] = item[0]
        return
    ways: list[Any] = [[item], [[item]], [item, None], {"@set": item}, {"@set": [item]}, {"@list": [item]}]
    ways += [{"@value": item}, {"@id": item}, {"id": item}, {"@graph": item}, {"@included": item}, {"@nest": item}]
    ways += [{"@value": item, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}, {"@json": item}]
    holder[key] = chance.choice(ways)


def retyped(value: Any, chance: random.Random, donor: Any) -> None:
    """A value of another JSON type that some readers take for the same."""
    spot = _spot(value, chance)
    if spot is None:
        return
    holder, key = spot
    item = holder[key]
    if isinstance(item, str):
        other = [item.encode().hex(), len(item), [*item][:50], {"@value": item}, item == "true", None]
        if item.isdigit():
            other += [int(item[:15]), float(item[:15]), "0" + item, item + ".0"]
        if item[:4].isdigit():
            other += [item.replace("Z", "+00:00"), item.replace("Z", ".000Z"), item.replace("T", " "), item[:10]]
    elif isinstance(item, bool) or item is None:
        other = [str(item).lower(), int(bool(item)), not item, []]
    elif isinstance(item, int | float):
        other = [str(item), float(item), item + 1, [item], -item]
    elif isinstance(item, list):
        other = [{str(at): one for at, one in enumerate(item)}, item[:1], item[::-1], json.dumps(item)]
    else:
        other = [
            list(item.values()),
            json.dumps(item),
            item.get("id", item.get("@id", "")),
            [[*pair] for pair in item.items()],
        ]
    holder[key] = chance.choice(other)


def spliced(value: Any, chance: random.Random, donor: Any) -> None:
    """A value of another signed document in place of one here, or beside it."""
    here, there = _spot(value, chance), _spot(donor, chance)
    if here is None or there is None:
        return
    holder, key = here
    source, name = there
    if isinstance(holder, dict) and isinstance(source, dict):
        same = [shared for shared in holder if shared in source]
        if same and chance.random() < 0.7:
            key = name = chance.choice(same)
        elif chance.random() < 0.3:
            key = name
    item = copy.deepcopy(source[name])
    held = holder.get(key) if isinstance(holder, dict) else holder[key]
    if held is not None and chance.random() < 0.3:
        items = held if isinstance(held, list) else [held]
        holder[key] = [*items, item] if chance.random() < 0.5 else [item, *items]
    else:
        holder[key] = item


def unicoded(value: Any, chance: random.Random, donor: Any) -> None:
    """A text that looks like it was, or is normalized to what it was."""
    texts = [(holder, key) for holder in holders(value) for key in _keys(holder) if isinstance(holder[key], str)]
    if not texts:
        return
    holder, key = chance.choice(texts)
    text = holder[key]
    at = chance.randrange(len(text) + 1)
    holder[key] = chance.choice(
        (
            text[:at] + chance.choice(_MARKS) + text[at:],
            text[:at] + text[at:].translate(_ALIKE),
            unicodedata.normalize(chance.choice(("NFC", "NFD", "NFKC", "NFKD")), text.replace("e", "é", 1)),
            "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" and chance.random() < 0.2 else one for one in text),
            text.swapcase(),
            "".join(f"%{ord(one):02X}" if one.isascii() and chance.random() < 0.1 else one for one in text),
            text + chance.choice((" ", "\n", "#", "?", "/", ".")),
        )
    )


def hurt_anyhow(value: Any, chance: random.Random, donor: Any) -> None:
    """Plain damage."""
    hurt(value, chance)


CHANGES: tuple[Callable[[Any, random.Random, Any], None], ...] = (
    rekeyed,
    moved,
    doubled,
    wrapped,
    retyped,
    spliced,
    unicoded,
    hurt_anyhow,
)


def text_of(value: Any, chance: random.Random) -> str:
    """The value as JSON text, in one of the ways of writing it; members that stand twice do."""
    text = json.dumps(
        value,
        ensure_ascii=chance.random() < 0.5,
        indent=chance.choice((None, None, None, 1)),
        separators=chance.choice((None, (",", ":"))),
    )
    text = text.replace("\\ue000", "").replace(TWICE, "")
    if chance.random() < 0.1:
        letter = chance.choice("pivdn")
        text = text.replace(f'"{letter}', f'"\\u{ord(letter):04x}')
    return text


def _spot(value: Any, chance: random.Random, kind: type | None = None) -> Spot | None:
    found = [holder for holder in holders(value) if kind is None or isinstance(holder, kind)]
    if not found:
        return None
    holder = chance.choice(found)
    return holder, chance.choice(_keys(holder))


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))
