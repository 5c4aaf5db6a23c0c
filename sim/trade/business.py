"""Organisers' business: what they offer, whom they employ, how much they can do."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream
from sim.kernels import organising as kernels
from sim.state.buyers import Buyers
from sim.state.clock import Clock
from sim.state.today import Offers
from sim.state.trade import Trade


def quote(trade: Trade) -> Offers:
    """Return what organisers offer today, and the mean of all for merchants without one."""
    offers, terms = np.empty((3, trade.n + 1)), trade.adaptation
    prices = float(terms.hidden_share), float(terms.camouflage_price)
    kernels.quote(trade.fee, trade.camouflage, trade.fixed_price, *prices, offers)
    return Offers(*offers)


def employ(
    clock: Clock, trade: Trade, customers: np.ndarray, wanted: np.ndarray, buyers: Buyers
) -> np.ndarray:
    """Let open organisers adjust fee, staff and workers to ``customers`` and the orders ``wanted`` (n,).

    Returns how many orders each can carry out today (n,), 0 where closed.
    """
    terms, columns = kernels.business_terms(trade), kernels.organiser_columns(trade)
    accounts, capacity = (buyers.banned_until, buyers.works), np.zeros(trade.n, dtype=np.int64)
    trade.pool = kernels.prepare(
        clock.day, clock.key(Stream.RECRUIT), terms, customers, wanted, columns, accounts, capacity
    )
    return capacity


def camouflage_price(trade: Trade, place: int) -> float:
    """Return what an organiser's camouflage adds to the price of an order, RMB."""
    if not np.isnan(trade.fixed_price[place]):
        return float(trade.fixed_price[place])
    return kernels.price_of.py_func(trade.camouflage[place].item(), trade.adaptation.camouflage_price)


def capacity(trade: Trade, place: int) -> int:
    """Return the orders that an organiser can carry out today: what workers may do and staff can check."""
    terms, more = trade.parameters, trade.adaptation
    tasks = kernels.most_tasks.py_func(
        trade.camouflage[place], terms.tasks_per_account, more.rotation, more.hidden_share
    )
    return kernels.capacity_of.py_func(
        trade.workers[place], tasks, trade.staff[place], terms.reviews_per_staff, trade.weight
    )


def fix_prices(trade: Trade, fixed: bool) -> None:
    """Let fees and prices of camouflage stay as they are today, or move again."""
    trade.fixed_price[:] = [camouflage_price(trade, place) for place in range(trade.n)] if fixed else np.nan
