"""Means, differences and their intervals as readers see them: digits, units, brackets, direction."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from experiments.language.outcomes import Outcome
from experiments.language.words import number

NARROW = "\u202f"
"""The space before a percent sign, at which no line breaks."""


def direction(row: Any) -> int:
    """Return the sign of a paired difference whose simultaneous 95 % interval leaves out 0; else 0."""
    if row["sim_low"] > 0:
        return 1
    return -1 if row["sim_high"] < 0 else 0


def same_everywhere(row: Any) -> bool:
    """Tell whether all pairs agree to the last digits."""
    return bool(max(abs(row["diff_low"]), abs(row["diff_high"])) <= 1e-9 * abs(row["mean"]))


def per(outcome: Outcome) -> str:
    """Return the unit that follows a number; shares carry theirs already."""
    return "" if outcome.is_share else f" {outcome.unit}"


def unit_of_change(outcome: Outcome) -> str:
    """Return the unit of a difference."""
    return "percentage points" if outcome.is_share else outcome.unit


def level(row: Any, outcome: Outcome) -> str:
    """Write a mean: ``3.1 %``."""
    return outcome.text(row["mean"]) + (NARROW + "%" if outcome.is_share else "")


def with_interval(row: Any, outcome: Outcome) -> str:
    """Write a mean with its interval: ``3.1 % [3.0, 3.2]``."""
    return f"{level(row, outcome)} {interval(row, outcome)}".strip()


def interval(row: Any, outcome: Outcome) -> str:
    """Write the interval of a mean in brackets; empty where it is unknown or has no width."""
    low, high = row["low"], row["high"]
    if not math.isfinite(low) or not math.isfinite(high) or math.isclose(low, high, rel_tol=1e-9):
        return ""
    return f"[{outcome.text(low, row['mean'])},\u00a0{outcome.text(high, row['mean'])}]"


def difference(row: Any, outcome: Outcome) -> str:
    """Write a paired difference with its simultaneous interval; empty where there is none."""
    change = change_interval(row, outcome)
    points = " percentage points" if outcome.is_share else ""
    return f"{outcome.change(row['difference'])}{points} {change}" if change else ""


def change_interval(row: Any, outcome: Outcome) -> str:
    """Write the simultaneous interval of a paired difference in brackets; empty where it is unknown."""
    return change_brackets(row, outcome, "sim")


def change_brackets(row: Any, outcome: Outcome, kind: str) -> str:
    """Write an interval of a paired difference: "sim" for all packages together, "diff" for this one."""
    low, high = row[f"{kind}_low"], row[f"{kind}_high"]
    if not math.isfinite(low) or not math.isfinite(high):
        return ""
    return f"[{outcome.change(low, row['difference'])},\u00a0{outcome.change(high, row['difference'])}]"


def points(part: Any) -> str:
    """Write a change in percentage points with its simultaneous interval, if it has one."""
    text = points_of(part["mean"])
    return text if pd.isna(part["sim_low"]) else f"{text} {brackets(part['sim_low'], part['sim_high'], 2)}"


def points_of(change: float) -> str:
    """Write a change in percentage points with its sign."""
    return f"{'+' if change > 0 else ''}{number(change, 2)} percentage points"


def size(part: Any) -> str:
    """Write how large a part is, whatever its sign, with its interval."""
    low, high = sorted((abs(part["sim_low"]), abs(part["sim_high"])))
    return f"{number(abs(part['mean']), 2)} [{number(low, 2)},\u00a0{number(high, 2)}]"


def brackets(low: float, high: float, digits: int) -> str:
    """Write an interval of changes."""
    low_text, high_text = (("+" if end > 0 else "") + number(end, digits) for end in (low, high))
    return f"[{low_text},\u00a0{high_text}]"


def percent(share: float, digits: int = 2) -> str:
    """Write a share in percent."""
    return f"{number(100 * share, digits)}{NARROW}%"


def signed(change: float) -> str:
    """Write a relative change in percent with its sign."""
    return f"{'+' if change > 0 else ''}{percent(change, 0)}"
