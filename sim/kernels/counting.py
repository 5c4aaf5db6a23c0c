"""How many shops are what this evening: one pass over them for the daily table, one for the harm."""

from __future__ import annotations

from typing import NamedTuple

from sim.kernels.compiling import inner, kernel
from sim.kernels.threads import shared


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


NUMBERS = len(Evening._fields) + 6
"""Those of an `Evening`, and six of groups."""

PARTS = 16
"""Shops are counted in so many parts, whatever the number of threads, so that no sum depends on that."""

AGE_EDGES, SIZE_EDGES = (90, 365, 1095), (11, 51, 201)
"""Where bands of age (days) and size (orders in 30 days) begin but the first."""


@inner
def loses_today(day, never, hidden_until, closed_day, watched_until):
    """Tell whether a sanction on an innocent hides the shop tomorrow or closes it."""
    return (watched_until > day) & ((hidden_until > day + 1) | (closed_day != never))


@inner
def band_of(age, orders_30):
    """Return the band of a shop: that of its size, plus four times that of its age."""
    band = 0
    for edge in AGE_EDGES:
        band += (len(SIZE_EDGES) + 1) * (age >= edge)
    for edge in SIZE_EDGES:
        band += orders_30 >= edge
    return band


@kernel
def find_bands(slots, day, opened_day, orders_30, out):
    """Fill the bands of the shops of ``slots`` (n,)."""
    for i in range(slots.size):
        out[i] = band_of(day - opened_day[slots[i]], orders_30[slots[i]])


@inner
def count_part(
    first, last, day, never, spans, shops, closures, merchants, start, brushed, traces, sanctioned, out
):
    """Fill the numbers of `Evening` of shops ``first`` … ``last − 1`` and those of groups, ``out`` (17,)."""
    lately_days, innocent_days, new_days, small_orders = spans
    is_open, opened_day, quality = shops
    hidden_until, closed_day, watched_until = closures
    opportunist, risk, last_brushed_day, way = merchants
    orders_30, brushed_30 = traces
    n_open = innocent = opportunists = brushing = open_brushing = 0
    brushers = hit = gradual = sanctions = days_lost = 0
    new = new_at_it = small = small_at_it = good = good_at_it = 0
    fear = 0.0
    for s in range(first, last):
        here, brushes, since = is_open[s], brushed[s] > 0, day - last_brushed_day[s]
        lately, at_it = here & (since < lately_days), here & brushes
        n_open += here
        innocent += here & (since > innocent_days)
        opportunists += here & opportunist[s]
        fear += risk[s] if here & opportunist[s] else 0.0
        brushing += brushes
        open_brushing += at_it
        brushers += lately
        hit += lately & sanctioned[s]
        gradual += brushes & (start[way[s]] > 0)
        sanctions += sanctioned[s]
        days_lost += loses_today(day, never, hidden_until[s], closed_day[s], watched_until[s])
        is_new, is_small = day - opened_day[s] < new_days, orders_30[s] - brushed_30[s] <= small_orders
        new, new_at_it = new + (here & is_new), new_at_it + (at_it & is_new)
        small, small_at_it = small + (here & is_small), small_at_it + (at_it & is_small)
        good, good_at_it = good + (here & (quality[s] > 0)), good_at_it + (at_it & (quality[s] > 0))
    out[0], out[1], out[2], out[3] = n_open, innocent, opportunists, fear
    out[4], out[5], out[6], out[7] = brushing, open_brushing, brushers, hit
    out[8], out[9], out[10] = gradual, sanctions, days_lost
    out[11], out[12], out[13] = new, new_at_it, small
    out[14], out[15], out[16] = small_at_it, good, good_at_it


@shared
def count_shops(
    begin, end, day, never, spans, shops, closures, merchants, start, brushed, traces, sanctioned, out
):
    """Count what shops are this evening: numbers of `Evening`, then of groups, ``out`` (parts, 17).

    Rows are parts of the shops. Of groups there are the open shops that are new, and those of them that brush
    today; then small and good ones. ``spans`` are the days that are lately, the days after which a shop is
    innocent, the age up to which it is new, and the orders in 30 days up to which it is small. ``shops`` are
    whether they are open, opening day and quality; ``closures`` until when they are hidden, the day on which
    they were closed, until when they are watched; ``merchants`` opportunists, risk, last brushed day and way;
    ``traces`` orders and brushed ones in 30 days. ``brushed`` are today's orders, ``start`` (ways,) the days
    until full swing; the other arrays have shape (S,).
    """
    n, parts = brushed.size, out.shape[0]
    for part in range(begin, end):
        count_part(
            part * n // parts, (part + 1) * n // parts, day, never, spans, shops, closures, merchants, start,
            brushed, traces, sanctioned, out[part],
        )  # fmt: skip


@kernel
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
