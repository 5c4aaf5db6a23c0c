"""A day's money, shop by shop, in fen."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def pay_for_goods(turnover, margin, commission_share, cash):
    """Pay merchants (S,) for what they sold, less commission and goods; return the sums of those two."""
    commissions, all_goods = 0, 0
    for s in range(turnover.size):
        commission = int(np.rint(turnover[s] * commission_share))
        goods = int(np.rint(turnover[s] * (1 - margin[s])))
        cash[s] += turnover[s] - commission - goods
        commissions += commission
        all_goods += goods
    return commissions, all_goods


@njit(cache=True, error_model="numpy")
def charge_campaigns(
    started, count, value, organiser, camouflage_price, fee, membership, cut_share, commission_share,
    parcel_cost, cash, income, orders, turnover,
):  # fmt: skip
    """Charge merchants for brushed orders, and the slots ``started`` for membership of an organiser.

    Arrays of the merchants have shape (S,); ``fee`` and what is added to, ``income``, ``orders`` and
    ``turnover``, (organisers,). Camouflage and parcels cost RMB. Returns what workers, platform and
    suppliers get.
    """
    wages, commissions, all_parcels = 0, 0, 0
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
        income[by] += cut
        orders[by] += count[s]
        turnover[by] += value[s]
    for s in started:
        if organiser[s] >= 0:
            cash[s] -= membership
            income[organiser[s]] += membership
    return wages, commissions, all_parcels


@njit(cache=True, error_model="numpy")
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
