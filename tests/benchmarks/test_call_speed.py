"""What it costs to hand a kernel its arrays: one by one, in plain tuples, in named ones."""

from typing import NamedTuple

import numpy as np
import pytest
from notes import note

from sim.compiling import kernel

pytestmark = pytest.mark.benchmark(group="kernel")

CALLS = 1_000
"""Calls of a round: milliseconds a round are microseconds a call."""

ARRAYS = [np.full(300, float(i)) for i in range(16)]


class Eight(NamedTuple):
    """Half of the arrays."""

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    d: np.ndarray
    e: np.ndarray
    f: np.ndarray
    g: np.ndarray
    h: np.ndarray


@kernel
def by_position(a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q):
    return a[0] + q[0]


@kernel
def in_groups(first, second):
    return first[0][0] + second[7][0]


HALVES = Eight(*ARRAYS[:8]), Eight(*ARRAYS[8:])
PLAIN = tuple(map(tuple, HALVES))
WAYS = {
    "by position": lambda: by_position(*ARRAYS),
    "in plain tuples": lambda: in_groups(*PLAIN),
    "in named tuples": lambda: in_groups(*HALVES),
    "in named tuples that are made": lambda: in_groups(Eight(*ARRAYS[:8]), Eight(*ARRAYS[8:])),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_thousand_calls(benchmark, way):
    call = WAYS[way]
    assert call() == 15.0

    def calls():
        for _ in range(CALLS):
            call()

    benchmark(calls)
    note(benchmark, 300, 1)
