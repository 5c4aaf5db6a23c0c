"""What brushing promises merchants and what it threatens, merchant by merchant and way by way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import inner, kernel
from sim.kernels.groups import columns
from sim.kernels.threads import shared

PRIOR_ORDERS = 10.0
"""A merchant's own record counts against so many orders of the category's."""


class CampaignColumns(NamedTuple):
    """Campaigns, arrays (S,): until when, orders a day, genuine ones before, and those that were expected."""

    until: np.ndarray
    level: np.ndarray
    sales_before: np.ndarray
    expected_gain: np.ndarray


class Outlook(NamedTuple):
    """What all merchants see alike.

    ``horizon`` are the days that an order is on display, ``sold`` (S,) genuine orders in 30 days,
    ``elasticity`` (C,) is θ. ``orders`` (ways,) are brushed orders a day, ``learnt`` (ways,) what is known of
    the ways' hazards, ``fears`` those of `fear`.
    """

    day: int
    horizon: float
    sold: np.ndarray
    elasticity: np.ndarray
    orders: np.ndarray
    learnt: np.ndarray
    concavity: float
    fears: tuple


class BrushingCosts(NamedTuple):
    """What brushing costs: the platform's commission, what merchants pay for, and what organisers ask.

    ``value_ratio`` is the value of a brushed order over price, ``parcel_cost`` in RMB, ``campaign_cost`` RMB
    a day; ``organiser`` (S,) is that of each shop, −1 for none, ``fee`` (share of value) and
    ``camouflage_price`` (RMB) have shape (organisers + 1,).
    """

    commission: float
    value_ratio: float
    parcel_cost: float
    campaign_cost: float
    organiser: np.ndarray
    fee: np.ndarray
    camouflage_price: np.ndarray


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, since when, price in RMB, margin."""

    owner: np.ndarray
    opened_day: np.ndarray
    price: np.ndarray
    margin: np.ndarray


class MerchantColumns(NamedTuple):
    """Merchants, arrays with a row for each: beliefs, scruples, and what they have (RMB a day, fen, fen)."""

    gain_belief: np.ndarray
    moral_cost: np.ndarray
    risk: np.ndarray
    profit: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray


class Prospects(NamedTuple):
    """What each way to brush promises, arrays (n, ways): RMB a day, and extra orders a day."""

    gain: np.ndarray
    cost: np.ndarray
    risk: np.ndarray
    extra: np.ndarray


campaign_columns, merchant_columns = columns(CampaignColumns), columns(MerchantColumns)
shop_columns = columns(ShopColumns)


@kernel
def who_decides(day, every, owner, opportunist, is_open, campaign_until, identity):
    """Return the slots whose merchants reconsider today: one in ``every``.

    ``opportunist`` has a row for each merchant, ``owner`` (S,) is the row of each slot; other arrays (S,).
    """
    slots, n = np.empty(identity.size, np.int64), 0
    for s in range(identity.size):
        slots[n] = s
        idle = opportunist[owner[s]] & is_open[s] & (campaign_until[s] <= day)
        n += idle & ((identity[s] + day) % every == 0)
    return slots[:n].copy()


@shared
def end_campaigns(first, last, day, learning, campaigns, sold, owner, gain_belief):
    """End campaigns that are over; what each brought moves its merchant's ``gain_belief``, which fades to 1.

    ``learning`` is what fades a day, and how much a campaign teaches; ``sold`` (S,) are genuine orders in 30
    days. ``gain_belief`` has a row for each merchant, ``owner`` (S,) is the row of each slot.
    """
    fade, weight_of_one = learning
    campaigns = CampaignColumns(*campaigns)
    for s in range(first, last):
        m = owner[s]
        gain_belief[m] += (1.0 - gain_belief[m]) * fade
        if campaigns.level[s] == 0 or campaigns.until[s] > day:
            continue
        sales, before = sold[s] / 30, campaigns.sales_before[s]
        expected = max(campaigns.expected_gain[s], 1e-9)
        noise = (sales + before) / 30  # of two 30-day records: a small campaign teaches little
        weight = weight_of_one * expected**2 / (expected**2 + noise)
        learnt = gain_belief[m] * (1.0 + weight * ((sales - before) / expected - 1.0))
        gain_belief[m] = min(max(learnt, 0.5), 1.5)
        campaigns.level[s] = 0


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
def fear(profit, cash, deposit, fears):
    """Return what one sanction would cost, RMB; ``profit`` is RMB a day, ``cash`` and ``deposit`` are fen.

    ``fears`` are days of profit that the shop is worth, days of it that a demotion takes, the probability
    of closure, the fine, and scale and power of `weigh_fine`. Nobody fears to lose more than he owns.
    """
    shop_value_days, demotion_days, closure, fine, scale, power = fears
    earned = max(profit, 0.0)
    worth = earned * shop_value_days
    owned = max(cash, 0) / 100 + deposit / 100 + worth
    loss = earned * demotion_days + closure * worth + weigh_fine(min(fine, owned), scale, power)
    return min(loss, owned)


@inner
def means_of(first, last, outlook, shops):
    """Return a category's mean genuine orders a day, and one more than what it has on display of them."""
    orders, base = 0.0, 0.0
    for s in range(first, last):
        rate = outlook.sold[s] / days_on_record(outlook.day, shops.opened_day[s])
        orders += rate
        base += 1.0 + rate * outlook.horizon
    return orders / (last - first), base / (last - first)


@shared
def weigh(begin, end, slots, outlook, costs, shops, merchants, out):
    """Fill gain, cost, risk and extra orders of each way to brush (``out``, `Prospects`) for some merchants.

    Genuine sales are expected to be constant·(1 + D)^θ at displayed sales D. The category's constant
    matches its mean genuine sales; a merchant's own record corrects it, counting against a prior of
    ``PRIOR_ORDERS``, so that a new shop expects to sell like its category at its own displayed sales.
    Rows are merchants, whose ``slots`` (n,) these are.
    """
    outlook, costs, out = Outlook(*outlook), BrushingCosts(*costs), Prospects(*out)
    shops, merchants = ShopColumns(*shops), MerchantColumns(*merchants)
    day, horizon, orders = outlook.day, outlook.horizon, outlook.orders
    per_category = shops.price.size // outlook.elasticity.size
    category, mean_orders, mean_base = -1, 0.0, 1.0
    for i in range(begin, end):
        s = slots[i]
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
        by = costs.organiser[s]  # none is −1, and the last offer is for those
        share = costs.fee[by] + costs.commission + merchants.moral_cost[m]
        an_order = costs.value_ratio * price * share + costs.parcel_cost + costs.camouflage_price[by]
        dread = fear(merchants.profit[m], merchants.cash[m], merchants.deposit[m], outlook.fears)
        loss = merchants.risk[m] / 30 * dread
        for way in range(orders.size):
            boost = (base + orders[way] * horizon) ** theta - power
            out.extra[i, way] = appeal * boost * merchants.gain_belief[m]
            out.gain[i, way] = out.extra[i, way] * price * (shops.margin[s] - costs.commission)
            out.cost[i, way] = orders[way] * an_order + costs.campaign_cost
            out.risk[i, way] = exposure(outlook.concavity, orders[way], rate) * outlook.learnt[way] * loss


@kernel
def choose_ways(key, identity, net, way_scale, choice_scale, out):
    """Fill the way (n,) that each merchant chooses by its ``net`` (n, ways), −1 for not brushing."""
    n = net.shape[1]
    weight = np.empty(n)
    for i in range(identity.size):
        top, total, x = net[i, 0], 0.0, 0.0
        for way in range(1, n):
            top = max(top, net[i, way])
        top /= way_scale
        for way in range(n):
            weight[way] = np.exp(net[i, way] / way_scale - top)
            total += weight[way]
        inclusive = way_scale * (top + np.log(total / n))
        brushes = 1.0 / (1.0 + np.exp(min(max(-inclusive / choice_scale, -700.0), 700.0)))
        out[i] = -1
        if unit(bits(key, uint64(identity[i]), uint64(0))) >= brushes:
            continue
        left = unit(bits(key, uint64(identity[i]), uint64(1))) * total
        way = 0
        while way < n - 1 and x + weight[way] <= left:
            x += weight[way]
            way += 1
        out[i] = way
