"""What crossed factors do, in sentences and a table: each word follows from the numbers beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.analysis.costs import HOURS_RATE, LOST_RATE
from experiments.analysis.factor_effects import (
    BRUSHED,
    OUTCOMES,
    Block,
    Winner,
    best_levels,
    least_brushing,
    main_effects,
)
from experiments.language.outcomes import BY_COLUMN, Outcome
from experiments.language.words import plural
from experiments.pages.report import answer
from experiments.pages.report.tables import fitting

PRICES = {
    LOST_RATE: Outcome(LOST_RATE, "sales lost by innocents", "RMB per innocent shop-year", "", digits=0),
    HOURS_RATE: Outcome(HOURS_RATE, "hours of reviewers", "per 1,000 shops and year", "", digits=0),
}
SHOWN = 4
"""Combinations that are named; more are counted."""


def factor_sentences(block: Block, runs: pd.DataFrame) -> list[str]:
    """Say what each factor does to brushing, which combination leaves the least, and at what price.

    Parameters
    ----------
    runs : of the study, as of `experiments.analysis.costs.with_burdens`
    """
    effects, winner = main_effects(block, runs), least_brushing(block, runs)
    told = [effect_sentence(block, factor, effects) for factor in block.factors]
    if winner is not None:
        told += [
            winner_sentence(block, winner),
            corner_sentence(block, winner, effects),
            price_sentence(block, winner),
        ]
    return [sentence for sentence in told if sentence]


def verdict(block: Block, runs: pd.DataFrame) -> str:
    """Say in one sentence where the least brushing stands; empty without runs."""
    winner = least_brushing(block, runs)
    if winner is None:
        return ""
    corner = {
        "wins": ", a corner: every factor at an end of its range",
        "undecided": "; whether a corner leaves the least cannot be told",
        "loses": ", and no corner can leave as little",
    }.get(winner.corner, "")
    return (
        f"Of the combinations of {block.name}, {named(block, winner.cell)} leaves the least "
        f"brushing by its mean{corner}."
    )


def effect_sentence(block: Block, factor: str, effects: pd.DataFrame) -> str:
    """Say what the levels of one factor do to brushing; empty without a complete replication."""
    rows = effects[(effects["outcome"] == BRUSHED) & (effects["factor"] == factor)]
    clauses = [effect_clause(row) for _, row in rows.iterrows() if row["n"]]
    if not clauses:
        return ""
    averaged = "Averaged over the rest, against" if len(block.factors) > 1 else "Against"
    return f"{averaged} {factor} {block.factors[factor][0]}: {'; '.join(clauses)}."


def effect_clause(row: Any) -> str:
    """Say what one level does to brushing."""
    change = answer.difference(row, BY_COLUMN[BRUSHED])
    if not change:
        return f"{row['level']} has too few replications for a comparison"
    if not answer.direction(row):
        return f"{row['level']} cannot be told apart ({change})"
    return f"{row['level']} leaves {'more' if answer.direction(row) > 0 else 'less'} brushing ({change})"


def winner_sentence(block: Block, winner: Winner) -> str:
    """Name the combination with the least brushing, and those that may be it."""
    row = {"mean": winner.mean, "low": winner.low, "high": winner.high}
    level = answer.with_interval(row, BY_COLUMN[BRUSHED])
    others = winner.n_cells - 1
    said = f"Least brushing: {named(block, winner.cell)} with {level} of paid orders"
    if not winner.alike:
        return (
            f"{said}; less than under each of the other {plural(others, 'combination')}."
            if others
            else f"{said}."
        )
    if len(winner.alike) == others:
        return f"{said}; none of the other {plural(others, 'combination')} can be told apart from it."
    if len(winner.alike) > SHOWN:
        return (
            f"{said}; {len(winner.alike)} of the other {plural(others, 'combination')} cannot be "
            "told apart from it."
        )
    cells = answer.listed([named(block, cell) for cell in winner.alike])
    return f"{said}; it cannot be told apart from {cells}."


def corner_sentence(block: Block, winner: Winner, effects: pd.DataFrame) -> str:
    """Say whether a corner wins, and whether the averages of the factors are why; empty if all are."""
    if winner.corner == "undecided":
        return (
            "Whether a corner wins cannot be told: among the combinations that may leave the least "
            "brushing are corners, with every factor at an end of its range, and others."
        )
    if winner.corner == "loses":
        return (
            "No corner wins: no combination with every factor at an end of its range can leave "
            "as little brushing."
        )
    if winner.corner != "wins":
        return ""
    best = best_levels(effects)
    against = [
        f"{name} {best[name]}" for name, own in block.cells[winner.cell].items() if best.get(name, own) != own
    ]
    if len(block.factors) == 1 or not best:
        return "A corner wins: the least brushing stands at an end of the range."
    if against:
        leave = "leaves" if len(against) == 1 else "leave"
        return (
            f"A corner wins although, averaged over the rest, {answer.listed(against)} {leave} "
            "the least brushing."
        )
    return (
        "A corner wins because each of its levels, averaged over the rest, leaves the least "
        "brushing by its mean."
    )


def price_sentence(block: Block, winner: Winner) -> str:
    """Say what the winner costs more, or less, than the alike combination that hits the fewest innocents."""
    if not winner.alike:
        return ""
    if winner.cheapest == winner.cell:
        return "None of those that cannot be told apart from it hits fewer innocent shops."
    prices = [(PRICES.get(str(name)) or BY_COLUMN[str(name)], row) for name, row in winner.paid.iterrows()]
    prices = [(outcome, row) for outcome, row in prices if differs(row)]
    told = [price_clause(outcome, row) for outcome, row in prices if answer.direction(row)]
    unclear = [
        f"{lower(outcome)} ({amount(outcome, row)})" for outcome, row in prices if not answer.direction(row)
    ]
    said = [f"it has {'; '.join(told)}"] if told else []
    said += [f"no difference can be told in {answer.listed(unclear)}"] if unclear else []
    if not said:
        return ""
    cheapest = f"{named(block, winner.cheapest)}, which hits the fewest innocent shops of those alike"
    return f"Against {cheapest}: {'; '.join(said)}."


def differs(row: Any) -> bool:
    """Tell whether a price has an interval, and is not the same in all pairs."""
    return bool(pd.notna(row["sim_low"]) and pd.notna(row["sim_high"])) and not answer.same_everywhere(row)


def price_clause(outcome: Outcome, row: Any) -> str:
    """Say that one price is higher or lower."""
    less = "less" if outcome.column == LOST_RATE else "fewer"
    return f"{'more' if answer.direction(row) > 0 else less} {lower(outcome)} ({amount(outcome, row)})"


def amount(outcome: Outcome, row: Any) -> str:
    """Write the difference of a price with its unit and interval."""
    return f"{outcome.change(row['difference'])} {outcome.unit} {answer.change_interval(row, outcome)}"


def lower(outcome: Outcome) -> str:
    """Write the name of an outcome inside a sentence."""
    return outcome.name[:1].lower() + outcome.name[1:]


def named(block: Block, cell: str) -> str:
    """Write a combination without the name of its block; in quotes where it holds a comma."""
    name = ", ".join(f"{factor} {level}" for factor, level in block.cells[cell].items())
    return f"“{name}”" if "," in name else name


def effect_table(block: Block, runs: pd.DataFrame) -> dict[str, Any]:
    """Return the main effects of all levels on the outcomes of `factor_effects`, as a table."""
    effects = main_effects(block, runs)
    outcomes = [
        fitting(BY_COLUMN[name], float(own[["mean", "base_mean"]].to_numpy(float).max()))
        for name in OUTCOMES
        for own in [effects[effects["outcome"] == name]]
        if len(own) and own["n"].max() > 0
    ]
    places = effects.drop_duplicates(["factor", "level"])[["factor", "level", "against"]]
    rows = [
        {"name": f"{place.factor} {place.level}", "unit": f"against {place.against}", "cells": [
            effect_cell(effects, place, outcome) for outcome in outcomes
        ]}
        for place in places.itertuples()
    ]  # fmt: skip
    return {"heads": [f"{outcome.name}, {points(outcome)}" for outcome in outcomes], "rows": rows}


def points(outcome: Outcome) -> str:
    """Return the unit of a difference."""
    return "percentage points" if outcome.is_share else outcome.unit


def effect_cell(effects: pd.DataFrame, place: Any, outcome: Outcome) -> dict[str, Any]:
    """Return what one cell of the table of effects says."""
    chosen = (effects["factor"] == place.factor) & (effects["level"] == place.level)
    row = effects[chosen & (effects["outcome"] == outcome.column)].iloc[0]
    return {
        "text": outcome.change(row["difference"]),
        "interval": answer.change_interval(row, outcome),
        "apart": answer.direction(row) != 0,
    }
