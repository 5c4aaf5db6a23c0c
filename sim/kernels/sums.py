"""Sums: of long arrays on all threads, and of rows to the last bit as NumPy has them, for compiled code."""

from __future__ import annotations

import numpy as np

from sim.compiling import inner
from sim.kernels.threads import shared

BLOCK = 128
"""So many numbers at most go through eight running sums; longer rows are halved first (NumPy's rule)."""


@shared
def sum_parts(first, last, values, out):
    """Fill the sums of as many parts of ``values`` (n,) as ``out`` (parts,) has room for; rows are parts."""
    parts = out.size
    for part in range(first, last):
        total = 0.0
        for i in range(part * values.size // parts, (part + 1) * values.size // parts):
            total += values[i]
        out[part] = total


@inner
def sum_block(values, first, n):
    """Return the sum of ``values[first : first + n]`` in eight interleaved running sums."""
    total, even = 0.0, n - n % 8
    if even:
        a, b, c, d = values[first], values[first + 1], values[first + 2], values[first + 3]
        e, f, g, h = values[first + 4], values[first + 5], values[first + 6], values[first + 7]
        for i in range(first + 8, first + even, 8):
            a, b, c, d = a + values[i], b + values[i + 1], c + values[i + 2], d + values[i + 3]
            e, f, g, h = e + values[i + 4], f + values[i + 5], g + values[i + 6], h + values[i + 7]
        total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(first + even, first + n):
        total += values[i]
    return total


@inner
def sum_pairwise(values, first, n):
    """Return the sum of ``values[first : first + n]`` as ``numpy.sum`` does: pairwise, by halves of eights.

    ``rest`` and ``left`` hold, for every halving under way, the length of the right half (0 once it
    is begun) and the sum of the left one; a function that calls itself cannot be cached by Numba 0.68.
    """
    if n <= BLOCK:
        return sum_block(values, first, n)
    rest, left, depth = np.empty(64, np.int64), np.empty(64), 0
    while True:
        while n > BLOCK:
            half = n // 2 - n // 2 % 8
            rest[depth] = n - half
            depth, n = depth + 1, half
        total = sum_block(values, first, n)
        first += n
        while depth > 0 and rest[depth - 1] == 0:
            depth -= 1
            total = left[depth] + total
        if depth == 0:
            return total
        left[depth - 1], n, rest[depth - 1] = total, rest[depth - 1], 0


@inner
def total_of(sums, s, q):
    """Return quantity ``q`` of shop ``s`` over all parts of the orders."""
    total = sums[0, s, q]
    for part in range(1, sums.shape[0]):
        total += sums[part, s, q]
    return total


@shared
def add_up(first, last, sums, counts, value):
    """Fill sums by shop from those of all parts: ``counts`` (some, S) and, unless empty, ``value`` (S,).

    ``sums`` (parts, S, quantities), counts first and value last, have the quantities of a shop side by
    side, because orders come to shops at random.
    """
    quantities = sums.shape[2]
    for s in range(first, last):
        for q in range(counts.shape[0]):
            counts[q, s] = total_of(sums, s, q)
        if value.size > 0:
            value[s] = total_of(sums, s, quantities - 1)
