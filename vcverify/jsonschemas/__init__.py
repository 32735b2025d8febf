"""JSON Schema: does a JSON document fit, and if not, where? (VC JSON Schema §4, security model "Schema")

The one door to the validators. The verdict is that of `jsonschema-rs`, which is never let out: no
reference leaves the schema document, regular expressions run in its linear engine, and what a
stranger's schema asks for is counted before it is done. `format` is a note to the reader and decides
nothing, as drafts 2019-09 and 2020-12 have it by default (Validation §7.2).

    read(body)              a schema from bytes
    published(url)          the schema that ships for a published URL
    schema.judge(document)  Success, Failure with its places, or Indeterminate with the reason
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from vcverify.bundled import bundled, schemas_folder
from vcverify.jsonschemas.bounds import errors_fit, nested_size, steps
from vcverify.jsonschemas.places import Place, places
from vcverify.jsonschemas.rules import DIALECTS, Rules, Unbounded
from vcverify.jsontypes import JsonObject, JsonValue, loads
from vcverify.limits import DEFAULT_LIMITS, Limits
from vcverify.loading import Unavailable
from vcverify.problems import ProblemError, quote

if TYPE_CHECKING:
    from jsonschema_rs import Validator

__all__ = [
    "DIALECTS",
    "Failure",
    "Indeterminate",
    "Place",
    "Schema",
    "Success",
    "Verdict",
    "published",
    "published_digests",
    "read",
]

_KEPT: Final = 32
"""Schemas of strangers that stay compiled."""
_COPIES: Final = 500_000
"""JSON values that the validator may copy into its errors: about 50 MB. Past that it stops at the first error."""


@dataclass(frozen=True, slots=True)
class Success:
    """The document fits."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The document does not fit: at least one place, in the order of the document."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Indeterminate:
    """Nobody can say here: the reason is a sentence, the code one of the catalogue's."""

    reason: str
    code: str = "schema.unsupported"


Verdict: TypeAlias = Success | Failure | Indeterminate


class Schema:
    """A compiled schema; safe to share between threads.

    Args:
        schema: The schema, valid in its dialect.
        rules: The same taken apart, for counting; None for a schema of ours.
    """

    __slots__ = ("_rules", "_schema", "_validator")

    def __init__(self, schema: JsonObject, rules: Rules | None = None) -> None:
        self._schema = schema
        self._rules = rules
        self._validator = _validator(schema)

    def judge(self, document: JsonValue, limits: Limits = DEFAULT_LIMITS) -> Verdict:
        """Whether the document, which `jsontypes` has read, fits.

        A schema that is not ours is first counted against `Limits.schema_seconds`.
        """
        if self._rules is not None:
            try:
                steps(self._rules.root, document, seconds=limits.schema_seconds)
            except Unbounded as reason:
                return Indeterminate(f"The schema is not evaluated: {reason}.")
        return Success() if self._validator.is_valid(document) else Failure(self._places(document))

    def _places(self, document: JsonValue) -> tuple[Place, ...]:
        from jsonschema_rs import ValidationError

        if self._rules is None:
            at_length = nested_size(document) <= _COPIES
        else:
            at_length = errors_fit(self._rules.root, document, limit=_COPIES)
        if at_length:
            return places(self._validator.iter_errors(document), self._schema)
        try:
            self._validator.validate(document)
        except ValidationError as error:
            return places([error], self._schema)
        raise AssertionError("the validator disagrees with itself")


def read(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Schema | Indeterminate:
    """The schema that the bytes say, or why it cannot be used: too large, not JSON, no dialect that is known here.

    The last few answers are remembered.
    """
    if len(body) > limits.schema_bytes:
        return Indeterminate(
            f"The schema is larger than {limits.schema_bytes:,} bytes, which is what the verifier takes.",
            "limit.exceeded",
        )
    return _read(body, limits)


@functools.lru_cache(maxsize=_KEPT)
def _read(body: bytes, limits: Limits) -> Schema | Indeterminate:
    try:
        schema = loads(body, limits, max_bytes=limits.schema_bytes)
    except ProblemError as error:
        code = "limit.exceeded" if error.problem.code == "limit.exceeded" else "schema.unsupported"
        return Indeterminate(f"The schema cannot be read. {error.problem.detail}", code)
    if not isinstance(schema, dict):  # CHECK: schemas that are no object
        return Indeterminate("The schema is not a JSON object.")
    named = schema.get("$schema")
    if named is None:
        return Indeterminate("The schema does not name its dialect (`$schema`).")
    if not isinstance(named, str) or named.removesuffix("#") not in DIALECTS:  # CHECK: other dialects
        return Indeterminate(f"The schema is of a dialect that is not known here: {quote(named)}.")
    try:
        rules = Rules(schema)
    except Unbounded as reason:
        return Indeterminate(f"The schema is not evaluated: {reason}.")
    from jsonschema_rs import ReferencingError, ValidationError

    try:
        return Schema(schema, rules)
    except (ValidationError, ReferencingError, ValueError):
        return Indeterminate(
            "The schema is not one that its dialect allows, or has a regular expression that is refused."
        )


def published(url: str) -> Schema | None:
    """The schema that ships for a URL: ours for those of 1EdTech, the bundled text for others; None for any other URL.

    Raises:
        Unavailable: the installed file is missing or is not the one that was pinned.
    """
    entry = _sources().get(url)
    return _bundled(url) if entry is None else _definition(entry["definition"])


def published_digests(url: str) -> Mapping[str, str]:
    """The digests of the text that is published at the URL, hex by algorithm; empty where they are not known."""
    if url in _sources():
        return _sources()[url]["digests"]  # type: ignore[no-any-return]
    document = bundled().document(url)
    return {} if document is None else bundled().origin(document).digests


@functools.lru_cache(maxsize=_KEPT)
def _bundled(url: str) -> Schema | None:
    body = bundled().body(url)
    if body is None:
        return None
    schema = read(body)
    return schema if isinstance(schema, Schema) else None


@functools.cache
def _definition(name: str) -> Schema:
    return Schema({**_document(), "$ref": f"#/$defs/{name}"})


@functools.cache
def _sources() -> dict[str, dict[str, Any]]:
    return {entry["url"]: entry for entry in _file("SOURCES.json")["documents"]}


@functools.cache
def _document() -> dict[str, Any]:
    sources = _file("SOURCES.json")
    return _file(sources["file"], sources["sha256_file"])


def _file(name: str, digest: str | None = None) -> dict[str, Any]:
    try:
        with open(os.path.join(schemas_folder(), "json", name), "rb") as file:
            body = file.read()
    except OSError as error:
        raise Unavailable(name, f"the bundled file cannot be read: {error.strerror}") from None
    if digest is not None and hashlib.sha256(body).hexdigest() != digest:
        raise Unavailable(name, "the bundled file is not the one that was pinned")
    value: Any = loads(body)
    if not isinstance(value, dict):
        raise Unavailable(name, "the bundled file is not a JSON object")
    return value


def _validator(schema: JsonObject) -> Validator:
    """The compiled validator.

    Raises:
        ValueError: the schema is not valid in its dialect, or has a regular expression that is not
            linear (look-around, back-references).
    """
    import jsonschema_rs

    return jsonschema_rs.validator_for(
        schema,
        validate_formats=False,
        retriever=_refuse,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _refuse(uri: str, /) -> NoReturn:
    raise ValueError("references to other documents are not followed")
