"""What detectors look at in every shop, read off its traces."""

from __future__ import annotations

import numpy as np

from policies.detectors import scoring
from sim.contract import Observation

FEATURES = ("growth", "conversion", "task_like", "flagged_parcels", "repeats", "returns", "log_age")
"""What the detectors look at; `BurstRules` uses the first four."""

READS = ("category", "age", "traces")
"""Fields of the observation that the detectors read."""

WEEK, MONTH = 1, 2
PSEUDO_ORDERS = 6
"""Shares are shrunk towards the market's share by so many orders."""


def features(observation: Observation) -> np.ndarray:
    """Return the array (n_shops, len(FEATURES)) that `FittedDetector` scores."""
    traces = observation.traces
    more = [excess_share(count[MONTH], traces.orders[MONTH]) for count in (traces.repeats, traces.returns)]
    return np.column_stack([*burst_features(observation), *more, np.log1p(observation.age)])


def burst_features(observation: Observation) -> np.ndarray:
    """Return growth, conversion, task-like and flagged-parcel shares, shape (4, n_shops)."""
    out = np.empty((4, observation.n_shops))
    scoring.burst_features(looked_at(observation), PSEUDO_ORDERS, out)
    return out


def looked_at(observation: Observation) -> scoring.ShopTraces:
    """Return what `burst_features` are made of."""
    traces = observation.traces
    return scoring.ShopTraces(
        week=traces.orders[WEEK],
        month=traces.orders[MONTH],
        views=traces.views[WEEK],
        task_like=traces.task_like[MONTH],
        flagged=traces.flagged_parcels[MONTH],
        category=np.asarray(observation.category),
    )


def excess_share(count: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Return a shop's 30-day share, shrunk towards the market's share, minus the market's share."""
    usual = count.sum() / max(orders.sum(), 1.0)
    return (count - usual * orders) / (orders + PSEUDO_ORDERS)
