"""The market regulator: raids on organisers, fines by law preset for organisers and shops."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from policies.queues import Docket, opened_on, present
from policies.regulator.laws import Law, Offences
from sim.contract import (
    Act,
    Counts,
    Fine,
    FineOrganisers,
    Investigate,
    Observation,
    Raid,
    check_parameters,
    parameter,
)

MONTH = 2
"""Row of the traces that counts 30 days."""


@dataclass
class Regulator:
    """One market regulator; what it costs and fines is in real RMB."""

    raids_per_year: float = parameter(0.05, "1/year", 0, 365, "raid_hazard", "raids on one organiser")
    raid_cost: float = parameter(50_000, "RMB", 0, 1e7, "unit_costs", "cost of one raid")
    fine_delay_days: int = parameter(98, "days", 0, 3650, "shatui_fine_delay", "raid to the organiser's fine")
    mitigation: float | None = parameter(
        None,
        "share",
        0,
        1,
        "assumption",
        "share of the ceiling paid, whatever the floor; null: the law's own",
    )
    serious_gains_rmb: float | None = parameter(
        1e6, "RMB", 0, 1e12, "serious_gains", "organisers' cases are serious above such gains; null: none is"
    )
    serious_shop_share: float = parameter(
        0, "share", 0, 1, "assumption", "cases of shops that are treated as serious"
    )
    shop_fine_share: float = parameter(1, "share", 0, 1, "assumption", "shops referred that are fined")
    shop_fine_delay_days: int = parameter(30, "days", 0, 3650, "assumption", "referral to the shop's fine")
    fine_rmb: float | None = parameter(
        None, "RMB", 0, 1e9, "assumption", "fine of a shop; null: the law's ceiling times the mitigation"
    )
    shop_fine_cost: float = parameter(300, "RMB", 0, 1e6, "assumption", "cost of fining one shop")
    law: Law = field(default_factory=Law)

    actor = "regulator"
    reads = ("identity", "organisers", "raids", "referrals", "findings", "traces")

    def __post_init__(self) -> None:
        check_parameters(self, "regulator")

    def reset(self) -> None:
        """Forget all proceedings."""
        self._organisers = Docket("organiser", "amount")
        self._shops = Docket("shop", "case")

    def act(self, observation: Observation) -> list[Act]:
        """Fine what is due, open proceedings on what is new, raid whom it knows, look for others."""
        self._open_against_organisers(observation)
        self._open_against_shops(observation)
        acts = self._raid(observation) + self._fine_organisers(observation) + self._fine_shops(observation)
        return self._investigate(observation) + [act for act in acts if act.targets.size]

    def _investigate(self, observation: Observation) -> list[Act]:
        """Look for organisers; whom it finds is raided tomorrow."""
        effort = self.raids_per_year * observation.ramp / 365
        return [Investigate(effort)] if effort > 0 else []

    def _raid(self, observation: Observation) -> list[Act]:
        return [Raid(observation.organisers, cost=self.raid_cost)]

    def _open_against_organisers(self, observation: Observation) -> None:
        """Set the fine from what the ledger says; every order that it organised is a violation."""
        raids = observation.raids
        if raids.organiser.size == 0 or not self.law.in_time(self.fine_delay_days + 1):
            return
        orders = raids.turnover / mean_order_value(observation.traces)
        serious = raids.gains > (np.inf if self.serious_gains_rmb is None else self.serious_gains_rmb)
        offences = Offences(orders, raids.gains, raids.gains, serious)
        amount = self.law.fine("organiser", offences, self.mitigation) + self.law.confiscation * raids.gains
        self._organisers.enter(
            observation.day + self.fine_delay_days, organiser=raids.organiser, amount=amount
        )

    def _fine_organisers(self, observation: Observation) -> list[Act]:
        due = self._organisers.call(observation.day)
        if not due:
            return []
        organisers, first = np.unique(due["organiser"].astype(np.int64), return_index=True)
        return [FineOrganisers(organisers, due["amount"][first], reason="raid")]

    def _open_against_shops(self, observation: Observation) -> None:
        """Note the shops that somebody referred; forget those that have won their appeal."""
        referrals, found = observation.referrals, observation.findings
        if found.case.size:
            self._shops.strike_out("case", found.case[(found.kind == "appeal") & ~found.guilty])
        if referrals.shop.size == 0:
            return
        theirs = referrals.shop >= 0
        theirs[theirs] = referrals.sender[theirs] != self.actor
        shop, first = np.unique(referrals.shop[theirs], return_index=True)
        case = referrals.case[theirs][first]
        share = self.shop_fine_share * observation.ramp
        chosen = observation.luck("regulator.fine", observation.identity[shop]) < share
        self._shops.enter(observation.day + self.shop_fine_delay_days, shop=shop[chosen], case=case[chosen])

    def _fine_shops(self, observation: Observation) -> list[Act]:
        due = self._shops.call(observation.day)
        if not due:
            return []
        shop, case = due["shop"].astype(np.int64), due["case"].astype(np.int64)
        case, first = np.unique(case, return_index=True)
        here = present(observation, shop[first], case) & self.law.in_time(observation.day - opened_on(case))
        shop, case = shop[first][here], case[here]
        amount = self._shop_fine(observation, shop)
        return [Fine(shop, case, amount, cost=self.shop_fine_cost, reason="referral")]

    def _shop_fine(self, observation: Observation, shop: np.ndarray) -> np.ndarray:
        """Return the fines in RMB; provable violations are the flagged parcels of the last 30 days."""
        if self.fine_rmb is not None:
            return np.full(shop.size, float(self.fine_rmb))
        traces = observation.traces
        turnover = traces.turnover[MONTH][shop] * (365 / 30)
        luck = observation.luck("regulator.serious", observation.identity[shop])
        serious, unknown = luck < self.serious_shop_share, np.zeros(shop.size)
        offences = Offences(traces.flagged_parcels[MONTH][shop], turnover, unknown, serious)
        return self.law.fine("shop", offences, self.mitigation)


def mean_order_value(traces: Counts) -> float:
    """Return the market's mean order value of the month in RMB, at least 1.

    Whole fen are added up, exactly, so that it does not depend on the order of the shops.
    """
    turnover = float(np.rint(traces.turnover[MONTH] * 100).sum()) / 100
    return max(turnover / max(float(traces.orders[MONTH].sum()), 1.0), 1.0)
