"""Camouflage hides what sets brushed orders apart: parcels, page views, busy accounts."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import numpy as np
import pytest
from willing import willing_world

from sim import Market
from sim.kernels.leave_traces import views_of_tasks
from sim.kernels.organising import most_tasks
from sim.phases.review import review
from sim.state.today import Tasks
from sim.trade.business import employ

COVERS = (0.0, 0.25, 0.5, 1.0)


@pytest.fixture(scope="module", params=[1, 2, 3])
def market(request: pytest.FixtureRequest) -> Market:
    """A small market in which all would brush, after forty days."""
    return Market(willing_world(), None, seed=request.param).run(40)


def under(market: Market, cover: float, orders: int = 100) -> Tasks:
    """Return a day on which every shop buys ``orders`` from an organiser with ``cover``."""
    n = market.state.shops.n
    return replace(market.today.tasks, count=np.full(n, orders), cover=np.full(n, cover))


def recognised(market: Market, tasks: Tasks) -> np.ndarray:
    """Return how many brushed parcels are recognised, by shop."""
    world, today = market.state.parameters, copy(market.today)
    today.clock, today.tasks = market.state.clock, tasks
    today.sales = replace(today.sales, flagged_parcels=np.zeros(market.state.shops.n, dtype=np.int64))
    review(today, market.state.shops, world.brushing, world.traces)
    return today.sales.flagged_parcels


def test_flagged_parcels_fall_to_the_share_of_the_shop_s_genuine_ones(market: Market) -> None:
    blatant, shops = market.state.parameters.traces.brushed_parcel_flag, market.state.shops
    flagged = [recognised(market, under(market, cover)) / 100 for cover in COVERS]
    for cover, share in zip(COVERS, flagged, strict=True):
        expected = blatant + cover * np.minimum(shops.parcel_flag - blatant, 0)
        np.testing.assert_allclose(share, expected, atol=0.01)
    assert flagged[-1].mean() < 0.5 * flagged[0].mean()


def test_page_views_rise_to_those_of_buyers(market: Market) -> None:
    traces, demand = market.state.parameters.traces, market.state.parameters.demand
    days = [under(market, cover) for cover in COVERS]
    least, natural = traces.views_per_task, demand.looks / demand.purchase_probability
    views = [views_of_tasks.py_func(day.count, day.cover, least, natural).mean() / 100 for day in days]
    more = natural - least
    assert views == pytest.approx([least + cover * more for cover in COVERS], abs=0.01)
    assert views[-1] > 2 * views[0]


def test_tasks_are_spread_over_more_accounts(market: Market) -> None:
    terms, adaptation = market.state.parameters.trade, market.state.parameters.adaptation
    nobody = np.zeros(market.state.trade.n, dtype=np.int64)
    wanted, capacities = nobody + 10, []
    for hidden in (0.0, 0.4, 0.9):
        branch = market.branch().state
        branch.trade.workers[:], branch.trade.staff[:], branch.trade.is_open[:] = 1_000, 1e9, True
        branch.trade.pool = np.tile(np.arange(1_000, dtype=np.int32), (nobody.size, 1))
        branch.trade.parameters.worker_quit_rate = 0.0
        capacity = employ(branch.clock, branch.trade, (nobody, wanted, wanted * hidden), branch.buyers)
        tasks = most_tasks.py_func(hidden, terms.tasks_per_account, adaptation.rotation)
        assert capacity.tolist() == [int(1000 * tasks / 30)] * nobody.size
        capacities.append(tasks)
    assert capacities[0] == terms.tasks_per_account > capacities[1] > capacities[2]


@pytest.mark.parametrize("camouflage", [0.0, 0.3, 1.0])
def test_what_a_campaign_buys_is_hidden_in_its_traces_and_paid_for(market: Market, camouflage: float) -> None:
    branch = market.branch()
    branch.state.campaigns.cover[:] = camouflage
    branch.adopt(None, ("evasion",))
    tasks, adaptation = branch.run(10).today.tasks, branch.state.parameters.adaptation
    served = tasks.count > 0
    assert tasks.n > 10
    assert tasks.cover[served] == pytest.approx(adaptation.hidden_share * camouflage)
    price = adaptation.camouflage_price * (camouflage + camouflage**2) / 2
    assert tasks.camouflage_price[served] == pytest.approx(price)
    assert tasks.covered == pytest.approx(tasks.n * adaptation.hidden_share * camouflage)


def test_without_evasion_everybody_gets_what_customers_of_the_organiser_had(market: Market) -> None:
    branch = market.branch()
    state, day = branch.state, branch.day
    campaigns, trade = state.campaigns, state.trade
    rng = np.random.default_rng(1)
    campaigns.cover[:], campaigns.level[:] = rng.random(state.shops.n), rng.integers(1, 9, state.shops.n)
    campaigns.organiser[:] = rng.integers(-1, trade.n - 1, state.shops.n)
    campaigns.until[:] = day + rng.integers(0, 20, state.shops.n)
    branch.adopt(None, ("evasion",))
    running = campaigns.until > day
    level, cover, by = campaigns.level[running], campaigns.cover[running], campaigns.organiser[running]
    mean = np.average(cover, weights=level)
    for place in range(trade.n - 1):
        mine = by == place
        expected = np.average(cover[mine], weights=level[mine]) if mine.any() else mean
        assert trade.fixed_cover[place] == pytest.approx(expected)
    assert trade.fixed_cover[-2:] == pytest.approx(mean)
    assert branch.run(25).today.tasks.n > 10
    served, fixed = branch.today.tasks.count > 0, trade.fixed_cover[campaigns.organiser]
    assert campaigns.cover[served] == pytest.approx(fixed[served])
    assert np.all(np.isnan(branch.adopt(None).state.trade.fixed_cover))
