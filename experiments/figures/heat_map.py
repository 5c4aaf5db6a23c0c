"""The heat map of a grid (threshold × fine): brushing that remains, and innocent shops hit."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.cells import draw_map, shades
from experiments.figures.style import rows
from experiments.figures.trade_off import BRUSHED, HITS
from experiments.language import figure_texts as texts
from experiments.language.words import humanise_path, level
from experiments.studies.answers import grid_comparison, grid_reference
from experiments.studies.results import StudyResults

PANELS = {
    BRUSHED: (texts.BRUSHING_AXIS, 100.0, 2),
    HITS: (texts.HITS_AXIS, 1.0, 1),
}
DIGITS = {outcome: digits for outcome, (_, _, digits) in PANELS.items()}


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a cell and outcome: mean, half-width, paired difference from the reference cell.

    Half-widths of differences hold for all cells of an outcome together.
    """
    grid = study.info.get("grid")
    if not grid:
        return style.note_table(texts.NO_GRID)
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    reference = grid_reference(study)
    if reference is None:
        return style.note_table(texts.NO_GRID_RUN)
    table = pd.DataFrame(
        [
            cell_row(own, place, place == reference, grid) | {"outcome": outcome}
            for outcome, (_, scale, _) in PANELS.items()
            for place, own in grid_comparison(study, outcome, scale).items()
        ]
    )
    outlined = [
        level(grid[axis]["values"][i]) for axis, i in zip(("rows", "columns"), reference, strict=True)
    ]
    return style.with_footnote(table, texts.heat_map_note(outlined, study.coverage()))


Place = tuple[int, int]


def cell_row(own: dict[str, Any], place: Place, reference: bool, grid: dict[str, Any]) -> dict[str, Any]:
    """Return what is drawn of one cell."""
    i, j = place
    values = {name: value for name, value in own.items() if name != "apart"}
    apart = {True: "yes", False: "no", None: "unknown"}[own["apart"]]
    return {
        "kind": "cell", "text": "", "outcome": "", "i": i, "j": j,
        "rows_path": grid["rows"]["path"], "row": grid["rows"]["values"][i],
        "columns_path": grid["columns"]["path"], "column": grid["columns"]["values"][j],
        **values, "reference": reference, "apart": "reference" if reference else apart,
    }  # fmt: skip


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
    style.draw_title(figure, texts.HEAT_MAP)
    style.draw_footnote(figure, table)
    return figure


def label_columns(figure: Figure, text: str, bottom: float) -> None:
    """Write the name of the columns once, below the panels."""
    middle = (0.85 + (style.WIDTH - 1.0) / 2) / style.WIDTH
    figure.text(middle, (bottom - 0.46) / figure.get_figheight(), text, ha="center")
