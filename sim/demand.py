"""Buy: buyers arrive, look, choose or leave; genuine orders come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from sim.chance import Stream, day_key
from sim.config import DemandConfig, World
from sim.kernels import attraction as kernels
from sim.kernels import choice, probabilities
from sim.ranking import Attention
from sim.state import N_CLASSES, SEGMENTS, TRUST_LEVELS, Buyers, Shops, segment_sensitivity, value_table

CHUNKS, LEAST_CHUNK = 16, 8192
"""Buyers go through the kernels in so many chunks at most, and of no fewer buyers than are worth it.

No result depends on the chunks. Few of them cost less, because a category's tables are then read once for
many visits; many of them spread better over threads.
"""

TRUST_GRID = tuple(np.linspace(0, 1, TRUST_LEVELS))
NODES, WEIGHTS = np.polynomial.laguerre.laggauss(16)


@dataclass
class Orders:
    """A day's genuine orders in the order of buyers, shape (n,), and visits by category."""

    buyer: np.ndarray
    shop: np.ndarray
    number: np.ndarray
    value: np.ndarray
    advantage: np.ndarray
    returned: np.ndarray
    visits: np.ndarray

    @property
    def n(self) -> int:
        """Number of orders."""
        return self.buyer.size


@dataclass
class Demand:
    """Buyers' side of the market: the attraction of shops today and the room that orders need.

    ``capacity`` is the room for the orders of each of the ``chunks`` of buyers; ``price_effect``
    (n_shops, SEGMENTS) is what follows from each ``known_price`` (n_shops,), kept to save time.
    """

    config: DemandConfig
    per_category: int
    outside: float
    multiples: np.ndarray
    chunks: int
    capacity: int
    known_price: np.ndarray
    price_effect: np.ndarray
    known_sensitivity: tuple[float, float] | None = None

    def attract(self, shops: Shops, log_displayed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return e^utility (N_CLASSES, n_shops) from today's ratings, displayed sales and prices.

        The second array (N_CLASSES, n_categories) holds the highest of each category.
        """
        price_effect = self.know_prices(shops)
        utility = np.empty((shops.n, N_CLASSES)).T
        best = np.empty((N_CLASSES, shops.n // self.per_category))
        kernels.attract(
            best.shape[1], shops.rating, log_displayed, price_effect, float(self.config.quality_weight),
            float(self.config.sales_weight), TRUST_LEVELS, utility, best,
        )  # fmt: skip
        return utility, best

    def know_prices(self, shops: Shops) -> np.ndarray:
        """Return what each price makes of e^utility in each segment (n_shops, SEGMENTS)."""
        sensitivity = self.config.price_sensitivity, self.config.price_sensitivity_spread
        if sensitivity != self.known_sensitivity:
            self.known_sensitivity = sensitivity
            self.known_price[:] = 0.0
        kernels.know_prices(
            shops.price, segment_sensitivity(self.config), self.known_price, self.price_effect
        )
        return self.price_effect


def make_demand(world: World, shops: Shops, n_buyers: int) -> Demand:
    """Return the demand side; the outside option is set by `fit_outside` afterwards."""
    chunks = min(CHUNKS, max(1, -(-n_buyers // LEAST_CHUNK)))
    expected = world.demand.orders_per_buyer / 365 * n_buyers / chunks
    return Demand(
        config=world.demand,
        per_category=world.market.shops_per_category,
        outside=1.0,
        multiples=value_table(world.shops.order_value_sd_within),
        chunks=chunks,
        capacity=int(2 * expected + 64),
        known_price=np.zeros(shops.n),
        price_effect=np.ones((shops.n, SEGMENTS)),
    )


def attraction(
    shops: Shops,
    config: DemandConfig,
    trust: Sequence[float] = TRUST_GRID,
    slots: np.ndarray | slice = slice(None),
) -> np.ndarray:
    """Return e^utility: β_q·rating + trust·β_s·log1p(sales) − sensitivity·log(price / 100 RMB).

    One row for each segment and, within it, each level of ``trust``: shape (segments·levels, n_slots).
    """
    sensitivity = segment_sensitivity(config)[:, None]
    rating, price = shops.rating[slots], shops.price[slots]
    quality = np.exp(config.quality_weight * rating - sensitivity * np.log(price / 100))
    sales = np.log1p(shops.displayed[slots]) * config.sales_weight
    popularity = np.exp(np.asarray(trust)[:, None] * sales)
    return (quality[:, None] * popularity).reshape(-1, rating.size)


def season(config: DemandConfig, day: int) -> float:
    """Return the multiple of the visit rate on ``day``."""
    swing = 1 + config.season_amplitude * np.cos(2 * np.pi * day / 365)
    return float(swing * (config.festival_multiple if day % 365 in config.festival_days else 1))


def place_orders(
    demand: Demand,
    buyers: Buyers,
    shops: Shops,
    attention: Attention,
    direct_share: float,
    seed: int,
    day: int,
) -> Orders:
    """Let a day's buyers choose; see `sim.kernels.choice` for the law."""
    utility, best = demand.attract(shops, attention.log_displayed)
    n_categories, chunks = shops.n // demand.per_category, demand.chunks
    chunk = -(-buyers.n // chunks)
    leaves = demand.outside / (demand.outside + demand.config.looks * best)
    tables = attention.cumulative.ravel(), attention.guide.ravel(), attention.listed.ravel()
    while True:
        visits = np.zeros((chunks, n_categories), dtype=np.int32)
        counts, orders = np.zeros(chunks, dtype=np.int64), room_for(chunks * demand.capacity)
        choice.place_orders(
            chunks, day_key(seed, Stream.ARRIVAL, day), day_key(seed, Stream.VISIT, day),
            season(demand.config, day), direct_share, demand.outside, demand.config.looks, day,
            demand.per_category, buyers.visit_rate, buyers.segment, buyers.sales_mistrust,
            buyers.sales_scale, buyers.platform_mistrust, buyers.platform_scale, buyers.banned_until,
            TRUST_LEVELS, utility, best, leaves, tables, shops.price, demand.multiples, chunk,
            demand.capacity, visits, counts, orders, work=buyers.n,
        )  # fmt: skip
        if counts.min() >= 0:
            break
        demand.capacity *= 2
    ends = np.cumsum(counts)
    whole = room_for(int(ends[-1]))
    choice.gather_orders(chunks, counts, ends, demand.capacity, orders, whole, work=int(ends[-1]))
    returned = np.zeros(whole[0].size, dtype=bool)
    buyer, shop, number, value, advantage = whole
    return Orders(buyer, shop, number, value, advantage, returned, visits.sum(axis=0))


def room_for(n: int) -> tuple[np.ndarray, ...]:
    """Return room for ``n`` orders: buyer, shop, number of the visit, value in fen and advantage of each."""
    types = np.int32, np.int32, np.int8, np.int64, np.float32
    return tuple(np.empty(n, dtype=kind) for kind in types)


def purchase_probabilities(
    attention: np.ndarray, utility: np.ndarray, outside: float, looks: int
) -> np.ndarray:
    """Return each shop's probability of an order in one visit to its category (exact law, (n,))."""
    out = np.empty(attention.size)
    probabilities.purchase_probabilities(attention, utility, outside, looks, NODES, WEIGHTS, out)
    return out


def mean_probabilities(
    attention: np.ndarray, utility: np.ndarray, outside: float, looks: int, per_category: int
) -> np.ndarray:
    """Return the probabilities of an order (n_shops,) averaged over the classes given (G, n_shops)."""
    out = np.zeros(attention.size)
    for first in range(0, attention.size, per_category):
        block = slice(first, first + per_category)
        for kind in range(utility.shape[0]):
            out[block] += purchase_probabilities(attention[block], utility[kind, block], outside, looks)
    return out / utility.shape[0]


def trusting(utility: np.ndarray) -> np.ndarray:
    """Return the rows (SEGMENTS, n_shops) of the classes that trust displayed sales fully."""
    return utility[TRUST_LEVELS - 1 :: TRUST_LEVELS]


def fit_outside(demand: Demand, attention: Attention, utility: np.ndarray, sample: int = 20) -> float:
    """Return e^utility of leaving at which a visit ends in an order with the probability stated.

    ``utility`` is that of `Demand.attract`. Solved on the exact law over (at most ``sample``) categories,
    so the number of orders is a fact of the scenario and not an accident of its other parameters.
    """
    n = min(attention.share.size, sample * demand.per_category)
    known = demand.config, demand.per_category, attention.share[:n], trusting(utility)[:, :n]
    return float(np.exp(brentq(excess_orders, -20, 20, args=known, xtol=1e-10)))


def excess_orders(
    log_outside: float, config: DemandConfig, per_category: int, share: np.ndarray, utility: np.ndarray
) -> float:
    """Return by how much visits end in an order more often than stated, for an outside option.

    No closure: the solver wraps what it is given in a function that refers to itself, and so holds it until
    Python's collector comes by.
    """
    probability = mean_probabilities(share, utility, np.exp(log_outside), config.looks, per_category)
    return float(probability.sum() * per_category / share.size - config.purchase_probability)
