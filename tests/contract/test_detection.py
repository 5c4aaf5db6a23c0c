"""Detection: thresholds, queues, capacity, publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from composing import by_verb

from policies import Detection, Ladder
from sim.contract import Findings, Observation, Referrals, Review, case_number

Evening = Callable[..., Observation]


def start(**settings: Any) -> Detection:
    """Return a detection that has just been reset."""
    detection = Detection(**settings)
    detection.reset()
    return detection


def flagged(detection: Detection, observation: Observation) -> set[int]:
    """Return the shops flagged on one evening."""
    acts = by_verb(detection.act(observation))
    return set(acts["flag"].targets.tolist()) if "flag" in acts else set()


def reviews(detection: Detection, observation: Observation) -> Review:
    """Return the reviews asked for on one evening."""
    return by_verb(detection.act(observation))["review"]


def test_a_lower_threshold_flags_a_superset(evening: Evening) -> None:
    sets = [flagged(start(threshold=t), evening()) for t in (0.0, 0.1, 0.3, 0.5, 0.9, 1.01)]
    assert all(lower >= higher for lower, higher in pairwise(sets))
    assert len(sets[0]) == 200 > len(sets[1]) > len(sets[4]) > len(sets[5]) == 0


def test_a_shop_in_its_cooldown_is_screened_but_not_flagged(evening: Evening) -> None:
    quiet = evening()
    recent = evening(days_since_case=np.full(200, 29.0))
    acts = by_verb(start(threshold=0.3).act(recent))
    assert set(acts) == {"screen"}
    assert set(acts["screen"].targets) == flagged(start(threshold=0.3), quiet)


def test_the_cooldown_ends_on_its_day(evening: Evening) -> None:
    days = np.where(np.arange(200) < 100, 29.0, 30.0)
    assert flagged(start(threshold=0, cooldown_days=30), evening(days_since_case=days)) == set(
        range(100, 200)
    )


def test_closed_and_exempt_shops_are_not_flagged(evening: Evening) -> None:
    half = np.arange(200) < 100
    assert max(flagged(start(threshold=0), evening(open=half))) == 99
    young = evening(age=np.where(half, 10, 100))
    assert min(flagged(start(threshold=0, exempt_age_days=30), young)) == 100


def test_new_flags_match_the_wanted_number(evening: Evening) -> None:
    detection, last = start(flags_per_1000_week=35), np.full(200, -np.inf)
    counts = []
    for day in range(70):
        shops = list(flagged(detection, evening(day=day, days_since_case=day - last)))
        last[shops] = day
        counts.append(len(shops))
    assert sum(counts) == 35 * 200 / 1000 * 10
    assert max(counts) == 1


def test_wanted_flags_go_to_the_riskiest(evening: Evening) -> None:
    few = flagged(start(flags_per_1000_week=7 * 50), evening())
    assert len(few) == 10
    assert few <= flagged(start(flags_per_1000_week=7 * 100), evening())
    risk = start().burst_rules.score(evening())
    assert few == set(np.argsort(-risk)[:10].tolist())


def test_the_share_acted_on_is_reviewed_and_grows_with_the_ramp(evening: Evening) -> None:
    full = reviews(start(threshold=0.0, acted_share=0.5), evening(2000))
    ramped = reviews(start(threshold=0.0, acted_share=0.5), evening(2000, ramp=0.1))
    assert 900 < full.targets.size < 1100
    assert 60 < ramped.targets.size < 140
    assert set(ramped.targets) <= set(full.targets)


def test_automatic_mode_sanctions_at_once(evening: Evening) -> None:
    acts = by_verb(
        start(mode="automatic", acted_share=1, ladder=Ladder(closure_probability=0)).act(evening())
    )
    assert "review" not in acts
    assert set(acts["demote"].targets) == set(acts["flag"].targets) == set(acts["remove_sales"].targets)
    assert (acts["demote"].cases == acts["flag"].cases).all()


def test_only_guilty_findings_on_own_reviews_are_sanctioned(evening: Evening) -> None:
    detection = start(acted_share=1, ladder=Ladder(closure_probability=0))
    review = reviews(detection, evening())
    guilty = np.arange(review.targets.size) % 2 == 0
    foreign = case_number(-5, np.array([7]))
    found = Findings(
        kind=np.full(guilty.size + 1, "review"),
        case=np.r_[review.cases, foreign],
        shop=np.r_[review.targets, 7],
        guilty=np.r_[guilty, True],
        intensity=np.zeros(guilty.size + 1),
    )
    acts = by_verb(detection.act(evening(day=1, findings=found)))
    assert set(acts["demote"].cases) == set(review.cases[guilty])


def test_a_finding_on_a_shop_that_has_left_is_dropped(evening: Evening) -> None:
    detection = start(acted_share=1)
    review = reviews(detection, evening())
    size = review.cases.size
    found = Findings(
        np.full(size, "review"), review.cases, review.targets, np.full(size, True), np.zeros(size)
    )
    acts = detection.act(evening(day=1, findings=found, identity=np.arange(200) + 1000))
    assert "demote" not in by_verb(acts)


def queue_of_three(discipline: str, evening: Evening) -> list[int]:
    """Return the order in which shops 10 (oldest, low risk), 20 and 30 (riskiest) are reviewed."""
    detection = start(threshold=1.01, reviewers_per_100k_shops=500 / 30, discipline=discipline)
    shops, order = np.array([10, 20, 30]), []
    cases = np.array(
        [case_number(day, np.array([shop]))[0] for day, shop in zip((-9, -5, -1), shops, strict=True)]
    )
    detection._queue.add(shops, cases, np.array([0.1, 0.2, 0.9]))
    for day in range(3):
        order += reviews(detection, evening(day=day)).targets.tolist()
    return order


@pytest.mark.parametrize(("discipline", "order"), [("risk", [30, 20, 10]), ("oldest", [10, 20, 30])])
def test_the_discipline_orders_the_queue(discipline: str, order: list[int], evening: Evening) -> None:
    assert queue_of_three(discipline, evening) == order


def test_a_random_queue_is_neither_lost_nor_doubled(evening: Evening) -> None:
    assert sorted(queue_of_three("random", evening)) == [10, 20, 30]


def test_scarce_reviewers_bind_and_say_so(evening: Evening) -> None:
    detection = start(threshold=0.0, acted_share=1, reviewers_per_100k_shops=50, reviews_per_reviewer_day=15)
    done, bound = 0, []
    for day in range(10):
        quiet = evening(day=day, days_since_case=np.full(200, np.inf if day == 0 else 1.0))
        acts = by_verb(detection.act(quiet))
        done += acts["review"].targets.size if "review" in acts else 0
        bound.append(acts["bound"].waiting if "bound" in acts else 0)
    assert done == 15
    assert bound == [200 - int(1.5 * (day + 1)) for day in range(10)]


def test_ample_reviewers_never_bind(evening: Evening) -> None:
    assert "bound" not in by_verb(start(acted_share=1).act(evening()))


def test_a_shop_waits_only_once(evening: Evening) -> None:
    detection = start(threshold=0.0, acted_share=1, reviewers_per_100k_shops=0)
    for day in (0, 40):
        acts = by_verb(detection.act(evening(day=day)))
    assert (acts["bound"].waiting, acts["bound"].capacity) == (200.0, 0.0)


def test_a_case_is_dropped_when_its_shop_closes(evening: Evening) -> None:
    detection = start(threshold=0.0, acted_share=1, reviewers_per_100k_shops=0)
    detection.act(evening())
    acts = by_verb(detection.act(evening(day=1, open=np.arange(200) >= 50, days_since_case=np.ones(200))))
    assert acts["bound"].waiting == 150


def test_tips_of_others_queue_for_review(evening: Evening) -> None:
    observation = evening()
    cases = case_number(-1, observation.identity[[4, 5]])
    told = Referrals(np.array([4, 5]), cases, np.array(["public", "platform"]))
    review = reviews(start(threshold=1.01), replace(observation, referrals=told))
    assert review.targets.tolist() == [4]


def test_sanctioned_shops_are_published_on_the_last_day_of_the_period(evening: Evening) -> None:
    detection = start(mode="automatic", acted_share=1, publish_days=3)
    lists, hit = [], set()
    for day in range(3):
        acts = by_verb(detection.act(evening(day=day)))
        hit |= set(acts["flag"].targets.tolist())
        lists.append(acts.get("announce"))
    assert lists[:2] == [None, None]
    assert set(lists[2].targets.tolist()) <= hit
    assert len(lists[2].targets) == len(
        {*evening(day=2).identity[list(hit)]} & {*evening().identity[list(hit)]}
    )


def test_confirmed_cases_are_referred(evening: Evening) -> None:
    acts = by_verb(start(mode="automatic", acted_share=1, refer_share=1).act(evening()))
    assert (acts["share"].cases == acts["flag"].cases).all()
