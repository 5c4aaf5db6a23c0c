"""Screening: the whole space is looked over, each point on seeds of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.searches.theory.levers import LEVERS
from experiments.searches.theory.propositions import PROPOSITIONS, Contrast, Hypothesis, Proposition
from experiments.searches.theory.space import Space, seed_of, sobol, unit_points, values_at, world_at
from experiments.searches.theory.trials import Trial, arms_of
from experiments.settings.schema import RunConfig
from experiments.studies.engine import EvaluationError, Progress, run_missing
from experiments.studies.store import Store
from experiments.studies.tasks import Executor

SCREENING, CONFIRMING = 1, 2
"""Numbers of the two stages; a seed belongs to one of them."""


@dataclass(frozen=True)
class Plan:
    """How hard is searched; with ``config.seed`` it fixes every number."""

    config: RunConfig
    folder: Path
    space: Space
    points: int = 32
    replications: int = 2
    candidates: int = 2
    confirm: int = 10
    propositions: tuple[Proposition, ...] = PROPOSITIONS

    @property
    def store(self) -> Store:
        """Return where the trials lie."""
        return Store(self.folder, "trials")

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the levers that the propositions are about."""
        return tuple(dict.fromkeys(proposition.lever.key for proposition in self.propositions))

    @property
    def screening_trials(self) -> int:
        """Return how many trials the screening has."""
        return self.points * self.replications

    @property
    def market_days(self) -> int:
        """Return how many days of a market the whole search simulates, warm-ups included."""
        warmup, days = self.config.warmup, self.config.days
        levels = {proposition.lever.key: len(proposition.lever.levels) for proposition in self.propositions}
        screened = self.screening_trials * (warmup + sum(levels.values()) * days)
        each = [warmup + levels[proposition.lever.key] * days for proposition in self.propositions]
        return screened + self.candidates * self.confirm * sum(each)


def screen(plan: Plan, executor: Executor, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Look the space over: a Sobol sequence of points, every lever at every level, pairs of one seed.

    Points have seeds of their own, so that what an emulator averages over neighbours is luck too.

    Returns
    -------
    design : one row a point with its parameters
    runs : one row an arm (`stored_rows`); points of which a trial failed are left out
    """
    values = values_at(sobol(plan.points, plan.space, plan.config.seed, SCREENING), plan.space)
    trials = [
        Trial(
            world_at(plan.config, own),
            seed_of(plan.config, SCREENING, point, replication),
            plan.levers,
        )
        for point, own in enumerate(values)
        for replication in range(plan.replications)
    ]
    failures = run_missing([trial.task() for trial in trials], plan.store, executor, progress)
    places = [divmod(i, plan.replications) for i in range(len(trials))]
    rows = stored_rows(plan.store, trials, places, "screening")
    if not rows:
        raise EvaluationError(f"every trial failed, the first with {failures[0].error}")
    runs = pd.DataFrame(rows)
    whole = runs.groupby("point")["replication"].transform("nunique") == plan.replications
    design = pd.DataFrame(values).rename_axis("point").reset_index()
    return design, runs[whole].reset_index(drop=True)


def stored_rows(
    store: Store, trials: Sequence[Trial], places: Sequence[tuple[int, int]], stage: str
) -> list[dict[str, Any]]:
    """Return one row for each lever and level of the trials that are stored; places: (point, replication)."""
    done = store.finished()
    return [
        {"point": point, "replication": replication, "seed": trial.seed, "lever": key, "level": level, **arm}
        | {"stage": stage}
        for trial, (point, replication) in zip(trials, places, strict=True)
        if trial.key in done
        for key, arms in arms_of(store, trial).items()
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


def held(runs: pd.DataFrame, hypothesis: Hypothesis) -> pd.Series:
    """Return, by ``point``, whether a hypothesis held in the means over replications, luck included."""
    smallest = pd.concat([differences(runs, c) for c in hypothesis.contrasts], axis=1).min(axis=1)
    return smallest.groupby(level="point").mean() > 0


def units(design: pd.DataFrame, space: Space) -> np.ndarray:
    """Return the points (n, n_parameters) of the unit cube of a table with a column a parameter."""
    names = [prior.path for prior in space]
    rows = design[names].to_numpy(float)
    return unit_points([dict(zip(names, row, strict=True)) for row in rows], space)
