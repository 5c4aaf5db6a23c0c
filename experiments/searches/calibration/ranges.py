"""Where in the ranges that the evidence allows a calibration leaves parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.files.whole import read_table

MIDDLE = (0.05, 0.95)
"""Quantiles between which nine tenths of what the targets leave lie."""


def ranges(folder: Path) -> list[dict[str, Any]]:
    """Return, parameter by parameter, places in its prior's range: 0 at its low end and 1 at its high end.

    ``low`` and ``high`` bound the middle nine tenths of what the targets leave, ``default`` is the default,
    ``members`` are those of the ensemble. None of them if no parameter set met all targets.
    """
    names = ("parameters", "ensemble", "region")
    parameters, ensemble, region = (read_table(folder / f"{name}.csv") for name in names)
    if parameters.empty or ensemble.empty or region.empty:
        return []
    return [parameter_range(row, region, ensemble) for _, row in parameters.iterrows()]


def parameter_range(row: Any, region: pd.DataFrame, ensemble: pd.DataFrame) -> dict[str, Any]:
    """Return the places of one parameter."""
    name = row["parameter"]
    low, high = np.quantile(place(region[name].to_numpy(float), row), MIDDLE)
    return {
        "parameter": name,
        "low": low,
        "high": high,
        "default": place(np.array([row["default"]]), row)[0],
        "prior_low": row["prior_low"],
        "prior_high": row["prior_high"],
        "members": place(ensemble[name].to_numpy(float), row),
    }


def place(value: np.ndarray, row: Any) -> np.ndarray:
    """Return where in its prior range a parameter's values lie."""
    low, high = float(row["prior_low"]), float(row["prior_high"])
    if row["scale"] == "log":
        return np.log(value / low) / np.log(high / low)
    return (value - low) / (high - low)
