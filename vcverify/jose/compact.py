"""The compact serialization of a JWS (RFC 7515 §7.1), and the form that SD-JWT makes of it (RFC 9901 §4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from vcverify.crypto import PublicKey
from vcverify.jsontypes import JsonObject, loads
from vcverify.limits import DEFAULT_LIMITS, Limits, exceeded
from vcverify.multiformats import base64url_decode
from vcverify.problems import ProblemError, refuse

_SIGNATURE_BYTES: Final = {"EdDSA": 64, "Ed25519": 64, "ES256": 64, "ES256K": 64, "ES384": 96, "ES512": 132}
"""By algorithm, where the key does not decide (RFC 7518 §3.4, RFC 8037 §3.1, RFC 8812 §3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compact:
    """A JWS, decoded. Nothing in it is believed yet.

    Attributes:
        signing_input: The bytes that the signature is over: header and payload as received, with their dot.
    """

    header: JsonObject
    signing_input: bytes
    payload: bytes
    signature: bytes

    def verify(self, key: PublicKey) -> None:
        """Holds the signature against the key, by the algorithm that the header names.

        Raises:
            ProblemError: `jose.algorithm` where the key does not take the algorithm; `proof.malformed` for a
                signature of the wrong length; `proof.invalid`, `key.malformed` where the key is no point.
        """
        algorithm = str(self.header.get("alg"))
        try:
            fits = key.verifies(self.signature, self.signing_input, algorithm)
        except ProblemError as error:
            raise ProblemError(replace(error.problem, pointer="/header/alg")) from None
        if fits:
            return
        wanted = _SIGNATURE_BYTES.get(algorithm, len(self.signature))
        if len(self.signature) != wanted:  # CHECK: signatures of another length
            raise refuse(
                "proof.malformed",
                "The signature has the wrong length.",
                expected=f"{wanted} bytes",
                found=f"{len(self.signature)} bytes",
                spec="RFC 7518 §3.4",
            )
        if not key.is_point():  # CHECK: keys off their curve
            raise refuse(
                "key.malformed", "The key is not a point of its curve, so it never signed anything.", "/header"
            )
        raise refuse("proof.invalid", f"The {algorithm} signature does not fit the token and the key.")


def read_compact(token: str, limits: Limits = DEFAULT_LIMITS) -> Compact:
    """The token's three parts, decoded: strict base64url, a strict JSON object for a header.

    Raises:
        ProblemError: `input.malformed`, `limit.exceeded`.
    """
    if len(token) > limits.input_bytes:  # CHECK: long tokens
        raise exceeded("bytes of a token", limits.input_bytes, len(token))
    parts = token.split(".")
    if len(parts) != 3 or not parts[0]:  # CHECK: what is not three parts
        raise refuse(
            "input.malformed",
            "Not a compact JWS: three parts of base64url with dots between.",
            expected="header.payload.signature",
            found=token,
            spec="RFC 7515 §7.1",
        )
    head, body, end = parts
    return Compact(
        header=_header(head, limits),
        signing_input=token[: len(head) + 1 + len(body)].encode("ascii", "replace"),
        payload=base64url_decode(body),
        signature=base64url_decode(end),
    )


def _header(text: str, limits: Limits) -> JsonObject:
    """The header. One issuer's are mostly the same text: short ones that hold nothing but texts are remembered."""
    if limits is not DEFAULT_LIMITS or len(text) > _REMEMBERED:
        return _read_header(text, limits)
    known = _HEADERS.get(text)
    if known is None:
        known = _read_header(text, limits)
        if all(isinstance(value, str) for value in known.values()):
            if len(_HEADERS) >= _MOST:
                _HEADERS.clear()
            _HEADERS[text] = known
    return dict(known)


_HEADERS: Final[dict[str, JsonObject]] = {}
_MOST: Final = 256
_REMEMBERED: Final = 512
"""Characters of a header that is remembered."""


def _read_header(text: str, limits: Limits) -> JsonObject:
    longest = limits.jose_header_bytes
    if len(text) > (longest * 4 + 2) // 3:
        raise exceeded("bytes of a token's header", longest, f"{len(text) * 3 // 4} or so", "/header")
    try:
        header = loads(base64url_decode(text), limits, max_bytes=longest)
    except ProblemError as error:
        raise ProblemError(replace(error.problem, pointer="/header")) from None
    if not isinstance(header, dict):  # CHECK: headers that are no object
        raise refuse(
            "input.malformed", "The token's header is not a JSON object.", "/header", found=header, spec="RFC 7515 §4"
        )
    return header


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """A token and what is attached to it by tildes.

    Attributes:
        selective: Whether there is a tilde at all: an SD-JWT, even if nothing is disclosed.
        presented: The text that a key binding hashes: everything up to the last tilde, and it.
    """

    token: str
    selective: bool = False
    disclosures: tuple[str, ...] = ()
    key_binding: str | None = None
    presented: str = ""


def split_combined(text: str) -> Combined:
    """The issuer's token, the disclosures and the key-binding token.

    Raises:
        ProblemError: `jose.disclosure` for an empty disclosure.
    """
    if "~" not in text:
        return Combined(token=text)
    token, *disclosures, last = text.split("~")
    if not all(disclosures):  # CHECK: empty disclosures
        raise refuse("jose.disclosure", "An empty disclosure stands between two tildes.", spec="RFC 9901 §4")
    return Combined(
        token=token,
        selective=True,
        disclosures=tuple(disclosures),
        key_binding=last or None,
        presented=text[: len(text) - len(last)],
    )
