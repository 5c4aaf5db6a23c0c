"""A day's money, shop by shop, in fen."""

from __future__ import annotations

import numpy as np

from sim.kernels.compiling import kernel


@kernel
def pay_for_goods(turnover, margin, is_open, commission_share, fixed_cost, cash):
    """Pay merchants (S,) for what they sold, less commission, goods and, where open, ``fixed_cost``.

    Returns the sums of what was sold, of commission, and of goods and fixed costs.
    """
    sold, commissions, supplies = 0, 0, 0
    for s in range(turnover.size):
        commission = int(np.rint(turnover[s] * commission_share))
        supply = int(np.rint(turnover[s] * (1 - margin[s]))) + is_open[s] * fixed_cost
        cash[s] += turnover[s] - commission - supply
        sold += turnover[s]
        commissions += commission
        supplies += supply
    return sold, commissions, supplies


@kernel
def charge_campaigns(
    started, count, value, organiser, camouflage_price, fee, membership, rates, staffing, cash, balance,
    gains, turnover,
):  # fmt: skip
    """Charge merchants for brushed orders, and the slots ``started`` for membership of an organiser.

    Arrays of the merchants have shape (S,); ``fee`` and what is added to, ``balance``, ``gains`` and
    ``turnover``, (organisers,). ``rates`` are the organisers' cut, commission, and RMB a parcel, ``staffing``
    RMB a day of one that checks orders and how many he checks; camouflage costs RMB. Returns the value of
    all brushed orders, what workers, platform, suppliers get, the organisers' income, and what staff gets.
    """
    cut_share, commission_share, parcel_cost = rates
    staff_cost, orders_checked = staffing
    income, orders = np.zeros(fee.size, np.int64), np.zeros(fee.size, np.int64)
    sold, wages, commissions, all_parcels = 0, 0, 0, 0
    for s in range(count.size):
        if count[s] == 0:
            continue
        by = organiser[s]
        cut = int(np.rint(value[s] * cut_share))
        pay = int(np.rint(value[s] * fee[by])) - cut
        pay += int(np.rint(count[s] * camouflage_price[s] * 100))
        commission = int(np.rint(value[s] * commission_share))
        parcels = int(np.rint(count[s] * parcel_cost * 100))
        cash[s] -= pay + commission + parcels + cut
        wages, commissions, all_parcels = wages + pay, commissions + commission, all_parcels + parcels
        sold += value[s]
        income[by] += cut
        orders[by] += count[s]
        turnover[by] += value[s]
    for s in started:
        if organiser[s] >= 0:
            cash[s] -= membership
            income[organiser[s]] += membership
    staff, all_income = 0, 0
    for o in range(fee.size):
        paid = int(np.rint(orders[o] / orders_checked * staff_cost * 100))
        balance[o] += income[o] - paid
        gains[o] += income[o]
        staff += paid
        all_income += income[o]
    return sold, wages, commissions, all_parcels, all_income, staff


@kernel
def withdraw(floor, days, balance):
    """Let owners draw 1/``days`` of what is above ``floor`` of each ``balance`` (n,); return the sum, fen."""
    drawn = 0
    for o in range(balance.size):
        fen = int(max(balance[o] - floor, 0) / days)
        balance[o] -= fen
        drawn += fen
    return drawn


@kernel
def close_books(
    turnover, margin, is_open, commission_share, fixed_cost, cash_days, profit, losing_days, cash
):
    """Update mean profits (30 days, RMB) and losing days (S,); return what owners drew.

    Owners of open shops draw a thirtieth a day of the cash above ``cash_days`` days of profit.
    """
    drawn = 0
    for s in range(turnover.size):
        today = turnover[s] / 100 * (margin[s] - commission_share) - fixed_cost
        profit[s] += (today - profit[s]) / 30
        losing_days[s] = losing_days[s] + 1 if is_open[s] and profit[s] < 0 else 0
        buffer = int(np.rint(max(profit[s], 0.0) * cash_days * 100))
        spare = is_open[s] * (max(cash[s] - buffer, 0) // 30)
        cash[s] -= spare
        drawn += spare
    return drawn
