"""`data:` URLs of enveloped credentials and presentations (RFC 2397; VCDM 2.0 §4.13)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from vcverify.problems import ProblemError, refuse

_URL: Final = re.compile(r"data:([^,;]*)((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MEDIA_TYPE: Final = re.compile(r"application/(v[cp])(?:[+-]ld)?(?:\+json)?\+(sd-)?jwt")
_OTHER_TYPES: Final[Mapping[str, tuple[str, bool | None]]] = {
    "application/dc+sd-jwt": ("vc", True),
    "application/jwt": ("", None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUrl:
    """A token in a `data:` URL.

    Attributes:
        media_type: As the URL names it, in lower case.
        kind: "vc" or "vp", as the media type says; "" where it leaves that open.
        selective: Whether it is one of tokens with disclosures; None where it leaves that open.
    """

    text: str
    media_type: str
    kind: str
    selective: bool | None


def read_data_url(url: str, pointer: str = "/id") -> DataUrl:
    """The token that the URL holds, percent-encoded or in base64.

    Raises:
        ProblemError: `data-model.id` where it is no `data:` URL; `proof.unsupported` for another media type;
            `input.malformed` where its data cannot be decoded.
    """
    match = _URL.fullmatch(url)
    if match is None:  # CHECK: what is no `data:` URL
        raise refuse(
            "data-model.id",
            "What is enveloped has to be given as a `data:` URL.",
            pointer,
            expected="data:application/vc+jwt,...",
            found=url,
            spec="VCDM 2.0 §4.13",
        )
    media_type = match[1].lower()
    known = _MEDIA_TYPE.fullmatch(media_type)
    selective: bool | None
    if known is not None:
        kind, selective = known[1], bool(known[2])
    elif media_type in _OTHER_TYPES:
        kind, selective = _OTHER_TYPES[media_type]
    else:
        raise refuse(
            "proof.unsupported",
            "An envelope of a kind that is not verified here.",
            pointer,
            expected="application/vc+jwt, vp+jwt, vc+sd-jwt, vp+sd-jwt or dc+sd-jwt",
            found=media_type or "text/plain",
            spec="VCDM 2.0 §4.13",
        )
    data = match[3]
    if _PERCENT.search(data):  # CHECK: broken escapes
        raise _unreadable("a % stands alone", pointer, url)
    raw = unquote_to_bytes(data)
    if any(name.lower() == ";base64" for name in re.findall(r";[^;]*", match[2])):
        try:
            raw = binascii.a2b_base64(raw, strict_mode=True)
        except binascii.Error:
            raise _unreadable("it is not base64", pointer, url) from None  # CHECK: what is not base64
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
        raise _unreadable("it is not text in ASCII", pointer, url) from None  # CHECK: what is not ASCII
    return DataUrl(text=text, media_type=media_type, kind=kind, selective=selective)


def _unreadable(reason: str, pointer: str, url: str) -> ProblemError:
    return refuse("input.malformed", f"The `data:` URL cannot be decoded: {reason}.", pointer, found=url)
