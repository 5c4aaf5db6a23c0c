"""What merchants and the trade believe of sanctions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.parameters import BeliefParameters, Parameters
from sim.state.ways import Ways

SEVERITIES = "demotion", "fine", "closure"


@dataclass
class Severity:
    """What merchants believe that a sanction brings, learnt from sanctions that were carried out.

    ``demotion`` in days, ``fine`` in RMB, ``closure`` as a probability; the sums behind them fade.
    ``rate`` is the memory of sanctions a shop and year in the market.
    """

    demotion: float
    fine: float
    closure: float
    rate: float
    weight: float
    sums: np.ndarray


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


@dataclass
class Beliefs:
    """What is believed of sanctions: ``severity`` by merchants, ``experience`` by the trade.

    Each merchant's own perceived risk stands in its row (`Merchants.risk`). ``neighbours`` are how many
    places on, in the category, those are of whose sanctions a merchant hears.
    """

    parameters: BeliefParameters
    severity: Severity
    experience: Experience
    neighbours: np.ndarray

    def newcomer_risk(self) -> float:
        """Return the perceived risk of a merchant who enters today."""
        return self.parameters.prior * min(1.0, self.severity.rate / self.parameters.reference_rate)


def make_beliefs(parameters: Parameters, ways: Ways, seed: int) -> Beliefs:
    """Return prior beliefs."""
    market, beliefs = parameters.market, parameters.beliefs
    return Beliefs(
        parameters=beliefs,
        severity=make_severity(beliefs, market.n_shops),
        experience=make_experience(ways, parameters.adaptation.prior_rate * market.n_shops),
        neighbours=draw_neighbours(beliefs.neighbours, market.shops_per_category, seed),
    )


def make_severity(parameters: BeliefParameters, n_shops: int) -> Severity:
    """Return prior beliefs; they weigh like ``severity_prior_rate`` sanctions a shop."""
    weight = parameters.severity_prior_rate * n_shops
    prior = parameters.demotion_prior, parameters.fine_prior, parameters.closure_prior
    return Severity(*prior, parameters.reference_rate, weight, np.array(prior) * weight)


def make_experience(ways: Ways, weight: float) -> Experience:
    """Return the experience of a trade in which nobody was sanctioned yet."""
    return Experience(np.zeros(ways.n), np.zeros(ways.n), weight)


def draw_neighbours(n: int, per_category: int, seed: int) -> np.ndarray:
    """Return how many places on, in the category, the ``n`` neighbours are that every merchant hears of."""
    others = np.arange(1, per_category)
    luck = uniforms(day_key(seed, Stream.PEERS, 0), others)
    return others[np.argsort(luck)][:n]
