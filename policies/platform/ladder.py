"""The sanction ladder: what happens to a shop at its first, second, third strike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.contract import (
    SANCTIONS,
    Act,
    Close,
    ConfigError,
    Demote,
    Fine,
    Observation,
    check_parameters,
    parameter,
)


@dataclass
class Ladder:
    """Steps of verbs joined by ``+``; a shop climbs one a strike, and strikes expire."""

    steps: list[str] = parameter(
        ["remove_sales+demote", "remove_sales+demote+fine", "close"],
        "-",
        None,
        None,
        "assumption",
        "sanctions at the first, second, … strike; the last one repeats",
    )
    expiry_days: float = parameter(365, "days", 1, 3650, "assumption", "older strikes are forgotten")
    demotion_days: int = parameter(30, "days", 1, 3650, "demotion_days", "length of a demotion")
    fine_rmb: float = parameter(1000, "RMB", 0, 1e7, "assumption", "fine: from cash, deposit, owner")
    skip_intensity: float = parameter(
        0, "orders/day", 0, 10_000, "assumption", "found intensity from which one step is skipped; 0: never"
    )
    closure_probability: float = parameter(
        0.05, "probability", 0, 1, "assumption", "closure at any strike, whatever the step says"
    )

    def __post_init__(self) -> None:
        check_parameters(self, "ladder")
        known = [act.verb for act in SANCTIONS]
        unknown = [verb for step in self.steps for verb in step.split("+") if verb not in known]
        if unknown or not self.steps:
            got = repr(unknown[0]) if unknown else "no step"
            raise ConfigError(f"ladder.steps must join some of {', '.join(known)} by '+'; got {got}")
        self._applies = self._table()

    def sanction(
        self, observation: Observation, shops: np.ndarray, cases: np.ndarray, intensity: np.ndarray
    ) -> list[Act]:
        """Return the acts against ``shops``, by their strikes and what a review found.

        Parameters
        ----------
        observation : the evening's observation (reads ``identity``, ``days_since_sanction``, ``luck``)
        shops, cases : slots and case numbers, one length
        intensity : brushed orders a day that were found; 0 where nobody looked
        """
        if shops.size == 0:
            return []
        applies = self._applies[self._rungs(observation, shops, intensity)]
        columns = zip(SANCTIONS, applies.T, strict=True)
        return [self._act(kind, shops[hit], cases[hit]) for kind, hit in columns if hit.any()]

    def _rungs(self, observation: Observation, shops: np.ndarray, intensity: np.ndarray) -> np.ndarray:
        """Return the row of the table for each shop."""
        strikes = (observation.days_since_sanction[shops] < self.expiry_days).sum(axis=1)
        skipped = (intensity >= self.skip_intensity) & (self.skip_intensity > 0)
        rungs = np.minimum(strikes + skipped, len(self.steps) - 1)
        unlucky = observation.luck("ladder.close", observation.identity[shops]) < self.closure_probability
        return np.where(unlucky, len(self.steps), rungs)

    def _table(self) -> np.ndarray:
        """Return which verb (column) each step (row) contains; the last row is closure by chance."""
        rows = [step.split("+") for step in [*self.steps, Close.verb]]
        return np.array([[act.verb in row for act in SANCTIONS] for row in rows])

    def _act(self, kind: Callable[..., Act], shops: np.ndarray, cases: np.ndarray) -> Act:
        terms: dict[Any, Any] = {Demote: self.demotion_days, Fine: np.full(shops.size, float(self.fine_rmb))}
        its_own = [terms[kind]] if kind in terms else []
        return kind(shops, cases, *its_own, reason="ladder")
