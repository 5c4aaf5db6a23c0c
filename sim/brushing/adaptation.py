"""Adapt: organisers buy camouflage against the customers they lose, the trade learns what gets hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.beliefs import Severity
from sim.brushing.decisions import fears
from sim.brushing.tasks import Tasks
from sim.brushing.trade import Trade
from sim.brushing.ways import ways_to_brush
from sim.config import AdaptationConfig, World
from sim.kernels import adapting as kernels
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
    hazard, summed over those that brush in it. The rows of ``by_organiser`` (3, n_organisers) are the
    customers of each organiser, their orders, and what one sanction on each would cost, RMB. ``blatant`` is
    the number of all, each counted by what camouflage does not hide.
    """

    exposure: np.ndarray
    by_organiser: np.ndarray
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
    return Customers(exposed, sums, blatant)


def adapt(
    experience: Experience, trade: Trade, customers: Customers, merchants: Merchants, sanctioned: np.ndarray,
    config: AdaptationConfig, day: int,
) -> None:  # fmt: skip
    """Let a day's sanctions on brushing merchants (``sanctioned``, (n_shops,)) teach the trade."""
    hits = kernels.remember(
        day - RECENT, 0.5 ** (1 / config.memory_half_life), sanctioned, merchants.last_brushed_day,
        merchants.way, customers.exposure, experience.sanctions, experience.exposure,
    )  # fmt: skip
    keep = 0.5 ** (1 / config.lost_half_life)
    experience.lost = experience.lost * keep + hits
    experience.blatant = experience.blatant * keep + customers.blatant
    kernels.buy_camouflage(
        experience.hazard, customers.by_organiser, float(config.hidden_share),
        float(config.camouflage_price), float(config.camouflage_days), trade.camouflage,
    )  # fmt: skip
