"""A cache on disk: what was loaded is at hand for a while, offline too; what failed is not asked for at once.

Every entry is one file, named by a digest and written atomically, so processes may share a folder.
A file that is not what it says is no entry. How old an entry is, is told by the wall clock; it decides
what is asked for again, and nothing else: a recorded run replays without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from vcverify.jsontypes import JsonObject, compact, loads
from vcverify.limits import MIB
from vcverify.loading import AS_LONG_AS_USUAL, Keeping, Loader, Purpose, Refused, Request, Resource, Unavailable
from vcverify.problems import ProblemError, quote

_LOG: Final = logging.getLogger("vcverify.loading")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long an entry stands in for its document: `fresh` without asking, `offline` where asking failed."""

    fresh: timedelta
    offline: timedelta


LIFETIMES: Final[Mapping[Purpose, Lifetime]] = MappingProxyType(
    {
        # A key that is withdrawn should not verify for longer than this.
        Purpose.CONTROLLER: Lifetime(fresh=timedelta(hours=1), offline=timedelta(days=1)),
        # `ttl` of a Bitstring status list is five minutes where none is given (BSL §2.2).
        Purpose.STATUS_LIST: Lifetime(fresh=timedelta(minutes=5), offline=timedelta(hours=1)),
        Purpose.SCHEMA: Lifetime(fresh=timedelta(days=1), offline=timedelta(days=30)),
        Purpose.RELATED: Lifetime(fresh=timedelta(days=1), offline=timedelta(days=30)),
    }
)
"""By purpose. A purpose that is absent is not cached."""

FAILURE_LIFETIME: Final = timedelta(seconds=30)
"""Long enough that a batch does not wait for a dead host at every credential, short enough to be forgotten."""

MAX_BYTES: Final = 256 * MIB
MAX_ENTRY_BYTES: Final = 16 * MIB
"""Of one document; four times the largest that is loaded by default."""

_HEADER_BYTES: Final = 16 * 1024
_ENTRY: Final = ".entry"
_FAILURE: Final = ".failure"
_PART: Final = ".part"
_FORM: Final = 1


class FailedRecently(Unavailable):
    """The document could not be had a moment ago, and is not asked for again yet."""


class DiskCache:
    """Remembers on disk what another loader answered, by URL and purpose. Threads and processes may share it.

    A fresh entry answers without the loader. Where the loader fails, an older one may still answer
    (`Lifetime.offline`). Failures are entries of their own kind, short-lived; a later success replaces them. What a
    server says with a document shortens these times and never lengthens them (`Resource.keeping`).

    Args:
        folder: Where; made when something is first stored. What cannot be written is not cached.
        loader: Asked for what is not at hand; None is offline: only what is cached is there.
        lifetimes: By purpose; a purpose that is absent passes through.
        failure_lifetime: How long a failure is remembered.
        max_bytes: Of all files together; past it, the oldest go until a fifth is free.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        loader: Loader | None = None,
        *,
        lifetimes: Mapping[Purpose, Lifetime] = LIFETIMES,
        failure_lifetime: timedelta = FAILURE_LIFETIME,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = Path(folder).expanduser()
        self._loader = loader
        self._lifetimes = dict(lifetimes)
        self._failure_lifetime = failure_lifetime
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._bytes: int | None = None
        self._complained = False

    def load(self, request: Request) -> Resource:
        """See `Loader.load`.

        Raises:
            FailedRecently: it was asked for less than `failure_lifetime` ago, in vain.
            Unavailable: it could not be had.
        """
        lifetime = self._lifetimes.get(request.purpose)
        if lifetime is None:
            if self._loader is None:
                raise Unavailable(request.url, "not cached, and loading from the network is off")
            return self._loader.load(request)
        held, age = self._held(request)
        if held is not None:
            lifetime = _shortened(lifetime, held.keeping)
            if age <= (lifetime.fresh if self._loader is not None else lifetime.offline):
                return held
        if self._loader is None:
            reason = "not cached" if held is None else "what is cached is too old"
            raise Unavailable(request.url, f"{reason}, and loading from the network is off")
        try:
            resource = self._ask(self._loader, request)
        except Refused:
            raise
        except Unavailable as unavailable:
            if held is None or age > lifetime.offline:
                raise
            _LOG.info("%s: using what was loaded %s ago: %s", quote(request.url), age, quote(unavailable.reason))
            return held
        return resource

    def _ask(self, loader: Loader, request: Request) -> Resource:
        failure = self._failure(request)
        if failure is not None:
            raise failure
        try:
            resource = loader.load(request)
        except Refused:
            raise
        except Unavailable as unavailable:
            self._store(request, _FAILURE, {"reason": unavailable.reason[:500]}, b"")
            raise
        keeping = resource.keeping
        if keeping.store:
            said: JsonObject = {"mediaType": resource.media_type}
            if keeping != AS_LONG_AS_USUAL:
                said |= {"fresh": keeping.fresh, "stale": keeping.stale}
            self._store(request, _ENTRY, said, resource.body)
        else:
            self._drop(request, _ENTRY)
        self._drop(request, _FAILURE)
        return resource

    def _drop(self, request: Request, ending: str) -> None:
        with contextlib.suppress(OSError):
            self._path(request, ending).unlink()

    # --- reading ----------------------------------------------------------------------------------

    def _held(self, request: Request) -> tuple[Resource | None, timedelta]:
        found = self._read(request, _ENTRY)
        if found is None:
            return None, timedelta(0)
        header, body, age = found
        media_type = header.get("mediaType")
        fresh = header.get("fresh")
        if not isinstance(media_type, str) or isinstance(fresh, bool) or not isinstance(fresh, int | float | None):
            return None, age
        keeping = Keeping(fresh=fresh, stale=header.get("stale") is not False)
        return Resource(url=request.url, body=body, media_type=media_type, keeping=keeping), age

    def _failure(self, request: Request) -> FailedRecently | None:
        found = self._read(request, _FAILURE)
        if found is None:
            return None
        header, _, age = found
        if age > self._failure_lifetime:
            return None
        reason = f"it could not be had {age.total_seconds():.0f} s ago: {header.get('reason')}"
        return FailedRecently(request.url, reason)

    def _read(self, request: Request, ending: str) -> tuple[JsonObject, bytes, timedelta] | None:
        """Header, body and age of an entry; None where there is none that is whole, or it is from the future."""
        try:
            with open(self._path(request, ending), "rb") as file:
                line = file.readline(_HEADER_BYTES)
                body = file.read(MAX_ENTRY_BYTES + 1)
            header = loads(line)
        except (OSError, ProblemError):
            return None
        if not isinstance(header, dict) or not _is_whole(header, request, body):
            return None
        stored = header.get("stored")
        if isinstance(stored, bool) or not isinstance(stored, (int, float)):
            return None
        age = self._clock() - stored
        if not 0 <= age < 1e9:
            return None
        return header, body, timedelta(seconds=age)

    def _path(self, request: Request, ending: str) -> Path:
        name = hashlib.sha256(f"{request.purpose.value}\n{request.url}".encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / (name[2:] + ending)

    # --- writing ----------------------------------------------------------------------------------

    def _store(self, request: Request, ending: str, said: JsonObject, body: bytes) -> None:
        header_members: JsonObject = {
            "form": _FORM,
            "url": request.url,
            "purpose": request.purpose.value,
            "stored": round(self._clock(), 3),
            "sha256": hashlib.sha256(body).hexdigest(),
            **said,
        }
        try:
            header = compact(header_members)
        except UnicodeEncodeError:  # a URL with half a surrogate pair: it leads nowhere
            return
        size = len(header) + 1 + len(body)
        if len(header) >= _HEADER_BYTES or len(body) > MAX_ENTRY_BYTES or size > self._max_bytes:
            return
        path = self._path(request, ending)
        try:
            self._make_room(size)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, header + b"\n" + body)
        except OSError as error:
            if not self._complained:
                self._complained = True
                _LOG.info("The cache %s cannot be written: %s", self.folder, error.strerror)

    def _make_room(self, size: int) -> None:
        with self._lock:
            if self._bytes is None:
                self._bytes = sum(found.st_size for _, found in self._files())
            self._bytes += size
            if self._bytes <= self._max_bytes:
                return
            files = sorted(self._files(), key=lambda item: item[1].st_mtime)
            total = size + sum(found.st_size for _, found in files)
            for path, found in files:
                if total <= self._max_bytes * 4 // 5:
                    break
                with contextlib.suppress(OSError):
                    path.unlink()
                total -= found.st_size
            self._bytes = total

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Our files, those that a process left half written too; nothing else that stands in the folder."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if path.suffix in {_ENTRY, _FAILURE, _PART}:
                with contextlib.suppress(OSError):
                    yield path, path.stat(follow_symlinks=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels to other processes without its lock; `clock` and `loader` have to travel as well."""
        return _rebuild, (
            self.folder,
            self._loader,
            self._lifetimes,
            self._failure_lifetime,
            self._max_bytes,
            self._clock,
        )


def _shortened(lifetime: Lifetime, keeping: Keeping) -> Lifetime:
    """No longer than the server allows: without asking again and, where it says so, also where asking fails."""
    fresh = lifetime.fresh
    if keeping.fresh is not None:
        fresh = min(fresh, timedelta(seconds=min(max(keeping.fresh, 0.0), 1e9)))
    return Lifetime(fresh=fresh, offline=lifetime.offline if keeping.stale else min(lifetime.offline, fresh))


def user_cache_folder() -> Path:
    """`vcverify` in the user's cache folder: `$XDG_CACHE_HOME`, or what the system has in its place."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):  # the XDG specification ignores relative ones
        return Path(named) / "vcverify"
    local = os.environ.get("LOCALAPPDATA", "")
    if os.name == "nt" and local:
        return Path(local) / "vcverify" / "cache"
    return Path.home() / ".cache" / "vcverify"


def _write(path: Path, data: bytes) -> None:
    """The file is there whole, or as it was before; readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=_PART)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _is_whole(header: JsonObject, request: Request, body: bytes) -> bool:
    return (
        header.get("form") == _FORM
        and header.get("url") == request.url
        and header.get("purpose") == request.purpose.value
        and header.get("sha256") == hashlib.sha256(body).hexdigest()
    )


def _rebuild(
    folder: Path,
    loader: Loader | None,
    lifetimes: Mapping[Purpose, Lifetime],
    failure_lifetime: timedelta,
    max_bytes: int,
    clock: Callable[[], float],
) -> DiskCache:
    return DiskCache(
        folder, loader, lifetimes=lifetimes, failure_lifetime=failure_lifetime, max_bytes=max_bytes, clock=clock
    )
