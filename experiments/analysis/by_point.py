"""Runs at many points of a space: outcomes by point and replication, and what luck adds; pure functions.

A *response* is a table of one quantity: a row a point, a column a replication, NaN where a run is missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def response(runs: pd.DataFrame, package: str, outcome: str, points: pd.Index | None = None) -> pd.DataFrame:
    """Return an outcome of a package, a row a point and a column a replication.

    Parameters
    ----------
    runs : one row a run with ``point``, ``package``, ``replication`` and the outcome; ``status`` may stand
        beside them, and only runs that are ``ok`` count then
    points : rows that the table shall have, NaN where nothing ran
    """
    own = runs[runs["package"] == package]
    if "status" in own:
        own = own[own["status"] == "ok"]
    wide = own.pivot(index="point", columns="replication", values=outcome).astype(float)
    return wide if points is None else wide.reindex(points)


def crossed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the mean product of two quantities (…, R) over pairs of *different* replications, (…).

    Luck of different replications is independent, so that it adds nothing on average, whatever points
    share within a replication. With a single replication it is the plain product, luck included.
    """
    r = one.shape[-1]
    if r == 1:
        return np.asarray(one[..., 0] * other[..., 0])
    product = one.sum(axis=-1) * other.sum(axis=-1) - (one * other).sum(axis=-1)
    return np.asarray(product / (r * (r - 1)))


def variances(values: np.ndarray) -> tuple[float, float]:
    """Return the variance between points of their means (n, R), and the part of it that is no luck.

    The second is the mean covariance between different replications; NaN with a single one.
    """
    centred = values - values.mean(axis=0)
    raw = float((centred.mean(axis=1) ** 2).sum() / (len(values) - 1))
    if values.shape[1] < 2:
        return raw, np.nan
    return raw, float(crossed(centred, centred).sum() / (len(values) - 1))


def noise_share(values: np.ndarray) -> float:
    """Return the share of the variance between points' means (n, R) that is luck, within 0 and 1."""
    raw, free = variances(values)
    return float(np.clip(1 - free / raw, 0, 1)) if raw > 0 else np.nan


def percentiles(draws: np.ndarray, error: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of percentile intervals of bootstrap draws (B, …)."""
    low, high = np.nanquantile(draws, [error / 2, 1 - error / 2], axis=0)
    return low, high


def resampled(n: int, draws: int, seed: int) -> np.ndarray:
    """Return weights (draws, n) of a bootstrap of ``n`` blocks; each row sums to 1."""
    random = np.random.default_rng(seed)
    return random.multinomial(n, np.full(n, 1 / n), size=draws) / n
