"""What a worker of Dask does: tasks in a process of its own, which may die or hang without it.

Workers are told to do it by a line of text (`ask`), so that neither the scheduler nor a worker that is
refused needs this package.
"""

from __future__ import annotations

import contextlib
import multiprocessing.util
import os
import pickle
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pebble import ProcessPool

from experiments.files.whole import StoreError
from experiments.runs.results import Failure, Result
from experiments.studies.executors.local import LocalExecutor
from experiments.studies.executors.pool import new_pool
from experiments.studies.tasks import Ended, Save, Task

MODULE = "experiments.studies.executors.dask_worker"
POOLS: dict[int, ProcessPool] = {}
"""The pool of this worker; it is made once, as its processes take seconds to start."""
LEAVING = ("closing", "closed", "failed")


def ask(function: str) -> str:
    """Return the text that, evaluated with ``words``, calls a function of this module."""
    return f"__import__({MODULE!r}, fromlist=['_']).{function}(*words)"


@dataclass(frozen=True)
class Parcel:
    """Tasks for a worker, work and ``save`` packed; without the latter it sends back what comes of them."""

    tasks: tuple[Task, ...]
    save: Save | None


@dataclass(frozen=True)
class Reply:
    """What came of a parcel, task by task, results as pickles, and the seconds that it took."""

    ends: list[tuple[list[Failure], Failure | None]]
    results: list[bytes]
    seconds: float
    trouble: str = ""
    """Why a result could not be written."""


def greet(home: str, probe: str) -> dict[str, Any]:
    """Say what this worker is, and whether it sees the folders of who asks."""
    from distributed import get_worker

    sees = Path(probe).is_file() and Path(home).is_dir()
    own = pool(get_worker().state.nthreads)
    return {"identity": own.schedule(own_identity).result(), "sees": sees}


def own_identity() -> dict[str, str]:
    """Return the identity of a process that carries runs out, which has to load all that they need anyway."""
    from experiments.studies.executors.identity import identity

    return identity()


def work(parcel: bytes) -> bytes:
    """Carry out a parcel and return the reply, both pickled."""
    from distributed import get_worker  # here, as processes of a pool load this module and need none of Dask

    content: Parcel = pickle.loads(parcel)
    started, worker = time.perf_counter(), get_worker()
    with tempfile.TemporaryDirectory(prefix="antibrush-", dir=worker.local_directory) as folder:
        spool = Spool(Path(folder) / "results")
        save = content.save or spool.save
        try:
            ends, trouble = list(carried(worker, content.tasks, save, Path(folder))), ""
        except StoreError as error:
            ends, trouble = [], str(error)
        told = [(end.failures, end.broken) for end in in_order(content.tasks, ends)]
        return pickle.dumps(Reply(told, spool.results(), time.perf_counter() - started, trouble))


def in_order(tasks: tuple[Task, ...], ends: list[Ended]) -> Iterator[Ended]:
    """Yield what came of tasks in their own order."""
    by_task = {end.task.keys: end for end in ends}
    yield from (by_task[task.keys] for task in tasks if task.keys in by_task)


def carried(worker: Any, tasks: tuple[Task, ...], save: Save, folder: Path) -> Iterator[Ended]:
    """Carry out tasks one after the other in the worker's own pool."""
    key = worker.get_current_task()

    def wanted() -> None:
        state = worker.state.tasks.get(key)
        if state is None or state.state == "cancelled" or worker.status.name in LEAVING:
            raise Dismissed

    with contextlib.suppress(Dismissed):
        yield from LocalExecutor(1, folder).carry(pool(worker.state.nthreads), tasks, save, wanted)


class Dismissed(Exception):  # noqa: N818
    """Nobody waits for a parcel any more, or its worker is told to end."""


def pool(processes: int) -> ProcessPool:
    """Return the pool of this worker; a new one if it is broken.

    It is stopped before Python, at the end of the worker, waits for its processes, which wait for that end.
    """
    own = POOLS.get(os.getpid())
    if own is None or not own.active:
        own = POOLS[os.getpid()] = new_pool(processes)
        multiprocessing.util.Finalize(None, end, args=(own,), exitpriority=1)
    return own


def end(own: ProcessPool) -> None:
    """End a pool and its processes, whatever they are at."""
    own.stop()
    own.join()


def save_at(save: Save, home: str, result: Result) -> None:
    """Save a result as if from another working folder, which is this process's from now on."""
    if os.getcwd() != home:
        os.chdir(home)
    save(result)


@dataclass(frozen=True)
class Spool:
    """Results on the way from a process to its worker, each in a file; what a dying process had is kept."""

    folder: Path

    def save(self, result: Result) -> None:
        """Keep a result, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{result.key}.part"
        part.write_bytes(pickle.dumps(result))
        part.replace(part.with_suffix(".pickle"))

    def results(self) -> list[bytes]:
        """Return what is kept, as pickles."""
        return [file.read_bytes() for file in sorted(self.folder.glob("*.pickle"))]
