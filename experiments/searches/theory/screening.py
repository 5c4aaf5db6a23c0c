"""Screening: the whole space is looked over, each point on seeds of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.searches.calibration.work import EvaluationError, Progress, run_missing
from experiments.searches.theory.levers import LEVERS
from experiments.searches.theory.propositions import PROPOSITIONS, Contrast, Proposition
from experiments.searches.theory.space import Space, seed_of, sobol, unit_points, values_at, world_at
from experiments.searches.theory.trials import Trial, carry_out
from experiments.settings.schema import RunConfig

SCREENING, CONFIRMING = 1, 2
"""Numbers of the two stages; a seed belongs to one of them."""

Runner = Callable[[Sequence[Trial], Progress], Mapping[str, str]]
"""Carries out the trials that are not stored yet, and returns what went wrong, by key."""


@dataclass(frozen=True)
class Plan:
    """How hard is searched; with ``config.seed`` it fixes every number."""

    config: RunConfig
    folder: Path
    space: Space
    points: int = 32
    replications: int = 2
    candidates: int = 3
    confirm: int = 10
    propositions: tuple[Proposition, ...] = PROPOSITIONS

    def run(self, trials: Sequence[Trial], progress: Progress) -> Mapping[str, str]:
        """Carry out what is missing of ``trials`` in parallel processes (a `Runner`)."""
        return run_missing(trials, self.config.workers, progress, self.folder, carry_out)

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the levers that the propositions are about."""
        return tuple(dict.fromkeys(proposition.lever.key for proposition in self.propositions))

    @property
    def screening_trials(self) -> int:
        """Return how many trials the screening has."""
        return self.points * self.replications


def screen(plan: Plan, runner: Runner, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Look the space over: a Sobol sequence of points, every lever at every level, pairs of one seed.

    Points have seeds of their own, so that what an emulator averages over neighbours is luck too.

    Returns
    -------
    design : one row a point with its parameters
    runs : one row an arm (`arm_rows`); points of which a trial failed are left out
    """
    values = values_at(sobol(plan.points, plan.space, plan.config.seed, SCREENING), plan.space)
    trials = [
        Trial(
            world_at(plan.config, own),
            seed_of(plan.config, SCREENING, point, replication),
            plan.levers,
            plan.folder,
        )
        for point, own in enumerate(values)
        for replication in range(plan.replications)
    ]
    failures = runner(trials, progress)
    places = [divmod(i, plan.replications) for i in range(len(trials))]
    rows = [
        row | {"stage": "screening"}
        for trial, (point, replication) in zip(trials, places, strict=True)
        if trial.file.exists()
        for row in arm_rows(trial, {"point": point, "replication": replication})
    ]
    if not rows:
        raise EvaluationError(f"every trial failed, the first with {next(iter(failures.values()))}")
    runs = pd.DataFrame(rows)
    whole = runs.groupby("point")["replication"].transform("nunique") == plan.replications
    design = pd.DataFrame(values).rename_axis("point").reset_index()
    return design, runs[whole].reset_index(drop=True)


def arm_rows(trial: Trial, place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one row for each lever and level of a finished trial, with its outcomes."""
    return [
        {**place, "seed": trial.seed, "lever": key, "level": level, **arm}
        for key, arms in trial.arms().items()
        for level, arm in zip(LEVERS[key].levels, arms, strict=True)
    ]


def differences(runs: pd.DataFrame, contrast: Contrast) -> pd.Series:
    """Return a contrast within pairs, by ``point`` and ``replication``."""
    own = runs[runs["lever"] == contrast.lever]
    wide = own.pivot(index=["point", "replication"], columns="level", values=contrast.outcome)
    return wide[contrast.plus] - wide[contrast.minus]


def by_point(runs: pd.DataFrame, contrast: Contrast) -> dict[int, np.ndarray]:
    """Return the pairs of a contrast, point by point."""
    pairs = differences(runs, contrast)
    points = pairs.index.get_level_values("point")
    return {int(point): pairs[points == point].to_numpy(float) for point in points.unique()}


def units(design: pd.DataFrame, space: Space) -> np.ndarray:
    """Return the points (n, n_parameters) of the unit cube of a table with a column a parameter."""
    names = [prior.path for prior in space]
    rows = design[names].to_numpy(float)
    return unit_points([dict(zip(names, row, strict=True)) for row in rows], space)
