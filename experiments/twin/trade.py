"""The trade in expectation: one organiser of endless size, its fee, workers and camouflage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.config import World

Faded = TypeVar("Faded", float, np.ndarray)


@dataclass
class Trade:
    """The representative organiser and what the trade has learnt; amounts are a slot of the market.

    ``hits`` and ``exposure`` (n_levels,) are sanctions and exposure of each level, ``lost`` and
    ``blatant`` customers lost and customer-days, all of them fading.
    """

    fee: float
    hits: np.ndarray
    exposure: np.ndarray
    camouflage: float = 0.0
    workers: float = 0.0
    demanded: float = 0.0
    lost: float = 0.0
    blatant: float = 0.0
    served: float = 1.0

    def cover(self, world: World) -> float:
        """Return the share of what sets brushed orders apart that is hidden."""
        return world.adaptation.hidden_share * self.camouflage

    def price(self, world: World) -> float:
        """Return what camouflage adds to the price of an order, RMB."""
        return world.adaptation.camouflage_price * (self.camouflage + self.camouflage**2) / 2

    def most_tasks(self, world: World) -> float:
        """Return the most tasks of an account in 30 days."""
        return world.trade.tasks_per_account / (1 + (world.adaptation.rotation - 1) * self.cover(world))

    def tasks(self, world: World) -> float:
        """Return the tasks of an account in 30 days."""
        done = self.demanded * self.served
        return float(min(30 * done / max(self.workers, 1e-300), self.most_tasks(world)))

    def relative_hazard(self, world: World) -> np.ndarray:
        """Return the learnt hazard of each level over what was believed of it (n_levels,)."""
        prior = world.adaptation.prior_rate
        expected = self.hits.sum() * self.exposure / max(self.exposure.sum(), 1e-9)
        return (self.hits + prior) / (expected + prior)

    def prepare(self, wanted: float, customers: float, days: float, world: World) -> None:
        """Let fee and workers follow the orders ``wanted`` a day and slot over ``days``."""
        config = world.trade
        self.demanded += (wanted - self.demanded) * decay(days, 7)
        tasks = self.most_tasks(world)
        target = max(config.accounts_per_customer * customers, 1.15 * self.demanded * 30 / tasks)
        quits = config.worker_quit_rate / 365
        if target > self.workers:
            settled = target * config.recruit_rate / (config.recruit_rate + quits)
            self.workers += (settled - self.workers) * -math.expm1(-(config.recruit_rate + quits) * days)
        else:
            self.workers *= math.exp(-quits * days)
        capacity = self.workers * tasks / 30
        self.served = min(capacity / wanted, 1.0) if wanted > 0 else 1.0
        use = wanted / max(capacity, 1e-9)
        speed = config.fee_adjustment
        push = min(max(use - 1, 0.0), 1.0)
        settled = config.fee / max(1 - push, 1e-9)
        self.fee += (
            (settled - self.fee) * -math.expm1(-speed * (1 - push) * days) if push < 1 else config.fee_high
        )
        self.fee = min(max(self.fee, config.fee_low), config.fee_high)

    def learn(
        self, hits: np.ndarray, exposure: np.ndarray, customers: float, orders: float, loss: float,
        days: float, world: World,
    ) -> None:  # fmt: skip
        """Take in ``days`` of sanctions (``hits``, a day and level) and choose camouflage.

        ``exposure`` is a day's by level, ``orders`` and ``loss`` are those of a mean customer.
        """
        config = world.adaptation
        self.hits = fade(self.hits, hits, days, config.memory_half_life)
        self.exposure = fade(self.exposure, exposure, days, config.memory_half_life)
        self.lost = fade(self.lost, float(hits.sum()), days, config.lost_half_life)
        shown = customers * (1 - self.cover(world))
        self.blatant = fade(self.blatant, shown, days, config.lost_half_life)
        hazard = self.lost / max(self.blatant, 1 / world.market.n_shops)
        if orders > 0:
            saved = config.hidden_share * hazard * loss / max(orders * config.camouflage_price, 1e-9)
            wanted = min(max(saved - 0.5, 0.0), 1.0)
            speed = 1 - (1 - 1 / config.camouflage_days) ** days
            self.camouflage += (wanted - self.camouflage) * speed


def decay(days: float, mean_days: float) -> float:
    """Return the step of a faded mean over ``mean_days`` in ``days``."""
    return float(1 - (1 - 1 / mean_days) ** days)


def fade(value: Faded, inflow: Faded, days: float, half_life: float) -> Faded:
    """Return a fading sum after ``days`` with the same ``inflow`` each day."""
    keep = 0.5 ** (1 / half_life)
    left = keep**days
    return value * left + inflow * ((1 - left) / (1 - keep))
