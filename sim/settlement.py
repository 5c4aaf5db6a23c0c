"""Settle: money moves, every fen from somewhere to somewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.brushing.organisers import Organiser
from sim.brushing.tasks import Tasks
from sim.config import World
from sim.demand import Orders
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
    """What a day's trade came to, in fen: arrays (n_shops,), and sums."""

    turnover: np.ndarray
    genuine_value: int
    brushed_value: int
    platform_revenue: int
    organiser_profit: int
    standing: np.ndarray


def settle(
    ledger: Ledger, orders: Orders, tasks: Tasks, started: np.ndarray, shops: Shops, merchants: Merchants,
    organisers: list[Organiser], world: World,
) -> Accounts:  # fmt: skip
    """Move the money of a day's orders, brushed orders, running costs and withdrawals."""
    kept = ~orders.returned
    turnover = np.bincount(orders.shop[kept], weights=orders.value[kept], minlength=shops.n).astype(np.int64)
    standing = np.bincount(orders.shop[kept], minlength=shops.n)
    everyone = np.flatnonzero(shops.open)
    commission = settle_genuine(ledger, turnover, shops, world)
    fixed = np.full(everyone.size, round(world.shops.fixed_cost * FEN))
    ledger.charge_merchants(everyone, fixed, "suppliers")
    fees = settle_brushing(ledger, tasks, started, organisers, world)
    note_profit(merchants, turnover, shops, world)
    withdraw(ledger, merchants, organisers, shops, world)
    return Accounts(
        turnover=turnover,
        genuine_value=int(turnover.sum()),
        brushed_value=int(tasks.value.sum()),
        platform_revenue=commission + fees[0],
        organiser_profit=fees[1],
        standing=standing,
    )


def settle_genuine(ledger: Ledger, turnover: np.ndarray, shops: Shops, world: World) -> int:
    """Pay merchants for orders that stand, the platform its commission, suppliers the goods."""
    commission = np.rint(turnover * world.shops.commission).astype(np.int64)
    goods = np.rint(turnover * (1 - shops.margin)).astype(np.int64)
    ledger.others["buyers"] -= int(turnover.sum())
    ledger.merchants += turnover - commission - goods
    ledger.others["platform"] += int(commission.sum())
    ledger.others["suppliers"] += int(goods.sum())
    return int(commission.sum())


def settle_brushing(
    ledger: Ledger, tasks: Tasks, started: np.ndarray, organisers: list[Organiser], world: World
) -> tuple[int, int]:
    """Pay workers, organisers, parcels and commission; return commission and organisers' profit in fen.

    The value of a brushed order itself comes back to the merchant, so only its costs move. What
    camouflage costs goes to the workers, who search, browse, chat and send parcels.
    """
    slots = np.flatnonzero(tasks.count)
    value, by = tasks.value[slots], tasks.organiser[slots]
    fee = np.array([o.fee for o in organisers])[by]
    cut = np.rint(value * world.trade.cut).astype(np.int64)
    pay = np.rint(value * fee).astype(np.int64) - cut
    commission = np.rint(value * world.shops.commission).astype(np.int64)
    parcels = np.rint(tasks.count[slots] * world.brushing.parcel_cost * FEN).astype(np.int64)
    pay += np.rint(tasks.count[slots] * tasks.camouflage_price[slots] * FEN).astype(np.int64)
    for fen, payee in ((pay, "workers"), (commission, "platform"), (parcels, "suppliers")):
        ledger.charge_merchants(slots, fen, payee)
    joined = started[tasks.organiser[started] >= 0]
    membership = np.full(joined.size, round(world.trade.membership_fee * FEN))
    income = np.zeros(ledger.organisers.size, dtype=np.int64)
    np.add.at(income, by, cut)
    np.add.at(income, tasks.organiser[joined], membership)
    np.subtract.at(ledger.merchants, slots, cut)
    np.subtract.at(ledger.merchants, joined, membership)
    ledger.organisers += income
    costs = pay_staff(ledger, organisers, np.bincount(by, tasks.count[slots], income.size), world)
    note_gains(organisers, income, np.bincount(by, weights=value, minlength=income.size))
    return int(commission.sum()), int(income.sum()) - costs


def pay_staff(ledger: Ledger, organisers: list[Organiser], orders: np.ndarray, world: World) -> int:
    """Pay staff for the orders (n_organisers,) that they checked; return the sum in fen."""
    total = 0
    for organiser in organisers:
        days_worked = orders[organiser.number] / world.trade.reviews_per_staff
        fen = round(days_worked * world.trade.staff_cost * FEN)
        ledger.charge_organiser(organiser.number, fen, "services")
        total += fen
    return total


def note_gains(organisers: list[Organiser], income: np.ndarray, value: np.ndarray) -> None:
    """Add a day's income and brushed turnover to the organisers' own books."""
    for organiser in organisers:
        organiser.gains += int(income[organiser.number])
        organiser.turnover += int(value[organiser.number])


def note_profit(merchants: Merchants, turnover: np.ndarray, shops: Shops, world: World) -> None:
    """Update each merchant's mean daily profit (30 days, RMB) and its run of losing days."""
    margin = shops.margin - world.shops.commission
    today = turnover / FEN * margin - world.shops.fixed_cost
    merchants.profit += (today - merchants.profit) / 30
    losing = shops.open & (merchants.profit < 0)
    merchants.losing_days = np.where(losing, merchants.losing_days + 1, 0)


def withdraw(
    ledger: Ledger, merchants: Merchants, organisers: list[Organiser], shops: Shops, world: World
) -> None:
    """Let owners draw what the firm does not need: cash above a buffer, a thirtieth a day."""
    buffer = np.rint(np.maximum(merchants.profit, 0) * world.shops.cash_days * FEN)
    spare = np.maximum(ledger.merchants - buffer.astype(np.int64), 0) // 30
    slots = np.flatnonzero(shops.open & (spare > 0))
    ledger.charge_merchants(slots, spare[slots], "owners")
    for organiser in organisers:
        floor = round(world.trade.founding_assets * FEN / organiser.weight)
        surplus = int(ledger.organisers[organiser.number]) - floor
        if surplus > 0:
            ledger.charge_organiser(organiser.number, int(surplus / world.trade.payout_days), "owners")


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
