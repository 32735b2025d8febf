"""Controller documents and DID documents: loaded through the one `Loader`, parsed strictly, once a run."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from vcverify.identifiers.base import Lookup
from vcverify.jsontypes import JsonObject, JsonValue, loads
from vcverify.loading import Purpose, Request, Unavailable
from vcverify.problems import ProblemError, quote, refuse

DID: Final = re.compile(r"did:([a-z0-9]++):(?:[A-Za-z0-9._:-]++|%[0-9A-Fa-f]{2})++(?<!:)")
"""DID Core §3.1. The first group is the method."""

_WEB_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})


def controller_document(url: str, env: Lookup) -> JsonObject:
    """The controller document of a URL or DID without fragment, from the run's cache or from outside.

    Raises:
        Unavailable: it could not be had, or nobody knows the DID method.
        ProblemError: `key.unresolved` where what stands there is no such document; `limit.exceeded`; what the
            DID's resolver raises.
    """
    known = env.cache.documents.get(url)
    if known is None:
        try:
            known = _resolve(url, env)
        except (Unavailable, ProblemError) as error:
            known = error
        env.cache.documents[url] = known
    if isinstance(known, dict):
        return known
    raise known.with_traceback(None)


def load_json(url: str, env: Lookup) -> JsonValue:
    """The strict JSON that stands at a URL; counts as one fetch.

    Raises:
        Unavailable: it could not be had.
        ProblemError: `key.unresolved` where it is not JSON; `limit.exceeded`.
    """
    with env.budget.fetch(_host(url)) as seconds:
        resource = env.loader.load(Request(url=url, purpose=Purpose.CONTROLLER, seconds=seconds))
    if resource.media_type in _WEB_PAGES:  # CHECK: web pages
        raise refuse("key.unresolved", f"A web page stands at {quote(url)}, no controller document.")
    try:
        return loads(resource.body, env.limits, max_bytes=env.limits.controller_bytes)
    except ProblemError as error:
        if error.problem.code != "input.malformed":  # CHECK: limits in a controller document
            raise
        raise refuse("key.unresolved", f"What stands at {quote(url)} is no JSON: {error.problem.detail}") from None


def load_document(url: str, env: Lookup) -> JsonObject:
    """The JSON object that stands at a URL.

    Raises:
        Unavailable: it could not be had.
        ProblemError: `key.unresolved` where it is not a JSON object; `limit.exceeded`.
    """
    document = load_json(url, env)
    if not isinstance(document, dict):  # CHECK: JSON that is no document
        raise refuse("key.unresolved", f"What stands at {quote(url)} is no controller document: not a JSON object.")
    return document


def _resolve(url: str, env: Lookup) -> JsonObject:
    did = DID.fullmatch(url)
    if did is None:
        return load_document(url, env)
    resolver = env.resolvers.get(did[1])
    if resolver is None:
        try:
            return load_document(url, env)
        except Unavailable:
            raise Unavailable(url, f"nobody here knows the DID method {quote(did[1])}") from None
    try:
        return resolver.resolve(url, env)
    except Unavailable as reason:
        # A caller may hold the document under the DID itself.
        try:
            return load_document(url, env)
        except Unavailable:
            raise reason from None


def _host(url: str) -> str:
    """The host that a fetch counts for; URLs without one count for themselves."""
    try:
        return (urlsplit(url).hostname or url).rstrip(".")
    except ValueError:
        return url
