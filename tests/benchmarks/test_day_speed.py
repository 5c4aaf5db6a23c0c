"""How fast a warm day is, all phases under the status quo; what a second thread brings."""

from statistics import median
from time import perf_counter

import pytest
from comparison import ratio_of
from markets import branch
from notes import as_info, expect, note

pytestmark = pytest.mark.benchmark(group="day")

DAYS = {2_000: 30, 20_000: 10, 50_000: 10}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("n_shops", [2_000, 20_000])
def test_day(benchmark, n_shops, threads):
    market, days = branch(n_shops, threads), DAYS[n_shops]
    benchmark.pedantic(market.run, args=(1,), rounds=days)
    note(benchmark, n_shops, threads, **expect(market, n_shops, days))


@pytest.mark.parametrize("n_shops", [50_000])
def test_second_thread(benchmark, n_shops):
    """The same days on one thread and on two, in turns."""
    one, two, days, alone, both = branch(n_shops, 1), branch(n_shops, 2), DAYS[n_shops], [], []

    def timed(market, times):
        start = perf_counter()
        market.run(1)
        times.append(perf_counter() - start)

    benchmark.pedantic(timed, args=(two, both), setup=lambda: timed(one, alone), rounds=days)
    held = expect(two, n_shops, days)
    assert held == expect(one, n_shops, days)
    gain = as_info("over_one_thread", ratio_of(alone, both))
    note(benchmark, n_shops, 2, **held, one_thread_ms=1e3 * median(alone), **gain)
