"""Loaders that open no connection."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcverify.loading import Purpose, Request, Resource, Unavailable
from vcverify.loading.memory import (
    CachingLoader,
    ChainLoader,
    NullLoader,
    RecordingLoader,
    StaticLoader,
    resource_from_json,
    resource_to_json,
    resources_from_json,
)
from vcverify.problems import ProblemError

URL = "https://issuer.example/did.json"


def ask(url: str = URL, purpose: Purpose = Purpose.CONTROLLER) -> Request:
    return Request(url=url, purpose=purpose)


class Counting:
    """Answers with a new body each time, and counts."""

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self.asked: list[Request] = []

    def load(self, request: Request) -> Resource:
        self.asked.append(request)
        if request.url.endswith("/absent"):
            raise Unavailable(request.url, "absent")
        return Resource(url=request.url, body=f"{len(self.asked)}".encode() * self.size)


def test_offline_has_nothing_and_says_so() -> None:
    """Offline is the default: a reader has to see that nothing was tried, not that the server failed."""
    with pytest.raises(Unavailable, match="network is off"):
        NullLoader().load(ask())


def test_a_static_loader_matches_urls_character_by_character() -> None:
    """A document supplied for one URL must not answer for a look-alike."""
    loader = StaticLoader({URL: b"{}"})
    assert loader.load(ask()) == Resource(url=URL, body=b"{}", media_type="application/json")
    assert URL in loader
    for other in (URL + "/", URL + "#x", URL.upper(), URL.replace("did", "%64id")):
        with pytest.raises(Unavailable):
            loader.load(ask(other))


def test_a_static_loader_is_not_changed_through_the_mapping_it_was_given() -> None:
    """The outcome is a function of what the loader held when it was made."""
    mapping: dict[str, Resource | bytes] = {}
    loader = StaticLoader(mapping)
    mapping[URL] = b"{}"
    with pytest.raises(Unavailable):
        loader.load(ask())


def test_a_chain_answers_with_the_first_that_has_it() -> None:
    """Bundled documents stand before supplied ones, so that nobody can replace them."""
    chain = ChainLoader(StaticLoader({}), StaticLoader({URL: b"1"}), StaticLoader({URL: b"2"}))
    assert chain.load(ask()).body == b"1"


def test_a_chain_gives_the_last_reason_and_an_empty_one_a_reason_too() -> None:
    """The last loader is the one that went farthest, so its reason is the one that helps."""
    with pytest.raises(Unavailable, match="network is off"):
        ChainLoader(StaticLoader({}), NullLoader()).load(ask())
    with pytest.raises(Unavailable, match="no loader"):
        ChainLoader().load(ask())


def test_a_cache_loads_once_for_each_url_and_purpose() -> None:
    """Rules are said by purpose, so an answer for one purpose must not serve another unseen."""
    source = Counting()
    cache = CachingLoader(source)
    assert cache.load(ask()) is cache.load(ask())
    cache.load(ask(purpose=Purpose.SCHEMA))
    assert [request.purpose for request in source.asked] == [Purpose.CONTROLLER, Purpose.SCHEMA]


def test_a_cache_does_not_remember_failures() -> None:
    """A server that was down for a moment must not stay unreachable for a long-lived verifier."""
    source = Counting()
    cache = CachingLoader(source)
    for _ in range(2):
        with pytest.raises(Unavailable):
            cache.load(ask("https://issuer.example/absent"))
    assert len(source.asked) == 2


def test_a_cache_is_bounded_by_entries_and_the_least_recently_used_goes() -> None:
    """Strangers choose the URLs: without a bound they choose the memory."""
    source = Counting()
    cache = CachingLoader(source, entries=2)
    for name in "abacb":
        cache.load(ask(f"https://x.example/{name}"))
    assert [request.url[-1] for request in source.asked] == ["a", "b", "c", "b"]


def test_a_cache_is_bounded_by_bytes_and_keeps_no_body_beyond_them() -> None:
    """A status list of 4 MiB weighs more than a key, so entries alone are no bound."""
    source = Counting(size=40)
    cache = CachingLoader(source, max_bytes=100)
    for name in "abcc":
        cache.load(ask(f"https://x.example/{name}"))
    assert len(source.asked) == 3
    cache.load(ask("https://x.example/a"))
    assert len(source.asked) == 4
    tight = CachingLoader(Counting(size=200), max_bytes=100)
    assert tight.load(ask()) is not tight.load(ask())


def test_a_cache_is_shared_between_threads() -> None:
    """One verifier serves many threads: each must get a whole answer."""
    cache = CachingLoader(Counting(), entries=4)
    failures: list[BaseException] = []

    def work(offset: int) -> None:
        try:
            for step in range(300):
                url = f"https://x.example/{(step + offset) % 7}"
                assert cache.load(ask(url)).url == url
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_recording_replays_to_the_same_answers() -> None:
    """An evidence file must lead to the same report: the same URL, the same bytes, the same media type."""
    source = StaticLoader(
        {
            "https://x.example/json": b'{"a":1}',
            "https://x.example/spaced": b'{ "a": 1 }',
            "https://x.example/text": Resource(
                url="https://x.example/text", body="ä.b.c".encode(), media_type="text/plain"
            ),
            "https://x.example/bytes": Resource(
                url="https://x.example/bytes", body=b"\xff\x00", media_type="image/png"
            ),
        }
    )
    recording = RecordingLoader(source)
    urls = ["https://x.example/" + name for name in ("json", "spaced", "text", "bytes")]
    heard = [recording.load(ask(url)) for url in urls]
    replay = StaticLoader(resources_from_json(recording.to_json()))
    assert [replay.load(ask(url)) for url in urls] == heard
    assert recording.to_json()["https://x.example/json"] == {"a": 1}


def test_a_recording_answers_one_url_with_one_body() -> None:
    """If the server changed between two loads, a replay could not tell the two apart."""
    recording = RecordingLoader(Counting())
    assert recording.load(ask()) == recording.load(ask(purpose=Purpose.RELATED))
    assert list(recording.recorded) == [URL]


def test_a_recording_keeps_no_failures() -> None:
    """What could not be had is absent from the case, and thereby unavailable in the replay."""
    recording = RecordingLoader(NullLoader())
    with pytest.raises(Unavailable):
        recording.load(ask())
    assert recording.to_json() == {}


@pytest.mark.parametrize(
    ("body", "data", "media_type"),
    [
        ({"b": 1, "a": "ü"}, '{"b":1,"a":"ü"}'.encode(), "application/json"),
        ([1, 2.5, None], b"[1,2.5,null]", "application/json"),
        ("a.b.c", b"a.b.c", "text/plain"),
        ({"base64": "AAE=", "mediaType": "image/png"}, b"\x00\x01", "image/png"),
        ({"base64": "AAE="}, b"\x00\x01", "application/octet-stream"),
        ({"base64": "AAE=", "other": 1}, b'{"base64":"AAE=","other":1}', "application/json"),
    ],
)
def test_a_case_resource_becomes_bytes_and_a_media_type(body: object, data: bytes, media_type: str) -> None:
    """Digests are over bytes, so the bytes of each form of a case's resource are fixed."""
    assert resource_from_json(URL, body) == Resource(url=URL, body=data, media_type=media_type)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body", [{"base64": "A"}, {"base64": "A A="}, {"base64": 1}, {"base64": "AA==", "mediaType": 1}]
)
def test_a_malformed_case_resource_is_a_problem(body: dict[str, object]) -> None:
    """`replay` exits 2 for a malformed case instead of judging something else."""
    with pytest.raises(ProblemError, match=r"input\.malformed"):
        resource_from_json(URL, body)  # type: ignore[arg-type]


@given(
    st.binary(max_size=60) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(["application/json", "text/plain", "application/vc", "image/png"]),
)
def test_every_resource_survives_the_way_into_a_case_and_back(body: bytes, media_type: str) -> None:
    """What was recorded is what is replayed, whatever a server sent."""
    resource = Resource(url=URL, body=body, media_type=media_type)
    assert resource_from_json(URL, resource_to_json(resource)) == resource
