"""How readers are told what the outcomes of a search differ by: each in a unit of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from experiments.searches.theory.trials import BRUSHED, GAP, HARM, SURPLUS


@dataclass(frozen=True)
class Measure:
    """An outcome's name and the unit of its differences, which are stored values times ``scale``.

    ``short`` is the unit where there is little room, as beside an axis.
    """

    name: str
    unit: str
    short: str
    scale: float = 1.0

    def signed(self, value: float) -> str:
        """Write a difference with its sign, without the unit."""
        return signed(self.scale * value)


RMB = "RMB an arriving buyer"

MEASURES = {
    SURPLUS: Measure("Consumer surplus", RMB, "RMB"),
    HARM: Measure("Total harm", RMB, "RMB"),
    BRUSHED: Measure("Brushed share", "percentage points", "% points", 100.0),
    GAP: Measure("Brushing of good less bad shops", "brushed orders a shop and day", "orders"),
}


def units_text(outcomes: Iterable[str]) -> str:
    """Say which unit the differences of some outcomes have: each unit once, with the outcomes it is for."""
    names: dict[str, list[str]] = {}
    for outcome in dict.fromkeys(outcomes):
        names.setdefault(MEASURES[outcome].unit, []).append(MEASURES[outcome].name.lower())
    return "; ".join(f"{unit} for {' and '.join(own)}" for unit, own in names.items())


def signed(value: float) -> str:
    """Write a difference with its sign; an en dash where it is undefined."""
    return "–" if pd.isna(value) else f"{value:+.3g}".replace("-", "−")


def in_units(table: pd.DataFrame, outcome: str, columns: Iterable[str]) -> pd.DataFrame:
    """Return a table in which the ``columns`` of differences of an outcome are in the unit readers see."""
    return table.assign(**{name: MEASURES[outcome].scale * table[name] for name in columns})
