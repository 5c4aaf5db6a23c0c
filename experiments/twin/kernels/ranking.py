"""Rank: attention by the binomial law of positions, and the slope of it that merchants learn."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

LOWEST, STEP, POINTS = -6.0, 0.125, 185
"""The grid of scores on which the distribution of scores is kept."""


class Positions(NamedTuple):
    """Attention by position in a category of the market's size, tabulated.

    ``ranked`` (m,) is that of a shop which a random other one beats with probability (i/(m − 1))²;
    ``typical_logs`` (n,) are logarithms of the shares of attention of the places of a category.
    """

    ranked: np.ndarray
    typical_logs: np.ndarray


@njit(error_model="numpy")
def smear(values: np.ndarray, sd: float, out: np.ndarray) -> None:
    """Fill ``out`` (POINTS,) with ``values`` smeared by the noise that a score has."""
    sd = max(sd, 0.3 * STEP)
    reach = min(math.ceil(5 * sd / STEP), POINTS // 2 - 1)
    noise, total = np.empty(reach + 1), 0.0
    for r in range(reach + 1):
        upper, lower = (r + 0.5) * STEP / sd, (r - 0.5) * STEP / sd
        noise[r] = 0.5 * (math.erfc(lower * math.sqrt(0.5)) - math.erfc(upper * math.sqrt(0.5)))
        total += noise[r] if r == 0 else 2 * noise[r]
    for i in range(POINTS):
        out[i] = noise[0] / total * values[i]
    for r in range(1, reach + 1):
        weight = noise[r] / total
        for i in range(r, POINTS):
            out[i] += weight * values[i - r]
        for i in range(POINTS - r):
            out[i] += weight * values[i + r]


@njit(error_model="numpy")
def typical_slope(density: np.ndarray, typical_logs: np.ndarray, added: float) -> float:
    """Return κ of a typical category, whose shops stand at the quantiles of the law of scores.

    ``added`` is what bursts add to the covariance of log attention with scores.
    """
    n, total, mean = typical_logs.size, 0.0, 0.0
    score = np.empty(n)
    for i in range(POINTS):
        total += density[i]
    total = max(total, 1e-300)
    i, law, before = 0, density[0] / total, 0.0
    for place in range(n - 1, -1, -1):  # from the lowest score on
        target = 1.0 - (place + 0.5) / n
        while law < target and i < POINTS - 1:
            i += 1
            before, law = law, law + density[i] / total
        part = min((target - before) / max(law - before, 1e-300), 1.0) if i > 0 else 1.0
        score[place] = LOWEST + STEP * (i + part - 0.5)
        mean += score[place] / n
    variance, covariance = 0.0, 0.0
    for place in range(n):
        variance += (score[place] - mean) ** 2 / n
        covariance += (score[place] - mean) * typical_logs[place] / n
    return max((covariance + added) / variance, 0.0) if variance > 1e-9 else 0.0


@njit(error_model="numpy")
def attend(
    score: np.ndarray, mass: np.ndarray, sd: float, added: float, positions: Positions, out: np.ndarray
) -> float:
    """Fill a shop's attention through the ranking, by cell (n,); return κ, the slope of its logarithm.

    ``score`` (n,) is each cell's mean score, ``mass`` (n,) its share of slots (0 for the hidden), ``sd`` that
    of scores around it, ``added`` as of `typical_slope`.
    """
    low, part = np.empty(score.size, np.int64), np.empty(score.size)
    at, density, behind, own = np.zeros(POINTS), np.empty(POINTS), np.empty(POINTS), np.empty(POINTS)
    for i in range(score.size):
        place = min(max((score[i] - LOWEST) / STEP, 0.0), POINTS - 1.001)
        low[i] = int(place)
        part[i] = place - low[i]
        at[low[i]] += mass[i] * (1 - part[i])
        at[low[i] + 1] += mass[i] * part[i]
    smear(at, sd, density)
    above, last = 0.0, positions.ranked.size - 1
    for i in range(POINTS - 1, -1, -1):
        above += density[i]
        place = math.sqrt(min(max(above - density[i] / 2, 0.0), 1.0)) * last
        j = min(int(place), last - 1)
        square = (place**2 - j**2) / (2 * j + 1)  # the table is linear in the probability between its points
        behind[i] = positions.ranked[j] + square * (positions.ranked[j + 1] - positions.ranked[j])
    smear(behind, sd, own)
    for i in range(score.size):
        out[i] = own[low[i]] * (1 - part[i]) + own[low[i] + 1] * part[i]
    return typical_slope(density, positions.typical_logs, added)
