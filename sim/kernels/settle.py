"""A day's money, shop by shop, in fen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import kernel
from sim.kernels.groups import columns


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, whether open, and the margin on price."""

    owner: np.ndarray
    open: np.ndarray
    margin: np.ndarray


class MerchantColumns(NamedTuple):
    """Merchants, arrays with a row for each: mean profit of 30 days (RMB a day), losing days, cash in fen."""

    profit: np.ndarray
    losing_days: np.ndarray
    cash: np.ndarray


class TaskColumns(NamedTuple):
    """Brushed orders by shop, arrays (S,): number, value in fen, organiser and its cut, camouflage in RMB each."""

    number: np.ndarray
    value: np.ndarray
    organiser: np.ndarray
    quote: np.ndarray
    camouflage_price: np.ndarray


class OrganiserColumns(NamedTuple):
    """Organisers, arrays (organisers,): fee at the standard cut as a share of value, cash in fen, row of the founder."""

    fee: np.ndarray
    cash: np.ndarray
    founder: np.ndarray


class FounderColumns(NamedTuple):
    """Founders, arrays with a row for each: what they earned and what orders were worth, fen."""

    gains: np.ndarray
    turnover: np.ndarray


class BrushingTerms(NamedTuple):
    """Membership of an organiser in fen, the standard cut and commission as shares of value, and costs in RMB.

    ``staff_cost`` is that a day of one who checks orders, and ``orders_checked`` how many he checks.
    """

    membership: int
    cut: float
    commission: float
    parcel_cost: float
    staff_cost: float
    orders_checked: float


shop_columns, merchant_columns = columns(ShopColumns), columns(MerchantColumns)
task_columns = columns(TaskColumns, number="count")
organiser_columns, founder_columns = columns(OrganiserColumns), columns(FounderColumns)


@kernel
def pay_for_goods(turnover, shops, cash, commission_share, fixed_cost):
    """Pay merchants, ``cash`` (merchants,), their ``turnover`` (S,), less commission, goods and fixed costs.

    ``shops`` are `ShopColumns`; only open ones have ``fixed_cost``, fen. Returns the sums of what was sold,
    of commission, and of goods and fixed costs.
    """
    owner, is_open, margin = shops
    sold, commissions, supplies = 0, 0, 0
    for s in range(turnover.size):
        commission = int(np.rint(turnover[s] * commission_share))
        supply = int(np.rint(turnover[s] * (1 - margin[s]))) + is_open[s] * fixed_cost
        cash[owner[s]] += turnover[s] - commission - supply
        sold += turnover[s]
        commissions += commission
        supplies += supply
    return sold, commissions, supplies


@kernel
def charge_campaigns(started, tasks, terms, owner, cash, organisers, founders):
    """Charge merchants for brushed orders, and the slots ``started`` for membership of an organiser.

    ``cash`` has a row for each merchant, ``owner`` (S,) is that of each slot; ``tasks``, ``organisers`` and
    ``founders`` are columns of these, ``terms`` the `BrushingTerms`. Returns the value of all brushed orders,
    what workers, platform, suppliers get, the organisers' income, and what staff gets.
    """
    (count, value, organiser, quote, camouflage_price), (gains, turnover) = tasks, founders
    membership, standard_cut, commission_share, parcel_cost, staff_cost, orders_checked = terms
    fee, balance, founder = organisers
    income, orders = np.zeros(fee.size, np.int64), np.zeros(fee.size, np.int64)
    sold, wages, commissions, all_parcels = 0, 0, 0, 0
    for s in range(count.size):
        if count[s] == 0:
            continue
        by = organiser[s]
        cut = int(np.rint(value[s] * quote[s]))
        pay = int(np.rint(value[s] * max(fee[by] - standard_cut, 0.0)))
        pay += int(np.rint(count[s] * camouflage_price[s] * 100))
        commission = int(np.rint(value[s] * commission_share))
        parcels = int(np.rint(count[s] * parcel_cost * 100))
        cash[owner[s]] -= pay + commission + parcels + cut
        wages, commissions, all_parcels = wages + pay, commissions + commission, all_parcels + parcels
        sold += value[s]
        income[by] += cut
        orders[by] += count[s]
        turnover[founder[by]] += value[s]
    for s in started:
        if organiser[s] >= 0:
            cash[owner[s]] -= membership
            income[organiser[s]] += membership
    staff, all_income = 0, 0
    for o in range(fee.size):
        paid = int(np.rint(orders[o] / orders_checked * staff_cost * 100))
        balance[o] += income[o] - paid
        gains[founder[o]] += income[o]
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
def close_books(turnover, shops, merchants, commission_share, fixed_cost, cash_days):
    """Update mean profits (30 days, RMB) and losing days of the owners of shops; return the draw, fen.

    ``shops`` and ``merchants`` are columns of these. Owners of open shops draw a thirtieth a day of the cash
    above ``cash_days`` days of profit.
    """
    (owner, is_open, margin), (profit, losing_days, cash) = shops, merchants
    drawn = 0
    for s in range(turnover.size):
        today = turnover[s] / 100 * (margin[s] - commission_share) - fixed_cost
        m = owner[s]
        profit[m] += (today - profit[m]) / 30
        losing_days[m] = losing_days[m] + 1 if is_open[s] and profit[m] < 0 else 0
        buffer = int(np.rint(max(profit[m], 0.0) * cash_days * 100))
        spare = is_open[s] * (max(cash[m] - buffer, 0) // 30)
        cash[m] -= spare
        drawn += spare
    return drawn
