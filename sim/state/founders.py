"""Founders of organisers: whom the law follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sim.chance import Stream, day_key, uniforms


class Status(IntEnum):
    """What a founder may do: run an organiser, or not, or not any more of his own accord."""

    FREE = 0
    BARRED = 1
    LEFT = 2


@dataclass
class Founders:
    """All who have ever run an organiser, a row each, arrays (n_founders,); `Trade.founder` is who runs one.

    ``identity`` is what institutions know each by. ``gains`` and ``turnover`` are what each has earned and
    what orders were worth, ``paid`` what was seized, fined and awarded, in fen.
    """

    identity: np.ndarray
    status: np.ndarray
    founded_day: np.ndarray
    gains: np.ndarray
    turnover: np.ndarray
    paid: np.ndarray

    @property
    def n(self) -> int:
        """Number of founders so far."""
        return self.identity.size

    def owed(self, row: int) -> int:
        """Return what can still be taken from a founder: never more than was ever earned, fen."""
        return max(int(self.gains[row] - self.paid[row]), 0)


def make_founders(n: int, seed: int, exit_rate: float) -> Founders:
    """Return the first ``n`` founders, in business for as long as ``exit_rate`` (1/year) lets them be."""
    luck = uniforms(day_key(seed, Stream.ORGANISER, 0), np.arange(n), 5)
    age = (-365 / max(exit_rate, 0.01) * np.log(luck)).astype(np.int64)
    zeros = np.zeros(n, dtype=np.int64)
    return Founders(
        identity=np.arange(n),
        status=np.full(n, Status.FREE, dtype=np.int8),
        founded_day=-age - 1,
        gains=zeros.copy(),
        turnover=zeros.copy(),
        paid=zeros.copy(),
    )


def add_founder(founders: Founders, identity: int, day: int) -> int:
    """Enter one who founds an organiser on ``day``; return the row."""
    new = {"identity": identity, "status": Status.FREE, "founded_day": day}
    for name in vars(founders):
        column = getattr(founders, name)
        setattr(founders, name, np.append(column, column.dtype.type(new.get(name, 0))))
    return founders.n - 1
