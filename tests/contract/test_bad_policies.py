"""`check_policy` rejects bad policies, each with the sentence that says why."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from sim.contract import Act, ContractError, Verb, case_number
from sim.policy_check import check_policy


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
        return [Act(Verb.WARN, shops, case_number(observation.day, observation.identity[shops]))]


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


TWO = np.array([1, 2])
TERMS = {"sensitivity": 0.9, "specificity": 0.9}

FAULTS = [
    (ReadsUndeclared(), "reads 'rating' but does not declare it"),
    (Peeks(), "peeks: its acts depend on fields that it does not declare"),
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
    (AnswersNone(), "answered NoneType; it must answer a list of Act"),
    (Answers("close"), "answered str; it must answer a list of Act"),  # type: ignore[arg-type]
    (Answers(Act(Verb.FINE, TWO, amount=np.array([1, np.nan]))), "fine: an amount is not a finite number"),
    (Answers(Act(Verb.FINE, TWO, amount=np.array([1, -1.0]))), "fine: an amount is not a finite number"),
    (Answers(Act(Verb.FINE, TWO)), "fine: 2 targets but 0 amounts"),
    (Answers(Act(Verb.WARN, np.array([200]))), "warn: a target is not one of the 200 shops"),
    (Answers(Act(Verb.WARN, np.array([-1]))), "warn: a target is not one of the 200 shops"),
    (Answers(Act(Verb.RAID, np.array([-1]), who="organiser")), "raid: a target is negative"),
    (Answers(Act(Verb.RAID, TWO)), "raid: who must be 'organiser'; got 'shop'"),
    (Answers(Act(Verb.WARN, np.array([0.5]))), "must be integer arrays"),
    (Answers(Act(Verb.WARN, np.array([3, 3]))), "a target is named twice"),
    (Answers(Act(Verb.WARN, np.array([3, 5, 4, 3]))), "a target is named twice"),
    (Answers(Act(Verb.WARN, TWO, cases=np.array([1]))), "2 targets but 1 cases"),
    (Answers(Act(Verb.FLAG, TWO)), "flag: 2 targets but 0 cases"),
    (Answers(Act(Verb.REVIEW, TWO, TWO, terms={"sensitivity": 1})), "the term 'specificity' is missing"),
    (Answers(Act(Verb.REVIEW, TWO, TWO, terms=TERMS, cost=np.inf)), "the cost is not a finite number"),
    (Answers(Act(Verb.DEMOTE, TWO)), "demote: days must be at least 1; got 0"),
    (Answers(Act("shame", TWO)), "shame: unknown verb"),  # type: ignore[arg-type]
]


def test_a_good_policy_passes() -> None:
    check_policy(Good())


@pytest.mark.parametrize(("policy", "sentence"), FAULTS, ids=lambda x: type(x).__name__)
def test_a_bad_policy_is_rejected_with_the_sentence_that_says_why(policy: Any, sentence: str) -> None:
    with pytest.raises(ContractError) as error:
        check_policy(policy)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_the_checker_leaves_policy_and_generators_as_they_were() -> None:
    policy = RemembersOverReset()
    np.random.seed(7)
    with pytest.raises(ContractError):
        check_policy(policy)
    assert policy.days == 0
    after = np.random.random()
    np.random.seed(7)
    assert after == np.random.random()
