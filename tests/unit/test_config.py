"""Configurations: what is composed, and one clear line for everything that is wrong."""

from pathlib import Path

import pytest

from experiments import load_config, load_study
from experiments.runs.seeds import replication_seed
from experiments.settings.schema import run_key
from sim import World
from sim.parameters import ConfigError

WRONG = [
    ("marke=small", "unknown key marke; did you mean market?"),
    ("market=smal", "market has no 'smal'; did you mean small?"),
    ("brushing.moral_cots=1", "did you mean brushing.moral_cost?"),
    ("moral_cost=3", "did you mean brushing.moral_cost?"),
    ("+typo=1", "unknown key typo"),
    ("++brushing.typo=1", "unknown key brushing.typo"),
    ("days=30 days", "days must be a number (unit: days); got '30 days'"),
    ("days=0", "days must be in [1, 36500]; got 0"),
    ("days=1.5", "days must be a whole number (unit: days); got 1.5"),
    ("days=null", "days must be a number"),
    ("days", "write key=value"),
    ("seed=1,2", "sweep values in an experiment"),
    ("time_limit=inf", "time_limit must be in"),
    ("time_limit=nan", "time_limit must be in"),
    ("brushing.moral_cost=30%", "must be a number (unit: share of value)"),
    ("brushing.opportunist_share=1.5", "brushing.opportunist_share must be in [0, 1]; got 1.5"),
    ("brushing.levels=3", "must be a list like [1,2]"),
    ("brushing.levels=[3,a]", "must be a list of whole numbers"),
    ("brushing.levels=[5,2]", "brushing.levels must increase"),
    ("brushing=3", "set one of them"),
    ("~brushing.levels", "can be removed"),
    ("ranking.cumulative_sales=maybe", "must be true or false"),
    ("market.shops_per_category=7", "must divide n_shops"),
    ("shops.margin_low=0.9", "must not decrease"),
    ("law=x", "law has no 'x'"),
    ("scenario=lawles", "did you mean lawless?"),
    ("package=treshold_only", "did you mean threshold_only?"),
    ("package.detection.treshold=1", "did you mean package.detection.threshold?"),
    ("package.detecton.threshold=1", "did you mean package.detection?"),
    ("package.detection.threshold=high", "package.detection.threshold must be a number; got 'high'"),
    ("package.detection.threshold=9", "package.detection.threshold must be in [0, 1.01]; got 9"),
    ("package.detection.policy=os.system", "no policy is called 'os.system'"),
    ("+package.detection._target_=os.system", "package.detection._target_"),
    ("package@package.x=3", "package@package.x=3"),
    ("a b=3=", "cannot read the override"),
]


@pytest.mark.parametrize(("override", "sentence"), WRONG)
def test_what_is_wrong_gets_one_clear_line(override: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config([override])
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_without_overrides_the_world_is_the_documented_one() -> None:
    config = load_config()
    assert config.world == World()
    assert config.package_name == "status_quo_2015"
    assert (config.warmup, config.days, config.seed, config.scenario) == (365, 720, 1, "default")


def test_the_command_line_overrides_files() -> None:
    overrides = ["market=small", "package=threshold_only", "package.detection.threshold=0.4", "days=90"]
    config = load_config([*overrides, "brushing.moral_cost=0.05", "scenario=lawless"])
    assert config.world.market.n_shops == 300
    assert config.package["detection"]["threshold"] == 0.4
    assert config.days == 90
    assert config.world.brushing.moral_cost == 0.05  # the scenario says 0
    assert config.status_quo["name"] == "no_enforcement"


def test_the_chosen_law_reaches_the_regulator() -> None:
    config = load_config(["law=cn_aucl_2018", "package=threshold_and_fine", "law.shop_fine_high=1234567"])
    law = config.package["regulator"]["law"]
    assert (law["id"], law["shop_fine_high"]) == ("cn_aucl_2018", 1234567)


def test_a_policy_can_be_added_and_removed() -> None:
    added = load_config(["package=no_enforcement", "+policy@package.raids=regulator"])
    assert added.package["raids"]["policy"] == "regulator"
    removed = load_config(["package=threshold_only", "~package.appeals"])
    assert "appeals" not in removed.package


def test_out_may_contain_any_character() -> None:
    assert load_config(["out=/tmp/a b/(c),[d]='e'"]).out == "/tmp/a b/(c),[d]='e'"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("arms: [no_enforcement\n", "broken YAML in"),
        ("# @package _global_\narms: [no_enforcement]\nbrushing: {moral_cots: 1}\n", "brushing.moral_cots"),
        ("# @package _global_\narms: [no_enforcement]\ndays: soon\n", "days must be a whole number"),
        ("# @package _global_\narms: [{package: no_enforcement, overides: []}]\n", "overrides"),
        ("# @package _global_\narms: [no_enforcement, no_enforcement]\n", "is used twice"),
        (
            "# @package _global_\narms: [no_enforcement]\nbaseline: none\n",
            "baseline 'none' is none of the arms",
        ),
        ("# @package _global_\ngrid: {package: threshold_only}\n", "grid needs"),
        ("# @package _global_\ntitle: nothing\n", "nothing to compare"),
        (
            "# @package _global_\n"
            "arms: [{label: a, package: threshold_only, overrides: [detection.treshold=1]}]\n",
            "arm 'a': unknown key package.detection.treshold; did you mean package.detection.threshold?",
        ),
    ],
)
def test_a_wrong_file_gets_one_clear_line(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text(text)
    with pytest.raises(ConfigError) as error:
        load_study(["experiment=mine"], configs=tmp_path)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_of_ones_own_does_not_shadow_a_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "base.yaml").write_text("n_shops: 100\n")
    with pytest.raises(ConfigError, match=r"market/base\.yaml is a packaged file"):
        load_config([], configs=tmp_path)
    with pytest.raises(ConfigError, match="no such folder"):
        load_config([], configs=tmp_path / "nothing")


def test_a_study_takes_no_single_package() -> None:
    with pytest.raises(ConfigError, match="several packages"):
        load_study(["experiment=demo", "package=threshold_only"])


@pytest.mark.parametrize("name", ["demo", "smoke", "levers", "thresholds"])
def test_every_experiment_can_be_composed(name: str) -> None:
    study = load_study([f"experiment={name}"])
    assert study.name == name
    assert study.baseline in [arm.label for arm in study.arms]
    assert study.title and study.question


def test_a_grid_becomes_arms_with_factors() -> None:
    study = load_study(["experiment=grid"])
    grid = [arm for arm in study.arms if arm.factors]
    assert study.grid is not None
    assert len(grid) == len(study.grid["rows"]["values"]) * len(study.grid["columns"]["values"])
    assert set(grid[0].factors) == {"detection.threshold", "regulator.fine_rmb"}
    assert grid[0].package["detection"]["threshold"] == grid[0].factors["detection.threshold"]


def test_a_package_override_reaches_the_arms_that_have_the_key() -> None:
    study = load_study(["arms=[no_enforcement,threshold_only]", "package.detection.threshold=0.33"])
    assert study.arms[0].package == {"name": "no_enforcement"}
    assert study.arms[1].package["detection"]["threshold"] == 0.33
    with pytest.raises(ConfigError, match=r"did you mean package\.detection\.threshold"):
        load_study(["arms=[no_enforcement,threshold_only]", "package.detection.treshold=0.33"])


def test_the_seed_of_a_replication_depends_on_seed_and_number_only() -> None:
    few = load_study(["arms=[no_enforcement]", "replications=3"])
    many = load_study(["arms=[threshold_only,no_enforcement]", "replications=5", "days=9"])
    assert [run.seed for run in few.runs()] == [run.seed for run in many.runs()][:3]
    assert len({replication_seed(s, r) for s in range(30) for r in range(30)}) == 900


def test_the_run_key_changes_with_everything_that_can_change_the_run() -> None:
    base = load_config(["package=threshold_only"])
    keys = {run_key(base, base.package, 1), run_key(base, base.package, 2)}
    for override in ("days=9", "warmup=9", "demand.looks=9", "package.detection.threshold=0.9", "law.note=x"):
        changed = load_config(["package=threshold_only", override])
        keys.add(run_key(changed, changed.package, 1))
    backwards = dict(reversed(base.package.items()))
    assert len(keys | {run_key(base, backwards, 1)}) == 8
