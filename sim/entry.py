"""Enter and age: shops leave, entrants take free slots, genuine bursts start and end."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import pdtrik

from sim.chance import Stream, day_key, uniform, uniforms
from sim.config import ShopConfig, World
from sim.kernels.fates import LEAVES, STARTS, collect, decide_fates
from sim.state import NEVER, Merchants, Shops, give_merchant_traits, give_shop_traits

CLOSED_DAYS = 30
"""A shop closed by a sanction keeps its slot this long: until then an appeal can reopen it."""

NOBODY = np.zeros(0, dtype=np.int64)


@dataclass
class Entrants:
    """Who waits for a slot (identity, day of coming), and the ``next`` identity that will come."""

    next: int
    waiting: list[tuple[int, int]]


def age_shops(
    shops: Shops, merchants: Merchants, cash: np.ndarray, world: World, seed: int, day: int
) -> np.ndarray:
    """End what is over, start bursts, and return the slots whose shops leave the market today."""
    config, key = world.shops, day_key(seed, Stream.BURST, day)
    fate = np.empty(shops.n, dtype=np.uint8)
    decide_fates(
        shops.n, (key, day_key(seed, Stream.LEAVE, day)), (config.burst_rate / 365, config.leave_rate / 365),
        day, float(config.losing_days), day - CLOSED_DAYS, shops.identity, shops.open, shops.burst_until,
        merchants.losing_days, cash, shops.closed_day, NEVER, shops.burst, fate,
    )  # fmt: skip
    start_bursts(shops, collect(fate, STARTS), config, key, day)
    return collect(fate, LEAVES)


def start_bursts(shops: Shops, slots: np.ndarray, config: ShopConfig, key: np.uint64, day: int) -> None:
    """Let genuine bursts begin: promotions and livestreams multiply a shop's attention for some days."""
    if slots.size == 0:
        return
    who = shops.identity[slots]
    ratio = config.burst_multiple_high / config.burst_multiple_low
    days = config.burst_days_high - config.burst_days_low + 1
    shops.burst[slots] = config.burst_multiple_low * ratio ** uniforms(key, who, 1)
    shops.burst_until[slots] = day + config.burst_days_low + (uniforms(key, who, 2) * days).astype(np.int64)


def vacate(shops: Shops, slots: np.ndarray) -> None:
    """Take the shops of ``slots`` out of the market."""
    shops.open[slots] = False
    shops.identity[slots] = -1
    shops.closed_day[slots] = NEVER
    shops.displayed[slots] = 0.0
    shops.burst[slots] = 1.0


def admit_entrants(entrants: Entrants, shops: Shops, world: World, seed: int, day: int) -> np.ndarray:
    """Let entrants arrive and take free slots, lowest first; return the slots taken.

    Number and traits of entrants are keyed by day and identity, so no policy can change them.
    """
    mean = world.shops.entrant_rate / 365 * world.market.n_shops
    n = poisson(uniform(seed, Stream.ENTRY, day, 0), mean)
    entrants.waiting += [(entrants.next + i, day) for i in range(n)]
    entrants.next += n
    patience, waiting = world.shops.entrant_patience, entrants.waiting
    del waiting[: next((i for i, (_, came) in enumerate(waiting) if day - came < patience), len(waiting))]
    if not waiting:
        return NOBODY
    free = np.flatnonzero(shops.identity < 0)[: len(waiting)]
    if free.size:
        shops.identity[free] = [who for who, _ in waiting[: free.size]]
        del waiting[: free.size]
    return free


def open_shops(
    shops: Shops, merchants: Merchants, slots: np.ndarray, risk: float, world: World, seed: int, day: int
) -> None:
    """Give ``slots`` to new shops with the traits of their new identities."""
    give_shop_traits(shops, slots, world.shops, world.ranking.following_sd, world.traces, seed)
    give_merchant_traits(merchants, slots, shops, world, seed)
    shops.open[slots] = True
    shops.opened_day[slots] = day
    for array in (shops.displayed, shops.removed, shops.rating_sum, shops.rating_count, shops.rating):
        array[slots] = 0.0
    for array in (
        shops.hidden_until, shops.closed_day, shops.burst_until, shops.last_case_day,
        merchants.campaign_until, merchants.campaign_start, merchants.served_until,
        merchants.last_served_until, merchants.last_brushed_day,
    ):  # fmt: skip
        array[slots] = NEVER
    shops.sanction_days[slots] = NEVER
    shops.burst[slots] = 1.0
    for array in (merchants.organiser, merchants.last_organiser, merchants.previous_organiser):
        array[slots] = -1
    for array in (merchants.level, merchants.losing_days, merchants.profit, merchants.sales_before):
        array[slots] = 0
    merchants.risk[slots] = risk
    merchants.gain_belief[slots] = 1.0


def poisson(u: float, mean: float) -> int:
    """Return the Poisson count at quantile ``u``."""
    return max(0, math.ceil(pdtrik(u, mean))) if mean > 0 and u > math.exp(-mean) else 0
