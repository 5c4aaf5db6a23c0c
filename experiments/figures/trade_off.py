"""The trade-off plane: innocent shops hit against brushing that remains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from experiments.figures import labels, style
from experiments.figures.style import records, rows
from experiments.figures.tables import Study
from experiments.language.words import folded, humanise

HITS, BRUSHED = "innocent_hits_per_1000_shop_years", "brushed_share"
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000)


def prepare(study: Study) -> pd.DataFrame:
    """Return one row an arm: x (hits), y (brushing, %), their 95 % intervals and the frontier."""
    table = study.nothing_finished() or plane(study)
    if isinstance(table, str):
        return style.note_table(table)
    if table.empty:
        return style.note_table("Nothing to show: no package has both outcomes of the trade-off plane.")
    return style.with_footnote(table, footnote(study, table))


def plane(study: Study) -> pd.DataFrame:
    """Return the arms that have both outcomes."""
    hits, brushed = study.rows_of(HITS), study.rows_of(BRUSHED)
    order = study.order()
    shared = [label for label in study.factual if label in hits.index.intersection(brushed.index)]
    table = pd.DataFrame(
        {
            "kind": ["package" if arm in order else "grid" for arm in shared],
            "text": "",
            "arm": shared,
            "label": [humanise(arm) for arm in shared],
            "order": [order.get(arm, -1) for arm in shared],
            "x": hits.loc[shared, "mean"].to_numpy(float),
            "x_low": np.maximum(hits.loc[shared, "low"].to_numpy(float), 0),
            "x_high": hits.loc[shared, "high"].to_numpy(float),
            "y": 100 * brushed.loc[shared, "mean"].to_numpy(float),
            "y_low": 100 * np.maximum(brushed.loc[shared, "low"].to_numpy(float), 0),
            "y_high": 100 * brushed.loc[shared, "high"].to_numpy(float),
        }
    )
    table = table.dropna(subset=["x", "y"]).reset_index(drop=True)
    table["frontier"] = (table["kind"] == "package") & ~dominated(table)
    return table


def dominated(table: pd.DataFrame) -> pd.Series:
    """Tell which rows a package beats: no worse on both axes and better on one."""
    rivals = table[table["kind"] == "package"]
    beaten = [
        bool((
            (rivals["x"] <= row.x) & (rivals["y"] <= row.y) & ((rivals["x"] < row.x) | (rivals["y"] < row.y))
        ).any())
        for row in records(table)
    ]  # fmt: skip
    return pd.Series(beaten, index=table.index, dtype=bool)


def footnote(study: Study, table: pd.DataFrame) -> str:
    """Say what the marks mean."""
    line = (
        " Dashed: frontier; no other package has better means on both." if table["frontier"].sum() > 1 else ""
    )
    what = "combinations of factors" if study.blocks else "the combinations of the grid"
    dots = f" Grey dots: {what}." if (table["kind"] == "grid").any() else ""
    bars = "Bars: 95\u00a0% intervals over replications." if table["y_high"].notna().any() else ""
    none = " Where no hit was seen: 95\u00a0% bound (rule of three)." if unseen(table) else ""
    return f"{bars}{none}{line}{dots} {study.coverage()}".strip()


def unseen(table: pd.DataFrame) -> bool:
    """Tell whether an arm has no hit but a bound."""
    return bool(((table["x"] == 0) & (table["x_high"] > 0)).any())


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw the plane: one marker a package, its interval on both axes, its name beside it."""
    figure = style.new_figure(4.9)
    axes = figure.add_subplot()
    style.margins(figure, 0.75, 0.3, 0.55 + style.footnote_height(table), 0.5)
    packages, grid = rows(table, "package"), rows(table, "grid")
    set_scales(axes, table)
    axes.scatter(grid["x"], grid["y"], s=14, color="#9a9a9a", linewidths=0, zorder=2, label="grid")
    covered = draw_frontier(axes, packages) + [draw_package(axes, row) for row in records(packages)]
    covered += [labels.around(axes, x, y, 2) for x, y in zip(grid["x"], grid["y"], strict=True)]
    shades = [style.ink_of(order) for order in packages["order"]]
    points = list(zip(packages["x"], packages["y"], strict=True))
    names = [folded(label) for label in packages["label"]]
    labels.place_labels(axes, points, names, shades, np.vstack(covered))
    axes.set_title("Less brushing, or fewer innocent shops hit?", pad=12, gid="title")
    style.draw_footnote(figure, table)
    return figure


def set_scales(axes: Axes, table: pd.DataFrame) -> None:
    """Choose limits with air around all intervals, and a logarithmic x axis where hits differ tenfold."""
    far = float(table[["x", "x_high"]].max().max())
    positive = table.loc[table["x"] > 0, "x"]
    stretched = far > 20 and len(positive) > 0 and positive.min() < far / 10
    axes.set_ylim(limits(table[["y", "y_low", "y_high"]], 0.12))
    if stretched:
        log_axis(axes, far)
    else:
        axes.set_xlim(limits(table[["x", "x_low", "x_high"]], 0.3))
    scale = ", log scale above 1" if stretched else ""
    axes.set_xlabel(f"Innocent shops hit, per 1,000 innocent shop-years{scale}   (← better)")
    axes.set_ylabel("Brushing remaining, % of paid orders   (↓ better)")
    style.light_grid(axes, "both")


def limits(values: pd.DataFrame, air: float) -> tuple[float, float]:
    """Return limits that begin at 0 unless everything lies close together far from 0."""
    low, high = float(values.min().min()), float(values.max().max())
    if low > 0.6 * high:
        reach = max(high - low, 0.05 * high)
        return low - 0.6 * reach, high + 0.6 * reach
    return -0.03 * high * (low <= 0), (1 + air) * high if high > 0 else 1.0


def log_axis(axes: Axes, far: float) -> None:
    """Make the x axis logarithmic above 1 and linear from 0 to 1, so that no hit at all has a place."""
    axes.set_xscale("symlog", linthresh=1, linscale=0.6)
    axes.set_xlim(-0.12, far * 3.6)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if tick <= far * 3.6]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:,.0f}"))


def draw_frontier(axes: Axes, packages: pd.DataFrame) -> list[labels.Boxes]:
    """Join the packages that none beats by steps, and return what the steps cover."""
    front = packages[packages["frontier"].astype(bool)].sort_values(["x", "y"])
    if len(front) < 2:
        return []
    x, y = front["x"].to_numpy(float), front["y"].to_numpy(float)
    axes.step(
        x, y, where="post", color="#8a8a8a", linewidth=1.1, linestyle=(0, (4, 3)), zorder=1, label="frontier"
    )
    corners = [p for i in range(len(x) - 1) for p in ((x[i], y[i]), (x[i + 1], y[i]))] + [(x[-1], y[-1])]
    return [labels.along(axes, a, b) for a, b in pairwise(corners)]


def draw_package(axes: Axes, row: Any) -> labels.Boxes:
    """Draw one package with its cross of intervals, and return what it covers."""
    x, y, shade = float(row.x), float(row.y), style.colour(row.order)
    left, right, low, high = (
        m if np.isnan(end) else end
        for end, m in ((row.x_low, x), (row.x_high, x), (row.y_low, y), (row.y_high, y))
    )
    axes.plot([left, right], [y, y], color=shade, linewidth=1.6, zorder=3)
    axes.plot([x, x], [low, high], color=shade, linewidth=1.6, zorder=3)
    axes.plot(
        [x],
        [y],
        style.marker(row.order),
        color=shade,
        markersize=8,
        markeredgecolor="white",
        markeredgewidth=0.8,
        zorder=4,
        clip_on=False,
        label=row.label,
        gid=f"package:{row.arm}",
    )
    across, along = labels.along(axes, (left, y), (right, y)), labels.along(axes, (x, low), (x, high))
    return np.vstack([labels.around(axes, x, y), across, along])
