"""What is undefined stays undefined, with its n, from the run to the page; it is never 0."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, write_fake_study
from test_report import visible

from experiments import load_study
from experiments.analysis.intervals import compare_runs, pairing
from experiments.commands.terminal import hits_text
from experiments.figures import Drawn, read_study
from experiments.files.whole import write_table
from experiments.language.outcomes import BY_COLUMN
from experiments.pages.report.build import render
from experiments.pages.report.tables import cell
from experiments.studies.tables import run_table

NAN = float("nan")
BASE = [0.5, 0.6, NAN, 0.4, 0.5, 0.7, 0.5, NAN]
SOME = [0.6, NAN, 0.9, 0.5, 0.9, NAN, 0.4, NAN]
LABELS = ["base", "some", "none", "all"]


@pytest.fixture
def runs() -> pd.DataFrame:
    """Return runs in which precision is defined always, sometimes or never."""
    values = {"base": BASE, "some": SOME, "none": [NAN] * 8, "all": [0.3, 0.2, 0.4, 0.1, 0.3, 0.2, 0.4, 0.6]}
    rows = [
        {"package": name, "replication": r, "status": "ok", "precision": value}
        for name, column in values.items()
        for r, value in enumerate(column)
    ]
    return pd.DataFrame(rows)


@pytest.fixture
def rows(runs: pd.DataFrame) -> pd.DataFrame:
    return compare_runs(runs, LABELS, "base", ["precision"]).set_index("package")


def test_n_counts_the_replications_in_which_there_is_a_value(rows: pd.DataFrame) -> None:
    assert rows["n"].to_dict() == {"base": 6, "some": 5, "none": 0, "all": 8}
    assert rows.loc["some", "mean"] == pytest.approx((0.6 + 0.9 + 0.5 + 0.9 + 0.4) / 5)


def test_pairs_are_the_replications_in_which_both_have_one(runs: pd.DataFrame, rows: pd.DataFrame) -> None:
    saved = pairing(runs, LABELS, "base", ["precision"]).set_index("package")
    assert saved["n"].to_dict() == {"some": 4, "none": 0, "all": 6}
    assert rows.loc["some", "difference"] == pytest.approx(np.mean([0.1, 0.1, 0.4, -0.1]))
    assert rows.loc["some", "difference"] != pytest.approx(
        rows.loc["some", "mean"] - rows.loc["base", "mean"]
    )


def test_what_is_never_defined_has_no_number_at_all(runs: pd.DataFrame, rows: pd.DataFrame) -> None:
    assert rows.loc["none"].drop(["baseline", "outcome", "n"]).isna().all()
    saved = pairing(runs, LABELS, "base", ["precision"]).set_index("package")
    assert saved.loc["none", ["variance_paired", "variance_independent", "saved"]].isna().all()


def test_a_package_without_a_value_does_not_widen_the_others(runs: pd.DataFrame, rows: pd.DataFrame) -> None:
    without = compare_runs(runs, ["base", "some", "all"], "base", ["precision"]).set_index("package")
    pd.testing.assert_frame_equal(rows.drop("none"), without)


def test_a_file_has_an_empty_field_for_it(rows: pd.DataFrame, tmp_path: Path) -> None:
    write_table(tmp_path / "comparison.csv", rows.reset_index())
    line = next(line for line in (tmp_path / "comparison.csv").read_text().splitlines() if line[:4] == "none")
    assert line == "none,base,precision,0" + "," * 8
    assert pd.read_csv(tmp_path / "comparison.csv").set_index("package").loc["none", "mean":].isna().all()  # type: ignore[misc]


def test_a_null_of_a_run_is_no_zero_in_the_table_of_runs() -> None:
    study = load_study(["arms=[no_enforcement]", "replications=2"])
    first, second = study.runs()
    stored = {
        first.key: {"hash": "h", "outcomes": {"precision": None, "recall": 0.0}},
        second.key: {"hash": "h", "outcomes": {"precision": 0.5, "recall": 0.5}},
    }
    table = run_table(study, stored, set())
    assert np.isnan(table["precision"][0]) and table["precision"][1] == 0.5
    assert table["recall"][0] == 0
    compared = compare_runs(table, ["no_enforcement"], "no_enforcement", ["precision", "recall"])
    assert compared["n"].tolist() == [1, 2]


def test_the_page_says_in_how_many_runs_and_pairs_an_outcome_is_defined(tmp_path: Path) -> None:
    study = read_study(write_fake_study(tmp_path, grid=False, failed=0))
    runs = study.runs.copy()
    for label, missing in ((BASELINE, [0, 1]), ("threshold_only", [1, 2, 3])):
        runs.loc[(runs["package"] == label) & runs["replication"].isin(missing), "precision"] = NAN
    labels = list(study.packages)
    study = replace(
        study, runs=runs, comparison=compare_runs(runs, labels, BASELINE, ["precision"]),
        pairing=pairing(runs, labels, BASELINE, ["precision"]),
    )  # fmt: skip
    said = {label: cell(study, label, BY_COLUMN["precision"]) for label in labels}
    assert said["no_enforcement"]["mean"] == "–"
    assert said["no_enforcement"]["interval"] == "not defined"
    assert said["no_enforcement"]["n"] == "0 of 10 runs"
    assert said["no_enforcement"]["change"] == ""
    assert said[BASELINE]["n"] == "8 of 10 runs"
    assert said["threshold_only"]["n"] == "7 of 10 runs, 6 pairs"
    assert said["threshold_and_fine"]["n"] == "8 pairs"
    assert "– not defined 0 of 10 runs" in visible(render(study, Drawn(tmp_path)))


@pytest.mark.parametrize("label", [BASELINE, "threshold_only"])
def test_a_failed_run_is_not_an_undefined_outcome(tmp_path: Path, label: str) -> None:
    study = read_study(write_fake_study(tmp_path, replications=4, grid=False, failed=0))
    runs = study.runs.copy()
    runs.loc[(runs["package"] == label) & (runs["replication"] == 2), ["status", "recall"]] = ["failed", NAN]
    labels = list(study.packages)
    study = replace(
        study, runs=runs, comparison=compare_runs(runs, labels, BASELINE, ["recall"]),
        pairing=pairing(runs, labels, BASELINE, ["recall"]),
    )  # fmt: skip
    assert {cell(study, name, BY_COLUMN["recall"])["n"] for name in labels} == {""}


def test_the_terminal_writes_a_dash() -> None:
    assert hits_text(pd.Series({"mean": NAN, "low": NAN, "high": NAN})) == "–"
