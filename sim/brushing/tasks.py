"""Brush: organisers match the orders that merchants buy to the accounts of workers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.trade import Offers, Trade, prepare
from sim.brushing.ways import ways_to_brush
from sim.chance import Stream, day_key
from sim.config import World
from sim.kernels import brushing as kernels
from sim.state import Buyers, Merchants, Shops


@dataclass
class Tasks:
    """A day's brushed orders: shop and account of each (n,), and sums by shop (n_shops,) in fen.

    ``cover`` and ``camouflage_price`` (n_shops,) are the camouflage of each merchant's organiser: the
    share of the traces that it hides, and what it adds to the price of an order, RMB. ``covered`` is the
    sum of the first over orders.
    """

    shop: np.ndarray
    account: np.ndarray
    count: np.ndarray
    value: np.ndarray
    organiser: np.ndarray
    cover: np.ndarray
    camouflage_price: np.ndarray
    covered: float

    @property
    def n(self) -> int:
        """Number of brushed orders."""
        return self.shop.size


def assign_tasks(
    merchants: Merchants, shops: Shops, trade: Trade, offers: Offers, buyers: Buyers, started: np.ndarray,
    world: World, seed: int, day: int,
) -> Tasks:  # fmt: skip
    """Return today's brushed orders; merchants without an open organiser choose one first.

    Those whose campaigns begin (``started``) choose anew. An organiser that cannot carry out
    everything serves all its customers in proportion.
    """
    slots, orders, queue = kernels.line_up(
        day_key(seed, Stream.DECIDE, day), day, float(world.trade.survivor_exponent), started,
        ways_to_brush(world).start, trade.is_open, trade.reopen_day, shops.open, shops.identity,
        merchants.way, merchants.level, merchants.campaign_start, merchants.campaign_until,
        merchants.organiser,
    )  # fmt: skip
    customers, wanted, ends, number, demanded = kernels.take_places(
        queue.argsort(), slots, orders, merchants.organiser, trade.n
    )
    capacity = prepare(trade, number, demanded, buyers.banned_until, buyers.works, world, seed, day)
    count, value = np.zeros(shops.n, dtype=np.int32), np.zeros(shops.n, dtype=np.int64)
    cover, camouflage_price = terms = np.empty((2, shops.n))
    records = (
        merchants.last_brushed_day, merchants.served_until, merchants.last_served_until,
        merchants.last_organiser, merchants.previous_organiser,
    )  # fmt: skip
    shop, account, covered = kernels.carry_out(
        day, day_key(seed, Stream.TASKS, day), float(world.brushing.value_ratio), customers, wanted, ends,
        demanded, capacity, trade.pool, trade.workers, (offers.cover, offers.camouflage_price), shops.price,
        merchants.organiser, records, trade.cursor, count, value, terms,
    )  # fmt: skip
    return Tasks(shop, account, count, value, merchants.organiser.copy(), cover, camouflage_price, covered)
