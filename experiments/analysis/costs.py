"""What enforcement costs innocents in money and reviewers in work, in units that compare; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

LOST, REVIEWS, EXPOSURE = "innocent_sales_lost_rmb", "reviews", "innocent_shop_years"

LOST_RATE = "innocent_sales_lost_rmb_per_shop_year"
"""Sales that innocent shops lose, in RMB per innocent shop-year."""

HOURS_RATE = "review_hours_per_1000_shop_years"
"""Working hours of reviewers, per 1,000 shops and year."""

WORKDAY_HOURS = 8.0
"""Hours of a reviewer's day, for which ``reviews_per_reviewer_day`` is stated."""


def with_burdens(
    runs: pd.DataFrame, arms: Iterable[Mapping[str, Any]], n_shops: float | None, days: float | None
) -> pd.DataFrame:
    """Return the runs of a study with `LOST_RATE` and `HOURS_RATE`; NaN where a run does not tell.

    Parameters
    ----------
    runs : one row a run with ``package`` and the outcomes
    arms : of the study, each with its ``label`` and ``package``
    n_shops, days : slots for shops, and policy days; None if unknown
    """
    per_review = {str(arm["label"]): hours_of_review(arm.get("package") or {}) for arm in arms}
    hours = _column(runs, REVIEWS) * runs["package"].map(per_review).astype(float)
    shop_years = (n_shops or float("nan")) * (days or float("nan")) / 365
    exposure = _column(runs, EXPOSURE)
    lost = _column(runs, LOST) / exposure.where(exposure > 0)
    return runs.assign(**{LOST_RATE: lost, HOURS_RATE: 1000 * hours / shop_years})


def hours_of_review(package: Mapping[str, Any]) -> float:
    """Return the working hours of one review by a package's detection; 0 where nobody reviews."""
    rates = [
        float(policy["reviews_per_reviewer_day"])
        for policy in package.values()
        if isinstance(policy, Mapping) and "reviews_per_reviewer_day" in policy
    ]
    return WORKDAY_HOURS / rates[0] if rates else 0.0


def _column(runs: pd.DataFrame, name: str) -> pd.Series:
    return runs[name].astype(float) if name in runs else pd.Series(float("nan"), index=runs.index)
