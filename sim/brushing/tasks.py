"""Brush: organisers match the orders that merchants buy to the accounts of workers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.organisers import Organiser, draw_turnover
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
    customers, wanted = line_up(merchants, shops, world, day)
    ends = np.searchsorted(merchants.organiser[customers], np.arange(len(organisers) + 1)).tolist()
    served, account = np.zeros(customers.size, dtype=np.int64), [np.zeros(0, dtype=np.int32)]
    for organiser, luck in zip(organisers, draw_turnover(organisers, seed, day), strict=True):
        if organiser.is_open:
            mine = slice(ends[organiser.number], ends[organiser.number + 1])
            demanded = int(wanted[mine].sum())
            organiser.prepare(mine.stop - mine.start, demanded, luck, buyers, day)
            served[mine] = carry_out(organiser, wanted[mine], demanded, seed, day)
            if total := int(served[mine].sum()):
                account.append(organiser.hand_out(total))
    count, value = np.zeros(shops.n, dtype=np.int64), np.zeros(shops.n, dtype=np.int64)
    count[customers] = served
    value[customers] = np.rint(served * shops.price[customers] * world.brushing.value_ratio * FEN)
    note_customers(merchants, customers[served > 0], day)
    cover, price = (quote(organisers, merchants, name) for name in ("cover", "camouflage_price"))
    shop, by = np.repeat(customers, served).astype(np.int32), merchants.organiser.copy()
    return Tasks(shop, np.concatenate(account), count, value, by, cover, price)


def line_up(merchants: Merchants, shops: Shops, world: World, day: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the slots that want orders today and how many: by organiser, those of one by identity."""
    active = np.flatnonzero(shops.open & (merchants.campaign_until > day))
    wanted = planned_orders(merchants, active, world, day)
    wanting = np.flatnonzero(wanted)
    slots = active[wanting]
    order = np.lexsort((shops.identity[slots], merchants.organiser[slots]))
    return slots[order], wanted[wanting[order]]


def quote(organisers: list[Organiser], merchants: Merchants, name: str) -> np.ndarray:
    """Return an attribute of each merchant's organiser (n_shops,); the mean of all where it has none."""
    values = np.empty(len(organisers) + 1)
    values[:-1] = [getattr(organiser, name) for organiser in organisers]
    values[-1] = values[:-1].sum() / len(organisers)
    return values[merchants.organiser]  # −1, which is none, is the last


def carry_out(organiser: Organiser, wanted: np.ndarray, demanded: int, seed: int, day: int) -> np.ndarray:
    """Return orders carried out for each customer (n,), ``demanded`` being the sum of those wanted."""
    if demanded <= organiser.capacity:
        return wanted
    return serve(wanted, organiser.capacity, uniform(seed, Stream.TASKS, day, -1 - organiser.number))


def serve(wanted: np.ndarray, capacity: int, luck: float) -> np.ndarray:
    """Return orders served to each customer (n,): all, or a share that exhausts ``capacity``.

    Shares are rounded down or up by systematic sampling (one ``luck`` in (0, 1) for all customers),
    so each is served in proportion on average and together they never exceed the capacity.
    """
    total = wanted.sum()
    if total <= capacity:
        return wanted
    reached = np.minimum(np.floor(np.cumsum(wanted * (capacity / total)) + luck), capacity).astype(np.int64)
    reached[1:] -= reached[:-1].copy()
    return reached


def choose_organisers(
    merchants: Merchants, shops: Shops, organisers: list[Organiser], started: np.ndarray,
    world: World, seed: int, day: int,
) -> None:  # fmt: skip
    """Send merchants who begin, or whose organiser has gone, to open organisers.

    Those who begin come in proportion to size; the displaced turn to the largest more than that.
    """
    is_open = np.array([o.is_open for o in organisers])
    away = np.array([not o.is_open and o.reopen_day <= day for o in organisers])
    active = np.flatnonzero(merchants.campaign_until > day)
    by = merchants.organiser[active]
    begins = np.zeros(shops.n, dtype=bool)
    begins[started] = True
    moves = begins.copy()
    moves[active[(by < 0) | away[by]]] = True
    slots = np.flatnonzero(moves)
    merchants.organiser[slots] = -1
    if slots.size == 0 or not is_open.any():
        return
    by = merchants.organiser[active]
    served = np.bincount(by[by >= 0], minlength=len(organisers))
    luck = uniforms(day_key(seed, Stream.DECIDE, day), shops.identity[slots], 3)
    new = begins[slots]
    for who, exponent in ((new, 1.0), (~new, world.trade.survivor_exponent)):
        if not who.any():
            continue
        pull = is_open * (served + 1.0) ** exponent
        choice = (pull / pull.sum()).cumsum().searchsorted(luck[who], side="right")
        merchants.organiser[slots[who]] = np.minimum(choice, len(organisers) - 1)


def note_customers(merchants: Merchants, bought: np.ndarray, day: int) -> None:
    """Note who bought (slots) from whom, as an organiser's ledger would (two organisers a merchant)."""
    merchants.last_brushed_day[bought] = day
    changed = bought[merchants.last_organiser[bought] != merchants.organiser[bought]]
    merchants.last_served_until[changed] = merchants.served_until[changed]
    merchants.served_until[bought] = day
    merchants.previous_organiser[changed] = merchants.last_organiser[changed]
    merchants.last_organiser[changed] = merchants.organiser[changed]
