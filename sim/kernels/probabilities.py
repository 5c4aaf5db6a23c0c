"""The exact law of choice by quadrature: the theory that the demand kernel is tested against."""

from __future__ import annotations

import numpy as np

from sim.compiling import inner, kernel


@inner
def quadrature_rate(attention: np.ndarray, utility: np.ndarray, outside: float, looks: int) -> float:
    """Return the rate c for which t = s/c makes the integrand of P_i nearly e^{−s}."""
    rate = outside
    for j in range(attention.size):
        rate += looks * attention[j] * utility[j]
    return rate


@kernel
def purchase_probabilities(attention, utility, outside, looks, nodes, weights, out):
    """Fill P_i = K a_i w_i ∫₀^∞ e^{−t(w₀ + w_i)} φ(t)^{K−1} dt, φ(t) = Σ_j a_j e^{−t w_j} + 1 − Σ_j a_j.

    ``attention``, ``utility`` and ``out`` have shape (n,); ``nodes`` and ``weights`` are of
    Gauss–Laguerre quadrature. Attention that sums to less than one belongs to looks that find
    nobody. Returns the probability that the visit ends in an order.
    """
    n, found, total = attention.size, 0.0, 0.0
    for i in range(n):
        out[i] = 0.0
        found += attention[i]
    missing = 1.0 - found
    rate = quadrature_rate(attention, utility, outside, looks)
    for q in range(nodes.size):
        t = nodes[q] / rate
        phi = missing
        for j in range(n):
            phi += attention[j] * np.exp(-t * utility[j])
        factor = looks * weights[q] / rate * np.exp(nodes[q] - t * outside) * phi ** (looks - 1)
        for i in range(n):
            out[i] += factor * attention[i] * utility[i] * np.exp(-t * utility[i])
    for i in range(n):
        total += out[i]
    return total
