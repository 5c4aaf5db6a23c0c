"""Brush: who wants orders today, from whom, and who gets how many; carried out by whose accounts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import inner, kernel
from sim.kernels.decide import seen
from sim.kernels.groups import columns
from sim.kernels.offers import fill_shares, on_sale, pick


class OrganiserColumns(NamedTuple):
    """Organisers, arrays (organisers,): whether each is open, the day on which it reopens, and its terms.

    How well it is known, its cut, and the camouflage that it sells, at least and at most.
    """

    is_open: np.ndarray
    reopen_day: np.ndarray
    size: np.ndarray
    cut: np.ndarray
    least: np.ndarray
    most: np.ndarray


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whether each is open, until when it is hidden, and who it is."""

    open: np.ndarray
    hidden_until: np.ndarray
    identity: np.ndarray


class CampaignColumns(NamedTuple):
    """Campaigns, arrays (S,): way, orders a day, first day, day of the end, organiser (−1: none), its terms.

    That is its quote, and the camouflage bought; ``ordered`` are the orders wanted since the start.
    """

    way: np.ndarray
    level: np.ndarray
    start: np.ndarray
    until: np.ndarray
    organiser: np.ndarray
    quote: np.ndarray
    cover: np.ndarray
    ordered: np.ndarray


class Queue(NamedTuple):
    """Customers and the orders that they want, (n,), as `take_places` lines them up.

    Where those of each organiser end, (organisers + 1,), and what they want in all, (organisers,).
    """

    customers: np.ndarray
    wanted: np.ndarray
    ends: np.ndarray
    demanded: np.ndarray


class Workforce(NamedTuple):
    """Accounts of each organiser's workers (organisers, room), how many, whose turn it is (organisers,)."""

    pool: np.ndarray
    workers: np.ndarray
    cursor: np.ndarray


class Ledger(NamedTuple):
    """What a seized ledger has of shops, arrays (S,): who serves each since when, and who did before.

    ``served`` are the orders carried out since the campaign began, ``cover`` the camouflage bought.
    """

    organiser: np.ndarray
    last_brushed_day: np.ndarray
    served_until: np.ndarray
    last_served_until: np.ndarray
    last_organiser: np.ndarray
    previous_organiser: np.ndarray
    served: np.ndarray
    cover: np.ndarray


shop_columns, campaign_columns = columns(ShopColumns), columns(CampaignColumns)
workforce_of, ledger_of = columns(Workforce), columns(Ledger)


@inner
def full_days(days, start):
    """Return how many days of full swing the first ``days`` of a campaign come to.

    Orders grow in proportion to the day of the campaign until day ``start``.
    """
    growing = min(days, start)
    return growing * (growing + 1) / (2 * max(start, 1)) + days - growing


@inner
def planned(days, start, level):
    """Return the orders of the day after the first ``days`` of a campaign; whole ones, spread evenly."""
    return int(np.floor(level * full_days(days + 1, start)) - np.floor(level * full_days(days, start)))


@inner
def let_off(day, campaigns, away, customers):
    """Take merchants off organisers that are ``away`` (organisers,); return the slots that are without one.

    ``customers`` (organisers,), zero before, gets the number of those that each keeps.
    """
    organiser, until = campaigns.organiser, campaigns.until
    slots, n = np.empty(organiser.size, np.int64), 0
    for s in range(organiser.size):
        if until[s] <= day:
            continue
        if organiser[s] < 0 or away[organiser[s]]:
            organiser[s] = -1
            slots[n] = s
            n += 1
        else:
            customers[organiser[s]] += 1
    return slots[:n]


@inner
def send(key, slots, shares, organisers, identity, campaigns):
    """Send displaced merchants (``slots``, (n,)) to open organisers by their luck, at the terms of these."""
    for s in slots:
        by = pick(shares, unit(bits(key, uint64(identity[s]), uint64(3))))
        campaigns.organiser[s], campaigns.quote[s] = by, organisers.cut[by]
        campaigns.cover[s] = on_sale(campaigns.cover[s], organisers.least[by], organisers.most[by])


@inner
def place_displaced(key, day, exponent, organisers, identity, campaigns):
    """Give merchants whose organiser has gone another one, by size and customers to the ``exponent``."""
    customers, n = np.zeros(organisers.size.size, np.int64), organisers.size.size
    away, any_open = np.empty(n, np.bool_), False
    for o in range(n):
        away[o] = not organisers.is_open[o] and organisers.reopen_day[o] <= day
        any_open |= organisers.is_open[o]
    slots = let_off(day, campaigns, away, customers)
    if slots.size > 0 and any_open:
        shares = np.empty(n)
        fill_shares(organisers, customers, exponent, shares)
        send(key, slots, shares, organisers, identity, campaigns)


@kernel
def line_up(key, day, exponent, start, organisers, shops, campaigns):
    """Return the slots that want orders today, how many, and the order in which they queue (keys).

    Merchants whose organiser has gone get another one first: in proportion to size, and to customers to the
    power of ``exponent``. Shops that are not seen want nothing. Customers queue by organiser, those without
    one first, and those of one by identity. ``start`` (ways,) are days until full swing.
    """
    organisers, shops, campaigns = (
        OrganiserColumns(*organisers),
        ShopColumns(*shops),
        CampaignColumns(*campaigns),
    )
    organiser, until = campaigns.organiser, campaigns.until
    place_displaced(key, day, exponent, organisers, shops.identity, campaigns)
    active = 0
    for s in range(organiser.size):
        active += shops.open[s] & (until[s] > day)
    slots, wanted, queue = np.empty(active, np.int64), np.empty(active, np.int64), np.empty(active, np.int64)
    n = 0
    for s in range(organiser.size):
        if until[s] <= day or not seen(s, day, shops):
            continue
        orders = planned(day - campaigns.start[s], start[campaigns.way[s]], campaigns.level[s])
        campaigns.ordered[s] += orders
        if orders > 0:
            slots[n], wanted[n] = s, orders
            queue[n] = ((organiser[s] + 1) << 40) + shops.identity[s]
            n += 1
    return slots[:n], wanted[:n], queue[:n]


@kernel
def take_places(places, slots, orders, organiser, cover, n_organisers):
    """Return slots and orders of the customers in their ``places`` (n,), and what each organiser has of them.

    That is where its customers end, (organisers + 1,), those without one coming first, their number, the
    orders that they want in all, (organisers,), and the sum over these of ``cover`` (S,).
    """
    customers, wanted = np.empty(places.size, np.int64), np.empty(places.size, np.int64)
    ends, demanded = np.zeros(n_organisers + 1, np.int64), np.zeros(n_organisers, np.int64)
    covered = np.zeros(n_organisers)
    for i in range(customers.size):
        customers[i], wanted[i] = slots[places[i]], orders[places[i]]
        by = organiser[customers[i]]
        ends[by + 1] = i + 1
        if by >= 0:
            demanded[by] += wanted[i]
            covered[by] += wanted[i] * cover[customers[i]]
    numbers = np.empty(n_organisers, np.int64)
    for o in range(n_organisers):
        ends[o + 1] = max(ends[o], ends[o + 1])
        numbers[o] = ends[o + 1] - ends[o]
    return customers, wanted, ends, numbers, demanded, covered


@inner
def serve(ends, demanded, wanted, capacity, luck, served):
    """Fill the orders ``served`` (n,), zero before, to each customer; return how many each organiser serves.

    That is all that they want or, beyond the ``capacity`` of their organiser, a share that exhausts it,
    rounded down or up by systematic sampling (one ``luck`` in (0, 1) for all of an organiser's), so that
    each is served in proportion on average and together they never exceed the capacity. Customers come
    organiser by organiser (`count_customers`); ``capacity`` and ``luck`` have shape (organisers,).
    """
    totals = np.zeros(demanded.size, np.int64)
    for o in range(demanded.size):
        share, reached, before = capacity[o] / demanded[o], 0.0, 0
        for i in range(ends[o], ends[o + 1]):
            if demanded[o] <= capacity[o]:
                served[i] = wanted[i]
            else:
                reached += wanted[i] * share
                now = min(int(np.floor(reached + luck[o])), capacity[o])
                served[i], before = now - before, now
            totals[o] += served[i]
    return totals


@inner
def take_turns(pool, cursor, out):
    """Fill the accounts of ``pool`` that carry out the next tasks (n,), from its place ``cursor`` on."""
    for i in range(out.size):
        out[i] = pool[(cursor + i) % pool.size]


@inner
def note_customer(s, day, ledger):
    """Note that the merchant of slot ``s`` bought today, as a ledger would; two organisers stay known."""
    by, last = ledger.organiser[s], ledger.last_organiser[s]
    if last != by:
        ledger.last_served_until[s], ledger.previous_organiser[s] = ledger.served_until[s], last
        ledger.last_organiser[s] = by
    ledger.last_brushed_day[s] = ledger.served_until[s] = day


@kernel
def carry_out(key, day, queue, capacity, organisers, goods, ledger, out):
    """Carry out what organisers can of the orders that stand in the ``queue``; return what was.

    That is shop and account of each order, and the sum over orders of the share hidden. ``capacity``
    (organisers,) is what each can do, ``organisers`` its `Workforce`. ``goods`` are prices (S,), RMB, the
    value of a brushed order over them, and the share hidden by full camouflage. Brings the ``ledger`` up to
    date, and fills ``out``: each merchant's orders (S,) and their value (S,) in fen, both zero before.
    """
    queue, ledger = Queue(*queue), Ledger(*ledger)
    team, (price, value_ratio, hidden_share), (count, value) = Workforce(*organisers), goods, out
    luck, served = np.empty(capacity.size), np.zeros(queue.wanted.size, np.int64)
    for o in range(capacity.size):
        luck[o] = unit(bits(key, uint64(-1 - o), uint64(0)))
    totals = serve(queue.ends, queue.demanded, queue.wanted, capacity, luck, served)
    n = 0
    for o in range(totals.size):
        n += totals[o]
    shop, account, at = np.empty(n, np.int32), np.empty(n, np.int32), 0
    cursor, workers = team.cursor, team.workers
    for o in range(capacity.size):
        if totals[o] > 0:
            take_turns(team.pool[o, : workers[o]], cursor[o], account[at : at + totals[o]])
            cursor[o] = (cursor[o] + totals[o]) % workers[o]
            at += totals[o]
    at, covered = 0, 0.0
    for i in range(served.size):
        s = queue.customers[i]
        count[s] = served[i]
        value[s] = int(np.rint(served[i] * price[s] * value_ratio * 100))
        for place in range(at, at + served[i]):
            shop[place] = s
        at += served[i]
        if served[i] > 0:
            covered += served[i] * (hidden_share * ledger.cover[s])
            ledger.served[s] += served[i]
            note_customer(s, day, ledger)
    return shop, account, covered
