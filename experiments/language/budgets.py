"""What a budget buys, in sentences: each made from a choice, so that the numbers decide the words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Protocol

from experiments.language.words import humanise, listed, number, quoted

SHOWN = 2
"""Packages that are named; more are counted."""


class Choice(Protocol):
    """What one budget buys at one level of unit costs (see `experiments.analysis.equal_budget`)."""

    @property
    def budget_rmb(self) -> float:
        """Return the budget."""

    @property
    def factor(self) -> float:
        """Return the multiple of all unit costs."""

    @property
    def affordable(self) -> tuple[str, ...]:
        """Return the packages within the budget."""

    @property
    def best(self) -> str | None:
        """Return the one with the least brushing."""

    @property
    def alike(self) -> tuple[str, ...]:
        """Return those that cannot be told apart from it."""


def budget_sentences(choices: Sequence[Choice]) -> list[str]:
    """Return one sentence a budget; unit costs at which the answer is the same are told together."""
    return [
        f"With {money(budget)}: {'; '.join(clauses(list(same)))}."
        for budget, same in groupby(choices, key=lambda choice: choice.budget_rmb)
    ]


def clauses(choices: Sequence[Choice]) -> list[str]:
    """Return what each range of unit costs leads to, for one budget."""
    if len({answer(choice) for choice in choices}) == 1:
        at = costs(choices) if len(choices) == 1 else f"{costs(choices)} alike"
        return [f"{at}, {answer(choices[0])}"]
    grouped = groupby(choices, key=answer)
    return [f"{costs(list(same))}, {words}" for words, same in grouped]


def costs(choices: Sequence[Choice]) -> str:
    """Write the multiples of the unit costs: ``at unit costs × 0.3 and × 1``."""
    return f"at unit costs {listed([f'× {choice.factor:g}' for choice in choices])}"


def answer(choice: Choice) -> str:
    """Say which affordable package leaves the least brushing, and what cannot be told apart from it."""
    if choice.best is None:
        return "no package is affordable"
    said = f"{named(choice.best)} leaves the least brushing"
    if len(choice.affordable) == 1:
        return f"{named(choice.best)} is the only package that is affordable"
    if not choice.alike:
        return said
    if len(choice.alike) > SHOWN and len(choice.alike) == len(choice.affordable) - 1:
        return (
            f"{said}, but cannot be told apart from any of the {len(choice.alike)} others that are affordable"
        )
    if len(choice.alike) > SHOWN:
        return f"{said}, but cannot be told apart from {len(choice.alike)} others"
    return f"{said}, but cannot be told apart from {listed([named(name) for name in choice.alike])}"


def named(label: str) -> str:
    """Write a package in words; in quotes where it holds a comma or a colon."""
    return quoted(humanise(label), ",:")


def money(rmb: float) -> str:
    """Write a budget in RMB."""
    return f"{number(rmb / 1e6, 2)} million RMB" if rmb >= 1e6 else f"{number(rmb, 0)} RMB"
