"""Positions that buyers look at: cumulative shares of attention by category, and a guide to search them."""

from __future__ import annotations

import numpy as np
from numba import uint64

from sim.compiling import inner

STEPS = 3
"""Places after the guide's that `find` compares at once, without a branch."""


@inner
def guess_of(guide, start, n, x):
    """Return where a search for ``x`` in the category that begins at ``start`` may begin (`build_guide`)."""
    return guide[uint64(start) + min(uint64(int(x * n)), uint64(n) - uint64(1))]


@inner
def find(cumulative, start, n, guess, x):
    """Return the first i from ``guess`` on with cumulative[start + i] > x, n − 1 if there is none."""
    last = uint64(start) + uint64(n) - uint64(1)
    at = uint64(start) + uint64(guess)
    steps = uint64(0)
    for step in range(STEPS):
        steps += uint64(cumulative[min(at + uint64(step), last)] <= x)
    at += steps
    if steps == uint64(STEPS):
        while at < last and cumulative[at] <= x:
            at += uint64(1)
    return min(at, last) - uint64(start)


@inner
def build_guide(cumulative: np.ndarray, per_category: int, out: np.ndarray) -> None:
    """Fill where `find` starts (n_shops,): for x in [g/n, (g + 1)/n), no answer lies before out[g]."""
    n = per_category
    for start in range(0, cumulative.size, n):
        i = 0
        for g in range(n):
            while i < n - 1 and cumulative[start + i] <= g / n:
                i += 1
            out[start + g] = i
