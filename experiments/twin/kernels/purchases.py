"""The law of choice: how many visits end with an order in each cell of shops."""

from __future__ import annotations

import numpy as np
from numba import njit

from experiments.twin.kernels.elementary import exp, exp_all, log
from sim.demand import NODES, WEIGHTS

LOWEST, HIGHEST, STEP = -20.0, 8.0, 1 / 32
"""The grid of log e^utility, less that of its quadrature's rate, on which survival is tabulated."""

SURVIVAL = np.exp(-NODES * np.exp(np.arange(LOWEST, HIGHEST, STEP))[:, None])
"""Probability that a look at such a shop brings nothing by the time of each node (n_points, n_nodes)."""

BY_NODE = np.ascontiguousarray(SURVIVAL.T)


@njit(error_model="numpy", forceinline=True)
def cubic(f: float) -> tuple[float, float, float, float]:
    """Return the weights of points −1, 0, 1, 2 in cubic interpolation at ``f`` in [0, 1)."""
    return (
        -f * (f - 1) * (f - 2) / 6,
        (f + 1) * (f - 1) * (f - 2) / 2,
        -(f + 1) * f * (f - 2) / 2,
        (f + 1) * f * (f - 1) / 6,
    )


@njit(error_model="numpy")
def find_places(log_utility: np.ndarray, origin: float, low: np.ndarray, part: np.ndarray) -> tuple[int, int]:
    """Fill the grid's point (n,) at or below each cell, and what is beyond; return the range used."""
    first, last = SURVIVAL.shape[0], 0
    for i in range(low.size):
        place = (log_utility[i] - origin - LOWEST) / STEP
        place = min(max(place, 1.0), SURVIVAL.shape[0] - 2.001)
        low[i] = int(place)
        part[i] = place - low[i]
        first, last = min(first, low[i] - 1), max(last, low[i] + 3)
    return first, last


@njit(error_model="numpy")
def distribute(attention: np.ndarray, low: np.ndarray, part: np.ndarray, at: np.ndarray) -> None:
    """Fill the attention (n_points,) that the grid stands for."""
    at[:] = 0.0
    for i in range(low.size):
        a, b, c, d = cubic(part[i])
        j = low[i]
        at[j - 1] += attention[i] * a
        at[j] += attention[i] * b
        at[j + 1] += attention[i] * c
        at[j + 2] += attention[i] * d


@njit(error_model="numpy")
def weigh_nodes(
    at: np.ndarray,
    first: int,
    last: int,
    missing: float,
    rate: float,
    outside: float,
    looks: int,
    of_node: np.ndarray,
) -> None:
    """Fill each node's weight (n_nodes,) in the integral over the time of the first success."""
    of_node[:] = missing
    for j in range(first, last):
        for q in range(of_node.size):
            of_node[q] += at[j] * SURVIVAL[j, q]
    for q in range(of_node.size):
        leaves = exp(NODES[q] - NODES[q] / rate * outside)
        of_node[q] = looks * WEIGHTS[q] / rate * leaves * of_node[q] ** (looks - 1)


@njit(error_model="numpy")
def purchase_law(
    attention: np.ndarray, log_utility: np.ndarray, outside: float, looks: int, bought: np.ndarray
) -> None:
    """Fill each cell's probability of an order in a visit (n,), the mean over rows of ``log_utility``.

    The law of `sim.demand.purchase_probabilities` for all segments (n_segments, n). Its 16 integrands depend
    on a cell by e^utility over the rate of the quadrature only, so they are tabulated once, and between the
    points they are cubic: to 1e−7 of the law. ``attention`` (n,) is that of all shops of a cell together.
    """
    n_segments, n = log_utility.shape
    low, part, utility = np.empty(n, np.int64), np.empty(n), np.empty(n)
    at, first_order, of_node = np.empty(SURVIVAL.shape[0]), np.empty(SURVIVAL.shape[0]), np.empty(NODES.size)
    missing = 1.0
    for i in range(n):
        missing -= attention[i]
    bought[:] = 0.0
    for s in range(n_segments):
        utility[:] = log_utility[s]
        exp_all(utility)
        rate = outside
        for i in range(n):
            rate += looks * attention[i] * utility[i]
        first, last = find_places(log_utility[s], log(rate), low, part)
        distribute(attention, low, part, at)
        weigh_nodes(at, first, last, missing, rate, outside, looks, of_node)
        first_order[:] = 0.0
        for q in range(of_node.size):
            for j in range(first, last):
                first_order[j] += of_node[q] * BY_NODE[q, j]
        for i in range(n):
            a, b, c, d = cubic(part[i])
            j = low[i]
            chance = (
                a * first_order[j - 1] + b * first_order[j] + c * first_order[j + 1] + d * first_order[j + 2]
            )
            bought[i] += attention[i] * utility[i] * chance / n_segments
