"""Figures show what the tables say, are rebuilt from their CSV, and survive studies that went wrong."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, LEVELS, write_fake_run, write_fake_study
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from experiments.figures import (
    capacity,
    figure_from_csv,
    gallery,
    harm,
    heat_map,
    labels,
    paths,
    read_study,
    run_figures,
    study_figures,
    style,
    trade_off,
)
from experiments.language.words import humanise, humanise_path, number

pytestmark = pytest.mark.slow

STEMS = ["trade_off", "paths", "heat_map", "harm", "capacity"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_fake_study(tmp_path_factory.mktemp("study"))
    study_figures(folder)
    return folder


def csv(folder: Path, stem: str) -> Path:
    return folder / "figures" / f"{stem}.csv"


def texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def artists(figure: Figure) -> list[Any]:
    """Everything that a reader sees, as plain values."""
    seen: list[Any] = [(t.get_text(), t.get_position()) for t in figure.findobj(Text)]
    for axes in figure.axes:
        seen += [line.get_xydata().tolist() for line in axes.lines]
        seen += [(patch.get_facecolor(), patch.get_path().vertices.tolist()) for patch in axes.patches]
        seen += [[p.vertices.tolist() for p in c.get_paths()] for c in axes.collections]
    return seen


def test_every_figure_is_written_as_svg_png_and_csv(folder: Path) -> None:
    written = {path.name for path in (folder / "figures").iterdir()}
    assert written == {f"{stem}.{ending}" for stem in STEMS for ending in ("svg", "png", "csv")}


def test_a_package_stands_at_its_means(folder: Path) -> None:
    figure = figure_from_csv(csv(folder, "trade_off"))
    rows = pd.read_csv(folder / "comparison.csv").set_index(["package", "outcome"])["mean"]
    marks = {line.get_gid(): line.get_xydata() for line in figure.axes[0].lines}
    for package in LEVELS:
        expected = rows[package, trade_off.HITS], 100 * rows[package, trade_off.BRUSHED]
        np.testing.assert_allclose(marks[f"package:{package}"], [expected])


def test_the_intervals_of_the_plane_are_those_of_the_comparison(folder: Path) -> None:
    table = pd.read_csv(csv(folder, "trade_off")).set_index("arm")
    rows = pd.read_csv(folder / "comparison.csv").set_index(["package", "outcome"])
    row = rows.loc[("threshold_only", trade_off.BRUSHED)]
    drawn = table.loc["threshold_only", ["y_low", "y_high"]].astype(float)
    np.testing.assert_allclose(drawn, [100 * row["low"], 100 * row["high"]])


def test_the_frontier_holds_exactly_the_packages_that_none_beats(folder: Path) -> None:
    table = pd.read_csv(csv(folder, "trade_off"))
    front = set(table.loc[table["frontier"].fillna(False).astype(bool), "arm"])
    assert front == {"no_enforcement", BASELINE, "threshold_fine_suit"}


def test_grid_arms_are_dots_without_names(folder: Path) -> None:
    figure = figure_from_csv(csv(folder, "trade_off"))
    dots = next(c for c in figure.axes[0].collections if c.get_label() == "grid")
    assert len(dots.get_offsets()) == 6
    assert "fine_rmb" not in texts(figure)


@pytest.mark.parametrize("stem", STEMS)
def test_a_csv_rebuilds_its_figure(folder: Path, stem: str) -> None:
    prepared = gallery.STUDY_FIGURES[stem].prepare(read_study(folder))
    direct = gallery.STUDY_FIGURES[stem].draw(gallery.normal(prepared))
    assert artists(figure_from_csv(csv(folder, stem))) == artists(direct)


@pytest.mark.parametrize("stem", STEMS)
def test_the_same_tables_give_the_same_bytes(folder: Path, tmp_path: Path, stem: str) -> None:
    table = gallery.STUDY_FIGURES[stem].prepare(read_study(folder))
    again = gallery.write_figure(tmp_path, stem, table)
    for ending in ("svg", "png", "csv"):
        first = (folder / "figures" / f"{stem}.{ending}").read_bytes()
        assert again.with_suffix(f".{ending}").read_bytes() == first


def test_a_line_of_the_path_is_the_mean_over_replications(folder: Path) -> None:
    figure = figure_from_csv(csv(folder, "paths"))
    line = next(line for line in figure.axes[0].lines if line.get_gid() == "package:threshold_only")
    table = pd.read_parquet(folder / "paths.parquet")
    own = table[(table["package"] == "threshold_only") & (table["day"] == 350)]
    x, y = np.asarray(line.get_xydata()).T
    assert y[list(x).index(350)] == pytest.approx(100 * own["brushed_share"].mean())


def test_policy_dates_are_marked_and_named(folder: Path) -> None:
    figure = figure_from_csv(csv(folder, "paths"))
    marked = {line.get_gid() for line in figure.axes[0].lines if str(line.get_gid()).startswith("date:")}
    assert marked == {"date:30", "date:90", "date:180", "date:540"}
    assert "regulator: announced" in texts(figure)
    assert "civil suits: end" in texts(figure)


def test_dates_that_packages_share_belong_to_none(folder: Path) -> None:
    told = paths.dates(read_study(folder)).set_index("day")["order"]
    assert told[90] == -1
    assert told[180] == read_study(folder).order()["threshold_fine_suit"]


def test_cells_of_the_heat_map_hold_the_means_of_their_runs(folder: Path) -> None:
    table = pd.read_csv(csv(folder, "heat_map"))
    runs = pd.read_parquet(folder / "runs.parquet")
    own = runs[(runs["factor.detection.threshold"] == 0.3) & (runs["factor.regulator.fine_rmb"] == 10000)]
    cell = table[(table["row"] == 0.3) & (table["column"] == 10000) & (table["outcome"] == trade_off.BRUSHED)]
    assert cell["mean"].item() == pytest.approx(100 * own["brushed_share"].mean())


def test_cells_that_cannot_be_told_apart_are_hatched(folder: Path) -> None:
    table = pd.read_csv(csv(folder, "heat_map"))
    same = (table["difference"].abs() <= table["diff_half_width"]) & (table["apart"] != "reference")
    assert same.any()
    assert set(table.loc[same, "apart"]) == {"no"}
    figure = figure_from_csv(csv(folder, "heat_map"))
    hatched = [patch for axes in figure.axes for patch in axes.patches if patch.get_hatch()]
    assert len(hatched) == same.sum()


def test_harm_adds_up_hits_over_replications_and_bounds_what_was_not_seen(folder: Path) -> None:
    table = pd.read_csv(csv(folder, "harm"))
    cells = table[table["kind"] == "cell"]
    source = pd.read_parquet(folder / "harm.parquet")
    assert cells["hits"].sum() == source.loc[source["package"].isin(list(LEVELS)), "hits"].sum()
    unseen = cells[cells["hits"] == 0]
    np.testing.assert_allclose(unseen["bound"], -np.log(0.05) * 1000 / unseen["innocent_shop_years"])
    assert "< " in texts(figure_from_csv(csv(folder, "harm")))


def test_nobody_at_risk_is_not_a_rate_of_zero() -> None:
    cell = pd.Series({"rate": float("nan"), "hits": 0, "bound": float("nan")})
    assert harm.cell_text(cell) == ("–", "no shop")


def test_a_bound_from_next_to_no_shops_is_not_shown() -> None:
    cell = pd.Series({"rate": 0.0, "hits": 0, "bound": 30000.0})
    assert harm.cell_text(cell) == ("–", "too few")


@pytest.mark.parametrize("stem", STEMS)
def test_texts_lie_inside_the_figure_and_off_each_other(folder: Path, stem: str) -> None:
    figure = figure_from_csv(csv(folder, stem))
    boxes = visible_boxes(figure)
    page = figure.bbox
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= page.x1 and b.y1 <= page.y1 for _, b in boxes)
    for (text, a), (other, b) in itertools.combinations(boxes, 2):
        assert shared(a, b) < 4, (text, other)


def shared(a: Any, b: Any) -> float:
    """The area that two boxes share, in square pixels."""
    return labels.overlap(np.array([a.extents]), np.array(b.extents))


def visible_boxes(figure: Figure) -> list[tuple[str, Any]]:
    """The box of every text that is drawn, in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = [t for t in figure.findobj(Text) if t.get_text() and t.get_visible() and shown(t)]
    measured = [(t, Text.get_window_extent(t, canvas.get_renderer())) for t in drawn]
    return [(t.get_text(), box) for t, box in measured]


def shown(text: Text) -> bool:
    """Tick labels outside their axes' view are made but never drawn."""
    axes = text.axes
    if axes is None or isinstance(text, Annotation):
        return True
    for axis in (axes.xaxis, axes.yaxis):
        ticks = {label for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)}
        if text in ticks:
            return text in {t.label1 for t in axis._update_ticks() if t.label1.get_visible()}  # type: ignore[attr-defined]
    return True


def test_labels_of_a_crowd_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = {f"package_{i}": (0.02 + 0.0003 * i, 60 + 3 * (i % 4)) for i in range(6)}
    monkeypatch.setattr("fake_study.LEVELS", {BASELINE: LEVELS[BASELINE], **crowd})
    folder = write_fake_study(tmp_path, grid=False)
    figure = trade_off.draw(gallery.normal(trade_off.prepare(read_study(folder))))
    named = [(t, b) for t, b in visible_boxes(figure) if t.startswith("package")]
    assert len(named) == 6
    for (_, a), (_, b) in itertools.combinations(named, 2):
        assert shared(a, b) < 4


def test_a_leader_goes_round_other_labels() -> None:
    figure = Figure(figsize=(6, 4), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8), xlim=(0, 10), ylim=(0, 10))
    texts = ["to the right", "something to the left", "something far away"]
    points, shades = [(8.0, 0.0)] * 3, ["black"] * 3
    taken = np.vstack([labels.around(axes, 8.0, 0.0), labels.along(axes, (8.0, 0.0), (8.0, 9.0))])
    notes = labels.place_labels(axes, points, texts, shades, taken)
    boxes = dict(visible_boxes(figure))
    for a, b in itertools.combinations([boxes[text] for text in texts], 2):
        assert shared(a, b) < 4
    for note in (note for note in notes if note.arrow_patch.get_visible()):
        line = note.arrow_patch.get_path().interpolated(50).vertices
        line = line[np.hypot(*(line - axes.transData.transform(note.xy)).T) > labels.BESIDE]
        for text, box in boxes.items():
            if text in texts and text != note.get_text():
                assert not box.count_contains(line), (note.get_text(), text)


def test_an_empty_study_says_so(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, started=False, failed=0)
    study_figures(folder)
    for stem in STEMS:
        assert "no run of this study has finished" in texts(figure_from_csv(csv(folder, stem)))


def test_a_folder_without_tables_says_so(tmp_path: Path) -> None:
    study_figures(tmp_path)
    assert "no run of this study has finished" in texts(figure_from_csv(csv(tmp_path, "trade_off")))


def test_a_study_whose_runs_all_failed_says_so(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2, failed=-1)
    study_figures(folder)
    for stem in STEMS:
        assert "all 22 runs of this study failed" in texts(figure_from_csv(csv(folder, stem)))


def test_a_figure_says_how_many_runs_it_leaves_out(folder: Path) -> None:
    assert "2 runs failed and are left out" in texts(figure_from_csv(csv(folder, "trade_off"))).replace(
        "\n", " "
    )


def test_one_replication_gives_points_without_intervals(tmp_path: Path) -> None:
    study = read_study(write_fake_study(tmp_path, replications=1, failed=0))
    shown = texts(trade_off.draw(gallery.normal(trade_off.prepare(study)))).replace("\n", " ")
    assert "One replication gives no interval" in shown
    assert "Bars" not in shown
    assert set(heat_map.prepare(study)["apart"].dropna()) == {"reference", "unknown"}


def test_a_study_without_grid_has_no_heat_map_and_drops_an_old_one(tmp_path: Path) -> None:
    gallery.write_figure(tmp_path / "figures", "heat_map", style.note_table("old"))
    written = study_figures(write_fake_study(tmp_path, replications=2, grid=False))
    assert "heat_map" not in {path.stem for path in written.files}
    assert not list((tmp_path / "figures").glob("heat_map.*"))


def test_capacity_that_never_bound_has_no_figure(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2, grid=False)
    table = pd.read_csv(folder / "comparison.csv")
    table.loc[table["outcome"] == "capacity_bound_day_share", ["mean", "low", "high"]] = 0.0
    table.to_csv(folder / "comparison.csv", index=False)
    assert style.is_note(capacity.prepare(read_study(folder)))


def test_a_grid_cell_without_runs_is_named(tmp_path: Path) -> None:
    folder = write_fake_study(tmp_path, replications=2, failed=0)
    runs = pd.read_parquet(folder / "runs.parquet")
    runs[runs["factor.detection.threshold"] != 0.7].to_parquet(folder / "runs.parquet")
    figure = heat_map.draw(gallery.normal(heat_map.prepare(read_study(folder))))
    assert texts(figure).count("no run") == 4


def test_a_run_figure_shows_weekly_means_and_events(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path)
    run_figures(folder)
    figure = figure_from_csv(csv(folder, "run"))
    gids = {artist.get_gid() for axes in figure.axes for artist in [*axes.lines, *axes.collections]}
    assert {
        "brushed_share",
        "organisers_open",
        "fee",
        "hits_innocent",
        "event:raid",
        "event:announce",
    } <= gids
    daily = pd.read_parquet(folder / "daily.parquet").set_index("day")
    week = pd.read_csv(csv(folder, "run")).set_index("day").loc[[3.0]]
    assert week.loc[week["kind"] == "week", "cases"].item() == daily.loc[0:6, "cases"].sum()


def test_a_run_folder_without_tables_says_so(tmp_path: Path) -> None:
    run_figures(tmp_path)
    assert "no daily table" in texts(figure_from_csv(csv(tmp_path, "run")))


def test_an_svg_holds_no_date_and_nothing_from_outside(folder: Path) -> None:
    for stem in STEMS:
        svg = (folder / "figures" / f"{stem}.svg").read_text()
        assert "<dc:date>" not in svg
        assert "<image" not in svg


def test_spread_keeps_order_and_distance() -> None:
    placed = labels.spread([1.0, 1.01, 1.02, 5.0], 0.5, 0.0, 6.0)
    assert np.diff(placed).min() >= 0.5 - 1e-6
    assert list(np.argsort(placed)) == [0, 1, 2, 3]


def test_only_the_baseline_is_black() -> None:
    assert style.colour(0) == "#000000"
    assert "#000000" not in {style.colour(order) for order in range(1, 20)}


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("threshold_fine_suit", "threshold, fine and suit"),
        ("threshold_and_fine", "threshold and fine"),
        ("threshold_only", "threshold only"),
        ("status_quo_2015", "status quo 2015"),
        ("automatic, 0.3", "automatic, 0.3"),
    ],
)
def test_package_labels_read_as_words(label: str, words: str) -> None:
    assert humanise(label) == words


def test_paths_of_parameters_read_as_words_with_units() -> None:
    assert humanise_path("regulator.fine_rmb") == "Fine per shop, RMB"
    assert humanise_path("civil_suits.statutory_rmb") == "Civil suits: statutory, RMB"


def test_numbers_have_true_minus_signs_and_no_minus_zero() -> None:
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(-0.001, 1) == "0.0"
    assert number(float("nan")) == "–"
