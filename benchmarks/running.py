"""The run: start everybody, check every answer, then time in rounds, each contestant next to all others."""

from __future__ import annotations

import contextlib
import json
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.documents import Kind, contexts, hostile
from benchmarks.process import TimedOut, WorkerError, WorkerProcess
from benchmarks.roster import OURS, Entrant
from vcverify import Verifier

SAMPLE_SECONDS: Final = 0.04
"""A sample is the median of as many verifications as fit; quick ones are repeated, slow ones are not."""
SMALL: Final = 200_000
"""Bytes up to which we also check documents with PyLD in our own process, whoever takes part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long the run may take.

    Attributes:
        rounds: Samples of each contestant and kind.
        seconds: After which a contestant is done with a kind, if it has `least` samples.
        clock: "wall", or "cpu" for processor time, on machines that have other things to do.
        patience: Seconds that a contestant has for one document's checks, and for a hostile document.
    """

    rounds: int = 7
    least: int = 3
    seconds: float = 12.0
    clock: str = "wall"
    patience: float = 120.0
    hostile_patience: float = 5.0


@dataclass(slots=True)
class Outcome:
    """What was measured: `samples[kind][entrant]` in seconds by round, `unfit[kind][entrant]` why there are none."""

    samples: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)
    unfit: dict[str, dict[str, str]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    hostile: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def median(self, kind: str, entrant: str) -> float | None:
        """In seconds."""
        samples = self.samples.get(kind, {}).get(entrant)
        return statistics.median(samples.values()) if samples else None

    def ratio(self, kind: str, entrant: str, to: str) -> float | None:
        """The median, over the rounds that both took part in, of one's time by the other's."""
        return self.ratio_of((kind, entrant), (kind, to))

    def ratio_of(self, one: tuple[str, str], other: tuple[str, str]) -> float | None:
        """As `ratio`, of pairs of a kind and a contestant."""
        ours, theirs = (self.samples.get(kind, {}).get(entrant, {}) for kind, entrant in (one, other))
        common = ours.keys() & theirs.keys()
        return statistics.median(ours[at] / theirs[at] for at in common) if common else None


class WrongAnswer(Exception):
    """We, or the floor, answered wrongly: nothing that follows would mean anything."""


Say = Callable[[str], None]


def to_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(
    kinds: Sequence[Kind],
    entrants: Sequence[Entrant],
    folder: Path,
    peers: Path,
    plan: Plan,
    *,
    with_hostile: bool = True,
    say: Say = to_stderr,
) -> Outcome:
    """Measures the entrants on the kinds; documents are written to `folder`.

    Raises:
        WrongAnswer: one of ours, or the floor, does not accept what is genuine or refuse what is not.
    """
    outcome = Outcome()
    say(f"signing {sum(kind.pool for kind in kinds)} documents ...")
    paths = {kind.name: _written(kind, folder) for kind in kinds}
    for kind in kinds:
        check_documents(kind, paths[kind.name])
    with contextlib.ExitStack() as stack:
        workers = dict(_started(entrants, peers, stack, outcome, plan, say))
        for entrant, worker in list(workers.items()):
            say(f"checking the answers of {entrant.title} ...")
            for kind in kinds:
                if entrant.peer and kind.no_peers:
                    reason = kind.no_peers
                elif kind.members > entrant.most:
                    reason = f"it is not asked beyond {entrant.most:,} members"
                else:
                    reason = fit(entrant, worker, kind, paths[kind.name], plan)
                if reason:
                    outcome.unfit.setdefault(kind.name, {})[entrant.name] = reason
                    say(f"  not on {kind.title}: {reason}")
        for at in range(plan.rounds):
            say(f"round {at + 1} of {plan.rounds} ...")
            _round(at, kinds, workers, outcome, plan)
        if with_hostile:
            say("hostile documents ...")
            _hostile(workers, folder, outcome, plan)
    return outcome


def _written(kind: Kind, folder: Path) -> list[str]:
    paths = []
    (folder / kind.name).mkdir()
    for number, data in enumerate(kind.documents()):
        path = folder / kind.name / f"{number}.json"
        path.write_bytes(data)
        paths.append(str(path))
    return paths


def check_documents(kind: Kind, paths: Sequence[str]) -> None:
    """That the documents are what they are said to be, before anybody is asked; and that a flawed one is refused."""
    data = Path(paths[0]).read_bytes()
    flawed = None if kind.flawed is None else json.dumps(kind.flawed()).encode()
    engines = ("fast", "pyld") if len(data) <= SMALL else ("fast",)
    for engine in engines:
        verifier = Verifier(engine=engine)
        report = verifier.verify(data)
        ran = report.evidence[0].get("engine", engine) if report.evidence else ""  # tokens are signed as they stand
        if not report or len(report.children) != kind.members or ran != engine:
            raise WrongAnswer(f"{kind.title}, engine {engine}:\n{report}")
        if flawed is None:
            continue
        report = verifier.verify(flawed)
        if report or not report.authentic or [found.code for found in report.problems()] != [kind.told]:
            raise WrongAnswer(f"{kind.title}, engine {engine}: {kind.told} was planted, and\n{report}")


def _started(
    entrants: Sequence[Entrant], peers: Path, stack: contextlib.ExitStack, outcome: Outcome, plan: Plan, say: Say
) -> Iterator[tuple[Entrant, WorkerProcess]]:
    for entrant in entrants:
        try:
            worker = stack.enter_context(WorkerProcess(entrant.command(peers)))
            outcome.versions[entrant.name] = _start(worker, plan)
        except (LookupError, WorkerError) as error:
            if not entrant.peer:
                raise
            outcome.absent[entrant.name] = str(error)
            say(f"absent: {entrant.title}: {error}")
            continue
        yield entrant, worker


def _start(worker: WorkerProcess, plan: Plan) -> dict[str, str]:
    """The versions of what the worker runs."""
    versions: dict[str, str] = worker.ask(do="start", contexts=dict(contexts()), clock=plan.clock)["versions"]
    return versions


def fit(entrant: Entrant, worker: WorkerProcess, kind: Kind, paths: Sequence[str], plan: Plan) -> str:
    """Why the entrant is not timed on the kind; "" if its answers are right."""
    try:
        if not worker.running:
            _start(worker, plan)
        worker.ask(do="load", kind=kind.name, paths=list(paths), seconds=plan.patience)
        answer = worker.ask(do="check", kind=kind.name, seconds=plan.patience)
    except WorkerError as error:
        reason = str(error)
    else:
        genuine = answer["genuine"]
        if not genuine["accepted"]:
            reason = f"refuses it: {genuine['said'] or 'without a reason'}"
        elif any(changed["accepted"] for changed in answer["tampered"]):
            reason = "accepts it changed"
        else:
            return ""
    if not entrant.peer:
        raise WrongAnswer(f"{entrant.title} on {kind.title}: {reason}")
    return " ".join(reason.split())[:160]


def _round(at: int, kinds: Sequence[Kind], workers: dict[Entrant, WorkerProcess], outcome: Outcome, plan: Plan) -> None:
    order = list(workers)
    order = order[at % len(order) :] + order[: at % len(order)]
    for kind in kinds:
        for entrant in order:
            if entrant.name in outcome.unfit.get(kind.name, {}):
                continue
            samples = outcome.samples.setdefault(kind.name, {}).setdefault(entrant.name, {})
            typical = statistics.median(samples.values()) if samples else 0.0
            if len(samples) >= plan.least and typical * len(samples) > plan.seconds:
                continue
            repeat = max(1, min(64, round(SAMPLE_SECONDS / typical))) if typical else 1
            seconds = workers[entrant].ask(do="time", kind=kind.name, repeat=repeat)["seconds"]
            samples[at] = statistics.median(seconds)


def _hostile(workers: dict[Entrant, WorkerProcess], folder: Path, outcome: Outcome, plan: Plan) -> None:
    for name, data in hostile().items():
        path = folder / f"{name.replace(' ', '-')}.json"
        path.write_bytes(data)
        for entrant, worker in workers.items():
            if entrant.name not in _JUDGES:
                continue
            try:
                if not worker.running:
                    _start(worker, plan)
                answer = worker.ask(do="judge", path=str(path), seconds=plan.hostile_patience)
            except TimedOut:
                answer = {"accepted": None, "said": "stopped", "seconds": plan.hostile_patience}
            except WorkerError as error:
                answer = {"accepted": None, "said": str(error), "seconds": None}
            if entrant == OURS and answer["accepted"] is not False:
                raise WrongAnswer(f"{entrant.title} on a {name}: {answer}")
            outcome.hostile.setdefault(name, {})[entrant.name] = answer


_JUDGES: Final = frozenset(
    {"vcverify", "pyld", "pyld-oxigraph", "openvc", "openbadgeslib", "jsonld.js", "digitalbazaar"}
)
