"""What a day leaves behind: page views, and counts that enter rolling windows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, normal, unit
from sim.compiling import inner
from sim.kernels.groups import columns
from sim.kernels.threads import shared


class DayRing(NamedTuple):
    """The last 30 days: quantities (30, quantities, S), turnover (30, S), brushed orders (30, S)."""

    ring: np.ndarray
    turnover: np.ndarray
    brushed: np.ndarray


class WindowSums(NamedTuple):
    """Sums over windows: quantities (windows, quantities, S), turnover (windows, S), brushed orders (S,)."""

    sums: np.ndarray
    turnover_sums: np.ndarray
    brushed_30: np.ndarray


class ViewLaw(NamedTuple):
    """Looks a visit, and page views of a brushed order, blatant, and of a natural one."""

    looks: int
    blatant: float
    natural: float


day_ring, window_sums = columns(DayRing), columns(WindowSums)


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
def roll_windows(first, last, today, places, most, days, windows, left):
    """Let ``today`` into the sums of windows and into their days.

    ``today`` are an array (S,) a quantity, turnover (S,) and brushed orders (S,). The first window is the day
    itself; of ``places`` of the ring, today takes the first, and the days at the others leave a further
    window each, which may be the same place.

    Rows are parts of the shops. ``left`` (parts, quantities + 2) is True for what is to be done, part by part
    of the shops, and is still so for what could not be done, because days have room for numbers up to
    ``most`` (of a quantity, of turnover, of brushed orders) and one is larger.
    """
    (counts, sold, brushed), (now, over) = today, places
    days, windows = DayRing(*days), WindowSums(*windows)
    n, parts = brushed.size, left.shape[0]
    for part in range(first, last):
        mine = slice(part * n // parts, (part + 1) * n // parts)
        for q in range(days.ring.shape[1]):
            if left[part, q]:
                ring, sums = days.ring[:, q, mine], windows.sums[:, q, mine]
                left[part, q] = not roll(counts[q][mine], now, over, most[0], ring, sums)
        if left[part, -2]:
            turnover, sums = days.turnover[:, mine], windows.turnover_sums[:, mine]
            left[part, -2] = not roll(sold[mine], now, over, most[1], turnover, sums)
        if left[part, -1]:
            day, total = days.brushed[now, mine], windows.brushed_30[mine]
            left[part, -1] = not replace(brushed[mine], most[2], day, total)


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
def count_views(first, last, key, law, visits, shops, tasks, out):
    """Fill page views (S,): of buyers' ``visits`` (C,) by attention, drawn, and of workers.

    ``shops`` are identities, bursts, and attention with bursts, which are taken out; ``tasks`` the number of
    brushed orders and the share of traces hidden; all (S,).
    """
    law, (identity, burst, share), (count, cover) = ViewLaw(*law), shops, tasks
    per_category = out.size // visits.size
    for s in range(first, last):
        mean = visits[s // per_category] * law.looks * (share[s] / burst[s])
        noise = normal(unit(bits(key, uint64(identity[s]), uint64(0))))
        drawn = max(np.rint(mean + np.sqrt(mean) * noise), 0.0)
        out[s] = int(drawn + views_of_tasks(count[s], cover[s], law.blatant, law.natural))
