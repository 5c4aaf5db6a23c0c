"""Which packages of a search are run again: the unbeaten, and those that seem cheap and within limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.analysis.unbeaten import unbeaten
from experiments.searches.packages.plan import SearchPlan

SHARE_FOR_CHEAPEST = 0.5
"""Of the places, where there are limits: those of packages that look cheap and within them."""


def choose(plan: SearchPlan, trials: pd.DataFrame) -> list[int]:
    """Return the numbers of the trials to run again, the base package not among them.

    Parameters
    ----------
    trials : one row a trial with ``trial``, ``ok``, ``twin`` (the first trial of the same package), the means
        of `SearchPlan.measured` over the search's runs, and ``excess``, by how much it misses the limits

    What a trial looks like is used to choose it and for nothing else.
    """
    own = trials[trials["ok"] & (trials["twin"] == trials["trial"])].set_index("trial")
    places = plan.effort.candidates
    cheap = cheapest_within(plan, own)[: round(SHARE_FOR_CHEAPEST * places)] if plan.constraints else []
    return (cheap + [one for one in spread_unbeaten(plan, own, cheap, places) if one not in cheap])[:places]


def cheapest_within(plan: SearchPlan, own: pd.DataFrame) -> list[int]:
    """Return trials that seem to keep to the limits, by turns the cheapest and the cheapest far within.

    Where none seems to, those that miss them by least come first.
    """
    within = own[own["excess"] <= 0].sort_values(plan.cheapest, kind="stable")
    if within.empty:
        return [int(one) for one in own.sort_values("excess", kind="stable").index]
    far = within[within["excess"] <= within["excess"].median()]
    turns = [one for pair in zip(within.index, far.index, strict=False) for one in pair]
    return [int(one) for one in dict.fromkeys([*turns, *within.index])]


def spread_unbeaten(plan: SearchPlan, own: pd.DataFrame, beside: Sequence[int], n: int) -> list[int]:
    """Return unbeaten trials far from each other and from those ``beside``, ends of each objective first."""
    values = own[list(plan.objectives)].to_numpy(float)
    front = own.index[unbeaten(values, plan.senses)]
    if not len(front):
        return []
    ranks = own[list(plan.objectives)].rank(pct=True)
    ends = [
        int((own.loc[front, name] * sense).idxmax())
        for name, sense in zip(plan.objectives, plan.senses, strict=True)
    ]
    chosen = list(dict.fromkeys([*beside, *ends]))
    left = [int(one) for one in front if one not in chosen]
    while left and len(chosen) < n + len(beside):
        gaps = distances(ranks.loc[left].to_numpy(), ranks.loc[chosen].to_numpy())
        chosen.append(left.pop(int(np.argmax(gaps))))
    return chosen[len(beside) :]


def distances(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far each point (n, d) is from the nearest of others (m, d)."""
    gaps: np.ndarray = np.linalg.norm(points[:, None] - others[None], axis=2).min(axis=1)
    return gaps
