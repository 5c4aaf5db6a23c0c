"""A year of a market, noted every evening, and the statistics that it gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.searches.calibration.measures import (
    brushing_merchants,
    follow_cohort,
    rank_slope,
    sanctioned_within,
    top_share,
)
from sim.contract import SANCTIONS
from sim.market import Market
from sim.state.units import FEN

YEAR, MONTH = 365, 365 / 12
CENSUS_EVERY = FOLLOWED = 60
"""A census every so many days from the first evening on; each cohort is followed so many days."""

RECENT = 7
WINDOW, YOUNG = 61, 548
"""C10: shops with a brushed order within so many days, and the age below which they count as young."""

SMALLEST = 100
"""Shops that a category must have for the target on ranks."""


@dataclass
class Diary:
    """What every evening showed, lists of arrays (n_shops,); it reads the market and writes nothing."""

    start: int
    workers_paid: int
    organisers_gained: int
    identity: list[np.ndarray] = field(default_factory=list)
    brushed: list[np.ndarray] = field(default_factory=list)
    recent: list[np.ndarray] = field(default_factory=list)
    above: list[np.ndarray] = field(default_factory=list)
    organiser: list[np.ndarray] = field(default_factory=list)
    ranks: list[tuple[float, float]] = field(default_factory=list)
    organiser_days: list[float] = field(default_factory=list)
    young: list[float] = field(default_factory=list)

    def note(self, market: Market) -> None:
        """Note the evening of the day that has just been simulated."""
        day, shops, trade = market.day - 1, market.state.shops, market.state.trade
        if (day - self.start) % CENSUS_EVERY == 0:
            self.ranks += rank_statistics(market)
            self.young.append(young_share(market))
        founders = market.state.founders.identity[trade.founder]
        founded = market.state.founders.founded_day[trade.founder[trade.is_open]]
        self.organiser_days.append(float((day - founded).mean()) if founded.size else np.nan)
        self.identity.append(np.where(shops.open, shops.identity, -1).astype(np.int32))
        self.brushed.append(market.today.tasks.count.astype(np.int32))
        self.recent.append(day - market.state.campaigns.last_brushed_day < RECENT)
        self.above.append(market.state.detectors.last_above == day)
        self.organiser.append(founders[market.today.tasks.organiser].astype(np.int32))


def open_diary(market: Market) -> Diary:
    """Return an empty diary that begins today."""
    money, founders = market.state.money, market.state.founders
    return Diary(market.day, money.balances["workers"], int(founders.gains.sum()))


def live_through(market: Market, days: int = YEAR) -> dict[str, float]:
    """Simulate ``days`` and return the statistics of them."""
    diary = open_diary(market)
    for _ in range(days):
        market.run(1)
        diary.note(market)
    daily = pd.DataFrame(market.rows[-days:])
    return trade(daily, diary, market) | census(diary, market) | ranks(diary)


def rank_statistics(market: Market) -> list[tuple[float, float]]:
    """Return slope and top share of 30-day genuine orders for each category of enough shops."""
    size = market.state.parameters.market.shops_per_category
    if size < SMALLEST:
        return []
    sales, is_open = market.state.traces.genuine_30(), market.state.shops.open
    rows = zip(sales.reshape(-1, size), is_open.reshape(-1, size), strict=True)
    own = [row[mask] for row, mask in rows]
    return [(rank_slope(row), top_share(row)) for row in own]


def young_share(market: Market) -> float:
    """Return the share of shops that opened in the last 18 months among those that brushed in 61 days."""
    day, shops = market.day - 1, market.state.shops
    brushed = shops.open & (day - market.state.campaigns.last_brushed_day < WINDOW)
    young = day - shops.opened_day[brushed] < YOUNG
    return float(young.mean()) if young.size else np.nan


def ranks(diary: Diary) -> dict[str, float]:
    """Return the means over categories and census days."""
    slope, share = np.array(diary.ranks).T if diary.ranks else (np.array([np.nan]),) * 2
    return {"rank_slope": float(np.nanmean(slope)), "top_share": float(np.nanmean(share))}


def trade(daily: pd.DataFrame, diary: Diary, market: Market) -> dict[str, float]:
    """Return what concerns orders and money: C1, C2, C3 and the densities."""
    brushed, genuine = daily["brushed_orders"].sum(), daily["genuine_orders"].sum()
    value = max(float(daily["brushed_turnover_rmb"].sum()), 1e-9)
    share, active = brushing_merchants(np.array(diary.identity), np.array(diary.brushed))
    revenue = (int(market.state.founders.gains.sum()) - diary.organisers_gained) / FEN / value
    pay = (market.state.money.balances["workers"] - diary.workers_paid) / FEN / value
    return {
        "brushed_share": brushed / max(brushed + genuine, 1),
        "brushing_merchants": share,
        "organisers_share": revenue,
        "fee_share": revenue + pay,
        "fee_rmb_order": (revenue + pay) * value / max(brushed, 1),
        "organiser_life": float(np.nanmean(diary.organiser_days)) / YEAR,
        "young_brushers": float(np.nanmean(diary.young)),
        "appeals_granted": daily["overturned"].sum() / max(daily["appeals"].sum(), 1),
        **platform(daily),
        "parcel_share": brushed * market.state.parameters.brushing.parcel_cost / value,
        "orders_per_brusher_year": brushed / active * YEAR / len(daily) if active else np.nan,
        "orders_per_pair": orders_per_pair(diary),
        "tasks_per_worker_month": brushed / max(daily["workers"].sum(), 1) * MONTH,
    }


def platform(daily: pd.DataFrame) -> dict[str, float]:
    """Return what any platform can count of itself: orders, returns, cases and what became of them."""
    genuine, shop_days = daily["genuine_orders"].sum(), max(daily["open_shops"].sum(), 1)
    cases, returned = daily["cases"].sum(), daily["returned_orders"].sum()
    acted = daily["hits_innocent"].sum() + daily["hits_guilty"].sum()
    return {
        "orders_per_shop_day": genuine / shop_days,
        "order_value_rmb": daily["genuine_turnover_rmb"].sum() / max(genuine, 1),
        "returned_share": returned / max(genuine + returned, 1),
        "flags_per_1000_shop_weeks": 7000 * cases / shop_days,
        "cases_acted_on": acted / cases if cases else np.nan,
        "closures_per_1000_shop_years": 1000 * YEAR * daily["closures"].sum() / shop_days,
    }


def orders_per_pair(diary: Diary) -> float:
    """Return the median of brushed orders over pairs of merchant and organiser."""
    count = np.concatenate(diary.brushed)
    bought = count > 0
    pairs = pd.DataFrame(
        {
            "merchant": np.concatenate(diary.identity)[bought],
            "organiser": np.concatenate(diary.organiser)[bought],
            "orders": count[bought],
        }
    )
    return float(pairs.groupby(["merchant", "organiser"])["orders"].sum().median())


def census(diary: Diary, market: Market) -> dict[str, float]:
    """Return C4, pooled over all censuses whose cohorts could be followed to the end, and daily recall."""
    identity, recent, above = (np.array(rows) for rows in (diary.identity, diary.recent, diary.above))
    events = platform_sanctions(market, diary.start)
    size = passed = sanctioned = soon = 0
    for day in range(0, len(identity) - FOLLOWED, CENSUS_EVERY):
        who, seen = follow_cohort(identity, recent, above, day, FOLLOWED)
        size += who.size
        passed += int(seen.sum())
        sanctioned += int(sanctioned_within(who, events, day, FOLLOWED).sum())
        soon += int(sanctioned_within(who, events, day, FOLLOWED // 2).sum())
    brushing = recent & (identity >= 0)
    return {
        "sanctioned_60": sanctioned / size if size else np.nan,
        "sanctioned_30": soon / size if size else np.nan,
        "above_60": passed / size if size else np.nan,
        "daily_recall": float((brushing & above).sum() / max(brushing.sum(), 1)),
    }


def platform_sanctions(market: Market, start: int) -> pd.DataFrame:
    """Return identity and day (from ``start``) of every sanction by the platform, overturned ones too."""
    events = market.state.events.table(start)
    verbs = [act.verb for act in SANCTIONS]
    own = (events["actor"] == "platform") & (events["target_kind"] == "shop") & events["verb"].isin(verbs)
    return events.loc[own, ["identity", "day"]]
