"""Fabricated studies that stop when they know enough, and how often their intervals hold what is true.

As a program it measures the tables of docs/statistics.md:

    PYTHONPATH=. python tests/statistical/coverage_of_stopping.py
"""

from __future__ import annotations

import numpy as np
from scipy import special

from experiments.analysis.sequential import Sequential, looks_of
from experiments.analysis.simultaneous import ERROR
from experiments.studies.stopping import goal_of, needed

EVERY, MOST = 5, 60
LOOKS = looks_of(EVERY, MOST)
KINDS = ("normal", "skewed", "heavy")
RULES = ("all looks", "sign", "width", "sign or width")
WIDTH = 0.5
"""Half width that is asked for, in standard deviations of a difference."""

EFFECTS = (0.0, 0.25, 0.5, 1.0, 2.0)
"""True differences in standard deviations"""

SHARED = 0.5
"""Correlation of any two packages' differences: they have the baseline in common."""

SIGMA = 0.75


def fabricate(kind: str, packages: int, studies: int, effect: float, seed: int = 1) -> np.ndarray:
    """Return (studies, replications, packages) paired differences with mean ``effect`` and sd 1.

    ``normal``; ``skewed``: log-normal (skewness 3.3); ``heavy``: Student's t with three degrees of freedom.
    """
    rng = np.random.default_rng([seed, packages])
    shape = (studies, MOST, packages)
    luck = np.sqrt(1 - SHARED) * rng.normal(size=shape) + np.sqrt(SHARED) * rng.normal(
        size=(studies, MOST, 1)
    )
    if kind == "skewed":
        grown = np.exp(SIGMA * luck - SIGMA**2 / 2) - 1
        return effect + grown / np.sqrt(np.exp(SIGMA**2) - 1)
    if kind == "heavy":
        return effect + luck / np.sqrt(rng.chisquare(3, size=(studies, MOST, 1)))  # variance: 3 / (3 − 2) / 3
    return effect + luck


def looked(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means and half widths (looks, studies, packages) of the intervals at every look."""
    means, halves = [], []
    for n in LOOKS:
        error = Sequential(LOOKS, n).error(drawn.shape[2])
        own = drawn[:, :n]
        means.append(own.mean(axis=1))
        halves.append(special.stdtrit(n - 1, 1 - error / 2) * own.std(axis=1, ddof=1) / np.sqrt(n))
    return np.array(means), np.array(halves)


def stops(rule: str, means: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """Return the look (studies,) at which a rule is met for all packages, else the last."""
    met = (goal_of_rule(rule).reached(means, halves)).all(axis=2)
    met[-1] = True
    return met.argmax(axis=0)


def goal_of_rule(rule: str):
    """Return the goal behind a name of `RULES`; widths are in standard deviations here."""
    words = {"sign": "decided:orders_per_day", "width": f"orders_per_day:{WIDTH}"}
    words["sign or width"] = f"decided:orders_per_day:{WIDTH}"
    return goal_of(words[rule].replace("orders_per_day", PLAIN))


PLAIN = "innocent_hits_per_1000_shop_years"
"""An outcome whose unit is that of its readers."""


def coverage(kind: str, packages: int, studies: int, effect: float = 0.5, seed: int = 1) -> list[float]:
    """Return how often the intervals of all packages hold the truth: at all looks at once, and by rule."""
    means, halves = looked(fabricate(kind, packages, studies, effect, seed))
    holds = (np.abs(means - effect) <= halves).all(axis=2)
    every = float(holds.all(axis=0).mean())
    rest = [holds[stops(rule, means, halves), np.arange(studies)].mean() for rule in RULES[1:]]
    return [every, *map(float, rest)]


def replications(effect: float, studies: int, seed: int = 1) -> list[float]:
    """Return what one package costs: mean and ninth decile of replications of "sign or width", wrong signs,
    and how many a fixed plan needs that is told the mean and the spread.
    """
    means, halves = looked(fabricate("normal", 1, studies, effect, seed))
    at = stops("sign or width", means, halves)
    n, mean = np.array(LOOKS)[at], means[at, np.arange(studies), 0]
    wrong = (np.abs(mean) > halves[at, np.arange(studies), 0]) & (np.sign(mean) != np.sign(effect))
    fixed = needed(goal_of_rule("sign or width"), effect, 1.0, ERROR)
    return [float(n.mean()), float(np.quantile(n, 0.9)), float(wrong.mean()), fixed]


COVERAGE = "| differences | packages | all looks | sign | width | sign or width |"
COSTS = "| true difference, sd | mean n | ninth decile | claimed wrongly | fixed, told |"


def main(studies: int = 4000) -> None:
    """Print the tables in Markdown."""
    print(f"{COVERAGE}\n|{'---|' * 6}")
    for kind in KINDS:
        for packages in (1, 5):
            found = coverage(kind, packages, studies)
            print(f"| {kind} | {packages} | {' | '.join(f'{share:.3f}' for share in found)} |")
    print(f"\n{COSTS}\n|{'---|' * 5}")
    for effect in EFFECTS:
        mean, decile, wrong, fixed = replications(effect, studies)
        print(f"| {effect:g} | {mean:.1f} | {decile:.0f} | {wrong:.3f} | {fixed:.0f} |")


if __name__ == "__main__":
    main()
