"""From flags to sanctions, in expectation: review, ladder, appeals, ledgers, fines of the regulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaln

from experiments.twin.levers import Levers
from sim.config import World

VERBS = ("demote", "close", "remove_sales", "fine")
"""Sanctions that change something, in the order of `Terms`."""


@dataclass(frozen=True)
class Terms:
    """What a mean sanction does to shops of each kind, arrays (n_kinds, 1): probabilities, days, RMB.

    ``bite`` is the probability that it is more than a warning; the others are given that.
    """

    bite: np.ndarray
    hide: np.ndarray
    close: np.ndarray
    remove: np.ndarray
    days: np.ndarray
    fine: np.ndarray

    def mixed(self, other: Terms, weight: np.ndarray) -> Terms:
        """Return terms of which the share ``weight`` (n_kinds, 1) is the other's."""
        parts = {
            name: (1 - weight) * getattr(self, name) + weight * getattr(other, name)
            for name in ("bite", "hide", "close", "remove", "days", "fine")
        }
        return Terms(**parts)


def confirmed(
    flags: np.ndarray, late: np.ndarray, guilty: np.ndarray, cases: float, levers: Levers, day: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return sanctions a day of the guilty and of the innocent of each cell (n_cells,).

    ``flags`` are cases a day of a shop, ``late`` more of them, all guilty; ``guilty`` is the share of each
    cell that bought a brushed order within 90 days, ``cases`` all cases a day and slot.
    """
    policy, dose = levers.acting("detection", day)
    if policy is None:
        return np.zeros_like(flags), np.zeros_like(flags)
    share = policy.acted_share * dose
    found, wrong = 1.0, 1.0
    if policy.mode == "reviewed":
        share *= capacity_share(cases * share, policy)
        found, wrong = policy.sensitivity, 1 - policy.specificity
    return share * found * (flags * guilty + late), share * wrong * flags * (1 - guilty)


def capacity_share(cases: float, policy: Any) -> float:
    """Return the share of ``cases`` a day and slot that the reviewers can review."""
    if policy.reviewers_per_100k_shops is None:
        return 1.0
    room = policy.reviewers_per_100k_shops / 100_000 * policy.reviews_per_reviewer_day
    return float(min(room / cases, 1.0)) if cases > 0 else 1.0


def ladder_terms(strikes: np.ndarray, ladder: Any) -> Terms:
    """Return what the ladder does to shops with a Poisson number of ``strikes`` (n_kinds,) in force."""
    last = len(ladder.steps) - 1
    counts = np.arange(last)
    mean = np.maximum(strikes, 1e-12)[:, None]
    rung = np.exp(counts * np.log(mean) - mean - gammaln(counts + 1))
    rung = np.concatenate([rung, np.maximum(1 - rung.sum(axis=1, keepdims=True), 0)], axis=1)
    steps = [step.split("+") for step in ladder.steps]
    applies = np.array(
        [[float(verb in step) for verb in VERBS] + [float(step != ["warn"])] for step in steps]
    )
    by_rung = (1 - ladder.closure_probability) * (rung @ applies)
    by_rung[:, [VERBS.index("close"), -1]] += ladder.closure_probability
    bite = by_rung[:, -1:]
    given = by_rung / np.maximum(bite, 1e-300)
    hide, close, remove, fine = (given[:, i : i + 1] for i in range(len(VERBS)))
    days = np.full_like(hide, float(ladder.demotion_days))
    return Terms(bite, hide, close, remove, days, fine * ladder.fine_rmb)


def ledger_terms(policy: Any, n_kinds: int) -> Terms:
    """Return what becomes of merchants named in a ledger."""
    effects = {"zero": (0, 0, 1), "demote": (1, 0, 1), "close": (0, 1, 0)}
    hide, close, remove = (np.full((n_kinds, 1), float(x)) for x in effects[policy.merchants])
    days = np.full((n_kinds, 1), float(policy.demotion_days))
    return Terms(np.ones((n_kinds, 1)), hide, close, remove, days, np.zeros((n_kinds, 1)))


def ledger_hazard(levers: Levers, day: int, world: World) -> tuple[float, Any]:
    """Return how often a day a customer of organisers is named to the platform, and the policy that acts."""
    policy, dose = levers.acting("ledger", day)
    regulator, _ = levers.acting("regulator", day - world.trade.ledger_days)
    if policy is None or regulator is None or policy.merchants == "none":
        return 0.0, None
    return regulator.raids_per_year / 365 * world.trade.ledger_completeness * dose, policy


def regulator_fine(levers: Levers, day: int, parcels: float, turnover: float) -> float:
    """Return the fine that a referred shop pays, RMB, by the mean shop's ``parcels`` and ``turnover``."""
    policy, dose = levers.acting("regulator", day)
    if policy is None:
        return 0.0
    fine = policy.fine_rmb
    if fine is None:
        share = policy.law.shop_mitigation if policy.mitigation is None else policy.mitigation
        fine = share * float(policy.law.shop_ceiling(np.array([parcels]), np.array([turnover]))[0])
    return float(fine * policy.shop_fine_share * dose)


def wins(levers: Levers, day: int, world: World) -> tuple[float, float, float]:
    """Return how likely a hit innocent, and a guilty one, is reinstated, and after how many days."""
    policy, _ = levers.acting("appeals", day)
    if policy is None:
        return 0.0, 0.0, 0.0
    innocent = world.appeals.innocent_rate * policy.innocent_wins
    guilty = world.appeals.guilty_rate * (1 - policy.guilty_refused)
    return innocent, guilty, world.appeals.delay + 0.5 + policy.delay_days
