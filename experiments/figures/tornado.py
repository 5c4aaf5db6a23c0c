"""What would change the choice: its margin and how often it is made, at both ends of each parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.files.whole import read_table
from experiments.language import uncertainty as texts
from experiments.language.words import broadest, folded, most_lines

SHOWN = 12
"""Parameters that are drawn, those that move the margin most."""

LOW, HIGH = style.COLOURS[0], style.COLOURS[1]
PANELS = ("margin", "share")


def prepare(folder: Path) -> pd.DataFrame:
    """Return one row a parameter and panel, scaled to readers' units."""
    table = read_table(folder / "tornado.csv")
    if table.empty:
        return style.note_table(texts.NO_CHOICE)
    first = table.iloc[0]
    outcome = texts.told(str(first["outcome"]))
    own = pd.concat([panel(table, "margin", outcome.scale), panel(table, "share", 100.0)], ignore_index=True)
    own["axis"] = own["what"].map({"margin": texts.margin_axis(outcome.column), "share": texts.SHARE_AXIS})
    note = texts.tornado_note(
        str(first["package"]), outcome.column, first["rule"], first["n_points"], first["fitted"]
    )
    return style.with_footnote(own.assign(kind="bar", text=""), note)


def panel(table: pd.DataFrame, what: str, scale: float) -> pd.DataFrame:
    """Return the rows of one panel: both ends, the middle, and the flips."""
    middle = "middle" if what == "margin" else "middle_share"
    own = table.head(SHOWN)[["name", "low_value", "high_value", "flips", "sure", "decides"]].copy()
    own["what"], own["place"] = what, range(len(own))
    own["middle"] = scale * table[middle]
    for side in ("low", "high"):
        own[side] = scale * table[f"{side}_{what}"]
        for end in ("low", "high"):
            known = f"{side}_{what}_{end}"
            own[f"{side}_{end}"] = scale * table[known] if known in table else np.nan
    return own


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw two panels: bars from the low to the high end of each parameter, the zero line in black."""
    bars = rows(table, "bar")
    first = bars[bars["what"] == "margin"]
    labels = [folded(str(name), 26) for name in first["name"]]
    step = max(0.44, style.LINE * most_lines(labels) + 0.12)
    left = 0.3 + 0.075 * broadest(labels)
    foot = style.footnote_height(table)
    figure = style.new_figure(1.55 + step * len(first) + foot)
    panels = figure.subplots(1, 2, sharey=True, width_ratios=(1.7, 1))
    style.margins(figure, left, 0.2, 0.6 + foot, 0.85, wspace=0.12)
    for axes, what in zip(panels, PANELS, strict=True):
        draw_panel(axes, bars[bars["what"] == what])
    panels[0].set_yticks(range(len(first)), labels, fontsize=9)
    panels[0].set_ylim(len(first) - 0.4, -0.6)
    for axes in panels:
        axes.tick_params(axis="y", length=0)
    style.draw_title(figure, texts.TORNADO)
    style.draw_legend(figure, panels[0], 0.12)
    style.draw_footnote(figure, table)
    return figure


def draw_panel(axes: Axes, own: pd.DataFrame) -> None:
    """Draw one quantity of all parameters."""
    middle = float(own["middle"].iloc[0])
    margin = own["what"].iloc[0] == "margin"
    axes.axvline(middle, color=style.SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    if own["what"].iloc[0] == own["decides"].iloc[0]:
        axes.axvline(0 if margin else 50, color=style.BLACK, linewidth=1.2, zorder=1)
    for row in records(own):
        draw_bar(axes, row, middle)
    low, high = reach(own, margin)
    axes.set_xlim(low, high)
    axes.set_xlabel(folded(str(own["axis"].iloc[0]), 56 if margin else 28), fontsize=9)
    style.light_grid(axes, "x")
    axes.tick_params(labelsize=9)


def reach(own: pd.DataFrame, margin: bool) -> tuple[float, float]:
    """Return the ends of a panel's axis, with room for the values at the ends of bars."""
    if not margin:
        return -4.0, 104.0
    names = ["low", "high", "low_low", "low_high", "high_low", "high_high", "middle"]
    low, high = style.lowest(own[names]), style.highest(own[names])
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.16 * (high - low or 1.0)
    return low - room, high + room


def draw_bar(axes: Axes, row: Any, middle: float) -> None:
    """Draw both ends of one parameter with their values, and a diamond where the choice changes."""
    for side, shade, dy in (("low", LOW, -0.17), ("high", HIGH, 0.17)):
        value, ends = getattr(row, side), (getattr(row, f"{side}_low"), getattr(row, f"{side}_high"))
        label = style.entry(f"at the {side} end") if row.place == 0 else None
        axes.barh(
            row.place + dy, value - middle, 0.3, left=middle, color=shade, alpha=0.85, label=label, zorder=2
        )
        if np.isfinite(ends[0]):
            axes.hlines(row.place + dy, *ends, color=style.INK, linewidth=0.9, zorder=3)
            write_value(axes, row, side, dy, middle)
    if row.what == row.decides and row.flips:
        draw_flip(axes, row, 0 if row.what == "margin" else 50)


def draw_flip(axes: Axes, row: Any, x: float) -> None:
    """Draw a diamond where the choice changes, with the parameter's value; open where it is unsure."""
    inside = style.BLACK if row.sure else "white"
    (diamond,) = axes.plot(x, row.place, "D", color=style.BLACK, gid=f"flip:{row.name}")
    diamond.set(markersize=7, zorder=6, markerfacecolor=inside)
    axes.annotate(
        folded(str(row.flips), 16),
        (x, row.place),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        zorder=5,
    )


def write_value(axes: Axes, row: Any, side: str, dy: float, middle: float) -> None:
    """Write the parameter's value beyond the end of the bar or its interval."""
    value = getattr(row, side)
    right = value >= middle
    at = max(getattr(row, f"{side}_high"), value) if right else min(getattr(row, f"{side}_low"), value)
    axes.annotate(
        str(getattr(row, f"{side}_value")),
        (at, row.place + dy),
        xytext=(3 if right else -3, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=8,
        color=style.SOFT,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.5},
        zorder=5,
    )
