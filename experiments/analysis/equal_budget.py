"""Packages compared at equal budget: what is the least brushing that a sum of money buys; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.intervals import compare_runs

COST = "enforcement_cost_rmb"
BRUSHED = "brushed_share"
LOST = "innocent_sales_lost_rmb"

FACTORS = (0.3, 1.0, 3.0)
"""Multiples of all unit costs: their range in docs/evidence.csv (``unit_costs``), which are assumptions."""

MULTIPLES = (1.0, 3.0, 10.0, 30.0, 100.0)


@dataclass(frozen=True)
class Choice:
    """What one budget buys if all unit costs are ``factor`` times what the study says."""

    budget_rmb: float
    factor: float
    affordable: tuple[str, ...]
    """Packages whose cost is within the budget up to the upper end of its interval."""
    frontier: tuple[str, ...]
    """Of these, the ones that no other beats by their means on brushing and innocents' losses."""
    best: str | None
    """Of these, the one with the least brushing; None if none is affordable."""
    alike: tuple[str, ...]
    """Affordable ones whose brushing cannot be told apart from the best's."""


def equal_budget(
    table: pd.DataFrame,
    runs: pd.DataFrame,
    budgets: Sequence[float] | None = None,
    cost: str = COST,
    factors: Sequence[float] = FACTORS,
) -> list[Choice]:
    """Return what each budget buys at each multiple of the unit costs.

    A budget is a sum over the policy period of the simulated market. A package without one of the three
    outcomes, or without an interval of its cost, cannot be chosen.

    Parameters
    ----------
    table : comparison as of `compare_runs`
    runs : the runs behind it; packages are compared with the best one in pairs, by simultaneous intervals
    budgets : in RMB; by default multiples of the baseline's cost
    cost : the outcome that is paid; brushing is chosen by, innocents' losses are weighed against it

    Raises
    ------
    ValueError
        if a budget is negative or a factor is not above 0
    """
    budgets = budgets_of(table, cost=cost) if budgets is None else budgets
    if min(budgets, default=0) < 0:
        raise ValueError(f"budgets must be at least 0 RMB; got {min(budgets)}")
    if min(factors, default=1) <= 0:
        raise ValueError(f"factors must be above 0; got {min(factors)}")
    means = table.pivot(index="package", columns="outcome", values="mean").reindex(columns=[BRUSHED, LOST])
    price = _rows(table, cost)["high"].reindex(means.index)
    means = means.loc[[name for name in table["package"].unique() if name in means.index]]
    able = means.dropna().join(price.rename("price")).dropna()
    return [
        choose(able[factor * able["price"] <= budget], runs, budget, factor)
        for budget in budgets
        for factor in factors
    ]


def budgets_of(table: pd.DataFrame, multiples: Sequence[float] = MULTIPLES, cost: str = COST) -> list[float]:
    """Return multiples of what the baseline costs, in RMB.

    The upper end of its interval counts, so that the baseline is affordable at its own budget.

    Raises
    ------
    ValueError
        if the baseline costs nothing or its cost has no interval
    """
    baseline = str(table["baseline"].iloc[0])
    high = float(_rows(table, cost)["high"].get(baseline, np.nan))
    if not high > 0:
        raise ValueError(f"the cost of the baseline {baseline} must be above 0 RMB; got {high}")
    return [multiple * high for multiple in multiples]


def choose(able: pd.DataFrame, runs: pd.DataFrame, budget: float, factor: float) -> Choice:
    """Choose among packages that are affordable: ``able`` has their means, one row a package."""
    names = tuple(str(name) for name in able.index)
    if not names:
        return Choice(budget, factor, (), (), None, ())
    best = str(able[BRUSHED].idxmin())
    front = tuple(name for name in names if not _beaten(able[[BRUSHED, LOST]], name))
    return Choice(budget, factor, names, front, best, alike(runs, names, best, BRUSHED))


def _rows(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return table[table["outcome"] == outcome].set_index("package")


def _beaten(means: pd.DataFrame, name: str) -> bool:
    """Tell whether another package is no worse on both axes and better on one."""
    own = means.loc[name]
    return bool(((means <= own).all(axis=1) & (means < own).any(axis=1)).any())


def alike(runs: pd.DataFrame, names: Sequence[str], best: str, brushed: str) -> tuple[str, ...]:
    """Return the packages whose simultaneous interval against the best one does not leave out 0."""
    rows = compare_runs(runs, names, best, [brushed]).set_index("package")
    lows = {name: low for name, low in zip(rows.index, rows["sim_low"].to_numpy(float), strict=True)}
    return tuple(name for name in names if name != best and not lows[name] > 0)
