"""One trial of the search: levers pulled on branches, the outcomes that it stores, its identity."""

from dataclasses import fields, replace

import pytest

from experiments import load_config
from experiments.runs.results import Failure
from experiments.searches.theory.levers import ACTION, CERTAINTY, COST, EXPECTED_FINE, WEIGHT
from experiments.searches.theory.trials import GAP, HARM, SURPLUS, Trial, live_on
from experiments.settings.schema import RunConfig
from policies import build_package
from policies.platform.detection import Detection
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


def detection_at(trunk: Market, config: RunConfig, share: float) -> Detection:
    package = CERTAINTY.pull(trunk, config.package, share).package
    assert package is not None
    return next(dated.policy for dated in package.policies if isinstance(dated.policy, Detection))


def test_fines_grow_as_they_get_rare_so_that_a_case_expects_the_same(
    trunk: Market, config: RunConfig
) -> None:
    crowded = load_config(["package.detection.reviewers_per_100k_shops=5", "package.detection.refer_share=1"])
    for share in CERTAINTY.levels:
        for asked in (config, crowded):
            detection = detection_at(trunk, asked, share)
            assert detection.acted_share == share
            assert detection.acted_share * detection.ladder.fine_rmb == pytest.approx(EXPECTED_FINE)
            assert detection.reviewers_per_100k_shops is None, "a queue would thin out frequent fines"
            assert detection.refer_share == 0 and detection.ladder.closure_probability == 0
            assert detection.ladder.steps == ["fine"]
    assert config.package["detection"]["ladder"]["closure_probability"] == 0.05, "the package stays"


def test_nothing_but_a_fine_follows_a_case(trunk: Market, config: RunConfig) -> None:
    for share in (0.25, 1):
        market = CERTAINTY.pull(trunk, config.package, share).run(30)
        fines = {fen for fen in market.state.cases.columns["platform_fine_fen"] if fen}
        assert fines == {round(100 * EXPECTED_FINE / share)}
        assert (market.state.shops.hidden_until <= max(trunk.state.shops.hidden_until)).all()
    strict = ACTION.pull(trunk, config.package, 1).run(30).state.shops.hidden_until
    assert (strict > max(trunk.state.shops.hidden_until)).any(), "the ladder of the package does demote"


def test_all_but_detection_stays_as_it_is_in_the_package(trunk: Market, config: RunConfig) -> None:
    own = CERTAINTY.pull(trunk, config.package, 0.1).package
    plain = build_package(config.package)
    assert own is not None
    moved = {
        (one.name, field.name)
        for one, other in zip(own.policies, plain.policies, strict=True)
        for field in fields(one.policy)
        if getattr(one.policy, field.name) != getattr(other.policy, field.name)
    }
    assert moved == {("detection", name) for name in ("acted_share", "refer_share", "ladder")}


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
