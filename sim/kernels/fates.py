"""What befalls shops overnight: bursts end and begin, shops leave."""

from __future__ import annotations

import numpy as np
from numba import njit, uint64

from sim.chance import bits, unit


@njit(cache=True, error_model="numpy")
def decide_fates(
    keys, chances, day, most_losing_days, expelled_day, identity, is_open, burst_until, losing_days, cash,
    closed_day, never, burst,
):  # fmt: skip
    """End bursts that are over; return the slots whose shops start one, and those whose shops leave.

    All arrays have shape (S,). A burst begins by chance; a shop leaves restless by chance (``keys`` and
    ``chances`` are those of the two, in this order), ruined (``cash`` below zero after
    ``most_losing_days``) or expelled (closed on ``expelled_day`` or before).
    """
    starting, leaving = np.empty(identity.size, np.int64), np.empty(identity.size, np.int64)
    n_starting = n_leaving = 0
    for s in range(identity.size):
        starting[n_starting], leaving[n_leaving] = s, s
        begins = unit(bits(keys[0], uint64(identity[s]), uint64(0))) < chances[0]
        restless = unit(bits(keys[1], uint64(identity[s]), uint64(0))) < chances[1]
        if burst_until[s] <= day:
            burst[s] = 1.0
            n_starting += begins & is_open[s]
        ruined = (losing_days[s] >= most_losing_days) & (cash[s] < 0)
        expelled = (closed_day[s] != never) & (closed_day[s] <= expelled_day)
        n_leaving += (identity[s] >= 0) & ((is_open[s] & (restless | ruined)) | expelled)
    return starting[:n_starting].copy(), leaving[:n_leaving].copy()
