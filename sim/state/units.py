"""Money in fen, and the day of what never happened."""

from __future__ import annotations

import numpy as np

NEVER = -100_000
"""A day long before every run: the 'last day' of what never happened."""

FEN = 100
"""Fen in a RMB."""


def never(shape: int | tuple[int, ...]) -> np.ndarray:
    """Return an array of days on which nothing happened yet."""
    return np.full(shape, NEVER, dtype=np.int32)
