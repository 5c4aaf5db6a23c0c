"""What befalls shops overnight: bursts end and begin, shops leave."""

from __future__ import annotations

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.kernels.compiling import kernel
from sim.kernels.threads import shared

STARTS, LEAVES = 1, 2
"""Fates, which add up."""


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
def decide_fates(
    first, last, keys, chances, day, most_losing_days, expelled_day, identity, is_open, burst_until,
    losing_days, cash, closed_day, never, burst, fate,
):  # fmt: skip
    """End bursts that are over; fill every shop's ``fate``, whether it starts one and whether it leaves.

    All arrays have shape (S,). A burst begins by chance; a shop leaves restless by chance (``keys`` and
    ``chances`` are those of the two, in this order), ruined (``cash`` below zero after
    ``most_losing_days``) or expelled (closed on ``expelled_day`` or before).
    """
    for s in range(first, last):
        begins = unit(bits(keys[0], uint64(identity[s]), uint64(0))) < chances[0]
        restless = unit(bits(keys[1], uint64(identity[s]), uint64(0))) < chances[1]
        calm = burst_until[s] <= day
        burst[s] = 1.0 if calm else burst[s]
        ruined = (losing_days[s] >= most_losing_days) & (cash[s] < 0)
        expelled = (closed_day[s] != never) & (closed_day[s] <= expelled_day)
        leaves = (identity[s] >= 0) & ((is_open[s] & (restless | ruined)) | expelled)
        fate[s] = STARTS * (calm & begins & is_open[s]) + LEAVES * leaves
