"""How noisy the mean of a point's replications is, and where in the space it is noisier; pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

FLOOR = 0.01
"""Share of the mean variance below which a point's own is not believed: few runs may agree by luck."""

PENALTY = 1.0
"""Pull of the slopes of the logarithm of a variance towards 0 (ridge)."""


@dataclass(frozen=True)
class Noise:
    """The variance of one run: ``shared`` by all points of the same seeds, and a point's own.

    The own one is exp(``slopes`` · (1, x)) at features x, a log-linear model whose mean over the design
    is the mean of the variances that were seen.
    """

    shared: float
    slopes: np.ndarray
    replications: int

    def own(self, features: np.ndarray) -> np.ndarray:
        """Return the variance (n,) of a run at ``features`` (n, f) beside what its replication shares."""
        return np.exp(np.clip(with_one(features) @ self.slopes, -700, 700))


def with_one(features: np.ndarray) -> np.ndarray:
    """Return features with a column of ones before them."""
    return np.column_stack([np.ones(len(features)), features])


def noise_of(features: np.ndarray, values: np.ndarray, seeds: np.ndarray | None = None) -> Noise:
    """Estimate the noise of values (n, R) at features (n, f); R of at least 2.

    What all points of the same seeds share in a replication is told apart from what is a run's own, as in an
    analysis of variance of two ways, within points of equal ``seeds`` (n,); without, within all.
    """
    n, r = values.shape
    rest = values - values.mean(axis=1, keepdims=True)
    own, shared, counted = np.empty(n), 0.0, 0
    groups = np.zeros(n, dtype=int) if seeds is None else seeds
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        together = rest[here].mean(axis=0)
        if len(here) == 1:  # nothing to tell apart: all of it is taken for a run's own
            own[here] = (rest[here] ** 2).sum(axis=1) / (r - 1)
            continue
        own[here] = ((rest[here] - together) ** 2).sum(axis=1) / (r - 1) * len(here) / (len(here) - 1)
        shared += len(here) * float((together**2).sum()) / (r - 1) - float(own[here].mean())
        counted += len(here)
    return Noise(max(shared / max(counted, 1), 0.0), log_linear(features, own, r - 1), r)


def log_linear(features: np.ndarray, variances: np.ndarray, freedom: int) -> np.ndarray:
    """Return the coefficients (1 + f,) of a ridge regression of log variances, each of so many degrees."""
    mean = float(variances.mean())
    if mean <= 0:
        return np.array([-np.inf, *np.zeros(features.shape[1])])
    bias = digamma(freedom / 2) - np.log(freedom / 2)
    logs = np.log(np.maximum(variances, FLOOR * mean) / mean) - bias
    x = with_one(features)
    pull = PENALTY * np.eye(x.shape[1]) * (np.arange(x.shape[1]) > 0)
    slopes = np.linalg.solve(x.T @ x + pull, x.T @ logs)
    slopes[0] += np.log(mean / np.exp(x @ slopes).mean())
    return np.asarray(slopes)
