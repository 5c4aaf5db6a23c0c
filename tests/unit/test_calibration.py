"""Calibration: each statistic against inputs with known answers, seeds apart, commands that go on."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import load_config
from experiments.commands.cli import BAD_INPUT, FAILED, OK, main
from experiments.runs.results import Result
from experiments.runs.seeds import CALIBRATION_WORD, DETECTOR_WORD, VALIDATION_WORD, replication_seed
from experiments.searches.calibration import closures, entrants, validation
from experiments.searches.calibration.diary import live_through
from experiments.searches.calibration.evaluation import TUNING, Evaluation, Scope, store_of
from experiments.searches.calibration.measures import (
    brushing_merchants,
    follow_cohort,
    rank_slope,
    restricted_mean,
    sanctioned_within,
    top_share,
)
from experiments.searches.calibration.targets import CHECKS, TARGETS
from experiments.settings.schema import RunConfig
from experiments.studies.engine import Interrupted, run_missing
from experiments.studies.executors.local import LocalExecutor
from policies import build_package
from sim import Market

pytestmark = pytest.mark.slow


SHORT = Scope(levels=(), days=4)


@pytest.fixture(scope="module")
def config() -> RunConfig:
    return load_config(["market=small", "warmup=3", "threads=1"])


@pytest.fixture(scope="module")
def trunk() -> Market:
    config = load_config(["market=small"])
    return Market(config.world, build_package(config.status_quo), seed=5).run(60)


def middle(key: str) -> float:
    """Return a value well inside the band of a target."""
    target = next(t for t in TARGETS if t.key == key)
    return target.low * 1.1 if np.isinf(target.high) else (target.low + target.high) / 2


@pytest.mark.parametrize("exponent", [-0.7, -1.0])
def test_the_slope_of_an_exact_power_law_is_its_exponent(exponent: float) -> None:
    sales = 1e6 * np.arange(1.0, 101) ** exponent
    assert rank_slope(np.random.default_rng(1).permutation(sales)) == pytest.approx(exponent)


def test_the_slope_sees_the_upper_half_only_and_leaves_out_shops_without_sales() -> None:
    sales = 1e6 / np.arange(1.0, 101)
    sales[50:] = 0
    assert rank_slope(sales) == pytest.approx(-1)
    sales[40:] = 0
    assert rank_slope(sales) == pytest.approx(-1)
    assert np.isnan(rank_slope(np.zeros(100)))


def test_the_top_tenth_of_twenty_shops_are_two() -> None:
    assert top_share(np.array([40, 20] + [2] * 18)) == pytest.approx(60 / 96)


def test_merchants_count_by_the_part_of_the_year_in_which_they_are_present() -> None:
    # Slot 0: merchant 0 all four days, never brushes. Slot 1: merchant 1 one day, brushes; then vacant;
    # then merchant 2 two days, does not brush.
    identity = np.array([[0, 1], [0, -1], [0, 2], [0, 2]])
    brushed = np.array([[0, 5], [0, 0], [0, 0], [0, 0]])
    share, active = brushing_merchants(identity, brushed)
    assert active == pytest.approx(1 / 4)
    assert share == pytest.approx((1 / 4) / (1 + 1 / 4 + 2 / 4))


def test_a_cohort_is_followed_by_identity_and_only_for_its_days() -> None:
    identity = np.tile([10, 11, 12, 13], (6, 1))
    identity[2:, 2] = 99  # merchant 12 leaves, another takes its slot
    recent = np.zeros((6, 4), dtype=bool)
    recent[0, :3] = True  # 13 did not brush
    above = np.zeros((6, 4), dtype=bool)
    above[3, 0] = above[3, 2] = above[3, 3] = True
    above[5, 1] = True  # too late
    above[0, 1] = True  # on the census day itself: too early
    who, seen = follow_cohort(identity, recent, above, census=0, days=4)
    assert who.tolist() == [10, 11, 12]
    assert seen.tolist() == [True, False, False]


def test_a_sanction_counts_after_the_census_and_up_to_its_last_day() -> None:
    events = pd.DataFrame({"identity": [10, 11, 12, 10], "day": [5, 65, 66, 40]})
    assert sanctioned_within(np.array([10, 11, 12, 13]), events, 5, 60).tolist() == [True, True, False, False]


def test_the_restricted_mean_is_the_area_under_the_survival_curve() -> None:
    reached = np.array([True, True, True, True])
    assert restricted_mean(np.array([1.0, 2, 3, 4]), reached, 365) == pytest.approx(2.5)
    assert restricted_mean(np.array([1.0, 365]), np.array([True, False]), 365) == pytest.approx(183)
    # One of three is lost on day 2: Kaplan–Meier splits its mass over those still at risk.
    known = np.array([True, False, True])
    assert restricted_mean(np.array([1.0, 2, 5]), known, 10) == pytest.approx(1 + 4 * 2 / 3)
    assert restricted_mean(np.array([9.0]), np.array([False]), 10) == 10


def test_reading_a_year_changes_nothing(trunk: Market) -> None:
    read, left_alone = trunk.branch(), trunk.branch()
    live_through(read, 20)
    assert read.hash() == left_alone.run(20).hash()


def test_a_year_gives_every_statistic_of_the_targets(trunk: Market) -> None:
    found = live_through(trunk.branch(), 70) | {"slowness_10": 12.0}
    assert {target.key for target in TARGETS} <= set(found)
    brushed = pd.DataFrame(trunk.branch().run(70).rows[-70:])
    assert found["brushed_share"] == pytest.approx(
        brushed["brushed_orders"].sum() / (brushed["brushed_orders"] + brushed["genuine_orders"]).sum()
    )
    assert 0.01 < found["organisers_share"] < found["fee_share"] < 0.2


def test_entrants_are_the_same_in_every_arm_and_take_a_tenth_of_the_slots(trunk: Market) -> None:
    before = trunk.hash()
    (one, slots), (other, again) = entrants.place_entrants(trunk), entrants.place_entrants(trunk)
    identity, n = one.state.shops.identity[slots], trunk.state.shops.n
    assert slots.tolist() == again.tolist() and 0.08 * n < slots.size <= 0.1 * n
    assert identity.tolist() == other.state.shops.identity[slots].tolist()
    assert identity.min() >= trunk.state.entrants.next
    assert not one.state.merchants.opportunist[one.state.shops.owner[slots]].any()
    share = trunk.state.parameters.brushing.opportunist_share
    assert one.state.parameters.brushing.opportunist_share == share
    assert trunk.hash() == before


def test_entrants_get_the_orders_that_the_experiment_wants_for_them(trunk: Market) -> None:
    market, slots = entrants.place_entrants(trunk)
    for _ in range(3):
        entrants.buy(market, slots, 10)
        market.run(1)
        assert (market.today.tasks.count[slots] == 10).mean() > 0.95  # but for one that was just closed
    assert market.today.tasks.count[slots].max() == 10


def test_the_more_an_entrant_brushes_the_sooner_it_looks_like_the_median(trunk: Market) -> None:
    market, slots = entrants.place_entrants(trunk)
    ten, two = (entrants.follow(market, slots, level) for level in (10, 2))
    assert ten.reached.mean() > 0.95
    assert ten.mean() < two.mean()


def raided(trunk: Market, returns: float) -> dict[str, float]:
    """What becomes of an organiser whose founder returns, and is found, with this probability."""
    market = trunk.branch()
    terms = market.state.trade.parameters
    terms.reopen_probability, terms.return_days, terms.founder_found = returns, 1.0, returns
    assert terms is market.state.parameters.trade
    return closures.raid_one(market, load_config().status_quo["regulator"]["law"])


def test_a_raided_organiser_is_fined_and_sued_for_certain(trunk: Market) -> None:
    found = raided(trunk, 1.0)
    assert found["sanctions_of_gains"] > 0 and found["seizure_of_gains"] >= 0
    assert found["sanctions_of_gains"] < 2, "it earns on under a new name, but the award is in terms of gains"
    assert found["ahead"] == float(found["sanctions_of_gains"] < 1)
    assert found["judged"] == 1 and found["sanctions_of_gains_all"] == found["sanctions_of_gains"]


def test_a_founder_who_leaves_before_the_judgment_has_no_ratio_of_it(trunk: Market) -> None:
    gone, there = raided(trunk, 0.0), raided(trunk, 1.0)
    assert np.isnan(gone["sanctions_of_gains"]) and gone["judged"] == 0 and gone["ahead"] == 1
    assert 0 <= gone["sanctions_of_gains_all"] < there["sanctions_of_gains_all"]


def test_merchants_of_a_closed_organiser_are_followed(trunk: Market) -> None:
    found = closures.shut_one(trunk)
    assert 0 <= found["moved_14"] <= 1 and found["volume_after_13_weeks"] > 0
    assert {check.key for check in CHECKS} - set(found) >= {"organisers_share", "sanctions_of_gains"}


def test_seeds_of_tuning_validation_fitting_and_studies_are_apart() -> None:
    words = [(), (DETECTOR_WORD,), (CALIBRATION_WORD,), (VALIDATION_WORD,)]
    seeds = [replication_seed(seed, r, *w) for w in words for seed in (1, 2) for r in range(1100)]
    assert len(set(seeds)) == len(seeds)


def evaluations(config: RunConfig, n: int, scope: Scope = SHORT) -> list[Evaluation]:
    return [Evaluation(config, r, VALIDATION_WORD, scope, "default") for r in range(n)]


def test_an_interrupted_command_goes_on_where_it_was(config: RunConfig, tmp_path: Path) -> None:
    jobs, store = [one.task() for one in evaluations(config, 3)], store_of(tmp_path)
    executor = LocalExecutor(1, store.place)

    def impatient(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    def written() -> dict[str, int]:
        return {file.name: file.stat().st_mtime_ns for file in store.place.glob("[!.]*")}

    with pytest.raises(Interrupted):
        run_missing(jobs, store, executor, impatient)
    kept = written()
    assert len(store.finished()) >= 1
    assert run_missing(jobs, store, executor, lambda done, total: None) == []
    assert store.finished() == {key for job in jobs for key in job.keys}
    assert kept.items() <= written().items()


def test_the_identity_of_an_evaluation_knows_world_seed_and_scope(config: RunConfig) -> None:
    one = evaluations(config, 1)[0]
    other = load_config(["market=small", "warmup=3", "brushing.moral_cost=0.05"])
    keys = {one.key, replace(one, replication=1).key, replace(one, word=CALIBRATION_WORD).key}
    keys |= {replace(one, scope=TUNING).key, replace(one, config=other).key}
    assert len(keys) == 5
    assert replace(one, label="another name").key == one.key


def measured(config: RunConfig, folder: Path, **changed: float) -> None:
    """Store made-up measurements, as if a quick validation had ended."""
    statistics = {target.key: middle(target.key) for target in TARGETS} | changed
    for job in evaluations(config, 4, TUNING):
        wobble = {key: value * (1 + 0.001 * job.replication) for key, value in statistics.items()}
        row = {"label": "default", "replication": job.replication, "statistics": wobble}
        store_of(folder).save(Result(job.key, row))


def test_a_missed_band_ends_with_code_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = replace(load_config(["market=small"]), threads=1)
    words = ["validate", "--quick", "market=small", "--output"]
    measured(config, tmp_path / "good")
    assert main([*words, str(tmp_path / "good")]) == OK
    assert "OUTSIDE" not in capsys.readouterr().out
    measured(config, tmp_path / "bad", brushed_share=0.09)
    assert main([*words, str(tmp_path / "bad")]) == FAILED
    assert "OUTSIDE" in capsys.readouterr().out
    summary = json.loads((tmp_path / "bad" / "validation.json").read_text())
    assert summary["met"] is False
    rows = pd.read_csv(tmp_path / "bad" / "validation.csv").set_index("statistic")
    assert rows.loc["brushed_share", "verdict"] == "OUTSIDE"
    assert rows.loc["top_share", "verdict"] == "inside"


def test_an_interval_that_reaches_over_the_edge_is_said() -> None:
    runs = pd.DataFrame({"brushed_share": [0.03, 0.05, 0.09]})
    (row,) = validation.judge(runs, "default").to_dict("records")
    assert row["verdict"] == "inside, interval reaches over"


@pytest.mark.parametrize(
    "words",
    [["validate", "--worlds", "some"], ["validate", "--worlds", "0"], ["validate", "--replications", "0"],
     ["calibrate", "--waves", "0"], ["calibrate", "--points", "5"]],
)  # fmt: skip
def test_wrong_words_of_both_commands_are_bad_input(words: list[str], tmp_path: Path) -> None:
    assert main([*words, "--output", str(tmp_path)]) == BAD_INPUT
