"""How fast: draws, demand, a day, a run. `make bench` runs these; the default test run skips them.

Each timed piece also asserts the amount of work it did, so that a faster number cannot come from
doing less.
"""

import numba
import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market
from sim.chance import Stream, day_key, uniforms
from sim.demand import place_orders
from sim.ranking import rank_shops


@pytest.fixture(scope="module")
def base() -> Market:
    config = load_config(["market=base"])
    return Market(config.world, build_package(config.package), seed=1, threads=2).run(30)


def test_draws(benchmark):
    who, key = np.arange(1_000_000), day_key(1, Stream.VISIT, 1)
    draws = benchmark(uniforms, key, who)
    benchmark.extra_info["draws"] = draws.size
    assert abs(draws.mean() - 0.5) < 0.002


@pytest.mark.parametrize("threads", [1, 2])
def test_demand(benchmark, base, threads):
    attention = rank_shops(base.shops, base.ranking, base.seed, base.day, base.demand.per_category)
    numba.set_num_threads(threads)
    orders = benchmark(
        place_orders,
        base.demand,
        base.buyers,
        base.shops,
        attention,
        base.ranking.direct_share,
        base.seed,
        base.day,
    )
    benchmark.extra_info["orders"], benchmark.extra_info["visits"] = orders.n, int(orders.visits.sum())
    assert 5_000 < orders.n < 10_000


def test_day(benchmark, base):
    market = base.branch()
    numba.set_num_threads(2)
    benchmark(market.step)
    assert 5_000 < market.rows[-1]["genuine_orders"] < 10_000


@pytest.mark.parametrize("size, days", [("small", 365), ("base", 365)])
def test_run(benchmark, size, days):
    config = load_config([f"market={size}"])

    def run() -> Market:
        return Market(config.world, build_package(config.package), seed=1, threads=2).run(days)

    market = benchmark.pedantic(run, rounds=1, warmup_rounds=1)
    benchmark.extra_info["orders"] = int(market.daily()["genuine_orders"].sum())
    assert len(market.rows) == days
