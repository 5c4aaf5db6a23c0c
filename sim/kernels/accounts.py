"""The records of accounts: what a day's orders add, and which of them look like tasks or are repeated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.compiling import inner
from sim.kernels.groups import columns
from sim.kernels.threads import shared


class AccountColumns(NamedTuple):
    """Records of accounts, arrays (B,): own past rate per 30 days (times a scale), 30 days, last order."""

    past_orders: np.ndarray
    past_scale: float
    recent_orders: np.ndarray
    last_shop: np.ndarray
    last_day: np.ndarray


class TaskLikeness(NamedTuple):
    """Orders in 30 days from which an account is task-like, and how many times its own past they must be."""

    task_like_orders: float
    task_like_ratio: float


account_columns, task_likeness = columns(AccountColumns), columns(TaskLikeness)


@inner
def place_in(accounts, account):
    """Return how many of ``accounts`` (n,), which are sorted, are less than ``account``."""
    low, high = 0, accounts.size
    while low < high:
        middle = (low + high) // 2
        if accounts[middle] < account:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def enter(accounts, low, high, records, amount):
    """Add ``amount``, once an order, to the records of ``accounts`` (n,) that are ``low`` … ``high`` − 1."""
    for account in accounts:
        if low <= account < high:
            records[uint64(account)] += amount


@inner
def mark(accounts, shops, low, high, day, law, records, marks):
    """Count task-like and repeated orders of accounts ``low`` … ``high`` − 1; keep their shop and day."""
    (least, ratio), (past_orders, past_scale, recent_orders, last_shop, last_day) = law, records
    for i in range(accounts.size):
        if not low <= accounts[i] < high:
            continue
        b, s = uint64(accounts[i]), uint64(shops[i])
        recent = recent_orders[b]
        marks[s, 0] += (recent >= least) & (recent >= ratio * past_orders[b] * past_scale)
        marks[s, 1] += (last_shop[b] == shops[i]) & (day - last_day[b] <= 30)
        last_shop[b] = shops[i]
        last_day[b] = day


@shared
def count_accounts(begin, stop, day, law, orders, past_step, records, marks):
    """Enter a day's orders into the accounts' records, then mark task-like and repeated ones.

    Rows are parts of the accounts. ``orders`` are accounts and shops of the brushed ones, which come first,
    and of the genuine ones, which are sorted by account, and the accounts of both of 30 days ago.
    ``past_step`` is what an order adds to a past rate. ``marks`` (rows, S, 2), zero before, are filled with
    what each part comes to: task-like and repeated orders. A repeat is an order at the shop where the account
    ordered last, at most 30 days ago.
    """
    (worker, task_shop), (buyer, shop), (old_worker, old_buyer) = orders
    past, past_scale, recent, _, _ = records
    step = past_step / past_scale
    rows, n = marks.shape[0], recent.size
    for row in range(begin, stop):
        low, high = row * n // rows, (row + 1) * n // rows
        buyers = slice(place_in(buyer, low), place_in(buyer, high))
        old_buyers = slice(place_in(old_buyer, low), place_in(old_buyer, high))
        enter(old_worker, low, high, recent, -1)
        enter(old_buyer[old_buyers], low, high, recent, -1)
        enter(worker, low, high, recent, 1)
        enter(buyer[buyers], low, high, recent, 1)
        mark(worker, task_shop, low, high, day, law, records, marks[row])
        mark(buyer[buyers], shop[buyers], low, high, day, law, records, marks[row])
        enter(worker, low, high, past, step)
        enter(buyer[buyers], low, high, past, step)
