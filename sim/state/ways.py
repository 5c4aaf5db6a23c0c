"""Ways to brush: how many orders a day, at once or by a gradual start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kernels.brush import full_days
from sim.parameters import Parameters


@dataclass(frozen=True)
class Ways:
    """The ways to brush on offer, arrays (n_ways,): every level, at once or by a gradual start.

    ``level`` is orders a day in full swing, ``start`` the days until then, ``mean_level`` the orders
    a day over a campaign of mean length.
    """

    level: np.ndarray
    start: np.ndarray
    mean_level: np.ndarray

    @property
    def n(self) -> int:
        """Number of ways."""
        return self.level.size


def ways_to_brush(parameters: Parameters) -> Ways:
    """Return every level at once and by a gradual start; the arrays cannot be written to."""
    brushing = parameters.brushing
    length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
    starts = np.array([0, parameters.adaptation.gradual_days])
    level = np.repeat(np.asarray(brushing.levels), starts.size)
    start = np.tile(starts, len(brushing.levels))
    full = np.array([full_days.py_func(length, days) for days in start])
    ways = Ways(level, start, level * full / length)
    for array in (ways.level, ways.start, ways.mean_level):
        array.flags.writeable = False
    return ways
