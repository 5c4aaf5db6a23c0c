"""Settle: money moves, every fen from somewhere to somewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.brushing.tasks import Tasks
from sim.brushing.trade import Trade
from sim.config import World
from sim.kernels import money as kernels
from sim.reviewing import Sales
from sim.state import FEN, Merchants, Shops


@dataclass
class Ledger:
    """Balances in fen: one for each merchant and organiser, one for each other kind of party.

    Every movement has two sides, so all balances together are zero on every evening.
    """

    merchants: np.ndarray
    organisers: np.ndarray
    others: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("buyers", "platform", "suppliers", "workers", "state", "owners", "services", "deposits"), 0
        )
    )

    def total(self) -> int:
        """Return the sum of all balances; zero if no fen was lost or made."""
        return int(self.merchants.sum()) + int(self.organisers.sum()) + sum(self.others.values())

    def charge_merchants(self, slots: np.ndarray, fen: np.ndarray, payee: str) -> None:
        """Move ``fen`` (n,) from the merchants of ``slots`` (n,) to ``payee``; negative pays them."""
        np.subtract.at(self.merchants, slots, fen)
        self.others[payee] += int(fen.sum())

    def charge_organiser(self, number: int, fen: int, payee: str) -> None:
        """Move ``fen`` from an organiser to ``payee``."""
        self.organisers[number] -= fen
        self.others[payee] += int(fen)

    def move(self, payer: str, payee: str, fen: int) -> None:
        """Move ``fen`` between two of the other parties."""
        self.others[payer] -= int(fen)
        self.others[payee] += int(fen)


@dataclass
class Accounts:
    """What a day's trade came to: sums in fen."""

    genuine_value: int
    brushed_value: int
    platform_revenue: int
    organiser_profit: int


def settle(
    ledger: Ledger, sales: Sales, tasks: Tasks, started: np.ndarray, shops: Shops, merchants: Merchants,
    trade: Trade, world: World,
) -> Accounts:  # fmt: skip
    """Move the money of a day's orders, running costs, brushed orders and withdrawals."""
    value, commission = settle_genuine(ledger, sales.turnover, shops, world)
    brushed, fees, profit = settle_brushing(ledger, tasks, started, trade, world)
    close_books(ledger, merchants, sales.turnover, shops, world)
    withdraw(ledger, trade, world)
    return Accounts(
        genuine_value=value,
        brushed_value=brushed,
        platform_revenue=commission + fees,
        organiser_profit=profit,
    )


def settle_genuine(ledger: Ledger, turnover: np.ndarray, shops: Shops, world: World) -> tuple[int, int]:
    """Pay merchants for orders that stand, the platform its commission, suppliers goods and fixed costs.

    Returns the value of all orders and the commission, in fen.
    """
    value, commission, supplies = kernels.pay_for_goods(
        turnover, shops.margin, shops.open, float(world.shops.commission),
        round(world.shops.fixed_cost * FEN), ledger.merchants,
    )  # fmt: skip
    ledger.others["buyers"] -= value
    ledger.others["platform"] += commission
    ledger.others["suppliers"] += supplies
    return value, commission


def settle_brushing(
    ledger: Ledger, tasks: Tasks, started: np.ndarray, trade: Trade, world: World
) -> tuple[int, int, int]:
    """Pay workers, organisers, staff, parcels and commission.

    The value of a brushed order itself comes back to the merchant, so only its costs move. What
    camouflage costs goes to the workers, who search, browse, chat and send parcels. Returns the value of all
    brushed orders, the commission, and the organisers' profit, in fen.
    """
    rates = world.trade.cut, world.shops.commission, world.brushing.parcel_cost
    terms = world.trade.staff_cost, world.trade.reviews_per_staff
    value, wages, commission, parcels, income, staff = kernels.charge_campaigns(
        started, tasks.count, tasks.value, tasks.organiser, tasks.camouflage_price, trade.fee,
        round(world.trade.membership_fee * FEN), tuple(map(float, rates)), tuple(map(float, terms)),
        ledger.merchants, ledger.organisers, trade.gains, trade.turnover,
    )  # fmt: skip
    payments = ("workers", wages), ("platform", commission), ("suppliers", parcels), ("services", staff)
    for payee, fen in payments:
        ledger.others[payee] += fen
    return value, commission, income - staff


def close_books(
    ledger: Ledger, merchants: Merchants, turnover: np.ndarray, shops: Shops, world: World
) -> None:
    """Update mean daily profits (30 days, RMB) and runs of losing days; let owners draw.

    What the firm does not need, cash above a buffer, is drawn by a thirtieth a day.
    """
    config = world.shops
    ledger.others["owners"] += kernels.close_books(
        turnover, shops.margin, shops.open, float(config.commission), float(config.fixed_cost),
        float(config.cash_days), merchants.profit, merchants.losing_days, ledger.merchants,
    )  # fmt: skip


def withdraw(ledger: Ledger, trade: Trade, world: World) -> None:
    """Let organisers' owners draw a share of what is above their founding assets."""
    floor = round(world.trade.founding_assets * FEN / trade.weight)
    ledger.others["owners"] += kernels.withdraw(floor, float(world.trade.payout_days), ledger.organisers)


def fund_merchants(ledger: Ledger, merchants: Merchants, slots: np.ndarray, world: World) -> None:
    """Give new merchants their deposit and as much again in cash, from their owners."""
    deposit = round(world.shops.deposit * FEN)
    ledger.charge_merchants(slots, np.full(slots.size, -deposit), "owners")
    ledger.move("owners", "deposits", deposit * slots.size)
    merchants.deposit[slots] = deposit


def wind_up(ledger: Ledger, merchants: Merchants, slots: np.ndarray) -> None:
    """Pay out (or write off) cash and deposits of merchants who leave."""
    ledger.charge_merchants(slots, ledger.merchants[slots], "owners")
    ledger.move("deposits", "owners", int(merchants.deposit[slots].sum()))
    merchants.deposit[slots] = 0


def collect_fines(
    ledger: Ledger, merchants: Merchants, slots: np.ndarray, fen: np.ndarray, payee: str
) -> np.ndarray:
    """Take fines (n,) from cash first, then deposits; return what could be collected, in fen."""
    collected = np.zeros(slots.size, dtype=np.int64)
    for i, slot in enumerate(slots):
        cash = int(np.clip(ledger.merchants[slot], 0, fen[i]))
        deposit = int(min(merchants.deposit[slot], fen[i] - cash))
        ledger.merchants[slot] -= cash
        merchants.deposit[slot] -= deposit
        ledger.others["deposits"] -= deposit
        ledger.others[payee] += cash + deposit
        collected[i] = cash + deposit
    return collected
