"""Maps of crossed factors: brushing that remains, and the sales that innocent shops lose."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.cells import broken, draw_map, shades
from experiments.figures.style import rows
from experiments.language import figure_texts as texts
from experiments.language.words import broadest, name_of_level, sentence_case
from experiments.studies.answers import BRUSHED, LOST_RATE, Block, cells_against_baseline
from experiments.studies.results import StudyResults, column

PANELS = {
    BRUSHED: (texts.BRUSHING_AXIS, 100.0, 2),
    LOST_RATE: (texts.LOST_AXIS, 1.0, 0),
}
SHADES = {BRUSHED: {}, LOST_RATE: {"power": 0.4, "lift": 0.0}}
"""Losses differ thousandfold, and none has no colour."""

DIGITS = {outcome: panel[2] for outcome, panel in PANELS.items()}
PER_ROW = 3
LINE = 0.15
"""Inches that a further line of a title or of a column's name takes."""


def prepare(study: StudyResults, block: Block) -> pd.DataFrame:
    """Return one row a cell and outcome, in the order of the design; facets are the factors after two.

    Whether a cell differs from the baseline is told by intervals that hold for the whole block.
    """
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    compared = cells_against_baseline(study, block)
    if not compared.loc[(slice(None), list(block.cells)), "n"].any():
        return style.note_table(texts.no_run_of(block.name))
    same = same_runs(study, block)
    table = pd.DataFrame(
        [
            cell_row(block, cell, outcome, compared.loc[(outcome, cell)], cell in same)
            for outcome in PANELS
            for cell in block.cells
        ]
    )
    return style.with_footnote(table, texts.combinations_note(study.baseline, bool(same), study.coverage()))


def same_runs(study: StudyResults, block: Block) -> set[str]:
    """Return the cells whose package is the baseline's: they have the very same runs."""
    keys = column(study.finished, "run_key").groupby(study.finished["package"]).agg(set).to_dict()
    return {cell for cell in block.cells if keys.get(cell, set()) == keys.get(study.baseline)}


def cell_row(block: Block, cell: str, outcome: str, row: Any, same: bool) -> dict[str, Any]:
    """Return what is drawn of one cell."""
    (i, j, k), names = place(block, cell)
    scale = PANELS[outcome][1]
    half = scale * (row["mean"] - row["low"])
    known = np.isfinite(row["sim_low"])
    apart = "yes" if row["sim_low"] > 0 or row["sim_high"] < 0 else "no" if known else "unknown"
    return {
        "kind": "cell", "text": "", "block": block.name, "outcome": outcome, "cell": cell,
        "i": i, "j": j, "k": k, **names,
        "n": row["n"], "mean": scale * row["mean"], "half_width": half if half > 0 else np.nan,
        "difference": scale * row["difference"], "sim_low": scale * row["sim_low"],
        "sim_high": scale * row["sim_high"], "reference": same, "apart": "reference" if same else apart,
    }  # fmt: skip


def place(block: Block, cell: str) -> tuple[tuple[int, int, int], dict[str, Any]]:
    """Return row, column and facet of a cell, and their names."""
    (first, rows_), (second, columns), *others = block.factors.items()
    chosen = block.cells[cell]
    facets = list(product(*(levels for _, levels in others)))
    own = tuple(chosen[name] for name, _ in others)
    names: dict[str, Any] = {
        "rows_name": first, "row": chosen[first], "columns_name": second, "column": chosen[second],
        "across": across([len(levels) for _, levels in others], len(columns)),
        "facet": ", ".join(f"{name}: {level}" for (name, _), level in zip(others, own, strict=True)),
    }  # fmt: skip
    return (rows_.index(chosen[first]), columns.index(chosen[second]), facets.index(own)), names


def across(facets: Sequence[int], columns: int) -> int:
    """Return how many facets stand side by side: all of the last factors, if they fit.

    ``facets`` are the levels of the factors that make facets, ``columns`` those in a map.
    """
    most = PER_ROW + (columns <= 2)
    together = np.cumprod(np.array(facets, dtype=int)[::-1])
    fitting = together[together <= most]
    return int(fitting.max()) if fitting.size and fitting.max() > 1 else min(int(np.prod(facets)), most)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a map for each outcome and facet."""
    cells = rows(table, "cell")
    n_facets, n_levels = int(cells["k"].max()) + 1, int(cells["i"].max()) + 1
    columns = len(PANELS) if n_facets == 1 else int(cells["across"].iloc[0])
    deep = -(-n_facets // columns)
    n_rows = 1 if n_facets == 1 else deep * len(PANELS)
    left = 0.45 + 0.068 * broadest(name_of_level(v) for v in cells["row"])
    width = (style.WIDTH - left - 0.15) / columns
    below, above = LINE * lines_below(cells, width), LINE * lines_above(cells, width)
    panel, between = max(1.5, 0.56 * n_levels), 0.9 + below + above
    top, bottom = 0.75 + 0.2 * (n_facets > 1) + above, 0.5 + below + style.footnote_height(table)
    figure = style.new_figure(top + bottom + n_rows * panel + (n_rows - 1) * between)
    grid = figure.subplots(n_rows, columns, squeeze=False, sharey=True)
    style.margins(figure, left, 0.15, bottom, top, wspace=0.07, hspace=between / panel)
    for axes in grid.flat:
        axes.set_visible(False)
    for number, outcome in enumerate(PANELS):
        own = cells[cells["outcome"] == outcome]
        for k, (_, facet) in enumerate(own.groupby("k")):
            row, column = (0, number) if n_facets == 1 else (number * deep + k // columns, k % columns)
            draw_facet(grid[row, column], facet, own, first=k == 0, width=width)
    name_axes(figure, grid, cells, left, style.footnote_height(table) + 0.08)
    style.draw_footnote(figure, table)
    return figure


def lines_above(cells: pd.DataFrame, inches: float) -> int:
    """Return how many lines the longest name of a facet needs after its first."""
    return max(stacked(str(name), inches).count("\n") for name in cells["facet"].unique())


def stacked(name: str, inches: float) -> str:
    """Return the name of a facet with a line for each factor, if it is too long for one."""
    if broken(name, inches) == name:
        return name
    return "\n".join(broken(part, inches) for part in name.split(", "))


def lines_below(cells: pd.DataFrame, inches: float) -> int:
    """Return how many lines the longest name below a column needs after its first."""
    room = 0.95 * inches / (int(cells["j"].max()) + 1)
    return max(broken(name_of_level(v), room).count("\n") for v in cells["column"].unique())


def draw_facet(axes: Any, facet: pd.DataFrame, cells: pd.DataFrame, first: bool, width: float) -> None:
    """Draw one map; shades are those of all facets of its outcome."""
    axes.set_visible(True)
    outcome = cells["outcome"].iloc[0]
    title, norm = PANELS[outcome][0], shades(cells, **SHADES[outcome])
    name = facet["facet"].iloc[0]
    faceted = isinstance(name, str) and bool(name)
    if faceted:
        name = stacked(name, width)
    draw_map(axes, facet, name if faceted else title, norm, DIGITS, name_of_level)
    if faceted and first:
        above = LINE * lines_above(cells, width)
        axes.annotate(
            title,
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 21 + 72 * above),
            textcoords="offset points",
            fontsize=9.5,
            fontweight="bold",
            annotation_clip=False,
        )


def name_axes(figure: Figure, grid: Any, cells: pd.DataFrame, left: float, low: float) -> None:
    """Write the title, and the names of rows and columns once."""
    width, height = figure.get_size_inches()
    for axes in grid[:, 0]:
        axes.set_ylabel(sentence_case(str(cells["rows_name"].iloc[0])))
    middle = (left + (width - left - 0.15) / 2) / width
    name = sentence_case(str(cells["columns_name"].iloc[0]))
    figure.text(middle, low / height, name, ha="center")
    title = texts.combinations(cells["block"].iloc[0])
    style.draw_title(figure, title)
