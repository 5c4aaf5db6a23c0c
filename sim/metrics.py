"""Measure: one row a day, and the outcomes of a run; reads everything, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.brushing.ways import ways_to_brush
from sim.events import INNOCENT_DAYS
from sim.kernels import counting
from sim.reviewing import Sales
from sim.state import FEN, NEVER

if TYPE_CHECKING:
    from sim.market import Market

WINDOW, FESTIVAL_WINDOW = 90, 365
MONTH = 30
RECALL_ORDERS = 5
"""Recall counts shops with at least so many brushed orders in 30 days."""

NEW_DAYS, SMALL_ORDERS = 365, 50
"""A shop is new until so many days old, and small up to so many genuine orders in 30 days."""

FEAR = counting.Evening._fields.index("fear")

GROUPS = ("new", "old", "small", "large", "good", "bad")
"""Kinds of shops whose brushing is told apart; good is a quality above the mean of shops."""


@dataclass
class Today:
    """What a day's acts came to; money in fen. Begun anew every morning."""

    sanctioned: np.ndarray
    demotion_days: float = 0.0
    shop_fines: int = 0
    closures: int = 0
    announcements: float = 0.0
    announced: list[tuple[str, float, float]] = field(default_factory=list)
    cases: int = 0
    hits_innocent: int = 0
    hits_guilty: int = 0
    hits_honest: int = 0
    appeals: int = 0
    overturned: int = 0
    reviews: int = 0
    bans: int = 0
    wrong_bans: int = 0
    raids: int = 0
    suits: int = 0
    capacity_bound: bool = False
    fines: int = 0
    damages: int = 0
    restitution: int = 0
    organiser_sanctions: int = 0
    enforcement_cost: int = 0
    closure_losses: int = 0

    def count_hits(self, innocent: np.ndarray, honest: np.ndarray) -> None:
        """Count cases whose first sanction takes effect today."""
        self.hits_innocent += int(innocent.sum())
        self.hits_guilty += int((~innocent.astype(bool)).sum())
        self.hits_honest += int(honest.sum())


def measure(market: Market, sales: Sales, sales_lost: int) -> dict:
    """Return the day's row; called last, so that it sees the evening."""
    today, accounts = market.today, market.accounts
    evening, groups = count_shops(market)
    brushed, placed, genuine = market.tasks.n, int(sales.placed.sum()), int(sales.standing.sum())
    fees = market.trade.fee[market.trade.is_open].tolist()
    return {
        "day": market.policy_day,
        "genuine_orders": genuine,
        "returned_orders": placed - genuine,
        "brushed_orders": brushed,
        "brushed_share": brushed / max(brushed + genuine, 1),
        "genuine_turnover_rmb": accounts.genuine_value / FEN,
        "brushed_turnover_rmb": accounts.brushed_value / FEN,
        "open_shops": evening.open,
        "innocent_shops": evening.innocent,
        "honest_shops": evening.open - evening.opportunists,
        "brushing_shops": evening.brushing,
        "brushers": evening.brushers,
        "sanctioned_brushers": evening.sanctioned_brushers,
        **group_counts(evening, groups),
        "visits": int(sales.visits.sum()),
        "consumer_surplus_rmb": sales.consumer_surplus,
        "mean_quality_bought": sales.quality_bought / max(placed, 1),
        "perceived_risk": evening.fear / max(evening.opportunists, 1),
        "fee": sum(fees) / len(fees) if fees else float("nan"),
        "camouflage": camouflage(market),
        "gradual_shops": evening.gradual,
        "organisers_open": len(fees),
        "workers": int(market.trade.workers.sum()),
        "cases": today.cases,
        "hits_innocent": today.hits_innocent,
        "hits_guilty": today.hits_guilty,
        "hits_honest": today.hits_honest,
        "sanctions": evening.sanctions,
        "closures": today.closures,
        "appeals": today.appeals,
        "overturned": today.overturned,
        "reviews": today.reviews,
        "bans": today.bans,
        "wrong_bans": today.wrong_bans,
        "raids": today.raids,
        "suits": today.suits,
        "capacity_bound": int(today.capacity_bound),
        "fines_rmb": today.fines / FEN,
        "damages_rmb": today.damages / FEN,
        "restitution_rmb": today.restitution / FEN,
        "enforcement_cost_rmb": today.enforcement_cost / FEN,
        "organiser_profit_rmb": (accounts.organiser_profit - today.organiser_sanctions) / FEN,
        "platform_revenue_rmb": accounts.platform_revenue / FEN,
        "innocent_sales_lost_rmb": (sales_lost + today.closure_losses) / FEN,
        "innocent_days_lost": evening.days_lost,
    }


def count_shops(market: Market) -> tuple[counting.Evening, list[list[int]]]:
    """Return what shops are this evening, and how many of each first one of `GROUPS` are open, and brush."""
    shops, merchants, traces = market.shops, market.merchants, market.traces
    found = np.empty((counting.PARTS, counting.NUMBERS))
    counting.count_shops(
        counting.PARTS, market.day, NEVER, (MONTH, INNOCENT_DAYS, NEW_DAYS, SMALL_ORDERS),
        (shops.open, shops.opened_day, shops.quality),
        (shops.hidden_until, shops.closed_day, market.losses.until),
        (merchants.opportunist, merchants.risk, merchants.last_brushed_day, merchants.way),
        ways_to_brush(market.world).start, market.tasks.count, (traces.sums[2, 0], traces.brushed_30),
        market.today.sanctioned, found, work=shops.n,
    )  # fmt: skip
    numbers, groups = np.split(found.sum(axis=0), [len(counting.Evening._fields)])
    evening = counting.Evening(*numbers.astype(int).tolist())._replace(fear=float(numbers[FEAR]))
    return evening, groups.astype(int).reshape(-1, 2).tolist()


def group_counts(evening: counting.Evening, groups: list[list[int]]) -> dict[str, int]:
    """Return, for each of `GROUPS`, how many open shops there are and how many of them brush today."""
    row = {}
    for one, other, (members, at_it) in zip(GROUPS[::2], GROUPS[1::2], groups, strict=True):
        row[f"{one}_shops"], row[f"{one}_brushing_shops"] = members, at_it
        row[f"{other}_shops"] = evening.open - members
        row[f"{other}_brushing_shops"] = evening.open_brushing - at_it
    return row


def camouflage(market: Market) -> float:
    """Return the mean camouflage of today's brushed orders, in [0, 1]; NaN if there are none."""
    tasks, hidden = market.tasks, market.world.adaptation.hidden_share
    return tasks.covered / tasks.n / hidden if tasks.n and hidden else float("nan")


@dataclass
class DetectorRecord:
    """Monthly counts of the detector against the truth; ``months`` keeps (day, brushing, above)."""

    brushing: int = 0
    brushing_above: int = 0
    innocent: int = 0
    innocent_above: int = 0
    last_screened: int = NEVER
    months: list[tuple[int, int, int]] = field(default_factory=list)

    def count(self, market: Market) -> None:
        """Count a month: shops that brushed, innocent shops, and how many were above the threshold.

        Months in which no detector screened the shops do not count.
        """
        if market.day - self.last_screened >= MONTH:
            return
        above = market.day - market.last_above < MONTH
        brushing = market.shops.open & (market.traces.brushed_30 >= RECALL_ORDERS)
        since = market.day - market.merchants.last_brushed_day
        innocent = market.shops.open & (since > INNOCENT_DAYS) & (market.shops.age(market.day) >= MONTH)
        self.brushing += int(brushing.sum())
        self.brushing_above += int((brushing & above).sum())
        self.innocent += int(innocent.sum())
        self.innocent_above += int((innocent & above).sum())
        self.months.append((market.policy_day, int(brushing.sum()), int((brushing & above).sum())))

    def recall_between(self, first: int, last: int) -> float | None:
        """Return recall over the months that end on policy days ``first`` … ``last``."""
        months = [month for month in self.months if first <= month[0] <= last]
        return ratio(sum(above for _, _, above in months), sum(brushing for _, brushing, _ in months))


def outcomes(market: Market) -> dict[str, float | None]:
    """Return the outcomes of the policy period; None where one is undefined."""
    daily = market.daily()
    table = daily[daily["day"] >= 0]
    window = FESTIVAL_WINDOW if market.world.demand.festival_days else WINDOW
    last, total = table.tail(window), table.sum()
    innocent = market.cases.innocent("detector", market.policy_start)
    innocent_years = total["innocent_shops"] / 365
    record = market.detector_record
    hits = total["hits_innocent"] + total["hits_guilty"]
    brushed, genuine = last["brushed_turnover_rmb"].sum(), last["genuine_turnover_rmb"].sum()
    return {
        "brushed_share": mean(last["brushed_share"]),
        "brushed_turnover_share": ratio(brushed, brushed + genuine),
        "brushing_shop_share": mean(last["brushing_shops"] / last["open_shops"]),
        **{
            f"brushing_shop_share_{name}": ratio(
                last[f"{name}_brushing_shops"].sum(), last[f"{name}_shops"].sum()
            )
            for name in GROUPS
        },
        "true_risk": ratio(MONTH * last["sanctioned_brushers"].sum(), last["brushers"].sum()),
        "innocent_hits_per_1000_shop_years": ratio(1000 * total["hits_innocent"], innocent_years),
        "honest_hits_per_1000_shop_years": ratio(1000 * total["hits_honest"], total["honest_shops"] / 365),
        "innocent_days_lost_per_1000_shop_years": ratio(1000 * total["innocent_days_lost"], innocent_years),
        "innocent_sales_lost_rmb": float(total["innocent_sales_lost_rmb"]),
        "overturned_share": ratio(total["overturned"], hits),
        "precision": ratio(innocent.size - int(np.count_nonzero(innocent)), innocent.size),
        "recall": ratio(record.brushing_above, record.brushing),
        "recall_first_90": record.recall_between(0, WINDOW - 1),
        "recall_last_90": record.recall_between(len(table) - WINDOW, len(table)),
        "camouflage": mean(last["camouflage"]),
        "evasion_half_life_days": half_life(daily, "camouflage"),
        "false_positive_rate": ratio(record.innocent_above, record.innocent),
        "consumer_surplus_per_buyer_rmb": ratio(total["consumer_surplus_rmb"], total["visits"]),
        "mean_quality_bought": mean(table["mean_quality_bought"]),
        "platform_revenue_rmb": float(total["platform_revenue_rmb"]),
        "organiser_profit_rmb": float(total["organiser_profit_rmb"]),
        "fines_rmb": float(total["fines_rmb"]),
        "damages_rmb": float(total["damages_rmb"]),
        "enforcement_cost_rmb": float(total["enforcement_cost_rmb"]),
        "capacity_bound_day_share": mean(table["capacity_bound"]),
        "brushed_orders_per_shop_day": ratio(last["brushed_orders"].sum(), last["open_shops"].sum()),
        "guilty_hits_per_1000_shop_years": ratio(1000 * total["hits_guilty"], total["open_shops"] / 365),
        "cases_per_1000_shop_years": ratio(1000 * total["cases"], total["open_shops"] / 365),
        "reviews": float(total["reviews"]),
        "raids": float(total["raids"]),
        "suits": float(total["suits"]),
        "perceived_risk": mean(last["perceived_risk"]),
        "fee": mean(last["fee"]),
        "effect_half_life_days": half_life(daily),
    }


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
