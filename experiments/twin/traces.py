"""What orders leave behind, in expectation, as the detector reads it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import logit, ndtri
from scipy.stats import binom

from experiments.twin.demand import Bursts
from experiments.twin.kernels.screening import Parcels, Rule
from experiments.twin.kernels.selling import Sales
from experiments.twin.trade import Trade
from policies.detectors import PSEUDO_ORDERS
from sim.config import World
from sim.state import lognormal, truncated_mean

PARCELS, CHANCES = np.polynomial.hermite_e.hermegauss(7)
CHANCES = CHANCES / CHANCES.sum()
"""Nodes and weights of a standard normal: shops' own shares of flagged parcels are log-normal."""


class TaskLike:
    """How much of the orders comes from accounts that look like workers', tabulated once.

    An account is task-like by its orders of 30 days. A genuine account makes binomial numbers of them,
    its visits being spread evenly; a worker's tasks come on top of its own, and its past rate has taken
    in those of the time since it joined: workers leave in the order in which they came.
    """

    def __init__(self, world: World) -> None:
        self.scales = np.linspace(0.3, 1.3, 21)
        self.tasks = np.linspace(0, 31, 125)
        self.of_genuine = genuine_share(self.scales, world)
        self.of_brushed = worker_share(self.tasks, world)

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


def genuine_share(scales: np.ndarray, world: World) -> np.ndarray:
    """Return the share of genuine orders from task-like accounts if all order so many times as much (n,)."""
    traces, rate = world.traces, scales[:, None] * monthly_rates(world)
    least = np.maximum(traces.task_like_orders, traces.task_like_ratio * rate)
    return (rate * at_least(least - 1, rate, world)).sum(axis=1) / rate.sum(axis=1)


def worker_share(tasks: np.ndarray, world: World) -> np.ndarray:
    """Return the share of brushed orders from task-like accounts with ``tasks`` (n,) in 30 days."""
    traces, rate = world.traces, monthly_rates(world, 16)
    stay = 365 / max(world.trade.worker_quit_rate, 0.1) * np.array([0.125, 0.375, 0.625, 0.875])[:, None]
    done = tasks[:, None, None]
    past = rate + done * (1 - 0.5 ** (stay / traces.account_half_life))
    least = np.maximum(traces.task_like_orders, traces.task_like_ratio * past) - done
    return at_least(least, rate, world).mean(axis=(1, 2))


def make_rule(
    policy: Any, sales: Sales, trade: Trade, task_like: TaskLike, bursts: Bursts, world: World
) -> Rule:
    """Return `burst_rules` at the policy's threshold, and what today's orders look like to it."""
    rules, each = policy.burst_rules, world.traces.views_per_task
    natural = max(world.demand.looks / world.demand.purchase_probability, each)
    return Rule(
        intercept=float(rules.intercept), growth=float(rules.growth), conversion=float(rules.conversion),
        task_like=float(rules.task_like), parcels=float(rules.parcels),
        line=float(logit(policy.threshold)),
        cooldown=float(max(policy.cooldown_days, 1)), burst_rate=float(bursts.rate),
        pseudo=float(PSEUDO_ORDERS),
        genuine_tasks=task_like.genuine(sales.orders / world.market.buyers_per_shop, world),
        brushed_tasks=task_like.brushed(trade.tasks(world)),
        brushed_views=float(each + trade.cover(world) * (natural - each)),
    )  # fmt: skip


def make_parcels(world: World) -> Parcels:
    """Return shops' shares of flagged parcels without camouflage."""
    trace = world.traces
    flag = np.minimum(trace.genuine_parcel_flag * lognormal(PARCELS, trace.genuine_parcel_sd), 1.0)
    return Parcels(flag, np.full(flag.size, float(trace.brushed_parcel_flag)), CHANCES)


def covered(parcels: Parcels, cover: float) -> Parcels:
    """Return shares of flagged parcels if camouflage hides the share ``cover`` of what sets them apart."""
    return parcels._replace(fake=parcels.fake + cover * np.minimum(parcels.flag - parcels.fake, 0.0))
