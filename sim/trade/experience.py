"""The trade learns which ways to brush are hit, and how much camouflage helps."""

from __future__ import annotations

import numpy as np

from sim.kernels import experience as kernels
from sim.parameters import AdaptationParameters
from sim.state.beliefs import Beliefs, Experience
from sim.state.campaigns import Campaigns
from sim.state.shops import Shops
from sim.state.today import Today

RECENT = 30
"""A sanction on a merchant that brushed in the last so many days counts against its way of brushing."""


def gain_experience(
    today: Today,
    shops: Shops,
    campaigns: Campaigns,
    sold: np.ndarray,
    beliefs: Beliefs,
    terms: AdaptationParameters,
) -> None:
    """Let a day's sanctions on brushing merchants, and its lack of them, teach the trade.

    ``sold`` (n_shops,) are genuine orders of 30 days.
    """
    experience, keep, day = beliefs.experience, 0.5 ** (1 / terms.memory_half_life), today.clock.day
    exposed, hits = np.zeros((2, campaigns.ways.n))
    covered, traced = np.zeros(3), np.zeros(2)
    columns = kernels.campaign_columns(campaigns)
    hazard = float(beliefs.parameters.hazard_concavity), experience.hides
    brushed = shops.opened_day, today.tasks.count, sold
    kernels.expose(day, hazard, brushed, columns, exposed, covered)
    sanctioned = today.tally.sanctioned, today.tally.traced
    named = kernels.count_hits(day - RECENT, *sanctioned, columns, hits, traced)
    experience.sanctions = experience.sanctions * keep + hits
    experience.exposure = experience.exposure * keep + exposed
    experience.contrast = experience.contrast * keep + contrast(covered, traced)
    experience.traced = experience.traced * keep + float(traced[0])
    experience.named = experience.named * keep + named
    experience.hides = what_cover_hides(experience, terms.hidden_share)


def contrast(covered: np.ndarray, traced: np.ndarray) -> np.ndarray:
    """Return by how much those hit today have less cover than customers, and would if it hid all (2,).

    ``covered`` (3,) are sums of exposure × cover to the power of 0, 1, 2 over today's customers, ``traced``
    (2,) of cover to the power of 0, 1 over those whom their traces gave away. Where their hazard is
    exposure × (1 − e × cover) times anything that changes from day to day, the first is e times the second,
    in expectation.
    """
    (plain, once, twice), (hits, covered_hits) = covered.tolist(), traced.tolist()
    if plain == 0.0:
        return np.zeros(2)
    return np.array([hits * once / plain - covered_hits, (hits * twice - covered_hits * once) / plain])


def what_cover_hides(experience: Experience, hidden_share: float) -> float:
    """Return what full camouflage is believed to hide of the hazard (κ).

    The method of moments beside a prior of ``hidden_share``. Where few are hit, the first contrast has about
    the second for its variance, so a prior of weight w has a standard deviation of 1/√w: a quarter in a
    market of 2,000 shops. A weaker one would let the first covered merchant that is hit teach the trade that
    cover is no help, and who buys none learns no better. Cover is no help against ledgers.
    """
    less, at_most = experience.contrast.tolist()
    prior = 4 * experience.weight
    hidden = (less + prior * hidden_share) / (max(at_most, 0.0) + prior)
    by_traces = experience.weight + experience.traced
    return float(min(max(hidden, 0.0), 1.0) * by_traces / (by_traces + experience.named))
