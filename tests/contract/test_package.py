"""Packages: dates, doses, announcements, precedence, and what they let through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from policies import Dated, Detection, LedgerUse, Package
from sim.contract import Act, Announce, ConfigError, ContractError, Observation, Warn

Evening = Callable[..., Observation]


class Diary:
    """A policy that notes the dose of every day on which it was asked."""

    reads = ("identity",)
    actor = "platform"

    def reset(self) -> None:
        self.asked: dict[int, float] = {}

    def act(self, observation: Any) -> list[Act]:
        self.asked[observation.day] = observation.ramp
        return [Warn(np.array([observation.day]), np.array([observation.day]))]


def asked(package: Package, evening: Evening, days: int = 10) -> list[Act]:
    """Run a package over some evenings and return its acts."""
    return [act for day in range(days) for act in package.act(evening(day=day))]


def test_a_policy_acts_from_its_start_to_before_its_end(evening: Evening) -> None:
    diary = Diary()
    asked(Package("p", [Dated(diary, "diary", start=2, end=5)]), evening)
    assert list(diary.asked) == [2, 3, 4]


def test_a_ramp_grows_to_the_full_dose(evening: Evening) -> None:
    diary = Diary()
    asked(Package("p", [Dated(diary, "diary", start=2, ramp=4)]), evening, 8)
    assert list(diary.asked.values()) == [0.25, 0.5, 0.75, 1, 1, 1]


def test_an_announcement_precedes_the_start(evening: Evening) -> None:
    acts = asked(Package("p", [Dated(Diary(), "d", start=6, announcement=4, salience=2)]), evening, 4)
    (act,) = acts
    assert isinstance(act, Announce)
    assert (act.salience, act.actor, act.policy) == (2.0, "platform", "d")
    assert Package("p", [Dated(Diary(), "d", start=6, announcement=4)]).act(evening(day=2))


def test_acts_are_marked_with_actor_and_policy(evening: Evening) -> None:
    (act,) = Package("p", [Dated(Diary(), "diary")]).act(evening())
    assert (act.actor, act.policy) == ("platform", "diary")


def test_policies_act_in_the_order_of_the_package(evening: Evening) -> None:
    package = Package(
        "p", [Dated(Diary(), "b", end=3), Dated(LedgerUse(), "l"), Dated(Diary(), "a", start=3)]
    )
    assert [act.policy for act in asked(package, evening, 5)] == ["b", "b", "b", "a", "a"]


def test_policies_of_one_class_that_overlap_are_an_error() -> None:
    with pytest.raises(ConfigError, match="one and two overlap"):
        Package("p", [Dated(Diary(), "one", end=5), Dated(Diary(), "two", start=4)])


def test_explicit_precedence_lets_the_first_act_and_the_other_rest(evening: Evening) -> None:
    dated = [Dated(Diary(), "usual"), Dated(Diary(), "campaign", start=2, end=4)]
    acts = asked(Package("p", dated, precedence=["campaign", "usual"]), evening, 6)
    assert [act.policy for act in acts] == ["usual", "usual", "campaign", "campaign", "usual", "usual"]


@pytest.mark.parametrize(
    "dates", [{"end": 0}, {"start": -1}, {"start": 3, "announcement": 4}, {"ramp": -1}, {"salience": -1}]
)
def test_impossible_dates_are_an_error(dates: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Dated(Diary(), "diary", **dates)


def test_two_policies_may_not_share_a_name() -> None:
    with pytest.raises(ConfigError, match="exactly one policy named 'd'"):
        Package("p", [Dated(Diary(), "d"), Dated(Detection(), "d")])


def test_a_package_names_the_policy_that_breaks_the_contract(evening: Evening) -> None:
    package = Package("p", [Dated(Diary(), "diary")])
    with pytest.raises(ContractError, match=r"^diary: warn: a target is not one of the 3 shops$"):
        package.act(replace(evening(day=5), n_shops=3))


def test_a_package_without_policies_does_nothing(evening: Evening) -> None:
    assert asked(Package("none"), evening) == []
