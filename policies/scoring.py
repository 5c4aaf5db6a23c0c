"""What the detectors look at in every shop, compiled: two passes over the shops."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
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
    n_categories = category.max() + 1 if category.size else 0
    ordered, viewed = np.zeros(n_categories), np.zeros(n_categories)
    orders = tasks = parcels = 0.0
    for s in range(week.size):
        ordered[category[s]] += week[s]
        viewed[category[s]] += views[s]
        orders += month[s]
        tasks += task_like[s]
        parcels += flagged[s]
    tasks, parcels = tasks / max(orders, 1.0), parcels / max(orders, 1.0)
    for s in range(week.size):
        usual = ordered[category[s]] / max(viewed[category[s]], 1.0)
        out[0, s] = np.log((week[s] / 7 + 0.3) / (month[s] / 30 + 0.3))
        out[1, s] = np.log((week[s] + 2) / (views[s] * usual + 2))
        out[2, s] = (task_like[s] - tasks * month[s]) / (month[s] + pseudo_orders)
        out[3, s] = (flagged[s] - parcels * month[s]) / (month[s] + pseudo_orders)
