"""What brushing promises merchants and what it threatens, merchant by merchant and way by way."""

from __future__ import annotations

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.kernels.compiling import inner, kernel
from sim.kernels.threads import shared

PRIOR_ORDERS = 10.0
"""A merchant's own record counts against so many orders of the category's."""


@kernel
def who_decides(day, every, opportunist, is_open, campaign_until, identity):
    """Return the slots whose merchants reconsider today: one in ``every``; all arrays have shape (S,)."""
    slots, n = np.empty(identity.size, np.int64), 0
    for s in range(identity.size):
        slots[n] = s
        idle = opportunist[s] & is_open[s] & (campaign_until[s] <= day)
        n += idle & ((identity[s] + day) % every == 0)
    return slots[:n].copy()


@shared
def end_campaigns(
    first, last, day, fade, learning, campaign_until, sold, sales_before, expected_gain, gain_belief, level
):
    """End campaigns that are over; what each brought moves its merchant's ``gain_belief``, which fades to 1.

    All arrays have shape (S,); ``sold`` are genuine orders in 30 days, ``sales_before`` a day.
    """
    for s in range(first, last):
        gain_belief[s] += (1.0 - gain_belief[s]) * fade
        if level[s] == 0 or campaign_until[s] > day:
            continue
        sales, before, expected = sold[s] / 30, sales_before[s], max(expected_gain[s], 1e-9)
        noise = (sales + before) / 30  # of two 30-day records: a small campaign teaches little
        weight = learning * expected**2 / (expected**2 + noise)
        learnt = gain_belief[s] * (1.0 + weight * ((sales - before) / expected - 1.0))
        gain_belief[s] = min(max(learnt, 0.5), 1.5)
        level[s] = 0


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
def means_of(first, last, day, horizon, sold, opened_day):
    """Return a category's mean genuine orders a day, and one more than what it has on display of them."""
    orders, base = 0.0, 0.0
    for s in range(first, last):
        rate = sold[s] / days_on_record(day, opened_day[s])
        orders += rate
        base += 1.0 + rate * horizon
    return orders / (last - first), base / (last - first)


@shared
def weigh(
    begin, end, slots, day, horizon, per_category, orders, learnt, elasticity, costs, fears, concavity, sold,
    opened_day, price, margin, gain_belief, moral_cost, organiser, fee, camouflage, perceived_risk, profit,
    cash, deposit, gain, cost, risk, extra,
):  # fmt: skip
    """Fill gain, cost and risk, RMB a day, and extra orders of each way to brush, arrays (n, ways).

    Genuine sales are expected to be constant·(1 + D)^θ at displayed sales D. The category's constant
    matches its mean genuine sales; a merchant's own record corrects it, counting against a prior of
    ``PRIOR_ORDERS``, so that a new shop expects to sell like its category at its own displayed sales.

    ``orders`` (ways,) are brushed orders a day, ``learnt`` (ways,) what is known of the ways' hazards,
    ``elasticity`` (C,) is θ, ``horizon`` the days that an order is on display; ``fee`` and ``camouflage``
    have shape (organisers + 1,), the other arrays (S,). ``costs`` are commission, value of a brushed order
    over price, parcel (RMB), and running a campaign (RMB a day); ``fears`` those of `fear`. Rows
    are merchants.
    """
    commission, value_ratio, parcel, campaign = costs
    category, mean_orders, mean_base = -1, 0.0, 1.0
    for i in range(begin, end):
        s = slots[i]
        if s // per_category != category:
            category = s // per_category
            first = category * per_category
            mean_orders, mean_base = means_of(first, first + per_category, day, horizon, sold, opened_day)
        theta, days = elasticity[category], days_on_record(day, opened_day[s])
        rate = sold[s] / days
        base = 1.0 + rate * horizon
        constant, power = mean_orders / mean_base**theta, base**theta
        appeal = constant * (sold[s] + PRIOR_ORDERS) / (days * constant * power + PRIOR_ORDERS)
        by = organiser[s]  # none is −1, and the last offer is for those
        share = fee[by] + commission + moral_cost[s]
        an_order = value_ratio * price[s] * share + parcel + camouflage[by]
        loss = perceived_risk[s] / 30 * fear(profit[s], cash[s], deposit[s], fears)
        for way in range(orders.size):
            boost = (base + orders[way] * horizon) ** theta - power
            extra[i, way] = appeal * boost * gain_belief[s]
            gain[i, way] = extra[i, way] * price[s] * (margin[s] - commission)
            cost[i, way] = orders[way] * an_order + campaign
            risk[i, way] = exposure(concavity, orders[way], rate) * learnt[way] * loss


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
