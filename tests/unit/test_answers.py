"""What a study's results are asked is asked once, and the answers are right where they are easy to see."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, LEVELS, THRESHOLDS, write_fake_study

from experiments.analysis.frontier import unbeaten
from experiments.analysis.grid import compare_cells, reference_place
from experiments.analysis.harm import harm_rates
from experiments.commands.terminal import print_answer
from experiments.figures import read_study
from experiments.studies import answers
from experiments.studies.results import StudyResults


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    return read_study(write_fake_study(tmp_path_factory.mktemp("study")))


def test_the_analysis_is_asked_once_for_a_study(
    results: StudyResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(answers, "harm_rates", lambda table: asked.append(len(table)) or table)
    fresh = replace(results)
    first, again = answers.harm(fresh), answers.harm(fresh)
    assert first is again and len(asked) == 1
    answers.harm(replace(results, harm=results.harm.iloc[:16]))
    assert asked[1:] == [16], "other tables are another study"


def test_answers_of_different_outcomes_are_different_answers(results: StudyResults) -> None:
    one, two = (answers.grid_comparison(results, name, 1.0) for name in ("brushed_share", "recall"))
    assert one[0, 0]["mean"] != two[0, 0]["mean"]


def test_who_is_beaten_has_a_rival_as_good_on_both_and_better_on_one() -> None:
    points = {"a": (1.0, 5.0), "b": (2.0, 2.0), "c": (2.0, 3.0), "d": (0.5, 9.0), "e": (math.nan, 0.0)}
    means = pd.DataFrame(points, index=["x", "y"]).T
    assert unbeaten(means, -1, -1) == {"a", "b", "d"}
    assert unbeaten(means, 1, -1) == {"b"}
    assert unbeaten(means, 0, -1) == set()


def test_the_reference_is_the_baseline_or_the_middle_or_the_first_with_a_run() -> None:
    run, none = pd.DataFrame({"package": ["other"]}), pd.DataFrame({"package": []})
    cells = {(i, j): run for i in range(3) for j in range(3)}
    assert reference_place(cells, "base") == (1, 1)
    assert reference_place({**cells, (2, 0): pd.DataFrame({"package": ["base"]})}, "base") == (2, 0)
    assert reference_place({**cells, (1, 1): none, (0, 0): none}, "base") == (0, 1)
    assert reference_place(dict.fromkeys(cells, none), "base") is None


def test_a_cell_is_compared_within_replications() -> None:
    luck = np.array([1.0, 4.0, 9.0])
    cells = {
        (0, 0): pd.DataFrame({"replication": [0, 1, 2], "y": luck}),
        (0, 1): pd.DataFrame({"replication": [2, 1, 0], "y": luck[::-1] + np.array([0.9, 1.0, 1.1])}),
    }
    own = compare_cells(cells, (0, 0), "y", 10.0)
    assert own[0, 1]["difference"] == pytest.approx(10.0) and own[0, 1]["apart"] is True
    assert own[0, 1]["diff_half_width"] < own[0, 1]["half_width"] and own[0, 0]["apart"] is False


def test_a_band_without_a_hit_has_a_bound_and_one_without_a_shop_no_rate() -> None:
    bands = {"package": "p", "age_band": "old", "size_band": ["s", "m", "l"]}
    harm = pd.DataFrame(bands | {"hits": [0, 3, 0], "innocent_shop_years": [100.0, 200.0, 0.0]})
    table = harm_rates(harm).set_index("size_band")
    assert table["rate"]["m"] == pytest.approx(15.0) and math.isnan(table["bound"]["m"])
    assert table["rate"]["s"] == 0 and table["bound"]["s"] == pytest.approx(1000 * -math.log(0.05) / 100)
    assert math.isnan(table["rate"]["l"])


def test_the_frontier_of_a_study_is_that_of_its_means(results: StudyResults) -> None:
    best = answers.frontier(results, ("innocent_hits_per_1000_shop_years", -1), ("brushed_share", -1))
    assert best <= set(LEVELS) and "no_enforcement" in best, "cells of the grid are no packages"
    assert len(answers.grid_cells(results)) == len(THRESHOLDS) * 2 and BASELINE in best


def test_the_terminal_says_what_the_numbers_are_not_and_which_runs_failed(
    results: StudyResults, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(results)
    said = capsys.readouterr()
    assert "noise of the simulation only" in said.out and "Pairing by common random numbers" in said.out
    assert said.err.count("FAILED") == len(results.failures) == 2
