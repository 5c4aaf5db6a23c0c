"""Public names of organisers: who bore them, and which institutions know them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, drawn
from sim.state.trade import Trade

WIDTH = 44
"""Bits of a name: it is exact where numbers are doubles, and nobody guesses one."""


@dataclass
class Names:
    """The register of all names under which organisers were ever open, a row each; rows are only added.

    Arrays (n_names,): ``number`` is the name, ``founder`` the row of `Founders` who bore it, ``place`` where.
    ``known`` (n_institutions, n_names) tells which institution knows it, ``current`` (n_places,) is the row
    of each place's latest name.
    """

    number: np.ndarray
    founder: np.ndarray
    place: np.ndarray
    known: np.ndarray
    current: np.ndarray

    def rows_of(self, targets: np.ndarray) -> Iterator[tuple[int, int]]:
        """Yield the place in ``targets`` and the row of each name that somebody ever bore."""
        for i, target in enumerate(targets.tolist()):
            for row in np.flatnonzero(self.number == target).tolist():
                yield i, row

    def open_and_known(self, institution: int, is_open: np.ndarray) -> np.ndarray:
        """Return the names that an institution knows of places that are open (n_places,), by place."""
        rows = self.current[is_open]
        return self.number[rows[self.known[institution, rows]]]


def make_names(trade: Trade, n_institutions: int, seed: int) -> Names:
    """Return the register of the first organisers, whom nobody knows."""
    n = trade.n
    number = np.array([name_of(seed, founder, 1) for founder in range(n)], dtype=np.int64)
    known = np.zeros((n_institutions, n), dtype=bool)
    return Names(number, np.arange(n), np.arange(n), known, np.arange(n))


def take_name(names: Names, trade: Trade, place: int, identity: int, seed: int) -> None:
    """Give a place the name that its founder of this ``identity`` bears now; nobody knows it."""
    number = name_of(seed, identity, int(trade.names[place]))
    names.current[place] = names.number.size
    names.number = np.append(names.number, np.int64(number))
    names.founder = np.append(names.founder, trade.founder[place])
    names.place = np.append(names.place, place)
    names.known = np.pad(names.known, ((0, 0), (0, 1)))


def name_of(seed: int, founder: int, count: int) -> int:
    """Return the ``count``-th name of the founder of this identity."""
    return drawn(seed, Stream.NAMES, 0, founder, count) >> (64 - WIDTH)
