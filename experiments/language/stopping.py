"""When and why a study stopped that was to stop when it knows enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.language.estimates import unit_of_change
from experiments.language.outcomes import BY_COLUMN
from experiments.language.words import humanise, listed, plural

AT_ALL_LOOKS = (
    "Intervals of means and differences hold at all looks together, so that stopping there does not make "
    "them err more often than 5\u00a0%; they are wider than those of a fixed number of replications. "
    "Intervals of factors, channels, kinds of shops, cells of a grid, budgets and paths over time know "
    "nothing of the looks."
)


def stopped(told: Mapping[str, Any]) -> list[str]:
    """Say when a study stopped, what is open, and what that saved; nothing for one that was not to stop.

    Parameters
    ----------
    told : ``stopping.json``
    """
    if not told:
        return []
    return [known(told), saving(told), AT_ALL_LOOKS] if told["reached"] else [unknown(told), AT_ALL_LOOKS]


def known(told: Mapping[str, Any]) -> str:
    """Say when a study stopped that knows enough, and what."""
    n, most = told["replications"], told["looks"][-1]
    goals = listed([in_words(goal) for goal in told["goals"]])
    return f"Stopped after {n} of at most {most} replications. Now known: every difference in {goals}."


def unknown(told: Mapping[str, Any]) -> str:
    """Say that a study has ended without knowing enough, and of which packages."""
    left = [(goal, packages_open(goal, told)) for goal in told["goals"]]
    still = "; ".join(f"{listed(names)} in {in_words(goal)}" for goal, names in left if names)
    return (
        f"Not settled after {plural(told['replications'], 'replication')}, the most that were allowed: "
        f"{still}. That is no evidence that packages are alike."
    )


def in_words(goal: Mapping[str, Any]) -> str:
    """Say what one goal asks for."""
    outcome = BY_COLUMN.get(goal["outcome"])
    name = outcome.name.lower() if outcome else humanise(goal["outcome"])
    unit = f" {unit_of_change(outcome)}" if outcome else ""
    narrow = [f"up to ± {goal['half_width']:g}{unit}"] if goal["half_width"] is not None else []
    return f"{name} ({' or '.join((['its sign'] if goal['sign'] else []) + narrow)})"


def packages_open(goal: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    """Return the packages for which a goal is not reached."""
    return [humanise(entry["package"]) for entry in told["open"] if entry["goal"] == goal["text"]]


def saving(told: Mapping[str, Any]) -> str:
    """Say how many replications were saved, and how many a plan without looks would have needed."""
    saved, runs = told["saved_replications"], told["saved_runs"]
    said = f"Stopping saved {plural(saved, 'replication')} ({plural(runs, 'run')}) against the most allowed."
    if told["fixed"] is None:
        return said
    more = told["fixed"] - told["replications"]
    against = (
        f"{abs(more)} {'more' if more > 0 else 'fewer'} than were run" if more else "as many as were run"
    )
    return (
        f"{said} Who had known beforehand the means and spreads that were seen could have fixed "
        f"{told['fixed']} replications for as much certainty: {against}."
    )
