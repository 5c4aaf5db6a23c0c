"""Buyers counted by class: the same law as in `sim.kernels.buy`, with orders drawn shop by shop.

Visits of a class to a category are a Poisson count, and each ends in an order at shop i with the exact
probability P_i (`sim.kernels.probabilities`). Counts of orders at the shops, and of visits that end without
one, are therefore independent Poisson counts, which is how they are drawn.

The surplus over leaving is the mean one. Given the looks' total weight W, the advantage log(B/A) of the
best look (A exponential of rate W) over leaving (B of rate w₀) has, where it is positive and zero elsewhere,
the mean log(1 + W/w₀), so

    E = ∫₀^∞ e^{−t w₀} (1 − φ(t)^K) / t dt

a visit, in units of utility, with φ as in `sim.kernels.probabilities`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, mix, unit
from sim.compiling import inner
from sim.kernels.attraction import level_of_trust
from sim.kernels.orders import lose_trust
from sim.kernels.threads import shared
from sim.kernels.visits import VISITS, class_of, draw

MOST = 400.0
"""More trials are counted in parts, so that the probability of no success does not underflow."""

LEAST = 1e-17
"""Where counting up has come to so small a probability it ends, for it moves no sum near 1 any more."""


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): who, true quality, rating, price in RMB, share of parcels that look brushed.

    What prices make of utility (S, segments), attention, log1p of displayed sales, and the quality that these
    promise.
    """

    identity: np.ndarray
    quality: np.ndarray
    rating: np.ndarray
    price: np.ndarray
    parcel_flag: np.ndarray
    price_effect: np.ndarray
    share: np.ndarray
    log_displayed: np.ndarray
    promised: np.ndarray


class ClassLaw(NamedTuple):
    """How buyers of all classes choose and experience.

    Looks a visit, e^utility of leaving, weights of the rating and of displayed sales in utility, its slope in
    log price (segments,), nodes and weights of the quadrature; equally likely ``noise`` of quality and
    ``multiples`` of price, and `sim.kernels.orders.Chances`.
    """

    looks: int
    outside: float
    quality_weight: float
    sales_weight: float
    price_slope: np.ndarray
    nodes: np.ndarray
    node_weights: np.ndarray
    noise: np.ndarray
    multiples: np.ndarray
    chances: tuple


class Expectation(NamedTuple):
    """Scratch for the law of a category: by node (nodes, n), by segment (segments, n), and by shop (n,).

    ``base`` is e^utility without displayed sales, ``popularity`` what a level of trust multiplies it by,
    ``weights`` and ``chance`` are those of a class, ``mean`` (G + 1, n) the orders of all classes before
    each.
    """

    table: np.ndarray
    base: np.ndarray
    popularity: np.ndarray
    weights: np.ndarray
    chance: np.ndarray
    mean: np.ndarray


class DailyLife(NamedTuple):
    """Season, levels of trust, what a disappointment takes of trust in sales and in the platform.

    ``chance`` and ``letdown`` (G,) are the probabilities of an order in a visit, and of a bad surprise in an
    order, of each class.
    """

    season: float
    trust_levels: int
    trust_loss: float
    platform_trust_loss: float
    chance: np.ndarray
    letdown: np.ndarray


@inner
def decay(y: float) -> float:
    """Return e^(−y) for y ≥ 0: Taylor to the fourth order at y/1024, then ten squarings.

    The relative error is below 3e-11 for y ≤ 5 and 1e-9 for y ≤ 10, and of no consequence where e^(−y) is
    small. Unlike the library's, this exponential becomes vector instructions.
    """
    z = min(y, 700.0) * (1.0 / 1024.0)
    p = 1.0 - z * (1.0 - z * (0.5 - z * (1.0 / 6.0 - z * (1.0 / 24.0))))
    for _ in range(10):
        p *= p
    return p


@inner
def count_up(mean: float, n: int, p: float, u: float) -> int:
    """Return the Poisson count at ``u`` of its distribution; ``p`` is the probability of ``n``, of less 0."""
    total = p
    while u > total and (p > LEAST or n < mean):
        n += 1
        p *= mean / n
        total += p
    return n


@inner
def draw_poisson(mean: float, root) -> int:
    """Return a Poisson count by inversion, from nine standard deviations below the mean (of less: 1e-18)."""
    first, u = max(int(mean - 9.0 * np.sqrt(mean)), 0), unit(draw(root, 0))
    if first == 0:
        return count_up(mean, 0, np.exp(-mean), u)
    return count_up(mean, first, np.exp(first * np.log(mean) - mean - math.lgamma(first + 1.0)), u)


@inner
def count_successes(n: int, p: float, u: float) -> int:
    """Return the binomial count of ``n`` trials at ``u`` of its distribution.

    Where u is at most 1 − n·p it is at most (1 − p)^n as well, and the count 0.
    """
    if u <= 1.0 - n * p:
        return 0
    if p >= 1.0:
        return n
    q = np.exp(n * np.log1p(-p))
    total, k = q, 0
    while u > total and k < n:
        q *= (n - k) / (k + 1) * p / (1.0 - p)
        k += 1
        total += q
    return k


@inner
def draw_binomial(n: int, p: float, root) -> int:
    """Return a binomial count of ``n`` trials by inversion.

    Many trials are drawn in parts, and failures counted where they are fewer: (1 − p)^n must not underflow.
    """
    parts, few = int(n / MOST) + 1, min(p, 1.0 - min(p, 1.0))
    count = 0
    for part in range(parts):
        count += count_successes(n // parts + (part < n % parts), few, unit(draw(root, part)))
    return count if p == few else n - count


@shared
def muster(begin, stop, day, trust_levels, buyers, works, out):
    """Sum accounts, visits a day and trust by chunk, by kind of account and by class.

    Kind 1 are accounts that work in the trade (``works``, (B,)) or are banned, 0 all others. Of ``out``, the
    counts (chunks, 2) and visits and trust (chunks, 2, G) are filled; trust is weighted by visits.
    """
    rates, segment, sales_mistrust, sales_scale, platform_mistrust, platform_scale, banned_until = buyers
    counts, visits, trust = out
    n, chunks = works.size, counts.shape[0]
    size = -(-n // chunks)
    for part in range(begin, stop):
        for b in range(part * size, min((part + 1) * size, n)):
            banned = banned_until[b] > day
            kind = int(works[b] or banned)
            counts[part, kind] += 1
            if banned:
                continue
            belief = 1.0 - sales_mistrust[b] * sales_scale
            g = class_of(segment[b], belief, trust_levels)
            rate = rates[b] * (1.0 - platform_mistrust[b] * platform_scale)
            visits[part, kind, g] += rate
            trust[part, kind, g] += rate * belief


@inner
def weigh(attention, row):
    """Return Σ_i a_i e_i of two arrays (n,), in four sums that the processor adds up at once."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = attention.size // 4 * 4
    for i in range(0, whole, 4):
        a += attention[i] * row[i]
        b += attention[i + 1] * row[i + 1]
        c += attention[i + 2] * row[i + 2]
        d += attention[i + 3] * row[i + 3]
    for i in range(whole, attention.size):
        a += attention[i] * row[i]
    return (a + b) + (c + d)


@inner
def expect(attention, weights, outside, looks, nodes, node_weights, table, out):
    """Fill P_i (``out``, (n,)) of one class in one category; return their sum and the surplus E of a visit.

    ``table`` (nodes, n) gets e^(−t_q w_i).
    """
    n, missing, total, surplus = attention.size, 1.0, 0.0, 0.0
    rate = outside + looks * weigh(attention, weights)  # as in `sim.kernels.probabilities.quadrature_rate`
    for i in range(n):
        missing -= attention[i]
    for i in range(n):
        out[i] = 0.0
    for q in range(nodes.size):
        t, row = nodes[q] / rate, table[q]
        for i in range(n):
            row[i] = decay(t * weights[i])
        phi = missing + weigh(attention, row)
        leaving = node_weights[q] * np.exp(nodes[q] - t * outside)
        others = phi ** (looks - 1)
        surplus += leaving * (1.0 - others * phi) / nodes[q]
        factor = looks / rate * leaving * others
        for i in range(n):
            out[i] += factor * row[i]
    for i in range(n):
        out[i] *= attention[i] * weights[i]
        total += out[i]
    return total, surplus


@inner
def attract(first, levels, law, shops, scratch):
    """Fill e^utility without displayed sales of a category, and what a level of trust multiplies it by."""
    for i in range(scratch.popularity.size):
        s = first + i
        good = np.exp(law.quality_weight * shops.rating[s])
        for k in range(scratch.base.shape[0]):
            scratch.base[k, i] = good * shops.price_effect[s, k]
        scratch.popularity[i] = level_of_trust(shops.log_displayed[s], law.sales_weight, levels)


@inner
def expect_all(attention, law, visits, scratch, chances, sums):
    """Fill mean orders of the classes before each (``mean``, (G + 1, n)); return that of visits that leave.

    The category's part is added to ``chances`` (G,) and ``sums`` (2,), see `trade`.
    """
    table, base, popularity, weights, chance, mean = scratch
    levels, leaving = visits.size // base.shape[0], 0.0
    for g in range(visits.size):
        for i in range(weights.size):
            weights[i] = base[g // levels, i] if g % levels == 0 else weights[i] * popularity[i]
            mean[g + 1, i] = mean[g, i]
        if visits[g] > 0.0:
            total, surplus = expect(
                attention, weights, law.outside, law.looks, law.nodes, law.node_weights, table, chance
            )
            chances[g] += total
            leaving += visits[g] * (1.0 - total)
            sums[1] += visits[g] * surplus / law.price_slope[g // levels]
            for i in range(weights.size):
                mean[g + 1, i] += visits[g] * chance[i]
    return leaving


@shared
def live(begin, stop, chunks, keys, day, life, buyers, ordered):
    """Let the kept accounts live the day: fill how often each ``ordered`` (B,), and let trust sink.

    ``keys`` are those of arrivals and of experience, ``life`` is a `DailyLife`. Rows are chunks of accounts.
    """
    season, trust_levels, trust_loss, platform_trust_loss, chance, letdown = life
    rates, segment, sales_mistrust, sales_scale, platform_mistrust, platform_scale, banned_until = buyers
    arrival_key, experience_key = keys
    size = -(-ordered.size // chunks)
    for part in range(begin, stop):
        for b in range(part * size, min((part + 1) * size, ordered.size)):
            ordered[b] = 0
            if banned_until[b] > day:
                continue
            rate = rates[b] * season * (1.0 - platform_mistrust[b] * platform_scale)
            coming = min(int(rate + unit(bits(arrival_key, uint64(b), uint64(0)))), VISITS - 1)
            belief = 1.0 - sales_mistrust[b] * sales_scale
            g = class_of(segment[b], belief, trust_levels)
            luck = unit(bits(arrival_key, uint64(b), uint64(1)))
            ordered[b] = count_successes(coming, chance[g], luck)
            for number in range(ordered[b]):
                if unit(bits(experience_key, uint64(b), uint64(number))) < letdown[g]:
                    lose_trust(sales_mistrust, b, sales_scale, trust_loss)
                    lose_trust(platform_mistrust, b, platform_scale, platform_trust_loss)


@shared
def mark_orders(first, last, key, shares, shops, task_like, repeats):
    """Add, of the orders placed, those of task-like accounts and repeated ones (S,), drawn shop by shop.

    ``shares`` are the probability that an order's account is task-like, and what, times the genuine orders
    that the shop has had, is that of a repeat. ``shops`` are identity, orders placed and genuine ones so far
    (S,).
    """
    (task_like_share, repeat_share), (identity, placed, genuine) = shares, shops
    for s in range(first, last):
        if placed[s] > 0:
            root = bits(key, uint64(identity[s]), uint64(2))
            task_like[s] += draw_binomial(placed[s], task_like_share, root)
            repeats[s] += draw_binomial(placed[s], repeat_share * genuine[s], mix(root + uint64(1)))
