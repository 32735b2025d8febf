"""What is asked of a server, and which answers are taken. Pure: nothing here opens a connection."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from vcverify.limits import KIB, Limits
from vcverify.loading import Keeping, Purpose, Refused, Request, Unavailable
from vcverify.loading.addresses import why_not_public

HTTPS_PORT: Final = 443

_PIECE: Final = 64 * KIB
_PIECES: Final = 1_024
_BYTES_OF_A_PIECE: Final = 256
"""Chunks of one byte each cost a thousand times what they carry: so many are taken, and more for larger documents."""
_PATH: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"
_QUERY: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_URL: Final = re.compile(
    rf"https://(?P<host>[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{{1,5}}))?(?P<path>(?:/{_PATH})?(?:\?{_QUERY})?)(?:\#{_QUERY})?"
)
"""RFC 3986 with an https scheme, a name for a host, and neither user nor address."""

_ACCEPT: Final = MappingProxyType(
    {
        Purpose.CONTROLLER: "application/did+json, application/did+ld+json, application/jwk-set+json, application/json",
        Purpose.STATUS_LIST: "application/vc, application/vc+jwt, application/vc+ld+json, application/json",
        Purpose.SCHEMA: "application/schema+json, application/vc, application/json",
        Purpose.REFRESH: "application/vc, application/vc+jwt, application/vc+ld+json, application/json, text/plain",
    }
)
_WEB_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask, and for what: `path` has the query, and begins with a slash."""

    host: str
    port: int
    path: str


class Headers(Protocol):
    """The headers of an answer."""

    def getlist(self, key: str) -> list[str]:
        """The values of every header of that name."""
        ...


class Answer(Protocol):
    """An answer whose body is not read yet."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Headers: ...

    def read1(self, amt: int) -> bytes:
        """What has come of the body, at most so many bytes; empty at its end."""
        ...


def target_of(request: Request, limits: Limits, ports: Collection[int]) -> Target:
    """Whom a request is to be sent to. The fragment of its URL is not sent.

    Raises:
        Refused: the purpose is never served, or the URL is not https, names no public host, a user or a
            port that is not allowed, is too long, or is not written as RFC 3986 asks.
    """
    url = request.url
    if request.purpose is Purpose.CONTEXT:  # CHECK: contexts
        raise Refused(url, "contexts are never fetched")
    if len(url) > limits.url_characters:  # CHECK: long URLs
        raise Refused(url, f"its URL has more than {limits.url_characters:,} characters")
    match = _URL.fullmatch(url)
    if match is None:  # CHECK: what is no https URL
        raise Refused(url, _why_malformed(url))
    host = match["host"].lower()
    if (reason := why_not_public(host)) is not None:  # CHECK: hosts that are not public
        raise Refused(url, reason)
    port = int(match["port"] or HTTPS_PORT)
    if port not in ports:  # CHECK: other ports
        raise Refused(url, f"port {port} is not among the allowed ones")
    path = match["path"]
    return Target(host=host, port=port, path=path if path.startswith("/") else "/" + path)


def request_headers(purpose: Purpose) -> dict[str, str]:
    """The headers of a request, `Host` aside."""
    from vcverify import __version__

    return {
        "Accept": f"{_ACCEPT[purpose]}, */*;q=0.1" if purpose in _ACCEPT else "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": f"vcverify/{__version__}",
    }


def byte_limit(purpose: Purpose, limits: Limits) -> int:
    """Bytes that a document for this purpose may have."""
    return {
        Purpose.CONTROLLER: limits.controller_bytes,
        Purpose.STATUS_LIST: limits.status_list_bytes,
        Purpose.SCHEMA: limits.schema_bytes,
    }.get(purpose, limits.resource_bytes)


def judge_headers(request: Request, answer: Answer) -> str:
    """The media type, without parameters, of an answer whose body may be read.

    Raises:
        Unavailable: it may not: not 200, encoded, of a length that is said in several ways, a web page.
    """
    url = request.url
    if 300 <= answer.status < 400:  # CHECK: redirects
        raise Unavailable(url, f"the server answered {answer.status}; redirects are not followed")
    if answer.status != 200:  # CHECK: other answers
        raise Unavailable(url, f"the server answered {answer.status}")
    if _header(answer, "content-encoding") not in {"", "identity"}:  # CHECK: compressed bodies
        raise Unavailable(url, "the server sent it compressed, though asked not to")
    transfer, lengths = _header(answer, "transfer-encoding"), answer.headers.getlist("content-length")
    clear = len(set(lengths)) < 2 and all(_LENGTH.fullmatch(length) for length in lengths)
    if not clear or transfer not in {"", "chunked"} or (transfer and lengths):  # CHECK: lengths that are not clear
        raise Unavailable(url, "the server does not say clearly how long it is")
    media_type = _header(answer, "content-type").partition(";")[0].strip()
    if media_type in _WEB_PAGES and request.purpose is not Purpose.RELATED:  # CHECK: web pages
        raise Unavailable(url, "a web page stands there")
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"


def keeping_of(answer: Answer) -> Keeping:
    """How long the answer may be kept: by `Cache-Control`, less the `Age` that it already has.

    What cannot be read allows nothing (RFC 9111 §4.2.1). There is no way to ask whether a document is still the same,
    so one that must not be used without that is not kept.
    """
    directives: dict[str, str] = {}
    for part in _header(answer, "cache-control").split(","):
        name, _, value = part.strip().partition("=")
        directives.setdefault(name.strip(), value.strip().strip('"'))
    if "no-store" in directives or "no-cache" in directives:
        return Keeping(fresh=0.0, stale=False, store=False)
    stale = "must-revalidate" not in directives
    if "max-age" not in directives:
        return Keeping(stale=stale)
    said, age = directives["max-age"], _header(answer, "age") or "0"
    if not _SECONDS.fullmatch(said) or not _SECONDS.fullmatch(age):
        return Keeping(fresh=0.0, stale=stale)
    return Keeping(fresh=float(max(0, int(said) - int(age))), stale=stale)


def read_body(url: str, answer: Answer, cap: int) -> bytes:
    """The body: as long as was stated, and no longer than `cap` bytes.

    Raises:
        Unavailable: it is longer than the cap, shorter than stated, or in too many pieces.
    """
    stated = [int(length) for length in answer.headers.getlist("content-length")]
    parts: list[bytes] = []
    count = 0
    while not (stated and stated[0] > cap) and (part := answer.read1(_PIECE)):
        parts.append(part)
        count += len(part)
        if count > cap:
            break
        if len(parts) > _PIECES + cap // _BYTES_OF_A_PIECE:  # CHECK: many small pieces
            raise Unavailable(url, "it comes in too many small pieces")
    if count > cap or (stated and stated[0] > cap):  # CHECK: large bodies
        raise Unavailable(url, f"it is larger than {cap:,} bytes")
    if stated and count != stated[0]:  # CHECK: bodies cut short
        raise Unavailable(url, "the connection ended before the answer did")
    return b"".join(parts)


def _header(answer: Answer, name: str) -> str:
    return ", ".join(answer.headers.getlist(name)).strip().lower()


def _why_malformed(url: str) -> str:
    scheme, colon, rest = url.partition(":")
    if not colon or scheme != "https":
        return "only https URLs are loaded"
    authority = re.split(r"[/?#\\]", rest.removeprefix("//"), maxsplit=1)[0]
    if "@" in authority:
        return "its URL names a user"
    if "[" in authority:
        return "its host is an address"
    if not authority.isascii():
        return "its host is not a public domain name"
    return "its URL is not written as RFC 3986 asks"
