"""How wide intervals must be so that somebody may look at them again and again; pure functions.

A study that stops when it knows enough looks at its intervals at planned numbers of replications. At each
look they may err as often as the error that is spent there allows: a group-sequential design (Lan and DeMets
1983, *Biometrika* 70(3); Kim and DeMets 1987, *Biometrika* 74(1)).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from experiments.analysis.simultaneous import ERROR

POWER = 2.0
"""By a look at the share t of all replications, t to this power of the error is spent: little at first."""

NODES, FARTHEST = 240, 12.0
"""Points at which paths that no look has stopped are followed, and how many standard deviations out."""


@dataclass(frozen=True)
class Sequential:
    """Where a study stands in its plan: the replications of every look, and the last look it has taken."""

    looks: tuple[int, ...]
    taken: int

    def error(self, family: int = 1) -> float:
        """Return the error of each t-interval at this look, for all of a family and all looks together.

        Packages share the error evenly (Bonferroni), so that the promise holds however alike their luck is.
        """
        return nominal_errors(self.looks, ERROR / max(family, 1))[self.looks.index(self.taken)]


def looks_of(every: int, most: int) -> tuple[int, ...]:
    """Return the replications of every look: each ``every``, and ``most``."""
    return (*range(every, most, every), most)


@functools.cache
def nominal_errors(looks: tuple[int, ...], error: float = ERROR) -> tuple[float, ...]:
    """Return the two-sided error of the interval at each look, so that all of them together err in ``error``.

    Exact for a normal mean whose spread is known; where it is not, t-intervals with the same errors are taken
    (Jennison and Turnbull 2000, *Group Sequential Methods*, 4.4). ``docs/statistics.md`` says how often they
    cover.

    Parameters
    ----------
    looks : replications of each look, increasing
    """
    spent = error * (np.array(looks) / looks[-1]) ** POWER
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    places, mass = np.zeros(1), np.ones(1)
    errors = []
    for due, step, n in zip(np.diff(spent, prepend=0.0), np.diff(looks, prepend=0), looks, strict=True):
        bound = bound_of(places, mass, float(np.sqrt(step)), float(np.sqrt(n)), due)
        errors.append(float(2 * ndtr(-bound / np.sqrt(n))))
        to = nodes * bound
        density = np.exp(-((to[:, None] - places) ** 2) / (2 * step)) @ mass / np.sqrt(2 * np.pi * step)
        places, mass = to, density * weights * bound
    return tuple(errors)


def bound_of(places: np.ndarray, mass: np.ndarray, step: float, spread: float, due: float) -> float:
    """Return the bound that a share ``due`` of all paths passes at this look, and none at an earlier one.

    ``places`` and ``mass`` are where paths stood at the last look, ``step`` and ``spread`` are the standard
    deviations of what comes since then and of all.
    """

    def beyond(bound: float) -> float:
        return float((ndtr((places - bound) / step) + ndtr((-places - bound) / step)) @ mass) - due

    return float(brentq(beyond, 0.0, FARTHEST * spread, xtol=1e-10 * spread))
