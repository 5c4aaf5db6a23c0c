"""A logistic model of labelled shops: fitted, scored, kept in a file, with its operating characteristic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from policies.detectors.scoring import risk_of_rows
from policies.detectors.shop_features import FEATURES, features
from sim.contract import ConfigError, Observation

FITTED = Path(__file__).with_name("fitted_detector.json")
"""Where ``antibrush fit-detector`` puts the fitted detector."""


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

    def score(self, observation: Observation) -> np.ndarray:
        """Return the risk of every shop."""
        return self.predict(features(observation))

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Return the risk of every row of `features`."""
        rows = standardise(rows, self.means, self.sds)
        return risk_of_rows(rows, (self.intercept, *self.coefficients))


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
