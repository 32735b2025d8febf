"""Many items over several processes: input order, a bounded window, and no item that harms another.

Verification is work for the processor, so threads do not help; processes share nothing, so each
compiles its contexts once and keeps them for the run. Work travels in chunks.
"""

from __future__ import annotations

import itertools
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
    chunk: list[Item]
    future: Future[list[Result]]


def in_processes(
    work: Callable[[Item], Result], items: Iterable[Item], *, workers: int, failed: Callable[[Item], Result]
) -> Iterator[Result]:
    """`work(item)` for each item, in order.

    Args:
        work: Picklable; sent to each process once.
        items: Taken as they are needed, a few chunks ahead.
        workers: Processes.
        failed: The result for an item whose process died.
    """
    source = iter(items)
    chunks = iter(lambda: list(itertools.islice(source, CHUNK)), [])
    pool = _pool(work, workers)
    waiting: deque[_Batch[Item, Result]] = deque()
    try:
        for chunk in chunks:
            waiting.append(_Batch(chunk, pool.submit(_run, chunk)))
            if len(waiting) < 2 * workers:
                continue
            results, pool = _first(waiting, pool, work, workers, failed)
            yield from results
        while waiting:
            results, pool = _first(waiting, pool, work, workers, failed)
            yield from results
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(work: Callable[[Any], Any], workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(max_workers=workers, initializer=_start, initargs=(work,))


def _first(
    waiting: deque[_Batch[Item, Result]],
    pool: ProcessPoolExecutor,
    work: Callable[[Item], Result],
    workers: int,
    failed: Callable[[Item], Result],
) -> tuple[list[Result], ProcessPoolExecutor]:
    """The results of the oldest chunk, and the pool to go on with."""
    batch = waiting.popleft()
    try:
        return batch.future.result(), pool
    except BrokenProcessPool:
        pool.shutdown(wait=False, cancel_futures=True)
    results = [_alone(item, work, failed) for item in batch.chunk]
    pool = _pool(work, workers)
    for other in waiting:
        other.future = pool.submit(_run, other.chunk)
    return results, pool


def _alone(item: Item, work: Callable[[Item], Result], failed: Callable[[Item], Result]) -> Result:
    """The item in a process of its own, so that if it kills one, it kills no other's."""
    with _pool(work, 1) as pool:
        try:
            result: Result = pool.submit(_run, [item]).result()[0]
            return result
        except BrokenProcessPool:
            return failed(item)
