"""Adapt: organisers buy camouflage against the customers they lose, the trade learns what gets hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.brushing.organisers import Organiser
from sim.brushing.tasks import Tasks
from sim.brushing.ways import ways_to_brush
from sim.config import AdaptationConfig, World
from sim.state import Merchants

RECENT = 30
"""A sanction on a merchant that brushed in the last so many days counts against its way of brushing."""


@dataclass
class Experience:
    """What the trade has learnt from sanctions; all of it fades.

    ``sanctions`` and ``exposure`` (n_ways,) are those of each way to brush; ``weight`` is what prior
    beliefs are worth, in sanctions. ``lost`` is the number of customers that organisers lost to
    sanctions, ``blatant`` the customer-days served, those under camouflage counted by what it did not
    hide.
    """

    sanctions: np.ndarray
    exposure: np.ndarray
    weight: float
    lost: float = 0.0
    blatant: float = 0.0

    def relative_hazard(self) -> np.ndarray:
        """Return the learnt hazard of each way over what was believed of it at first (n_ways,).

        That is (sanctions + weight) / (expected + weight), expected being the way's share of all
        exposure, times all sanctions: one where nothing has happened yet.
        """
        expected = self.sanctions.sum() * self.exposure / max(self.exposure.sum(), 1e-9)
        return (self.sanctions + self.weight) / (expected + self.weight)

    @property
    def hazard(self) -> float:
        """Customers lost to sanctions a customer-day, were there no camouflage."""
        return self.lost / max(self.blatant, 1.0)


def make_experience(world: World) -> Experience:
    """Return the experience of a trade in which nobody was sanctioned yet."""
    n = ways_to_brush(world).level.size
    return Experience(np.zeros(n), np.zeros(n), world.adaptation.prior_rate * world.market.n_shops)


@dataclass(frozen=True)
class Customers:
    """Those that brush today: ``slots``, and for each how exposed it is and what a sanction costs, RMB.

    Exposure is the hazard that merchants ascribe to it at first, over the reference hazard.
    """

    slots: np.ndarray
    exposure: np.ndarray
    loss: np.ndarray


def adapt(
    experience: Experience, organisers: list[Organiser], tasks: Tasks, customers: Customers,
    merchants: Merchants, sanctioned: np.ndarray, world: World, day: int,
) -> None:  # fmt: skip
    """Let a day's sanctions on brushing merchants (``sanctioned``, (n_shops,)) teach the trade."""
    hit = np.flatnonzero(sanctioned)
    hit = hit[day - merchants.last_brushed_day[hit] < RECENT]
    remember(experience, tasks, customers, merchants.way, hit, world.adaptation)
    by, n = tasks.organiser[customers.slots], len(organisers)
    served = np.maximum(np.bincount(by, minlength=n), 1)
    orders = np.bincount(by, weights=tasks.count[customers.slots], minlength=n) / served
    loss = np.bincount(by, weights=customers.loss, minlength=n) / served
    hazard = experience.hazard
    for organiser, n_orders, at_stake in zip(organisers, orders.tolist(), loss.tolist(), strict=True):
        if n_orders:
            buy_camouflage(organiser, hazard, n_orders, at_stake, world.adaptation)


def remember(
    experience: Experience, tasks: Tasks, customers: Customers, way: np.ndarray, hit: np.ndarray,
    config: AdaptationConfig,
) -> None:  # fmt: skip
    """Enter a day's sanctions (on the slots ``hit``) and exposure, and let older ones fade."""
    keep, n = 0.5 ** (1 / config.memory_half_life), experience.sanctions.size
    exposed = np.bincount(way[customers.slots], weights=customers.exposure, minlength=n)
    experience.sanctions = experience.sanctions * keep + np.bincount(way[hit], minlength=n)
    experience.exposure = experience.exposure * keep + exposed
    keep = 0.5 ** (1 / config.lost_half_life)
    experience.lost = experience.lost * keep + hit.size
    experience.blatant = experience.blatant * keep + float((1 - tasks.cover[customers.slots]).sum())


def buy_camouflage(
    organiser: Organiser, hazard: float, orders: float, loss: float, config: AdaptationConfig
) -> None:
    """Let an organiser move towards the camouflage that serves its customers best.

    With ``orders`` a day they pay orders·k·(c + c²)/2 for camouflage c, and lose ``loss`` RMB at the
    rate hazard·(1 − e·c) a day, e being the share of the traces that full camouflage hides. The sum
    is least where orders·k·(1 + 2c)/2 = e·hazard·loss.
    """
    saved = config.hidden_share * hazard * loss / max(orders * config.camouflage_price, 1e-9)
    wanted = min(max(saved - 0.5, 0.0), 1.0)
    organiser.camouflage += (wanted - organiser.camouflage) / config.camouflage_days
