"""Brush: organisers match the orders that merchants buy to the accounts of workers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.organisers import Organiser, draw_turnover
from sim.brushing.ways import planned_orders
from sim.chance import Stream, day_key, uniforms
from sim.config import World
from sim.kernels import brushing as kernels
from sim.state import FEN, Buyers, Merchants, Shops


@dataclass
class Offers:
    """What each organiser offers today, arrays (organisers + 1,); the last is for merchants that have none.

    ``fee`` is the all-in fee as a share of value, ``cover`` the share of the traces that camouflage hides,
    and ``camouflage_price`` what that adds to the price of an order, RMB.
    """

    fee: np.ndarray
    cover: np.ndarray
    camouflage_price: np.ndarray


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
    merchants: Merchants, shops: Shops, organisers: list[Organiser], offers: Offers, buyers: Buyers,
    started: np.ndarray, world: World, seed: int, day: int,
) -> Tasks:  # fmt: skip
    """Return today's brushed orders; merchants without an open organiser choose one first.

    Those whose campaigns begin (``started``) choose anew. An organiser that cannot carry out
    everything serves all its customers in proportion.
    """
    choose_organisers(merchants, shops, organisers, started, world, seed, day)
    customers, wanted = line_up(merchants, shops, world, day)
    numbers = np.arange(len(organisers))
    ends, (demanded, capacity) = np.empty(numbers.size + 1, dtype=np.int64), np.zeros((2, numbers.size), int)
    kernels.count_customers(merchants.organiser[customers], wanted, ends, demanded)
    mine, orders = np.diff(ends).tolist(), demanded.tolist()
    for organiser, rounding in zip(organisers, draw_turnover(numbers, seed, day), strict=True):
        if organiser.is_open:
            organiser.prepare(mine[organiser.number], orders[organiser.number], rounding, buyers, day)
            capacity[organiser.number] = organiser.capacity
    served, luck = np.zeros_like(wanted), uniforms(day_key(seed, Stream.TASKS, day), -1 - numbers)
    totals = kernels.serve(ends, demanded, wanted, capacity, luck, served)
    account = hand_out(organisers, totals.tolist())
    count, value = np.zeros(shops.n, dtype=np.int64), np.zeros(shops.n, dtype=np.int64)
    count[customers] = served
    value[customers] = np.rint(served * shops.price[customers] * world.brushing.value_ratio * FEN)
    note_customers(merchants, customers[served > 0], day)
    shop, by = np.repeat(customers, served).astype(np.int32), merchants.organiser.copy()
    cover, price = offers.cover[by], offers.camouflage_price[by]
    return Tasks(shop, account, count, value, by, cover, price)


def line_up(merchants: Merchants, shops: Shops, world: World, day: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the slots that want orders today and how many: by organiser, those of one by identity."""
    active = np.flatnonzero(shops.open & (merchants.campaign_until > day))
    wanted = planned_orders(merchants, active, world, day)
    wanting = np.flatnonzero(wanted)
    slots = active[wanting]
    order = np.lexsort((shops.identity[slots], merchants.organiser[slots]))
    return slots[order], wanted[wanting[order]]


def quote(organisers: list[Organiser]) -> Offers:
    """Return what organisers offer today, and the mean of all for merchants without one."""
    values = np.empty((3, len(organisers) + 1))
    values[:, :-1] = [
        [organiser.fee for organiser in organisers],
        [organiser.cover for organiser in organisers],
        [organiser.camouflage_price for organiser in organisers],
    ]
    values[:, -1] = values[:, :-1].sum(axis=1) / len(organisers)
    return Offers(*values)


def hand_out(organisers: list[Organiser], totals: list[int]) -> np.ndarray:
    """Return the accounts that carry out the tasks of all organisers, ``totals`` of each (n,)."""
    accounts, at = np.empty(sum(totals), dtype=np.int32), 0
    for organiser, total in zip(organisers, totals, strict=True):
        if total:
            organiser.hand_out(accounts[at : at + total])
            at += total
    return accounts


def choose_organisers(
    merchants: Merchants, shops: Shops, organisers: list[Organiser], started: np.ndarray,
    world: World, seed: int, day: int,
) -> None:  # fmt: skip
    """Send merchants who begin, or whose organiser has gone, to open organisers.

    Those who begin come in proportion to size; the displaced turn to the largest more than that.
    """
    is_open, away, served = np.empty((3, len(organisers)), dtype=np.int64)
    for organiser in organisers:
        is_open[organiser.number] = organiser.is_open
        away[organiser.number] = not organiser.is_open and organiser.reopen_day <= day
    served[:] = 0
    slots, begins = kernels.let_off(day, started, merchants.campaign_until, away, merchants.organiser, served)
    if slots.size == 0 or not is_open.any():
        return
    luck = uniforms(day_key(seed, Stream.DECIDE, day), shops.identity[slots], 3)
    kernels.send(
        slots, begins, luck, float(world.trade.survivor_exponent), is_open, served, merchants.organiser
    )


def note_customers(merchants: Merchants, bought: np.ndarray, day: int) -> None:
    """Note who bought (slots) from whom, as an organiser's ledger would (two organisers a merchant)."""
    merchants.last_brushed_day[bought] = day
    changed = bought[merchants.last_organiser[bought] != merchants.organiser[bought]]
    merchants.last_served_until[changed] = merchants.served_until[changed]
    merchants.served_until[bought] = day
    merchants.previous_organiser[changed] = merchants.last_organiser[changed]
    merchants.last_organiser[changed] = merchants.organiser[changed]
