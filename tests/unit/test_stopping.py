"""Studies that stop when they know enough: what is asked for, what a look sees, what is said of it."""

import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from experiments import load_study
from experiments.analysis.intervals import compare_runs
from experiments.analysis.sequential import Sequential, looks_of, nominal_errors
from experiments.analysis.simultaneous import ERROR
from experiments.commands.cli import OK, main
from experiments.language.stopping import stopped
from experiments.studies.continuation import Words, expand
from experiments.studies.looks import run_looks
from experiments.studies.results import read_study
from experiments.studies.stopping import goal_of, judged, needed, stopping_of
from experiments.studies.store import claim_folder
from sim.parameters import ConfigError

SMALL = ["arms=[no_enforcement,all_cases,threshold_only]", "market=small", "warmup=5", "days=10"]
UNTIL = [*SMALL, "until=decided:brushed_share:0.5", "look_every=4", "max_replications=18"]


def test_a_study_looks_each_so_many_replications_and_at_the_last() -> None:
    assert looks_of(5, 20) == (5, 10, 15, 20)
    assert looks_of(5, 12) == (5, 10, 12)
    assert looks_of(7, 7) == (7,)


def test_one_look_is_a_plain_t_interval() -> None:
    assert nominal_errors((20,)) == pytest.approx((ERROR,))


def test_the_first_look_may_err_in_what_is_spent_on_it_and_later_ones_in_more() -> None:
    errors = nominal_errors((5, 10, 15, 20))
    assert errors[0] == pytest.approx(ERROR / 16)
    assert list(errors) == sorted(errors) and errors[-1] < ERROR
    assert ERROR < sum(errors) < 4 * ERROR


def test_two_looks_together_err_as_often_as_they_may() -> None:
    """The chance that both hold is that of a bivariate normal variable to lie in a box."""
    errors = nominal_errors((10, 20))
    ends = special.ndtri(1 - np.array(errors) / 2)
    shared = np.sqrt(10 / 20)
    box = stats.multivariate_normal(cov=[[1, shared], [shared, 1]]).cdf(ends, lower_limit=-ends)
    assert 1 - box == pytest.approx(ERROR, abs=1e-5)


def test_packages_share_the_error() -> None:
    plan = Sequential((5, 10, 20), 10)
    assert plan.error(1) > 3 * plan.error(5) > 0


def test_differences_of_any_shape_are_covered_at_all_looks_together() -> None:
    looks = looks_of(5, 60)
    luck = np.random.default_rng(3).standard_normal((4000, 60))
    missed = np.zeros(len(luck), dtype=bool)
    for n, error in zip(looks, nominal_errors(looks), strict=True):
        half = special.stdtrit(n - 1, 1 - error / 2) * luck[:, :n].std(axis=1, ddof=1) / np.sqrt(n)
        missed |= np.abs(luck[:, :n].mean(axis=1)) > half
    assert stats.binom.ppf(1e-4, 4000, ERROR) <= missed.sum() <= stats.binom.ppf(1 - 1e-4, 4000, ERROR)


@pytest.mark.parametrize(
    ("text", "sign", "half_width"),
    [
        ("brushed_share:0.3", False, 0.003),
        ("decided:brushed_share", True, None),
        ("decided:brushed_share:0.3", True, 0.003),
        ("innocent_hits_per_1000_shop_years:2", False, 2.0),
    ],
)
def test_a_goal_is_read_in_the_unit_of_its_readers(text: str, sign: bool, half_width: float | None) -> None:
    goal = goal_of(text)
    assert (goal.sign, goal.half_width) == (sign, pytest.approx(half_width))
    assert goal.shown()["half_width"] == (None if half_width is None else float(text.split(":")[-1]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brushed_share", "write OUTCOME"),
        ("decided", "write OUTCOME"),
        ("decided:brushed_share:1:2", "write OUTCOME"),
        ("brushed_shar:1", "did you mean brushed_share"),
        ("brushed_share:wide", "a number above 0"),
        ("brushed_share:0", "a number above 0"),
        ("brushed_share:nan", "a number above 0"),
    ],
)
def test_a_goal_that_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        goal_of(text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["until={a: 1}"], "until must be"),
        (["until=brushed_share:1", "look_every=9", "max_replications=8"], "look_every must be"),
        (["until=brushed_share:1", "arms=[all_cases]"], "nothing to compare"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load_study([*SMALL, *words])


def test_nothing_is_planned_where_nothing_is_asked_for() -> None:
    assert stopping_of(None, 5, 60) is None
    study = load_study(SMALL)
    assert study.plan is None and "stopping" not in study.description()


def test_the_study_is_the_same_one_at_every_look() -> None:
    study = load_study(UNTIL)
    assert study.replications == 18 and study.stopping and study.stopping.looks == (4, 8, 12, 16, 18)
    stage = replace(study, ran=8)
    assert stage.description() == study.description()
    assert {run.key for run in stage.runs()} < {run.key for run in study.runs()}
    assert len(stage.runs()) == 3 * 8 and stage.plan == Sequential(study.stopping.looks, 8)


def rows(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"outcome": "brushed_share", "package": list("abcd"), **columns})


def test_a_package_is_open_until_its_interval_is_narrow_or_leaves_out_zero() -> None:
    table = rows(
        n=[12, 12, 12, 5],
        difference=[0.02, 0.001, 0.001, 0.0],
        sim_low=[0.01, -0.003, -0.006, 0.0],
        sim_high=[0.03, 0.005, 0.008, 0.0],
    )
    expected = {"decided:brushed_share": [1, 0, 0, 0], "brushed_share:0.5": [0, 1, 0, 0]}
    expected["decided:brushed_share:0.5"] = [1, 1, 0, 0]  # d never varied, but in five pairs only
    for text, reached in expected.items():
        assert judged(goal_of(text), table, 0.01)["reached"].astype(int).tolist() == reached


def test_what_is_unknown_is_open() -> None:
    table = rows(n=[0] * 4, difference=[np.nan] * 4, sim_low=[np.nan] * 4, sim_high=[np.nan] * 4)
    found = judged(goal_of("decided:brushed_share:0.5"), table, 0.01)
    assert not found["reached"].any() and found["fixed"].isna().all()


def test_a_plan_without_looks_needs_what_the_t_distribution_says() -> None:
    n = int(needed(goal_of("brushed_share:0.5"), 0.0, 0.01, ERROR))
    half = special.stdtrit(np.array([n - 2, n - 1]), 1 - ERROR / 2) * 0.01 / np.sqrt([n - 1, n])
    assert half[1] <= 0.005 < half[0]
    assert np.isnan(needed(goal_of("decided:brushed_share"), 0.0, 0.01, ERROR))


def luck(replications: int, effects: dict[str, float], spread: float = 0.01) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        [
            {"package": name, "replication": r, "status": "ok", "brushed_share": 0.05 + effect + noise}
            for r in range(replications)
            for (name, effect), noise in zip(effects.items(), spread * rng.normal(size=3), strict=True)
        ]
    )


def test_all_intervals_of_a_study_with_looks_are_wider() -> None:
    runs = luck(8, {"base": 0.0, "a": 0.01, "b": 0.0})
    plan = Sequential((4, 8, 12, 16), 8)
    once, often = (
        compare_runs(runs, ["base", "a", "b"], "base", ["brushed_share"], how) for how in (None, plan)
    )
    for low, high in (("low", "high"), ("diff_low", "diff_high"), ("sim_low", "sim_high")):
        wider = (often[high] - often[low]) / (once[high] - once[low])
        assert (wider.dropna() > 1.2).all() and wider.notna().any()
    own = often.set_index("package").loc["a"]
    differences = (
        runs.pivot(index="replication", columns="package", values="brushed_share")
        .eval("a - base")
        .to_numpy(float)
    )
    half = (
        special.stdtrit(7, 1 - nominal_errors(plan.looks, ERROR / 2)[1] / 2)
        * differences.std(ddof=1)
        / np.sqrt(8)
    )
    assert own["sim_high"] - own["difference"] == pytest.approx(half)


def looked(monkeypatch: pytest.MonkeyPatch, folder: Path, effects: dict[str, float], words=UNTIL):
    """Go through the looks of invented runs; return the stage and the replications that were asked for."""
    study, asked = load_study(words), []

    def table(stage, stored, failed):
        return luck(stage.replications, effects)

    monkeypatch.setattr("experiments.studies.looks.run_table", table)
    monkeypatch.setattr("experiments.studies.looks.read_rows", lambda study, folder: {})
    stage, failures = run_looks(study, folder, lambda stage: asked.append(stage.replications) or [])
    assert failures == []
    return stage, asked


def test_a_study_stops_at_the_first_look_at_which_all_is_known(monkeypatch, tmp_path: Path) -> None:
    stage, asked = looked(
        monkeypatch, tmp_path, {"no_enforcement": 0.0, "all_cases": -0.04, "threshold_only": -0.05}
    )
    assert asked == [4, 8] and stage.replications == 8
    told = read_study(tmp_path).stopping
    assert told["reached"] and told["open"] == [] and told["replications"] == 8
    assert told["saved_replications"] == 10 and told["saved_runs"] == 30
    assert told["fixed"] < 8
    said = " ".join(stopped(told))
    assert "Stopped after 8 of at most 18 replications" in said and "saved 10 replications (30 runs)" in said
    assert read_study(tmp_path).plan == Sequential((4, 8, 12, 16, 18), 8)


def test_what_is_not_known_at_the_end_is_said(monkeypatch, tmp_path: Path) -> None:
    stage, asked = looked(
        monkeypatch, tmp_path, {"no_enforcement": 0.0, "all_cases": 0.0, "threshold_only": -0.05}
    )
    assert asked == [4, 8, 12, 16, 18] and stage.replications == 18
    told = read_study(tmp_path).stopping
    assert not told["reached"] and [entry["package"] for entry in told["open"]] == ["all_cases"]
    said = " ".join(stopped(told))
    assert "Not settled after 18 replications" in said and "all cases in brushing remaining" in said


def test_a_study_that_is_not_to_stop_runs_once_and_says_nothing(tmp_path: Path) -> None:
    study, asked = load_study(SMALL), []
    assert run_looks(study, tmp_path, lambda stage: asked.append(stage) or []) == (study, [])
    assert asked == [study] and stopped({}) == [] and not list(tmp_path.iterdir())


def test_a_planned_study_is_not_made_larger(tmp_path: Path) -> None:
    words = Words(tuple(UNTIL))
    claim_folder(tmp_path, words.study().description(), asdict(words))
    with pytest.raises(ConfigError, match="has planned all its looks"):
        expand(tmp_path, words, ["max_replications=40"])


@pytest.mark.slow
def test_a_study_stops_at_the_same_look_whatever_the_workers_and_when_it_goes_on(tmp_path: Path) -> None:
    words = ["arms=[status_quo_2015,all_cases]", "market.n_shops=100", "warmup=10", "days=20"]
    words += ["until=decided:brushed_share:2", "look_every=2", "max_replications=6"]
    assert main(["compare", *words, "workers=1", f"out={tmp_path / 'one'}"]) == OK
    assert main(["compare", *words, "workers=2", f"out={tmp_path / 'two'}"]) == OK
    tables = ("looks.csv", "stopping.json", "runs.parquet", "comparison.csv")

    def bytes_of(name: str) -> list[bytes]:
        return [(tmp_path / name / table).read_bytes() for table in tables]

    assert bytes_of("one") == bytes_of("two")
    ended = read_study(tmp_path / "one").stopping["replications"]
    assert len(pd.read_parquet(tmp_path / "one" / "runs.parquet")) == 2 * ended
    before = bytes_of("two")
    shutil.rmtree(tmp_path / "two" / "parts")
    assert main(["resume", str(tmp_path / "two")]) == OK
    assert bytes_of("two") == before
    page = (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    assert "hold at all looks together" in page
