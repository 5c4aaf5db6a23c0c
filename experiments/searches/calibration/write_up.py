"""The page that a calibration leaves, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.files.whole import write_bytes
from experiments.language.targets import contradictions

if TYPE_CHECKING:
    from experiments.searches.calibration.question import Question
    from experiments.searches.calibration.results import Calibration
    from experiments.searches.calibration.waves import Plan


def write_up(file: Path, plan: Plan, found: Calibration, seeds: dict[str, list[int]]) -> None:
    """Write the page."""
    parts = [
        "# Calibration",
        *([plan.question.about] if plan.question.about else []),
        "## Targets",
        markdown(target_table(plan.question)),
        "## Scale",
        scale_text(plan, found, seeds),
        "## The ensemble",
        ensemble_text(found, plan.question),
        "## Parameters",
        "`kept` is how much of the prior's width the region that is not ruled out keeps: 1 means that the "
        "targets teach nothing about it. `moves` are standardised slopes of a linear regression of each "
        "target on all parameters over every evaluated point of the waves, with t-values.",
        markdown(found.parameters.drop(columns="reason")),
        "## What the targets cannot tell apart",
        "Strongest correlations of parameters within the region that is not ruled out:",
        markdown(found.correlations),
        "Its principal components in units of the prior; a flat one can be walked along without leaving the "
        "targets, `width` 1 is the prior's own:",
        markdown(found.directions),
        "## All slopes",
        markdown(slope_matrix(found.slopes, plan.question)),
        "## How good the emulators were",
        "Errors on the confirming runs, which they had not seen, on the scale of emulation (logarithms for "
        "C1, C4 sanctioned, C6):",
        markdown(found.quality),
    ]
    write_bytes(file, ("\n\n".join(parts) + "\n").encode())


def scale_text(plan: Plan, found: Calibration, seeds: dict[str, list[int]]) -> str:
    """Say how many points, seeds and waves."""
    n = len(found.confirmed)
    met = int(found.confirmed["met"].sum()) if n else 0
    return (
        f"{plan.waves} waves of {plan.points} points × {plan.replications} replications, the same seeds for "
        f"every point; {n} candidates confirmed on {len(seeds['confirming'])} other seeds, {met} of them "
        "inside all bands by a margin. The last line is the share of the prior that the waves leave.\n\n"
        f"{markdown(pd.DataFrame(found.waves))}\n\n"
        f"Seeds of the waves: {listed(seeds['waves'])}; of the confirming runs: "
        f"{listed(seeds['confirming'])}. Validation uses others."
    )


def ensemble_text(found: Calibration, question: Question) -> str:
    """Show the members, the nomination first."""
    said = "\n\n".join(contradictions(found.contradictions))
    if found.ensemble.empty:
        return said or "No candidate met all targets by a margin. More waves or points are needed."
    short = "" if found.complete else f" Fewer than {question.members}, as many as were wanted."
    names, keys = question.names, question.keys
    return (
        f"{len(found.ensemble)} sets, far from each other, that meet all targets by a margin.{short} The "
        "first is the nomination for the defaults: its largest distance from the centre of a band "
        f"(`distance`, in half bands) is the smallest.\n\n"
        f"{markdown(found.ensemble[[*names, 'distance']])}\n\n"
        f"Their means on the confirming runs:\n\n{markdown(found.ensemble[keys])}"
    )


def target_table(question: Question) -> pd.DataFrame:
    """Return what is asked for, and who says so."""
    return pd.DataFrame(
        [
            {"statistic": t.key, "meaning": t.meaning, "band": t.band, "source": t.source}
            for t in question.targets
        ]
    )


def slope_matrix(slopes: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Return slopes as parameters × targets."""
    wide = slopes.pivot(index="parameter", columns="target", values="slope")
    return wide.loc[question.names, question.keys].reset_index()


def markdown(table: pd.DataFrame) -> str:
    """Return a table in Markdown."""
    lines = [row_text(table.columns), row_text("---" for _ in table.columns)]
    return "\n".join([*lines, *(row_text(row) for row in table.itertuples(index=False))])


def row_text(cells: Iterable[object]) -> str:
    """Return one line of a table."""
    shown = [f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in cells]
    return "| " + " | ".join(shown) + " |"


def listed(seeds: list[int]) -> str:
    """Return seeds as text."""
    return ", ".join(map(str, seeds))
