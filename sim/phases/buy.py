"""Buy: buyers arrive, look, choose or leave; they experience what they ordered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream
from sim.kernels import buy as choosing
from sim.kernels import orders as kernels
from sim.kernels.sums import add_up
from sim.kernels.visits import buyer_columns
from sim.state.attraction import attract, price_slopes, season
from sim.state.buyers import TRUST_LEVELS, Buyers
from sim.state.clock import Clock
from sim.state.demand import Demand
from sim.state.distributions import normal_table
from sim.state.platform import Platform
from sim.state.shops import Shops
from sim.state.today import Attention, Followed, Sales, Today

PARTS = 64
"""The consumers' surplus is summed in so many parts of the orders, whatever the number of threads."""


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


def place_orders(
    clock: Clock, platform: Platform, attention: Attention, shops: Shops, buyers: Buyers
) -> Orders:
    """Let a day's buyers choose; see `sim.kernels.buy` for the law."""
    demand, config, day = platform.demand, platform.demand.parameters, clock.day
    utility, best = attract(demand, shops, attention.log_displayed)
    n_categories, chunks = shops.n // demand.per_category, demand.chunks
    chunk = -(-buyers.n // chunks)
    leaves = demand.outside / (demand.outside + config.looks * best)
    law = day, season(config, day), TRUST_LEVELS, config.looks, demand.outside, platform.ranking.direct_share
    tables = attention.cumulative.ravel(), attention.guide.ravel(), attention.listed.ravel()
    shelves = (utility, best, leaves, *tables, shops.price, demand.multiples)
    keys, who = (clock.key(Stream.ARRIVAL), clock.key(Stream.VISIT)), buyer_columns(buyers)
    while True:
        visits = np.zeros((chunks, n_categories), dtype=np.int32)
        counts, orders = np.zeros(chunks, dtype=np.int64), room_for(chunks * demand.capacity)
        room, out = (chunk, demand.capacity), (visits, counts, orders)
        choosing.place_orders(chunks, keys, law, who, shelves, room, out, work=buyers.n)
        if counts.min() >= 0:
            break
        demand.capacity *= 2
    ends = np.cumsum(counts)
    whole = room_for(int(ends[-1]))
    choosing.gather_orders(chunks, counts, ends, demand.capacity, orders, whole, work=int(ends[-1]))
    returned = np.zeros(whole[0].size, dtype=bool)
    buyer, shop, number, value, advantage = whole
    return Orders(buyer, shop, number, value, advantage, returned, visits.sum(axis=0))


def room_for(n: int) -> tuple[np.ndarray, ...]:
    """Return room for ``n`` orders: buyer, shop, number of the visit, value in fen and advantage of each."""
    types = np.int32, np.int32, np.int8, np.int64, np.float32
    return tuple(np.empty(n, dtype=kind) for kind in types)


def buy(today: Today, platform: Platform, shops: Shops, buyers: Buyers) -> Sales:
    """Let buyers order one by one, and experience what they ordered."""
    orders = place_orders(today.clock, platform, today.attention, shops, buyers)
    return deliver(orders, today, platform.demand, shops, buyers)


def deliver(orders: Orders, today: Today, demand: Demand, shops: Shops, buyers: Buyers) -> Sales:
    """Let buyers experience their orders: what they think of it, return and complain of, and trust."""
    config = demand.parameters
    parts = kernels.deliver.threads_for(orders.n)
    sums, surplus = np.zeros((parts, shops.n, 6), dtype=np.int64), np.zeros(PARTS)
    noise, losses = (
        shops.parameters.experience_sd * normal_table(),
        (config.trust_loss, config.platform_trust_loss),
    )
    law = (noise, kernels.chances_of(config), *losses, TRUST_LEVELS, price_slopes(config))
    columns = kernels.placed_orders(orders), buyer_columns(buyers)
    facts, key = describe(demand, shops, today.attention), today.clock.key(Stream.EXPERIENCE)
    kernels.deliver(parts, key, law, *columns, facts, (sums, surplus), work=orders.n)
    counts, turnover = np.empty((5, shops.n), dtype=np.int32), np.empty(shops.n, dtype=np.int64)
    add_up(shops.n, sums, counts, turnover)
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
        consumer_surplus=float(surplus.sum()) * shops.parameters.order_value,
        purchases=Followed(orders.buyer, orders.shop, shops.n, orders.value, orders.returned),
    )


def describe(demand: Demand, shops: Shops, attention: Attention) -> np.ndarray:
    """Return what an order needs to know of its shop, six numbers a shop (`sim.kernels.orders.describe`)."""
    parameters, n, facts = demand.parameters, demand.per_category, np.empty((shops.n, 6))
    taste, columns = (
        (float(parameters.quality_weight), float(parameters.sales_weight)),
        kernels.quality_columns(shops),
    )
    kernels.describe(shops.n // n, taste, n, columns, attention.log_displayed, facts)
    return facts
