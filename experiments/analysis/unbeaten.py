"""Estimates of many things on several outcomes, and which of them no other one beats; pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.intervals import RATES, interval


def estimate(runs: pd.DataFrame, outcome: str, error: float) -> tuple[int, float, float, float]:
    """Return n, mean, low and high of one outcome; the interval misses in ``error`` of all studies.

    A rate of few events has no t-interval to be relied on: its upper end is that of a Poisson count at least
    (Garwood 1936), which for no event is the rule of three. Shares and rates do not reach below 0.
    """
    values = runs[outcome].to_numpy(float)
    known = np.isfinite(values)
    mean, low, high = interval(values, error)
    if outcome in RATES and known.any():
        counted = poisson_bound(runs[known], outcome, error)
        low, high = max(low, 0.0), np.nanmax([high, counted])
    return int(known.sum()), mean, low, float(high)


def poisson_bound(runs: pd.DataFrame, outcome: str, error: float) -> float:
    """Return the upper bound of a rate whose events come one by one; NaN where exposure is not known."""
    exposure, multiple = RATES[outcome]
    years = float(runs[exposure].sum()) if exposure in runs else 0.0
    if years <= 0:
        return float("nan")
    events = round(float((runs[outcome] * runs[exposure]).sum()) / multiple)
    return float(stats.chi2.isf(error, 2 * (events + 1)) / 2 / years * multiple)


def unbeaten(values: np.ndarray, senses: Sequence[int]) -> np.ndarray:
    """Return which rows (n, n_outcomes) no other is as good as on all outcomes and better than on one.

    ``senses`` say whether more (1) or less (−1) is better. A row with an unknown value is beaten.
    """
    good = np.asarray(values, dtype=float) * np.asarray(senses)
    known = np.isfinite(good).all(axis=1)
    at_least = (good[:, None] >= good[None]).all(axis=2)
    better = (good[:, None] > good[None]).any(axis=2)
    beaten = (at_least & better & known[:, None]).any(axis=0)
    return known & ~beaten


def surely_beaten(by_outcome: np.ndarray, senses: Sequence[int], error: float) -> np.ndarray:
    """Return which packages another is better than on every outcome, for certain.

    Parameters
    ----------
    by_outcome : (n_outcomes, replications, n_packages), paired by replication; NaN where a run is missing
    error : chance that one or more of them is called beaten and is not; shared over all pairs (Bonferroni)
    """
    n = by_outcome.shape[2]
    each = error / max(n * (n - 1) * len(by_outcome), 1)
    beaten = np.zeros(n, dtype=bool)
    for i in range(n):
        for j in range(n):
            sides = zip(by_outcome * np.asarray(senses)[:, None, None], strict=True)
            if i != j and all(interval(one[:, j] - one[:, i], 2 * each)[1] > 0 for (one,) in sides):
                beaten[i] = True
    return beaten
