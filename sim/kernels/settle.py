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
    """Brushed orders by shop, arrays (S,): number, value in fen, organiser, camouflage in RMB each."""

    number: np.ndarray
    value: np.ndarray
    organiser: np.ndarray
    camouflage_price: np.ndarray


class OrganiserColumns(NamedTuple):
    """Organisers, arrays (organisers,): fee as a share of value, cash in fen, row of the founder."""

    fee: np.ndarray
    cash: np.ndarray
    founder: np.ndarray


class FounderColumns(NamedTuple):
    """Founders, arrays with a row for each: what they earned and what orders were worth, fen."""

    gains: np.ndarray
    turnover: np.ndarray


class BrushingTerms(NamedTuple):
    """Membership of an organiser in fen, its cut and the commission as shares of value, and costs in RMB.

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

    Only open shops have ``fixed_cost``, fen. Returns the sums of what was sold, of commission, and of goods
    and fixed costs.
    """
    shops = ShopColumns(*shops)
    sold, commissions, supplies = 0, 0, 0
    for s in range(turnover.size):
        commission = int(np.rint(turnover[s] * commission_share))
        supply = int(np.rint(turnover[s] * (1 - shops.margin[s]))) + shops.open[s] * fixed_cost
        cash[shops.owner[s]] += turnover[s] - commission - supply
        sold += turnover[s]
        commissions += commission
        supplies += supply
    return sold, commissions, supplies


@kernel
def charge_campaigns(started, tasks, terms, owner, cash, organisers, founders):
    """Charge merchants for brushed orders, and the slots ``started`` for membership of an organiser.

    ``cash`` has a row for each merchant, ``owner`` (S,) is that of each slot. Returns the value of all
    brushed orders, what workers, platform, suppliers get, the organisers' income, and what staff gets.
    """
    tasks, terms = TaskColumns(*tasks), BrushingTerms(*terms)
    organisers, founders = OrganiserColumns(*organisers), FounderColumns(*founders)
    n_organisers = organisers.fee.size
    income, orders = np.zeros(n_organisers, np.int64), np.zeros(n_organisers, np.int64)
    sold, wages, commissions, all_parcels = 0, 0, 0, 0
    for s in range(tasks.number.size):
        count, value, by = tasks.number[s], tasks.value[s], tasks.organiser[s]
        if count == 0:
            continue
        cut = int(np.rint(value * terms.cut))
        pay = int(np.rint(value * organisers.fee[by])) - cut
        pay += int(np.rint(count * tasks.camouflage_price[s] * 100))
        commission = int(np.rint(value * terms.commission))
        parcels = int(np.rint(count * terms.parcel_cost * 100))
        cash[owner[s]] -= pay + commission + parcels + cut
        wages, commissions, all_parcels = wages + pay, commissions + commission, all_parcels + parcels
        sold += value
        income[by] += cut
        orders[by] += count
        founders.turnover[organisers.founder[by]] += value
    for s in started:
        by = tasks.organiser[s]
        if by >= 0:
            cash[owner[s]] -= terms.membership
            income[by] += terms.membership
    staff, all_income = 0, 0
    for o in range(n_organisers):
        paid = int(np.rint(orders[o] / terms.orders_checked * terms.staff_cost * 100))
        organisers.cash[o] += income[o] - paid
        founders.gains[organisers.founder[o]] += income[o]
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

    Owners of open shops draw a thirtieth a day of the cash above ``cash_days`` days of profit.
    """
    shops, merchants = ShopColumns(*shops), MerchantColumns(*merchants)
    drawn = 0
    for s in range(turnover.size):
        m, profit = shops.owner[s], merchants.profit
        today = turnover[s] / 100 * (shops.margin[s] - commission_share) - fixed_cost
        profit[m] += (today - profit[m]) / 30
        losing = merchants.losing_days[m]
        merchants.losing_days[m] = losing + 1 if shops.open[s] and profit[m] < 0 else 0
        buffer = int(np.rint(max(profit[m], 0.0) * cash_days * 100))
        spare = shops.open[s] * (max(merchants.cash[m] - buffer, 0) // 30)
        merchants.cash[m] -= spare
        drawn += spare
    return drawn
