"""Detection by the platform: risk → flag → case → review or automatic sanction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from policies.choices import check_choice
from policies.detector_names import find_detector
from policies.detectors import READS, BurstRules
from policies.queues import Queue, Quota, opened_on, present
from policies.sanctions import Ladder
from sim.contract import NONE, Act, Verb, case_identity, case_number, check_parameters, parameter

MODES = ("automatic", "reviewed")
DISCIPLINES = ("risk", "oldest", "random")
OWN_READS: tuple[str, ...] = (
    "age", "identity", "open", "days_since_case", "days_since_sanction", "findings", "referrals",
)  # fmt: skip
"""What `Detection` reads beside what its detector declares."""


class Confirmed(NamedTuple):
    """Cases to be sanctioned today; intensity in found brushed orders a day."""

    shop: np.ndarray
    case: np.ndarray
    intensity: np.ndarray


@dataclass
class Detection:
    """Flag shops above a threshold, and act on a share of the cases; the ramp scales that share."""

    detector: str = parameter(
        "burst_rules", "-", None, None, "assumption",
        "burst_rules, fitted, orders_per_account, random_audit, or one that is brought",
    )  # fmt: skip
    burst_rules: BurstRules = field(default_factory=BurstRules)
    threshold: float = parameter(0.5, "risk", 0, 1.01, "assumption", "a shop above it is flagged; 1.01: none")
    flags_per_1000_week: float | None = parameter(
        None, "1/(1000 shops x week)", 0, 1000, "assumption",
        "new flags wanted; when set, the threshold adapts daily to bring them",
    )  # fmt: skip
    cooldown_days: int = parameter(30, "days", 0, 3650, "assumption", "no new case on a shop for so long")
    exempt_age_days: int = parameter(0, "days", 0, 3650, "assumption", "younger shops are not flagged")
    mode: str = parameter("reviewed", "-", None, None, "assumption", "automatic or reviewed")
    acted_share: float = parameter(0.025, "share of cases", 0, 1, "acted_share", "cases that are acted on")
    reviewers_per_100k_shops: float | None = parameter(
        None, "reviewers", 0, 100_000, "assumption", "reviewers; null: as many as are needed"
    )
    reviews_per_reviewer_day: float = parameter(
        30, "1/day", 0.1, 1000, "assumption", "reviews by one of them"
    )
    discipline: str = parameter("risk", "-", None, None, "assumption", "of the queue: risk, oldest, random")
    sensitivity: float = parameter(0.9, "probability", 0, 1, "review_correct", "a review finds a brusher")
    specificity: float = parameter(0.9, "probability", 0, 1, "review_correct", "a review clears an innocent")
    review_cost: float = parameter(30, "RMB", 0, 10_000, "unit_costs", "cost of one review")
    publish_days: int | None = parameter(
        30, "days", 1, 3650, "assumption", "sanctioned shops are published this often; null: never"
    )
    refer_share: float = parameter(
        0, "share", 0, 1, "assumption", "confirmed cases that are shared with the regulator"
    )
    ladder: Ladder = field(default_factory=Ladder)

    actor = "platform"
    reads = OWN_READS

    def __post_init__(self) -> None:
        check_parameters(self, "detection")
        check_choice(self.mode, MODES, "detection.mode")
        check_choice(self.discipline, DISCIPLINES, "detection.discipline")
        self._detector = find_detector(self.detector, self.burst_rules, "detection.detector")
        its_own = getattr(self._detector, "reads", READS)
        self.reads = tuple(dict.fromkeys([*its_own, *OWN_READS]))

    def reset(self) -> None:
        """Forget the queue, the reviews under way, the unpublished sanctions, the adapted threshold."""
        if hasattr(self._detector, "reset"):
            self._detector.reset()
        self._queue = Queue()
        self._reviews, self._flags = Quota(), Quota()
        self._under_review = NONE
        self._sanctioned: list[np.ndarray] = []
        self._line = np.inf

    def act(self, observation: Any) -> list[Act]:
        """Screen, flag, review, sanction, refer and publish."""
        risk = self._detector.score(observation)
        shops, acts = self._flag(observation, risk)
        cases = case_number(observation.day, observation.identity[shops])
        chosen = observation.luck("detection.act", observation.identity[shops]) < self._acted(observation)
        shops, cases = shops[chosen], cases[chosen]
        if self.mode == "automatic":
            confirmed = Confirmed(shops, cases, np.zeros(shops.size))
        else:
            confirmed = self._found(observation)
            acts += self._review(observation, risk, shops, cases)
        acts += self.ladder.sanction(observation, *confirmed)
        acts += [self._refer(observation, confirmed), *self._publish(observation, confirmed)]
        return [act for act in acts if act.targets.size or act.verb in (Verb.BOUND, Verb.SCREEN)]

    def _acted(self, observation: Any) -> float:
        return self.acted_share * observation.ramp

    def _flag(self, observation: Any, risk: np.ndarray) -> tuple[np.ndarray, list[Act]]:
        """Return the shops flagged today, and the acts that say so."""
        may = observation.open & (observation.days_since_case >= self.cooldown_days)
        may &= observation.age >= self.exempt_age_days
        line, flag_today = self._threshold(observation.n_shops, risk[may])
        above = observation.open & (risk > line)
        flagged = np.flatnonzero(above & may) if flag_today else NONE
        cases = case_number(observation.day, observation.identity[flagged])
        return flagged, [Act(Verb.SCREEN, np.flatnonzero(above)), Act(Verb.FLAG, flagged, cases)]

    def _threshold(self, n_shops: int, risk: np.ndarray) -> tuple[float, bool]:
        """Return today's threshold, given the risk of the shops that may be flagged; whether to flag."""
        if self.flags_per_1000_week is None:
            return self.threshold, True
        number = min(self._flags.today(self.flags_per_1000_week * n_shops / 7000), risk.size)
        if number:
            highest = np.partition(risk, risk.size - number)[risk.size - number]
            self._line = np.nextafter(highest, -1)
        return self._line, number > 0

    def _review(self, observation: Any, risk: np.ndarray, shops: np.ndarray, cases: np.ndarray) -> list[Act]:
        """Let new cases and tips wait, and review as many as the reviewers can."""
        queue = self._queue
        queue.keep(observation.open[queue.shop] & present(observation, queue.shop, queue.case))
        self._enqueue(shops, cases, risk)
        self._enqueue(*self._tips(observation), risk)
        capacity = self._capacity(observation.n_shops)
        luck = observation.luck("detection.queue", observation.identity[queue.shop])
        shop, self._under_review = queue.take(capacity, self._urgency(), luck)
        terms = {"sensitivity": self.sensitivity, "specificity": self.specificity}
        acts = [Act(Verb.REVIEW, shop, self._under_review, cost=self.review_cost, terms=terms)]
        if len(queue):
            acts.append(Act(Verb.BOUND, terms={"waiting": float(len(queue)), "capacity": float(shop.size)}))
        return acts

    def _enqueue(self, shops: np.ndarray, cases: np.ndarray, risk: np.ndarray) -> None:
        """Add cases, but only one for each shop."""
        new = ~np.isin(shops, self._queue.shop)
        self._queue.add(shops[new], cases[new], risk[shops[new]])

    def _tips(self, observation: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return shops and cases that somebody else shared."""
        told = observation.referrals
        theirs = (told.sender != self.actor) & present(observation, told.shop, told.case)
        shops, first = np.unique(told.shop[theirs], return_index=True)
        return shops, told.case[theirs][first]

    def _capacity(self, n_shops: int) -> int | None:
        if self.reviewers_per_100k_shops is None:
            return None
        reviewers = self.reviewers_per_100k_shops * n_shops / 100_000
        return self._reviews.today(reviewers * self.reviews_per_reviewer_day)

    def _urgency(self) -> np.ndarray:
        """Return what the queue is ordered by, largest first."""
        if self.discipline == "oldest":
            return -1.0 * opened_on(self._queue.case)
        return self._queue.risk if self.discipline == "risk" else np.zeros(len(self._queue))

    def _found(self, observation: Any) -> Confirmed:
        """Return the cases that yesterday's reviews found guilty."""
        found = observation.findings
        guilty = (found.kind == "review") & found.guilty & np.isin(found.case, self._under_review)
        guilty &= present(observation, found.shop, found.case)
        guilty[guilty] = observation.open[found.shop[guilty]]
        return Confirmed(found.shop[guilty], found.case[guilty], found.intensity[guilty])

    def _refer(self, observation: Any, confirmed: Confirmed) -> Act:
        luck = observation.luck("detection.refer", case_identity(confirmed.case))
        chosen = luck < self.refer_share
        return Act(Verb.SHARE, confirmed.shop[chosen], confirmed.case[chosen], reason="confirmed")

    def _publish(self, observation: Any, confirmed: Confirmed) -> list[Act]:
        """Publish the shops sanctioned since the last list that still exist."""
        if self.publish_days is None:
            return []
        self._sanctioned.append(case_identity(confirmed.case))
        if (observation.day + 1) % self.publish_days:
            return []
        listed = np.flatnonzero(np.isin(observation.identity, np.concatenate(self._sanctioned)))
        self._sanctioned = []
        return [Act(Verb.ANNOUNCE, listed, terms={"salience": 1.0}, reason="published list")]
