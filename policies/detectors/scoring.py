"""What the detectors look at in every shop, and the risk that it means, compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.contract import inner, shared

PARTS = 4
"""Shops are added up in so many parts, whatever the number of threads; sums of whole numbers are exact."""


class ShopTraces(NamedTuple):
    """What detectors look at in every shop, arrays (n_shops,).

    ``week`` and ``month`` are orders in 7 and 30 days, ``views`` page views in 7, ``task_like`` orders and
    ``flagged`` parcels are those of 30 days. Kernels take the plain tuple of these.
    """

    week: np.ndarray
    month: np.ndarray
    views: np.ndarray
    task_like: np.ndarray
    flagged: np.ndarray
    category: np.ndarray


class Usual(NamedTuple):
    """What is usual today: orders a view in each category (C,), and shares of the market's orders.

    ``pseudo_orders`` are what a shop's own record counts against.
    """

    a_view: np.ndarray
    task_like: float
    flagged: float
    pseudo_orders: int


@shared
def add_up_parts(begin: int, end: int, traces: tuple, sums: np.ndarray, by_category: np.ndarray) -> None:
    """Add the shops' numbers up, part by part, which are the rows.

    ``sums`` (parts, 3) are orders, task-like ones and flagged parcels, ``by_category`` (parts, 2, C) orders
    and views of the week; both are zero before.
    """
    shops = ShopTraces(*traces)
    parts, n = sums.shape[0], shops.week.size
    for part in range(begin, end):
        for s in range(part * n // parts, (part + 1) * n // parts):
            by_category[part, 0, shops.category[s]] += shops.week[s]
            by_category[part, 1, shops.category[s]] += shops.views[s]
            sums[part, 0] += shops.month[s]
            sums[part, 1] += shops.task_like[s]
            sums[part, 2] += shops.flagged[s]


def usual_of(traces: ShopTraces, pseudo_orders: int) -> tuple[np.ndarray, float, float, int]:
    """Return what is usual today, as the plain tuple of `Usual`."""
    n_categories = int(traces.category.max(initial=-1)) + 1
    sums, by_category = np.zeros((PARTS, 3)), np.zeros((PARTS, 2, n_categories))
    add_up_parts(PARTS, tuple(traces), sums, by_category, work=traces.week.size)
    orders, tasks, parcels = sums.sum(axis=0).tolist()
    ordered, viewed = by_category.sum(axis=0)
    total = max(orders, 1.0)
    return ordered / np.maximum(viewed, 1.0), tasks / total, parcels / total, pseudo_orders


@inner
def look_at(shops: ShopTraces, usual: Usual, s: int) -> tuple[float, float, float, float]:
    """Return growth, conversion, and excess shares of task-like orders and flagged parcels of shop ``s``."""
    week, month, views = shops.week[s], shops.month[s], shops.views[s]
    growth = np.log((week / 7 + 0.3) / (month / 30 + 0.3))
    conversion = np.log((week + 2) / (views * usual.a_view[shops.category[s]] + 2))
    task_like = (shops.task_like[s] - usual.task_like * month) / (month + usual.pseudo_orders)
    flagged = (shops.flagged[s] - usual.flagged * month) / (month + usual.pseudo_orders)
    return growth, conversion, task_like, flagged


@inner
def logistic(x: float) -> float:
    """Return 1 / (1 + e^−x)."""
    return 1.0 / (1.0 + np.exp(min(max(-x, -500.0), 500.0)))


@shared
def fill_features(first: int, last: int, traces: tuple, usual: tuple, out: np.ndarray) -> None:
    """Fill the features of shops ``first`` … ``last − 1``, ``out`` (4, n_shops) (`burst_features`)."""
    shops, common = ShopTraces(*traces), Usual(*usual)
    for s in range(first, last):
        out[0, s], out[1, s], out[2, s], out[3, s] = look_at(shops, common, s)


def burst_features(traces: ShopTraces, pseudo_orders: int, out: np.ndarray) -> None:
    """Fill growth, conversion, task-like and flagged-parcel shares, ``out`` (4, n_shops).

    Growth is the log of daily orders in the week over those in the month; conversion the log of the week's
    orders over what the week's views bring in the category. Shares are of the month's orders, shrunk towards
    the market's share by ``pseudo_orders``, and minus that.
    """
    fill_features(traces.week.size, tuple(traces), usual_of(traces, pseudo_orders), out)


@shared
def fill_risk(
    first: int, last: int, traces: tuple, usual: tuple, weights: tuple[float, ...], out: np.ndarray
) -> None:
    """Fill the risk of shops ``first`` … ``last − 1``, ``out`` (n_shops,) (`burst_risk`)."""
    shops, common = ShopTraces(*traces), Usual(*usual)
    for s in range(first, last):
        growth, conversion, task_share, parcel_share = look_at(shops, common, s)
        x = weights[0] + weights[1] * growth + weights[2] * conversion
        out[s] = logistic(x + weights[3] * task_share + weights[4] * parcel_share)


def burst_risk(traces: ShopTraces, pseudo_orders: int, weights: tuple[float, ...], out: np.ndarray) -> None:
    """Fill the risk of every shop, ``out`` (n_shops,): logistic in its `burst_features`.

    ``weights`` are the intercept and those of the features.
    """
    fill_risk(traces.week.size, tuple(traces), usual_of(traces, pseudo_orders), weights, out)


@shared
def risk_of(first: int, last: int, rows: np.ndarray, weights: np.ndarray, out: np.ndarray) -> None:
    """Fill the risk of every row of features (n, features), ``out`` (n,); ``weights`` as of `burst_risk`.

    Products are added one by one, so that no bit depends on a row's place.
    """
    for s in range(first, last):
        x = weights[0]
        for q in range(rows.shape[1]):
            x += weights[q + 1] * rows[s, q]
        out[s] = logistic(x)


def risk_of_rows(rows: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """Return the risk of every row of features (n, features); ``weights`` are the intercept and theirs."""
    out = np.empty(rows.shape[0])
    risk_of(len(out), np.asarray(rows, dtype=float), np.array(weights, dtype=float), out)
    return out
