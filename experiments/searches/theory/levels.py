"""What the arms that confirm a candidate say level by level, and where its claim held in screening."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.analysis.intervals import interval
from experiments.searches.theory.measures import in_units
from experiments.searches.theory.propositions import Hypothesis, Proposition
from experiments.searches.theory.screening import held
from experiments.searches.theory.verdicts import hypothesis_of


def level_differences(
    proposition: Proposition, runs: pd.DataFrame, candidate: pd.Series
) -> list[dict[str, Any]]:
    """Return, level by level, the outcome less that at the reference, in its unit, with its interval.

    ``reference`` and ``claimed`` tell whether a level is the one compared with, and part of the claim.
    """
    own = in_units(confirming(proposition, runs, candidate), proposition.outcome, [proposition.outcome])
    hypothesis = hypothesis_of(candidate)
    wide = own.pivot(index="replication", columns="level", values=proposition.outcome)
    claimed = {level for c in hypothesis.contrasts for level in (c.plus, c.minus)}
    return [
        estimate(wide[level] - wide[hypothesis.reference])
        | {"level": level, "reference": level == hypothesis.reference, "claimed": level in claimed}
        for level in proposition.lever.levels
    ]


def level_means(
    proposition: Proposition, runs: pd.DataFrame, candidate: pd.Series, outcome: str
) -> list[dict[str, Any]]:
    """Return the mean of an outcome with its interval, level by level."""
    own = confirming(proposition, runs, candidate)
    levels = proposition.lever.levels
    return [estimate(own.loc[own["level"] == level, outcome]) | {"level": level} for level in levels]


def confirming(proposition: Proposition, runs: pd.DataFrame, candidate: pd.Series) -> pd.DataFrame:
    """Return the confirming arms of one candidate."""
    return runs[
        (runs["stage"] == "confirmation")
        & (runs["point"] == candidate.name)
        & (runs["lever"] == proposition.lever.key)
    ]


def estimate(values: pd.Series) -> dict[str, float]:
    """Return the mean over replications and its 95 % interval."""
    mean, low, high = interval(values.to_numpy(float))
    return {"mean": mean, "low": low, "high": high}


def held_in_screening(runs: pd.DataFrame, hypothesis: Hypothesis) -> pd.Series:
    """Tell, by screened point, whether the hypothesis held there by its means, luck included."""
    return held(runs[runs["stage"] == "screening"], hypothesis)
