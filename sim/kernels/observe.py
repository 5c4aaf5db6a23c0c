"""What institutions are told, compiled."""

from __future__ import annotations

import numpy as np

from sim.compiling import kernel


@kernel
def count_days_since(days, today, never, out):
    """Fill the days (n,) since events on ``days`` (n,), infinite for those that ``never`` happened."""
    for i in range(days.size):
        out[i] = np.inf if days[i] == never else today - days[i]
