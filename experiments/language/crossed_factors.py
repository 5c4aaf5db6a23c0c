"""What crossed factors do, in sentences: each word follows from the numbers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.language.estimates import change_interval, difference, direction, with_interval
from experiments.language.outcomes import BY_COLUMN, Outcome
from experiments.language.words import listed, plural, quoted

BRUSHED = BY_COLUMN["brushed_share"]
SHOWN = 4
"""Combinations that are named; more are counted."""

SALES, HOURS = "sales lost by innocents", "hours of reviewers"
NOTE = (
    "What each level changes against the first one of its factor, averaged over any other factors; brackets: "
    "95\u00a0% intervals for all levels of the block together. The numbers of all combinations are in "
    "comparison.csv."
)


def cell_name(levels: Mapping[str, str]) -> str:
    """Write a combination without the name of its block; in quotes where it holds a comma."""
    return quoted(", ".join(f"{factor} {level}" for factor, level in levels.items()))


def verdict(block: str, cell: str, corner: str) -> str:
    """Say in one sentence where the least brushing stands; ``corner`` is what became of the corners."""
    corners = {
        "wins": ", a corner: every factor at an end of its range",
        "undecided": "; whether a corner leaves the least cannot be told",
        "loses": ", and no corner can leave as little",
    }.get(corner, "")
    return f"Of the combinations of {block}, {cell} leaves the least brushing by its mean{corners}."


def effect_sentence(first: str, rows: Sequence[Any], others: bool) -> str:
    """Say what the levels of a factor do to brushing, each against the ``first`` one.

    ``others`` tells whether the block has further factors over which all is averaged.
    """
    averaged = "Averaged over the rest, against" if others else "Against"
    return f"{averaged} {first}: {'; '.join(map(effect_clause, rows))}." if rows else ""


def effect_clause(row: Any) -> str:
    """Say what one level does to brushing."""
    change = difference(row, BRUSHED)
    if not change:
        return f"{row['level']} has too few replications for a comparison"
    if not direction(row):
        return f"{row['level']} cannot be told apart ({change})"
    return f"{row['level']} leaves {'more' if direction(row) > 0 else 'less'} brushing ({change})"


def winner_sentence(cell: str, row: Any, n_others: int, alike: Sequence[str]) -> str:
    """Name the combination with the least brushing, and those that may be it."""
    said = f"Least brushing: {cell} with {with_interval(row, BRUSHED)} of paid orders"
    others = plural(n_others, "combination")
    if not alike:
        return f"{said}; less than under each of the other {others}." if n_others else f"{said}."
    if len(alike) == n_others:
        return f"{said}; none of the other {others} can be told apart from it."
    if len(alike) > SHOWN:
        return f"{said}; {len(alike)} of the other {others} cannot be told apart from it."
    return f"{said}; it cannot be told apart from {listed(alike)}."


def corner_undecided() -> str:
    """Say that nobody can tell whether a corner leaves the least brushing."""
    return (
        "Whether a corner wins cannot be told: among the combinations that may leave the least "
        "brushing are corners, with every factor at an end of its range, and others."
    )


def corner_loses() -> str:
    """Say that no corner leaves the least brushing."""
    return (
        "No corner wins: no combination with every factor at an end of its range can leave "
        "as little brushing."
    )


def corner_wins(against: Sequence[str] | None) -> str:
    """Say that a corner wins, and whether the averages of the factors are why.

    ``against`` are the levels that have the least brushing on average but are none of the corner's; None
    where there are no averages to hold it against.
    """
    if against is None:
        return "A corner wins: the least brushing stands at an end of the range."
    if against:
        leave = "leaves" if len(against) == 1 else "leave"
        return (
            f"A corner wins although, averaged over the rest, {listed(against)} {leave} the least brushing."
        )
    return (
        "A corner wins because each of its levels, averaged over the rest, leaves the least "
        "brushing by its mean."
    )


def nobody_cheaper() -> str:
    """Say that the combination with the least brushing hits the fewest innocent shops as well."""
    return "None of those that cannot be told apart from it hits fewer innocent shops."


def price_sentence(cheapest: str, prices: Sequence[tuple[Outcome, Any]], money: str) -> str:
    """Say what the winner costs more, or less, than the alike combination that hits the fewest innocents.

    ``prices`` are those that differ at all; ``money`` is the column of which there is less, not fewer.
    """
    told = [price_clause(outcome, row, money) for outcome, row in prices if direction(row)]
    unclear = [f"{lower(outcome)} ({amount(outcome, row)})" for outcome, row in prices if not direction(row)]
    said = [f"it has {'; '.join(told)}"] if told else []
    said += [f"no difference can be told in {listed(unclear)}"] if unclear else []
    if not said:
        return ""
    return f"Against {cheapest}, which hits the fewest innocent shops of those alike: {'; '.join(said)}."


def price_clause(outcome: Outcome, row: Any, money: str) -> str:
    """Say that one price is higher or lower."""
    less = "less" if outcome.column == money else "fewer"
    return f"{'more' if direction(row) > 0 else less} {lower(outcome)} ({amount(outcome, row)})"


def amount(outcome: Outcome, row: Any) -> str:
    """Write the difference of a price with its unit and interval."""
    return f"{outcome.change(row['difference'])} {outcome.unit} {change_interval(row, outcome)}"


def lower(outcome: Outcome) -> str:
    """Write the name of an outcome inside a sentence."""
    return outcome.name[:1].lower() + outcome.name[1:]
