"""What common random numbers save is stored, shown and printed for each outcome."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from fake_study import BASELINE, write_fake_study
from test_report import visible

from experiments.analysis.intervals import pairing
from experiments.commands.terminal import MAIN, print_pairing
from experiments.figures import Drawn, read_study
from experiments.language.outcomes import BY_COLUMN
from experiments.pages.report.build import render
from experiments.pages.report.tables import pairing_rows
from sim.outcomes import OUTCOMES


def table_of(**saved: list[float]) -> pd.DataFrame:
    rows = [{"outcome": name, "saved": value} for name, values in saved.items() for value in values]
    return pd.DataFrame(rows)


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    lines = capsys.readouterr().out.splitlines()[1:]
    return dict(re.fullmatch(r"  (\w+) +(\S+)", line).groups() for line in lines)  # type: ignore[union-attr, misc]


def test_compare_prints_a_line_for_each_main_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    print_pairing(
        table_of(**{name: [0.1 * i, 0.1 * i + 0.2, 1.0] for i, name in enumerate(MAIN)}, recall=[0.9])
    )
    assert printed(capsys) == {name: f"{10 * i + 20}%" for i, name in enumerate(MAIN)}
    assert set(MAIN) <= {outcome.name for outcome in OUTCOMES}


def test_a_loss_is_printed_as_one_and_what_never_varies_not_at_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_pairing(
        table_of(brushed_share=[-0.4], innocent_sales_lost_rmb=[-0.001], enforcement_cost_rmb=[float("nan")])
    )
    assert printed(capsys) == {"brushed_share": "-40%", "innocent_sales_lost_rmb": "0%"}
    print_pairing(table_of(brushed_share=[float("nan")]))
    assert capsys.readouterr().out == ""


def test_the_report_shows_median_least_and_most_of_each_outcome(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, grid=False)
    table = pd.read_csv(folder / "pairing.csv")
    table.loc[table["outcome"] == "brushed_share", "saved"] = [0.5, -0.25, 0.75, 0.625]
    table.to_csv(folder / "pairing.csv", index=False)
    study = read_study(folder)
    row = next(row for row in pairing_rows(study) if row["name"] == BY_COLUMN["brushed_share"].name)
    assert (row["median"], row["min"], row["max"]) == ("56", "−25", "75")
    assert "Brushing remaining 56 −25 75" in visible(render(study, Drawn(folder)))
    defined = table.dropna(subset=["saved"])["outcome"].unique()
    assert {row["name"] for row in pairing_rows(study)} == {BY_COLUMN[name].name for name in defined}


def test_a_study_without_the_table_goes_without_the_section(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2, grid=False)
    (folder / "pairing.csv").unlink()
    assert "What pairing saved" not in visible(render(read_study(folder), Drawn(folder)))


def test_saved_is_one_less_the_ratio_of_variances() -> None:
    runs = pd.DataFrame({
        "package": [BASELINE] * 3 + ["other"] * 3, "replication": [0, 1, 2] * 2, "status": "ok",
        "share": [1.0, 2.0, 3.0, 2.0, 3.0, 5.0],
    })  # fmt: skip
    row = pairing(runs, [BASELINE, "other"], BASELINE, ["share"]).iloc[0]
    assert row["variance_paired"] == pytest.approx(1 / 3)
    assert row["variance_independent"] == pytest.approx(1 + 7 / 3)
    assert row["saved"] == pytest.approx(0.9)
