"""Buyers' side of a platform: what attracts them, and what stands for them where they are counted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.polynomial.laguerre import laggauss

from sim.parameters import DemandParameters, Parameters
from sim.state.buyers import SEGMENTS
from sim.state.distributions import value_table

CHUNKS, LEAST_CHUNK = 16, 8192
"""Buyers go through the kernels in so many chunks at most, and of no fewer buyers than are worth it.

No result depends on the chunks. Few of them cost less, because a category's tables are then read once for
many visits; many of them spread better over threads.
"""

MOST_NODES = 32
"""Nodes of the quadrature of the exact law before it is fitted to a scenario."""


@dataclass
class Demand:
    """What buyers find attractive, and the room that their orders need.

    ``outside`` is e^utility of leaving. ``multiples`` are equally likely values of an order over the mean of
    its shop. ``capacity`` is the room for the orders of each of the ``chunks`` of buyers; ``price_effect``
    (n_shops, SEGMENTS) is what follows from each ``known_price`` (n_shops,), kept to save time.
    """

    parameters: DemandParameters
    per_category: int
    multiples: np.ndarray
    chunks: int
    capacity: int
    known_price: np.ndarray
    price_effect: np.ndarray
    known_sensitivity: tuple[float, float] | None = None
    outside: float = 1.0


@dataclass
class Classes:
    """What stands for the buyers where they are counted by class.

    ``ordered`` (n_buyers,) is how often each kept account bought today; ``weight`` is for how many accounts
    each of them stands that neither works in the trade nor is banned. ``quadrature`` are nodes and weights of
    the exact law.
    """

    ordered: np.ndarray
    weight: float = 1.0
    quadrature: tuple[np.ndarray, np.ndarray] = field(default_factory=lambda: laggauss(MOST_NODES))

    def weigh(self, counts: np.ndarray) -> np.ndarray:
        """Return what ``counts`` (2, …), of ordinary kept accounts and of the others, are of all accounts."""
        return self.weight * counts[0] + counts[1]


def make_demand(parameters: Parameters, n_buyers: int) -> Demand:
    """Return the demand side; the outside option is fitted when the market opens."""
    n_shops = parameters.market.n_shops
    chunks = min(CHUNKS, max(1, -(-n_buyers // LEAST_CHUNK)))
    expected = parameters.demand.orders_per_buyer / 365 * n_buyers / chunks
    return Demand(
        parameters=parameters.demand,
        per_category=parameters.market.shops_per_category,
        multiples=value_table(parameters.shops.order_value_sd_within),
        chunks=chunks,
        capacity=int(2 * expected + 64),
        known_price=np.zeros(n_shops),
        price_effect=np.ones((n_shops, SEGMENTS)),
    )


def make_classes(parameters: DemandParameters, n_buyers: int) -> Classes | None:
    """Return what stands for buyers who are counted by class, None where every buyer is followed."""
    return Classes(np.zeros(n_buyers, dtype=np.int8)) if parameters.cohort else None
