"""`check_policy` rejects bad policies, each with the sentence that says why."""

from __future__ import annotations

import random
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from sim.contract import (
    Act,
    Ban,
    Compensate,
    ContractError,
    Demote,
    Fine,
    Flag,
    Hear,
    Investigate,
    Raid,
    Review,
    SetRanking,
    Warn,
    case_number,
    check_policy,
)


class Good:
    """Warn the dearest shops."""

    reads: tuple[str, ...] = ("identity", "price")
    actor = "platform"

    def reset(self) -> None:
        """Forget."""

    def act(self, observation: Any) -> list[Act]:
        """Answer."""
        return self.warn(observation, observation.price > 200)

    def warn(self, observation: Any, chosen: np.ndarray) -> list[Act]:
        """Warn the chosen shops."""
        shops = np.flatnonzero(chosen)
        return [Warn(shops, case_number(observation.day, observation.identity[shops]))]


class ReadsUndeclared(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, observation.rating > 0.5)


class Peeks(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, observation._observation.rating > 0.5)


class ReadsWhatNobodyHas(Good):
    reads = ("identity", "prise")


class RemembersOverReset(Good):
    def __init__(self) -> None:
        self.days = 0

    def act(self, observation: Any) -> list[Act]:
        self.days += 1
        return self.warn(observation, observation.price > 5 * self.days)


class Writes(Good):
    def act(self, observation: Any) -> list[Act]:
        observation.price[0] = 1.0
        return []


class WritesDeep(Good):
    reads = ("identity", "traces")

    def act(self, observation: Any) -> list[Act]:
        observation.traces.orders[2] += 1
        return []


class DrawsGlobally(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, np.random.random(observation.n_shops) < 0.5)


class DrawsFromPython(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, observation.price > 400 * random.random())


class DrawsFromNowhere(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, np.random.default_rng().random(observation.n_shops) < 0.5)


class DependsOnOrder(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, np.arange(observation.n_shops) < 5)


class DrawsBySlot(Good):
    def act(self, observation: Any) -> list[Act]:
        return self.warn(observation, observation.luck("x", np.arange(observation.n_shops)) < 0.5)


class Raises(Good):
    def act(self, observation: Any) -> list[Act]:
        return [][observation.day - 29 :] or [][1 // (observation.day - 29)] if observation.day == 29 else []


class AnswersNone(Good):
    def act(self, observation: Any) -> Any:
        return None


class Answers(Good):
    def __init__(self, act: Act) -> None:
        self.answer = act

    def act(self, observation: Any) -> list[Act]:
        return [self.answer]


class Shame(Warn):
    """A verb that the world does not know."""

    verb = "shame"


TWO = np.array([1, 2])

FAULTS = [
    (ReadsUndeclared(), "reads 'rating' but does not declare it"),
    (Peeks(), "Peeks peeks: it reads the private attribute '_observation'"),
    (ReadsWhatNobodyHas(), "which no observation has; did you mean 'price'?"),
    (RemembersOverReset(), "remembers something over reset"),
    (Writes(), "writes to the observation: price"),
    (WritesDeep(), "writes to the observation: traces.orders"),
    (DrawsGlobally(), "draws from a global random generator"),
    (DrawsFromPython(), "draws from a global random generator"),
    (DrawsFromNowhere(), "different acts for the same input"),
    (DependsOnOrder(), "depends on the order of the shops"),
    (DrawsBySlot(), "depends on the order of the shops"),
    (Raises(), "raised ZeroDivisionError on day 29"),
    (AnswersNone(), "answered NoneType; it must answer a list of acts"),
    (Answers("close"), "answered str; it must answer a list of acts, such as Warn(shops, cases)"),
    (Answers(Act()), "answered Act; it must answer a list of acts, such as Warn(shops, cases)"),
    (Answers(Shame(TWO, TWO)), "answered Shame; it must answer a list of acts"),
    (Answers(Fine(TWO, TWO, np.array([1, np.nan]))), "fine: an amount is not a finite number"),
    (Answers(Fine(TWO, TWO, np.array([1, -1.0]))), "fine: an amount is not a finite number"),
    (Answers(Fine(TWO, TWO, np.zeros(0))), "fine: 2 targets but 0 amounts"),
    (Answers(Fine(TWO, TWO, "much")), "fine: 2 targets but 1 amounts"),
    (Answers(Fine(TWO, TWO, np.array(["a", "b"]))), "fine: an amount is not a finite number"),
    (Answers(Compensate(TWO, np.ones(2), TWO[:1])), "compensate: 2 targets but 1 cases"),
    (Answers(Warn(np.array([200]), TWO[:1])), "warn: a target is not one of the 200 shops"),
    (Answers(Warn(np.array([-1]), TWO[:1])), "warn: a target is not one of the 200 shops"),
    (Answers(Raid(np.array([-1]))), "raid: a target is negative"),
    (Answers(Raid([1, 2])), "raid: targets and cases must be integer arrays"),
    (Answers(Warn(np.array([0.5]), TWO[:1])), "must be integer arrays"),
    (Answers(Raid(np.array([3, 3]))), "a target is named twice"),
    (Answers(Warn(TWO, np.array([3, 3]))), "a target is named twice"),
    (Answers(Raid(np.array([3, 5, 4, 3]))), "a target is named twice"),
    (Answers(Warn(TWO, np.array([1]))), "2 targets but 1 cases"),
    (Answers(Flag(TWO, np.zeros(0, dtype=int))), "flag: 2 targets but 0 cases"),
    (Answers(Review(TWO, TWO, None)), "review: effort must be above 0 and at most 10; got None"),
    (Answers(Review(TWO, TWO, np.nan)), "review: effort must be above 0 and at most 10; got nan"),
    (Answers(Review(TWO, TWO, 0.0)), "review: effort must be above 0 and at most 10; got 0.0"),
    (Answers(Hear(TWO, TWO, 10.5)), "hear: effort must be above 0 and at most 10; got 10.5"),
    (Answers(Review(TWO, TWO, cost=np.inf)), "the cost is not a finite number"),
    (Answers(Investigate(-0.1)), "investigate: the effort is not a finite number of at least 0"),
    (Answers(Investigate(np.inf)), "investigate: the effort is not a finite number of at least 0"),
    (Answers(SetRanking(sales_weight=np.inf)), "set_ranking: sales_weight is not a finite number"),
    (Answers(Demote(TWO, TWO, 0)), "demote: days must be at least 1; got 0"),
    (Answers(Demote(TWO, TWO, np.nan)), "demote: days must be at least 1; got nan"),
    (Answers(Ban(TWO, 2_000_000)), "ban: days must be at most 1000000; got 2000000"),
]


def test_a_good_policy_passes() -> None:
    check_policy(Good())


@pytest.mark.parametrize(("policy", "sentence"), FAULTS, ids=lambda x: type(x).__name__)
def test_a_bad_policy_is_rejected_with_the_sentence_that_says_why(policy: Any, sentence: str) -> None:
    with pytest.raises(ContractError) as error:
        check_policy(policy)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("module", ["sim.contract", "sim.policy_check"])
def test_the_checker_is_found_where_the_documents_have_said_that_it_is(module: str) -> None:
    assert import_module(module).check_policy is check_policy


def test_a_policy_of_verbs_that_were_words_is_told_what_to_write_instead() -> None:
    with pytest.raises(ImportError, match=r"write Demote\(shops, cases, days\) for Act\(Verb.DEMOTE"):
        exec("from sim.contract import Act, Verb")
    with pytest.raises(ImportError, match=r"^cannot import name 'Verbs'"):
        exec("from sim.contract import Verbs")


def test_the_checker_leaves_policy_and_generators_as_they_were() -> None:
    policy = RemembersOverReset()
    np.random.seed(7)
    with pytest.raises(ContractError):
        check_policy(policy)
    assert policy.days == 0
    after = np.random.random()
    np.random.seed(7)
    assert after == np.random.random()
