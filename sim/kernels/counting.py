"""How many shops are what this evening: one pass over them for the daily table, one for the harm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, prange


class Evening(NamedTuple):
    """Numbers of shops this evening.

    All are open ones but ``brushing``, ``gradual``, ``sanctions`` and ``days_lost``. ``fear`` is the sum of
    the risk that opportunists perceive.
    """

    open: int
    innocent: int
    opportunists: int
    fear: float
    brushing: int
    open_brushing: int
    brushers: int
    sanctioned_brushers: int
    gradual: int
    sanctions: int
    days_lost: int


PARTS = 16
"""Shops are counted in so many parts, whatever the number of threads, so that no sum depends on that."""

AGE_EDGES, SIZE_EDGES = (90, 365, 1095), (11, 51, 201)
"""Where bands of age (days) and size (orders in 30 days) begin but the first."""


@njit(inline="always")
def loses_today(day, never, hidden_until, closed_day, watched_until):
    """Tell whether a sanction on an innocent hides the shop tomorrow or closes it."""
    return (watched_until > day) & ((hidden_until > day + 1) | (closed_day != never))


@njit(inline="always")
def band_of(age, orders_30):
    """Return the band of a shop: that of its size, plus four times that of its age."""
    band = 0
    for edge in AGE_EDGES:
        band += (len(SIZE_EDGES) + 1) * (age >= edge)
    for edge in SIZE_EDGES:
        band += orders_30 >= edge
    return band


@njit(cache=True)
def find_bands(slots, day, opened_day, orders_30, out):
    """Fill the bands of the shops of ``slots`` (n,)."""
    for i in range(slots.size):
        out[i] = band_of(day - opened_day[slots[i]], orders_30[slots[i]])


@njit(cache=True, parallel=True, error_model="numpy")
def count_shops(
    day, never, lately_days, innocent_days, new_days, small_orders, is_open, opened_day, quality,
    hidden_until, closed_day, watched_until, opportunist, risk, last_brushed_day, way, start, brushed,
    orders_30, brushed_30, sanctioned, groups,
):  # fmt: skip
    """Return what shops are this evening.

    ``groups`` (3, 2), zero before, gets the open shops that are new, small and good, and those of them
    that brush today. ``brushed`` are today's orders, ``start`` (ways,) the days until full swing; the other
    arrays have shape (S,).
    """
    n_open = innocent = opportunists = brushing = open_brushing = 0
    brushers = hit = gradual = sanctions = days_lost = 0
    fear, of_groups = np.zeros(PARTS), np.zeros((PARTS, 3, 2), np.int64)
    for part in prange(PARTS):
        for s in range(part * is_open.size // PARTS, (part + 1) * is_open.size // PARTS):
            here, brushes, since = is_open[s], brushed[s] > 0, day - last_brushed_day[s]
            lately = here & (since < lately_days)
            n_open += here
            innocent += here & (since > innocent_days)
            opportunists += here & opportunist[s]
            fear[part] += risk[s] if here & opportunist[s] else 0.0
            brushing += brushes
            open_brushing += here & brushes
            brushers += lately
            hit += lately & sanctioned[s]
            gradual += brushes & (start[way[s]] > 0)
            sanctions += sanctioned[s]
            days_lost += loses_today(day, never, hidden_until[s], closed_day[s], watched_until[s])
            kinds = (
                day - opened_day[s] < new_days, orders_30[s] - brushed_30[s] <= small_orders, quality[s] > 0
            )  # fmt: skip
            for kind in range(3):
                of_groups[part, kind, 0] += here & kinds[kind]
                of_groups[part, kind, 1] += here & kinds[kind] & brushes
    afraid = 0.0
    for part in range(PARTS):  # in turn: a sum of the whole array would be shared out among the threads
        afraid += fear[part]
        groups += of_groups[part]
    return Evening(
        n_open, innocent, opportunists, afraid, brushing, open_brushing, brushers, hit, gradual,
        sanctions, days_lost,
    )  # fmt: skip


@njit(cache=True)
def count_harm(
    day, never, innocent_days, is_open, opened_day, hidden_until, closed_day, watched_until, hit_band,
    last_brushed_day, orders_30, shop_days, days_lost,
):  # fmt: skip
    """Add a day of innocent shops to ``shop_days`` and of those that lose it to ``days_lost``, both (16,).

    The first counts the bands of today, the second those in which shops were hit (``hit_band``); the other
    arrays have shape (S,).
    """
    for s in range(is_open.size):
        if is_open[s] and day - last_brushed_day[s] > innocent_days:
            shop_days[band_of(day - opened_day[s], orders_30[s])] += 1
        if loses_today(day, never, hidden_until[s], closed_day[s], watched_until[s]):
            days_lost[hit_band[s]] += 1
