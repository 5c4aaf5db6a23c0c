"""How wide intervals must be so that those of all packages hold together; pure functions."""

from __future__ import annotations

import functools

import numpy as np

ERROR = 0.05
"""Share of studies in which a 95 % interval, or a family of them, may miss."""

ENOUGH = 10
"""Replications below which shared luck is not estimated, and intervals are reported with a warning."""

PATTERNS = 2048
"""Sign-flips at most: all of them up to 12 replications, a fixed draw beyond."""


def family_errors(differences: np.ndarray, bounded: np.ndarray) -> np.ndarray:
    """Return each package's share of the error, so that all its family's intervals hold together.

    Parameters
    ----------
    differences : (replications, packages) from the baseline; NaN where there is no pair
    bounded : (packages,) bool, whose difference gets a bound because no event told them from the
        baseline; they take theirs by Bonferroni
    """
    part = ERROR / max(bounded.size, 1)
    each = error_each(differences[:, ~bounded], ERROR - part * bounded.sum())
    return np.where(bounded, part, each)


def error_each(differences: np.ndarray, error: float = ERROR) -> float:
    """Return the error that each interval of a family may make so that all hold together.

    It is ``error`` over the number of independent comparisons that the family is worth. With fewer
    than ten pairs of some package that is their number (Bonferroni): too few to learn how much luck
    the packages share. One package alone gets all of ``error``.

    Parameters
    ----------
    differences : (replications, packages) from the baseline; NaN where there is no pair. Packages
        with fewer than two pairs, or that never vary, have no interval to widen and do not count.
    error : chance that one interval or more misses its truth
    """
    pairs = np.isfinite(differences).sum(axis=0)
    usable = differences[:, pairs > 1]
    centred = np.nan_to_num(usable - np.nanmean(usable, axis=0)) if usable.size else usable
    varying = (centred**2).sum(axis=0) > 0
    counts = pairs[pairs > 1][varying]
    if not counts.size:
        return error
    worth = counts.size if counts.min() < ENOUGH else comparisons(centred[:, varying], counts, error)
    return error / worth


def comparisons(centred: np.ndarray, counts: np.ndarray, error: float = ERROR) -> float:
    """Return how many independent comparisons a family of packages is worth, from 1 to their number.

    A single-step max-|t| procedure (Westfall and Young 1993; Romano and Wolf 2005). The signs of whole
    replications are flipped, all packages at once, so that what they share stays shared; ``error`` of
    the flips take the largest |t| beyond a critical value. How often some package passes it, over how
    often a given one does, is the number sought. Only the dependence is taken from the flips, so that
    one package alone keeps its t-interval.

    Parameters
    ----------
    centred : (replications, packages) differences less their mean; 0 where there is no pair
    counts : (packages,) pairs of each
    """
    means = (signs(len(centred)) @ centred) ** 2 / counts
    with np.errstate(divide="ignore"):
        squares = means * (counts - 1) / np.maximum((centred**2).sum(axis=0) - means, 0)
    squares = np.round(squares, 9)  # so that ties do not depend on the order of summation
    largest = squares.max(axis=1)
    allowed = max(int(error * len(largest)), 1)
    beyond = squares >= np.partition(largest, -allowed)[-allowed]
    return float(beyond.any(axis=1).mean() / beyond.mean())


@functools.cache
def signs(n: int) -> np.ndarray:
    """Return patterns of signs, one a row: all that differ in |t|, or a fixed draw of them."""
    if 2 ** (n - 1) <= PATTERNS:
        numbers = np.arange(2 ** (n - 1))
        return 1.0 - 2.0 * (numbers[:, None] >> np.arange(n) & 1)
    return np.random.default_rng(n).choice([-1.0, 1.0], size=(PATTERNS, n))
