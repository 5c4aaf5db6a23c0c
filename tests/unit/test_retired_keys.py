"""Keys that moved or do nothing any more still work, and are said in a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from experiments import load_config, load_study
from experiments.settings.retired import RetiredKey
from sim.parameters import ConfigError


def own(folder: Path, group: str, name: str, text: str) -> Path:
    """Write a configuration file of the user's; return the folder."""
    (folder / group).mkdir(parents=True, exist_ok=True)
    (folder / group / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


OLD = """
defaults:
  - /policy@detection: detection
  - /policy@appeals: appeals
  - /policy@regulator: regulator
  - _self_
name: old
detection: {sensitivity: 0.8, specificity: 0.95, review_cost: 12}
appeals: {innocent_wins: 0.7, guilty_refused: 0.6, cost: 34}
regulator: {raid_strata: 4, raid_stratum: 2}
"""


def test_accuracy_and_cost_of_an_old_package_move_into_the_world(tmp_path: Path) -> None:
    with pytest.warns(RetiredKey) as said:
        config = load_config(["package=old", "market=small"], own(tmp_path, "package", "old", OLD))
    findings = config.world.findings
    assert (findings.review_sensitivity, findings.review_specificity, findings.review_cost) == (0.8, 0.95, 12)
    assert (findings.hearing_innocent_wins, findings.hearing_guilty_refused) == (0.7, 0.6)
    assert findings.hearing_cost == 34
    lines = [str(warning.message) for warning in said]
    assert (
        "package.detection.sensitivity is findings.review_sensitivity now: it belongs to the world" in lines
    )
    assert "package.regulator.raid_strata has no effect any more" in lines
    assert not {"sensitivity", "raid_strata"} & {key for entry in config.package.values() for key in entry}


def test_an_override_of_an_old_name_still_works() -> None:
    config = load_config(["package=threshold_only", "package.appeals.innocent_wins=1"])
    assert config.world.findings.hearing_innocent_wins == 1
    with pytest.raises(ConfigError, match=r"findings.review_sensitivity must be in \[0, 1\]"):
        load_config(["package=threshold_only", "package.detection.sensitivity=2"])
    with pytest.raises(ConfigError, match="unknown key package.detection.innocent_wins"):
        load_config(["package=threshold_only", "package.detection.innocent_wins=1"])


def test_two_policies_that_disagree_on_the_world_are_an_error() -> None:
    words = ["package=threshold_only", "status_quo.detection.sensitivity=0.5"]
    with pytest.raises(ConfigError, match=r"is 0\.[56] and .* is 0\.[56], but both are findings"):
        load_config([*words[:1], "package.detection.sensitivity=0.6", *words[1:]])
    with pytest.raises(ConfigError, match="but both are findings.review_sensitivity"):
        load_config(["findings.review_sensitivity=0.7", "package.detection.sensitivity=0.6"])
    same = load_config(["package.detection.sensitivity=0.5", *words[1:]])
    assert same.world.findings.review_sensitivity == 0.5


def test_arms_share_one_world() -> None:
    old = "{label: old, package: threshold_only, overrides: ['appeals.innocent_wins=1']}"
    study = load_study(["market=small", f"arms=[threshold_only,{old}]"])
    assert study.config.world.findings.hearing_innocent_wins == 1
    assert all("innocent_wins" not in arm.package["appeals"] for arm in study.arms)
    other = old.replace("label: old", "label: other").replace("wins=1", "wins=0.8")
    with pytest.raises(ConfigError, match="but both are findings.hearing_innocent_wins of one world"):
        load_study(["market=small", f"arms=[{old},{other}]"])


def test_what_has_no_effect_any_more_is_said_and_changes_nothing(tmp_path: Path) -> None:
    plain = load_config(["market=small"])
    with pytest.warns(RetiredKey, match="lost_half_life has no effect any more"):
        assert load_config(["market=small", "adaptation.lost_half_life=5"]).tree() == plain.tree()
    text = "# @package _global_\narms: [status_quo_2015]\nstratify_raids: true\n"
    with pytest.warns(RetiredKey, match="stratify_raids has no effect any more"):
        assert load_study(
            ["experiment=mine", "market=small"], own(tmp_path, "experiment", "mine", text)
        ).runs()


def test_the_command_says_it_in_a_line_of_its_own(tmp_path: Path) -> None:
    words = [
        "run",
        "market=small",
        "days=1",
        "warmup=0",
        "adaptation.lost_half_life=5",
        f"out={tmp_path / 'o'}",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "antibrush: adaptation.lost_half_life has no effect any more\n" in done.stderr
