"""What enforcement costs innocents and reviewers, in units that compare."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from experiments.analysis.costs import HOURS_RATE, LOST_RATE, hours_of_review, with_burdens

ARMS = [
    {"label": "nobody", "package": {"name": "no_enforcement"}},
    {"label": "slow", "package": {"name": "slow", "detection": {"reviews_per_reviewer_day": 20}}},
    {"label": "fast", "package": {"other": {"x": 1}, "detection": {"reviews_per_reviewer_day": 40}}},
]


def told(n_shops: float | None = 2000, days: float | None = 730, **columns: float) -> pd.DataFrame:
    values = {"reviews": 600.0, "innocent_sales_lost_rmb": 90_000.0, "innocent_shop_years": 3000.0} | columns
    runs = pd.DataFrame([{"package": arm["label"], **values} for arm in ARMS])
    return with_burdens(runs, ARMS, n_shops, days).set_index("package")


def test_a_review_takes_its_share_of_eight_hours() -> None:
    assert [hours_of_review(arm["package"]) for arm in ARMS] == [0.0, 8 / 20, 8 / 40]


def test_reviewers_work_so_many_hours_a_thousand_shops_and_year() -> None:
    # 600 reviews of 24 minutes are 240 hours, in 2,000 shops over two years.
    assert told()[HOURS_RATE].to_dict() == pytest.approx({"nobody": 0, "slow": 60, "fast": 30})


def test_sales_lost_are_shared_out_over_the_years_of_innocent_shops() -> None:
    assert told()[LOST_RATE].tolist() == pytest.approx([30.0] * 3)


def test_what_a_run_does_not_tell_is_undefined_not_zero() -> None:
    assert told(innocent_shop_years=0.0)[LOST_RATE].isna().all()
    assert told(reviews=math.nan)[HOURS_RATE].isna().all()
    assert told(n_shops=None)[HOURS_RATE].isna().all() and told(days=None)[HOURS_RATE].isna().all()
    bare = with_burdens(pd.DataFrame({"package": ["slow"]}), ARMS, 2000, 365)
    assert bare[[LOST_RATE, HOURS_RATE]].isna().all(axis=None)
