"""Other worlds: what each package changes against the baseline in every calibrated world."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.figures.trade_off import BRUSHED, HITS
from experiments.language import figure_texts as texts
from experiments.language.words import broadest, folded, humanise, most_lines, number
from experiments.studies.results import StudyResults

PANELS = {
    BRUSHED: (texts.WORLD_AXES[0], 100.0),
    HITS: (texts.WORLD_AXES[1], 1.0),
}
TITLE = texts.WORLDS
FAR = 20
"""How many times as far from 0 one package must lie as another, for an axis of decades."""


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a package, outcome and world: the difference and its interval, by size."""
    table = study.worlds
    if table.empty:
        return style.note_table(texts.NO_WORLDS)
    order = study.order()
    own = table[table["outcome"].isin(list(PANELS))].dropna(subset=["difference"])
    own = own[own["package"].isin(list(order))].rename(columns={"package": "arm"}).copy()
    if own.empty:
        return style.note_table(texts.NO_WORLD)
    scale = own["outcome"].map({outcome: scale for outcome, (_, scale) in PANELS.items()})
    for name in ("difference", "sim_low", "sim_high"):
        own[name] *= scale
    own["label"], own["order"] = own["arm"].map(humanise), own["arm"].map(order)
    own = own.sort_values(["order", "outcome", "difference"], ignore_index=True)
    own["place"] = own.groupby(["arm", "outcome"]).cumcount()
    return style.with_footnote(
        own.assign(kind="world", text=""), texts.worlds_note(own["world"].nunique(), study.baseline)
    )


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each outcome: a row a package, a mark a world."""
    worlds = rows(table, "world")
    names = worlds.drop_duplicates("arm").sort_values("order")
    n_worlds = int(worlds["place"].max()) + 1
    labels = [folded(label) for label in names["label"]]
    step = max(0.062 * n_worlds + 0.14, 0.36, style.LINE * most_lines(labels) + 0.06)
    left = 0.25 + 0.075 * broadest(labels)
    columns = int((style.WIDTH - left - 0.3) / len(PANELS) / style.LETTER)
    titles = {outcome: folded(name, columns) for outcome, (name, _) in PANELS.items()}
    above = style.LINE * (most_lines(titles.values()) - 1)
    figure = style.new_figure(1.4 + above + step * len(names) + style.footnote_height(table))
    panels = figure.subplots(1, len(PANELS), sharey=True)
    style.margins(figure, left, 0.2, 0.4 + style.footnote_height(table), 0.75 + above, wspace=0.08)
    rank = {arm: i for i, arm in enumerate(names["arm"])}
    for axes, (outcome, name) in zip(panels, titles.items(), strict=True):
        axes.axvline(0, color=style.SOFT, linewidth=0.8, zorder=1)
        for row in records(worlds[worlds["outcome"] == outcome]):
            draw_world(axes, row, rank[row.arm] + 0.72 * ((row.place + 0.5) / n_worlds - 0.5))
        axes.set_title(name, fontsize=9.5, fontweight="normal", pad=6)
        set_reach(axes, worlds[worlds["outcome"] == outcome])
        style.light_grid(axes, "x")
    panels[0].set_yticks(range(len(names)), labels, fontsize=9.5)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    for axes in panels:
        axes.tick_params(axis="y", length=0, labelsize=9.5)
    style.draw_title(figure, TITLE)
    style.draw_footnote(figure, table)
    return figure


def draw_world(axes: Axes, row: Any, y: float) -> None:
    """Draw the difference in one world with its interval."""
    shade = style.colour(row.order)
    if np.isfinite(row.sim_low):
        axes.plot([row.sim_low, row.sim_high], [y, y], color=shade, linewidth=1.0, alpha=0.6, zorder=2)
    axes.plot(
        [row.difference],
        [y],
        "o",
        markersize=4,
        color=shade,
        markeredgewidth=1.0,
        zorder=3,
        markerfacecolor=shade if row.sign != 0 else "white",
        gid=f"world:{row.outcome}:{row.arm}:{row.world}",
    )


def set_reach(axes: Axes, worlds: pd.DataFrame) -> None:
    """Show all differences, and intervals that do not dwarf them; decades where packages differ much."""
    means = np.append(worlds["difference"].to_numpy(float), 0.0)
    ends = np.append(worlds[["sim_low", "sim_high"]].to_numpy(float).ravel(), 0.0)
    span = float(np.ptp(means)) or 1.0
    low = max(min(means.min(), np.nanmin(ends)), means.min() - span)
    high = min(max(means.max(), np.nanmax(ends)), means.max() + span)
    sizes = worlds["difference"].abs().groupby(worlds["arm"]).mean()
    if span > 30 and sizes.max() > FAR * sizes.min():
        axes.set_xscale("symlog", linthresh=1, linscale=0.6)
        ticks = [sign * tick for tick in (1, 10, 100, 1000) for sign in (-1, 1)]
        axes.xaxis.set_major_locator(FixedLocator([0, *(tick for tick in ticks if low <= tick <= high)]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: number(tick, 0)))
        axes.set_xlim(1.5 * min(low, -0.3), 1.5 * max(high, 0.3))
    else:
        axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
