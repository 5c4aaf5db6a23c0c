"""What the contract asks of an act's targets, in one pass over them."""

from __future__ import annotations

from sim.compiling import kernel


@kernel
def span(numbers):
    """Return the least and the greatest of ``numbers`` (n,); zeros where there are none."""
    if numbers.size == 0:
        return 0, 0
    low, high = numbers[0], numbers[0]
    for number in numbers:
        low, high = min(low, number), max(high, number)
    return low, high


@kernel
def ascend(numbers):
    """Tell whether each of ``numbers`` (n,) is greater than the one before."""
    for i in range(1, numbers.size):  # noqa: SIM110 (Numba knows no generators)
        if numbers[i] <= numbers[i - 1]:
            return False
    return True
