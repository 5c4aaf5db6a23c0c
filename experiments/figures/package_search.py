"""The Pareto set of a search for packages: brushing against every other objective, on fresh seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures import style
from experiments.figures.style import records, rows
from experiments.files.whole import read_table
from experiments.language import package_search as texts
from experiments.language.outcomes import Outcome, fitting, told
from experiments.searches.packages.constraints import Constraint
from experiments.studies.results import read_json

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#b5b5b5"
PANELS = 3
"""Panels at most."""


def prepare(folder: Path) -> pd.DataFrame:
    """Return the rows of the figure, in shown units: panels, trials, candidates, limits."""
    trials, estimates = read_table(folder / "trials.csv"), read_table(folder / "estimates.csv")
    candidates, claim = read_table(folder / "candidates.csv"), read_json(folder / "study.json", {})
    across = others_of(claim)
    if candidates.empty or not across:
        return style.note_table(texts.NO_CANDIDATE)
    limits = [Constraint(**one) for one in claim["constraints"]]
    up = in_unit(claim["objectives"][0], estimates)
    tables = []
    for order, name in enumerate(across):
        x = in_unit(name, estimates)
        panel = {
            "kind": "panel",
            "text": texts.axis(x),
            "label": texts.axis(up),
            "x": x.better,
            "y": up.better,
        }
        own = [pd.DataFrame([panel]), trial_rows(trials, x, up), candidate_rows(candidates, estimates, x, up)]
        tables += [table.assign(order=order) for table in [*own, limit_rows(limits, x, up)] if len(table)]
    n, said = int(estimates["n"].max()), [one.text for one in limits]
    note = texts.plane_note(n, int(claim["effort"]["replications"]), said)
    return style.with_footnote(pd.concat(tables, ignore_index=True), note)


def others_of(claim: dict[str, Any]) -> list[str]:
    """Return the outcomes across: the other objectives or, where there is one only, what it costs."""
    first, *others = claim.get("objectives") or [""]
    return (others or [name for name in [claim.get("cheapest")] if name and name != first])[:PANELS]


def in_unit(name: str, estimates: pd.DataFrame) -> Outcome:
    """Return an outcome in the unit that suits the candidates."""
    return fitting(told(name), float(estimates.loc[estimates["outcome"] == name, "mean"].abs().max()))


def trial_rows(trials: pd.DataFrame, x: Outcome, y: Outcome) -> pd.DataFrame:
    """Return what the trials looked like."""
    own = trials[trials["ok"]]
    return pd.DataFrame({"kind": "trial", "x": x.scale * own[x.column], "y": y.scale * own[y.column]})


def candidate_rows(candidates: pd.DataFrame, estimates: pd.DataFrame, x: Outcome, y: Outcome) -> pd.DataFrame:
    """Return the candidates with their intervals on both axes."""
    table = candidates[["candidate", "unbeaten", "feasible", "cheapest"]].assign(kind="candidate")
    for axis, outcome in (("x", x), ("y", y)):
        own = estimates[estimates["outcome"] == outcome.column].set_index("candidate")
        for ending, name in (("", "mean"), ("_low", "low"), ("_high", "high")):
            table[axis + ending] = outcome.scale * table["candidate"].map(own[name]).astype(float)
    return table


def limit_rows(limits: list[Constraint], x: Outcome, y: Outcome) -> pd.DataFrame:
    """Return the limits that lie on an axis of the panel, ``x`` or ``y`` being where."""
    rows = [
        {"kind": "limit", axis: outcome.scale * one.limit}
        for one in limits
        for axis, outcome in (("x", x), ("y", y))
        if one.outcome == outcome.column
    ]
    return pd.DataFrame(rows)


@style.drawing
def draw(table: pd.DataFrame) -> Figure:
    """Draw a panel for each other objective, the first one up."""
    panels = records(rows(table, "panel"))
    figure = style.new_figure(3.3 + style.footnote_height(table))
    style.margins(figure, 0.75, 0.25, 0.85 + style.footnote_height(table), 0.55, wspace=0.16)
    all_axes = np.atleast_1d(figure.subplots(1, len(panels), sharey=True))
    for number, (axes, panel) in enumerate(zip(all_axes, panels, strict=True)):
        draw_panel(axes, table[table["order"] == panel.order])
        axes.set_xlabel(panel.text + {-1: " (← better)", 1: " (better →)"}.get(panel.x, ""), fontsize=9)
        if not number:
            axes.set_ylabel(panel.label + {-1: " (↓ better)", 1: " (↑ better)"}.get(panel.y, ""), fontsize=9)
    style.draw_title(figure, texts.PLANE_TITLE)
    style.draw_footnote(figure, table)
    return figure


def draw_panel(axes: Axes, own: pd.DataFrame) -> None:
    """Draw trials, candidates and limits of one panel."""
    trials, candidates = rows(own, "trial"), rows(own, "candidate")
    axes.scatter(trials["x"], trials["y"], s=9, color=GREY, linewidths=0, zorder=1, gid="trials")
    for line in records(rows(own, "limit")):
        place = axes.axvline if np.isfinite(line.x) else axes.axhline
        place(np.nan_to_num(line.x, nan=line.y), color=style.SOFT, linewidth=1, linestyle=(0, (1.2, 1.6)))
    for row in records(candidates):
        draw_candidate(axes, row)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    style.light_grid(axes, "both")
    for axis, setter in (("x", axes.set_xlim), ("y", axes.set_ylim)):
        setter(*span(own, axis))


def span(own: pd.DataFrame, axis: str) -> tuple[float, float]:
    """Return limits of an axis that hold candidates with their intervals, trials, limits, and some air."""
    values = own.loc[own["kind"] != "panel", [axis, f"{axis}_low", f"{axis}_high"]]
    low, high = style.lowest(values), style.highest(values, 1.0)
    air = 0.06 * max(high - low, 1e-9)
    return (-air if 0 <= low <= 0.3 * high else low - air), high + air


def draw_candidate(axes: Axes, row: Any) -> None:
    """Draw one candidate with its cross of intervals."""
    base = row.candidate < 0
    shade = ORANGE if row.cheapest else style.SOFT if base else BLUE
    mark = "D" if row.cheapest else "X" if base else "s"
    bars = {axis: [[gap(row, axis, "low")], [gap(row, axis, "high")]] for axis in ("x", "y")}
    axes.errorbar(
        row.x,
        row.y,
        bars["y"],
        bars["x"],
        fmt=mark,
        color=shade,
        markerfacecolor=shade if row.feasible else "white",
        markeredgecolor=style.INK if row.unbeaten else shade,
        markersize=7 if row.cheapest else 5.5,
        elinewidth=1,
        zorder=4 if row.cheapest else 3,
        label="candidate",
    )


def gap(row: Any, axis: str, end: str) -> float:
    """Return how far an interval reaches from the mean to one side; 0 where that is not known."""
    return float(np.nan_to_num(abs(getattr(row, f"{axis}_{end}") - getattr(row, axis))))
