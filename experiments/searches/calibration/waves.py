"""History matching: evaluate points, rule out what cannot meet the targets, look closer at the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist
from scipy.stats import qmc

from experiments.files.whole import read_table, write_table
from experiments.runs.seeds import CALIBRATION_WORD
from experiments.searches.calibration.emulation import CUTOFF, Emulator, fit_emulator, implausibility
from experiments.searches.calibration.evaluation import Evaluation, statistics_of, store_of
from experiments.searches.calibration.priors import (
    defaults,
    sets_of,
    units_of,
    values_at,
    world_at,
)
from experiments.searches.calibration.question import DEFAULT, Question
from experiments.searches.calibration.targets import Target
from experiments.settings.schema import RunConfig
from experiments.studies.engine import EvaluationError, Progress, run_missing
from experiments.studies.executors.choose import executor_of

CANDIDATES = 2**15
ROUNDS = 6
STEP = 0.12
"""Standard deviation, in units of the range, of the steps by which a thin region is filled."""


@dataclass(frozen=True)
class Plan:
    """How a calibration is laid out; all of it is drawn from ``config.seed``."""

    config: RunConfig
    folder: Path
    waves: int = 3
    points: int = 80
    replications: int = 2
    question: Question = DEFAULT

    def jobs(
        self, values: Sequence[dict[str, float]], label: str, first: int, replications: int
    ) -> list[Evaluation]:
        """Return the evaluations of parameter sets, all on the same seeds."""
        return [
            Evaluation(
                world_at(self.config, one, self.question.priors),
                r,
                CALIBRATION_WORD,
                self.question.scope,
                f"{label}-{i}",
            )
            for i, one in enumerate(values)
            for r in range(first, first + replications)
        ]


def calibrate_waves(plan: Plan, progress: Progress) -> tuple[pd.DataFrame, list[dict[str, float]]]:
    """Run all waves; return every run (parameters and statistics) and what each wave left.

    The design of a wave is written before it is run and read back when the command is given again.
    """
    runs, left = pd.DataFrame(), list[dict[str, float]]()
    for wave in range(1, plan.waves + 1):
        file = plan.folder / f"wave-{wave}.csv"
        if not file.exists():
            unit, share = first_design(plan) if wave == 1 else next_design(plan, runs, wave)
            write_table(file, pd.DataFrame(values_at(unit, plan.question.priors)).assign(share=share))
        design = read_table(file)
        fresh = run_points(
            plan, sets_of(design, plan.question.priors), f"wave {wave}", 0, plan.replications, progress
        )
        runs = pd.concat([runs, fresh], ignore_index=True)
        left.append({"wave": wave, "points": len(design), "share_of_prior": float(design["share"].iloc[0])})
    return runs, left


def run_points(
    plan: Plan,
    values: Sequence[dict[str, float]],
    stage: str,
    first: int,
    replications: int,
    progress: Progress,
) -> pd.DataFrame:
    """Evaluate parameter sets; return one row a run. Sets of which a run failed are left out."""
    jobs = plan.jobs(values, stage, first, replications)
    store = store_of(plan.folder)
    failures = run_missing([job.task() for job in jobs], store, executor_of(plan.config, store), progress)
    done = store.finished()
    if not any(job.key in done for job in jobs):
        raise EvaluationError(f"every evaluation failed, the first with {failures[0].error}")
    rows = []
    for i, job in enumerate(jobs):
        if job.key in done:
            place = {
                "stage": stage,
                "point": i // replications,
                "replication": job.replication,
                "seed": job.seed,
            }
            rows.append({**place, **values[i // replications], **statistics_of(store, job)})
    table, keys = pd.DataFrame(rows), plan.question.keys
    table[keys] = table[keys].apply(pd.to_numeric)
    whole = table.groupby("point")["seed"].transform("size") == replications
    return table[whole]


def first_design(plan: Plan) -> tuple[np.ndarray, float]:
    """Return a Latin hypercube over all ranges, with the defaults of the world as its first point."""
    priors = plan.question.priors
    sampler = qmc.LatinHypercube(len(priors), rng=generator(plan, 1), optimization="random-cd")
    unit = sampler.random(plan.points)
    unit[0] = np.clip(units_of(defaults(plan.config.world, priors), priors), 0, 1)
    return unit, 1.0


def next_design(plan: Plan, runs: pd.DataFrame, wave: int) -> tuple[np.ndarray, float]:
    """Return spread-out points of the region that is not ruled out, and its share of the prior."""
    rng = generator(plan, wave)
    known = points_of(runs, plan.question)
    region, share = sample_region(fit_all(runs, plan.question), rng, known)
    some = region[rng.permutation(len(region))[: 10 * plan.points]]  # from all, only corners would be taken
    return spread(some, plan.points, known), share


def generator(plan: Plan, wave: int) -> np.random.Generator:
    """Return the generator of one wave's design."""
    return np.random.default_rng([plan.config.seed, CALIBRATION_WORD, wave])


def fit_all(runs: pd.DataFrame, question: Question = DEFAULT) -> list[Emulator]:
    """Fit one emulator a target to all points run so far."""
    points = points_of(runs, question)
    for key in question.keys:
        if runs[key].isna().all():
            raise EvaluationError(f"{key} is undefined in every run: nothing can be held against its band")
    return [fit_emulator(target, points, by_point(runs, target.key)) for target in question.targets]


def points_of(runs: pd.DataFrame, question: Question = DEFAULT) -> np.ndarray:
    """Return the points (n, d) of the unit cube that were run, in the order of `by_point`."""
    firsts = runs.groupby(["stage", "point"], sort=False)[question.names].first()
    return np.array([units_of(row, question.priors) for row in sets_of(firsts, question.priors)])


def by_point(runs: pd.DataFrame, key: str) -> list[np.ndarray]:
    """Return a statistic's replications, point by point."""
    groups = pd.to_numeric(runs[key]).groupby([runs["stage"], runs["point"]], sort=False)
    return [own.to_numpy(float) for _, own in groups]


def point_means(runs: pd.DataFrame, target: Target) -> np.ndarray:
    """Return a target's means over replications (n,), on the scale on which it is emulated."""
    return np.array([target.emulated(own).mean() for own in by_point(runs, target.key)])


def sample_region(
    emulators: Sequence[Emulator], rng: np.random.Generator, known: np.ndarray
) -> tuple[np.ndarray, float]:
    """Return points that are not ruled out, and the share of the prior that they stand for.

    The prior is searched by a Sobol sequence. Where few are left, steps around the best points known
    fill the region, each step from what the last one kept.
    """
    dimensions = known.shape[1]
    cube = qmc.Sobol(dimensions, rng=rng).random(CANDIDATES)
    kept = cube[implausibility(emulators, cube) < CUTOFF]
    share = len(kept) / len(cube)
    own = implausibility(emulators, known)
    seeds = np.concatenate([kept, known[own <= max(CUTOFF, float(np.sort(own)[min(10, len(own) - 1)]))]])
    for _ in range(ROUNDS if len(kept) < CANDIDATES // 8 else 0):
        around = seeds[rng.integers(len(seeds), size=CANDIDATES // 8)]
        steps = around + STEP * rng.standard_normal(around.shape)
        steps = steps[((steps >= 0) & (steps <= 1)).all(axis=1)]
        kept = np.concatenate([kept, steps[implausibility(emulators, steps) < CUTOFF]])
        seeds = kept if len(kept) else seeds
    return (kept if len(kept) else seeds), share


def spread(region: np.ndarray, n: int, beside: np.ndarray | None = None) -> np.ndarray:
    """Return ``n`` points of ``region`` far from each other (greedy maximin) and from those ``beside``."""
    chosen: list[int] = []
    if beside is not None and len(beside):
        nearest = cdist(region, beside).min(axis=1)
    else:
        chosen, nearest = [0], cdist(region, region[:1]).ravel()
    while len(chosen) < min(n, len(region)):
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, cdist(region, region[chosen[-1:]]).ravel())
        nearest[chosen] = -1.0
    return region[chosen]
