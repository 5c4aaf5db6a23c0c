"""One replication: a warm-up under the status quo, then every package on a branch of it."""

from __future__ import annotations

import faulthandler
import math
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from experiments.files.whole import StoreError
from experiments.settings.schema import RunConfig, detector_digests
from experiments.studies.design import Run
from experiments.studies.store import Parts
from policies import build_package
from policies.detector_names import bring_detector
from sim.market import Market

PATH_COLUMNS = (
    "brushed_share", "perceived_risk", "fee", "capacity_bound", "camouflage", "brushers",
    "sanctioned_brushers",
)  # fmt: skip
"""Daily columns whose weekly means a study keeps."""


@dataclass(frozen=True)
class Job:
    """Runs that share a seed, and so a warm-up; ``detectors`` are brought (name, file, digest)."""

    config: RunConfig
    runs: tuple[Run, ...]
    folder: Path
    detectors: tuple[tuple[str, str, str], ...] = ()

    @property
    def seed(self) -> int:
        """Return the seed that all runs share."""
        return self.runs[0].seed

    @property
    def watch_file(self) -> Path:
        """Return the file in which a process that hangs or crashes leaves its last stack."""
        return self.folder / "parts" / f".watch-{self.runs[0].key}"

    def watched_by(self) -> int | None:
        """Return the process that works on this job, as it wrote it down."""
        first, *_ = self._watch_lines()
        return int(first) if first.isdigit() else None

    def last_words(self) -> str:
        """Return the stack that a hanging or crashing process left."""
        return "".join(self._watch_lines()[1:])

    def _watch_lines(self) -> list[str]:
        """Return the process's number and, if it came to that, its stack."""
        try:
            text = self.watch_file.read_text(errors="replace")
        except OSError:
            text = ""
        first, _, rest = text.partition("\n")
        return [first, rest]


@dataclass
class Failure:
    """A run that did not end well."""

    run: Run
    stage: str
    error: str
    traceback: str = ""


@dataclass
class Stage:
    """What a run is doing, so that a failure can say it."""

    name: str
    day: int | None = None

    def reach(self, day: int) -> None:
        """Note a finished day."""
        self.day = day

    def __str__(self) -> str:
        return self.name if self.day is None else f"{self.name}, after day {self.day}"


def run_replication(job: Job) -> list[Failure]:
    """Run what is missing of one replication; each run is stored as it ends."""
    with watched(job) as watch:
        started = time.perf_counter()
        stage = Stage("loading detectors")
        try:
            load_detectors(job)
            stage.name = "warm-up"
            trunk = warm_up(job.config, job.seed, stage)
        except Exception as error:
            return [failed(run, stage, error) for run in job.runs]
        warmup_seconds = time.perf_counter() - started
        failures = []
        for run in job.runs:
            watch()
            failures += run_branch(job, run, trunk, warmup_seconds)
        trunk.close()
        return failures


def load_detectors(job: Job) -> None:
    """Load what this process has not loaded yet, and keep the libraries behind it to the job's threads.

    Processes whose libraries each start a thread a core would slow one another down many times over.
    """
    for detector in job.detectors:
        bring_detector(*detector)
    if detector_digests(job.config.status_quo, *(run.arm.package for run in job.runs)):
        threadpool_limits(max(job.config.threads, 1))


def warm_up(config: RunConfig, seed: int, stage: Stage) -> Market:
    """Return a market that has lived through the warm-up under the status quo."""
    status_quo = build_package(config.status_quo)
    market = Market(config.world, status_quo, seed=seed, threads=config.threads)
    market.run(config.warmup, progress=stage.reach)
    return market


def run_branch(job: Job, run: Run, trunk: Market, warmup_seconds: float) -> list[Failure]:
    """Run one package on a copy of the warmed-up market and store it."""
    started = time.perf_counter()
    stage = Stage("building the package")
    try:
        package = build_package(run.package)
        market = trunk.branch()
        market.adopt(package, mute=run.arm.mute)
        stage.name = "policy"
        market.run(job.config.days, progress=stage.reach)
        stage.name = "measuring"
        daily = market.daily()
        outcomes = checked(market.outcomes()) | exposures(daily)
        seconds = time.perf_counter() - started
        timing = {"warmup_seconds": warmup_seconds, "seconds": seconds, "peak_mib": peak_mib()}
        row = {"outcomes": outcomes, "hash": market.hash(), "timing": timing}
        Parts(job.folder).save(run.key, row, weekly(daily), market.harm.table())
        market.close()
    except StoreError:
        raise
    except Exception as error:
        return [failed(run, stage, error)]
    return []


def checked(outcomes: dict[str, float | None]) -> dict[str, float | None]:
    """Return outcomes, or raise `ArithmeticError` if one is neither a number nor undefined."""
    for name, value in outcomes.items():
        if value is not None and not math.isfinite(value):
            raise ArithmeticError(f"the outcome {name} is {value}")
    return outcomes


def exposures(daily: pd.DataFrame) -> dict[str, float | None]:
    """Return the shop-years behind the rates, without which a rate of zero has no upper bound."""
    policy = daily[daily["day"] >= 0]
    return {
        f"{kind}_shop_years": float(policy[f"{kind}_shops"].sum() / 365) for kind in ("innocent", "honest")
    }


def weekly(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the weekly means of a daily table; ``day`` is the first day of the week."""
    week = (daily["day"] // 7 * 7).rename("day")
    return daily[list(PATH_COLUMNS)].astype(float).groupby(week).mean().reset_index()


def failed(run: Run, stage: Stage, error: Exception) -> Failure:
    """Return the record of an exception."""
    message = f"{type(error).__name__}: {error}"
    return Failure(run, str(stage), message, "".join(traceback.format_exception(error)))


@contextmanager
def watched(job: Job) -> Iterator[Any]:
    """End this process when one run takes too long, leaving its stack in a file.

    The watchdog is a thread without Python in it, so it also ends loops in compiled code.
    """
    job.watch_file.parent.mkdir(parents=True, exist_ok=True)
    with job.watch_file.open("w") as file:
        print(os.getpid(), file=file, flush=True)

        def watch() -> None:
            faulthandler.dump_traceback_later(job.config.time_limit, exit=True, file=file)

        faulthandler.enable(file)
        watch()
        try:
            yield watch
        finally:
            faulthandler.cancel_dump_traceback_later()
            faulthandler.disable()
    job.watch_file.unlink(missing_ok=True)


def peak_mib() -> float:
    """Return the most memory that this process has held so far, in MiB."""
    try:
        import resource
    except ImportError:  # Windows
        return math.nan
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
