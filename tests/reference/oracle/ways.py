"""Ways to brush: how many orders a day, at once or by a gradual start (7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from sim.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Way:
    """One way to brush: its number, level (orders a day in full swing) and start (days until then)."""

    number: int
    level: int
    start: int
    mean_length: float

    def full_days(self, days: float) -> float:
        """Return how many days of full swing the first ``days`` of a campaign come to: full(d) (7.3)."""
        m = min(days, self.start)
        return m * (m + 1) / (2 * max(self.start, 1)) + days - m

    @property
    def mean_level(self) -> float:
        """Orders a day over a campaign of mean length: L (7.3)."""
        return self.level * self.full_days(self.mean_length) / self.mean_length

    def orders_until(self, days: int) -> int:
        """Return the orders of the first ``days`` of a campaign (7.4)."""
        return floor(self.level * self.full_days(days))


def ways_to_brush(world: Parameters) -> list[Way]:
    """Return all ways, numbered level by level, at once first (7.3)."""
    brushing = world.brushing
    mean_length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
    offers = [(level, start) for level in brushing.levels for start in (0, world.adaptation.gradual_days)]
    return [Way(number, level, start, mean_length) for number, (level, start) in enumerate(offers)]
