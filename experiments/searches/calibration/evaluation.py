"""One evaluation: a market on one seed, and every statistic that is asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from experiments.files.provenance import code_digest
from experiments.files.whole import read_json, write_json
from experiments.runs.seeds import replication_seed
from experiments.searches.calibration.closures import raid_one, shut_one
from experiments.searches.calibration.diary import YEAR, live_through
from experiments.searches.calibration.entrants import slowness
from experiments.settings.schema import RunConfig, digest, fitted_on
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
    """One world on one seed; the result is stored in ``folder`` under ``key``."""

    config: RunConfig
    replication: int
    word: int
    scope: Scope
    folder: Path
    label: str = ""

    @property
    def seed(self) -> int:
        """Return the seed, which no other use shares."""
        return replication_seed(self.config.seed, self.replication, self.word)

    @property
    def key(self) -> str:
        """Return the identity of the result: equal keys mean equal numbers."""
        config = self.config
        code = [code_digest(), measuring_digest(), fitted_on(config.status_quo)]
        parts = [*code, asdict(config.world), config.status_quo, config.warmup]
        return digest([*parts, self.seed, asdict(self.scope)])[:20]

    @property
    def file(self) -> Path:
        """Return the file of the result."""
        return self.folder / "evaluations" / f"{self.key}.json"

    def result(self) -> dict[str, float | None]:
        """Return the stored statistics; undefined ones are None."""
        stored: dict[str, float | None] = read_json(self.file)["statistics"]
        return stored


@lru_cache(maxsize=1)
def measuring_digest() -> str:
    """Return a digest of the modules of this package that the numbers depend on."""
    here = Path(__file__).parent
    return digest([(here / f"{name}.py").read_text(encoding="utf-8") for name in MEASURING])


def evaluate(job: Evaluation, file: Path) -> str:
    """Measure one evaluation and store it in ``file``; return what went wrong, or nothing."""
    try:
        statistics = measure(job.config, job.seed, job.scope)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    write_json(file, {"label": job.label, "replication": job.replication, "statistics": statistics})
    return ""


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
    market.close()
    return found
