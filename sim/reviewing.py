"""Deliver and review: quality is experienced; ratings, returns and trust follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.tasks import Tasks
from sim.chance import Stream, day_key, uniforms
from sim.config import DemandConfig, World
from sim.demand import Orders
from sim.kernels import orders as kernels
from sim.state import TRUST_LEVELS, Buyers, Shops, normal_table, segment_sensitivity


@dataclass
class Reviews:
    """What a day's deliveries left behind by shop (n_shops,), and sums over orders.

    ``placed`` counts all genuine orders. ``consumer_surplus`` is in RMB, experienced: true quality, no
    displayed-sales term.
    """

    placed: np.ndarray
    complaints: np.ndarray
    flagged_parcels: np.ndarray
    quality_bought: float
    consumer_surplus: float


def deliver_and_review(
    orders: Orders, tasks: Tasks, shops: Shops, buyers: Buyers, world: World, seed: int, day: int
) -> Reviews:
    """Let buyers experience their orders; update ratings, trust, returns and flagged parcels."""
    demand = world.demand
    placed, stars, complaints, flagged = (np.zeros(shops.n, dtype=np.int64) for _ in range(4))
    sales = demand.sales_weight * np.log1p(shops.displayed)
    mean = sales.reshape(-1, world.market.shops_per_category).mean(axis=1)
    trust_weight = (sales - mean[shops.category]) / max(demand.quality_weight, 1e-9)
    correction = demand.quality_weight * (shops.quality - shops.rating)
    bought, surplus = kernels.deliver(
        day_key(seed, Stream.EXPERIENCE, day), orders.buyer, orders.shop, orders.number, shops.quality,
        shops.rating, world.shops.experience_sd * normal_table(), demand.surprise, demand.return_rate,
        demand.surprise_return_rate, demand.complaint_rate, shops.parcel_flag, buyers.sales_mistrust,
        buyers.sales_scale, demand.trust_loss, buyers.platform_mistrust, buyers.platform_scale,
        demand.platform_trust_loss, trust_weight, orders.advantage, buyers.segment, correction, sales,
        TRUST_LEVELS, price_slopes(demand),
        orders.returned, placed, stars, complaints, flagged,
    )  # fmt: skip
    fake = world.brushing.rating * world.shops.quality_sd
    rate(shops, stars / 1000 + fake * tasks.count, placed + tasks.count, world)
    flagged += flag_brushed_parcels(tasks, shops, world, seed, day)
    return Reviews(placed, complaints, flagged, bought, surplus * world.shops.order_value)


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
