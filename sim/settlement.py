"""Settle: money moves, every fen from somewhere to somewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.brushing.organisers import Organiser
from sim.brushing.tasks import Tasks
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
    organisers: list[Organiser], world: World,
) -> Accounts:  # fmt: skip
    """Move the money of a day's orders, brushed orders, running costs and withdrawals."""
    commission = settle_genuine(ledger, sales.turnover, shops, world)
    fixed_cost = round(world.shops.fixed_cost * FEN)
    ledger.merchants -= fixed_cost * shops.open
    ledger.others["suppliers"] += fixed_cost * int(np.count_nonzero(shops.open))
    fees, profit = settle_brushing(ledger, tasks, started, organisers, world)
    close_books(ledger, merchants, sales.turnover, shops, world)
    withdraw(ledger, organisers, world)
    return Accounts(
        genuine_value=int(sales.turnover.sum()),
        brushed_value=int(tasks.value.sum()),
        platform_revenue=commission + fees,
        organiser_profit=profit,
    )


def settle_genuine(ledger: Ledger, turnover: np.ndarray, shops: Shops, world: World) -> int:
    """Pay merchants for orders that stand, the platform its commission, suppliers the goods."""
    commission, goods = kernels.pay_for_goods(
        turnover, shops.margin, float(world.shops.commission), ledger.merchants
    )
    ledger.others["buyers"] -= int(turnover.sum())
    ledger.others["platform"] += commission
    ledger.others["suppliers"] += goods
    return commission


def settle_brushing(
    ledger: Ledger, tasks: Tasks, started: np.ndarray, organisers: list[Organiser], world: World
) -> tuple[int, int]:
    """Pay workers, organisers, parcels and commission; return commission and organisers' profit in fen.

    The value of a brushed order itself comes back to the merchant, so only its costs move. What
    camouflage costs goes to the workers, who search, browse, chat and send parcels.
    """
    income, count, value = (np.zeros(len(organisers), dtype=np.int64) for _ in range(3))
    wages, commission, parcels = kernels.charge_campaigns(
        started, tasks.count, tasks.value, tasks.organiser, tasks.camouflage_price,
        np.array([o.fee for o in organisers], dtype=float), round(world.trade.membership_fee * FEN),
        float(world.trade.cut), float(world.shops.commission), float(world.brushing.parcel_cost),
        ledger.merchants, income, count, value,
    )  # fmt: skip
    for payee, fen in (("workers", wages), ("platform", commission), ("suppliers", parcels)):
        ledger.others[payee] += fen
    ledger.organisers += income
    costs = pay_staff(ledger, count, world)
    note_gains(organisers, income, value)
    return commission, int(income.sum()) - costs


def pay_staff(ledger: Ledger, orders: np.ndarray, world: World) -> int:
    """Pay staff for the orders (n_organisers,) that they checked; return the sum in fen."""
    days_worked = orders / world.trade.reviews_per_staff
    fen = np.rint(days_worked * world.trade.staff_cost * FEN).astype(np.int64)
    ledger.organisers -= fen
    total = int(fen.sum())
    ledger.others["services"] += total
    return total


def note_gains(organisers: list[Organiser], income: np.ndarray, value: np.ndarray) -> None:
    """Add a day's income and brushed turnover to the organisers' own books."""
    for organiser, gains, turnover in zip(organisers, income.tolist(), value.tolist(), strict=True):
        organiser.gains += gains
        organiser.turnover += turnover


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


def withdraw(ledger: Ledger, organisers: list[Organiser], world: World) -> None:
    """Let organisers' owners draw a share of what is above their founding assets."""
    floor = round(world.trade.founding_assets * FEN / organisers[0].weight)  # all organisers weigh the same
    surplus = np.maximum(ledger.organisers - floor, 0)
    fen = (surplus / world.trade.payout_days).astype(np.int64)
    ledger.organisers -= fen
    ledger.others["owners"] += int(fen.sum())


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
