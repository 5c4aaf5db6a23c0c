"""How much shops attract the classes of buyers: segments of price sensitivity × levels of trust."""

from __future__ import annotations

import numpy as np
from numba import njit, prange


@njit(inline="always")
def dearness(price):
    """Return how dear a shop is: the log of its price in 100 RMB."""
    return np.log(price / 100.0)


@njit(inline="always")
def level_of_trust(displayed, sales_weight, levels):
    """Return by what e^utility grows from one of ``levels`` of trust in displayed sales to the next."""
    return np.exp(sales_weight * np.log1p(displayed) / (levels - 1))


@njit(cache=True, parallel=True, error_model="numpy")
def attract(
    rating, displayed, price, sensitivity, quality_weight, sales_weight, levels, known_price, price_effect,
    utility, best,
):  # fmt: skip
    """Fill e^utility of every shop for every class, ``utility`` (G, S), and the ``best`` by category (G, C).

    ``rating``, ``displayed`` and ``price`` have shape (S,), ``sensitivity`` (segments,). What a price makes
    of e^utility, ``price_effect`` (S, segments), is kept for as long as it is the ``known_price`` (S,).
    """
    n = rating.size // best.shape[1]
    for c in prange(best.shape[1]):
        best[:, c] = 0.0
        for s in range(c * n, (c + 1) * n):
            if price[s] != known_price[s]:
                known_price[s] = price[s]
                for k in range(sensitivity.size):
                    price_effect[s, k] = np.exp(-sensitivity[k] * dearness(price[s]))
            good = np.exp(quality_weight * rating[s])
            step = level_of_trust(displayed[s], sales_weight, levels)
            for k in range(sensitivity.size):
                weight = good * price_effect[s, k]
                for g in range(k * levels, (k + 1) * levels):
                    utility[g, s] = weight
                    best[g, c] = max(best[g, c], weight)
                    weight *= step
