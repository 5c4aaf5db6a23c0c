"""What a calibration gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.searches.calibration.contradictions import Contradiction
from experiments.searches.calibration.question import SIZE


@dataclass
class Calibration:
    """What a calibration gives, as tables."""

    runs: pd.DataFrame
    confirmed: pd.DataFrame
    ensemble: pd.DataFrame
    waves: list[dict[str, float]]
    region: np.ndarray
    parameters: pd.DataFrame
    slopes: pd.DataFrame
    correlations: pd.DataFrame
    directions: pd.DataFrame
    quality: pd.DataFrame
    contradictions: list[Contradiction] = field(default_factory=list)
    """The smallest sets of targets that no point run meets; none if a member was found."""
    wanted: int = SIZE

    @property
    def complete(self) -> bool:
        """Tell whether the ensemble has its full size."""
        return len(self.ensemble) >= self.wanted
