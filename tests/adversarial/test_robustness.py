"""Whatever is handed to the verifier, and whatever happens around it: a report, and always the same one."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
from cases import documents as make
from cases.keyring import ec_key
from cases.tokens import token
from support.damage import damaged
from support.simulator import AT, ILL, LATER, LIST, PAST, WELL, badge, loader, plain, record, sample, signed

import vcverify
from vcverify.loading import Purpose, Request, Resource

Json = dict[str, Any]


@pytest.fixture(scope="module")
def verifier() -> vcverify.Verifier:
    return vcverify.Verifier(loader=loader())


def fresh(name: str = "badge") -> Json:
    """A signed document that nobody else holds."""
    document: Json = json.loads(json.dumps(sample(name).document))
    return document


def told(report: vcverify.Report) -> str:
    """The whole report as text."""
    return json.dumps(report.to_dict(), sort_keys=True)


def reading(report: vcverify.Report) -> str:
    assert report.credential is not None
    return json.dumps(report.credential.to_dict(), sort_keys=True)


def codes(report: vcverify.Report) -> set[str]:
    return {problem.code for problem in report.problems()}


# --- the caller goes on with the document (M46) -------------------------------------------------------


def test_what_the_caller_does_afterwards_changes_nothing(verifier: vcverify.Verifier) -> None:
    """The report holds a copy; what it tells is worked out later, and must not follow the caller's object."""
    document = fresh("record")
    report = verifier.verify(document, at=AT)
    document["credentialSubject"]["verifiableCredential"][0]["name"] = "Master of all trades"
    document["issuer"]["name"] = "The Ministry"
    document.clear()
    assert told(report) == told(verifier.verify(fresh("record"), at=AT))
    assert report.unverified_document == fresh("record")


def test_what_the_caller_does_to_the_answer_changes_nothing(verifier: vcverify.Verifier) -> None:
    """What a report tells is told anew each time, also of a report that came from another process."""
    for report in (
        verifier.verify(fresh("record"), at=AT),
        pickle.loads(pickle.dumps(verifier.verify(fresh("record"), at=AT))),
    ):
        before = told(report)
        for answer in (report.to_dict(), report.credential.to_dict()):
            answer["issuer"] = "did:example:other"
            answer.clear()
        assert told(report) == before


def test_a_document_that_changes_meanwhile_is_read_as_it_was_at_one_time(verifier: vcverify.Verifier) -> None:
    """Another thread writes into the dict while it is verified: whatever is accepted was signed as it is read."""
    document = fresh("plain")
    expected = reading(verifier.verify(fresh("plain"), at=AT))
    stop = threading.Event()

    def meddle() -> None:
        for turn in itertools.count():
            if stop.is_set():
                return
            document["name"] = "Library card" if turn % 2 else "Key to the city"
            document["validUntil"] = PAST if turn % 3 else LATER
            document[f"x{turn % 7}"] = {"a": [turn]}
            document.pop(f"x{(turn + 3) % 7}", None)
            document["credentialSubject"].pop("name", None)
            document["credentialSubject"]["name"] = "A. Learner"

    thread = threading.Thread(target=meddle)
    thread.start()
    try:
        for _ in range(150):
            report = verifier.verify(document, at=AT)
            assert "internal.error" not in codes(report)
            assert not report.verified or reading(report) == expected
    finally:
        stop.set()
        thread.join()


# --- threads, interruptions, hash seeds (M48, M49) -----------------------------------------------------

MIXED = (*WELL, *ILL)


def test_threads_that_share_a_verifier_never_disturb_each_other() -> None:
    """8 threads x 300 verifications, every third hostile: each verdict is what one thread alone finds."""
    shared_one = vcverify.Verifier(loader=loader())
    alone = vcverify.Verifier(loader=loader())
    expected = {name: told(alone.verify(sample(name).document, at=AT)) for name in MIXED}
    hostile = [damaged(sample(name).document, seed) for seed, name in enumerate(MIXED * 4)]
    wrong: list[str] = []

    def work(number: int) -> None:
        chance = random.Random(number)
        for turn in range(300):
            if turn % 3 == 2:
                if "internal.error" in codes(shared_one.verify(chance.choice(hostile), at=AT)):
                    wrong.append("hostile")
                continue
            name = chance.choice(MIXED)
            if told(shared_one.verify(sample(name).document, at=AT)) != expected[name]:
                wrong.append(name)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not wrong


_REPORTS = """
import hashlib, json, sys, threading
from datetime import datetime
import vcverify
from vcverify.loading.memory import StaticLoader

given = json.load(sys.stdin)
at = datetime.fromisoformat(given["at"])
verifier = vcverify.Verifier(loader=StaticLoader({url: body.encode() for url, body in given["world"].items()}))
found = [None] * len(given["documents"])
start = threading.Barrier(8)

def work(number):
    start.wait()
    for position in range(number, len(found), 8):
        report = verifier.verify(given["documents"][position], at=at)
        found[position] = json.dumps(report.to_dict()) + str(report)

threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps([hashlib.sha256(text.encode()).hexdigest() for text in found]))
"""


@pytest.mark.parametrize("hash_seed", ["0", "1", "2", "3", "4"])
def test_reports_are_the_same_to_the_byte_under_any_hash_seed(hash_seed: str, verifier: vcverify.Verifier) -> None:
    """No set's order reaches a report; and 8 threads that find every cache cold fill it all the same."""
    documents = [sample(name).document for name in MIXED]
    documents += [
        json.loads(json.dumps({**document, "undefined": 1, "also": 2, "more": 3})) for document in documents[:6]
    ]
    expected = []
    for document in documents:
        report = verifier.verify(document, at=AT)
        expected.append(hashlib.sha256((json.dumps(report.to_dict()) + str(report)).encode()).hexdigest())
    published = loader().load(Request(url=LIST, purpose=Purpose.STATUS_LIST)).body.decode()
    given = {"at": AT.isoformat(), "world": {LIST: published}, "documents": documents}
    done = subprocess.run(
        [sys.executable, "-c", _REPORTS],
        input=json.dumps(given),
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == expected


class Interrupted(BaseException):
    """What a user's Ctrl-C or a supervisor's timeout raises."""


# The interruption may strike while hypothesis counts garbage collections, where nothing can be raised.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="interval timers are POSIX")
@pytest.mark.skipif(sys.gettrace() is not None, reason="the interruption may leave a tracer's own lock held")
def test_an_interruption_leaves_nothing_half_done() -> None:
    """A verification that is broken off anywhere leaves no cache from which a later one would read wrongly."""
    expected = {name: told(vcverify.Verifier(loader=loader()).verify(sample(name).document, at=AT)) for name in WELL}
    chance = random.Random(5)

    def interrupt(*_: Any) -> None:
        raise Interrupted

    previous = signal.signal(signal.SIGALRM, interrupt)
    broken = 0
    try:
        for turn in range(60):
            cold = vcverify.Verifier(loader=loader())
            name = WELL[turn % len(WELL)]
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0002, 0.004))
                    cold.verify(sample(name).document, at=AT)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupted:
                broken += 1
            assert told(cold.verify(sample(name).document, at=AT)) == expected[name]
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert broken


class Failing:
    """A loader that raises what loaders should not."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def load(self, request: Request) -> Resource:
        raise self.error


@pytest.mark.parametrize(
    "error", [RuntimeError("a bug"), OSError("disk"), MemoryError(), RecursionError(), KeyError("x")]
)
def test_a_loader_with_a_bug_makes_nothing_verify(error: Exception) -> None:
    """What breaks inside a caller's part is told as a bug, and leaves the answer open."""
    report = vcverify.Verifier(loader=Failing(error)).verify(fresh("badge"), at=AT)
    assert report.outcome == "indeterminate"
    assert "internal.error" in codes(report)


def test_what_stops_the_program_stops_the_verification() -> None:
    """Ctrl-C while a document loads is the user's, not the document's."""
    with pytest.raises(KeyboardInterrupt):
        vcverify.Verifier(loader=Failing(KeyboardInterrupt())).verify(fresh("badge"), at=AT)


# --- damage (R2) ---------------------------------------------------------------------------------------


def documents() -> dict[str, Any]:
    """Signed documents of every kind: by name, JSON or a token's bytes."""
    p256 = ec_key("college")
    found: dict[str, Any] = {name: sample(name).document for name in WELL}
    found["jcs"] = signed(plain(), suite="eddsa-jcs-2022")
    found["2020"] = signed(plain(context=[make.V2, make.ED25519_2020]), suite="Ed25519Signature2020")
    found["ecdsa"] = signed(plain(issuer=p256.did), p256, suite="ecdsa-rdfc-2019")
    found["token"] = token(plain(), make.COLLEGE).encode()
    found["enveloped"] = record(
        {
            "@context": make.V2,
            "type": "EnvelopedVerifiableCredential",
            "id": f"data:application/vc+jwt,{token(badge(), make.COLLEGE)}",
        }
    )
    return found


def hold_damaged(start: int, end: int) -> int:
    """Verifies the damaged documents of these seeds; how many were accepted all the same."""
    verifier = vcverify.Verifier(loader=loader())
    sources = documents()
    names = list(sources)
    expected = {name: reading(verifier.verify(document, at=AT)) for name, document in sources.items()}
    accepted = 0
    for seed in range(start, end):
        name = names[seed % len(names)]
        data = damaged(sources[name], seed)
        report = verifier.verify(data, at=AT)
        assert "internal.error" not in codes(report), (name, seed)
        json.dumps(report.to_dict())
        if report.verified:
            accepted += 1
            assert reading(report) == expected[name], (name, seed)
    return accepted


def test_damaged_documents_are_refused_or_read_the_same() -> None:
    """No damage raises, none is taken for a bug of ours, and none that is accepted has changed what is read."""
    assert hold_damaged(0, 3_000) > 0


@pytest.mark.long
@pytest.mark.parametrize("start", range(0, 100_000, 5_000))
def test_a_hundred_thousand_damaged_documents(start: int) -> None:
    """Target R2 of the security design."""
    hold_damaged(start, start + 5_000)
