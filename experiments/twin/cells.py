"""All kinds and states of both populations in one row: the cells that demand and detection work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.twin.population import Population

NOBODY = 1e-7
"""Cells with a smaller share of all slots are taken as empty."""


@dataclass(frozen=True)
class Cells:
    """What never changes of the cells, arrays (n_cells,): honest kinds first, state by state.

    ``population`` is 0 or 1, ``stage`` is 0 (established), 1 (rebuilding), 2 (hidden).
    """

    population: np.ndarray
    stage: np.ndarray
    quality: np.ndarray
    price: np.ndarray
    margin: np.ndarray
    following: np.ndarray


def make_cells(honest: Population, opportunists: Population) -> Cells:
    """Return the cells of two populations."""
    both = (honest, opportunists)
    sizes = [people.mass.shape for people in both]

    def trait(name: str) -> np.ndarray:
        return join(*(np.broadcast_to(getattr(p.kinds, name)[:, None], p.mass.shape) for p in both))

    return Cells(
        population=np.repeat([0, 1], [n * k for n, k in sizes]),
        stage=join(*(np.broadcast_to(p.stage, p.mass.shape) for p in both)),
        quality=trait("quality"), price=trait("price"), margin=trait("margin"), following=trait("following"),
    )  # fmt: skip


def join(honest: np.ndarray, opportunists: np.ndarray) -> np.ndarray:
    """Return two tables (n_kinds, n_states) as one row of cells."""
    return np.concatenate([honest.ravel(), opportunists.ravel()])


def split(row: np.ndarray, honest: Population, opportunists: Population) -> tuple[np.ndarray, np.ndarray]:
    """Return a row of cells as the two tables that it was joined from."""
    n = honest.mass.size
    return row[:n].reshape(honest.mass.shape), row[n:].reshape(opportunists.mass.shape)
