"""Which package is best by a stated rule, and by how much; pure functions of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.by_point import response

NONE = ""
"""The choice where no package keeps all limits."""


@dataclass(frozen=True)
class Limit:
    """What an outcome has to keep: at most ``value`` where ``sign`` is 1, at least where it is −1."""

    outcome: str
    sign: int
    value: float

    def slack(self, values: np.ndarray) -> np.ndarray:
        """Return by how much values keep the limit; negative where they do not, NaN where unknown."""
        return self.sign * (self.value - values)


@dataclass(frozen=True)
class Rule:
    """The best package has the most (``sign`` 1) or least (−1) of ``outcome`` within all limits."""

    outcome: str
    sign: int
    limits: tuple[Limit, ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Return the outcomes that the rule looks at."""
        return tuple(dict.fromkeys([self.outcome, *(limit.outcome for limit in self.limits)]))


Scores = Mapping[str, pd.DataFrame]
"""By package: how good it is by the rule's outcome, more is better; a row a point, a column a replication."""


def scores(runs: pd.DataFrame, packages: list[str], rule: Rule, points: pd.Index) -> dict[str, pd.DataFrame]:
    """Return how good each package is in each run; −∞ where it breaks a limit, NaN where it is unknown."""
    found = {}
    for package in packages:
        own = rule.sign * response(runs, package, rule.outcome, points)
        for limit in rule.limits:
            slack = limit.slack(response(runs, package, limit.outcome, points).to_numpy(float))
            own = own.where(~(slack < 0), -np.inf).where(np.isfinite(slack) | np.isneginf(own))
        found[package] = own
    return found


def best(scored: Scores) -> pd.DataFrame:
    """Return the best package of each run, `NONE` where none keeps the limits, missing where unknown.

    Ties go to the package that comes first.
    """
    names, stack = list(scored), np.stack([table.to_numpy(float) for table in scored.values()])
    first = next(iter(scored.values()))
    known = ~np.isnan(stack).any(axis=0)
    at = np.nan_to_num(stack, nan=-np.inf).argmax(axis=0)
    chosen = np.array([*names], dtype=object)[at]
    chosen[np.isneginf(stack).all(axis=0)] = NONE
    chosen[~known] = None
    return pd.DataFrame(chosen, index=first.index, columns=first.columns)


def mean_scores(scored: Scores) -> pd.DataFrame:
    """Return the mean score by point (rows) and package (columns); NaN where a replication is unknown."""
    return pd.DataFrame({name: table.mean(axis=1, skipna=False) for name, table in scored.items()})


def margin(scored: Scores, chosen: str) -> pd.DataFrame:
    """Return by how much a package is ahead of the best other one in each run; negative if behind."""
    others = [table.to_numpy(float) for name, table in scored.items() if name != chosen]
    return scored[chosen] - np.max(np.stack(others), axis=0)
