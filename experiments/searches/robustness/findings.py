"""What a look at robustness found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.analysis.choice import Rule
from experiments.searches.explored import Explored
from experiments.searches.robustness.discovery import Box

FOLDER = "robustness"
"""Where results lie, below the exploration's folder."""


@dataclass(frozen=True)
class Failing:
    """Where one package fails: the number of failing worlds of ``n``, and the boxes that hold most of them.

    ``beyond`` is the regret beyond which it fails, NaN where limits decide.
    """

    package: str
    hits: int
    n: int
    beyond: float
    boxes: list[Box]


@dataclass(frozen=True)
class Robustness:
    """What was found."""

    explored: Explored
    rule: Rule
    regret: pd.DataFrame
    satisficing: pd.DataFrame
    failing: list[Failing]

    @property
    def folder(self) -> Path:
        """Return where it lies."""
        return self.explored.folder / FOLDER
