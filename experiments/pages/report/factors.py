"""What crossed factors do: which of the analysis is told, in sentences and a table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.language import crossed_factors as say
from experiments.language.estimates import change_interval, direction, same_everywhere, unit_of_change
from experiments.language.outcomes import BY_COLUMN, Outcome, fitting
from experiments.studies import answers
from experiments.studies.answers import BRUSHED, FACTOR_OUTCOMES, HOURS_RATE, LOST_RATE, Block, Winner
from experiments.studies.results import StudyResults

PRICES = {
    LOST_RATE: Outcome(LOST_RATE, say.SALES, "RMB per innocent shop-year", "", digits=0),
    HOURS_RATE: Outcome(HOURS_RATE, say.HOURS, "per 1,000 shops and year", "", digits=0),
}


def factor_sentences(study: StudyResults, block: Block) -> list[str]:
    """Say what each factor does to brushing, which combination leaves the least, and at what price."""
    effects, winner = answers.main_effects(study, block), answers.winner(study, block)
    told = [effect_sentence(block, factor, effects) for factor in block.factors]
    if winner is not None:
        told += [
            winner_sentence(block, winner),
            corner_sentence(study, block, winner),
            price_sentence(block, winner),
        ]
    return [sentence for sentence in told if sentence]


def verdict(study: StudyResults, block: Block) -> str:
    """Say in one sentence where the least brushing stands; empty without runs."""
    winner = answers.winner(study, block)
    return "" if winner is None else say.verdict(block.name, named(block, winner.cell), winner.corner)


def effect_sentence(block: Block, factor: str, effects: pd.DataFrame) -> str:
    """Say what the levels of one factor do to brushing; empty without a complete replication."""
    rows = effects[(effects["outcome"] == BRUSHED) & (effects["factor"] == factor) & (effects["n"] > 0)]
    first = f"{factor} {block.factors[factor][0]}"
    return say.effect_sentence(first, [row for _, row in rows.iterrows()], others=len(block.factors) > 1)


def winner_sentence(block: Block, winner: Winner) -> str:
    """Name the combination with the least brushing, and those that may be it."""
    row = {"mean": winner.mean, "low": winner.low, "high": winner.high}
    alike = [named(block, cell) for cell in winner.alike]
    return say.winner_sentence(named(block, winner.cell), row, winner.n_cells - 1, alike)


def corner_sentence(study: StudyResults, block: Block, winner: Winner) -> str:
    """Say whether a corner wins, and whether the averages of the factors are why; empty if all are."""
    if winner.corner == "undecided":
        return say.corner_undecided()
    if winner.corner == "loses":
        return say.corner_loses()
    if winner.corner != "wins":
        return ""
    best = answers.best_levels(study, block)
    if len(block.factors) == 1 or not best:
        return say.corner_wins(None)
    own = block.cells[winner.cell].items()
    return say.corner_wins([f"{name} {best[name]}" for name, level in own if best.get(name, level) != level])


def price_sentence(block: Block, winner: Winner) -> str:
    """Say what the winner costs more, or less, than the alike combination that hits the fewest innocents."""
    if not winner.alike:
        return ""
    if winner.cheapest == winner.cell:
        return say.nobody_cheaper()
    prices = [(PRICES.get(str(name)) or BY_COLUMN[str(name)], row) for name, row in winner.paid.iterrows()]
    prices = [(outcome, row) for outcome, row in prices if differs(row)]
    return say.price_sentence(named(block, winner.cheapest), prices, LOST_RATE)


def differs(row: Any) -> bool:
    """Tell whether a price has an interval, and is not the same in all pairs."""
    return bool(pd.notna(row["sim_low"]) and pd.notna(row["sim_high"])) and not same_everywhere(row)


def named(block: Block, cell: str) -> str:
    """Write a combination without the name of its block."""
    return say.cell_name(block.cells[cell])


def effect_table(study: StudyResults, block: Block) -> dict[str, Any]:
    """Return the main effects of all levels on the outcomes of `factor_effects`, as a table."""
    effects = answers.main_effects(study, block)
    outcomes = [
        fitting(BY_COLUMN[name], float(own[["mean", "base_mean"]].to_numpy(float).max()))
        for name in FACTOR_OUTCOMES
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
    return {"heads": [f"{outcome.name}, {unit_of_change(outcome)}" for outcome in outcomes], "rows": rows}


def effect_cell(effects: pd.DataFrame, place: Any, outcome: Outcome) -> dict[str, Any]:
    """Return what one cell of the table of effects says."""
    chosen = (effects["factor"] == place.factor) & (effects["level"] == place.level)
    row = effects[chosen & (effects["outcome"] == outcome.column)].iloc[0]
    return {
        "text": outcome.change(row["difference"]),
        "interval": change_interval(row, outcome),
        "apart": direction(row) != 0,
    }
