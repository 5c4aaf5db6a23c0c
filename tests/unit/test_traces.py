"""Traces are what a patient clerk would count."""

import numpy as np
import pytest

from sim import Market, World
from sim.contract import WINDOWS
from sim.kernels.orders import edge
from sim.parameters import TraceParameters
from sim.phases.leave_traces import record_traces
from sim.state.traces import QUANTITIES, make_traces


def test_windows_are_sums_of_days():
    world = World()
    world.market.n_shops = 300
    world.brushing.opportunist_share, world.shops.leave_rate, world.shops.entrant_rate = 0.9, 0.0, 0.0
    world.shops.growth = 0.0
    market = Market(world, None, seed=5)
    days, genuine = [], []
    for _ in range(70):
        market.step()
        today = np.vstack([market.state.traces.sums[0], market.state.traces.turnover_sums[0]])
        days.append((today, market.today.tasks.count.copy()))
        genuine.append(np.bincount(market.today.sales.purchases.place, minlength=300))
    for w, length in enumerate(WINDOWS):
        sums = np.vstack([market.state.traces.sums[w], market.state.traces.turnover_sums[w]])
        assert np.array_equal(sums, sum(day for day, _ in days[-length:]))
    assert np.array_equal(market.state.traces.brushed_30, sum(count for _, count in days[-30:]))
    assert np.array_equal(market.state.traces.genuine_30(), sum(genuine[-30:]))
    assert market.state.traces.brushed_30.sum() > 0


@pytest.mark.parametrize("quantity", ["views", "turnover", "brushed"])
@pytest.mark.parametrize("when", [0, 17])
def test_a_day_larger_than_its_place_is_counted_all_the_same(quantity: str, when: int) -> None:
    rng, traces, days = np.random.default_rng(1), make_traces(5, TraceParameters()), []
    for day in range(65):
        today = {name: rng.integers(0, 50, 5) for name in QUANTITIES}
        brushed = rng.integers(0, 9, 5)
        if day == when:
            today.get(quantity, brushed)[2] = 10**10 if quantity == "turnover" else 10**5
        record_traces(traces, today, brushed, day)
        days.append((np.array([today[name] for name in QUANTITIES]), brushed))
        for w, length in enumerate(WINDOWS):
            sums = np.vstack([traces.sums[w], traces.turnover_sums[w]])
            assert np.array_equal(sums, sum(counts for counts, _ in days[-length:]))
        assert np.array_equal(traces.brushed_30, sum(count for _, count in days[-30:]))


def test_recent_orders_of_accounts_are_those_of_thirty_days(small_market):
    log = []
    small_market.run(35)
    for _ in range(30):
        small_market.step()
        log.extend(small_market.state.traces.accounts[(small_market.day - 1) % 30])
    counted = np.bincount(np.concatenate(log), minlength=small_market.state.buyers.n)
    assert np.array_equal(counted, small_market.state.buyers.recent_orders)


@pytest.mark.parametrize("seed", [1, 2])
def test_repeats_are_what_a_patient_clerk_would_count(seed: int) -> None:
    world = World()
    world.market.n_shops, world.shops.leave_rate, world.brushing.opportunist_share = 300, 0.0, 0.9
    world.shops.growth = 0.0
    market, last = Market(world, None, seed=seed), {}
    for day in range(50):
        market.run(1)
        repeats = np.zeros(300, dtype=int)
        tasks, orders = market.today.tasks, market.today.sales.purchases
        parts = (tasks.account, orders.account), (tasks.shop, orders.place)
        for account, shop in zip(*(np.concatenate(part).tolist() for part in parts), strict=True):
            at, when = last.get(account, (-1, day))
            repeats[shop] += at == shop and day - when <= 30
            last[account] = shop, day
        assert np.array_equal(market.state.traces.sums[0, 2], repeats)
    assert repeats.sum() > 5


@pytest.mark.parametrize("seed", range(5))
def test_a_day_s_orders_are_shared_out_whole_account_by_whole_account(seed: int) -> None:
    rng = np.random.default_rng(seed)
    account = np.repeat(np.arange(60), rng.geometric(0.2, 60)).astype(np.int32)
    for parts in (1, 2, 3, 64, 500):
        edges = [edge.py_func(account, k, parts) for k in range(parts + 1)]
        assert edges == sorted(edges) and (edges[0], edges[-1]) == (0, account.size)
        inner = [at for at in edges if 0 < at < account.size]
        assert all(account[at] != account[at - 1] for at in inner)
        assert len(set(inner)) >= min(parts - 1, 20)
    assert [edge.py_func(account[:0], k, 4) for k in range(5)] == [0] * 5


def test_workers_look_more_task_like_than_buyers():
    world = World()
    world.market.n_shops = 300
    world.brushing.opportunist_share = 0.9
    market = Market(world, None, seed=6).run(150)
    orders, task_like = market.state.traces.sums[2, 0], market.state.traces.sums[2, 1]
    heavy = market.state.traces.brushed_30 > 0.5 * np.maximum(orders, 1)
    clean = market.state.traces.brushed_30 == 0
    assert task_like[heavy].sum() / orders[heavy].sum() > 3 * task_like[clean].sum() / orders[clean].sum()


def test_a_new_shop_starts_with_a_clean_record():
    world = World()
    world.market.n_shops = 300
    world.shops.leave_rate, world.shops.entrant_rate = 1.0, 3.0
    market = Market(world, None, seed=5).run(60)
    young = np.flatnonzero((market.state.shops.age(market.day) <= 3) & market.state.shops.open)
    assert young.size
    assert (market.state.shops.rating_count[young] < 40).all()
    assert (market.state.campaigns.last_brushed_day[young] <= market.day).all()
    oldest = market.state.shops.age(market.day)[young].max()
    assert market.state.traces.sums[2, 0][young].max() <= market.state.traces.sums[0, 0].max() * (oldest + 1)
