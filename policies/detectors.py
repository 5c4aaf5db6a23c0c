"""Detectors: from the traces of shops to a risk in [0, 1]."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from policies import scoring
from sim.contract import ConfigError, check_parameters, parameter

FEATURES = ("growth", "conversion", "task_like", "flagged_parcels", "repeats", "returns", "log_age")
"""What the detectors look at; `BurstRules` uses the first four."""

FITTED = Path(__file__).with_name("fitted_detector.json")
"""Where ``antibrush fit-detector`` puts the fitted detector."""

READS = ("category", "age", "traces")
"""Fields of the observation that the detectors read."""

WEEK, MONTH = 1, 2
PSEUDO_ORDERS = 6
"""Shares are shrunk towards the market's share by so many orders."""


def features(observation: Any) -> np.ndarray:
    """Return the array (n_shops, len(FEATURES)) that `FittedDetector` scores."""
    traces = observation.traces
    more = [excess_share(count[MONTH], traces.orders[MONTH]) for count in (traces.repeats, traces.returns)]
    return np.column_stack([*burst_features(observation), *more, np.log1p(observation.age)])


def burst_features(observation: Any) -> np.ndarray:
    """Return growth, conversion, task-like and flagged-parcel shares, shape (4, n_shops)."""
    counts = looked_at(observation)
    out = np.empty((4, counts[0].size))
    scoring.burst_features(*counts, PSEUDO_ORDERS, out)
    return out


Looks = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def looked_at(observation: Any) -> Looks:
    """Return what `burst_features` are made of, arrays (n_shops,)."""
    traces = observation.traces
    return (
        traces.orders[WEEK], traces.orders[MONTH], traces.views[WEEK], traces.task_like[MONTH],
        traces.flagged_parcels[MONTH], np.asarray(observation.category),
    )  # fmt: skip


def excess_share(count: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Return a shop's 30-day share, shrunk towards the market's share, minus the market's share."""
    usual = count.sum() / max(orders.sum(), 1.0)
    return (count - usual * orders) / (orders + PSEUDO_ORDERS)


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

    def score(self, observation: Any) -> np.ndarray:
        """Return the risk of every shop."""
        counts = looked_at(observation)
        out = np.empty(counts[0].size)
        scoring.burst_risk(*counts, PSEUDO_ORDERS, self._weights(), out)
        return out

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Return the risk of every row of `features`."""
        weights = self._weights()
        return risk_of(rows[:, : len(weights) - 1], weights)

    def _weights(self) -> tuple[float, ...]:
        weights = self.intercept, self.growth, self.conversion, self.task_like, self.parcels
        return tuple(map(float, weights))


@dataclass
class FittedDetector:
    """A logistic model of labelled shops, with its receiver operating characteristic."""

    intercept: float
    coefficients: list[float]
    means: list[float]
    sds: list[float]
    auc: float
    false_positive_rate: list[float]
    true_positive_rate: list[float]
    thresholds: list[float]
    key: str = ""
    names: tuple[str, ...] = FEATURES

    def score(self, observation: Any) -> np.ndarray:
        """Return the risk of every shop."""
        return self.predict(features(observation))

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Return the risk of every row of `features`."""
        rows = standardise(rows, self.means, self.sds)
        return risk_of(rows, (self.intercept, *self.coefficients))


def risk_of(rows: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """Return the risk of every row of features (n, features); ``weights`` are the intercept and theirs."""
    out = np.empty(rows.shape[0])
    scoring.risk_of(len(out), np.asarray(rows, dtype=float), np.array(weights, dtype=float), out)
    return out


def standardise(rows: np.ndarray, means: Any, sds: Any) -> np.ndarray:
    """Return rows in standard deviations from the mean."""
    return (rows - np.asarray(means)) / np.asarray(sds)


def fit_logistic(rows: np.ndarray, labels: np.ndarray, ridge: float = 1.0, key: str = "") -> FittedDetector:
    """Fit a logistic regression with a ridge penalty on standardised features.

    Parameters
    ----------
    rows : features of labelled shops, shape (n, len(FEATURES))
    labels : whether the shop brushed, shape (n,)
    ridge : half the squared standardised coefficients cost this much log likelihood
    key : what identifies the data, stored with the result
    """
    truth = np.asarray(labels, dtype=float)
    if truth.min() == truth.max():
        raise ConfigError("fit-detector needs shops that brush and shops that do not; the data hold one kind")
    means, sds = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    x = np.column_stack([np.ones(truth.size), standardise(rows, means, sds)])
    penalty = ridge * np.r_[0.0, np.ones(rows.shape[1])]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        value = np.logaddexp(0, z).sum() - truth @ z + 0.5 * penalty @ w**2
        return value, x.T @ (expit(z) - truth) + penalty * w

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    false, hits, thresholds = roc(expit(x @ w), truth)
    area = auc(false, hits)
    false, hits, thresholds = thin(false, hits, thresholds)
    return FittedDetector(
        intercept=float(w[0]),
        coefficients=w[1:].tolist(),
        means=means.tolist(),
        sds=sds.tolist(),
        auc=area,
        false_positive_rate=false.tolist(),
        true_positive_rate=hits.tolist(),
        thresholds=thresholds.tolist(),
        key=key,
    )


def roc(risk: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return false-positive rates, true-positive rates and the thresholds (risk ≥ threshold)."""
    order = np.argsort(-risk, kind="stable")
    ends = np.r_[np.flatnonzero(np.diff(risk[order])), risk.size - 1]
    hits, false = np.cumsum(truth[order])[ends], np.cumsum(1 - truth[order])[ends]
    thresholds = risk[order][ends]
    return np.r_[0, false / false[-1]], np.r_[0, hits / hits[-1]], np.r_[1.0, thresholds]


def auc(false_positive_rate: np.ndarray, true_positive_rate: np.ndarray) -> float:
    """Return the area under the curve by trapezoids."""
    height = (true_positive_rate[1:] + true_positive_rate[:-1]) / 2
    return float(np.diff(false_positive_rate) @ height)


def thin(*curve: np.ndarray, points: int = 201) -> list[np.ndarray]:
    """Keep at most ``points`` points of a curve, both ends among them."""
    size = curve[0].size
    keep = np.unique(np.linspace(0, size - 1, min(points, size)).round().astype(int))
    return [part[keep] for part in curve]


def load_fitted(path: Path | None = None) -> FittedDetector:
    """Read a detector written as JSON, field by field; raise `ConfigError` if that cannot be."""
    path = path or FITTED
    try:
        detector = FittedDetector(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ConfigError(f"no fitted detector at {path}; run `antibrush fit-detector` first") from None
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{path} is not a fitted detector: {error}") from None
    detector.names = tuple(detector.names)
    if detector.names != FEATURES:
        raise ConfigError(f"{path} was fitted on other features; run `antibrush fit-detector` again")
    return detector
