"""What a seized ledger is used for: sanctions with few false positives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from policies.suggest import check_choice
from sim.contract import (
    Act,
    Ban,
    Close,
    Demote,
    Observation,
    RemoveSales,
    Share,
    case_number,
    check_parameters,
    parameter,
)

MERCHANTS = ("none", "zero", "demote", "close")
"""What happens to the merchants named in a ledger."""

WORKERS = ("none", "ban")
"""What happens to the accounts named in a ledger."""


@dataclass
class LedgerUse:
    """The platform acts on the names that a raid brought to light."""

    merchants: str = parameter(
        "zero", "-", None, None, "shatui_shops", "named merchants: none, zero (sales), demote, close"
    )
    demotion_days: int = parameter(30, "days", 1, 3650, "demotion_days", "length of a demotion")
    workers: str = parameter("none", "-", None, None, "assumption", "named accounts: none, ban")
    ban_days: int = parameter(365, "days", 1, 3650, "assumption", "length of a ban")
    refer_share: float = parameter(
        0, "share", 0, 1, "assumption", "named merchants that the platform refers to the regulator"
    )

    actor = "platform"
    reads = ("identity", "open", "ledgers")

    def __post_init__(self) -> None:
        check_parameters(self, "ledger_use")
        check_choice(self.merchants, MERCHANTS, "ledger_use.merchants")
        check_choice(self.workers, WORKERS, "ledger_use.workers")

    def reset(self) -> None:
        """Forget nothing: there is no memory."""

    def act(self, observation: Observation) -> list[Act]:
        """Sanction the merchants and ban the workers whose names arrived today."""
        ledgers = observation.ledgers
        if ledgers.shop.size == ledgers.account.size == 0:
            return []
        shops = np.unique(ledgers.shop)
        shops = shops[observation.open[shops]]
        cases = case_number(observation.day, observation.identity[shops])
        acts = [*self._sanction(shops, cases), self._refer(observation, shops, cases)]
        if self.workers == "ban":
            acts.append(Ban(np.unique(ledgers.account), self.ban_days))
        return [act for act in acts if act.targets.size]

    def _sanction(self, shops: np.ndarray, cases: np.ndarray) -> list[Act]:
        if self.merchants == "close":
            return [Close(shops, cases, reason="ledger")]
        acts: list[Act] = []
        if self.merchants in ("zero", "demote"):
            acts.append(RemoveSales(shops, cases, reason="ledger"))
        if self.merchants == "demote":
            acts.append(Demote(shops, cases, self.demotion_days, reason="ledger"))
        return acts

    def _refer(self, observation: Observation, shops: np.ndarray, cases: np.ndarray) -> Act:
        chosen = observation.luck("ledger.refer", observation.identity[shops]) < self.refer_share
        return Share(shops[chosen], cases[chosen], reason="ledger")
