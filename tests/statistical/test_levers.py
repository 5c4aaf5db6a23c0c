"""The levers act through the world, and in the right direction (small markets, large effects).

The claims at full size (base market, 720 policy days) are checked by ``make claims``.
"""

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market

pytestmark = pytest.mark.slow


SEEDS = (11, 12, 13)
WARMUP, DAYS = 150, 240


def outcome(seed: int, package: str, *overrides: str, name: str = "brushed_share") -> float:
    """Return an outcome of a market of 600 shops under a package."""
    market = run(seed, package, *overrides)
    return market.outcomes()[name]


def run(seed: int, package: str, *overrides: str) -> Market:
    config = load_config(["market.n_shops=600", f"package={package}", *overrides])
    market = Market(config.world, build_package(config.status_quo), seed=seed, threads=2).run(WARMUP)
    return market.adopt(build_package(config.package)).run(DAYS)


@pytest.fixture(scope="module")
def status_quo() -> list[float]:
    return [outcome(seed, "status_quo_2015") for seed in SEEDS]


def test_acting_on_every_case_cuts_brushing_by_more_than_half(status_quo):
    all_cases = [outcome(seed, "all_cases") for seed in SEEDS]
    assert np.mean(all_cases) < 0.5 * np.mean(status_quo)


def test_without_gain_from_rank_brushing_all_but_vanishes(status_quo):
    without = [outcome(seed, "status_quo_2015", "scenario=no_rank_gain") for seed in SEEDS]
    assert np.mean(without) < 0.1 * np.mean(status_quo)


def test_without_morals_and_law_it_is_several_times_as_much_and_bounded(status_quo):
    lawless = [outcome(seed, "no_enforcement", "scenario=lawless") for seed in SEEDS]
    assert 2.5 * np.mean(status_quo) < np.mean(lawless) < 0.75


def test_certain_ruin_all_but_ends_brushing(status_quo):
    ruin = [
        "package.detection.threshold=0.2", "package.detection.ladder.steps=[close]",
        "findings.hearing_innocent_wins=1",
    ]  # fmt: skip
    ruined = [outcome(seed, "threshold_only", *ruin) for seed in SEEDS]
    assert np.mean(ruined) < 0.1 * np.mean(status_quo)


def test_with_automatic_sanctions_a_lower_threshold_hits_more_innocents():
    hits = [
        np.mean([
            outcome(seed, "threshold_only", f"package.detection.threshold={threshold}",
                    name="innocent_hits_per_1000_shop_years")
            for seed in SEEDS
        ])
        for threshold in (0.3, 0.6, 0.9)
    ]  # fmt: skip
    assert hits[0] > hits[1] > hits[2]


def test_genuine_bursts_are_over_represented_among_the_innocent_flagged():
    cases = [run(seed, "threshold_only").case_table() for seed in SEEDS]
    share = np.mean([table.loc[table["innocent"], "in_burst"].mean() for table in cases])
    # Two bursts a year of 5.5 days, and a fortnight after: about a tenth of shop-days.
    assert share > 2 * (2 * (5.5 + 14) / 365)


def test_shares_and_signs_agree_between_markets_of_different_size():
    shares = {}
    for n, seeds in ((300, range(20, 28)), (2400, (20,))):
        config = load_config([f"market.n_shops={n}"])
        markets = [
            Market(config.world, build_package(config.status_quo), seed=s, threads=2).run(200) for s in seeds
        ]
        tables = [market.daily().tail(60) for market in markets]
        shares[n] = {
            "brushing shops": [float((t["brushing_shops"] / t["open_shops"]).mean()) for t in tables],
            "orders a shop": [float((t["genuine_orders"] / t["open_shops"]).mean()) for t in tables],
            "fee": [float(t["fee"].mean()) for t in tables],
        }
    for name, small in shares[300].items():
        error = np.std(small, ddof=1) * np.sqrt(1 / len(small) + 1 / 8)
        assert abs(np.mean(small) - shares[2400][name][0]) < 4 * error + 0.03 * shares[2400][name][0], name
