"""Harm to innocent shops by age and size, a small table in colours for each package."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures import style
from experiments.figures.cells import BLUES, light
from experiments.figures.style import records, rows
from experiments.language import figure_texts as texts
from experiments.language.words import humanise, plural, rate
from experiments.studies import answers
from experiments.studies.results import StudyResults

TOO_HIGH = 1000.0
"""Bound above which "no hit" says nothing: every shop could be hit once a year."""


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a package, age band and size band: hits, shop-years and their rate."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    order, rates = study.order(), answers.harm(study)
    if rates.empty:
        return style.note_table(texts.NO_HARM)
    bands = study.harm[study.harm["package"].isin(list(order))]
    ages, sizes = band_order(bands["age_band"]), band_order(bands["size_band"])
    table = rates.drop(columns=["rate", "bound"]).assign(kind="cell", text="")
    table["i"] = table["age_band"].map({band: i for i, band in enumerate(ages)}).astype(int)
    table["j"] = table["size_band"].map({band: j for j, band in enumerate(sizes)}).astype(int)
    table["rate"], table["bound"] = rates["rate"], rates["bound"]
    table["label"], table["order"] = table["package"].map(humanise), table["package"].map(order)
    table = table.astype({"age_band": str, "size_band": str}).rename(columns={"package": "arm"})
    return style.with_footnote(
        table.sort_values(["order", "i", "j"], ignore_index=True), texts.harm_note(study.coverage())
    )


def band_order(bands: pd.Series) -> list[Any]:
    """Return bands in their declared order, or as the table first names them."""
    if isinstance(bands.dtype, pd.CategoricalDtype):
        return list(bands.cat.remove_unused_categories().cat.categories)
    return list(bands.unique())


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each package: age downwards, size to the right."""
    cells = rows(table, "cell")
    orders = sorted(cells["order"].unique())
    n_ages = int(cells["i"].max()) + 1
    n_rows, n_columns = style.rows_and_columns(len(orders))
    above = style.room_for_titles(list(cells["arm"].unique()), n_columns, 1.4)
    panel, between, bottom, top = 0.5 * n_ages, 0.8 + above, 0.58 + style.footnote_height(table), 1.0 + above
    figure = style.new_figure(top + bottom + n_rows * panel + (n_rows - 1) * between)
    grid = figure.subplots(n_rows, n_columns, squeeze=False, sharex=True, sharey=True)
    left = 0.2 + 0.07 * int(cells["age_band"].str.len().max())
    right = 0.15 + (0 if n_columns > 1 else 3.0)
    style.margins(figure, left, right, bottom, top, wspace=0.08, hspace=between / panel)
    highest = style.highest(cells["rate"])
    norm = PowerNorm(0.5, 0, highest if highest > 0 else 1)
    for axes, order in zip(grid.flat, orders, strict=False):
        draw_panel(axes, cells[cells["order"] == order], norm)
    for axes in list(grid.flat)[len(orders) :]:
        axes.set_visible(False)
    finish(figure, grid, len(orders), bottom)
    style.draw_footnote(figure, table)
    return figure


def finish(figure: Figure, grid: np.ndarray, n_panels: int, bottom: float) -> None:
    """Write the title and the names of the two axes once."""
    n_columns = grid.shape[1]
    for k, axes in enumerate(grid.flat):
        last = k + n_columns >= n_panels
        axes.tick_params(labelbottom=last, labelleft=k % n_columns == 0)
    height = figure.get_figheight()
    figure.text(
        0.012,
        1 - 0.27 / height,
        texts.HARM,
        fontsize=11.5,
        fontweight="bold",
        gid="title",
    )
    figure.text(0.5, (bottom - 0.46) / height, texts.HARM_COLUMNS, ha="center")
    grid.flat[0].annotate(
        texts.HARM_ROWS,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-6, 6),
        textcoords="offset points",
        ha="right",
    )


def draw_panel(axes: Axes, cells: pd.DataFrame, norm: PowerNorm) -> None:
    """Draw one package's table."""
    for cell in records(cells):
        draw_cell(axes, cell, norm)
    ages, sizes = cells.drop_duplicates("i"), cells.drop_duplicates("j")
    axes.set_xticks(sizes["j"], [size.removesuffix(" orders") for size in sizes["size_band"]], fontsize=7)
    axes.set_yticks(ages["i"], ages["age_band"], fontsize=9)
    axes.set_xlim(-0.5, sizes["j"].max() + 0.5)
    axes.set_ylim(ages["i"].max() + 0.5, -0.5)
    order = cells["order"].iloc[0]
    total = plural(int(cells["hits"].sum()), "hit")
    style.title_panel(axes, str(cells["arm"].iloc[0]), order, pad=18)
    axes.annotate(
        total, (0, 1), xycoords="axes fraction", xytext=(0, 5), textcoords="offset points", fontsize=8.5
    )
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def draw_cell(axes: Axes, cell: Any, norm: PowerNorm) -> None:
    """Draw one cell: its rate or bound, and the count behind it."""
    known = np.isfinite(cell.rate)
    fill = BLUES(norm(cell.rate)) if known and cell.hits > 0 else "#f3f3f3"
    axes.add_patch(
        Rectangle(
            (cell.j - 0.5, cell.i - 0.5),
            1,
            1,
            facecolor=fill,
            edgecolor="white",
            linewidth=1.5,
            gid=f"cell:{cell.arm}:{cell.i}:{cell.j}",
        )
    )
    ink = style.INK if light(fill) else "white"
    large, small = cell_text(cell)
    axes.text(
        cell.j, cell.i - 0.12, large, ha="center", va="center", color=ink, fontsize=9 if len(large) < 7 else 7
    )
    axes.text(cell.j, cell.i + 0.26, small, ha="center", va="center", color=ink, fontsize=7)


def cell_text(cell: Any) -> tuple[str, str]:
    """Return what a cell says: a rate, a bound where nothing was seen, or that nobody was at risk."""
    if not np.isfinite(cell.rate):
        return "–", "no shop"
    if cell.hits > 0:
        # From a thousand on the word has no room beside the number; the caption says what it is.
        return rate(cell.rate), plural(int(cell.hits), "hit") if cell.hits < 1000 else f"{int(cell.hits):,}"
    return (f"< {rate(cell.bound)}", "0 hits") if cell.bound < TOO_HIGH else ("–", "too few")
