"""The ensemble: parameter sets, far from each other, that all meet the targets on fresh runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.files.whole import read_table, write_table
from experiments.searches.calibration.emulation import chance_inside
from experiments.searches.calibration.priors import (
    PRIORS,
    Prior,
    sets_of,
    units_of,
    values_at,
)
from experiments.searches.calibration.question import DEFAULT, Question
from experiments.searches.calibration.waves import (
    Plan,
    fit_all,
    generator,
    points_of,
    run_points,
    sample_region,
    spread,
)
from experiments.settings.config_files import PACKAGED
from experiments.studies.engine import Progress

DECIDING_WEIGHT = 3.0
"""Parameters that decide how policies work count so many times as much where members are spread out."""

CONFIRMING = 6
"""Replications on which a candidate is confirmed: seeds of the calibration that no wave used."""

FIRST_CONFIRMING = 1000
STAGES = 3


def confirm(plan: Plan, runs: pd.DataFrame, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Confirm candidates until the ensemble is large enough or `STAGES` rounds are over.

    Returns
    -------
    confirmed : one row a candidate with parameters, means, ``met`` and ``distance`` to the centres
    confirming : every confirming run
    """
    confirming = confirmed = pd.DataFrame()
    for stage in range(1, STAGES + 1):
        file = plan.folder / f"candidates-{stage}.csv"
        if not file.exists():
            unit = candidates(plan, pd.concat([runs, confirming], ignore_index=True), stage)
            write_table(file, pd.DataFrame(values_at(unit, plan.question.priors)))
        values = sets_of(read_table(file), plan.question.priors)
        name = f"candidates {stage}"
        fresh = run_points(plan, values, name, FIRST_CONFIRMING, CONFIRMING, progress)
        confirming = pd.concat([confirming, fresh], ignore_index=True)
        confirmed = judge_candidates(confirming, plan.question)
        if int(confirmed["met"].sum()) >= plan.question.members:
            break
    return confirmed, confirming


def candidates(plan: Plan, runs: pd.DataFrame, stage: int) -> np.ndarray:
    """Return spread-out points that probably lie inside all bands by a margin, as all ``runs`` so far say."""
    question = plan.question
    n, weight = candidates_of(question), weights(question.priors)
    emulators = fit_all(runs, question)
    region, _ = sample_region(emulators, generator(plan, 100 + stage), points_of(runs, question))
    chance = chance_inside(emulators, region)
    best = np.argsort(-chance)[: max(4 * n, int((chance > 0.8).sum()))]
    return spread(region[best] * weight, n) / weight


def candidates_of(question: Question) -> int:
    """Return how many candidates a round has: half as many again as members are wanted."""
    return question.members + (question.members + 1) // 2


def judge_candidates(confirming: pd.DataFrame, question: Question = DEFAULT) -> pd.DataFrame:
    """Return one row a candidate: parameters, mean statistics, whether all targets are met by a margin."""
    own = [*question.names, *question.keys]
    table = confirming.groupby(["stage", "point"], sort=False)[own].mean().reset_index()
    pairs = [list(zip(question.targets, row, strict=True)) for row in table[question.keys].to_numpy(float)]
    table["met"] = [all(target.inside(x, 1.0) for target, x in row) for row in pairs]
    table["distance"] = [max(target.distance(x) for target, x in row) for row in pairs]
    return table


def choose(confirmed: pd.DataFrame, size: int | None = None, question: Question = DEFAULT) -> pd.DataFrame:
    """Return up to ``size`` candidates that met all targets: the most central, then far from each other.

    The first is the nomination for the defaults: its largest distance from the centre of a band, in
    half bands, or from the middle of a range that decides how policies work, in half ranges, is the
    smallest. The others span above all those ranges.
    """
    good = confirmed[confirmed["met"]] if len(confirmed) else confirmed
    if good.empty:
        return good
    size, priors = size or question.members, question.priors
    unit = np.array([units_of(row, priors) for row in sets_of(good, priors)])
    deciding = unit[:, [prior.decides for prior in priors]]
    aside = np.abs(deciding - 0.5).max(axis=1, initial=0.0) * 2
    central = np.argsort(np.maximum(good["distance"].to_numpy(float), aside), kind="stable")
    good, unit = good.iloc[central].reset_index(drop=True), unit[central] * weights(priors)
    rest = spread(unit[1:], size - 1, unit[:1]) if len(good) > 1 else unit[:0]
    order = [0, *(int(np.argmin(np.abs(unit - point).sum(axis=1))) for point in rest)]
    return good.loc[order].reset_index(drop=True)


def weights(priors: Sequence[Prior] = PRIORS) -> np.ndarray:
    """Return what each parameter counts in the distance between members of the ensemble (n_parameters,)."""
    return np.array([DECIDING_WEIGHT if prior.decides else 1.0 for prior in priors])


def scenario_folder() -> Path:
    """Return the folder of the packaged scenarios."""
    return PACKAGED / "scenario"
