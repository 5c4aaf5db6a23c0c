"""A day's money, shop by shop, in fen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
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


class DebtColumns(NamedTuple):
    """What merchants owe and own, arrays with a row for each: fen, and the day since when they are short."""

    deposit: np.ndarray
    owed_platform: np.ndarray
    owed_state: np.ndarray
    drawn: np.ndarray
    short_since: np.ndarray


class BookRules(NamedTuple):
    """Commission as a share, fixed cost in RMB, days of profit that stay in the firm, a whole deposit in fen.

    ``never`` is the day since when those are short who are not.
    """

    commission: float
    fixed_cost: float
    cash_days: float
    deposit: int
    never: int


class TaskColumns(NamedTuple):
    """Brushed orders by shop, arrays (S,): number, fen in all, organiser, its cut, camouflage in RMB each."""

    number: np.ndarray
    value: np.ndarray
    organiser: np.ndarray
    quote: np.ndarray
    camouflage_price: np.ndarray


class OrganiserColumns(NamedTuple):
    """Organisers, arrays (organisers,): fee (share of value, at the standard cut), cash in fen, founder."""

    fee: np.ndarray
    cash: np.ndarray
    founder: np.ndarray


class FounderColumns(NamedTuple):
    """Founders, arrays with a row for each: what they earned and what orders were worth, fen."""

    gains: np.ndarray
    turnover: np.ndarray


class BrushingTerms(NamedTuple):
    """Membership of an organiser in fen, standard cut and commission as shares of value, and costs in RMB.

    ``staff_cost`` is that a day of one who checks orders, and ``orders_checked`` how many he checks.
    """

    membership: int
    cut: float
    commission: float
    parcel_cost: float
    staff_cost: float
    orders_checked: float


shop_columns, merchant_columns = columns(ShopColumns), columns(MerchantColumns)
debt_columns = columns(DebtColumns)
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
def charge_campaigns(started, tasks, terms, owner, cash, organisers, founders, costs):
    """Charge merchants for brushed orders, and the slots ``started`` for membership of an organiser.

    ``cash`` has a row for each merchant, ``owner`` (S,) is that of each slot; ``tasks``, ``organisers`` and
    ``founders`` are columns of these, ``terms`` the `BrushingTerms`. Fills the ``costs`` (S,) of each slot's
    brushed orders, fen, membership left out, zero before. Returns the value of all brushed orders, what
    workers, platform, suppliers get, the organisers' income, and what staff gets.
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
        costs[s] = pay + commission + parcels + cut
        cash[owner[s]] -= costs[s]
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


@inner
def pay_fines(m, cash, owed):
    """Let merchant ``m`` pay what it has ``owed`` out of its ``cash``, rows of all, as far as that goes."""
    fen = min(max(cash[m], 0), owed[m])
    cash[m] -= fen
    owed[m] -= fen
    return fen


@inner
def fill_deposit(m, cash, deposit, missing):
    """Let merchant ``m`` fill up its ``deposit`` out of its ``cash`` as far as that goes; return the fen."""
    fen = min(max(cash[m], 0), missing)
    cash[m] -= fen
    deposit[m] += fen
    return fen


@inner
def draw(m, buffer, cash, drawn):
    """Let the owner of merchant ``m`` draw a thirtieth of the ``cash`` above ``buffer``; return the fen."""
    fen = max(cash[m] - buffer, 0) // 30
    cash[m] -= fen
    drawn[m] += fen
    return fen


@kernel
def close_books(day, results, shops, merchants, debts, rules):
    """Update profits and losing days of the owners of shops; let them pay what they owe, then draw.

    The ``results`` of the day are turnover and costs of brushing by slot, (S,) in fen; the others are columns
    and the `BookRules`. Income pays fines owed, then fills deposits of open shops; owners of open ones that
    are not short after that draw a thirtieth a day of the cash above some days of profit. Returns what
    platform and state got of fines, what went to deposits, and what owners drew.
    """
    (turnover, costs), (owner, is_open, margin) = results, shops
    (profit, losing_days, cash), debts, rules = merchants, DebtColumns(*debts), BookRules(*rules)
    to_platform, to_state, to_deposits, drawn = 0, 0, 0, 0
    for s in range(turnover.size):
        genuine = turnover[s] / 100 * (margin[s] - rules.commission) - rules.fixed_cost
        m = owner[s]
        profit[m] += (genuine - costs[s] / 100 - profit[m]) / 30
        losing_days[m] = losing_days[m] + 1 if is_open[s] and profit[m] < 0 else 0
        to_platform += pay_fines(m, cash, debts.owed_platform)
        to_state += pay_fines(m, cash, debts.owed_state)
        missing = is_open[s] * max(rules.deposit - debts.deposit[m], 0)
        filled = fill_deposit(m, cash, debts.deposit, missing)
        to_deposits += filled
        if debts.owed_platform[m] + debts.owed_state[m] + missing - filled > 0:
            debts.short_since[m] = day if debts.short_since[m] == rules.never else debts.short_since[m]
            continue
        debts.short_since[m] = rules.never
        if is_open[s]:
            buffer = int(np.rint(max(profit[m], 0.0) * rules.cash_days * 100))
            drawn += draw(m, buffer, cash, debts.drawn)
    return to_platform, to_state, to_deposits, drawn
