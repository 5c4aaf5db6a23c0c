"""What orders leave behind, in expectation, and how often that makes the detector flag a shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logit, ndtri
from scipy.stats import binom

from experiments.twin import kernels
from experiments.twin.demand import Bursts
from policies.detectors import PSEUDO_ORDERS
from sim.config import World
from sim.state import lognormal, truncated_mean

PARCELS, CHANCES = np.polynomial.hermite_e.hermegauss(7)
CHANCES = CHANCES / CHANCES.sum()
"""Nodes and weights of a standard normal: shops' own shares of flagged parcels are log-normal."""


@dataclass(frozen=True)
class Shown:
    """What cells of shops have a day, arrays (n,), and the market's terms.

    Genuine orders on an ordinary day and with bursts, brushed orders, page views (workers' among them),
    attention, mass; the share that camouflage hides, and of genuine and of brushed orders that which comes
    from accounts like workers'.
    """

    ordinary: np.ndarray
    genuine: np.ndarray
    brushed: np.ndarray
    views: np.ndarray
    attention: np.ndarray
    mass: np.ndarray
    cover: float
    task_like: float
    task_like_brushed: float


@dataclass(frozen=True)
class Screened:
    """How shops of each cell (n,) stand with the detector.

    ``above`` is the share above the threshold on a day, ``month`` the share above it on at least one of
    30 days, ``flags`` the cases a day.
    """

    above: np.ndarray
    month: np.ndarray
    flags: np.ndarray


class TaskLike:
    """How much of the orders comes from accounts that look like workers', tabulated once.

    An account is task-like by its orders of 30 days. A genuine account makes binomial numbers of them,
    its visits being spread evenly; a worker's tasks come on top of its own, and its past rate has taken
    in those of the time since it joined: workers leave in the order in which they came.
    """

    def __init__(self, world: World) -> None:
        self.scales = np.linspace(0.3, 1.3, 21)
        self.tasks = np.linspace(0, 31, 125)
        self.of_genuine = np.array([genuine_share(scale, world) for scale in self.scales])
        self.of_brushed = np.array([worker_share(tasks, world) for tasks in self.tasks])

    def genuine(self, orders: float, world: World) -> float:
        """Return the share of genuine orders, buyers making ``orders`` a day in the mean."""
        usual = world.demand.orders_per_buyer / 365
        return float(np.interp(orders / usual, self.scales, self.of_genuine))

    def brushed(self, tasks: float) -> float:
        """Return the share of brushed orders, accounts carrying out so many ``tasks`` in 30 days."""
        return float(np.interp(tasks, self.tasks, self.of_brushed))


def monthly_rates(world: World, n: int = 64) -> np.ndarray:
    """Return orders in 30 days of ``n`` equally likely accounts."""
    demand = world.demand
    spread = np.minimum(lognormal(ndtri((np.arange(n) + 0.5) / n), demand.visit_rate_sd), 4.0)
    return demand.orders_per_buyer / 365 * 30 * spread / truncated_mean(demand.visit_rate_sd, 4.0)


def at_least(orders: np.ndarray, rate: np.ndarray, world: World) -> np.ndarray:
    """Return the probability that an account of ``rate`` orders in 30 days makes so many."""
    bought = world.demand.purchase_probability
    return binom.sf(np.ceil(orders) - 1, np.rint(rate / bought), bought)


def genuine_share(scale: float, world: World) -> float:
    """Return the share of genuine orders from task-like accounts if all order ``scale`` times as much."""
    traces, rate = world.traces, scale * monthly_rates(world)
    least = np.maximum(traces.task_like_orders, traces.task_like_ratio * rate)
    return float((rate * at_least(least - 1, rate, world)).sum() / rate.sum())


def worker_share(tasks: float, world: World) -> float:
    """Return the share of brushed orders from task-like accounts, each with ``tasks`` in 30 days."""
    traces, rate = world.traces, monthly_rates(world, 16)
    stay = 365 / max(world.trade.worker_quit_rate, 0.1) * np.array([0.125, 0.375, 0.625, 0.875])[:, None]
    past = rate + tasks * (1 - 0.5 ** (stay / traces.account_half_life))
    least = np.maximum(traces.task_like_orders, traces.task_like_ratio * past) - tasks
    return float(at_least(least, rate, world).mean())


def screen(shown: Shown, policy: Any, bursts: Bursts, world: World) -> Screened:
    """Return how cells stand with `burst_rules` at the policy's threshold.

    The logit of the risk is taken as normal around its mean, with the sampling noise of a week's and
    a month's counts. It passes a level from below φ(x)·√((1 − ρ)/π) times a day, ρ being its
    correlation from day to day (Rice's formula for days), and a burst brings one more chance.
    """
    rules, trace = policy.burst_rules, world.traces
    flag = np.minimum(trace.genuine_parcel_flag * lognormal(PARCELS, trace.genuine_parcel_sd), 1.0)
    fake = trace.brushed_parcel_flag + shown.cover * np.minimum(flag - trace.brushed_parcel_flag, 0.0)
    weights = np.array([rules.intercept, rules.growth, rules.conversion, rules.task_like, rules.parcels])
    out = np.empty((3, shown.mass.size))
    kernels.screen(
        shown.ordinary, shown.brushed, shown.views, shown.attention, weights, usual(shown, flag, fake), flag,
        fake, CHANCES, bursts.lift, float(logit(policy.threshold)), float(max(policy.cooldown_days, 1)),
        bursts.rate, float(PSEUDO_ORDERS), out,
    )  # fmt: skip
    return Screened(*out)


def usual(shown: Shown, flag: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """Return what is usual: orders a view, and shares of task-like orders and of flagged parcels."""
    genuine, brushed = float(shown.genuine @ shown.mass), float(shown.brushed @ shown.mass)
    orders = max(genuine + brushed, 1e-300)
    tasks = (genuine * shown.task_like + brushed * shown.task_like_brushed) / orders
    parcels = (genuine * CHANCES @ flag + brushed * CHANCES @ fake) / orders
    a_view = orders / max(float(shown.views @ shown.mass), 1e-300)
    return np.array([a_view, tasks, shown.task_like, shown.task_like_brushed, parcels])
