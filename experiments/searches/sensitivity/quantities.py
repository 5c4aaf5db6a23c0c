"""What a sensitivity is asked about: levels, differences, the choice of a package and its margin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.choice import Rule, best, margin, mean_scores, scores
from experiments.searches.explored import Explored
from sim.parameters import ConfigError

LEVEL, DIFFERENCE, CHOICE, MARGIN = "level", "difference", "choice", "margin"


@dataclass(frozen=True)
class Quantity:
    """One number of each run: ``values`` has a row a point and a column a replication.

    A choice is 1 where the package is best by the rule and 0 elsewhere; a margin is by how much it is
    ahead of the best other one in the rule's outcome.
    """

    what: str
    package: str
    outcome: str
    values: np.ndarray


@dataclass(frozen=True)
class Choice:
    """Which package is best in each run, and the one that is best most often.

    ``ahead`` (points, replications) is by how much the latter is ahead in the rule's outcome, limits aside.
    """

    rule: Rule
    best: pd.DataFrame
    chosen: str
    ahead: np.ndarray

    @property
    def holds(self) -> np.ndarray:
        """Return 1 where the package is best by the rule, 0 elsewhere, NaN where unknown."""
        return chosen_by(self.best, self.chosen)


def choice_of(explored: Explored, rule: Rule) -> Choice:
    """Return the choice that a rule makes over an exploration.

    Raises
    ------
    ConfigError : there is a single package, or none keeps the limits anywhere
    """
    packages = explored.with_outcomes(rule.outcomes).packages
    if len(packages) < 2:
        raise ConfigError("a choice needs two packages at least; this exploration has one")
    scored = scores(explored.results.runs, packages, rule, explored.points)
    chosen = best(scored)
    counts = [float(np.nansum(chosen_by(chosen, name))) for name in packages]
    if not max(counts):
        raise ConfigError("no package keeps the limits in any run")
    first = packages[int(np.argmax(counts))]
    free = scores(explored.results.runs, packages, Rule(rule.outcome, rule.sign), explored.points)
    return Choice(rule, chosen, first, margin(free, first).to_numpy(float))


def chosen_by(best: pd.DataFrame, package: str) -> np.ndarray:
    """Return 1 where a package is the best, 0 elsewhere and NaN where that is unknown."""
    return np.where(best.isna(), np.nan, best == package).astype(float)


def ranking(explored: Explored, rule: Rule) -> pd.DataFrame:
    """Return, by package, the share of points at which the means over replications make it the best."""
    scored = scores(explored.results.runs, explored.packages, rule, explored.points)
    means = mean_scores(scored).dropna()
    firsts = means.idxmax(axis=1)[~np.isneginf(means.max(axis=1))]
    shares = [float((firsts == name).sum() / max(len(means), 1)) for name in explored.packages]
    return pd.DataFrame({"package": explored.packages, "best_share": shares, "n_points": len(means)})


def quantities(explored: Explored, outcomes: Sequence[str], choice: Choice | None) -> Iterator[Quantity]:
    """Yield all that a sensitivity is asked about; without packages to choose from, levels alone."""
    base = {name: explored.response(explored.baseline, name).to_numpy(float) for name in outcomes}
    for package in explored.packages:
        for name in outcomes:
            values = explored.response(package, name).to_numpy(float)
            yield Quantity(LEVEL, package, name, values)
            if package != explored.baseline:
                yield Quantity(DIFFERENCE, package, name, values - base[name])
    if choice:
        for package in explored.packages:
            yield Quantity(CHOICE, package, choice.rule.outcome, chosen_by(choice.best, package))
        yield Quantity(MARGIN, choice.chosen, choice.rule.outcome, choice.ahead)
