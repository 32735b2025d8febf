"""The JSON Canonicalization Scheme (RFC 8785): one text for one JSON value.

The walk is ours; the form of fractions and exponents, where all the difficulty lies, is that of the
`rfc8785` library, imported when such a number is met.
"""

from __future__ import annotations

from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Final

from vcverify.jsontypes import SAFE_INTEGER, JsonValue
from vcverify.problems import ProblemError, refuse

_FIRST_UNLIKE_UTF16: Final = "\ud800"
"""Below it, the order of code points is the order of UTF-16 code units that §3.2.3 asks for."""


def canonicalize(value: JsonValue) -> bytes:
    """The canonical UTF-8 text of a JSON value, as `jsontypes.loads` answers it.

    Raises:
        ProblemError: `input.malformed` for what JCS cannot say: an integer beyond ±(2^53 - 1), NaN, infinity, a
            lone surrogate.
    """
    parts: list[str] = []
    _write(value, parts.append)
    try:
        return "".join(parts).encode("utf-8")
    except UnicodeEncodeError:
        raise _malformed("a lone surrogate") from None  # CHECK: lone surrogates


def _write(value: JsonValue, write: Callable[[str], None]) -> None:
    if isinstance(value, str):
        # Escapes what §3.2.2.2 names, in its form, and nothing else.
        write(encode_basestring(value))
    elif isinstance(value, dict):
        names = sorted(value)
        if names and names[-1] >= _FIRST_UNLIKE_UTF16:
            names.sort(key=_utf16)
        separator = "{"
        for name in names:
            write(separator)
            write(encode_basestring(name))
            write(":")
            _write(value[name], write)
            separator = ","
        write("}" if names else "{}")
    elif isinstance(value, list):
        separator = "["
        for item in value:
            write(separator)
            _write(item, write)
            separator = ","
        write("]" if value else "[]")
    elif value is None:
        write("null")
    elif isinstance(value, bool):
        write("true" if value else "false")
    elif isinstance(value, int):
        if not -SAFE_INTEGER <= value <= SAFE_INTEGER:  # CHECK: integers that others would round
            raise _malformed("an integer beyond ±(2^53 - 1)")
        write(str(value))
    else:
        write(_fraction(value))


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _fraction(value: float) -> str:
    import rfc8785  # 13 ms

    try:
        return rfc8785.dumps(value).decode("ascii")
    except rfc8785.FloatDomainError:
        raise _malformed("a number that is not finite") from None  # CHECK: numbers that are not finite


def _malformed(what: str) -> ProblemError:
    return refuse("input.malformed", f"RFC 8785 has no form for {what}.", spec="RFC 8785 §3.2.2")
