"""Traits of shops and merchants: they depend on nothing but the identity."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream, day_key, normals, uniforms
from sim.parameters import BrushingParameters, Parameters, ShopParameters
from sim.state.distributions import beta_between, lognormal
from sim.state.merchants import Merchants
from sim.state.shops import Shops

OLDEST, LEAST_CHANCE = 40 * 365, 0.01 / 365
"""Days that no shop is older than at the start, and the least chance of leaving on a day that ages allow."""


def give_shop_traits(shops: Shops, slots: np.ndarray, parameters: Parameters, seed: int) -> None:
    """Write the traits of the identities in ``slots``."""
    key, who, config = day_key(seed, Stream.TRAITS, 0), shops.identity[slots], parameters.shops
    shops.quality[slots] = config.quality_sd * normals(key, who, 0)
    shops.price[slots] = config.order_value * lognormal(normals(key, who, 1), config.order_value_sd_shops)
    shops.margin[slots] = beta_between(
        uniforms(key, who, 2), config.margin_low, config.margin_mean, config.margin_high
    )
    shops.following[slots] = lognormal(normals(key, who, 3), parameters.ranking.following_sd)
    flag = parameters.traces.genuine_parcel_flag
    flags = flag * lognormal(normals(key, who, 4), parameters.traces.genuine_parcel_sd)
    shops.parcel_flag[slots] = np.minimum(flags, 1.0)


def give_merchant_traits(
    merchants: Merchants, rows: np.ndarray, brushing: BrushingParameters, seed: int
) -> None:
    """Write disposition and moral cost of the identities in ``rows``."""
    key, who = day_key(seed, Stream.TRAITS, 0), merchants.identity[rows]
    merchants.opportunist[rows] = uniforms(key, who, 5) < brushing.opportunist_share
    merchants.moral_cost[rows] = brushing.moral_cost * np.exp(brushing.moral_cost_sd * normals(key, who, 6))


def draw_ages(identity: np.ndarray, config: ShopParameters, seed: int) -> np.ndarray:
    """Return ages (n,), in days, of shops in a market that has always grown and been left as it is today."""
    fates = -np.log(uniforms(day_key(seed, Stream.INITIAL, 0), identity))
    young = config.newcomer_leave * 0.5 ** (np.arange(OLDEST) / config.newcomer_days)
    chance = (config.leave_rate * (1 + young) + config.growth) / 365
    hazard = np.cumsum(np.maximum(chance, LEAST_CHANCE))
    return np.searchsorted(hazard, fates, side="right") + 1
