"""A buyer with its account: arrives, looks, chooses or leaves, and learns from what it gets (7.5, 7.6)."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import mesa

from oracle.category import TRUST_LEVELS
from oracle.fading import single

if TYPE_CHECKING:
    from oracle.category import Category
    from oracle.model import AgentMarket

NEVER = -100_000
VISITS = 32
"""Visits of a buyer are numbered within a day; it makes fewer than this many."""


class Buyer(mesa.Agent):
    """One account. Mistrust and past orders are stored raw, single precision: value = raw × scale (2)."""

    def __init__(self, market: AgentMarket, number: int, x: float, luck: float) -> None:
        """Begin without a history; ``x`` is the visit rate as a share of the mean, ``luck`` draws (5)."""
        super().__init__(market)
        demand = market.world.demand
        rate = x * (demand.orders_per_buyer / 365 / demand.purchase_probability)
        self.number = number
        self.visit_rate = single(rate)
        self.segment = int(3 * luck)
        self.sales_mistrust = 0.0
        self.platform_mistrust = 0.0
        self.past_orders = single(rate * demand.purchase_probability * 30)
        self.recent_orders = 0
        self.last_shop = -1
        self.last_day = NEVER
        self.banned_until = NEVER
        self.works = False

    def count_visits(self, luck: float, season: float, scale: float, day: int) -> int:
        """Return the visits of today; ``scale`` is that of mistrust in the platform (7.5, Arrival)."""
        if self.banned_until > day:
            return 0
        visits = int(self.visit_rate * season * (1 - self.platform_mistrust * scale) + luck)
        return visits if visits < VISITS else VISITS - 1

    def taste(self, scale: float) -> int:
        """Return the class of buyers: segment and rounded trust in displayed sales (7.5)."""
        trust = 1 - self.sales_mistrust * scale
        return self.segment * TRUST_LEVELS + int(trust * (TRUST_LEVELS - 1) + 0.5)

    def choose(
        self, category: Category, taste: int, first: float, looks: list[list[float]],
        steps: list[list[float]], visit: int, outside: float,
    ) -> tuple[int, float]:  # fmt: skip
        """Look at shops from the best taste on; return the place taken (−1: leaves) and the limit (7.5).

        ``first`` is the draw of the best taste against leaving; of the day's draws ``looks`` (K, visits)
        find the shops and ``steps`` (K − 1, visits) the next tastes, those of this visit at ``visit``.
        """
        weights, best = category.weights[taste], category.best[taste]
        n_looks = len(looks)
        q = 1 / first
        ratio, limit, chosen = (q - 1) / n_looks, 1 / outside, -1
        for j in range(n_looks):
            place = category.find(looks[j][visit])
            if place >= 0 and ratio < limit * weights[place]:
                limit, chosen = ratio / weights[place], place
            if j == n_looks - 1:
                break
            further = q * inverse_root(steps[j][visit], j + 2)
            ratio += (further - q) / (n_looks - j - 1)
            q = further
            if ratio >= limit * best:
                break
        return chosen, limit

    def resent(self) -> None:
        """Lose trust after a bad surprise (7.6)."""
        market: AgentMarket = self.model
        demand = market.world.demand
        for name, fading, loss in (
            ("sales_mistrust", market.sales_mistrust, demand.trust_loss),
            ("platform_mistrust", market.platform_mistrust, demand.platform_trust_loss),
        ):
            old = getattr(self, name) * fading.scale
            setattr(self, name, single((old + loss * (1 - old)) / fading.scale))


def inverse_root(u: float, n: int) -> float:
    """Return u^(−1/n), by square roots where they do (7.5)."""
    if n == 2:
        return 1 / sqrt(u)
    if n == 4:
        return 1 / sqrt(sqrt(u))
    return float(u ** (-1 / n))
