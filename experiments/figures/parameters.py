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
from experiments.files.whole import read_table

BLUE, ORANGE = "#0072B2", "#D55E00"


def prepare(folder: Path) -> pd.DataFrame:
    """Return one row a parameter and, for each, one a member; places are shares of the prior's range."""
    parameters, ensemble = read_table(folder / "parameters.csv"), read_table(folder / "ensemble.csv")
    region = read_table(folder / "region.csv")
    if parameters.empty or ensemble.empty or region.empty:
        return style.note_table("Nothing to show: no parameter set met all targets.")
    found = []
    for order, row in enumerate(records(parameters)):
        left = place(region[row.parameter].to_numpy(float), row)
        low, high = np.quantile(left, [0.05, 0.95])
        found.append(
            {
                "kind": "parameter",
                "text": row.parameter,
                "order": order,
                "low": low,
                "high": high,
                "default": place(np.array([row.default]), row)[0],
                "prior_low": row.prior_low,
                "prior_high": row.prior_high,
            }
        )
        members = place(ensemble[row.parameter].to_numpy(float), row)
        found += [{"kind": "member", "text": row.parameter, "order": order, "low": x} for x in members]
    note = (
        "Grey: the range that the evidence allows (logarithmic for some). Blue: the middle nine tenths of "
        "what the targets leave. Dots: the ensemble. Diamonds: the defaults."
    )
    return style.with_footnote(pd.DataFrame(found), note)


def place(value: np.ndarray, row: Any) -> np.ndarray:
    """Return where in its prior range a parameter's values lie."""
    low, high = float(row.prior_low), float(row.prior_high)
    if row.scale == "log":
        return np.log(value / low) / np.log(high / low)
    return (value - low) / (high - low)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw one line a parameter."""
    parameters = rows(table, "parameter")
    foot = style.footnote_height(table)
    figure = style.new_figure(0.9 + 0.34 * len(parameters) + foot)
    axes = figure.add_subplot()
    style.margins(figure, 2.35, 0.75, 0.2 + foot, 0.5)
    axes.set_title("What do the targets say about the parameters?", x=0, pad=10, gid="title")
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
