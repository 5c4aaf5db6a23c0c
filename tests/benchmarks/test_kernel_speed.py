"""How fast kernels are: draws, and a morning's demand."""

from statistics import median

import numpy as np
import pytest
from markets import WARM_DAYS, digest_of, morning
from notes import LARGE, note
from stopwatch import watch_kernels

from sim.chance import Stream, day_key, uniforms
from sim.kernels.threads import use_threads

pytestmark = pytest.mark.benchmark(group="kernel")


def test_draws(benchmark):
    who, key = np.arange(1_000_000), day_key(1, Stream.VISIT, 1)
    untimed = uniforms(key, who)
    draws = benchmark(uniforms, key, who)
    assert np.array_equal(draws, untimed) and abs(draws.mean() - 0.5) < 0.002
    note(benchmark, 0, 1, draws=2 * draws.size)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("n_shops", [2_000, 50_000, LARGE])
def test_demand(benchmark, n_shops, threads):
    """The kernel and, around it, the tables that it reads and the room that it writes to."""
    buy, work = morning(n_shops)
    use_threads(threads)
    untimed, found, kernel = buy(), [], []

    def choose():
        with watch_kernels() as watch:
            found.append(buy())
        kernel.append(sum(watch.seconds.values()))

    benchmark.pedantic(choose, rounds=30 if n_shops <= 2_000 else 10)
    assert {digest_of(orders) for orders in found} == {digest_of(untimed)}
    assert untimed.n == work.orders
    counted = work.counters() | {"warm_days": WARM_DAYS[n_shops], "kernel_ms": 1e3 * median(kernel)}
    note(benchmark, n_shops, threads, **counted)
