"""What would change a choice: a quantity along each parameter, others as in the design; pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.analysis.by_point import percentiles, resampled

DRAWS = 300
ENOUGH = 5
"""Points a term from which curves are fitted, not straight lines alone."""

PLACES = 41
"""Places of a parameter's range at which a curve is looked up for a change of sign."""


@dataclass(frozen=True)
class Axis:
    """One parameter in the unit cube: levels in the middle of equal parts of it, or a range (0 levels)."""

    name: str
    levels: int = 0

    def places(self) -> np.ndarray:
        """Return the places that are looked at, from the low to the high end."""
        if self.levels:
            return (np.arange(self.levels) + 0.5) / self.levels
        return np.linspace(0, 1, PLACES)


@dataclass(frozen=True)
class Sweep:
    """A quantity when one parameter goes from end to end.

    ``mean`` is its value at ``places``, ``ends`` (2, n) a 95 % interval; ``flips`` are the places between
    which or at which its sign changes.
    """

    axis: Axis
    places: np.ndarray
    mean: np.ndarray
    ends: np.ndarray

    @property
    def flips(self) -> list[float]:
        """Return where the sign changes; for levels the first one after a change."""
        positive = self.mean > 0
        at = np.flatnonzero(positive[1:] != positive[:-1])
        if self.axis.levels:
            return [float(self.places[i + 1]) for i in at]
        share = self.mean[at] / (self.mean[at] - self.mean[at + 1])
        return [float(x) for x in self.places[at] + share * (self.places[at + 1] - self.places[at])]

    @property
    def sure(self) -> bool:
        """Tell whether somewhere the interval is above 0 and elsewhere below it."""
        return bool((self.ends[0] > 0).any() and (self.ends[1] < 0).any())

    @property
    def reach(self) -> float:
        """Return how far the quantity moves."""
        return float(self.mean.max() - self.mean.min())


@dataclass(frozen=True)
class Tornado:
    """A sweep for each parameter, and the share of the variance between points that they fit together."""

    middle: float
    sweeps: list[Sweep]
    fitted: float


def tornado(
    units: np.ndarray, values: np.ndarray, axes: list[Axis], blocks: int, seed: int = 0
) -> Tornado | None:
    """Fit a sum of curves, one a parameter, and read each from end to end; None with too few points.

    Each curve is a parabola (a straight line with fewer than five points a term) or a step for each word.
    The others stay at their mean over the design. Intervals are of a bootstrap of blocks.

    Parameters
    ----------
    units : (n, d) points of the unit cube
    values : (n,) the quantity; NaN where it is unknown
    blocks : how many equal runs of rows belong together, as trajectories of a design do
    """
    known = np.isfinite(values)
    columns = [terms(units[:, i], axis, 1) for i, axis in enumerate(axes)]
    curved = [terms(units[:, i], axis, 2) for i, axis in enumerate(axes)]
    degree = 2 if known.sum() >= ENOUGH * (1 + width(curved)) else 1
    columns = curved if degree == 2 else columns
    if known.sum() < 3 + width(columns):
        return None
    means = [own[known].mean(axis=0) for own in columns]
    x = np.column_stack(
        [np.ones(known.sum()), *(own[known] - m for own, m in zip(columns, means, strict=True))]
    )
    block = (np.arange(len(values)) * blocks // len(values))[known]
    drawn = bootstrap(x, values[known], block, seed)
    coefficients = solve(x, values[known], np.ones(len(x)))
    rest = values[known] - x @ coefficients
    sweeps, start = [], 1
    for axis, mean in zip(axes, means, strict=True):
        own = slice(start, start + len(mean))
        start += len(mean)
        at = terms(axis.places(), axis, degree) - mean
        low, high = percentiles(drawn[:, :1] + drawn[:, own] @ at.T)
        sweeps.append(
            Sweep(axis, axis.places(), coefficients[0] + at @ coefficients[own], np.array([low, high]))
        )
    fitted = 1 - rest.var() / values[known].var() if values[known].var() > 0 else np.nan
    return Tornado(float(coefficients[0]), sweeps, float(fitted))


def width(columns: list[np.ndarray]) -> int:
    """Return how many terms there are."""
    return sum(own.shape[1] for own in columns)


def terms(places: np.ndarray, axis: Axis, degree: int) -> np.ndarray:
    """Return the terms of one parameter (n, k): powers, or a step for each level after the first."""
    if axis.levels:
        level = np.minimum((places * axis.levels).astype(int), axis.levels - 1)
        return (level[:, None] == np.arange(1, axis.levels)).astype(float)
    return np.column_stack([places**power for power in range(1, degree + 1)])


def bootstrap(x: np.ndarray, values: np.ndarray, block: np.ndarray, seed: int) -> np.ndarray:
    """Return coefficients (draws, k) of fits to resampled blocks."""
    n = int(block.max()) + 1
    weights = resampled(n, DRAWS, seed) * n
    return np.array([solve(x, values, own[block]) for own in weights])


def solve(x: np.ndarray, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return coefficients of weighted least squares."""
    scale = np.sqrt(weights)
    return np.asarray(np.linalg.lstsq(x * scale[:, None], values * scale, rcond=None)[0])
