"""The cells of a grid of two parameters, each against the reference cell; pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.intervals import interval
from experiments.analysis.simultaneous import ERROR, error_each

Place = tuple[int, int]
Cells = Mapping[Place, pd.DataFrame]


def cells_of(runs: pd.DataFrame, grid: Mapping[str, Any]) -> dict[Place, pd.DataFrame]:
    """Return the runs of each cell, by row and column.

    Parameters
    ----------
    runs : finished runs of the grid's arms, with ``factor.PATH``
    grid : ``path`` and ``values`` of its ``rows`` and ``columns``
    """
    return {
        (i, j): runs[matches(runs, grid["rows"]["path"], row) & matches(runs, grid["columns"]["path"], col)]
        for i, row in enumerate(grid["rows"]["values"])
        for j, col in enumerate(grid["columns"]["values"])
    }


def matches(runs: pd.DataFrame, path: str, value: Any) -> pd.Series:
    """Tell which runs have ``value`` for the factor at ``path``."""
    name = f"factor.{path}"
    factor = runs[name] if name in runs else pd.Series(index=runs.index, dtype=object)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return pd.Series(np.isclose(pd.to_numeric(factor, errors="coerce"), value), index=runs.index)
    return factor.astype(str) == str(value)


def reference_place(cells: Cells, baseline: str) -> Place | None:
    """Return the cell that others are compared with: the baseline's if it has one, else the middle one.

    Where the middle one has no run it is the first that has; None if no cell has any.
    """
    filled = [place for place, runs in cells.items() if len(runs)]
    if not filled:
        return None
    own = [place for place in filled if (cells[place]["package"] == baseline).any()]
    last_row, last_column = max(cells)
    middle = (last_row // 2, last_column // 2)
    return own[0] if own else middle if middle in filled else filled[0]


def compare_cells(cells: Cells, reference: Place, outcome: str, scale: float) -> dict[Place, dict[str, Any]]:
    """Return n, mean and difference from the reference, with half-widths, by cell.

    Half-widths of differences hold for all cells together; ``apart`` tells whether one is smaller than its
    difference, None where that is unknown. Values are multiplied by ``scale``.
    """
    by_cell = {place: by_replication(runs, outcome) for place, runs in cells.items()}
    error = family_error(by_cell, reference)
    return {
        place: {"n": len(cells[place])} | compare_cell(own, by_cell[reference], scale, error)
        for place, own in by_cell.items()
    }


def by_replication(runs: pd.DataFrame, outcome: str) -> pd.Series:
    """Return an outcome by replication, so that differences are taken within pairs."""
    return runs.drop_duplicates("replication").set_index("replication")[outcome].astype(float)


def family_error(by_cell: Mapping[Place, pd.Series], reference: Place) -> float:
    """Return the error that each cell's comparison with the reference may make."""
    others = {place: own for place, own in by_cell.items() if place != reference}
    differences = pd.DataFrame(others).sub(by_cell[reference], axis=0)
    return error_each(differences.to_numpy(float)) if others else ERROR


def compare_cell(own: pd.Series, reference: pd.Series, scale: float, error: float) -> dict[str, Any]:
    """Summarise one cell over its replications, and against the reference cell by pairs."""
    mean, half = mean_interval(scale * own)
    difference, diff_half = mean_interval(scale * (own - reference), error)
    apart = bool(abs(difference) > diff_half) if np.isfinite(diff_half) else None
    return {
        "mean": mean,
        "half_width": half,
        "difference": difference,
        "diff_half_width": diff_half,
        "apart": apart,
    }


def mean_interval(values: pd.Series, error: float = ERROR) -> tuple[float, float]:
    """Return the mean over replications and half of its interval."""
    mean, low, _ = interval(values.to_numpy(float), error)
    return mean, mean - low
