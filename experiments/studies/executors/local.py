"""Run jobs in parallel processes that may die, hang or be interrupted."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from experiments.files.whole import StoreError
from experiments.studies.replication import Failure, Job, run_replication
from experiments.studies.store import Parts

POLL = 0.5
"""Seconds between two looks at what is finished."""

GRACE = 60.0
"""Seconds beyond its own watchdog after which a process is killed from outside."""

NAP = 0.2
"""Seconds for which each process is kept busy before a pool is closed in which one had died.

The pool has started another in its place, which would complain if it found its pool gone while it starts.
"""

Tick = Callable[[], None]
Result = TypeVar("Result")


MAIN = threading.Lock()
"""Held while ``__main__`` is another module than usual."""


class Worker(SpawnProcess):
    """A spawned process that imports nothing of the script, notebook or shell that it is started from.

    Workers need nothing of it: detectors and policies come from files and installed distributions. So a
    script without guard is not run again, and one that came from nowhere (``python -``) need not be found.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802
        with empty_main():
            return SpawnProcess._Popen(process_obj)


class WorkerContext(SpawnContext):
    """How workers are started."""

    Process = Worker


@contextmanager
def empty_main() -> Iterator[None]:
    """Let ``__main__`` be a module of nothing, which a new process does not look for."""
    with MAIN:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def check_guard() -> None:
    """Raise `RuntimeError` in a process that is only importing the script that started it."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise RuntimeError(
            'call compare() below `if __name__ == "__main__":`; its processes import the script'
        )


def execute(jobs: Sequence[Job], workers: int, tick: Tick) -> list[Failure]:
    """Run all jobs and return the runs that failed.

    Runs that a dying or hanging process left undone are tried once more, each in a task of its
    own, so that only the culprit fails.
    """
    failures, broken = attempt(jobs, workers, tick)
    alone = [replace(job, runs=(run,)) for job, _ in broken for run in job.runs if not stored(job, run.key)]
    more, culprits = attempt(alone, workers, tick)
    return failures + more + [failure for job, failure in culprits if not stored(job, failure.run.key)]


def stored(job: Job, key: str) -> bool:
    """Tell whether a run is complete on disk."""
    return key in Parts(job.folder).finished()


def attempt(jobs: Sequence[Job], workers: int, tick: Tick) -> tuple[list[Failure], list[tuple[Job, Failure]]]:
    """Run jobs once; return failed runs, and jobs whose process ended early with the reason."""
    failures: list[Failure] = []
    broken: list[tuple[Job, Failure]] = []
    if not jobs:
        return failures, broken
    processes = min(workers, len(jobs))
    with pool_of(processes) as pool:
        futures = schedule(pool, jobs)

        def look() -> None:
            for future, job in futures.items():
                if future.running() and vanished(job):
                    future.cancel()
            tick()

        for future in ended(futures, look):
            error = reason(future)
            if error is None:
                failures += future.result()
            else:
                broken.append((futures[future], died(futures[future], error)))
        if broken:
            wait([pool.schedule(time.sleep, (NAP,)) for _ in range(processes)])
    return failures, broken


def ended(futures: Iterable[Future], look: Tick) -> Iterator[Future]:
    """Yield tasks as they end, well or not, and ``look`` after every wait for them.

    Raises
    ------
    StoreError : a task could not write its result
    """
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=POLL)
        for future in done:
            error = reason(future)
            if isinstance(error, StoreError):
                raise error
            yield future
        look()


def reason(future: Future) -> BaseException | None:
    """Return what ended a task early, None if it ended well."""
    return CancelledError() if future.cancelled() else future.exception()


def vanished(job: Job) -> bool:
    """Tell whether the process of a running job is gone; the pool does not notice a clean exit."""
    pid = job.watched_by()
    if os.name != "posix" or pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def schedule(pool: ProcessPool, jobs: Sequence[Job]) -> dict[Future, Job]:
    """Hand the jobs to the pool, in order; its processes start here."""
    with interrupts_blocked():
        return {pool.schedule(tidily, (run_replication, job), timeout=patience(job)): job for job in jobs}


def tidily(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a worker, and give back the memory of the markets that it leaves behind.

    A market and its organisers refer to one another, so that its arrays wait for Python's collector,
    which counts objects and not bytes. What is there before, modules above all, is not looked at again.
    """
    gc.collect()
    gc.freeze()
    try:
        return function(*arguments)
    finally:
        gc.collect()


def patience(job: Job) -> float:
    """Return the seconds after which a job whose own watchdog is dead has to end."""
    return job.config.time_limit * (len(job.runs) + 1) + GRACE


def died(job: Job, error: BaseException) -> Failure:
    """Say why the process of a job ended early, from what its watchdog left."""
    last_words = job.last_words()
    job.watch_file.unlink(missing_ok=True)
    if last_words.startswith("Timeout") or isinstance(error, TimeoutError):
        why = f"no end within {job.config.time_limit:g} s (time_limit)"
    elif isinstance(error, ProcessExpired):
        why = f"its process died ({exit_name(error.exitcode)})"
    elif isinstance(error, CancelledError):
        why = "its process ended by itself"
    else:
        why = f"{type(error).__name__}: {error}"
    return Failure(job.runs[0], "process", why, last_words)


def exit_name(code: int) -> str:
    """Return the name of the signal, or the exit code, that ended a process."""
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"


@contextmanager
def pool_of(workers: int) -> Iterator[ProcessPool]:
    """Yield a pool of spawned processes; whatever happens, none of them outlives it."""
    pool = ProcessPool(max_workers=workers, context=WorkerContext())
    try:
        yield pool
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C; threads and processes that start meanwhile never see it, this one will later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
