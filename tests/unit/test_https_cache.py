"""The cache on disk: lifetimes, failures, what is broken, how much it holds."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import stat
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import vcverify
from vcverify.loading import Keeping, Purpose, Refused, Request, Resource, Unavailable
from vcverify.loading.cache import FAILURE_LIFETIME, LIFETIMES, DiskCache, FailedRecently, Lifetime, user_cache_folder
from vcverify.loading.exchanges import keeping_of
from vcverify.loading.https import HttpsLoader
from vcverify.loading.memory import CachingLoader, ChainLoader, NullLoader, StaticLoader

URL = "https://issuer.example/did.json"
REQUEST = Request(url=URL, purpose=Purpose.CONTROLLER)
NOW = 1_800_000_000.0
DAY = timedelta(days=1)


class Source:
    """A loader whose answer can be changed, and that counts."""

    def __init__(self, body: bytes | Unavailable = b"{}") -> None:
        self.body = body
        self.keeping = Keeping()
        self.asked = 0

    def load(self, request: Request) -> Resource:
        self.asked += 1
        if isinstance(self.body, Unavailable):
            raise self.body
        return Resource(url=request.url, body=self.body, media_type="application/did+json", keeping=self.keeping)


class Clock:
    """The time, to be set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def cache(tmp_path: Path, source: Source, clock: Clock) -> DiskCache:
    return DiskCache(tmp_path / "cache", source, clock=clock)


def down(reason: str = "its host could not be connected to") -> Unavailable:
    return Unavailable(URL, reason)


def files(cache: DiskCache) -> list[Path]:
    return sorted(path for path in cache.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("purpose", LIFETIMES)
def test_every_purpose_has_its_lifetime(purpose: Purpose, cache: DiskCache, source: Source, clock: Clock) -> None:
    """Fresh until then, asked for again after, and of use offline for longer but not for ever."""
    request = Request(url=URL, purpose=purpose)
    lifetime = LIFETIMES[purpose]
    assert cache.load(request) == cache.load(request)
    clock.pass_(lifetime.fresh)
    cache.load(request)
    assert source.asked == 1
    clock.pass_(timedelta(seconds=1))
    cache.load(request)
    assert source.asked == 2
    source.body = down()
    clock.pass_(lifetime.offline)
    assert cache.load(request).body == b"{}"
    clock.pass_(timedelta(seconds=1))
    with pytest.raises(Unavailable):
        cache.load(request)


class Headers:
    """The headers of an answer, of which caches read two."""

    def __init__(self, control: str | None, age: str | None = None) -> None:
        self._held = {"cache-control": control, "age": age}

    status = 200

    @property
    def headers(self) -> Headers:
        return self

    def getlist(self, key: str) -> list[str]:
        value = self._held.get(key)
        return [] if value is None else [value]

    def read1(self, amt: int) -> bytes:
        return b""


NOT_AT_ALL = Keeping(fresh=0.0, stale=False, store=False)


@pytest.mark.parametrize(
    ("control", "age", "keeping"),
    [
        (None, None, Keeping()),
        ("", None, Keeping()),
        ("public, immutable", None, Keeping()),
        ("max-age=300", None, Keeping(fresh=300.0)),
        ('Public, MAX-AGE="300"', None, Keeping(fresh=300.0)),
        ("max-age=300", "100", Keeping(fresh=200.0)),
        ("max-age=300", "1000", Keeping(fresh=0.0)),
        ("max-age=300, max-age=9000", None, Keeping(fresh=300.0)),
        ("s-maxage=9000, max-age=300", None, Keeping(fresh=300.0)),
        ("max-age=300, must-revalidate", None, Keeping(fresh=300.0, stale=False)),
        ("must-revalidate", None, Keeping(stale=False)),
        ("max-age=0", None, Keeping(fresh=0.0)),
        ("no-store", None, NOT_AT_ALL),
        ("max-age=300, no-store", None, NOT_AT_ALL),
        ("no-cache", None, NOT_AT_ALL),
        ('no-cache="Set-Cookie", max-age=300', None, NOT_AT_ALL),
        ("max-age=-1", None, Keeping(fresh=0.0)),
        ("max-age=soon", None, Keeping(fresh=0.0)),
        ("max-age", None, Keeping(fresh=0.0)),
        ("max-age=" + "9" * 5_000, None, Keeping(fresh=0.0)),
        ("max-age=300", "old", Keeping(fresh=0.0)),
        ("max-age=300", "-7", Keeping(fresh=0.0)),
    ],
)
def test_what_a_server_says_of_keeping(control: str | None, age: str | None, keeping: Keeping) -> None:
    """RFC 9111 §5.2.2; what cannot be read allows nothing."""
    assert keeping_of(Headers(control, age)) == keeping


def test_a_server_shortens_a_lifetime(cache: DiskCache, source: Source, clock: Clock) -> None:
    """A key set that says five minutes is asked for after five, not after the hour."""
    source.keeping = Keeping(fresh=300.0)
    cache.load(REQUEST)
    clock.pass_(timedelta(seconds=300))
    assert cache.load(REQUEST).keeping.fresh == 300.0
    assert source.asked == 1
    clock.pass_(timedelta(seconds=1))
    cache.load(REQUEST)
    assert source.asked == 2
    source.body = down()
    clock.pass_(timedelta(seconds=301))
    assert cache.load(REQUEST).body == b"{}"
    assert DiskCache(cache.folder, clock=clock).load(REQUEST).body == b"{}"


def test_a_server_never_lengthens_a_lifetime(cache: DiskCache, source: Source, clock: Clock) -> None:
    """A key that is withdrawn should not verify for a year because its host once said so."""
    source.keeping = Keeping(fresh=31_536_000.0)
    cache.load(REQUEST)
    clock.pass_(LIFETIMES[Purpose.CONTROLLER].fresh + timedelta(seconds=1))
    cache.load(REQUEST)
    assert source.asked == 2


@pytest.mark.parametrize("keeping", [Keeping(fresh=300.0, stale=False), Keeping(stale=False)])
def test_what_must_not_be_used_when_it_is_old(keeping: Keeping, cache: DiskCache, source: Source, clock: Clock) -> None:
    """`must-revalidate`: neither where the host is down, nor offline."""
    source.keeping = keeping
    cache.load(REQUEST)
    source.body = down()
    fresh = timedelta(seconds=keeping.fresh) if keeping.fresh else LIFETIMES[Purpose.CONTROLLER].fresh
    clock.pass_(fresh)
    assert cache.load(REQUEST).body == b"{}"
    clock.pass_(timedelta(seconds=1))
    for loader in (cache, DiskCache(cache.folder, clock=clock)):
        with pytest.raises(Unavailable):
            loader.load(REQUEST)


def test_what_must_not_be_kept_is_not(cache: DiskCache, source: Source) -> None:
    """`no-store`, and what was kept before goes."""
    cache.load(REQUEST)
    assert len(files(cache)) == 1
    other = DiskCache(cache.folder, source, lifetimes={Purpose.CONTROLLER: Lifetime(fresh=-DAY, offline=DAY)})
    source.keeping = NOT_AT_ALL
    assert other.load(REQUEST).body == b"{}"
    assert not files(cache)
    cache.load(REQUEST)
    cache.load(REQUEST)
    assert source.asked == 4
    assert not files(cache)


@pytest.mark.parametrize("fresh", ["300", True, [1], {}])
def test_an_entry_with_a_lifetime_that_is_none_is_no_entry(fresh: Any, cache: DiskCache, source: Source) -> None:
    """Somebody wrote into the folder."""
    source.keeping = Keeping(fresh=300.0)
    cache.load(REQUEST)
    (path,) = files(cache)
    header, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps(json.loads(header) | {"fresh": fresh}).encode() + b"\n" + body)
    cache.load(REQUEST)
    assert source.asked == 2


def test_memory_keeps_no_longer_than_the_server_allows(source: Source, clock: Clock) -> None:
    """The cache of a process too."""
    memory = CachingLoader(source, clock=clock)
    source.keeping = Keeping(fresh=300.0)
    memory.load(REQUEST)
    clock.pass_(timedelta(seconds=300))
    memory.load(REQUEST)
    assert source.asked == 1
    clock.pass_(timedelta(seconds=1))
    source.keeping = NOT_AT_ALL
    memory.load(REQUEST)
    memory.load(REQUEST)
    assert source.asked == 3
    source.keeping = Keeping()
    memory.load(REQUEST)
    clock.pass_(100 * DAY)
    memory.load(REQUEST)
    assert source.asked == 4


def test_contexts_are_not_cached(cache: DiskCache, source: Source) -> None:
    """They are never fetched, so nothing of the kind may come to lie in the folder and be believed."""
    request = Request(url=URL, purpose=Purpose.CONTEXT)
    cache.load(request)
    cache.load(request)
    assert source.asked == 2
    assert not files(cache)
    with pytest.raises(Unavailable, match="off"):
        DiskCache(cache.folder).load(request)


def test_purposes_do_not_mix(cache: DiskCache, source: Source) -> None:
    """What was taken as a schema under its rules is no controller document."""
    cache.load(REQUEST)
    source.body = b"[]"
    assert cache.load(Request(url=URL, purpose=Purpose.SCHEMA)).body == b"[]"
    assert cache.load(REQUEST).body == b"{}"


def test_a_cache_outlives_its_process(cache: DiskCache, clock: Clock) -> None:
    """Another one on the same folder has it, online or not."""
    held = cache.load(REQUEST)
    assert held.media_type == "application/did+json"
    assert DiskCache(cache.folder, Source(down()), clock=clock).load(REQUEST) == held
    assert DiskCache(cache.folder, clock=clock).load(REQUEST) == held
    clock.pass_(LIFETIMES[Purpose.CONTROLLER].offline + timedelta(seconds=1))
    with pytest.raises(Unavailable, match="too old"):
        DiskCache(cache.folder, clock=clock).load(REQUEST)
    with pytest.raises(Unavailable, match="not cached"):
        DiskCache(cache.folder, clock=clock).load(Request(url=URL + "x", purpose=Purpose.CONTROLLER))


def test_a_failure_is_remembered_and_soon_forgotten(cache: DiskCache, source: Source, clock: Clock) -> None:
    """Long enough for a batch; an outage must not outlive itself (and is not mistaken for an answer)."""
    source.body = down()
    with pytest.raises(Unavailable) as first:
        cache.load(REQUEST)
    assert not isinstance(first.value, FailedRecently)
    source.body = b"{}"
    clock.pass_(FAILURE_LIFETIME)
    with pytest.raises(FailedRecently, match="30 s ago: its host could not be connected to"):
        cache.load(REQUEST)
    assert source.asked == 1
    clock.pass_(timedelta(seconds=1))
    assert cache.load(REQUEST).body == b"{}"
    assert [path.suffix for path in files(cache)] == [".entry"]
    assert timedelta(minutes=1) > FAILURE_LIFETIME


def test_a_failure_of_one_document_is_not_another_s(cache: DiskCache, source: Source) -> None:
    """Neither of one host's documents, nor of one URL's purposes."""
    source.body = down()
    with pytest.raises(Unavailable):
        cache.load(REQUEST)
    source.body = b"{}"
    cache.load(Request(url=URL + "?x", purpose=Purpose.CONTROLLER))
    cache.load(Request(url=URL, purpose=Purpose.SCHEMA))


def test_a_refusal_is_not_remembered(cache: DiskCache, source: Source) -> None:
    """It is a rule of the loader's, not a state of the world; nothing older takes its place."""
    source.body = Refused(URL, "only https URLs are loaded")
    with pytest.raises(Refused):
        cache.load(REQUEST)
    assert not files(cache)


def test_being_offline_is_not_remembered_as_a_failure(tmp_path: Path, clock: Clock) -> None:
    """A look into the cache must not spoil the next run that goes online."""
    with pytest.raises(Unavailable):
        DiskCache(tmp_path, clock=clock).load(REQUEST)
    assert DiskCache(tmp_path, Source(), clock=clock).load(REQUEST).body == b"{}"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"\n",
        lambda data: data[:-1],
        lambda data: data + b" ",
        lambda data: data.replace(b"{}", b"[]"),
        lambda data: data.replace(b'"form":1', b'"form":2'),
        lambda data: data.replace(b"issuer.example", b"victim.example"),
        lambda data: data.replace(b'"controller"', b'"schema"'),
        lambda data: data.replace(b'"mediaType":"application/did+json"', b'"mediaType":7'),
        lambda data: data.replace(str(NOW).encode(), b'"now"'),
        lambda data: data.replace(str(NOW).encode(), b"true"),
        lambda data: data.replace(str(NOW).encode(), b"-1e300"),
        lambda data: data.replace(str(NOW).encode(), b"1900000000"),
        lambda data: os.urandom(2_000),
        lambda data: b"x" * 100_000,
        lambda data: b"[" * 10_000 + b"\n",
    ],
)
def test_a_damaged_entry_is_none(damage: Callable[[bytes], bytes], cache: DiskCache, source: Source) -> None:
    """It is loaded again, and replaced; nothing raises."""
    cache.load(REQUEST)
    (path,) = files(cache)
    data = path.read_bytes()
    assert damage(data) != data
    path.write_bytes(damage(data))
    assert cache.load(REQUEST).body == b"{}"
    assert source.asked == 2
    assert path.read_bytes() == data


def test_a_damaged_failure_is_none(cache: DiskCache, source: Source) -> None:
    """As with entries."""
    source.body = down()
    with pytest.raises(Unavailable):
        cache.load(REQUEST)
    (path,) = files(cache)
    path.write_bytes(b"{}\n")
    source.body = b"{}"
    assert cache.load(REQUEST).body == b"{}"


@pytest.mark.parametrize("url", ["../../etc/passwd", "https://x.example/" + "a" * 5_000, "\x00", "\ud800", "CON", ""])
def test_file_names_are_safe(url: str, cache: DiskCache) -> None:
    """They are digests: nothing of a URL can leave the folder or be too long."""
    cache.load(Request(url=url, purpose=Purpose.RELATED))
    for path in files(cache):
        assert path.parent.parent == cache.folder
        assert len(path.name) < 80
        assert path.name.removesuffix(".entry").isalnum()


def test_entries_are_their_owner_s(cache: DiskCache) -> None:
    """What somebody verifies is nobody else's to read, or to write."""
    cache.load(REQUEST)
    (path,) = files(cache)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    header, _, body = path.read_bytes().partition(b"\n")
    assert json.loads(header)["sha256"] == hashlib.sha256(body).hexdigest()


def test_the_folder_stays_within_its_size(tmp_path: Path, clock: Clock) -> None:
    """The oldest go; what does not fit at all is not kept; what is not ours stays."""
    source = Source(b" " * 1_000)
    cache = DiskCache(tmp_path, source, max_bytes=20_000, clock=clock)
    (tmp_path / "notes.txt").write_bytes(b"x" * 50_000)
    for number in range(60):
        cache.load(Request(url=f"{URL}{number}", purpose=Purpose.CONTROLLER))
        assert sum(path.stat().st_size for path in files(cache)) - 50_000 <= 20_000
    assert (tmp_path / "notes.txt").exists()
    cache.load(Request(url=f"{URL}59", purpose=Purpose.CONTROLLER))
    assert source.asked == 60
    cache.load(Request(url=f"{URL}0", purpose=Purpose.CONTROLLER))
    assert source.asked == 61
    source.body = b" " * 30_000
    assert len(cache.load(Request(url="big", purpose=Purpose.CONTROLLER)).body) == 30_000


@pytest.mark.parametrize("obstacle", ["file", "read-only"])
def test_a_folder_that_cannot_be_written(obstacle: str, tmp_path: Path, source: Source) -> None:
    """Then nothing is cached, and everything is loaded all the same."""
    folder = tmp_path / "cache"
    if obstacle == "file":
        folder.write_bytes(b"")
    else:
        folder = Path("/proc/vcverify")
        if not Path("/proc").is_dir():
            pytest.skip("needs a folder in which nobody can write")
    cache = DiskCache(folder, source)
    assert cache.load(REQUEST).body == cache.load(REQUEST).body == b"{}"
    assert source.asked == 2


def test_threads_and_processes_share_a_folder(tmp_path: Path) -> None:
    """Writes are atomic: a reader finds a whole entry or none."""
    bodies = [bytes([letter]) * 200_000 for letter in b"abcdefgh"]
    wrong: list[bytes] = []

    def work(body: bytes) -> None:
        for _ in range(12):
            DiskCache(tmp_path, Source(body), clock=lambda: NOW).load(REQUEST)
            with suppress(Unavailable):  # another thread has just taken it away
                got = DiskCache(tmp_path, clock=lambda: NOW).load(REQUEST).body
                if got not in bodies:
                    wrong.append(got)
            for path in tmp_path.rglob("*.entry"):
                path.unlink(missing_ok=True)
                DiskCache(tmp_path, Source(body), clock=lambda: NOW).load(REQUEST)

    threads = [threading.Thread(target=work, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_cache_travels_to_other_processes(tmp_path: Path) -> None:
    """`verify_many` with workers sends its loader along."""
    loader: Any = vcverify.loading.https(cache=tmp_path, ports={443, 8443})
    for travelled in (pickle.loads(pickle.dumps(loader)), pickle.loads(pickle.dumps(DiskCache(tmp_path)))):
        assert isinstance(travelled, DiskCache)
        assert travelled.folder == tmp_path
    assert isinstance(pickle.loads(pickle.dumps(HttpsLoader())), HttpsLoader)


def test_the_loader_has_one_name_however_it_is_imported(tmp_path: Path) -> None:
    """The function and its module share a name; both ways of writing it work, before and after the other."""
    from vcverify.loading import https

    assert isinstance(vcverify.loading.https(cache=False), HttpsLoader)
    assert isinstance(https(cache=tmp_path), DiskCache)
    with pytest.raises(AttributeError):
        _ = vcverify.loading.http


def test_the_user_s_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the XDG specification says; a relative path in the variable does not count."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert user_cache_folder() == tmp_path / "xdg" / "vcverify"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert user_cache_folder() == tmp_path / ".cache" / "vcverify"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert user_cache_folder() == tmp_path / ".cache" / "vcverify"
    cache: Any = vcverify.loading.https(cache="~/elsewhere")
    assert cache.folder == tmp_path / "elsewhere"
    assert not (tmp_path / "elsewhere").exists()


def test_an_authority_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    """A mistyped path is the caller's mistake, not the network's."""
    with pytest.raises(OSError):
        vcverify.loading.https(ca_file=tmp_path / "missing.pem")


def test_a_chain_knows_what_its_parts_hold() -> None:
    """Supplied documents are seen where the network is asked after them."""
    chain = ChainLoader(StaticLoader({URL: b"{}"}), NullLoader())
    assert URL in chain
    assert "https://other.example/" not in chain
