"""Confirmation: the best candidates of each proposition, on seeds that screening never saw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.searches.calibration.waves import spread
from experiments.searches.theory.estimates import Surface, lookup
from experiments.searches.theory.screening import CONFIRMING, Plan, stored_rows, units
from experiments.searches.theory.space import seed_of, values_at, world_at
from experiments.searches.theory.trials import Trial
from experiments.searches.theory.verdicts import BY_KEY
from experiments.studies.engine import Progress, run_missing
from experiments.studies.tasks import Executor

CLEAR = 4.0
"""Strength from which candidates are chosen for lying far apart rather than for more strength."""


def choose(plan: Plan, surface: Surface, design: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates of a proposition: the strongest, and others far from it and each other.

    Candidates are points, run or not, each with the hypothesis that is strongest there.
    """
    hypotheses = surface.proposition.hypotheses
    pool = np.concatenate([units(design, plan.space), lookup(plan)])
    strengths = np.array([surface.strength(h, pool, plan.confirm) for h in hypotheses])
    score = strengths.max(axis=0)
    rows: list[dict[str, object]] = []
    for point in spread(pool[promising(score, plan.candidates)], plan.candidates):
        at = int(np.flatnonzero((pool == point).all(axis=1))[0])
        number = int(strengths[:, at].argmax())
        mean, sd = surface.weakest(hypotheses[number], point[None])
        rows.append(
            {
                "proposition": surface.proposition.key,
                "candidate": len(rows) + 1,
                "hypothesis": number,
                "text": hypotheses[number].text,
                "strength": score[at],
                "predicted": mean[0],
                "predicted_sd": sd[0],
                **values_at(point[None], plan.space)[0],
            }
        )
    return pd.DataFrame(rows)


def promising(score: np.ndarray, n: int) -> np.ndarray:
    """Return the places of what may become one of ``n`` candidates, the highest ``score`` (m,) first.

    That is a fair number of the best, and all clear ones, as far as they have half of the best's score.
    """
    order = np.argsort(-score, kind="stable")
    order = order[: max(8 * n, int((score > CLEAR).sum()))]
    return order[: max(n, int((score[order] >= score[order[0]] / 2).sum()))]


def confirm(plan: Plan, candidates: pd.DataFrame, executor: Executor, progress: Progress) -> pd.DataFrame:
    """Run every candidate on the same fresh seeds; return one row an arm.

    ``point`` is the candidate's row in the table of candidates.
    """
    trials = [trial for _, candidate in candidates.iterrows() for trial in trials_of(plan, candidate)]
    run_missing([trial.task() for trial in trials], plan.store, executor, progress)
    places = [divmod(i, plan.confirm) for i in range(len(trials))]
    return pd.DataFrame(stored_rows(plan.store, trials, places, "confirmation"))


def trials_of(plan: Plan, candidate: pd.Series) -> list[Trial]:
    """Return the trials of one candidate."""
    values = {
        prior.path: int(value) if isinstance(value, (int, np.integer)) else float(value)
        for prior in plan.space
        for value in [candidate[prior.path]]
    }
    config, lever = world_at(plan.config, values), BY_KEY[str(candidate["proposition"])].lever.key
    return [
        Trial(config, seed_of(plan.config, CONFIRMING, 0, replication), (lever,))
        for replication in range(plan.confirm)
    ]
