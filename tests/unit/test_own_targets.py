"""A market of one's own: its file, targets that contradict each other, and where its worlds can be used."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import qmc

from experiments import load_config
from experiments.commands.cli import BAD_INPUT, FAILED, OK, main
from experiments.language.targets import contradiction
from experiments.searches.calibration.contradictions import contradictions, smallest_sets
from experiments.searches.calibration.evaluation import TUNING
from experiments.searches.calibration.own_targets import asked, question_of
from experiments.searches.calibration.priors import PRIORS, values_at
from experiments.searches.calibration.question import DEFAULT, Question
from experiments.searches.calibration.scenarios import write_question, write_scenarios, write_status_quo
from experiments.searches.calibration.targets import KNOWN, TARGETS, Target
from experiments.searches.calibration.validation import calibrated_worlds, find_worlds, scope_of, targets_of
from experiments.studies.continuation import Words
from experiments.studies.worlds import folder_of_worlds
from sim.parameters import ConfigError

EXAMPLE = Path(__file__).parents[2] / "examples" / "your_market.yaml"
BAND = {"brushed_share": {"low": 0.01, "high": 0.05}}


def asking(**content: object) -> Question:
    return question_of({"targets": BAND, **content}, "mine")


def test_the_example_can_be_read_and_makes_a_world() -> None:
    question, overrides = asked([f"targets={EXAMPLE}", "workers=1", "market.n_shops=300"])
    assert question.name == "calibrated_hangang" and question.own and question.members == 2
    assert question.keys == ["brushed_share", "brushing_merchants", "top_share", "cases_acted_on"]
    assert all(target.source.startswith("invented") for target in question.targets)
    assert "workers=1" not in question.setting and "market.n_shops=300" in question.setting
    config = load_config(overrides)
    assert config.world.market.n_shops == 300 and config.workers == 1
    assert config.status_quo["regulator"]["law"]["id"] == "kr_kftc_2024"
    fixed = {prior.path for prior in PRIORS} - set(question.names)
    assert "brushing.choice_scale" in fixed and config.world.brushing.choice_scale == 4


def test_without_a_file_the_published_targets_are_asked() -> None:
    assert asked(["market=small"]) == (DEFAULT, ["market=small"])
    assert DEFAULT.scope == TUNING and not DEFAULT.own


def test_a_target_has_the_margin_and_scale_of_its_kind() -> None:
    (target,) = asking().targets
    assert target.margin == pytest.approx(0.004) and target.logarithmic and target.number == "C1"
    (other,) = asking(targets={"top_share": {"low": 0.5, "source": "own sales"}}).targets
    assert other.margin == pytest.approx(0.015) and not other.logarithmic and np.isinf(other.high)
    assert other.source == "own sales" and other.band == "at least 0.5"


def test_a_range_takes_the_place_of_the_one_of_the_evidence_and_what_is_fixed_is_not_tuned() -> None:
    question = asking(
        priors={
            "brushing.moral_cost": {"low": 0.02, "high": 0.5},
            "shops.quality_sd": {"fixed": 0.3},
            "market.buyers_per_shop": {"low": 10, "high": 20, "reason": "a guess"},
        }
    )
    own = {prior.path: prior for prior in question.priors}
    assert (own["brushing.moral_cost"].low, own["brushing.moral_cost"].logarithmic) == (0.02, True)
    assert "shops.quality_sd" not in own and "shops.quality_sd=0.3" in question.setting
    assert own["market.buyers_per_shop"].reason == "a guess"
    assert len(own) == len(PRIORS)


def test_what_is_set_is_not_tuned_either() -> None:
    question = asking(setting={"brushing.level_scale": 3, "trade.fee": 0.08})
    own = {prior.path: prior for prior in question.priors}
    assert "trade.fee" not in own and own["brushing.choice_scale"].follows == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"target": BAND}, "target: unknown key; did you mean targets"),
        ({"targets": {}}, "name at least one"),
        ({"targets": [1]}, "targets: must be a mapping"),
        ({"targets": {"brushed_shares": {"low": 0.1}}}, "did you mean brushed_share"),
        ({"targets": {"profit": {"low": 0.1}}}, "orders_per_shop_day .genuine orders.*orders"),
        ({"targets": {"brushed_share": 0.1}}, "must be .low, high, source"),
        ({"targets": {"brushed_share": {"lo": 0.1}}}, "did you mean low"),
        ({"targets": {"brushed_share": {}}}, "needs low, high or both"),
        ({"targets": {"brushed_share": {"low": 0.2, "high": 0.1}}}, "low must be below high"),
        ({"targets": {"brushed_share": {"low": "much"}}}, "must be a number"),
        ({"targets": {"top_share": {"low": 1.2}}}, "lies between 0 and 1 .share."),
        ({"priors": {"brushing.moral_costs": {"fixed": 1}}}, "did you mean brushing.moral_cost"),
        ({"priors": {"market.n_shops": {"low": 1, "high": 2}}}, "no real number"),
        ({"priors": {"shops.commission": {"low": 0.01, "high": 0.2}}}, "priors.shops.commission must be in"),
        ({"priors": {"shops.commission": {"low": 0.04, "high": 0.04}}}, "needs low below high"),
        ({"priors": {"shops.commission": {"low": 0.04, "fixed": 0.04}}}, "either fixed, or a range"),
        ({"priors": {"demand.sales_weight": {"low": 0, "high": 0.1, "log": True}}}, "begins above 0"),
        ({"priors": {prior.path: {"fixed": prior.low} for prior in PRIORS}}, "nothing can be tuned"),
        ({"members": 0}, "members: must be"),
    ],
)
def test_what_cannot_be_meant_is_said_with_what_there_is(content: dict, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        question_of({"targets": BAND, **content}, "mine")


def test_a_file_that_is_not_there_or_broken_is_bad_input(tmp_path: Path, capsys) -> None:
    (tmp_path / "mine.yaml").write_text("targets: {brushed_share: {low: 2}}")
    for file in ("none.yaml", "mine.yaml"):
        words = ["calibrate", f"targets={tmp_path / file}", "--output", str(tmp_path / "out")]
        assert main(words) == BAD_INPUT
        assert file in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_every_statistic_that_can_be_named_is_measured() -> None:
    from experiments.searches.calibration.diary import live_through
    from policies import build_package
    from sim import Market

    config = load_config(["market.n_shops=100"])
    market = Market(config.world, build_package(config.status_quo), seed=5).run(30)
    found = live_through(market, 70)
    assert {key for key in KNOWN if not key.startswith("slowness")} <= set(found)
    daily = pd.DataFrame(market.rows[-70:])
    assert found["orders_per_shop_day"] == pytest.approx(
        daily["genuine_orders"].sum() / daily["open_shops"].sum()
    )
    assert found["flags_per_1000_shop_weeks"] == pytest.approx(
        1000 * daily["cases"].sum() / (daily["open_shops"].sum() / 7)
    )
    assert {target.key for target in TARGETS} <= set(KNOWN)


TWO = Question(
    targets=(Target("brushed_share", "C1", "share", 0.6, 0.8), Target("top_share", "C7", "top", 0.6, 0.8)),
    priors=PRIORS[:2],
    name="calibrated_two",
    members=2,
)


def runs_of(question: Question, top: float = 1.0, n: int = 24) -> pd.DataFrame:
    """Return runs in which the first parameter raises C1 as it lowers C7 (``top`` less what C1 is)."""
    rng = np.random.default_rng(3)
    points = qmc.LatinHypercube(len(question.priors), rng=rng).random(n)
    rows = [
        {"stage": "w", "point": i, "replication": r, "seed": r, **values}
        | {"brushed_share": unit[0] + 0.002 * rng.normal(), "top_share": top - unit[0] + 0.002 * rng.normal()}
        for i, (unit, values) in enumerate(zip(points, values_at(points, question.priors), strict=True))
        for r in range(2)
    ]
    return pd.DataFrame(rows)


def test_targets_that_contradict_each_other_are_named_together() -> None:
    (found,) = contradictions(TWO, runs_of(TWO), 1)
    assert found.targets == ("brushed_share", "top_share") and found.ruled_out and found.least > 3
    assert all(n > 0 for n in found.met) and found.points == 24
    said = contradiction(found)
    assert "brushed_share (0.6 to 0.8) and top_share (0.6 to 0.8) contradict each other" in said
    assert "none of 24 points" in said and "emulators rule out" in said


def test_targets_that_can_be_met_together_do_not() -> None:
    assert contradictions(TWO, runs_of(TWO, top=1.4), 1) == []


def test_a_target_out_of_reach_is_named_alone_and_no_set_that_holds_it() -> None:
    far = replace(TWO, targets=(replace(TWO.targets[0], low=3.0, high=4.0), TWO.targets[1]))
    (found,) = contradictions(far, runs_of(far), 1)
    assert found.targets == ("brushed_share",) and found.met == (0,)
    assert "cannot be met within the ranges" in contradiction(found)


def test_what_no_run_met_but_might_be_met_is_not_called_a_contradiction() -> None:
    narrow = replace(
        TWO,
        targets=(replace(TWO.targets[0], low=0.5, high=0.5003), replace(TWO.targets[1], low=0.4, high=0.6)),
    )
    (found,) = contradictions(narrow, runs_of(narrow), 1)
    assert not found.ruled_out and "were met" in contradiction(found).replace("was met", "were met")
    assert "more points may find one" in contradiction(found)


def test_the_smallest_sets_are_found_by_what_no_row_has_together() -> None:
    inside = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=bool)
    assert smallest_sets(inside) == [(0, 1, 2)]
    assert smallest_sets(inside[:2]) == [(1, 2)]
    assert smallest_sets(inside & [True, True, False]) == [(2,)]


@pytest.fixture
def ensemble(tmp_path: Path) -> Path:
    """A folder as `calibrate` leaves it, with two worlds of a market of one's own."""
    question = replace(
        asking(setting={"market.n_shops": 100, "law": "kr_kftc_2024"}, name="mine"), priors=PRIORS[:2]
    )
    config = load_config(question.setting)
    rows = pd.DataFrame(values_at(np.array([[0.2, 0.4], [0.6, 0.5]]), PRIORS[:2])).assign(brushed_share=0.03)
    write_scenarios(rows, tmp_path / "mine" / "scenario", question)
    write_status_quo(config, tmp_path / "mine" / "package", question)
    write_question(question, tmp_path / "mine")
    return tmp_path / "mine"


def test_a_world_of_ones_own_holds_what_is_known_and_what_was_tuned(ensemble: Path) -> None:
    assert calibrated_worlds(str(ensemble)) == ["calibrated_mine_01", "calibrated_mine_02"]
    worlds = find_worlds(str(ensemble), ["seed=3"])
    for name, config in worlds.items():
        assert config.world.market.n_shops == 100 and config.scenario == name and config.seed == 3
        assert config.status_quo["regulator"]["law"]["id"] == "kr_kftc_2024"
    points = values_at(np.array([[0.2, 0.4], [0.6, 0.5]]), PRIORS[:2])
    costs = [config.world.brushing.moral_cost for config in worlds.values()]
    assert costs == [point["brushing.moral_cost"] for point in points]
    assert costs == [
        values_at(np.array([[u, 0.5]]), PRIORS[:2])[0]["brushing.moral_cost"] for u in (0.2, 0.6)
    ]


def test_worlds_of_ones_own_are_held_against_their_own_targets(ensemble: Path) -> None:
    targets = targets_of(str(ensemble))
    assert targets and [(t.key, t.low, t.high, t.margin) for t in targets] == [
        ("brushed_share", 0.01, 0.05, pytest.approx(0.004))
    ]
    assert scope_of(True, targets).levels == () and targets_of("all") is None


def test_a_study_with_a_folder_of_worlds_is_at_home_in_the_first(ensemble: Path, tmp_path: Path) -> None:
    words = Words(("arms=[mine_status_quo,all_cases]",), worlds=str(ensemble))
    study = words.study()
    assert study.config.scenario == "calibrated_mine_01" and study.config.world.market.n_shops == 100
    assert study.arms[0].package["regulator"]["law"]["id"] == "kr_kftc_2024"
    elsewhere = words.studies_of(calibrated_worlds(str(ensemble)), tmp_path)
    assert [one.config.scenario for one in elsewhere.values()] == calibrated_worlds(str(ensemble))
    assert len({one.runs()[0].seed for one in elsewhere.values()}) == 2


def test_a_folder_without_worlds_is_refused(tmp_path: Path, capsys) -> None:
    assert folder_of_worlds(str(tmp_path)) is None and folder_of_worlds("all") is None
    assert main(["compare", "--worlds", str(tmp_path), f"out={tmp_path / 'x'}"]) == BAD_INPUT
    assert "a folder with scenario" in capsys.readouterr().err and not (tmp_path / "x").exists()


TINY = """
name: tiny
setting: {market.n_shops: 100, warmup: 30}
targets:
  brushed_share: {low: %s, high: %s, source: invented}
  top_share: {low: 0.2, high: 0.9, margin: 0, source: invented}
priors:
  brushing.moral_cost: {low: 0.02, high: 0.2}
%s
members: 2
"""


def tiny(folder: Path, low: float, high: float) -> str:
    fixed = [prior for prior in PRIORS[1:]]
    lines = "\n".join(f"  {prior.path}: {{fixed: {(prior.low + prior.high) / 2:g}}}" for prior in fixed)
    (folder / "tiny.yaml").write_text(TINY % (low, high, lines))
    return f"targets={folder / 'tiny.yaml'}"


@pytest.mark.slow
def test_a_market_of_ones_own_from_its_targets_to_a_study_in_its_worlds(tmp_path: Path) -> None:
    words = ["calibrate", tiny(tmp_path, 0.001, 0.9), "workers=1", "--waves", "1", "--points", "4"]
    assert main([*words, "--output", str(tmp_path / "own")]) == OK
    assert sorted(f.name for f in (tmp_path / "own" / "scenario").iterdir()) == [
        "calibrated_tiny_01.yaml",
        "calibrated_tiny_02.yaml",
    ]
    page = (tmp_path / "own" / "calibration.md").read_text(encoding="utf-8")
    assert "invented" in page and "calibrated world" not in page
    study = ["compare", "arms=[tiny_status_quo,all_cases]", "days=20", "replications=2", "workers=1"]
    out = tmp_path / "study"
    assert main([*study, "--worlds", str(tmp_path / "own"), f"out={out}"]) == OK
    worlds = pd.read_csv(out / "worlds.csv")
    assert set(worlds["world"]) == {"calibrated_tiny_01", "calibrated_tiny_02"}
    assert main(["resume", str(out)]) == OK
    assert main(["expand", str(out), "replications=+1"]) == OK
    assert set(pd.read_csv(out / "worlds.csv")["n"]) <= {0, 3}
    assert yaml.safe_load((out / "config.yaml").read_text())["market"]["n_shops"] == 100


@pytest.mark.slow
def test_a_calibration_of_what_cannot_be_says_which_target_it_is(tmp_path: Path, capsys) -> None:
    words = ["calibrate", tiny(tmp_path, 0.95, 0.99), "workers=1", "--waves", "1", "--points", "6"]
    assert main([*words, "--output", str(tmp_path / "own")]) == FAILED
    said = capsys.readouterr().out
    assert "brushed_share (0.95 to 0.99) cannot be met within the ranges" in said
    assert not list((tmp_path / "own").glob("candidates-*.csv")), "no candidate is run in vain"
    assert not list((tmp_path / "own" / "scenario").glob("*.yaml"))
