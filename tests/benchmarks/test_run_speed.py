"""How fast whole runs are: a year from the opening on, kernels compiled."""

import pytest
from markets import open_market, recounting, tally
from notes import counts, note

pytestmark = pytest.mark.benchmark(group="run")

YEAR = 365


@pytest.mark.parametrize(("n_shops", "rounds"), [(300, 3), (2_000, 1)])
def test_run(benchmark, n_shops, rounds):
    with recounting() as works:
        truth = tally(open_market(n_shops, YEAR), YEAR)
    ended = []
    benchmark.pedantic(lambda: ended.append(open_market(n_shops, YEAR, threads=2)), rounds=rounds)
    assert all(tally(market, YEAR) == truth for market in ended)
    draws = sum(work.draws for work in works)
    assert truth.orders > YEAR * n_shops and draws > 2 * sum(work.buyers for work in works)
    note(benchmark, n_shops, 2, **counts(truth, draws), days=YEAR)
