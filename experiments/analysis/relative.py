"""Relative changes between packages that share their luck; pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from experiments.analysis.intervals import interval
from experiments.analysis.simultaneous import ERROR


def relative_change(
    own: np.ndarray, base: np.ndarray, error: float = ERROR
) -> tuple[int, float, float, float]:
    """Return n, and mean(own) / mean(base) − 1 with its interval, from pairs (n,).

    The interval of Fieller (1954): all ratios r for which a t-test of own − r base finds no difference.
    Both means are uncertain, and correlated. Bounds are NaN where they are infinite, that is, where
    the mean of ``base`` cannot be told apart from 0; all three are NaN where it is 0.
    """
    known = np.isfinite(own) & np.isfinite(base)
    x, b = own[known], base[known]
    n = int(known.sum())
    if n == 0 or b.mean() == 0:
        return n, np.nan, np.nan, np.nan
    ratio = float(x.mean() / b.mean())
    if n < 2:
        return n, ratio - 1, np.nan, np.nan
    spread = float(special.stdtrit(n - 1, 1 - error / 2)) ** 2 / n * np.cov(x, b)
    square, product = b.mean() ** 2 - spread[1, 1], x.mean() * b.mean() - spread[0, 1]
    root = product**2 - square * (x.mean() ** 2 - spread[0, 0])
    if square <= 0 or root < 0:
        return n, ratio - 1, np.nan, np.nan
    low, high = ((product + sign * np.sqrt(root)) / square - 1 for sign in (-1, 1))
    return n, ratio - 1, float(low), float(high)


def difference_of_changes(
    one: tuple[np.ndarray, np.ndarray], two: tuple[np.ndarray, np.ndarray], error: float = ERROR
) -> tuple[float, float, float]:
    """Return the relative change of ``one`` less that of ``two``, with its jackknife t-interval.

    Replications are left out one by one (Tukey 1958), so that all four means may hang together. NaN with
    fewer than three replications, or where a base mean is 0.

    Parameters
    ----------
    one, two : pairs of own and base values, (n,) each, in the same replications
    """
    values = np.stack([*one, *two])
    values = values[:, np.isfinite(values).all(axis=0)]
    n = values.shape[1]
    if n < 3:
        return np.nan, np.nan, np.nan
    sums = values.sum(axis=1)
    without = (sums[:, None] - values) / (n - 1)
    if (without[1::2] == 0).any() or (sums[1::2] == 0).any():
        return np.nan, np.nan, np.nan
    whole, parts = (side[0] / side[1] - side[2] / side[3] for side in (sums, without))
    return interval(n * whole - (n - 1) * parts, error)


class Division(NamedTuple):
    """Two kinds of shops that a package changes apart, and the relative change of each."""

    one: str
    two: str
    change_one: float
    change_two: float


def change_against(runs: pd.DataFrame, label: str, baseline: str, outcome: str) -> dict[str, float]:
    """Return n, both means and the relative change of an outcome with its interval, all in %, by pairs.

    A share cannot fall by more than all of it, so that ``low`` is not below −100.
    """
    wide = runs[runs["package"].isin([label, baseline])].pivot(
        index="replication", columns="package", values=outcome
    )
    wide = wide.reindex(columns=[label, baseline]).astype(float)
    own, base = (wide[name].to_numpy(float) for name in (label, baseline))
    n, mean, low, high = relative_change(own, base)
    pairs = np.isfinite(own) & np.isfinite(base)
    own_mean, base_mean = (100 * float(side[pairs].mean()) if n else np.nan for side in (own, base))
    low = 100 * max(low, -1.0) if n > 1 else low
    return {"n": n, "own": own_mean, "base": base_mean, "mean": 100 * mean, "low": low, "high": 100 * high}


def divisions(
    runs: pd.DataFrame, label: str, baseline: str, halves: Iterable[tuple[str, str]], error: float
) -> list[Division]:
    """Return the halves whose outcomes a package changes apart from one another.

    Parameters
    ----------
    runs : finished ones, with ``package``, ``replication`` and the outcomes
    halves : pairs of outcomes
    error : that each comparison may make
    """
    found = []
    for one, two in halves:
        pairs = paired(runs, label, baseline, one), paired(runs, label, baseline, two)
        _, low, high = difference_of_changes(*pairs, error)
        if low > 0 or high < 0:
            found.append(Division(one, two, *(relative_change(*pair)[1] for pair in pairs)))
    return found


def paired(runs: pd.DataFrame, label: str, baseline: str, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    """Return an outcome of a package and of the baseline, in the replications that both finished."""
    own, base = (
        runs[runs["package"] == name].set_index("replication")[outcome].astype(float)
        for name in (label, baseline)
    )
    both = own.index.intersection(base.index)
    return own.loc[both].to_numpy(float), base.loc[both].to_numpy(float)
