"""One trial: a market on one seed, and a branch of it for every level of a lever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from experiments.files.provenance import code_digest
from experiments.files.whole import read_json, write_json
from experiments.searches.theory.levers import LEVERS, Lever
from experiments.settings.schema import RunConfig, digest, fitted_on
from policies import build_package
from sim.market import Market

SETTLING = 1 / 3
"""Share of the days of policy that pass before anything is measured."""

SURPLUS, HARM, GAP = "consumer_surplus_per_buyer_rmb", "total_harm_per_buyer_rmb", "brushed_gap"

Arm = dict[str, float]


@dataclass(frozen=True)
class Trial:
    """One world on one seed, with the levers to pull; the result is stored in ``folder``."""

    config: RunConfig
    seed: int
    levers: tuple[str, ...]
    folder: Path

    @property
    def key(self) -> str:
        """Return the identity of the result: equal keys mean equal numbers."""
        config = self.config
        packages = [config.status_quo, config.package]
        code = [code_digest(), measuring_digest(), *map(fitted_on, packages)]
        levels = {key: list(LEVERS[key].levels) for key in self.levers}
        parts = [*code, asdict(config.world), *packages, config.warmup, config.days, self.seed, levels]
        return digest(parts)[:20]

    @property
    def file(self) -> Path:
        """Return the file of the result."""
        return self.folder / "trials" / f"{self.key}.json"

    def arms(self) -> dict[str, list[Arm]]:
        """Return the stored outcomes, for each lever in the order of its levels."""
        stored: dict[str, list[Arm]] = read_json(self.file)["arms"]
        return stored


@lru_cache(maxsize=1)
def measuring_digest() -> str:
    """Return a digest of the modules of this package that the numbers depend on."""
    here = Path(__file__).parent
    return digest([(here / f"{name}.py").read_text(encoding="utf-8") for name in ("levers", "trials")])


def carry_out(trial: Trial, file: Path) -> str:
    """Carry out one trial and store it in ``file``; return what went wrong, or nothing."""
    try:
        arms = measure(trial.config, trial.seed, [LEVERS[key] for key in trial.levers])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    write_json(file, {"seed": trial.seed, "arms": arms})
    return ""


def measure(config: RunConfig, seed: int, levers: Sequence[Lever]) -> dict[str, list[Arm]]:
    """Return the outcomes at every level of ``levers``, all on branches of one warmed-up market."""
    trunk = Market(config.world, build_package(config.status_quo), seed=seed, threads=config.threads)
    trunk.run(config.warmup)
    arms = {
        lever.key: [live_on(lever.pull(trunk, config.package, level), config.days) for level in lever.levels]
        for lever in levers
    }
    trunk.close()
    return arms


def live_on(market: Market, days: int) -> Arm:
    """Run a branch and return its outcomes after it has settled.

    ``brushed_good`` and ``brushed_bad`` are brushed orders a day of an open shop whose quality is above,
    or not above, the median of the law from which qualities come; ``brushed_gap`` is their difference.
    """
    settled, good = int(days * SETTLING), np.zeros(2)

    def count(day: int) -> None:
        if day > settled:
            is_good = market.shops.quality > 0
            good[:] += market.tasks.count[is_good].sum(), market.tasks.count[~is_good].sum()

    market.run(days, progress=count)
    daily = market.daily()
    total = daily[daily["day"] >= settled].sum()
    market.close()
    visits = max(float(total["visits"]), 1.0)
    surplus = float(total["consumer_surplus_rmb"]) / visits
    lost = float(total["innocent_sales_lost_rmb"]) * market.world.shops.margin_mean / visits
    cost = float(total["enforcement_cost_rmb"]) / visits
    of_good, of_bad = good / np.maximum([total["good_shops"], total["bad_shops"]], 1)
    orders = float(total["brushed_orders"] + total["genuine_orders"])
    return {
        SURPLUS: surplus,
        HARM: lost + cost - surplus,
        "innocent_profit_lost_per_buyer_rmb": lost,
        "enforcement_cost_per_buyer_rmb": cost,
        "brushed_share": float(total["brushed_orders"]) / max(orders, 1.0),
        "brushed_good": float(of_good),
        "brushed_bad": float(of_bad),
        GAP: float(of_good - of_bad),
    }
