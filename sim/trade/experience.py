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
    experience.covered = experience.covered * keep + covered
    experience.traced = experience.traced * keep + traced
    experience.named = experience.named * keep + named
    experience.hides = what_cover_hides(experience, terms.hidden_share)


def what_cover_hides(experience: Experience, hidden_share: float) -> float:
    """Return what full camouflage is believed to hide of the hazard (κ).

    Where the hazard of being found by one's traces is exposure × (1 − ê × cover), sanctions and their mean
    cover give ê by the method of moments, here beside a prior of ``hidden_share``. Cover is no help against
    ledgers.
    """
    (plain, once, twice), (hits, covered_hits) = experience.covered.tolist(), experience.traced.tolist()
    prior = experience.weight * max(plain, 1e-9) / 4
    found = hits * once - covered_hits * plain + prior * hidden_share
    hidden = found / (max(hits * twice - covered_hits * once, 0.0) + prior)
    by_traces = experience.weight + hits
    return float(min(max(hidden, 0.0), 1.0) * by_traces / (by_traces + experience.named))
