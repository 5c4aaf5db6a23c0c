"""Arms of an experiment: markets that differ in one thing, paired, over worlds and seeds.

The claims of this room are inequalities about paired differences of the brushed share. What they allow for
is noise, two standard errors of the mean, and `TOLERANCE`, a difference too small to matter; neither is
fitted to what came out. A claim counts only if the same pairs could have shown brushing halved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments import load_config
from experiments.runs.seeds import replication_seed
from experiments.settings.schema import RunConfig
from policies import Dated, Package, build_package
from sim import Market

WORLDS = "default", "calibrated_04", "calibrated_08", "calibrated_12"
"""The default world and three of the calibrated ones, which are far from each other."""

WARM_UP, PERIOD, END = 180, 330, 90
"""Days under the status quo, days of policy, and the last of them, over which brushing is measured."""

TOLERANCE = 0.003
"""Brushed share that does not matter: 0.3 points, where a market has some four."""

ONE_SIDED = 0.975
"""The t quantile that is two standard errors where there are many pairs."""

ECONOMICS_WORD = 0xEC0
"""Keeps the seeds of this room apart from those of studies and calibration."""

FEAR_ALONE = ("incapacitation", "price", "evasion")
"""Mechanisms to mute where sanctions shall work through what merchants believe, and through nothing else."""


@dataclass(frozen=True)
class Place:
    """A world and a replication in it; markets of one place are pairs, no two places share a seed."""

    world: str
    replication: int

    @property
    def seed(self) -> int:
        """Return the seed of all markets here."""
        return replication_seed(WORLDS.index(self.world), self.replication, ECONOMICS_WORD)

    def __str__(self) -> str:
        return f"{self.world}/{self.replication}"


def places(replications: int, worlds: Sequence[str] = WORLDS) -> list[Place]:
    """Return so many places in each of the worlds."""
    return [Place(world, replication) for world in worlds for replication in range(replications)]


@cache
def configured(world: str, *overrides: str) -> RunConfig:
    """Return the configuration of a market of 600 shops."""
    return load_config([f"scenario={world}", "market.n_shops=600", *overrides])


def opened(place: Place, *overrides: str) -> Market:
    """Return a market on its first morning, under the status quo."""
    config = configured(place.world, *overrides)
    return Market(config.world, build_package(config.status_quo), seed=place.seed, threads=1)


@cache
def trunk(place: Place, *overrides: str) -> Market:
    """Return a market that has lived through the warm-up; take branches of it, and leave it as it is."""
    return opened(place, *overrides).run(WARM_UP)


def arm(market: Market, package: Package | str, days: int = PERIOD, mute: Sequence[str] = ()) -> Market:
    """Return a branch of ``market`` that has lived ``days`` under a package, perhaps one of the project's."""
    chosen = named(package) if isinstance(package, str) else package
    return market.branch().adopt(chosen, mute=mute).run(days)


def named(package: str, *overrides: str) -> Package:
    """Return a package of the project, with overrides such as ``detection.acted_share=1``."""
    return build_package(mapping_of(package, *overrides))


@cache
def mapping_of(package: str, *overrides: str) -> dict[str, Any]:
    """Return what the configuration says of a package."""
    return load_config([f"package={package}", *(f"package.{override}" for override in overrides)]).package


def fines(share: float, fine: float, also: Sequence[Dated] = ()) -> Package:
    """Return a package that fines a share of the cases, unexamined, and sanctions in no other way."""
    ladder = {"steps": ["fine"], "fine_rmb": fine, "closure_probability": 0}
    detection = {"mode": "automatic", "acted_share": share, "publish_days": None, "ladder": ladder}
    package = build_package({"name": "fines", "detection": {"policy": "detection", **detection}})
    return Package("fines", [*package.policies, *also])


def brushed(market: Market, first: int = -END, last: int | None = None) -> float:
    """Return the mean brushed share over some policy days, the last 90 unless said."""
    table = market.daily()
    share = table.loc[table["day"] >= 0, "brushed_share"].to_numpy()
    return float(share[first:last].mean())


@dataclass(frozen=True, repr=False)
class Difference:
    """Paired differences (n,) in brushed share, ``changed`` less ``base``, both (n,), by place."""

    base: np.ndarray
    changed: np.ndarray
    where: Sequence[Place]

    @property
    def each(self) -> np.ndarray:
        """Return the difference at every place."""
        return self.changed - self.base

    @property
    def noise(self) -> float:
        """Return two standard errors of the mean difference, as the t distribution has it.

        The worlds are given: noise is how replications of one world differ, not how worlds do.
        """
        n, worlds = self.each.size, [place.world for place in self.where]
        means = pd.Series(self.each).groupby(worlds).transform("mean").to_numpy()
        free = n - len(set(worlds))
        spread = np.sqrt(np.square(self.each - means).sum() / free)
        return float(stats.t.ppf(ONE_SIDED, free) * spread / np.sqrt(n))

    @property
    def allowed(self) -> float:
        """Return what a mean difference may be without saying anything."""
        return self.noise + TOLERANCE

    def not_below(self) -> bool:
        """Tell whether brushing did not fall beyond noise."""
        return bool(self.each.mean() >= -self.allowed)

    def not_above(self) -> bool:
        """Tell whether brushing did not rise beyond noise."""
        return bool(self.each.mean() <= self.allowed)

    def alike(self) -> bool:
        """Tell whether brushing changed by no more than noise."""
        return self.not_below() and self.not_above()

    def lower(self) -> bool:
        """Tell whether brushing fell, beyond noise."""
        return bool(self.each.mean() < -self.noise)

    def could_show(self) -> bool:
        """Tell whether these pairs could have shown brushing halved."""
        return bool(self.allowed < 0.5 * self.base.mean())

    def __repr__(self) -> str:
        by_place = ", ".join(f"{p} {100 * d:+.2f}" for p, d in zip(self.where, self.each, strict=True))
        return (
            f"{100 * self.base.mean():.2f} % to {100 * self.changed.mean():.2f} %: "
            f"{100 * self.each.mean():+.2f} points, noise {100 * self.noise:.2f} ({by_place})"
        )


def compared(
    where: Sequence[Place], base: Callable[[Place], float], changed: Callable[[Place], float]
) -> Difference:
    """Return the difference between two arms, each a function of the place that returns a brushed share."""
    pairs = np.array([(base(place), changed(place)) for place in where])
    return Difference(pairs[:, 0], pairs[:, 1], where)
