"""The orders of buyers counted by class: how many each shop gets, of whom, and what becomes of them.

A category's orders go through short loops, one stage after the other, in which little depends on a branch.
"""

from __future__ import annotations

import numpy as np
from numba import uint64

from sim.chance import bits, mix, unit
from sim.kernels.choice import draw
from sim.kernels.cohorts import LEAST, attract, decay, draw_poisson, expect_all
from sim.kernels.compiling import inner
from sim.kernels.threads import shared

SUMS = 5
"""Sums over a shop's orders: that stand, experience in thousandths, complaints, parcels flagged, value."""

SMALL = 10.0
"""Means up to which Poisson counts are drawn with the exponential that becomes vector instructions."""


@inner
def listed(room):
    """Return arrays for ``room`` orders: places of shops, roots, a number each, classes, a truth each."""
    shop, kind = np.empty(room, np.int32), np.empty(room, np.int32)
    return shop, np.empty(room, np.uint64), np.empty(room), kind, np.empty(room, np.bool_)


@inner
def draw_counts(key, first, identity, mean, scratch, counts, roots):
    """Draw how many orders each of the shops from ``first`` on gets, ``counts`` (n,); return their sum.

    ``roots`` (n,) are filled with the roots of the shops' draws; ``mean`` (n,) is of all classes; ``scratch``
    has shape (3, n). Counts are found by inversion, one number of orders after the other for all shops, and
    shop by shop where the mean is large.
    """
    luck, p, reached = scratch[0], scratch[1], scratch[2]
    for i in range(counts.size):
        roots[i] = bits(key, uint64(identity[first + i]), 0)
        luck[i] = unit(draw(roots[i], 0)) if mean[i] <= SMALL else 0.0
        p[i] = decay(mean[i])
        reached[i] = p[i]
        counts[i] = 0
    left, number = 1, 0
    while left > 0:
        number += 1
        left, factor = 0, 1.0 / number
        for i in range(counts.size):
            beyond = (luck[i] > reached[i]) & (p[i] > LEAST)
            counts[i] += beyond
            left += beyond
            p[i] *= mean[i] * factor
            reached[i] += p[i]
    total = 0
    for i in range(counts.size):
        if mean[i] > SMALL:
            counts[i] = draw_poisson(mean[i], roots[i])
        total += counts[i]
    return total


@inner
def list_orders(counts, roots, shop, root):
    """List the orders of a category: the place in it of each one's shop, and the root of its draws."""
    m = 0
    for i in range(counts.size):
        for number in range(counts[i]):
            shop[m] = i
            root[m] = mix(roots[i] + uint64(number + 1) * uint64(0x9E3779B97F4A7C15))
            m += 1


@inner
def classify_orders(m, shop, root, active, mean, x, kind):
    """Fill the classes of ``m`` orders, by what share each class has in a shop's ``mean`` orders (G + 1, n).

    ``active`` lists the classes that come at all; ``x`` is scratch. A class is counted up to rather than
    searched for, so that there is no branch.
    """
    last = mean[mean.shape[0] - 1]
    for k in range(m):
        x[k] = unit(draw(root[k], 1)) * last[shop[k]]
        kind[k] = 0
    for a in range(active.size - 1):
        below = mean[active[a] + 1]
        for k in range(m):
            kind[k] += below[shop[k]] < x[k]
    for k in range(m):
        kind[k] = active[kind[k]]


@inner
def experience(m, shop, root, kind, facts, trust, noise, multiples, outcomes, let_down, sums):
    """Let the buyers of ``m`` orders of a category experience them; fill the `SUMS` by shop, ``sums`` (n, 5).

    ``facts`` (n, 5) are a shop's true quality, rating, what displayed sales promise, share of parcels that
    look brushed, and price; ``outcomes`` the surprise that disappoints, the rates of returns without and with
    it, and that of complaints. ``let_down`` (m,) tells who was disappointed.
    """
    surprise, return_rate, surprise_return_rate, complaint_rate = outcomes
    for i in range(sums.shape[0]):
        for q in range(SUMS):
            sums[i, q] = 0
    for k in range(m):
        fact, total, luck, fate = facts[shop[k]], sums[shop[k]], draw(root[k], 0), draw(root[k], 2)
        found = fact[0] + noise[luck >> uint64(54)]
        bad = found < fact[1] + trust[kind[k]] * fact[2] - surprise
        stands = unit(fate << uint64(32)) >= (surprise_return_rate if bad else return_rate)
        value = max(1, int(fact[4] * multiples[(luck >> uint64(44)) & uint64(1023)] * 100.0 + 0.5))
        total[0] += stands
        total[1] += int(np.floor(found * 1000.0 + 0.5))
        total[2] += bad & (unit(draw(root[k], 3)) < complaint_rate)
        total[3] += unit(fate) < fact[3]
        total[4] += value * stands
        let_down[k] = bad


@inner
def account(m, shop, kind, let_down, correction, popular, levels, price_slope, orders, letdowns):
    """Count ``m`` orders and those that ``let_down`` by class, both (G,); return what corrects their surplus.

    A buyer chose by rating and displayed sales, and experiences quality: ``correction`` (n,) is what that
    adds to utility, ``popular`` (n,) what displayed sales added at full trust.
    """
    acted_on, worth = np.empty(orders.size), np.empty(orders.size)
    for g in range(orders.size):
        acted_on[g], worth[g] = g % levels / (levels - 1), 1.0 / price_slope[g // levels]
    total = 0.0
    for k in range(m):
        g, i = kind[k], shop[k]
        total += (correction[i] - acted_on[g] * popular[i]) * worth[g]
        orders[g] += 1
        letdowns[g] += let_down[k]
    return total


@inner
def coming_classes(visits):
    """Return the classes (n,) that make any ``visits`` (G,)."""
    active, n = np.empty(visits.size, np.int64), 0
    for g in range(visits.size):
        active[n] = g
        n += visits[g] > 0.0
    return active[:n]


@shared
def trade(
    begin, stop, key, chunks, looks, outside, visits, trust, price_slope, quality_weight, sales_weight, nodes,
    node_weights, share, log_displayed, identity, quality, rating, price, price_effect, parcel_flag,
    trust_weight, noise, multiples, outcomes, shopped, placed, standing, turnover, stars, complaints, flagged,
    chances, orders, letdowns, sums,
):  # fmt: skip
    """Draw a day's orders of all classes at all shops, and what buyers experience.

    ``visits`` and ``trust`` (G,) are the visits to one category by each class, and its trust in displayed
    sales; classes are segments × levels of trust. Arrays of shops have shape (S,), ``price_effect``
    (S, segments): of what is filled, ``turnover`` is in fen and without returns, ``stars`` in thousandths.
    ``outcomes`` are those of `experience`. ``shopped`` (C,) counts visits. Filled by chunk of categories:
    ``chances`` (chunks, G), the sum over categories of the probability that a visit ends in an order;
    ``orders`` and ``letdowns`` (chunks, G), orders drawn and bad surprises; ``sums`` (chunks, 2), true
    quality bought and consumer surplus in units of log price.
    """
    n, segments = share.size // shopped.size, price_effect.shape[1]
    levels = visits.size // segments
    active = coming_classes(visits)
    size = -(-shopped.size // chunks)
    for part in range(begin, stop):
        table, base, popularity = np.empty((nodes.size, n)), np.empty((segments, n)), np.empty(n)
        weights, chance, mean = np.empty(n), np.empty(n), np.zeros((visits.size + 1, n))
        counts, roots, by_shop = np.empty(n, np.int64), np.empty(n, np.uint64), np.empty((n, SUMS), np.int64)
        facts, correction, popular, scratch = np.empty((n, 5)), np.empty(n), np.empty(n), np.empty((3, n))
        room = 0
        shop, root, x, kind, let_down = listed(room)
        for c in range(part * size, min((part + 1) * size, shopped.size)):
            first = c * n
            attract(
                first, rating, log_displayed, price_effect, quality_weight, sales_weight, levels, base,
                popularity,
            )  # fmt: skip
            leaving = expect_all(
                share[first : first + n], base, popularity, visits, looks, outside, nodes, node_weights,
                price_slope, table, weights, chance, mean, chances[part], sums[part],
            )  # fmt: skip
            for i in range(n):
                s = first + i
                facts[i, 0], facts[i, 1], facts[i, 2] = quality[s], rating[s], trust_weight[s]
                facts[i, 3], facts[i, 4] = parcel_flag[s], price[s]
                correction[i] = quality_weight * (quality[s] - rating[s])
                popular[i] = sales_weight * log_displayed[s]
            m = draw_counts(key, first, identity, mean[visits.size], scratch, counts, roots)
            shopped[c] = draw_poisson(leaving, bits(key, uint64(c), 1)) + m
            if m > room:
                room = 2 * m
                shop, root, x, kind, let_down = listed(room)
            list_orders(counts, roots, shop, root)
            classify_orders(m, shop, root, active, mean, x, kind)
            experience(m, shop, root, kind, facts, trust, noise, multiples, outcomes, let_down, by_shop)
            sums[part, 1] += account(
                m,
                shop,
                kind,
                let_down,
                correction,
                popular,
                levels,
                price_slope,
                orders[part],
                letdowns[part],
            )
            for i in range(n):
                s = first + i
                placed[s], standing[s], stars[s] = counts[i], by_shop[i, 0], by_shop[i, 1]
                complaints[s], flagged[s], turnover[s] = by_shop[i, 2], by_shop[i, 3], by_shop[i, 4]
                sums[part, 0] += counts[i] * quality[s]
