"""An emulator of an exploration: a process for each package and outcome, and for each difference."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.searches.emulator.process import Process, Quality, fit_process
from experiments.searches.explored import Explored
from experiments.settings.dimensions import Dimension, is_number
from sim.parameters import ConfigError

LEVEL, DIFFERENCE = "level", "difference"
COLUMNS = ("mean", "low", "high", "run_low", "run_high")

FEWEST = 10
"""Points below which nothing is fitted; three for each number that a point has, if that is more."""

Key = tuple[str, str, str]
"""What (a level, or the difference from the baseline), package and outcome."""


@dataclass(frozen=True)
class Emulator:
    """What answers any point of the design of an exploration.

    ``about`` tells which exploration it was fitted on; ``quality`` has a row a process.
    """

    dimensions: tuple[Dimension, ...]
    packages: tuple[str, ...]
    baseline: str
    processes: dict[Key, Process]
    quality: pd.DataFrame
    about: dict[str, Any]

    def answer(self, values: dict[str, Any]) -> pd.DataFrame:
        """Return a row a package, outcome and kind: the expectation, its interval, and that of a fresh run.

        Parameters
        ----------
        values : by path, one for each dimension

        Raises
        ------
        ConfigError : a value lies outside of the design, or one is missing
        """
        units = np.array([[unit_of(one, values) for one in self.dimensions]])
        x = features(self.dimensions, units)
        rows = [
            dict(zip(("what", "package", "outcome"), key, strict=True))
            | dict(zip(COLUMNS, process.intervals(x)[0], strict=True))
            for key, process in self.processes.items()
        ]
        return pd.DataFrame([bounded(row, self.processes) for row in rows])


def spread(emulator: Emulator, values: dict[str, Any], every: Sequence[Dimension]) -> pd.DataFrame:
    """Return how far expectations spread over all values of some dimensions: a row a package and outcome.

    Parameters
    ----------
    values : by path, one for each dimension that is not in ``every``

    Returns
    -------
    DataFrame : least, most and where they are (``least_at``, ``most_at``), median, the number of places in
        which the 95 % interval lies below 0 and above, and of all (``below``, ``above``, ``places``)

    Raises
    ------
    ConfigError : a dimension of ``every`` is a range, or as `Emulator.answer`
    """
    for one in every:
        if not one.values:
            raise ConfigError(f"{one.path} is a range and has no list of values to go through")
    rows = pd.concat(
        emulator.answer(values | dict(zip([one.path for one in every], chosen, strict=True))).assign(
            at=" ".join(map(str, chosen))
        )
        for chosen in itertools.product(*(one.values for one in every))
    )
    names = ["outcome", "package", "what"]
    kinds = rows.groupby(names, sort=False)
    return pd.DataFrame([dict(zip(names, key, strict=True)) | spread_of(own) for key, own in kinds])


def spread_of(rows: pd.DataFrame) -> dict[str, Any]:
    """Return least, median and most of expectations, and how many intervals leave out 0."""
    least, most = (rows.iloc[int(place)] for place in (rows["mean"].argmin(), rows["mean"].argmax()))
    return {
        "least": least["mean"], "least_at": least["at"], "median": float(rows["mean"].median()),
        "most": most["mean"], "most_at": most["at"], "below": int((rows["high"] < 0).sum()),
        "above": int((rows["low"] > 0).sum()), "places": len(rows),
    }  # fmt: skip


def bounded(row: dict[str, Any], processes: dict[Key, Process]) -> dict[str, Any]:
    """Keep a level that was never below 0 there."""
    key = (row["what"], row["package"], row["outcome"])
    if row["what"] == DIFFERENCE or processes[key].means.min() < 0:
        return row
    return row | {name: max(float(row[name]), 0.0) for name in COLUMNS}


def unit_of(dimension: Dimension, values: dict[str, Any]) -> float:
    """Return where in the unit interval the value of a dimension lies, or raise `ConfigError`."""
    path = dimension.path
    if path not in values:
        raise ConfigError(f"{path} has no value")
    value = values[path]
    if dimension.values and not ranged(dimension):
        return float(dimension.unit([value])[0])
    low, high = ends(dimension)
    if not is_number(value) or not low <= value <= high:
        raise ConfigError(f"{path}={value} lies outside of what was explored, {low:g} to {high:g}")
    return scaled_unit(dimension, float(value))


def ranged(dimension: Dimension) -> bool:
    """Tell whether a dimension is an axis of numbers: a range, or three levels and more."""
    return not dimension.values or (len(dimension.values) > 2 and all(map(is_number, dimension.values)))


def ends(dimension: Dimension) -> tuple[float, float]:
    """Return the least and the largest number of an axis."""
    if dimension.values:
        return float(min(dimension.values)), float(max(dimension.values))
    assert dimension.low is not None and dimension.high is not None
    return float(dimension.low), float(dimension.high)


def scaled_unit(dimension: Dimension, value: float) -> float:
    """Return the place of a number; between levels it is interpolated."""
    if not dimension.values:
        return float(dimension.unit([value])[0])
    levels = sorted(dimension.values)
    return float(np.interp(value, levels, dimension.unit(levels)))


def features(dimensions: Sequence[Dimension], units: np.ndarray) -> np.ndarray:
    """Return what processes see of points (n, d) of the unit cube: numbers as they are, a column a word."""
    columns = []
    for i, one in enumerate(dimensions):
        if ranged(one):
            columns.append(units[:, i])
            continue
        n = len(one.values)
        level = np.minimum((units[:, i] * n).astype(int), n - 1)
        columns += [(level == k).astype(float) for k in range(1, n)]
    return np.column_stack(columns)


def fit_emulator(
    explored: Explored,
    outcomes: Sequence[str],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Emulator:
    """Fit a process to every outcome of every package, and to every difference from the baseline.

    Raises
    ------
    ConfigError : the runs have one replication, or too few points have ended well
    """
    explored.with_outcomes(outcomes)
    if explored.replications < 2:
        raise ConfigError("an emulator needs two replications a point, to tell luck from effects")
    x = features(explored.dimensions, explored.units)
    asked = list(wanted(explored, outcomes))
    fitted: dict[Key, Process] = {}
    rows: list[dict[str, Any]] = []
    for done, (key, values) in enumerate(asked):
        progress(done, len(asked))
        known = np.isfinite(values).all(axis=1)
        if known.sum() < max(FEWEST, 3 * x.shape[1]):
            continue
        fitted[key], quality = fit_process(x[known], values[known], seeds=explored.seeds[known])
        rows.append(quality_row(key, quality))
    if not fitted:
        least = max(FEWEST, 3 * x.shape[1])
        raise ConfigError(
            f"an emulator of this space needs {least} points that have ended well, two replications each"
        )
    about = {
        name: explored.results.info.get(name)
        for name in ("name", "title", "run_keys", "code", "days", "warmup")
    }
    about |= {"points": len(explored.points), "replications": explored.replications}
    return Emulator(
        explored.dimensions, tuple(explored.packages), explored.baseline, fitted, pd.DataFrame(rows), about
    )


def wanted(explored: Explored, outcomes: Sequence[str]) -> Iterator[tuple[Key, np.ndarray]]:
    """Yield what is emulated: levels, then differences, each (points, replications)."""
    tables = {(p, o): explored.response(p, o).to_numpy(float) for o in outcomes for p in explored.packages}
    for (package, outcome), values in tables.items():
        yield (LEVEL, package, outcome), values
    for (package, outcome), values in tables.items():
        if package != explored.baseline:
            yield (DIFFERENCE, package, outcome), values - tables[explored.baseline, outcome]


def quality_row(key: Key, quality: Quality) -> dict[str, Any]:
    """Return how good one process is, as a row of ``quality.csv``."""
    explained = 1 - (quality.rms / quality.spread) ** 2 if quality.spread > 0 else np.nan
    return dict(zip(("what", "package", "outcome"), key, strict=True)) | {
        "n_points": quality.n,
        "coverage": quality.coverage,
        "rms_error": quality.rms,
        "noise_sd": quality.noise,
        "sd": quality.spread,
        "explained": explained,
    }
