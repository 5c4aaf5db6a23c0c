"""Emulators: Gaussian processes that say what an unseen parameter set would give, and how surely."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from experiments.searches.calibration.targets import Target

CUTOFF = 3.0
"""Implausibility above which a parameter set is ruled out (three standard deviations: Pukelsheim 1994)."""

BLOCK = 2048


@dataclass
class Emulator:
    """A linear trend and a Gaussian process on its residuals, for one statistic.

    ``noise`` is the variance that a point's mean over replications has, on the emulated scale.
    """

    target: Target
    trend: np.ndarray
    process: GaussianProcessRegressor
    scale: float
    noise: float

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the statistic's expectation at ``points`` (n, d)."""
        blocks = [points[i : i + BLOCK] for i in range(0, len(points), BLOCK)]
        found = [self.process.predict(block, return_std=True) for block in blocks]
        mean = np.concatenate([m for m, _ in found]) * self.scale + linear(points) @ self.trend
        spread = np.concatenate([s for _, s in found]) * self.scale
        own = self.scale**2 * self.process.kernel_.k2.noise_level  # the process's own noise is not doubt
        return mean, np.sqrt(np.maximum(spread**2 - own, 0.0))


def linear(points: np.ndarray) -> np.ndarray:
    """Return the design matrix of a linear trend."""
    return np.column_stack([np.ones(len(points)), points])


def fit_emulator(target: Target, points: np.ndarray, runs: Sequence[np.ndarray]) -> Emulator:
    """Fit the emulator of one statistic.

    Parameters
    ----------
    points : (n, d), in the unit cube
    runs : for each point the statistic of its replications; points where it is undefined are left out
    """
    known = np.array([np.isfinite(own).all() for own in runs])
    points, values = points[known], [target.emulated(own) for own in runs if np.isfinite(own).all()]
    mean = np.array([own.mean() for own in values])
    variances = [own.var(ddof=1) / own.size for own in values if own.size > 1]
    noise = float(np.mean(variances)) if variances else 0.0
    trend = np.linalg.lstsq(linear(points), mean, rcond=None)[0]
    rest = mean - linear(points) @ trend
    scale = max(float(rest.std()), 1e-9)
    smooth = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(np.ones(points.shape[1]), (0.1, 30.0), nu=2.5)
    level = float(np.clip(noise / scale**2, 1e-4, 1.0))
    process = GaussianProcessRegressor(smooth + WhiteKernel(level, (1e-5, 2.0)), random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: no effect
        process.fit(points, rest / scale)
    return Emulator(target, trend, process, scale, noise)


def implausibility(emulators: Sequence[Emulator], points: np.ndarray) -> np.ndarray:
    """Return the largest implausibility over all targets at ``points`` (n, d).

    For one target it is the distance of the prediction from the band over the standard deviation of
    that distance: emulator and replications. Inside the band it is zero.
    """
    worst = np.zeros(len(points))
    for emulator in emulators:
        mean, spread = emulator.predict(points)
        low, high = emulator.target.emulated_band()
        away = np.maximum(np.maximum(low - mean, mean - high), 0.0)
        worst = np.maximum(worst, away / np.sqrt(spread**2 + emulator.noise + 1e-12))
    return worst


def chance_inside(emulators: Sequence[Emulator], points: np.ndarray, margin: float = 1.0) -> np.ndarray:
    """Return the probability that all expectations lie in their bands, a margin inside, at ``points``."""
    chance = np.ones(len(points))
    for emulator in emulators:
        mean, spread = emulator.predict(points)
        low, high = emulator.target.emulated_band(margin)
        sd = np.sqrt(spread**2 + 1e-12)
        chance *= norm.cdf((high - mean) / sd) - norm.cdf((low - mean) / sd)
    return chance
