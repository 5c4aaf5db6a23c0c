"""The detector's record against the truth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.state.units import NEVER


@dataclass
class DetectorRecord:
    """Monthly counts of the detector against the truth; ``months`` keeps (day, brushing, above).

    ``last_above`` (n_shops,) is the day on which each shop was last above the threshold.
    """

    last_above: np.ndarray
    last_screened: int = NEVER
    brushing: int = 0
    brushing_above: int = 0
    innocent: int = 0
    innocent_above: int = 0
    months: list[tuple[int, int, int]] = field(default_factory=list)

    def recall_between(self, first: int, last: int) -> tuple[int, int]:
        """Return how many shops brushed in the months that end on policy days ``first`` … ``last``.

        And how many of them were above the threshold: first those above, then all.
        """
        months = [month for month in self.months if first <= month[0] <= last]
        return sum(above for _, _, above in months), sum(brushing for _, brushing, _ in months)
