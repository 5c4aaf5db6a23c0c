"""Every outcome of a run and every daily column, declared once: unit, exposure, meaning, formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.state import State
from sim.state.detectors import DetectorRecord

WINDOW, YEAR = 90, 365
MONTH = 30

GROUPS = ("new", "old", "small", "large", "good", "bad")
"""Kinds of shops whose brushing is told apart; good is a quality above the mean of shops."""

SAID_OF_GROUPS = {
    "new": "less than 365 days old", "old": "older", "small": "at most 50 genuine orders in 30 days",
    "large": "more", "good": "a quality above 0", "bad": "a quality of 0 or less",
}  # fmt: skip


class Column(NamedTuple):
    """One column of the daily table; studies keep the weekly means of some (``weekly``)."""

    name: str
    unit: str
    meaning: str
    weekly: bool = False


DAILY = (
    Column("day", "days", "days since the package took over; negative in the warm-up"),
    Column("genuine_orders", "orders", "genuine orders of the day that stand"),
    Column("returned_orders", "orders", "genuine orders of the day that were returned"),
    Column("brushed_orders", "orders", "brushed orders"),
    Column("brushed_share", "share", "brushed / (brushed + genuine orders that stand)", weekly=True),
    Column("genuine_turnover_rmb", "RMB", "value of genuine orders that stand"),
    Column("brushed_turnover_rmb", "RMB", "value of brushed orders"),
    Column("honest_turnover_rmb", "RMB", "genuine turnover of merchants who would never brush"),
    Column("open_shops", "shops", "open shops"),
    Column("innocent_shops", "shops", "open shops that bought no brushed order in 90 days"),
    Column("honest_shops", "shops", "open shops whose merchant would never brush"),
    Column("brushing_shops", "shops", "shops with a brushed order today"),
    Column("brushers", "shops", "open shops with a brushed order in 30 days", weekly=True),
    Column("sanctioned_brushers", "shops", "of them, heard to be sanctioned today", weekly=True),
    *(
        column
        for name in GROUPS
        for column in (
            Column(f"{name}_shops", "shops", f"open shops: {SAID_OF_GROUPS[name]}"),
            Column(f"{name}_brushing_shops", "shops", "of them, with a brushed order today"),
        )
    ),
    Column("visits", "visits", "visits of buyers"),
    Column("consumer_surplus_rmb", "RMB", "surplus of the orders, experienced: true quality, no promise"),
    Column("mean_quality_bought", "quality", "mean true quality of genuine orders, returned ones too"),
    Column("perceived_risk", "per 30 days", "mean perceived risk of opportunists", weekly=True),
    Column("fee", "share of value", "mean all-in fee of open organisers", weekly=True),
    Column("camouflage", "share", "mean camouflage of brushed orders", weekly=True),
    Column("gradual_shops", "shops", "brushing shops whose campaign began gradually"),
    Column("organisers_open", "organisers", "open organisers"),
    Column("workers", "accounts", "accounts that work in the trade"),
    Column("cases", "cases", "cases opened"),
    Column("hits_innocent", "cases", "cases of innocent shops whose first sanction took effect"),
    Column("hits_guilty", "cases", "the same of guilty shops"),
    Column("hits_honest", "cases", "the same of honest merchants"),
    Column("sanctions", "shops", "shops with a case whose sanctions were first heard of"),
    Column("closures", "shops", "shops closed by a sanction"),
    Column("appeals", "appeals", "appeals filed"),
    Column("overturned", "cases", "cases overturned"),
    Column("reviews", "cases", "cases examined"),
    Column("bans", "accounts", "accounts banned"),
    Column("wrong_bans", "accounts", "of them, accounts that did not work in the trade"),
    Column("raids", "organisers", "organisers raided"),
    Column("suits", "organisers", "organisers sued"),
    Column("capacity_bound", "0 or 1", "whether cases waited while capacity was exhausted", weekly=True),
    Column("fines_rmb", "RMB", "fines collected"),
    Column("damages_rmb", "RMB", "damages collected"),
    Column("restitution_rmb", "RMB", "paid back and compensated"),
    Column("enforcement_cost_rmb", "RMB", "what acts cost the institutions"),
    Column("organiser_profit_rmb", "RMB", "cuts + membership − staff − seizures, fines and damages"),
    Column("platform_revenue_rmb", "RMB", "commissions, on brushed orders too"),
    Column("innocent_sales_lost_rmb", "RMB", "sales that innocent shops under sanction lost"),
    Column("innocent_days_lost", "shops", "innocent shops hidden or closed tomorrow by a sanction"),
)
"""All columns of the daily table, in their order."""


@dataclass
class Record:
    """What outcomes are computed from: a run's daily table, its cases and its detector's record.

    ``table`` are the policy days, ``total`` their sums, ``last`` those of the end, ``window`` in number;
    ``innocent`` says of each case of the detector whether the shop was.
    """

    daily: pd.DataFrame
    detectors: DetectorRecord
    innocent: np.ndarray
    window: int

    def __post_init__(self) -> None:
        self.table = self.daily[self.daily["day"] >= 0]
        self.total, self.last = self.table.sum(), self.table.tail(self.window)

    @property
    def hits(self) -> float:
        """Cases whose first sanction took effect."""
        return self.total["hits_innocent"] + self.total["hits_guilty"]

    def mean(self, column: str) -> float | None:
        """Return the mean of a column over the end."""
        return mean(self.last[column])

    def share(self, top: str, bottom: str) -> float | None:
        """Return the quotient of two columns, both summed over the end."""
        return ratio(self.last[top].sum(), self.last[bottom].sum())

    def a_1000_years(self, events: str, shops: str) -> float | None:
        """Return events over the period a thousand shop-years."""
        return ratio(1000 * self.total[events], self.total[shops] / 365)

    def recall_between(self, first: int, last: int) -> float | None:
        """Return recall over the months that end on policy days ``first`` … ``last``."""
        return ratio(*self.detectors.recall_between(first, last))


Formula = Callable[[Record], float | None]


class Outcome(NamedTuple):
    """One outcome of a run.

    ``exposure`` names the shop-years that an event rate is counted over, and ``per_year`` is the rate quoted
    for one event in such a year; both are empty for what is no event rate.
    """

    name: str
    unit: str
    meaning: str
    formula: Formula
    exposure: str = ""
    per_year: float = 0.0


def total(column: str) -> Formula:
    """Return the formula of a column's sum over the period."""
    return lambda run: float(run.total[column])


def at_the_end(column: str) -> Formula:
    """Return the formula of a column's mean over the end."""
    return lambda run: run.mean(column)


def of_group(name: str) -> Formula:
    """Return the formula of the share of a group's shops that brush on a day."""
    return lambda run: run.share(f"{name}_brushing_shops", f"{name}_shops")


YEARS = "per 1,000 shop-years"

OUTCOMES = (
    Outcome("brushed_share", "share", "brushed / all paid orders that stand, mean over the end",
            at_the_end("brushed_share")),
    Outcome("brushed_turnover_share", "share", "the same of value, of the sums over the end",
            lambda run: ratio(b := run.last["brushed_turnover_rmb"].sum(),
                              b + run.last["genuine_turnover_rmb"].sum())),
    Outcome("brushing_shop_share", "share", "shops with a brushed order that day / open shops, over the end",
            lambda run: mean(run.last["brushing_shops"] / run.last["open_shops"])),
    *(Outcome(f"brushing_shop_share_{name}", "share", f"the same of shops of a kind: {SAID_OF_GROUPS[name]}",
              of_group(name)) for name in GROUPS),
    Outcome("true_risk", "per 30 days", "hazard of a sanction that a brushing shop runs",
            lambda run: ratio(MONTH * run.last["sanctioned_brushers"].sum(), run.last["brushers"].sum())),
    Outcome("innocent_hits_per_1000_shop_years", YEARS,
            "cases of innocent shops with a sanction that took something, of innocent open shops",
            lambda run: run.a_1000_years("hits_innocent", "innocent_shops"), "innocent_shop_years", 1000.0),
    Outcome("honest_hits_per_1000_shop_years", YEARS, "the same of merchants who would never brush",
            lambda run: run.a_1000_years("hits_honest", "honest_shops"), "honest_shop_years", 1000.0),
    Outcome("innocent_days_lost_per_1000_shop_years", YEARS,
            "days on which innocent shops are hidden or closed by a sanction, of innocent open shops",
            lambda run: run.a_1000_years("innocent_days_lost", "innocent_shops")),
    Outcome("innocent_sales_lost_rmb", "RMB", "sales that innocent shops under sanction lost",
            total("innocent_sales_lost_rmb")),
    Outcome("overturned_share", "share", "cases overturned / hits",
            lambda run: ratio(run.total["overturned"], run.hits)),
    Outcome("precision", "share", "guilty among the detector's cases, judged at the flag",
            lambda run: ratio(int(np.count_nonzero(~run.innocent)), run.innocent.size)),
    Outcome("recall", "share", "shops with ≥ 5 brushed orders in 30 days that were above the threshold",
            lambda run: ratio(run.detectors.brushing_above, run.detectors.brushing)),
    Outcome("recall_first_90", "share", "recall in the first 90 policy days",
            lambda run: run.recall_between(0, WINDOW - 1)),
    Outcome("recall_last_90", "share", "recall in the last 90 policy days",
            lambda run: run.recall_between(len(run.table) - WINDOW, len(run.table))),
    Outcome("camouflage", "share", "camouflage of brushed orders, mean over the end",
            at_the_end("camouflage")),
    Outcome("evasion_half_life_days", "days", "first day on which camouflage is half-way to its end",
            lambda run: half_life(run.daily, "camouflage")),
    Outcome("false_positive_rate", "per 30 days", "innocent shops above the threshold once in 30 days",
            lambda run: ratio(run.detectors.innocent_above, run.detectors.innocent),
            "innocent_shop_years", MONTH / 365),
    Outcome("consumer_surplus_per_buyer_rmb", "RMB", "surplus of the orders / visits",
            lambda run: ratio(run.total["consumer_surplus_rmb"], run.total["visits"])),
    Outcome("honest_sales_rmb", "RMB", "genuine orders that stand at merchants who would never brush",
            total("honest_turnover_rmb")),
    Outcome("mean_quality_bought", "quality", "mean true quality of genuine orders, mean over days",
            lambda run: mean(run.table["mean_quality_bought"])),
    Outcome("platform_revenue_rmb", "RMB", "commissions, on brushed orders too",
            total("platform_revenue_rmb")),
    Outcome("organiser_profit_rmb", "RMB", "cuts + membership − staff − seizures, fines and damages",
            total("organiser_profit_rmb")),
    Outcome("fines_rmb", "RMB", "fines collected", total("fines_rmb")),
    Outcome("damages_rmb", "RMB", "damages collected", total("damages_rmb")),
    Outcome("enforcement_cost_rmb", "RMB", "what acts cost the institutions", total("enforcement_cost_rmb")),
    Outcome("capacity_bound_day_share", "share", "days on which cases waited while capacity was exhausted",
            lambda run: mean(run.table["capacity_bound"])),
    Outcome("brushed_orders_per_shop_day", "orders", "brushed orders an open shop and day, over the end",
            lambda run: run.share("brushed_orders", "open_shops")),
    Outcome("guilty_hits_per_1000_shop_years", YEARS, "cases of guilty shops with a sanction, of open shops",
            lambda run: run.a_1000_years("hits_guilty", "open_shops")),
    Outcome("cases_per_1000_shop_years", YEARS, "cases opened, of open shops",
            lambda run: run.a_1000_years("cases", "open_shops")),
    Outcome("reviews", "cases", "cases examined", total("reviews")),
    Outcome("raids", "organisers", "organisers raided", total("raids")),
    Outcome("suits", "organisers", "organisers sued", total("suits")),
    Outcome("perceived_risk", "per 30 days", "mean perceived risk of opportunists over the end",
            at_the_end("perceived_risk")),
    Outcome("fee", "share of value", "mean all-in fee of open organisers over the end", at_the_end("fee")),
    Outcome("effect_half_life_days", "days", "first day on which brushing is half-way to its end",
            lambda run: half_life(run.daily)),
)  # fmt: skip
"""All outcomes of a run, in the order of its tables."""


RATES = {outcome.name: (outcome.exposure, outcome.per_year) for outcome in OUTCOMES if outcome.exposure}
"""Event rates: what their exposure is, and the rate quoted for one event in a year of it."""

WEEKLY = tuple(column.name for column in DAILY if column.weekly)
"""Daily columns whose weekly means a study keeps."""


def exposures(daily: pd.DataFrame) -> dict[str, float | None]:
    """Return the shop-years behind the rates, without which a rate of zero has no upper bound."""
    policy = daily[daily["day"] >= 0]
    kinds = dict.fromkeys(exposure for exposure, _ in RATES.values())
    return {kind: float(policy[kind.replace("shop_years", "shops")].sum() / 365) for kind in kinds}


def outcomes_of(daily: pd.DataFrame, state: State) -> dict[str, float | None]:
    """Return the outcomes of the policy period; None where one is undefined."""
    innocent = state.cases.innocent("detector", state.clock.policy_start)
    window = days_of_end(int((daily["day"] >= 0).sum()), state.parameters.demand.festival_days)
    run = Record(daily, state.detectors, innocent, window)
    return {outcome.name: outcome.formula(run) for outcome in OUTCOMES}


def days_of_end(period: int, festival_days: list[int]) -> int:
    """Return how many policy days are the end: half of ``period``, and a season at least.

    A few large brushers make a market's brushing, and their campaigns last for months, so that a longer end
    tells more than more shops would. Where there are festivals it is whole years.
    """
    half = max(period // 2, WINDOW)
    return max(half // YEAR, 1) * YEAR if festival_days else half


def mean(values: pd.Series) -> float | None:
    """Return the mean, None of nothing."""
    value = float(values.mean()) if len(values) else float("nan")
    return value if np.isfinite(value) else None


def ratio(top: float, bottom: float) -> float | None:
    """Return top / bottom, None where the bottom is zero."""
    return float(top) / float(bottom) if bottom else None


def half_life(daily: pd.DataFrame, column: str = "brushed_share") -> float | None:
    """Return the first policy day on which the 28-day mean of ``column`` is half-way to its final mean."""
    share = daily.set_index("day")[column].rolling(28, min_periods=7).mean()
    before, after = share[share.index < 0], share[share.index >= 0]
    if before.dropna().empty or len(after) < 2 * WINDOW:
        return None
    start, end = before.iloc[-1], daily[column].tail(WINDOW).mean()
    crossed = after[(after - (start + end) / 2) * np.sign(end - start) >= 0]
    return float(crossed.index[0]) if len(crossed) else None
