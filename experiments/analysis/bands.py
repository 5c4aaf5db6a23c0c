"""Means over replications along time with their intervals, and the risk of brushing; pure functions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.analysis.intervals import half_width

WEEKS = 12
"""Weeks over which the true risk is counted."""

MONTH = 30


def mean_bands(paths: pd.DataFrame, values: pd.Series, highest: float = np.inf) -> pd.DataFrame:
    """Return the mean over replications by package and day, with its 95 % interval within [0, ``highest``].

    Parameters
    ----------
    paths : one row a run and day with ``package`` and ``day``
    values : what is averaged, in the same rows
    """
    groups = values.groupby([paths["package"], paths["day"]])
    table = groups.agg(mean="mean", sd="std", n="count").reset_index()
    half = half_width(table.pop("sd"), table["n"])
    low, high = np.maximum(table["mean"] - half, 0), table["mean"] + half
    return table.assign(low=low, high=high if np.isinf(highest) else np.minimum(high, highest))


def true_risk(paths: pd.DataFrame) -> pd.Series:
    """Return the 30-day hazard that a brushing shop is sanctioned, over the weeks up to each one.

    Sanctions over shop-days of shops that brushed in the last 30 days, by run; NaN where none did.
    """
    ordered = paths.sort_values("day")
    sums = ordered.groupby("run_key")[["sanctioned_brushers", "brushers"]].rolling(WEEKS, min_periods=1).sum()
    sums = sums.droplevel(0).reindex(paths.index)
    return MONTH * sums["sanctioned_brushers"] / sums["brushers"].where(sums["brushers"] > 0)
