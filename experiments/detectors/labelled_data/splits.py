"""A split by time, with gaps as long as the longest window: no trace is counted on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.contract import WINDOWS
from sim.parameters import ConfigError

GAP = max(WINDOWS)
"""Days between two splits."""

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}
"""Shares of the days that do not lie in a gap."""

LEAST_DAYS = 2 * GAP + 80
"""Policy days from which the train split is longer than the longest window."""


@dataclass(frozen=True)
class Split:
    """Days ``first`` … ``last`` of the package, both included."""

    name: str
    first: int
    last: int

    def ends_within(self, days: int) -> range:
        """Return its last days, at most so many."""
        return range(max(self.first, self.last - days + 1), self.last + 1)


def make_splits(days: int) -> list[Split]:
    """Return the splits of ``days`` policy days, in the order of time."""
    if days < LEAST_DAYS:
        raise ConfigError(f"export needs days of at least {LEAST_DAYS}, for three splits; got {days}")
    usable = days - GAP * (len(SHARES) - 1)
    splits, first, share = [], 0, 0.0
    for number, (name, own) in enumerate(SHARES.items()):
        share += own
        last = round(share * usable) - 1 + GAP * number
        splits.append(Split(name, first, last))
        first = last + 1 + GAP
    return splits


def split_of(day: int, splits: Sequence[Split]) -> str:
    """Return the name of a day's split, ``gap`` between two and ``warm-up`` before the first."""
    inside = [split.name for split in splits if split.first <= day <= split.last]
    return inside[0] if inside else "gap" if day >= 0 else "warm-up"
