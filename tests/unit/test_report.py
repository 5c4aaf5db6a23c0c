"""The report says what the rows say, escapes what people wrote, and needs nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_study import BASELINE, LEVELS, write_fake_study

from experiments.figures import STUDY_FIGURES, Drawn, read_study
from experiments.language.outcomes import BY_COLUMN, OUTCOMES
from experiments.pages.report import answer, write_report
from experiments.pages.report.build import render
from experiments.pages.report.tables import outcome_table
from sim.outcomes import GROUPS
from sim.outcomes import OUTCOMES as MEASURED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_fake_study(tmp_path_factory.mktemp("study"))
    write_report(folder)
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text()


def visible(html: str) -> str:
    """The page's text without tags, styles and drawings, spaces made plain."""
    html = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", text)


def written(folder: Path) -> str:
    """Write the report of a folder, all parts of it, and return its text."""
    assert not write_report(folder).failed
    return (folder / "report.html").read_text(encoding="utf-8")


class Balance(HTMLParser):
    """Check that every tag is closed in its turn."""

    VOID = frozenset({"meta", "link", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def rewrite(folder: Path, package: str, outcome: str, **values: float) -> None:
    """Overwrite one row of the comparison."""
    table = pd.read_csv(folder / "comparison.csv")
    row = (table["package"] == package) & (table["outcome"] == outcome)
    table.loc[row, list(values)] = list(values.values())
    table.to_csv(folder / "comparison.csv", index=False)


def sentences(folder: Path, package: str) -> str:
    return " ".join(answer.package_sentences(read_study(folder), package))


def test_the_page_is_one_well_formed_file_that_loads_nothing(page: str) -> None:
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_the_page_holds_its_parts(page: str) -> None:
    text = visible(page)
    assert page.count("<svg") == 5
    for part in (
        "Brushing over time", "All outcomes", "What the outcomes mean", "Runs that failed",
        "Not legal advice",
        "simulation noise only", "Assumptions are not knowledge", "How this was made", "0123456789abcdef",
        "antibrush compare experiment=fake",
    ):  # fmt: skip
        assert part in text


def test_what_people_wrote_is_escaped(tmp_path: Path) -> None:
    evil = "<script>alert('x')</script> & <b>"
    folder = write_fake_study(tmp_path, replications=2, failed=-1, title=evil, question=evil)
    html = written(folder)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;of a test&gt;" in html


@pytest.mark.parametrize(
    ("difference", "low", "high", "words"),
    [
        (-0.012, -0.014, -0.010, "Leaves less brushing than status quo 2015"),
        (0.012, 0.010, 0.014, "Leaves more brushing than status quo 2015"),
        (0.001, -0.002, 0.004, "Brushing: cannot be told apart from status quo 2015"),
    ],
)
def test_sentences_flip_with_the_sign(
    tmp_path: Path, difference: float, low: float, high: float, words: str
) -> None:
    folder = write_fake_study(tmp_path, replications=3, grid=False)
    values = {"difference": difference, "sim_low": low, "sim_high": high}
    rewrite(folder, "threshold_only", "brushed_share", **values)
    assert words in sentences(folder, "threshold_only")


def test_a_sentence_gives_the_difference_with_its_interval(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=3, grid=False)
    values = {"mean": 0.036, "difference": -0.012, "sim_low": -0.014, "sim_high": -0.01}
    rewrite(folder, "threshold_only", "brushed_share", **values)
    rewrite(folder, BASELINE, "brushed_share", mean=0.048)
    said = sentences(folder, "threshold_only").replace("\u00a0", " ").replace("\u202f", " ")
    assert "3.60 % against 4.80 % (−1.20 percentage points [−1.40, −1.00])" in said


def test_hits_flip_with_the_sign_too(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=3, grid=False)
    assert "Hits more innocent shops" in sentences(folder, "threshold_only")
    assert "Hits fewer innocent shops" in sentences(folder, "no_enforcement")


def test_equal_runs_are_called_the_same(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=3, grid=False)
    rewrite(folder, "threshold_only", "brushed_share", difference=0.0, diff_low=0.0, diff_high=0.0)
    assert "the same as under status quo 2015 in every run" in sentences(folder, "threshold_only")


def test_one_replication_makes_no_claim(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=1, failed=0)
    text = visible(render(read_study(folder), Drawn(folder)))
    assert "nothing here is a result yet" in text
    assert "Leaves less" not in text
    assert "too few pairs" in text


def test_few_replications_are_called_rough(tmp_path: Path) -> None:
    assert "intervals are rough" in answer.reliability(read_study(write_fake_study(tmp_path, replications=3)))


def test_the_frontier_is_named(folder: Path) -> None:
    said = answer.frontier_sentence(read_study(folder))
    assert "no enforcement; status quo 2015; and threshold, fine and suit" in said


def test_the_days_on_which_capacity_bound_are_told(folder: Path) -> None:
    assert "37.0" in answer.capacity_sentence(read_study(folder))


def test_capacity_that_never_bound_is_told(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2, grid=False)
    rewrite(folder, BASELINE, "capacity_bound_day_share", mean=0.0)
    assert (
        answer.capacity_sentence(read_study(folder)) == "Review capacity bound on no day under any package."
    )


def test_the_table_shows_every_package_and_outcome(page: str) -> None:
    text = visible(page)
    for outcome in OUTCOMES:
        if outcome.column in MEASURED:
            assert outcome.name in text
    for package in ("Status quo 2015", "No enforcement", "Threshold, fine and suit"):
        assert package in text


def test_the_table_never_shows_an_empty_interval_of_zeros(page: str) -> None:
    assert "[0.0, 0.0]" not in visible(page).replace("\u00a0", " ")
    assert "none in any run" in visible(page)


def test_many_packages_get_several_tables_each_led_by_the_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"package {i}": (0.02 + 0.001 * i, 10.0 * i) for i in range(7)}
    monkeypatch.setattr("fake_study.LEVELS", {BASELINE: LEVELS[BASELINE], **many})
    html = render(read_study(write_fake_study(tmp_path, replications=2, grid=False)), Drawn(tmp_path))
    assert html.count('<table class="outcomes">') == 2
    assert len(re.findall(r'<th scope="col">Status quo 2015</th>', html)) == 2


def test_failed_runs_are_listed_with_their_errors(page: str) -> None:
    text = visible(page)
    assert "2 runs failed" in text
    assert "invented failure" in text


def test_a_study_whose_runs_all_failed_still_gives_a_report(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2, failed=-1)
    text = visible(written(folder))
    assert "all 22 runs of this study failed" in text
    assert "… and 2 more" in text


def test_an_empty_study_still_gives_a_report(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, started=False, failed=0)
    assert "no run of this study has finished" in visible(written(folder))


def test_the_report_is_the_same_text_each_time(folder: Path, page: str) -> None:
    drawn = [folder / "figures" / f"{stem}.svg" for stem in STUDY_FIGURES]
    figures = [file for file in drawn if file.exists()]
    assert len(figures) > 3
    assert render(read_study(folder), Drawn(folder / "figures", figures)) == page


IN_TABLES_ONLY = {
    "brushed_orders_per_shop_day", "camouflage", "cases_per_1000_shop_years", "fee",
    *(f"brushing_shop_share_{kind}" for kind in GROUPS),
}  # fmt: skip
"""Outcomes for who reads a study's tables; the report has no words for them."""


def test_every_outcome_of_a_study_is_described_but_for_those_in_tables_only() -> None:
    measured = {outcome.name for outcome in MEASURED}
    assert measured - set(BY_COLUMN) == IN_TABLES_ONLY


def test_small_sums_of_money_are_told_in_thousands(tmp_path: Path) -> None:
    study = read_study(write_fake_study(tmp_path, replications=2, grid=False))
    table = outcome_table(study, [BASELINE, "threshold_fine_suit"])
    units = {row["name"]: (row["unit"], row["cells"][1]["mean"]) for row in table["rows"]}
    assert units["Damages"] == ("thousand RMB", "800.0")
    assert units["Platform revenue"][0] == "million RMB"


def test_large_values_lose_their_decimals() -> None:
    hits = BY_COLUMN["innocent_hits_per_1000_shop_years"]
    assert hits.text(2735.5) == "2,736"
    assert hits.text(27.35) == "27.4"
    assert hits.change(3.0) == "+3.0"
