"""What a calibration teaches: what moves what, and what the targets cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.searches.calibration.emulation import Emulator, linear
from experiments.searches.calibration.priors import NAMES, sets_of, units_of
from experiments.searches.calibration.question import DEFAULT, Question
from experiments.searches.calibration.waves import point_means, points_of

NARROW = np.ptp([0.05, 0.95])
"""Width of the middle nine tenths of an even spread, the prior: what the rest is compared with."""


def slopes(runs: pd.DataFrame, question: Question = DEFAULT) -> pd.DataFrame:
    """Return one row a parameter and target: standardised slope and its t-value.

    Ordinary least squares of each target (logarithm where it is emulated so) on all parameters at
    once, over every evaluated point; one unit is a standard deviation of either side.
    """
    points, rows = points_of(runs, question), []
    for target in question.targets:
        outcome = point_means(runs, target)
        known = np.isfinite(outcome)
        slope, t = regression(points[known], outcome[known])
        rows += [
            {"parameter": name, "target": target.key, "slope": slope[i], "t": t[i]}
            for i, name in enumerate(question.names)
        ]
    return pd.DataFrame(rows)


def regression(points: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised slopes and their t-values; NaN with too few points for a regression."""
    n, d = points.shape
    if n <= d + 1 or outcome.std() == 0:
        return np.full(d, np.nan), np.full(d, np.nan)
    x = linear((points - points.mean(axis=0)) / np.maximum(points.std(axis=0), 1e-12))
    y = (outcome - outcome.mean()) / outcome.std()
    slope = np.linalg.lstsq(x, y, rcond=None)[0]
    variance = float(((y - x @ slope) ** 2).sum()) / (n - d - 1)
    error = np.sqrt(np.maximum(variance * np.diag(np.linalg.pinv(x.T @ x)), 1e-300))
    return slope[1:], (slope / error)[1:]


def parameter_table(
    default: dict[str, float],
    ensemble: pd.DataFrame,
    region: np.ndarray,
    moves: pd.DataFrame,
    question: Question = DEFAULT,
) -> pd.DataFrame:
    """Return one row a parameter: prior, default, ensemble, how much narrower, what it moves.

    ``kept`` is the width of the middle nine tenths of the region that is not ruled out (points (n, d)
    of the unit cube) over that of the prior: 1 where the targets teach nothing.
    """
    rows = []
    for i, prior in enumerate(question.priors):
        own = ensemble[prior.path] if len(ensemble) else pd.Series([np.nan])
        low, high = np.quantile(region[:, i], [0.05, 0.95])
        rows.append(
            {
                "parameter": prior.path,
                "prior_low": prior.low,
                "prior_high": prior.high,
                "scale": "log" if prior.logarithmic else "linear",
                "default": default[prior.path],
                "ensemble_low": own.min(),
                "ensemble_high": own.max(),
                "kept": float((high - low) / NARROW),
                "moves": strongest(moves, prior.path),
                "reason": prior.reason,
            }
        )
    return pd.DataFrame(rows)


def strongest(moves: pd.DataFrame, name: str, n: int = 3) -> str:
    """Return the targets that a parameter moves most, as text, among those with |t| of at least 3."""
    own = moves[(moves["parameter"] == name) & (moves["t"].abs() >= 3)]
    own = own.reindex(own["slope"].abs().sort_values(ascending=False).index).head(n)
    return (
        ", ".join(f"{r.target} {r.slope:+.2f} (t {r.t:+.0f})" for r in own.itertuples()) or "nothing clearly"
    )


def correlations(region: np.ndarray, n: int = 8, names: Sequence[str] = NAMES) -> pd.DataFrame:
    """Return the strongest correlations of parameters within the region (n, d)."""
    if len(region) < 3 or len(names) < 2:
        return pd.DataFrame(columns=["one", "other", "correlation"])
    matrix = np.corrcoef(region.T)
    rows: list[dict[str, Any]] = [
        {"one": names[i], "other": names[j], "correlation": float(matrix[i, j])}
        for i in range(len(names))
        for j in range(i)
    ]
    table = pd.DataFrame(rows)
    return table.reindex(table["correlation"].abs().sort_values(ascending=False).index).head(n)


def directions(region: np.ndarray, n: int = 3, names: Sequence[str] = NAMES) -> pd.DataFrame:
    """Return the principal components of the region, flattest (least known) first, then the best known.

    ``width`` is the standard deviation along the component over that of the prior.
    """
    if len(region) < 3:
        return pd.DataFrame(columns=["which", "width", "direction"])
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(region.T)))
    n = min(n, len(values))
    widths = np.sqrt(np.maximum(values, 0) * 12)  # an even spread over [0, 1] has variance 1/12
    order = [*range(len(values) - 1, len(values) - 1 - n, -1), *range(n)]
    kinds = ["flat"] * n + ["well known"] * n
    return pd.DataFrame(
        [
            {"which": which, "width": float(widths[i]), "direction": direction_text(vectors[:, i], names)}
            for which, i in zip(kinds, order, strict=True)
        ]
    )


def direction_text(vector: np.ndarray, names: Sequence[str], n: int = 4) -> str:
    """Return the largest loadings of a component."""
    signed = vector * np.sign(vector[np.argmax(np.abs(vector))])
    top = np.argsort(-np.abs(signed))[:n]
    return ", ".join(f"{signed[i]:+.2f} {names[i]}" for i in top)


def fit_quality(
    emulators: list[Emulator], confirming: pd.DataFrame, question: Question = DEFAULT
) -> pd.DataFrame:
    """Return, for each target, how far emulators were from the confirming runs that they never saw."""
    rows = list[dict[str, Any]]()
    if confirming.empty:
        return pd.DataFrame(rows)
    points = points_of(confirming, question)
    for emulator in emulators:
        error = point_means(confirming, emulator.target) - emulator.predict(points)[0]
        low, high = emulator.target.emulated_band()
        rows.append(
            {
                "target": emulator.target.key,
                "rms_error": float(np.sqrt(np.nanmean(error**2))),
                "mean_error": float(np.nanmean(error)),
                "noise_sd": float(np.sqrt(emulator.noise)),
                "band_width": high - low if np.isfinite([low, high]).all() else np.nan,
            }
        )
    return pd.DataFrame(rows)


def unit_points(table: pd.DataFrame) -> np.ndarray:
    """Return the points (n, d) of the unit cube of a table with a column a parameter."""
    points = [units_of(row) for row in sets_of(table)]
    return np.array(points).reshape(len(points), len(NAMES))
