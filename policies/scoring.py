"""What the detectors look at in every shop, and the risk that it means, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit, prange

PARTS = 4
"""Shops are added up in so many parts, whatever the number of threads; sums of whole numbers are exact."""


@njit(parallel=True, error_model="numpy")
def usual_of(
    week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray, flagged: np.ndarray,
    category: np.ndarray,
) -> tuple[np.ndarray, float, float]:  # fmt: skip
    """Return orders a view in each category (C,), and the market's task-like and flagged shares of orders."""
    n_categories = 0
    for s in range(category.size):
        n_categories = max(n_categories, category[s] + 1)
    ordered, viewed = np.zeros((PARTS, n_categories)), np.zeros((PARTS, n_categories))
    orders, tasks, parcels = np.zeros(PARTS), np.zeros(PARTS), np.zeros(PARTS)
    for part in prange(PARTS):
        for s in range(part * week.size // PARTS, (part + 1) * week.size // PARTS):
            ordered[part, category[s]] += week[s]
            viewed[part, category[s]] += views[s]
            orders[part] += month[s]
            tasks[part] += task_like[s]
            parcels[part] += flagged[s]
    for part in range(1, PARTS):
        orders[0], tasks[0], parcels[0] = (
            orders[0] + orders[part],
            tasks[0] + tasks[part],
            parcels[0] + parcels[part],
        )
        for c in range(n_categories):
            ordered[0, c] += ordered[part, c]
            viewed[0, c] += viewed[part, c]
    a_view, total = np.empty(n_categories), max(orders[0], 1.0)
    for c in range(n_categories):
        a_view[c] = ordered[0, c] / max(viewed[0, c], 1.0)
    return a_view, tasks[0] / total, parcels[0] / total


@njit(inline="always")
def look_at(
    week: float, month: float, views: float, task_like: float, flagged: float, a_view: float, tasks: float,
    parcels: float, pseudo_orders: int,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return growth, conversion, and excess shares of task-like orders and flagged parcels of one shop."""
    growth = np.log((week / 7 + 0.3) / (month / 30 + 0.3))
    conversion = np.log((week + 2) / (views * a_view + 2))
    task_like = (task_like - tasks * month) / (month + pseudo_orders)
    return growth, conversion, task_like, (flagged - parcels * month) / (month + pseudo_orders)


@njit(inline="always")
def logistic(x: float) -> float:
    """Return 1 / (1 + e^−x)."""
    return 1.0 / (1.0 + np.exp(min(max(-x, -500.0), 500.0)))


@njit(cache=True, parallel=True, error_model="numpy")
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
    a_view, tasks, parcels = usual_of(week, month, views, task_like, flagged, category)
    for s in prange(week.size):
        out[0, s], out[1, s], out[2, s], out[3, s] = look_at(
            week[s], month[s], views[s], task_like[s], flagged[s], a_view[category[s]], tasks, parcels,
            pseudo_orders,
        )  # fmt: skip


@njit(cache=True, parallel=True, error_model="numpy")
def burst_risk(
    week: np.ndarray, month: np.ndarray, views: np.ndarray, task_like: np.ndarray, flagged: np.ndarray,
    category: np.ndarray, pseudo_orders: int, weights: tuple[float, ...], out: np.ndarray,
) -> None:  # fmt: skip
    """Fill the risk of every shop, ``out`` (n_shops,): logistic in its `burst_features`.

    ``weights`` are the intercept and those of the features.
    """
    a_view, tasks, parcels = usual_of(week, month, views, task_like, flagged, category)
    for s in prange(week.size):
        growth, conversion, task_share, parcel_share = look_at(
            week[s], month[s], views[s], task_like[s], flagged[s], a_view[category[s]], tasks, parcels,
            pseudo_orders,
        )  # fmt: skip
        x = weights[0] + weights[1] * growth + weights[2] * conversion
        out[s] = logistic(x + weights[3] * task_share + weights[4] * parcel_share)


@njit(cache=True, parallel=True, error_model="numpy")
def risk_of(rows: np.ndarray, weights: np.ndarray, out: np.ndarray) -> None:
    """Fill the risk of every row of features (n, features), ``out`` (n,); ``weights`` as of `burst_risk`.

    Products are added one by one, so that no bit depends on a row's place.
    """
    for s in prange(out.size):
        x = weights[0]
        for q in range(rows.shape[1]):
            x += weights[q + 1] * rows[s, q]
        out[s] = logistic(x)
