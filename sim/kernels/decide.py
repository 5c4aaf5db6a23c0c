"""What brushing promises merchants and what it threatens: by merchant, way to brush and organiser's offer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
from sim.kernels.groups import columns
from sim.kernels.offers import OFFERS, on_sale, price_of, wanted_cover
from sim.kernels.threads import shared

PRIOR_ORDERS = 10.0
"""A merchant's own record counts against so many orders of the category's."""


class CampaignColumns(NamedTuple):
    """Campaigns, arrays (S,): until when, orders a day, genuine ones before, and those that were expected.

    ``ordered`` and ``served`` are the orders wanted and carried out since the start.
    """

    until: np.ndarray
    level: np.ndarray
    sales_before: np.ndarray
    expected_gain: np.ndarray
    ordered: np.ndarray
    served: np.ndarray


class StandingColumns(NamedTuple):
    """Shops, arrays (S,): whose, who, whether open, and the day until which each is hidden."""

    owner: np.ndarray
    identity: np.ndarray
    open: np.ndarray
    hidden_until: np.ndarray


class Callers(NamedTuple):
    """Merchants who ask organisers: their slots (n,), those whom they ask and the cuts quoted, (n, 3)."""

    slots: np.ndarray
    organiser: np.ndarray
    quote: np.ndarray


class Outlook(NamedTuple):
    """What all merchants see alike.

    ``horizon`` are the days that an order is on display, ``sold`` (S,) genuine orders in 30 days,
    ``elasticity`` (C,) is θ. ``orders`` (ways,) are brushed orders a day, ``learnt`` (ways,) what is known of
    the ways' hazards, ``hides`` the share of it that full camouflage hides, ``fears`` those of `fear`.
    """

    day: int
    horizon: float
    sold: np.ndarray
    elasticity: np.ndarray
    orders: np.ndarray
    learnt: np.ndarray
    concavity: float
    hides: float
    fears: tuple


class BrushingCosts(NamedTuple):
    """What brushing costs: the platform's commission, what merchants pay for, and what organisers ask.

    ``value_ratio`` is the value of a brushed order over price, ``parcel_cost`` in RMB, ``campaign_cost`` RMB
    a day, ``full_price`` what full camouflage scales with, RMB; ``cut`` is the one within the ``fee``
    (organisers,), shares of value. An organiser's camouflage is between ``least`` and ``most`` (organisers,).
    """

    commission: float
    value_ratio: float
    parcel_cost: float
    campaign_cost: float
    full_price: float
    cut: float
    fee: np.ndarray
    least: np.ndarray
    most: np.ndarray


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, since when, price in RMB, margin."""

    owner: np.ndarray
    opened_day: np.ndarray
    price: np.ndarray
    margin: np.ndarray


class MerchantColumns(NamedTuple):
    """Merchants, arrays with a row for each: beliefs, scruples, and what they have and owe.

    ``profit`` in RMB a day; ``cash``, ``deposit``, what the owner has ``drawn`` and fines owed in fen.
    """

    gain_belief: np.ndarray
    moral_cost: np.ndarray
    risk: np.ndarray
    profit: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray
    drawn: np.ndarray
    owed_platform: np.ndarray
    owed_state: np.ndarray


class Prospects(NamedTuple):
    """What brushing promises: gain in RMB, extra orders a day, and the camouflage wanted, by way (n, ways).

    By option, that is, way and offer, (n, ways · 3): camouflage, cost and expected loss, RMB a day.
    """

    gain: np.ndarray
    extra: np.ndarray
    wanted: np.ndarray
    cover: np.ndarray
    cost: np.ndarray
    risk: np.ndarray


campaign_columns, merchant_columns = columns(CampaignColumns), columns(MerchantColumns)
shop_columns, standing_columns = columns(ShopColumns), columns(StandingColumns)


@inner
def seen(s, day, shops):
    """Tell whether the shop in slot ``s`` is open and in the ranking."""
    return shops.open[s] and shops.hidden_until[s] <= day


@kernel
def who_decides(day, every, shops, opportunist, until):
    """Return the slots whose merchants reconsider today: one in ``every``.

    ``opportunist`` has a row for each merchant, ``until`` (S,) is when its campaign ends.
    """
    shops = StandingColumns(*shops)
    slots, n = np.empty(until.size, np.int64), 0
    for s in range(until.size):
        slots[n] = s
        idle = opportunist[shops.owner[s]] & seen(s, day, shops) & (until[s] <= day)
        n += idle & ((shops.identity[s] + day) % every == 0)
    return slots[:n].copy()


@kernel
def who_reconsiders(day, shops, until, struck):
    """Return the slots whose merchants were ``struck`` (S,) in a campaign and are seen; clear the marks."""
    shops = StandingColumns(*shops)
    slots, n = np.empty(until.size, np.int64), 0
    for s in range(until.size):
        if struck[s] and until[s] > day and seen(s, day, shops):
            slots[n], struck[s] = s, False
            n += 1
    return slots[:n].copy()


@shared
def end_campaigns(first, last, day, learning, campaigns, shops, sold, gain_belief):
    """End campaigns that are over; what each brought moves its merchant's ``gain_belief``, which fades to 1.

    ``learning`` is what fades a day, and how much a campaign teaches; ``sold`` (S,) are genuine orders in 30
    days, ``gain_belief`` has a row for each merchant. Nothing is learnt where nothing was carried out, or
    where the shop was hidden while it was sold.
    """
    fade, weight_of_one = learning
    campaigns, shops = CampaignColumns(*campaigns), StandingColumns(*shops)
    for s in range(first, last):
        m = shops.owner[s]
        gain_belief[m] += (1.0 - gain_belief[m]) * fade
        if campaigns.level[s] == 0 or campaigns.until[s] > day:
            continue
        campaigns.level[s] = 0
        if campaigns.served[s] == 0 or shops.hidden_until[s] > day - 30:
            continue
        sales, before = sold[s] / 30, campaigns.sales_before[s]
        expected = max(campaigns.expected_gain[s] * campaigns.served[s] / campaigns.ordered[s], 1e-9)
        noise = (sales + before) / 30  # of two 30-day records: a small campaign teaches little
        weight = weight_of_one * expected**2 / (expected**2 + noise)
        learnt = gain_belief[m] + weight * gain_belief[m] * ((sales - before) / expected - 1.0)
        gain_belief[m] = min(max(learnt, 0.5), 1.5)


@inner
def days_on_record(day, opened_day):
    """Return how many of the last 30 days a shop has been open, at least one; of one shop or of an array."""
    return np.minimum(np.maximum(day - opened_day, 1), 30)


@inner
def exposure(concavity, orders, own_orders):
    """Return the hazard of ``orders`` brushed a day beside ``own_orders``, over the reference hazard."""
    return concavity * orders / (orders + own_orders + 1.0)


@inner
def weigh_fine(fine, scale, power):
    """Return s·((1 + x/s)^ψ − 1)/ψ, which is x for small fines and grows like x^ψ for large ones."""
    return scale * ((1.0 + fine / scale) ** power - 1.0) / power


@inner
def fear(m, merchants, fears):
    """Return what one sanction would cost merchant ``m``, RMB.

    ``fears`` are days of profit that the shop is worth, days of it that a demotion takes, the probabilities
    of closure and of a fine, its usual size, scale and power of `weigh_fine`, and the share of what the owner
    drew that is within reach. Nobody fears to lose more than he owns.
    """
    shop_value_days, demotion_days, closure, fined, fine, scale, power, reach = fears
    earned = max(merchants.profit[m], 0.0)
    worth = earned * shop_value_days
    fen = max(merchants.cash[m], 0) + merchants.deposit[m] + reach * max(merchants.drawn[m], 0)
    owned = max(fen - (merchants.owed_platform[m] + merchants.owed_state[m]), 0.0) / 100 + worth
    loss = earned * demotion_days + closure * worth + fined * weigh_fine(min(fine, owned), scale, power)
    return min(loss, owned)


@inner
def fear_a_day(m, merchants, fears):
    """Return what ``m`` expects to lose a day, RMB, brushing at reference intensity without cover."""
    return merchants.risk[m] / 30 * fear(m, merchants, fears)


@inner
def means_of(first, last, outlook, shops):
    """Return a category's mean genuine orders a day, and one more than what it has on display of them."""
    orders, base = 0.0, 0.0
    for s in range(first, last):
        rate = outlook.sold[s] / days_on_record(outlook.day, shops.opened_day[s])
        orders += rate
        base += 1.0 + rate * outlook.horizon
    return orders / (last - first), base / (last - first)


@inner
def compare(i, way, hazard, an_order, outlook, costs, asked, out):
    """Fill cover, cost and expected loss of one ``way`` for the ``i``-th merchant, offer by offer.

    ``hazard`` RMB a day are feared without cover. ``an_order`` is what one costs, RMB, before the organiser's
    share and cover, and its value, RMB; ``asked`` (2, 3) are the organisers and their quotes.
    """
    (own, value), (places, quotes), orders = an_order, asked, outlook.orders[way]
    wanted = wanted_cover(outlook.hides * hazard, orders * costs.full_price)
    out.wanted[i, way] = wanted
    for j in range(OFFERS):
        by, option = places[j], way * OFFERS + j
        cover = on_sale(wanted, costs.least[by], costs.most[by])
        price = own + value * (costs.fee[by] + quotes[j] - costs.cut) + price_of(cover, costs.full_price)
        out.cover[i, option] = cover
        out.cost[i, option] = orders * price + costs.campaign_cost
        out.risk[i, option] = hazard * (1.0 - outlook.hides * cover)


@shared
def weigh(begin, end, callers, outlook, costs, shops, merchants, out):
    """Fill what each way to brush with each offer promises some merchants (``out``, `Prospects`).

    Genuine sales are expected to be constant·(1 + D)^θ at displayed sales D. The category's constant
    matches its mean genuine sales; a merchant's own record corrects it, counting against a prior of
    ``PRIOR_ORDERS``, so that a new shop expects to sell like its category at its own displayed sales.
    Rows are merchants, ``callers`` (`Callers`).
    """
    outlook, costs, out, callers = (
        Outlook(*outlook),
        BrushingCosts(*costs),
        Prospects(*out),
        Callers(*callers),
    )
    shops, merchants = ShopColumns(*shops), MerchantColumns(*merchants)
    day, horizon, orders = outlook.day, outlook.horizon, outlook.orders
    per_category = shops.price.size // outlook.elasticity.size
    category, mean_orders, mean_base = -1, 0.0, 1.0
    for i in range(begin, end):
        s = callers.slots[i]
        m = shops.owner[s]
        if s // per_category != category:
            category = s // per_category
            first = category * per_category
            mean_orders, mean_base = means_of(first, first + per_category, outlook, shops)
        sold, price = outlook.sold[s], shops.price[s]
        theta, days = outlook.elasticity[category], days_on_record(day, shops.opened_day[s])
        rate = sold / days
        base = 1.0 + rate * horizon
        constant, power = mean_orders / mean_base**theta, base**theta
        appeal = constant * (sold + PRIOR_ORDERS) / (days * constant * power + PRIOR_ORDERS)
        value, asked = costs.value_ratio * price, (callers.organiser[i], callers.quote[i])
        own = value * (costs.commission + merchants.moral_cost[m]) + costs.parcel_cost
        loss = fear_a_day(m, merchants, outlook.fears)
        for way in range(orders.size):
            boost = (base + orders[way] * horizon) ** theta - power
            out.extra[i, way] = appeal * boost * merchants.gain_belief[m]
            out.gain[i, way] = out.extra[i, way] * price * (shops.margin[s] - costs.commission)
            hazard = exposure(outlook.concavity, orders[way], rate) * outlook.learnt[way] * loss
            compare(i, way, hazard, (own, value), outlook, costs, asked, out)


@inner
def highest(net, i):
    """Return the highest value in row ``i`` of ``net``."""
    top = net[i, 0]
    for option in range(1, net.shape[1]):
        top = max(top, net[i, option])
    return top


@kernel
def probabilities_to_brush(net, way_scale, choice_scale, out):
    """Fill the probability (n,) that each merchant brushes at all, by its ``net`` (n, options), RMB a day."""
    n = net.shape[1]
    for i in range(out.size):
        top, total = highest(net, i) / way_scale, 0.0
        for option in range(n):
            total += np.exp(net[i, option] / way_scale - top)
        inclusive = way_scale * (top + np.log(total / n))
        out[i] = 1.0 / (1.0 + np.exp(min(max(-inclusive / choice_scale, -700.0), 700.0)))


@kernel
def pick_options(net, luck, way_scale, out):
    """Fill the option (n,) that each who brushes picks, by its ``net`` (n, options) and ``luck`` (n,)."""
    n = net.shape[1]
    weight = np.empty(n)
    for i in range(out.size):
        top, total, x, picked = highest(net, i) / way_scale, 0.0, 0.0, 0
        for option in range(n):
            weight[option] = np.exp(net[i, option] / way_scale - top)
            total += weight[option]
        left = luck[i] * total
        while picked < n - 1 and x + weight[picked] <= left:
            x += weight[picked]
            picked += 1
        out[i] = picked
