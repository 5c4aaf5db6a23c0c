"""Visits of buyers: who comes today, to which category, and who does not leave at once.

What cannot be predicted is a list to append to or a choice of a number, not a branch (`sim.kernels.buy`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, uint64

from sim.chance import bits, mix, unit
from sim.compiling import inner
from sim.kernels.groups import columns

VISITS = 32
"""Visits are numbered within (buyer, day); a buyer makes fewer than this many a day."""

BLOCK = 1024
"""Buyers, or visits, that go through the stages together, at most."""

ROOM = 8 * BLOCK
"""Visits in a block, at most: 64 KiB for 64-bit numbers, so that scratch comes from the heap cheaply."""


class BuyerColumns(NamedTuple):
    """Buyers, arrays (B,): visits a day, segment, mistrust of sales and platform, until when banned.

    Mistrust is the array times its scale.
    """

    visit_rate: np.ndarray
    segment: np.ndarray
    sales_mistrust: np.ndarray
    sales_scale: float
    platform_mistrust: np.ndarray
    platform_scale: float
    banned_until: np.ndarray


class ChoiceLaw(NamedTuple):
    """The day and its season, levels of trust, looks a visit, e^utility of leaving, share of direct looks."""

    day: int
    season: float
    trust_levels: int
    looks: int
    outside: float
    direct_share: float


buyer_columns = columns(BuyerColumns)


@inner
def draw(root, k):
    """Return the 64 bits of draw ``k`` under a visit's ``root``."""
    return mix(uint64(root) + uint64(k) * uint64(0xD1B54A32D192ED03))


@inner
def root_of_visit(key, first, who):
    """Return the root of a visit's draws; ``who`` is buyer·VISITS + number, buyers counted from ``first``."""
    visit = uint64(first) * uint64(VISITS) + uint64(who)
    return mix(uint64(key) + visit * uint64(0x9E3779B97F4A7C15))


@inner
def category_of(root, n_categories):
    """Return the category that the visit with this root goes to."""
    return ((root >> uint64(32)) * uint64(n_categories)) >> uint64(32)


@inner
def arrive(key, law, buyers, first, n, coming):
    """Fill the visits of buyers ``first`` … ``first + n − 1`` today."""
    mistrust, scale = buyers.platform_mistrust, buyers.platform_scale
    for b in range(first, first + n):
        rate = buyers.visit_rate[b] * law.season * (1.0 - mistrust[b] * scale)
        visits = int(rate + unit(bits(key, uint64(b), uint64(0))))
        coming[b - first] = 0 if buyers.banned_until[b] > law.day else min(visits, VISITS - 1)


@inner
def class_of(segment, trust, trust_levels):
    """Return the class of a buyer, the row of the tables of utility: its segment and its level of trust."""
    return segment * trust_levels + int(trust * (trust_levels - 1) + 0.5)


@inner
def classify(law, buyers, first, n, kind):
    """Fill the classes of buyers ``first`` … ``first + n − 1``: the rows of the tables of utility."""
    mistrust, scale = buyers.sales_mistrust, buyers.sales_scale
    for b in range(first, first + n):
        kind[b - first] = class_of(buyers.segment[b], 1.0 - mistrust[b] * scale, law.trust_levels)


@inner
def list_visits(coming, n, identity):
    """List visits as buyer·VISITS + number; return the buyers that fit and the length of the list."""
    m = 0
    for i in range(n):
        if m > ROOM - VISITS:
            return i, m
        for number in range(4):  # nearly always enough, and no branch
            identity[m + number] = i * VISITS + number
        for number in range(4, coming[i]):
            identity[m + number] = i * VISITS + number
        m += max(coming[i], 0)
    return n, m


@inner
def draw_visits(key, first, m, n_categories, listed):
    """Fill the category and the first uniform of the visits listed: identity, category, uniform."""
    identity, category, u = listed
    for k in range(m):
        root = root_of_visit(key, first, identity[k])
        category[k] = category_of(root, n_categories)
        u[k] = unit(draw(root, 0))


@inner
def sift(m, offset, leaves, kind, listed, visits, at, staying):
    """Count visits by category; list from place ``at`` those that do not leave at once; return the end.

    ``who`` gets buyer·VISITS + number, buyers counted from the chunk's first, ``offset`` before this block.
    """
    (identity, category, u), (who, kinds, categories) = listed, staying
    n = uint64(at)
    for k in range(m):
        c = uint64(category[k])
        own = kind[uint64(identity[k]) // uint64(VISITS)]
        visits[c] += 1
        who[n] = offset * VISITS + identity[k]
        kinds[n] = own
        categories[n] = c
        n += uint64(u[k] > leaves[uint64(own), c])
    return int64(n)


@inner
def list_staying(keys, law, buyers, leaves, first, end, visits, capacity):
    """Return who stays, of which class, in which category, of visits of buyers ``first`` … ``end`` − 1.

    Fewer than all of them, and more than ``capacity``, if that is too small.
    """
    coming, kind = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    listed = np.empty(ROOM, np.int32), np.empty(ROOM, np.int32), np.empty(ROOM)
    room, n_staying, at = ROOM + capacity, int64(0), first
    who, kinds, categories = np.empty(room, np.int32), np.empty(room, np.uint8), np.empty(room, np.int32)
    staying = who, kinds, categories
    while at < end and n_staying <= capacity:
        n = min(BLOCK, end - at)
        arrive(keys[0], law, buyers, at, n, coming)
        classify(law, buyers, at, n, kind)
        n, m = list_visits(coming, n, listed[0])
        draw_visits(keys[1], at, m, leaves.shape[1], listed)
        n_staying = sift(m, at - first, leaves, kind, listed, visits, n_staying, staying)
        at += n
    return who[:n_staying], kinds[:n_staying], categories[:n_staying]
