"""Who pays what to whom in a day's trade, to the fen."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Market, World
from sim.settlement import Ledger, settle_brushing, settle_genuine

SEEDS = [1, 2, 3]


@pytest.fixture(params=SEEDS)
def market(request: pytest.FixtureRequest) -> Market:
    """A small market in which all would brush, after forty days, with camouflage to pay for."""
    world = World()
    world.market.n_shops = 300
    world.brushing.opportunist_share, world.brushing.moral_cost = 1.0, 0.0
    market = Market(world, None, seed=request.param).run(40)
    for organiser in market.organisers:
        organiser.camouflage = 0.5
    return market.run(1)


def empty(market: Market) -> Ledger:
    return Ledger(np.zeros(market.shops.n, dtype=np.int64), np.zeros(len(market.organisers), dtype=np.int64))


def test_a_brushed_order_costs_fee_commission_parcel_and_camouflage(market: Market) -> None:
    world, tasks, ledger = market.world, market.tasks, empty(market)
    slots = np.flatnonzero(tasks.count)
    count, value, by = tasks.count[slots], tasks.value[slots] / 100, tasks.organiser[slots]
    settle_brushing(ledger, tasks, slots[:5], market.trade, world)
    fee = np.array([organiser.fee for organiser in market.organisers])[by]
    paid = np.zeros(market.shops.n)
    paid[slots] = value * (fee + world.shops.commission)
    paid[slots] += count * (world.brushing.parcel_cost + tasks.camouflage_price[slots])
    paid[slots[:5]] += world.trade.membership_fee
    assert tasks.n > 20 and tasks.camouflage_price[slots].min() > 0
    np.testing.assert_allclose(-ledger.merchants / 100, paid, atol=0.03)
    n, trade = len(market.organisers), world.trade
    income = np.bincount(by, value, n) * trade.cut + np.bincount(by[:5], minlength=n) * trade.membership_fee
    staff = np.bincount(by, count, n) / trade.reviews_per_staff * trade.staff_cost
    np.testing.assert_allclose(ledger.organisers / 100, income - staff, atol=0.2)
    assert ledger.total() == 0


def test_a_genuine_order_that_stands_brings_its_margin_less_commission_and_fixed_cost(market: Market) -> None:
    world, shops, ledger = market.world, market.shops, empty(market)
    turnover = market.sales.turnover
    settle_genuine(ledger, turnover, shops, world)
    fixed = 100 * world.shops.fixed_cost * shops.open
    earned = turnover * (shops.margin - world.shops.commission) - fixed
    np.testing.assert_allclose(ledger.merchants, earned, atol=1)
    assert ledger.others["buyers"] == -turnover.sum() and ledger.total() == 0


def test_a_returned_order_brings_neither_money_nor_sales(market: Market) -> None:
    market.world.shops.leave_rate = 0.0
    before = market.shops.displayed * 0.5 ** (1 / market.ranking.displayed_half_life)
    market.run(1)
    orders, n = market.orders, market.shops.n
    kept = ~orders.returned
    assert 0.02 < orders.returned.mean() < 0.5
    standing = np.bincount(orders.shop[kept], minlength=n)
    value = np.bincount(orders.shop[kept], orders.value[kept], n)
    assert np.array_equal(market.sales.turnover, value)
    np.testing.assert_allclose(market.shops.displayed - before, standing + market.tasks.count, atol=1e-9)
    assert np.array_equal(market.traces.sums[0, 4], np.bincount(orders.shop[orders.returned], minlength=n))
    assert market.rows[-1]["brushed_share"] == market.tasks.n / (market.tasks.n + standing.sum())
