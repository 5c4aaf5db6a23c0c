"""The twin in cases where the answer is known, and what it refuses."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.commands import cli
from experiments.settings.config import load_config
from experiments.settings.schema import RunConfig
from experiments.twin import Twin, read_levers
from experiments.twin.answering import answer
from experiments.twin.kernels.moving import start_rate
from experiments.twin.kernels.selling import rate_shops
from experiments.twin.kernels.sentencing import Terms, capacity_share, ladder_terms
from experiments.twin.levers import Levers
from experiments.twin.outcomes import outcomes
from experiments.twin.population import NOBODY, realised_market, typical_market
from experiments.twin.sanctions import make_court, room, rungs
from policies import build_package
from sim.demand import purchase_probabilities
from sim.market import Market
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow


Branch = Callable[..., pd.DataFrame]


def levers_of(config: RunConfig) -> Levers:
    return read_levers(build_package(config.package))


def coarse(config: RunConfig) -> Twin:
    """Return a twin of few kinds: what is tested here holds for any number of them."""
    levers = read_levers(build_package(config.status_quo))
    return Twin(config.world, levers, typical_market(config.world, 48, 24))


@pytest.fixture(scope="module")
def warm() -> Twin:
    twin = coarse(load_config())
    twin.run(182)
    return twin


@pytest.fixture(scope="module")
def under(warm: Twin) -> Branch:
    """Return what gives the days under a package: a branch off one warm-up."""

    def days(*overrides: str, n: int = 112) -> pd.DataFrame:
        return warm.branch().adopt(levers_of(load_config(overrides))).run(n)

    return days


def test_expected_sales_are_exact_where_nobody_brushes() -> None:
    config = load_config(["brushing.opportunist_share=0"])
    twin = coarse(config)
    assert (twin.run(70)["brushed_share"] == 0).all()
    twin.variance = 0.0  # so that logarithms are those of the mean displayed sales
    sales, mass, world = twin.sell(), twin.state.mass, config.world
    keep, n = mass > NOBODY, world.market.shops_per_category
    with_bursts = (sales.genuine / np.maximum(sales.ordinary, 1e-300))[keep]
    attention = n * (mass * sales.attention)[keep] * with_bursts
    assert attention.sum() == pytest.approx(1, abs=1e-12)
    shown, rating = (twin.state.shown / mass.clip(1e-300))[keep], np.empty(twin.kinds.share.size)
    rate_shops(twin.kinds, twin.state, twin.shelf, rating)
    kind = twin.cells.kind[keep]
    utility = np.exp(
        world.demand.quality_weight * rating[kind]
        + (1 - twin.buyers.mistrust) * world.demand.sales_weight * np.log1p(shown)
        + twin.log_price[:, kind]
    )
    looks, outside = world.demand.looks, twin.buyers.outside
    bought = np.mean([purchase_probabilities(attention, row, outside, looks) for row in utility], axis=0)
    visits = twin.buyers.visits(range(1))
    assert (sales.genuine * mass)[keep] == pytest.approx(visits * bought, rel=1e-6)
    assert sales.orders == pytest.approx(visits * bought.sum(), rel=1e-8)


def test_a_visit_ends_in_an_order_as_often_as_the_scenario_says() -> None:
    twin = coarse(load_config())
    calm = copy.deepcopy(twin)
    object.__setattr__(calm.bursts, "day_share", 0.0)
    assert calm.sell().orders / calm.buyers.visits(range(1)) == pytest.approx(0.17, rel=1e-3)


def test_brushing_that_costs_the_most_is_not_bought() -> None:
    twin = coarse(load_config(["brushing.moral_cost=10", "brushing.moral_cost_sd=0"]))
    assert twin.run(70)["brushed_share"].iloc[-1] < 1e-6


def test_without_gain_from_sales_hardly_anybody_brushes() -> None:
    usual = coarse(load_config()).run(70)["brushed_share"].iloc[-1]
    assert coarse(load_config(["scenario=no_rank_gain"])).run(70)["brushed_share"].iloc[-1] < 0.1 * usual


@pytest.mark.parametrize("threshold", [1, 1.01])
def test_a_threshold_of_one_opens_no_case(under: Branch, threshold: float) -> None:
    days = under("package=threshold_only", f"package.detection.threshold={threshold}")
    policy = days[days["day"] >= 0]
    assert (policy[["cases", "hits_innocent", "hits_guilty"]] == 0).all(axis=None)


def test_to_act_on_no_case_is_to_enforce_nothing(under: Branch) -> None:
    idle = under("package=threshold_only", "package.detection.acted_share=0")
    nobody = under("package=no_enforcement")
    same = ["brushed_share", "perceived_risk", "fee", "camouflage", "hits_innocent", "open_shops"]
    pd.testing.assert_frame_equal(idle[same], nobody[same], rtol=1e-12)
    assert idle["cases"].iloc[-1] > 0


def test_policies_before_they_start_do_nothing(under: Branch) -> None:
    later = under("package=threshold_only", "+package.detection.start=56")
    nobody = under("package=no_enforcement")
    before = later["day"] < 56
    pd.testing.assert_series_equal(later.loc[before, "brushed_share"], nobody.loc[before, "brushed_share"])
    assert later["hits_innocent"].iloc[-1] > 0


def test_levers_pull_where_the_theory_says(under: Branch) -> None:
    def end(*overrides: str) -> pd.Series:
        return under(*overrides).iloc[-1]

    nobody, quo, strict = end("package=no_enforcement"), end(), end("package=threshold_only")
    assert nobody["brushed_share"] > quo["brushed_share"] > strict["brushed_share"]
    assert nobody["perceived_risk"] < quo["perceived_risk"] < strict["perceived_risk"]
    assert quo["camouflage"] < strict["camouflage"]
    lax = end("package=threshold_only", "package.detection.threshold=0.9")
    assert lax["brushed_share"] > strict["brushed_share"]
    assert lax["hits_innocent"] < strict["hits_innocent"]


def test_a_sharper_review_hits_fewer_innocents(under: Branch) -> None:
    usual, sharp = under(), under("package.detection.specificity=0.99")
    assert sharp["hits_innocent"].iloc[-1] == pytest.approx(0.1 * usual["hits_innocent"].iloc[-1], rel=0.05)


def test_nobody_is_lost(warm: Twin) -> None:
    twin = warm.branch().adopt(levers_of(load_config(["package=threshold_only"])))
    twin.run(60)
    assert twin.state.mass.sum() + twin.slots.closed + twin.slots.free == pytest.approx(1, abs=1e-12)
    assert (twin.state.mass >= 0).all()
    held = np.add.reduceat(twin.state.mass, twin.cells.start[:-1])
    assert 0 < (twin.state.fear.sum(axis=1) / held).max() < 1


def test_the_same_twice_and_a_branch_leaves_its_trunk_alone(warm: Twin) -> None:
    before = copy.deepcopy(warm.state)
    one, other = (warm.branch().adopt(None).run(30) for _ in range(2))
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert all(np.array_equal(now, then) for now, then in zip(warm.state, before, strict=True))


def test_steps_need_not_divide_the_days(warm: Twin) -> None:
    days = warm.branch().adopt(None).run(10)
    assert list(days["day"]) == list(range(-182, 10))


def test_realised_shops_can_stand_for_themselves() -> None:
    world = load_config(["market.n_shops=100"]).world
    market = Market(world, seed=3)
    honest, opportunists = realised_market(market.shops, market.merchants)
    market.close()
    assert honest.share.sum() + opportunists.share.sum() == pytest.approx(1)
    assert opportunists.share.size == market.merchants.opportunist.sum()
    twin = Twin(world, kinds=(honest, opportunists))
    assert 0 < twin.run(56)["brushed_share"].iloc[-1] < 1


def test_cells_of_a_kind_lie_as_its_states(warm: Twin) -> None:
    cells, n_levels = warm.cells, warm.cells.levels.size
    honest, opportunist = (slice(*cells.start[k : k + 2]) for k in (0, cells.n_honest))
    assert list(cells.stage[honest]) == [0, 1, 2] and list(cells.level[honest]) == [-1, -1, -1]
    one_stage = [-1, *range(n_levels)]
    assert list(cells.level[opportunist]) == [*one_stage, *one_stage, -1]
    assert list(cells.stage[opportunist]) == [0] * (1 + n_levels) + [1] * (1 + n_levels) + [2]
    assert (cells.orders[cells.level >= 0] == cells.levels[cells.level[cells.level >= 0]]).all()
    assert (cells.orders[cells.level < 0] == 0).all()
    assert (cells.stage[cells.newcomer] == 1).all() and (cells.level[cells.newcomer] == -1).all()


@pytest.mark.parametrize("p", [1.0, 0.5, 0.02])
def test_the_idle_wait_as_long_as_in_the_engine(p: float) -> None:
    wait = np.mean([first + 7 * tries for first in range(7) for tries in [(1 - p) / p]])
    assert 1 / start_rate(p, 7.0) == pytest.approx(wait)


def test_strikes_lead_up_the_ladder() -> None:
    def terms(strikes: float, *overrides: str) -> Terms:
        config = load_config(["package.detection.ladder.closure_probability=0", *overrides])
        levers = levers_of(config)
        court = make_court(levers, 0, 1.0, config.world)
        return ladder_terms(strikes, rungs(levers.acting("detection", 0)[0]), court, np.empty(5))

    first, last = terms(0.0), terms(50.0)
    assert [first.hide, last.hide] == pytest.approx([1, 0], abs=1e-9)
    assert [first.close, last.close] == pytest.approx([0, 1], abs=1e-9)
    assert terms(1.0).fine == pytest.approx(1000 * np.exp(-1))
    warned = terms(0.0, "package.detection.ladder.steps=[warn,close]")
    assert warned.bite == pytest.approx(0, abs=1e-9)


def test_reviewers_review_what_they_can() -> None:
    policy = load_config(["package.detection.reviewers_per_100k_shops=10"])
    detection, _ = levers_of(policy).acting("detection", 0)
    assert capacity_share(0.006, room(detection)) == pytest.approx(0.5)
    assert capacity_share(0.001, room(detection)) == 1


def test_what_is_left_out_is_named() -> None:
    left_out = levers_of(load_config(["package=threshold_fine_suit"])).left_out
    assert any("CivilSuits" in text for text in left_out)
    assert any("raided organisers" in text for text in left_out)
    assert any("bans" in text for text in left_out)
    assert levers_of(load_config(["package=threshold_only"])).left_out == ()


@pytest.mark.parametrize(
    "override", ["package.detection.detector=random_audit", "package.detection.flags_per_1000_week=5"]
)
def test_what_would_mean_something_else_is_refused(override: str) -> None:
    with pytest.raises(ConfigError, match=r"^the twin .*detection"):
        levers_of(load_config([override]))


def test_a_package_may_hold_one_policy_of_a_class() -> None:
    config = load_config(
        ["+policy@package.more=detection", "package.more.start=900", "+package.detection.end=800"]
    )
    with pytest.raises(ConfigError, match="one policy of a class"):
        levers_of(config)


def test_outcomes_have_the_engines_definitions(under: Branch) -> None:
    days = under("package=threshold_only", n=182)
    found = outcomes(days)
    policy = days[days["day"] >= 0]
    assert found["brushed_share"] == pytest.approx(policy["brushed_share"].tail(90).mean())
    assert found["innocent_hits_per_1000_shop_years"] == pytest.approx(
        1000 * policy["hits_innocent"].sum() / (policy["innocent_shops"].sum() / 365)
    )
    assert 0 < (found["effect_half_life_days"] or 0) < 100


def test_the_command_prints_two_arms_and_leaves_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["twin", f"out={tmp_path / 'twin'}", "warmup=28", "days=28", "package=threshold_fine_suit"]
    assert cli.main(words) == cli.OK
    said = capsys.readouterr()
    assert "status quo" in said.out and "threshold_fine_suit" in said.out
    assert said.err.count("\n") == 1 and "leaves out civil_suits" in said.err
    names = {path.name for path in (tmp_path / "twin").rglob("*.*")}
    assert names >= {
        "daily.csv", "outcomes.csv", "twin.json", "config.yaml", "provenance.json", "twin.svg", "twin.png",
    }  # fmt: skip
    daily = pd.read_csv(tmp_path / "twin" / "daily.csv")
    assert set(daily["arm"]) == {"status quo", "threshold_fine_suit"}


def test_a_sweep_goes_over_levers_of_the_package_and_of_the_world(tmp_path: Path) -> None:
    short = ["warmup=28", "days=84"]
    found = answer([*short, "package=threshold_only"], sweep="detection.threshold=0.3,0.9")
    assert list(found.table["value"]) == [0.3, 0.9]
    assert found.table["innocent_hits_per_1000_shop_years"].is_monotonic_decreasing
    found = answer(short, sweep="brushing.moral_cost=0.01,0.2")
    assert found.table["brushed_share"].is_monotonic_decreasing


def test_a_sweep_goes_over_what_comes_before_the_package_too() -> None:
    for sweep in ("warmup=14,84", "status_quo.detection.acted_share=0.01,1"):
        shares = answer(["warmup=84", "days=28"], sweep=sweep).table["brushed_share"]
        assert abs(shares[0] - shares[1]) > 1e-4, sweep


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--sweep", "detection.threshold"], "--sweep must be LEVER=VALUE"),
        (["--sweep", "detection.threshold=low"], "must be a number"),
        (["--sweep", "detection.mode=automatic"], "--sweep takes numbers"),
        (["--sweep", "detection.threshhold=0.1"], "did you mean"),
        (["--sweep", "detection.threshold=7"], "must be in"),
        (["package.detection.detector=fitted"], "burst_rules only"),
        (["--control-variate", "2"], "at least 5"),
        (["--control-variate", "5", "--sweep", "detection.threshold=0.1"], "do not go together"),
        (["market=smal"], "did you mean small"),
    ],
)
def test_nonsense_is_refused_in_one_line(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["twin", "warmup=7", "days=7", *words]) == cli.BAD_INPUT
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
