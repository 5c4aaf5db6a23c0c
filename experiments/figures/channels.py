"""Why a package works: its effect on brushing, split over the channels, and before anybody adapts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.language import figure_texts as texts
from experiments.language.words import humanise, number
from experiments.studies.answers import CHANNEL_ROWS, DAY_ONE, TOTAL, channel_effects
from experiments.studies.results import StudyResults

NAMES = {TOTAL: "all channels", DAY_ONE: "before adaptation"}
PER_ROW = 2
TITLE = texts.CHANNELS


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a decomposed package and channel: percentage points of brushed share."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    split = channel_effects(study)
    if split.empty:
        return style.note_table(texts.NO_MUTES)
    order = study.order()
    table = split.rename(columns={"package": "arm"}).assign(kind="part", text="")
    table = table[[*(name for name in table if not str(name).startswith("sim_")), "sim_low", "sim_high"]]
    table["label"] = table["arm"].map(humanise)
    table["order"] = table["arm"].map(order)
    table["i"] = table["channel"].map({name: i for i, name in enumerate(CHANNEL_ROWS)})
    return style.with_footnote(
        table.sort_values(["order", "i"], ignore_index=True), texts.channels_note(study.coverage())
    )


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each package: a bar a channel, then the sum and the effect before adaptation."""
    parts = rows(table, "part")
    arms = list(parts["arm"].unique())
    n_columns = min(len(arms), PER_ROW)
    n_rows = -(-len(arms) // n_columns)
    above = style.room_for_titles(arms, n_columns, 1.65)
    panel, between, bottom = 0.29 * len(CHANNEL_ROWS), 0.62 + above, 0.62 + style.footnote_height(table)
    figure = style.new_figure(0.75 + above + bottom + n_rows * panel + (n_rows - 1) * between)
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
    style.margins(figure, 1.45, 0.2, bottom, 0.75 + above, wspace=0.06, hspace=between / panel)
    for axes in list(grid.flat)[len(arms) :]:
        axes.set_visible(False)
    for axes, arm in zip(grid.flat, arms, strict=False):
        draw_panel(axes, parts[parts["arm"] == arm])
    set_reach(grid.flat[0], parts)
    name_axes(figure, table)
    return figure


def draw_panel(axes: Axes, parts: pd.DataFrame) -> None:
    """Draw one package's bars with their intervals and numbers."""
    shade = style.colour(parts["order"].iloc[0])
    sums = parts["channel"].isin([TOTAL, DAY_ONE])
    places = parts["i"] + 0.35 * sums
    axes.barh(places, parts["mean"], height=0.55, color=[style.SOFT if s else shade for s in sums], zorder=2)
    known = parts.dropna(subset=["low", "high"])
    for wide, kind in ((0.8, "sim_"), (2.0, "")):
        low, high = known[f"{kind}low"], known[f"{kind}high"]
        axes.hlines(
            places[known.index], low, high, color=style.INK, linewidth=wide, zorder=3, gid=f"{kind}low"
        )
    axes.axvline(0, color=style.SOFT, linewidth=0.8, zorder=1)
    for y, row in zip(places, records(parts), strict=True):
        ends = [end for end in (row.mean, row.sim_high, 0.0) if np.isfinite(end)]
        axes.annotate(
            number(float(row.mean), 2),
            (max(ends), y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            annotation_clip=False,
        )
    names = [NAMES.get(str(name), str(name)) for name in parts["channel"]]
    axes.set_yticks(places, names, fontsize=9.5)
    axes.set_ylim(len(CHANNEL_ROWS) - 0.1, -0.55)
    style.title_panel(axes, str(parts["arm"].iloc[0]), parts["order"].iloc[0])
    style.light_grid(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=9.5)


def set_reach(axes: Axes, parts: pd.DataFrame) -> None:
    """Leave room for all intervals, and for the numbers behind them."""
    values = parts[["mean", "sim_low", "sim_high"]].to_numpy(float)
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    reach = (high - low) or 1.0
    axes.set_xlim(low - 0.05 * reach, high + 0.24 * reach)


def name_axes(figure: Figure, table: pd.DataFrame) -> None:
    """Write the title, the name of the x axis and the footnote."""
    height = figure.get_figheight()
    style.draw_title(figure, TITLE)
    low = (style.footnote_height(table) + 0.12) / height
    figure.text(0.5, low, texts.CHANNELS_AXIS, ha="center")
    style.draw_footnote(figure, table)
