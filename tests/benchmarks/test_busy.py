"""What a second thread costs and brings beside other work, with made-up neighbours on every core."""

import os
from statistics import median
from time import perf_counter

import pytest
from comparison import ratio_of
from markets import branch, expect_same
from neighbours import neighbours
from notes import as_info, note

pytestmark = pytest.mark.benchmark(group="busy")

DAYS = {300: 60, 600: 40, 2_000: 20, 20_000: 4, 50_000: 2}
"""Days of a turn: long beside the slices of time that the system deals out."""

TURNS = 12


@pytest.mark.parametrize("busy", [0, os.cpu_count() or 1], ids=["quiet", "busy"])
@pytest.mark.parametrize("n_shops", DAYS)
def test_threads_beside_other_work(benchmark, n_shops, busy):
    """Turns on one thread, on two, and on as many as there are cores."""
    markets = {threads: branch(n_shops, threads) for threads in (1, 2, 0)}
    seconds = {threads: [] for threads in markets}

    def turn(kept=True):
        for threads, market in markets.items():
            start = perf_counter()
            market.run(DAYS[n_shops])
            if kept:
                seconds[threads].append((perf_counter() - start) / DAYS[n_shops])

    with neighbours(busy):
        turn(kept=False)  # kernels learn how long their rows take
        benchmark.pedantic(turn, rounds=TURNS)
    expect_same(markets.values())
    one, two, every = (seconds[threads] for threads in markets)
    better = [min(pair) for pair in zip(one, two, strict=True)]
    figures = {"one_ms": 1e3 * median(one), "two_ms": 1e3 * median(two), "every_ms": 1e3 * median(every)}
    ratios = as_info("two_over_one", ratio_of(two, one)) | as_info(
        "every_over_better", ratio_of(every, better)
    )
    note(benchmark, n_shops, 2, neighbours=busy, days=DAYS[n_shops] * TURNS, **figures, **ratios)
