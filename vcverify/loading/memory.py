"""Loaders that hold, combine, remember or record documents, and open no connection.

NullLoader        nothing can be had
StaticLoader      what it was given, by exact URL
ChainLoader       the first of several that has the document
CachingLoader     one load for each URL and purpose, shared between threads
RecordingLoader   passes on, and keeps what passed
"""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Container, Mapping

from vcverify.jsontypes import JsonObject, JsonValue, compact, loads
from vcverify.loading import Loader, Request, Resource, Unavailable
from vcverify.problems import ProblemError, refuse

JSON = "application/json"
TEXT = "text/plain"


class NullLoader:
    """Has nothing: the world when offline."""

    def load(self, request: Request) -> Resource:
        raise Unavailable(request.url, "not at hand, and loading from the network is off")


class StaticLoader:
    """Has what it was given: the resource whose key is the request's URL, character by character.

    Bytes given without a media type are JSON. The mapping is copied.
    """

    def __init__(self, resources: Mapping[str, Resource | bytes]) -> None:
        self._resources = {
            url: item if isinstance(item, Resource) else Resource(url=url, body=item, media_type=JSON)
            for url, item in resources.items()
        }

    def __contains__(self, url: object) -> bool:
        return url in self._resources

    def load(self, request: Request) -> Resource:
        resource = self._resources.get(request.url)
        if resource is None:
            raise Unavailable(request.url, "not among the documents that were supplied")
        return resource


class ChainLoader:
    """Asks each loader in turn; the reason that counts is the last one's. An empty chain has nothing."""

    def __init__(self, *loaders: Loader) -> None:
        self._loaders = loaders

    def __contains__(self, url: object) -> bool:
        """Whether one of those that can tell has it."""
        return any(isinstance(loader, Container) and url in loader for loader in self._loaders)

    def load(self, request: Request) -> Resource:
        failure = Unavailable(request.url, "there is no loader")
        for loader in self._loaders:
            try:
                return loader.load(request)
            except Unavailable as unavailable:
                failure = unavailable
        raise failure


class CachingLoader:
    """Remembers what another loader answered, by URL and purpose; safe to share between threads.

    At most `entries` resources and `max_bytes` bytes of bodies are kept, the least recently used go
    first, and each no longer than its server allows (`Resource.keeping`) by `clock`, in seconds.
    What could not be had is asked for again. Two threads that miss together both load.
    """

    def __init__(
        self,
        loader: Loader,
        *,
        entries: int = 256,
        max_bytes: int = 64 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loader = loader
        self._entries = entries
        self._max_bytes = max_bytes
        self._clock = clock
        self._kept: OrderedDict[Request, Resource] = OrderedDict()
        self._since: dict[Request, float] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def load(self, request: Request) -> Resource:
        with self._lock:
            resource = self._kept.get(request)
            if resource is not None and self._is_fresh(request, resource):
                self._kept.move_to_end(request)
                return resource
        resource = self._loader.load(request)
        with self._lock:
            self._keep(request, resource)
        return resource

    def _is_fresh(self, request: Request, resource: Resource) -> bool:
        fresh = resource.keeping.fresh
        return fresh is None or self._clock() - self._since[request] <= fresh

    def _keep(self, request: Request, resource: Resource) -> None:
        if request in self._kept:
            self._drop(request)
        if len(resource.body) > self._max_bytes or not resource.keeping.store:
            return
        self._kept[request] = resource
        self._since[request] = self._clock()
        self._bytes += len(resource.body)
        while len(self._kept) > self._entries or self._bytes > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, request: Request) -> None:
        self._bytes -= len(self._kept.pop(request).body)
        del self._since[request]


class RecordingLoader:
    """Passes requests on and keeps every resource that was answered, in order: the evidence of a run.

    `recorded` replays to the same report through a `StaticLoader`. The first answer for a URL counts,
    as it does for one verification.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = threading.Lock()
        self.recorded: dict[str, Resource] = {}

    def load(self, request: Request) -> Resource:
        with self._lock:
            resource = self.recorded.get(request.url)
        if resource is not None:
            return resource
        resource = self._loader.load(request)
        with self._lock:
            return self.recorded.setdefault(request.url, resource)

    def to_json(self) -> JsonObject:
        """The `resources` of a case that replays the run."""
        with self._lock:
            resources = list(self.recorded.items())
        return {url: resource_to_json(resource) for url, resource in resources}


def resource_from_json(url: str, body: JsonValue, *, pointer: str = "") -> Resource:
    """The resource that one entry of a case's `resources` describes.

    A string is the text of a `text/plain` body; an object with a `base64` member and at most a
    `mediaType` beside it is bytes (`application/octet-stream` if nothing else is said); any other
    value is a JSON body in its compact UTF-8 form.

    Raises:
        ProblemError: `input.malformed` for bad base64 or a media type that is not text.
    """
    if isinstance(body, str):
        return Resource(url=url, body=body.encode("utf-8"), media_type=TEXT)
    if isinstance(body, dict) and "base64" in body and body.keys() <= {"base64", "mediaType"}:
        encoded, media_type = body["base64"], body.get("mediaType", "application/octet-stream")
        if not isinstance(encoded, str) or not isinstance(media_type, str):
            raise refuse("input.malformed", "`base64` and `mediaType` of a resource are strings.", pointer)
        try:
            data = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise refuse("input.malformed", "The `base64` of a resource is not base64.", pointer) from None
        return Resource(url=url, body=data, media_type=media_type)
    return Resource(url=url, body=compact(body), media_type=JSON)


def resource_to_json(resource: Resource) -> JsonValue:
    """The entry of a case's `resources` that `resource_from_json` turns into the same resource."""
    for read in (_as_text, _as_json):
        value = read(resource)
        if value is not None and resource_from_json(resource.url, value) == resource:
            return value
    return {"base64": base64.b64encode(resource.body).decode("ascii"), "mediaType": resource.media_type}


def _as_text(resource: Resource) -> JsonValue:
    try:
        return resource.body.decode("utf-8") if resource.media_type == TEXT else None
    except UnicodeDecodeError:
        return None


def _as_json(resource: Resource) -> JsonValue:
    try:
        return loads(resource.body) if resource.media_type == JSON else None
    except ProblemError:
        return None


def resources_from_json(entries: Mapping[str, JsonValue]) -> dict[str, Resource]:
    """The `resources` of a case, by URL.

    Raises:
        ProblemError: `input.malformed` as `resource_from_json`.
    """
    return {url: resource_from_json(url, body) for url, body in entries.items()}
