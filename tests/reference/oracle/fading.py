"""What fades: half-lives, and numbers of all accounts that fade by one scale (2, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from oracle.buyer import Buyer


def keep(half_life: float, days: float = 1) -> float:
    """Return the share that is left after ``days``: 2^(−days/h) (7, Rounding)."""
    return float(0.5 ** (days / half_life))


def single(x: float) -> float:
    """Round to single precision (2, Buyers' accounts)."""
    return float(np.float32(x))


class Fading:
    """A quantity of all accounts that fades by one number, the scale (2, Buyers' accounts)."""

    def __init__(self, name: str, half_life: float) -> None:
        self.name, self.half_life, self.scale = name, half_life, 1.0

    def fade(self, buyers: list[Buyer]) -> None:
        """Let a day pass; multiply a scale that has become small into the raw numbers (7.1)."""
        self.scale *= keep(self.half_life)
        if self.scale < 1e-6:
            for buyer in buyers:
                setattr(buyer, self.name, single(getattr(buyer, self.name) * single(self.scale)))
            self.scale = 1.0
