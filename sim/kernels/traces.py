"""What a day leaves behind: page views, and counts that enter rolling windows."""

from __future__ import annotations

import numpy as np
from numba import uint64

from sim.chance import bits, normal, unit
from sim.kernels.compiling import inner
from sim.kernels.threads import shared


@inner
def roll(fresh, now, over, most, days, sums):
    """Let ``fresh`` (S,) into its place ``now`` of ``days`` (30, S) and into ``sums`` (windows, S).

    Does nothing and returns False if a number is larger than ``most``, the largest that days have room for.
    """
    too_large = False
    for s in range(fresh.size):
        too_large |= fresh[s] > most
    if too_large:
        return False
    for w in range(len(over)):
        gone, total = days[over[w]], sums[w + 1]
        for s in range(fresh.size):
            total[s] += fresh[s] - gone[s]
    kept, last = days[now], sums[0]
    for s in range(fresh.size):
        kept[s] = fresh[s]
        last[s] = fresh[s]
    return True


@inner
def replace(fresh, most, day, total):
    """Let ``fresh`` (n,) take the place of a ``day`` (n,) in a ``total`` (n,), as `roll` does."""
    for s in range(fresh.size):
        if fresh[s] > most:
            return False
    for s in range(fresh.size):
        total[s] += fresh[s] - day[s]
        day[s] = fresh[s]
    return True


@shared
def roll_windows(
    first, last, today, sold, brushed, now, over, most, ring, turnover, brushed_days, sums, turnover_sums,
    brushed_30, left,
):  # fmt: skip
    """Let ``today``, an array (S,) a quantity, into the sums of windows and into their days.

    ``ring`` (30, quantities, S) holds the days, ``sums`` (windows, quantities, S) the windows, ``turnover``
    (30, S) and ``turnover_sums`` (windows, S) those of the value ``sold`` (S,). The first window is the day
    itself; the day at each place of ``over`` leaves a further one, and one of these may be the place ``now``
    that today takes. ``brushed`` (S,) goes into its days (30, S) and their sum (S,).

    Rows are parts of the shops. ``left`` (parts, quantities + 2) is True for what is to be done, part by part
    of the shops, and is still so for what could not be done, because days have room for numbers up to
    ``most`` (of a quantity, of turnover, of brushed orders) and one is larger.
    """
    n, parts = brushed.size, left.shape[0]
    for part in range(first, last):
        mine = slice(part * n // parts, (part + 1) * n // parts)
        for q in range(ring.shape[1]):
            if left[part, q]:
                done = roll(today[q][mine], now, over, most[0], ring[:, q, mine], sums[:, q, mine])
                left[part, q] = not done
        if left[part, -2]:
            done = roll(sold[mine], now, over, most[1], turnover[:, mine], turnover_sums[:, mine])
            left[part, -2] = not done
        if left[part, -1]:
            left[part, -1] = not replace(brushed[mine], most[2], brushed_days[now, mine], brushed_30[mine])


@shared
def copy_counts(first, last, sums, turnover_sums, fen, counts, turnover):
    """Copy ``sums`` (windows, quantities, S), and those of turnover (windows, S) in RMB of ``fen`` each.

    Rows are quantities of a window, turnover being the last.
    """
    quantities, n = sums.shape[1:]
    for row in range(first, last):
        w, q = row // (quantities + 1), row % (quantities + 1)
        if q < quantities:
            source, copied = sums[w, q], counts[w, q]
            for s in range(n):
                copied[s] = source[s]
        else:
            value, rmb = turnover_sums[w], turnover[w]
            for s in range(n):
                rmb[s] = value[s] / fen


@inner
def views_of_tasks(tasks, cover, blatant, natural):
    """Return the page views of ``tasks``: each ``blatant``, by ``cover`` up to a ``natural`` order's."""
    return np.rint(tasks * (blatant + cover * (natural - blatant)))


@shared
def count_views(first, last, key, identity, visits, looks, share, burst, tasks, cover, blatant, natural, out):
    """Fill page views (S,): of buyers' ``visits`` (C,) by attention, drawn, and of workers.

    ``share`` (S,) is attention with bursts, which are taken out; the rest as in `views_of_tasks`.
    """
    per_category = out.size // visits.size
    for s in range(first, last):
        mean = visits[s // per_category] * looks * (share[s] / burst[s])
        noise = normal(unit(bits(key, uint64(identity[s]), uint64(0))))
        drawn = max(np.rint(mean + np.sqrt(mean) * noise), 0.0)
        out[s] = int(drawn + views_of_tasks(tasks[s], cover[s], blatant, natural))
