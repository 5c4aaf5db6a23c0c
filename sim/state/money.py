"""Money, in fen: every movement has two sides."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.state.merchants import Merchants
from sim.state.trade import Trade
from sim.state.units import FEN

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

    def collect_fines(
        self, merchants: Merchants, rows: np.ndarray, fen: np.ndarray, payee: str
    ) -> np.ndarray:
        """Take fines (n,) from cash first, then deposits; return what could be collected, in fen."""
        collected = np.zeros(rows.size, dtype=np.int64)
        for i, row in enumerate(rows):
            cash = int(np.clip(merchants.cash[row], 0, fen[i]))
            deposit = int(min(merchants.deposit[row], fen[i] - cash))
            merchants.cash[row] -= cash
            merchants.deposit[row] -= deposit
            self.move("deposits", payee, deposit)
            self.receive(payee, cash)
            collected[i] = cash + deposit
        return collected


def fund_merchants(money: Money, merchants: Merchants, rows: np.ndarray, deposit_rmb: float) -> None:
    """Give new merchants their deposit and as much again in cash, from their owners."""
    deposit = round(deposit_rmb * FEN)
    money.charge_merchants(merchants, rows, np.full(rows.size, -deposit), "owners")
    money.move("owners", "deposits", deposit * rows.size)
    merchants.deposit[rows] = deposit


def wind_up(money: Money, merchants: Merchants, rows: np.ndarray) -> None:
    """Pay out (or write off) cash and deposits of merchants who leave."""
    money.charge_merchants(merchants, rows, merchants.cash[rows], "owners")
    money.move("deposits", "owners", int(merchants.deposit[rows].sum()))
    merchants.deposit[rows] = 0


def fund_organiser(money: Money, trade: Trade, place: int) -> None:
    """Give a new organiser its founding assets; what the last founder left goes to its owner."""
    money.charge_organiser(trade, place, int(trade.cash[place]), "owners")
    founding = round(trade.parameters.founding_assets * FEN / trade.weight)
    money.charge_organiser(trade, place, -founding, "owners")
