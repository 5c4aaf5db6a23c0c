"""Observe, enforce and measure, in expectation: from traces to sanctions, and the day's row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.twin import sanctions, traces
from experiments.twin.beliefs import Lessons
from experiments.twin.cells import NOBODY, join, split
from experiments.twin.population import Population
from experiments.twin.sanctions import Terms
from experiments.twin.selling import Sales
from experiments.twin.traces import Screened, Shown
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


@dataclass(frozen=True)
class Verdict:
    """A day of enforcement.

    ``hits`` (a table of each population) are sanctions other than warnings a day of a shop; ``lifted``,
    ``hidden_days`` (n_kinds, 1) and ``terms`` say what becomes of them. ``innocent`` (n_cells,) is the
    share of each cell that is innocent, ``innocent_hits`` and ``guilty_hits`` (n_cells,) are a day of a
    shop, ``late`` (n_cells,) are the cases that come after campaigns, ``cases`` all of them, a day and slot.
    ``level_hits`` are those of campaigns, a slot.
    """

    hits: tuple[np.ndarray, np.ndarray]
    lifted: tuple[np.ndarray, np.ndarray]
    hidden_days: tuple[np.ndarray, np.ndarray]
    terms: tuple[Terms, Terms]
    innocent: np.ndarray
    innocent_hits: np.ndarray
    guilty_hits: np.ndarray
    late: np.ndarray
    cases: float
    screened: Screened
    lessons: Lessons
    level_hits: np.ndarray


def judge(twin: Twin, sales: Sales, brushed: np.ndarray) -> Verdict:
    """Return what institutions do on a day like this."""
    day = twin.day - twin.policy_start
    guilty = guilt(twin)
    screened = screen(twin, sales, brushed, day)
    late = after_campaigns(twin, screened.flags)
    cases = float((screened.flags + late) @ twin.mass)
    guilty_hits, innocent_hits = sanctions.confirmed(screened.flags, late, guilty, cases, twin.levers, day)
    named, ledger = sanctions.ledger_hazard(twin.levers, day, twin.world)
    customers = join(np.zeros(twin.honest.mass.shape), twin.opportunists.mass) > NOBODY
    named_hits = named * guilty * customers * (twin.cells.stage < 2)
    hits = guilty_hits, innocent_hits, named_hits
    verdict = sentence(twin, sales, hits, ledger, day)
    verdict = replace(verdict, innocent=1 - guilty, cases=cases, screened=screened, late=late)
    strike(twin, hits, verdict.lifted)
    return verdict


def guilt(twin: Twin) -> np.ndarray:
    """Return the share of each cell that bought a brushed order in the last 90 days (n_cells,)."""
    people = twin.opportunists
    idle = np.broadcast_to(twin.guilty[:, None], people.mass.shape)
    own = np.where(people.orders > 0, 1.0, idle)
    return join(np.zeros(twin.honest.mass.shape), own)


def screen(twin: Twin, sales: Sales, brushed: np.ndarray, day: int) -> Screened:
    """Return how cells stand with the detector."""
    policy, _ = twin.levers.acting("detection", day)
    mass = twin.mass
    none = np.zeros(mass.size)
    if policy is None or policy.threshold >= 1:
        return Screened(none, none, none)
    world, tasks = twin.world, twin.trade.tasks(twin.world)
    keep = (mass > NOBODY) & (twin.cells.stage < 2)
    orders = float(sales.genuine @ mass) / world.market.buyers_per_shop
    natural = max(world.demand.looks / world.demand.purchase_probability, world.traces.views_per_task)
    each = world.traces.views_per_task
    views = sales.views + brushed * (each + twin.trade.cover(world) * (natural - each))
    shown = Shown(
        sales.ordinary[keep], sales.genuine[keep], brushed[keep], views[keep], sales.attention[keep],
        mass[keep], twin.trade.cover(world), twin.task_like.genuine(orders, world),
        twin.task_like.brushed(tasks),
    )  # fmt: skip
    found = traces.screen(shown, policy, twin.bursts, world)
    full = np.zeros((3, mass.size))
    full[:, keep] = found.above, found.month, found.flags
    return Screened(*full)


def after_campaigns(twin: Twin, flags: np.ndarray) -> np.ndarray:
    """Return the cases a day (n_cells,) of shops whose campaign is over but in their record of 30 days.

    They count for `TAIL_DAYS` more days as in the campaign.
    """
    people, brushing = twin.opportunists, twin.world.brushing
    length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
    table = split(flags, twin.honest, people)[1]
    on, idle = people.orders > 0, [0, 1 + people.n_levels]
    late = (table * people.mass)[:, on].sum(axis=1) * TAIL_DAYS / length
    more = np.zeros(people.mass.shape)
    more[:, idle] = (late / np.maximum(people.mass[:, idle].sum(axis=1), 1e-300))[:, None]
    return join(np.zeros(twin.honest.mass.shape), more)


def sentence(
    twin: Twin, sales: Sales, hits: tuple[np.ndarray, np.ndarray, np.ndarray], ledger: Any, day: int
) -> Verdict:
    """Turn sanctions of the guilty, of the innocent and of those named in ledgers into their effects."""
    tables = [split(part, twin.honest, twin.opportunists) for part in hits]
    fates = [fate(twin, i, [table[i] for table in tables], ledger, day) for i in range(2)]
    terms, lifted, hidden, bitten = (tuple(part) for part in zip(*fates, strict=True))
    herds = herds_of(twin)
    bite = join(*(np.broadcast_to(t.bite, p.mass.shape) for t, p in zip(terms, herds, strict=True)))
    on = twin.opportunists.orders > 0
    none = np.zeros(bite.size)
    return Verdict(
        hits=bitten, lifted=lifted, hidden_days=hidden, terms=terms, innocent=none,
        innocent_hits=hits[1] * bite, guilty_hits=(hits[0] + hits[2]) * bite, late=none, cases=0.0,
        screened=Screened(none, none, none), lessons=teach(twin, sales, bitten, terms, day),
        level_hits=(bitten[1] * twin.opportunists.mass)[:, on].sum(axis=0),
    )  # fmt: skip


def fate(
    twin: Twin, which: int, tables: list[np.ndarray], ledger: Any, day: int
) -> tuple[Terms, np.ndarray, np.ndarray, np.ndarray]:
    """Return terms, share undone on appeal, days hidden and sanctions beyond warnings of one population.

    ``tables`` are the sanctions of its guilty, of its innocent, of its named in ledgers.
    """
    people, (policy, _) = herds_of(twin)[which], twin.levers.acting("detection", day)
    wins_innocent, wins_guilty, wait = sanctions.wins(twin.levers, day, twin.world)
    guilty, innocent, named = ((table * people.mass).sum(axis=1)[:, None] for table in tables)
    total = np.maximum(guilty + innocent + named, 1e-300)
    n = people.strikes.size
    terms = sanctions.ladder_terms(people.strikes, policy.ladder) if policy else nothing(n)
    if ledger is not None:
        terms = terms.mixed(sanctions.ledger_terms(ledger, n), named / total)
    lifted = (innocent * wins_innocent + (guilty + named) * wins_guilty) / total
    now = (1 - lifted) * terms.days + lifted * wait
    hidden_days = np.where(guilty + innocent + named > 0, now, people.hidden_days)
    people.hidden_days = hidden_days
    return terms, lifted, hidden_days, sum(tables, np.zeros(people.mass.shape)) * terms.bite


def herds_of(twin: Twin) -> tuple[Population, Population]:
    """Return both populations."""
    return twin.honest, twin.opportunists


def nothing(n: int) -> Terms:
    """Return terms under which nobody is sanctioned."""
    return Terms(*(np.zeros((n, 1)) for _ in range(6)))


def strike(twin: Twin, hits: tuple[np.ndarray, ...], lifted: tuple[np.ndarray, ...]) -> None:
    """Let the strikes of the step enter the files of kinds, and old ones expire."""
    policy, _ = twin.levers.acting("detection", twin.day - twin.policy_start)
    expiry = policy.ladder.expiry_days if policy else 365.0
    tables = split(hits[0] + hits[1] + hits[2], twin.honest, twin.opportunists)
    for i, people in enumerate(herds_of(twin)):
        rate = (tables[i] * people.mass).sum(axis=1) / np.maximum(people.mass.sum(axis=1), 1e-300)
        settled = rate * expiry * (1 - lifted[i][:, 0])
        people.strikes += (settled - people.strikes) * -np.expm1(-twin.span / expiry)


def teach(
    twin: Twin, sales: Sales, bitten: tuple[np.ndarray, ...], terms: tuple[Terms, ...], day: int
) -> Lessons:
    """Return what a day's sanctions teach the market."""
    world, mass = twin.world, twin.mass
    orders = 30 * float(sales.genuine @ mass)
    turnover = orders / 30 * 365 * world.shops.order_value
    share, policy = 0.0, twin.levers.acting("detection", day)[0]
    if policy is not None:
        share = policy.refer_share
    referred = share * sanctions.regulator_fine(
        twin.levers, day, orders * world.traces.genuine_parcel_flag, turnover
    )
    owned = world.shops.deposit + world.shops.cash_days * np.maximum(twin.profits(sales), 0)
    owned_tables = split(owned, twin.honest, twin.opportunists)
    counts, days, fines, closures = 0.0, 0.0, 0.0, 0.0
    for i, people in enumerate(herds_of(twin)):
        hits = bitten[i] * people.mass
        counts += float(hits.sum())
        days += float((hits * terms[i].hide * terms[i].days).sum())
        fines += float((hits * np.minimum(terms[i].fine + referred, owned_tables[i])).sum())
        closures += float((hits * terms[i].close).sum())
    return Lessons(counts, days, fines, closures, announcements(twin, counts, policy, day))


def announcements(twin: Twin, sanctions_a_day: float, policy: Any, day: int) -> float:
    """Return announcements a day: lists due on days of the step, if anybody is listed, and dated ones."""
    told, days = 0.0, range(day, day + twin.span)
    if policy is not None and policy.publish_days is not None:
        listed = twin.world.market.n_shops * sanctions_a_day * policy.publish_days
        lists = sum((each + 1) % policy.publish_days == 0 for each in days)
        told += lists * -np.expm1(-listed)
    told += sum(salience for at, salience in twin.levers.announcements if at in days)
    return told / twin.span


def measure(twin: Twin, sales: Sales, brushed: np.ndarray, verdict: Verdict) -> dict[str, float]:
    """Return the day's row; counts are a slot of the market, rates a shop and year."""
    mass, people = twin.mass, twin.opportunists
    standing, bought = float(sales.standing @ mass), float(brushed @ mass)
    opened = float(mass.sum())
    innocent = verdict.innocent * mass
    is_honest = twin.cells.population == 0
    screened = verdict.screened
    busy = 30 * brushed >= RECALL_ORDERS
    risk = people.fear.sum() / max(people.mass.sum(), 1e-300)
    active = active_share(twin, brushed)
    return {
        "day": twin.day,
        "brushed_share": bought / max(bought + standing, 1e-300),
        "brushing_shop_share": float(mass @ active) / opened,
        "perceived_risk": float(risk),
        "true_risk": true_risk(twin, brushed, verdict),
        "fee": twin.trade.fee,
        "camouflage": twin.trade.camouflage,
        "genuine_orders": float(sales.genuine @ mass),
        "standing_orders": standing,
        "brushed_orders": bought,
        "open_shops": opened,
        "innocent_shops": float(innocent.sum()),
        "honest_shops": float(mass[is_honest].sum()),
        "cases": verdict.cases,
        "hits_innocent": float(verdict.innocent_hits @ mass),
        "hits_guilty": float(verdict.guilty_hits @ mass),
        "hits_honest": float(verdict.innocent_hits[is_honest] @ mass[is_honest]),
        "busy_shops": float(mass[busy].sum()),
        "busy_above": float(screened.month[busy] @ mass[busy]),
        "innocent_above": float(screened.month @ innocent),
        "guilty_cases": float((screened.flags * (1 - verdict.innocent) + verdict.late) @ mass),
        "top_tenth_share": concentration(sales.genuine, mass),
    }


def active_share(twin: Twin, brushed: np.ndarray) -> np.ndarray:
    """Return the share of days (n_cells,) on which a shop has a brushed order.

    A gradual start brings less than one order a day at first: of the days of a campaign of level ℓ about
    (1 − x/ℓ)/ℓ are without, x being its mean orders a day.
    """
    level = np.broadcast_to(twin.opportunists.orders, twin.opportunists.mass.shape)
    level = join(np.zeros(twin.honest.mass.shape), level)
    least = np.maximum(level, 1.0)
    return np.where(brushed > 0, np.clip(1 - (1 - brushed / least) / least, 0, 1), 0.0)


def true_risk(twin: Twin, brushed: np.ndarray, verdict: Verdict) -> float:
    """Return the sanctions in 30 days of a shop that brushed in the last 30 days, NaN without any."""
    brushing, mass = twin.world.brushing, twin.mass
    length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
    there = float(mass[brushed > 0].sum()) * (1 + RECENT / length)
    by_flags = verdict.screened.flags * (1 - verdict.innocent) + verdict.late
    recent = np.where(brushed > 0, 1.0, verdict.late / np.maximum(by_flags, 1e-300))
    return 30 * float((verdict.guilty_hits * recent) @ mass) / there if there > NOBODY**2 else float("nan")


def concentration(orders: np.ndarray, mass: np.ndarray) -> float:
    """Return the share of genuine orders that go to the tenth of shops that sell most."""
    order = np.argsort(-orders)
    held, sold = np.cumsum(mass[order]), np.cumsum((orders * mass)[order])
    return float(np.interp(0.1 * held[-1], held, sold) / max(sold[-1], 1e-300))
