"""What buyers, merchants and the trade see of a day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.choosing import Loss, perceived_loss
from experiments.twin.kernels.selling import Books, Sales, profit
from experiments.twin.population import Cells, Kinds, State


class Seen(NamedTuple):
    """Sums of a day, a slot.

    Genuine orders and disappointed ones; of shops in campaigns the share of all slots, the orders that they
    bought, and the loss, RMB, that they believe one sanction to bring.
    """

    orders: float
    disappointed: float
    customers: float
    bought: float
    loss: float


@njit(error_model="numpy")
def hear(cells: Cells, state: State, settled: float, kept: float) -> None:
    """Let perceived risk move towards ``settled``; ``kept`` of what sets it apart is left."""
    for k in range(state.strikes.size):
        first, end = cells.start[k], cells.start[k + 1]
        half = (end - first) // 2
        for stage in range(3):
            held = 0.0
            for c in range(first + stage * half, min(first + (stage + 1) * half, end)):
                held += state.mass[c]
            state.fear[k, stage] = held * settled * (1 - kept) + state.fear[k, stage] * kept


@njit(error_model="numpy")
def look_around(
    kinds: Kinds, cells: Cells, state: State, sales: Sales, brushed: np.ndarray, books: Books, loss: Loss,
    concavity: float, exposure: np.ndarray,
) -> Seen:  # fmt: skip
    """Return the sums of a day, and fill the ``exposure`` of each level (n_levels,).

    That is of shops in campaigns ``concavity`` × level/(level + genuine orders + 1), summed over them.
    """
    orders, bad, customers, bought, lost = 0.0, 0.0, 0.0, 0.0, 0.0
    mass, genuine, standing, price, margin = (
        state.mass,
        sales.genuine,
        sales.standing,
        kinds.price,
        kinds.margin,
    )
    first = cells.start[cells.n_honest]
    believed = np.empty(mass.size - first)
    exposure[:] = 0.0
    for c in range(mass.size):
        orders += genuine[c] * mass[c]
        bad += genuine[c] * mass[c] * sales.disappointed[c]
    for c in range(first, mass.size):
        k = cells.kind[c]
        believed[c - first] = profit(standing[c], price[k], margin[k], books)
    for i in range(believed.size):
        believed[i] = perceived_loss(believed[i], loss)
    for c in range(first, mass.size):
        level = cells.orders[c]
        if cells.level[c] >= 0:
            customers += mass[c]
            bought += brushed[c] * mass[c]
            lost += believed[c - first] * mass[c]
            exposure[cells.level[c]] += concavity * level / (level + genuine[c] + 1) * mass[c]
    return Seen(orders, bad, customers, bought, lost)


@njit(cache=True, error_model="numpy")
def learn(
    kinds: Kinds, cells: Cells, state: State, sales: Sales, brushed: np.ndarray, books: Books, loss: Loss,
    concavity: float, settled: float, kept: float, exposure: np.ndarray,
) -> Seen:  # fmt: skip
    """Let merchants `hear` of a step's sanctions, and `look_around` for the others."""
    hear(cells, state, settled, kept)
    return look_around(kinds, cells, state, sales, brushed, books, loss, concavity, exposure)
