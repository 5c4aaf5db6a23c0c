"""Merchants: persons with a purse, a disposition and beliefs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.state.units import NEVER, never


@dataclass
class Merchants:
    """Owners of shops, a row each, arrays (n_merchants,); `Shops.owner` says which row a shop belongs to.

    ``cash``, ``deposit``, fines still owed to the platform and the state, and what the owner has ``drawn``
    are in fen, ``short_since`` is the day since when something is owed or missing in the deposit, ``profit``
    is the mean daily profit of 30 days, RMB. ``risk`` is the hazard of a sanction in 30 days that brushing at
    reference intensity is believed to add, ``blameless_risk`` the one that is believed to hit also who does
    not brush, ``gain_belief`` multiplies the gain that the ranking rule promises.
    """

    identity: np.ndarray
    opportunist: np.ndarray
    moral_cost: np.ndarray
    risk: np.ndarray
    blameless_risk: np.ndarray
    gain_belief: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray
    owed_platform: np.ndarray
    owed_state: np.ndarray
    drawn: np.ndarray
    short_since: np.ndarray
    profit: np.ndarray
    losing_days: np.ndarray

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.identity.size

    def owed(self, payee: str) -> np.ndarray:
        """Return the fines that merchants still owe to the platform or the state, a view, in fen."""
        return {"platform": self.owed_platform, "state": self.owed_state}[payee]


def make_merchants(identity: np.ndarray, risk: float, blameless_risk: float) -> Merchants:
    """Return merchants of these identities without traits and without money, who perceive these risks."""
    n = identity.size
    return Merchants(
        identity=identity.copy(),
        opportunist=np.zeros(n, dtype=bool),
        moral_cost=np.zeros(n),
        risk=np.full(n, risk),
        blameless_risk=np.full(n, blameless_risk),
        gain_belief=np.ones(n),
        cash=np.zeros(n, dtype=np.int64),
        deposit=np.zeros(n, dtype=np.int64),
        owed_platform=np.zeros(n, dtype=np.int64),
        owed_state=np.zeros(n, dtype=np.int64),
        drawn=np.zeros(n, dtype=np.int64),
        short_since=never(n),
        profit=np.zeros(n),
        losing_days=np.zeros(n, dtype=np.int32),
    )


def clear_debts(merchants: Merchants, rows: np.ndarray) -> None:
    """Let the merchants of ``rows`` owe nothing and their owners have drawn nothing."""
    for array in (merchants.owed_platform, merchants.owed_state, merchants.drawn):
        array[rows] = 0
    merchants.short_since[rows] = NEVER
