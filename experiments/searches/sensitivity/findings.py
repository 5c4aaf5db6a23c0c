"""What a sensitivity analysis found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.searches.explored import Explored
from experiments.searches.sensitivity.quantities import Choice

FOLDER = "sensitivity"
"""Where results lie, below the exploration's folder."""


@dataclass(frozen=True)
class Sensitivity:
    """What was found: a row a quantity and parameter, and what would change the choice."""

    explored: Explored
    effects: pd.DataFrame
    """Elementary effects, or indices, by the design."""
    tornado: pd.DataFrame
    ranking: pd.DataFrame
    choice: Choice | None

    @property
    def folder(self) -> Path:
        """Return where it lies."""
        return self.explored.folder / FOLDER
