"""What workers leave behind: nothing."""

import gc
import multiprocessing
import os
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from experiments.runs.results import Result
from experiments.studies.executors import local
from experiments.studies.executors.dask_worker import pool
from experiments.studies.executors.local import tidily
from experiments.studies.executors.watch import sweep
from experiments.studies.tasks import Task, packed


class Ring:
    """Something that refers to itself, as a market and its organisers do."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def lazy_collector():
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_what_a_task_made_is_gone_when_it_ends(lazy_collector: None) -> None:
    left: list[weakref.ref] = []

    def task(n: int) -> int:
        left.append(weakref.ref(Ring()))
        assert left[0]() is not None
        return n + 1

    assert tidily(task, 1) == 2
    assert left[0]() is None


def test_it_is_gone_after_an_error_too(lazy_collector: None) -> None:
    left: list[weakref.ref] = []

    def task() -> None:
        left.append(weakref.ref(Ring()))
        raise ValueError("invented")

    with pytest.raises(ValueError, match="invented"):
        tidily(task)
    assert left[0]() is None


def test_what_was_there_before_stays(lazy_collector: None) -> None:
    before = Ring()
    seen = weakref.ref(before)
    tidily(lambda: None)
    assert seen() is before


@pytest.mark.skipif(os.name != "posix", reason="whether a process is gone is not known")
def test_files_of_processes_that_are_no_more_are_swept_and_no_others(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name, process in ((".watch-gone", gone.pid), (".watch-here", os.getpid()), ("other", gone.pid)):
        (tmp_path / name).write_text(f"{process}\n")
    sweep(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [".watch-here", "other"]


HAPPENED: list[str] = []


class Slow:
    """Work, or a place for results, that takes long to load."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple]:
        return load, ()


def load() -> Callable[..., Any]:
    HAPPENED.append("loaded")
    return lambda *words: [Result("a", {})]


def test_the_time_of_a_run_begins_when_all_that_it_needs_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def watched(file: Path, seconds: float) -> Iterator[Callable[[], None]]:
        HAPPENED.append("watched")
        yield lambda: None

    monkeypatch.setattr(local, "watched", watched)
    HAPPENED.clear()
    assert local.carry_out(Task(("a",), packed(Slow()), 4.0), packed(Slow()), tmp_path / "file") == []
    assert HAPPENED == ["loaded", "loaded", "watched"]


def be_at_work() -> None:
    own = pool(1)
    own.schedule(abs, (-3,)).result()
    own.schedule(time.sleep, (600,))


def test_a_worker_of_dask_ends_though_its_pool_is_at_work() -> None:
    worker = multiprocessing.get_context("spawn").Process(target=be_at_work, daemon=True)
    worker.start()
    worker.join(120)
    try:
        assert worker.exitcode == 0
    finally:
        worker.kill()
