"""The engine: what is missing is run, whatever happens to a process; only the culprit fails."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from experiments.runs.results import Failure, Result, failed
from experiments.studies.engine import EvaluationError, Interrupted, run_all, run_missing
from experiments.studies.executors.local import LocalExecutor
from experiments.studies.store import Store
from experiments.studies.tasks import Ended, Save, Task, Tick


def count(keys: Sequence[str], begin: Tick) -> Iterator[Result | Failure]:
    """Do what the name of each key says, or give its length."""
    for key in keys:
        begin()
        if key == "raises":
            yield failed(key, "counting", ValueError("invented"))
            continue
        if key == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if key == "exits":
            os._exit(0)
        if key == "hangs":
            time.sleep(600)
        yield Result(key, {"length": len(key)})


class Here:
    """Carries tasks out in this process, and remembers which."""

    def __init__(self, patience: int = 10**9) -> None:
        self.patience = patience
        self.keys: list[str] = []

    def run(self, tasks: Sequence[Task], save: Save, tick: Tick) -> Iterator[Ended]:
        for task in tasks:
            failures = []
            for one in task.run(task.keys, lambda: None):
                if len(self.keys) >= self.patience:
                    raise KeyboardInterrupt
                self.keys.append(one.key)
                if isinstance(one, Failure):
                    failures.append(one)
                else:
                    save(one)
                tick()
            yield Ended(task, failures)


def silent(done: int, total: int) -> None:
    pass


def task(*keys: str, time_limit: float = 60) -> Task:
    return Task(keys, count, time_limit)


def test_what_is_stored_is_not_run_again(tmp_path: Path) -> None:
    store, seen, prepared, here = Store(tmp_path), [], [], Here()
    store.save(Result("bb", {"length": 2}))
    run_missing(
        [task("a", "bb"), task("ccc")], store, here, lambda *done: seen.append(done),
        lambda: prepared.append(1),
    )  # fmt: skip
    assert here.keys == ["a", "ccc"] and prepared == [1]
    assert seen[0] == (1, 3) and seen[-1] == (3, 3)
    assert [store.row(key)["length"] for key in ("a", "bb", "ccc")] == [1, 2, 3]
    assert run_missing([task("a", "bb")], store, here, silent, lambda: prepared.append(2)) == []
    assert here.keys == ["a", "ccc"] and prepared == [1]


def test_equal_keys_are_run_once(tmp_path: Path) -> None:
    here = Here()
    run_missing([task("a", "bb"), task("bb", "ccc"), task("a")], Store(tmp_path), here, silent)
    assert here.keys == ["a", "bb", "ccc"]


def test_a_failure_is_no_result_and_stops_nothing(tmp_path: Path) -> None:
    store, here = Store(tmp_path), Here()
    (failure,) = run_missing([task("raises", "a")], store, here, silent)
    assert (failure.key, failure.stage, failure.error) == ("raises", "counting", "ValueError: invented")
    assert store.finished() == {"a"} and here.keys == ["raises", "a"]  # what raises would raise again
    with pytest.raises(EvaluationError, match="1 evaluations failed, the first with ValueError: invented"):
        run_all([task("raises", "a")], store, here, silent)


def test_ctrl_c_keeps_what_has_ended_and_says_how_much(tmp_path: Path) -> None:
    store = Store(tmp_path, "trials")
    with pytest.raises(Interrupted, match=r"2 of 4 runs are kept in") as stop:
        run_missing([task("a", "bb"), task("ccc", "dddd")], store, Here(patience=2), silent)
    assert stop.value.folder == tmp_path and store.finished() == {"a", "bb"}
    here = Here()
    assert run_missing([task("a", "bb"), task("ccc", "dddd")], store, here, silent) == []
    assert here.keys == ["ccc", "dddd"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_only_the_culprit_of_a_process_that_dies_exits_or_hangs_fails(tmp_path: Path) -> None:
    store = Store(tmp_path)
    tasks = [
        task("a", "dies", "bb", time_limit=5), task("ccc", "exits", time_limit=5), task("hangs", time_limit=5)
    ]  # fmt: skip
    failures = run_missing(tasks, store, LocalExecutor(2, store.place), silent)
    why = {failure.key: failure.error for failure in failures}
    assert store.finished() == {"a", "bb", "ccc"}
    assert why["dies"] == "its process died (SIGKILL)" and why["exits"] == "its process ended by itself"
    assert why["hangs"] == "no end within 5 s (time_limit)"
    assert "in count" in next(failure.traceback for failure in failures if failure.key == "hangs")
    assert not [file for file in store.place.iterdir() if file.name.startswith(".")]
