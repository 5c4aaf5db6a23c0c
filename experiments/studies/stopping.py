"""When a study knows enough: what is asked for with ``until``, and which packages are still open."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from experiments.analysis.sequential import looks_of
from experiments.analysis.simultaneous import ENOUGH, ERROR
from experiments.language.outcomes import BY_COLUMN
from sim.outcomes import OUTCOMES
from sim.parameters import ConfigError

DECIDED = "decided"
FORM = "OUTCOME:HALF_WIDTH, decided:OUTCOME or decided:OUTCOME:HALF_WIDTH"
LARGEST = 100_000
"""Replications beyond which no fixed design is looked for."""


@dataclass(frozen=True)
class Goal:
    """What has to be known of the difference of every package from the baseline in one outcome.

    With ``sign`` that it is above or below 0, with ``half_width`` the difference up to so much, in the
    outcome's own unit; with both, either is enough.
    """

    text: str
    outcome: str
    sign: bool
    half_width: float | None

    def shown(self) -> dict[str, Any]:
        """Return the goal as people read it: the half width of a share in percentage points."""
        width = None if self.half_width is None else float(f"{self.half_width * scale_of(self.outcome):.6g}")
        return {"text": self.text, "outcome": self.outcome, "sign": self.sign, "half_width": width}

    def reached(self, mean: Any, half: Any) -> Any:
        """Tell where intervals ``mean`` ± ``half`` say enough; not where they are unknown."""
        narrow = half <= self.half_width if self.half_width is not None else np.zeros(np.shape(half), bool)
        return narrow | (half < np.abs(mean)) if self.sign else narrow


@dataclass(frozen=True)
class Stopping:
    """Planned numbers of replications at which a study looks at its differences, and its goals."""

    goals: tuple[Goal, ...]
    looks: tuple[int, ...]

    def description(self) -> dict[str, Any]:
        """Return what makes this plan this one."""
        return {"until": [goal.text for goal in self.goals], "looks": list(self.looks)}


def stopping_of(until: str | Sequence[str] | None, every: int, most: int) -> Stopping | None:
    """Return the plan that a configuration asks for; None if it asks for none.

    Parameters
    ----------
    until : one goal or several, all of which have to be reached
    every, most : replications between two looks, and the most that are run

    Raises
    ------
    ConfigError : a goal cannot be read or names no outcome; there is no second replication to look at
    """
    wanted = [until] if isinstance(until, str) else list(until or ())
    if not wanted:
        return None
    if every < 2 or most < every:
        raise ConfigError(
            f"until: look_every must be at least 2 and at most max_replications; got {every} and {most}"
        )
    return Stopping(tuple(map(goal_of, wanted)), looks_of(every, most))


def goal_of(text: str) -> Goal:
    """Read one goal.

    Raises
    ------
    ConfigError : it has another form, names no outcome, or has a half width that is not above 0
    """
    first, *rest = (part.strip() for part in text.split(":"))
    sign = first == DECIDED
    outcome, width = ([*rest, "", ""] if sign else [first, *rest, "", ""])[:2]
    if len(rest) > 1 + sign or not outcome or not (sign or width):
        raise ConfigError(f"until: write {FORM}; got {text!r}")
    names = [known.name for known in OUTCOMES]
    if outcome not in names:
        near = difflib.get_close_matches(outcome, names, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        raise ConfigError(f"until: there is no outcome {outcome!r}; {hint}")
    return Goal(text, outcome, sign, own_unit(outcome, width, text) if width else None)


def own_unit(outcome: str, width: str, text: str) -> float:
    """Return a half width as readers see it (shares: percentage points) in the outcome's own unit."""
    try:
        number = float(width)
    except ValueError:
        number = np.nan
    if not (np.isfinite(number) and number > 0):
        raise ConfigError(f"until: the half width in {text!r} must be a number above 0; got {width!r}")
    return number / scale_of(outcome)


def scale_of(outcome: str) -> float:
    """Return by how much an outcome is multiplied where people read it."""
    return BY_COLUMN[outcome].scale if outcome in BY_COLUMN else 1.0


def judged(goal: Goal, rows: pd.DataFrame, error: float) -> pd.DataFrame:
    """Return one row a package: its difference at this look, and whether that is enough.

    ``fixed`` is how many replications of a plan without looks would have been enough, had the mean and the
    spread that were seen been known beforehand; NaN where no number is. A difference that is the same in
    fewer than ten pairs is not known: too few have been seen to say that it does not vary.

    Parameters
    ----------
    rows : comparison of the packages that count, without the baseline, in the goal's outcome
    error : of their simultaneous intervals, at this look
    """
    mean, low, high = (rows[name].to_numpy(float) for name in ("difference", "sim_low", "sim_high"))
    half, n = (high - low) / 2, rows["n"].to_numpy(float)
    told = rows[["outcome", "package", "n", "difference", "sim_low", "sim_high"]]
    own = ERROR / max(len(rows), 1)
    spread = half * np.sqrt(n) / special.stdtrit(np.maximum(n - 1, 1), 1 - error / 2)
    fixed = [needed(goal, *pair, own) for pair in zip(mean, spread, strict=True)]
    enough = goal.reached(mean, half) & ((half > 0) | (n >= ENOUGH))
    return told.assign(goal=goal.text, error=error, reached=enough, fixed=fixed)


def needed(goal: Goal, mean: float, spread: float, error: float) -> float:
    """Return the replications after which one t-interval reaches a goal; NaN if none up to `LARGEST`."""
    n = np.arange(2, LARGEST + 1)
    half = special.stdtrit(n - 1, 1 - error / 2) * spread / np.sqrt(n)
    enough = goal.reached(np.full(n.size, mean), half)
    return float(n[np.argmax(enough)]) if enough.any() else np.nan
