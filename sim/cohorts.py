"""Buyers as cohorts: demand counted by class of buyers instead of buyer by buyer, for large markets.

Exact, in law: visits, orders, their value, returns, complaints, parcels, ratings and page views of each shop,
given how many visits each class of buyers makes and how much it trusts. Drawn from averages: that trust (kept
accounts live on through average shops of the market, one account for many), the consumers' surplus, and
which genuine orders look like tasks or are repeated. Workers are accounts of their own, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.polynomial.laguerre import laggauss

from sim.chance import Stream, day_key
from sim.config import World
from sim.demand import Demand, season, trusting
from sim.kernels import cohort_orders
from sim.kernels import cohorts as kernels
from sim.kernels.probabilities import purchase_probabilities
from sim.ranking import Attention
from sim.reviewing import Sales, price_slopes, promises
from sim.state import N_CLASSES, TRUST_LEVELS, Buyers, normal_table
from sim.traces import count_accounts

if TYPE_CHECKING:
    from sim.market import Market

NODES = (3, 4, 5, 6, 8, 12, 16, 24, 32)
"""Numbers of nodes that the quadrature of the exact law may have (Gauss-Laguerre)."""

PRECISION = 1e-7
"""Relative error of the probability of an order at a shop that the quadrature may have."""

SAMPLE = 20
PARTS = 64
"""Categories and accounts are counted in so many parts, whatever the number of threads."""


@dataclass
class Cohorts:
    """What stands for the buyers today.

    ``ordered`` (n_buyers,) is how often each kept account bought; ``weight`` is for how many accounts each
    of them stands that neither works in the trade nor is banned. ``quadrature`` are nodes and weights of the
    exact law.
    """

    ordered: np.ndarray
    weight: float = 1.0
    quadrature: tuple[np.ndarray, np.ndarray] = field(default_factory=lambda: laggauss(NODES[-1]))

    def weigh(self, counts: np.ndarray) -> Any:
        """Return what ``counts`` (2, …), of ordinary kept accounts and of the others, are of all accounts."""
        return self.weight * counts[0] + counts[1]

    def fit_quadrature(self, demand: Demand, attention: Attention, utility: np.ndarray) -> None:
        """Take as few nodes as leave the exact law as it is, in (at most `SAMPLE`) categories of today.

        The error of n nodes is their difference from 2n. It depends on how far apart the shops of a category
        are, which is a fact of the scenario.
        """
        self.quadrature = laggauss(NODES[-1])
        for nodes in NODES[:-1]:
            if quadrature_error(nodes, demand, attention, utility) < PRECISION:
                self.quadrature = laggauss(nodes)
                return


def quadrature_error(nodes: int, demand: Demand, attention: Attention, utility: np.ndarray) -> float:
    """Return the largest relative error of ``nodes`` nodes at any shop, for buyers who trust in full."""
    n, looks, found = demand.per_category, demand.config.looks, np.empty((2, demand.per_category))
    worst = 0.0
    for first in range(0, min(attention.share.size, SAMPLE * n), n):
        share = attention.share[first : first + n]
        for weights in trusting(utility)[:, first : first + n]:
            for out, rule in zip(found, (laggauss(nodes), laggauss(2 * nodes)), strict=True):
                purchase_probabilities(share, weights.copy(), demand.outside, looks, *rule, out)
            seen = found[1] > 0
            worst = max(worst, float(np.abs(found[0, seen] / found[1, seen] - 1).max(initial=0)))
    return worst


def make_cohorts(world: World, buyers: Buyers) -> Cohorts | None:
    """Return the cohorts, None where every buyer is simulated."""
    return Cohorts(np.zeros(buyers.n, dtype=np.int8)) if world.demand.cohort else None


def sell_to_cohorts(market: Market, cohorts: Cohorts, attention: Attention) -> Sales:
    """Let a day's buyers choose and experience, counted by class; then kept accounts live the same day."""
    shops, world, demand = market.shops, market.world, market.demand
    config, n_categories = world.demand, shops.n // demand.per_category
    visits, trust = muster(market, cohorts)
    placed, standing, stars, complaints, flagged = np.empty((5, shops.n), dtype=np.int32)
    turnover = np.empty(shops.n, dtype=np.int64)
    chances, orders, letdowns = (np.zeros((PARTS, N_CLASSES)) for _ in range(3))
    sums, shopped = np.zeros((PARTS, 2)), np.zeros(n_categories, dtype=np.int64)
    outcomes = config.surprise, config.return_rate, config.surprise_return_rate, config.complaint_rate
    cohort_orders.trade(
        PARTS, day_key(market.seed, Stream.COHORTS, market.day), PARTS, config.looks, demand.outside,
        visits / n_categories, trust, price_slopes(config), float(config.quality_weight),
        float(config.sales_weight), *cohorts.quadrature, attention.share, attention.log_displayed,
        shops.identity, shops.quality, shops.rating, shops.price, demand.know_prices(shops),
        shops.parcel_flag, promises(attention, world), world.shops.experience_sd * normal_table(),
        demand.multiples, tuple(map(float, outcomes)), shopped, placed, standing, turnover, stars, complaints,
        flagged, chances, orders, letdowns, sums, work=shops.n,
    )  # fmt: skip
    letdown = letdowns.sum(axis=0) / np.maximum(orders.sum(axis=0), 1)
    live(market, cohorts, chances.sum(axis=0) / n_categories, letdown)
    bought, surplus = sums.sum(axis=0).tolist()
    surplus *= world.shops.order_value
    return Sales(placed, standing, turnover, stars, complaints, flagged, shopped, bought, surplus)


def muster(market: Market, cohorts: Cohorts) -> tuple[np.ndarray, np.ndarray]:
    """Return the visits that each class makes today and its mean trust in displayed sales, both (G,).

    Accounts that work in the trade or are banned stand for themselves, the others for all that are left.
    """
    buyers = market.buyers
    counts = np.zeros((PARTS, 2), dtype=np.int64)
    visits, trust = (np.zeros((PARTS, 2, N_CLASSES)) for _ in range(2))
    kernels.muster(
        PARTS, PARTS, market.day, buyers.visit_rate, buyers.segment, buyers.sales_mistrust,
        buyers.sales_scale, buyers.platform_mistrust, buyers.platform_scale, buyers.banned_until,
        buyers.works, TRUST_LEVELS, counts, visits, trust, work=buyers.n,
    )  # fmt: skip
    ordinary, special = counts.sum(axis=0).tolist()
    cohorts.weight = (buyers.people - special) / max(ordinary, 1)
    rates, beliefs = (cohorts.weigh(table.sum(axis=0)) for table in (visits, trust))
    return rates * season(market.world.demand, market.day), beliefs / np.where(rates > 0, rates, 1.0)


def live(market: Market, cohorts: Cohorts, chance: np.ndarray, letdown: np.ndarray) -> None:
    """Let kept accounts buy, and lose trust, with the probabilities (G,) that their classes had today."""
    buyers, config, seed, day = market.buyers, market.world.demand, market.seed, market.day
    kernels.live(
        PARTS, PARTS, day_key(seed, Stream.ARRIVAL, day), day_key(seed, Stream.EXPERIENCE, day),
        season(config, day), day, buyers.visit_rate, buyers.segment, buyers.sales_mistrust,
        buyers.sales_scale, float(config.trust_loss), buyers.platform_mistrust, buyers.platform_scale,
        float(config.platform_trust_loss), buyers.banned_until, TRUST_LEVELS, chance, letdown,
        cohorts.ordered, work=buyers.n,
    )  # fmt: skip


def mark_orders(market: Market, cohorts: Cohorts, sales: Sales) -> tuple[np.ndarray, np.ndarray]:
    """Enter a day's orders into the accounts' records; return task-like and repeated orders by shop.

    Orders of workers' accounts are followed. Of genuine ones as many are marked as the kept accounts' own
    orders say, these being booked on two shops that there are not: one for ordinary accounts, one for
    those that work in the trade. A repeat needs the last order to have gone to the same shop.
    """
    n, tasks, traces, buyers = market.shops.n, market.tasks, market.traces, market.buyers
    ordering = np.repeat(np.arange(buyers.n, dtype=np.int32), cohorts.ordered)
    nowhere = (n + buyers.works[ordering]).astype(np.int32)
    task_like, repeats = count_accounts(
        traces, buyers, (tasks.account, tasks.shop), (ordering, nowhere), market.world.traces, market.day,
        n + 2,
    )  # fmt: skip
    all_orders = max(cohorts.weigh(np.bincount(nowhere - n, minlength=2)), 1.0)
    genuine = traces.genuine_30()
    again = cohorts.weigh(repeats[n:]) / all_orders / max(genuine.sum(), 1)
    key = day_key(market.seed, Stream.COHORTS, market.day)
    share = cohorts.weigh(task_like[n:]) / all_orders
    task_like, repeats = task_like[:n], repeats[:n]
    kernels.mark_orders(
        n, key, market.shops.identity, sales.placed, share, genuine, again, task_like, repeats
    )
    return task_like, repeats
