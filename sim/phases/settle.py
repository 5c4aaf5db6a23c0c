"""Settle: money moves, every fen from somewhere to somewhere."""

from __future__ import annotations

import numpy as np

from sim.kernels import settle as kernels
from sim.state.founders import Founders
from sim.state.merchants import Merchants
from sim.state.money import Money, whole_deposit
from sim.state.shops import Shops
from sim.state.today import Accounts, Today
from sim.state.trade import Trade
from sim.state.units import FEN, NEVER


def settle(
    today: Today, shops: Shops, merchants: Merchants, business: tuple[Trade, Founders], money: Money
) -> Accounts:
    """Move the money of a day's orders, running costs, brushed orders, debts and withdrawals."""
    trade, founders = business
    value, commission = settle_genuine(today, shops, merchants, money)
    costs = np.zeros(shops.n, dtype=np.int64)
    brushed, fees, profit = settle_brushing(today, (shops, merchants, costs), trade, founders, money)
    fines = close_books(today, shops, merchants, costs, money)
    withdraw(trade, money)
    return Accounts(
        genuine_value=value,
        brushed_value=brushed,
        platform_revenue=commission + fees,
        organiser_profit=profit,
        fines=fines,
    )


def settle_genuine(today: Today, shops: Shops, merchants: Merchants, money: Money) -> tuple[int, int]:
    """Pay merchants for orders that stand, the platform its commission, suppliers goods and fixed costs.

    Returns the value of all orders and the commission, in fen.
    """
    config, columns = shops.parameters, kernels.shop_columns(shops)
    costs = float(config.commission), round(config.fixed_cost * FEN)
    value, commission, supplies = kernels.pay_for_goods(today.sales.turnover, columns, merchants.cash, *costs)
    money.receive("buyers", -value)
    money.receive("platform", commission)
    money.receive("suppliers", supplies)
    return value, commission


def settle_brushing(
    today: Today, payers: tuple[Shops, Merchants, np.ndarray], trade: Trade, founders: Founders, money: Money
) -> tuple[int, int, int]:
    """Pay workers, organisers, staff, parcels and commission.

    The value of a brushed order itself comes back to the merchant, so only its costs move. What
    camouflage costs goes to the workers, who search, browse, chat and send parcels. With the payers come
    the costs of each slot's orders (n_shops,), fen, zero before, which are filled. Returns the value of all
    brushed orders, the commission, and the organisers' profit, in fen.
    """
    (shops, merchants, costs), terms = payers, trade.parameters
    rates = (
        terms.cut,
        shops.parameters.commission,
        today.tasks.parcel_cost,
        terms.staff_cost,
        terms.reviews_per_staff,
    )
    bill = kernels.task_columns(today.tasks), (round(terms.membership_fee * FEN), *map(float, rates))
    receivers = kernels.organiser_columns(trade), kernels.founder_columns(founders)
    value, wages, commission, parcels, income, staff = kernels.charge_campaigns(
        today.started, *bill, shops.owner, merchants.cash, *receivers, costs
    )
    money.receive("workers", wages)
    money.receive("platform", commission)
    money.receive("suppliers", parcels)
    money.receive("services", staff)
    return value, commission, income - staff


def close_books(today: Today, shops: Shops, merchants: Merchants, costs: np.ndarray, money: Money) -> int:
    """Update mean daily profits (30 days, RMB) and runs of losing days; pay debts, then let owners draw.

    ``costs`` (n_shops,) are those of brushed orders, fen. Who owes fines, or whose deposit is not whole, pays
    these first. What the firm does not need after that, cash above a buffer, is drawn by a thirtieth a day.
    Returns what was paid of fines owed, in fen.
    """
    config, results = shops.parameters, (today.sales.turnover, costs)
    rates = float(config.commission), float(config.fixed_cost), float(config.cash_days)
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    debts, rules = kernels.debt_columns(merchants), (*rates, whole_deposit(config), NEVER)
    received = kernels.close_books(today.clock.day, results, *columns, debts, rules)
    for payee, fen in zip(("platform", "state", "deposits", "owners"), received, strict=True):
        money.receive(payee, fen)
    return received[0] + received[1]


def withdraw(trade: Trade, money: Money) -> None:
    """Let organisers' owners draw a share of what is above their founding assets."""
    floor = round(trade.parameters.founding_assets * FEN / trade.weight)
    money.receive("owners", kernels.withdraw(floor, float(trade.parameters.payout_days), trade.cash))
