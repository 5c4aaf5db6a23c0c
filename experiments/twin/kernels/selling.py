"""Rank and buy, in expectation: what every cell of shops sells a day."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.elementary import log_all, normal_all
from experiments.twin.kernels.purchases import purchase_law
from experiments.twin.kernels.ranking import Positions, attend
from experiments.twin.population import NOBODY, Cells, Kinds, State

HIDDEN = 2
"""The last of the stages of `Cells`."""


class Shelf(NamedTuple):
    """The market's terms on a day: rules of ranking and of demand, and what varies.

    ``variance`` is that of log displayed sales in a cell, ``freshness`` the mean one of those who rebuild,
    ``visits`` a day and slot, ``trust`` in displayed sales, ``outside`` e^utility of leaving; the others are
    of `sim.config` and `experiments.twin.demand.Bursts`; ``fake_rating`` is what a brushed review says.
    """

    rank_sales: float
    rank_rating: float
    rank_freshness: float
    rank_noise: float
    direct_share: float
    per_category: int
    looks: int
    sales_weight: float
    quality_weight: float
    rating_prior: float
    fake_rating: float
    surprise: float
    experience_sd: float
    return_rate: float
    surprise_return_rate: float
    burst_days: float
    tilt: float
    variance: float
    freshness: float
    visits: float
    trust: float
    outside: float


class Sales(NamedTuple):
    """What a shop of each cell has a day, arrays (n_cells,), 0 where the cell is empty.

    ``genuine`` orders, bursts included, ``ordinary`` ones on a day without, ``standing`` ones after
    returns; ``views`` of buyers; ``attention``, its share of the category's; ``disappointed``, a share of
    orders. Numbers: ``slope`` is κ, ``orders`` and ``kept`` are genuine and standing ones, a day and slot.
    """

    genuine: np.ndarray
    ordinary: np.ndarray
    standing: np.ndarray
    views: np.ndarray
    attention: np.ndarray
    disappointed: np.ndarray
    slope: float
    orders: float
    kept: float


class Books(NamedTuple):
    """A shop's accounts, parameters of `sim.config`: commission (share), RMB a day, RMB, days of profit."""

    commission: float
    fixed_cost: float
    deposit: float
    cash_days: float


@njit(error_model="numpy", forceinline=True)
def profit(standing: float, price: float, margin: float, books: Books) -> float:
    """Return the profit, RMB a day, of a shop with ``standing`` orders a day, brushing left out."""
    return standing * price * (margin - books.commission) - books.fixed_cost


@njit(error_model="numpy")
def occupied(mass: np.ndarray, stage: np.ndarray, last: int) -> np.ndarray:
    """Return the cells (n,) that are not empty, of stages up to ``last``."""
    kept, n = np.empty(mass.size, np.int64), 0
    for c in range(mass.size):
        kept[n] = c
        n += mass[c] > NOBODY and stage[c] <= last
    return kept[:n]


@njit(error_model="numpy")
def rate_shops(kinds: Kinds, state: State, shelf: Shelf, out: np.ndarray) -> None:
    """Fill the rating of each kind's shops: reviews shrunk to the mean, brushed ones among them."""
    for k in range(out.size):
        genuine, brushed = state.reviews[k, 0], state.reviews[k, 1]
        total = kinds.quality[k] * genuine + shelf.fake_rating * brushed
        out[k] = total / (genuine + brushed + shelf.rating_prior)


@njit(error_model="numpy")
def log_displayed(displayed: np.ndarray, variance: float, out: np.ndarray) -> None:
    """Fill the mean of log(1 + displayed sales) of cells (n,) whose shops scatter with ``variance``."""
    for i in range(out.size):
        out[i] = 1.0 + displayed[i]
    log_all(out)
    for i in range(out.size):
        out[i] = max(out[i] - 0.5 * variance * (displayed[i] / (1.0 + displayed[i])) ** 2, 0.0)


@njit(error_model="numpy")
def share_attention(
    ranked: np.ndarray, following: np.ndarray, mass: np.ndarray, shelf: Shelf, multiples: np.ndarray,
    multiple: np.ndarray,
) -> None:  # fmt: skip
    """Turn attention through the ranking into a shop's share of its category's, and fill ``multiple``.

    The share (n,) is that on an ordinary day, ``multiple`` (n,) the mean one over days with bursts. A burst
    of multiple b raises the share a to b·a/(1 + (b − 1)·a): it saturates where one shop has much of the
    attention. Over all shops shares sum to one, bursts included.
    """
    by_rank, by_custom, total = 0.0, 0.0, 0.0
    for i in range(mass.size):
        by_rank += ranked[i] * mass[i]
        by_custom += following[i] * mass[i]
    by_rank = (1 - shelf.direct_share) / max(shelf.per_category * by_rank, 1e-300)
    by_custom = shelf.direct_share / max(shelf.per_category * by_custom, 1e-300)
    lifted = np.zeros(mass.size)
    for i in range(mass.size):
        ranked[i] = by_rank * ranked[i] + by_custom * following[i]
    for b in multiples:
        for i in range(mass.size):
            lifted[i] += b / (1 + (b - 1) * ranked[i])
    for i in range(mass.size):
        multiple[i] = 1 + shelf.burst_days * (lifted[i] / multiples.size - 1)
    for i in range(mass.size):
        total += ranked[i] * multiple[i] * mass[i]
    for i in range(mass.size):
        ranked[i] /= shelf.per_category * total


@njit(cache=True, error_model="numpy")
def sell(
    kinds: Kinds, cells: Cells, state: State, shelf: Shelf, positions: Positions, multiples: np.ndarray,
    log_price: np.ndarray, out: np.ndarray,
) -> tuple[float, float, float]:  # fmt: skip
    """Fill the first six fields of `Sales` (6, n_cells) and return the others.

    ``log_price`` (n_segments, n_kinds) is the price's part of utility, ``multiples`` (m,) are of bursts.
    """
    kept = occupied(state.mass, cells.stage, HIDDEN)
    n, per_category, popular = kept.size, shelf.per_category, 0.0
    mass, shown, logs = np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        mass[i] = state.mass[kept[i]]
        shown[i] = state.shown[kept[i]] / mass[i]
    log_displayed(shown, shelf.variance, logs)
    rating, score, seen = np.empty(kinds.quality.size), np.empty(n), np.empty(n)
    rate_shops(kinds, state, shelf, rating)
    following, log_utility = np.empty(n), np.empty((log_price.shape[0], n))
    for i in range(n):
        k, stage = cells.kind[kept[i]], cells.stage[kept[i]]
        following[i], seen[i] = kinds.following[k], mass[i] if stage < HIDDEN else 0.0
        score[i] = shelf.rank_sales * logs[i] + shelf.rank_rating * rating[k]
        score[i] += shelf.rank_freshness * shelf.freshness if stage == 1 else 0.0
        common = shelf.quality_weight * rating[k] + shelf.trust * shelf.sales_weight * logs[i]
        popular += shelf.sales_weight * logs[i] * mass[i]
        for s in range(log_price.shape[0]):
            log_utility[s, i] = common + log_price[s, k]
    share, multiple, bought, lack = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    sd = math.sqrt(shelf.rank_noise**2 + shelf.rank_sales**2 * shelf.variance)
    slope = attend(score, seen, sd, shelf.tilt * shelf.rank_sales, positions, share)
    for i in range(n):
        share[i] = share[i] if seen[i] > 0 else 0.0
    share_attention(share, following, mass, shelf, multiples, multiple)
    for i in range(n):
        seen[i] = per_category * mass[i] * share[i] * multiple[i]
    purchase_law(seen, log_utility, shelf.outside, shelf.looks, bought)
    for i in range(n):
        k = cells.kind[kept[i]]
        promise = (shelf.sales_weight * logs[i] - popular) / max(shelf.quality_weight, 1e-9)
        lack[i] = rating[k] + shelf.trust * promise - shelf.surprise - kinds.quality[k]
        lack[i] /= max(shelf.experience_sd, 1e-9)
    normal_all(lack)
    out[:] = 0.0
    orders, standing = 0.0, 0.0
    for i in range(n):
        c, genuine = kept[i], shelf.visits * bought[i] / mass[i]
        returned = shelf.return_rate + (shelf.surprise_return_rate - shelf.return_rate) * lack[i]
        out[0, c], out[1, c], out[2, c] = genuine, genuine / multiple[i], genuine * (1 - returned)
        out[3, c] = shelf.visits * per_category * shelf.looks * share[i]
        out[4, c], out[5, c] = share[i], lack[i]
        orders += genuine * mass[i]
        standing += out[2, c] * mass[i]
    return slope, orders, standing
