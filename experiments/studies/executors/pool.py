"""Processes that import nothing of whoever starts them, and of which none outlives its pool."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

from pebble import ProcessPool

MAIN = threading.Lock()
"""Held while ``__main__`` is another module than usual."""


class Worker(SpawnProcess):
    """A spawned process that imports nothing of the script, notebook or shell that it is started from.

    Workers need nothing of it: detectors and policies come from files and installed distributions. So a
    script without guard is not run again, and one that came from nowhere (``python -``) need not be found.
    """

    def start(self) -> None:
        """Start the process, also from a daemon, as workers of Dask are."""
        with of_age():
            super().start()

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


@contextmanager
def of_age() -> Iterator[None]:
    """Let this process have children even if it is a daemon, whose children could outlive it.

    Those of a pool do not: they watch it.
    """
    own: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    with MAIN:
        daemon = own.pop("daemon", None)
    try:
        yield
    finally:
        if daemon is not None:
            own["daemon"] = daemon


def leave_with_parent() -> None:
    """End this process as soon as the one that started it is no more, whatever it is doing."""
    threading.Thread(target=outlive, name="antibrush-parent", daemon=True).start()


def outlive() -> None:
    """Wait for the end of the parent, then end this process."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def check_guard() -> None:
    """Raise `RuntimeError` in a process that is only importing the script that started it."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise RuntimeError(
            'call compare() below `if __name__ == "__main__":`; its processes import the script'
        )


def new_pool(workers: int) -> ProcessPool:
    """Return a pool whose processes end with this one; they start with its first task."""
    return ProcessPool(max_workers=workers, context=WorkerContext(), initializer=leave_with_parent)


@contextmanager
def pool_of(workers: int) -> Iterator[ProcessPool]:
    """Yield a pool of spawned processes; whatever happens, none of them outlives it."""
    pool = new_pool(workers)
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
