"""A worker process, from the outside: one question, one answer, and no longer than was agreed."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks import CHECKOUT


class WorkerError(Exception):
    """The worker says that it could not do it, or is gone."""


class TimedOut(WorkerError):
    """It did not answer in time, and was stopped."""


class WorkerProcess:
    """Starts with its first question, and again after it had to be stopped."""

    def __init__(self, command: Sequence[str], *, folder: Path = CHECKOUT) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._complaints.close()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask(self, *, seconds: float = 600, **request: Any) -> dict[str, Any]:
        """The answer to a request.

        Raises:
            WorkerError: it could not do it. TimedOut: not within `seconds`.
        """
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        except OSError as error:
            raise WorkerError(self._last_words()) from error
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            self.stop()
            raise TimedOut(f"no answer within {seconds:g} s") from None
        if not line:
            raise WorkerError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerError(answer["error"])
        return answer

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._answers = queue.Queue()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
                text=True,
                encoding="utf-8",
            )
            threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        return self._process

    def _last_words(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().strip().splitlines()
        return lines[-1] if lines else "it ended without a word"


def _listen(process: subprocess.Popen[str], answers: queue.Queue[str]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:  # closed by `stop`
        pass
    answers.put("")
