"""The rule by which a package is best, from words: ``choose=OUTCOME``, ``OUTCOME.max=``, ``OUTCOME.min=``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from experiments.analysis.choice import Limit, Rule
from experiments.language.outcomes import told
from sim.outcomes import OUTCOMES
from sim.parameters import ConfigError

OBJECTIVES = (
    "brushed_share",
    "innocent_hits_per_1000_shop_years",
    "honest_sales_rmb",
    "enforcement_cost_rmb",
)
"""What a choice weighs: what remains, whom it hits, what honest merchants sell, what it costs."""

CHOOSE = "choose"
SIGNS = {"max": 1, "min": -1}


def rule_of(words: Sequence[str]) -> tuple[Rule, list[str]]:
    """Return the rule that words state, and the words that are about something else.

    Without any, the best package leaves the least brushing.

    Raises
    ------
    ConfigError : there is no such outcome, a limit is no number, or nobody can say which way is better
    """
    chosen, limits, others = OBJECTIVES[0], [], []
    for word in words:
        key, _, value = word.partition("=")
        name, _, end = key.rpartition(".")
        if key == CHOOSE:
            chosen = known(value)
        elif end in SIGNS and "." not in name:
            limits.append(Limit(known(name), SIGNS[end], number_of(key, value)))
        else:
            others.append(word)
    better = told(chosen).better
    if not better:
        raise ConfigError(f"{CHOOSE}: whether more of {chosen} is better depends on who asks")
    return Rule(chosen, better, tuple(limits)), others


def known(name: str) -> str:
    """Return the name of an outcome, or raise `ConfigError`."""
    if name not in {outcome.name for outcome in OUTCOMES}:
        raise ConfigError(
            f"there is no outcome {name!r}; docs/files.md lists them, {', '.join(OBJECTIVES)} first"
        )
    return name


def number_of(key: str, text: str) -> float:
    """Return the finite number that a word sets, or raise `ConfigError`."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigError(f"{key}: a limit is a number; got {text!r}")
    return value
