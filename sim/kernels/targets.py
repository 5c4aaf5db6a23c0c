"""What the contract asks of an act's targets, in one pass over them."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def span(numbers):
    """Return the least and the greatest of ``numbers`` (n,); zeros where there are none."""
    if numbers.size == 0:
        return 0, 0
    low, high = numbers[0], numbers[0]
    for number in numbers:
        low, high = min(low, number), max(high, number)
    return low, high


@njit(cache=True)
def has_repeats(numbers):
    """Tell whether a number stands twice in ``numbers`` (n,); most come in order, and need no sorting."""
    for i in range(1, numbers.size):
        if numbers[i] <= numbers[i - 1]:
            return np.unique(numbers).size != numbers.size
    return False
