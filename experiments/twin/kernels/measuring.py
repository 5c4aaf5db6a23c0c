"""What a day comes to: sums over cells, and the share of those who sell most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.sentencing import guilt
from experiments.twin.population import Cells, State

BUCKETS = 256

TOP = 0.1


class Sums(NamedTuple):
    """A day's sums over all shops, a slot.

    Brushed orders; shops that are open, that brush, that are innocent, honest, busy (they bought
    `sim.metrics.RECALL_ORDERS` a month); sanctions of the innocent, the guilty, the honest; busy and innocent
    shops that are above the line in a month; cases of the guilty; shops in campaigns, and sanctions of those
    who brushed recently; opportunists, and the risk that they perceive. ``top_share`` is the share of genuine
    orders that go to the `TOP` of shops that sell most.
    """

    brushed: float
    open_shops: float
    active: float
    innocent: float
    honest: float
    busy: float
    hits_innocent: float
    hits_guilty: float
    hits_honest: float
    busy_above: float
    innocent_above: float
    guilty_cases: float
    campaigning: float
    recent_hits: float
    opportunists: float
    fear: float
    top_share: float


@njit(error_model="numpy", forceinline=True)
def active_share(level: float, brushed: float) -> float:
    """Return the share of days on which a shop in a campaign of ``level`` has a brushed order.

    A gradual start brings less than one order a day at first: of the days of a campaign of level ℓ about
    (1 − x/ℓ)/ℓ are without, x being its mean orders a day.
    """
    least = max(level, 1.0)
    return min(max(1 - (1 - brushed / least) / least, 0.0), 1.0) if brushed > 0 else 0.0


@njit(error_model="numpy")
def sort_into_buckets(
    orders: np.ndarray, mass: np.ndarray, among: np.ndarray, bucket: np.ndarray, held: np.ndarray
) -> float:
    """Fill the bucket of each cell of ``among``, and the mass in each; return the range of orders."""
    low, high = np.inf, -np.inf
    for c in among:
        low, high = min(low, orders[c]), max(high, orders[c])
    held[:] = 0.0
    scale = (BUCKETS - 0.001) / max(high - low, 1e-300)
    for i in range(among.size):
        bucket[i] = int((orders[among[i]] - low) * scale)
        held[bucket[i]] += mass[among[i]]
    return high - low


@njit(error_model="numpy")
def concentration(orders: np.ndarray, mass: np.ndarray, share: float) -> float:
    """Return the share of all orders that go to the ``share`` of shops that sell most.

    ``orders`` of a shop and ``mass`` are those of cells (n_cells,). The cell in which the share ends is
    looked for in buckets of cells, and in buckets of that bucket, until its cells have the same orders.
    """
    rest, sold, total, n = 0.0, 0.0, 0.0, 0
    among, bucket, held = np.empty(mass.size, np.int64), np.empty(mass.size, np.int64), np.empty(BUCKETS)
    for c in range(mass.size):
        rest += share * mass[c]
        total += orders[c] * mass[c]
        among[n] = c
        n += mass[c] > 0
    among = among[:n]
    while sort_into_buckets(orders, mass, among, bucket, held) > 1e-300:
        last = BUCKETS - 1
        while last > 0 and held[last] <= rest:
            rest -= held[last]
            last -= 1
        n = 0
        for i in range(among.size):
            c = among[i]
            sold += orders[c] * mass[c] if bucket[i] > last else 0.0
            among[n] = c
            n += bucket[i] == last
        among = among[:n]
    sold += rest * orders[among[0]]
    return sold / max(total, 1e-300)


@njit(cache=True, error_model="numpy")
def add_up(
    cells: Cells, state: State, genuine: np.ndarray, brushed: np.ndarray, screened: np.ndarray,
    late: np.ndarray, hits: np.ndarray, busy_orders: float,
) -> Sums:  # fmt: skip
    """Return a day's sums.

    ``genuine`` and ``brushed`` (n_cells,) are orders a day, ``screened`` (2, n_cells) as of
    `experiments.twin.kernels.screening.screen`, ``late`` and ``hits`` (2, n_cells) as of `.sentencing`.
    """
    bought, shops, active, innocent, honest, busy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    hits_innocent, hits_guilty, hits_honest, busy_above, innocent_above = 0.0, 0.0, 0.0, 0.0, 0.0
    guilty_cases, campaigning, recent_hits = 0.0, 0.0, 0.0
    share, first, mass = guilt(cells, state), cells.start[cells.n_honest], state.mass
    for c in range(mass.size):
        shops += mass[c]
        innocent += (1 - share[c]) * mass[c]
        innocent_above += screened[0, c] * (1 - share[c]) * mass[c]
        hits_innocent += hits[0, c] * mass[c]
        hits_guilty += hits[1, c] * mass[c]
    for c in range(first):
        honest += mass[c]
        hits_honest += hits[0, c] * mass[c]
    for c in range(first, mass.size):
        by_flags = screened[1, c] * share[c] + late[c]
        guilty_cases += by_flags * mass[c]
        bought += brushed[c] * mass[c]
        active += active_share(cells.orders[c], brushed[c]) * mass[c]
        if 30 * brushed[c] >= busy_orders:
            busy += mass[c]
            busy_above += screened[0, c] * mass[c]
        campaigning += mass[c] if brushed[c] > 0 else 0.0
        recently = 1.0 if brushed[c] > 0 else late[c] / max(by_flags, 1e-300)
        recent_hits += hits[1, c] * recently * mass[c]
    return Sums(
        bought, shops, active, innocent, honest, busy, hits_innocent, hits_guilty, hits_honest, busy_above,
        innocent_above, guilty_cases, campaigning, recent_hits, shops - honest,
        state.fear[cells.n_honest :].sum(), concentration(genuine, mass, TOP),
    )  # fmt: skip
