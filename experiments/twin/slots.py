"""Slots of the market that are not open, and what fills them."""

from __future__ import annotations

import math

from sim.config import ShopConfig, World
from sim.entry import CLOSED_DAYS


class Slots:
    """Slots that are not open, in shares: closed by a sanction, free; newcomers who wait for one."""

    def __init__(self, config: ShopConfig) -> None:
        self.config = config
        self.closed = self.free = self.waiting = 0.0
        self.young = 0.0
        self.rebuilding = 1e-9

    def refill(self, left: float, closed: float, rebuild: float, days: float, recovery: float) -> float:
        """Take in who left and who was closed, and return the share of slots that newcomers take.

        ``rebuild`` is the share of slots whose shops rebuild already.
        """
        expelled = self.closed * -math.expm1(-days / CLOSED_DAYS)
        self.closed += closed - expelled
        self.free += left + expelled
        coming = self.config.entrant_rate / 365
        patience = self.config.entrant_patience
        self.waiting = min(self.waiting + coming * days, coming * patience)
        admitted = min(self.free, self.waiting)
        self.free -= admitted
        self.waiting -= admitted
        self.young = self.young * math.exp(-days / recovery) + admitted
        self.rebuilding = rebuild + admitted
        return admitted

    @property
    def newcomers(self) -> float:
        """Share of those who rebuild that are new, in [0, 1]."""
        return min(self.young / max(self.rebuilding, 1e-12), 1.0) if self.young else 1.0

    def freshness(self, recovery: float, world: World) -> float:
        """Return the mean freshness of shops that rebuild: newcomers' ages are exponential."""
        days = world.ranking.freshness_days
        return self.newcomers * days / (days + recovery)

    def young_days(self, recovery: float) -> float:
        """Return the mean length of the record of sales of shops that rebuild, 30 days at most."""
        return float(30 - self.newcomers * (30 - recovery * -math.expm1(-30 / recovery)))
