"""What merchants believe, in expectation: severity, the memory of sanctions, perceived risk."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from experiments.twin.kernels.sentencing import Lessons
from sim.config import BeliefConfig


@dataclass
class Severity:
    """Believed demotion (days), fine (RMB) and closure, the weight behind them, sanctions a year."""

    means: np.ndarray
    weight: float
    rate: float

    def learn(self, lessons: Lessons, days: float, config: BeliefConfig) -> None:
        """Take in ``days`` of the same lessons."""
        keep = 0.5 ** (1 / config.memory_half_life)
        self.rate = self.rate * keep**days + (1 - keep**days) * 365 * lessons.sanctions
        floor = 0.1 * config.severity_prior_rate
        faded = max(self.weight * keep**days, min(self.weight, floor))
        gained = (1 - keep**days) / (1 - keep)
        brought = np.array([lessons.demotion_days, lessons.fines, lessons.closures]) * gained
        weight = faded + lessons.sanctions * gained
        self.means = (self.means * faded + brought) / max(weight, 1e-300)
        self.weight = weight

    def prior(self, config: BeliefConfig) -> float:
        """Return the prior of perceived risk, which fades with the memory of sanctions."""
        return config.prior * min(1.0, self.rate / config.reference_rate)


def make_severity(config: BeliefConfig) -> Severity:
    """Return the beliefs of the first day."""
    means = np.array([config.demotion_prior, config.fine_prior, config.closure_prior])
    return Severity(means, config.severity_prior_rate, config.reference_rate)


def hear(
    lessons: Lessons, announcements: float, prior: float, days: float, config: BeliefConfig
) -> tuple[float, float]:
    """Return where neighbours' and published sanctions, and forgetting, move perceived risk.

    First the risk on which it settles, then the share that is left after ``days`` of what sets it apart.
    ``announcements`` are a day's, weighted by salience. Own sanctions move with those who were hit.
    """
    a_day = config.neighbours * lessons.sanctions * -math.log1p(-min(config.peer, 1 - 1e-12))
    a_day += announcements * -math.log1p(-min(config.announcement, 1 - 1e-12))
    forgets = math.log(2) / config.half_life
    settled = (a_day + forgets * prior) / (a_day + forgets)
    return float(settled), float(math.exp(-(a_day + forgets) * days))
