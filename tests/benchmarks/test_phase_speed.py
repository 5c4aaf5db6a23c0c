"""How long each phase of a day takes, and each compiled function in it."""

from time import perf_counter

import pytest
from markets import branch, untimed
from notes import LARGE, expect, note
from stopwatch import PHASES, by_phase, watch_kernels, watch_phases

DAYS = {300: 60, 2_000: 30, 20_000: 10, 200_000: 3, 1_000_000: 3}


@pytest.mark.benchmark(group="phase")
@pytest.mark.parametrize("n_shops", [300, 2_000, 20_000, 200_000, LARGE])
def test_phases(benchmark, n_shops):
    days = DAYS[n_shops]
    untimed(n_shops, days)  # before there is another large market
    market = branch(n_shops, threads=2)
    with watch_phases(market) as watch:
        start = perf_counter()
        benchmark.pedantic(market.run, args=(1,), rounds=days)
        whole = perf_counter() - start
    seconds = by_phase(watch, whole)
    assert seconds.keys() == {*PHASES, "other"} and seconds["other"] < 0.2 * whole
    phases = {phase: 1e3 * spent / days for phase, spent in seconds.items()}
    note(benchmark, n_shops, 2, **expect(market, n_shops, days), phases_ms=phases)


@pytest.mark.benchmark(group="compiled")
@pytest.mark.parametrize("n_shops", [2_000])
def test_compiled_functions(benchmark, n_shops):
    market, days = branch(n_shops, threads=1), DAYS[n_shops]
    with watch_kernels() as watch:
        benchmark.pedantic(market.run, args=(1,), rounds=days)
    kernels = {name: 1e3 * spent / days for name, spent in watch.seconds.most_common()}
    calls = {name: n / days for name, n in watch.calls.items()}
    note(benchmark, n_shops, 1, **expect(market, n_shops, days), phases_ms=kernels, calls=calls)
