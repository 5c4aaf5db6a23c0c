"""Why packages work, whom they deter, how people adapt: sentences whose words follow from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.language.estimates import brackets, percent, points, points_of, signed, size
from experiments.language.words import heading, humanise, listed

KINDS = ("all shops", "new", "old", "small", "large", "good quality", "bad quality")
"""Kinds of shops: all, and the halves of three divisions."""


def channels_of_package(label: str, parts: Sequence[tuple[str, int, Any]], total: Any, day_one: Any) -> str:
    """Say what the channels of one package do; only what all intervals together tell apart from 0.

    Parameters
    ----------
    parts : name, sign and row of each channel; the sign is 0 where it cannot be told
    total, day_one : rows of the effect through all channels, and before anybody evades
    """
    clauses = [
        f"{name} {'raises' if sign > 0 else 'lowers'} it by {size(row)}" for name, sign, row in parts if sign
    ]
    unclear = [name for name, sign, _ in parts if not sign]
    if unclear:
        adds = "adds" if len(unclear) == 1 else "add"
        clauses.append(f"what {listed(unclear)} {adds} cannot be told apart from 0")
    return (
        f"{heading(label)}: through all channels brushing changes by {points(total)}; "
        f"{'; '.join(clauses)}. Before anybody evades it changes by {points(day_one)}."
    )


def change_of_shares(row: Any) -> str:
    """Write a difference of shares with its interval, in percentage points."""
    return f"{points_of(100 * row['mean'])} {brackets(100 * row['low'], 100 * row['high'], 2)}"


def perceived_risk(label: str, row: Any, sign: int) -> str:
    """Say how perceived risk compares with the true one under a package, both in % per 30 days."""
    under, change = humanise(label), change_of_shares(row)
    levels = f"{percent(row['after'])} against {percent(row['before'])} per 30 days ({change})"
    if sign == 0:
        return f"Under {under} perceived and true risk cannot be told apart: {levels}."
    return f"Under {under} merchants perceive {'more' if sign > 0 else 'less'} risk than there is: {levels}."


def recall(label: str, row: Any, sign: int) -> str:
    """Say how the detector's recall moves under one package."""
    under, first, last = humanise(label), percent(row["before"], 1), percent(row["after"], 1)
    levels = f"{first} in the first 90 days, {last} in the last 90 ({change_of_shares(row)})"
    if sign == 0:
        return f"Under {under} the detector's recall cannot be told to move: {levels}."
    return f"Under {under} the detector's recall {'rises' if sign > 0 else 'falls'}: {levels}."


def deterred(label: str, clauses: Sequence[str]) -> str:
    """Say of one package among which kinds of shops brushing changes more."""
    return f"{heading(label)}: {'; '.join(clauses)}."


def nobody_deterred_more(labels: Sequence[str]) -> str:
    """Say under which packages no kind of shop changes apart from its opposite."""
    return (
        f"Under {listed(list(map(humanise, labels)))} no kind of shop can be told apart from its opposite: "
        "neither new from old, nor small from large, nor good from bad."
    )


def more_among(names: tuple[str, str], changes: tuple[float, float]) -> str:
    """Say of two kinds of shops among which the share that brushes falls, or rises, more."""
    (low, first), (high, second) = sorted(zip(changes, names, strict=True))
    if high <= 0:
        return (
            f"brushing falls more among {first} than among {second} shops ({signed(low)} against "
            f"{signed(high)})"
        )
    if low >= 0:
        return (
            f"brushing rises more among {second} than among {first} shops ({signed(high)} "
            f"against {signed(low)})"
        )
    return f"brushing falls among {first} and rises among {second} shops ({signed(low)} and {signed(high)})"


def brushing_in_worlds(label: str, baseline: str, count: Any) -> str:
    """Say in how many calibrated worlds a package leaves less brushing."""
    return in_worlds(label, baseline, ("leaves", "brushing", "less"), count)


def hits_in_worlds(label: str, baseline: str, count: Any) -> str:
    """Say in how many calibrated worlds a package hits fewer innocent shops."""
    return in_worlds(label, baseline, ("hits", "innocent shops", "fewer"), count)


def in_worlds(label: str, baseline: str, phrase: tuple[str, str, str], count: Any) -> str:
    """Say in how many worlds a package has less, as much for all that can be told, or more."""
    verb, noun, less = phrase
    words = {"less": less, "more": "more"}
    first, second = ("more", "less") if count["more"] > count["less"] else ("less", "more")
    return (
        f"{heading(label)} {verb} {words[first]} {noun} than {humanise(baseline)} in {count[first]} of "
        f"{count['worlds']} calibrated worlds, cannot be told apart in {count['alike']}, and {verb} "
        f"{words[second]} in {count[second]}."
    )
