"""Settle: money moves, every fen from somewhere to somewhere."""

from __future__ import annotations

from sim.kernels import settle as kernels
from sim.state.founders import Founders
from sim.state.merchants import Merchants
from sim.state.money import Money
from sim.state.shops import Shops
from sim.state.today import Accounts, Today
from sim.state.trade import Trade
from sim.state.units import FEN


def settle(
    today: Today, shops: Shops, merchants: Merchants, business: tuple[Trade, Founders], money: Money
) -> Accounts:
    """Move the money of a day's orders, running costs, brushed orders and withdrawals."""
    trade, founders = business
    value, commission = settle_genuine(today, shops, merchants, money)
    brushed, fees, profit = settle_brushing(today, (shops, merchants), trade, founders, money)
    close_books(today, shops, merchants, money)
    withdraw(trade, money)
    return Accounts(
        genuine_value=value,
        brushed_value=brushed,
        platform_revenue=commission + fees,
        organiser_profit=profit,
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
    today: Today, payers: tuple[Shops, Merchants], trade: Trade, founders: Founders, money: Money
) -> tuple[int, int, int]:
    """Pay workers, organisers, staff, parcels and commission.

    The value of a brushed order itself comes back to the merchant, so only its costs move. What
    camouflage costs goes to the workers, who search, browse, chat and send parcels. Returns the value of all
    brushed orders, the commission, and the organisers' profit, in fen.
    """
    (shops, merchants), terms = payers, trade.parameters
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
        today.started, *bill, shops.owner, merchants.cash, *receivers
    )
    money.receive("workers", wages)
    money.receive("platform", commission)
    money.receive("suppliers", parcels)
    money.receive("services", staff)
    return value, commission, income - staff


def close_books(today: Today, shops: Shops, merchants: Merchants, money: Money) -> None:
    """Update mean daily profits (30 days, RMB) and runs of losing days; let owners draw.

    What the firm does not need, cash above a buffer, is drawn by a thirtieth a day.
    """
    config = shops.parameters
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    rates = float(config.commission), float(config.fixed_cost), float(config.cash_days)
    drawn = kernels.close_books(today.sales.turnover, *columns, *rates)
    money.receive("owners", drawn)


def withdraw(trade: Trade, money: Money) -> None:
    """Let organisers' owners draw a share of what is above their founding assets."""
    floor = round(trade.parameters.founding_assets * FEN / trade.weight)
    money.receive("owners", kernels.withdraw(floor, float(trade.parameters.payout_days), trade.cash))
