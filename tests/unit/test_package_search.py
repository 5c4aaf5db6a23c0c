"""A search for packages: found on trials, judged on fresh seeds, the same however often it was killed."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_packages import FakeExecutor

from experiments import load_study
from experiments.analysis.unbeaten import estimate, surely_beaten, unbeaten
from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.figures import figure_from_csv, search_figures
from experiments.files.whole import read_table
from experiments.runs.replication import Branch
from experiments.searches.packages.constraints import read_constraints
from experiments.searches.packages.estimates import BASE, Findings, worst_excess
from experiments.searches.packages.plan import SearchPlan, plan_of
from experiments.searches.packages.search import search
from experiments.searches.packages.trials import branches_of, seeds_of
from experiments.searches.runner import FRESH, SEARCHING, Runner, tasks_of
from experiments.studies.engine import EvaluationError, Interrupted
from experiments.studies.store import Store
from sim.parameters import ConfigError

HITS, COST, BRUSHED, SALES = (
    "innocent_hits_per_1000_shop_years",
    "enforcement_cost_rmb",
    "brushed_share",
    "honest_sales_rmb",
)
LIMITS = (f"{HITS}<=4", f"{BRUSHED}<=4%")
NOISE = {BRUSHED: 0.002, HITS: 0.6, COST: 2e4}


def law(branch: Branch) -> dict[str, float]:
    """More action costs more, leaves less brushing and hits more innocents; raids cost, and do nothing."""
    detection, raids = branch.package["detection"], branch.package["regulator"]["raids_per_year"]
    action, threshold = detection["acted_share"], detection["threshold"]
    caught = action * (1.2 - threshold)
    return {
        BRUSHED: 0.05 * (1 - caught / 1.2),
        HITS: 20 * action * (1 - threshold) ** 2,
        COST: 1e6 * (0.1 + action + raids),
        SALES: 1e8 * (1 + caught),
        "innocent_shop_years": 2000.0,
    }


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of small files need not reach the disk at once."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


def plan_at(folder: Path, *words: str, limits: Sequence[str] = LIMITS) -> SearchPlan:
    few = ["trials=32", "fresh=10", "candidates=6", "replications=2"]
    return plan_of(["market=small", *few, *limits, *words], output=str(folder))


def number_of(found: Findings) -> int:
    """Return the number of the cheapest feasible package, which there is."""
    assert found.cheapest is not None
    return found.cheapest


def content(folder: Path) -> dict[str, bytes]:
    """Return the files that say what was found, byte by byte."""
    names = ("trials.csv", "candidates.csv", "estimates.csv", "fresh_runs.csv", "search.json")
    return {name: (folder / name).read_bytes() for name in names}


def test_the_cheapest_package_within_limits_is_found_and_named(tmp_path: Path) -> None:
    plan = plan_at(tmp_path)
    found = search(plan, quiet, FakeExecutor(law, NOISE))
    best = found.packages[number_of(found)]
    true = law(Branch("", best))
    assert true[HITS] <= 4 and true[BRUSHED] <= 0.04
    base = law(Branch("", plan.config.package))
    assert true[COST] < 0.8 * base[COST]
    assert best["regulator"]["raids_per_year"] < 0.25
    said = json.loads((tmp_path / "search.json").read_text())["sentence"]
    assert f"The cheapest feasible package is trial {found.cheapest}" in said
    assert "at most 4 per 1,000 innocent shop-years" in said


def test_the_package_that_is_found_can_be_compared(tmp_path: Path) -> None:
    found = search(plan_at(tmp_path), quiet, FakeExecutor(law, NOISE))
    study = load_study(["arms=[status_quo_2015,cheapest_feasible]"], str(tmp_path / "configs"))
    (arm,) = [arm for arm in study.arms if arm.label == "cheapest_feasible"]
    assert arm.package | {"name": ""} == found.packages[number_of(found)] | {"name": ""}


def test_what_no_package_can_keep_to_is_said_with_the_nearest(tmp_path: Path) -> None:
    plan = plan_at(tmp_path, limits=[f"{HITS}<=0.1", f"{BRUSHED}<=1%"])
    found = search(plan, quiet, FakeExecutor(law, NOISE))
    assert found.cheapest is None
    said = json.loads((tmp_path / "search.json").read_text())["sentence"]
    assert said.startswith("None of ") and "Nearest is" in said and "against a limit of" in said
    assert not (tmp_path / "configs" / "package" / "cheapest_feasible.yaml").exists()


@pytest.mark.parametrize("patience", [3, 70])
def test_a_search_that_was_killed_goes_on_to_the_same_content(tmp_path: Path, patience: int) -> None:
    whole, again = tmp_path / "whole", tmp_path / "again"
    search(plan_at(whole), quiet, FakeExecutor(law, NOISE))
    with pytest.raises(Interrupted):
        search(plan_at(again), quiet, FakeExecutor(law, NOISE, patience))
    rest = FakeExecutor(law, NOISE)
    search(plan_at(again), quiet, rest)
    assert content(whole) == content(again)
    assert 0 < rest.done <= len(Store(again, "trials").finished()) - patience


def test_more_processes_change_nothing(tmp_path: Path) -> None:
    search(plan_at(tmp_path / "one", "workers=1"), quiet, FakeExecutor(law, NOISE))
    search(plan_at(tmp_path / "nine", "workers=9"), quiet, FakeExecutor(law, NOISE))
    assert content(tmp_path / "one") == content(tmp_path / "nine")


def test_every_process_has_work_and_every_run_is_done_once() -> None:
    plan = plan_at(Path("nowhere"))
    packages = [plan.config.package | {"name": f"number {i}"} for i in range(5)]
    for parts in (1, 2, 5, 9):
        tasks = tasks_of(plan.config, branches_of(plan.config, packages), [1, 2], parts)
        keys = [key for task in tasks for key in task.keys]
        assert len(tasks) == 2 * min(parts, 5) and len(keys) == len(set(keys)) == 10


def test_no_fresh_seed_was_one_of_the_search() -> None:
    config = plan_at(Path("nowhere")).config
    assert not set(seeds_of(config, SEARCHING, 100)) & set(seeds_of(config, FRESH, 100))


def test_what_is_told_of_candidates_has_seeds_that_no_trial_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runner, "compile", lambda runner: None)  # nothing is simulated here
    plan = plan_at(tmp_path, "trials=4", "batch=2", "candidates=2", "fresh=3")
    found = search(plan, quiet, FakeExecutor(law, NOISE))
    assert set(found.runs["seed"]) == set(seeds_of(plan.config, FRESH, 3))


@pytest.mark.parametrize(("sign", "kept_to"), [("<=", False), (">=", True)])
def test_a_package_keeps_to_a_limit_where_the_end_of_its_interval_does(sign: str, kept_to: bool) -> None:
    row = {"candidate": 3, "outcome": SALES, "mean": 11.0, "low": 10.0, "high": 14.0}
    excess = worst_excess(read_constraints([f"{SALES}{sign}10"]), pd.DataFrame([row]), 3)
    assert excess == pytest.approx(0.0 if kept_to else 0.4)


def test_trials_of_which_a_run_fails_are_left_out(tmp_path: Path) -> None:
    def failing(branch: Branch) -> bool:
        return bool(branch.package["detection"]["mode"] == "reviewed")

    found = search(plan_at(tmp_path), quiet, FakeExecutor(law, NOISE, failing=failing))
    modes = found.trials.loc[found.trials["ok"], "package.detection.mode"]
    assert set(modes) == {"automatic"} and not found.trials["ok"].all()
    with pytest.raises(EvaluationError, match="every trial failed, the first with invented"):
        search(plan_at(tmp_path / "all"), quiet, FakeExecutor(law, NOISE, failing=lambda branch: True))


@pytest.mark.slow
def test_what_fresh_seeds_say_is_honest_and_what_trials_seem_is_not(tmp_path: Path) -> None:
    """All intervals of a search hold together; the best trial's own runs flatter it (the winner's curse)."""

    def flat(branch: Branch) -> dict[str, float]:
        return {BRUSHED: 0.03, HITS: 5.0, COST: 1e6, SALES: 1e8, "innocent_shop_years": 2000.0}

    truth, searches = flat(Branch("", {})), 30
    held, flattered = 0, []
    for seed in range(searches):
        few = ("trials=10", "batch=5", "candidates=4", "fresh=8", "replications=2", f"seed={seed}")
        plan = plan_at(tmp_path / str(seed), *few, limits=())
        plan = replace(plan, objectives=(BRUSHED, HITS), constraints=())
        found = search(plan, quiet, FakeExecutor(flat, {BRUSHED: 0.004, HITS: 1.0, COST: 1e5}))
        true = found.estimates["outcome"].map(truth)
        held += bool(((found.estimates["low"] <= true) & (true <= found.estimates["high"])).all())
        flattered.append(found.trials[BRUSHED].min() < 0.03)
    assert held >= 0.83 * searches  # 95 % less three standard errors
    assert np.mean(flattered) > 0.8


def test_a_rate_of_few_events_is_bounded_by_their_count() -> None:
    runs = pd.DataFrame({HITS: [0.0, 0.0, 1.0], "innocent_shop_years": 1000.0})
    assert estimate(runs * [0, 1], HITS, 0.05)[3] == pytest.approx(-np.log(0.05) / 3000 * 1000)
    n, mean, low, high = estimate(runs, HITS, 0.05)
    assert (n, low) == (3, 0.0) and mean < 4.74 / 3 < high


def test_unbeaten_are_those_that_no_other_is_as_good_as() -> None:
    values = np.array([[1, 5], [2, 5], [2, 6], [1, 5], [0, np.nan]])
    assert unbeaten(values, (-1, 1)).tolist() == [True, False, True, True, False]
    luck = np.random.default_rng(1).normal(0, 0.1, (1, 20, 3))
    worse = np.array([[0.0, 1.0, 0.01], [0.0, 1.0, 0.01]])[:, None] + np.repeat(luck, 2, axis=0)
    assert surely_beaten(worse, (-1, -1), 0.05).tolist() == [False, True, False]


def test_the_figure_shows_the_candidates_and_is_drawn_from_its_table(tmp_path: Path) -> None:
    found = search(plan_at(tmp_path), quiet, FakeExecutor(law, NOISE))
    assert not search_figures(tmp_path).failed
    table = read_table(tmp_path / "figures" / "search.csv")
    shown = table[table["kind"] == "candidate"]
    assert len(shown) == 3 * len(found.packages) and shown["cheapest"].sum() == 3
    base = shown[(shown["candidate"] == BASE) & (shown["order"] == 0)].iloc[0]
    assert base["x"] == pytest.approx(found.row(BASE, HITS)["mean"])
    figure = figure_from_csv(tmp_path / "figures" / "search.csv")
    assert len(figure.axes) == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["search=nothing"], "search has no 'nothing'; there are levers"),
        (["trials=many"], "trials=many: that takes a whole number"),
        (["trials=1"], "trials"),
        ([f"{HITS}<=two"], "cannot read the constraint"),
        (["~package.regulator"], "has no package.regulator.fine_rmb"),
    ],
)
def test_wrong_words_are_refused_before_anything_runs(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["search", *words, "--output", str(tmp_path / "out")]) == BAD_INPUT
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_of_another_search_is_left_alone(tmp_path: Path) -> None:
    search(plan_at(tmp_path), quiet, FakeExecutor(law, NOISE))
    with pytest.raises(ConfigError, match="holds another study"):
        search(plan_at(tmp_path, "trials=33"), quiet, FakeExecutor(law, NOISE))


@pytest.mark.slow
def test_a_search_runs_in_a_tiny_market(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny: list[Any] = ["market=small", "market.n_shops=100", "warmup=10", "days=20", "workers=2"]
    few = ["trials=4", "batch=2", "replications=1", "candidates=2", "fresh=2"]
    words = ["search", *tiny, *few, f"{HITS}<=1e6", "--output", str(tmp_path)]
    assert main(words) == OK
    assert "The cheapest feasible package is" in capsys.readouterr().out
    first = content(tmp_path)
    assert main(words) == OK and content(tmp_path) == first
