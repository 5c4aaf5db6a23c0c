"""The trade-off plane: innocent shops hit against brushing that remains, or any two outcomes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from experiments.figures import labels, style
from experiments.figures.style import records, rows
from experiments.language import figure_texts as texts
from experiments.language.outcomes import Outcome, fitting, told
from experiments.language.words import folded, humanise
from experiments.studies import answers
from experiments.studies.results import StudyResults, column
from sim.outcomes import RATES
from sim.parameters import ConfigError

HITS, BRUSHED = "innocent_hits_per_1000_shop_years", "brushed_share"
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
TITLE = texts.TRADE_OFF


def chosen(study: StudyResults) -> tuple[Outcome, Outcome]:
    """Return the outcomes on the two axes of a study's plane.

    Raises
    ------
    ConfigError : the study has no such outcome
    """
    names = list(dict.fromkeys(column(study.comparison, "outcome")))
    for axis, name in study.axes.items():
        if names and name not in names:
            raise ConfigError(f"{axis}={name}: no such outcome; the study has {', '.join(names)}")
    x, y = study.axes.get("x", HITS), study.axes.get("y", BRUSHED)
    return in_unit(study, told(x)), in_unit(study, told(y))


def in_unit(study: StudyResults, outcome: Outcome) -> Outcome:
    """Return the outcome in the unit that suits the means of the study's arms."""
    return fitting(outcome, study.rows_of(outcome.column)["mean"].abs().max())


def title(study: StudyResults) -> str:
    """Return the heading of the figure."""
    x, y = chosen(study)
    return TITLE if (x.column, y.column) == (HITS, BRUSHED) else f"{y.name} against {x.name.lower()}"


def caption(study: StudyResults) -> str:
    """Say which way is better."""
    return texts.plane_caption([(place, o.better, o.name) for place, o in enumerate(chosen(study))])


def prepare(study: StudyResults) -> pd.DataFrame:
    """Return one row an arm: x, y, their 95 % intervals and the frontier; labels and sense of the axes."""
    table = study.nothing_finished() or plane(study, chosen(study))
    if isinstance(table, str):
        return style.note_table(table)
    if table.empty:
        return style.note_table(texts.NO_PLANE)
    return style.with_footnote(table.assign(title=title(study)), footnote(study, table))


def plane(study: StudyResults, axes: tuple[Outcome, Outcome]) -> pd.DataFrame:
    """Return the arms that have both outcomes, of x and of y."""
    order, (x, y) = study.order(), axes
    both = study.rows_of(x.column).index.intersection(study.rows_of(y.column).index)
    shared = [label for label in study.factual if label in both]
    table = pd.DataFrame(
        {
            "kind": ["package" if arm in order else "grid" for arm in shared],
            "text": "",
            "arm": shared,
            "label": [humanise(arm) for arm in shared],
            "order": [order.get(arm, -1) for arm in shared],
            **along_axis(study, "x", x, shared),
            **along_axis(study, "y", y, shared),
        }
    )
    table = table.dropna(subset=["x", "y"]).reset_index(drop=True)
    best = answers.frontier(study, (x.column, x.better), (y.column, y.better))
    return table.assign(frontier=(table["kind"] == "package") & table["arm"].isin(best))


def along_axis(study: StudyResults, axis: str, outcome: Outcome, arms: list[str]) -> dict[str, Any]:
    """Return the columns of one axis: means and intervals of the arms, label, sense, what it counts.

    What cannot be negative has no interval that reaches below 0.
    """
    rows = study.rows_of(outcome.column).loc[arms]
    mean, low, high = (outcome.scale * rows[name].to_numpy(float) for name in ("mean", "low", "high"))
    bounded = outcome.is_share or outcome.column in RATES
    return {
        axis: mean, f"{axis}_low": np.maximum(low, 0) if bounded else low, f"{axis}_high": high,
        f"{axis}_label": f"{outcome.name}, {outcome.unit}" if outcome.unit else outcome.name,
        f"{axis}_better": outcome.better, f"{axis}_outcome": outcome.column,
    }  # fmt: skip


def footnote(study: StudyResults, table: pd.DataFrame) -> str:
    """Say what the marks mean."""
    shown = {
        "bars": table["y_high"].notna().any(),
        "bound": unseen(table),
        "frontier": table["frontier"].sum() > 1,
        "dots": (table["kind"] == "grid").any(),
    }
    marks = frozenset(name for name, there in shown.items() if there)
    return texts.plane_note(marks, bool(study.blocks), study.coverage())


def unseen(table: pd.DataFrame) -> bool:
    """Tell whether an arm has no event of a rate on the x axis but a bound."""
    rate = table["x_outcome"].isin(RATES)
    return bool((rate & (table["x"] == 0) & (table["x_high"] > 0)).any())


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw the plane: one marker a package, its interval on both axes, its name beside it."""
    figure = style.new_figure(4.9)
    axes = figure.add_subplot()
    style.margins(figure, 0.75, 0.3, 0.55 + style.footnote_height(table), 0.5)
    packages, grid = rows(table, "package"), rows(table, "grid")
    set_scales(axes, table)
    axes.scatter(grid["x"], grid["y"], s=14, color="#9a9a9a", linewidths=0, zorder=2, label="grid")
    covered = draw_frontier(axes, packages) + [draw_package(axes, row) for row in records(packages)]
    covered += [labels.around(axes, x, y, 2) for x, y in zip(grid["x"], grid["y"], strict=True)]
    shades = [style.ink_of(order) for order in packages["order"]]
    points = list(zip(packages["x"], packages["y"], strict=True))
    names = [folded(label) for label in packages["label"]]
    labels.place_labels(axes, points, names, shades, np.vstack(covered))
    axes.set_title(table["title"].iloc[0], pad=12, gid="title")
    style.draw_footnote(figure, table)
    return figure


def set_scales(axes: Axes, table: pd.DataFrame) -> None:
    """Choose limits with air around all intervals, and a logarithmic x axis where it spans a tenfold."""
    far, near = float(table[["x", "x_high"]].max().max()), float(table[["x", "x_low"]].min().min())
    positive = table.loc[table["x"] > 0, "x"]
    stretched = far > 20 and near >= 0 and len(positive) > 0 and positive.min() < far / 10
    axes.set_ylim(limits(table[["y", "y_low", "y_high"]], 0.12))
    if stretched:
        log_axis(axes, far)
    else:
        axes.set_xlim(limits(table[["x", "x_low", "x_high"]], 0.3))
    scale = ", log scale above 1" if stretched else ""
    across, along = table["x_better"].iloc[0], table["y_better"].iloc[0]
    sense = {-1: "   (← better)", 1: "   (better →)"}.get(across, "")
    axes.set_xlabel(f"{table['x_label'].iloc[0]}{scale}{sense}")
    axes.set_ylabel(table["y_label"].iloc[0] + {-1: "   (↓ better)", 1: "   (↑ better)"}.get(along, ""))
    style.light_grid(axes, "both")


def limits(values: pd.DataFrame, air: float) -> tuple[float, float]:
    """Return limits that begin at 0 unless everything lies close together far from 0."""
    low, high = float(values.min().min()), float(values.max().max())
    if low < 0:
        return low - air * (high - low), high + air * (high - low)
    if low > 0.6 * high:
        reach = max(high - low, 0.05 * high)
        return low - 0.6 * reach, high + 0.6 * reach
    return -0.03 * high * (low <= 0), (1 + air) * high if high > 0 else 1.0


def log_axis(axes: Axes, far: float) -> None:
    """Make the x axis logarithmic above 1 and linear from 0 to 1, so that no hit at all has a place."""
    axes.set_xscale("symlog", linthresh=1, linscale=0.6)
    axes.set_xlim(-0.12, far * 3.6)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in TICKS if tick <= far * 3.6]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:,.0f}"))


def draw_frontier(axes: Axes, packages: pd.DataFrame) -> list[labels.Boxes]:
    """Join the packages that none beats by steps, and return what the steps cover."""
    front = packages[packages["frontier"].astype(bool)].sort_values(["x", "y"])
    if len(front) < 2:
        return []
    x, y = front["x"].to_numpy(float), front["y"].to_numpy(float)
    falls = front["x_better"].iloc[0] < 0  # better on the left: each step is as high as its left end
    how: Any = {"where": "post" if falls else "pre", "linestyle": (0, (4, 3)), "label": "frontier"}
    axes.step(x, y, color="#8a8a8a", linewidth=1.1, zorder=1, **how)
    turns = list(zip(x[1:], y[:-1], strict=True) if falls else zip(x[:-1], y[1:], strict=True))
    corners = [p for i, turn in enumerate(turns) for p in ((x[i], y[i]), turn)] + [(x[-1], y[-1])]
    return [labels.along(axes, a, b) for a, b in pairwise(corners)]


def draw_package(axes: Axes, row: Any) -> labels.Boxes:
    """Draw one package with its cross of intervals, and return what it covers."""
    x, y, shade = float(row.x), float(row.y), style.colour(row.order)
    left, right, low, high = (
        m if np.isnan(end) else end
        for end, m in ((row.x_low, x), (row.x_high, x), (row.y_low, y), (row.y_high, y))
    )
    axes.plot([left, right], [y, y], color=shade, linewidth=1.6, zorder=3)
    axes.plot([x, x], [low, high], color=shade, linewidth=1.6, zorder=3)
    axes.plot(
        [x],
        [y],
        style.marker(row.order),
        color=shade,
        markersize=8,
        markeredgecolor="white",
        markeredgewidth=0.8,
        zorder=4,
        clip_on=False,
        label=row.label,
        gid=f"package:{row.arm}",
    )
    across, along = labels.along(axes, (left, y), (right, y)), labels.along(axes, (x, low), (x, high))
    return np.vstack([labels.around(axes, x, y), across, along])
