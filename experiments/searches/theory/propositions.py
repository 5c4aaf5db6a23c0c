"""What is to be shown: each proposition as hypotheses, each hypothesis as differences above zero."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from experiments.searches.theory.levers import ACTION, CERTAINTY, COST, WEIGHT, Lever
from experiments.searches.theory.trials import BRUSHED, GAP, HARM, SURPLUS


@dataclass(frozen=True)
class Contrast:
    """An outcome at one level of a lever less that at another; the claim is that it is above zero."""

    outcome: str
    lever: str
    plus: float
    minus: float

    @property
    def key(self) -> str:
        """Return its name in tables."""
        return f"{self.outcome}: {self.lever} {self.plus:g} less {self.minus:g}"


@dataclass(frozen=True)
class Hypothesis:
    """One way in which a proposition can be true: all ``contrasts`` above zero at once.

    ``mechanism`` are further contrasts by which the theory explains it; they are reported beside it and
    decide nothing about it. ``reference`` is the level from which figures measure.
    """

    text: str
    contrasts: tuple[Contrast, ...]
    reference: float
    mechanism: tuple[Contrast, ...] = ()


@dataclass(frozen=True)
class Proposition:
    """A claim that there are points of the parameter space with a certain property.

    ``remark`` says what to make of it that such a point is found, or that none is.
    """

    key: str
    question: str
    claim: str
    lever: Lever
    outcome: str
    hypotheses: tuple[Hypothesis, ...]
    remark: str = ""


def dearer(low: float, high: float) -> Hypothesis:
    """Say that consumers lose as brushing costs ``high`` instead of ``low`` times what it does today.

    The mechanism: brushed orders of good shops fall by more than those of bad ones, per shop.
    """
    return Hypothesis(
        text=f"cost × {high:g} instead of × {low:g}",
        contrasts=(Contrast(SURPLUS, COST.key, low, high),),
        reference=low,
        mechanism=(Contrast(GAP, COST.key, low, high),),
    )


def dearer_is_more(low: float, high: float) -> Hypothesis:
    """Say that brushed share is larger where brushing costs ``high`` instead of ``low`` times as much."""
    return Hypothesis(
        text=f"cost × {high:g} instead of × {low:g}",
        contrasts=(Contrast(BRUSHED, COST.key, high, low),),
        reference=low,
    )


def certain_is_less(rare: float, frequent: float) -> Hypothesis:
    """Say that a ``frequent`` share of cases with small fines leaves less brushing than a ``rare`` one."""
    return Hypothesis(
        text=f"share {frequent:g} instead of {rare:g}",
        contrasts=(Contrast(BRUSHED, CERTAINTY.key, rare, frequent),),
        reference=rare,
    )


def middle_beats_extremes(lever: Lever, outcome: str, level: float) -> Hypothesis:
    """Say that an outcome is better at ``level`` than at both the lowest and the highest of the lever."""
    ends = (lever.levels[0], lever.levels[-1])
    pairs = [(end, level) if outcome == HARM else (level, end) for end in ends]
    return Hypothesis(
        text=f"{lever.noun} {level:g} better than {ends[0]:g} and {ends[1]:g}",
        contrasts=tuple(Contrast(outcome, lever.key, plus, minus) for plus, minus in pairs),
        reference=level,
    )


def inner(lever: Lever) -> tuple[float, ...]:
    """Return the levels between the extremes."""
    return lever.levels[1:-1]


PROPOSITIONS = (
    Proposition(
        "T1",
        "Does costlier brushing make consumers worse off?",
        "Raising the cost of brushing lowers consumer surplus",
        COST,
        SURPLUS,
        tuple(dearer(low, high) for low, high in combinations(COST.levels, 2)),
    ),
    Proposition(
        "T2a",
        "Do consumers fare best under middling enforcement?",
        "Consumer surplus is higher under a middling intensity of enforcement than under both extremes",
        ACTION,
        SURPLUS,
        tuple(middle_beats_extremes(ACTION, SURPLUS, level) for level in inner(ACTION)),
    ),
    Proposition(
        "T2b",
        "Is total harm least under middling enforcement?",
        "Total harm is lower under a middling intensity of enforcement than under both extremes",
        ACTION,
        HARM,
        tuple(middle_beats_extremes(ACTION, HARM, level) for level in inner(ACTION)),
    ),
    Proposition(
        "T3",
        "Does weight on sales help consumers first and hurt them then?",
        "Consumer surplus rises with the weight of sales in the ranking, and then falls",
        WEIGHT,
        SURPLUS,
        tuple(middle_beats_extremes(WEIGHT, SURPLUS, level) for level in inner(WEIGHT)),
    ),
    Proposition(
        "T4",
        "Is dearer brushing more brushing?",
        "Raising the cost of brushing raises the share of orders that are brushed",
        COST,
        BRUSHED,
        tuple(dearer_is_more(low, high) for low, high in combinations(COST.levels, 2)),
        "None found is the good answer: demand that rises with its price is what economists expect nowhere. "
        "Where a point is found, the model is to be asked first.",
    ),
    Proposition(
        "T5",
        "Do frequent small fines leave less brushing than rare large ones?",
        "At equal expected fines, frequent small fines leave less brushing than rare large ones",
        CERTAINTY,
        BRUSHED,
        tuple(certain_is_less(rare, frequent) for rare, frequent in combinations(CERTAINTY.levels, 2)),
        "That certainty counts for more than severity is the received opinion (Nagin 2013), and an "
        "assumption of the model where large fines weigh less than they amount to. More telling is which "
        "parameters decide it, and where it does not hold.",
    ),
)
"""T1 to T3 after Jin, Yang, Hosanagar (2023), doi 10.1287/isre.2022.1128; `docs/theory.md` says how far."""
