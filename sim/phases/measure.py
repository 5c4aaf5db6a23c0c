"""Measure: one row a day, the detector against the truth once a month, the truth itself; acts on nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.kernels import measure as kernels
from sim.outcomes import GROUPS, MONTH
from sim.state import State
from sim.state.detectors import DetectorRecord
from sim.state.today import Today
from sim.state.truth import INNOCENT_DAYS, guilty_shops, judge
from sim.state.units import FEN, NEVER

RECALL_ORDERS = 5
"""Recall counts shops with at least so many brushed orders in 30 days."""

NEW_DAYS, SMALL_ORDERS = 365, 50
"""A shop is new until so many days old, and small up to so many genuine orders in 30 days."""

FEAR = kernels.Evening._fields.index("fear")


def measure(state: State, today: Today) -> dict:
    """Return the day's row (`sim.outcomes.DAILY`); called last, so that it sees the evening."""
    tally, accounts, sales, trade = today.tally, today.accounts, today.sales, state.trade
    evening, groups = count_shops(state, today)
    brushed, placed, genuine = today.tasks.n, int(sales.placed.sum()), int(sales.standing.sum())
    fees = (trade.fee + trade.cut - trade.parameters.cut)[trade.is_open].tolist()
    return {
        "day": today.clock.policy_day,
        "genuine_orders": genuine,
        "returned_orders": placed - genuine,
        "brushed_orders": brushed,
        "brushed_share": brushed / max(brushed + genuine, 1),
        "genuine_turnover_rmb": accounts.genuine_value / FEN,
        "brushed_turnover_rmb": accounts.brushed_value / FEN,
        "honest_turnover_rmb": evening.honest_turnover / FEN,
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
        "camouflage": camouflage(today, trade.adaptation.hidden_share),
        "gradual_shops": evening.gradual,
        "organisers_open": len(fees),
        "workers": int(trade.workers.sum()),
        "cases": tally.cases,
        "hits_innocent": tally.hits_innocent,
        "hits_guilty": tally.hits_guilty,
        "hits_honest": tally.hits_honest,
        "sanctions": evening.sanctions,
        "closures": tally.closures,
        "appeals": tally.appeals,
        "overturned": tally.overturned,
        "reviews": tally.reviews,
        "bans": tally.bans,
        "wrong_bans": tally.wrong_bans,
        "raids": tally.raids,
        "suits": tally.suits,
        "capacity_bound": int(tally.capacity_bound),
        "fines_rmb": (tally.fines + tally.paid_in + accounts.fines) / FEN,
        "damages_rmb": tally.damages / FEN,
        "restitution_rmb": tally.restitution / FEN,
        "enforcement_cost_rmb": tally.enforcement_cost / FEN,
        "organiser_profit_rmb": (accounts.organiser_profit - tally.organiser_sanctions) / FEN,
        "platform_revenue_rmb": accounts.platform_revenue / FEN,
        "innocent_sales_lost_rmb": (today.sales_lost + tally.closure_losses) / FEN,
        "innocent_days_lost": evening.days_lost,
    }


def count_shops(state: State, today: Today) -> tuple[kernels.Evening, list[list[int]]]:
    """Return what shops are this evening, and how many of each first one of `GROUPS` are open, and brush."""
    shops, merchants, campaigns, traces = state.shops, state.merchants, state.campaigns, state.traces
    found = np.empty((kernels.PARTS, kernels.NUMBERS))
    spans = today.clock.day, NEVER, MONTH, INNOCENT_DAYS, NEW_DAYS, SMALL_ORDERS
    trade = today.tally.sanctioned, today.tasks.count, today.sales.turnover
    counts = *trade, traces.sums[2, 0], traces.brushed_30
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    records = kernels.campaign_columns(campaigns), (state.harm.until, *counts)
    kernels.count_shops(kernels.PARTS, spans, *columns, *records, found, work=shops.n)
    numbers, groups = np.split(found.sum(axis=0), [len(kernels.Evening._fields)])
    evening = kernels.Evening(*numbers.astype(int).tolist())._replace(fear=float(numbers[FEAR]))
    return evening, groups.astype(int).reshape(-1, 2).tolist()


def group_counts(evening: kernels.Evening, groups: list[list[int]]) -> dict[str, int]:
    """Return, for each of `GROUPS`, how many open shops there are and how many of them brush today."""
    row = {}
    for one, other, (members, at_it) in zip(GROUPS[::2], GROUPS[1::2], groups, strict=True):
        row[f"{one}_shops"], row[f"{one}_brushing_shops"] = members, at_it
        row[f"{other}_shops"] = evening.open - members
        row[f"{other}_brushing_shops"] = evening.open_brushing - at_it
    return row


def camouflage(today: Today, hidden_share: float) -> float:
    """Return the mean camouflage of today's brushed orders, in [0, 1]; NaN if there are none."""
    tasks = today.tasks
    return tasks.covered / tasks.n / hidden_share if tasks.n and hidden_share else float("nan")


def truth_table(state: State) -> pd.DataFrame:
    """Return what no institution sees: for each slot its identity, brushed orders, innocence."""
    shops, slots = state.shops, np.arange(state.shops.n)
    verdict = judge(shops, state.merchants, state.campaigns, slots, state.clock.day)
    return pd.DataFrame(
        {
            "identity": shops.identity,
            "open": shops.open,
            "brushed_30": state.traces.brushed_30,
            "innocent": verdict.innocent,
            "honest": verdict.honest,
            "in_burst": shops.burst > 1,
        }
    )


def count_month(state: State, today: Today) -> None:
    """Count, once a month, shops that brushed, innocent shops, and how many were above the threshold.

    Months in which no detector screened the shops do not count.
    """
    clock, shops, record = today.clock, state.shops, state.detectors
    if clock.policy_day % MONTH != MONTH - 1 or clock.day - record.last_screened >= MONTH:
        return
    brushing = shops.open & (state.traces.brushed_30 >= RECALL_ORDERS)
    guilty = guilty_shops(state.campaigns, clock.day)
    innocent = shops.open & ~guilty & (shops.age(clock.day) >= MONTH)
    add_month(record, brushing, innocent, clock.day, clock.policy_day)


def add_month(
    record: DetectorRecord, brushing: np.ndarray, innocent: np.ndarray, day: int, policy_day: int
) -> None:
    """Add a month in which these shops (n_shops,) brushed and those were innocent."""
    above = day - record.last_above < MONTH
    record.brushing += int(brushing.sum())
    record.brushing_above += int((brushing & above).sum())
    record.innocent += int(innocent.sum())
    record.innocent_above += int((innocent & above).sum())
    record.months.append((policy_day, int(brushing.sum()), int((brushing & above).sum())))
