"""Intervals over replications, and what pairing saves; pure functions.

All intervals are simulation noise for one point in the space of parameters. What is not known
about the world is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special, stats

from experiments.analysis.sequential import Sequential
from experiments.analysis.simultaneous import ENOUGH as ENOUGH
from experiments.analysis.simultaneous import ERROR, family_errors
from sim.outcomes import RATES as RATES


def interval(values: np.ndarray, error: float = ERROR) -> tuple[float, float, float]:
    """Return mean, low and high of a t-interval that misses in ``error`` of all studies.

    Bounds are NaN for fewer than two values, all three for none.
    """
    values = values[np.isfinite(values)]
    n = values.size
    if n == 0:
        return np.nan, np.nan, np.nan
    mean = float(values.mean())
    if n == 1:
        return mean, np.nan, np.nan
    half = float(special.stdtrit(n - 1, 1 - error / 2) * values.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half


def half_width(sd: Any, n: Any) -> Any:
    """Return half the 95 % t-interval of a mean over ``n`` replications; NaN where n < 2."""
    n = np.asarray(n, dtype=float)
    safe = np.maximum(n, 2)
    width = stats.t.ppf(0.975, safe - 1) * np.asarray(sd, dtype=float) / np.sqrt(safe)
    return np.where(n >= 2, width, np.nan)


def rule_of_three(exposure: float, multiple: float = 1.0, error: float = ERROR) -> float:
    """Return the upper bound of a rate of which no event was seen in ``exposure``.

    Exact for a Poisson count: −log(error) / exposure, for 95 % about 3 / exposure.
    """
    return float(-np.log(error) / exposure * multiple) if exposure > 0 else float("nan")


def summarise(runs: pd.DataFrame, outcome: str, error: float = ERROR) -> tuple[int, float, float, float]:
    """Return n, mean, low and high of one outcome of one package; no event gives no [0, 0]."""
    values = runs[outcome].to_numpy(float)
    known = np.isfinite(values)
    n = int(known.sum())
    mean, low, high = interval(values, error)
    if outcome in RATES and n and not values[known].any():
        return n, 0.0, 0.0, _bound(runs[known], outcome, error)
    return n, mean, low, high


def compare_runs(
    runs: pd.DataFrame,
    packages: Sequence[str],
    baseline: str,
    outcomes: Sequence[str],
    plan: Sequential | None = None,
) -> pd.DataFrame:
    """Return one row for each package and outcome, with differences paired by replication.

    ``diff_low`` and ``diff_high`` hold for one package and outcome; ``sim_low`` and ``sim_high`` for
    all packages together, outcome by outcome.

    Parameters
    ----------
    runs : one row a run with ``package``, ``replication``, ``status`` and the outcomes
    packages, outcomes : what to compare, in the order of the rows
    baseline : the package from which differences are taken
    plan : of a study that stops when it knows enough: all intervals then hold at all of its looks together
    """
    by_package = _by_package(runs, packages)
    alone = plan.error() if plan else ERROR
    rows = []
    errors = {outcome: _errors(by_package, baseline, outcome, plan) for outcome in outcomes}
    for name in packages:
        for outcome in outcomes:
            own, base = by_package[name], by_package[baseline]
            error = (alone, errors[outcome].get(name, alone))
            rows.append({"package": name, "baseline": baseline, **_compare_one(own, base, outcome, error)})
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    "package", "baseline", "outcome", "n", "mean", "low", "high", "difference", "diff_low", "diff_high",
    "sim_low", "sim_high",
]  # fmt: skip


def _by_package(runs: pd.DataFrame, packages: Sequence[str]) -> dict[str, pd.DataFrame]:
    done = runs[runs["status"] == "ok"]
    return {name: done[done["package"] == name].set_index("replication") for name in packages}


def _compare_one(
    runs: pd.DataFrame, base: pd.DataFrame, outcome: str, error: tuple[float, float]
) -> dict[str, Any]:
    """Return what one package's row says of an outcome; ``error`` of its intervals alone and with others."""
    single = together = (np.nan, np.nan, np.nan)
    if runs is not base:
        single = paired_difference(runs, base, outcome, error[0])
        together = paired_difference(runs, base, outcome, error[1])
    values = (outcome, *summarise(runs, outcome, error[0]), *single, *together[1:])
    return dict(zip(COLUMNS[2:], values, strict=True))


def _errors(
    by_package: Mapping[str, pd.DataFrame], baseline: str, outcome: str, plan: Sequential | None
) -> dict[str, float]:
    """Return the error that each package's simultaneous interval may make."""
    base = by_package[baseline]
    pairs = {name: _pairs(runs, base, outcome) for name, runs in by_package.items() if name != baseline}
    if plan:
        return dict.fromkeys(pairs, plan.error(len(pairs)))
    differences = pd.DataFrame({name: pair["own"] - pair["base"] for name, pair in pairs.items()})
    bounded = np.array([_never_differs(pair, outcome) for pair in pairs.values()], dtype=bool)
    errors = family_errors(differences.to_numpy(float), bounded)
    return dict(zip(pairs, errors.tolist(), strict=True))


def paired_difference(
    runs: pd.DataFrame, base: pd.DataFrame, outcome: str, error: float = ERROR
) -> tuple[float, float, float]:
    """Return the mean difference within replications and its interval.

    Where a rate is the same in all pairs, no event was seen that tells the packages apart: it gets the
    bound of such an event, not [0, 0].
    """
    pairs = _pairs(runs, base, outcome)
    if _never_differs(pairs, outcome):
        low, high = (_bound(side.loc[pairs.index], outcome, error) for side in (base, runs))
        return 0.0, -low, high
    return interval((pairs["own"] - pairs["base"]).to_numpy(float), error)


def _never_differs(pairs: pd.DataFrame, outcome: str) -> bool:
    return outcome in RATES and len(pairs) > 0 and bool((pairs["own"] == pairs["base"]).all())


def _bound(runs: pd.DataFrame, outcome: str, error: float) -> float:
    """Return the upper bound of a rate of which these runs saw no event."""
    column, multiple = RATES[outcome]
    return rule_of_three(float(runs[column].sum()) if column in runs else 0.0, multiple, error)


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
    by_package = _by_package(runs, packages)
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


def savings(pairing: pd.DataFrame) -> pd.DataFrame:
    """Return, by outcome, the median, least and most of the share of variance that pairing saved."""
    if not {"saved", "outcome"} <= set(pairing) or pairing.empty:
        return pd.DataFrame()
    return pairing["saved"].groupby(pairing["outcome"]).agg(["median", "min", "max"]).dropna()


def changes_within(runs: pd.DataFrame, packages: Sequence[str], before: str, after: str) -> pd.DataFrame:
    """Return how two outcomes of the same runs differ, one row a package that has two runs or more.

    Means of ``before`` and ``after``, and the mean difference with an interval that holds for all packages.
    """
    own = {name: runs.loc[runs["package"] == name, [before, after]].astype(float) for name in packages}
    known = {name: pairs for name, table in own.items() if len(pairs := table.dropna()) > 1}
    rows = []
    for name, pairs in known.items():
        change = interval((pairs[after] - pairs[before]).to_numpy(float), ERROR / len(known))
        rows.append((name, pairs[before].mean(), pairs[after].mean(), *change))
    return pd.DataFrame(rows, columns=["package", "before", "after", "mean", "low", "high"])
