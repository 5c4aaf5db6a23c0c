"""Cells of a map: a number in each, shaded by its level, grey and hatched where it means no difference."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, PowerNorm
from matplotlib.patches import Rectangle

from experiments.figures import style
from experiments.figures.style import records
from experiments.language.words import breadth, level, number, wrapped

BLUES: Colormap = LinearSegmentedColormap.from_list("blues", ["#f4f9fd", "#9cc8e6", "#3a8cc4", "#0b4f86"])
PLAIN = "#ededed"

LETTER = 0.078
"""Inches that a letter of a level takes below its column."""


def shades(cells: pd.DataFrame, power: float = 0.8, lift: float = 0.3) -> PowerNorm:
    """Return the scale from the lowest to the highest mean; with some ``lift`` even the lowest has colour."""
    top, low = style.highest(cells["mean"]), style.lowest(cells["mean"])
    return PowerNorm(power, low - lift * (top - low), top if top > low else low + 1)


def draw_map(
    axes: Axes,
    cells: pd.DataFrame,
    title: str,
    norm: PowerNorm,
    digits: Mapping[str, int],
    named: Callable[[Any], str] = level,
) -> None:
    """Draw the cells of one outcome; colour only where it means a difference.

    Parameters
    ----------
    cells : ``i``, ``j``, ``row``, ``column``, ``outcome``, ``n``, ``mean``, ``half_width``, ``apart``,
        ``reference``
    digits : decimals by outcome
    named : how levels of rows and columns are written
    """
    for cell in records(cells):
        draw_cell(axes, cell, BLUES(norm(np.nan_to_num(float(cell.mean)))), digits[cell.outcome])
    first_row = cells[cells["i"] == 0].sort_values("j")
    first_column = cells[cells["j"] == 0].sort_values("i")
    figure: Any = axes.get_figure(root=True)
    room = axes.bbox.width / figure.dpi / len(first_row)
    axes.set_xticks(first_row["j"], [broken(named(v), room) for v in first_row["column"]], fontsize=9)
    axes.set_yticks(first_column["i"], [named(v) for v in first_column["row"]], fontsize=9)
    axes.set_xlim(-0.5, len(first_row) - 0.5)
    axes.set_ylim(-0.5, len(first_column) - 0.5)
    axes.set_title(title, fontsize=9.5, fontweight="normal", pad=6)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def broken(name: str, inches: float) -> str:
    """Break the name of a level into as many lines as it needs below a column of so many inches."""
    columns = max(int(inches / LETTER), 1)
    if breadth(name) > len(name):
        return "\n".join(wrapped(name, max(columns, 2)))
    return "\n".join(textwrap.wrap(name, columns, break_long_words=False))


def draw_cell(axes: Axes, cell: Any, fill: Any, digits: int) -> None:
    """Draw one cell with its number and half-width."""
    alike = cell.apart == "no"
    shade = PLAIN if alike or cell.n == 0 else fill
    axes.add_patch(
        Rectangle(
            (cell.j - 0.5, cell.i - 0.5),
            1,
            1,
            facecolor=shade,
            edgecolor="white",
            linewidth=1.5,
            zorder=1,
            gid=f"cell:{cell.outcome}:{cell.i}:{cell.j}",
        )
    )
    if alike:
        hatched: dict[str, Any] = {
            "facecolor": "none",
            "edgecolor": "#c9c9c9",
            "hatch": "////",
            "linewidth": 0,
        }
        axes.add_patch(Rectangle((cell.j - 0.47, cell.i - 0.47), 0.94, 0.94, zorder=2, **hatched))
    if cell.reference:
        corner, ink = (cell.j - 0.46, cell.i - 0.44), style.INK
        axes.add_patch(Rectangle(corner, 0.92, 0.88, fill=False, edgecolor=ink, linewidth=1.8, zorder=4))
    write_cell(
        axes, cell, style.INK if alike or light(shade) else "white", PLAIN if alike else "none", digits
    )


def write_cell(axes: Axes, cell: Any, ink: str, behind: str, digits: int) -> None:
    """Write the mean, and its half-width below it."""
    text = "no run" if cell.n == 0 else number(cell.mean, digits)
    box = {"boxstyle": "square,pad=0.12", "facecolor": behind, "edgecolor": "none"}
    axes.text(
        cell.j, cell.i + 0.13, text, ha="center", va="center", color=ink, fontsize=10, zorder=5, bbox=box
    )
    if np.isfinite(cell.half_width):
        half = f"±{number(cell.half_width, digits)}"
        axes.text(
            cell.j, cell.i - 0.24, half, ha="center", va="center", color=ink, fontsize=8, zorder=5, bbox=box
        )


def light(shade: Any) -> bool:
    """Tell whether dark text reads better on a colour."""
    if isinstance(shade, str):
        return True
    return bool(0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2] > 0.52)
