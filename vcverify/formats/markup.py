"""HTML that cannot be anything else than was meant: what is not `Html` already is escaped where it is put in."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final, TypeAlias

from vcverify.rendering import quoted, sentence, shown


class Html(str):
    """Text that is markup. Made by the functions of this module only."""

    __slots__ = ()


Part: TypeAlias = "Html | str | Iterable[Part] | None"
"""What an element may hold: markup, plain text (escaped), several of these, or nothing."""

_VOID: Final = frozenset({"meta", "br", "hr"})


def join(*parts: Part) -> Html:
    """The parts one after the other."""
    return Html("".join(_flat(parts)))


def _flat(part: Part) -> Iterable[str]:
    if isinstance(part, Html):
        yield part
    elif isinstance(part, str):
        yield html.escape(part)
    elif part is not None:
        for inner in part:
            yield from _flat(inner)


def element(name: str, /, *parts: Part, **attributes: str | bool | None) -> Html:
    """An element; of attributes that are Python's words, leave a trailing underscore (`class_`)."""
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{html.escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{name}{said}>") if name in _VOID else Html(f"<{name}{said}>{join(*parts)}</{name}>")


def claim(text: str) -> Html:
    """Words of the document: in quotation marks, isolated, so that they change nothing around them."""
    return element("bdi", quoted(text), class_="claim")


def ident(text: str) -> Html:
    """An id, a pointer or a type of the document."""
    return element("code", element("bdi", shown(text)))


def told(text: str) -> Html:
    """A sentence of ours that may quote the document."""
    return element("bdi", sentence(text), dir="ltr")


def value(text: str) -> Html:
    """A value that was escaped when the problem or fact was made."""
    return element("bdi", sentence(text), class_="value")
