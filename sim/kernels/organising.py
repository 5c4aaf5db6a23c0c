"""Organisers' day: what they ask, whom they employ, how much they can do, and who does it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import inner, kernel
from sim.kernels.groups import columns, numbers


class OrganiserColumns(NamedTuple):
    """Organisers, arrays (organisers,), as in `sim.state.trade.Trade`; ``pool`` is (organisers, room)."""

    is_open: np.ndarray
    recruit_key: np.ndarray
    fee: np.ndarray
    demanded: np.ndarray
    staff: np.ndarray
    pool: np.ndarray
    workers: np.ndarray
    recruits: np.ndarray


class BusinessTerms(NamedTuple):
    """The usual fee, its bounds and speed, and what organisers need and get; 1 or 0: whether fees are fixed.

    Orders that one of staff checks, share of workers that quits a year, accounts a customer, share of those
    missing that is recruited a day, an account's orders a month, what hiding all traces multiplies accounts
    by, and an organiser's weight.
    """

    fee: float
    fee_low: float
    fee_high: float
    fee_adjustment: float
    reviews_per_staff: float
    worker_quit_rate: float
    accounts_per_customer: float
    recruit_rate: float
    tasks_per_account: float
    rotation: float
    weight: float
    fixed_prices: float


organiser_columns = columns(OrganiserColumns)
business_terms = numbers(
    BusinessTerms,
    rotation="adaptation.rotation",
    **{name: f"parameters.{name}" for name in BusinessTerms._fields[:9]},
)


@inner
def most_tasks(hidden, tasks_per_account, rotation):
    """Return the most orders of an account in a month: camouflage, ``hidden``, spreads them over more."""
    return tasks_per_account / (1 + (rotation - 1) * hidden)


@inner
def capacity_of(workers, tasks, staff, reviews_per_staff, weight):
    """Return the orders a day that ``workers`` may carry out and ``staff`` can check."""
    return int(min(workers * tasks / 30, staff * reviews_per_staff / weight))


@inner
def let_go(pool, workers, leaving, day, banned_until, works):
    """Let go of banned accounts and the first ``leaving`` of a ``pool`` of ``workers``; return how many stay.

    Those that stay move to its front, in order; ``works`` and ``banned_until`` have shape (B,).
    """
    kept = 0
    for i in range(workers):
        account = pool[i]
        if i < leaving or banned_until[account] > day:
            works[account] = False
        else:
            pool[kept] = account
            kept += 1
    return kept


@inner
def take_on(key, first, n, pool, workers, day, banned_until, works):
    """Take on candidates ``first`` to ``first + n`` of the stream ``key``; return how many work then.

    Those in the trade already, of whatever organiser, and banned ones are left out; the others join the
    ``pool`` behind its ``workers``, in order. ``works`` and ``banned_until`` have shape (B,).
    """
    for candidate in range(first, first + n):
        account = int(unit(bits(key, uint64(candidate), uint64(0))) * works.size)
        if not works[account] and banned_until[account] <= day:
            works[account] = True
            pool[workers] = account
            workers += 1
    return workers


@inner
def widen(pool, room):
    """Return the pools (organisers, workers) with ``room`` for more workers, who are 0 so far."""
    larger = np.zeros((pool.shape[0], room), pool.dtype)
    for o in range(pool.shape[0]):
        for i in range(pool.shape[1]):
            larger[o, i] = pool[o, i]
    return larger


@kernel
def prepare(day, key, terms, orders, organisers, accounts, capacity):
    """Adjust fee, staff and workers of open organisers to today's ``orders`` (simulated units).

    These are customers, orders wanted and the sum over these of the share hidden. Fills the orders that each
    can carry out today, ``capacity``, zero before, and returns the pools (organisers, room), made anew where
    they were too small. All other arrays have shape (organisers,); ``accounts`` are until when each is banned
    and whether it works in the trade (B,).
    """
    terms, trade, (banned_until, works) = BusinessTerms(*terms), OrganiserColumns(*organisers), accounts
    customers, wanted, hidden = orders
    fee, demanded, staff, pool = trade.fee, trade.demanded, trade.staff, trade.pool
    workers, recruits = trade.workers, trade.recruits
    checked, weight = terms.reviews_per_staff, terms.weight
    for o in range(fee.size):
        if not trade.is_open[o]:
            continue
        tasks = most_tasks(hidden[o] / max(wanted[o], 1), terms.tasks_per_account, terms.rotation)
        demanded[o] += (wanted[o] - demanded[o]) / 7
        if terms.fixed_prices == 0.0:
            use = wanted[o] / max(capacity_of(workers[o], tasks, staff[o], checked, weight), 1)
            pull = terms.fee_adjustment * (terms.fee - fee[o])
            push = terms.fee_adjustment * fee[o] * min(max(use - 1, 0.0), 1.0)
            fee[o] = min(max(fee[o] + pull + push, terms.fee_low), terms.fee_high)
        needed = max(1.0, 1.1 * demanded[o] * weight / checked)
        staff[o] += min(max(needed - staff[o], -0.05 * staff[o]), 0.1 * staff[o] + 0.1)
        leaving = int(workers[o] * terms.worker_quit_rate / 365 + unit(bits(key, uint64(o), uint64(1))))
        workers[o] = let_go(pool[o], workers[o], leaving, day, banned_until, works)
        target = max(terms.accounts_per_customer * customers[o], 1.15 * demanded[o] * 30 / tasks)
        missing = (target - workers[o]) * terms.recruit_rate
        if missing > 0:
            n = min(int(missing + unit(bits(key, uint64(o), uint64(0)))), works.size)
            if workers[o] + n > pool.shape[1]:
                pool = widen(pool, 2 * (workers[o] + n))
            first, recruits[o] = recruits[o], recruits[o] + n
            recruit_key = trade.recruit_key[o]
            workers[o] = take_on(recruit_key, first, n, pool[o], workers[o], day, banned_until, works)
        capacity[o] = capacity_of(workers[o], tasks, staff[o], checked, weight)
    return pool
