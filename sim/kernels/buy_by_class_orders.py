"""The orders of buyers counted by class: how many each shop gets, of whom, and what becomes of them.

A category's orders go through short loops, one stage after the other, in which little depends on a branch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, mix, unit
from sim.compiling import inner
from sim.kernels.buy_by_class import (
    LEAST,
    ClassLaw,
    Expectation,
    ShopColumns,
    attract,
    decay,
    draw_poisson,
    expect_all,
)
from sim.kernels.threads import shared
from sim.kernels.visits import draw

SUMS = 5
"""Sums over a shop's orders: that stand, experience in thousandths, complaints, parcels flagged, value."""

SMALL = 10.0
"""Means up to which Poisson counts are drawn with the exponential that becomes vector instructions."""


class ListedOrders(NamedTuple):
    """Orders of a category: place of the shop, root of the draws, a number, class, who was disappointed."""

    shop: np.ndarray
    root: np.ndarray
    x: np.ndarray
    kind: np.ndarray
    let_down: np.ndarray


class ClassSales(NamedTuple):
    """Visits by category (C,), and by shop (S,) orders, those that stand and their value in fen, and others.

    ``stars`` sums experience in thousandths; then complaints and parcels flagged.
    """

    visits: np.ndarray
    placed: np.ndarray
    standing: np.ndarray
    turnover: np.ndarray
    stars: np.ndarray
    complaints: np.ndarray
    flagged: np.ndarray


class ClassSums(NamedTuple):
    """Sums by chunk of categories.

    ``chances`` (chunks, G), over categories, of the probability that a visit ends in an order; ``orders`` and
    ``letdowns`` (chunks, G), orders drawn and bad surprises; ``totals`` (chunks, 2), true quality bought and
    consumer surplus in units of log price.
    """

    chances: np.ndarray
    orders: np.ndarray
    letdowns: np.ndarray
    totals: np.ndarray


@inner
def listed(room):
    """Return arrays for ``room`` orders."""
    shop, kind = np.empty(room, np.int32), np.empty(room, np.int32)
    return ListedOrders(shop, np.empty(room, np.uint64), np.empty(room), kind, np.empty(room, np.bool_))


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
def list_orders(counts, roots, orders):
    """List the orders of a category: the place in it of each one's shop, and the root of its draws."""
    m = 0
    for i in range(counts.size):
        for number in range(counts[i]):
            orders.shop[m] = i
            orders.root[m] = mix(roots[i] + uint64(number + 1) * uint64(0x9E3779B97F4A7C15))
            m += 1


@inner
def classify_orders(m, orders, active, mean):
    """Fill the classes of ``m`` orders, by what share each class has in a shop's ``mean`` orders (G + 1, n).

    ``active`` lists the classes that come at all. A class is counted up to rather than searched for, so that
    there is no branch.
    """
    shop, root, x, kind, _ = orders
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
def experience(m, law, orders, facts, trust, sums):
    """Let the buyers of ``m`` orders of a category experience them; fill the `SUMS` by shop, ``sums`` (n, 5).

    ``facts`` (n, 5) are a shop's true quality, rating, what displayed sales promise, share of parcels that
    look brushed, and price; ``trust`` (G,) is that of each class. Notes who was disappointed.
    """
    shop, root, _, kind, let_down = orders
    noise, multiples = law.noise, law.multiples
    surprise, return_rate, surprise_return_rate, complaint_rate = law.chances
    for i in range(sums.shape[0]):
        for q in range(SUMS):
            sums[i, q] = 0
    for k in range(m):
        fact, total, luck, fate = facts[shop[k]], sums[shop[k]], draw(root[k], 0), draw(root[k], 2)
        found = fact[0] + noise[luck >> uint64(54)]
        bad = found < fact[1] + trust[kind[k]] * fact[2] - surprise
        returns = surprise_return_rate if bad else return_rate
        stands = unit(fate << uint64(32)) >= returns
        value = max(1, int(fact[4] * multiples[(luck >> uint64(44)) & uint64(1023)] * 100.0 + 0.5))
        total[0] += stands
        total[1] += int(np.floor(found * 1000.0 + 0.5))
        total[2] += bad & (unit(draw(root[k], 3)) < complaint_rate)
        total[3] += unit(fate) < fact[3]
        total[4] += value * stands
        let_down[k] = bad


@inner
def account(m, levels, price_slope, listed_orders, corrections, orders, letdowns):
    """Count ``m`` orders and those that disappointed by class, both (G,); return what corrects their surplus.

    A buyer chose by rating and displayed sales, and experiences quality: ``corrections`` (2, n) are what that
    adds to utility, and what displayed sales added at full trust.
    """
    shop, _, _, kind, let_down = listed_orders
    correction, popular = corrections[0], corrections[1]
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


@inner
def describe_category(first, law, shops, facts, corrections):
    """Fill what `experience` and `account` need of the shops (n,) of a category."""
    for i in range(facts.shape[0]):
        s = first + i
        facts[i, 0], facts[i, 1], facts[i, 2] = shops.quality[s], shops.rating[s], shops.promised[s]
        facts[i, 3], facts[i, 4] = shops.parcel_flag[s], shops.price[s]
        corrections[0, i] = law.quality_weight * (shops.quality[s] - shops.rating[s])
        corrections[1, i] = law.sales_weight * shops.log_displayed[s]


@inner
def report_category(first, counts, by_shop, sales):
    """Enter the orders of a category's shops, ``counts`` (n,), and their `SUMS` into the day's sales."""
    for i in range(counts.size):
        s = first + i
        sales.placed[s], sales.standing[s], sales.stars[s] = counts[i], by_shop[i, 0], by_shop[i, 1]
        sales.complaints[s], sales.flagged[s], sales.turnover[s] = by_shop[i, 2], by_shop[i, 3], by_shop[i, 4]


@shared
def trade(begin, stop, key, law, classes, shops, sales, sums):
    """Draw a day's orders of all classes at all shops, and what buyers experience.

    ``classes`` are the visits to one category by each class, and its trust in displayed sales, both (G,);
    classes are segments × levels of trust. The ``sales`` (`ClassSales`) are filled, and the ``sums``
    (`ClassSums`). Rows are chunks of categories.
    """
    law, shops, sales, sums = ClassLaw(*law), ShopColumns(*shops), ClassSales(*sales), ClassSums(*sums)
    visits, trust = classes
    n_categories, segments = sales.visits.size, law.price_slope.size
    n, levels = shops.share.size // n_categories, visits.size // segments
    active = coming_classes(visits)
    size = -(-n_categories // sums.totals.shape[0])
    for part in range(begin, stop):
        table, base, mean = (
            np.empty((law.nodes.size, n)),
            np.empty((segments, n)),
            np.zeros((visits.size + 1, n)),
        )
        scratch = Expectation(table, base, np.empty(n), np.empty(n), np.empty(n), mean)
        counts, roots, by_shop = np.empty(n, np.int64), np.empty(n, np.uint64), np.empty((n, SUMS), np.int64)
        facts, corrections, luck = np.empty((n, 5)), np.empty((2, n)), np.empty((3, n))
        totals = sums.totals[part]
        room = 0
        orders = listed(room)
        for c in range(part * size, min((part + 1) * size, n_categories)):
            first = c * n
            attract(first, levels, law, shops, scratch)
            share = shops.share[first : first + n]
            leaving = expect_all(share, law, visits, scratch, sums.chances[part], totals)
            describe_category(first, law, shops, facts, corrections)
            m = draw_counts(key, first, shops.identity, mean[visits.size], luck, counts, roots)
            sales.visits[c] = draw_poisson(leaving, bits(key, uint64(c), 1)) + m
            if m > room:
                room = 2 * m
                orders = listed(room)
            list_orders(counts, roots, orders)
            classify_orders(m, orders, active, mean)
            experience(m, law, orders, facts, trust, by_shop)
            totals[1] += account(
                m, levels, law.price_slope, orders, corrections, sums.orders[part], sums.letdowns[part]
            )
            report_category(first, counts, by_shop, sales)
            for i in range(n):
                totals[0] += counts[i] * shops.quality[first + i]
