"""Whether one of two programs is slower, judged by the noise that was measured between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95
"""How often all intervals of a session hold their truths at once."""

MINIMUM = 0.03
"""Slowdowns below this share are nobody's concern."""


@dataclass(frozen=True)
class Ratio:
    """How many times as long one takes as the other, with an interval and the noise behind it.

    ``noise`` is the standard deviation of the logarithm of one sitting's ratio.
    """

    value: float
    low: float
    high: float
    noise: float


def ratio_of(times: Sequence[float], others: Sequence[float], comparisons: int = 1) -> Ratio:
    """Return ``times`` / ``others``, which come in pairs: the geometric mean and its t-interval.

    With several ``comparisons`` the interval is wider (Bonferroni), so that all hold at once.
    """
    logs = np.log(np.asarray(times, dtype=float)) - np.log(np.asarray(others, dtype=float))
    if logs.size < 2:
        return Ratio(float(np.exp(logs.mean())), 0.0, np.inf, np.nan)
    noise = float(logs.std(ddof=1))
    reach = stats.t.ppf(1 - (1 - LEVEL) / 2 / comparisons, logs.size - 1) * noise / np.sqrt(logs.size)
    low, value, high = np.exp(logs.mean() + reach * np.array([-1, 0, 1]))
    return Ratio(float(value), float(low), float(high), noise)


def verdict(ratio: Ratio, minimum: float = MINIMUM) -> str:
    """Return slower, faster, alike, or that the noise hides more than ``minimum``."""
    if ratio.low > 1 and ratio.value > 1 + minimum:
        return "slower"
    if ratio.high < 1 and ratio.value < 1 / (1 + minimum):
        return "faster"
    return "alike" if ratio.high <= 1 + 3 * minimum else "too noisy to tell"
