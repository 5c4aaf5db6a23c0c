"""The twin at a glance: the path of brushing under each package, or outcomes over a lever."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.labels import spread
from experiments.figures.style import rows
from experiments.files.whole import read_json, read_table
from experiments.language.words import humanise

NOTE = "The mean-field twin: expectations, so no interval. How far the engine differs: docs/twin.md."


def prepare(folder: Path) -> pd.DataFrame:
    """Return the weekly path of every arm, or the outcomes at every value of the lever, in percent."""
    lever = read_json(folder / "twin.json")["lever"]
    if lever:
        table = read_table(folder / "outcomes.csv").sort_values("value")
        table = pd.DataFrame(
            {
                "kind": "point", "text": lever, "x": table["value"], "brushed": 100 * table["brushed_share"],
                "hits": table["innocent_hits_per_1000_shop_years"],
            }
        )  # fmt: skip
    else:
        daily = read_table(folder / "daily.csv")
        week = daily[daily["day"] % 7 == 0]
        table = pd.DataFrame(
            {
                "kind": "path", "text": week["arm"].map(humanise), "x": week["day"],
                "brushed": 100 * week["brushed_share"], "hits": 100 * week["perceived_risk"],
            }
        )  # fmt: skip
    return style.with_footnote(table, NOTE)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw two panels over one axis."""
    points, paths = rows(table, "point"), rows(table, "path")
    bottom = 0.55 + style.footnote_height(table)
    figure = style.new_figure(4.2 + bottom)
    panels = list(figure.subplots(2, 1, sharex=True))
    style.margins(figure, 0.95, 1.6 if points.empty else 0.3, bottom, 0.45, hspace=0.18)
    panels[0].set_title("Expected brushing" if points.empty else "Expected outcomes over a lever", pad=10)
    panels[0].set_ylabel("Brushed orders,\n% of paid", fontsize=9.5)
    if points.empty:
        draw_paths(panels, paths)
    else:
        draw_points(panels, points)
    for axes in panels:
        axes.set_ylim(bottom=0)
        style.light_grid(axes)
    style.draw_footnote(figure, table)
    return figure


def draw_paths(panels: list[Axes], paths: pd.DataFrame) -> None:
    """Draw brushing and perceived risk against time, a line an arm, named at its end."""
    names = list(dict.fromkeys(paths["text"]))
    for axes, column in zip(panels, ("brushed", "hits"), strict=True):
        for order, name in enumerate(names):
            line = paths[paths["text"] == name]
            dot = style.dot_for(line[column])
            axes.plot(line["x"], line[column], color=style.colour(order), marker=dot, linewidth=1.6, gid=name)
    low, high = panels[0].get_ylim()
    lines = [paths.loc[paths["text"] == name, "brushed"].dropna() for name in names]
    ends = [float(line.iloc[-1]) if len(line) else 0.0 for line in lines]
    places = spread(ends, 0.1 * (high - low), low, high)
    for order, (name, y) in enumerate(zip(names, places, strict=True)):
        panels[0].text(
            1.01, y, name, transform=panels[0].get_yaxis_transform(), va="center", fontsize=9,
            color=style.ink_of(order),
        )  # fmt: skip
    panels[1].set_ylabel("Perceived risk,\n% in 30 days", fontsize=9.5)
    panels[1].set_xlabel("Day of policy (0: the package begins)")


def draw_points(panels: list[Axes], points: pd.DataFrame) -> None:
    """Draw brushing and innocents hit against the lever."""
    for axes, column, order in zip(panels, ("brushed", "hits"), (1, 2), strict=True):
        axes.plot(
            points["x"], points[column], color=style.colour(order), marker=style.marker(order), gid=column
        )
    panels[1].set_ylabel("Innocents hit, per\n1,000 shop-years", fontsize=9.5)
    panels[1].set_xlabel(str(points["text"].iloc[0]))
