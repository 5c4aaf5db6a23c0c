"""Buy, counted by class of buyers instead of buyer by buyer, for large markets.

Exact, in law: visits, orders, their value, returns, complaints, parcels, ratings and page views of each shop,
given how many visits each class of buyers makes and how much it trusts. Drawn from averages: that trust (kept
accounts live on through average shops of the market, one account for many), the consumers' surplus, and
which genuine orders look like tasks or are repeated. Workers are accounts of their own, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.laguerre import laggauss

from sim.chance import Stream
from sim.kernels import buy_by_class as kernels
from sim.kernels import buy_by_class_orders
from sim.kernels.orders import chances_of
from sim.kernels.probabilities import purchase_probabilities
from sim.kernels.visits import buyer_columns
from sim.state.attraction import know_prices, price_slopes, promises, season, trusting
from sim.state.buyers import N_CLASSES, TRUST_LEVELS, Buyers
from sim.state.clock import Clock
from sim.state.demand import MOST_NODES, Classes, Demand
from sim.state.distributions import normal_table
from sim.state.platform import Platform
from sim.state.shops import Shops
from sim.state.today import Attention, Sales, Today
from sim.state.traces import Traces

NODES = (3, 4, 5, 6, 8, 12, 16, 24, MOST_NODES)
"""Numbers of nodes that the quadrature of the exact law may have (Gauss-Laguerre)."""

PRECISION = 1e-7
"""Relative error of the probability of an order at a shop that the quadrature may have."""

SAMPLE = 20
PARTS = 64
"""Categories and accounts are counted in so many parts, whatever the number of threads."""


@dataclass
class Sampled:
    """Purchases of the kept accounts, which stand for those of all (`sim.state.today.Purchases`).

    They are booked on two places that are no shops: the first for ordinary accounts, the second for those
    that work in the trade. ``identity`` (n_shops,) and ``key`` are those of today's draws, ``placed``
    (n_shops,) the orders of each shop.
    """

    account: np.ndarray
    place: np.ndarray
    n_places: int
    classes: Classes
    key: np.uint64
    identity: np.ndarray
    placed: np.ndarray

    def marks_of_shops(
        self, task_like: np.ndarray, repeats: np.ndarray, traces: Traces
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mark as many genuine orders as those of the kept accounts say, beside those of workers.

        A repeat needs the last order to have gone to the same shop.
        """
        n, weigh, genuine_30 = self.identity.size, self.classes.weigh, traces.genuine_30()
        all_orders = max(weigh(np.bincount(self.place - n, minlength=2)), 1.0)
        again = weigh(repeats[n:]) / all_orders / max(genuine_30.sum(), 1)
        share = weigh(task_like[n:]) / all_orders
        task_like, repeats = task_like[:n], repeats[:n]
        shops = self.identity, self.placed, genuine_30
        kernels.mark_orders(n, self.key, (share, again), shops, task_like, repeats)
        return task_like, repeats


def buy_by_class(today: Today, platform: Platform, shops: Shops, buyers: Buyers) -> Sales:
    """Let a day's buyers choose and experience, counted by class; then kept accounts live the same day."""
    demand, classes, clock, attention = platform.demand, platform.classes, today.clock, today.attention
    assert classes is not None
    config, n_categories = demand.parameters, shops.n // demand.per_category
    visits, trust = count_visits(clock, demand, classes, buyers)
    placed, standing, stars, complaints, flagged = np.empty((5, shops.n), dtype=np.int32)
    turnover, shopped = np.empty(shops.n, dtype=np.int64), np.zeros(n_categories, dtype=np.int64)
    sums = *(np.zeros((PARTS, N_CLASSES)) for _ in range(3)), np.zeros((PARTS, 2))
    weights = float(config.quality_weight), float(config.sales_weight), price_slopes(config)
    experience = shops.parameters.experience_sd * normal_table(), demand.multiples, chances_of(config)
    law = (config.looks, demand.outside, *weights, *classes.quadrature, *experience)
    shown = know_prices(demand, shops), attention.share, attention.log_displayed, promises(demand, attention)
    known = shops.identity, shops.quality, shops.rating, shops.price, shops.parcel_flag
    sales = shopped, placed, standing, turnover, stars, complaints, flagged
    classes_today, key = (visits / n_categories, trust), clock.key(Stream.COHORTS)
    buy_by_class_orders.trade(PARTS, key, law, classes_today, (*known, *shown), sales, sums, work=shops.n)
    chances, orders, letdowns, totals = (table.sum(axis=0) for table in sums)
    letdown = letdowns / np.maximum(orders, 1)
    live(clock, demand, classes, buyers, (chances / n_categories, letdown))
    bought, surplus = totals.tolist()
    surplus *= shops.parameters.order_value
    purchases = sample_purchases(clock, classes, shops, buyers, placed)
    return Sales(placed, standing, turnover, stars, complaints, flagged, shopped, bought, surplus, purchases)


def count_visits(
    clock: Clock, demand: Demand, classes: Classes, buyers: Buyers
) -> tuple[np.ndarray, np.ndarray]:
    """Return the visits that each class makes today and its mean trust in displayed sales, both (G,).

    Accounts that work in the trade or are banned stand for themselves, the others for all that are left.
    """
    counts = np.zeros((PARTS, 2), dtype=np.int64)
    visits, trust = (np.zeros((PARTS, 2, N_CLASSES)) for _ in range(2))
    columns, out = buyer_columns(buyers), (counts, visits, trust)
    kernels.muster(PARTS, clock.day, TRUST_LEVELS, columns, buyers.works, out, work=buyers.n)
    ordinary, special = counts.sum(axis=0).tolist()
    classes.weight = (buyers.people - special) / max(ordinary, 1)
    rates, beliefs = (classes.weigh(table.sum(axis=0)) for table in (visits, trust))
    return rates * season(demand.parameters, clock.day), beliefs / np.where(rates > 0, rates, 1.0)


def live(
    clock: Clock, demand: Demand, classes: Classes, buyers: Buyers, odds: tuple[np.ndarray, np.ndarray]
) -> None:
    """Let kept accounts buy, and lose trust, with the probabilities (G,) that their classes had today."""
    config, keys = demand.parameters, (clock.key(Stream.ARRIVAL), clock.key(Stream.EXPERIENCE))
    losses = float(config.trust_loss), float(config.platform_trust_loss)
    life = (season(config, clock.day), TRUST_LEVELS, *losses, *odds)
    kernels.live(PARTS, PARTS, keys, clock.day, life, buyer_columns(buyers), classes.ordered, work=buyers.n)


def sample_purchases(
    clock: Clock, classes: Classes, shops: Shops, buyers: Buyers, placed: np.ndarray
) -> Sampled:
    """Return what the kept accounts ordered today."""
    account = np.repeat(np.arange(buyers.n, dtype=np.int32), classes.ordered)
    place = (shops.n + buyers.works[account]).astype(np.int32)
    return Sampled(account, place, shops.n + 2, classes, clock.key(Stream.COHORTS), shops.identity, placed)


def fit_quadrature(classes: Classes, demand: Demand, attention: Attention, utility: np.ndarray) -> None:
    """Take as few nodes as leave the exact law as it is, in (at most `SAMPLE`) categories of today.

    The error of n nodes is their difference from 2n. It depends on how far apart the shops of a category
    are, which is a fact of the scenario.
    """
    classes.quadrature = laggauss(NODES[-1])
    for nodes in NODES[:-1]:
        if quadrature_error(nodes, demand, attention, utility) < PRECISION:
            classes.quadrature = laggauss(nodes)
            return


def quadrature_error(nodes: int, demand: Demand, attention: Attention, utility: np.ndarray) -> float:
    """Return the largest relative error of ``nodes`` nodes at any shop, for buyers who trust in full."""
    n, looks, found = demand.per_category, demand.parameters.looks, np.empty((2, demand.per_category))
    worst = 0.0
    for first in range(0, min(attention.share.size, SAMPLE * n), n):
        share = attention.share[first : first + n]
        for weights in trusting(utility)[:, first : first + n]:
            for out, rule in zip(found, (laggauss(nodes), laggauss(2 * nodes)), strict=True):
                purchase_probabilities(share, weights.copy(), demand.outside, looks, *rule, out)
            seen = found[1] > 0
            worst = max(worst, float(np.abs(found[0, seen] / found[1, seen] - 1).max(initial=0)))
    return worst
