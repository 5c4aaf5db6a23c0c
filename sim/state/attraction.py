"""What attracts buyers to shops, and how often they order there by the exact law."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq

from sim.kernels import attraction as kernels
from sim.kernels import orders, probabilities
from sim.parameters import DemandParameters
from sim.state.buyers import N_CLASSES, TRUST_LEVELS, segment_sensitivity
from sim.state.demand import Demand
from sim.state.shops import Shops
from sim.state.today import Attention

TRUST_GRID = tuple(np.linspace(0, 1, TRUST_LEVELS))
NODES, WEIGHTS = np.polynomial.laguerre.laggauss(16)


@lru_cache(maxsize=8)
def position_weights(n: int, exponent: float) -> np.ndarray:
    """Return position^−η for positions 1 … n."""
    return np.arange(1, n + 1, dtype=float) ** -exponent


def attract(demand: Demand, shops: Shops, log_displayed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return e^utility (N_CLASSES, n_shops) from today's ratings, displayed sales and prices.

    The second array (N_CLASSES, n_categories) holds the highest of each category.
    """
    price_effect = know_prices(demand, shops)
    utility = np.empty((shops.n, N_CLASSES)).T
    best = np.empty((N_CLASSES, shops.n // demand.per_category))
    taste = float(demand.parameters.quality_weight), float(demand.parameters.sales_weight), TRUST_LEVELS
    columns = shops.rating, log_displayed, price_effect
    kernels.attract(best.shape[1], taste, columns, utility, best)
    return utility, best


def know_prices(demand: Demand, shops: Shops) -> np.ndarray:
    """Return what each price makes of e^utility in each segment (n_shops, SEGMENTS)."""
    sensitivity = demand.parameters.price_sensitivity, demand.parameters.price_sensitivity_spread
    if sensitivity != demand.known_sensitivity:
        demand.known_sensitivity = sensitivity
        demand.known_price[:] = 0.0
    kernels.know_prices(
        shops.price, segment_sensitivity(demand.parameters), demand.known_price, demand.price_effect
    )
    return demand.price_effect


def attraction(
    shops: Shops,
    config: DemandParameters,
    trust: Sequence[float] = TRUST_GRID,
    slots: np.ndarray | slice = slice(None),
) -> np.ndarray:
    """Return e^utility: β_q·rating + trust·β_s·log1p(sales) − sensitivity·log(price / 100 RMB).

    One row for each segment and, within it, each level of ``trust``: shape (segments·levels, n_slots).
    """
    sensitivity = segment_sensitivity(config)[:, None]
    rating, price = shops.rating[slots], shops.price[slots]
    quality = np.exp(config.quality_weight * rating - sensitivity * np.log(price / 100))
    sales = np.log1p(shops.displayed[slots]) * config.sales_weight
    popularity = np.exp(np.asarray(trust)[:, None] * sales)
    return (quality[:, None] * popularity).reshape(-1, rating.size)


def season(config: DemandParameters, day: int) -> float:
    """Return the multiple of the visit rate on ``day``."""
    swing = 1 + config.season_amplitude * np.cos(2 * np.pi * day / 365)
    return float(swing * (config.festival_multiple if day % 365 in config.festival_days else 1))


def purchase_probabilities(
    attention: np.ndarray, utility: np.ndarray, outside: float, looks: int
) -> np.ndarray:
    """Return each shop's probability of an order in one visit to its category (exact law, (n,))."""
    out = np.empty(attention.size)
    probabilities.purchase_probabilities(attention, utility, outside, looks, NODES, WEIGHTS, out)
    return out


def mean_probabilities(
    attention: np.ndarray, utility: np.ndarray, outside: float, looks: int, per_category: int
) -> np.ndarray:
    """Return the probabilities of an order (n_shops,) averaged over the classes given (G, n_shops)."""
    out = np.zeros(attention.size)
    for first in range(0, attention.size, per_category):
        block = slice(first, first + per_category)
        for kind in range(utility.shape[0]):
            out[block] += purchase_probabilities(attention[block], utility[kind, block], outside, looks)
    return out / utility.shape[0]


def trusting(utility: np.ndarray) -> np.ndarray:
    """Return the rows (SEGMENTS, n_shops) of the classes that trust displayed sales fully."""
    return utility[TRUST_LEVELS - 1 :: TRUST_LEVELS]


def fit_outside(demand: Demand, attention: Attention, utility: np.ndarray, sample: int = 20) -> float:
    """Return e^utility of leaving at which a visit ends in an order with the probability stated.

    ``utility`` is that of `attract`. Solved on the exact law over (at most ``sample``) categories,
    so the number of orders is a fact of the scenario and not an accident of its other parameters.
    """
    n = min(attention.share.size, sample * demand.per_category)
    known = demand.parameters, demand.per_category, attention.share[:n], trusting(utility)[:, :n]
    return float(np.exp(brentq(excess_orders, -20, 20, args=known, xtol=1e-10)))


def excess_orders(
    log_outside: float, config: DemandParameters, per_category: int, share: np.ndarray, utility: np.ndarray
) -> float:
    """Return by how much visits end in an order more often than stated, for an outside option.

    No closure: the solver wraps what it is given in a function that refers to itself, and so holds it until
    Python's collector comes by.
    """
    probability = mean_probabilities(share, utility, np.exp(log_outside), config.looks, per_category)
    return float(probability.sum() * per_category / share.size - config.purchase_probability)


def promises(demand: Demand, attention: Attention) -> np.ndarray:
    """Return the quality that displayed sales promise beyond the category's mean at full trust (n_shops,)."""
    parameters, n = demand.parameters, demand.per_category
    out = np.empty(attention.share.size)
    weights = float(parameters.sales_weight), float(parameters.quality_weight)
    orders.make_promises(out.size // n, *weights, n, attention.log_displayed, out)
    return out


def price_slopes(parameters: DemandParameters) -> np.ndarray:
    """Return the marginal utility of log price in each segment, at least 0.05."""
    return np.maximum(segment_sensitivity(parameters), 0.05)
