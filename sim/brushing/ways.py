"""Ways to brush: how many orders a day, at once or by a gradual start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.config import World
from sim.state import Merchants


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
    """Return all ways to brush, level by level."""
    brushing = world.brushing
    starts = np.array([0, world.adaptation.gradual_days])
    level = np.repeat(np.asarray(brushing.levels), starts.size)
    start = np.tile(starts, len(brushing.levels))
    length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
    return Ways(level, start, level * full_days(np.full(start.size, length), start) / length)


def full_days(days: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return how many days of full swing the first ``days`` of a campaign come to.

    Orders grow in proportion to the day of the campaign until day ``start``.
    """
    growing = np.minimum(days, start)
    return growing * (growing + 1) / (2 * np.maximum(start, 1)) + days - growing


def planned_orders(merchants: Merchants, slots: np.ndarray, world: World, day: int) -> np.ndarray:
    """Return the orders that the campaigns of ``slots`` plan for today; whole ones, spread evenly."""
    start = ways_to_brush(world).start[merchants.way[slots]]
    age = day - merchants.campaign_start[slots]
    level = merchants.level[slots]
    done, due = (np.floor(level * full_days(days, start)) for days in (age, age + 1))
    return (due - done).astype(np.int64)
