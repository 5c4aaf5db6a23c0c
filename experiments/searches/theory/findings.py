"""What a search gives."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass
class Findings:
    """What a search gives, as tables (``docs/theory.md`` names their columns)."""

    design: pd.DataFrame
    runs: pd.DataFrame
    estimates: pd.DataFrame
    maps: pd.DataFrame
    judged: pd.DataFrame
    candidates: pd.DataFrame

    def of(self, proposition: str) -> pd.DataFrame:
        """Return the judged candidates of one proposition."""
        return self.candidates[self.candidates["proposition"] == proposition]
