"""One trial of the search: levers pulled on branches, the outcomes that it stores, its identity."""

from dataclasses import replace

import pytest

from experiments import load_config
from experiments.runs.results import Failure
from experiments.searches.theory.levers import ACTION, COST, WEIGHT
from experiments.searches.theory.trials import GAP, HARM, SURPLUS, Trial, live_on
from experiments.settings.schema import RunConfig
from policies import build_package
from sim.market import Market

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def config() -> RunConfig:
    return load_config(["market=small", "warmup=4", "days=6", "threads=1"])


@pytest.fixture(scope="module")
def trunk(config: RunConfig) -> Market:
    return Market(config.world, build_package(config.status_quo), seed=3).run(40)


def test_a_lever_at_its_present_level_changes_nothing(trunk: Market, config: RunConfig) -> None:
    plain = trunk.branch().adopt(build_package(config.package)).run(15).hash()
    for lever, level in ((COST, 1), (ACTION, 0.025), (WEIGHT, 1)):
        assert lever.pull(trunk, config.package, level).run(15).hash() == plain
        assert lever.pull(trunk, config.package, lever.levels[-1]).run(15).hash() != plain


def test_a_lever_moves_what_it_says_and_leaves_the_trunk_alone(trunk: Market, config: RunConfig) -> None:
    fees = trunk.state.trade.fee.tolist()
    dear = COST.pull(trunk, config.package, 2)
    trade = dear.state.parameters.trade
    before = config.world.trade
    assert (trade.fee, trade.fee_low, trade.fee_high) == pytest.approx(
        (2 * before.fee, 2 * before.fee_low, 2 * before.fee_high)
    )
    assert dear.state.parameters.brushing.parcel_cost == 4
    assert dear.state.trade.fee == pytest.approx([2 * fee for fee in fees])
    assert WEIGHT.pull(trunk, config.package, 4).state.platforms[0].ranking.sales_weight == 4
    assert trunk.state.trade.fee.tolist() == fees
    assert trunk.state.parameters.trade.fee == config.world.trade.fee
    assert trunk.state.platforms[0].ranking.sales_weight == 1


def test_outcomes_are_those_of_the_days_after_settling(trunk: Market, config: RunConfig) -> None:
    market = trunk.branch().adopt(build_package(config.package))
    arm = live_on(market, 30)
    daily = market.daily()
    total = daily[daily["day"] >= 10].sum()
    assert arm[SURPLUS] == pytest.approx(total["consumer_surplus_rmb"] / total["visits"])
    brushed = arm["brushed_good"] * total["good_shops"] + arm["brushed_bad"] * total["bad_shops"]
    assert brushed == pytest.approx(total["brushed_orders"]) and brushed > 0
    assert arm[GAP] == pytest.approx(arm["brushed_good"] - arm["brushed_bad"])
    costs = total["enforcement_cost_rmb"] + 0.25 * total["innocent_sales_lost_rmb"]
    assert arm[HARM] == pytest.approx((costs - total["consumer_surplus_rmb"]) / total["visits"])


def test_the_identity_of_a_trial_knows_world_seed_days_and_levers(config: RunConfig) -> None:
    one = Trial(config, 1, ("cost",))
    other = load_config(["market=small", "warmup=4", "days=6", "brushing.moral_cost=0.05"])
    keys = {one.key, replace(one, seed=2).key, replace(one, levers=("weight",)).key}
    keys |= {replace(one, config=other).key, replace(one, config=replace(config, days=7)).key}
    assert len(keys) == 5


def test_a_trial_that_fails_says_why(config: RunConfig) -> None:
    trial = Trial(replace(config, package={"name": "none"}), 1, ("action",))
    (failure,) = trial.run([trial.key], lambda: None)
    assert isinstance(failure, Failure) and "needs a package that detects" in failure.error
