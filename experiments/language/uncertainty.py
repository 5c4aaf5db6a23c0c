"""What a space of parameters says in sentences: sensitivity, robustness, and where a package fails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from experiments.language.estimates import NARROW, percent, unit_of_change
from experiments.language.outcomes import Outcome, told
from experiments.language.words import humanise, listed, plural, sentence_case

TORNADO = "What would change the choice?"
REGRET = "What does a package cost where it is not the best?"
SHARE_AXIS = "Best by the rule, % of runs"
NO_CHOICE = "Nothing to show: there is one package, and so no choice."


def amount(value: float, outcome: Outcome) -> str:
    """Write an amount of an outcome with its unit, without a sign: ``1.20 percentage points``."""
    return f"{outcome.text(abs(value), value)} {unit_of_change(outcome)}"


def rule_text(outcome: str, sign: int, limits: Sequence[Any]) -> str:
    """Say by which rule a package is best."""
    text = f"The best package has the {'most' if sign > 0 else 'least'} {named(outcome)}"
    kept = listed([limit_text(limit) for limit in limits])
    return f"{text} of those with {kept}." if kept else f"{text}."


def named(outcome: str) -> str:
    """Return the name of an outcome within a sentence."""
    name = told(outcome).name
    return name[:1].lower() + name[1:]


def limit_text(limit: Any) -> str:
    """Write a limit: ``innocent shops hit of at most 50.0 per 1,000 innocent shop-years``."""
    outcome, bound = told(limit.outcome), "at most" if limit.sign > 0 else "at least"
    return f"{named(limit.outcome)} of {bound} {level_text(limit.value, outcome)}"


def level_text(value: float, outcome: Outcome) -> str:
    """Write a level with its unit: ``3.0 % of paid orders``."""
    text = outcome.text(value)
    return f"{text}{NARROW}{outcome.unit}" if outcome.is_share else f"{text} {outcome.unit}"


def noise_sentence(share: float, replications: int, points: int) -> str:
    """Say how much of the differences between points is luck."""
    if not math.isfinite(share):
        return "With one replication a point, luck cannot be told apart from effects."
    return (
        f"Of the variance between the means of {plural(points, 'point')}, {percent(share, 0)} is the luck of "
        f"{plural(replications, 'replication')}, and not counted in the numbers below."
    )


def most_moving(package: str, outcome: str, rows: Sequence[tuple[str, str]]) -> str:
    """Say which parameters move an outcome of a package most; ``rows`` are name and measure."""
    what = f"{sentence_case(named(outcome))} under {humanise(package)}"
    if not rows:
        return f"{what}: no parameter's effect stands out from luck."
    return f"{what} is moved most by {listed([f'{name} ({measure})' for name, measure in rows])}."


def margin_sentence(package: str, rows: Sequence[tuple[str, str]]) -> str:
    """Say which parameters move the margin of the choice most; ``rows`` are name and measure."""
    if not rows:
        return "No parameter's effect on that margin stands out from luck."
    return f"That margin of {humanise(package)} is moved most by {listed([f'{n} ({m})' for n, m in rows])}."


def choice_sentence(package: str, share: float, middle: float, rule: Any) -> str:
    """Say which package is best most often, and by how much it is ahead on average."""
    outcome, aside = rule.outcome, ", limits aside" if rule.limits else ""
    side = "ahead of" if middle >= 0 else "behind"
    return (
        f"{sentence_case(humanise(package))} is the best package in {percent(share, 0)} of all runs; on "
        f"average it is {amount(middle, told(outcome))} {side} the best other one in {named(outcome)}{aside}."
    )


def flip_sentence(row: Any) -> str:
    """Say what a parameter does to the choice, from a row of the tornado."""
    name = sentence_case(row["phrase"])
    where = f"from {row['low_value']} to {row['high_value']} {row['unit']}".strip()
    reach = f"moves the margin by {amount(row['reach'], told(row['outcome']))}"
    if row["decides"] == "share":
        shares = [percent(row[f"{end}_share"], 0) for end in ("low", "high")]
        reach = f"moves how often the choice is made from {shares[0]} to {shares[1]}"
    if not row["flips"]:
        return f"{name}: {where} it {reach}, and the choice stays."
    other = next(
        (name for name in (row["low_best"], row["high_best"]) if name not in ("", row["package"])), ""
    )
    instead = f" to {humanise(other)}" if other else ""
    at = f"{row['flips']} {row['unit']}".strip()
    sure = "" if row["sure"] else ", though the intervals of its ends allow that it does not"
    return f"{name}: {where} it {reach}; the choice changes{instead} near {at}{sure}."


def tornado_note(package: str, outcome: str, rule: str, points: int, fitted: float) -> str:
    """Say what the marks of the tornado mean."""
    return (
        f"Left: by how much {humanise(package)} is ahead of the best other package in {named(outcome)} when "
        "one parameter is at its low or high end and the others are as the design has them; below 0 another "
        "package is better in it. Right: the share of runs in which it is the best. "
        f"{rule} Lines: 95\u00a0% bootstrap intervals. Diamonds: where the choice changes, open where the "
        f"intervals allow that it does not. A sum of curves fitted to {plural(points, 'point')}, which "
        f"explains {percent(fitted, 0)} of the margin's variance between them."
    )


def margin_axis(outcome: str) -> str:
    """Return the name of the axis of margins."""
    own = told(outcome)
    return f"Ahead in {named(outcome)}, {unit_of_change(own)}"


def regret_sentence(row: Any, outcome: str) -> str:
    """Say what it costs to choose a package and not the best one of each world."""
    own = told(outcome)
    return (
        f"{sentence_case(humanise(row['package']))} is the best in {percent(row['best_share'], 0)} of the "
        "worlds; "
        f"on average over all of them it is {amount(row['mean'], own)} worse than the best one, and "
        f"{amount(row['largest'], own)} in the worst."
    )


def limits_sentence(limits: Sequence[Any]) -> str:
    """Say what the limits are."""
    return f"Limits: {listed([limit_text(limit) for limit in limits])}."


def satisficing_sentence(row: Any) -> str:
    """Say in how many worlds a package keeps all limits."""
    name = sentence_case(humanise(row["package"]))
    if not row["n_worlds"]:
        return f"{name}: an outcome is unknown in every world."
    ends = f"[{percent(row['low'], 0)},\u00a0{percent(row['high'], 0)}]"
    unsure = row["unsure_share"]
    luck = f" In {percent(unsure, 0)} of them luck may have decided." if unsure and unsure > 0 else ""
    return f"{name} keeps all limits in {percent(row['share'], 0)} {ends} of {row['n_worlds']} worlds.{luck}"


def box_sentence(package: str, failing: str, dims: Sequence[str], box: Any) -> str:
    """Say where a package fails; ``dims`` are the conditions of the box."""
    where = listed(list(dims))
    held = box["held_out_density"]
    fresh = f", {percent(held, 0)} in worlds that the box was not drawn from" if math.isfinite(held) else ""
    return (
        f"{sentence_case(humanise(package))} {failing} where {where}: there it does in "
        f"{percent(box['density'], 0)} of the worlds ({percent(box['base'], 0)} of all{fresh}), which are "
        f"{percent(box['coverage'], 0)} of all worlds in which it does."
    )


def no_box(package: str, failing: str, hits: int, n: int) -> str:
    """Say that a package fails nowhere, everywhere, or nowhere in particular."""
    name = sentence_case(humanise(package))
    if hits in (0, n):
        return f"{name} {failing} in {'none' if not hits else 'all'} of {plural(n, 'world')}."
    return f"{name} {failing} in {hits} of {plural(n, 'world')}; no region of parameters stands out."


FAILS_LIMITS = "misses a limit"
"""What failing means where there are limits."""


def fails_regret(value: float, outcome: str) -> str:
    """Say what failing means where there are none: the worst quarter of a package's own regrets."""
    return f"is more than {amount(value, told(outcome))} worse than the best package"


def condition(name: str, low: str, high: str) -> str:
    """Write one side or both of a box: ``Fine per shop, RMB, is above 10,000``."""
    if low and high:
        return f"{name} is between {low} and {high}"
    return f"{name} is above {low}" if low else f"{name} is below {high}"


def word_condition(name: str, words: Sequence[str]) -> str:
    """Write a box's words."""
    return f"{name} is {' or '.join(words)}"


REGRET_NOTE = (
    "Regret is how much worse a package is than the best one of the same world, both by their means over "
    "replications; `low` and `high` bound its mean over worlds (95 % bootstrap). `held out` is the mean "
    "against the package that other replications call the best: luck makes plain regret too large, and "
    "not this one."
)
BOXES_NOTE = (
    "Boxes are found by PRIM (Bryant and Lempert 2010): of its trajectory the box with the largest harmonic "
    "mean of coverage and density, without restrictions that luck could have made (quasi-p above 0.05)."
)


def worlds_sentence(points: int, replications: int) -> str:
    """Say what stands behind the numbers."""
    return (
        f"{plural(points, 'world')} of the design, each as likely as any other, "
        f"{plural(replications, 'replication')} of each package in each."
    )


def regret_note(worlds: int) -> str:
    """Say what the marks of the figure of regret mean."""
    return (
        f"Regret: how much worse a package is than the best one of the same world, for each objective alone. "
        f"Dots: {plural(worlds, 'world')}. Diamonds: means over worlds with 95\u00a0% bootstrap intervals."
    )


QUALITY_NOTE = (
    "Each fifth of the points was left out once, noise and process were fitted on the others, and the width "
    "of intervals was chosen on other fifths than the one that is counted. Error: root mean square, luck of "
    "a point's mean included."
)
OTHER_CODE = (
    "Fitted on runs of another version of the model: what it says of this one is a guess until it is fitted "
    "again."
)
SPREAD_NOTE = (
    "Expectations over replications; in brackets where they are least and most. Sign: in how many places the "
    "95 % interval of the difference from {baseline} lies below 0, and above."
)
ANSWER_NOTE = (
    "95 % intervals of the expectation over replications; “one run” is where a single fresh run lies. "
    "Numbers of the emulator, not of runs: `compare` at this point confirms them."
)
