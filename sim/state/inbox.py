"""What reaches the institutions tomorrow, or on a later day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Inbox:
    """What reaches the institutions tomorrow, or on a later day.

    A finding is kind, cases, slots, identities, verdicts and intensities; an appeal is day, case, slot
    and identity.
    """

    findings: list[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = field(
        default_factory=list
    )
    referrals: list[tuple[np.ndarray, np.ndarray, str]] = field(default_factory=list)
    raids: list[tuple[int, float, float, float]] = field(default_factory=list)
    appeals: list[tuple[int, int, int, int]] = field(default_factory=list)
    ledgers: list[tuple[int, int, np.ndarray, np.ndarray]] = field(default_factory=list)

    def clear_delivered(self, day: int) -> None:
        """Take out what is delivered on the evening of ``day``, before its acts fill the inbox."""
        self.findings, self.referrals, self.raids = [], [], []
        self.appeals = [entry for entry in self.appeals if entry[0] > day]
        self.ledgers = [entry for entry in self.ledgers if entry[0] > day]
