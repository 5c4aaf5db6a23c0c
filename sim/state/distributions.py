"""Log-normal, normal and beta numbers of given moments."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, ndtri
from scipy.stats import norm

TABLE_SIZE = 1024


def lognormal(z: np.ndarray, sd: float) -> np.ndarray:
    """Return log-normal numbers of mean one from standard normal ``z``."""
    return np.exp(sd * z - 0.5 * sd**2)


def truncated_mean(sd: float, cap: float) -> float:
    """Return E[min(X, cap)] of a log-normal X of mean one."""
    if sd == 0:
        return 1.0
    d = np.log(cap) / sd
    return float(norm.cdf(d - sd / 2) + cap * norm.sf(d + sd / 2))


def beta_between(u: np.ndarray, low: float, mean: float, high: float) -> np.ndarray:
    """Return beta-distributed numbers between ``low`` and ``high`` at quantiles ``u`` (a + b = 5)."""
    width = high - low
    centre = (mean - low) / width if width else 0.5
    a = min(max(5 * centre, 0.05), 4.95)
    return low + width * betaincinv(a, 5 - a, u)


@lru_cache(maxsize=1)
def normal_table() -> np.ndarray:
    """Return the mid-quantiles of a standard normal at 1,024 equally likely points."""
    return ndtri((np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE)


def value_table(sd: float) -> np.ndarray:
    """Return 1,024 equally likely log-normal multiples, rescaled to a mean of exactly one."""
    multiples = lognormal(normal_table(), sd)
    return multiples / multiples.mean()
