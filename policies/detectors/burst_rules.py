"""The rules of the status quo: a logistic risk with documented weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from policies.detectors import scoring
from policies.detectors.shop_features import PSEUDO_ORDERS, looked_at
from sim.contract import Observation, check_parameters, parameter


@dataclass
class BurstRules:
    """The rules of the status quo: documented weights, an assumption.

    The positive weight on growth is a known flaw: genuine bursts grow, persistent brushers do not.
    """

    intercept: float = parameter(-3.3, "logit", -50, 50, "assumption", "log odds of a usual shop")
    growth: float = parameter(0.5, "logit", -50, 50, "assumption", "weight of log growth, week over month")
    conversion: float = parameter(1.8, "logit", -50, 50, "assumption", "weight of log excess conversion")
    task_like: float = parameter(8, "logit", -50, 50, "assumption", "weight of excess task-like orders")
    parcels: float = parameter(26, "logit", -50, 50, "assumption", "weight of excess flagged parcels")

    def __post_init__(self) -> None:
        check_parameters(self, "burst_rules")

    def score(self, observation: Observation) -> np.ndarray:
        """Return the risk of every shop."""
        out = np.empty(observation.n_shops)
        scoring.burst_risk(looked_at(observation), PSEUDO_ORDERS, self._weights(), out)
        return out

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Return the risk of every row of `features`."""
        weights = self._weights()
        return scoring.risk_of_rows(rows[:, : len(weights) - 1], weights)

    def _weights(self) -> tuple[float, ...]:
        weights = self.intercept, self.growth, self.conversion, self.task_like, self.parcels
        return tuple(map(float, weights))
