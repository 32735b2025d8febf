"""The one door to documents outside the input.

A `Loader` answers a `Request` (a URL and why it is asked for) with a `Resource` or raises
`Unavailable`. The core is deterministic given what its loader holds.

    https(...)      a loader that uses the network (`vcverify.loading.https`), imported when it is asked for
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from vcverify.loading.https import https as https


class Purpose(enum.StrEnum):
    """Why a document is asked for; rules and limits are said by purpose."""

    CONTEXT = "context"
    CONTROLLER = "controller"
    STATUS_LIST = "status-list"
    SCHEMA = "schema"
    RELATED = "related"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A URL, exactly as the document names it, and the purpose.

    `seconds` is what is left of the time for all documents of a verification; None sets no bound. Requests that differ
    in nothing else are the same.
    """

    url: str
    purpose: Purpose
    seconds: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long a server lets its document be kept (RFC 9111 §5.2.2).

    Attributes:
        fresh: Seconds for which it may be used without asking again; None where the server does not say.
        stale: Whether it may be used after that, where asking fails.
        store: Whether it may be kept at all.
    """

    fresh: float | None = None
    stale: bool = True
    store: bool = True


AS_LONG_AS_USUAL = Keeping()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What stands at a URL: its bytes and media type (without parameters). `keeping` is for caches alone."""

    url: str
    body: bytes
    media_type: str = "application/json"
    keeping: Keeping = field(default=AS_LONG_AS_USUAL, compare=False)


class Unavailable(Exception):
    """The document could not be had. Says nothing of the credential: the outcome is *indeterminate*."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class Refused(Unavailable):
    """The loader's rules forbid to ask for it. Asking again has the same answer, so nothing is remembered."""


class Loader(Protocol):
    """Anything that loads. `Unavailable` is its only exception."""

    def load(self, request: Request) -> Resource:
        """The resource at the request's URL.

        Raises:
            Unavailable: it could not be had.
        """
        ...


def __getattr__(name: str) -> Any:
    if name == "https":
        from importlib import import_module  # the door to the network stays shut until somebody asks for it

        return import_module("vcverify.loading.https")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
