"""Targets that contradict each other: the smallest sets that no parameter set meets together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import qmc

from experiments.searches.calibration.emulation import CUTOFF, Emulator, implausibility
from experiments.searches.calibration.question import Question
from experiments.searches.calibration.waves import fit_all, points_of

LOOKED_AT = 2**13
"""Points of the ranges, beside those that were run, at which emulators are asked."""

LARGEST = 4
"""Targets of a set at most: more say less about what is wrong."""


@dataclass(frozen=True)
class Contradiction:
    """A smallest set of targets that no run meets together.

    ``ruled_out``: the emulators rule out every point of the ranges too, so that more points will not help.
    ``met`` says how many of the points run meet each target alone, ``nearest`` what the nearest point gives.
    """

    targets: tuple[str, ...]
    bands: tuple[str, ...]
    meanings: tuple[str, ...]
    ruled_out: bool
    least: float
    """Implausibility of the least implausible point."""
    points: int
    met: tuple[int, ...]
    nearest: tuple[float, ...]


def contradictions(question: Question, runs: pd.DataFrame, seed: int) -> list[Contradiction]:
    """Return the smallest sets of targets that no point run meets, those that are ruled out first."""
    means = runs.groupby(["stage", "point"], sort=False)[question.keys].mean().to_numpy(float)
    inside = np.array([[t.inside(x) for t, x in zip(question.targets, row, strict=True)] for row in means])
    sets = smallest_sets(inside)
    if not sets:
        return []
    cube = qmc.Sobol(len(question.priors), rng=np.random.default_rng(seed)).random(LOOKED_AT)
    doubt = doubts(fit_all(runs, question), np.concatenate([cube, points_of(runs, question)]))
    found = [judge(question, columns, doubt, means, inside) for columns in sets]
    return sorted(found, key=lambda one: not one.ruled_out)


def doubts(emulators: Sequence[Emulator], points: np.ndarray) -> np.ndarray:
    """Return the implausibility (n, n_targets) of points for each target alone."""
    return np.column_stack([implausibility([emulator], points) for emulator in emulators])


def smallest_sets(inside: np.ndarray) -> list[tuple[int, ...]]:
    """Return the smallest sets of columns of which no row of ``inside`` (n, n_targets) is True in all."""
    found: list[tuple[int, ...]] = []
    for size in range(1, min(LARGEST, inside.shape[1]) + 1):
        for columns in combinations(range(inside.shape[1]), size):
            if any(set(smaller) <= set(columns) for smaller in found):
                continue
            if not inside[:, columns].all(axis=1).any():
                found.append(columns)
    return found


def judge(
    question: Question, columns: tuple[int, ...], doubt: np.ndarray, means: np.ndarray, inside: np.ndarray
) -> Contradiction:
    """Return what is known of a set of targets that no run meets."""
    own = [question.targets[i] for i in columns]
    least = float(doubt[:, columns].max(axis=1).min())
    away = np.array(
        [[short(t.low, t.high, x) for t, x in zip(own, row, strict=True)] for row in means[:, columns]]
    )
    nearest = means[int(np.argmin(np.nan_to_num(away, nan=np.inf).max(axis=1)))][list(columns)]
    return Contradiction(
        targets=tuple(t.key for t in own),
        bands=tuple(t.band for t in own),
        meanings=tuple(t.meaning for t in own),
        ruled_out=least >= CUTOFF,
        least=least,
        points=len(means),
        met=tuple(int(inside[:, i].sum()) for i in columns),
        nearest=tuple(map(float, nearest)),
    )


def short(low: float, high: float, value: float) -> float:
    """Return how far a value is outside a band, in widths of the band or of its edge."""
    edges = [abs(edge) for edge in (low, high) if np.isfinite(edge)]
    width = high - low if len(edges) == 2 else max(*edges, 1e-9)
    return max(low - value, value - high, 0.0) / width
