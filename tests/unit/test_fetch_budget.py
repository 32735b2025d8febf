"""The time that all documents of one verification have together."""

from __future__ import annotations

import functools
import json
from datetime import datetime
from typing import Any

import pytest
from cases import documents as make
from cases.documents import COLLEGE, single_key_document
from cases.signing import sign
from support import simulator

import vcverify
from vcverify.limits import Budget, Limits
from vcverify.loading import Purpose, Request, Resource, Unavailable
from vcverify.loading.memory import CachingLoader
from vcverify.problems import ProblemError

AT = datetime.fromisoformat(make.AT)
REQUEST = Request(url="https://issuer.example/did.json", purpose=Purpose.CONTROLLER)


class Clock:
    """A monotonic clock, to be set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """What the world publishes, each document after so many seconds of the clock."""

    def __init__(self, clock: Clock, seconds: float, bodies: dict[str, Any]) -> None:
        self._clock = clock
        self._seconds = seconds
        self._bodies = {url: json.dumps(body).encode() for url, body in bodies.items()}
        self.allowed: list[float | None] = []

    def load(self, request: Request) -> Resource:
        self.allowed.append(request.seconds)
        self._clock.now += self._seconds
        if request.url in self._bodies:
            return Resource(url=request.url, body=self._bodies[request.url])
        return simulator.loader().load(request)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every verification of the test."""
    clock = Clock()
    monkeypatch.setattr("vcverify.verifier.Budget", functools.partial(Budget, clock=clock))
    return clock


ISSUERS = [f"did:web:issuer-{number}.example" for number in range(12)]
DOCUMENTS = {
    f"https://issuer-{number}.example/.well-known/did.json": single_key_document(did, COLLEGE)
    for number, did in enumerate(ISSUERS)
}


def record(count: int) -> dict[str, Any]:
    """A record of badges by so many issuers, each with a document of its own."""
    members = [
        sign(make.badge(did, name=f"Badge {number}"), COLLEGE, method=f"{did}#key-1")
        for number, did in enumerate(ISSUERS[:count])
    ]
    return simulator.record(*members)


def codes(report: vcverify.Report) -> list[str]:
    return [problem.code for problem in report.problems()]


def test_many_slow_documents_together_have_a_minute(clock: Clock) -> None:
    """Twelve hosts that each take 9 s, just under their own deadline: the seventh load is the last."""
    loader = Slow(clock, 9.0, DOCUMENTS)
    report = vcverify.verify(record(12), loader=loader, at=AT)
    assert len(loader.allowed) == 7
    assert "limit.exceeded" in codes(report)
    assert not report.verified
    assert clock.now - 1_000.0 == 63.0


def test_each_load_is_told_what_is_left(clock: Clock) -> None:
    """So that the last one ends when the time for all does."""
    loader = Slow(clock, 9.0, DOCUMENTS)
    vcverify.verify(record(12), loader=loader, at=AT)
    assert loader.allowed == [60.0, 51.0, 42.0, 33.0, 24.0, 15.0, 6.0]


def test_a_document_that_is_slow_but_in_time_is_judged(clock: Clock) -> None:
    """Six issuers in 54 s verify."""
    report = vcverify.verify(record(6), loader=Slow(clock, 9.0, DOCUMENTS), at=AT)
    assert report.verified, str(report)


def test_status_lists_take_of_the_same_time(clock: Clock) -> None:
    """Controller documents and what checks load are one account."""
    did = ISSUERS[0]
    badge = make.badge(did, credentialStatus=simulator.entry(simulator.GOOD))
    document = sign(badge, COLLEGE, method=f"{did}#key-1")
    loader = Slow(clock, 60.0, DOCUMENTS)
    report = vcverify.verify(document, loader=loader, at=AT)
    assert loader.allowed == [60.0]
    assert "limit.exceeded" in codes(report)
    assert not report.verified


def test_every_verification_has_its_own_time(clock: Clock) -> None:
    """A slow document does not take from the next one."""
    verifier = vcverify.Verifier(loader=Slow(clock, 9.0, DOCUMENTS))
    assert all(verifier.verify(record(6), at=AT) for _ in range(3))


def test_failures_take_time_as_well() -> None:
    """A host that never answers is the slowest of all."""
    clock = Clock()
    budget = Budget(limits=Limits(fetches_seconds=5.0), clock=clock)
    with pytest.raises(Unavailable), budget.fetch("a.example"):
        clock.now += 5.0
        raise Unavailable("", "")
    with pytest.raises(ProblemError) as error, budget.fetch("b.example"):
        raise AssertionError("asked")
    assert error.value.problem.code == "limit.exceeded"
    assert error.value.problem.found == "5.0"


def test_requests_are_the_same_whatever_time_is_left() -> None:
    """Caches find them again."""
    hurried = Request(url=REQUEST.url, purpose=REQUEST.purpose, seconds=0.5)
    assert hurried == REQUEST
    assert hash(hurried) == hash(REQUEST)
    source = Slow(Clock(), 0.0, {REQUEST.url: {}})
    cache = CachingLoader(source)
    assert cache.load(REQUEST) == cache.load(hurried)
    assert len(source.allowed) == 1
