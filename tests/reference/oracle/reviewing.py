"""Deliver and review: quality is experienced; returns, complaints, trust and ratings follow (7.6)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log1p
from typing import TYPE_CHECKING

import numpy as np

from oracle.category import SEGMENTS, TRUST_LEVELS
from oracle.draws import table_entries
from oracle.opening import NORMAL_TABLE
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.buying import Order
    from oracle.model import AgentMarket
    from oracle.shop import Shop


@dataclass
class Deliveries:
    """Sums over a day's orders: true quality, and experienced surplus in RMB."""

    quality: float = 0.0
    surplus: float = 0.0


@dataclass(slots=True)
class Promise:
    """What a shop promised today: its rating, and what displayed sales add to it at full trust."""

    rating: float
    by_sales: float
    sales_utility: float


def deliver_and_review(market: AgentMarket, orders: list[Order]) -> Deliveries:
    """Let buyers experience their orders in the order of the list; then rate shops (7.6)."""
    promises = make_promises(market)
    deliveries = deliver(market, orders, promises)
    luck = market.luck.many(Stream.TASKS, market.day, market.identities(), 1)
    for shop, u in zip(market.shops, luck, strict=True):
        shop.take_in_reviews()
        if shop.today.brushed:
            shop.today.flagged_parcels += int(shop.today.brushed * recognised_share(market, shop) + u)
    return deliveries


def make_promises(market: AgentMarket) -> list[Promise]:
    """Return what every shop promises by rating and displayed sales (7.6)."""
    demand, promises = market.world.demand, []
    for category in market.categories:
        sales = [demand.sales_weight * log1p(shop.displayed) for shop in category.shops]
        mean = sum(sales) / category.n
        for shop, x in zip(category.shops, sales, strict=True):
            promises.append(Promise(shop.rating, (x - mean) / max(demand.quality_weight, 1e-9), x))
    return promises


def deliver(market: AgentMarket, orders: list[Order], promises: list[Promise]) -> Deliveries:
    """Draw what each order was like, whether it is returned, complained of, flagged (7.6)."""
    world, day, deliveries = market.world, market.day, Deliveries()
    visits = np.array([order.visit for order in orders], dtype=np.int64)
    noise = world.shops.experience_sd * NORMAL_TABLE
    entries = table_entries(market.luck.roots(Stream.EXPERIENCE, day, visits), 0)
    luck = (market.luck.many(Stream.EXPERIENCE, day, visits, k) for k in (1, 2, 3))
    advantages = np.array([order.advantage for order in orders], dtype=np.float32).tolist()
    for order, at, advantage, *draws in zip(orders, entries, advantages, *luck, strict=True):
        shop, promise = order.shop, promises[order.shop.slot]
        experience = shop.quality + noise[at]
        shop.today.genuine += 1
        shop.today.stars += floor(experience * 1000 + 0.5)
        deliveries.quality += shop.quality
        deliveries.surplus += surplus(market, order, promise, advantage)
        judge_order(market, order, promise, experience, draws)
    deliveries.surplus *= world.shops.order_value
    return deliveries


def judge_order(
    market: AgentMarket, order: Order, promise: Promise, experience: float, luck: list[float]
) -> None:
    """Let the buyer return, complain and lose trust after a bad surprise; flag parcels (7.6)."""
    demand, buyer, today = market.world.demand, order.buyer, order.shop.today
    trust = 1 - buyer.sales_mistrust * market.sales_mistrust.scale
    if experience < promise.rating + trust * promise.by_sales - demand.surprise:
        order.returned = luck[0] < demand.surprise_return_rate
        today.complaints += luck[1] < demand.complaint_rate
        buyer.resent()
    else:
        order.returned = luck[0] < demand.return_rate
    today.flagged_parcels += luck[2] < order.shop.parcel_flag


def surplus(market: AgentMarket, order: Order, promise: Promise, advantage: float) -> float:
    """Return the experienced surplus of an order, in units of log price (7.6)."""
    demand, buyer, top = market.world.demand, order.buyer, TRUST_LEVELS - 1
    trust = 1 - buyer.sales_mistrust * market.sales_mistrust.scale
    acted_on = int(trust * top + 0.5) / top
    truth = demand.quality_weight * (order.shop.quality - promise.rating)
    middle = SEGMENTS // 2
    slope = demand.price_sensitivity + demand.price_sensitivity_spread * (buyer.segment - middle)
    return (advantage + truth - acted_on * promise.sales_utility) / max(slope, 0.05)


def recognised_share(market: AgentMarket, shop: Shop) -> float:
    """Return the share of brushed parcels that are recognised (7.6)."""
    blatant = market.world.traces.brushed_parcel_flag
    return blatant + shop.today.cover * min(shop.parcel_flag - blatant, 0.0)
