"""What is left of a package if brushers and organisers answer it, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.language.package_search import shown
from experiments.language.words import humanise, humanise_path, listed, number, plural

TITLE = "Brushing if nobody answers the package, and if the trade answers it best"
NOTHING = "Nothing to show: no run finished."
ARMS = {"status_quo": "status quo", "package": "package", "answered": "package, answered"}
AXIS = "Brushed orders, % of paid orders"
DAYS = "Day of policy (0: the package and the response begin)"

NAMES = {
    "day_one": "the package, first 28 days",
    "after_adaptation": "the package, later half, after what merchants and organisers learn by themselves",
    "after_response": "the package with the best response, later half, from the status quo without one",
    "exploitability": "exploitability: with the best response less without, later half",
    "same_without_package": "the same choices under the status quo, later half",
    "owed_to_package": "exploitability beyond what the same choices bring under the status quo",
}
"""What each effect is."""

Row = Mapping[str, Any]


def points(row: Row) -> str:
    """Write a difference of shares in percentage points, with its interval."""
    value, low, high = (signed(100 * row[name]) for name in ("mean", "low", "high"))
    return f"{value} pp [{low}, {high}]"


def signed(value: float) -> str:
    """Write a difference with its sign."""
    text = number(value, 2)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def lowers(row: Row) -> bool:
    """Tell whether an effect is below zero for certain."""
    return bool(row["high"] < 0)


def raises(row: Row) -> bool:
    """Tell whether an effect is above zero for certain."""
    return bool(row["low"] > 0)


def verdict(day_one: Row, adapted: Row, answered: Row, exploited: Row) -> str:
    """Say in one sentence whether a package is good, and against whom."""
    if not (lowers(day_one) or lowers(adapted)):
        return "No effect of the package is seen for certain, even while nobody answers."
    if lowers(day_one) and not lowers(adapted):
        return (
            "It is good only in its first weeks: no effect is left for certain once merchants and "
            "organisers have "
            "learnt by themselves."
        )
    if not lowers(answered):
        return (
            "It is good only while nobody answers: against the best response no effect is left for certain."
        )
    if raises(exploited):
        share = kept(adapted, answered)
        return f"It works against the best response that was found too, and keeps {share} of its effect."
    return (
        "It works against the best response that was found too; no response was found that costs it anything "
        "for certain."
    )


def kept(adapted: Row, answered: Row) -> str:
    """Write the share of an effect that a response leaves."""
    return f"{number(100 * answered['mean'] / adapted['mean'], 0)} %"


def sentence(package: str, rows: Mapping[str, Row], response: str) -> str:
    """Say what a package achieves at first, after adaptation, and against the best response found."""
    return (
        f"{humanise(package).capitalize()} changes brushing by {points(rows['day_one'])} in the first "
        f"28 days, by "
        f"{points(rows['after_adaptation'])} in the later half, and by "
        f"{points(rows['after_response'])} if the "
        f"trade answers. Exploitability: {points(rows['exploitability'])}, by {response}; the same "
        f"choices bring "
        f"{points(rows['same_without_package'])} under the status quo. "
        + verdict(
            *(rows[name] for name in ("day_one", "after_adaptation", "after_response", "exploitability"))
        )
    )


def response_text(response: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """Say what a response changes: ``Trade: cut, high 0.01 (else 0.0375); …``."""
    if not response:
        return "no response"
    return "; ".join(
        f"{humanise_path(path)} {shown(value)} (else {shown(own[path])})" for path, value in response.items()
    )


def unanswered(package: str) -> str:
    """Say that no response could be run again."""
    return f"No response to {humanise(package)} could be run on fresh seeds."


def effort_text(
    effort: Mapping[str, int], lasted: Mapping[str, int], objective: str, paths: Sequence[str]
) -> str:
    """Say how hard was searched, for what, and what the intervals mean."""
    failed = f" {plural(lasted['failed'], 'trial')} failed." if lasted["failed"] else ""
    return (
        f"Tried: {plural(effort['trials'], 'response')} × {plural(effort['replications'], 'run')} on "
        f"common seeds, "
        f"{lasted['shops']:,} shops, {lasted['warmup']} days of warm-up and {lasted['days']} of "
        f"policy; the trade "
        f"chose {listed([humanise_path(path) for path in paths])}, from the day of the package on, for most "
        f"{objective}.{failed} Run again: {plural(lasted['candidates'], 'response')} and none, under "
        f"the package and "
        f"under the status quo, × {plural(effort['fresh'], 'run')} on seeds that no trial had; "
        f"effects are paired, and "
        "all their intervals hold together in 95 % of stress tests, whichever response is picked. "
        "The trade acts as "
        "one here, which favours it; but a harder search may find a better response, so that "
        "exploitability is a "
        "lower bound of what a trade that acts as one could do with these choices."
    )


def note(n: int, response: str) -> str:
    """Say what the lines of the figure are."""
    return (
        f"Weekly means over {plural(n, 'fresh run')}, with 95\u00a0% intervals week by week. "
        f"Answered: from day 0 on "
        f"the trade plays the best response that was found: {response}."
    )
