"""Detectors: from the traces of shops to a risk in [0, 1]."""

from policies.detectors.burst_rules import BurstRules
from policies.detectors.fitted import FITTED, FittedDetector, auc, fit_logistic, load_fitted, roc, thin
from policies.detectors.shop_features import (
    FEATURES,
    MONTH,
    PSEUDO_ORDERS,
    READS,
    WEEK,
    burst_features,
    excess_share,
    features,
)

__all__ = [
    "FEATURES", "FITTED", "MONTH", "PSEUDO_ORDERS", "READS", "WEEK", "BurstRules", "FittedDetector", "auc",
    "burst_features", "excess_share", "features", "fit_logistic", "load_fitted", "roc", "thin",
]  # fmt: skip
