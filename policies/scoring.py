"""What the detectors look at in every shop, and the risk that it means, compiled."""

from __future__ import annotations

import numpy as np

from sim.contract import inner, shared

PARTS = 4
"""Shops are added up in so many parts, whatever the number of threads; sums of whole numbers are exact."""


@shared
def add_up_parts(
    begin: int, end: int, week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray,
    flagged: np.ndarray, category: np.ndarray, sums: np.ndarray, by_category: np.ndarray,
) -> None:  # fmt: skip
    """Add the shops' numbers up, part by part, which are the rows.

    ``sums`` (parts, 3) are orders, task-like ones and flagged parcels, ``by_category`` (parts, 2, C) orders
    and views of the week; both are zero before.
    """
    parts, n = sums.shape[0], week.size
    for part in range(begin, end):
        for s in range(part * n // parts, (part + 1) * n // parts):
            by_category[part, 0, category[s]] += week[s]
            by_category[part, 1, category[s]] += views[s]
            sums[part, 0] += month[s]
            sums[part, 1] += task_like[s]
            sums[part, 2] += flagged[s]


def usual_of(
    week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray, flagged: np.ndarray,
    category: np.ndarray,
) -> tuple[np.ndarray, float, float]:  # fmt: skip
    """Return orders a view in each category (C,), and the market's task-like and flagged shares of orders."""
    sums, by_category = np.zeros((PARTS, 3)), np.zeros((PARTS, 2, int(category.max(initial=-1)) + 1))
    add_up_parts(PARTS, week, month, views, task_like, flagged, category, sums, by_category, work=week.size)
    orders, tasks, parcels = sums.sum(axis=0).tolist()
    ordered, viewed = by_category.sum(axis=0)
    total = max(orders, 1.0)
    return ordered / np.maximum(viewed, 1.0), tasks / total, parcels / total


@inner
def look_at(
    week: float, month: float, views: float, task_like: float, flagged: float, a_view: float, tasks: float,
    parcels: float, pseudo_orders: int,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return growth, conversion, and excess shares of task-like orders and flagged parcels of one shop."""
    growth = np.log((week / 7 + 0.3) / (month / 30 + 0.3))
    conversion = np.log((week + 2) / (views * a_view + 2))
    task_like = (task_like - tasks * month) / (month + pseudo_orders)
    return growth, conversion, task_like, (flagged - parcels * month) / (month + pseudo_orders)


@inner
def logistic(x: float) -> float:
    """Return 1 / (1 + e^−x)."""
    return 1.0 / (1.0 + np.exp(min(max(-x, -500.0), 500.0)))


@shared
def fill_features(
    first: int, last: int, week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray,
    flagged: np.ndarray, category: np.ndarray, usual: tuple[np.ndarray, float, float], pseudo_orders: int,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Fill the features of shops ``first`` … ``last − 1``, ``out`` (4, n_shops) (`burst_features`)."""
    a_view, tasks, parcels = usual
    for s in range(first, last):
        out[0, s], out[1, s], out[2, s], out[3, s] = look_at(
            week[s], month[s], views[s], task_like[s], flagged[s], a_view[category[s]], tasks, parcels,
            pseudo_orders,
        )  # fmt: skip


def burst_features(
    week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray, flagged: np.ndarray,
    category: np.ndarray, pseudo_orders: int, out: np.ndarray,
) -> None:  # fmt: skip
    """Fill growth, conversion, task-like and flagged-parcel shares, ``out`` (4, n_shops).

    ``week`` and ``month`` are a shop's orders in 7 and 30 days, ``views`` its page views in 7, ``task_like``
    and ``flagged`` counts in 30 days; all arrays have shape (n_shops,). Growth is the log of daily orders
    in the week over those in the month; conversion the log of the week's orders over what the week's views
    bring in the category. Shares are of the month's orders, shrunk towards the market's share by
    ``pseudo_orders``, and minus that.
    """
    traces = week, month, views, task_like, flagged, category
    fill_features(week.size, *traces, usual_of(*traces), pseudo_orders, out)


@shared
def fill_risk(
    first: int, last: int, week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray,
    flagged: np.ndarray, category: np.ndarray, usual: tuple[np.ndarray, float, float], pseudo_orders: int,
    weights: tuple[float, ...], out: np.ndarray,
) -> None:  # fmt: skip
    """Fill the risk of shops ``first`` … ``last − 1``, ``out`` (n_shops,) (`burst_risk`)."""
    a_view, tasks, parcels = usual
    for s in range(first, last):
        growth, conversion, task_share, parcel_share = look_at(
            week[s], month[s], views[s], task_like[s], flagged[s], a_view[category[s]], tasks, parcels,
            pseudo_orders,
        )  # fmt: skip
        x = weights[0] + weights[1] * growth + weights[2] * conversion
        out[s] = logistic(x + weights[3] * task_share + weights[4] * parcel_share)


def burst_risk(
    week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray, flagged: np.ndarray,
    category: np.ndarray, pseudo_orders: int, weights: tuple[float, ...], out: np.ndarray,
) -> None:  # fmt: skip
    """Fill the risk of every shop, ``out`` (n_shops,): logistic in its `burst_features`.

    ``weights`` are the intercept and those of the features.
    """
    traces = week, month, views, task_like, flagged, category
    fill_risk(week.size, *traces, usual_of(*traces), pseudo_orders, weights, out)


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
