"""A category: shops that compete in one ranking, and how they attract buyers today (7.2, 7.5)."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from oracle.shop import display_horizon
from sim.parameters import DemandParameters

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

SEGMENTS, TRUST_LEVELS = 3, 4
TRUSTS = np.linspace(0, 1, TRUST_LEVELS)
"""Levels of trust in displayed sales; a class of buyers is segment × TRUST_LEVELS + level."""


class Category:
    """The shops of one category, by place in the slots; places run from 0 to ``n`` − 1."""

    def __init__(self, market: AgentMarket, number: int) -> None:
        self.market = market
        self.n = market.world.market.shops_per_category
        self.first = number * self.n
        self.direct_share = market.world.ranking.direct_share
        self.by_identity: list[int] = []
        self.by_rank: list[int] = []
        self.attention = np.zeros(self.n)
        self.elasticity = 0.0
        self.ranked_shares: list[float] = []
        self.direct_shares: list[float] = []
        self.weights: list[list[float]] = []
        self.best: list[float] = []
        self.leaving: list[float] = []

    @property
    def shops(self) -> list[Shop]:
        """Its shops by slot."""
        return self.market.shops[self.first : self.first + self.n]

    def rank(self, noise: list[float]) -> None:
        """Draw up scores, positions and attention of the day; ``noise`` is the week's, by shop (7.2)."""
        shops, rule = self.shops, self.market.ranking
        for shop, z in zip(shops, noise, strict=True):
            shop.rank(rule, z)
        self.by_identity = sorted(range(self.n), key=lambda i: shops[i].identity)
        standing = [-shop.score if shop.seen else np.inf for shop in shops]
        self.by_rank = sorted(self.by_identity, key=standing.__getitem__)
        position = np.arange(1, self.n + 1) ** -rule.position_exponent
        ranked = np.array([shops[i].seen * shops[i].burst for i in self.by_rank]) * position
        direct = np.array([shop.open * shop.following * shop.burst for shop in shops])
        by_rank = np.empty(self.n)
        by_rank[self.by_rank] = shares(ranked)
        d = self.direct_share
        self.attention = (1 - d) * by_rank + d * shares(direct)
        for shop, attention in zip(shops, self.attention.tolist(), strict=True):
            shop.attention = attention
        self.ranked_shares = cumulative_shares(ranked)
        self.direct_shares = cumulative_shares(direct[self.by_identity])
        self.elasticity = rule.sales_weight * self._slope()

    def _slope(self) -> float:
        """Return κ, the slope of log attention on score over the shops that are seen (7.2)."""
        seen = np.array([shop.seen for shop in self.shops])
        if not seen.any():
            return 0.0
        score = np.array([shop.score for shop in self.shops])[seen]
        log_attention = np.log(np.maximum(self.attention[seen], 1e-12))
        deviation = score - score.mean()
        variance = float(deviation @ deviation)
        return max(float(deviation @ log_attention) / variance, 0.0) if variance > 1e-9 else 0.0

    def attract(self) -> None:
        """Tabulate e^utility for every class of buyers and place, from this morning's state (7.5)."""
        table = attraction(self.shops, self.market.world.demand, TRUSTS)
        outside, looks = self.market.outside, self.market.world.demand.looks
        best = table.max(axis=1)
        self.weights, self.best = table.tolist(), best.tolist()
        self.leaving = (outside / (outside + looks * best)).tolist()

    def find(self, x: float) -> int:
        """Return the place of the shop at which a look drawn as ``x`` ends, −1 if at none (7.5)."""
        d = self.direct_share
        if x < d:
            cumulative, places, x = self.direct_shares, self.by_identity, x / d
        else:
            cumulative, places, x = self.ranked_shares, self.by_rank, (x - d) / (1 - d)
        if cumulative[-1] == 0:
            return -1
        at = bisect_right(cumulative, x)
        return places[at if at < self.n else -1]

    def sales_constant(self) -> tuple[float, float]:
        """Return the mean genuine orders a day s, and the mean of 1 + s τ, over all places (7.3)."""
        rates = np.array([shop.merchant.genuine_rate for shop in self.shops])
        return float(rates.mean()), float((1 + rates * display_horizon(self.market.ranking)).mean())


def attraction(shops: list[Shop], config: DemandParameters, trusts: np.ndarray) -> np.ndarray:
    """Return e^utility (segments · levels, n): one row a level of trust within each segment (7.5)."""
    rating = np.array([shop.rating for shop in shops])
    log_price = np.log(np.array([shop.price for shop in shops]) / 100)
    sales = np.log1p(np.array([shop.displayed for shop in shops])) * config.sales_weight
    popularity = np.exp(np.outer(trusts, sales))
    rows = []
    for segment in range(SEGMENTS):
        sensitivity = config.price_sensitivity + (segment - 1) * config.price_sensitivity_spread
        rows.append(np.exp(config.quality_weight * rating - sensitivity * log_price) * popularity)
    return np.concatenate(rows)


def shares(weights: np.ndarray) -> np.ndarray:
    """Return weights over their sum; a sum of zero gives zeros (7.2)."""
    total = weights.sum()
    return weights / total if total > 0 else np.zeros(weights.size)


def cumulative_shares(weights: np.ndarray) -> list[float]:
    """Return cumulative weights over their last sum (7.2)."""
    total = np.cumsum(weights)
    cumulative: list[float] = (total / total[-1] if total[-1] > 0 else np.zeros(weights.size)).tolist()
    return cumulative
