"""What befalls shops overnight: bursts end and begin, shops leave."""

from __future__ import annotations

from numba import njit


@njit(cache=True, error_model="numpy")
def decide_fates(
    begins, restless, day, most_losing_days, expelled_day, identity, is_open, burst_until, losing_days, cash,
    closed_day, never, burst, starting, leaving,
):  # fmt: skip
    """End bursts that are over; mark the slots whose shops start one, and those whose shops leave.

    All arrays have shape (S,); ``starting`` and ``leaving`` are filled. A burst ``begins`` by chance; a
    shop leaves ``restless`` by chance, ruined (``cash`` below zero after ``most_losing_days``) or
    expelled (closed on ``expelled_day`` or before).
    """
    for s in range(identity.size):
        if burst_until[s] <= day:
            burst[s] = 1.0
        starting[s] = begins[s] & is_open[s] & (burst_until[s] <= day)
        ruined = (losing_days[s] >= most_losing_days) & (cash[s] < 0)
        expelled = (closed_day[s] != never) & (closed_day[s] <= expelled_day)
        leaving[s] = (identity[s] >= 0) & ((is_open[s] & (restless[s] | ruined)) | expelled)
