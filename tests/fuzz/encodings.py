"""base64url, base58, varint, CBOR, and what is made of them: tokens, disclosures, digests, `data:` URLs."""

from __future__ import annotations

import base64
import binascii
import json
import random
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_to_bytes

import base58
from support.damage import damaged
from support.disclosing import cbor

from vcverify import multiformats
from vcverify.jose import Compact, disclose, read_compact, read_data_url, split_combined
from vcverify.jose.claims import claim_problems
from vcverify.jose.contents import read_contents
from vcverify.jose.header import header_problems, type_problems
from vcverify.jsontypes import loads
from vcverify.problems import ProblemError
from vcverify.suites.cbor import CborError, decode

_LONGEST = 512
"""Characters of base58 that are tried; it is quadratic."""
_ALGORITHMS = ("EdDSA", "ES256")
_AT = datetime(2026, 6, 1, tzinfo=UTC)


def base64_text(data: bytes) -> None:
    """base64url, base58, multibase, varint, CBOR and digests decode to what encodes to them again, and to nothing else."""
    _base64url(data)
    _varint(data)
    _cbor(data)
    text = data.decode("utf-8", "replace")
    _base58(text[:_LONGEST])
    _multibase(text)
    for read in (multiformats.sri_digests, multiformats.multibase_digest):
        try:
            read(text)
        except ProblemError as error:
            assert error.problem.code in ("related.digest", "limit.exceeded")


def _base64url(data: bytes) -> None:
    expected: bytes | None = None
    try:
        decoded = base64.b64decode(data + b"=" * (-len(data) % 4), altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(decoded).rstrip(b"=") == data:
            expected = decoded
    except binascii.Error:
        pass
    try:
        ours: bytes | None = multiformats.base64url_decode(data)
    except ProblemError:
        ours = None
    assert ours == expected
    if ours is not None:
        assert multiformats.base64url_encode(ours) == data.decode("ascii")


def _base58(text: str) -> None:
    expected: bytes | None = None
    try:
        decoded = base58.b58decode(text)
        if base58.b58encode(decoded).decode() == text:
            expected = decoded
    except ValueError:
        pass
    try:
        ours: bytes | None = multiformats.base58_decode(text, limit=_LONGEST)
    except ProblemError:
        ours = None
    assert ours == expected
    if ours is not None:
        assert multiformats.base58_encode(ours) == text


def _multibase(text: str) -> None:
    try:
        data = multiformats.multibase_decode(text, limit=_LONGEST)
    except ProblemError as error:
        assert error.problem.code in ("proof.malformed", "limit.exceeded")
        return
    if text.startswith("z"):
        assert "z" + base58.b58encode(data).decode() == text
    elif text.startswith("u"):
        assert "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text
    elif text.startswith(("f", "F")):
        assert data.hex() == text[1:].lower()


def _varint(data: bytes) -> None:
    try:
        value, rest = multiformats.varint(data)
    except ProblemError as error:
        assert error.problem.code == "key.malformed"
        return
    assert multiformats.encode_varint(value) + rest == data


def _cbor(data: bytes) -> None:
    try:
        value = decode(data)
    except CborError:
        return
    assert cbor(value) == data


# --- tokens -----------------------------------------------------------------------------------------


def token(data: bytes) -> None:
    """A compact JWS is its parts and nothing else; whatever it says is judged without surprise."""
    text = data.decode("latin-1")
    _data_url(text)
    try:
        combined = split_combined(text)
    except ProblemError as error:
        assert error.problem.code == "jose.disclosure"
        return
    assert combined.selective == ("~" in text)
    if combined.selective:
        assert "~".join([combined.token, *combined.disclosures, combined.key_binding or ""]) == text
        assert combined.presented + (combined.key_binding or "") == text
    try:
        compact = read_compact(combined.token)
    except ProblemError as error:
        assert error.problem.code in ("input.malformed", "limit.exceeded")
        return
    _is_its_parts(compact, combined.token)
    for kind in ("vc", "vp"):
        for found in (
            *header_problems(compact.header, _ALGORITHMS),
            *type_problems(compact.header, kind, combined.selective),
        ):
            json.dumps(found.to_dict())
    try:
        payload = loads(compact.payload)
        if isinstance(payload, dict):
            shown = disclose(payload, combined.disclosures).payload
            json.dumps(shown, allow_nan=False)
            contents = read_contents(shown, combined.selective)
            for found in claim_problems(contents, _AT, timedelta(seconds=60)):
                json.dumps(found.to_dict())
    except ProblemError:
        pass


def _is_its_parts(compact: Compact, text: str) -> None:
    head, body, tail = text.split(".")
    for part, decoded in ((body, compact.payload), (tail, compact.signature)):
        assert base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() == part
    assert compact.signing_input == f"{head}.{body}".encode()
    assert compact.header == json.loads(base64.urlsafe_b64decode(head + "=="))


def _data_url(text: str) -> None:
    try:
        url = read_data_url(text)
    except ProblemError as error:
        assert error.problem.code in ("data-model.id", "proof.unsupported", "input.malformed")
        return
    before, _, after = text.partition(",")
    media, *parameters = before[len("data:") :].split(";")
    raw = unquote_to_bytes(after)
    if any(name.lower() == "base64" for name in parameters):
        raw = base64.b64decode(raw, validate=True)
    assert (url.media_type, url.text) == (media.lower(), raw.decode("ascii"))


def mutated(data: bytes, seed: int) -> bytes:
    """Another token: one of its parts decoded, damaged and encoded again, or its text damaged."""
    chance = random.Random(seed)
    parts = re.split(rb"([.~])", data)
    at = chance.randrange(len(parts))
    try:
        value = json.loads(base64.urlsafe_b64decode(parts[at] + b"=="))
    except (ValueError, RecursionError):
        return damaged(data, seed)
    parts[at] = base64.urlsafe_b64encode(damaged(value, seed)).rstrip(b"=")
    return b"".join(parts)
