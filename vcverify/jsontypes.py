"""Strict, bounded JSON (RFC 8259, RFC 7493) and JSON Pointers (RFC 6901).

The only module that calls `json.loads`. The same function reads credentials, JWT headers and
payloads, controller documents, status lists and schemas.
"""

from __future__ import annotations

import itertools
import json
import re
from array import array
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from vcverify.limits import CHARACTERS_OF_AN_OBJECT, DEFAULT_LIMITS, Limits, exceeded
from vcverify.problems import ProblemError, quote, refuse

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

SAFE_INTEGER: Final = 2**53 - 1
"""Integers beyond it lose precision in other readers (RFC 7493 §2.2)."""

_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def loads(data: bytes | str, limits: Limits = DEFAULT_LIMITS, *, max_bytes: int | None = None) -> JsonValue:
    """The JSON value that `data` says, or a problem; nothing in it can surprise a later step.

    UTF-8 without a byte order mark; no duplicate member names, NaN, Infinity or surrogates;
    integers within ±(2^53 - 1); finite numbers; depth, members, strings and digits bounded.

    Raises:
        ProblemError: `input.malformed` with the position, `limit.exceeded`.
    """
    bound = limits.input_bytes if max_bytes is None else max_bytes
    if len(data) > bound:  # CHECK: long JSON
        raise exceeded("bytes of JSON", bound, len(data))
    text = _decode(data)
    if len(text) > min(limits.json_values, limits.json_objects):
        _check_count(text, limits)
    try:
        value = _decoder(limits).decode(text)
    except json.JSONDecodeError as error:
        raise refuse(  # CHECK: what is not JSON
            "input.malformed", f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise exceeded("levels of JSON", limits.json_depth, "many more") from None  # CHECK: recursion in the decoder
    _check_size(value, text, limits)
    if _ESCAPED_SURROGATE.search(text):
        _check_surrogates(value)
    return value  # type: ignore[no-any-return]


def copy(value: object, limits: Limits = DEFAULT_LIMITS) -> tuple[bytes, JsonValue]:
    """The bytes of a Python value as JSON, and a private copy parsed from them.

    Raises:
        ProblemError: `input.malformed` for what JSON cannot say (other types, cycles, NaN).
    """
    _check_types(value, limits)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        data = text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as error:
        # CHECK: other failures of the decoder
        raise refuse("input.malformed", f"Not JSON: {quote(str(error))}.") from None
    return data, loads(data, limits)


def compact(value: JsonValue) -> bytes:
    """UTF-8 bytes of the value with no white space, the members in their order."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def pretty(value: object) -> str:
    """Indented text of a JSON value, for people; escapes everything that is not ASCII-safe to show."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2)


def line(value: object) -> str:
    """One line of JSON text, ASCII only."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def raw_members(text: str) -> dict[str, str]:
    """The text of each member of a JSON object as it stands, by name; nothing in them is judged.

    For files of ours that carry somebody's input: what is wrong with the input is for its own reader to say.

    Raises:
        ProblemError: `input.malformed` where the text is not one object, or a name stands twice.
    """
    scan = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).raw_decode
    members: dict[str, str] = {}
    try:
        at = _after_space(text, 0)
        if text[at : at + 1] != "{":
            raise refuse("input.malformed", "Not a JSON object.")
        at = _after_space(text, at + 1)
        while text[at : at + 1] != "}":
            if members:
                at = _after_space(text, _after_mark(text, at, ","))
            name, end = scan(text, at)
            start = _after_space(text, _after_mark(text, _after_space(text, end), ":"))
            _, end = scan(text, start)
            if not isinstance(name, str) or text[at] != '"' or name in members:
                raise refuse("input.malformed", f"Not a member of its own name: {quote(name)}.")
            members[name] = text[start:end]
            at = _after_space(text, end)
        if _after_space(text, at + 1) != len(text):
            raise refuse("input.malformed", "Something stands after the JSON object.")
    except json.JSONDecodeError as error:
        raise refuse(
            "input.malformed", f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise refuse("input.malformed", "JSON of too many levels to be read.") from None
    return members


_SPACE: Final = re.compile(r"[ \t\n\r]*")


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _after_mark(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"Expecting {mark!r}", text, at)
    return at + 1


def pointer(*path: str | int) -> str:
    """The JSON Pointer of a path of member names and array indexes."""
    return "".join("/" + escape_token(part) for part in path)


def escape_token(part: str | int) -> str:
    """One reference token of a JSON Pointer (RFC 6901 §3)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def resolve_pointer(document: JsonValue, pointer: str) -> JsonValue:
    """The value at a JSON Pointer.

    Raises:
        KeyError: nothing stands there.
    """
    value: Any = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[name]
        elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise KeyError(pointer)
    return value  # type: ignore[no-any-return]


def as_list(value: JsonValue) -> list[JsonValue]:
    """The items of an array; one item for anything else; none for null."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def type_name(value: object) -> str:
    """The name of the value's type, which not even its metaclass can change."""
    return quote(type.__getattribute__(type(value), "__name__"))


def _decode(data: bytes | str) -> str:
    if isinstance(data, str):
        if data.startswith("\ufeff"):
            raise refuse("input.malformed", "The text begins with a byte order mark.", spec="RFC 8259 §8.1")
        if _SURROGATE.search(data):  # CHECK: lone surrogates in text
            raise refuse("input.malformed", "The text has a lone surrogate.", spec="RFC 8259 §8.2")
        return data
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise refuse("input.malformed", "The bytes begin with a byte order mark.", spec="RFC 8259 §8.1")
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise refuse(  # CHECK: bytes that are not UTF-8
            "input.malformed", f"Not UTF-8: {error.reason} at byte {error.start}.", spec="RFC 8259 §8.1"
        ) from None


_DECODERS: dict[tuple[int, int], json.JSONDecoder] = {}


def _decoder(limits: Limits) -> json.JSONDecoder:
    key = (limits.object_members, limits.number_digits)
    decoder = _DECODERS.get(key)
    if decoder is None:
        decoder = json.JSONDecoder(
            object_pairs_hook=_pairs_hook(limits.object_members),
            parse_int=_int_hook(limits.number_digits),
            parse_float=_float_hook(limits.number_digits),
            parse_constant=_refuse_constant,
        )
        _DECODERS[key] = decoder
    return decoder


def _pairs_hook(limit: int) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(pairs) > limit:  # CHECK: objects of many members
            raise exceeded("members of one object", limit, len(pairs))
        members = dict(pairs)
        if len(members) != len(pairs):  # CHECK: duplicate members
            raise _duplicate(name for name, _ in pairs)
        return members

    return build


def _duplicate(names: Iterable[str]) -> ProblemError:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return refuse(
                "input.malformed", f"The member `{quote(name)}` stands twice in one object.", spec="RFC 7493 §2.3"
            )
        seen.add(name)
    raise AssertionError("no name stands twice")


def _int_hook(digits: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if len(text) > digits:
            raise refuse("input.malformed", f"A number of {len(text)} digits; at most {digits} are read.")
        value = int(text)
        if not -SAFE_INTEGER <= value <= SAFE_INTEGER:  # CHECK: integers that others would round
            raise refuse(
                "input.malformed",
                "An integer that other readers would round.",
                expected=f"within ±{SAFE_INTEGER}",
                found=text,
                spec="RFC 7493 §2.2",
            )
        return value

    return parse


def _float_hook(digits: int) -> Callable[[str], float]:
    def parse(text: str) -> float:
        if len(text) > digits:  # CHECK: long fractions
            raise refuse("input.malformed", f"A number of {len(text)} digits; at most {digits} are read.")
        value = float(text)
        if value in (float("inf"), float("-inf")):  # CHECK: numbers that are not finite
            raise refuse("input.malformed", f"The number {quote(text)} is not finite.", spec="RFC 8259 §6")
        return value

    return parse


def _refuse_constant(text: str) -> Any:
    raise refuse("input.malformed", f"`{text}` is not JSON.", spec="RFC 8259 §6")


_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
"""As signed bytes: one level up, one level down."""


def _check_count(text: str, limits: Limits) -> None:
    """How many values and objects there can be in a text: each value but the first follows a comma or a bracket."""
    count = text.count(",") + text.count("[") + text.count("{")
    if count > limits.json_values:  # CHECK: many values
        raise exceeded("values of JSON", limits.json_values, count)
    objects, granted = text.count("{"), limits.json_objects + len(text) // CHARACTERS_OF_AN_OBJECT
    if objects > granted:  # CHECK: many small objects
        raise exceeded("objects of JSON in a text of its length", granted, objects)


def _check_size(value: Any, text: str, limits: Limits) -> None:
    """Depth and string lengths of a value, told from the text that it was parsed from.

    What stands between quotation marks is a string, once escaped marks are gone; of the rest only
    the brackets are kept, and counted up and down. A few passes over bytes cost a tenth of a walk
    over the values.
    """
    small = len(text) <= limits.string_characters
    if small and text.count("{") + text.count("[") <= limits.json_depth:
        return
    escaped = "\\" in text
    pieces = (text.replace("\\\\", "").replace('\\"', "") if escaped else text).split('"')
    if not small and (escaped or max(map(len, pieces[1::2]), default=0) > limits.string_characters):
        _check_strings(value, limits)
    steps = "".join(pieces[::2]).encode().translate(_STEPS, _NOT_BRACKETS)
    if max(itertools.accumulate(array("b", steps)), default=0) > limits.json_depth:  # CHECK: deep JSON
        raise exceeded("levels of JSON", limits.json_depth, "more")


def _strings(value: Any) -> Iterable[str]:
    stack = [value]
    while stack:
        item = stack.pop()
        if type(item) is str:
            yield item
        elif type(item) is dict:
            yield from item
            stack.extend(item.values())
        elif type(item) is list:
            stack.extend(item)


def _check_strings(value: Any, limits: Limits) -> None:
    for text in _strings(value):
        if len(text) > limits.string_characters:  # CHECK: long strings
            raise exceeded("characters of one string", limits.string_characters, len(text))


def _check_surrogates(value: Any) -> None:
    for text in _strings(value):
        if _SURROGATE.search(text):  # CHECK: escaped surrogates
            raise refuse("input.malformed", f"A lone surrogate in {quote(text)}.", spec="RFC 8259 §8.2")


_SCALARS: Final = (str, bool, int, float, type(None))


def _check_types(value: object, limits: Limits) -> None:
    """Refuses what JSON cannot say, and what would be larger as text than it is in memory."""
    _measure(value, 1, limits, {})


def _measure(value: object, depth: int, limits: Limits, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """The least number of characters of the value as JSON, and its levels.

    What stands in several places is measured once, and counted in each. Containers are copied before
    they are looked into, because another thread may be changing them.
    """
    if type(value) is not dict and type(value) is not list:
        return _size(value), 0
    if depth > limits.json_depth:  # CHECK: deep values, and circles
        raise exceeded("levels of JSON", limits.json_depth, "more, or a cycle")
    measured = known.get(id(value))
    if measured is None:
        size, levels = 2, 0
        items: list[object]
        if type(value) is dict:
            pairs = list(value.items())
            for name, _ in pairs:
                if type(name) is not str:  # CHECK: names that are no text
                    raise refuse("input.malformed", f"A member name that is not text, but {type_name(name)}.")
                size += len(name) + 3
            items = [inner for _, inner in pairs]
        else:
            items = list(value)
        for item in items:
            more, below = _measure(item, depth + 1, limits, known)
            size, levels = size + more + 1, max(levels, below)
            if size > limits.input_bytes:  # CHECK: large values
                raise exceeded("characters of JSON", limits.input_bytes, "more")
        measured = known[id(value)] = size, levels + 1
    if depth + measured[1] - 1 > limits.json_depth:
        raise exceeded("levels of JSON", limits.json_depth, "more")
    return measured


def _size(value: object) -> int:
    """The least number of characters of a scalar."""
    if type(value) is str:
        return len(value) + 2
    if type(value) is int:
        return value.bit_length() // 4 + 1
    if type(value) not in _SCALARS:  # CHECK: values that JSON does not have
        raise refuse("input.malformed", f"A value that JSON does not have: {type_name(value)}.")
    return 3
