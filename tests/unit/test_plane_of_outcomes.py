"""The plane on any two outcomes, and what stands beside brushing and innocent hits in the short table."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, LEVELS, write_fake_study
from matplotlib.axes import Axes

from experiments.commands import perform, terminal
from experiments.figures import figure_from_csv, read_study, trade_off
from experiments.language.outcomes import told
from experiments.pages.report import write_report
from experiments.pages.report.tables import outcome_table
from sim.parameters import ConfigError

SALES = {"x": "honest_sales_rmb", "y": "brushed_share"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_fake_study(tmp_path_factory.mktemp("study"))
    write_report(folder, SALES)
    return folder


def axes_of(folder: Path) -> Axes:
    return figure_from_csv(folder / "figures" / "trade_off.csv").axes[0]


def means(folder: Path, outcome: str) -> pd.Series:
    table = pd.read_csv(folder / "comparison.csv")
    return table[table["outcome"] == outcome].set_index("package")["mean"][list(LEVELS)]


def test_the_plane_shows_the_outcomes_that_were_asked_for(folder: Path) -> None:
    axes, sales = axes_of(folder), means(folder, "honest_sales_rmb")
    marks = {line.get_gid(): np.asarray(line.get_xydata()) for line in axes.lines}
    for package, brushed in means(folder, "brushed_share").items():
        np.testing.assert_allclose(marks[f"package:{package}"], [[sales[package] / 1e6, 100 * brushed]])
    assert axes.get_xlabel() == "Sales of honest merchants, million RMB   (better →)"
    assert axes.get_ylabel() == "Brushing remaining, % of paid orders   (↓ better)"
    assert axes.get_title("left") == "Brushing remaining against sales of honest merchants"


def test_the_frontier_minds_which_way_is_better(folder: Path) -> None:
    sales, brushed = means(folder, "honest_sales_rmb"), means(folder, "brushed_share")
    front = {
        label
        for label in LEVELS
        if not any(
            sales[other] >= sales[label] and brushed[other] <= brushed[label] and other != label
            for other in LEVELS
        )
    }
    table = pd.read_csv(folder / "figures" / "trade_off.csv")
    assert set(table.loc[table["frontier"].fillna(False).astype(bool), "arm"]) == front
    assert 1 < len(front) < len(LEVELS)
    step = next(line for line in axes_of(folder).lines if line.get_label() == "frontier")
    assert step.get_drawstyle() == "steps-pre", "what is as good to the right bounds what is to the left"
    assert sorted(sales[list(front)] / 1e6) == pytest.approx(list(step.get_xdata()))


def test_nobody_beats_anybody_where_better_depends_on_who_asks(folder: Path) -> None:
    study = read_study(folder, {"x": "fines_rmb", "y": "brushed_share"})
    table = trade_off.plane(study, trade_off.chosen(study))
    assert len(table) and not table["frontier"].any()
    assert "better" not in trade_off.caption(study).replace("Lower: brushing remaining is better.", "")


def test_the_page_says_what_its_plane_shows(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Brushing remaining against sales of honest merchants" in page
    assert "Further right: sales of honest merchants is better." in page
    assert "no package beats any of these on both counts" in page, (
        "the answer stays that of the two main ones"
    )


def test_without_a_wish_the_plane_is_brushing_against_innocent_shops_hit(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path)
    write_report(folder)
    assert axes_of(folder).get_title("left") == trade_off.TITLE
    again = write_report(folder, {"x": trade_off.HITS})
    assert not again.failed and axes_of(folder).get_title("left") == trade_off.TITLE


@pytest.mark.parametrize("axis", ["x", "y"])
def test_an_unknown_outcome_is_an_error_that_lists_those_there_are(axis: str, tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path)
    with pytest.raises(ConfigError) as error:
        write_report(folder, {axis: "honest_sale"})
    assert str(error.value).startswith(f"{axis}=honest_sale: no such outcome; the study has brushed_share, ")
    assert "honest_sales_rmb" in str(error.value) and "\n" not in str(error.value)
    assert not (folder / "figures").exists() and not (folder / "report.html").exists()


@pytest.mark.parametrize("word", ["z=brushed_share", "x", "x=", "brushed_share"])
def test_a_word_that_names_no_axis_is_bad_input(word: str, tmp_path: Path) -> None:
    options = argparse.Namespace(command="report", folder=str(tmp_path), axes=["y=recall", word])
    with pytest.raises(ConfigError, match=f"'{word}' names no axis; write x=OUTCOME or y=OUTCOME"):
        perform.report(options)


def test_the_command_draws_the_axes_that_it_is_told(tmp_path: Path, capsys: Any) -> None:
    folder = write_fake_study(tmp_path)
    options = argparse.Namespace(command="report", folder=str(folder), axes=["x=recall", "y=precision"])
    assert perform.report(options) == 0
    assert axes_of(folder).get_ylabel().startswith("Precision of cases")


def test_an_outcome_without_words_of_its_own_has_those_of_its_formula() -> None:
    assert (told("camouflage").name, told("camouflage").unit) == ("Camouflage", "share")
    assert (told("my_measure").name, told("my_measure").unit) == ("My measure", "")


def test_the_report_has_the_five_of_the_answer_first_with_their_differences(folder: Path) -> None:
    rows = outcome_table(read_study(folder), [BASELINE, "threshold_only"])["rows"][:5]
    assert [row["name"] for row in rows] == [
        "Brushing remaining", "Innocent shops hit", "Consumer surplus", "Sales of honest merchants",
        "Cost of enforcement",
    ]  # fmt: skip
    assert all(row["cells"][1]["change"] for row in rows)


def test_the_short_table_has_level_and_paired_difference_of_what_stands_beside(folder: Path) -> None:
    comparison = pd.read_csv(folder / "comparison.csv")
    table = terminal.table_beside(read_study(folder))
    assert [str(column.header).split(",")[0] for column in table.columns[1:]] == [
        "consumer surplus", "sales of honest merchants", "cost of enforcement",
    ]  # fmt: skip
    sales = list(table.columns[2].cells)
    row = comparison.set_index(["package", "outcome"]).loc[("threshold_only", "honest_sales_rmb")]
    level, difference = str(sales[list(LEVELS).index("threshold_only")]).split("\n")
    assert level.startswith(f"{row['mean'] / 1e6:,.2f} [")
    ends = [row[name] / 1e6 for name in ("difference", "sim_low", "sim_high")]
    assert difference == "{:+,.2f} [{:+,.2f}, {:+,.2f}]".format(*ends)
    assert "\n" not in str(sales[list(LEVELS).index(BASELINE)]), "the baseline is compared with nobody"
