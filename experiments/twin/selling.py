"""Rank and buy, in expectation: what every cell of shops sells a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from experiments.twin.cells import NOBODY, Cells
from experiments.twin.demand import (
    Bursts,
    Ranking,
    log_price_utility,
    purchase_law,
    share_attention,
)
from sim.config import World
from sim.demand import season


@dataclass(frozen=True)
class Sales:
    """What a shop of each cell has a day, arrays (n_cells,), 0 where the cell is empty.

    ``genuine`` orders, bursts included, ``ordinary`` ones on a day without, ``standing`` ones after
    returns; ``views`` of buyers; ``attention``, its share of the category's; ``disappointed``, a share of
    orders. ``slope`` is κ.
    """

    genuine: np.ndarray
    ordinary: np.ndarray
    standing: np.ndarray
    views: np.ndarray
    attention: np.ndarray
    disappointed: np.ndarray
    slope: float


@dataclass
class Buyers:
    """Mean mistrust of displayed sales and of the platform, and e^utility of leaving."""

    mistrust: float = 0.0
    platform_mistrust: float = 0.0
    outside: float = 1.0

    def visits(self, world: World, days: range) -> float:
        """Return visits a day and slot, the mean over ``days``."""
        demand = world.demand
        rate = demand.orders_per_buyer / 365 / demand.purchase_probability
        rate *= float(np.mean([season(demand, day) for day in days]))
        return world.market.buyers_per_shop * rate * (1 - self.platform_mistrust)

    def experience(self, orders: float, disappointed: float, days: float, world: World) -> None:
        """Let mistrust move by ``days`` of ``orders`` a buyer and day, of which so many disappoint."""
        demand = world.demand
        bad = orders * disappointed
        self.mistrust = settle(self.mistrust, bad * demand.trust_loss, days, demand.trust_half_life)
        self.platform_mistrust = settle(
            self.platform_mistrust, bad * demand.platform_trust_loss, days, demand.platform_trust_half_life
        )


def settle(share: float, gain: float, days: float, half_life: float) -> float:
    """Return a share that grows by ``gain`` of what is missing a day and halves in ``half_life``."""
    speed = gain + np.log(2) / half_life
    return float(gain / speed + (share - gain / speed) * np.exp(-speed * days))


@dataclass(frozen=True)
class Shelf:
    """How shops of the cells that are not empty stand before buyers (n,)."""

    mass: np.ndarray
    log_displayed: np.ndarray
    rating: np.ndarray
    freshness: np.ndarray
    variance: float


def sell(
    shelf: Shelf, cells: Cells, keep: np.ndarray, buyers: Buyers, ranking: Ranking, bursts: Bursts,
    world: World, visits: float,
) -> Sales:  # fmt: skip
    """Return the sales of all cells, ``keep`` (mask) being those that are not empty.

    ``visits`` are those a day and slot.
    """
    rule, demand, n = world.ranking, world.demand, world.market.shops_per_category
    score = rule.sales_weight * shelf.log_displayed + rule.rating_weight * shelf.rating
    score = score + rule.freshness_weight * shelf.freshness
    seen = (cells.stage[keep] < 2).astype(float)
    ranked, slope = ranking.attend(score, shelf.mass * seen, shelf.variance, bursts.tilt)
    share, multiple = share_attention(ranked, cells.following[keep], seen, shelf.mass, bursts, world)
    trust = 1 - buyers.mistrust
    popularity = demand.sales_weight * shelf.log_displayed
    utility = np.exp(
        demand.quality_weight * shelf.rating
        + trust * popularity
        + log_price_utility(demand, cells.price[keep])
    )
    bought = purchase_law(n * shelf.mass * share * multiple, utility, buyers.outside, demand.looks)
    genuine = visits * bought / shelf.mass
    promise = (popularity - popularity @ shelf.mass) / max(demand.quality_weight, 1e-9)
    lack = shelf.rating + trust * promise - demand.surprise - cells.quality[keep]
    disappointed = ndtr(lack / max(world.shops.experience_sd, 1e-9))
    returned = demand.return_rate + (demand.surprise_return_rate - demand.return_rate) * disappointed
    columns = (
        genuine, genuine / multiple, genuine * (1 - returned), visits * n * demand.looks * share, share,
        disappointed,
    )  # fmt: skip
    full = np.zeros((6, keep.size))
    full[:, keep] = columns
    return Sales(full[0], full[1], full[2], full[3], full[4], full[5], slope)


def not_empty(mass: np.ndarray) -> np.ndarray:
    """Return which cells count (mask)."""
    return mass > NOBODY
