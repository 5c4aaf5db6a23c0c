"""How far demand is from its floor: as many draws and random reads, and nothing else."""

from statistics import median
from time import perf_counter

import pytest
from comparison import ratio_of
from floor import floor_of, make_tables
from markets import digest_of, morning, trunk
from notes import LARGE, as_info, note
from stopwatch import watch_kernels

from sim.kernels.threads import use_threads
from sim.state.buyers import N_CLASSES

pytestmark = pytest.mark.benchmark(group="floor")

ROUNDS = 20


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("n_shops", [2_000, 50_000, LARGE])
def test_demand_over_its_floor(benchmark, n_shops, threads):
    buy, work = morning(n_shops)
    demand = trunk(n_shops).state.platforms[0].demand
    tables = make_tables(N_CLASSES, n_shops, demand.per_category, demand.multiples.size)
    floor = floor_of(work, tables)
    use_threads(threads)
    untimed, drained, bottom, kernel, found = digest_of(buy()), floor(), [], [], []

    def read_and_draw():
        start = perf_counter()
        assert floor() == drained
        bottom.append(perf_counter() - start)

    def choose():
        with watch_kernels() as watch:
            found.append(buy())
        kernel.append(sum(watch.seconds.values()))

    benchmark.pedantic(choose, setup=read_and_draw, rounds=ROUNDS)
    assert {digest_of(orders) for orders in found} == {untimed}
    ratio = as_info("over_floor", ratio_of(kernel, bottom))
    times = {"floor_ms": 1e3 * median(bottom), "kernel_ms": 1e3 * median(kernel)}
    note(benchmark, n_shops, threads, **work.counters(), **times, **ratio)
