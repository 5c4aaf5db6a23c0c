"""The log of acts with the truth added by the world, and the file of cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.contract import Act
from sim.state import NEVER, Merchants

if TYPE_CHECKING:
    from sim.market import Market

INNOCENT_DAYS = 90
"""Innocent: bought no brushed order for the own shop in so many days before."""

FRESH_DAYS = 30
"""Stale: guilty, but the last brushed order is more than this ago."""


CASE_COLUMNS = (
    "case", "day", "source", "identity", "slot", "category", "age_days", "orders_30", "in_burst",
    "innocent", "honest", "stale", "hit_day", "strike_day", "bothered", "overturned", "platform_fine_fen",
    "state_fine_fen",
)  # fmt: skip


@dataclass
class Truth:
    """What is true of shops on a day; arrays of one length."""

    innocent: np.ndarray
    honest: np.ndarray
    stale: np.ndarray


def judge(merchants: Merchants, slots: np.ndarray | slice, day: int, window: float = INNOCENT_DAYS) -> Truth:
    """Return the truth about ``slots`` on ``day``: innocence is of conduct, honesty of disposition.

    ``window`` is how far back the evidence of the case reaches, in days.
    """
    since = day - merchants.last_brushed_day[slots]
    innocent = since > max(window, INNOCENT_DAYS)
    return Truth(innocent, ~merchants.opportunist[slots], ~innocent & (since > FRESH_DAYS))


@dataclass
class EventLog:
    """Every act, one row a target, kept as chunks of columns; a column of one value is that value."""

    chunks: list[dict] = field(default_factory=list)

    def write(
        self, day: int, act: Act, identity: np.ndarray, amount: np.ndarray, truth: Truth | None
    ) -> None:
        """Append one act; an act without targets is one row."""
        self.chunks.append(
            {
                "n": max(act.targets.size, 1), "day": day,
                "actor": act.actor, "policy": act.policy, "verb": str(act.verb), "target_kind": act.who,
                "target": act.targets if act.targets.size else -1,
                "identity": identity if identity.size else -1,
                "case": act.cases if act.cases.size else -1,
                "amount_rmb": amount if amount.size else 0.0,
                "reason": act.reason,
                "innocent": truth.innocent.astype(np.int8) if truth else UNDEFINED,
                "honest": truth.honest.astype(np.int8) if truth else UNDEFINED,
                "stale": truth.stale.astype(np.int8) if truth else UNDEFINED,
            }
        )  # fmt: skip

    def table(self, offset: int = 0) -> pd.DataFrame:
        """Return the log; ``day`` counts from ``offset``. Truth columns are −1 where undefined."""
        if not self.chunks:
            return pd.DataFrame(columns=EVENT_COLUMNS)
        table = {
            name: np.concatenate([as_column(chunk[name], chunk["n"]) for chunk in self.chunks])
            for name in EVENT_COLUMNS
        }
        table["day"] = table["day"] - offset
        return pd.DataFrame(table)


def as_column(values: Any, n: int) -> np.ndarray:
    """Return ``values`` as a column (n,): an array as it is, anything else ``n`` times."""
    if isinstance(values, np.ndarray):
        return values
    return np.full(n, values, dtype=object if isinstance(values, str) else None)


UNDEFINED = np.int8(-1)
"""The truth about what is not a shop."""

EVENT_COLUMNS = [
    "day", "actor", "policy", "verb", "target_kind", "target", "identity", "case", "amount_rmb", "reason",
    "innocent", "honest", "stale",
]  # fmt: skip


@dataclass
class Cases:
    """The file of cases: one row each, columns as lists, found by number (of the package in force)."""

    columns: dict[str, list] = field(default_factory=lambda: {name: [] for name in CASE_COLUMNS})
    rows: dict[int, int] = field(default_factory=dict)

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
        for name in ("bothered", "overturned"):
            self.columns[name] += [False] * n
        for name in ("platform_fine_fen", "state_fine_fen"):
            self.columns[name] += [0] * n
        self.rows.update(zip(numbers.tolist(), range(first, first + n), strict=True))

    def find(self, numbers: np.ndarray) -> np.ndarray:
        """Return the rows of cases, −1 for numbers that were never opened."""
        return np.array([self.rows.get(number, -1) for number in numbers.tolist()], dtype=np.int64)

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


def log_act(market: Market, act: Act, amount: np.ndarray | None = None) -> None:
    """Write the act to the event log, with the truth if it concerns shops."""
    amount = np.zeros(0) if amount is None else amount
    if act.who == "shop" and act.targets.size:
        truth = judge(market.merchants, act.targets, market.day)
        market.log.write(market.day, act, market.shops.identity[act.targets], amount, truth)
    else:
        market.log.write(market.day, act, act.targets, amount, None)
