"""The heat map of a grid (threshold × fine): brushing that remains, and innocent shops hit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.analysis.intervals import interval
from experiments.analysis.simultaneous import ERROR, error_each
from experiments.figures import style
from experiments.figures.cells import draw_map, shades
from experiments.figures.style import rows
from experiments.figures.tables import Study, column
from experiments.figures.trade_off import BRUSHED, HITS
from experiments.language.words import humanise_path, level

PANELS = {
    BRUSHED: ("Brushing remaining, % of paid orders", 100.0, 2),
    HITS: ("Innocent shops hit, per 1,000 shop-years", 1.0, 1),
}
DIGITS = {outcome: digits for outcome, (_, _, digits) in PANELS.items()}


def prepare(study: Study) -> pd.DataFrame:
    """Return one row a cell and outcome: mean, half-width, paired difference from the reference cell.

    Half-widths of differences hold for all cells of an outcome together.
    """
    grid = study.info.get("grid")
    if not grid:
        return style.note_table("This study has no grid, so there is no heat map.")
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    cells = cells_of(study, grid)
    if not any(len(runs) for runs in cells.values()):
        return style.note_table("Nothing to show: no run of the grid has finished.")
    reference = reference_cell(study, cells, grid)
    table = pd.DataFrame(
        [
            cell_row(cells, place, reference, outcome, error, grid)
            for outcome in PANELS
            for error in [family_error(cells, reference, outcome)]
            for place in cells
        ]
    )
    return style.with_footnote(table, footnote(study, reference, grid))


Place = tuple[int, int]


def cells_of(study: Study, grid: dict[str, Any]) -> dict[Place, pd.DataFrame]:
    """Return the finished runs of each cell, by row and column."""
    runs = grid_runs(study)
    return {
        (i, j): runs[matches(runs, grid["rows"]["path"], row) & matches(runs, grid["columns"]["path"], col)]
        for i, row in enumerate(grid["rows"]["values"])
        for j, col in enumerate(grid["columns"]["values"])
    }


def grid_runs(study: Study) -> pd.DataFrame:
    """Return the finished runs of the grid's arms."""
    labels = [arm["label"] for arm in study.arms if study.in_grid(arm)]
    return study.finished[study.finished["package"].isin(labels)]


def matches(runs: pd.DataFrame, path: str, value: Any) -> pd.Series:
    """Tell which runs have ``value`` for the factor at ``path``."""
    factor = column(runs, f"factor.{path}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return pd.Series(np.isclose(pd.to_numeric(factor, errors="coerce"), value), index=runs.index)
    return factor.astype(str) == str(value)


def reference_cell(study: Study, cells: dict[Place, pd.DataFrame], grid: dict[str, Any]) -> Place:
    """Return the cell that others are compared with: the baseline's if it has one, else the middle one."""
    for place, runs in cells.items():
        if len(runs) and (runs["package"] == study.baseline).any():
            return place
    middle = ((len(grid["rows"]["values"]) - 1) // 2, (len(grid["columns"]["values"]) - 1) // 2)
    return middle if len(cells[middle]) else next(place for place, runs in cells.items() if len(runs))


def family_error(cells: dict[Place, pd.DataFrame], reference: Place, outcome: str) -> float:
    """Return the error that each cell's comparison with the reference may make."""
    theirs = by_replication(cells[reference], outcome)
    others = {place: by_replication(runs, outcome) for place, runs in cells.items() if place != reference}
    return error_each(pd.DataFrame(others).sub(theirs, axis=0).to_numpy(float)) if others else ERROR


def cell_row(
    cells: dict[Place, pd.DataFrame],
    place: Place,
    reference: Place,
    outcome: str,
    error: float,
    grid: dict[str, Any],
) -> dict[str, Any]:
    """Summarise one cell over its replications, and against the reference cell by pairs."""
    scale = PANELS[outcome][1]
    mean, half = mean_interval(scale * column(cells[place], outcome).astype(float))
    ours, theirs = (by_replication(cells[cell], outcome) for cell in (place, reference))
    difference, diff_half = mean_interval(scale * (ours - theirs), error)
    apart = abs(difference) > diff_half if np.isfinite(diff_half) else None
    i, j = place
    return {
        "kind": "cell", "text": "", "outcome": outcome, "i": i, "j": j,
        "rows_path": grid["rows"]["path"], "row": grid["rows"]["values"][i],
        "columns_path": grid["columns"]["path"], "column": grid["columns"]["values"][j],
        "n": len(cells[place]), "mean": mean, "half_width": half, "difference": difference,
        "diff_half_width": diff_half, "reference": place == reference,
        "apart": "reference" if place == reference else {True: "yes", False: "no", None: "unknown"}[apart],
    }  # fmt: skip


def by_replication(runs: pd.DataFrame, outcome: str) -> pd.Series:
    """Return an outcome by replication, so that differences are taken within pairs."""
    return runs.drop_duplicates("replication").set_index("replication")[outcome].astype(float)


def mean_interval(values: pd.Series, error: float = ERROR) -> tuple[float, float]:
    """Return the mean over replications and half of its interval."""
    mean, low, _ = interval(values.to_numpy(float), error)
    return mean, mean - low


def footnote(study: Study, reference: Place, grid: dict[str, Any]) -> str:
    """Say what outline, hatching and half-widths mean."""
    row, col = grid["rows"]["values"][reference[0]], grid["columns"]["values"][reference[1]]
    return (
        "±: half of the 95\u00a0% interval over replications. Grey and hatched: cannot be told apart from "
        f"the outlined cell ({level(row)} and {level(col)}): the 95\u00a0% interval of the paired difference "
        f"(simultaneous over all cells) contains 0. {study.coverage()}"
    )


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw one panel an outcome, a number in each cell."""
    cells = rows(table, "cell")
    n_rows, n_columns = int(cells["i"].max()) + 1, int(cells["j"].max()) + 1
    wide = n_columns > 5
    panel = max(1.5, 0.62 * n_rows)
    bottom = 0.58 + style.footnote_height(table)
    height = bottom + 0.75 + (2 * panel + 0.95 if wide else panel)
    figure = style.new_figure(height)
    panels = figure.subplots(2, 1) if wide else figure.subplots(1, 2, sharey=True)
    style.margins(figure, 0.85, 0.15, bottom, 0.75, wspace=0.07, hspace=0.95 / panel)
    for axes, outcome in zip(panels, PANELS, strict=True):
        own = cells[cells["outcome"] == outcome]
        draw_map(axes, own, PANELS[outcome][0], shades(own), DIGITS)
    panels[0].set_ylabel(humanise_path(str(cells["rows_path"].iloc[0])))
    label_columns(figure, humanise_path(str(cells["columns_path"].iloc[0])), bottom)
    style.draw_title(figure, "Both levers together")
    style.draw_footnote(figure, table)
    return figure


def label_columns(figure: Figure, text: str, bottom: float) -> None:
    """Write the name of the columns once, below the panels."""
    middle = (0.85 + (style.WIDTH - 1.0) / 2) / style.WIDTH
    figure.text(middle, (bottom - 0.46) / figure.get_figheight(), text, ha="center")
