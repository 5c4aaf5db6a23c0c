"""What merchants and the trade believe of sanctions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.parameters import BeliefParameters, Parameters
from sim.state.ways import Ways

STATED = "demotion", "fine", "closure"
"""What may be announced of a sanction."""

SEVERITIES = (*STATED, "demoted", "fined", "removed")
"""What is believed of a case that is sanctioned, in the order of the sums behind it."""


@dataclass
class Severity:
    """What merchants believe that being sanctioned for brushing brings, learnt from cases.

    ``demotion`` in days, ``fine`` in RMB, ``closure`` as a probability, all of them means over cases, with
    all that comes of one; ``demoted``, ``fined`` and ``removed`` are the shares of cases that demote, that
    fine, and that remove displayed sales at all. The sums behind them fade.
    ``rate`` is the memory of sanctions a shop and year that brushing brought about.
    """

    demotion: float
    fine: float
    closure: float
    demoted: float
    fined: float
    removed: float
    rate: float
    weight: float
    sums: np.ndarray


@dataclass
class Talk:
    """What is said of the sanctioned: how many were ``heard`` of, and how many of them were ``guilty``.

    ``expected`` are how many of them would have been, had lots been drawn among all shops, and ``variance``
    is that of this number. All fade. ``brushers`` is the share of shops that are said to brush. The
    ``weight`` of prior beliefs is in sanctions; an excess of ``doubt`` standard errors is no evidence, one
    twice as large is believed.
    """

    weight: float
    guilty_prior: float
    brushers: float
    doubt: float
    heard: float = 0.0
    guilty: float = 0.0
    expected: float = 0.0
    variance: float = 0.0

    def brought_about(self) -> float:
        """Return the share of sanctions that brushing is believed to have brought about.

        With brushers' hazard b + e and others' b, the guilty share of the sanctioned γ and that of shops π,
        it is πe / (b + πe) = (γ − π) / (1 − π), and zero where sanctions are drawn by lot.
        """
        _, believed = self.excess()
        others = self.prior_weight() * (1.0 - self.brushers) + self.heard - self.expected
        return believed / max(others, 1e-9)

    def trusted(self) -> float:
        """Return how far it is held to be known that sanctions follow brushing, in [0, 1]."""
        said, believed = self.excess()
        return believed / said if said > 0.0 else 0.0

    def excess(self) -> tuple[float, float]:
        """Return how many more of the sanctioned are guilty than lots would hit: as said, and as believed.

        What counting alone may bring about is not: were it, frequent lots would teach fear by their number.
        """
        said = self.guilty - self.expected
        chance = self.doubt * math.sqrt(self.variance)
        beyond = said * min(max(said / chance - 1.0, 0.0), 1.0) if said > 0.0 < chance else said
        prejudice = self.prior_weight() * (self.guilty_prior - self.brushers)
        return max(prejudice + said, 0.0), max(prejudice + beyond, 0.0)

    def prior_weight(self) -> float:
        """Return what prior belief still weighs, in sanctions; it goes as evidence comes."""
        return self.weight**2 / (self.weight + self.heard)


@dataclass
class Experience:
    """What the trade has learnt from sanctions; all of it fades.

    ``sanctions`` and ``exposure`` (n_ways,) are those of each way to brush; ``weight`` is what prior
    beliefs are worth, in sanctions. ``contrast`` (2,) is how much less cover those had whom their traces gave
    away than all customers of the same day, summed over them, and what that would be if full cover hid
    everything. ``traced`` is the number of sanctions that rested on traces, ``named`` of those that rested on
    ledgers. ``hides`` is what full camouflage is believed to hide of the hazard (κ).
    """

    sanctions: np.ndarray
    exposure: np.ndarray
    weight: float
    contrast: np.ndarray
    hides: float
    traced: float = 0.0
    named: float = 0.0

    def relative_hazard(self) -> np.ndarray:
        """Return the learnt hazard of each way over what was believed of it at first (n_ways,).

        That is (sanctions + weight) / (expected + weight), expected being the way's share of all
        exposure, times all sanctions: one where nothing has happened yet.
        """
        expected = self.sanctions.sum() * self.exposure / max(self.exposure.sum(), 1e-9)
        return (self.sanctions + self.weight) / (expected + self.weight)


@dataclass
class Beliefs:
    """What is believed of sanctions: ``severity`` and ``talk`` by merchants, ``experience`` by the trade.

    Each merchant's own perceived risks stand in its row (`Merchants.risk`, `Merchants.blameless_risk`).
    ``neighbours`` are how many places on, in the category, those are of whose sanctions a merchant hears.
    """

    parameters: BeliefParameters
    severity: Severity
    talk: Talk
    experience: Experience
    neighbours: np.ndarray

    def newcomer_risk(self) -> float:
        """Return what a merchant who enters today believes that brushing adds to its hazard."""
        return self.parameters.prior * min(1.0, self.severity.rate / self.parameters.reference_rate)

    def newcomer_blameless_risk(self) -> float:
        """Return the hazard that a merchant who enters today believes to hit also who does not brush."""
        return self.parameters.blameless_prior * self.newcomer_risk()


def make_beliefs(parameters: Parameters, ways: Ways, seed: int) -> Beliefs:
    """Return prior beliefs."""
    market, beliefs = parameters.market, parameters.beliefs
    return Beliefs(
        parameters=beliefs,
        severity=make_severity(beliefs, market.n_shops),
        talk=make_talk(beliefs, market.n_shops),
        experience=make_experience(
            ways, parameters.adaptation.prior_rate * market.n_shops, parameters.adaptation.hidden_share
        ),
        neighbours=draw_neighbours(beliefs.neighbours, market.shops_per_category, seed),
    )


def make_severity(parameters: BeliefParameters, n_shops: int) -> Severity:
    """Return prior beliefs; they weigh like ``severity_prior_rate`` sanctions for brushing a shop."""
    weight = parameters.severity_prior_rate * n_shops
    means = parameters.demotion_prior, parameters.fine_prior, parameters.closure_prior
    demotes, fines = float(parameters.demotion_prior > 0), float(parameters.fine_prior > 0)
    prior = *means, demotes, fines, demotes
    return Severity(*prior, parameters.reference_rate, weight, np.array(prior) * weight)


def make_talk(parameters: BeliefParameters, n_shops: int) -> Talk:
    """Return what is said before anybody was sanctioned; it weighs like prior beliefs about severity."""
    weight = parameters.severity_prior_rate * n_shops
    prior = float(parameters.guilty_prior), float(parameters.brushers_prior)
    return Talk(weight, *prior, float(parameters.doubt))


def make_experience(ways: Ways, weight: float, hides: float) -> Experience:
    """Return the experience of a trade in which nobody was sanctioned yet."""
    return Experience(np.zeros(ways.n), np.zeros(ways.n), weight, np.zeros(2), float(hides))


def draw_neighbours(n: int, per_category: int, seed: int) -> np.ndarray:
    """Return how many places on, in the category, the ``n`` neighbours are that every merchant hears of."""
    others = np.arange(1, per_category)
    luck = uniforms(day_key(seed, Stream.PEERS, 0), others)
    return others[np.argsort(luck)][:n]
