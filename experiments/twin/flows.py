"""How shops move between states: campaigns, sanctions, recovery, exit and entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.twin import kernels
from experiments.twin.population import Population
from experiments.twin.sanctions import Terms
from sim.config import ShopConfig, World
from sim.entry import CLOSED_DAYS


@dataclass(frozen=True)
class Rates:
    """Events a day of a shop.

    ``start`` (n_kinds, 2, n_levels), ``hit`` (n_kinds, n_states), ``leave`` (n_kinds, n_states) are
    beginnings of campaigns, sanctions and exits; the others are numbers: ends of campaigns and
    recoveries. ``lifted`` (n_kinds, 1) is the share of sanctions undone on appeal, ``hidden_days``
    (n_kinds, 1) how long a demotion lasts then.
    """

    start: np.ndarray
    hit: np.ndarray
    leave: np.ndarray
    end: float
    recover: float
    lifted: np.ndarray
    hidden_days: np.ndarray


@dataclass(frozen=True)
class Moved:
    """What left the population in a step, in shares of slots."""

    left: float
    closed: float


def move(people: Population, rates: Rates, terms: Terms, own: float, days: float) -> Moved:
    """Let ``days`` of flows between the states of ``people`` pass; ``own`` is what a sanction teaches."""
    open_still = 1 - terms.close * (1 - rates.lifted)
    hidden = np.minimum(terms.hide, open_still)
    set_back = np.maximum(open_still - hidden, 0) * terms.remove
    kept = 1 - terms.remove * (1 - rates.lifted)
    release = 1 / np.maximum(rates.hidden_days, 1)
    fate = np.concatenate([hidden, set_back, open_still - hidden - set_back, kept, release], axis=1)
    left, closed = kernels.move(
        people.mass, people.shown, people.risk, people.fear, rates.start, rates.hit, rates.leave, fate,
        rates.end, rates.recover, own, float(days),
    )  # fmt: skip
    return Moved(left, closed)


def enter(people: Population, share: np.ndarray, risk: float) -> None:
    """Let newcomers, ``share`` (n_kinds,) of all slots, open: idle, rebuilding, nothing displayed."""
    people.mass[:, 1 + people.n_levels] += share
    people.fear[:, 1] += share * risk


class Slots:
    """Slots that are not open, in shares: closed by a sanction, free; newcomers who wait for one."""

    def __init__(self, config: ShopConfig) -> None:
        self.config = config
        self.closed = self.free = self.waiting = 0.0
        self.young = 0.0
        self.rebuilding = 1e-9

    def refill(self, moved: list[Moved], days: float, recovery: float, *herds: Population) -> float:
        """Take in who left, and return the share of slots that newcomers take."""
        expelled = self.closed * -np.expm1(-days / CLOSED_DAYS)
        self.closed += sum(part.closed for part in moved) - expelled
        self.free += sum(part.left for part in moved) + expelled
        coming = self.config.entrant_rate / 365
        patience = self.config.entrant_patience
        self.waiting = min(self.waiting + coming * days, coming * patience)
        admitted = min(self.free, self.waiting)
        self.free -= admitted
        self.waiting -= admitted
        self.young = self.young * np.exp(-days / recovery) + admitted
        self.rebuilding = (
            sum(float(h.mass[:, 1 + h.n_levels : 2 + 2 * h.n_levels].sum()) for h in herds) + admitted
        )
        return admitted

    @property
    def newcomers(self) -> float:
        """Share of those who rebuild that are new, in [0, 1]."""
        return min(self.young / max(self.rebuilding, 1e-12), 1.0) if self.young else 1.0

    def freshness(self, recovery: float, world: World) -> float:
        """Return the mean freshness of shops that rebuild: newcomers' ages are exponential."""
        days = world.ranking.freshness_days
        return self.newcomers * days / (days + recovery)

    def young_days(self, recovery: float) -> float:
        """Return the mean length of the record of sales of shops that rebuild, 30 days at most."""
        return float(30 - self.newcomers * (30 - recovery * -np.expm1(-30 / recovery)))
