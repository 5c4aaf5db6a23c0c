"""What sanctions cost innocent shops: sales and days lost, by age and size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.demand import attraction
from sim.events import INNOCENT_DAYS
from sim.kernels import counting
from sim.kernels.losses import unsanctioned_orders
from sim.ranking import Attention, position_weights
from sim.state import FEN, NEVER, SEGMENTS, Shops, never

if TYPE_CHECKING:
    from sim.market import Market
    from sim.reviewing import Sales

AFTERMATH = 30
"""Sales lost are counted this many days beyond the sanction."""

CLOSURE_DAYS = 365
"""The closure of an innocent shop counts as so many days of sales lost."""

AGE_BANDS = ("< 90 days", "90 days – 1 year", "1 – 3 years", "> 3 years")
SIZE_BANDS = ("0 – 10 orders", "11 – 50 orders", "51 – 200 orders", "> 200 orders")
NODES, WEIGHTS = np.polynomial.laguerre.laggauss(7)


@dataclass
class Losses:
    """Innocent shops under sanction: watched until ``until``, with the displayed sales they would have.

    Arrays of shape (n_shops,); ``expected`` is the orders a day expected without the sanction,
    ``band`` the band of age and size on the day of the hit.
    """

    until: np.ndarray
    shadow: np.ndarray
    expected: np.ndarray
    band: np.ndarray

    def watch(self, market: Market, slots: np.ndarray, innocent: np.ndarray) -> None:
        """Begin to watch the innocent among shops sanctioned today."""
        slots, shops, day = slots[innocent.astype(bool)], market.shops, market.day
        fresh = slots[self.until[slots] <= day]
        self.shadow[fresh] = shops.displayed[fresh] + shops.removed[fresh]
        self.expected[fresh] = market.traces.genuine_30(fresh) / 30
        self.band[fresh] = bands(shops, market.traces.sums[2, 0], day, fresh)
        ends = np.where(
            shops.open[slots], np.maximum(shops.hidden_until[slots], day) + AFTERMATH, day + CLOSURE_DAYS
        )
        self.until[slots] = np.maximum(self.until[slots], ends)

    def lift(self, market: Market, slots: np.ndarray) -> None:
        """Let the aftermath begin for shops that were reinstated."""
        watched = slots[self.until[slots] > market.day]
        self.until[watched] = market.day + AFTERMATH


def make_losses(n_shops: int) -> Losses:
    """Return an empty watch list."""
    return Losses(never(n_shops), np.zeros(n_shops), np.zeros(n_shops), np.zeros(n_shops, dtype=np.int32))


def count_losses(market: Market, attention: Attention, sales: Sales) -> int:
    """Return today's sales lost by innocent shops, in fen (expected unsanctioned less realised)."""
    losses, day, shops = market.losses, market.day, market.shops
    slots = np.flatnonzero(losses.until > day)
    if slots.size == 0:
        return 0
    losses.expected[slots] = expect_unsanctioned(market, attention, slots, sales.visits)
    fade = 1.0 if market.ranking.cumulative_sales else 0.5 ** (1 / market.ranking.displayed_half_life)
    kept = sales.standing.sum() / max(sales.placed.sum(), 1)
    losses.shadow[slots] = losses.shadow[slots] * fade + losses.expected[slots] * kept
    lost = (losses.expected[slots] - sales.placed[slots]) * shops.price[slots]
    market.harm.add_sales(market, slots, lost)
    return int(np.rint(lost * FEN).sum())


def expect_unsanctioned(
    market: Market, attention: Attention, slots: np.ndarray, visits: np.ndarray
) -> np.ndarray:
    """Return the orders (n,) that shops would expect today by the exact law, were they not sanctioned.

    Buyers count with their mean trust; displayed sales are those that the shop would have.
    """
    shops, demand, config = market.shops, market.demand, market.ranking
    trust = market.buyers.mean_trust()
    categories = np.unique(slots // demand.per_category)[:, None]
    concerned = (categories * demand.per_category + np.arange(demand.per_category)).ravel()
    utility = np.empty((SEGMENTS, shops.n))  # of the categories concerned
    utility[:, concerned] = attraction(shops, demand.config, [trust], concerned)
    gain = np.log1p(market.losses.shadow[slots]) - np.log1p(shops.displayed[slots])
    seen = shops.open & (shops.hidden_until <= market.day)
    own_direct = shops.following * shops.burst
    out = np.empty(slots.size)
    weights = position_weights(demand.per_category, config.position_exponent)
    unsanctioned_orders(
        slots, gain, visits, attention.rank_shop, attention.score, seen, shops.burst, own_direct * shops.open,
        own_direct, attention.share, utility, weights, config.direct_share,
        config.sales_weight, demand.config.sales_weight * trust, demand.outside, demand.config.looks, NODES,
        WEIGHTS, out,
    )  # fmt: skip
    return out


@dataclass
class Harm:
    """Innocent shop-days, hits, days and sales lost by age band × size band, arrays (4, 4)."""

    shop_days: np.ndarray
    hits: np.ndarray
    days_lost: np.ndarray
    sales_lost: np.ndarray

    def add_day(self, market: Market) -> None:
        """Count today's innocent shops, and those that lose the day, in the band that they were hit in."""
        shops, losses = market.shops, market.losses
        counting.count_harm(
            market.day, NEVER, INNOCENT_DAYS, shops.open, shops.opened_day, shops.hidden_until,
            shops.closed_day, losses.until, losses.band, market.merchants.last_brushed_day,
            market.traces.sums[2, 0], self.shop_days.ravel(), self.days_lost.ravel(),
        )  # fmt: skip

    def add_hits(self, market: Market, slots: np.ndarray) -> None:
        """Count hits on the innocent shops of ``slots``."""
        self.hits += tally(bands(market.shops, market.traces.sums[2, 0], market.day, slots))

    def add_sales(self, market: Market, slots: np.ndarray, rmb: np.ndarray) -> None:
        """Count sales lost (RMB) by the shops of ``slots``, in the band that they were hit in."""
        self.sales_lost += tally(market.losses.band[slots], rmb)

    def table(self) -> pd.DataFrame:
        """Return one row for each band of age and size."""
        rows = [(age, size) for age in AGE_BANDS for size in SIZE_BANDS]
        table = pd.DataFrame(rows, columns=["age_band", "size_band"])
        table["innocent_shop_years"] = self.shop_days.ravel() / 365
        table["hits"] = self.hits.ravel().astype(np.int64)
        table["days_lost"] = self.days_lost.ravel().astype(np.int64)
        table["sales_lost_rmb"] = self.sales_lost.ravel()
        return table


def make_harm() -> Harm:
    """Return empty counts."""
    return Harm(*(np.zeros((len(AGE_BANDS), len(SIZE_BANDS))) for _ in range(4)))


def bands(shops: Shops, orders_30: np.ndarray, day: int, slots: np.ndarray) -> np.ndarray:
    """Return the bands (n,) of the shops of ``slots``: 4 × age band + size band."""
    band = np.empty(slots.size, dtype=np.int64)
    counting.find_bands(slots, day, shops.opened_day, orders_30, band)
    return band


def tally(band: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return counts (or sums of weights) by band, shape (4, 4)."""
    shape = (len(AGE_BANDS), len(SIZE_BANDS))
    return np.bincount(band, weights=weights, minlength=shape[0] * shape[1]).reshape(shape)
