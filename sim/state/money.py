"""Money, in fen: every movement has two sides."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.parameters import ShopParameters
from sim.state.merchants import Merchants, clear_debts
from sim.state.trade import Trade
from sim.state.units import FEN, NEVER

PARTIES = "buyers", "platform", "suppliers", "workers", "state", "owners", "services", "deposits"


@dataclass
class Money:
    """Balances of all parties that are no single merchant or organiser, whose cash stands in their own rows.

    Together with those all balances are zero on every evening (`total`).
    """

    balances: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTIES, 0))

    def total(self, merchants: Merchants, trade: Trade) -> int:
        """Return the sum of all balances; zero if no fen was lost or made."""
        return int(merchants.cash.sum()) + int(trade.cash.sum()) + sum(self.balances.values())

    def receive(self, payee: str, fen: int) -> None:
        """Add to a balance what kernels or callers took from others."""
        self.balances[payee] += int(fen)

    def move(self, payer: str, payee: str, fen: int) -> None:
        """Move ``fen`` between two parties."""
        self.balances[payer] -= int(fen)
        self.balances[payee] += int(fen)

    def charge_merchants(self, merchants: Merchants, rows: np.ndarray, fen: np.ndarray, payee: str) -> None:
        """Move ``fen`` (n,) from the merchants of ``rows`` (n,) to ``payee``; negative pays them."""
        np.subtract.at(merchants.cash, rows, fen)
        self.balances[payee] += int(fen.sum())

    def charge_organiser(self, trade: Trade, place: int, fen: int, payee: str) -> None:
        """Move ``fen`` from an organiser to ``payee``."""
        trade.cash[place] -= fen
        self.balances[payee] += int(fen)

    def collect_fine(self, merchants: Merchants, row: int, fen: int, payee: str, reach: float) -> int:
        """Take a fine from cash, then the deposit, then the owner; the rest is owed. Return what came.

        Within ``reach``, a share, is what the owner has drawn. All in fen.
        """
        cash = int(np.clip(merchants.cash[row], 0, fen))
        deposit = int(min(merchants.deposit[row], fen - cash))
        owner = min(int(reach * max(int(merchants.drawn[row]), 0)), fen - cash - deposit)
        merchants.cash[row] -= cash
        merchants.deposit[row] -= deposit
        merchants.drawn[row] -= owner
        self.receive(payee, cash)
        self.move("deposits", payee, deposit)
        self.move("owners", payee, owner)
        merchants.owed(payee)[row] += fen - cash - deposit - owner
        return cash + deposit + owner

    def return_fine(self, merchants: Merchants, row: int, fen: int, payee: str) -> int:
        """Take a fine back: forgive what is still owed, pay the rest in cash; return what was paid, fen."""
        owed = merchants.owed(payee)
        forgiven = int(min(owed[row], fen))
        owed[row] -= forgiven
        merchants.cash[row] += fen - forgiven
        self.receive(payee, forgiven - fen)
        return fen - forgiven


def whole_deposit(parameters: ShopParameters) -> int:
    """Return the deposit that a merchant must have with the platform, in fen."""
    return round(parameters.deposit * FEN)


def pay_in(money: Money, merchants: Merchants, rows: np.ndarray, deposit: int) -> int:
    """Let owners of merchants pay fines owed and fill up the ``deposit``, fen; return what paid fines."""
    missing = deposit - merchants.deposit[rows]
    fines = {payee: merchants.owed(payee)[rows] for payee in ("platform", "state")}
    merchants.drawn[rows] -= missing + fines["platform"] + fines["state"]
    for payee, fen in {**fines, "deposits": missing}.items():
        money.move("owners", payee, int(fen.sum()))
    merchants.deposit[rows] = deposit
    for payee in fines:
        merchants.owed(payee)[rows] = 0
    merchants.short_since[rows] = NEVER
    return int(fines["platform"].sum() + fines["state"].sum())


def fund_merchants(money: Money, merchants: Merchants, rows: np.ndarray, deposit: int) -> None:
    """Give new merchants, who owe nothing, their ``deposit``, fen, and as much in cash, from their owners."""
    money.charge_merchants(merchants, rows, np.full(rows.size, -deposit), "owners")
    money.move("owners", "deposits", deposit * rows.size)
    merchants.deposit[rows] = deposit
    clear_debts(merchants, rows)


def wind_up(money: Money, merchants: Merchants, rows: np.ndarray) -> None:
    """Pay out cash and deposits of merchants who leave; debts, and what fines they owe, are written off."""
    money.charge_merchants(merchants, rows, merchants.cash[rows], "owners")
    money.move("deposits", "owners", int(merchants.deposit[rows].sum()))
    merchants.deposit[rows] = 0
    clear_debts(merchants, rows)


def fund_organiser(money: Money, trade: Trade, place: int) -> None:
    """Give a new organiser its founding assets; what the last founder left goes to its owner."""
    money.charge_organiser(trade, place, int(trade.cash[place]), "owners")
    founding = round(trade.parameters.founding_assets * FEN / trade.weight)
    money.charge_organiser(trade, place, -founding, "owners")
