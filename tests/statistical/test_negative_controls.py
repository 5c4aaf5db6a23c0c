"""Worlds that are broken on purpose miss what they have to miss, and no more (two markets of 2,000 shops)."""

import pandas as pd
import pytest

from experiments import load_config
from experiments.searches.calibration.controls import BELOW, CONTROLS, INSIDE, Control, hold_controls
from experiments.searches.calibration.targets import TARGETS

NOTHING = Control(
    "nothing",
    "nothing is changed",
    lambda config: None,
    tuple(dict.fromkeys(push for control in CONTROLS for push in control.pushes if push[1] != INSIDE)),
)
"""A control that claims to push all that the others do, and does none of it."""

ALL = [(control.name, key, side) for control in CONTROLS for key, side in control.pushes]
DECLARED = [push for push in ALL if push[2] != INSIDE]
LEFT = [push[:2] for push in ALL if push[2] == INSIDE]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    worlds = {"default": load_config(["workers=2"])}
    folder = tmp_path_factory.mktemp("controls")
    rows = hold_controls(worlds, 2, folder, lambda done, total: None, [*CONTROLS, NOTHING])
    return rows.set_index(["control", "statistic"])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key", "side"), DECLARED)
def test_a_control_pushes_the_target_that_it_names_out_of_its_band(
    name: str, key: str, side: str, table: pd.DataFrame
) -> None:
    row = table.loc[name, key]
    target = next(target for target in TARGETS if target.key == key)
    assert row["verdict"] == f"pushed {side}", row.to_string()
    assert row["value"] < target.low if side == BELOW else row["value"] > target.high


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), LEFT)
def test_a_lottery_leaves_brushing_inside_its_band_though_it_changes_it(
    name: str, key: str, table: pd.DataFrame
) -> None:
    row = table.loc[name, key]
    target = next(target for target in TARGETS if target.key == key)
    assert row["verdict"] == "left inside", row.to_string()
    assert target.low <= row["value"] <= target.high and row["value"] != row["without"]


@pytest.mark.slow
@pytest.mark.parametrize(("key", "side"), NOTHING.pushes)
def test_a_control_that_changes_nothing_pushes_nothing(key: str, side: str, table: pd.DataFrame) -> None:
    row = table.loc["nothing", key]
    assert row["verdict"] == "NOT PUSHED", side
    assert row["value"] == row["without"]


def test_every_target_has_a_control() -> None:
    assert {key for _, key, _ in DECLARED} == {target.key for target in TARGETS}
