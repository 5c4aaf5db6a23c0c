"""Who is deterred: how the share of shops that brush changes against the baseline, by kind of shop."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.language import explanations
from experiments.language import figure_texts as texts
from experiments.language.words import humanise
from experiments.studies.answers import KINDS, changes_of_kinds
from experiments.studies.results import StudyResults

GROUPS = dict(zip(KINDS, explanations.KINDS, strict=True))
"""What kinds of shops are called, by column."""

GAPS = (0.0, 0.4, 0.4, 0.8, 0.8, 1.2, 1.2)
"""Room above each group, so that the two halves of a division stand together."""

TITLE = texts.DETERRED


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a package and kind of shop: levels, and the relative change with its interval, %."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    if not set(GROUPS) <= set(study.runs):
        return style.note_table(texts.NO_KINDS)
    table, order = changes_of_kinds(study), study.order()
    if table.empty or not table["mean"].notna().any():
        return style.note_table(texts.NO_PAIRS)
    table = table.rename(columns={"package": "arm"})
    table.insert(0, "text", "")
    table.insert(0, "kind", "change")
    table["label"], table["order"] = table["arm"].map(humanise), table["arm"].map(order)
    return style.with_footnote(table, texts.deterred_note(study.baseline, study.coverage()))


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each package: a mark a kind of shop."""
    changes = rows(table, "change")
    arms = list(changes["arm"].unique())
    n_rows, n_columns = style.rows_and_columns(len(arms))
    above = style.room_for_titles(arms, n_columns, 1.5)
    panel, bottom = 0.25 * (len(GROUPS) + GAPS[-1]), 0.62 + style.footnote_height(table)
    between, top = 0.62 + above, 0.75 + above
    figure = style.new_figure(top + bottom + n_rows * panel + (n_rows - 1) * between)
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
    style.margins(figure, 1.1, 0.2, bottom, top, wspace=0.1, hspace=between / panel)
    for axes in list(grid.flat)[len(arms) :]:
        axes.set_visible(False)
    for k, (axes, arm) in enumerate(zip(grid.flat, arms, strict=False)):
        draw_panel(axes, changes[changes["arm"] == arm])
        axes.tick_params(labelbottom=k + n_columns >= len(arms))
    set_reach(grid.flat[0], changes)
    height = figure.get_figheight()
    style.draw_title(figure, TITLE)
    low = (style.footnote_height(table) + 0.12) / height
    figure.text(0.55, low, texts.DETERRED_AXIS, ha="center")
    style.draw_footnote(figure, table)
    return figure


def draw_panel(axes: Axes, changes: pd.DataFrame) -> None:
    """Draw one package's changes with their intervals."""
    order = changes["order"].iloc[0]
    shade = style.colour(order)
    places = np.arange(len(GROUPS)) + np.array(GAPS)
    axes.axvline(0, color=style.SOFT, linewidth=0.8, zorder=1)
    for y, row in zip(places, records(changes), strict=True):
        if np.isfinite(row.low):
            axes.plot([row.low, row.high], [y, y], color=shade, linewidth=1.6, zorder=2)
        axes.plot(
            [row.mean],
            [y],
            style.marker(order),
            color=shade,
            markersize=6.5,
            markeredgecolor="white",
            markeredgewidth=0.7,
            zorder=3,
            gid=f"change:{row.arm}:{row.group}",
        )
    axes.set_yticks(places, list(GROUPS.values()), fontsize=9.5)
    axes.set_ylim(places[-1] + 0.6, -0.6)
    style.title_panel(axes, str(changes["arm"].iloc[0]), order)
    style.light_grid(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=9.5)


def set_reach(axes: Axes, changes: pd.DataFrame) -> None:
    """Show all means, and intervals as far as they do not dwarf them; nothing lies below −100 %."""
    means = changes["mean"].dropna().to_numpy(float)
    ends = changes[["low", "high"]].to_numpy(float).ravel()
    ends = ends[~np.isnan(ends)]
    reach = max(np.ptp([*means, 0.0]), 20.0)
    low = max(min([*means, 0.0, *ends]), min([*means, 0.0]) - 0.75 * reach)
    high = min(max([*means, 0.0, *ends]), max([*means, 0.0]) + 0.75 * reach)
    axes.set_xlim(low - 0.06 * (high - low), high + 0.06 * (high - low))
