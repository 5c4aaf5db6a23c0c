"""Studies with next to nothing in them end with their figures; those with nothing to show say so."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, LEVELS, write_fake_run, write_fake_study

from experiments.analysis.intervals import compare_runs
from experiments.commands.cli import OK, main
from experiments.figures import Drawn, gallery, labels, read_study, risk, run, run_figures, style
from experiments.figures.deterred import GROUPS
from experiments.pages.report import write_report
from experiments.pages.report.build import render
from experiments.pages.report.sections import figure_section

pytestmark = pytest.mark.slow


Tables = dict[str, pd.DataFrame]
Change = Callable[[Tables], None]

EXPOSURES = ("reviews", "innocent_shop_years", "honest_shop_years")
BY_GROUP = [*GROUPS, "recall_first_90", "recall_last_90", "true_risk", "perceived_risk"]


def tables_of(folder: Path) -> Tables:
    """The tables of an invented study with all that figures look at."""
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("runs", "paths", "harm")}
    tables = {name: table.reset_index(drop=True) for name, table in tables.items()}
    n = len(tables["paths"])
    tables["paths"] = tables["paths"].assign(
        brushers=5.0, sanctioned_brushers=0.1, camouflage=np.linspace(0, 1, n)
    )
    more = {name: tables["runs"]["brushing_shop_share"] for name in BY_GROUP}
    tables["runs"] = tables["runs"].assign(**more, **dict.fromkeys(EXPOSURES, 40.0))
    return tables


def changed_study(folder: Path, change: Change, replications: int = 2) -> Path:
    """Write an invented study whose tables were changed, compared anew."""
    write_fake_study(folder, replications=replications, failed=0, grid=replications > 1)
    tables = tables_of(folder)
    change(tables)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    runs = tables["runs"]
    arms = list(dict.fromkeys(runs["package"]))
    outcomes = list(runs.columns[runs.columns.get_loc("status") + 1 :])
    outcomes = [name for name in outcomes if not name.startswith("factor.")]
    baseline = BASELINE if BASELINE in arms else arms[0]
    compare_runs(runs, arms, baseline, outcomes).to_csv(folder / "comparison.csv", index=False)
    return folder


def unknown(table: str, *columns: str) -> Change:
    """Make columns, or all numbers of a table, undefined."""

    def change(tables: Tables) -> None:
        own = tables[table]
        floats = [name for name in own if own[name].dtype == float]
        tables[table] = own.assign(**dict.fromkeys(columns or floats, np.nan))

    return change


def zero(table: str) -> Change:
    """Make all fractional numbers of a table zero."""

    def change(tables: Tables) -> None:
        own = tables[table]
        floats = [name for name in own if own[name].dtype == float and not name.startswith("factor.")]
        tables[table] = own.assign(**dict.fromkeys(floats, 0.0))

    return change


def only(table: str, query: str) -> Change:
    """Keep only some rows of a table."""

    def change(tables: Tables) -> None:
        tables[table] = tables[table].query(query).reset_index(drop=True)

    return change


CHANGES: dict[str, Change] = {
    "no outcome is defined": unknown("runs"),
    "no path is defined": unknown("paths"),
    "no harm is defined": unknown("harm"),
    "nothing ever happened": zero("runs"),
    "paths are zero": zero("paths"),
    "harm is zero": zero("harm"),
    "camouflage is undefined": unknown("paths", "camouflage"),
    "risk is undefined": unknown("paths", "perceived_risk", "brushers"),
    "brushing is undefined": unknown("paths", "brushed_share"),
    "hits are undefined": unknown("runs", "innocent_hits_per_1000_shop_years"),
    "losses are undefined": unknown("runs", "innocent_sales_lost_rmb"),
    "capacity is undefined": unknown("runs", "capacity_bound_day_share"),
    "only the warm-up is there": only("paths", "day < 0"),
    "one week is there": only("paths", "day == 0"),
    "no week is there": only("paths", "day > 9999"),
    "harm has one cell": only("harm", "age_band == '> 3 years' and size_band == '> 200 orders'"),
    "harm has no cell": only("harm", "hits < 0"),
    "one arm finished": only("runs", f"package == '{BASELINE}'"),
    "the baseline did not finish": only("runs", f"package != '{BASELINE}'"),
    "one replication of most": only("runs", "replication == 0 or package == 'threshold_only'"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_study_with_next_to_nothing_in_it_has_all_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    few = {label: LEVELS[label] for label in (BASELINE, "threshold_only", "threshold_and_fine")}
    monkeypatch.setattr("fake_study.LEVELS", few)
    monkeypatch.setattr("fake_study.THRESHOLDS", (0.3,))
    study = read_study(changed_study(tmp_path, CHANGES[name]))
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for stem, kind in gallery.kinds_of(study).items():
            table = gallery.table_of(study, stem, kind)
            if table is not None:
                gallery.draw_of(stem, table)(gallery.normal(table))
                figure_section(study, stem)
    page = Drawn(tmp_path)
    render(study, page)
    assert page.failed == {}


def test_one_replication_of_one_arm_has_all_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_study.LEVELS", {BASELINE: LEVELS[BASELINE]})
    assert write_report(changed_study(tmp_path, only("runs", "replication == 0"), 1)).failed == {}


def test_risk_that_nobody_measured_is_a_note(tmp_path: Path) -> None:
    study = read_study(changed_study(tmp_path, unknown("paths")))
    assert style.is_note(risk.prepare(study))


def test_camouflage_without_a_number_is_left_out(tmp_path: Path) -> None:
    study = read_study(changed_study(tmp_path, unknown("paths", "camouflage")))
    assert set(risk.prepare(study)["kind"]) == {"perceived", "true", "footnote"}


@pytest.mark.parametrize(("warmup", "days"), [(0, 1), (1, 1), (2, 2), (0, 7), (6, 6), (7, 7), (0, 8)])
def test_a_run_of_a_few_days_has_its_figure(tmp_path: Path, warmup: int, days: int) -> None:
    folder = write_fake_run(tmp_path, days=days, warmup=warmup)
    assert run_figures(folder).failed == {}
    weeks = style.rows(run.prepare(folder), "week")
    whole = warmup // 7 + days // 7
    assert len(weeks) == (whole or (warmup > 0) + (days > 0))


def test_a_run_in_which_nothing_is_defined_has_its_figure(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path, days=30, warmup=7)
    daily = pd.read_parquet(folder / "daily.parquet")
    daily.assign(**dict.fromkeys(daily.columns.drop("day"), np.nan)).to_parquet(folder / "daily.parquet")
    assert run_figures(folder).failed == {}


def test_a_line_of_one_point_is_a_dot() -> None:
    assert style.dot_for([np.nan, 1.0]) == "o"
    assert style.dot_for([1.0, 2.0]) == style.dot_for([np.nan]) == ""


def test_extremes_of_nothing_are_what_one_asks_for() -> None:
    assert style.highest([]) == style.lowest([np.nan]) == 0.0
    assert style.highest([np.nan, np.inf], 3.0) == 3.0
    assert (style.highest([1, np.nan, 4]), style.lowest(pd.DataFrame({"a": [2.0], "b": [-1.0]}))) == (
        4.0,
        -1.0,
    )


def test_labels_of_several_lines_keep_farther_off() -> None:
    placed = labels.spread([1.0, 1.0, 1.0], 0.5, 0.0, 6.0, [1, 3, 1])
    assert np.diff(placed) == pytest.approx([1.0, 1.0])


def test_a_short_study_and_a_short_run_end_with_code_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["market=small", "warmup=2", "days=2"]
    assert main(["run", *small, "threads=1", f"out={tmp_path / 'run'}"]) == OK
    arms = "arms=[no_enforcement,threshold_only]"
    words = [arms, *small, "replications=1", "workers=1", f"out={tmp_path / 'study'}"]
    assert main(["compare", *words]) == OK
    assert (tmp_path / "study" / "report.html").exists()
    assert "failed" not in capsys.readouterr().err
