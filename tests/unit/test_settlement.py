"""Who pays what to whom in a day's trade, to the fen."""

from __future__ import annotations

import numpy as np
import pytest
from willing import willing_world

from sim import Market
from sim.phases.settle import settle_brushing, settle_genuine
from sim.state.money import Money

SEEDS = [1, 2, 3]


@pytest.fixture(params=SEEDS)
def market(request: pytest.FixtureRequest) -> Market:
    """A small market in which all would brush, after forty days, with camouflage to pay for."""
    market = Market(willing_world(), None, seed=request.param).run(40)
    market.state.campaigns.cover[:] = 0.5
    return market.run(1)


def emptied(market: Market) -> Money:
    """Return balances of nothing, all merchants and organisers having none either."""
    market.state.merchants.cash[:], market.state.trade.cash[:] = 0, 0
    return Money()


def test_a_brushed_order_costs_fee_commission_parcel_and_camouflage(market: Market) -> None:
    world, tasks, money = market.state.parameters, market.today.tasks, emptied(market)
    shops, merchants, trade = market.state.shops, market.state.merchants, market.state.trade
    slots = np.flatnonzero(tasks.count)
    count, value, by = tasks.count[slots], tasks.value[slots] / 100, tasks.organiser[slots]
    quote = tasks.quote[slots] = np.linspace(0.01, 0.03, slots.size)
    market.today.started = slots[:5]
    costs = np.zeros(shops.n, dtype=np.int64)
    settle_brushing(market.today, (shops, merchants, costs), trade, market.state.founders, money)
    paid = np.zeros(shops.n)
    paid[slots] = value * (trade.fee[by] - world.trade.cut + quote + world.shops.commission)
    paid[slots] += count * (world.brushing.parcel_cost + tasks.camouflage_price[slots])
    paid[slots[:5]] += world.trade.membership_fee
    assert tasks.n > 20 and (tasks.camouflage_price[slots] > 0).mean() > 0.8
    np.testing.assert_allclose(-merchants.cash[shops.owner] / 100, paid, atol=0.03)
    paid[slots[:5]] -= world.trade.membership_fee
    np.testing.assert_allclose(costs / 100, paid, atol=0.03)
    n, terms = trade.n, world.trade
    income = np.bincount(by, value * quote, n) + np.bincount(by[:5], minlength=n) * terms.membership_fee
    staff = np.bincount(by, count, n) / terms.reviews_per_staff * terms.staff_cost
    np.testing.assert_allclose(trade.cash / 100, income - staff, atol=0.2)
    assert money.total(merchants, trade) == 0


def test_a_genuine_order_that_stands_brings_its_margin_less_commission_and_fixed_cost(market: Market) -> None:
    world, shops, money = market.state.parameters, market.state.shops, emptied(market)
    merchants, turnover = market.state.merchants, market.today.sales.turnover
    settle_genuine(market.today, shops, merchants, money)
    fixed = 100 * world.shops.fixed_cost * shops.open
    earned = turnover * (shops.margin - world.shops.commission) - fixed
    np.testing.assert_allclose(merchants.cash[shops.owner], earned, atol=1)
    assert money.balances["buyers"] == -turnover.sum() and money.total(merchants, market.state.trade) == 0


def test_a_returned_order_brings_neither_money_nor_sales(market: Market) -> None:
    market.state.parameters.shops.leave_rate = market.state.parameters.shops.growth = 0.0
    shops = market.state.shops
    before = shops.displayed - shops.sold[:, market.day % shops.sold.shape[1]]
    market.run(1)
    orders, n, tasks = market.today.sales.purchases, shops.n, market.today.tasks
    kept = ~orders.returned
    assert 0.02 < orders.returned.mean() < 0.5
    standing = np.bincount(orders.place[kept], minlength=n)
    value = np.bincount(orders.place[kept], orders.value[kept], n)
    assert np.array_equal(market.today.sales.turnover, value)
    np.testing.assert_allclose(shops.displayed - before, standing + tasks.count, atol=1e-9)
    returned = np.bincount(orders.place[orders.returned], minlength=n)
    assert np.array_equal(market.state.traces.sums[0, 4], returned)
    assert market.rows[-1]["brushed_share"] == tasks.n / (tasks.n + standing.sum())
