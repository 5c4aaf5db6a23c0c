"""What is to be shown: each proposition as hypotheses, each hypothesis as differences above zero."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from experiments.searches.theory.levers import ACTION, COST, WEIGHT, Lever
from experiments.searches.theory.trials import GAP, HARM, SURPLUS


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
    """A claim that there are points of the parameter space with a certain property."""

    key: str
    question: str
    claim: str
    lever: Lever
    outcome: str
    hypotheses: tuple[Hypothesis, ...]


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
)
"""After Jin, Yang, Hosanagar (2023), doi 10.1287/isre.2022.1128; `docs/theory.md` says how far."""
