"""Fabricated studies whose truth is known, and how often their intervals cover it.

As a program it measures the tables of docs/statistics.md:

    PYTHONPATH=. python tests/statistical/coverage_of_intervals.py
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.intervals import RATES, interval, rule_of_three
from experiments.analysis.simultaneous import ERROR, family_errors

KINDS = ("normal", "skewed", "counts")
PACKAGES, REPLICATIONS = (1, 5, 12), (5, 10, 20)
SHARED = 0.9
"""Correlation of the luck of any two packages within a replication."""

SIGMA = 0.75
YEARS = 100.0
"""Shop-years of exposure of each run."""

RATE = "innocent_hits_per_1000_shop_years"
MULTIPLE = RATES[RATE][1]


def truth(kind: str, k: int) -> np.ndarray:
    """Return the true means of the baseline and ``k`` packages."""
    if kind == "counts":
        return np.linspace(0.2, 1.2, k + 1) * MULTIPLE / YEARS
    return np.linspace(1.0, 0.3, k + 1)


def fabricate(kind: str, n: int, k: int, studies: int, seed: int = 1) -> np.ndarray:
    """Return (studies, replications, 1 + packages) outcomes; the baseline comes first.

    ``normal``: sd 1. ``skewed``: log-normal, sigma 0.75 (skewness 3.3). ``counts``: Poisson with means from
    0.2 to 1.2 a run, as rates; four in five runs of the baseline have none.
    """
    rng = np.random.default_rng([seed, n, k])
    own, common = rng.normal(size=(studies, n, k + 1)), rng.normal(size=(studies, n, 1))
    luck = np.sqrt(1 - SHARED) * own + np.sqrt(SHARED) * common
    if kind == "normal":
        return truth(kind, k) + luck
    if kind == "skewed":
        return truth(kind, k) * np.exp(SIGMA * luck - SIGMA**2 / 2)
    return stats.poisson.ppf(stats.norm.cdf(luck), truth(kind, k) * YEARS / MULTIPLE) * MULTIPLE / YEARS


def mean_interval(kind: str, values: np.ndarray, error: float = ERROR) -> tuple[float, float]:
    """Return the interval of a mean; for counts without any event, from 0 to its bound."""
    if kind == "counts" and not values.any():
        return 0.0, rule_of_three(YEARS * len(values), MULTIPLE, error)
    return interval(values, error)[1:]


def difference_intervals(kind: str, study: np.ndarray, together: bool) -> np.ndarray:
    """Return (packages, 2) intervals of the differences from the first column."""
    base, others = study[:, :1], study[:, 1:]
    bounded = ~(others - base).any(axis=0) & (kind == "counts")
    errors = family_errors(others - base, bounded) if together else np.full(bounded.size, ERROR)
    bounds = [rule_of_three(YEARS * len(study), MULTIPLE, error) for error in errors]
    return np.array([
        (-bound, bound) if none else interval(column, error)[1:]
        for none, bound, column, error in zip(bounded, bounds, (others - base).T, errors, strict=True)
    ])  # fmt: skip


def covers(intervals: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Tell which intervals hold their truth."""
    return (intervals[:, 0] <= true) & (true <= intervals[:, 1])


def coverage_alone(kind: str, n: int, studies: int, seed: int = 1) -> tuple[float, float]:
    """Return how often the interval of a mean, and that of a paired difference, cover."""
    true, drawn = truth(kind, 1), fabricate(kind, n, 1, studies, seed)
    means = np.array([mean_interval(kind, study[:, 0]) for study in drawn])
    differences = np.array([difference_intervals(kind, study, together=False)[0] for study in drawn])
    return float(covers(means, true[0]).mean()), float(covers(differences, true[1] - true[0]).mean())


def coverage_together(kind: str, n: int, k: int, studies: int, seed: int = 1) -> float:
    """Return how often the simultaneous intervals of all packages cover at once."""
    true = (truth(kind, k) - truth(kind, k)[0])[1:]
    drawn = fabricate(kind, n, k, studies, seed)
    return float(np.mean([covers(difference_intervals(kind, study, True), true).all() for study in drawn]))


def coverage_of_the_bound(expected: float, n: int, studies: int, seed: int = 1) -> float:
    """Return how often a rate with ``expected`` events a study is covered, bounds included."""
    counts = np.random.default_rng([seed, n]).poisson(expected / n, size=(studies, n))
    rates = counts * MULTIPLE / YEARS
    intervals = np.array([mean_interval("counts", study) for study in rates])
    return float(covers(intervals, expected / n * MULTIPLE / YEARS).mean())


def as_runs(study: np.ndarray, outcome: str) -> pd.DataFrame:
    """Return one fabricated study as a table of runs; packages are p0 (the baseline), p1, …"""
    n, packages = study.shape
    return pd.DataFrame({
        "package": np.tile([f"p{j}" for j in range(packages)], n),
        "replication": np.repeat(np.arange(n), packages), "status": "ok",
        outcome: study.ravel(), "innocent_shop_years": YEARS,
    })  # fmt: skip


EXPECTED = (1.0, 2.0, 3.5, 6.0, 12.0, 30.0)
"""Events that a study expects in all its runs together."""


def tables(studies: int) -> dict[str, dict[tuple[str, ...], list[float]]]:
    """Return the three tables: by heading, rows of measured coverage."""
    alone = {(kind, str(n)): list(coverage_alone(kind, n, studies)) for kind in KINDS for n in REPLICATIONS}
    together = {
        (kind, str(n)): [coverage_together(kind, n, k, studies) for k in PACKAGES]
        for kind in KINDS
        for n in REPLICATIONS
    }
    rare = {(f"{e:g}",): [coverage_of_the_bound(e, n, studies) for n in REPLICATIONS] for e in EXPECTED}
    return {
        "| outcome | n | mean | difference |": alone,
        "| outcome | n | 1 package | 5 packages | 12 packages |": together,
        "| events expected | n = 5 | n = 10 | n = 20 |": rare,
    }


def main(studies: int = 4000) -> None:
    """Print the tables in Markdown."""
    for heading, rows in tables(studies).items():
        print(f"{heading}\n|{'---|' * (heading.count('|') - 1)}")
        for labels, found in rows.items():
            print(f"| {' | '.join([*labels, *(f'{share:.3f}' for share in found)])} |")
        print()


if __name__ == "__main__":
    main()
