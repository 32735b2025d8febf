"""Many items over several processes: input order, a bounded window, and no item that harms another.

Verification is work for the processor, so threads do not help; processes share nothing, so each
compiles its contexts once and keeps them for the run. Work travels in chunks.
"""

from __future__ import annotations

import itertools
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK: Final = 16
"""Items that travel together: enough to hide the cost of a message, few enough to share evenly."""

_work: Callable[[Any], Any] | None = None


def _start(work: Callable[[Any], Any]) -> None:
    global _work
    _work = work


def _run(chunk: list[Any]) -> list[Any]:
    assert _work is not None
    return [_work(item) for item in chunk]


@dataclass(slots=True)
class _Batch(Generic[Item, Result]):
    """A chunk under way."""

    chunk: list[Item]
    future: Future[list[Result]]


def in_processes(
    work: Callable[[Item], Result], items: Iterable[Item], *, workers: int, failed: Callable[[Item], Result]
) -> Iterator[Result]:
    """`work(item)` for each item, in order.

    Args:
        work: Picklable; sent to each process once.
        items: Taken as they are needed, a few chunks ahead. One that does not pickle is worked on here.
        workers: Processes.
        failed: The result for an item whose process died.

    Raises:
        TypeError: `work` does not pickle.
    """
    try:
        pickle.dumps(work)
    except Exception as error:
        raise TypeError(f"what goes to other processes has to pickle: {error}") from error
    source = iter(items)
    chunks = iter(lambda: list(itertools.islice(source, CHUNK)), [])
    crew: _Crew[Item, Result] = _Crew(work, workers, failed)
    waiting: deque[_Batch[Item, Result]] = deque()
    try:
        for chunk in chunks:
            waiting.append(crew.send(chunk))
            if len(waiting) >= 2 * workers:
                yield from crew.finish(waiting.popleft())
        while waiting:
            yield from crew.finish(waiting.popleft())
    finally:
        crew.dismiss()


class _Crew(Generic[Item, Result]):
    """The processes, made anew when one of them died."""

    def __init__(self, work: Callable[[Item], Result], workers: int, failed: Callable[[Item], Result]) -> None:
        self._work = work
        self._workers = workers
        self._failed = failed
        self._pool = self._new(workers)

    def send(self, chunk: list[Item]) -> _Batch[Item, Result]:
        try:
            return _Batch(chunk, self._pool.submit(_run, chunk))
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._new(self._workers)
            return _Batch(chunk, self._pool.submit(_run, chunk))

    def finish(self, batch: _Batch[Item, Result]) -> list[Result]:
        """The results of a chunk; where its process died or it could not travel, item by item."""
        try:
            return batch.future.result()
        except Exception:
            # Whatever broke the chunk (a process died, an item does not pickle), each item is asked by itself.
            return [self._alone(item) for item in batch.chunk]

    def dismiss(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _alone(self, item: Item) -> Result:
        """The item in a process of its own, so that if it kills one, it kills no other's."""
        try:
            pickle.dumps(item)
        except Exception:
            return self._work(item)
        with self._new(1) as pool:
            try:
                return pool.submit(_run, [item]).result()[0]  # type: ignore[no-any-return]
            except BrokenProcessPool:
                return self._failed(item)

    def _new(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(max_workers=workers, initializer=_start, initargs=(self._work,))
