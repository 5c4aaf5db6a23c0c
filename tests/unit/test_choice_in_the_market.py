"""Orders in a market follow the law: trust weighs displayed sales, direct traffic passes the ranking by."""

from __future__ import annotations

import numpy as np
import pytest
from evenings import attention_of
from scipy import stats

from sim import Market, World
from sim.phases.buy import place_orders
from sim.state.attraction import attract, attraction, mean_probabilities

DAYS = 20


@pytest.fixture(params=[1, 2])
def market(request: pytest.FixtureRequest) -> Market:
    """A small market after twenty days, its buyers without memory of what they were promised."""
    world = World()
    world.market.n_shops = 300
    market = Market(world, None, seed=request.param).run(20)
    market.state.buyers.sales_mistrust[:] = 0
    return market


def observed_and_expected(market: Market, trust: float) -> tuple[np.ndarray, np.ndarray]:
    """Return orders by shop on many days on which nothing changes, and what the law expects of them."""
    (platform,), clock, attention = market.state.platforms, market.state.clock, attention_of(market)
    demand, shops = platform.demand, market.state.shops
    observed, visits = np.zeros(shops.n), np.zeros(shops.n // demand.per_category)
    for day in range(market.day, market.day + DAYS):
        orders = place_orders(clock._replace(day=day), platform, attention, shops, market.state.buyers)
        observed += np.bincount(orders.shop, minlength=shops.n)
        visits += orders.visits
    utility = attraction(shops, demand.parameters, [trust])
    looks = demand.parameters.looks
    law = mean_probabilities(attention.share, utility, demand.outside, looks, demand.per_category)
    return observed, law * np.repeat(visits, demand.per_category)


def pvalue(observed: np.ndarray, expected: np.ndarray) -> float:
    """Return that of a chi-square test over groups of shops that expect at least 25 orders each."""
    order = np.argsort(expected)
    group = (np.cumsum(expected[order]) // 25).astype(int)
    table = [np.bincount(group, values[order]) for values in (observed, expected)]
    full = table[1] > 10
    return float(stats.chi2.sf(((table[0] - table[1])[full] ** 2 / table[1][full]).sum(), full.sum()))


@pytest.mark.parametrize("trust", [1.0, 2 / 3, 0.0])
def test_displayed_sales_weigh_as_buyers_trust_them(market: Market, trust: float) -> None:
    market.state.buyers.sales_mistrust[:] = (1 - trust) / market.state.buyers.sales_scale
    assert pvalue(*observed_and_expected(market, trust)) > 1e-4
    other = 1.0 if trust < 0.5 else 0.0
    assert pvalue(observed_and_expected(market, trust)[0], observed_and_expected(market, other)[1]) < 1e-6


def test_a_hidden_shop_sells_to_those_who_come_directly(market: Market) -> None:
    best = np.argsort(-market.state.shops.displayed)[:30]
    before = observed_and_expected(market, 1.0)[0][best].sum()
    market.state.shops.hidden_until[best] = market.day + 1000
    observed, expected = observed_and_expected(market, 1.0)
    assert 30 < expected[best].sum() < 0.7 * before
    assert abs(observed[best].sum() - expected[best].sum()) < 4.5 * np.sqrt(expected[best].sum())
    assert pvalue(observed, expected) > 1e-4


def test_shops_alike_but_for_their_place_in_the_list_are_equally_attractive(market: Market) -> None:
    shops = market.state.shops
    for values in (shops.rating, shops.displayed, shops.price):
        values[:] = values.mean()
    attention = attention_of(market)
    utility, _ = attract(market.state.platforms[0].demand, shops, attention.log_displayed)
    assert attention.share.max() > 5 * np.median(attention.share)
    np.testing.assert_allclose(utility / utility[:, :1], 1, rtol=1e-12)


def test_a_closed_shop_sells_nothing(market: Market) -> None:
    best = np.argsort(-market.state.shops.displayed)[:30]
    market.state.shops.open[best] = False
    observed, expected = observed_and_expected(market, 1.0)
    assert observed[best].sum() == expected[best].sum() == 0
    assert pvalue(observed, expected) > 1e-4


@pytest.mark.parametrize(("chunks", "capacity"), [(1, 1), (3, 1), (5, 40), (64, 5000)])
def test_orders_depend_neither_on_the_chunks_of_buyers_nor_on_the_room(
    market: Market, chunks: int, capacity: int
) -> None:
    (platform,), demand = market.state.platforms, market.state.platforms[0].demand
    args = market.state.clock, platform, attention_of(market), market.state.shops, market.state.buyers
    whole = place_orders(*args)
    demand.chunks, demand.capacity = chunks, capacity
    again = place_orders(*args)
    assert whole.n > 500
    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(again, name), values)
