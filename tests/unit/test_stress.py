"""The adversary finds the response that pays, and a package is said to be as good as what it leaves."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_packages import FakeExecutor

from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.figures import figure_from_csv, stress_figures
from experiments.runs.replication import Branch, Stage, warm_up
from experiments.searches.adversary.effects import EFFECTS, NONE, Stressed, best_of, first_days
from experiments.searches.adversary.plan import StressPlan, plan_of
from experiments.searches.adversary.response import AnsweredBranch, branch_of, respond
from experiments.searches.adversary.stress import stress
from experiments.settings.config import load_config
from experiments.studies.engine import Interrupted
from policies import build_package
from sim.parameters import ConfigError

NOISE = {"brushed_share": 0.002}


def law(branch: Branch) -> dict[str, float]:
    """Gradual starts undo the package, lower cuts always pay a little; nothing else does anything."""
    own = dict(getattr(branch, "response", ()))
    packaged = branch.package["name"] != "status_quo_2015"
    slow = np.log(own.get("adaptation.gradual_days", 30) / 30) / np.log(3)
    cheap = (0.0375 - own.get("trade.cut_high", 0.0375)) / 0.0275
    share = 0.05 + packaged * (-0.03 + 0.02 * slow) + 0.002 * cheap
    return {"brushed_share": share, "first": 0.05 - 0.03 * packaged, "organiser_profit_rmb": -cheap}


def holding(branch: Branch) -> dict[str, float]:
    """Nothing that the trade does helps it."""
    share = 0.05 - 0.03 * (branch.package["name"] != "status_quo_2015")
    return {"brushed_share": share, "first": share, "organiser_profit_rmb": 0.0}


def undone(branch: Branch) -> dict[str, float]:
    """Any gradual start of more than 40 days undoes the package."""
    own = dict(getattr(branch, "response", ()))
    packaged = branch.package["name"] != "status_quo_2015" and own.get("adaptation.gradual_days", 30) <= 40
    return {
        "brushed_share": 0.05 - 0.03 * packaged,
        "first": 0.05 - 0.03 * packaged,
        "organiser_profit_rmb": 0.0,
    }


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of small files need not reach the disk at once."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


def plan_at(folder: Path, *words: str) -> StressPlan:
    few = ["market=small", "package=threshold_and_fine", "trials=24", "replications=2", "fresh=8"]
    return plan_of([*few, *words], output=str(folder))


def said(folder: Path) -> str:
    return str(json.loads((folder / "stress.json").read_text())["sentence"])


def test_the_best_response_is_found_and_its_effects_are_told_apart(tmp_path: Path) -> None:
    found = stress(plan_at(tmp_path), quiet, FakeExecutor(law, NOISE))
    response = found.responses[found.best]
    assert response["adaptation.gradual_days"] > 50
    means = {name: found.effect(name)["mean"] for name in EFFECTS}
    true = law(AnsweredBranch("", {"name": "x"}, response=tuple(response.items())))["brushed_share"]
    assert means["day_one"] == pytest.approx(-0.03, abs=0.003)
    assert means["after_adaptation"] == pytest.approx(-0.03, abs=0.003)
    assert means["exploitability"] == pytest.approx(true - 0.02, abs=0.003)
    assert means["after_response"] == pytest.approx(true - 0.05, abs=0.003)
    own = means["exploitability"] - means["same_without_package"]
    assert means["owed_to_package"] == pytest.approx(own)
    assert found.effect("exploitability")["low"] > 0
    assert "works against the best response that was found too, and keeps" in said(tmp_path)


@pytest.mark.parametrize(
    ("of", "verdict"),
    [(undone, "good only while nobody answers"), (holding, "no response was found that costs it anything")],
)
def test_a_package_is_said_to_be_as_good_as_it_is(tmp_path: Path, of: object, verdict: str) -> None:
    stress(plan_at(tmp_path, "trials=48"), quiet, FakeExecutor(of, NOISE))  # type: ignore[arg-type]
    assert verdict in said(tmp_path)


@pytest.mark.slow
def test_where_no_response_helps_none_is_found_to_in_nearly_all_stress_tests(tmp_path: Path) -> None:
    wrong = 0
    for seed in range(20):
        few = ("trials=8", "batch=4", "replications=2", "fresh=8", f"seed={seed}")
        found: Stressed = stress(
            plan_at(tmp_path / str(seed), *few), quiet, FakeExecutor(holding, {"brushed_share": 0.01})
        )
        own = found.effects[found.effects["effect"] == "exploitability"]
        wrong += bool((own["low"] > 0).any())
    assert wrong <= 3  # 5 % or fewer, and two standard errors


def test_a_stress_test_that_was_killed_goes_on_to_the_same_content(tmp_path: Path) -> None:
    names = ("trials.csv", "effects.csv", "fresh_runs.csv", "paths.csv", "stress.json", "best_response.yaml")
    stress(plan_at(tmp_path / "whole"), quiet, FakeExecutor(law, NOISE))
    for patience in (20, 40):
        with pytest.raises(Interrupted):
            stress(plan_at(tmp_path / "again"), quiet, FakeExecutor(law, NOISE, patience))
    stress(plan_at(tmp_path / "again"), quiet, FakeExecutor(law, NOISE))
    for name in names:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_a_response_is_in_force_in_its_branch_alone() -> None:
    config = load_config(["market=small", "market.n_shops=100", "warmup=3", "threads=1"])
    trunk = warm_up(config, 1, Stage("warm-up"))
    response = {
        "brushing.levels": [2, 4, 10, 20, 40, 100],
        "trade.cut_high": 0.011,
        "adaptation.gradual_days": 5,
    }
    branch = branch_of(config, config.package, response, 1)
    answered = branch.on(trunk).state
    assert answered.campaigns.ways.level.tolist() == [2, 2, 4, 4, 10, 10, 20, 20, 40, 40, 100, 100]
    assert set(answered.campaigns.ways.start) == {0, 5}
    assert answered.trade.parameters.cut_high == 0.011
    assert trunk.state.trade.parameters.cut_high == 0.0375
    assert trunk.state.campaigns.ways.level.max() == 50
    assert branch.key != branch_of(config, config.package, {}, 1).key


def test_responses_are_runs_of_their_own() -> None:
    config = load_config(["market=small"])
    responses: list[dict[str, object]] = [{}, {"trade.cut_high": 0.02}, {"trade.cut_high": 0.03}]
    keys = [branch_of(config, config.package, response, 1).key for response in responses]
    assert len(set(keys)) == 3
    assert branch_of(config, config.package, {"trade.cut_high": 0.02}, 1).key == keys[1]


def test_the_best_response_is_the_one_that_costs_the_package_most() -> None:
    table = pd.DataFrame({"response": [4, 7, 7, 9], "mean": [0.01, 0.02, 0.5, np.nan]})
    table["effect"] = ["exploitability", "exploitability", "same_without_package", "exploitability"]
    assert best_of(table) == 7 and best_of(table[:1]) == 4 and best_of(table[3:]) == NONE


def test_the_first_days_are_the_first_four_weeks_of_the_package() -> None:
    path = pd.DataFrame({"day": range(-14, 42, 7), "brushed_share": [9, 9, 1, 2, 3, 4, 9, 9]})
    assert first_days(path) == 2.5


def test_no_response_changes_nothing() -> None:
    config = load_config(["market=small", "market.n_shops=100", "warmup=3", "threads=1"])
    trunk = warm_up(config, 1, Stage("warm-up"))
    plain, answered = trunk.branch(), trunk.branch()
    respond(answered, {})
    for market in (plain, answered):
        market.adopt(build_package(config.package)).run(3)
    assert plain.hash() == answered.hash()


@pytest.mark.parametrize(
    "response",
    [{"brushing.levels": [1, 2]}, {"trade.nothing": 1}, {"trade.cut_high": 9.0}, {"no.such": 1}],
)
def test_what_is_no_response_is_refused(response: dict[str, object]) -> None:
    trunk = warm_up(load_config(["market=small", "market.n_shops=100", "warmup=0"]), 1, Stage("warm-up"))
    with pytest.raises(ConfigError):
        respond(trunk, response)


def test_the_figure_has_a_line_for_each_arm(tmp_path: Path) -> None:
    stress(plan_at(tmp_path), quiet, FakeExecutor(law, NOISE))
    assert not stress_figures(tmp_path).failed
    (axes,) = figure_from_csv(tmp_path / "figures" / "stress.csv").axes
    names = {line.get_label() for line in axes.get_lines()}
    assert {"status quo", "package", "package, answered"} <= names


def test_wrong_words_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stress", "stress=nothing", "--output", str(tmp_path / "out")]) == BAD_INPUT
    assert "stress has no 'nothing'; there are choices" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_trade_may_be_given_another_aim(tmp_path: Path) -> None:
    plan = plan_at(tmp_path, "objective=organiser_profit_rmb")
    found = stress(replace(plan, effort=replace(plan.effort, candidates=1)), quiet, FakeExecutor(law, NOISE))
    assert found.responses[found.best].get("trade.cut_high", 0.0375) > 0.03


@pytest.mark.slow
def test_a_stress_test_runs_in_a_tiny_market(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = [
        "market=small",
        "market.n_shops=100",
        "warmup=10",
        "days=35",
        "workers=2",
        "package=threshold_only",
    ]
    few = ["trials=4", "batch=2", "replications=1", "candidates=1", "fresh=2"]
    words = ["stress", *tiny, *few, "--output", str(tmp_path)]
    assert main(words) == OK
    assert "Exploitability" in capsys.readouterr().out
    first = (tmp_path / "stress.json").read_bytes()
    assert main(words) == OK and (tmp_path / "stress.json").read_bytes() == first
