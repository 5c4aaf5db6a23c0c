"""What would change the choice, as a table: one row a parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.tornado import Sweep, tornado
from experiments.language.uncertainty import rule_text
from experiments.searches.explored import Explored, value_text
from experiments.searches.sensitivity.quantities import Choice

THIRD = 1 / 3
"""How much of a range counts as its end where the best package there is looked up."""


def tornado_rows(explored: Explored, choice: Choice, blocks: int) -> pd.DataFrame:
    """Return how margin and share of the choice move with each parameter, what moves the choice most first.

    The margin decides where the choice flips or, under limits, the share of runs in which it is made.

    ``low`` and ``high`` are the ends of a range, or the words with the smallest and the largest margin.
    """
    axes, units = explored.axes, explored.units
    ahead = tornado(units, choice.ahead.mean(axis=1), axes, blocks)
    holds = tornado(units, choice.holds.mean(axis=1) - 0.5, axes, blocks)
    if ahead is None or holds is None:
        return pd.DataFrame()
    rows = [
        {
            "parameter": axis.name,
            "name": explored.names[i],
            "phrase": explored.phrases[i],
            "unit": explored.unit(i),
            "package": choice.chosen,
            "outcome": choice.rule.outcome,
        }
        | ends(explored, choice, i, (ahead.sweeps[i], holds.sweeps[i]))
        | {
            "rule": rule_text(choice.rule.outcome, choice.rule.sign, choice.rule.limits),
            "n_points": len(units),
        }
        | {"middle": ahead.middle, "middle_share": holds.middle + 0.5, "fitted": ahead.fitted}
        for i, axis in enumerate(axes)
    ]
    return pd.DataFrame(rows).sort_values("reach", ascending=False, ignore_index=True)


def ends(explored: Explored, choice: Choice, i: int, both: tuple[Sweep, Sweep]) -> dict[str, Any]:
    """Return margin, share and best package at both ends of a parameter, and where the choice flips."""
    ahead, holds = both
    order = (holds if choice.rule.limits else ahead).mean
    at = (int(order.argmin()), int(order.argmax())) if ahead.axis.levels else (0, -1)
    found: dict[str, Any] = {}
    for side, place in zip(("low", "high"), at, strict=True):
        found |= {
            f"{side}_value": value_text(explored.value(i, ahead.places[place])),
            f"{side}_margin": ahead.mean[place],
            f"{side}_margin_low": ahead.ends[0, place],
            f"{side}_margin_high": ahead.ends[1, place],
            f"{side}_share": np.clip(holds.mean[place] + 0.5, 0, 1),
            f"{side}_best": best_near(explored, choice, i, ahead.places[place]),
        }
    name, decisive = ("share", holds) if choice.rule.limits else ("margin", ahead)
    flips = [value_text(explored.value(i, place)) for place in decisive.flips]
    return found | {
        "flips": ", ".join(flips),
        "sure": bool(flips) and decisive.sure,
        "reach": decisive.reach,
        "decides": name,
    }


def best_near(explored: Explored, choice: Choice, i: int, place: float) -> str:
    """Return the package that is best most often near one end of a parameter; empty if none is."""
    own, levels = explored.units[:, i], explored.axes[i].levels
    near = np.abs(own - place) <= (0.5 / levels if levels else THIRD)
    chosen = choice.best[near].stack()
    return str(chosen.mode().iloc[0]) if len(chosen) else ""
