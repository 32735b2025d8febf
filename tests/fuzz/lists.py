"""Status lists: from their text to a value of an entry."""

from __future__ import annotations

import base64
import gzip
import json

from vcverify.limits import Limits
from vcverify.problems import ProblemError
from vcverify.statuslists import decode_list, look_up, normal_id, read_index, read_message, revocations

LIMITS = Limits(status_list_bytes=65_536, status_list_inflated_bytes=65_536)
URL = "https://college.example/revoked"


def status_list(data: bytes) -> None:
    """A list is what `gzip` says, entries are bits in their order, indexes and messages are plain numbers.

    The first byte says how the rest is taken: as the text of a list, as gzip, as bits, as a revocation list, or
    as an index.
    """
    how, rest = data[:1], data[1:]
    if how in (b"u", b"H"):
        text = data.decode("latin-1")
        for multibase in (True, False):
            _decoded(text, multibase=multibase)
    elif how == b"g":
        _decoded("u" + _text(rest), multibase=True)
        _decoded(base64.b64encode(rest).decode(), multibase=False)
    elif how == b"b":
        _bits(rest)
    elif how == b"{":
        _revocations(data)
    else:
        _number(data.decode("utf-8", "replace"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str, *, multibase: bool) -> None:
    try:
        bits = decode_list(text, LIMITS, multibase=multibase)
    except ProblemError as error:
        assert error.problem.code in ("status.malformed", "limit.exceeded")
        return
    assert len(bits) <= LIMITS.status_list_inflated_bytes
    body = text[1:] if multibase else text
    packed = base64.b64decode(body.rstrip("=").translate(str.maketrans("-_", "+/")) + "==")
    assert gzip.decompress(packed) == bits


def _bits(bits: bytes) -> None:
    packed = gzip.compress(bits, mtime=0)
    if len(bits) > LIMITS.status_list_inflated_bytes:
        return
    assert decode_list("u" + _text(packed), LIMITS, multibase=True) == bits
    number = int.from_bytes(bits, "big")
    total = len(bits) * 8
    for size in (1, 2, 3, 8, 64):
        for index in {0, 1, total // size // 2, total // size - 1, total // size}:
            if index < 0:
                continue
            end = (index + 1) * size
            expected = (number >> (total - end)) & ((1 << size) - 1) if end <= total else None
            try:
                assert look_up(bits, index, size) == expected
            except ProblemError as error:
                assert expected is None
                assert error.problem.code == "status.malformed"


def _revocations(data: bytes) -> None:
    try:
        document, found = revocations(data, URL, LIMITS)
    except ProblemError as error:
        assert error.problem.code in ("status.malformed", "limit.exceeded")
        return
    assert document == json.loads(data)
    listed = document.get("revokedCredential") or []
    entries = listed if isinstance(listed, list) else [listed]
    expected = {normal_id(entry["id"]) for entry in entries if entry.get("revoked", True)}  # type: ignore[union-attr, index]
    assert set(found) == expected


def _number(text: str) -> None:
    try:
        assert str(read_index(text)) == (text.lstrip("0") or "0")
    except ProblemError as error:
        assert error.problem.code == "status.malformed"
        assert not (text.isascii() and text.isdigit() and len(text) <= 15)
    message = read_message(text)
    if message is not None:
        assert f"{message:x}" == (text.lower().removeprefix("0x").lstrip("0") or "0")
