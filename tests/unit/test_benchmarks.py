"""The benchmarks work, and time nobody whose answers are wrong. What they measure is not tested here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest


@pytest.fixture(autouse=True)
def importable(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder `benchmarks` is no installed package."""
    if not (checkout / "benchmarks").is_dir():
        pytest.skip("the benchmarks are not beside these tests")
    monkeypatch.setattr(sys, "path", [*sys.path, str(checkout)])
    yield


def test_a_quick_run_tells_ratios_and_names_who_is_absent(checkout: Path, tmp_path: Path) -> None:
    """The documented command, on documents of two members: a table, the figures as JSON, a plot."""
    figures, plot = tmp_path / "figures.json", tmp_path / "plot.svg"
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--quick",
        "--rounds",
        "1",
        "--members",
        "2",
        "--only",
        "badge,badge-jwt,clr-2",
    ]
    command += ["--contestants", "floor*,vcverify,vcverify-outer,pyld,openvc", "--part", "rounds"]
    command += ["--peers", str(tmp_path), "--json", str(figures), "--plot", str(plot)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "vcverify, whole verify()" in done.stdout
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert [kind["name"] for kind in found["kinds"]] == ["badge", "badge-jwt", "clr-2"]
    for kind in found["kinds"]:
        told = {contestant["name"]: contestant for contestant in kind["contestants"]}
        assert told["floor"]["to_floor"] == 1
        assert told["vcverify"]["milliseconds"] > told["floor"]["milliseconds"]
        if kind["name"] == "badge-jwt":
            assert "left_out" in told["pyld"]
        else:
            assert told["pyld"]["to_ours"] > 0
        assert "left_out" in told["openvc"]
    assert found["absent"] == {"openvc": "not installed; `python -m benchmarks.peers` installs it"}
    assert ElementTree.fromstring(plot.read_text(encoding="utf-8")).tag.endswith("svg")


def test_every_kind_of_document_is_what_it_is_said_to_be(tmp_path: Path) -> None:
    """With both engines: outcome, number of members. Otherwise something else than its name says is timed."""
    from benchmarks.documents import kinds
    from benchmarks.running import check_documents

    for kind in kinds((2,), quick=True):
        path = tmp_path / f"{kind.name}.json"
        path.write_bytes(kind.documents()[0])
        check_documents(kind, [str(path)])


def test_nobody_is_timed_on_associations_that_are_not_judged(tmp_path: Path) -> None:
    """A flaw that is planted has to be told; otherwise the time is that of a check that did not run."""
    from dataclasses import replace

    from benchmarks.documents import associated_record, kinds
    from benchmarks.running import WrongAnswer, check_documents

    kind = next(kind for kind in kinds((3,)) if kind.name == "clr-3-associated")
    path = tmp_path / "record.json"
    path.write_bytes(kind.documents()[0])
    assert len(json.loads(path.read_bytes())["credentialSubject"]["association"]) == 6
    with pytest.raises(WrongAnswer):
        check_documents(replace(kind, flawed=lambda: associated_record(0, members=3)), [str(path)])


def test_the_floor_verifies_every_signature_of_the_document() -> None:
    """As many as it has: a floor that does less would flatter nobody, but mean nothing."""
    from benchmarks.documents import kinds
    from benchmarks.ours import Floor

    for kind in kinds((2,), quick=True):
        floor = Floor({})
        prepared = floor.prepare(kind.documents()[0])
        proofs = getattr(prepared, "proofs", [prepared])
        assert len(proofs) == kind.signatures, kind.name
        assert floor.verify(prepared)


class _InProcess:
    """Stands for a worker process."""

    running = True

    def __init__(self, verify: Any) -> None:
        from benchmarks.contestant import Contestant
        from benchmarks.worker import Worker

        class Answering(Contestant):
            def verify(self, prepared: Any) -> bool:
                return bool(verify(prepared))

        self._worker = Worker(Answering)
        self._worker.answer({"do": "start", "contexts": {}, "clock": "cpu"})

    def ask(self, *, seconds: float = 0, **request: Any) -> dict[str, Any]:
        return self._worker.answer(request)


def _refuse(data: bytes) -> bool:
    raise ValueError("no taste for badges")


@pytest.mark.parametrize(
    ("verify", "reason"),
    [(lambda data: True, "accepts it changed"), (_refuse, "refuses it: ValueError: no taste for badges")],
)
def test_a_wrong_answer_keeps_a_peer_out_and_ends_the_run_for_us(verify: Any, reason: str, tmp_path: Path) -> None:
    """A verifier that says yes to everything is fast."""
    from benchmarks import roster, running
    from benchmarks.documents import kinds

    kind = kinds((2,), quick=True)[0]
    path = tmp_path / "badge.json"
    path.write_bytes(kind.documents()[0])
    worker: Any = _InProcess(verify)
    assert running.fit(roster.PYLD, worker, kind, [str(path)], running.Plan()) == reason
    with pytest.raises(running.WrongAnswer):
        running.fit(roster.OURS, worker, kind, [str(path)], running.Plan())


def test_a_worker_that_does_not_answer_is_stopped() -> None:
    """Hostile documents keep some peers busy for good."""
    from benchmarks.process import TimedOut, WorkerProcess

    with WorkerProcess([sys.executable, "-c", "import time; time.sleep(60)"]) as worker, pytest.raises(TimedOut):
        worker.ask(do="judge", path="", seconds=0.2)
