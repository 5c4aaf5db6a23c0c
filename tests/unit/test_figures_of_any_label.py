"""Figures show labels as they are written, with a font for them on the system or without."""

from __future__ import annotations

import re
import warnings
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_study import write_fake_study
from matplotlib.font_manager import findfont
from matplotlib.text import Text

from experiments.figures import Drawn, figure_from_csv, fonts, gallery, style
from experiments.language.words import broadest, folded, heading, humanise, wrapped
from experiments.pages.report import write_report

pytestmark = pytest.mark.slow


DOLLARS, CHINESE = "fine $100 vs $200", "无执法"
ODD = {
    DOLLARS: (0.048, 2.4), CHINESE: (0.04, 1.0), "_a^2 \\alpha {y}": (0.03, 20.0),
    "<b> & 100 %": (0.026, 94.0), "None": (0.02, 97.0), "001": (0.0095, 61.0), " inf": (0.01, 55.0),
    "a label that is so long that it needs several lines of text": (0.035, 30.0),
}  # fmt: skip


@pytest.fixture(autouse=True)
def forget_fonts() -> Any:
    fonts.choose.cache_clear()
    yield
    fonts.choose.cache_clear()


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "candidates", list)


def odd_study(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Drawn:
    monkeypatch.setattr("fake_study.LEVELS", ODD)
    monkeypatch.setattr("fake_study.BASELINE", DOLLARS)
    write_fake_study(
        folder, replications=2, grid=False, failed=0, baseline=DOLLARS, title=f"{CHINESE} $1 <x>"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write_report(folder)


def words_of(folder: Path, stem: str) -> list[str]:
    """Every text of a figure, folded lines joined again."""
    figure = figure_from_csv(folder / "figures" / f"{stem}.csv")
    return [re.sub(r"\n", " ", text.get_text()) for text in figure.findobj(Text)]


@pytest.mark.parametrize("stem", ["trade_off", "paths", "harm"])
def test_every_label_stands_in_a_figure_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stem: str
) -> None:
    assert not odd_study(tmp_path, monkeypatch).failed
    shown = words_of(tmp_path, stem)
    for label in ODD:
        assert label in shown or heading(label) in shown


def test_a_legend_has_names_with_an_underscore_in_front() -> None:
    figure = style.new_figure(2.0)
    axes = figure.add_subplot()
    for name in ("_a", "b"):
        axes.plot([0, 1], [0, 1], label=style.entry(name))
    style.draw_legend(figure, axes, 0.5)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["_a", "b"]


def test_no_text_of_a_figure_is_read_as_a_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd_study(tmp_path, monkeypatch)
    for stem in ("trade_off", "paths", "harm"):
        texts = figure_from_csv(tmp_path / "figures" / f"{stem}.csv").findobj(Text)
        dollars = [text for text in texts if "$" in text.get_text()]
        assert dollars
        assert not any(text.get_parse_math() or text.get_usetex() for text in dollars)


def test_without_a_font_the_svg_keeps_the_text_and_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_fonts: None
) -> None:
    drawn = odd_study(tmp_path, monkeypatch)
    assert not drawn.failed
    assert drawn.missing == set(CHINESE)
    (line,) = drawn.hints()
    assert "fonts-noto-cjk" in line and set(CHINESE) <= set(line)
    for file in drawn.files:
        assert CHINESE in re.findall(r"<text[^>]*>([^<]*)</text>", file.read_text(encoding="utf-8")), file
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "sans-serif" in page and DOLLARS in unescape(page)


def test_labels_that_our_font_has_make_paths_and_no_hint(tmp_path: Path, without_fonts: None) -> None:
    file = gallery.write_figure(tmp_path, "paths", style.note_table("l’été, µ ≥ 0, 100 %"))
    assert "<text" not in file.read_text()
    assert fonts.choose(frozenset("l’été, µ ≥ 0, 100 %\u200d")) == ((fonts.OURS,), frozenset())


def test_a_font_that_has_the_characters_is_taken_and_one_that_has_not_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    covers = {findfont(fonts.OURS): frozenset("abc"), "some": frozenset("x"), "cjk": frozenset(CHINESE)}
    monkeypatch.setattr(fonts, "candidates", lambda: [("Some", "some"), ("CJK", "cjk"), ("Other", "cjk")])
    monkeypatch.setattr(fonts, "covered", covers.__getitem__)
    assert fonts.choose(frozenset("a" + CHINESE)) == ((fonts.OURS, "CJK"), frozenset())
    assert fonts.choose(frozenset("ax無")) == ((fonts.OURS, "Some"), frozenset("無"))


def test_fonts_that_have_only_boxes_are_no_candidates() -> None:
    assert not any("last resort" in name.lower() or "emoji" in name.lower() for name, _ in fonts.candidates())


def test_a_file_that_is_no_font_covers_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert fonts.covered(str(tmp_path / "broken.ttf")) == fonts.covered("nowhere.ttf") == frozenset()


def test_lines_break_at_spaces_and_between_chinese_characters() -> None:
    assert wrapped("无执法 and fines", 10) == ["无执法 and", "fines"]
    assert folded("刷" * 20, 30) == "刷" * 15 + "\n" + "刷" * 5
    assert broadest(["ab\nabcd", "无"]) == 4
    assert folded("two  spaces stay", 30) == "two  spaces stay"


@pytest.mark.parametrize(
    ("label", "shown", "head"),
    [
        ("status_quo_2015", "status quo 2015", "Status quo 2015"),
        ("every case, high", "every case, high", "Every case, high"),
        ("My_label", "My_label", "My_label"),
        ("fine $100", "fine $100", "fine $100"),
        ("_x", "_x", "_x"),
    ],
)
def test_only_names_are_put_into_words(label: str, shown: str, head: str) -> None:
    assert (humanise(label), heading(label)) == (shown, head)


def test_a_settings_file_of_matplotlib_changes_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = style.note_table("$x_1$")
    plain = gallery.write_figure(tmp_path, "paths", table).read_bytes()
    for name, value in (("text.usetex", True), ("font.family", ["serif"]), ("svg.fonttype", "none")):
        monkeypatch.setitem(gallery.matplotlib.rcParams, name, value)
    assert gallery.write_figure(tmp_path, "paths", table).read_bytes() == plain
    assert isinstance(pd.read_csv(tmp_path / "paths.csv")["text"][0], str)
