"""Observe, enforce and measure, in expectation: from traces to sanctions, and the day's row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from experiments.twin import sanctions, traces
from experiments.twin.kernels import measuring, screening, sentencing
from experiments.twin.kernels.selling import Sales
from experiments.twin.kernels.sentencing import Lessons
from experiments.twin.population import NOBODY
from sim.metrics import RECALL_ORDERS

if TYPE_CHECKING:
    from experiments.twin.map import Twin

TAIL_DAYS = 8
"""Days by which the time in which a campaign may be flagged is longer than the campaign itself.

A record of 30 days shows half of it, in the mean, for as long after its end; at the start it takes about a
week until there is enough to see.
"""

RECENT = 30
"""`true_risk` is that of shops which brushed in the last so many days."""


class Row(NamedTuple):
    """A day of the table; counts are a slot of the market, rates a shop and day.

    `sim.metrics` and `experiments.twin.outcomes` say what the columns are for.
    """

    day: float
    brushed_share: float
    brushing_shop_share: float
    perceived_risk: float
    true_risk: float
    fee: float
    camouflage: float
    genuine_orders: float
    standing_orders: float
    brushed_orders: float
    open_shops: float
    innocent_shops: float
    honest_shops: float
    cases: float
    hits_innocent: float
    hits_guilty: float
    hits_honest: float
    busy_shops: float
    busy_above: float
    innocent_above: float
    guilty_cases: float
    top_tenth_share: float


class Verdict(NamedTuple):
    """A day of enforcement.

    ``screened`` (2, n_cells) are the share of each cell above the line in a month, and its cases a day,
    ``late`` (n_cells,) the cases that come after campaigns, ``cases`` all of them, a day and slot. ``hits``
    (2, n_cells) are sanctions other than warnings a day of a shop, of its innocent and of its guilty owners;
    ``fate`` (n_kinds, 5) says what becomes of those who are hit. ``level_hits`` (n_levels,) are those of
    campaigns, a slot; ``announcements`` are a day's, weighted by salience.
    """

    screened: np.ndarray
    late: np.ndarray
    cases: float
    hits: np.ndarray
    fate: np.ndarray
    level_hits: np.ndarray
    lessons: Lessons
    announcements: float


def judge(twin: Twin, sales: Sales, brushed: np.ndarray) -> Verdict:
    """Return what institutions do on a day like this; strikes enter the files of kinds."""
    day, n_cells = twin.day - twin.policy_start, brushed.size
    screened = screen(twin, sales, brushed, day)
    late, hits, fate = np.empty(n_cells), np.empty((2, n_cells)), np.empty((twin.kinds.share.size, 5))
    court, level_hits = (
        sanctions.make_court(twin.levers, day, sales.orders, twin.world),
        np.empty(twin.cells.levels.size),
    )
    cases, lessons = sentencing.sentence(
        twin.kinds, twin.cells, twin.state, sales, twin.books,
        sanctions.rungs(twin.levers.acting("detection", day)[0]), court, screened[1],
        TAIL_DAYS / twin.lesson.length, float(twin.span), late, hits, fate, level_hits,
    )  # fmt: skip
    told = announcements(twin, lessons.sanctions, day)
    return Verdict(screened, late, cases, hits, fate, level_hits, lessons, told)


def screen(twin: Twin, sales: Sales, brushed: np.ndarray, day: int) -> np.ndarray:
    """Return how cells stand with the detector (2, n_cells), as of `Verdict`."""
    policy, _ = twin.levers.acting("detection", day)
    if policy is None or policy.threshold >= 1:
        return np.zeros((2, brushed.size))
    out = np.empty((2, brushed.size))
    rule = traces.make_rule(policy, sales, twin.trade, twin.task_like, twin.bursts, twin.world)
    parcels = traces.covered(twin.parcels, twin.trade.cover(twin.world))
    screening.screen(twin.cells, twin.state, sales, brushed, rule, parcels, twin.bursts.lift, out)
    return out


def announcements(twin: Twin, sanctions_a_day: float, day: int) -> float:
    """Return announcements a day: lists due on days of the step, if anybody is listed, and dated ones."""
    told, days = 0.0, range(day, day + twin.span)
    policy, _ = twin.levers.acting("detection", day)
    if policy is not None and policy.publish_days is not None:
        listed = twin.world.market.n_shops * sanctions_a_day * policy.publish_days
        lists = sum((each + 1) % policy.publish_days == 0 for each in days)
        told += lists * -math.expm1(-listed)
    told += sum(salience for at, salience in twin.levers.announcements if at in days)
    return float(told / twin.span)


def measure(twin: Twin, sales: Sales, brushed: np.ndarray, verdict: Verdict) -> Row:
    """Return the day's row."""
    found = measuring.add_up(
        twin.cells, twin.state, sales.genuine, brushed, verdict.screened, verdict.late, verdict.hits,
        float(RECALL_ORDERS),
    )  # fmt: skip
    recent = found.campaigning * (1 + RECENT / twin.lesson.length)
    return Row(
        day=twin.day,
        brushed_share=found.brushed / max(found.brushed + sales.kept, 1e-300),
        brushing_shop_share=found.active / found.open_shops,
        perceived_risk=found.fear / max(found.opportunists, 1e-300),
        true_risk=30 * found.recent_hits / recent if recent > NOBODY**2 else float("nan"),
        fee=twin.trade.fee,
        camouflage=twin.trade.camouflage,
        genuine_orders=sales.orders,
        standing_orders=sales.kept,
        brushed_orders=found.brushed,
        open_shops=found.open_shops,
        innocent_shops=found.innocent,
        honest_shops=found.honest,
        cases=verdict.cases,
        hits_innocent=found.hits_innocent,
        hits_guilty=found.hits_guilty,
        hits_honest=found.hits_honest,
        busy_shops=found.busy,
        busy_above=found.busy_above,
        innocent_above=found.innocent_above,
        guilty_cases=found.guilty_cases,
        top_tenth_share=found.top_share,
    )
