"""Capacity: on what share of days cases waited because the reviewers were all busy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.language import figure_texts as texts
from experiments.language.words import broadest, folded, humanise, most_lines, number
from experiments.studies.results import StudyResults

BOUND = "capacity_bound_day_share"


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a package: share of policy days (%) on which review capacity bound."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    shares, order = study.rows_of(BOUND), study.order()
    labels = sorted((arm for arm in order if arm in shares.index), key=lambda arm: order[arm])
    table = pd.DataFrame(
        {
            "kind": "bar",
            "text": "",
            "arm": labels,
            "label": [humanise(arm) for arm in labels],
            "order": [order[arm] for arm in labels],
            "mean": 100 * shares.loc[labels, "mean"].to_numpy(float),
            "low": 100 * np.clip(shares.loc[labels, "low"].to_numpy(float), 0, 1),
            "high": 100 * np.clip(shares.loc[labels, "high"].to_numpy(float), 0, 1),
        }
    ).dropna(subset=["mean"])
    if not (table["mean"] > 0).any():
        return style.note_table(texts.NEVER_BOUND)
    return style.with_footnote(table, texts.capacity_note(study.coverage()))


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw one bar a package, its value behind it."""
    bars = rows(table, "bar")
    names = [folded(label) for label in bars["label"]]
    step = max(0.36, style.LINE * most_lines(names) + 0.06)
    figure = style.new_figure(1.15 + step * len(bars) + style.footnote_height(table))
    axes = figure.add_subplot()
    style.margins(figure, 0.3 + 0.082 * broadest(names), 0.5, 0.55 + style.footnote_height(table), 0.45)
    places = np.arange(len(bars))[::-1]
    axes.barh(places, bars["mean"], height=0.5, color=[style.colour(order) for order in bars["order"]])
    axes.hlines(places, bars["low"], bars["high"], color=style.SOFT, linewidth=1.6)
    for y, bar in zip(places, records(bars), strict=True):
        end = float(np.nanmax([bar.mean, bar.high]))
        axes.text(
            end + 1.2,
            y,
            "never" if bar.mean == 0 else f"{number(float(bar.mean))} %",
            va="center",
            fontsize=9.5,
        )
    axes.set_yticks(places, names)
    axes.set_xlim(0, 108)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel(texts.CAPACITY_AXIS)
    axes.set_title(texts.CAPACITY, x=0, pad=8, gid="title")
    style.light_grid(axes, "x")
    axes.tick_params(axis="y", length=0, labelsize=9.5)
    style.draw_footnote(figure, table)
    return figure
