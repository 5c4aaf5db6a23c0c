"""One replication: a warm-up under the status quo, then every package on a branch of it."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from experiments.runs.results import Failure, Result, failed
from experiments.settings.schema import RunConfig, detector_digests
from policies import build_package
from policies.detectors.names import bring_detector
from sim.market import Market
from sim.outcomes import WEEKLY, exposures


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


@dataclass(frozen=True)
class Branch:
    """One package on a copy of the warmed-up market; ``key`` is the identity of the run."""

    key: str
    package: dict[str, Any]
    mute: tuple[str, ...] = ()

    def on(self, trunk: Market) -> Market:
        """Return a market of the branch's own, as the package finds it."""
        return trunk.branch()


@dataclass(frozen=True)
class Replication:
    """Runs that share a seed, and so a warm-up; ``detectors`` are brought (name, file, digest)."""

    config: RunConfig
    seed: int
    branches: tuple[Branch, ...]
    detectors: tuple[tuple[str, str, str], ...] = ()

    def run(self, keys: Collection[str], begin: Callable[[], None]) -> Iterator[Result | Failure]:
        """Yield what comes of the branches of ``keys``; ``begin`` is called before each."""
        branches = [branch for branch in self.branches if branch.key in keys]
        started, stage = time.perf_counter(), Stage("loading detectors")
        try:
            self.load_detectors()
            stage.name = "warm-up"
            trunk = warm_up(self.config, self.seed, stage)
        except Exception as error:
            yield from [failed(branch.key, stage, error) for branch in branches]
            return
        warmup_seconds = time.perf_counter() - started
        for branch in branches:
            begin()
            yield live_branch(self.config, branch, trunk, warmup_seconds)

    def load_detectors(self) -> None:
        """Load what this process has not loaded yet, and keep the libraries behind it to the run's threads.

        Processes whose libraries each start a thread a core would slow one another down many times over.
        """
        for detector in self.detectors:
            bring_detector(*detector)
        if detector_digests(self.config.status_quo, *(branch.package for branch in self.branches)):
            threadpool_limits(max(self.config.threads, 1))


def warm_up(config: RunConfig, seed: int, stage: Stage) -> Market:
    """Return a market that has lived through the warm-up under the status quo."""
    status_quo = build_package(config.status_quo)
    market = Market(config.world, status_quo, seed=seed, threads=config.threads)
    market.run(config.warmup, progress=stage.reach)
    return market


def live_branch(config: RunConfig, branch: Branch, trunk: Market, warmup_seconds: float) -> Result | Failure:
    """Return what comes of one package on a copy of the warmed-up market."""
    started, stage = time.perf_counter(), Stage("building the package")
    try:
        package = build_package(branch.package)
        market = branch.on(trunk)
        market.adopt(package, mute=branch.mute)
        stage.name = "policy"
        market.run(config.days, progress=stage.reach)
        stage.name = "measuring"
        daily = market.daily()
        outcomes = checked(market.outcomes()) | exposures(daily)
        seconds = time.perf_counter() - started
        timing = {"warmup_seconds": warmup_seconds, "seconds": seconds, "peak_mib": peak_mib()}
        row = {"outcomes": outcomes, "hash": market.hash(), "timing": timing}
        tables = {"path": weekly(daily), "harm": market.state.harm.table()}
    except Exception as error:
        return failed(branch.key, stage, error)
    return Result(branch.key, row, tables)


def checked(outcomes: dict[str, float | None]) -> dict[str, float | None]:
    """Return outcomes, or raise `ArithmeticError` if one is neither a number nor undefined."""
    for name, value in outcomes.items():
        if value is not None and not math.isfinite(value):
            raise ArithmeticError(f"the outcome {name} is {value}")
    return outcomes


def weekly(daily: pd.DataFrame) -> pd.DataFrame:
    """Return the weekly means of a daily table; ``day`` is the first day of the week."""
    week = (daily["day"] // 7 * 7).rename("day")
    return daily[list(WEEKLY)].astype(float).groupby(week).mean().reset_index()


def peak_mib() -> float:
    """Return the most memory that this process has held so far, in MiB."""
    try:
        import resource
    except ImportError:  # Windows
        return math.nan
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
