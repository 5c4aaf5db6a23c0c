"""What a search for packages found, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from experiments.language.estimates import per, with_interval
from experiments.language.outcomes import Outcome, fitting, told
from experiments.language.words import humanise_path, level, listed, plural

PLANE_TITLE = "What packages can reach"
NO_CANDIDATE = "Nothing to show: no package was run on fresh seeds."

Row = Mapping[str, Any]
"""An estimate: ``outcome``, ``n``, ``mean``, ``low``, ``high``."""


def named(number: int) -> str:
    """Return how a candidate is called: by its trial; the one that the search began with has a name."""
    return "the base package" if number < 0 else f"trial {number}"


def estimated(row: Row) -> str:
    """Write an estimate with its interval and unit: ``1.2 [0.8, 1.7] per 1,000 innocent shop-years``."""
    outcome = fitting(told(str(row["outcome"])), abs(row["mean"]))
    return f"{with_interval(row, outcome)}{per(outcome)}"


def told_estimate(row: Row) -> str:
    """Write an estimate with its name."""
    return f"{told(str(row['outcome'])).name.lower()} {estimated(row)}"


def levers_text(levers: Mapping[str, Any]) -> str:
    """List levers with their values: ``Detection: threshold 0.82, …``."""
    return "; ".join(f"{humanise_path(path)} {shown(value)}" for path, value in levers.items())


def shown(value: Any) -> str:
    """Write the value of a lever in three figures, or in all before the point."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return level(float(f"{value:.3g}") if abs(value) < 1000 else round(value))


def cheapest_text(
    number: int, limits: Sequence[str], kept: Iterable[Row], cost: Row, others: Iterable[Row]
) -> str:
    """Name the cheapest feasible package and what it comes to.

    Parameters
    ----------
    limits : in words
    kept : estimates of the limited outcomes
    cost, others : the estimate of what it costs, and of the other outcomes
    """
    bounds = f" ({listed([told_estimate(row) for row in kept])})" if limits else ""
    if not limits:
        return (
            f"Cheapest of all packages that were run again, no limit being set: {named(number)}, "
            f"{told_estimate(cost)}; {listed([told_estimate(row) for row in others])}."
        )
    return (
        f"The cheapest feasible package is {named(number)}. It keeps to {listed(list(limits))} for "
        f"certain{bounds}. "
        f"Its {told_estimate(cost)}; {listed([told_estimate(row) for row in others])}."
    )


def as_cheap_text(numbers: Sequence[int]) -> str:
    """Say which other feasible packages may cost no more."""
    if not numbers:
        return ""
    return f" May cost no more, by paired differences: {listed([named(one) for one in numbers])}."


def infeasible_text(count: int, limits: Sequence[str], nearest: int, missed: Sequence[str]) -> str:
    """Say that nothing keeps to the limits, and what comes nearest."""
    return (
        f"None of {plural(count, 'package')} that were run again keeps to {listed(list(limits))} for "
        f"certain. "
        f"Nearest is {named(nearest)}: {'; '.join(missed)}."
    )


def missed_text(row: Row, limit: float, most: bool) -> str:
    """Say how an estimate stands to a limit that its bound misses, or keeps to."""
    outcome = fitting(told(str(row["outcome"])), abs(row["mean"]))
    bound, side = (row["high"], "upper") if most else (row["low"], "lower")
    inside = row["mean"] <= limit if most else row["mean"] >= limit
    within = bound <= limit if most else bound >= limit
    verdict = (
        "keeps to it"
        if within
        else "its mean keeps to the limit, its bound does not"
        if inside
        else "misses it"
    )
    return (
        f"{told_estimate(row)}, {side} bound {outcome.text(bound, row['mean'])} against a limit of "
        f"{outcome.text(limit, row['mean'])}: {verdict}"
    )


def unbeaten_text(count: int, of: int, sure: int) -> str:
    """Say how many packages are unbeaten on fresh seeds."""
    return (
        f"{count} of {plural(of, 'package')} that were run again are unbeaten in the means of fresh "
        f"runs: no other "
        f"is as good on every objective and better on one. {plural(sure, 'package')} "
        f"{'is' if sure == 1 else 'are'} beaten on every objective for certain."
    )


def effort_text(effort: Mapping[str, int], lasted: Mapping[str, int]) -> str:
    """Say how hard was searched, and what the intervals mean.

    Parameters
    ----------
    effort : trials, batch, replications, candidates and fresh runs
    lasted : shops, warm-up, days, failed trials, and candidates that were run
    """
    failed = f" {plural(lasted['failed'], 'trial')} failed." if lasted["failed"] else ""
    return (
        f"Tried: {plural(effort['trials'], 'package')} × {plural(effort['replications'], 'run')} on "
        f"common seeds, "
        f"{lasted['shops']:,} shops, {lasted['warmup']} days of warm-up and {lasted['days']} of "
        f"policy.{failed} "
        f"Run again: {lasted['candidates']} of them, the base package included, × "
        f"{plural(effort['fresh'], 'run')} "
        "on seeds that no trial had. All that is said rests on these alone: a package that is chosen "
        "because its "
        "runs went well looks better in them than it is. Intervals of all outcomes of all these "
        "packages hold "
        "together in 95 % of searches, whichever package is picked from them, and a limit counts as "
        "kept to where "
        "the end of the interval does. They are noise of the simulation only, in one world."
    )


def plane_note(n: int, replications: int, limits: Sequence[str]) -> str:
    """Say what the marks of the figure mean."""
    dotted = f" Dotted: {listed(list(limits))}; full marks keep to it for certain." if limits else ""
    return (
        f"Small grey dots: what the trials looked like while searching ({plural(replications, 'run')} "
        f"each), which "
        "flatters the best of them. Blue: packages that were run again, with intervals that hold for all of "
        f"them together (n = {n}); those with a dark edge are unbeaten.{dotted} Diamond: the "
        "cheapest feasible package. Grey cross: the base package."
    )


def axis(outcome: Outcome) -> str:
    """Return the name of an axis."""
    return f"{outcome.name},\n{outcome.unit}"
