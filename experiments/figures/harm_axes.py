"""Three prices of less brushing, side by side: innocent shops hit, sales they lose, hours of reviewers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.language import figure_texts as texts
from experiments.language.words import folded, humanise
from experiments.studies.answers import BRUSHED, HITS, HOURS_RATE, LOST_RATE, prices
from experiments.studies.results import StudyResults

PANELS = dict(zip((HITS, LOST_RATE, HOURS_RATE), texts.PRICE_AXES, strict=True))
TITLE = texts.HARM_AXES


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row an arm and price: x (price), y (brushing, %) and their 95 % intervals."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    compared = prices(study)
    if compared.empty:
        return style.note_table(texts.NO_PRICES)
    order, labels = study.order(), list(compared.loc[BRUSHED].index)
    table = pd.DataFrame(
        [
            {
                "kind": "package" if label in order else "cell",
                "text": "",
                "arm": label,
                "label": humanise(label),
                "order": order.get(label, -1),
                "outcome": outcome,
            }
            | placed("x", compared.loc[(outcome, label)], 1.0)
            | placed("y", compared.loc[(BRUSHED, label)], 100.0)
            for outcome in PANELS
            for label in labels
        ]
    ).dropna(subset=["x", "y"])
    if table.empty:
        return style.note_table(texts.NO_PRICED)
    crossed = bool((table["kind"] == "cell").any())
    return style.with_footnote(table, texts.harm_axes_note(crossed, study.coverage()))


def placed(axis: str, row: Any, scale: float) -> dict[str, Any]:
    """Return mean and interval on one axis; nothing lies below 0."""
    mean, low, high = scale * row["mean"], scale * max(row["low"], 0.0), scale * row["high"]
    return {axis: mean, f"{axis}_low": low, f"{axis}_high": high}


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw three planes that share the axis of brushing."""
    marks = table[table["kind"].isin(["package", "cell"])]
    named = rows(marks, "package").drop_duplicates("arm")
    names = [folded(label) for label in named["label"]]
    lines = style.legend_lines(names)
    tall = style.legend_height(names, lines)
    top = 0.65 + tall
    figure = style.new_figure(3.6 + tall + style.footnote_height(table))
    panels = figure.subplots(1, len(PANELS), sharey=True)
    style.margins(figure, 0.7, 0.2, 0.75 + style.footnote_height(table), top, wspace=0.16)
    for axes, (outcome, name) in zip(panels, PANELS.items(), strict=True):
        draw_plane(axes, marks[marks["outcome"] == outcome], name)
    panels[0].set_ylim(*reach(marks, "y"))
    panels[0].set_ylabel("Brushing, % of paid orders")
    style.draw_title(figure, TITLE)
    fullest = max(panels, key=lambda axes: len(axes.get_legend_handles_labels()[0]))
    style.draw_legend(figure, fullest, 0.7, columns=max(-(-len(named) // lines), 1))
    style.draw_footnote(figure, table)
    return figure


def draw_plane(axes: Axes, marks: pd.DataFrame, name: str) -> None:
    """Draw brushing against one price."""
    cells = rows(marks, "cell")
    axes.scatter(cells["x"], cells["y"], s=12, color="#9a9a9a", linewidths=0, zorder=2, gid="cells")
    for row in records(rows(marks, "package")):
        draw_package(axes, row)
    set_scale(axes, marks)
    axes.set_xlabel(name, fontsize=9.5)
    style.light_grid(axes, "both")


def draw_package(axes: Axes, row: Any) -> None:
    """Draw one package with its cross of intervals."""
    shade = style.colour(row.order)
    if np.isfinite(row.x_high):
        axes.plot([row.x_low, row.x_high], [row.y, row.y], color=shade, linewidth=1.3, zorder=3)
    if np.isfinite(row.y_high):
        axes.plot([row.x, row.x], [row.y_low, row.y_high], color=shade, linewidth=1.3, zorder=3)
    axes.plot(
        [row.x],
        [row.y],
        style.marker(row.order),
        color=shade,
        markersize=7,
        markeredgecolor="white",
        markeredgewidth=0.8,
        zorder=4,
        linestyle="none",
        label=style.entry(folded(row.label)),
        clip_on=False,
        gid=f"package:{row.arm}",
    )


def reach(marks: pd.DataFrame, axis: str) -> tuple[float, float]:
    """Return limits from 0 that hold all means, and intervals that do not dwarf them."""
    mean, high = style.highest(marks[axis]), style.highest(marks[f"{axis}_high"])
    top = 1.06 * max(mean, min(high, 2.5 * mean)) or 1.0
    return -0.02 * top, top


def set_scale(axes: Axes, marks: pd.DataFrame) -> None:
    """Take decades where a price differs tenfold, with a place for 0 at the left."""
    positive = marks.loc[marks["x"] > 0, "x"]
    top = reach(marks, "x")[1]
    if len(positive) < 2 or positive.max() < 20 * max(positive.min(), 1e-9):
        axes.set_xlim(*reach(marks, "x"))
        return
    least = min(float(marks["x"].min()), 0.0)  # losses are differences: noise may bring them below 0
    begin = float(10 ** np.floor(np.log10(max(positive.min(), positive.max() / 1e5, -10 * least))))
    axes.set_xscale("symlog", linthresh=begin, linscale=0.5)
    axes.set_xlim(min(-0.15 * begin, 1.2 * least), 1.5 * top)
    decades = begin * 10.0 ** np.arange(0, np.ceil(np.log10(1.5 * top / begin)))
    step = 1 if len(decades) <= 4 else 2
    axes.xaxis.set_major_locator(FixedLocator([0, *decades[::step]]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:,.10g}"))
