"""What befalls shops overnight: bursts end and begin, shops leave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import inner, kernel
from sim.kernels.groups import columns
from sim.kernels.threads import shared

STARTS, LEAVES, PAYS_IN = 1, 2, 4
"""Fates, which add up."""


class ShopColumns(NamedTuple):
    """Shops in their slots, arrays (S,): who it is and whose, whether open and since when, burst, closure."""

    identity: np.ndarray
    owner: np.ndarray
    open: np.ndarray
    opened_day: np.ndarray
    burst_until: np.ndarray
    burst: np.ndarray
    closed_day: np.ndarray


class MerchantColumns(NamedTuple):
    """Merchants, arrays with a row for each: days of losses on end, profit in RMB a day, and money in fen.

    ``short_since`` is the day since when fines are owed or the deposit is not whole.
    """

    losing_days: np.ndarray
    profit: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray
    owed_platform: np.ndarray
    owed_state: np.ndarray
    short_since: np.ndarray


class FateLaw(NamedTuple):
    """Chances of a burst and of leaving restless, and when shops are ruined, insolvent and expelled.

    ``leave_rate`` and ``growth`` are a year; the newest leave 1 + ``newcomer_leave`` times as often as the
    old, which halves in ``newcomer_days``.
    Ruined are those with ``cash`` below zero after ``most_losing_days``, expelled those that were closed on
    ``expelled_day`` or before, insolvent those that were short of fines or of the whole ``deposit``, fen, on
    ``due_day`` or before, by more than ``worth_days`` of profit; ``never`` is the day of what is not so.
    """

    burst_chance: float
    leave_rate: float
    newcomer_leave: float
    newcomer_days: float
    growth: float
    most_losing_days: float
    expelled_day: int
    never: int
    due_day: int
    worth_days: float
    deposit: int


shop_columns, merchant_columns = columns(ShopColumns), columns(MerchantColumns)


@kernel
def collect(fate, kind):
    """Return the slots with a ``fate`` (S,) of this kind."""
    n = 0
    for s in range(fate.size):
        n += (fate[s] & kind) > 0
    slots, at = np.empty(n, np.int64), 0
    for s in range(fate.size):
        if fate[s] & kind:
            slots[at] = s
            at += 1
    return slots


@inner
def leave_chance(age, law):
    """Return the chance that a shop of this age in days, 0 at least, leaves restless today."""
    young = law.newcomer_leave * 0.5 ** (max(age, 0) / law.newcomer_days)
    return (law.leave_rate * (1 + young) + law.growth) / 365


@inner
def is_worth(m, merchants, law):
    """Tell whether the shop of merchant ``m`` is worth what its owner has to pay in to keep it."""
    missing = law.deposit - merchants.deposit[m]
    debt = merchants.owed_platform[m] + merchants.owed_state[m] + missing
    return debt <= max(merchants.profit[m], 0.0) * law.worth_days * 100


@shared
def decide_fates(first, last, day, keys, law, shops, merchants, fate):
    """End bursts that are over; fill every shop's ``fate`` (S,): a burst, leaving, paying in.

    A burst begins by chance; a shop leaves restless by chance, ruined, insolvent or expelled (`FateLaw`); for
    one that is short and worth it, and does not leave, the owner pays. ``keys`` are those of the two chances;
    ``shops`` and ``merchants`` columns of these.
    """
    (identity, owner, is_open, opened_day, burst_until, burst, closed_day), law = shops, FateLaw(*law)
    most, merchants = leave_chance(0, law), MerchantColumns(*merchants)
    losing_days, cash, short_since = merchants.losing_days, merchants.cash, merchants.short_since
    for s in range(first, last):
        begins = unit(bits(keys[0], uint64(identity[s]), uint64(0))) < law.burst_chance
        luck = unit(bits(keys[1], uint64(identity[s]), uint64(0)))
        restless = luck < most and luck < leave_chance(day - opened_day[s], law)
        calm = burst_until[s] <= day
        burst[s] = 1.0 if calm else burst[s]
        m, there = owner[s], identity[s] >= 0
        ruined = (losing_days[m] >= law.most_losing_days) & (cash[m] < 0)
        expelled = (closed_day[s] != law.never) & (closed_day[s] <= law.expelled_day)
        due = (short_since[m] != law.never) & (short_since[m] <= law.due_day)
        insolvent = due and not is_worth(m, merchants, law)
        leaves = there & ((is_open[s] & (restless | ruined | insolvent)) | expelled)
        pays_in = there & is_open[s] & due & (not leaves)
        fate[s] = STARTS * (calm & begins & is_open[s]) + LEAVES * leaves + PAYS_IN * pays_in
