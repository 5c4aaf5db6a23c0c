"""Buy: a day's buyers arrive, look, choose or leave; genuine orders come out (7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from math import cos, log, pi
from typing import TYPE_CHECKING

import numpy as np

from oracle.buyer import VISITS, Buyer
from oracle.draws import table_entries
from sim.chance import Stream
from sim.parameters import DemandParameters

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

VALUE_DRAW = 100


@dataclass(slots=True)
class Order:
    """One genuine order; ``visit`` is 32 · buyer + number, ``value`` in fen."""

    buyer: Buyer
    shop: Shop
    visit: int
    value: int
    advantage: float
    returned: bool = False


@dataclass
class Visits:
    """Visits of a day in the order of buyers, one entry each: keys are 32 · buyer + number (4)."""

    buyers: list[Buyer]
    keys: np.ndarray
    roots: np.ndarray
    categories: list[int]
    first: list[float]
    """The draw of the best taste against leaving."""


def season(config: DemandParameters, day: int) -> float:
    """Return the multiple of the visit rate on a day of the world (7.5)."""
    swing = 1 + config.season_amplitude * cos(2 * pi * day / 365)
    return swing * (config.festival_multiple if day % 365 in config.festival_days else 1)


def place_orders(market: AgentMarket) -> tuple[list[Order], list[int]]:
    """Return the day's orders, by buyer and visit, and the visits to each category (7.5)."""
    for category in market.categories:
        category.attract()
    visits = arrive(market)
    orders = choose(market, visits, *sift(market, visits))
    counts = np.bincount(np.array(visits.categories, dtype=int), minlength=len(market.categories))
    return orders, counts.tolist()


def arrive(market: AgentMarket) -> Visits:
    """Let every buyer decide how often it comes today, and draw where to (7.5, Arrival)."""
    day, scale = market.day, market.platform_mistrust.scale
    luck = market.luck.many(Stream.ARRIVAL, day, market.buyer_numbers)
    busy = season(market.world.demand, day)
    comers = zip(market.buyers, luck, strict=True)
    visits = [buyer.count_visits(u, busy, scale, day) for buyer, u in comers]
    keys = visit_keys(market.buyer_numbers, np.array(visits))
    roots = market.luck.roots(Stream.VISIT, day, keys)
    high, size = np.uint64(32), np.uint64(len(market.categories))
    return Visits(
        buyers=list(chain.from_iterable(map(repeat, market.buyers, visits))),
        keys=keys,
        roots=roots,
        categories=(((roots >> high) * size) >> high).tolist(),
        first=market.luck.many(Stream.VISIT, day, keys, 0),
    )


def visit_keys(buyers: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Return 32 · buyer + number of each visit, ``visits`` (B,) of them for each of ``buyers`` (B,)."""
    before = np.cumsum(visits) - visits
    return np.repeat(VISITS * buyers - before, visits) + np.arange(visits.sum())


def sift(market: AgentMarket, visits: Visits) -> tuple[list[int], list[int]]:
    """Return which visits do not leave at once, and their buyers' classes (7.5).

    The best taste may beat leaving at some shop of the category.
    """
    leaving = [category.leaving for category in market.categories]
    scale = market.sales_mistrust.scale
    staying, tastes = [], []
    for i, (buyer, c, u) in enumerate(zip(visits.buyers, visits.categories, visits.first, strict=True)):
        taste = buyer.taste(scale)
        if u > leaving[c][taste]:
            staying.append(i)
            tastes.append(taste)
    return staying, tastes


def choose(market: AgentMarket, visits: Visits, staying: list[int], tastes: list[int]) -> list[Order]:
    """Let the buyers of the visits ``staying`` choose; return the orders (7.5)."""
    at, n_looks = np.array(staying, dtype=np.int64), market.world.demand.looks
    keys = visits.keys[at]
    looks = [market.luck.many(Stream.VISIT, market.day, keys, 4 + 2 * j) for j in range(n_looks)]
    steps = [market.luck.many(Stream.VISIT, market.day, keys, 5 + 2 * j) for j in range(n_looks - 1)]
    multiples = market.value_multiples[table_entries(visits.roots[at], VALUE_DRAW)].tolist()
    outside, orders = market.outside, []
    for i, (visit, taste, key) in enumerate(zip(staying, tastes, keys.tolist(), strict=True)):
        buyer, category = visits.buyers[visit], market.categories[visits.categories[visit]]
        place, limit = buyer.choose(category, taste, visits.first[visit], looks, steps, i, outside)
        if place >= 0:
            shop = market.shops[category.first + place]
            value = max(1, int(shop.price * multiples[i] * 100 + 0.5))
            orders.append(Order(buyer, shop, key, value, -log(limit * outside)))
    return orders
