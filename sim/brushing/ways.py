"""Ways to brush: how many orders a day, at once or by a gradual start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.config import World
from sim.state import Merchants

YESTERDAY_AND_TODAY = np.array([[0], [1]])
"""What adds to a campaign's age: days that were over yesterday, and that will be this evening."""


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
    ways = Ways(level, start, level * full_days(np.full(start.size, length), start) / length)
    for array in (ways.level, ways.start, ways.mean_level):
        array.flags.writeable = False
    return ways


def full_days(days: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return how many days of full swing the first ``days`` of a campaign come to.

    Orders grow in proportion to the day of the campaign until day ``start``.
    """
    growing = np.minimum(days, start)
    return growing * (growing + 1) / (2 * np.maximum(start, 1)) + days - growing


def planned_orders(merchants: Merchants, slots: np.ndarray, world: World, day: int) -> np.ndarray:
    """Return the orders that the campaigns of ``slots`` plan for today; whole ones, spread evenly."""
    start = ways_to_brush(world).start[merchants.way[slots]]
    days = day - merchants.campaign_start[slots] + YESTERDAY_AND_TODAY
    done, due = np.floor(merchants.level[slots] * full_days(days, start))
    return (due - done).astype(np.int64)
