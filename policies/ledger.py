"""What a seized ledger is used for: sanctions with few false positives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from policies.choices import check_choice
from sim.contract import Act, Verb, case_number, check_parameters, parameter

MERCHANTS: dict[str, tuple[Verb, ...]] = {
    "none": (),
    "zero": (Verb.REMOVE_SALES,),
    "demote": (Verb.REMOVE_SALES, Verb.DEMOTE),
    "close": (Verb.CLOSE,),
}
"""What happens to the merchants named in a ledger."""

WORKERS: dict[str, tuple[Verb, ...]] = {"none": (), "ban": (Verb.BAN,)}
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

    def act(self, observation: Any) -> list[Act]:
        """Sanction the merchants and ban the workers whose names arrived today."""
        ledgers = observation.ledgers
        if ledgers.shop.size == ledgers.account.size == 0:
            return []
        shops = np.unique(ledgers.shop)
        shops = shops[observation.open[shops]]
        cases = case_number(observation.day, observation.identity[shops])
        acts = [
            Act(verb, shops, cases, days=self.demotion_days if verb == Verb.DEMOTE else 0, reason="ledger")
            for verb in MERCHANTS[self.merchants]
        ]
        acts += [self._refer(observation, shops, cases)]
        accounts = np.unique(ledgers.account)
        acts += [Act(v, accounts, days=self.ban_days, who="account") for v in WORKERS[self.workers]]
        return [act for act in acts if act.targets.size]

    def _refer(self, observation: Any, shops: np.ndarray, cases: np.ndarray) -> Act:
        chosen = observation.luck("ledger.refer", observation.identity[shops]) < self.refer_share
        return Act(Verb.SHARE, shops[chosen], cases[chosen], reason="ledger")
