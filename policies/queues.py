"""What waits inside an institution: for a date (`Docket`), for staff (`Queue`, `Quota`)."""

from __future__ import annotations

import numpy as np

from sim.contract import NONE, Observation, case_identity


class Quota:
    """A daily number that is not whole, such as 0.6 reviews a day, paid out in whole units."""

    def __init__(self) -> None:
        self._fraction = 0.0

    def today(self, rate: float) -> int:
        """Return today's whole number; the fraction is kept for tomorrow, idle units are not."""
        total = self._fraction + rate
        self._fraction = total - int(total)
        return int(total)


class Docket:
    """Rows of named columns, each due on a day."""

    def __init__(self, *columns: str) -> None:
        self._due = NONE
        self._rows: dict[str, np.ndarray] = {column: np.zeros(0) for column in columns}

    def enter(self, due: int, **rows: np.ndarray) -> None:
        """Write down rows (one array a column) that are due on day ``due``."""
        size = next(iter(rows.values())).size
        if size:
            self._due = np.concatenate([self._due, np.full(size, due)])
            self._rows = {c: _append(old, rows[c]) for c, old in self._rows.items()}

    def strike_out(self, column: str, values: np.ndarray) -> None:
        """Drop the rows whose ``column`` is one of ``values``."""
        if self._due.size and values.size:
            self._keep(~np.isin(self._rows[column], values))

    def call(self, day: int) -> dict[str, np.ndarray]:
        """Take out the rows that are due by ``day``; an empty mapping if none are."""
        if self._due.size == 0 or self._due.min() > day:
            return {}
        due = self._due <= day
        called = {column: rows[due] for column, rows in self._rows.items()}
        self._keep(~due)
        return called

    def _keep(self, left: np.ndarray) -> None:
        self._due = self._due[left]
        self._rows = {column: rows[left] for column, rows in self._rows.items()}


class Queue:
    """Cases that wait for somebody to look at them."""

    def __init__(self) -> None:
        self.shop, self.case, self.risk = NONE, NONE, np.zeros(0)

    def __len__(self) -> int:
        return self.case.size

    def add(self, shop: np.ndarray, case: np.ndarray, risk: np.ndarray) -> None:
        """Let cases wait; one that waits already is not added again."""
        if case.size == 0:
            return
        case, first = np.unique(case, return_index=True)
        new = ~among(case, self.case)
        self.case = np.concatenate([self.case, case[new]])
        self.shop = np.concatenate([self.shop, shop[first][new]])
        self.risk = np.concatenate([self.risk, risk[first][new]])

    def keep(self, left: np.ndarray) -> None:
        """Keep the cases that the mask ``left`` marks."""
        self.shop, self.case, self.risk = self.shop[left], self.case[left], self.risk[left]

    def take(
        self, number: int | None, urgency: np.ndarray, luck: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take out ``number`` cases (all if None), most urgent first, ties by luck: shops, cases."""
        order = np.lexsort((luck, -urgency))[:number]
        taken = self.shop[order], self.case[order]
        left = np.ones(len(self), dtype=bool)
        left[order] = False
        self.keep(left)
        return taken


def present(observation: Observation, shop: np.ndarray, case: np.ndarray) -> np.ndarray:
    """Tell which cases are on the shop that still holds the slot ``shop`` (-1: it has left)."""
    return (shop >= 0) & (observation.identity[shop] == case_identity(case))


def among(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Tell which whole numbers of ``values`` are in ``known``: `np.isin` for the few of one day."""
    found = set(known.tolist())
    return np.array([value in found for value in values.tolist()], dtype=bool)


def opened_on(case: np.ndarray) -> np.ndarray:
    """Return the days on which cases were opened."""
    return case >> np.int64(40)


def _append(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    return np.concatenate([old, new]) if old.size else np.array(new)
