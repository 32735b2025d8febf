"""Cases judged each in a process of its own, under limits of processor time and memory.

A server without threads is started once; it warms up what a long-lived verifier has warm, and forks
a child for each case. The child limits itself and judges; the server tells what it cost, and how it
ended where it gave no answer. Run as a module it is the server.

    Confinement().judge(case)   the JSON of a case -> Answer
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from vcverify.replay import read_case, replay_case

CPU_SECONDS = 2
MIB = 1024 * 1024
MEMORY = 256 * MIB
WALL_SECONDS = 30
"""For a child that sleeps: far beyond what one takes whose processor time is limited."""

TESTS = Path(__file__).resolve().parents[1]
CASES = TESTS.parent / "test_vectors" / "cases"
WARM = (
    "suites-eddsa-rdfc-2022",
    "suites-ecdsa-jcs-2019-p384",
    "suites-vcdm-1",
    "suites-ed25519signature2020",
    "clr-two-members",
    "endorsement-of-achievement",
    "presentation-answered",
    "status-clear-statements",
    "schema-one-edtech",
    "schema-fits",
    "jose-header-rs256",
    "sd-jwt-binding",
    "image-png-token",
    "image-svg-record",
    "issuer-did-web",
    "terms-undefined-several",
)
"""What is verified before the first fork, so that modules and contexts are loaded."""


_MISDEED = "misbehave: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a case.

    Attributes:
        outcome: Of the report; empty where there is none.
        codes: Of its problems, those inside included.
        mismatches: Where the report is not what the case expects.
        reading: What the report says about the credential, as JSON text.
        cpu: Processor seconds of the verification.
        memory: Bytes by which the resident memory grew at most.
        fate: How the process ended where it gave no answer: "processor time", "signal 9", "an exception: ...".
    """

    outcome: str = ""
    codes: tuple[str, ...] = ()
    mismatches: tuple[str, ...] = ()
    reading: str = ""
    cpu: float = 0.0
    memory: int = 0
    fate: str = ""

    def faults(self) -> list[str]:
        """Why this answer is not as it should be; none where it is."""
        found = [*self.mismatches]
        if self.fate:
            found.append(f"ended by {self.fate}")
        if "internal.error" in self.codes:
            found.append("taken for a bug")
        if not self.fate and self.outcome != "passed" and not self.codes:
            found.append("refused without a reason")
        if self.cpu > CPU_SECONDS:
            found.append(f"took {self.cpu:.2f} s of processor time")
        if self.memory > MEMORY:
            found.append(f"took {self.memory / MIB:.0f} MiB")
        return found


class Confinement:
    """Judges cases in confined processes. Not for several threads at once."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "support.confined"],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def judge(self, case: Mapping[str, Any] | str) -> Answer:
        """What the verifier says of a case (docs/cases.md), and what that cost."""
        text = case if isinstance(case, str) else json.dumps(case)
        assert self._server.stdin is not None and self._server.stdout is not None
        _send(self._server.stdin, text.encode("utf-8", "surrogatepass"))
        told = json.loads(_received(self._server.stdout))
        return Answer(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})

    def misbehave(self, how: str) -> Answer:
        """The answer of a child that breaks a limit, by a name of `MISDEEDS`."""
        return self.judge(_MISDEED + how)

    def close(self) -> None:
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(timeout=WALL_SECONDS)
        self._server.stdout.close()


def _send(to: IO[bytes], data: bytes) -> None:
    to.write(struct.pack(">Q", len(data)) + data)
    to.flush()


def _received(source: IO[bytes]) -> bytes:
    head = source.read(8)
    if len(head) < 8:
        raise EOFError("the server of confined processes ended")
    return source.read(struct.unpack(">Q", head)[0])


# --- the server -----------------------------------------------------------------------------------


def serve() -> None:
    """Answers cases from standard input until it ends."""
    socket.socket = _NoSocket  # type: ignore[misc]
    for name in WARM:
        text = (CASES / f"{name}.json").read_text(encoding="utf-8")
        replay = replay_case(read_case(text))
        assert replay.ok, (name, replay.mismatches)
        json.dumps(replay.report.to_dict())
    gc.collect()
    gc.freeze()
    while True:
        try:
            data = _received(sys.stdin.buffer)
        except EOFError:
            return
        _send(sys.stdout.buffer, json.dumps(_judged(data.decode("utf-8", "surrogatepass"))).encode())


class _NoSocket(socket.socket):
    """Nothing here uses the network; whatever tries ends its process."""

    def __init__(self, *_: Any, **__: Any) -> None:
        os._exit(99)


def _judged(text: str) -> dict[str, Any]:
    """The answer of a child that judges the case, or how it ended."""
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _child(text, target)
    os.close(target)
    told = bytearray()
    deadline = time.monotonic() + WALL_SECONDS
    try:
        while select.select([source], [], [], max(0.0, deadline - time.monotonic()))[0]:
            if not (part := os.read(source, 1 << 16)):
                break
            told += part
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return {"fate": f"{WALL_SECONDS} s on the clock"}
    finally:
        os.close(source)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0 and told:
        answer: dict[str, Any] = json.loads(told)
        return answer
    if code == -signal.SIGXCPU:
        return {"fate": "processor time"}
    if code == 0:
        return {"fate": "no answer"}
    if code == 99:
        return {"fate": "an attempt to use the network"}
    return {"fate": f"signal {-code}" if code < 0 else f"exit code {code}"}


def _child(text: str, target: int) -> NoReturn:
    """Judges, writes the answer to the pipe and ends."""
    try:
        answer = _measured(text)
    except BaseException as error:
        answer = {"fate": f"an exception: {type(error).__name__}: {error}"}
    with contextlib.suppress(OSError), open(target, "wb") as pipe:
        pipe.write(json.dumps(answer).encode())
    os._exit(0)


def _measured(text: str) -> dict[str, Any]:
    if text.startswith(_MISDEED):
        limit()
        MISDEEDS[text.removeprefix(_MISDEED)]()
        return {"outcome": "passed"}
    case = read_case(text)
    before = _memory("VmRSS")
    limit()
    start = time.process_time()
    replay = replay_case(case)
    told = json.dumps(replay.report.to_dict())
    cpu = time.process_time() - start
    credential = replay.report.credential
    return {
        "outcome": replay.outcome,
        "codes": [problem.code for problem in replay.report.problems()],
        "mismatches": [*replay.mismatches, *(["the report holds a raw control character"] if "\x1b" in told else [])],
        "reading": "" if credential is None else json.dumps(credential.to_dict(), sort_keys=True),
        "cpu": cpu,
        "memory": max(0, _memory("VmHWM") - before),
    }


def _spin() -> None:
    while True:
        pass


MISDEEDS: Mapping[str, Callable[[], object]] = {
    "hold 300 MiB": lambda: len(bytearray(300 * MIB)),
    "spin": _spin,
    "end without an answer": lambda: os._exit(0),
    "use the network": lambda: socket.socket(),
    "raise": lambda: 1 // 0,
}
"""What a child may do wrong."""


def limit() -> None:
    """Puts limits on this process: so much more processor time and memory than it has used."""
    import resource  # POSIX only

    used = int(time.process_time()) + CPU_SECONDS
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (used, used + 1))
    if size := _memory("VmSize"):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _memory(name: str) -> int:
    """A number of bytes out of this process's status; 0 where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for row in status:
                if row.startswith(name + ":"):
                    return int(row.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    serve()
