"""Packages that no other one beats on two outcomes at once; pure functions."""

from __future__ import annotations

import pandas as pd


def unbeaten(means: pd.DataFrame, x_better: int, y_better: int) -> set[str]:
    """Return the packages than which no other is as good on both outcomes and better on one.

    Parameters
    ----------
    means : of the outcomes ``x`` and ``y``, by package; one without both is neither here nor there
    x_better, y_better : 1 where more is better, −1 where less is; 0 where nobody can say, and then nobody
        can say either which packages are beaten
    """
    if not (x_better and y_better):
        return set()
    known = means.dropna()
    x, y = -x_better * known["x"], -y_better * known["y"]
    return {
        str(name)
        for name in known.index
        if not ((x <= x[name]) & (y <= y[name]) & ((x < x[name]) | (y < y[name]))).any()
    }
