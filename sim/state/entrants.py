"""Entrants: merchants who wait for a free slot."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Entrants:
    """Who waits for a slot (identity, day of coming), and the ``next`` identity that will come."""

    next: int
    waiting: list[tuple[int, int]] = field(default_factory=list)
