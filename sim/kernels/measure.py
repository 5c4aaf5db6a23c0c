"""How many shops are what this evening: one pass over them for the daily table, one for the harm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
from sim.kernels.groups import columns
from sim.kernels.threads import shared


class Evening(NamedTuple):
    """Numbers of shops this evening.

    All are open ones but ``brushing``, ``gradual``, ``sanctions`` and ``days_lost``. ``fear`` is the sum of
    the risk that opportunists perceive; ``honest_turnover`` are the genuine sales of merchants who would
    never brush, open tonight or not, in fen.
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
    honest_turnover: int


class Spans(NamedTuple):
    """Today, the day of what never happened, and what counts as lately, innocent, new and small.

    The days that are lately, those after which a shop is innocent, the age up to which it is new, and the
    orders in 30 days up to which it is small.
    """

    day: int
    never: int
    lately_days: int
    innocent_days: int
    new_days: int
    small_orders: int


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, open, since when, quality, until when hidden, day of closure."""

    owner: np.ndarray
    open: np.ndarray
    opened_day: np.ndarray
    quality: np.ndarray
    hidden_until: np.ndarray
    closed_day: np.ndarray


class MerchantColumns(NamedTuple):
    """Merchants, arrays with a row for each: opportunists, and the risk that they perceive."""

    opportunist: np.ndarray
    risk: np.ndarray


class CampaignColumns(NamedTuple):
    """Last brushed day and way of each shop (S,), and days until full swing of each way (ways,)."""

    last_brushed_day: np.ndarray
    way: np.ndarray
    start: np.ndarray


class RecordColumns(NamedTuple):
    """Records of shops, arrays (S,): watched until, sanctioned, orders and fen brushed, orders of 30 days."""

    watched_until: np.ndarray
    sanctioned: np.ndarray
    brushed: np.ndarray
    turnover: np.ndarray
    orders_30: np.ndarray
    brushed_30: np.ndarray


shop_columns, merchant_columns = columns(ShopColumns), columns(MerchantColumns)
campaign_columns = columns(CampaignColumns, start="ways.start")

NUMBERS = len(Evening._fields) + 6
"""Those of an `Evening`, and six of groups."""

PARTS = 16
"""Shops are counted in so many parts, whatever the number of threads, so that no sum depends on that."""

AGE_EDGES, SIZE_EDGES = (90, 365, 1095), (11, 51, 201)
"""Where bands of age (days) and size (orders in 30 days) begin but the first."""


@inner
def loses_today(day, never, shops, s, watched_until):
    """Tell whether a sanction on an innocent hides the shop of slot ``s`` tomorrow or closes it."""
    hidden = shops.hidden_until[s] > day + 1
    return (watched_until > day) & (hidden | (shops.closed_day[s] != never))


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
def count_part(first, last, spans, shops, merchants, campaigns, records, out):
    """Fill the numbers of `Evening` of shops ``first`` … ``last − 1`` and those of groups, ``out`` (18,)."""
    day, start = spans.day, campaigns.start
    n_open = innocent = opportunists = brushing = open_brushing = 0
    brushers = hit = gradual = sanctions = days_lost = honest_turnover = 0
    new = new_at_it = small = small_at_it = good = good_at_it = 0
    fear = 0.0
    for s in range(first, last):
        here, brushes, m = shops.open[s], records.brushed[s] > 0, shops.owner[s]
        since, sanctioned = day - campaigns.last_brushed_day[s], records.sanctioned[s]
        lately, at_it = here & (since < spans.lately_days), here & brushes
        n_open += here
        innocent += here & (since > spans.innocent_days)
        opportunists += here & merchants.opportunist[m]
        fear += merchants.risk[m] if here & merchants.opportunist[m] else 0.0
        brushing += brushes
        open_brushing += at_it
        brushers += lately
        hit += lately & sanctioned
        gradual += brushes & (start[campaigns.way[s]] > 0)
        sanctions += sanctioned
        days_lost += loses_today(day, spans.never, shops, s, records.watched_until[s])
        honest_turnover += 0 if merchants.opportunist[m] else records.turnover[s]
        is_new = day - shops.opened_day[s] < spans.new_days
        is_small = records.orders_30[s] - records.brushed_30[s] <= spans.small_orders
        is_good = shops.quality[s] > 0
        new, new_at_it = new + (here & is_new), new_at_it + (at_it & is_new)
        small, small_at_it = small + (here & is_small), small_at_it + (at_it & is_small)
        good, good_at_it = good + (here & is_good), good_at_it + (at_it & is_good)
    out[0], out[1], out[2], out[3] = n_open, innocent, opportunists, fear
    out[4], out[5], out[6], out[7] = brushing, open_brushing, brushers, hit
    out[8], out[9], out[10], out[11] = gradual, sanctions, days_lost, honest_turnover
    out[12], out[13], out[14] = new, new_at_it, small
    out[15], out[16], out[17] = small_at_it, good, good_at_it


@shared
def count_shops(begin, end, spans, shops, merchants, campaigns, records, out):
    """Count what shops are this evening: numbers of `Evening`, then of groups, ``out`` (parts, 18).

    Rows are parts of the shops. Of groups there are the open shops that are new, and those of them that brush
    today; then small and good ones.
    """
    spans, shops, merchants = Spans(*spans), ShopColumns(*shops), MerchantColumns(*merchants)
    campaigns, records = CampaignColumns(*campaigns), RecordColumns(*records)
    n, parts = records.brushed.size, out.shape[0]
    for part in range(begin, end):
        first, last = part * n // parts, (part + 1) * n // parts
        count_part(first, last, spans, shops, merchants, campaigns, records, out[part])


@kernel
def count_harm(days, shops, watched_until, hit_band, last_brushed_day, orders_30, shop_days, days_lost):
    """Add a day of innocent shops to ``shop_days`` and of those that lose it to ``days_lost``, both (16,).

    The first counts the bands of today, the second those in which shops were hit (``hit_band``); the other
    arrays have shape (S,). ``days`` are today, that of what never happened, and how many make innocent.
    """
    (day, never, innocent_days), shops = days, ShopColumns(*shops)
    for s in range(orders_30.size):
        if shops.open[s] and day - last_brushed_day[s] > innocent_days:
            shop_days[band_of(day - shops.opened_day[s], orders_30[s])] += 1
        if loses_today(day, never, shops, s, watched_until[s]):
            days_lost[hit_band[s]] += 1
