"""What a package achieves at first, after adaptation and against responses, in pairs on fresh seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.intervals import interval
from experiments.analysis.simultaneous import ERROR
from experiments.searches.asking import Point

FIRST_DAYS = 28
"""Days that count as the first ones of a package."""

STATUS_QUO, PACKAGE = "status_quo", "package"
NONE = -1
"""Number of no response among responses; those tried count from 0."""

FIRST, LATER = "first", "later"
"""Outcomes: the brushed share of the first days and of the later half of the policy days."""

EFFECTS: dict[str, tuple[str, tuple[tuple[int, str, bool], ...]]] = {
    "day_one": (FIRST, ((1, PACKAGE, False), (-1, STATUS_QUO, False))),
    "after_adaptation": (LATER, ((1, PACKAGE, False), (-1, STATUS_QUO, False))),
    "after_response": (LATER, ((1, PACKAGE, True), (-1, STATUS_QUO, False))),
    "exploitability": (LATER, ((1, PACKAGE, True), (-1, PACKAGE, False))),
    "same_without_package": (LATER, ((1, STATUS_QUO, True), (-1, STATUS_QUO, False))),
    "owed_to_package": (
        LATER,
        ((1, PACKAGE, True), (-1, PACKAGE, False), (-1, STATUS_QUO, True), (1, STATUS_QUO, False)),
    ),
}
"""Each effect: the outcome, and the arms that are added or taken off, with the response in force or not."""


@dataclass(frozen=True)
class Stressed:
    """What a stress test gives. Of what is said, nothing rests on the runs of the search.

    ``effects``: a row a response and effect with n, mean, low, high (differences of the brushed share; all
    intervals hold together in 95 % of stress tests). ``levels``: a row an arm with the same of its brushed
    share. ``paths``: mean weekly paths of the shown arms. ``best``: the number of the best response, −1 if
    none was run.
    """

    trials: pd.DataFrame
    effects: pd.DataFrame
    runs: pd.DataFrame
    paths: pd.DataFrame
    responses: Mapping[int, Point]
    best: int

    def effect(self, name: str) -> dict[str, Any]:
        """Return one effect against the best response."""
        own = self.effects[(self.effects["effect"] == name) & (self.effects["response"] == self.best)]
        return {str(key): value for key, value in own.iloc[0].items()}

    def level(self, arm: str, response: int) -> float:
        """Return the mean brushed share of an arm in the later half."""
        own = self.runs[(self.runs["arm"] == arm) & (self.runs["response"] == response)]
        return float(own[LATER].mean())


def effect_table(runs: pd.DataFrame, responses: Sequence[int]) -> pd.DataFrame:
    """Return every effect against every response, in pairs.

    Parameters
    ----------
    runs : one row a run: ``arm`` (`STATUS_QUO`, `PACKAGE`), ``response``, ``replication``, `FIRST`, `LATER`
    """
    error = ERROR / max(len(responses) * len(EFFECTS), 1)
    wide = {
        outcome: runs.pivot(index="replication", columns=["arm", "response"], values=outcome)
        for outcome in (FIRST, LATER)
    }
    rows = []
    for number in responses:
        for name, (outcome, terms) in EFFECTS.items():
            values = contrast(wide[outcome], terms, number)
            n = int(np.isfinite(values).sum())
            rows.append((number, name, n, *interval(values, error)))
    return pd.DataFrame(rows, columns=["response", "effect", "n", "mean", "low", "high"])


def contrast(wide: pd.DataFrame, terms: Sequence[tuple[int, str, bool]], response: int) -> np.ndarray:
    """Return a sum of signed arms, pair by pair; an arm without runs leaves nothing."""
    total = np.zeros(len(wide))
    for sign, arm, answered in terms:
        column = (arm, response if answered else NONE)
        total = total + sign * (wide[column].to_numpy(float) if column in wide else np.nan)
    return total


def best_of(effects: pd.DataFrame) -> int:
    """Return the response with the greatest mean exploitability; intervals allow for the choice."""
    own = effects[effects["effect"] == "exploitability"].dropna(subset=["mean"])
    return (
        int(own.sort_values("mean", ascending=False, kind="stable")["response"].iloc[0]) if len(own) else NONE
    )


def first_days(path: pd.DataFrame) -> float:
    """Return the mean brushed share of the first days of a weekly path."""
    own = path[(path["day"] >= 0) & (path["day"] < FIRST_DAYS)]
    return float(own["brushed_share"].mean())
