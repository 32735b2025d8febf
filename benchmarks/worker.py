"""One contestant in a process of its own, which times itself: `python -m benchmarks.worker MODULE:CLASS`.

Requests and answers are lines of JSON. Imports nothing but the contestant's module: peers live in
environments where nothing of ours is installed.

    {"do": "start", "contexts": {URL: CONTEXT}, "clock": "wall"}   {"versions": {NAME: VERSION}}
    {"do": "load", "kind": NAME, "paths": [PATH]}        {}
    {"do": "check", "kind": NAME}                        {"genuine": ANSWER, "tampered": [ANSWER, ANSWER]}
    {"do": "time", "kind": NAME, "repeat": COUNT}        {"seconds": [SECONDS]}
    {"do": "judge", "path": PATH}                        ANSWER

ANSWER is {"accepted": BOOLEAN, "said": TEXT, "seconds": SECONDS}.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.changes import tampered
from benchmarks.contestant import Contestant

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
"""What is read before and after: the clock on the wall, or processor time of all threads of the process."""


class Worker:
    """Answers requests about one contestant."""

    def __init__(self, contestant: type[Contestant]) -> None:
        self._class = contestant
        self._contestant: Contestant | None = None
        self._documents: dict[str, list[Any]] = {}
        self._secured: dict[str, bytes | str] = {}
        self._clock = time.perf_counter
        self._turn = 0

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "start":
                self._contestant = self._class(request["contexts"])
                self._clock = CLOCKS[request["clock"]]
                return {"versions": {name: metadata.version(name) for name in self._class.distributions.split()}}
            case "load":
                return self._load(request["kind"], [Path(path) for path in request["paths"]])
            case "check":
                return self._check(request["kind"])
            case "time":
                return {"seconds": [self._timed(request["kind"]) for _ in range(request["repeat"])]}
            case "judge":
                return self._judged(self._made.prepare(Path(request["path"]).read_bytes()))
            case unknown:
                raise ValueError(f"nobody knows how to do {unknown!r}")

    @property
    def _made(self) -> Contestant:
        if self._contestant is None:
            raise ValueError("it was not started")
        return self._contestant

    def _load(self, kind: str, paths: list[Path]) -> dict[str, Any]:
        secured = [self._made.secure(path.read_bytes()) for path in paths]
        self._secured[kind] = secured[0]
        self._documents[kind] = [self._made.prepare(data) for data in secured]
        return {}

    def _check(self, kind: str) -> dict[str, Any]:
        changed = [self._made.prepare(data) for data in tampered(self._secured[kind])]
        answers = [self._judged(document) for document in self._documents[kind]]
        genuine = next((answer for answer in answers if not answer["accepted"]), answers[-1])
        return {"genuine": genuine, "tampered": [self._judged(document) for document in changed]}

    def _judged(self, document: Any) -> dict[str, Any]:
        began = time.perf_counter()
        try:
            accepted, said = self._made.verify(document), ""
        except Exception as error:  # a peer's way to say no
            accepted, said = False, f"{type(error).__name__}: {error}"
        return {"accepted": bool(accepted), "said": said, "seconds": time.perf_counter() - began}

    def _timed(self, kind: str) -> float:
        documents = self._documents[kind]
        self._turn += 1
        document = documents[self._turn % len(documents)]
        verify = self._made.verify
        clock = self._clock
        began = clock()
        accepted = verify(document)
        seconds = clock() - began
        if not accepted:
            raise AssertionError(f"a document of the kind {kind} was accepted before, and is refused now")
        return seconds


def main() -> None:
    """Serves until its input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a contestant prints is no answer
    module, _, name = sys.argv[1].partition(":")
    try:
        worker = Worker(getattr(importlib.import_module(module), name))
    except ImportError as error:
        answers.write(json.dumps({"error": f"{error}"}) + "\n")
        answers.flush()
        os._exit(1)
    for line in sys.stdin:
        try:
            answer = worker.answer(json.loads(line))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    os._exit(0)  # some native peers crash while Python shuts down


if __name__ == "__main__":
    main()
