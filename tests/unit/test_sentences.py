"""Signs decide the words: turn the rows round and the sentence turns; noise makes no claim."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, write_fake_study
from test_report import rewrite, sentences, visible

from experiments.commands.terminal import difference_text, share_text
from experiments.figures import Drawn, read_study
from experiments.language.outcomes import BY_COLUMN, OUTCOMES
from experiments.pages.report import answer
from experiments.pages.report.build import render
from experiments.pages.report.tables import cell
from experiments.studies.results import StudyResults

BRUSHED, HITS = "brushed_share", "innocent_hits_per_1000_shop_years"
PACKAGE = "threshold_only"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fake_study(tmp_path_factory.mktemp("study"), replications=3, grid=False, failed=0)


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "study")


def differ(folder: Path, outcome: str, by: float, half: float, half_alone: float | None = None) -> None:
    """Give a package a difference with a simultaneous interval, and another one alone."""
    alone = half if half_alone is None else half_alone
    rewrite(
        folder, PACKAGE, outcome, difference=by, sim_low=by - half, sim_high=by + half,
        diff_low=by - alone, diff_high=by + alone,
    )  # fmt: skip


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


@pytest.mark.parametrize(
    ("outcome", "less", "more", "noise"),
    [
        (BRUSHED, "Leaves less brushing", "Leaves more brushing", "Brushing: cannot be told apart"),
        (HITS, "Hits fewer innocent", "Hits more innocent", "Innocent shops hit: cannot be told apart"),
    ],
)
def test_a_sentence_flips_with_its_rows(folder: Path, outcome: str, less: str, more: str, noise: str) -> None:
    for by, half, words in ((-2, 1, less), (2, 1, more), (-1, 2, noise), (1, 2, noise)):
        differ(folder, outcome, by, half)
        said = sentences(folder, PACKAGE)
        assert words in said
        assert not any(other in said for other in {less, more, noise} - {words})


@pytest.mark.parametrize("by", [-1.0, 1.0])
def test_an_interval_that_leaves_out_zero_alone_makes_no_claim(folder: Path, by: float) -> None:
    differ(folder, BRUSHED, by, half=1.2, half_alone=0.5)
    assert "Brushing: cannot be told apart" in sentences(folder, PACKAGE)
    shown = cell(read_study(folder), PACKAGE, BY_COLUMN[BRUSHED])
    assert not shown["apart"]
    differ(folder, BRUSHED, by, half=0.9, half_alone=0.5)
    assert "Leaves" in sentences(folder, PACKAGE)


def test_a_sentence_shows_the_simultaneous_interval_and_the_table_both(folder: Path) -> None:
    rewrite(folder, PACKAGE, BRUSHED, mean=0.03)
    differ(folder, BRUSHED, -0.02, half=0.01, half_alone=0.005)
    assert "(−2.00 percentage points [−3.00, −1.00])" in plain(sentences(folder, PACKAGE))
    shown = cell(read_study(folder), PACKAGE, BY_COLUMN[BRUSHED])
    assert plain(shown["change_interval"]) == "[−3.00, −1.00]"
    assert plain(shown["alone"]) == "[−2.50, −1.50]"
    page = plain(visible(render(read_study(folder), Drawn(folder))))
    assert "Δ −2.00 [−3.00, −1.00] alone [−2.50, −1.50]" in page


@pytest.mark.parametrize("sign", [-1, 1])
def test_every_cell_of_the_table_flips_with_its_row(folder: Path, sign: int) -> None:
    study = read_study(folder)
    rows = study.comparison[study.comparison["outcome"] == BRUSHED].set_index("package")
    for outcome in OUTCOMES:
        by = sign * 500 / outcome.scale
        for half, apart in ((100 / outcome.scale, True), (600 / outcome.scale, False)):
            told = {"outcome": outcome.column, "difference": by, "sim_low": by - half, "sim_high": by + half}
            shown = cell(replace(study, comparison=rows.assign(**told).reset_index()), PACKAGE, outcome)
            assert shown["change"].startswith("+500" if sign > 0 else "−500")
            assert shown["apart"] == apart


def test_levels_of_the_baseline_are_those_of_its_rows(folder: Path) -> None:
    for level in (0.02, 0.07):
        rewrite(folder, BASELINE, BRUSHED, mean=level, low=level - 0.01, high=level + 0.01)
        rewrite(folder, BASELINE, HITS, mean=100 * level, low=50 * level, high=150 * level)
        said = plain(answer.baseline_sentences(read_study(folder))[0])
        assert f"{100 * level:.2f} % [{100 * level - 1:.2f}, {100 * level + 1:.2f}] of paid orders" in said
        assert f"{100 * level:.1f} [{50 * level:.1f}, {150 * level:.1f}] innocent shops are hit" in said


def frontier(folder: Path) -> str:
    return answer.frontier_sentence(read_study(folder))


def test_the_frontier_follows_the_means(folder: Path) -> None:
    for label in ("no_enforcement", BASELINE, "threshold_only", "threshold_and_fine"):
        rewrite(folder, label, BRUSHED, mean=0.05)
        rewrite(folder, label, HITS, mean=5.0)
    rewrite(folder, "threshold_fine_suit", BRUSHED, mean=0.01)
    rewrite(folder, "threshold_fine_suit", HITS, mean=1.0)
    assert frontier(folder).startswith("By their means, threshold, fine and suit is better than every other")
    rewrite(folder, "threshold_fine_suit", HITS, mean=9.0)
    assert "no package beats any of these" in frontier(folder)
    rewrite(folder, "threshold_fine_suit", BRUSHED, mean=0.09)
    assert "threshold, fine and suit" not in frontier(folder).split("On neither count")[0]


def test_the_frontier_says_who_may_be_there_by_luck(folder: Path) -> None:
    rewrite(folder, PACKAGE, BRUSHED, mean=0.001)
    for by, half, doubt in ((-0.03, 0.01, False), (-0.03, 0.04, True)):
        differ(folder, BRUSHED, by, half)
        differ(folder, HITS, 1.0, half=2.0)
        told = "On neither count can threshold only be told apart from status quo 2015."
        assert (told in frontier(folder)) == doubt
    differ(folder, HITS, 3.0, half=2.0)
    assert "On neither count" not in frontier(folder)


def test_the_days_on_which_capacity_bound_follow_their_rows(folder: Path) -> None:
    bound = "capacity_bound_day_share"
    rewrite(folder, BASELINE, bound, mean=0.0)
    rewrite(folder, PACKAGE, bound, mean=0.125)
    said = plain(answer.capacity_sentence(read_study(folder)))
    assert "All reviewers were busy on 12.5 % of policy days under threshold only." in said
    assert "status quo" not in said


@pytest.mark.parametrize(
    ("replications", "words"),
    [
        (1, "nothing here is a result yet"),
        (9, "intervals are rough"),
        (10, "10 replications of each package."),
    ],
)
def test_reliability_follows_the_number_of_runs(tmp_path: Path, replications: int, words: str) -> None:
    folder = write_fake_study(tmp_path, replications=replications, grid=False, failed=0)
    assert words in answer.reliability(read_study(folder))


def test_the_terminal_shows_the_simultaneous_interval() -> None:
    row = pd.Series({"mean": 0.03, "low": 0.02, "high": 0.04, "difference": -0.02, "diff_low": -0.021,
                     "diff_high": -0.019, "sim_low": -0.03, "sim_high": -0.01})  # fmt: skip
    assert " ".join(share_text(row).split()) == "3.00 % [2.00, 4.00]"
    assert " ".join(difference_text(row).split()) == "-2.00 pp [-3.00, -1.00]"
    assert difference_text(-row).startswith("+2.00 pp")


def test_a_study_that_is_older_than_simultaneous_intervals_gets_them_from_its_runs(folder: Path) -> None:
    table = pd.read_csv(folder / "comparison.csv")
    table.drop(columns=["sim_low", "sim_high"]).to_csv(folder / "comparison.csv", index=False)
    study: StudyResults = read_study(folder)
    assert list(study.comparison["mean"].dropna()) == list(table["mean"].dropna())
    own = study.rows_of(BRUSHED).drop(BASELINE)
    expected = table[table["outcome"] == BRUSHED].set_index("package").drop(BASELINE)
    np.testing.assert_allclose(own["sim_low"], expected["sim_low"])  # three replications: Bonferroni
    np.testing.assert_allclose(own["sim_high"], expected["sim_high"])
