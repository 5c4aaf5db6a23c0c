"""Intervals over replications, and what pairing saves; pure functions.

All intervals are simulation noise for one point in the space of parameters. What is not known
about the world is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

LEVEL = 0.95
ENOUGH = 10
"""Replications below which an interval is reported with a warning."""

RATES: Mapping[str, tuple[str, float]] = {
    "innocent_hits_per_1000_shop_years": ("innocent_shop_years", 1000.0),
    "honest_hits_per_1000_shop_years": ("honest_shop_years", 1000.0),
    "false_positive_rate": ("innocent_shop_years", 30 / 365),
}
"""Event rates: the column that holds their exposure, and the rate quoted for one event in a year of it."""


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return mean, low and high of a 95 % t-interval; bounds are NaN for fewer than two values."""
    values = values[np.isfinite(values)]
    n = values.size
    if n == 0:
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    if n == 1:
        return mean, np.nan, np.nan
    half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half


def rule_of_three(exposure: float, multiple: float = 1.0) -> float:
    """Return the 95 % upper bound of a rate of which no event was seen in ``exposure``.

    Exact for a Poisson count: −log(0.05) / exposure, about 3 / exposure.
    """
    return float(-np.log(1 - LEVEL) / exposure * multiple) if exposure > 0 else float("nan")


def summarise(runs: pd.DataFrame, outcome: str) -> tuple[int, float, float, float]:
    """Return n, mean, low and high of one outcome of one package; no event gives no [0, 0]."""
    values = runs[outcome].to_numpy(float)
    n = int(np.isfinite(values).sum())
    mean, low, high = interval(values)
    if outcome in RATES and n and not values[np.isfinite(values)].any():
        column, multiple = RATES[outcome]
        exposure = float(runs[column].sum()) if column in runs else 0.0
        return n, 0.0, 0.0, rule_of_three(exposure, multiple)
    return n, mean, low, high


def compare_runs(
    runs: pd.DataFrame, packages: Sequence[str], baseline: str, outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return one row for each package and outcome, with differences paired by replication.

    Parameters
    ----------
    runs : one row a run with ``package``, ``replication``, ``status`` and the outcomes
    packages, outcomes : what to compare, in the order of the rows
    baseline : the package from which differences are taken
    """
    done = runs[runs["status"] == "ok"]
    by_package = {name: done[done["package"] == name].set_index("replication") for name in packages}
    rows = [
        _compare_one(name, by_package[name], baseline, by_package[baseline], outcome)
        for name in packages
        for outcome in outcomes
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    "package", "baseline", "outcome", "n", "mean", "low", "high", "difference", "diff_low", "diff_high",
]  # fmt: skip


def _compare_one(
    name: str, runs: pd.DataFrame, baseline: str, base: pd.DataFrame, outcome: str
) -> dict[str, Any]:
    undefined = (np.nan, np.nan, np.nan)
    difference = undefined if name == baseline else paired_difference(runs, base, outcome)
    values = (name, baseline, outcome, *summarise(runs, outcome), *difference)
    return dict(zip(COLUMNS, values, strict=True))


def paired_difference(runs: pd.DataFrame, base: pd.DataFrame, outcome: str) -> tuple[float, float, float]:
    """Return the mean difference within replications and its interval."""
    pairs = _pairs(runs, base, outcome)
    if outcome in RATES and len(pairs) and not pairs.to_numpy().any():
        return 0.0, -summarise(base, outcome)[3], summarise(runs, outcome)[3]
    return interval((pairs["own"] - pairs["base"]).to_numpy(float))


def _pairs(runs: pd.DataFrame, base: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the values of replications in which both packages have one."""
    pairs = pd.DataFrame({"own": runs[outcome], "base": base[outcome]}, dtype=float)
    return pairs.dropna().sort_index()


def pairing(
    runs: pd.DataFrame, packages: Sequence[str], baseline: str, outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return, for each package and outcome, the variance that common random numbers save.

    ``saved`` is 1 − var(difference) / (var(package) + var(baseline)): 0 for independent seeds, 1
    where all noise cancels; empty where neither varies.
    """
    done = runs[runs["status"] == "ok"]
    by_package = {name: done[done["package"] == name].set_index("replication") for name in packages}
    rows = []
    for name in packages:
        for outcome in outcomes if name != baseline else ():
            pairs = _pairs(by_package[name], by_package[baseline], outcome)
            rows.append({"package": name, "baseline": baseline, "outcome": outcome, **_saving(pairs)})
    columns = ["package", "baseline", "outcome", "n", "variance_paired", "variance_independent", "saved"]
    return pd.DataFrame(rows, columns=columns)


def _saving(pairs: pd.DataFrame) -> dict[str, float]:
    n = len(pairs)
    paired = float((pairs["own"] - pairs["base"]).var(ddof=1)) if n > 1 else np.nan
    independent = float(pairs["own"].var(ddof=1) + pairs["base"].var(ddof=1)) if n > 1 else np.nan
    saved = 1 - paired / independent if n > 1 and independent > 0 else np.nan
    return {"n": n, "variance_paired": paired, "variance_independent": independent, "saved": saved}
