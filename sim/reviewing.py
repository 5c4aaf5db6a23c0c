"""Deliver and review: quality is experienced; returns, ratings and trust follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.tasks import Tasks
from sim.chance import Stream, day_key
from sim.config import DemandConfig, World
from sim.demand import Orders
from sim.kernels import orders as kernels
from sim.ranking import Attention
from sim.state import TRUST_LEVELS, Buyers, Shops, normal_table, segment_sensitivity

PARTS = 64
"""The consumers' surplus is summed in so many parts of the orders, whatever the number of threads."""


@dataclass
class Sales:
    """A day's genuine orders by shop (n_shops,), visits by category (n_categories,), and sums over orders.

    ``placed`` counts all orders, ``standing`` those that were not returned, and ``turnover`` is their value
    in fen. ``stars`` sums experiences in thousandths. ``consumer_surplus`` is in RMB, experienced: true
    quality, no displayed-sales term.
    """

    placed: np.ndarray
    standing: np.ndarray
    turnover: np.ndarray
    stars: np.ndarray
    complaints: np.ndarray
    flagged_parcels: np.ndarray
    visits: np.ndarray
    quality_bought: float
    consumer_surplus: float


def deliver(
    orders: Orders, shops: Shops, attention: Attention, buyers: Buyers, world: World, seed: int, day: int
) -> Sales:
    """Let buyers experience their orders: what they think of it, return and complain of, and trust."""
    demand = world.demand
    parts = kernels.deliver.threads_for(orders.n)
    sums, surplus = np.zeros((parts, shops.n, 6), dtype=np.int64), np.zeros(PARTS)
    chances = demand.surprise, demand.return_rate, demand.surprise_return_rate, demand.complaint_rate
    trusts = (
        buyers.sales_mistrust, buyers.sales_scale, demand.trust_loss,
        buyers.platform_mistrust, buyers.platform_scale, demand.platform_trust_loss,
    )  # fmt: skip
    kernels.deliver(
        parts, day_key(seed, Stream.EXPERIENCE, day), orders.buyer, orders.shop,
        orders.number, orders.value, describe(shops, attention, world),
        world.shops.experience_sd * normal_table(), tuple(map(float, chances)), trusts, orders.advantage,
        buyers.segment, TRUST_LEVELS, price_slopes(demand), orders.returned, sums, surplus,
        work=orders.n,
    )  # fmt: skip
    counts, turnover = np.empty((5, shops.n), dtype=np.int32), np.empty(shops.n, dtype=np.int64)
    kernels.add_up(shops.n, sums, counts, turnover)
    placed, standing, stars, complaints, flagged = counts
    return Sales(
        placed=placed,
        standing=standing,
        turnover=turnover,
        stars=stars,
        complaints=complaints,
        flagged_parcels=flagged,
        visits=orders.visits,
        quality_bought=float((placed * shops.quality).sum()),
        consumer_surplus=float(surplus.sum()) * world.shops.order_value,
    )


def describe(shops: Shops, attention: Attention, world: World) -> np.ndarray:
    """Return what an order needs to know of its shop, six numbers a shop (`sim.kernels.orders.describe`)."""
    demand, facts = world.demand, np.empty((shops.n, 6))
    kernels.describe(
        shops.n // world.market.shops_per_category, float(demand.sales_weight), float(demand.quality_weight),
        world.market.shops_per_category, shops.quality, shops.rating, attention.log_displayed,
        shops.parcel_flag, facts,
    )  # fmt: skip
    return facts


def promises(attention: Attention, world: World) -> np.ndarray:
    """Return the quality that displayed sales promise beyond the category's mean at full trust (n_shops,)."""
    demand, out = world.demand, np.empty(attention.share.size)
    n = world.market.shops_per_category
    kernels.make_promises(
        out.size // n, float(demand.sales_weight), float(demand.quality_weight), n,
        attention.log_displayed, out,
    )  # fmt: skip
    return out


def review(sales: Sales, tasks: Tasks, shops: Shops, world: World, seed: int, day: int) -> None:
    """Update ratings with genuine and brushed reviews; add the brushed parcels that are recognised."""
    config, fake = world.shops, world.brushing.rating * world.shops.quality_sd
    kernels.rate(
        0.5 ** (1 / config.rating_half_life), float(config.rating_prior), float(fake), sales.stars,
        sales.placed, tasks.count, shops.rating_sum, shops.rating_count, shops.rating,
    )  # fmt: skip
    kernels.flag_brushed(
        day_key(seed, Stream.TASKS, day), shops.identity, tasks.count, tasks.cover, shops.parcel_flag,
        float(world.traces.brushed_parcel_flag), sales.flagged_parcels,
    )  # fmt: skip


def price_slopes(config: DemandConfig) -> np.ndarray:
    """Return the marginal utility of log price in each segment, at least 0.05."""
    return np.maximum(segment_sensitivity(config), 0.05)
