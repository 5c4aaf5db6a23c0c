"""Innocent shops hit by age and size, as rates with bounds where none was seen; pure functions."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from experiments.analysis.intervals import rule_of_three


def harm_rates(harm: pd.DataFrame) -> pd.DataFrame:
    """Return hits, shop-years, rate and bound, one row a package, age band and size band.

    ``rate`` is hits per 1,000 innocent shop-years, NaN where no shop was at risk; ``bound`` is its 95 %
    upper bound where no hit was seen, NaN elsewhere.

    Parameters
    ----------
    harm : one row a run and band with ``package``, ``age_band``, ``size_band``, ``hits`` and
        ``innocent_shop_years``
    """
    bands = harm.groupby(["package", "age_band", "size_band"], observed=True)
    table = bands[["hits", "innocent_shop_years"]].sum().reset_index()
    hits, exposure = (table[name].to_numpy(float) for name in ("hits", "innocent_shop_years"))
    seen = np.where(exposure > 0, exposure, 1)
    table["rate"] = np.where(exposure > 0, 1000 * hits / seen, np.nan)
    table["bound"] = [
        rule_of_three(years, 1000) if n == 0 else math.nan for n, years in zip(hits, exposure, strict=True)
    ]
    return table
