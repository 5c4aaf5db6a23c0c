"""Buyers in expectation: their mistrust, their visits, and the terms on which they buy."""

from __future__ import annotations

import math

import numpy as np

from experiments.twin.demand import Bursts
from experiments.twin.kernels.selling import Books, Shelf
from sim.config import World
from sim.demand import season


class Buyers:
    """Mean mistrust of displayed sales and of the platform, and e^utility of leaving."""

    def __init__(self, world: World) -> None:
        self.mistrust, self.platform_mistrust, self.outside = 0.0, 0.0, 1.0
        demand = world.demand
        rate = demand.orders_per_buyer / 365 / demand.purchase_probability
        seasons = np.array([season(demand, day) for day in range(365)])
        self.usual_visits = world.market.buyers_per_shop * rate * seasons

    def visits(self, days: range) -> float:
        """Return visits a day and slot, the mean over ``days``."""
        visits = [self.usual_visits[day % 365] for day in days]
        return float(sum(visits) / len(visits) * (1 - self.platform_mistrust))

    def experience(self, orders: float, disappointed: float, days: float, world: World) -> None:
        """Let mistrust move by ``days`` of ``orders`` a buyer and day, of which so many disappoint."""
        demand = world.demand
        bad = orders * disappointed
        self.mistrust = settle(self.mistrust, bad * demand.trust_loss, days, demand.trust_half_life)
        self.platform_mistrust = settle(
            self.platform_mistrust, bad * demand.platform_trust_loss, days, demand.platform_trust_half_life
        )


def settle(share: float, gain: float, days: float, half_life: float) -> float:
    """Return a share that grows by ``gain`` of what is missing a day and halves in ``half_life``."""
    speed = gain + math.log(2) / half_life
    return float(gain / speed + (share - gain / speed) * math.exp(-speed * days))


def make_shelf(world: World, bursts: Bursts) -> Shelf:
    """Return the terms of the market; what varies from day to day is filled in later."""
    rule, demand, shops = world.ranking, world.demand, world.shops
    return Shelf(
        rank_sales=float(rule.sales_weight), rank_rating=float(rule.rating_weight),
        rank_freshness=float(rule.freshness_weight), rank_noise=float(rule.noise),
        direct_share=float(rule.direct_share), per_category=int(world.market.shops_per_category),
        looks=int(demand.looks), sales_weight=float(demand.sales_weight),
        quality_weight=float(demand.quality_weight), rating_prior=float(shops.rating_prior),
        fake_rating=float(world.brushing.rating * shops.quality_sd), surprise=float(demand.surprise),
        experience_sd=float(shops.experience_sd), return_rate=float(demand.return_rate),
        surprise_return_rate=float(demand.surprise_return_rate), burst_days=float(bursts.day_share),
        tilt=float(bursts.tilt), variance=0.0, freshness=0.0, visits=0.0, trust=1.0, outside=1.0,
    )  # fmt: skip


def make_books(world: World) -> Books:
    """Return what a shop pays and deposits."""
    shops = world.shops
    return Books(*map(float, (shops.commission, shops.fixed_cost, shops.deposit, shops.cash_days)))
