"""Switches off each line tagged `# CHECK:` in turn, and shows that a test fails.

    python tools/mutation_check.py                      all guards: by the cases, and where no case tells, by the tests
    python tools/mutation_check.py --cases-only         by the cases alone
    python tools/mutation_check.py --sample 10          ten guards that cases reach, always the same
    python tools/mutation_check.py --only baking        the guards whose path or text has this in it
    python tools/mutation_check.py --state done.jsonl   keeps what was found; run again, it goes on from there

`tools/guards.py` says what a tag stands on and what switching it off means. The package is copied to a temporary folder;
the checkout is only read. First everything runs with all guards on: that tells which inputs each guard refuses, and
only these are tried with that guard off. A guard that no input reaches is not caught.

A guard counts as caught if a case is not answered as it expects, if a test fails, or if one of them does not end within
its time. The exit status is 0 if all are caught.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import logging
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from guards import SWITCH, Guard, write_switchable

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "vcverify"
CASES: Final = ROOT / "test_vectors" / "cases"
TESTS: Final = ("tests/unit", "tests/conformance", "tests/adversarial")

NOT_TRIED: Final = (
    "tests/adversarial/test_confined_cases.py",
    "tests/conformance/test_cases.py",
    "tests/unit/test_benchmarks.py",
    "tests/unit/test_case_builder.py",
    "tests/unit/test_mutation_check.py",
    "tests/unit/test_packaging.py",
)
"""The cases are replayed apart from the tests, and before them; others do their work in processes of their own."""
PYTEST: Final = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")

CASES_SECONDS: Final = 60
TESTS_SECONDS: Final = 180
MEMORY_BYTES: Final = 3 * 2**30
"""Without its guard, an input may ask for any amount of either."""

MOST_TESTS: Final = 60
"""Tests tried for a guard, those that reach the fewest guards first."""

PLUGIN: Final = '''\
"""Writes which guards each test that passes reaches."""

import json, os, pathlib, pytest
import {switch} as switch

reached = {{}}

@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    switch.asked.clear()
    return (yield)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.passed:
        reached[item.nodeid] = sorted(switch.asked)
    return report

def pytest_sessionfinish():
    folder = pathlib.Path(os.environ["VCVERIFY_GUARDS_REACHED"])
    (folder / f"reached-{{os.getpid()}}.json").write_text(json.dumps(reached))
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of one guard: which case or test fails without it; None where none does."""

    guard: Guard
    caught: str | None
    reached: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases-only", action="store_true", help="do not run the tests where no case tells")
    parser.add_argument("--sample", type=int, metavar="N", help="only N guards that cases reach")
    parser.add_argument("--only", metavar="TEXT", help="only the guards whose path or text has this in it")
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH", help="tests to try where no case tells")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where to keep what was found")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    logging.disable()  # a verification that fails for want of its guard says so
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        guards = write_switchable(PACKAGE, folder)
        if (ROOT / "schemas").is_dir():
            (folder / "schemas").symlink_to(ROOT / "schemas")
        chosen = [guard for guard in guards if options.only is None or options.only in f"{guard.path} {guard.text}"]
        found = _check(folder, chosen, options)
    missed = [item for item in found if item.caught is None]
    for item in missed:
        print(f"not caught: {item.guard} ({item.reached or 'no'} inputs reach it)")
    by_cases = sum(1 for item in found if item.caught and item.caught.startswith("case "))
    print(
        f"{len(found)} of {len(guards)} guards switched off, {len(found) - len(missed)} caught "
        f"({by_cases} by a case), {time.monotonic() - began:.0f} s"
    )
    return 1 if missed or not found else 0


def _sample(guards: Sequence[Guard], number: int) -> list[Guard]:
    """Some of the guards, spread over all modules by their digests."""
    return sorted(guards, key=lambda guard: hashlib.sha256(f"{guard.path} {guard.text}".encode()).digest())[:number]


def _check(folder: Path, guards: Sequence[Guard], options: argparse.Namespace) -> list[Found]:
    state = State(options.state)
    found = {guard.number: Found(guard=guard, caught=caught) for guard in guards if (caught := state.caught(guard))}
    left = [guard for guard in guards if guard.number not in found]
    if not left:
        return list(found.values())
    sys.path.insert(0, str(folder))
    try:
        cases = Cases()
        if options.sample is not None:
            left = _sample([guard for guard in left if guard.number in cases.reaching], options.sample)
        for item in _in_turn(left, cases.without, CASES_SECONDS, options.jobs):
            found[item.guard.number] = item
            state.keep(item)
        left = [guard for guard in left if found[guard.number].caught is None]
        if left and not options.cases_only:
            tests = Tests(folder, state, options)
            control = Guard(number=-2, path="", line=0, text="none")
            tests.reaching[control.number] = sorted(
                {test for guard in left for test in tests.reaching.get(guard.number, [])[:1]}
            )
            if (wrong := next(iter(_in_turn([control], tests.without, TESTS_SECONDS, 1)))).caught:
                raise SystemExit(f"with all guards on, {wrong.caught} fails")
            for item in _in_turn(left, tests.without, TESTS_SECONDS, options.jobs):
                reached = item.reached + found[item.guard.number].reached
                found[item.guard.number] = Found(guard=item.guard, caught=item.caught, reached=reached)
                state.keep(item)
    finally:
        sys.path.remove(str(folder))
    return list(found.values())


class State:
    """What earlier runs found out of the same package and cases; one JSON object a line."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.known: dict[str, str] = {}
        self.reached: dict[str, list[int]] = {}
        digest = hashlib.sha256()
        for file in (*sorted(PACKAGE.rglob("*.py")), *sorted(CASES.glob("*.json"))):
            digest.update(file.read_bytes())
        self.digest = digest.hexdigest()
        if path is not None and path.exists():
            for text in path.read_text(encoding="utf-8").splitlines():
                item = json.loads(text)
                if item["of"] == self.digest:
                    self.known |= item.get("caught", {})
                    self.reached |= item.get("reached", {})

    def caught(self, guard: Guard) -> str | None:
        return self.known.get(str(guard))

    def keep(self, item: Found) -> None:
        if item.caught is not None:
            self._write("caught", {str(item.guard): item.caught})

    def keep_reached(self, reached: Mapping[str, list[int]]) -> None:
        if not self.reached:
            self._write("reached", reached)

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"of": self.digest, name: value}) + "\n")


# --- one guard after the other ---------------------------------------------------------------------


def _in_turn(guards: Sequence[Guard], without: Callable[[Guard], Found], seconds: float, jobs: int) -> Iterator[Found]:
    """What `without` finds of each guard, each in a process of its own that has read nothing before."""
    context = multiprocessing.get_context("fork")
    waiting = list(reversed(guards))
    running: dict[Any, tuple[Guard, Any, float]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            guard = waiting.pop()
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_tell, args=(theirs, without, guard))
            process.start()
            theirs.close()
            running[ours] = (guard, process, time.monotonic() + seconds)
        wait(list(running), timeout=1)
        for pipe in list(running):
            guard, process, until = running[pipe]
            if pipe.poll():
                found = _received(pipe, guard, process)
            elif time.monotonic() > until:
                os.killpg(process.pid, signal.SIGKILL)
                found = Found(guard=guard, caught=f"nothing within {seconds:.0f} s")
            else:
                continue
            process.join()
            pipe.close()
            del running[pipe]
            yield found


def _tell(pipe: Connection, without: Callable[[Guard], Found], guard: Guard) -> None:
    os.setsid()  # with the tests that it starts, should it have to be ended
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    pipe.send(without(guard))


def _received(pipe: Connection, guard: Guard, process: Any) -> Found:
    """What the process found.

    Raises:
        RuntimeError: it ended for a reason that is not the guard's.
    """
    try:
        found = pipe.recv()
    except EOFError:
        process.join()
        if process.exitcode >= 0:
            raise RuntimeError(f"{guard}: the process ended with status {process.exitcode}") from None
        return Found(guard=guard, caught=f"the process is ended by signal {-process.exitcode}")
    assert isinstance(found, Found)
    return found


class Cases:
    """The cases of `test_vectors/cases`, and which guards each is refused by."""

    def __init__(self) -> None:
        self.switch: Any = importlib.import_module(SWITCH)
        replay = importlib.import_module("vcverify.replay")
        self.replay = replay.replay_case
        self.cases = {
            path.stem: replay.read_case(path.read_bytes(), path=path.name) for path in sorted(CASES.glob("*.json"))
        }
        self.reaching: dict[int, list[str]] = {}
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=self._reached, args=(theirs,))
        process.start()
        for name, numbers in ours.recv().items():
            for number in numbers:
                self.reaching.setdefault(number, []).append(name)
        process.join()

    def _reached(self, pipe: Connection) -> None:
        reached: dict[str, list[int]] = {}
        for name in self.cases:
            self.switch.asked.clear()
            if self._as_expected(name):
                reached[name] = sorted(self.switch.asked)
        pipe.send(reached)

    def _as_expected(self, name: str) -> bool:
        replay = self.replay(self.cases[name])
        return replay.ok and not any(item.code == "internal.error" for item in replay.report.problems())

    def without(self, guard: Guard) -> Found:
        """Replays the cases that the guard refuses, with the guard off, until one is not answered as it expects."""
        self.switch.off = guard.number
        names = self.reaching.get(guard.number, [])
        caught = next((name for name in names if not self._as_expected(name)), None)
        return Found(guard=guard, caught=caught and f"case {caught}", reached=len(names))


class Tests:
    """The quick tests, and which guards each that passes reaches."""

    def __init__(self, folder: Path, state: State, options: argparse.Namespace) -> None:
        self.switch: Any = importlib.import_module(SWITCH)
        self.pytest = importlib.import_module("pytest")  # once, and not in every process
        importlib.import_module("hypothesis")
        os.environ["PYTHONPATH"] = str(folder)  # for the tests that start a process
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        reached = state.reached or self._reached(folder, options.jobs, options.tests)
        state.keep_reached(reached)
        self.reaching: dict[int, list[str]] = {}
        for test in sorted(reached, key=lambda test: len(reached[test])):
            for number in reached[test]:
                known = self.reaching.setdefault(number, [])
                if len(known) < MOST_TESTS:
                    known.append(test)

    def _reached(self, folder: Path, jobs: int, tests: Sequence[str]) -> dict[str, list[int]]:
        (folder / "guards_reached.py").write_text(PLUGIN.format(switch=SWITCH), encoding="utf-8")
        parallel = ["-n", str(jobs)] if jobs > 1 else []
        left_out = [word for path in NOT_TRIED for word in ("--deselect", path)]
        command = [sys.executable, "-P", "-m", "pytest", *PYTEST, "-p", "guards_reached", *parallel, *left_out, *tests]
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("VCVERIFY_", "PYTEST_"))
        }
        environment["VCVERIFY_GUARDS_REACHED"] = str(folder)
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        reached: dict[str, list[int]] = {}
        for path in folder.glob("reached-*.json"):
            reached.update(json.loads(path.read_text(encoding="utf-8")))
        return reached

    def without(self, guard: Guard) -> Found:
        """Runs the tests that reach the guard, with the guard off, until one fails."""
        tests = self.reaching.get(guard.number, [])
        if not tests:
            return Found(guard=guard, caught=None)
        self.switch.off = guard.number
        os.environ["VCVERIFY_GUARD_OFF"] = str(guard.number)
        os.chdir(ROOT)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            first = FirstFailure()
            status = self.pytest.main([*PYTEST, "-x", "--tb=no", *tests], plugins=[first])
        caught = first.test or f"pytest ends with status {int(status)}" if status else None
        return Found(guard=guard, caught=caught, reached=len(tests))


class FirstFailure:
    """A plugin that remembers the first test that fails."""

    test: str | None = None

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and self.test is None:
            self.test = report.nodeid


if __name__ == "__main__":
    raise SystemExit(main())
