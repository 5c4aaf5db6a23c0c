"""Orders that the engine counts are those of the exact law of choice, by agents and by cohorts.

What is expected at a shop is a sum over classes of buyers: visits of the class to one category, times the
probability that the law states (`sim.state.attraction.purchase_probabilities`) for its attention and
utilities. What is counted at a shop has at most the variance of a Poisson number with that mean: visits are
a whole number and at most one more, and are thinned. So Σ (observed − expected)² / expected over groups of
shops is at most χ² with as many degrees of freedom as groups; a true law fails once in 10,000 times.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from scipy import stats

from experiments import load_config
from sim import Market
from sim.phases.buy import place_orders
from sim.phases.buy_by_class import buy_by_class
from sim.phases.rank import rank
from sim.state.attraction import attraction, purchase_probabilities, season
from sim.state.buyers import N_CLASSES, TRUST_LEVELS, Buyers
from sim.state.today import Attention, Today

SEEDS, WARMUP, DAYS = (1, 2, 3), 10, 40
BUSY = ("market.n_shops=300", "market.buyers_per_shop=60", "demand.purchase_probability=0.5")
"""Many orders for little time, and visits that end in one so often that later looks matter."""

LEAST, RARE = 25, 1e-4
"""Orders that a group of shops expects at least, and how rarely a true law may fail."""

Law = Callable[[np.ndarray, np.ndarray, float, int], np.ndarray]
WRONG: dict[str, Law] = {
    "one look more": lambda share, weights, outside, looks: purchase_probabilities(
        share, weights, outside, looks + 1
    ),
    "leaving a twentieth more attractive": lambda share, weights, outside, looks: purchase_probabilities(
        share, weights, 1.05 * outside, looks
    ),
    "differences of utility a tenth smaller": lambda share, weights, outside, looks: purchase_probabilities(
        share, weights**0.9 * weights.mean() ** 0.1, outside, looks
    ),
}


def visits_by_class(buyers: Buyers, day: int, multiple: float) -> np.ndarray:
    """Return the visits (G,) that buyers intend on ``day``; an account that is kept stands for many."""
    special = buyers.works | (buyers.banned_until > day)
    weight = np.where(special, 1.0, (buyers.people - special.sum()) / max((~special).sum(), 1))
    rate = weight * buyers.visit_rate * multiple * (1 - buyers.platform_mistrust * buyers.platform_scale)
    trust = 1 - buyers.sales_mistrust * buyers.sales_scale
    classes = buyers.segment * TRUST_LEVELS + np.rint(trust * (TRUST_LEVELS - 1)).astype(int)
    return np.bincount(classes, rate * (buyers.banned_until <= day), N_CLASSES)


def expected_orders(market: Market, attention: Attention, law: Law) -> np.ndarray:
    """Return the orders (S,) that a law expects today."""
    state, demand, day = market.state, market.state.platforms[0].demand, market.day
    n, config, n_shops = demand.per_category, demand.parameters, state.shops.n
    visits = visits_by_class(state.buyers, day, season(config, day)) / (n_shops // n)
    weights, out = attraction(state.shops, config), np.zeros(n_shops)
    for first in range(0, n_shops, n):
        block = slice(first, first + n)
        for kind in np.flatnonzero(visits):
            own = np.ascontiguousarray(weights[kind, block])
            out[block] += visits[kind] * law(attention.share[block], own, demand.outside, config.looks)
    return out


def placed_orders(market: Market, attention: Attention) -> np.ndarray:
    """Let the engine sell for a day; return orders (S,)."""
    state, (platform,) = market.state, market.state.platforms
    if platform.classes is not None:
        today = Today(state.clock, state.shops.n)
        today.attention = attention
        return buy_by_class(today, platform, state.shops, state.buyers).placed
    orders = place_orders(state.clock, platform, attention, state.shops, state.buyers)
    return np.bincount(orders.shop, minlength=state.shops.n)


@cache
def counted(demand: str) -> dict[str, np.ndarray]:
    """Return what the engine counted and what each law expects, by seed and shop."""
    laws = {"exact": purchase_probabilities, **WRONG}
    found = {name: np.zeros((len(SEEDS), 300)) for name in ("observed", *laws)}
    for row, seed in enumerate(SEEDS):
        config = load_config([*BUSY, f"demand={demand}"])
        market = Market(config.world, None, seed=seed).run(WARMUP)
        state = market.state
        attention = rank(state.clock, state.platforms[0], state.shops)
        for _ in range(DAYS):  # on which nothing changes but what buyers believe
            for name, law in laws.items():
                found[name][row] += expected_orders(market, attention, law)
            found["observed"][row] += placed_orders(market, attention)
            state.clock = state.clock._replace(day=state.clock.day + 1)
    return {name: table.ravel() for name, table in found.items()}


def pvalue(observed: np.ndarray, expected: np.ndarray) -> float:
    """Return how likely counts are to be farther from what is expected, by groups of shops or in all."""
    order = np.argsort(expected)
    group = (np.cumsum(expected[order]) // LEAST).astype(int)
    seen, mean = (np.bincount(group, values[order]) for values in (observed, expected))
    full = mean > LEAST / 2
    by_group = stats.chi2.sf(((seen - mean)[full] ** 2 / mean[full]).sum(), full.sum())
    in_all = stats.chi2.sf((seen.sum() - mean.sum()) ** 2 / mean.sum(), 1)
    return float(min(1.0, 2 * min(by_group, in_all)))


@pytest.mark.parametrize("demand", ["agents", "cohorts"])
def test_orders_are_those_of_the_exact_law(demand: str) -> None:
    found = counted(demand)
    assert found["observed"].sum() > 250_000
    assert pvalue(found["observed"], found["exact"]) > RARE


@pytest.mark.parametrize("law", WRONG)
@pytest.mark.parametrize("demand", ["agents", "cohorts"])
def test_another_law_would_be_seen(demand: str, law: str) -> None:
    found = counted(demand)
    assert pvalue(found["observed"], found[law]) < RARE
