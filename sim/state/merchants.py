"""Merchants: persons with a purse, a disposition and beliefs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Merchants:
    """Owners of shops, a row each, arrays (n_merchants,); `Shops.owner` says which row a shop belongs to.

    ``cash`` and ``deposit`` are in fen, ``profit`` is the mean daily profit of 30 days, RMB. ``risk`` is the
    perceived risk of a sanction in 30 days at reference intensity, ``gain_belief`` multiplies the gain that
    the ranking rule promises.
    """

    identity: np.ndarray
    opportunist: np.ndarray
    moral_cost: np.ndarray
    risk: np.ndarray
    gain_belief: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray
    profit: np.ndarray
    losing_days: np.ndarray

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.identity.size


def make_merchants(identity: np.ndarray, risk: float) -> Merchants:
    """Return merchants of these identities without traits and without money, who perceive this ``risk``."""
    n = identity.size
    return Merchants(
        identity=identity.copy(),
        opportunist=np.zeros(n, dtype=bool),
        moral_cost=np.zeros(n),
        risk=np.full(n, risk),
        gain_belief=np.ones(n),
        cash=np.zeros(n, dtype=np.int64),
        deposit=np.zeros(n, dtype=np.int64),
        profit=np.zeros(n),
        losing_days=np.zeros(n, dtype=np.int32),
    )
