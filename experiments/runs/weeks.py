"""One run week by week: means and sums of its daily table."""

from __future__ import annotations

import pandas as pd

WEEKLY = {"cases": "sum", "hits_innocent": "sum", "hits_guilty": "sum"}
DAILY = {"brushed_share": "mean", "organisers_open": "mean", "fee": "mean"}


def weeks(daily: pd.DataFrame) -> pd.DataFrame:
    """Sum and average the daily table by week, over whole weeks, or over parts if none is whole."""
    how = {name: rule for name, rule in {**DAILY, **WEEKLY}.items() if name in daily}
    whole = whole_weeks(daily)
    table = daily.groupby(week_of(daily))[list(how)].agg(how)[whole | (not whole.any())]
    return table.reindex(columns=[*DAILY, *WEEKLY])


def week_of(daily: pd.DataFrame) -> pd.Series:
    """Return the number of the week in which each day lies; 0 begins on day 0."""
    return (daily["day"] // 7).rename("week")


def whole_weeks(daily: pd.DataFrame) -> pd.Series:
    """Tell, by week, whether all of its days are there."""
    return daily.groupby(week_of(daily)).size() == 7
