"""Brush: organisers match the orders that merchants buy to the accounts of workers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.organisers import Organiser
from sim.brushing.ways import planned_orders
from sim.chance import Stream, day_key, uniform, uniforms
from sim.config import World
from sim.state import FEN, Buyers, Merchants, Shops


@dataclass
class Tasks:
    """A day's brushed orders: shop and account of each (n,), and sums by shop (n_shops,) in fen.

    ``cover`` and ``camouflage_price`` (n_shops,) are the camouflage of each merchant's organiser: the
    share of the traces that it hides, and what it adds to the price of an order, RMB.
    """

    shop: np.ndarray
    account: np.ndarray
    count: np.ndarray
    value: np.ndarray
    organiser: np.ndarray
    cover: np.ndarray
    camouflage_price: np.ndarray

    @property
    def n(self) -> int:
        """Number of brushed orders."""
        return self.shop.size


def assign_tasks(
    merchants: Merchants, shops: Shops, organisers: list[Organiser], buyers: Buyers, started: np.ndarray,
    world: World, seed: int, day: int,
) -> Tasks:  # fmt: skip
    """Return today's brushed orders; merchants without an open organiser choose one first.

    Those whose campaigns begin (``started``) choose anew. An organiser that cannot carry out
    everything serves all its customers in proportion.
    """
    choose_organisers(merchants, shops, organisers, started, world, seed, day)
    wanted = np.zeros(shops.n, dtype=np.int64)
    active = np.flatnonzero(shops.open & (merchants.campaign_until > day))
    wanted[active] = planned_orders(merchants, active, world, day)
    count = np.zeros(shops.n, dtype=np.int64)
    shop, account = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]
    for organiser in organisers:
        mine = np.flatnonzero((merchants.organiser == organiser.number) & (wanted > 0))
        mine = mine[np.argsort(shops.identity[mine])]
        if not organiser.is_open:
            continue
        organiser.prepare(mine.size, float(wanted[mine].sum()), buyers, day)
        luck = uniform(seed, Stream.TASKS, day, -1 - organiser.number)
        served = serve(wanted[mine], organiser.capacity, luck)
        count[mine] = served
        total = int(served.sum())
        if total:
            shop.append(np.repeat(mine, served).astype(np.int32))
            account.append(organiser.hand_out(total))
    value = np.rint(count * shops.price * world.brushing.value_ratio * FEN).astype(np.int64)
    note_customers(merchants, count, world, day)
    cover, price = (quote(organisers, merchants, name) for name in ("cover", "camouflage_price"))
    by = merchants.organiser.copy()
    return Tasks(np.concatenate(shop), np.concatenate(account), count, value, by, cover, price)


def quote(organisers: list[Organiser], merchants: Merchants, name: str) -> np.ndarray:
    """Return an attribute of each merchant's organiser (n_shops,); the mean of all where it has none."""
    values = np.array([float(getattr(organiser, name)) for organiser in organisers])
    return np.where(merchants.organiser >= 0, values[merchants.organiser], values.mean())


def serve(wanted: np.ndarray, capacity: int, luck: float) -> np.ndarray:
    """Return orders served to each customer (n,): all, or a share that exhausts ``capacity``.

    Shares are rounded down or up by systematic sampling (one ``luck`` in (0, 1) for all customers),
    so each is served in proportion on average and together they never exceed the capacity.
    """
    total = wanted.sum()
    if total <= capacity:
        return wanted
    reached = np.minimum(np.floor(np.cumsum(wanted * (capacity / total)) + luck), capacity)
    return np.diff(reached, prepend=0).astype(np.int64)


def choose_organisers(
    merchants: Merchants, shops: Shops, organisers: list[Organiser], started: np.ndarray,
    world: World, seed: int, day: int,
) -> None:  # fmt: skip
    """Send merchants who begin, or whose organiser has gone, to open organisers.

    Those who begin come in proportion to size; the displaced turn to the largest more than that.
    """
    is_open = np.array([o.is_open for o in organisers])
    away = np.array([not o.is_open and o.reopen_day <= day for o in organisers])
    active = merchants.campaign_until > day
    stranded = np.flatnonzero(active & ((merchants.organiser < 0) | away[merchants.organiser]))
    slots = np.union1d(started, stranded)
    if slots.size == 0:
        return
    merchants.organiser[slots] = -1
    if not is_open.any():
        return
    served = np.bincount(merchants.organiser[active & (merchants.organiser >= 0)], minlength=len(organisers))
    luck = uniforms(day_key(seed, Stream.DECIDE, day), shops.identity[slots], 3)
    new = np.isin(slots, started)
    for who, exponent in ((new, 1.0), (~new, world.trade.survivor_exponent)):
        pull = is_open * (served + 1.0) ** exponent
        choice = np.searchsorted(np.cumsum(pull / pull.sum()), luck[who], side="right")
        merchants.organiser[slots[who]] = np.minimum(choice, len(organisers) - 1)


def note_customers(merchants: Merchants, count: np.ndarray, world: World, day: int) -> None:
    """Note who bought from whom, as an organiser's ledger would (two organisers a merchant)."""
    bought = np.flatnonzero(count > 0)
    merchants.last_brushed_day[bought] = day
    changed = bought[merchants.last_organiser[bought] != merchants.organiser[bought]]
    merchants.last_served_until[changed] = merchants.served_until[changed]
    merchants.served_until[bought] = day
    merchants.previous_organiser[changed] = merchants.last_organiser[changed]
    merchants.last_organiser[changed] = merchants.organiser[changed]
