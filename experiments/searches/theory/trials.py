"""One trial: a market on one seed, and a branch of it for every level of a lever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from experiments.files.provenance import code_digest, modules_digest
from experiments.runs.results import Failure, Result, failed
from experiments.searches.theory.levers import LEVERS, Lever
from experiments.settings.schema import RunConfig, digest, fitted_on
from experiments.studies.store import Store
from experiments.studies.tasks import Task, Tick
from policies import build_package
from sim.market import Market

SETTLING = 1 / 3
"""Share of the days of policy that pass before anything is measured."""

SURPLUS, HARM = "consumer_surplus_per_buyer_rmb", "total_harm_per_buyer_rmb"
BRUSHED, GAP = "brushed_share", "brushed_gap"

Arm = dict[str, float]


@dataclass(frozen=True)
class Trial:
    """One world on one seed, with the levers to pull."""

    config: RunConfig
    seed: int
    levers: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the identity of the result: equal keys mean equal numbers."""
        config = self.config
        packages = [config.status_quo, config.package]
        code = [code_digest(), measuring_digest(), *map(fitted_on, packages)]
        levels = {key: list(LEVERS[key].levels) for key in self.levers}
        parts = [*code, asdict(config.world), *packages, config.warmup, config.days, self.seed, levels]
        return digest(parts)[:20]

    def task(self) -> Task:
        """Return the trial as a task."""
        return Task((self.key,), self.run, self.config.time_limit)

    def run(self, keys: Sequence[str], begin: Tick) -> Iterator[Result | Failure]:
        """Yield what comes of the trial."""
        try:
            arms = measure(self.config, self.seed, [LEVERS[key] for key in self.levers])
        except Exception as error:
            yield failed(self.key, "trial", error)
            return
        yield Result(self.key, {"seed": self.seed, "arms": arms})


def measuring_digest() -> str:
    """Return a digest of the modules of this package that the numbers depend on."""
    return modules_digest(Path(__file__).parent, ("levers", "trials"))


def arms_of(store: Store, trial: Trial) -> dict[str, list[Arm]]:
    """Return the stored outcomes of a trial, for each lever in the order of its levels."""
    stored: dict[str, list[Arm]] = store.row(trial.key)["arms"]
    return stored


def measure(config: RunConfig, seed: int, levers: Sequence[Lever]) -> dict[str, list[Arm]]:
    """Return the outcomes at every level of ``levers``, all on branches of one warmed-up market."""
    trunk = Market(config.world, build_package(config.status_quo), seed=seed, threads=config.threads)
    trunk.run(config.warmup)
    arms = {
        lever.key: [live_on(lever.pull(trunk, config.package, level), config.days) for level in lever.levels]
        for lever in levers
    }
    return arms


def live_on(market: Market, days: int) -> Arm:
    """Run a branch and return its outcomes after it has settled.

    ``brushed_good`` and ``brushed_bad`` are brushed orders a day of an open shop whose quality is above,
    or not above, the median of the law from which qualities come; ``brushed_gap`` is their difference.
    """
    settled, good = int(days * SETTLING), np.zeros(2)

    def count(day: int) -> None:
        if day > settled:
            is_good = market.state.shops.quality > 0
            good[:] += market.today.tasks.count[is_good].sum(), market.today.tasks.count[~is_good].sum()

    market.run(days, progress=count)
    daily = market.daily()
    total = daily[daily["day"] >= settled].sum()
    visits = max(float(total["visits"]), 1.0)
    surplus = float(total["consumer_surplus_rmb"]) / visits
    lost = float(total["innocent_sales_lost_rmb"]) * market.state.parameters.shops.margin_mean / visits
    cost = float(total["enforcement_cost_rmb"]) / visits
    of_good, of_bad = good / np.maximum([total["good_shops"], total["bad_shops"]], 1)
    orders = float(total["brushed_orders"] + total["genuine_orders"])
    return {
        SURPLUS: surplus,
        HARM: lost + cost - surplus,
        "innocent_profit_lost_per_buyer_rmb": lost,
        "enforcement_cost_per_buyer_rmb": cost,
        BRUSHED: float(total["brushed_orders"]) / max(orders, 1.0),
        "brushed_good": float(of_good),
        "brushed_bad": float(of_bad),
        GAP: float(of_good - of_bad),
    }
