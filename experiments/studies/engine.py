"""The engine of every study: tasks by key, run where they are missing, whatever happens to a process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from experiments.runs.results import Failure
from experiments.studies.store import Store
from experiments.studies.tasks import Ended, Executor, Task, Tick

Progress = Callable[[int, int], None]
"""Called with the number of finished results and of all."""


class Interrupted(KeyboardInterrupt):
    """Somebody stopped a study; ``finished`` of ``total`` runs are kept in ``folder``."""

    def __init__(self, folder: Path, finished: int, total: int) -> None:
        super().__init__(f"{finished} of {total} runs are kept in {folder}")
        self.folder, self.finished, self.total = folder, finished, total


class EvaluationError(RuntimeError):
    """Tasks failed, so that nothing can be concluded."""


def run_missing(
    tasks: Sequence[Task],
    store: Store,
    executor: Executor,
    progress: Progress,
    prepare: Callable[[], object] = tuple,
) -> list[Failure]:
    """Run what is not stored yet, and return why some of it is still missing.

    What a dying or hanging process left undone is tried once more, each key in a task of its own, so that
    only the culprit fails.

    Parameters
    ----------
    prepare : called once before the first task, if there is one

    Raises
    ------
    Interrupted : Ctrl-C; what has ended is kept
    StoreError : a result cannot be written
    """
    keys = {key for task in tasks for key in task.keys}

    def tick() -> None:
        progress(len(store.finished() & keys), len(keys))
        store.tidy()

    missing = undone(tasks, store)
    if not missing:
        return []
    try:
        tick()
        prepare()
        failures, broken = attempt(missing, store, executor, tick)
        left = undone([end.task for end in broken], store)
        more, culprits = attempt([one for task in left for one in task.singly()], store, executor, tick)
    except KeyboardInterrupt:
        raise Interrupted(store.folder, len(store.finished() & keys), len(keys)) from None
    done = store.finished()
    return failures + more + [end.broken for end in culprits if end.broken and end.broken.key not in done]


def run_all(
    tasks: Sequence[Task], store: Store, executor: Executor, progress: Progress, noun: str = "evaluations"
) -> None:
    """Run what is not stored yet; ``noun`` is what an error calls it.

    Raises
    ------
    EvaluationError : one failed; the message says why
    Interrupted, StoreError : as `run_missing`
    """
    failures = run_missing(tasks, store, executor, progress)
    if failures:
        raise EvaluationError(f"{len(failures)} {noun} failed, the first with {failures[0].error}")


def undone(tasks: Sequence[Task], store: Store) -> list[Task]:
    """Return what is left of tasks, each key once."""
    done, left = store.finished(), []
    for task in tasks:
        rest = task.without(done)
        done.update(rest.keys)
        if rest.keys:
            left.append(rest)
    return left


def attempt(
    tasks: Sequence[Task], store: Store, executor: Executor, tick: Tick
) -> tuple[list[Failure], list[Ended]]:
    """Run tasks once; return what failed, and the tasks whose process ended early."""
    failures: list[Failure] = []
    broken: list[Ended] = []
    with closing(executor.run(tasks, store.save, tick)) as ends:
        for end in ends:
            failures += end.failures
            if end.broken:
                broken.append(end)
    return failures, broken
