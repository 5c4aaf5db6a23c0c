"""What becomes of orders: experience, returns, complaints, and trust."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import mix, unit
from sim.compiling import inner
from sim.kernels.groups import columns, numbers
from sim.kernels.sums import sum_pairwise
from sim.kernels.threads import shared
from sim.kernels.visits import BLOCK, VISITS, draw


class PlacedOrders(NamedTuple):
    """Orders, arrays (n,): buyer, shop, number of the visit, value in fen, advantage, whether returned."""

    buyer: np.ndarray
    shop: np.ndarray
    number: np.ndarray
    value: np.ndarray
    advantage: np.ndarray
    returned: np.ndarray


class QualityColumns(NamedTuple):
    """Shops, arrays (S,): true quality, shown rating, share of parcels that look brushed."""

    quality: np.ndarray
    rating: np.ndarray
    parcel_flag: np.ndarray


class Chances(NamedTuple):
    """The surprise that disappoints, rates of returns without and with it, and that of complaints."""

    surprise: float
    return_rate: float
    surprise_return_rate: float
    complaint_rate: float


placed_orders, quality_columns = columns(PlacedOrders), columns(QualityColumns)
chances_of = numbers(Chances)


@inner
def edge(account, k, parts):
    """Return where part ``k`` of a list of orders begins; orders of one ``account`` (n,) stay together."""
    at = k * account.size // parts
    while 0 < at < account.size and account[at] == account[at - 1]:
        at += 1
    return at


@inner
def lose_trust(mistrust, b, scale, loss):
    """Let a disappointment raise the ``mistrust`` of buyer ``b``, kept as value / ``scale``."""
    old = mistrust[b] * scale
    mistrust[b] = (old + loss * (1.0 - old)) / scale


@inner
def promise(first, n, sales_weight, quality_weight, log_displayed, utility, promised):
    """Fill what displayed sales of ``n`` shops from ``first`` on add to utility, and promise of quality."""
    for i in range(n):
        utility[i] = sales_weight * log_displayed[first + i]
    mean = sum_pairwise(utility, 0, n) / n
    for i in range(n):
        promised[i] = (utility[i] - mean) / max(quality_weight, 1e-9)


@shared
def make_promises(begin, end, sales_weight, quality_weight, per_category, log_displayed, out):
    """Fill the quality that displayed sales promise (S,), beyond the category's mean, at full trust.

    Rows are categories.
    """
    n = per_category
    for c in range(begin, end):
        promise(c * n, n, sales_weight, quality_weight, log_displayed, np.empty(n), out[c * n : (c + 1) * n])


@shared
def describe(begin, end, taste, per_category, shops, log_displayed, facts):
    """Fill ``facts`` (S, 6), what an order needs of its shop, side by side because orders come at random.

    These are true quality, shown rating, the quality that displayed sales promise (`make_promises`), the
    share of parcels that look brushed, what corrects utility to true quality, and the utility of displayed
    sales at full trust. ``taste`` are the weights of quality and sales, ``shops`` `QualityColumns`. Rows are
    categories.
    """
    (quality_weight, sales_weight), (quality, rating, parcel_flag), n = taste, shops, per_category
    for c in range(begin, end):
        utility, promised = np.empty(n), np.empty(n)
        promise(c * n, n, sales_weight, quality_weight, log_displayed, utility, promised)
        for i in range(n):
            s = c * n + i
            facts[s, 0], facts[s, 1], facts[s, 2] = quality[s], rating[s], promised[i]
            facts[s, 3] = parcel_flag[s]
            facts[s, 4] = quality_weight * (quality[s] - rating[s])
            facts[s, 5] = utility[i]


@inner
def fetch(shop, facts, shown):
    """Copy the ``facts`` (S, 6) of the shops of some orders (n,) to the front of ``shown`` (BLOCK, 6).

    Nothing here waits for what is read, so that many reads from far memory are under way at once.
    """
    for i in range(shop.size):
        s = uint64(shop[i])
        for q in range(shown.shape[1]):
            shown[i, q] = facts[s, q]


@inner
def experience(key, first, n, law, orders, buyers, shown, out):
    """Let the buyers of orders ``first`` … ``first + n − 1`` experience them; return their surplus.

    Fills, of ``out``, marks (n, 3): whether the order is returned, complained of, its parcel flagged; and
    stars (n,).
    """
    noise, chances, sales_loss, platform_loss, levels, price_slope = law
    surprise, return_rate, surprise_return_rate, complaint_rate = chances
    buyer, _, number, _, advantage, _ = orders
    _, segment, sales_mistrust, sales_scale, platform_mistrust, platform_scale, _ = buyers
    (marks, stars), total = out, 0.0
    for k in range(n):
        i = first + k
        b, fact = uint64(buyer[i]), shown[k]
        root = mix(uint64(key) + (b * uint64(VISITS) + uint64(number[i])) * uint64(0x9E3779B97F4A7C15))
        found = fact[0] + noise[draw(root, 0) >> uint64(54)]
        trust = 1.0 - sales_mistrust[b] * sales_scale
        acted_on = int(trust * (levels - 1) + 0.5) / (levels - 1)
        total += (advantage[i] + fact[4] - acted_on * fact[5]) / price_slope[segment[b]]
        u, let_down = unit(draw(root, 1)), found < fact[1] + trust * fact[2] - surprise
        if let_down:
            lose_trust(sales_mistrust, b, sales_scale, sales_loss)
            lose_trust(platform_mistrust, b, platform_scale, platform_loss)
        marks[k, 0] = u < (surprise_return_rate if let_down else return_rate)
        marks[k, 1] = let_down & (unit(draw(root, 2)) < complaint_rate)
        marks[k, 2] = unit(draw(root, 3)) < fact[3]
        stars[k] = int(np.floor(found * 1000.0 + 0.5))
    return total


@inner
def book(first, n, orders, experienced, sums):
    """Add orders ``first`` … ``first + n − 1`` to the ``sums`` (S, 6) of their shops."""
    (_, shop, _, value, _, returned), (marks, stars) = orders, experienced
    for k in range(n):
        s, back = uint64(shop[first + k]), marks[k, 0]
        returned[first + k] = back
        sums[s, 0] += 1
        sums[s, 1] += not back
        sums[s, 2] += stars[k]
        sums[s, 3] += marks[k, 1]
        sums[s, 4] += marks[k, 2]
        sums[s, 5] += value[first + k] * (not back)


@shared
def deliver(begin, stop, key, law, orders, buyers, facts, out):
    """Let buyers experience their `PlacedOrders`, which are sorted by buyer; note what is returned.

    The ``law`` is equally likely noise of quality, `Chances`, what a disappointment takes of trust in sales
    and in the platform, levels of trust, and the marginal utility of log price (segments,).

    Rows are parts of the orders. ``facts`` are those of `describe`. Of ``out``, sums (rows, S, 6), zero
    before, are filled with what each part comes to: orders, orders that stand, experience in thousandths (a
    sum that is exact in any order), complaints, parcels flagged, and the value of orders that stand in fen.

    The surplus (as many for any number of rows) gets sums in units of log price: the advantage at which a
    buyer chose, corrected to true quality and rid of what displayed sales promised, over the marginal utility
    of price in its segment.
    """
    (sums, surplus), (buyer, shop, _, _, _, _) = out, orders
    rows = sums.shape[0]
    shown = np.empty((BLOCK, 6))
    experienced = np.empty((BLOCK, 3), np.bool_), np.empty(BLOCK, np.int32)
    for row in range(begin, stop):
        for part in range(row * surplus.size // rows, (row + 1) * surplus.size // rows):
            at, end = edge(buyer, part, surplus.size), edge(buyer, part + 1, surplus.size)
            while at < end:
                n = min(BLOCK, end - at)
                fetch(shop[at : at + n], facts, shown)
                surplus[part] += experience(key, at, n, law, orders, buyers, shown, experienced)
                book(at, n, orders, experienced, sums[row])
                at += n
