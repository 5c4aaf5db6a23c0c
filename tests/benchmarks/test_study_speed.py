"""How fast the runs of a study are: on one thread, each on a branch of its replication's warm-up."""

import pandas as pd
import pytest
from markets import SEED, WARM_DAYS, config_of, recounting, tally, trunk
from notes import counts, note

from experiments import compare
from experiments.settings.schema import RunConfig
from policies import build_package
from sim.market import Market

pytestmark = pytest.mark.benchmark(group="study")

YEAR = 365
SHOPS = 300


def live_a_year(config: RunConfig) -> Market:
    """Do what a study does for one run, storing left out; its configuration was read before."""
    market = trunk(SHOPS).branch().adopt(build_package(config.package))
    market.run(YEAR)
    market.outcomes()
    return market


def test_run_in_a_study(benchmark):
    trunk(SHOPS).threads, config = 1, config_of(SHOPS)
    with recounting() as works:
        truth = tally(live_a_year(config), YEAR)
    ended = []
    benchmark.pedantic(lambda: ended.append(live_a_year(config)), rounds=5)
    assert all(tally(market, YEAR) == truth for market in ended)
    note(benchmark, SHOPS, 1, **counts(truth, sum(work.draws for work in works)), days=YEAR)


def test_study(benchmark, tmp_path):
    """Two packages, two replications, one worker; processes, files, figures and report included."""
    overrides = [
        "experiment=smoke", "replications=2", "workers=1", "arms=[no_enforcement,status_quo_2015]",
        f"warmup={WARM_DAYS[SHOPS]}", f"days={YEAR}", f"seed={SEED}",
    ]  # fmt: skip
    truth = compare(overrides, out=tmp_path / "untimed").runs
    out = tmp_path / "timed"
    runs = benchmark.pedantic(compare, args=(overrides,), kwargs={"out": out}, rounds=1).runs
    assert (runs["status"] == "ok").all() and list(runs["hash"]) == list(truth["hash"])
    spent = pd.read_parquet(out / "timings.parquet")
    seconds = {"ms_a_run": 1e3 * spent["seconds"].median(), "warmup_s": spent["warmup_seconds"].median()}
    note(benchmark, SHOPS, 1, runs=len(runs), days=YEAR, **seconds)
