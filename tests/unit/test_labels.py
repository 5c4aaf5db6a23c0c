"""Labels are checked before anything is simulated, and every printable one is allowed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments import load_study
from experiments.language.letters import breadth, slug
from experiments.settings.labels import LONGEST, check_blocks, check_unlike, label_of
from experiments.studies.tables import of_one_type
from sim.parameters import ConfigError

PRINTABLE = [
    "None", "NA", "001", "1e3", "true", "nan", " inf", "fine $100 vs $200", "无执法", "<b> & co", "100 % {x}",
    "_a^2", "C:\\new", "l’été", "می‌شود", "x" * LONGEST,
]  # fmt: skip
REFUSED = {
    "": "empty", "  ": "empty", "\u200d": "empty", "a\nb": "cannot be shown", "a\x00b": "cannot be shown",
    "a\u202eb": "cannot be shown", "caf\udce9": "cannot be shown", "x" * (LONGEST + 1): "longer than",
    "无" * (LONGEST // 2 + 1): "longer than",
}  # fmt: skip


@pytest.mark.parametrize("label", PRINTABLE)
def test_every_printable_label_is_allowed(label: str) -> None:
    assert label_of(label, "arms") == label


@pytest.mark.parametrize(("label", "why"), REFUSED.items(), ids=range(len(REFUSED)))
def test_a_label_that_no_page_can_show_is_refused_in_one_printable_line(label: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as error:
        label_of(label, "arms")
    assert str(error.value).isprintable()


@pytest.mark.parametrize("written", [True, None, ["a"], {"a": 1}])
def test_what_yaml_reads_as_no_text_wants_quotes(written: object) -> None:
    with pytest.raises(ConfigError, match="in quotes"):
        label_of(written, "arms")


@pytest.mark.parametrize("pair", [("a", "a"), ("é", "e\u0301"), ("a b", "a  b"), ("no_fine", "no fine")])
def test_labels_that_look_the_same_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"used twice|look the same"):
        check_unlike(pair, "arms")


def test_labels_that_differ_are_not_alike() -> None:
    check_unlike(["A_b", "A b", "001", "1", "无", "天", "NA", "na"], "arms")


def test_blocks_of_other_scripts_have_figures_of_their_own() -> None:
    assert slug("因素") != slug("阈值")
    assert slug("levers at 3 raids") == "levers_at_3_raids"
    check_blocks(["因素", "阈值", "levers"])
    with pytest.raises(ConfigError, match="rename one"):
        check_blocks(["a b", "a-b"])


YAML = {"'a\\tb'": "", '"a\\tb"': "cannot be shown", "null": "in quotes", "no": "in quotes", "''": "empty"}


@pytest.mark.parametrize(("label", "why"), YAML.items())
def test_a_study_is_refused_for_its_labels_before_it_runs(tmp_path: Path, label: str, why: str) -> None:
    (tmp_path / "experiment").mkdir()
    text = "# @package _global_\narms:\n  - no_enforcement\n  - {label: LABEL, package: threshold_only}\n"
    (tmp_path / "experiment" / "mine.yaml").write_text(text.replace("LABEL", label), encoding="utf-8")
    if not why:
        assert load_study(["experiment=mine"], tmp_path).arms[1].label == "a\\tb"
        return
    with pytest.raises(ConfigError, match=why):
        load_study(["experiment=mine"], tmp_path)


def test_levels_that_yaml_reads_as_truth_want_quotes(tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    text = (
        "# @package _global_\narms: [no_enforcement]\ncrossed:\n  levers:\n    package: threshold_only\n"
        "    factors: {fine: {off: [], high: [detection.threshold=0.3]}}\n"
    )
    (tmp_path / "experiment" / "mine.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"crossed\.levers: the label False is no text"):
        load_study(["experiment=mine"], tmp_path)


def test_a_factor_with_words_and_numbers_fits_into_one_column(tmp_path: Path) -> None:
    mixed = pd.DataFrame({"factor.x": of_one_type(pd.Series(["auto", 0.3, None, True, [1]]))})
    mixed.to_parquet(tmp_path / "runs.parquet")
    back = pd.read_parquet(tmp_path / "runs.parquet")["factor.x"]
    assert back.fillna("").tolist() == ["auto", "0.3", "", "True", "[1]"]
    assert of_one_type(pd.Series([1, 0.5, None])).tolist()[:2] == [1, 0.5]


def test_an_arm_without_a_factor_has_no_level_of_it() -> None:
    words = pd.DataFrame([{"factor.mute": None}, {"factor.mute": "price"}, {"factor.mute": None}])
    assert of_one_type(words["factor.mute"]).isna().tolist() == [True, False, True]
    numbers = pd.DataFrame([{"factor.x": None}, {"factor.x": "auto"}, {"factor.x": 0.5}])
    assert of_one_type(numbers["factor.x"]).fillna("").tolist() == ["", "auto", "0.5"]


def test_a_chinese_character_takes_two_columns_and_an_accent_none() -> None:
    assert (breadth("abc"), breadth("无执法"), breadth("e\u0301")) == (3, 6, 1)
