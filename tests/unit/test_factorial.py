"""Blocks of crossed factors, muted counterfactuals."""

from itertools import combinations

import numpy as np
import pytest

from experiments import load_study
from experiments.settings.schema import run_key
from experiments.studies.factorial import DECOMPOSED, crossed_arms, decomposed_arms, subsets
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow


SMALL = ["market=small", "warmup=30", "days=40", "arms=[status_quo_2015,ten_times_action]"]
BLOCK = (
    "crossed={levers: {package: status_quo_2015, factors: {threshold: {low: ['detection.threshold=0.3'], "
    "high: ['detection.threshold=0.8']}, fine: {old: ['law=cn_consumer_2015'], "
    "floor: ['regulator.fine_rmb=200000'], none: []}}}}"
)


def test_every_combination_of_levels_is_an_arm_with_its_overrides_and_law() -> None:
    study = load_study([*SMALL, BLOCK])
    cells = [arm for arm in study.arms if arm.block == "levers"]
    assert [tuple(arm.factors.values()) for arm in cells] == [
        (threshold, fine) for threshold in ("low", "high") for fine in ("old", "floor", "none")
    ]
    for arm in cells:
        assert arm.package["detection"]["threshold"] == {"low": 0.3, "high": 0.8}[arm.factors["threshold"]]
        assert (arm.package["regulator"]["law"]["id"] == "cn_consumer_2015") == (arm.factors["fine"] == "old")
        assert (arm.package["regulator"]["fine_rmb"] == 200_000) == (arm.factors["fine"] == "floor")
    assert len({arm.label for arm in study.arms}) == len(study.arms)


@pytest.mark.parametrize(
    ("crossed", "message"),
    [
        ({"a": {"package": "status_quo_2015"}}, "factors"),
        ({"a": {"package": "status_quo_2015", "factors": {"x": ["detection.threshold=1"]}}}, "overrides"),
        ({"a": None}, "package and factors"),
        ({"grid": {"package": "status_quo_2015", "factors": {"x": {"y": []}}}}, "taken"),
    ],
)
def test_a_block_that_is_none_is_refused_in_one_line(crossed: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        crossed_arms(crossed)
    assert "\n" not in str(caught.value)


def test_a_decomposed_package_comes_with_every_set_of_mute_channels() -> None:
    study = load_study([*SMALL, "decomposed=[ten_times_action]"])
    muted = [arm for arm in study.arms if arm.block == DECOMPOSED]
    assert {arm.mute for arm in muted} == set(subsets()) - {()}
    package = next(arm.package for arm in study.arms if arm.label == "ten_times_action")
    assert all(arm.package == package for arm in muted)
    keys = [run_key(study.config, package, 1, arm.mute) for arm in (*muted, study.arms[1])]
    assert len(set(keys)) == 16, "what is mute is part of the run"
    with pytest.raises(ConfigError, match="none of the arms"):
        decomposed_arms([{"label": "one"}], ["other"])
    with pytest.raises(ConfigError, match="mute must name some of deterrence"):
        load_study([*SMALL, "arms=[{package: ten_times_action, mute: [fear]}]"])


def test_every_arm_and_replication_is_a_run_of_its_own() -> None:
    study = load_study([*SMALL, "replications=5"])
    for one, two in combinations(study.runs(), 2):
        assert (one.key == two.key) == (one.arm.label == two.arm.label and one.replication == two.replication)


def test_an_arm_does_not_depend_on_the_others() -> None:
    both = {run.key: run.arm.label for run in load_study([*SMALL, BLOCK]).runs()}
    alone = load_study([*SMALL, "arms=[status_quo_2015]"]).runs()
    assert {run.key for run in alone} <= set(both)
    assert np.array_equal([both[run.key] for run in alone], ["status_quo_2015"] * len(alone))
