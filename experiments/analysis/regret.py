"""Packages in uncertain worlds: regret, and the share of worlds in which limits are kept; pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.by_point import percentiles, resampled, response
from experiments.analysis.choice import Limit

DRAWS = 2000


def regrets(means: pd.DataFrame) -> pd.DataFrame:
    """Return by how much each package (columns) is worse than the best one of each world (rows).

    Parameters
    ----------
    means : how good packages are, more is better; worlds in which one is unknown are left out
    """
    whole = means.dropna()
    return -whole.sub(whole.max(axis=1), axis=0)


def held_out_regrets(scored: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return regrets against the package that *other* replications call the best, by world and package.

    The best of several noisy means is best partly by luck, so that plain regret is too large where packages
    hardly differ; this one is free of that, and may be negative. NaN with one replication.
    """
    names = list(scored)
    stack = np.stack([scored[name].to_numpy(float) for name in names])
    index = next(iter(scored.values())).index
    r = stack.shape[2]
    if r < 2:
        return pd.DataFrame(np.nan, index=index, columns=names)
    others = (stack.sum(axis=2, keepdims=True) - stack) / (r - 1)
    known = np.isfinite(stack).all(axis=(0, 2))
    chosen = np.nan_to_num(others).argmax(axis=0)
    best = np.take_along_axis(stack, chosen[None], axis=0)[0]
    own = (best[None] - stack).mean(axis=2).T
    return pd.DataFrame(own, index=index, columns=names)[known]


def regret_rows(scored: dict[str, pd.DataFrame], seed: int = 0) -> pd.DataFrame:
    """Return one row a package: mean, median, 95 % and largest regret over worlds, and where it is largest.

    ``low`` and ``high`` bound the mean (bootstrap of worlds); ``held_out`` is the mean of
    `held_out_regrets`, ``best_share`` the share of worlds in which the package is the best.
    """
    own = regrets(pd.DataFrame({name: table.mean(axis=1, skipna=False) for name, table in scored.items()}))
    if own.empty:
        return pd.DataFrame()
    held, weights = held_out_regrets(scored).mean(), resampled(len(own), DRAWS, seed)
    low, high = percentiles(weights @ own.to_numpy())
    return pd.DataFrame(
        {
            "package": own.columns,
            "n_worlds": len(own),
            "mean": own.mean().to_numpy(),
            "low": low,
            "high": high,
            "held_out": held.reindex(own.columns).to_numpy(),
            "median": own.median().to_numpy(),
            "p95": own.quantile(0.95).to_numpy(),
            "largest": own.max().to_numpy(),
            "worst_point": own.idxmax().to_numpy(),
            "best_share": (own == 0).mean().to_numpy(),
        }
    )


def kept(runs: pd.DataFrame, package: str, limits: Sequence[Limit], points: pd.Index) -> pd.DataFrame:
    """Return, by world, whether a package's means keep all limits, and whether luck may have decided it.

    ``kept`` and ``unsure`` are floats, NaN where an outcome is unknown; ``unsure`` is 1 where a limit lies
    within the 95 % t-interval of the mean that decides, and NaN with one replication.
    """
    slack = [limit.slack(response(runs, package, limit.outcome, points).to_numpy(float)) for limit in limits]
    tables = [own.mean(axis=1) for own in slack]
    n = slack[0].shape[1]
    worst = np.min(np.stack(tables), axis=0)
    table = pd.DataFrame({"kept": np.where(np.isfinite(worst), worst >= 0, np.nan)}, index=points)
    if n < 2:
        return table.assign(unsure=np.nan)
    wide = stats.t.ppf(0.975, n - 1) / np.sqrt(n)
    ends = [
        (m - wide * s.std(axis=1, ddof=1), m + wide * s.std(axis=1, ddof=1))
        for m, s in zip(tables, slack, strict=True)
    ]
    low, high = (np.min(np.stack(end), axis=0) for end in zip(*ends, strict=True))
    return table.assign(unsure=np.where(np.isfinite(worst), (low < 0) & (high >= 0), np.nan))


def share_interval(hits: int, n: int, error: float = 0.05) -> tuple[float, float]:
    """Return Wilson's interval (1927) of a share; NaN of nothing."""
    if n == 0:
        return np.nan, np.nan
    z = stats.norm.ppf(1 - error / 2)
    middle = (hits + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    return max(middle - half, 0.0), min(middle + half, 1.0)
