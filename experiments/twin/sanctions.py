"""From flags to sanctions, in expectation: review, ladder, appeals, ledgers, fines of the regulator."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from experiments.twin.kernels.sentencing import Court
from experiments.twin.levers import Levers
from sim.config import World

VERBS = ("demote", "close", "remove_sales", "fine")
"""Sanctions that change something, in the order of the columns of `rungs`."""

LEDGER_TERMS = {"zero": (0.0, 0.0, 1.0), "demote": (1.0, 0.0, 1.0), "close": (0.0, 1.0, 0.0)}
"""Whether merchants named in a ledger are hidden, closed, set back."""

NO_COURT = Court(**dict.fromkeys(Court._fields, 0.0))._replace(expiry=365.0)
"""What institutions do if there are none."""


def make_court(levers: Levers, day: int, orders: float, world: World) -> Court:
    """Return what institutions do on ``day`` with so many genuine orders a day and slot."""
    policy, dose = levers.acting("detection", day)
    hazard, ledger = ledger_hazard(levers, day, world)
    wins_innocent, wins_guilty, wait = wins(levers, day, world)
    hide, close, remove = LEDGER_TERMS[ledger.merchants] if ledger else (0.0, 0.0, 0.0)
    court = NO_COURT._replace(
        named=float(hazard), named_hide=hide, named_close=close, named_remove=remove,
        named_days=float(ledger.demotion_days) if ledger else 0.0, wins_innocent=float(wins_innocent),
        wins_guilty=float(wins_guilty), wait=float(wait),
    )  # fmt: skip
    if policy is None:
        return court
    ladder, reviewed, fine = policy.ladder, policy.mode == "reviewed", 0.0
    if policy.refer_share > 0:
        fine = policy.refer_share * regulator_fine(levers, day, orders, world)
    return court._replace(
        acted=float(policy.acted_share * dose), room=room(policy) if reviewed else math.inf,
        guilty=float(policy.sensitivity) if reviewed else 1.0,
        innocent=float(1 - policy.specificity) if reviewed else 1.0,
        closure=float(ladder.closure_probability), days=float(ladder.demotion_days),
        fine=float(ladder.fine_rmb), expiry=float(ladder.expiry_days), referred=float(fine),
    )  # fmt: skip


def room(policy: Any) -> float:
    """Return how many cases a day and slot the reviewers can review."""
    if policy.reviewers_per_100k_shops is None:
        return math.inf
    return float(policy.reviewers_per_100k_shops / 100_000 * policy.reviews_per_reviewer_day)


def rungs(policy: Any) -> np.ndarray:
    """Return what each step of a ladder does (n_rungs, 5): `VERBS`, and whether it is no mere warning."""
    return table_of(tuple(policy.ladder.steps)) if policy else np.zeros((1, 1 + len(VERBS)))


@lru_cache(maxsize=64)
def table_of(steps: tuple[str, ...]) -> np.ndarray:
    """Return `rungs` of the steps of a ladder."""
    does = [step.split("+") for step in steps]
    return np.array([[float(verb in step) for verb in VERBS] + [float(step != ["warn"])] for step in does])


def ledger_hazard(levers: Levers, day: int, world: World) -> tuple[float, Any]:
    """Return how often a day a customer of organisers is named to the platform, and the policy that acts."""
    policy, dose = levers.acting("ledger", day)
    regulator, _ = levers.acting("regulator", day - world.trade.ledger_days)
    if policy is None or regulator is None or policy.merchants == "none":
        return 0.0, None
    return regulator.raids_per_year / 365 * world.trade.ledger_completeness * dose, policy


def regulator_fine(levers: Levers, day: int, orders: float, world: World) -> float:
    """Return the fine that a referred shop pays, RMB, the mean shop having so many ``orders`` a day."""
    policy, dose = levers.acting("regulator", day)
    if policy is None:
        return 0.0
    fine = policy.fine_rmb
    if fine is None:
        share = policy.law.shop_mitigation if policy.mitigation is None else policy.mitigation
        parcels = np.array([30 * orders * world.traces.genuine_parcel_flag])
        turnover = np.array([365 * orders * world.shops.order_value])
        fine = share * float(policy.law.shop_ceiling(parcels, turnover)[0])
    return float(fine * policy.shop_fine_share * dose)


def wins(levers: Levers, day: int, world: World) -> tuple[float, float, float]:
    """Return how likely a hit innocent, and a guilty one, is reinstated, and after how many days."""
    policy, _ = levers.acting("appeals", day)
    if policy is None:
        return 0.0, 0.0, 0.0
    innocent = world.appeals.innocent_rate * policy.innocent_wins
    guilty = world.appeals.guilty_rate * (1 - policy.guilty_refused)
    return innocent, guilty, world.appeals.delay + 0.5 + policy.delay_days
