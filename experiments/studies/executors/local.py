"""Tasks carried out in processes of this machine, which may die, hang or be interrupted."""

from __future__ import annotations

import gc
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from experiments.files.whole import StoreError
from experiments.runs.results import Failure
from experiments.studies.executors.inbox import Inbox, Rarely
from experiments.studies.executors.pool import interrupts_blocked, pool_of
from experiments.studies.executors.watch import is_gone, last_words, sweep, watched, watched_process
from experiments.studies.tasks import Ended, Save, Task, Tick, unpacked

if TYPE_CHECKING:  # a worker of Dask need not load what only its processes use
    from experiments.settings.schema import RunConfig
    from experiments.studies.store import Store

AHEAD = 3
"""Tasks that are scheduled for each process: one that it is at, and what it finds when that ends."""

GRACE = 60.0
"""Seconds beyond its own watchdog after which a process is killed from outside."""

NAP = 0.2
"""Seconds for which each process is kept busy before a pool is closed in which one had died.

The pool has started another in its place, which would complain if it found its pool gone while it starts.
"""

Result = TypeVar("Result")


def local(config: RunConfig, store: Store) -> LocalExecutor:
    """Return the executor of a study on this machine: as many processes as it says, or as fit."""
    from experiments.studies.executors.memory import processes_for

    return LocalExecutor(processes_for(config), store.place)


@dataclass(frozen=True)
class LocalExecutor:
    """Carries out tasks in up to ``workers`` processes, which leave their last words in ``folder``."""

    workers: int
    folder: Path

    def run(self, tasks: Sequence[Task], save: Save, tick: Tick) -> Generator[Ended]:
        """Carry out tasks, ``save`` results as they come, and yield tasks as they end; ``tick`` meanwhile.

        Raises
        ------
        StoreError : a task could not save its result
        """
        if not tasks:
            return
        sweep(self.folder)
        processes, dead = min(self.workers, len(tasks)), False
        with pool_of(processes) as pool:
            for end in self.carry(pool, tasks, save, tick):
                dead |= end.broken is not None
                yield end
            if dead:
                wait([pool.schedule(time.sleep, (NAP,)) for _ in range(processes)])

    def carry(self, pool: ProcessPool, tasks: Iterable[Task], save: Save, tick: Tick) -> Generator[Ended]:
        """Carry out tasks in a pool that is there, a few of them scheduled at a time.

        When this ends early, processes end that are at it.
        """
        waiting, inbox = deque(tasks), Inbox()
        running: dict[Future, Task] = {}

        def look() -> None:
            for future, task in running.items():
                if future.running() and is_gone(watched_process(self.watch_file(task))):
                    future.cancel()  # the pool does not notice a clean exit
            tick()

        look_now_and_then = Rarely(look)
        try:
            while waiting or running:
                while waiting and len(running) < AHEAD * self.workers:
                    task = waiting.popleft()
                    running[inbox.expect(self.schedule(pool, task, save))] = task
                for future in inbox.arrivals():
                    yield self.ended(running.pop(future), future)
                look_now_and_then()
            tick()
        finally:
            for future in running:
                future.cancel()

    def schedule(self, pool: ProcessPool, task: Task, save: Save) -> Future:
        """Hand a task to the pool; its processes start with the first."""
        with interrupts_blocked():
            return pool.schedule(
                tidily, (carry_out, task, save, self.watch_file(task)), timeout=patience(task)
            )

    def ended(self, task: Task, future: Future) -> Ended:
        """Say how a task ended.

        Raises
        ------
        StoreError : it could not write its result
        """
        error = reason(future)
        if isinstance(error, StoreError):
            raise error
        return Ended(task, future.result()) if error is None else self.broken(task, error)

    def watch_file(self, task: Task) -> Path:
        """Return the file in which the process of a task that hangs or crashes leaves its last stack."""
        return self.folder / f".watch-{task.keys[0]}"

    def broken(self, task: Task, error: BaseException) -> Ended:
        """Say why the process of a task ended early, from what its watchdog left."""
        words = last_words(self.watch_file(task))
        self.watch_file(task).unlink(missing_ok=True)
        if words.startswith("Timeout") or isinstance(error, TimeoutError):
            why = f"no end within {task.time_limit:g} s (time_limit)"
        elif isinstance(error, ProcessExpired):
            why = f"its process died ({exit_name(error.exitcode)})"
        elif isinstance(error, CancelledError):
            why = "its process ended by itself"
        else:
            why = f"{type(error).__name__}: {error}"
        return Ended(task, broken=Failure(task.keys[0], "process", why, words))


def carry_out(task: Task, save: Save, watch_file: Path) -> list[Failure]:
    """Carry out a task in this process, keep its results as they come, and return what failed.

    Its time begins when all modules are loaded, which takes a new process seconds; no run is to blame for it.
    """
    failures: list[Failure] = []
    work, keep = unpacked(task.run), unpacked(save)
    with watched(watch_file, task.time_limit) as again:
        for one in work(task.keys, again):
            if isinstance(one, Failure):
                failures.append(one)
            else:
                keep(one)
    return failures


def patience(task: Task) -> float:
    """Return the seconds after which a task whose own watchdog is dead has to end."""
    return task.time_limit * (len(task.keys) + 1) + GRACE


def reason(future: Future) -> BaseException | None:
    """Return what ended a task early, None if it ended well."""
    return CancelledError() if future.cancelled() else future.exception()


def tidily(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a worker, and give back the memory of what it leaves behind.

    A market goes with the last reference to it, but what refers to itself, such as the frames of an error,
    waits for Python's collector, which counts objects and not bytes. What is there before, modules above all,
    is not looked at again.
    """
    gc.collect()
    gc.freeze()
    try:
        return function(*arguments)
    finally:
        gc.collect()


def exit_name(code: int) -> str:
    """Return the name of the signal, or the exit code, that ended a process."""
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"
