"""Detection by the platform: risk → flag → case → review or automatic sanction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from policies.detectors import READS, BurstRules
from policies.detectors.names import find_detector
from policies.platform.ladder import Ladder
from policies.queues import Queue, Quota, among, opened_on, present
from policies.suggest import check_choice
from sim.contract import (
    NONE,
    Act,
    Announce,
    Bound,
    Flag,
    Observation,
    Review,
    Screen,
    Share,
    case_identity,
    case_number,
    check_parameters,
    parameter,
)

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


NOBODY = Confirmed(NONE, NONE, np.zeros(0))


@dataclass
class Detection:
    """Flag shops above a threshold, and act on a share of the cases; the ramp scales that share."""

    detector: str = parameter(
        "burst_rules",
        "-",
        None,
        None,
        "assumption",
        "burst_rules, fitted, orders_per_account, random_audit, or one that is brought",
    )
    burst_rules: BurstRules = field(default_factory=BurstRules)
    threshold: float = parameter(0.5, "risk", 0, 1.01, "assumption", "a shop above it is flagged; 1.01: none")
    flags_per_1000_week: float | None = parameter(
        None,
        "1/(1000 shops x week)",
        0,
        1000,
        "assumption",
        "new flags wanted; when set, the threshold adapts daily to bring them",
    )
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
    review_effort: float = parameter(
        1, "-", 0.01, 10, "assumption", "effort of a review: an error has its chance to the power of it"
    )
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

    def act(self, observation: Observation) -> list[Act]:
        """Screen, flag, review, sanction, refer and publish."""
        risk = self._detector.score(observation)
        shops, cases, acts = self._flag(observation, risk)
        if shops.size:
            chosen = observation.luck("detection.act", observation.identity[shops]) < self._acted(observation)
            shops, cases = shops[chosen], cases[chosen]
        if self.mode == "automatic":
            confirmed = Confirmed(shops, cases, np.zeros(shops.size))
        else:
            confirmed = self._found(observation)
            acts += self._review(observation, risk, shops, cases)
        if confirmed.shop.size:
            acts += self.ladder.sanction(observation, *confirmed)
            acts.append(self._refer(observation, confirmed))
        acts += self._publish(observation, confirmed)
        return [act for act in acts if act.targets.size or isinstance(act, (Bound, Screen))]

    def _acted(self, observation: Observation) -> float:
        return self.acted_share * observation.ramp

    def _flag(self, observation: Observation, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[Act]]:
        """Return shops and cases flagged today, and the acts that say so."""
        line, flag_today = self._threshold(observation, risk)
        above = np.flatnonzero(observation.open & (risk > line))
        flagged = above[self._may_be_flagged(observation, above)] if flag_today else NONE
        cases = case_number(observation.day, observation.identity[flagged])
        return flagged, cases, [Screen(above), Flag(flagged, cases)]

    def _may_be_flagged(self, observation: Observation, shops: np.ndarray) -> np.ndarray:
        """Tell of open shops which are old enough, and have had no case lately."""
        rested = observation.days_since_case[shops] >= self.cooldown_days
        return rested & (observation.age[shops] >= self.exempt_age_days)

    def _threshold(self, observation: Observation, risk: np.ndarray) -> tuple[float, bool]:
        """Return today's threshold, and whether to flag."""
        if self.flags_per_1000_week is None:
            return self.threshold, True
        shops = np.flatnonzero(observation.open)
        risk = risk[shops[self._may_be_flagged(observation, shops)]]
        number = min(self._flags.today(self.flags_per_1000_week * observation.n_shops / 7000), risk.size)
        if number:
            highest = np.partition(risk, risk.size - number)[risk.size - number]
            self._line = np.nextafter(highest, -1)
        return self._line, number > 0

    def _review(
        self, observation: Observation, risk: np.ndarray, shops: np.ndarray, cases: np.ndarray
    ) -> list[Act]:
        """Let new cases and tips wait, and review as many as the reviewers can."""
        queue, capacity = self._queue, self._capacity(observation.n_shops)
        if len(queue):
            queue.keep(observation.open[queue.shop] & present(observation, queue.shop, queue.case))
        self._enqueue(shops, cases, risk)
        self._enqueue(*self._tips(observation), risk)
        if not len(queue):
            self._under_review = NONE
            return []
        luck = observation.luck("detection.queue", observation.identity[queue.shop])
        shop, self._under_review = queue.take(capacity, self._urgency(), luck)
        acts: list[Act] = [Review(shop, self._under_review, self.review_effort)]
        if len(queue):
            acts.append(Bound(waiting=float(len(queue)), capacity=float(shop.size)))
        return acts

    def _enqueue(self, shops: np.ndarray, cases: np.ndarray, risk: np.ndarray) -> None:
        """Add cases, but only one for each shop."""
        if shops.size == 0:
            return
        new = ~among(shops, self._queue.shop)
        self._queue.add(shops[new], cases[new], risk[shops[new]])

    def _tips(self, observation: Observation) -> tuple[np.ndarray, np.ndarray]:
        """Return shops and cases that somebody else shared."""
        told = observation.referrals
        if told.shop.size == 0:
            return NONE, NONE
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

    def _found(self, observation: Observation) -> Confirmed:
        """Return the cases that yesterday's reviews found guilty."""
        found = observation.findings
        if found.case.size == 0:
            return NOBODY
        guilty = (found.kind == "review") & found.guilty & among(found.case, self._under_review)
        guilty &= present(observation, found.shop, found.case)
        guilty[guilty] = observation.open[found.shop[guilty]]
        return Confirmed(found.shop[guilty], found.case[guilty], found.intensity[guilty])

    def _refer(self, observation: Observation, confirmed: Confirmed) -> Act:
        luck = observation.luck("detection.refer", case_identity(confirmed.case))
        chosen = luck < self.refer_share
        return Share(confirmed.shop[chosen], confirmed.case[chosen], reason="confirmed")

    def _publish(self, observation: Observation, confirmed: Confirmed) -> list[Act]:
        """Publish the shops sanctioned since the last list that still exist."""
        if self.publish_days is None:
            return []
        if confirmed.case.size:
            self._sanctioned.append(case_identity(confirmed.case))
        if (observation.day + 1) % self.publish_days:
            return []
        listed = np.flatnonzero(np.isin(observation.identity, np.concatenate([NONE, *self._sanctioned])))
        self._sanctioned = []
        return [Announce(1.0, listed, reason="published list")]
