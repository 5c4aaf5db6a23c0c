"""Elementary effects (Morris 1991) of noisy simulations, the luck of replications apart; pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.analysis.by_point import crossed, percentiles, resampled
from experiments.analysis.sobol_indices import CLOSE, DRAWS

STEP = 2 / 3
"""How far a parameter moves at once, as a share of its range: a design of four levels."""


@dataclass(frozen=True)
class Effects:
    """What each of d parameters does to one quantity when it alone moves, per whole range; (d,) each.

    ``mu`` is the mean effect, ``mu_star`` that of its size and ``sigma`` its standard deviation, over
    trajectories and with luck in it. ``size`` is the root mean square effect without luck, with a 95 %
    interval (2, d); ``noise`` is the standard deviation that luck gives a single effect. Both are NaN
    with one replication. ``n`` is the number of trajectories.
    """

    mu: np.ndarray
    mu_star: np.ndarray
    sigma: np.ndarray
    size: np.ndarray
    size_ends: np.ndarray
    noise: np.ndarray
    n: int


def trajectories(units: np.ndarray) -> np.ndarray | None:
    """Return which parameter moves in each step of each trajectory (n, d), signed; None if it is no design.

    Entry j of row t is k + 1 where parameter k goes up from point j of trajectory t to the next, and
    −(k + 1) where it goes down. A word that a step leaves as it is counts as one that moved up.
    """
    d = units.shape[1]
    if len(units) % (d + 1):
        return None
    moves = np.diff(units.reshape(-1, d + 1, d), axis=1)
    moved = np.abs(moves) > CLOSE
    if (moved.sum(axis=2) > 1).any() or (moved.sum(axis=1) > 1).any():
        return None
    return np.array([one_trajectory(own, moves[t]) for t, own in enumerate(moved)])


def one_trajectory(moved: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Return the signed parameters of one trajectory's steps (d,); steps without a move take those left."""
    d = len(moved)
    left = iter(np.flatnonzero(~moved.any(axis=0)))
    which = np.array([np.argmax(own) if own.any() else next(left) for own in moved])
    return (which + 1) * np.where(moves[range(d), which] < 0, -1, 1)


def elementary_effects(
    values: np.ndarray, steps: np.ndarray, step: float = STEP, seed: int = 0
) -> Effects | None:
    """Return the elementary effects of one quantity; None with fewer than two whole trajectories.

    Parameters
    ----------
    values : (trajectories, d + 1, replications); trajectories with a missing value are left out
    steps : (trajectories, d) of `trajectories`
    step : share of a parameter's range that it moves at once
    """
    whole = np.isfinite(values).all(axis=(1, 2))
    values, steps = values[whole], steps[whole]
    if len(values) < 2:
        return None
    effects = by_parameter(np.diff(values, axis=1), steps) / step
    means = effects.mean(axis=2)
    known = values.shape[2] > 1
    squares = crossed(effects, effects) if known else np.full(means.shape, np.nan)
    drawn = resampled(len(values), DRAWS, seed) @ squares
    low, high = percentiles(drawn) if known else (drawn[0], drawn[0])
    noise = effects.var(axis=2, ddof=1).mean(axis=0) / values.shape[2] if known else drawn[0]
    return Effects(
        means.mean(axis=0),
        np.abs(means).mean(axis=0),
        means.std(axis=0, ddof=1),
        root(squares.mean(axis=0)),
        np.array([root(low), root(high)]),
        np.sqrt(noise),
        len(values),
    )


def by_parameter(changes: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Bring the changes of steps (n, d, R) into the order of parameters, each as if it went up."""
    order = np.argsort(np.abs(steps), axis=1)
    signed = changes * np.sign(steps)[:, :, None]
    return np.asarray(np.take_along_axis(signed, order[:, :, None], axis=1))


def root(squares: np.ndarray) -> np.ndarray:
    """Return the root of mean squares; 0 where the estimate without luck is below it."""
    return np.sqrt(np.maximum(squares, 0))
