"""What holds on fresh seeds: estimates, the unbeaten, who keeps to the limits, and the cheapest of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.intervals import paired_difference
from experiments.analysis.simultaneous import ERROR
from experiments.analysis.unbeaten import estimate, surely_beaten, unbeaten
from experiments.searches.packages.constraints import Constraint, told_of
from experiments.searches.packages.plan import SearchPlan

BASE = -1
"""Number of the base package among candidates; trials count from 0."""

Package = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """What a search gives; of what is said of candidates, nothing rests on the runs of the search.

    ``estimates`` has a row a candidate and outcome (`estimate_table`), ``candidates`` a row a candidate:
    ``candidate`` (its trial, −1 for the base package), ``package``, ``unbeaten``, ``surely_beaten``,
    ``feasible``, ``excess`` (of the bounds), ``cheapest``, ``as_cheap``, and its levers.
    """

    trials: pd.DataFrame
    candidates: pd.DataFrame
    estimates: pd.DataFrame
    runs: pd.DataFrame
    packages: Mapping[int, Package]

    @property
    def cheapest(self) -> int | None:
        """Return the number of the cheapest feasible package; None if there is none."""
        own = self.candidates.loc[self.candidates["cheapest"], "candidate"]
        return int(own.iloc[0]) if len(own) else None

    @property
    def nearest(self) -> int:
        """Return the number of the package whose bounds miss the limits by least."""
        order = self.candidates.sort_values("excess", kind="stable")
        return int(order["candidate"].iloc[0])

    def row(self, number: int, outcome: str) -> dict[str, Any]:
        """Return the estimate of one candidate's outcome."""
        own = self.estimates
        found = own[(own["candidate"] == number) & (own["outcome"] == outcome)]
        return {str(key): value for key, value in found.iloc[0].items()}


def name_of(number: int) -> str:
    """Return the name of a candidate, that of its file too."""
    return "base_package" if number == BASE else f"trial_{number:03}"


def conclude(
    plan: SearchPlan, trials: pd.DataFrame, packages: Mapping[int, Package], runs: pd.DataFrame
) -> Findings:
    """Return what the fresh runs of candidates say; those without a run are left out."""
    there = {number: own for number, own in packages.items() if (runs["package"] == number).any()}
    estimates = estimate_table(plan, list(there), runs)
    levers = [one.path for one in plan.dimensions]
    table = pd.DataFrame({"candidate": list(there), "package": [name_of(number) for number in there]})
    table["unbeaten"] = unbeaten(means_of(estimates, list(there), plan.objectives), plan.senses)
    table["surely_beaten"] = surely_beaten(cube(plan, list(there), runs), plan.senses, ERROR)
    table["excess"] = [worst_excess(plan.constraints, estimates, number) for number in there]
    table["feasible"] = table["excess"] <= 0
    table = with_cheapest(plan, table, runs)
    for path in levers:
        table[path] = [value_at(own, path) for own in there.values()]
    return Findings(trials, table, estimates, runs, there)


def value_at(package: Mapping[str, Any], path: str) -> Any:
    """Return what a package has at a lever's path; lists as words."""
    value: Any = package
    for name in path.split(".")[1:]:
        value = value[name]
    return str(value) if isinstance(value, (list, dict)) else value


def estimate_table(plan: SearchPlan, numbers: Sequence[int], runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row a candidate and outcome: n, mean, low, high, and the paired difference from the base.

    All intervals of levels hold together in 95 % of searches, and so do all of differences (Bonferroni over
    candidates and outcomes), whichever candidate somebody picks after looking at them.
    """
    family = len(numbers) * len(plan.measured)
    rows = []
    for number in numbers:
        own = runs[runs["package"] == number].set_index("replication")
        for outcome in plan.measured:
            n, mean, low, high = estimate(own, outcome, ERROR / family)
            low = max(low, 0.0) if told_of(outcome).is_share else low
            change = difference(runs, number, outcome, ERROR / family)
            rows.append((number, name_of(number), outcome, n, mean, low, high, *change))
    return pd.DataFrame(rows, columns=ESTIMATES)


ESTIMATES = [
    "candidate", "package", "outcome", "n", "mean", "low", "high", "difference", "diff_low", "diff_high",
]  # fmt: skip


def difference(
    runs: pd.DataFrame, number: int, outcome: str, error: float, base: int = BASE
) -> tuple[float, float, float]:
    """Return the paired difference of an outcome from another candidate, with its interval."""
    if number == base:
        return np.nan, np.nan, np.nan
    own, other = (runs[runs["package"] == one].set_index("replication") for one in (number, base))
    return paired_difference(own, other, outcome, error)


def means_of(estimates: pd.DataFrame, numbers: Sequence[int], outcomes: Sequence[str]) -> np.ndarray:
    """Return the means (n_candidates, n_outcomes) of a table of estimates."""
    wide = estimates.pivot(index="candidate", columns="outcome", values="mean")
    means: np.ndarray = wide.loc[list(numbers), list(outcomes)].to_numpy(float)
    return means


def cube(plan: SearchPlan, numbers: Sequence[int], runs: pd.DataFrame) -> np.ndarray:
    """Return the objectives (n_outcomes, replications, n_candidates) of fresh runs."""
    tables = [runs.pivot(index="replication", columns="package", values=name) for name in plan.objectives]
    return np.array([table.reindex(columns=list(numbers)).to_numpy(float) for table in tables])


def worst_excess(constraints: Sequence[Constraint], estimates: pd.DataFrame, number: int) -> float:
    """Return by how much of its limit a candidate's bound misses the constraint that it misses most.

    0 or less: all limits are kept to for certain. Without limits it is 0; where nothing is known, infinite.
    """
    own = estimates[estimates["candidate"] == number].set_index("outcome")
    missed = []
    for one in constraints:
        low, high = float(own.loc[one.outcome, "low"]), float(own.loc[one.outcome, "high"])  # type: ignore[arg-type]
        missed.append(one.excess(one.bound(low, high)) / (abs(one.limit) or 1.0))
    worst = max(missed, default=0.0)
    return worst if np.isfinite(missed).all() else np.inf


def with_cheapest(plan: SearchPlan, table: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the cheapest feasible candidate, and who may be as cheap by paired runs."""
    cost = runs.groupby("package")[plan.cheapest].mean()
    feasible = [int(one) for one in table.loc[table["feasible"], "candidate"]]
    feasible = [one for one in feasible if np.isfinite(cost[one])]
    best = min(feasible, key=lambda number: float(cost[number]), default=None)
    each = ERROR / max(len(feasible) - 1, 1)
    alike = [
        one
        for one in feasible
        if best is not None and one != best and not difference(runs, one, plan.cheapest, each, best)[1] > 0
    ]
    return table.assign(cheapest=table["candidate"] == best, as_cheap=table["candidate"].isin(alike))
