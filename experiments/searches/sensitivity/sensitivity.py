"""The search `sensitivity`: what moves outcomes and the choice, over a design of Morris or Saltelli."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.by_point import noise_share
from experiments.analysis.choice import Rule
from experiments.analysis.elementary_effects import elementary_effects, trajectories
from experiments.analysis.sobol_indices import saltelli_blocks, sobol_indices
from experiments.files.whole import write_table
from experiments.searches.explored import Explored
from experiments.searches.sensitivity.findings import Sensitivity
from experiments.searches.sensitivity.quantities import Quantity, choice_of, quantities, ranking
from experiments.searches.sensitivity.tornado_rows import tornado_rows
from experiments.searches.sensitivity.write_up import write_up
from sim.parameters import ConfigError

KINDS = ("morris", "saltelli")


def sensitivity(explored: Explored, rule: Rule, outcomes: Sequence[str]) -> Sensitivity:
    """Find what moves outcomes and the choice, and write it below the exploration's folder.

    Raises
    ------
    ConfigError : the design is neither Morris's nor Saltelli's, or too little of it has ended well
    """
    if explored.kind not in KINDS:
        raise ConfigError(
            "sensitivity needs design=morris or design=saltelli; "
            f"{explored.folder} has design={explored.kind}"
        )
    explored.with_outcomes(outcomes)
    choice = choice_of(explored, rule) if len(explored.packages) > 1 or rule.limits else None
    effects = pd.DataFrame(effect_rows(explored, list(quantities(explored, outcomes, choice))))
    if effects.empty:
        raise ConfigError(f"nothing varies in {explored.folder}, or too few of its runs have ended well")
    ranked = ranking(explored, rule) if choice else pd.DataFrame()
    tornado = tornado_rows(explored, choice, n_blocks(explored)) if choice else pd.DataFrame()
    found = Sensitivity(explored, effects, tornado, ranked, choice)
    save(found)
    return found


def n_blocks(explored: Explored) -> int:
    """Return how many trajectories, or base points, the design has."""
    d = len(explored.dimensions)
    return len(explored.points) // (d + 1 if explored.kind == "morris" else d + 2)


def effect_rows(explored: Explored, asked: Sequence[Quantity]) -> list[dict[str, Any]]:
    """Return a row for each quantity and parameter; none for what does not vary."""
    return [
        row
        for one in asked
        for row in (morris_rows if explored.kind == "morris" else sobol_rows)(explored, one)
    ]


def morris_rows(explored: Explored, asked: Quantity) -> list[dict[str, Any]]:
    """Return the elementary effects of each parameter on one quantity."""
    steps = trajectories(explored.units)
    if steps is None:
        raise ConfigError(f"the points of {explored.folder} are no trajectories of a Morris design")
    found = elementary_effects(asked.values.reshape(len(steps), steps.shape[1] + 1, -1), steps)
    if found is None or not found.mu_star.any():
        return []
    numbers = {
        "mu": found.mu, "mu_star": found.mu_star, "sigma": found.sigma, "size": found.size,
        "size_low": found.size_ends[0], "size_high": found.size_ends[1], "noise": found.noise,
    }  # fmt: skip
    return rows_of(explored, asked, numbers, found.n, noise_share(whole(asked.values)))


def sobol_rows(explored: Explored, asked: Quantity) -> list[dict[str, Any]]:
    """Return the first and total index of each parameter for one quantity."""
    blocks = saltelli_blocks(explored.units)
    if blocks is None:
        raise ConfigError(f"the points of {explored.folder} are no Saltelli sample")
    found = sobol_indices(asked.values[blocks])
    if found is None:
        return []
    numbers = {
        "first": found.first, "first_low": found.first_ends[0], "first_high": found.first_ends[1],
        "total": found.total, "total_low": found.total_ends[0], "total_high": found.total_ends[1],
    }  # fmt: skip
    return rows_of(explored, asked, numbers, found.blocks, found.noise)


def whole(values: np.ndarray) -> np.ndarray:
    """Return the points of which all replications are known."""
    return values[np.isfinite(values).all(axis=1)]


def rows_of(
    explored: Explored, asked: Quantity, numbers: dict[str, np.ndarray], n: int, noise: float
) -> list[dict[str, Any]]:
    """Return one row a parameter."""
    first = {"what": asked.what, "package": asked.package, "outcome": asked.outcome}
    return [
        first
        | {"parameter": one.path}
        | {name: float(values[i]) for name, values in numbers.items()}
        | {"noise_share": noise, "n": n}
        for i, one in enumerate(explored.dimensions)
    ]


def save(found: Sensitivity) -> None:
    """Write the tables and the page."""
    name = "effects" if found.explored.kind == "morris" else "indices"
    write_table(found.folder / f"{name}.csv", found.effects)
    if found.choice:
        write_table(found.folder / "tornado.csv", found.tornado)
        write_table(found.folder / "ranking.csv", found.ranking)
    write_up(found.folder / "sensitivity.md", found)
