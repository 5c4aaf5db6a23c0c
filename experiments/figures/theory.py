"""One proposition: what the lever does at the candidates, who brushes then, and where else it may hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.figures.cells import BLUES
from experiments.figures.style import records, rows
from experiments.figures.theory_rows import GROUPS
from experiments.figures.theory_rows import prepare as prepare
from experiments.language import search_texts as texts
from experiments.language.words import humanise_path, number

BLUE, ORANGE = "#0072B2", "#D55E00"
SHADES = ((texts.GOOD, BLUE), (texts.BAD, ORANGE))
LEFT = 0.95
"""Inches left of the axes."""


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw candidates on top, brushing and map below."""
    title = records(rows(table, "title"))[0]
    foot = style.footnote_height(table)
    figure = style.new_figure(5.95 + foot)
    height, width = figure.get_figheight(), style.WIDTH
    levels = rows(table, "level")
    candidates = list(dict.fromkeys(levels["candidate"]))
    panel = (width - LEFT + 0.3) / max(len(candidates), 2)
    for place, candidate in enumerate(candidates):
        box = (LEFT + place * panel, foot + 3.6, panel - 0.5, 1.4)
        draw_levels(figure.add_axes(scaled(box, figure)), levels[levels["candidate"] == candidate])
    draw_groups(figure.add_axes(scaled((LEFT, foot + 0.55, 2.2, 2.0), figure)), rows(table, "group"))
    draw_map(figure.add_axes(scaled((4.3, foot + 0.55, 2.2, 2.0), figure)), table)
    middle = LEFT + (len(candidates) * panel - 0.5) / 2
    for y, x in ((foot + 3.15, middle), (foot + 0.1, LEFT + 1.1)):
        figure.text(x / width, y / height, title.lever, ha="center", fontsize=9.5)
    for y, text in ((4.3, texts.difference(title.outcome, title.unit)), (1.55, texts.BRUSHED_AXIS)):
        x, y = 0.3 / width, (foot + y) / height
        figure.text(x, y, text, rotation=90, ha="center", va="center", fontsize=9.5)
    style.draw_title(figure, title.text)
    figure.text(0.012, 1 - 0.5 / height, title.verdict, fontsize=9.5, color=style.SOFT, gid="verdict")
    style.draw_footnote(figure, table)
    return figure


def scaled(box: tuple[float, float, float, float], figure: Figure) -> tuple[float, float, float, float]:
    """Return a box (left, bottom, width, height) of inches in shares of the figure."""
    width, height = figure.get_size_inches()
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def draw_levels(axes: Axes, levels: pd.DataFrame) -> None:
    """Draw one candidate: the outcome at every level less that at the reference."""
    first = records(levels)[0]
    shade = BLUE if first.found else style.SOFT
    axes.axhline(0, color=style.SOFT, linewidth=0.9, linestyle=(0, (1.2, 1.6)), zorder=1)
    axes.plot(levels["order"], levels["mean"], color=shade, linewidth=1.1, gid="levels")
    for row in records(levels):
        full = shade if row.claimed else "white"
        axes.errorbar(
            row.order,
            row.mean,
            [[np.nan_to_num(row.mean - row.low)], [np.nan_to_num(row.high - row.mean)]],
            fmt="o",
            color=shade,
            markerfacecolor=full,
            markersize=5,
            elinewidth=1.1,
            capsize=2.5,
            zorder=3,
        )
    label_levels(axes, levels)
    set_levels(axes, levels)
    axes.set_title(texts.candidate(int(first.candidate), first.found), fontsize=9.5, pad=16)
    axes.text(0, 1.05, first.text, transform=axes.transAxes, fontsize=8.2, color=style.SOFT)


def label_levels(axes: Axes, levels: pd.DataFrame) -> None:
    """Write each difference beside its mark, above the bar or, where there is more room, below."""
    top, bottom = style.highest(levels[["high", "mean"]]), style.lowest(levels[["low", "mean"]])
    room = max(top - bottom, 1e-9)
    axes.set_ylim(bottom - 0.24 * room, top + 0.24 * room)
    for row in records(levels):
        if row.reference:
            continue
        above = row.mean >= 0
        end = np.nan_to_num(row.high if above else row.low, nan=row.mean)
        axes.annotate(
            digits(row.mean),
            (row.order, end),
            (0, 3 if above else -3),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=7.8,
            color=style.INK,
            zorder=4,
            path_effects=[patheffects.withStroke(linewidth=2, foreground="white")],
        )


def digits(value: float) -> str:
    """Write a difference with its sign, to the hundredth, or finer where it is smaller than that."""
    size = abs(value)
    return ("+" if value > 0 else "") + number(value, 1 if size >= 9.95 else 2 if size >= 0.00995 else 3)


def short(value: float) -> str:
    """Write a parameter's value in two figures, or in all before the point."""
    return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"


def set_levels(axes: Axes, levels: pd.DataFrame) -> None:
    """Set the axis of levels: evenly spaced, whatever their distance."""
    axes.set_xticks(levels["order"], [f"{level:g}" for level in levels["level"]])
    axes.set_xlim(-0.45, len(levels) - 0.55)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    style.light_grid(axes)


def draw_groups(axes: Axes, groups: pd.DataFrame) -> None:
    """Draw brushed orders of good and bad shops against the lever."""
    for shift, name, (label, shade) in zip((-0.06, 0.06), GROUPS, SHADES, strict=True):
        own = groups[groups["text"] == name]
        bars = np.nan_to_num([own["mean"] - own["low"], own["high"] - own["mean"]])
        axes.errorbar(
            own["order"] + shift,
            own["mean"],
            bars,
            fmt="o-",
            color=shade,
            markersize=4.5,
            linewidth=1.2,
            elinewidth=1.1,
            capsize=2.5,
            label=label,
            gid=name,
        )
    set_levels(axes, groups[groups["text"] == GROUPS[0]])
    axes.set_ylim(0, 1.3 * axes.get_ylim()[1])
    axes.set_title(texts.who_brushes(int(groups["candidate"].iloc[0])), fontsize=9.5, pad=8)
    axes.legend(frameon=False, fontsize=8.5, handlelength=1.4, loc="upper left", ncols=2, borderaxespad=0.2)


def draw_map(axes: Axes, table: pd.DataFrame) -> None:
    """Draw where the claim is estimated to hold, over the two parameters that decide most."""
    cells = rows(table, "cell").pivot(index="y", columns="x", values="share")
    edges = np.linspace(0, 1, len(cells) + 1)
    mesh = axes.pcolormesh(edges, edges, 100 * cells.to_numpy(float), cmap=BLUES, vmin=0, vmax=100, gid="map")
    bar = axes.get_figure().colorbar(mesh, ax=axes, ticks=[0, 50, 100], fraction=0.06, pad=0.05)  # type: ignore[union-attr]
    bar.outline.set_visible(False)
    bar.ax.set_yticklabels(["0 %", "50 %", "100 %"])
    bar.ax.tick_params(length=0, labelsize=8.5)
    for row in records(rows(table, "point")):
        axes.plot(
            row.x,
            row.y,
            "o",
            markersize=3.6,
            color=style.INK,
            markeredgewidth=0.8,
            markerfacecolor=style.INK if row.holds else "none",
        )
    for row in records(rows(table, "candidate")):
        draw_candidate(axes, row)
    name_axes(axes, table)


def draw_candidate(axes: Axes, row: Any) -> None:
    """Draw one candidate on the map, with its number."""
    face, ink = (ORANGE, "white") if row.found else ("white", ORANGE)
    axes.plot(
        row.x,
        row.y,
        "D",
        markersize=10.5,
        color=ORANGE,
        markerfacecolor=face,
        zorder=5,
        clip_on=False,
        gid=f"candidate:{int(row.candidate)}",
    )
    axes.text(
        row.x,
        row.y,
        f"{int(row.candidate)}",
        ha="center",
        va="center_baseline",
        fontsize=7.5,
        color=ink,
        zorder=6,
        fontweight="bold",
    )


def name_axes(axes: Axes, table: pd.DataFrame) -> None:
    """Name both parameters of the map and say their ranges."""
    across, up = rows(table, "x_axis"), rows(table, "y_axis")
    axes.set_xticks(across["x"], [short(value) for value in across["mean"]])
    axes.set_yticks(up["x"], [short(value) for value in up["mean"]])
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel(humanise_path(str(across["text"].iloc[0])), fontsize=9.5)
    axes.set_ylabel(humanise_path(str(up["text"].iloc[0])), fontsize=9.5)
    axes.set_title(texts.MAP, fontsize=9.5, pad=8)
    axes.tick_params(length=3, labelsize=9)
