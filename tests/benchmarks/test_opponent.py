"""The engine against the same model as plain Mesa agents: the same days, all phases, in turns."""

from statistics import median
from time import perf_counter

import pytest
from comparison import ratio_of
from markets import SEED, config_of, open_market, recounting, tally
from notes import as_info, counts, note
from oracle import AgentMarket
from reference_states import row_differences

from policies import build_package

pytestmark = pytest.mark.benchmark(group="opponent")

DAYS = {2_000: (10, 6, 10), 20_000: (1, 4, 3)}
"""Days before, rounds that are timed, and days in each.

A round is some days on end, as markets are lived: a lone day of the engine between days of the agents finds
the caches full of theirs.
"""


@pytest.mark.parametrize("n_shops", DAYS)
def test_day_against_agents(benchmark, n_shops):
    warm, rounds, days = DAYS[n_shops]
    one, two = open_market(n_shops, warm, threads=1), open_market(n_shops, warm, threads=2)
    config = config_of(n_shops)
    agents = AgentMarket(config.world, build_package(config.status_quo), seed=SEED).run(warm)
    seconds = {"agents": [], "one": [], "two": []}

    def timed(name, live):
        start = perf_counter()
        live()
        seconds[name].append(perf_counter() - start)

    def others():
        timed("agents", lambda: agents.run(days))
        timed("one", lambda: one.run(days))

    benchmark.pedantic(timed, args=("two", lambda: two.run(days)), setup=others, rounds=rounds)
    days *= rounds
    assert not any(row_differences(a, b) for a, b in zip(two.rows, agents.rows, strict=True))
    with recounting() as works:
        truth = tally(open_market(n_shops, warm).run(days), days)
    assert tally(one, days) == tally(two, days) == truth
    held = counts(truth, sum(work.draws for work in works[warm:])) | {"days": days, "warm_days": warm}
    times = {f"{name}_ms": 1e3 * median(spent) * rounds / days for name, spent in seconds.items()}
    ratios = as_info("agents_over_one", ratio_of(seconds["agents"], seconds["one"]))
    ratios |= as_info("agents_over_two", ratio_of(seconds["agents"], seconds["two"]))
    note(benchmark, n_shops, 2, **held, buyers=two.state.buyers.n, **times, **ratios)
