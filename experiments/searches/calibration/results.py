"""What a calibration gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.searches.calibration.ensemble import SIZE


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

    @property
    def complete(self) -> bool:
        """Tell whether the ensemble has its full size."""
        return len(self.ensemble) >= SIZE
