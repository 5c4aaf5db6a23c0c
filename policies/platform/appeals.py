"""Appeals of sanctioned shops: heard late, mostly won by the innocent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from policies.queues import Docket, Queue, Quota, among, opened_on, present
from sim.contract import NONE, Act, Compensate, Hear, Observation, Reinstate, check_parameters, parameter

FASTEST = 2
"""Days from filing to restoration in any case: heard that evening, found the next, effective after it."""


@dataclass
class Appeals:
    """The platform's appeal desk."""

    delay_days: int = parameter(
        5, "days", FASTEST, 365, "appeal_delay", "filing to restoration when staff is free"
    )
    staff_per_100k_shops: float | None = parameter(
        None, "staff", 0, 100_000, "assumption", "people who hear appeals; null: as many as are needed"
    )
    hearings_per_staff_day: float = parameter(15, "1/day", 0.1, 1000, "assumption", "appeals that one hears")
    hearing_effort: float = parameter(
        1, "-", 0.01, 10, "assumption", "effort of a hearing: an error has its chance to the power of it"
    )
    restitution_rmb_per_day: float = parameter(
        0, "RMB/day", 0, 1e6, "assumption", "paid to a shop that wins, for each day since its sanction"
    )

    actor = "platform"
    reads = ("identity", "appeals", "findings", "days_since_sanction")

    def __post_init__(self) -> None:
        check_parameters(self, "appeals")

    def reset(self) -> None:
        """Forget every appeal."""
        self._filed = Docket("shop", "case")
        self._waiting = Queue()
        self._quota = Quota()
        self._heard = NONE

    def act(self, observation: Observation) -> list[Act]:
        """Restore shops that won yesterday, then hear the appeals that are due."""
        acts = self._restore(observation)
        appeals, due = observation.appeals, observation.day + self.delay_days - FASTEST
        self._filed.enter(due, shop=appeals.shop, case=appeals.case)
        acts += self._hear(observation)
        return [act for act in acts if act.targets.size]

    def _hear(self, observation: Observation) -> list[Act]:
        hearings, waiting, self._heard = self._hearings(observation), self._waiting, NONE
        called = self._filed.call(observation.day)
        if called:
            shop, case = called["shop"].astype(np.int64), called["case"].astype(np.int64)
            waiting.add(shop, case, np.zeros(case.size))
        if len(waiting) == 0:
            return []
        waiting.keep(present(observation, waiting.shop, waiting.case))
        luck = observation.luck("appeals.queue", observation.identity[waiting.shop])
        shop, self._heard = waiting.take(hearings, -1.0 * opened_on(waiting.case), luck)
        return [Hear(shop, self._heard, self.hearing_effort)]

    def _hearings(self, observation: Observation) -> int | None:
        """Return how many appeals can be heard today; None without limit."""
        if self.staff_per_100k_shops is None:
            return None
        staff = self.staff_per_100k_shops * observation.n_shops / 100_000
        return self._quota.today(staff * self.hearings_per_staff_day)

    def _restore(self, observation: Observation) -> list[Act]:
        found = observation.findings
        if found.case.size == 0:
            return []
        won = (found.kind == "appeal") & ~found.guilty & among(found.case, self._heard)
        won &= present(observation, found.shop, found.case)
        shop, case = found.shop[won], found.case[won]
        acts: list[Act] = [Reinstate(shop, case, reason="appeal won")]
        if self.restitution_rmb_per_day > 0:
            lost = np.nan_to_num(observation.days_since_sanction[shop, 0], posinf=0.0)
            acts.append(Compensate(shop, self.restitution_rmb_per_day * lost, case))
        return acts
