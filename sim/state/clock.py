"""The day, and the luck that belongs to it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.chance import day_key


class Clock(NamedTuple):
    """Which day it is, and the luck that belongs to it.

    ``seed`` is the number of the replication, ``day`` counts from the first day of the market, and on
    ``policy_start`` the package in force took over.
    """

    seed: int
    day: int = 0
    policy_start: int = 0

    @property
    def policy_day(self) -> int:
        """Days since the package took over; negative in the warm-up once that is known."""
        return self.day - self.policy_start

    def key(self, stream: int) -> np.uint64:
        """Return the key of today's draws of a ``stream`` (`sim.chance.Stream`)."""
        return day_key(self.seed, stream, self.day)
