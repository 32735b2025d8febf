"""Selective disclosure: digests in a payload to what was disclosed (RFC 9901 §7.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from vcverify.jsontypes import JsonObject, JsonValue, loads
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.multiformats import base64url_decode, base64url_encode
from vcverify.problems import ProblemError, quote, refuse

_HASHES: Final = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
_DIGESTS: Final = "_sd"
_ALGORITHM: Final = "_sd_alg"
_ELEMENT: Final = "..."
_ALWAYS_SHOWN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", _ALGORITHM})
"""Claims of the token itself, which are never hidden (SD-JWT VC §2.2.2.3)."""


def digest_function(payload: JsonObject) -> Callable[[str], str]:
    """The digest that the payload names for its disclosures: of ASCII text, in base64url.

    Raises:
        ProblemError: `jose.disclosure` for another function than those of the registry that are known here.
    """
    name = payload.get(_ALGORITHM, "sha-256")
    function = _HASHES.get(name) if isinstance(name, str) else None
    if function is None:  # CHECK: unknown hash functions
        raise refuse(
            "jose.disclosure",
            "The hash function of the disclosures is not known here.",
            "/_sd_alg",
            expected=" or ".join(_HASHES),
            found=name,
            spec="RFC 9901 §4.1.1",
        )
    return lambda text: base64url_encode(function(text.encode("ascii", "replace")).digest())


class Disclosed(NamedTuple):
    """What a token with disclosures says.

    Attributes:
        payload: The payload with each disclosure in its place, and without digests.
        undisclosed: Digests that nothing was disclosed of; decoys, which hide nothing, are among them.
    """

    payload: JsonObject
    undisclosed: int


def disclose(payload: JsonObject, disclosures: Sequence[str], limits: Limits = DEFAULT_LIMITS) -> Disclosed:
    """The payload and its disclosures put together.

    Raises:
        ProblemError: `jose.disclosure` for one that is no disclosure, repeated, not referred to, or that hides a
            member that is there; for a digest that stands twice; `limit.exceeded`.
    """
    digest = digest_function(payload)
    by_digest: dict[str, list[Any]] = {}
    for text in disclosures:
        name = digest(text)
        if name in by_digest:  # CHECK: a disclosure twice
            raise _refuse("A disclosure stands twice.", text, "§7.1 step 4")
        by_digest[name] = _read(text, limits)
    merging = _Merging(by_digest, limits)
    result = merging.object(payload, 1)
    result.pop(_ALGORITHM, None)
    unused = by_digest.keys() - merging.seen
    if unused:  # CHECK: disclosures nobody signed
        names = [str(by_digest[name][1]) for name in sorted(unused)]
        raise _refuse("Nothing signed refers to a disclosure.", names, "§7.1 step 5")
    return Disclosed(result, len(merging.seen - by_digest.keys()))


def _read(text: str, limits: Limits) -> list[Any]:
    try:
        value = loads(base64url_decode(text), limits)
    except ProblemError as error:
        if error.problem.code == "limit.exceeded":  # CHECK: limits in a disclosure
            raise
        raise _refuse(f"A disclosure cannot be read: {error.problem.detail}", text, "§4.2") from None
    # CHECK: disclosures of another form
    if not isinstance(value, list) or len(value) not in (2, 3) or not isinstance(value[0], str):
        raise _refuse("A disclosure is an array of salt, name and value, or of salt and value.", value, "§4.2")
    if len(value) == 3 and (not isinstance(value[1], str) or value[1] in (_DIGESTS, _ELEMENT)):  # CHECK: reserved names
        raise _refuse("A disclosure has no name, or one that is reserved.", value[1], "§7.1 step 3")
    return value


class _Merging:
    """One walk through a payload and what its digests disclose."""

    def __init__(self, by_digest: dict[str, list[Any]], limits: Limits) -> None:
        self._by_digest = by_digest
        self._deepest = limits.json_depth
        self.seen: set[str] = set()

    def object(self, value: JsonObject, depth: int) -> JsonObject:
        if _ELEMENT in value:  # CHECK: elements out of place
            raise _refuse("A digest of an array element stands where no element is.", value, "§7.1 step 3")
        result = {name: self._value(item, depth) for name, item in value.items() if name != _DIGESTS}
        digests = value.get(_DIGESTS, [])
        if not isinstance(digests, list):  # CHECK: digests that are no list
            raise _refuse("A list of digests is no array.", digests, "§7.1 step 3")
        for item in digests:
            found = self._disclosed(item, 3)
            if found is None:
                continue
            _, name, inner = found
            if name in result or (depth == 1 and name in _ALWAYS_SHOWN):  # CHECK: names that are there already
                raise _refuse(f"A disclosure gives {quote(name)}, which is not to be given so.", name, "§7.1 step 3")
            result[name] = self._value(inner, depth)
        return result

    def _value(self, value: JsonValue, depth: int) -> JsonValue:
        if isinstance(value, dict):
            return self.object(value, self._deeper(depth))
        if isinstance(value, list):
            return self._array(value, self._deeper(depth))
        return value

    def _array(self, values: list[JsonValue], depth: int) -> list[JsonValue]:
        result: list[JsonValue] = []
        for item in values:
            if isinstance(item, dict) and item.keys() == {_ELEMENT}:
                found = self._disclosed(item[_ELEMENT], 2)
                if found is not None:
                    result.append(self._value(found[1], depth))
            else:
                result.append(self._value(item, depth))
        return result

    def _disclosed(self, digest: JsonValue, parts: int) -> list[Any] | None:
        """The disclosure of a digest; None for one that was not disclosed, or never could be (a decoy)."""
        if not isinstance(digest, str):  # CHECK: digests that are no text
            raise _refuse("A digest is no text.", digest, "§7.1 step 3")
        if digest in self.seen:  # CHECK: a digest twice
            raise _refuse("A digest stands twice.", digest, "§7.1 step 4")
        self.seen.add(digest)
        found = self._by_digest.get(digest)
        if found is not None and len(found) != parts:  # CHECK: disclosures in another place
            what = "a member" if parts == 3 else "an array element"
            raise _refuse(f"A disclosure is not one of {what}, where its digest stands.", found, "§7.1 step 3")
        return found

    def _deeper(self, depth: int) -> int:
        if depth >= self._deepest:  # CHECK: deep disclosures
            raise exceeded("levels of JSON", self._deepest, "more, once disclosed")
        return depth + 1


def _refuse(detail: str, found: object, section: str) -> ProblemError:
    return refuse("jose.disclosure", detail, found=found, spec=f"RFC 9901 {section}")
