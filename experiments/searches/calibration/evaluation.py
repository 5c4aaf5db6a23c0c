"""One evaluation: a market on one seed, and every statistic that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from experiments.files.provenance import code_digest, modules_digest
from experiments.runs.results import Failure, Result, failed
from experiments.runs.seeds import replication_seed, world_words
from experiments.searches.calibration.closures import raid_one, shut_one
from experiments.searches.calibration.diary import YEAR, live_through
from experiments.searches.calibration.entrants import slowness
from experiments.settings.schema import RunConfig, digest, fitted_on
from experiments.studies.engine import Progress, run_all
from experiments.studies.executors.choose import executor_of
from experiments.studies.store import Store
from experiments.studies.tasks import Task, Tick
from policies import build_package
from sim.market import Market

MEASURING = ("closures", "diary", "entrants", "evaluation", "measures")
"""Modules of this package that decide what an evaluation gives."""


@dataclass(frozen=True)
class Scope:
    """What to measure: levels of the experiment on entrants, raids and closures, days of the year."""

    levels: tuple[int, ...] = (10,)
    closures: bool = False
    days: int = YEAR


TUNING = Scope()
FULL = Scope(levels=(10, 5, 2), closures=True)


@dataclass(frozen=True)
class Evaluation:
    """One world on one seed, and what to measure."""

    config: RunConfig
    replication: int
    word: int
    scope: Scope
    label: str = ""

    @property
    def seed(self) -> int:
        """Return the seed, which no other use shares."""
        return replication_seed(
            self.config.seed, self.replication, self.word, *world_words(self.config.scenario)
        )

    @property
    def key(self) -> str:
        """Return the identity of the result: equal keys mean equal numbers."""
        config = self.config
        code = [code_digest(), measuring_digest(), fitted_on(config.status_quo)]
        parts = [*code, asdict(config.world), config.status_quo, config.warmup]
        return digest([*parts, self.seed, asdict(self.scope)])[:20]

    def task(self) -> Task:
        """Return the evaluation as a task."""
        return Task((self.key,), self.run, self.config.time_limit)

    def run(self, keys: Sequence[str], begin: Tick) -> Iterator[Result | Failure]:
        """Yield what comes of the evaluation."""
        try:
            statistics = measure(self.config, self.seed, self.scope)
        except Exception as error:
            yield failed(self.key, "evaluation", error)
            return
        yield Result(
            self.key, {"label": self.label, "replication": self.replication, "statistics": statistics}
        )


def measuring_digest() -> str:
    """Return a digest of the modules of this package that the numbers depend on."""
    return modules_digest(Path(__file__).parent, MEASURING)


def store_of(folder: Path) -> Store:
    """Return where the evaluations of a calibration or validation lie."""
    return Store(folder, "evaluations")


def statistics_of(store: Store, evaluation: Evaluation) -> dict[str, float | None]:
    """Return the stored statistics of an evaluation; undefined ones are None."""
    stored: dict[str, float | None] = store.row(evaluation.key)["statistics"]
    return stored


def measure_all(evaluations: Sequence[Evaluation], folder: Path, progress: Progress) -> Store:
    """Run the evaluations that are not stored yet, and return where all of them lie.

    Raises
    ------
    EvaluationError : one failed; the message says why
    Interrupted, StoreError : as `run_missing`
    """
    store = store_of(folder)
    run_all([one.task() for one in evaluations], store, executor_of(evaluations[0].config, store), progress)
    return store


def measure(config: RunConfig, seed: int, scope: Scope) -> dict[str, float]:
    """Return the statistics of one market under the status quo.

    The experiment on entrants branches off at the end of the warm-up, the year follows it, and raids
    and closures branch off at its end.
    """
    market = Market(config.world, build_package(config.status_quo), seed=seed, threads=1)
    market.run(config.warmup)
    found = slowness(market, scope.levels) if scope.levels else {}
    found |= live_through(market, scope.days)
    if scope.closures:
        found |= raid_one(market, config.status_quo["regulator"]["law"])
        found |= shut_one(market)
    return found
