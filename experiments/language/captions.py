"""Headings, captions and notes of the sections of a report."""

from __future__ import annotations

CAPTIONS = {
    "harm_axes": "The same packages against three prices: innocent shops hit, the sales that they lose, "
    "and the working hours of reviewers.",
    "paths": "Fake orders as a share of paid orders, week by week. Policies take months to act in full.",
    "heat_map": "Two levers at once. Colour is the level; grey, hatched cells cannot be told apart from "
    "the outlined one.",
    "channels": "The change of brushing under a package, split over the channels through which it works.",
    "risk": "What merchants fear beside what happens to those who brush, and how well fake orders "
    "are hidden.",
    "deterred": "Relative changes, so that kinds of shops compare that brush more or less to begin with.",
    "harm": "Who pays for wrong sanctions: innocent shops hit, by age and size, with counts.",
    "capacity": "Days on which cases waited because all reviewers were busy.",
    "worlds": "The same packages in every calibrated world: parameters that reproduce the "
    "published facts as well.",
}
MAP = "All combinations of the factors. Grey, hatched: cannot be told apart from the baseline."
LINE = "One factor, a line for each block of the design."

ADAPTATION = "Before and after adaptation"
ADAPTATION_CAPTION = "How well detection keeps up with those who learn to hide."
EFFECTS = ["Effect before adaptation", "Effect after it"]
BUDGET = "What a budget buys"
BUDGET_CAPTION = (
    "Budgets are multiples of what the baseline costs in the simulated market over all "
    "policy days (reviews, hearings, raids and suits). Only packages whose cost is surely within the "
    "budget count: the upper end of its interval. Unit costs are assumptions, so each budget is asked "
    "at three levels of them."
)
UNDEFINED, NONE_SEEN = "not defined", "none in any run"


def adaptation_note(effects: bool) -> str:
    """Say what the brackets of the table on adaptation are, and what its effects, if it has any."""
    said = (
        " Effects, in percentage points of paid orders: with no evasion and with all channels at work, "
        "against the same package with all channels mute."
        if effects
        else ""
    )
    return f"Brackets: 95\u00a0% intervals, each alone.{said}"


def not_written(why: str) -> str:
    """Say that the sentences of a section could not be made."""
    return f"The text of this section could not be written ({why})."


def none_seen_below(bound: str) -> str:
    """Say that nothing was seen, with the upper bound of its rate."""
    return f"none seen; < {bound}"
