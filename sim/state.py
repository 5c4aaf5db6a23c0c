"""The state of a market as structs of arrays: one row a shop slot, a buyer, a day of traces."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, ndtri
from scipy.stats import norm

from sim.chance import Stream, day_key, normals, uniforms
from sim.config import DemandConfig, ShopConfig, TraceConfig, World
from sim.kernels.sums import sum_parts

NEVER = -100_000
"""A day long before every run: the 'last day' of what never happened."""

SEGMENTS = 3
"""Buyers fall into three segments of price sensitivity (low, middle, high), equally likely."""

TRUST_LEVELS = 4
"""Trust in displayed sales acts in utility rounded to 0, 1/3, 2/3 or 1."""

N_CLASSES = SEGMENTS * TRUST_LEVELS

LEAST_ACCOUNTS = 100_000
"""In cohorts, at least so many accounts are kept, or all."""

FEN = 100
TABLE_SIZE = 1024


@dataclass
class Shops:
    """Shop slots, shape (n_shops,) unless said; slot // shops_per_category is the category."""

    identity: np.ndarray
    category: np.ndarray
    open: np.ndarray
    opened_day: np.ndarray
    quality: np.ndarray
    price: np.ndarray
    margin: np.ndarray
    following: np.ndarray
    parcel_flag: np.ndarray
    displayed: np.ndarray
    removed: np.ndarray
    rating_sum: np.ndarray
    rating_count: np.ndarray
    rating: np.ndarray
    hidden_until: np.ndarray
    closed_day: np.ndarray
    burst: np.ndarray
    burst_until: np.ndarray
    last_case_day: np.ndarray
    sanction_days: np.ndarray

    @property
    def n(self) -> int:
        """Number of slots."""
        return self.identity.size

    def age(self, day: int) -> np.ndarray:
        """Return days since opening."""
        return day - self.opened_day


@dataclass
class Merchants:
    """Owners of the shops, one for each slot, shape (n_shops,) unless said. Money in fen."""

    opportunist: np.ndarray
    moral_cost: np.ndarray
    risk: np.ndarray
    gain_belief: np.ndarray
    way: np.ndarray
    level: np.ndarray
    campaign_until: np.ndarray
    campaign_start: np.ndarray
    expected_gain: np.ndarray
    sales_before: np.ndarray
    organiser: np.ndarray
    served_until: np.ndarray
    last_organiser: np.ndarray
    previous_organiser: np.ndarray
    last_served_until: np.ndarray
    last_brushed_day: np.ndarray
    profit: np.ndarray
    losing_days: np.ndarray
    deposit: np.ndarray


@dataclass
class Buyers:
    """Accounts of real buyers, shape (n_buyers,); in cohorts, those that are kept for ``people``.

    Quantities that fade are stored raw: the value today is ``raw × scale``, and only the one
    number ``scale`` is touched every day.
    """

    visit_rate: np.ndarray
    segment: np.ndarray
    sales_mistrust: np.ndarray
    platform_mistrust: np.ndarray
    past_orders: np.ndarray
    recent_orders: np.ndarray
    last_shop: np.ndarray
    last_day: np.ndarray
    banned_until: np.ndarray
    works: np.ndarray
    people: int
    sales_scale: float = 1.0
    platform_scale: float = 1.0
    past_scale: float = 1.0

    @property
    def n(self) -> int:
        """Number of accounts."""
        return self.visit_rate.size

    def mean_trust(self) -> float:
        """Return the mean trust in displayed sales, in [0, 1]."""
        sums = np.empty(64)  # as many, whatever the number of threads
        sum_parts(sums.size, self.sales_mistrust, sums, work=self.n)
        return 1.0 - float(sums.sum()) / self.n * self.sales_scale


def never(shape: int | tuple[int, ...]) -> np.ndarray:
    """Return an array of days on which nothing happened yet."""
    return np.full(shape, NEVER, dtype=np.int32)


def make_shops(world: World, seed: int) -> Shops:
    """Return ``n_shops`` open shops with traits of identities 0 … n_shops − 1 and stationary ages."""
    n, per_category = world.market.n_shops, world.market.shops_per_category
    zeros = np.zeros(n)
    shops = Shops(
        identity=np.arange(n, dtype=np.int64),
        category=(np.arange(n) // per_category).astype(np.int32),
        open=np.ones(n, dtype=bool),
        opened_day=np.zeros(n, dtype=np.int32),
        quality=zeros.copy(), price=zeros.copy(), margin=zeros.copy(), following=zeros.copy(),
        parcel_flag=zeros.copy(), displayed=zeros.copy(), removed=zeros.copy(),
        rating_sum=zeros.copy(), rating_count=zeros.copy(), rating=zeros.copy(),
        hidden_until=never(n), closed_day=never(n), burst=np.ones(n), burst_until=never(n),
        last_case_day=never(n), sanction_days=never((n, 4)),
    )  # fmt: skip
    give_shop_traits(shops, np.arange(n), world.shops, world.ranking.following_sd, world.traces, seed)
    ages = -np.log(uniforms(day_key(seed, Stream.INITIAL, 0), shops.identity)) * 365
    shops.opened_day[:] = -(ages / max(world.shops.leave_rate, 0.01)).astype(np.int64) - 1
    return shops


def give_shop_traits(
    shops: Shops, slots: np.ndarray, config: ShopConfig, following_sd: float, traces: TraceConfig, seed: int
) -> None:
    """Write the traits of the identities in ``slots``; they depend on nothing but the identity."""
    key, who = day_key(seed, Stream.TRAITS, 0), shops.identity[slots]
    shops.quality[slots] = config.quality_sd * normals(key, who, 0)
    shops.price[slots] = config.order_value * lognormal(normals(key, who, 1), config.order_value_sd_shops)
    shops.margin[slots] = draw_margins(uniforms(key, who, 2), config)
    shops.following[slots] = lognormal(normals(key, who, 3), following_sd)
    flag = traces.genuine_parcel_flag * lognormal(normals(key, who, 4), traces.genuine_parcel_sd)
    shops.parcel_flag[slots] = np.minimum(flag, 1.0)


def make_merchants(world: World, shops: Shops, seed: int) -> Merchants:
    """Return the owners of all shops, none of them in a campaign."""
    n = shops.n
    nobody = np.full(n, -1, dtype=np.int32)
    merchants = Merchants(
        opportunist=np.zeros(n, dtype=bool),
        moral_cost=np.zeros(n),
        risk=np.full(n, world.beliefs.prior),
        gain_belief=np.ones(n),
        way=np.zeros(n, dtype=np.int32),
        level=np.zeros(n, dtype=np.int32),
        campaign_until=never(n), campaign_start=never(n),
        expected_gain=np.zeros(n), sales_before=np.zeros(n),
        organiser=nobody.copy(), served_until=never(n),
        last_organiser=nobody.copy(), previous_organiser=nobody, last_served_until=never(n),
        last_brushed_day=never(n),
        profit=np.zeros(n), losing_days=np.zeros(n, dtype=np.int32),
        deposit=np.zeros(n, dtype=np.int64),
    )  # fmt: skip
    give_merchant_traits(merchants, np.arange(n), shops, world, seed)
    return merchants


def give_merchant_traits(
    merchants: Merchants, slots: np.ndarray, shops: Shops, world: World, seed: int
) -> None:
    """Write disposition and moral cost of the owners of ``slots``."""
    key, who = day_key(seed, Stream.TRAITS, 0), shops.identity[slots]
    merchants.opportunist[slots] = uniforms(key, who, 5) < world.brushing.opportunist_share
    merchants.moral_cost[slots] = world.brushing.moral_cost * np.exp(
        world.brushing.moral_cost_sd * normals(key, who, 6)
    )


def segment_sensitivity(config: DemandConfig) -> np.ndarray:
    """Return the weight of log price in the utility of each segment of buyers (SEGMENTS,)."""
    return config.price_sensitivity + config.price_sensitivity_spread * (np.arange(SEGMENTS) - 1)


def make_buyers(world: World, seed: int) -> Buyers:
    """Return the accounts of all buyers, or those kept where buyers are cohorts.

    Visit rates are log-normal, at most four times the mean, in visits a day.
    """
    people, demand = round(world.market.n_shops * world.market.buyers_per_shop), world.demand
    n = people
    if demand.cohort:
        n = min(people, max(LEAST_ACCOUNTS, -(-people // demand.cohort)))
    who = np.arange(n)
    key = day_key(seed, Stream.BUYER, 0)
    mean = demand.orders_per_buyer / 365 / demand.purchase_probability
    rate = np.minimum(lognormal(normals(key, who, 0), demand.visit_rate_sd), 4.0)
    rate *= mean / truncated_mean(demand.visit_rate_sd, 4.0)
    orders = rate * demand.purchase_probability * 30
    return Buyers(
        visit_rate=rate.astype(np.float32),
        segment=(uniforms(key, who, 1) * SEGMENTS).astype(np.int8),
        sales_mistrust=np.zeros(n, dtype=np.float32),
        platform_mistrust=np.zeros(n, dtype=np.float32),
        past_orders=orders.astype(np.float32),
        recent_orders=np.zeros(n, dtype=np.int16),
        last_shop=np.full(n, -1, dtype=np.int32),
        last_day=never(n),
        banned_until=never(n),
        works=np.zeros(n, dtype=bool),
        people=people,
    )


def fade_buyers(buyers: Buyers, world: World) -> None:
    """Let a day pass over mistrust and past rates; rescale before a scale underflows."""
    for name, raw, half_life in (
        ("sales_scale", buyers.sales_mistrust, world.demand.trust_half_life),
        ("platform_scale", buyers.platform_mistrust, world.demand.platform_trust_half_life),
        ("past_scale", buyers.past_orders, world.traces.account_half_life),
    ):
        scale = getattr(buyers, name) * 0.5 ** (1 / half_life)
        if scale < 1e-6:
            raw *= np.float32(scale)
            scale = 1.0
        setattr(buyers, name, scale)


def lognormal(z: np.ndarray, sd: float) -> np.ndarray:
    """Return log-normal numbers of mean one from standard normal ``z``."""
    return np.exp(sd * z - 0.5 * sd**2)


def truncated_mean(sd: float, cap: float) -> float:
    """Return E[min(X, cap)] of a log-normal X of mean one."""
    if sd == 0:
        return 1.0
    d = np.log(cap) / sd
    return float(norm.cdf(d - sd / 2) + cap * norm.sf(d + sd / 2))


def draw_margins(u: np.ndarray, config: ShopConfig) -> np.ndarray:
    """Return beta-distributed margins between the lowest and the highest (a + b = 5)."""
    width = config.margin_high - config.margin_low
    centre = (config.margin_mean - config.margin_low) / width if width else 0.5
    a = min(max(5 * centre, 0.05), 4.95)
    return config.margin_low + width * betaincinv(a, 5 - a, u)


@lru_cache(maxsize=1)
def normal_table() -> np.ndarray:
    """Return the mid-quantiles of a standard normal at 1,024 equally likely points."""
    return ndtri((np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE)


def value_table(sd: float) -> np.ndarray:
    """Return 1,024 equally likely log-normal multiples, rescaled to a mean of exactly one."""
    multiples = lognormal(normal_table(), sd)
    return multiples / multiples.mean()
