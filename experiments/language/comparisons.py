"""The answer of a study in sentences, made from rows of the comparison so that signs decide the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.language.estimates import (
    NARROW,
    difference,
    direction,
    level,
    per,
    same_everywhere,
    with_interval,
)
from experiments.language.outcomes import BY_COLUMN, Outcome
from experiments.language.words import humanise, listed, number

BRUSHED = BY_COLUMN["brushed_share"]
HITS = BY_COLUMN["innocent_hits_per_1000_shop_years"]


def levels_of_baseline(brushed: Any, hits: Any) -> str:
    """State the levels of the baseline."""
    return (
        f"The baseline: {with_interval(brushed, BRUSHED)} of paid orders are fake, and "
        f"{with_interval(hits, HITS)} innocent shops are hit per 1,000 innocent shop-years."
    )


def brushing_compared(row: Any, base: Any, baseline: str) -> str:
    """Say whether a package leaves less or more brushing than the baseline; ``base`` is None without one."""
    phrases = f"Leaves {{}} brushing than {humanise(baseline)}", "Brushing"
    return compared(row, base, baseline, BRUSHED, (phrases, ("less", "more")))


def hits_compared(row: Any, base: Any, baseline: str) -> str:
    """Say whether a package hits fewer or more innocent shops than the baseline."""
    phrases = "Hits {} innocent shops", "Innocent shops hit"
    return compared(row, base, baseline, HITS, (phrases, ("fewer", "more")))


def compared(
    row: Any, base: Any, baseline: str, outcome: Outcome, phrases: tuple[tuple[str, str], tuple[str, str]]
) -> str:
    """Say whether a package has less or more of something, or that the two cannot be told apart."""
    (claim, topic), words = phrases
    change = difference(row, outcome)
    if base is None or not change:
        return f"{topic}: {with_interval(row, outcome)}{per(outcome)}; too few pairs for a comparison."
    levels = f"{level(row, outcome)} against {level(base, outcome)}{per(outcome)}"
    sign = direction(row)
    if same_everywhere(row):
        return f"{topic}: the same as under {humanise(baseline)} in every run: {levels}."
    if sign == 0:
        return f"{topic}: cannot be told apart from {humanise(baseline)}: {levels} ({change})."
    return f"{claim.format(words[sign > 0])}: {levels} ({change})."


def frontier(names: Sequence[str], doubtful: Sequence[str], baseline: str) -> str:
    """Name the packages that no other beats on both axes, and those that may be there by luck."""
    doubt = (
        f" On neither count can {listed(list(map(humanise, doubtful)))} be told apart from "
        f"{humanise(baseline)}."
        if doubtful
        else ""
    )
    own = listed(names)
    if len(names) == 1:
        return f"By their means, {own} is better than every other package on both counts, or as good.{doubt}"
    return (
        f"By their means, no package beats any of these on both counts: {own}. Choosing among them means "
        f"weighing brushing against harm to innocent shops.{doubt}"
    )


def capacity(shares: Mapping[str, float]) -> str:
    """Say on how many days review capacity bound, from the share of policy days by package."""
    bound = [
        f"on {number(100 * part, 1)}{NARROW}% of policy days under {humanise(label)}"
        for label, part in shares.items()
        if part > 0
    ]
    if not bound:
        return "Review capacity bound on no day under any package."
    return f"All reviewers were busy {'; '.join(bound)}. On such days a lower threshold may change nothing."
