"""What becomes of orders: experience, returns, complaints, and the traces that accounts leave."""

from __future__ import annotations

import numpy as np
from numba import uint64

from sim.chance import bits, mix, unit
from sim.kernels.choice import BLOCK, VISITS, draw
from sim.kernels.compiling import inner, kernel
from sim.kernels.sums import sum_pairwise
from sim.kernels.threads import shared


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
def describe(
    begin, end, sales_weight, quality_weight, per_category, quality, rating, log_displayed, parcel_flag, facts
):
    """Fill ``facts`` (S, 6), what an order needs of its shop, side by side because orders come at random.

    These are true quality, shown rating, the quality that displayed sales promise (`make_promises`), the
    share of parcels that look brushed, what corrects utility to true quality, and the utility of displayed
    sales at full trust. Rows are categories.
    """
    n = per_category
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
def experience(
    key, first, n, buyer, number, advantage, segment, shown, noise, chances, trusts, trust_levels,
    price_slope, marks, stars,
):  # fmt: skip
    """Let the buyers of orders ``first`` … ``first + n − 1`` experience them; return their surplus.

    Fills ``stars`` (n,) and ``marks`` (n, 3): whether the order is returned, complained of, its parcel
    flagged.
    """
    surprise, return_rate, surprise_return_rate, complaint_rate = chances
    sales_mistrust, sales_scale, sales_loss, platform_mistrust, platform_scale, platform_loss = trusts
    total = 0.0
    for k in range(n):
        i = first + k
        b, fact = uint64(buyer[i]), shown[k]
        root = mix(uint64(key) + (b * uint64(VISITS) + uint64(number[i])) * uint64(0x9E3779B97F4A7C15))
        found = fact[0] + noise[draw(root, 0) >> uint64(54)]
        trust = 1.0 - sales_mistrust[b] * sales_scale
        acted_on = int(trust * (trust_levels - 1) + 0.5) / (trust_levels - 1)
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
def book(first, n, shop, value, marks, stars, sums, returned):
    """Add orders ``first`` … ``first + n − 1`` to the ``sums`` (S, 6) of their shops."""
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
def deliver(
    begin, stop, key, buyer, shop, number, value, facts, noise, chances, trusts, advantage, segment,
    trust_levels, price_slope, returned, sums, surplus,
):  # fmt: skip
    """Let buyers experience their orders (n,), which are sorted by buyer.

    Rows are parts of the orders. ``facts`` are those of `describe`. ``sums`` (rows, S, 6), zero before, are
    filled with what each part comes to: orders, orders that stand, experience in thousandths (a sum that is
    exact in any order), complaints, parcels flagged, and the value of orders that stand in fen. ``returned``
    (n,) is filled too.

    ``surplus`` (as many for any number of rows) gets sums in units of log price: the ``advantage``
    (n,) at which a buyer chose, corrected to true quality and rid of what displayed sales promised, over
    the marginal utility ``price_slope`` of its segment. ``chances`` are the surprise that disappoints, the
    rates of returns without and with it, and that of complaints; ``trusts`` the two kinds of mistrust (B,),
    each with its scale and what a disappointment takes.
    """
    rows = sums.shape[0]
    shown, marks, stars = np.empty((BLOCK, 6)), np.empty((BLOCK, 3), np.bool_), np.empty(BLOCK, np.int32)
    for row in range(begin, stop):
        for part in range(row * surplus.size // rows, (row + 1) * surplus.size // rows):
            at, end = edge(buyer, part, surplus.size), edge(buyer, part + 1, surplus.size)
            while at < end:
                n = min(BLOCK, end - at)
                fetch(shop[at : at + n], facts, shown)
                surplus[part] += experience(
                    key, at, n, buyer, number, advantage, segment, shown, noise, chances, trusts,
                    trust_levels, price_slope, marks, stars,
                )  # fmt: skip
                book(at, n, shop, value, marks, stars, sums[row], returned)
                at += n


@inner
def total_of(sums, s, q):
    """Return quantity ``q`` of shop ``s`` over all parts of the orders."""
    total = sums[0, s, q]
    for part in range(1, sums.shape[0]):
        total += sums[part, s, q]
    return total


@shared
def add_up(first, last, sums, counts, value):
    """Fill sums by shop from those of all parts: ``counts`` (some, S) and, unless empty, ``value`` (S,).

    ``sums`` (parts, S, quantities), counts first and value last, have the quantities of a shop side by
    side, because orders come to shops at random.
    """
    quantities = sums.shape[2]
    for s in range(first, last):
        for q in range(counts.shape[0]):
            counts[q, s] = total_of(sums, s, q)
        if value.size > 0:
            value[s] = total_of(sums, s, quantities - 1)


@kernel
def rate(fade, prior, fake, stars, placed, tasks, rating_sum, rating_count, rating):
    """Add a day's reviews to ratings (S,): old ones ``fade``, few are shrunk to the mean 0.

    ``stars`` are the sums of genuine reviews in thousandths, ``fake`` is a brushed one's.
    """
    for s in range(rating.size):
        rating_sum[s] = rating_sum[s] * fade + (stars[s] / 1000 + fake * tasks[s])
        rating_count[s] = rating_count[s] * fade + (placed[s] + tasks[s])
        rating[s] = rating_sum[s] / (rating_count[s] + prior)


@kernel
def flag_brushed(key, identity, tasks, cover, parcel_flag, blatant, flagged):
    """Add the brushed parcels that are recognised (S,): a share of ``tasks``, rounded by a keyed draw.

    ``cover`` moves the share from ``blatant`` towards that of the shop's genuine parcels.
    """
    for s in range(tasks.size):
        if tasks[s] > 0:
            share = blatant + cover[s] * min(parcel_flag[s] - blatant, 0.0)
            luck = unit(bits(key, uint64(identity[s]), uint64(1)))
            flagged[s] += int(tasks[s] * share + luck)


@inner
def place_in(accounts, account):
    """Return how many of ``accounts`` (n,), which are sorted, are less than ``account``."""
    low, high = 0, accounts.size
    while low < high:
        middle = (low + high) // 2
        if accounts[middle] < account:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def enter(accounts, low, high, records, amount):
    """Add ``amount``, once an order, to the records of ``accounts`` (n,) that are ``low`` … ``high`` − 1."""
    for account in accounts:
        if low <= account < high:
            records[uint64(account)] += amount


@inner
def mark(
    accounts, shops, low, high, day, least, ratio, past_orders, past_scale, recent_orders, last_order, marks
):
    """Count task-like and repeated orders of accounts ``low`` … ``high`` − 1; keep their shop and day."""
    last_shop, last_day = last_order
    for i in range(accounts.size):
        if not low <= accounts[i] < high:
            continue
        b, s = uint64(accounts[i]), uint64(shops[i])
        recent = recent_orders[b]
        marks[s, 0] += (recent >= least) & (recent >= ratio * past_orders[b] * past_scale)
        marks[s, 1] += (last_shop[b] == shops[i]) & (day - last_day[b] <= 30)
        last_shop[b] = shops[i]
        last_day[b] = day


@shared
def count_accounts(
    begin, stop, tasks, genuine, leaving, day, least, ratio, past_orders, past_scale, past_step,
    recent_orders, last_order, marks,
):  # fmt: skip
    """Enter a day's orders into the accounts' records, then mark task-like and repeated ones.

    Rows are parts of the accounts. ``tasks`` and ``genuine`` are accounts and shops of the brushed orders,
    which come first, and of the genuine ones, which are sorted by account; ``leaving`` are the accounts of
    those of 30 days ago. ``recent_orders`` (B,) counts 30 days, ``past_orders`` (B,) is the account's own
    past rate per 30 days, ``last_order`` its last shop and day. ``marks`` (rows, S, 2), zero before, are
    filled with what each part comes to: task-like and repeated orders. A repeat is an order at the shop where
    the account ordered last, at most 30 days ago.
    """
    rows, n, step = marks.shape[0], recent_orders.size, past_step / past_scale
    (worker, task_shop), (buyer, shop), (old_worker, old_buyer) = tasks, genuine, leaving
    for row in range(begin, stop):
        low, high = row * n // rows, (row + 1) * n // rows
        buyers = slice(place_in(buyer, low), place_in(buyer, high))
        old_buyers = slice(place_in(old_buyer, low), place_in(old_buyer, high))
        enter(old_worker, low, high, recent_orders, -1)
        enter(old_buyer[old_buyers], low, high, recent_orders, -1)
        enter(worker, low, high, recent_orders, 1)
        enter(buyer[buyers], low, high, recent_orders, 1)
        mark(
            worker, task_shop, low, high, day, least, ratio, past_orders, past_scale, recent_orders,
            last_order, marks[row],
        )  # fmt: skip
        mark(
            buyer[buyers], shop[buyers], low, high, day, least, ratio, past_orders, past_scale, recent_orders,
            last_order, marks[row],
        )  # fmt: skip
        enter(worker, low, high, past_orders, step)
        enter(buyer[buyers], low, high, past_orders, step)
