"""Brushing over time: the mean path of each package, its band, and the dates of its policies."""

from __future__ import annotations

from typing import Any

import matplotlib.transforms as mtransforms
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from experiments.figures import style
from experiments.figures.labels import spread
from experiments.figures.style import records, rows
from experiments.language import figure_texts as texts
from experiments.language.words import breadth, folded, humanise
from experiments.studies.answers import brushing_paths
from experiments.studies.results import StudyResults

WARMUP_SHOWN = 0.2
"""Share of the policy period that is shown of the warm-up."""

ROW = 0.17
"""Height of one row of date labels, in inches."""


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row a package and day (mean and 95 % band of brushing, %), and the policy dates."""
    if study.nothing_finished():
        return style.note_table(study.nothing_finished())
    paths = mean_paths(study)
    if paths.empty or paths["mean"].isna().all():
        return style.note_table(texts.NO_PATHS)
    return style.with_footnote(
        pd.concat([paths, dates(study)], ignore_index=True), texts.paths_note(study.coverage())
    )


def mean_paths(study: StudyResults) -> pd.DataFrame:
    """Return the mean path of each package, in the study's order."""
    table, order = brushing_paths(study, WARMUP_SHOWN), study.order()
    if table.empty:
        return table
    table = table.rename(columns={"package": "arm"}).assign(kind="path", text="")
    table["label"], table["order"] = table["arm"].map(humanise), table["arm"].map(order)
    return table.sort_values(["order", "day"], ignore_index=True)


def dates(study: StudyResults) -> pd.DataFrame:
    """Return one row a date; what several packages share is told once, and belongs to none of them."""
    order = study.order()
    told: dict[int, dict[str, set[str]]] = {}
    for arm in study.arms:
        for day, what in dates_of(arm) if arm["label"] in order else ():
            told.setdefault(day, {}).setdefault(what, set()).add(arm["label"])
    return pd.DataFrame(
        [
            {"kind": "date", "text": phrase(list(whats)), "day": day, "order": owner(whats, order)}
            for day, whats in sorted(told.items())
        ]
    )


def dates_of(arm: dict[str, Any]) -> list[tuple[int, str]]:
    """Return what begins, ends or is announced on which day of an arm's package; day 0 needs no word."""
    policies = {name: part for name, part in arm.get("package", {}).items() if isinstance(part, dict)}
    told = [pair for name, policy in policies.items() for pair in policy_dates(humanise(name), policy)]
    return [(day, what) for day, what in told if day]


def policy_dates(name: str, policy: dict[str, Any]) -> list[tuple[int | None, str]]:
    """Return the days on which one policy starts, ends and is announced; None for never."""
    start, end, ahead = policy.get("start"), policy.get("end"), policy.get("announcement")
    announced = None if start is None or ahead is None else start - ahead
    return [(start, f"{name}: start"), (end, f"{name}: end"), (announced, f"{name}: announced")]


def phrase(whats: list[str]) -> str:
    """Say in a few words what begins on one day."""
    return whats[0] if len(whats) == 1 else f"{len(whats)} changes" if len(whats) > 2 else "; ".join(whats)


def owner(whats: dict[str, set[str]], order: dict[str, int]) -> int:
    """Return the place of the one package that a date belongs to, or -1."""
    arms = set().union(*whats.values())
    return order[arms.pop()] if len(arms) == 1 else -1


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw one line a package with its band, named at its end."""
    figure = style.new_figure(4.7)
    axes = figure.add_subplot()
    marks, names = rows(table, "date"), rows(table, "path").drop_duplicates("arm")
    right = style.margin_for(list(names["label"]))
    date_rows = fit_dates(marks, table, style.WIDTH - 0.75 - right)
    n_rows = max(date_rows, default=-1) + 1
    style.margins(figure, 0.75, right, 0.55 + style.footnote_height(table), 0.5 + ROW * n_rows)
    draw_lines(axes, rows(table, "path"))
    draw_dates(axes, marks, date_rows)
    name_lines(axes, rows(table, "path"))
    axes.set_title(texts.PATHS, pad=10 + 72 * ROW * n_rows, gid="title")
    axes.set_xlabel("Day of policy (0: the packages begin)")
    axes.set_ylabel("Brushed orders, % of paid orders")
    style.draw_footnote(figure, table)
    return figure


def draw_lines(axes: Axes, paths: pd.DataFrame) -> None:
    """Draw means and bands, and shade the warm-up."""
    for _, path in paths.groupby("order", sort=True):
        order, dot = path["order"].iloc[0], style.dot_for(path["mean"])
        band = path.dropna(subset=["low", "high"])
        axes.fill_between(
            band["day"], band["low"], band["high"], color=style.colour(order), alpha=0.16, linewidth=0
        )
        axes.plot(
            path["day"],
            path["mean"],
            color=style.colour(order),
            linestyle=style.dashes(order),
            linewidth=1.7,
            marker=dot,
            markersize=5,
            clip_on=not dot,
            zorder=3 if order == 0 else 2,
            label=path["label"].iloc[0],
            gid=f"package:{path['arm'].iloc[0]}",
        )
    first, last = paths["day"].min(), paths["day"].max()
    axes.set_xlim(first, max(last, first + 1))
    highest, band_top = style.highest(paths["mean"]), style.highest(paths["high"])
    axes.set_ylim(0, 1.12 * max(highest, min(band_top, 2.5 * highest)) or 1)
    axes.xaxis.set_major_locator(MultipleLocator(tick_step(last)))
    style.light_grid(axes)
    if first < 0:
        shade_warmup(axes, first, last)


def shade_warmup(axes: Axes, first: float, last: float) -> None:
    """Shade the days before the packages begin, and name them as far as there is room."""
    upright = -first < 0.14 * (last - first)
    axes.axvspan(first, 0, color="#efefef", zorder=0, linewidth=0)
    axes.text(
        first / 2,
        0.02,
        "warm-up",
        transform=axes.get_xaxis_transform(),
        ha="center",
        fontsize=9,
        color=style.SOFT,
        rotation=90 if upright else 0,
    )


def tick_step(last: float) -> int:
    """Return a step between ticks that leaves at most six of them."""
    return next((step for step in (7, 30, 60, 90, 180) if last / step <= 6), 365)


def name_lines(axes: Axes, paths: pd.DataFrame) -> None:
    """Write each package's name behind the end of its line, moved apart where lines meet."""
    ends = paths.dropna(subset=["mean"]).groupby("order", sort=True).tail(1)
    names = [folded(str(label)) for label in ends["label"]]
    low, high = axes.get_ylim()
    inches = axes.bbox.height / axes.figure.dpi
    gap, lines = 0.17 * (high - low) / inches, [name.count("\n") + 1 for name in names]
    levels = spread(list(ends["mean"]), gap, low + gap / 2, high - gap / 2, lines)
    behind = mtransforms.offset_copy(
        axes.get_yaxis_transform(), axes.get_figure(root=True), x=0.11, units="inches"
    )
    for order, name, y in zip(ends["order"], names, levels, strict=True):
        shade = style.ink_of(order)
        axes.text(1, y, name, transform=behind, va="center", color=shade, fontsize=9.5)


def fit_dates(marks: pd.DataFrame, table: pd.DataFrame, inches: float) -> list[int]:
    """Give each date label a row above the axes so that labels in one row do not touch."""
    days = rows(table, "path")["day"]
    span = max(float(days.max() - days.min()), 1.0)
    ends: list[float] = []
    places = []
    for row in records(marks):
        start = (float(row.day) - days.min()) / span * inches
        width = 0.066 * breadth(str(row.text)) + 0.1
        start = min(start, inches - width + 1.0)
        place = next((i for i, end in enumerate(ends) if end <= start), len(ends))
        ends[place : place + 1] = [start + width]
        places.append(place)
    return places


def draw_dates(axes: Axes, marks: pd.DataFrame, places: list[int]) -> None:
    """Mark policy dates by vertical lines, named above the axes."""
    for row, place in zip(records(marks), places, strict=True):
        shade = style.ink_of(row.order) if row.order >= 0 else style.SOFT
        axes.axvline(
            float(row.day), color=shade, linewidth=0.9, linestyle=(0, (2, 2)), gid=f"date:{int(row.day)}"
        )
        axes.annotate(
            str(row.text),
            (float(row.day), 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, 5 + 72 * ROW * place),
            textcoords="offset points",
            fontsize=8.5,
            color=shade,
            annotation_clip=False,
        )
