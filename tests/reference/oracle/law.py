"""The exact law of a visit: which shop it ends with (7.5)."""

from __future__ import annotations

import numpy as np

Rule = tuple[np.ndarray, np.ndarray]
"""Nodes and weights of a Gauss–Laguerre quadrature."""


def quadrature_rate(attention: np.ndarray, weights: np.ndarray, outside: float, looks: int) -> float:
    """Return w₀ + K Σ a_j w_j, over which the nodes of the quadrature are placed (5)."""
    return float(outside + looks * (attention @ weights))


def order_probabilities(
    attention: np.ndarray, weights: np.ndarray, outside: float, looks: int, rate: float, rule: Rule
) -> np.ndarray:
    """Return P_i, the probability that a visit to the category ends with an order at shop i (7.5).

    ``attention`` and ``weights`` (a and w) have shape (n,); the nodes stand at t = node / ``rate``.
    """
    nodes, node_weights = rule
    t = nodes / rate
    kept = np.exp(-np.outer(t, weights))
    unchosen = (1 - attention.sum()) + kept @ attention
    factor = looks / rate * node_weights * np.exp(nodes - t * outside) * unchosen ** (looks - 1)
    probabilities: np.ndarray = attention * weights * (factor @ kept)
    return probabilities
