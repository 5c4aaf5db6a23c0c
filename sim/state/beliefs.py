"""What merchants and the trade believe of sanctions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.parameters import BeliefParameters, Parameters
from sim.state.ways import Ways

SEVERITIES = "demotion", "fine", "closure"


@dataclass
class Severity:
    """What merchants believe that a sanction for brushing brings, learnt from those carried out.

    ``demotion`` in days, ``fine`` in RMB, ``closure`` as a probability; the sums behind them fade.
    ``rate`` is the memory of sanctions a shop and year that brushing brought about.
    """

    demotion: float
    fine: float
    closure: float
    rate: float
    weight: float
    sums: np.ndarray


BEYOND_CHANCE = 2.0
"""Standard errors that the guilty have to be in excess by before brushing is held to be the reason."""


@dataclass
class Talk:
    """What is said of the sanctioned: how many were ``heard`` of, and how many of them were ``guilty``.

    Both fade. ``brushers`` is the share of shops that are said to brush. The ``weight`` of prior beliefs is
    in sanctions.
    """

    weight: float
    guilty_prior: float
    brushers: float
    heard: float = 0.0
    guilty: float = 0.0

    def brought_about(self) -> float:
        """Return the share of sanctions that brushing is believed to have brought about.

        With brushers' hazard b + e and others' b, the guilty share of the sanctioned γ and that of shops π,
        it is πe / (b + πe) = (γ − π) / (1 − π), and zero where sanctions are drawn by lot. An excess that
        counting alone may bring about is no evidence: were it some, frequent lots would teach fear.
        """
        weight = self.weight**2 / (self.weight + self.heard)  # prejudice goes as evidence comes
        guilty = (self.guilty_prior * weight + self.guilty) / (weight + self.heard)
        by_chance = math.sqrt(self.brushers * (1.0 - self.brushers) * self.heard) / (weight + self.heard)
        excess = guilty - self.brushers
        return excess / max(1.0 - self.brushers, 1e-9) if excess > BEYOND_CHANCE * by_chance else 0.0


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
    """Return prior beliefs; they weigh like ``severity_prior_rate`` sanctions a shop."""
    weight = parameters.severity_prior_rate * n_shops
    prior = parameters.demotion_prior, parameters.fine_prior, parameters.closure_prior
    return Severity(*prior, parameters.reference_rate, weight, np.array(prior) * weight)


def make_talk(parameters: BeliefParameters, n_shops: int) -> Talk:
    """Return what is said before anybody was sanctioned; it weighs like prior beliefs about severity."""
    weight = parameters.severity_prior_rate * n_shops
    return Talk(weight, float(parameters.guilty_prior), float(parameters.brushers_prior))


def make_experience(ways: Ways, weight: float, hides: float) -> Experience:
    """Return the experience of a trade in which nobody was sanctioned yet."""
    return Experience(np.zeros(ways.n), np.zeros(ways.n), weight, np.zeros(2), float(hides))


def draw_neighbours(n: int, per_category: int, seed: int) -> np.ndarray:
    """Return how many places on, in the category, the ``n`` neighbours are that every merchant hears of."""
    others = np.arange(1, per_category)
    luck = uniforms(day_key(seed, Stream.PEERS, 0), others)
    return others[np.argsort(luck)][:n]
