"""How much shops attract the classes of buyers: segments of price sensitivity × levels of trust."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
from sim.kernels.threads import shared


class Taste(NamedTuple):
    """Weights of the rating and of displayed sales in utility, and the number of levels of trust in these."""

    quality_weight: float
    sales_weight: float
    levels: int


@kernel
def know_prices(price, sensitivity, known_price, price_effect):
    """Bring ``price_effect`` (S, segments), (price / 100 RMB)^−sensitivity, up to date with prices (S,).

    It is kept for as long as the price is the ``known_price`` (S,); ``sensitivity`` has shape (segments,).
    """
    for s in range(price.size):
        if price[s] != known_price[s]:
            known_price[s] = price[s]
            for k in range(sensitivity.size):
                price_effect[s, k] = np.exp(-sensitivity[k] * np.log(price[s] / 100.0))


@inner
def level_of_trust(log_displayed, sales_weight, levels):
    """Return by what e^utility grows from one of ``levels`` of trust in displayed sales to the next."""
    return np.exp(sales_weight * log_displayed / (levels - 1))


@shared
def attract(first, last, taste, shops, utility, best):
    """Fill e^utility of every shop for every class, ``utility`` (G, S), and the ``best`` by category (G, C).

    Rows are categories. ``shops`` are rating (S,), log1p of displayed sales (S,), and what their prices make
    of utility (S, segments), as in `know_prices`.
    """
    taste, (rating, log_displayed, price_effect) = Taste(*taste), shops
    n, segments = rating.size // best.shape[1], price_effect.shape[1]
    levels = taste.levels
    for c in range(first, last):
        for g in range(best.shape[0]):
            best[g, c] = 0.0
        for s in range(c * n, (c + 1) * n):
            good = np.exp(taste.quality_weight * rating[s])
            step = level_of_trust(log_displayed[s], taste.sales_weight, levels)
            for k in range(segments):
                weight = good * price_effect[s, k]
                for g in range(k * levels, (k + 1) * levels):
                    utility[g, s] = weight
                    best[g, c] = max(best[g, c], weight)
                    weight *= step
