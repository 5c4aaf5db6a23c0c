"""Evaluations in parallel processes, stored as they end, so that an interrupted command goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol

from experiments.searches.calibration.evaluation import Evaluation, evaluate
from experiments.settings.schema import RunConfig
from experiments.studies.compare import Interrupted
from experiments.studies.executors.local import ended, interrupts_blocked, pool_of, reason, tidily
from sim.kernels.threads import cores


class EvaluationError(RuntimeError):
    """Evaluations failed, so that nothing can be concluded."""


Progress = Callable[[int, int], None]
"""Called with the number of finished evaluations and of all."""


class Job(Protocol):
    """What can be run here: it knows its limits, its identity, and the file of its result."""

    @property
    def config(self) -> RunConfig:
        """The run, with the time that it may take."""

    @property
    def key(self) -> str:
        """The identity of the result."""

    @property
    def file(self) -> Path:
        """Where the result is stored."""


Work = Callable[[Any, Path], str]
"""Carries out a job, stores the result in the file, and returns what went wrong, or nothing."""


def run_missing(
    jobs: Sequence[Job], workers: int, progress: Progress, folder: Path, work: Work = evaluate
) -> dict[str, str]:
    """Run every evaluation that is not stored yet; return what went wrong, by key.

    One that a dying process left undone is tried once more.

    Raises
    ------
    Interrupted : Ctrl-C; what has ended is kept
    StoreError : a result cannot be written
    """
    failures: dict[str, str] = {}
    for _ in range(2):
        missing = [job for job in jobs if not job.file.exists()]
        if not missing:
            return {}
        try:
            failures = attempt(missing, workers or cores(), lambda: progress(finished(jobs), len(jobs)), work)
        except KeyboardInterrupt:
            raise Interrupted(folder, finished(jobs), len(jobs)) from None
    return failures


def run_all(jobs: Sequence[Evaluation], workers: int, progress: Progress, folder: Path) -> None:
    """Run every evaluation that is not stored yet.

    Raises
    ------
    EvaluationError : one failed; the message says why
    Interrupted, StoreError : as `run_missing`
    """
    failures = run_missing(jobs, workers, progress, folder)
    if failures:
        raise EvaluationError(
            f"{len(failures)} evaluations failed, the first with {next(iter(failures.values()))}"
        )


def finished(jobs: Sequence[Job]) -> int:
    """Return how many evaluations are stored."""
    return sum(job.file.exists() for job in jobs)


def attempt(jobs: Sequence[Job], workers: int, tick: Callable[[], None], work: Work) -> dict[str, str]:
    """Run evaluations once; return what went wrong, by key."""
    failures: dict[str, str] = {}
    with pool_of(min(workers, len(jobs))) as pool:
        with interrupts_blocked():
            futures: dict[Future[str], Job] = {
                pool.schedule(tidily, (work, job, job.file), timeout=job.config.time_limit): job
                for job in jobs
            }
        for future in ended(futures, tick):
            error = reason(future)
            what = f"{type(error).__name__}: {error}" if error else future.result()
            if what:
                failures[futures[future].key] = what
    return failures
