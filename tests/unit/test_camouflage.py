"""Camouflage hides what sets brushed orders apart: parcels, page views, busy accounts."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from sim import Market, World
from sim.kernels.leave_traces import views_of_tasks
from sim.kernels.organising import most_tasks
from sim.phases.review import review
from sim.state.today import Tasks
from sim.trade.business import capacity, quote

COVERS = (0.0, 0.25, 0.5, 1.0)


@pytest.fixture(scope="module", params=[1, 2, 3])
def market(request: pytest.FixtureRequest) -> Market:
    """A small market in which all would brush, after forty days."""
    world = World()
    world.market.n_shops = 300
    world.brushing.opportunist_share, world.brushing.moral_cost = 1.0, 0.0
    return Market(world, None, seed=request.param).run(40)


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
    trade, adaptation = market.branch().state.trade, market.state.parameters.adaptation
    most, tasks = market.state.parameters.trade.tasks_per_account, []
    trade.workers[0], trade.staff[0] = 30_000, 1e9
    for camouflage in (0.0, 0.5, 1.0):
        trade.camouflage[0] = camouflage
        assert quote(trade).cover[0] == adaptation.hidden_share * camouflage
        tasks.append(most_tasks.py_func(camouflage, most, adaptation.rotation, adaptation.hidden_share))
        assert capacity(trade, 0) == int(1000 * tasks[-1])
    assert tasks[0] == most > tasks[1] > tasks[2]


@pytest.mark.parametrize("camouflage", [0.0, 1.0])
def test_what_an_organiser_hides_is_hidden_in_the_traces_of_a_day(market: Market, camouflage: float) -> None:
    branch = market.branch()
    branch.state.trade.camouflage[:] = camouflage
    branch.state.switched_off = replace(branch.state.switched_off, evasion=True)
    tasks = branch.run(10).today.tasks
    cover = branch.state.parameters.adaptation.hidden_share * camouflage
    assert tasks.n > 10
    assert tasks.cover[tasks.count > 0] == pytest.approx(cover)
