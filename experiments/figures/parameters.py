"""Parameters after a calibration: what the evidence allows, what the targets leave, the ensemble."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.language import search_texts as texts
from experiments.searches.calibration.ranges import ranges

BLUE, ORANGE = "#0072B2", "#D55E00"
DRAWN = ("low", "high", "default", "prior_low", "prior_high")


def prepare(folder: Path) -> pd.DataFrame:
    """Return one row a parameter and, for each, one a member; places are shares of the prior's range."""
    found = []
    for order, own in enumerate(ranges(folder)):
        row = {"kind": "parameter", "text": own["parameter"], "order": order}
        found.append(row | {name: own[name] for name in DRAWN})
        found += [row | {"kind": "member", "low": place} for place in own["members"]]
    if not found:
        return style.note_table(texts.NO_PARAMETERS)
    return style.with_footnote(pd.DataFrame(found), texts.PARAMETERS_NOTE)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw one line a parameter."""
    parameters = rows(table, "parameter")
    foot = style.footnote_height(table)
    figure = style.new_figure(0.9 + 0.34 * len(parameters) + foot)
    axes = figure.add_subplot()
    style.margins(figure, 2.35, 0.75, 0.2 + foot, 0.5)
    axes.set_title(texts.PARAMETERS, x=0, pad=10, gid="title")
    for row in records(parameters):
        draw_parameter(axes, row, len(parameters) - 1 - row.order)
    members = rows(table, "member")
    axes.scatter(
        members["low"], len(parameters) - 1 - members["order"], s=22, color=style.INK, zorder=3, gid="members"
    )
    axes.set_yticks(np.arange(len(parameters))[::-1], parameters["text"])
    axes.set_xlim(-0.12, 1.02)
    axes.set_xticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9.5, pad=2)
    style.draw_footnote(figure, table)
    return figure


def draw_parameter(axes: Axes, row: Any, y: float) -> None:
    """Draw the prior, what is left of it, and the default of one parameter."""
    low, high, default = (float(getattr(row, name)) for name in ("low", "high", "default"))
    axes.hlines(y, 0, 1, color=style.PALE, linewidth=9)
    axes.hlines(y, low, high, color=BLUE, alpha=0.55, linewidth=9)
    axes.plot(default, y, "D", color=ORANGE, markersize=6.5, markeredgecolor="white", zorder=4)
    for x, side, number in ((-0.015, "right", "prior_low"), (1.015, "left", "prior_high")):
        axes.text(x, y, f"{getattr(row, number):g}", ha=side, va="center", fontsize=9, color=style.SOFT)
