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

from typing import NamedTuple

import numpy as np
from numba import int64, uint64

from sim.chance import unit
from sim.compiling import inner
from sim.kernels.positions import find, guess_of
from sim.kernels.threads import shared
from sim.kernels.visits import (
    BLOCK,
    VISITS,
    BuyerColumns,
    ChoiceLaw,
    category_of,
    draw,
    list_staying,
    root_of_visit,
)

STAYING = 4
"""Visits that do not leave at once, for each order that there is room for, at most."""


class Shelves(NamedTuple):
    """What is read of shops, classes of buyers (G) and categories (C).

    ``utility`` (G, S) is e^utility, ``best`` (G, C) its highest, and ``leaves`` (G, C) that below which the
    first uniform of a visit means that it leaves, whatever it would look at. ``cumulative`` shares up to 1
    (or 0 where nobody can be seen), their ``guide`` and slots ``listed``, each (2 S,), are those of the
    ranking and then those of custom, category by category. ``price`` (S,) in RMB, and ``multiples`` of it
    that are equally likely.
    """

    utility: np.ndarray
    best: np.ndarray
    leaves: np.ndarray
    cumulative: np.ndarray
    guide: np.ndarray
    listed: np.ndarray
    price: np.ndarray
    multiples: np.ndarray


class OrderColumns(NamedTuple):
    """Orders, arrays (chunks·capacity,): buyer, shop, number of the visit, value in fen, and advantage."""

    buyer: np.ndarray
    shop: np.ndarray
    number: np.ndarray
    value: np.ndarray
    advantage: np.ndarray


@inner
def root_of_inverse(u: float, n: int) -> float:
    """Return u^(−1/n)."""
    if n == 2:
        return 1.0 / np.sqrt(u)
    if n == 4:
        return 1.0 / np.sqrt(np.sqrt(u))
    return u ** (-1.0 / n)


@inner
def sort_by_category(n_categories, staying, order, sorted_who, sorted_kinds):
    """Sort the visits that stay by category, stably; ``order`` gets the place of each in the list."""
    who, kinds, categories = staying
    start, n = np.zeros(n_categories + 1, np.int32), who.size
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
def begin(key, first, n_categories, law, who, kinds, block, tastes):
    """Set up a block of visits: root, category, Q₁, ratio of the best taste, limit that leaving sets.

    The ``block`` has the places of the active visits, and of each its class, root and category; its
    ``tastes`` are Q, the ratio of the best one left, the limit to beat and the shop chosen.
    """
    (active, kind, root, category), (total, ratio, limit, chosen) = block, tastes
    for k in range(who.size):
        root[k] = root_of_visit(key, first, who[k])
        category[k] = category_of(root[k], n_categories)
        kind[k] = kinds[k]
        active[k] = k
        total[k] = 1.0 / unit(draw(root[k], 0))
        ratio[k] = (total[k] - 1.0) / law.looks
        limit[k] = 1.0 / law.outside
        chosen[k] = -1


@inner
def look(j, n, direct_share, per_category, tables, utility, block, sight):
    """Find the shop and e^utility (0 if nobody can be seen) of look ``j`` of the visits still active.

    Of each, ``sight`` gets its luck, the start of its list, a guess, the shop and the weight. One table after
    the other is read for all visits, for reads that do not wait for each other overlap.
    """
    (active, kind, root, category), (luck, start, guess, seen, weight) = block, sight
    cumulative, guide, shops = tables
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
def take(j, n, looks, best, block, sight, tastes):
    """Take what was seen where it beats the limit; keep active who can still do better, return how many."""
    (active, kind, root, category), (total, ratio, limit, chosen) = block, tastes
    _, _, _, seen, weight = sight
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
            left += uint64(q < most * best[uint64(kind[k]), uint64(category[k])])
    return int64(left)


@inner
def record(key, who, limits, choices, outside, goods, room, orders):
    """Write the orders of a chunk from its place on; return how many, −1 if there are more than fit.

    ``goods`` are prices and multiples, ``room`` the first buyer, the place, and how many orders fit.
    """
    (first, at, capacity), (price, multiples) = room, goods
    buyer, shop, number, value, advantage = orders
    taken, found = np.empty(who.size + 1, np.int32), 0
    for k in range(who.size):
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
        value[to] = max(1, int(price[uint64(s)] * multiple * 100.0 + 0.5))
        advantage[to] = -np.log(limits[k] * outside)
    return found


@inner
def choose(key, first, law, shelves, staying):
    """Return the limits and the shops chosen (−1: none) of the visits that stay, in their order."""
    n, n_categories = staying[0].size, shelves.best.shape[1]
    per_category = shelves.price.size // n_categories
    tables = shelves.cumulative, shelves.guide, shelves.listed
    order, sorted_who, sorted_kinds = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8)
    sort_by_category(n_categories, staying, order, sorted_who, sorted_kinds)
    limits, choices = np.empty(n), np.empty(n, np.int32)
    active, roots, category = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int32)
    limit, chosen = np.empty(BLOCK), np.empty(BLOCK, np.int32)
    first_place, guess, seen = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    block = active, np.empty(BLOCK, np.uint8), roots, category
    tastes = np.empty(BLOCK), np.empty(BLOCK), limit, chosen
    sight = np.empty(BLOCK), first_place, guess, seen, np.empty(BLOCK)
    for start in range(0, n, BLOCK):
        these = slice(start, min(start + BLOCK, n))
        begin(key, first, n_categories, law, sorted_who[these], sorted_kinds[these], block, tastes)
        left = size = min(BLOCK, n - start)
        for j in range(law.looks):
            look(j, left, law.direct_share, per_category, tables, shelves.utility, block, sight)
            left = take(j, left, law.looks, shelves.best, block, sight, tastes)
            if left == 0:
                break
        for i in range(size):
            k = uint64(order[start + i])
            limits[k] = limit[i]
            choices[k] = chosen[i]
    return limits, choices


@shared
def place_orders(begin, stop, keys, law, buyers, shelves, room, out):
    """Fill the orders of one day, chunk by chunk of buyers, each into its own stretch of the output.

    Rows are chunks. ``keys`` are those of arrivals and of visits, ``room`` the buyers of a chunk and the
    orders that it has room for. ``out`` are visits (chunks, C), the number of orders (chunks,), −1 where
    there was too little room, and `OrderColumns`.
    """
    law, buyers, shelves = ChoiceLaw(*law), BuyerColumns(*buyers), Shelves(*shelves)
    (chunk, capacity), (visits, counts, orders) = room, out
    goods, n_buyers, key = (shelves.price, shelves.multiples), buyers.visit_rate.size, keys[1]
    for part in range(begin, stop):
        first, end, most = part * chunk, min((part + 1) * chunk, n_buyers), STAYING * capacity
        staying = list_staying(keys, law, buyers, shelves.leaves, first, end, visits[part], most)
        if staying[0].size > most:
            counts[part] = -1
            continue
        limits, choices = choose(key, first, law, shelves, staying)
        place = first, part * capacity, capacity
        counts[part] = record(key, staying[0], limits, choices, law.outside, goods, place, orders)


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
