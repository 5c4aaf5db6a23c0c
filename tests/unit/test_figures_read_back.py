"""What is drawn is read back from the artists and compared with the tables of the study or run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_study import BASELINE, COLUMNS_PATH, FINES, LEVELS, ROWS_PATH, THRESHOLDS, write_fake_run
from fake_study import write_fake_study as write
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from scipy import stats

from experiments.figures import capacity, gallery, harm, heat_map, paths, read_study, run, style, trade_off
from experiments.figures.trade_off import BRUSHED, HITS
from experiments.language.words import humanise, number, rate

SCALE = {BRUSHED: 100.0, HITS: 1.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def comparison(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "comparison.csv").set_index(["package", "outcome"])


@pytest.fixture(scope="module")
def runs(folder: Path) -> pd.DataFrame:
    table = pd.read_parquet(folder / "runs.parquet")
    return table[table["status"] == "ok"]


def drawn(kind: Any, folder: Path) -> Figure:
    return kind.draw(gallery.normal(kind.prepare(read_study(folder))))


def texts_at(axes: Axes) -> dict[tuple[float, float], str]:
    return {(round(t.get_position()[0], 2), round(t.get_position()[1], 2)): t.get_text() for t in axes.texts}


def segments(collection: Any) -> list[Any]:
    return [np.asarray(segment) for segment in collection.get_segments()]


def t_interval(values: pd.Series) -> tuple[float, float, float]:
    """Mean, low and high as a textbook has them."""
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return float(values.mean()), float(low), float(high)


def test_the_plane_draws_brushing_against_innocent_shops_hit(folder: Path, comparison: pd.DataFrame) -> None:
    axes = drawn(trade_off, folder).axes[0]
    marks = {line.get_gid(): np.asarray(line.get_xydata()) for line in axes.lines}
    for package in LEVELS:
        hits = comparison.loc[(package, "innocent_hits_per_1000_shop_years"), "mean"]
        brushed = 100 * comparison.loc[(package, "brushed_share"), "mean"]
        np.testing.assert_allclose(marks[f"package:{package}"], [[hits, brushed]])
    assert "innocent" in axes.get_xlabel().lower() and "paid orders" in axes.get_ylabel().lower()


@pytest.mark.parametrize("package", LEVELS)
def test_the_cross_of_a_package_is_its_two_intervals(
    folder: Path, comparison: pd.DataFrame, package: str
) -> None:
    lines = drawn(trade_off, folder).axes[0].lines
    place = [line.get_gid() for line in lines].index(f"package:{package}")
    across, along, mark = (np.asarray(line.get_xydata()) for line in lines[place - 2 : place + 1])
    hits, brushed = (
        comparison.loc[(package, HITS)],
        100 * comparison.loc[(package, BRUSHED), ["mean", "low", "high"]],
    )
    np.testing.assert_allclose(mark, [[hits["mean"], brushed["mean"]]])
    np.testing.assert_allclose(across, [[hits["low"], brushed["mean"]], [hits["high"], brushed["mean"]]])
    np.testing.assert_allclose(along, [[hits["mean"], brushed["low"]], [hits["mean"], brushed["high"]]])


def test_the_names_in_the_plane_point_at_their_packages(folder: Path, comparison: pd.DataFrame) -> None:
    notes = {note.get_text(): note.xy for note in drawn(trade_off, folder).axes[0].texts}  # type: ignore[attr-defined]
    for package in LEVELS:
        expected = [
            scale * comparison.loc[(package, name), "mean"] for name, scale in reversed(SCALE.items())
        ]
        np.testing.assert_allclose(notes[humanise(package)], expected)


def test_the_dots_of_the_grid_are_the_means_of_its_arms(folder: Path, comparison: pd.DataFrame) -> None:
    collections = drawn(trade_off, folder).axes[0].collections
    dots = next(c for c in collections if c.get_label() == "grid").get_offsets()
    arms = [name for name in comparison.index.unique("package") if name not in LEVELS]
    expected = [(comparison.loc[(a, HITS), "mean"], 100 * comparison.loc[(a, BRUSHED), "mean"]) for a in arms]
    np.testing.assert_allclose(sorted(map(tuple, np.asarray(dots))), sorted(expected))


def test_the_frontier_joins_the_means_of_the_unbeaten(folder: Path, comparison: pd.DataFrame) -> None:
    step = next(line for line in drawn(trade_off, folder).axes[0].lines if line.get_label() == "frontier")
    front = ["no_enforcement", BASELINE, "threshold_fine_suit"]
    x = [comparison.loc[(name, HITS), "mean"] for name in front]
    y = [100 * comparison.loc[(name, BRUSHED), "mean"] for name in front]
    np.testing.assert_allclose(np.column_stack([step.get_xdata(), step.get_ydata()]), np.column_stack([x, y]))


@pytest.mark.parametrize("package", LEVELS)
def test_a_path_and_its_band_are_means_and_intervals_of_every_day(folder: Path, package: str) -> None:
    axes = drawn(paths, folder).axes[0]
    line = next(line for line in axes.lines if line.get_gid() == f"package:{package}")
    order = read_study(folder).order()[package]
    band = next(c for c in axes.collections if to_hex(c.get_facecolor()[0]) == style.colour(order).lower())  # type: ignore[index]
    x, y = np.asarray(line.get_xydata()).T
    corners = band.get_paths()[0].vertices
    table = pd.read_parquet(folder / "paths.parquet").query("package == @package")
    for day in (x[0], 0.0, 350.0, x[-1]):
        mean, low, high = t_interval(100 * table.loc[table["day"] == day, "brushed_share"])
        reach = corners[np.isclose(corners[:, 0], day), 1]
        assert y[list(x).index(day)] == pytest.approx(mean)
        assert (reach.min(), reach.max()) == pytest.approx((max(low, 0), high))


def test_lines_are_named_in_the_order_in_which_they_end(folder: Path) -> None:
    axes = drawn(paths, folder).axes[0]
    ends = {
        str(line.get_label()): line.get_ydata()[-1] for line in axes.lines if line.get_gid() in packages()
    }  # type: ignore[index]
    names = {t.get_text(): t.get_position()[1] for t in axes.texts if t.get_text() in ends}
    assert sorted(ends, key=ends.__getitem__) == sorted(names, key=names.__getitem__)


def packages() -> set[str]:
    return {f"package:{name}" for name in LEVELS}


@pytest.mark.parametrize("panel", [0, 1])
def test_cells_of_the_heat_map_say_mean_and_half_width(folder: Path, runs: pd.DataFrame, panel: int) -> None:
    outcome, digits = ((BRUSHED, 2), (HITS, 1))[panel]
    axes = drawn(heat_map, folder).axes[panel]
    said = texts_at(axes)
    for i, threshold in enumerate(THRESHOLDS):
        for j, fine in enumerate(FINES):
            own = runs[(runs[f"factor.{ROWS_PATH}"] == threshold) & (runs[f"factor.{COLUMNS_PATH}"] == fine)]
            mean, low, _ = t_interval(SCALE[outcome] * own[outcome])
            assert said[j, i + 0.13] == number(mean, digits)
            assert said[j, i - 0.24] == f"±{number(mean - low, digits)}"
    assert [float(tick.get_text()) for tick in drawn(heat_map, folder).axes[0].get_yticklabels()] == list(
        THRESHOLDS
    )
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [f"{fine:,}" for fine in FINES]


def test_a_cell_is_hatched_exactly_where_its_simultaneous_interval_holds_zero(
    folder: Path, runs: pd.DataFrame
) -> None:
    table = runs[runs[f"factor.{ROWS_PATH}"].notna()]
    wide = table.pivot(
        index="replication", columns=[f"factor.{ROWS_PATH}", f"factor.{COLUMNS_PATH}"], values=BRUSHED
    )
    reference = (THRESHOLDS[1], FINES[0])
    alike = set()
    for i, threshold in enumerate(THRESHOLDS):
        for j, fine in enumerate(FINES):
            d = (wide[threshold, fine] - wide[reference]).dropna()
            half = stats.t.ppf(1 - 0.025 / 5, len(d) - 1) * d.sem()  # a run failed, so nine pairs: Bonferroni
            if (threshold, fine) != reference and abs(d.mean()) <= half:
                alike.add((j, i))
    hatched = [patch for patch in drawn(heat_map, folder).axes[0].patches if patch.get_hatch()]
    assert 0 < len(alike) < 5
    assert {(round(p.get_x() + 0.47), round(p.get_y() + 0.47)) for p in hatched} == alike  # type: ignore[attr-defined]


def test_a_cell_that_single_intervals_would_tell_apart_is_hatched(tmp_path: Path) -> None:
    folder = write(tmp_path, failed=0)
    table = pd.read_parquet(folder / "runs.parquet")
    luck = np.random.default_rng(4).normal(size=10)
    luck = (luck - luck.mean()) / luck.std(ddof=1)
    cells = table[f"factor.{ROWS_PATH}"].notna()
    table.loc[cells, BRUSHED] = 0.02 + 0.001 * np.random.default_rng(5).normal(size=cells.sum())
    one = cells & (table[f"factor.{ROWS_PATH}"] == 0.3) & (table[f"factor.{COLUMNS_PATH}"] == FINES[0])
    middle = cells & (table[f"factor.{ROWS_PATH}"] == 0.5) & (table[f"factor.{COLUMNS_PATH}"] == FINES[0])
    t = 2.4  # beyond the single 2.26, within what five comparisons need
    table.loc[one, BRUSHED] = table.loc[middle, BRUSHED].to_numpy() + 0.001 * (luck + t / np.sqrt(10))
    table.to_parquet(folder / "runs.parquet")
    prepared = heat_map.prepare(read_study(folder)).query("outcome == @BRUSHED and i == 0 and j == 0").iloc[0]
    assert prepared["difference"] > stats.t.ppf(0.975, 9) * 0.1 / np.sqrt(10)
    assert prepared["apart"] == "no"


def test_darker_cells_hold_more(folder: Path) -> None:
    for axes in drawn(heat_map, folder).axes:
        said = texts_at(axes)
        shades = {
            tuple(map(float, str(patch.get_gid()).split(":")[2:])): sum(patch.get_facecolor()[:3])
            for patch in axes.patches
            if str(patch.get_gid()).startswith("cell:") and to_hex(patch.get_facecolor()) != "#ededed"
        }
        means = {place: float(said[place[1], place[0] + 0.13].replace(",", "")) for place in shades}
        assert sorted(shades, key=shades.__getitem__, reverse=True) == sorted(means, key=means.__getitem__)


@pytest.mark.parametrize("package", ["threshold_only", "threshold_fine_suit", BASELINE])
def test_cells_of_harm_say_rates_and_counts(folder: Path, package: str) -> None:
    figure = drawn(harm, folder)
    axes = next(a for a in figure.axes if a.get_title("left").lower() == humanise(package))
    table = pd.read_parquet(folder / "harm.parquet").query("package == @package")
    bands = [table[name].unique() for name in ("age_band", "size_band")]
    said = texts_at(axes)
    for i, age in enumerate(bands[0]):
        for j, size in enumerate(bands[1]):
            own = table[(table["age_band"] == age) & (table["size_band"] == size)]
            hits, years = int(own["hits"].sum()), own["innocent_shop_years"].sum()
            bound = -np.log(0.05) / years * 1000
            unseen = f"< {rate(bound)}" if bound < 1000 else "–"
            assert said[j, i - 0.12] == (rate(1000 * hits / years) if hits else unseen)
            assert said[j, i + 0.26].split(" ")[0] == (f"{hits:,}" if hits or bound < 1000 else "too")
    total = f"{int(table['hits'].sum()):,} hit"
    assert any(t.get_text().startswith(total) for t in axes.texts)


def test_bars_of_capacity_are_means_with_their_intervals(tmp_path: Path) -> None:
    folder = write(tmp_path, grid=False)
    table = pd.read_csv(folder / "comparison.csv")
    own = table["outcome"] == capacity.BOUND
    for place, row in enumerate(table.index[own]):
        table.loc[row, ["mean", "low", "high"]] = np.array([0.2, 0.15, 0.25]) * (place + 1)
    table.to_csv(folder / "comparison.csv", index=False)
    expected = 100 * table[own].set_index("package")[["mean", "low", "high"]].clip(upper=1)
    axes = drawn(capacity, folder).axes[0]
    names = {label.get_text(): y for y, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)}
    bars = {round(bar.get_y() + bar.get_height() / 2): bar.get_width() for bar in axes.patches}  # type: ignore[attr-defined]
    lines = {round(s[0][1]): (s[0][0], s[1][0]) for s in segments(axes.collections[0])}
    said = {round(t.get_position()[1]): t.get_text() for t in axes.texts}
    for package, row in expected.iterrows():
        y = names[humanise(str(package))]
        assert bars[y] == pytest.approx(row["mean"])
        assert lines[y] == pytest.approx((row["low"], row["high"]))
        assert said[y] == f"{number(row['mean'])} %"


def test_capacity_that_never_bound_is_said_at_its_bar(folder: Path) -> None:
    axes = drawn(capacity, folder).axes[0]
    assert sorted(t.get_text() for t in axes.texts) == ["37.0 %", "never", "never", "never", "never"]


@pytest.mark.parametrize(
    ("name", "rule", "scale"),
    [
        ("brushed_share", "mean", 100), ("fee", "mean", 100), ("organisers_open", "mean", 1),
        ("cases", "sum", 1), ("hits_guilty", "sum", 1), ("hits_innocent", "sum", 1),
    ],
)  # fmt: skip
def test_lines_of_a_run_are_its_weeks(tmp_path: Path, name: str, rule: str, scale: float) -> None:
    folder = write_fake_run(tmp_path)
    figure = run.draw(gallery.normal(run.prepare(folder)))
    line = next(line for axes in figure.axes for line in axes.lines if line.get_gid() == name)
    daily = pd.read_parquet(folder / "daily.parquet").set_index("day")[name]
    x, y = np.asarray(line.get_xydata()).T
    assert len(x) > 50
    expected = [scale * daily.loc[day - 3 : day + 3].agg(rule) for day in x]
    np.testing.assert_allclose(y, expected)


def test_ticks_of_a_run_stand_on_the_days_of_its_events(tmp_path: Path) -> None:
    folder = write_fake_run(tmp_path)
    figure = run.draw(gallery.normal(run.prepare(folder)))
    events = pd.read_parquet(folder / "events.parquet")
    for verb in ("raid", "try_suit", "announce"):
        ticks = next(c for axes in figure.axes for c in axes.collections if c.get_gid() == f"event:{verb}")
        assert [s[0][0] for s in segments(ticks)] == sorted(events.loc[events["verb"] == verb, "day"])
