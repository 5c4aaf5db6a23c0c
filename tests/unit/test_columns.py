"""What goes out as CSV comes back as it was: words as words, numbers as numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from fake_study import write_fake_study

from experiments.figures import run_figures, study_figures
from experiments.files.columns import TEXT, TRUTH, is_text
from experiments.files.whole import read_table, write_table
from sim.parameters import ConfigError

WORDS = [
    "None", "NA", "nan", "N/A", "null", "1.0", "001", "1e3", "true", "False", " inf", "-", 'a "b", c', "",
    "无",
]  # fmt: skip


@pytest.mark.parametrize("column", ["package", "label", "text", "block", "world", "cell", "channel"])
def test_words_come_back_as_they_were_whatever_they_look_like(tmp_path: Path, column: str) -> None:
    write_table(tmp_path / "comparison.csv", pd.DataFrame({column: WORDS, "mean": 0.5}))
    assert read_table(tmp_path / "comparison.csv")[column].tolist() == WORDS


@pytest.mark.parametrize("words", [["001"], ["None", "None"], ["true", "false"], ["", ""]])
def test_a_column_of_words_that_all_look_like_something_else_stays_words(
    tmp_path: Path, words: list[str]
) -> None:
    write_table(tmp_path / "combinations_levers.csv", pd.DataFrame({"level": words, "row": words}))
    back = read_table(tmp_path / "combinations_levers.csv")
    assert back["level"].tolist() == back["row"].tolist() == words


def test_numbers_come_back_to_the_last_bit(tmp_path: Path) -> None:
    numbers = [0.1 + 0.2, 1e-300, -3.0, 12345678.123456789, float("nan"), float("inf")]
    write_table(tmp_path / "wave-1.csv", pd.DataFrame({"brushing.moral_cost": numbers, "n": range(6)}))
    back = read_table(tmp_path / "wave-1.csv")
    pd.testing.assert_series_equal(back["brushing.moral_cost"], pd.Series(numbers), check_names=False)
    assert back["n"].tolist() == list(range(6)) and back["n"].dtype.kind == "i"


def test_truth_comes_back_as_truth_and_no_truth_as_false(tmp_path: Path) -> None:
    write_table(tmp_path / "risk.csv", pd.DataFrame({"frontier": [True, False, None]}))
    assert read_table(tmp_path / "risk.csv")["frontier"].tolist() == [True, False, False]


@pytest.mark.parametrize(("column", "cell"), [("mean", "much"), ("found", "perhaps")])
def test_a_cell_of_another_type_is_named_in_one_line(tmp_path: Path, column: str, cell: str) -> None:
    (tmp_path / "verdicts.csv").write_text(f"{column}\n{cell}\n")
    with pytest.raises(ConfigError, match=f"column {column}.*{cell}") as error:
        read_table(tmp_path / "verdicts.csv")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["comparison.csv", "runs.parquet"])
def test_a_file_that_is_no_table_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b'"a,b\n1,2,3\n' if name.endswith("csv") else b"no table")
    with pytest.raises(ConfigError, match=name) as error:
        read_table(tmp_path / name)
    assert "\n" not in str(error.value)


def test_every_column_of_words_that_figures_write_is_stated(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2)
    for file in study_figures(folder).files:
        cells = pd.read_csv(file.with_suffix(".csv"), dtype=object, keep_default_na=False)
        for name in cells:
            if not is_text(file.stem, name) and name not in TRUTH:
                pd.to_numeric(cells[name])  # fails for words
    assert not TEXT & TRUTH


def test_a_run_without_events_has_its_figure(tmp_path: Path) -> None:
    pd.DataFrame({"day": [0], "brushed_share": [None], "cases": [0]}).to_parquet(tmp_path / "daily.parquet")
    assert not run_figures(tmp_path).failed
