"""The file of cases."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.state.units import NEVER

CASE_COLUMNS = (
    "case", "day", "source", "identity", "slot", "category", "age_days", "orders_30", "in_burst",
    "innocent", "honest", "stale", "hit_day", "strike_day", "bothered", "overturned", "platform_fine_fen",
    "state_fine_fen",
)  # fmt: skip


@dataclass
class Cases:
    """The file of cases: one row each, columns as lists, found by number (of the package in force).

    ``named`` has the day on which a ledger that named a shop's identity reached the platform, ``heard_day``
    by row the day on which others first heard of a sanction.
    """

    columns: dict[str, list] = field(default_factory=lambda: {name: [] for name in CASE_COLUMNS})
    rows: dict[int, int] = field(default_factory=dict)
    named: dict[int, int] = field(default_factory=dict)
    heard_day: list[int] = field(default_factory=list)

    def open(self, day: int, numbers: np.ndarray, source: str, facts: dict[str, np.ndarray]) -> None:
        """Open cases on ``day``; ``facts`` gives the remaining columns as arrays (n,)."""
        first, n = len(self.columns["case"]), numbers.size
        self.columns["case"] += numbers.tolist()
        self.columns["day"] += [day] * n
        self.columns["source"] += [source] * n
        for name, values in facts.items():
            self.columns[name] += values.tolist()
        for name in ("hit_day", "strike_day"):
            self.columns[name] += [NEVER] * n
        self.heard_day += [NEVER] * n
        for name in ("bothered", "overturned"):
            self.columns[name] += [False] * n
        for name in ("platform_fine_fen", "state_fine_fen"):
            self.columns[name] += [0] * n
        self.rows.update(zip(numbers.tolist(), range(first, first + n), strict=True))

    def find(self, numbers: np.ndarray) -> np.ndarray:
        """Return the rows of cases, −1 for numbers that were never opened."""
        return np.array([self.rows.get(number, -1) for number in numbers.tolist()], dtype=np.int64)

    def first_heard(self, rows: np.ndarray, day: int) -> np.ndarray:
        """Note that cases are heard of; tell of which (n,) nobody had heard before ``day``."""
        new = np.array([self.heard_day[row] in (NEVER, day) for row in rows.tolist()], dtype=bool)
        for row in rows[new].tolist():
            self.heard_day[row] = day
        return new

    def get(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Return one column at ``rows``."""
        column = self.columns[name]
        return np.array([column[row] for row in rows])

    def innocent(self, source: str, start: int) -> np.ndarray:
        """Return the innocence of the shops of all cases that ``source`` opened from day ``start`` on."""
        columns = (self.columns[name] for name in ("day", "source", "innocent"))
        rows = zip(*columns, strict=True)
        return np.array([innocent for day, by, innocent in rows if day >= start and by == source], dtype=bool)

    def set(self, name: str, rows: np.ndarray, value: int | bool) -> None:
        """Set one column at ``rows``."""
        for row in rows:
            self.columns[name][row] = value

    def named_since(self, day: int) -> list[int]:
        """Return the identities that a ledger has named since ``day``."""
        return [who for who, when in self.named.items() if when >= day]

    def forget_numbers(self) -> None:
        """Start numbering anew (another package takes over); the rows stay."""
        self.rows.clear()

    def table(self, offset: int = 0) -> pd.DataFrame:
        """Return the file; days count from ``offset``, days that never came are null."""
        table = pd.DataFrame(self.columns)
        for name in ("day", "hit_day"):
            days = table[name].astype("Int64")
            table[name] = days.mask(days == NEVER) - offset
        return table.drop(columns="strike_day")
