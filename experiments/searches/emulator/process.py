"""One emulated quantity: a Gaussian process on the means of points, and what its intervals are worth."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import optimize, stats
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, Kernel, WhiteKernel

from experiments.analysis.point_noise import Noise, noise_of

FOLDS = 5
ERROR = 0.05
STEPS = 40
"""Steps of the search for a kernel's parameters, at most."""

NORMAL = float(stats.norm.ppf(1 - ERROR / 2))

LENGTHS, SIZES = (0.1, 30.0), (1e-3, 1e3)
TREND, JAGGED = (1e-4, 1e2), (1e-6, 1.0)
"""Bounds of the kernel's parameters, in standard deviations of the quantity and widths of ranges."""


@dataclass(frozen=True)
class Quality:
    """How good an emulator is at points that it was not fitted on.

    ``coverage`` is the share of their means that lay within the interval whose width the *other* folds
    chose; ``rms`` the root mean square error, ``noise`` the part of it that the luck of a point's mean
    makes, ``spread`` the standard deviation of the means.
    """

    n: int
    coverage: float
    rms: float
    noise: float
    spread: float


@dataclass(frozen=True)
class Process:
    """A fitted quantity; all that is needed to predict, in plain arrays.

    ``features`` (n, f) and ``means`` (n,) are what it was fitted on, ``theta`` the logarithms of the
    kernel's parameters, ``width`` how many standard deviations make an interval of 95 %.
    """

    features: np.ndarray
    means: np.ndarray
    noise: Noise
    theta: np.ndarray
    width: float

    @cached_property
    def scale(self) -> tuple[float, float]:
        """Return mean and standard deviation of the means."""
        return scale_of(self.means)

    @cached_property
    def regressor(self) -> GaussianProcessRegressor:
        """Return the process, ready to predict."""
        return regressor(self.features, self.means, self.noise, self.theta)

    def predict(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the expectation at ``features`` (n, f), n each."""
        middle, spread = self.scale
        mean, sd = self.regressor.predict(features, return_std=True)
        shared = self.noise.shared / self.noise.replications
        return middle + spread * mean, np.sqrt((spread * sd) ** 2 + shared)

    def intervals(self, features: np.ndarray) -> np.ndarray:
        """Return (n, 5): the expectation, its 95 % interval, and that of one fresh run."""
        mean, sd = self.predict(features)
        one = np.sqrt(sd**2 + self.noise.shared + self.noise.own(features))
        ends = [mean + sign * self.width * wide for wide in (sd, one) for sign in (-1, 1)]
        return np.column_stack([mean, *ends])


def scale_of(means: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation, next to nothing where nothing varies."""
    return float(means.mean()), max(float(means.std()), 1e-12)


def kernel_of(n_features: int) -> Kernel:
    """Return a linear trend, a smooth part and a jagged one."""
    smooth = ConstantKernel(1.0, SIZES) * RBF(np.ones(n_features), LENGTHS)
    trend = ConstantKernel(0.1, TREND) * DotProduct(1.0, (0.1, 10.0))
    return smooth + trend + WhiteKernel(1e-3, JAGGED)


def regressor(
    features: np.ndarray, means: np.ndarray, noise: Noise, theta: np.ndarray | None, search: bool = False
) -> GaussianProcessRegressor:
    """Return a process fitted to means; its kernel is looked for (from ``theta``) or taken as given."""
    kernel = kernel_of(features.shape[1])
    if theta is not None:
        kernel = kernel.clone_with_theta(theta)
    middle, spread = scale_of(means)
    alpha = noise.own(features) / noise.replications / spread**2 + 1e-10
    process = GaussianProcessRegressor(kernel, alpha=alpha, optimizer=climb if search else None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: no effect
        return process.fit(features, (means - middle) / spread)


def climb(
    objective: Callable[[np.ndarray], Any], start: np.ndarray, bounds: np.ndarray
) -> tuple[np.ndarray, float]:
    """Look for the kernel's parameters as scikit-learn does, but not for ever."""
    found = optimize.minimize(
        objective, start, method="L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": STEPS}
    )
    return found.x, float(found.fun)


def fit_process(
    features: np.ndarray, values: np.ndarray, seed: int = 0, seeds: np.ndarray | None = None
) -> tuple[Process, Quality]:
    """Fit one quantity and measure how good it is at points left out.

    Parameters
    ----------
    features : (n, f) numbers of about the unit cube
    values : (n, R) finite, of R replications, two at least
    seed : of the choice of points that are left out together
    seeds : (n,) equal for points whose runs have the same seeds; without, all have
    """
    seeds = np.zeros(len(values), dtype=int) if seeds is None else seeds
    means, noise = values.mean(axis=1), noise_of(features, values, seeds)
    theta = regressor(features, means, noise, None, search=True).kernel_.theta
    errors, sds, fold = held_out(features, values, theta, seeds, seed)
    distances = np.abs(errors) / sds
    width = widened(distances)
    inside = [distances[fold == k] <= widened(distances[fold != k]) for k in range(FOLDS)]
    luck = float(np.sqrt((noise.own(features) / noise.replications).mean()))
    quality = Quality(
        len(means),
        float(np.concatenate(inside).mean()),
        float(np.sqrt((errors**2).mean())),
        luck,
        means.std(),
    )
    return Process(features, means, noise, theta, width), quality


def widened(distances: np.ndarray) -> float:
    """Return how many standard deviations 95 % of points left out keep; at least the normal number.

    The quantile of split conformal prediction (Vovk and others 2005): right whatever the distribution.
    """
    n = len(distances)
    rank = min(int(np.ceil((n + 1) * (1 - ERROR))), n)
    return max(float(np.sort(distances)[rank - 1]), NORMAL)


def folds(n: int, seed: int) -> np.ndarray:
    """Return which fold each of n points belongs to."""
    return np.random.default_rng(seed).permutation(np.arange(n) % FOLDS)


def held_out(
    features: np.ndarray, values: np.ndarray, theta: np.ndarray, seeds: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for each point's mean, the error of a process that never saw it, its sd, and its fold.

    Noise and kernel are fitted anew without the fold, so that nothing of it is known.
    """
    fold = folds(len(values), seed)
    errors, sds = np.empty(len(values)), np.empty(len(values))
    for out, process in without_each(features, values, theta, seeds, fold):
        middle, spread = scale_of(process.means)
        mean, sd = process.regressor.predict(features[out], return_std=True)
        errors[out] = values[out].mean(axis=1) - middle - spread * mean
        luck = process.noise.own(features[out]) / process.noise.replications
        sds[out] = np.sqrt((spread * sd) ** 2 + luck) + 1e-12
    return errors, sds, fold


def without_each(
    features: np.ndarray, values: np.ndarray, theta: np.ndarray, seeds: np.ndarray, fold: np.ndarray
) -> Iterator[tuple[np.ndarray, Process]]:
    """Yield, fold by fold, which points are left out and the process of all others."""
    for k in range(FOLDS):
        out = fold == k
        own, means = features[~out], values[~out].mean(axis=1)
        noise = noise_of(own, values[~out], seeds[~out])
        found = regressor(own, means, noise, theta, search=True).kernel_.theta
        yield out, Process(own, means, noise, found, NORMAL)
