"""Emulators of contrasts: what an unseen point would give, where a proposition holds, and what decides it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from experiments.searches.calibration.emulation import Emulator, fit_emulator, linear
from experiments.searches.calibration.targets import Target
from experiments.searches.theory.propositions import Contrast, Hypothesis, Proposition
from experiments.searches.theory.screening import Plan, by_point, held, units
from experiments.searches.theory.space import sobol, unit_points, values_at

POOL = 2048
"""Points at which estimates are looked up, beside those that were run."""

SURE = 1.645
"""Standard deviations above zero at which an emulator gives a sign with 95 %."""

GRID, REST = 13, 128
"""Cells of a map along each side, and points of the other parameters in each."""

BINS = 16


@dataclass(frozen=True)
class Estimate:
    """What screening says about one contrast.

    ``noise`` is the variance of a single pair, ``trend`` (d + 1, d + 1) the covariance with which luck
    leaves the emulator's linear trend, which the emulator itself takes as known.
    """

    emulator: Emulator
    noise: float
    trend: np.ndarray

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the contrast's expectation at ``points`` (n, d)."""
        mean, spread = self.emulator.predict(points)
        x = linear(points)
        return mean, np.sqrt(spread**2 + ((x @ self.trend) * x).sum(axis=1))


@dataclass(frozen=True)
class Surface:
    """The estimates of all contrasts of a proposition, by the contrast's key."""

    proposition: Proposition
    estimates: dict[str, Estimate]

    def weakest(self, hypothesis: Hypothesis, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the hypothesis's smallest contrast at ``points`` (n, d)."""
        found = [self.estimates[c.key].predict(points) for c in hypothesis.contrasts]
        means, spreads = (np.array(part) for part in zip(*found, strict=True))
        at = means.argmin(axis=0)[None]
        return np.take_along_axis(means, at, 0)[0], np.take_along_axis(spreads, at, 0)[0]

    def strength(self, hypothesis: Hypothesis, points: np.ndarray, pairs: int) -> np.ndarray:
        """Return how clearly ``pairs`` fresh pairs would show the hypothesis at ``points`` (n, d).

        For each contrast the estimate over the standard deviation of the mean that confirmation would
        see, emulator and luck together; the smallest counts.
        """
        return np.min([self._one(c, points, pairs) for c in hypothesis.contrasts], axis=0)

    def _one(self, contrast: Contrast, points: np.ndarray, pairs: int) -> np.ndarray:
        own = self.estimates[contrast.key]
        mean, spread = own.predict(points)
        return mean / np.sqrt(spread**2 + own.noise / pairs + 1e-18)


def fit_surface(plan: Plan, proposition: Proposition, design: pd.DataFrame, runs: pd.DataFrame) -> Surface:
    """Fit one emulator for each contrast of a proposition to the screening."""
    points = units(design, plan.space)
    contrasts = {c.key: c for h in proposition.hypotheses for c in h.contrasts}
    return Surface(proposition, {key: fit(points, runs, c) for key, c in contrasts.items()})


def fit(points: np.ndarray, runs: pd.DataFrame, contrast: Contrast) -> Estimate:
    """Fit the emulator of one contrast; points with two pairs or more say how much of it is luck."""
    pairs = by_point(runs, contrast)
    anything = Target(contrast.key, "", "", -np.inf, np.inf)
    known, n = points[list(pairs)], len(next(iter(pairs.values())))
    emulator = fit_emulator(anything, known, list(pairs.values()))
    noise = max(emulator.scale**2 * emulator.process.kernel_.k2.noise_level, emulator.noise)
    x = linear(known)
    return Estimate(emulator, noise * n, noise * np.linalg.pinv(x.T @ x))


def lookup(plan: Plan) -> np.ndarray:
    """Return points (`POOL`, d) of the unit cube, evenly spread over the space."""
    raw = sobol(POOL, plan.space, plan.config.seed, POOL)
    return unit_points(values_at(raw, plan.space), plan.space)


def estimate_rows(plan: Plan, surface: Surface, screened: pd.DataFrame) -> list[dict[str, object]]:
    """Return, for each hypothesis, where and how far the emulators say that it holds.

    ``held`` is the share of the ``screened`` points at which it held, luck included.
    ``share`` is the share of the space in which the smallest contrast is estimated above zero,
    ``sure_share`` that in which the emulator is sure of it; ``largest`` is the greatest estimate.
    """
    points, rows = lookup(plan), []
    for number, hypothesis in enumerate(surface.proposition.hypotheses):
        mean, spread = surface.weakest(hypothesis, points)
        best = int(np.argmax(mean))
        effects = main_effects(points, mean)
        order = np.argsort(-effects)
        rows.append(
            {
                "proposition": surface.proposition.key,
                "hypothesis": number,
                "text": hypothesis.text,
                "held": float(held(screened, hypothesis).mean()),
                "share": float((mean > 0).mean()),
                "sure_share": float((mean > SURE * spread).mean()),
                "largest": float(mean[best]),
                "largest_sd": float(spread[best]),
                "decided_by": ", ".join(f"{plan.space[i].path} {effects[i]:.2f}" for i in order[:3]),
            }
        )
    return rows


def main_effects(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the share of the variance of ``values`` (n,) that each coordinate of ``points`` (n, d) explains.

    First-order indices (Sobol 1993): the variance of means over slices of a coordinate, over the whole.
    """
    total = float(values.var())
    if total <= 0:
        return np.zeros(points.shape[1])
    slices = np.minimum((points * BINS).astype(int), BINS - 1)
    shares = []
    for own in slices.T:
        n = np.bincount(own, minlength=BINS)
        means = np.bincount(own, weights=values, minlength=BINS) / np.maximum(n, 1)
        shares.append(float((n * (means - values.mean()) ** 2).sum()) / len(values) / total)
    return np.array(shares)


def map_rows(plan: Plan, surface: Surface, number: int) -> list[dict[str, object]]:
    """Return a grid over the two parameters that decide most about a hypothesis.

    ``share`` is the share of the rest of the space in which the hypothesis is estimated to hold.
    """
    hypothesis = surface.proposition.hypotheses[number]
    points = lookup(plan)
    order = np.argsort(-main_effects(points, surface.weakest(hypothesis, points)[0]))
    across, up = (*order, *order)[:2]
    centres = (np.arange(GRID) + 0.5) / GRID
    cells = list(product(centres, centres))
    rest = sobol(REST, plan.space, plan.config.seed, REST)
    block = np.tile(rest, (len(cells), 1))
    block[:, across] = np.repeat([x for x, _ in cells], REST)
    block[:, up] = np.repeat([y for _, y in cells], REST)
    holds = (surface.weakest(hypothesis, block)[0] > 0).reshape(len(cells), REST).mean(axis=1)
    return [
        {"proposition": surface.proposition.key, "hypothesis": number, "x_name": plan.space[across].path,
         "y_name": plan.space[up].path, "x": x, "y": y, "share": float(share)}
        for (x, y), share in zip(cells, holds, strict=True)
    ]  # fmt: skip
