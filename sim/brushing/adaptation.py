"""Adapt: organisers buy camouflage against the customers they lose, the trade learns what gets hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.beliefs import Severity
from sim.brushing.decisions import fears
from sim.brushing.organisers import Organiser
from sim.brushing.tasks import Tasks
from sim.brushing.ways import ways_to_brush
from sim.config import AdaptationConfig, World
from sim.kernels import decisions as kernels
from sim.ranking import display_horizon
from sim.state import Merchants, Shops
from sim.traces import Traces

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
    """Those that brush today, added up.

    ``exposure`` (n_ways,) is the hazard that merchants ascribe to each way at first, over the reference
    hazard, summed over those that brush in it. ``number``, ``orders`` and ``loss`` (n_organisers,) are the
    customers of each organiser, their orders, and what one sanction on each would cost, RMB. ``blatant`` is
    the number of all, each counted by what camouflage does not hide.
    """

    exposure: np.ndarray
    number: np.ndarray
    orders: np.ndarray
    loss: np.ndarray
    blatant: float


def meet_customers(
    tasks: Tasks, n_organisers: int, merchants: Merchants, shops: Shops, traces: Traces, cash: np.ndarray,
    severity: Severity, world: World, day: int,
) -> Customers:  # fmt: skip
    """Return who brushes today; ``cash`` (n_shops,) is each merchant's in fen."""
    level = ways_to_brush(world).level
    exposed, sums = np.zeros(level.size), np.zeros((3, n_organisers))
    blatant = kernels.meet_customers(
        tasks.count, tasks.organiser, tasks.cover, merchants.way, level, day,
        float(world.beliefs.hazard_concavity), fears(severity, display_horizon(world.ranking), world),
        traces.genuine_30(), shops.opened_day, merchants.profit, cash, merchants.deposit, exposed, sums,
    )  # fmt: skip
    number, orders, loss = sums
    return Customers(exposed, number, orders, loss, blatant)


def adapt(
    experience: Experience, organisers: list[Organiser], customers: Customers, merchants: Merchants,
    sanctioned: np.ndarray, config: AdaptationConfig, day: int,
) -> None:  # fmt: skip
    """Let a day's sanctions on brushing merchants (``sanctioned``, (n_shops,)) teach the trade."""
    hit = np.flatnonzero(sanctioned)
    hit = hit[day - merchants.last_brushed_day[hit] < RECENT]
    remember(experience, customers, merchants.way[hit], config)
    served, hazard = np.maximum(customers.number, 1), experience.hazard
    orders, loss = (customers.orders / served).tolist(), (customers.loss / served).tolist()
    for organiser in organisers:
        if orders[organiser.number]:
            buy_camouflage(organiser, hazard, orders[organiser.number], loss[organiser.number], config)


def remember(experience: Experience, customers: Customers, way: np.ndarray, config: AdaptationConfig) -> None:
    """Enter a day's sanctions (on merchants that brush in these ways) and exposure; let older ones fade."""
    keep, n = 0.5 ** (1 / config.memory_half_life), experience.sanctions.size
    experience.sanctions = experience.sanctions * keep + np.bincount(way, minlength=n)
    experience.exposure = experience.exposure * keep + customers.exposure
    keep = 0.5 ** (1 / config.lost_half_life)
    experience.lost = experience.lost * keep + way.size
    experience.blatant = experience.blatant * keep + customers.blatant


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
