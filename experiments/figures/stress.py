"""Brushing over time under a package: if nobody answers it, and if the trade answers it best."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import paths, style
from experiments.figures.style import rows
from experiments.files.whole import read_table
from experiments.language import stress as texts
from experiments.studies.results import read_json

ORDER = {name: place for place, name in enumerate(texts.ARMS)}


def prepare(folder: Path) -> pd.DataFrame:
    """Return one row an arm and week: mean and 95 % band of brushing, %."""
    table, said = read_table(folder / "paths.csv"), read_json(folder / "stress.json", {})
    if table.empty or table["mean"].isna().all():
        return style.note_table(texts.NOTHING)
    table = table.rename(columns={"package": "arm"}).assign(kind="path", text="")
    table["label"], table["order"] = table["arm"].map(texts.ARMS), table["arm"].map(ORDER)
    table = table.sort_values(["order", "day"], ignore_index=True)
    return style.with_footnote(table, texts.note(int(table["n"].max()), said["best_response_text"]))


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw one line an arm with its band, named at its end."""
    figure = style.new_figure(4.1 + style.footnote_height(table))
    axes = figure.add_subplot()
    own = rows(table, "path")
    right = style.margin_for(list(own["label"].unique()))
    style.margins(figure, 0.75, right, 0.55 + style.footnote_height(table), 0.5)
    paths.draw_lines(axes, own)
    paths.name_lines(axes, own)
    axes.set_title(texts.TITLE, pad=10, gid="title", fontsize=11)
    axes.set_xlabel(texts.DAYS)
    axes.set_ylabel(texts.AXIS)
    style.draw_footnote(figure, table)
    return figure
