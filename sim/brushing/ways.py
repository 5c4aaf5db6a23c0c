"""Ways to brush: how many orders a day, at once or by a gradual start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.config import World
from sim.kernels.brushing import full_days


@dataclass(frozen=True)
class Ways:
    """The ways to brush on offer, arrays (n_ways,): every level, at once or by a gradual start.

    ``level`` is orders a day in full swing, ``start`` the days until then, ``mean_level`` the orders
    a day over a campaign of mean length.
    """

    level: np.ndarray
    start: np.ndarray
    mean_level: np.ndarray


def ways_to_brush(world: World) -> Ways:
    """Return all ways to brush, level by level; the arrays are shared and cannot be written to."""
    brushing = world.brushing
    length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
    return _combine(tuple(brushing.levels), world.adaptation.gradual_days, length)


@lru_cache(maxsize=64)
def _combine(levels: tuple[int, ...], gradual_days: int, length: float) -> Ways:
    """Return every level at once and by a gradual start, for campaigns of mean ``length``."""
    starts = np.array([0, gradual_days])
    level = np.repeat(np.asarray(levels), starts.size)
    start = np.tile(starts, len(levels))
    full = np.array([full_days.py_func(length, days) for days in start])
    ways = Ways(level, start, level * full / length)
    for array in (ways.level, ways.start, ways.mean_level):
        array.flags.writeable = False
    return ways
