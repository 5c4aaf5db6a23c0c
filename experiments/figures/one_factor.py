"""Blocks of one factor: brushing and innocent shops hit along its levels, a line for each block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.figures.trade_off import BRUSHED, HITS
from experiments.language import figure_texts as texts
from experiments.language.words import folded, humanise, name_of_level, sentence_case
from experiments.studies.answers import Block
from experiments.studies.results import StudyResults

PANELS = {
    BRUSHED: (texts.BRUSHING_AXIS, 100.0),
    HITS: (texts.HITS_AXIS, 1.0),
}
LINKS = frozenset({"at", "of", "with", "for", "by", "in", "and"})


def groups(blocks: Sequence[Block]) -> dict[str, list[Block]]:
    """Return the blocks of one factor that share it and its levels, by what their names begin with."""
    alike: dict[Any, list[Block]] = {}
    for block in blocks:
        if len(block.factors) == 1:
            alike.setdefault(tuple(block.factors.items()), []).append(block)
    return {common([block.name for block in own]) or own[0].name: own for own in alike.values()}


def common(names: Sequence[str]) -> str:
    """Return the words with which all names begin, without a preposition at the end."""
    words: list[str] = []
    for at in zip(*(name.split() for name in names), strict=False):
        if len(set(at)) > 1:
            break
        words.append(at[0])
    while words and words[-1] in LINKS:
        words.pop()
    return " ".join(words)


def prepare(study: StudyResults, name: str, blocks: Sequence[Block]) -> pd.DataFrame:
    """Return one row a block, level and outcome, with 95 % intervals, and the baseline's levels."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    points = [
        {"kind": "point", "text": "", "name": name, "block": line_name(block.name, name), "order": place,
         "factor": factor, "level": chosen[factor], "i": levels.index(chosen[factor]), "cell": cell}
        for place, block in enumerate(blocks, start=1)
        for factor, levels in block.factors.items()
        for cell, chosen in block.cells.items()
    ]  # fmt: skip
    base = {
        "kind": "baseline",
        "text": "",
        "block": humanise(study.baseline),
        "order": 0,
        "cell": study.baseline,
    }
    table = pd.concat([valued(study, [*points, base], outcome) for outcome in PANELS], ignore_index=True)
    if table.empty or not (table["kind"] == "point").any():
        return style.note_table(texts.no_run_of(name))
    return style.with_footnote(table, texts.one_factor_note(study.coverage()))


def line_name(block: str, shared: str) -> str:
    """Return what tells a block from the others that share the beginning of its name."""
    return block.removeprefix(shared).strip(" ,:") or block


def valued(study: StudyResults, points: Sequence[dict[str, Any]], outcome: str) -> pd.DataFrame:
    """Add mean and interval of an outcome to the points that have one."""
    found, scale = study.rows_of(outcome), PANELS[outcome][1]
    known = [point for point in points if point["cell"] in found.index and found["n"][point["cell"]] > 0]
    rows = [
        point
        | {"outcome": outcome}
        | {name: scale * found[name][point["cell"]] for name in ("mean", "low", "high")}
        for point in known
    ]  # fmt: skip
    return pd.DataFrame(rows)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each outcome: a line a block, the baseline dashed."""
    points, base = rows(table, "point"), rows(table, "baseline")
    figure = style.new_figure(4.0 + style.footnote_height(table))
    panels = figure.subplots(1, len(PANELS))
    style.margins(figure, 0.6, 0.15, 0.6 + style.footnote_height(table), 0.95, wspace=0.2)
    for axes, (outcome, (title, _)) in zip(panels, PANELS.items(), strict=True):
        draw_baseline(axes, base[base["outcome"] == outcome])
        own = points[points["outcome"] == outcome]
        for order, line in own.groupby("order"):
            draw_line(axes, line.sort_values("i"), order, int(own["order"].max()))
        finish(axes, points, title)
    name = sentence_case(str(points["name"].iloc[0]))
    style.draw_title(figure, name)
    middle, low = 0.5, (style.footnote_height(table) + 0.12) / figure.get_figheight()
    figure.text(middle, low, sentence_case(str(points["factor"].iloc[0])), ha="center")
    style.draw_legend(figure, panels[0], 0.6)
    style.draw_footnote(figure, table)
    return figure


def draw_baseline(axes: Axes, base: pd.DataFrame) -> None:
    """Draw the baseline's level across the panel."""
    for row in records(base):
        axes.axhline(
            float(row.mean),
            color=style.BLACK,
            linewidth=1.1,
            linestyle=(0, (4, 3)),
            zorder=1,
            label=style.entry(folded(f"{row.block} (baseline)")),
            gid="baseline",
        )


def draw_line(axes: Axes, line: pd.DataFrame, order: Any, n_lines: int) -> None:
    """Draw one block; lines stand a little beside each other so that their bars do not hide."""
    shade = style.colour(order)
    x = line["i"].to_numpy(float) + 0.1 * (float(order) - (n_lines + 1) / 2)
    mean = line["mean"].to_numpy(float)
    low, high = (line[end].fillna(line["mean"]).to_numpy(float) for end in ("low", "high"))
    name = str(line["block"].iloc[0])
    axes.vlines(x, np.maximum(low, 0), high, color=shade, linewidth=1.5, zorder=2)
    axes.plot(
        x,
        mean,
        style.marker(order),
        color=shade,
        linestyle="-",
        linewidth=1.3,
        markersize=6.5,
        markeredgecolor="white",
        markeredgewidth=0.7,
        zorder=3,
        label=style.entry(folded(name)),
        gid=f"block:{name}",
    )


def finish(axes: Axes, points: pd.DataFrame, title: str) -> None:
    """Name levels and panel, and begin at 0."""
    levels = points.drop_duplicates("i").sort_values("i")
    axes.set_xticks(levels["i"], [name_of_level(v) for v in levels["level"]])
    axes.set_xlim(-0.4, len(levels) - 0.6)
    axes.set_ylim(bottom=0)
    axes.set_title(title, fontsize=9.5, fontweight="normal", pad=6)
    style.light_grid(axes)
