"""Bytes to a typed document. Nothing in it is believed yet; its class says so.

bytes | str | dict  ->  EmbeddedDocument    JSON with its proofs taken out (VC Data Integrity)
                        EnvelopedDocument   a compact JWS around the credential (VC-JOSE-COSE), as it is,
                                            as `{"jwt": "..."}`, as JSON text, or as an enveloped credential
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from vcverify.jsontypes import JsonObject, JsonValue, as_list, copy, loads, type_name
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.problems import Problem, problem, quote, refuse

if TYPE_CHECKING:
    from vcverify.jose import DataUrl

_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:~[A-Za-z0-9_.~-]*)?")
_TOKEN_PREFIX: Final = re.compile(r"\s*[A-Za-z0-9_-]+\.")

PRESENTATION_TYPES: Final = frozenset({"VerifiablePresentation", "EnvelopedVerifiablePresentation"})
_ENVELOPES: Final = {"EnvelopedVerifiableCredential": "vc", "EnvelopedVerifiablePresentation": "vp"}
_OF_ENVELOPE: Final = frozenset({"@context", "id", "type"})
_OF_WRAPPER: Final = frozenset({"jwt"})
_MEMBERS: Final = ("@context", "type", "proof", "credentialSubject")
"""Of an object that has none of these, nothing says that it is a credential."""
_JSON_BEGINS: Final = (b"{", b"[", b'"', b"ey")
"""How JSON and tokens begin, and no image does."""
_NO_TOKEN: Final = ("{", "[", '"', "", b"{", b"[", b'"', b"")
"""How JSON begins and no token does, as text and as bytes."""
_SPACE: Final = " \t\r\n"
_INK: Final = re.compile(r"[^ \t\r\n]")
_INK_BYTES: Final = re.compile(rb"[^ \t\r\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedProof:
    """A member of `proof` as it was received, and where it stands."""

    value: JsonValue
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedDocument:
    """A JSON document and the proofs that it carries.

    Attributes:
        received: The whole document, a private copy.
        unsecured: The document without `proof`.
        proofs: Its proofs in order; empty where there are none.
    """

    received: JsonObject
    unsecured: JsonObject
    proofs: tuple[ReceivedProof, ...]
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopedDocument:
    """A compact JWS, with its disclosures where it has some; the white space around it removed.

    Attributes:
        kind: "vc" or "vp" where the envelope says what it holds, else "".
        declared: The `data:` URL that it came in.
        context: The `@context` of the envelope, where `kind` says that there is one.
        extra: Members of the object that it came in which nothing signs.
    """

    token: str
    media_type: str
    kind: str = ""
    declared: DataUrl | None = None
    context: JsonValue = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


Document = EmbeddedDocument | EnvelopedDocument


def parse(data: object, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document that the data holds; white space around it is nothing.

    Raises:
        ProblemError: `input.malformed` (not JSON, not a JWS, not a credential), `limit.exceeded`;
            as `read_data_url` where there is one.
    """
    if issubclass(type(data), dict):
        return parse_value(copy(data, limits)[1], limits)
    data = _plain(data)
    if isinstance(data, str) and data[:512].lstrip().startswith("<"):
        data = data.encode("utf-8", "replace")
    if isinstance(data, bytes) and not data.startswith(_JSON_BEGINS):
        from vcverify.baking import extract  # with what reads images

        data = extract(data, limits)
    token = _text(data, limits)
    if token is not None:
        return token
    return parse_value(loads(data, limits), limits)


def parse_value(value: JsonValue, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document that an already parsed value holds: an object, or text with a compact JWS or a `data:` URL.

    Raises:
        ProblemError: `input.malformed`, `limit.exceeded`; as `read_data_url` where there is one.
    """
    if isinstance(value, str):
        token = _text(value, limits)
        if token is None:  # CHECK: text that is no token
            raise refuse("input.malformed", f"A credential as text that is not a compact JWS: {quote(value)}.")
        return token
    document = _object(value)
    wrapped = document.get("jwt")
    if isinstance(wrapped, str) and not any(name in document for name in _MEMBERS):
        token = _token(wrapped, limits)
        if token is not None:
            return replace(token, extra=_others(document, _OF_WRAPPER))
    for name in _types(document):
        if name in _ENVELOPES:
            return _opened(document, _ENVELOPES[name], limits)
    return embedded(document, limits)


def _opened(document: JsonObject, kind: str, limits: Limits) -> EnvelopedDocument:
    """The token of an EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation (VCDM 2.0 §4.13)."""
    name = document.get("id")
    if not isinstance(name, str):  # CHECK: an envelope without an id
        raise refuse(
            "data-model.required",
            "There is no `id`.",
            "/id" if "id" in document else "",
            expected="`id`, a `data:` URL",
            found=name,
            spec="VCDM 2.0 §4.13",
        )
    from vcverify.jose import read_data_url

    token = _enveloped(read_data_url(name), kind, _others(document, _OF_ENVELOPE), limits)
    return replace(token, context=document.get("@context"))


def _enveloped(url: DataUrl, kind: str, extra: JsonObject, limits: Limits) -> EnvelopedDocument:
    token = _token(url.text, limits)
    if token is None:  # CHECK: a `data:` URL without a token
        raise refuse("input.malformed", "The `data:` URL does not hold a compact JWS.", "/id", found=url.text)
    return replace(token, media_type=url.media_type, kind=kind, declared=url, extra=extra)


def _others(document: JsonObject, known: frozenset[str]) -> JsonObject:
    return {name: value for name, value in document.items() if name not in known}


def embedded(received: JsonObject, limits: Limits = DEFAULT_LIMITS, media_type: str | None = None) -> EmbeddedDocument:
    """The object with its proofs taken out.

    Args:
        media_type: where something else says what it is than the object itself.

    Raises:
        ProblemError: `input.malformed` where nothing says that it is a credential, `limit.exceeded`.
    """
    if media_type is None and not any(name in received for name in _MEMBERS):  # CHECK: JSON that is no credential
        raise refuse(
            "input.malformed",
            "A JSON object, but not a credential: it has none of `@context`, `type`, `proof` and `credentialSubject`.",
            spec="VCDM 2.0 §4",
        )
    unsecured = {name: value for name, value in received.items() if name != "proof"}
    return EmbeddedDocument(
        received=received,
        unsecured=unsecured,
        proofs=_proofs(received.get("proof"), limits),
        media_type=media_type or ("application/vp" if _is_presentation(received) else "application/vc"),
    )


def contexts_in(value: JsonValue) -> Iterator[JsonValue]:
    """Each context that stands anywhere in a document, in other contexts too: a URL, or what is written out."""
    stack: list[JsonValue] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, dict):
            stack.extend(item.values())
            yield from as_list(item.get("@context"))


def missing_proof(document: EmbeddedDocument) -> Problem:
    """The `proof.missing` of a document without proofs."""
    if "proof" not in document.received:
        return problem("proof.missing", "The document has no `proof`.")
    return problem("proof.missing", "The document's `proof` is empty.", "/proof", found=document.received["proof"])


def _plain(data: object) -> bytes | str:
    """The bytes or the text themselves, without the methods of a type derived from theirs."""
    kind = type(data)
    if issubclass(kind, str):
        return str.__str__(data)
    if issubclass(kind, bytes | bytearray | memoryview):
        try:
            return data if type(data) is bytes else memoryview(data).tobytes()  # type: ignore[arg-type]
        except ValueError as error:
            raise refuse("input.malformed", f"Bytes that cannot be read: {error}.") from None
    raise refuse("input.malformed", f"Neither bytes, text nor a JSON object: {type_name(data)}.")


def _text(data: bytes | str, limits: Limits) -> EnvelopedDocument | None:
    """The token in a text, by itself or in a `data:` URL; None where it is neither."""
    start = _start(data, limits)
    if data[start : start + 5].lower() not in ("data:", b"data:"):
        return _token(data, limits)
    if len(data) > limits.input_bytes:  # CHECK: long `data:` URLs
        raise exceeded("bytes of a token", limits.input_bytes, len(data))
    from vcverify.jose import read_data_url

    url = data if isinstance(data, str) else data.decode("latin-1")
    return _enveloped(read_data_url(url.strip(_SPACE), ""), "", {}, limits)


def _start(data: bytes | str, limits: Limits) -> int:
    """Where the first character stands that is no white space, within what may be read at all."""
    if isinstance(data, str):
        found = _INK.search(data, 0, limits.input_bytes)
        return len(data) if found is None else found.start()
    ink = _INK_BYTES.search(data, 0, limits.input_bytes)
    return len(data) if ink is None else ink.start()


def _token(data: bytes | str, limits: Limits) -> EnvelopedDocument | None:
    if data[:2] in ("ey", b"ey") and len(data) <= limits.input_bytes:  # as nearly all begin, without a space around
        text = data if isinstance(data, str) else data.decode("latin-1")
        if _COMPACT.fullmatch(text):
            return EnvelopedDocument(token=text, media_type="application/vc+jwt")
    start = _start(data, limits)
    if data[start : start + 1] in _NO_TOKEN or "." not in (data if isinstance(data, str) else data.decode("latin-1")):
        return None
    if len(data) > limits.input_bytes:
        raise exceeded("bytes of a token", limits.input_bytes, len(data))
    text = data if isinstance(data, str) else data.decode("latin-1")
    token = text.strip(_SPACE)
    if _COMPACT.fullmatch(token):
        return EnvelopedDocument(token=token, media_type="application/vc+jwt")
    if _TOKEN_PREFIX.match(text):
        raise refuse(
            "input.malformed",
            "Text that begins like a token, but is not a compact JWS: three parts of base64url with dots between.",
            found=token,
            spec="RFC 7515 §7.1",
        )
    return None


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):  # CHECK: JSON that is no object
        raise refuse("input.malformed", "The JSON is not an object.", expected="an object", found=value, spec="DI §4.4")
    return value


def _proofs(value: JsonValue, limits: Limits) -> tuple[ReceivedProof, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        return (ReceivedProof(value=value, pointer="/proof"),)
    if len(value) > limits.proofs:  # CHECK: too many proofs
        raise exceeded("proofs of one credential", limits.proofs, len(value), "/proof")
    return tuple(ReceivedProof(value=item, pointer=f"/proof/{at}") for at, item in enumerate(value))


def _is_presentation(document: JsonObject) -> bool:
    return any(name in PRESENTATION_TYPES for name in _types(document))


def _types(document: JsonObject) -> list[str]:
    types = document.get("type", document.get("@type"))
    return [name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)]
