"""Deliver and review: quality is experienced; returns, ratings and trust follow."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from sim.brushing.tasks import Tasks
from sim.chance import Stream, day_key, uniforms
from sim.config import DemandConfig, World
from sim.demand import CHUNKS, Orders
from sim.kernels import orders as kernels
from sim.state import TRUST_LEVELS, Buyers, Shops, normal_table, segment_sensitivity


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


def deliver(orders: Orders, shops: Shops, buyers: Buyers, world: World, seed: int, day: int) -> Sales:
    """Let buyers experience their orders: what they think of it, return and complain of, and trust."""
    demand = world.demand
    sales = demand.sales_weight * np.log1p(shops.displayed)
    correction = demand.quality_weight * (shops.quality - shops.rating)
    facts = (
        shops.quality, shops.rating, promises(sales, shops, world), shops.parcel_flag, correction, sales,
    )  # fmt: skip
    sums, surplus = np.zeros((numba.get_num_threads(), 6, shops.n), dtype=np.int64), np.zeros(CHUNKS)
    chances = demand.surprise, demand.return_rate, demand.surprise_return_rate, demand.complaint_rate
    trusts = (
        buyers.sales_mistrust, buyers.sales_scale, demand.trust_loss,
        buyers.platform_mistrust, buyers.platform_scale, demand.platform_trust_loss,
    )  # fmt: skip
    kernels.deliver(
        day_key(seed, Stream.EXPERIENCE, day), orders.buyer, orders.shop,
        orders.number, orders.value, facts, world.shops.experience_sd * normal_table(),
        tuple(map(float, chances)), trusts, orders.advantage, buyers.segment, TRUST_LEVELS,
        price_slopes(demand), orders.returned, sums, surplus,
    )  # fmt: skip
    placed, stars, complaints, flagged, standing, turnover = sums.sum(axis=0)
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


def review(sales: Sales, tasks: Tasks, shops: Shops, world: World, seed: int, day: int) -> None:
    """Update ratings with genuine and brushed reviews; add the brushed parcels that are recognised."""
    fake = world.brushing.rating * world.shops.quality_sd
    rate(shops, sales.stars / 1000 + fake * tasks.count, sales.placed + tasks.count, world)
    sales.flagged_parcels += flag_brushed_parcels(tasks, shops, world, seed, day)


def promises(sales: np.ndarray, shops: Shops, world: World) -> np.ndarray:
    """Return what displayed sales add to the quality that a fully trusting buyer expects (n_shops,).

    ``sales`` (n_shops,) is what they add to utility at full trust.
    """
    mean = sales.reshape(-1, world.market.shops_per_category).mean(axis=1)
    return (sales - mean[shops.category]) / max(world.demand.quality_weight, 1e-9)


def price_slopes(config: DemandConfig) -> np.ndarray:
    """Return the marginal utility of log price in each segment, at least 0.05."""
    return np.maximum(segment_sensitivity(config), 0.05)


def rate(shops: Shops, stars: np.ndarray, count: np.ndarray, world: World) -> None:
    """Add reviews (sums and counts by shop) to ratings: old ones fade, few are shrunk to the mean 0."""
    fade = 0.5 ** (1 / world.shops.rating_half_life)
    shops.rating_sum *= fade
    shops.rating_count *= fade
    shops.rating_sum += stars
    shops.rating_count += count
    shops.rating = shops.rating_sum / (shops.rating_count + world.shops.rating_prior)


def flag_brushed_parcels(tasks: Tasks, shops: Shops, world: World, seed: int, day: int) -> np.ndarray:
    """Return how many brushed parcels are recognised, by shop: a share of them, rounded by a keyed draw.

    Camouflage moves the share of empty parcels towards that of the shop's genuine ones.
    """
    luck = uniforms(day_key(seed, Stream.TASKS, day), shops.identity, 1)
    flagged, blatant = np.zeros(shops.n, dtype=np.int64), float(world.traces.brushed_parcel_flag)
    kernels.flag_brushed(luck, tasks.count, tasks.cover, shops.parcel_flag, blatant, flagged)
    return flagged
