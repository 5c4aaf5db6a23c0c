"""A figure that fails says so in its place, and the rest of the page stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_study import write_fake_run, write_fake_study

from experiments.commands.cli import FAILED, OK, main
from experiments.figures import gallery, run
from experiments.pages.report import sections, write_report

pytestmark = pytest.mark.slow


def fail(*arguments: Any) -> Any:
    raise KeyError("an invented fault\nin two lines")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_fake_study(tmp_path, replications=2, failed=0)


@pytest.mark.parametrize("half", ["prepare", "draw"])
def test_one_figure_that_fails_is_named_and_the_rest_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], half: str
) -> None:
    if half == "prepare":
        broken = replace(gallery.STUDY_FIGURES["harm"], prepare=fail)
        monkeypatch.setitem(gallery.STUDY_FIGURES, "harm", broken)
    else:
        draw = gallery.DRAW["harm"]
        monkeypatch.setitem(
            gallery.DRAW, "harm", lambda table: draw(table) if gallery.is_note(table) else fail()
        )
    assert main(["report", str(folder)]) == FAILED
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert line.startswith("antibrush: figure harm failed: KeyError:") and "invented fault" in line
    assert "report.html" in said.out
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "figure harm failed" in page
    assert page.count("<svg") == 5
    assert "could not be drawn" in (folder / "figures" / "harm.csv").read_text()
    assert "in fail" in (folder / "figures" / "figure_harm.traceback.txt").read_text()


def test_a_figure_that_works_again_leaves_no_trace_of_its_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setitem(gallery.STUDY_FIGURES, "harm", replace(gallery.STUDY_FIGURES["harm"], prepare=fail))
        assert list(write_report(folder).failed) == ["figure harm"]
    assert not write_report(folder).failed
    assert not list((folder / "figures").glob("*.txt"))
    assert "failed" not in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["findings", "summary", "tables", "pairing"])
def test_a_part_of_the_page_that_fails_is_named_on_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setitem(write_report.__globals__["PARTS"], part, fail)
    assert list(write_report(folder).failed) == [part]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"{part} failed" in page and "Which innocent shops are hit?" in page


def test_sentences_that_fail_leave_their_figure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "sentences_of", lambda study: {"harm": fail})
    monkeypatch.setattr(sections, "more_sections", sections.more_sections)
    assert list(write_report(folder).failed) == ["text of harm"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 5 and "The text of this section could not be written" in page


def test_the_figure_of_a_run_that_fails_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_fake_run(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(run, "prepare", fail)
        assert main(["report", str(folder)]) == FAILED
    assert "figure run failed" in capsys.readouterr().err
    assert main(["report", str(folder)]) == OK
    assert capsys.readouterr().err == ""
