"""Buyers arrive, look at K shops, and take the best or leave: the demand kernel.

The law is that of K looks with replacement by attention, one independent Gumbel taste for each, and
an outside option. It is simulated from the best taste outwards. A Gumbel taste g is −log E with E
exponential, so the buyer takes the look with the smallest E/w if that is below E₀/w₀. Sorted, the K
exponentials are E₍ⱼ₎ = E₍ⱼ₋₁₎ + eⱼ/(K − j + 1) with eⱼ exponential (Rényi 1953), and what is looked at is
independent of that order. Only ratios to E₀ matter: with Sⱼ = E₀ + e₁ + … + eⱼ, which is Gamma(j + 1)
and independent of its own parts' shares, Qⱼ = Sⱼ/E₀ obeys Q₀ = 1, Qⱼ₊₁ = Qⱼ·u^(−1/(j + 1)) with u
uniform. So the j-th best taste has the ratio E₍ⱼ₎/E₀ = Σᵢ (Qᵢ − Qᵢ₋₁)/(K − i + 1), the first of them costs
one division, the second one square root, and a visit whose best taste cannot reach even the most
attractive shop of the category costs one draw.

A chunk of buyers goes through short loops (arrive, list visits, draw, sift; then look and take, record), so
that what cannot be predicted (who stays, which list a look goes to, whether a shop is taken) is a list to
append to or a choice of a number, not a branch. Those who stay look category by category, because a
category's tables fit the nearest cache and those of a large market do not; what they take is written
down in the order of buyers and visits again. No draw depends on the block or the order it is made in.
"""

from __future__ import annotations

import numpy as np
from numba import int64, uint64

from sim.chance import bits, mix, unit
from sim.kernels.compiling import inner
from sim.kernels.positions import find, guess_of
from sim.kernels.threads import shared

VISITS = 32
"""Visits are numbered within (buyer, day); a buyer makes fewer than this many a day."""

BLOCK = 1024
"""Buyers, or visits, that go through the stages together, at most."""

ROOM = 8 * BLOCK
"""Visits in a block, at most: 64 KiB for 64-bit numbers, so that scratch comes from the heap cheaply."""

STAYING = 4
"""Visits that do not leave at once, for each order that there is room for, at most."""


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
def root_of_inverse(u: float, n: int) -> float:
    """Return u^(−1/n)."""
    if n == 2:
        return 1.0 / np.sqrt(u)
    if n == 4:
        return 1.0 / np.sqrt(np.sqrt(u))
    return u ** (-1.0 / n)


@inner
def arrive(key, season, day, first, n, visit_rate, mistrust, scale, banned_until, coming):
    """Fill the visits of buyers ``first`` … ``first + n − 1`` today."""
    for b in range(first, first + n):
        rate = visit_rate[b] * season * (1.0 - mistrust[b] * scale)
        visits = int(rate + unit(bits(key, uint64(b), uint64(0))))
        coming[b - first] = 0 if banned_until[b] > day else min(visits, VISITS - 1)


@inner
def class_of(segment, trust, trust_levels):
    """Return the class of a buyer, the row of the tables of utility: its segment and its level of trust."""
    return segment * trust_levels + int(trust * (trust_levels - 1) + 0.5)


@inner
def classify(first, n, trust_levels, segment, mistrust, scale, kind):
    """Fill the classes of buyers ``first`` … ``first + n − 1``: the rows of the tables of utility."""
    for b in range(first, first + n):
        kind[b - first] = class_of(segment[b], 1.0 - mistrust[b] * scale, trust_levels)


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
def draw_visits(key, first, m, n_categories, identity, category, u):
    """Fill the category and the first uniform of the visits listed."""
    for k in range(m):
        root = root_of_visit(key, first, identity[k])
        category[k] = category_of(root, n_categories)
        u[k] = unit(draw(root, 0))


@inner
def sift(m, offset, leaves, kind, identity, category, u, visits, at, who, kinds, categories):
    """Count visits by category; list from place ``at`` those that do not leave at once; return the end.

    ``who`` gets buyer·VISITS + number, buyers counted from the chunk's first, ``offset`` before this block.
    """
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
def sort_by_category(n, n_categories, who, kinds, categories, order, sorted_who, sorted_kinds):
    """Sort the ``n`` visits that stay by category, stably; ``order`` gets the place of each in the list."""
    start = np.zeros(n_categories + 1, np.int32)
    for k in range(n):
        start[uint64(categories[k]) + uint64(1)] += 1
    for c in range(n_categories):
        start[c + 1] += start[c]
    for k in range(n):
        c = uint64(categories[k])
        to = uint64(start[c])
        start[c] += 1
        order[to] = k
        sorted_who[to] = who[k]
        sorted_kinds[to] = kinds[k]


@inner
def begin(key, first, n, n_categories, looks, outside, who, kinds, active, listed, state):
    """Set up a block of visits: root, category, Q₁, ratio of the best taste, limit that leaving sets."""
    kind, root, category = listed
    total, ratio, limit, chosen = state
    for k in range(n):
        root[k] = root_of_visit(key, first, who[k])
        category[k] = category_of(root[k], n_categories)
        kind[k] = kinds[k]
        active[k] = k
        total[k] = 1.0 / unit(draw(root[k], 0))
        ratio[k] = (total[k] - 1.0) / looks
        limit[k] = 1.0 / outside
        chosen[k] = -1


@inner
def look(j, n, active, listed, direct_share, per_category, tables, utility, places, seen, weight):
    """Find the shop and e^utility (0 if nobody can be seen) of look ``j`` of the visits still active.

    One table after the other is read for all visits, for reads that do not wait for each other overlap.
    """
    kind, root, category = listed
    cumulative, guide, shops = tables
    luck, start, guess = places
    for i in range(n):
        k = uint64(active[i])
        x = unit(draw(root[k], 4 + 2 * j))
        direct = x < direct_share
        x = (x if direct else x - direct_share) / (direct_share if direct else 1.0 - direct_share)
        half = uint64(shops.size // 2) if direct else uint64(0)
        luck[i] = x
        start[i] = half + uint64(category[k]) * uint64(per_category)
        guess[i] = guess_of(guide, start[i], per_category, x)
    for i in range(n):
        at = find(cumulative, start[i], per_category, guess[i], luck[i])
        weight[i] = cumulative[uint64(start[i]) + uint64(per_category - 1)]
        seen[i] = shops[uint64(start[i]) + at]
    for i in range(n):
        anybody = weight[i] > 0.0
        weight[i] = utility[uint64(kind[uint64(active[i])]), uint64(seen[i])] * anybody


@inner
def take(j, n, looks, active, listed, best_utility, seen, weight, state):
    """Take what was seen where it beats the limit; keep active who can still do better, return how many."""
    kind, root, category = listed
    total, ratio, limit, chosen = state
    left = uint64(0)
    for i in range(n):
        k = uint64(active[i])
        w, s, before, q, most, old = weight[i], seen[i], total[k], ratio[k], limit[k], chosen[k]
        better = q < most * w
        most = (q if better else most) / (w if better else 1.0)
        limit[k] = most
        chosen[k] = s if better else old
        if j < looks - 1:
            total[k] = before * root_of_inverse(unit(draw(root[k], 5 + 2 * j)), j + 2)
            q += (total[k] - before) / (looks - j - 1)
            ratio[k] = q
            active[left] = k
            left += uint64(q < most * best_utility[uint64(kind[k]), uint64(category[k])])
    return int64(left)


@inner
def record(key, first, n, who, limits, choices, at, capacity, outside, order_value, multiples, orders):
    """Write the orders of a chunk from place ``at``; return how many, −1 if more than ``capacity``."""
    buyer, shop, number, value, advantage = orders
    taken, found = np.empty(n + 1, np.int32), 0
    for k in range(n):
        taken[found] = k
        found += choices[k] >= 0
    if found > capacity:
        return -1
    for i in range(found):
        k, to = uint64(taken[i]), uint64(at + i)
        s = choices[k]
        multiple = multiples[draw(root_of_visit(key, first, who[k]), 100) >> uint64(54)]
        buyer[to] = first + who[k] // VISITS
        shop[to] = s
        number[to] = who[k] % VISITS
        value[to] = max(1, int(order_value[uint64(s)] * multiple * 100.0 + 0.5))
        advantage[to] = -np.log(limits[k] * outside)
    return found


@inner
def list_staying(
    arrival_key, visit_key, season, day, first, end, visit_rate, segment, sales_mistrust, sales_scale,
    platform_mistrust, platform_scale, banned_until, trust_levels, leaves, visits, capacity,
):  # fmt: skip
    """Return who stays, of which class, in which category, of visits of buyers ``first`` … ``end`` − 1.

    Fewer than all of them, and more than ``capacity``, if that is too small.
    """
    coming, kind = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    identity, category = np.empty(ROOM, np.int32), np.empty(ROOM, np.int32)
    u = np.empty(ROOM)
    room, staying, at = ROOM + capacity, int64(0), first
    who, kinds, categories = np.empty(room, np.int32), np.empty(room, np.uint8), np.empty(room, np.int32)
    while at < end and staying <= capacity:
        n = min(BLOCK, end - at)
        arrive(
            arrival_key,
            season,
            day,
            at,
            n,
            visit_rate,
            platform_mistrust,
            platform_scale,
            banned_until,
            coming,
        )
        classify(at, n, trust_levels, segment, sales_mistrust, sales_scale, kind)
        n, m = list_visits(coming, n, identity)
        draw_visits(visit_key, at, m, leaves.shape[1], identity, category, u)
        staying = sift(
            m, at - first, leaves, kind, identity, category, u, visits, staying, who, kinds, categories
        )
        at += n
    return who[:staying], kinds[:staying], categories[:staying]


@inner
def choose(
    key, first, who, kinds, categories, n_categories, looks, outside, direct_share, per_category,
    tables, utility, best_utility,
):  # fmt: skip
    """Return the limits and the shops chosen (−1: none) of the visits that stay, in their order."""
    n = who.size
    order, sorted_who, sorted_kinds = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8)
    sort_by_category(n, n_categories, who, kinds, categories, order, sorted_who, sorted_kinds)
    limits, choices = np.empty(n), np.empty(n, np.int32)
    active, seen, weight = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.empty(BLOCK)
    listed = np.empty(BLOCK, np.uint8), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int32)
    state = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK, np.int32)
    places = np.empty(BLOCK), np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int32)
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        begin(
            key, first, size, n_categories, looks, outside, sorted_who[start:], sorted_kinds[start:], active,
            listed, state,
        )  # fmt: skip
        left = size
        for j in range(looks):
            look(j, left, active, listed, direct_share, per_category, tables, utility, places, seen, weight)
            left = take(j, left, looks, active, listed, best_utility, seen, weight, state)
            if left == 0:
                break
        for i in range(size):
            k = uint64(order[start + i])
            limits[k] = state[2][i]
            choices[k] = state[3][i]
    return limits, choices


@shared
def place_orders(
    begin, stop, arrival_key, visit_key, season, direct_share, outside, looks, day, per_category,
    visit_rate, segment, sales_mistrust, sales_scale, platform_mistrust, platform_scale, banned_until,
    trust_levels, utility, best_utility, leaves, tables, order_value, value_multiples, chunk, capacity,
    visits, counts, orders,
):  # fmt: skip
    """Fill the ``orders`` of one day, chunk by chunk of buyers, each into its own stretch of the output.

    Rows are chunks. Shapes: ``visit_rate`` and the other buyers' arrays (B,); ``utility`` (G, S), e^utility
    of every shop for every class of buyers; ``best_utility`` (G, C); ``leaves`` (G, C), below which the first
    uniform of a visit means that it leaves, whatever it would look at; ``tables``, cumulative shares up to 1
    (or 0 where nobody can be seen), guides and slots, each (2 S,), those of the ranking and then those of
    custom, category by category; ``visits`` (chunks, C); ``counts`` (chunks,), −1 where ``capacity`` was too
    small; ``orders`` are buyer, shop, number of the visit, value and advantage, each (chunks·capacity,).
    """
    n_buyers, n_categories = visit_rate.size, order_value.size // per_category
    for part in range(begin, stop):
        first, end = part * chunk, min((part + 1) * chunk, n_buyers)
        who, kinds, categories = list_staying(
            arrival_key, visit_key, season, day, first, end, visit_rate, segment, sales_mistrust, sales_scale,
            platform_mistrust, platform_scale, banned_until, trust_levels, leaves, visits[part],
            STAYING * capacity,
        )  # fmt: skip
        if who.size > STAYING * capacity:
            counts[part] = -1
            continue
        limits, choices = choose(
            visit_key, first, who, kinds, categories, n_categories, looks, outside, direct_share,
            per_category, tables, utility, best_utility,
        )  # fmt: skip
        counts[part] = record(
            visit_key, first, who.size, who, limits, choices, part * capacity, capacity, outside, order_value,
            value_multiples, orders,
        )  # fmt: skip


@shared
def gather_orders(first, last, counts, ends, capacity, orders, whole):
    """Copy the orders of all chunks, the first ``counts[p]`` of each stretch, to the ``whole`` day's arrays.

    Rows are chunks; ``ends`` (chunks,) say where their orders end there. ``orders`` and ``whole`` are tuples
    of the same five quantities.
    """
    buyer, shop, number, value, advantage = orders
    all_buyers, all_shops, all_numbers, all_values, all_advantages = whole
    for part in range(first, last):
        to, start = ends[part] - counts[part], part * capacity
        for i in range(counts[part]):
            all_buyers[to + i], all_shops[to + i] = buyer[start + i], shop[start + i]
            all_numbers[to + i], all_values[to + i] = number[start + i], value[start + i]
            all_advantages[to + i] = advantage[start + i]
