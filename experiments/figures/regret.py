"""Regret of packages over uncertain worlds: every world a dot, means with intervals, for each objective."""

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
from experiments.language.outcomes import fitting, told
from experiments.language.words import broadest, folded, humanise, most_lines

SPREAD = 0.22
"""How far dots stand from the middle of their row, at most."""


def prepare(folder: Path) -> pd.DataFrame:
    """Return a row a package and outcome with its mean, and one a world; scaled to readers' units."""
    summary, worlds = read_table(folder / "regret.csv"), read_table(folder / "regrets.csv")
    if summary.empty:
        return style.note_table(texts.NO_CHOICE)
    order = summary.drop_duplicates("package").sort_values("mean")["package"].tolist()
    parts = []
    for place, name in enumerate(summary["outcome"].unique()):
        own = worlds[worlds["outcome"] == name]
        outcome = fitting(told(str(name)), float(own["regret"].max()))
        title = f"{outcome.name},\n{texts.unit_of_change(outcome)}"
        means = summary[summary["outcome"] == name][["package", "mean", "low", "high"]].assign(kind="mean")
        dots = own[["package", "regret"]].rename(columns={"regret": "mean"}).assign(kind="world")
        both = pd.concat([means, dots], ignore_index=True)
        both[["mean", "low", "high"]] *= outcome.scale
        parts.append(both.assign(outcome=name, title=title, panel=place))
    table = pd.concat(parts, ignore_index=True)
    table["label"], table["order"] = table["package"].map(humanise), table["package"].map(order.index)
    note = texts.regret_note(int(summary["n_worlds"].iloc[0]))
    return style.with_footnote(table.assign(text=""), note)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each outcome: a row a package, the least mean regret on top."""
    means = rows(table, "mean")
    names = means.drop_duplicates("package").sort_values("order")
    labels = [folded(label) for label in names["label"]]
    n = int(means["panel"].max()) + 1
    down, across = -(-n // 2), min(n, 2)
    left, foot = 0.25 + 0.075 * broadest(labels), style.footnote_height(table)
    height = max(0.42, style.LINE * most_lines(labels) + 0.1) * len(names) + 0.75
    figure = style.new_figure(0.8 + height * down + foot)
    panels = np.atleast_1d(figure.subplots(down, across, sharey=True)).ravel()
    style.margins(figure, left, 0.2, 0.4 + foot, 0.75, wspace=0.1, hspace=0.75 / (height - 0.75))
    for place, axes in enumerate(panels):
        own = table[table["panel"] == place]
        axes.set_visible(len(own) > 0)
        if len(own):
            draw_panel(axes, own)
    panels[0].set_yticks(range(len(names)), labels, fontsize=9.5)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    style.draw_title(figure, texts.REGRET)
    style.draw_footnote(figure, table)
    return figure


def draw_panel(axes: Axes, own: pd.DataFrame) -> None:
    """Draw the regrets in one outcome."""
    for package, dots in rows(own, "world").groupby("package"):
        order = float(dots["order"].iloc[0])
        x = dots["mean"].to_numpy(float)
        y = order + SPREAD * np.sin(2.4 * np.arange(len(x)))  # the same places in every drawing
        axes.plot(
            x, y, ".", color=style.COLOURS[5], markersize=3.5, alpha=0.7, zorder=2, gid=f"worlds:{package}"
        )
    for row in records(rows(own, "mean")):
        draw_mean(axes, row)
    axes.set_xlim(left=-0.03 * style.highest(own["mean"], 1.0))
    axes.set_title(str(own["title"].iloc[0]), fontsize=9.5, fontweight="normal", pad=6)
    style.light_grid(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=9.5)


def draw_mean(axes: Axes, row: Any) -> None:
    """Draw the mean regret of a package and its interval."""
    axes.hlines(row.order, row.low, row.high, color=style.BLACK, linewidth=2.2, zorder=3)
    axes.plot(row.mean, row.order, "D", color=style.BLACK, markersize=5.5, markeredgecolor="white", zorder=4)
