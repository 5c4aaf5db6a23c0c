"""What befalls shops overnight: bursts end and begin, shops leave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import kernel
from sim.kernels.groups import columns
from sim.kernels.threads import shared

STARTS, LEAVES = 1, 2
"""Fates, which add up."""


class ShopColumns(NamedTuple):
    """Shops in their slots, arrays (S,): who it is and whose, whether open, its burst and its closure."""

    identity: np.ndarray
    owner: np.ndarray
    open: np.ndarray
    burst_until: np.ndarray
    burst: np.ndarray
    closed_day: np.ndarray


class MerchantColumns(NamedTuple):
    """Merchants, arrays with a row for each: days of losses on end, and cash in fen."""

    losing_days: np.ndarray
    cash: np.ndarray


class FateLaw(NamedTuple):
    """Chances of a burst and of leaving restless, and when shops are ruined and expelled.

    Ruined are those with ``cash`` below zero after ``most_losing_days``, expelled those that were closed on
    ``expelled_day`` or before; ``never`` is the day of closure of the others.
    """

    burst_chance: float
    leave_chance: float
    most_losing_days: float
    expelled_day: int
    never: int


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


@shared
def decide_fates(first, last, day, keys, law, shops, merchants, fate):
    """End bursts that are over; fill every shop's ``fate`` (S,), whether it starts one and whether it leaves.

    A burst begins by chance; a shop leaves restless by chance, ruined or expelled (`FateLaw`). ``keys`` are
    those of the two chances; ``shops`` and ``merchants`` columns of these.
    """
    burst_chance, leave_chance, most_losing_days, expelled_day, never = law
    (identity, owner, is_open, burst_until, burst, closed_day), (losing_days, cash) = shops, merchants
    for s in range(first, last):
        begins = unit(bits(keys[0], uint64(identity[s]), uint64(0))) < burst_chance
        restless = unit(bits(keys[1], uint64(identity[s]), uint64(0))) < leave_chance
        calm = burst_until[s] <= day
        burst[s] = 1.0 if calm else burst[s]
        ruined = (losing_days[owner[s]] >= most_losing_days) & (cash[owner[s]] < 0)
        expelled = (closed_day[s] != never) & (closed_day[s] <= expelled_day)
        leaves = (identity[s] >= 0) & ((is_open[s] & (restless | ruined)) | expelled)
        fate[s] = STARTS * (calm & begins & is_open[s]) + LEAVES * leaves
