"""First and total Sobol indices of noisy simulations, the luck of replications apart; pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.analysis.by_point import crossed, percentiles, resampled

DRAWS = 500
"""Bootstrap draws of an interval."""

CLOSE = 1e-9
"""Difference of unit coordinates up to which two points agree."""


@dataclass(frozen=True)
class Indices:
    """What each of d parameters does to one quantity: shares of the variance that is no luck.

    ``first`` is what a parameter explains alone, ``total`` all that involves it; (d,) each, with 95 %
    intervals (2, d). ``noise`` is the share of the variance between points' means that is luck; NaN with
    one replication, where luck is counted as if it were interaction of everything.
    """

    first: np.ndarray
    first_ends: np.ndarray
    total: np.ndarray
    total_ends: np.ndarray
    noise: float
    blocks: int


def saltelli_blocks(units: np.ndarray) -> np.ndarray | None:
    """Return the rows (blocks, d + 2) that hold A, AB_1 … AB_d and B of each block of a Saltelli sample.

    None where ``units`` (n, d) is no such sample. Samples for second-order indices have d more points a
    block, which are left aside.
    """
    d = units.shape[1]
    for size in (d + 2, 2 * d + 2):
        if len(units) % size:
            continue
        rows = np.arange(len(units)).reshape(-1, size)
        rows = np.concatenate([rows[:, : d + 1], rows[:, -1:]], axis=1)
        if radial(units[rows]):
            return rows
    return None


def radial(blocks: np.ndarray) -> bool:
    """Tell whether point i of each block (n, d + 2, d) is the first with coordinate i of the last."""
    d = blocks.shape[2]
    expected = np.repeat(blocks[:, :1], d, axis=1)
    expected[:, range(d), range(d)] = blocks[:, -1]
    return bool(np.abs(blocks[:, 1:-1] - expected).max(initial=0) < CLOSE)


def sobol_indices(values: np.ndarray, draws: int = DRAWS, seed: int = 0) -> Indices | None:
    """Return the indices of one quantity; None where it does not vary but by luck.

    The estimators of Saltelli and others (2010) and of Jansen (1999), with products of different
    replications instead of squares of means, so that luck neither inflates total indices nor deflates
    first ones. Intervals are of a bootstrap of blocks.

    Parameters
    ----------
    values : (blocks, d + 2, replications) at A, AB_1 … AB_d, B; blocks with a missing value are left out
    """
    values = values[np.isfinite(values).all(axis=(1, 2))]
    n = len(values)
    if n < 2:
        return None
    centred = values - values[:, [0, -1]].mean(axis=(0, 1))
    first, total, variance = estimates(centred, np.full((1, n), 1 / n))
    if variance[0] <= CLOSE * float((values**2).mean()):
        return None
    drawn = estimates(centred, resampled(n, draws, seed))
    usable = drawn[2] > 0
    ends = [np.array(percentiles(part[usable])) for part in drawn[:2]]
    raw = estimates(centred.mean(axis=2, keepdims=True), np.full((1, n), 1 / n))[2]
    noise = float(np.clip(1 - variance[0] / raw[0], 0, 1)) if values.shape[2] > 1 else np.nan
    return Indices(first[0], ends[0], total[0], ends[1], noise, n)


def estimates(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return first (W, d) and total (W, d) indices and variances (W,) under weights (W, blocks)."""
    a, ab, b = values[:, 0], values[:, 1:-1], values[:, -1]
    change = ab - a[:, None]
    mean = np.einsum("wn,nr->wr", weights, (a + b) / 2)
    variance = weights @ ((crossed(a, a) + crossed(b, b)) / 2) - crossed(mean, mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.einsum("wn,nd->wd", weights, crossed(b[:, None], change)) / variance[:, None]
        total = np.einsum("wn,nd->wd", weights, crossed(change, change)) / 2 / variance[:, None]
    return first, total, variance
