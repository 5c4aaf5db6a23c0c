"""Draw what a session of benchmarks found: throughput and memory by size, time by phase.

    python tests/benchmarks/draw.py results/benchmarks/FILE.json … [--folder docs/images]

Writes throughput.{svg,png} and phases.{svg,png} beside the last file unless told otherwise.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator
from results import Session, read
from show import growth, milliseconds

from experiments.figures.style import (
    COLOURS,
    INK,
    MARKERS,
    PALE,
    RC,
    SOFT,
    colour,
    light_grid,
    margins,
    new_figure,
)

SHADES = (*COLOURS, "#7f7f7f", "#004d7a", "#8c3b00", "#00664b", "#8f4f76", PALE)
"""A colour for each phase, the rest of the day pale; in a bar they keep the order of the day."""

STEPS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def short(value: float, _: object = None) -> str:
    """Return a number as 20k or 1M."""
    for unit, letter in STEPS:
        if value >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"


def log_axes(axes: Axes, shops: pd.Series) -> None:
    """Make both axes logarithmic and label the sizes that were measured."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(list(shops), [short(n) for n in shops])
    axes.yaxis.set_major_formatter(FuncFormatter(short))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("shops")
    light_grid(axes, "both")


def throughput(session: Session) -> Figure:
    """Draw orders a second and peak memory against the number of shops."""
    table = growth(session)
    figure = new_figure(3.5)
    left, right = figure.subplots(1, 2)
    lines = (("demand_rate", "demand kernel"), ("day_rate", "whole day, all phases"))
    for order, (name, label) in enumerate(lines, 1):
        left.plot(table["shops"], table[name], label=label, color=colour(order), marker=MARKERS[order],
                  markersize=5)  # fmt: skip
    left.legend(loc="lower right", frameon=False, fontsize=9)
    left.set_ylim(table["day_rate"].min() / 2, table["demand_rate"].max() * 2)
    left.set_title("Orders a second")
    right.plot(table["shops"], table["peak_mib"], label="one process", color=INK, marker=MARKERS[0],
               markersize=5)  # fmt: skip
    last = table.iloc[-1]
    right.plot(table["shops"], last["shop_kib"] / 1024 * table["shops"], color=SOFT, linewidth=1,
               linestyle=(0, (4, 2)), label=f"{last['shop_kib']:.1f} KiB a shop")  # fmt: skip
    right.legend(loc="lower right", frameon=False, fontsize=9)
    right.set_ylim(10, table["peak_mib"].max() * 2)
    right.set_title("Peak memory, MiB")
    for axes in (left, right):
        log_axes(axes, table["shops"])
    foot(figure, f"Two threads, a process for each size. {session.machine}.")
    margins(figure, left=0.65, right=0.25, bottom=0.85, top=0.4, wspace=0.28)
    return figure


def phases(session: Session) -> Figure:
    """Draw each phase's share of a day, a bar for each size, in the order of the day."""
    rows = session.group("phase")
    spent = pd.DataFrame(list(rows["phases_ms"]), index=rows["shops"])
    share = 100 * spent.div(spent.sum(axis=1), axis=0)
    figure = new_figure(0.42 * len(share) + 2.1)
    axes = figure.subplots()
    reached, places = np.zeros(len(share)), np.arange(len(share))[::-1]
    for name, shade in zip(share.columns, SHADES, strict=True):
        axes.barh(places, share[name], left=reached, color=shade, height=0.68, label=name, edgecolor="white",
                  linewidth=0.5)  # fmt: skip
        reached += share[name].to_numpy()
    for place, shops, ms in zip(places, rows["shops"], rows["median_ms"], strict=True):
        text = f"{milliseconds(ms)} ms, {1e3 * ms / shops:.1f} µs a shop"
        axes.annotate(text, (100, place), (6, 0), textcoords="offset points", va="center", fontsize=9,
                      color=SOFT, annotation_clip=False)  # fmt: skip
    axes.set_yticks(places, [f"{n:,} shops" for n in share.index])
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the day, %")
    axes.set_title("Time by phase")
    light_grid(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="lower left", bbox_to_anchor=(0.012, 0.26 / figure.get_figheight()), ncols=6,
                  frameon=False, fontsize=8.5, handlelength=1.1, columnspacing=1.3)  # fmt: skip
    foot(figure, f"Two threads, under the status quo. Beside the bars: the median day. {session.machine}.")
    margins(figure, left=1.2, right=1.75, bottom=1.25, top=0.4)
    return figure


def foot(figure: Figure, sentence: str) -> None:
    """Write a sentence along the bottom edge."""
    figure.text(0.012, 0.1 / figure.get_figheight(), sentence, fontsize=8, color=SOFT, va="bottom")


def main() -> None:
    """Draw both figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="what --benchmark-json wrote")
    parser.add_argument("--folder", type=Path, help="where the figures go")
    chosen = parser.parse_args()
    session, folder = read(chosen.files), chosen.folder or chosen.files[-1].parent
    folder.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context(RC):
        for draw, group in ((throughput, "scaling"), (phases, "phase")):
            if len(session.group(group)):
                figure = draw(session)
                figure.savefig(folder / f"{draw.__name__}.svg", metadata={"Date": None})
                figure.savefig(folder / f"{draw.__name__}.png", dpi=200)
                print(folder / f"{draw.__name__}.png")


if __name__ == "__main__":
    main()
