"""Fear and fact: perceived risk beside the true one, and the camouflage that hides from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator

from experiments.figures import style
from experiments.figures.paths import name_lines, tick_step
from experiments.figures.style import rows
from experiments.language import figure_texts as texts
from experiments.language.words import folded, humanise
from experiments.studies.answers import WEEKS, risk_paths
from experiments.studies.results import StudyResults

TITLE = texts.RISK
LINES = {"perceived": ("-", texts.RISK_LINES[0]), "true": ((0, (4, 1.5)), texts.RISK_LINES[1])}
TICKS = (0, 0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 80, 100)
NEEDED = ["perceived_risk", "brushers", "sanctioned_brushers"]


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a package, week and line: perceived and true risk, and camouflage if it varies."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    if not set(NEEDED) <= set(study.paths):
        return style.note_table(texts.NO_TRUE_RISK)
    lines, order = risk_paths(study), study.order()
    if not lines:
        return style.note_table(texts.NO_PATHS)
    told = [own.assign(kind=kind, text="") for kind, own in lines.items()]
    table = pd.concat(told, ignore_index=True).rename(columns={"package": "arm"})
    table = table[["arm", "day", "mean", "n", "kind", "text", "low", "high"]]
    if table["mean"].isna().all():
        return style.note_table(texts.NO_RISK)
    table["label"], table["order"] = table["arm"].map(humanise), table["arm"].map(order)
    return style.with_footnote(table, texts.risk_note(WEEKS, "camouflage" in lines, study.coverage()))


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each package, and below them camouflage if it varies."""
    risks = table[table["kind"].isin(list(LINES))]
    orders = sorted(risks["order"].unique())
    n_rows, n_columns = style.rows_and_columns(len(orders))
    hidden = rows(table, "camouflage")
    above = style.room_for_titles(list(risks["arm"].unique()), n_columns, 0.95)
    tall = camouflage_height(hidden)
    panel, between, below = 1.35, 0.62 + above, (tall + 0.75) * (len(hidden) > 0)
    bottom, top = 0.6 + style.footnote_height(table), 1.05 + above
    height = top + n_rows * panel + (n_rows - 1) * between + below + bottom
    figure = style.new_figure(height)
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
    style.margins(figure, 0.75, 0.2, bottom + below, top, wspace=0.08, hspace=between / panel)
    for axes in list(grid.flat)[len(orders) :]:
        axes.set_visible(False)
    for axes, order in zip(grid.flat, orders, strict=False):
        draw_risks(axes, risks[risks["order"] == order])
    finish(figure, grid, risks)
    if len(hidden):
        draw_camouflage(figure, hidden, bottom)
    style.draw_footnote(figure, table)
    return figure


def draw_risks(axes: Axes, risks: pd.DataFrame) -> None:
    """Draw one package's two lines."""
    for kind, (dashes, name) in LINES.items():
        draw_line(axes, rows(risks, kind), dashes, name, f"{kind}:{risks['arm'].iloc[0]}")
    style.title_panel(axes, str(risks["arm"].iloc[0]), risks["order"].iloc[0])
    style.light_grid(axes)


def draw_line(axes: Axes, line: pd.DataFrame, dashes: Any, name: str, gid: str) -> None:
    """Draw a mean with its band."""
    shade = style.colour(line["order"].iloc[0])
    axes.fill_between(line["day"], line["low"], line["high"], color=shade, alpha=0.14, linewidth=0)
    axes.plot(
        line["day"],
        line["mean"],
        color=shade,
        linestyle=dashes,
        linewidth=1.6,
        label=name,
        gid=gid,
        marker=style.dot_for(line["mean"]),
        markersize=5,
        clip_on=not style.dot_for(line["mean"]),
    )


def finish(figure: Figure, grid: Any, risks: pd.DataFrame) -> None:
    """Set scales, write the title and name the axes once; roots of risks, so that small ones show."""
    axes, n_columns, last = grid.flat[0], grid.shape[1], float(risks["day"].max())
    highest, band = style.highest(risks["mean"]), style.highest(risks["high"])
    axes.set_yscale("function", functions=(lambda y: np.sqrt(np.maximum(y, 0)), np.square))
    axes.set_ylim(0, 1.1 * max(highest, min(band, 2.5 * highest)) or 1)
    axes.yaxis.set_major_locator(FixedLocator(ticks_up_to(axes.get_ylim()[1])))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:g}"))
    for k, panel in enumerate(grid.flat):
        panel.tick_params(labelbottom=k + n_columns >= risks["order"].nunique())
    axes.set_xlim(0, max(last, 1))
    axes.xaxis.set_major_locator(MultipleLocator(2 * tick_step(last)))
    style.draw_title(figure, TITLE)
    middle = float(np.mean([grid[0, 0].get_position().y1, grid[-1, 0].get_position().y0]))
    figure.text(0.015, middle, "Risk per 30 days, % (root scale)", rotation=90, va="center")
    style.draw_legend(figure, axes, 0.75)
    for handle in figure.legends[0].get_lines():
        handle.set_color(style.SOFT)


def ticks_up_to(top: float) -> list[float]:
    """Return ticks that lie apart on an axis of roots."""
    chosen: list[float] = []
    for tick in TICKS:
        if tick < top and (not chosen or np.sqrt(tick / top) - np.sqrt(chosen[-1] / top) > 0.09):
            chosen.append(tick)
    return chosen


def camouflage_height(hidden: pd.DataFrame) -> float:
    """Return the inches that the panel of camouflage needs for the names at the ends of its lines."""
    return max(1.5, 0.17 * sum(folded(label).count("\n") + 1 for label in hidden["label"].unique()))


def draw_camouflage(figure: Figure, hidden: pd.DataFrame, bottom: float) -> None:
    """Draw the camouflage of brushed orders, one line a package, named at its end."""
    width, height = figure.get_size_inches()
    right = style.margin_for(list(hidden["label"].unique()))
    axes = figure.add_axes(
        (0.75 / width, bottom / height, 1 - (0.75 + right) / width, camouflage_height(hidden) / height)
    )
    for _, line in hidden.groupby("order"):
        draw_line(axes, line, "-", str(line["label"].iloc[0]), f"camouflage:{line['arm'].iloc[0]}")
    last = float(hidden["day"].max())
    axes.set_xlim(0, max(last, 1))
    axes.set_ylim(0, 103)
    axes.xaxis.set_major_locator(MultipleLocator(tick_step(last)))
    axes.set_xlabel("Day of policy")
    axes.set_title(texts.CAMOUFLAGE_AXIS, fontsize=9.5, fontweight="normal", pad=5)
    style.light_grid(axes)
    name_lines(axes, hidden.dropna(subset=["mean"]))
